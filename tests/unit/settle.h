/* SPDX-License-Identifier: MIT */
/*
 * For suites that count pages: the slab layer has none that reclaim could take later, and no
 * stack is kept of a thread that has ended.
 */
#ifndef TESTS_UNIT_SETTLE_H
#define TESTS_UNIT_SETTLE_H

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/slab/layer.h"

static inline void slab_settle(void)
{
	struct kmem_cache *s;
	unsigned int twice;

	task_stacks_drain();

	/* What caches are made of comes back with the first round. */
	for (twice = 0; twice < 2; twice++)
		for (s = cache_next(NULL); s; s = cache_next(s))
			cache_empty(s, false);
	drain_all_pages(NULL);
}

#endif
