/* SPDX-License-Identifier: MIT */
/* There is no swap; modules include this for nr_free_pages() and the like. */
#ifndef _LINUX_SWAP_H
#define _LINUX_SWAP_H

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/sysinfo.h>

#define total_swap_pages	0L

static inline long get_nr_swap_pages(void)
{
	return 0;
}

/** si_swapinfo - the fields about swap of what si_meminfo() fills in */
static inline void si_swapinfo(struct sysinfo *val)
{
	val->totalswap = val->freeswap = 0;
}

#endif
