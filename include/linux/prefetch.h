/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PREFETCH_H
#define _LINUX_PREFETCH_H

#include <asm/processor.h>
#include <linux/cache.h>

#define spin_lock_prefetch(x)	prefetchw(x)

static inline void prefetch_range(void *addr, unsigned long len)
{
	char *p = (char *)addr;

	for (; p < (char *)addr + len; p += L1_CACHE_BYTES)
		prefetch(p);
}

#endif
