/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_CLOCK_H
#define _LINUX_SCHED_CLOCK_H

#include <linux/smp.h>
#include <quarry/host.h>

/* Nanoseconds; the same on every CPU. */
static inline unsigned long long sched_clock(void)
{
	return quarry_host_clock();
}

static inline u64 local_clock(void)
{
	return quarry_host_clock();
}

static inline u64 cpu_clock(int cpu)
{
	return quarry_host_clock();
}

#endif
