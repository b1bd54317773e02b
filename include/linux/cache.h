/* SPDX-License-Identifier: MIT */
/* Where data lies relative to cache lines. */
#ifndef _LINUX_CACHE_H
#define _LINUX_CACHE_H

#include <linux/compiler.h>

#define L1_CACHE_SHIFT		6
#define L1_CACHE_BYTES		(1 << L1_CACHE_SHIFT)
#define SMP_CACHE_BYTES		L1_CACHE_BYTES
#define L1_CACHE_ALIGN(x)	(((x) + (L1_CACHE_BYTES - 1)) & ~(L1_CACHE_BYTES - 1))
#define INTERNODE_CACHE_SHIFT	L1_CACHE_SHIFT
#define INTERNODE_CACHE_BYTES	L1_CACHE_BYTES

#define __read_mostly
#define __ro_after_init

#define ____cacheline_aligned		__attribute__((__aligned__(SMP_CACHE_BYTES)))
#define ____cacheline_aligned_in_smp	____cacheline_aligned
#define __cacheline_aligned		____cacheline_aligned
#define __cacheline_aligned_in_smp	____cacheline_aligned
#define ____cacheline_internodealigned_in_smp ____cacheline_aligned

#define cache_line_size()		L1_CACHE_BYTES

/* Space that keeps what follows out of the cache lines of what came before. */
struct cacheline_padding {
	char x[0];
} ____cacheline_internodealigned_in_smp;
#define CACHELINE_PADDING(name)		struct cacheline_padding name
#define ZONE_PADDING(name)		CACHELINE_PADDING(name);

#endif
