/* SPDX-License-Identifier: MIT */
/*
 * SLOB's fast half: there is none. Every object is taken under its node's lock, and
 * the smallest program calls one function for it. backend.h is the contract.
 */
#ifndef MM_SLOB_FAST_H
#define MM_SLOB_FAST_H

#include "mm/slab/backend.h"

static __always_inline void *fast_take(struct kmem_cache *s)
{
	return NULL;
}

static __always_inline void *fast_take_size(size_t size, gfp_t gfp)
{
	return NULL;
}

static __always_inline size_t fast_take_many(struct kmem_cache *s, size_t nr, void **p)
{
	return 0;
}

static __always_inline bool fast_give(struct kmem_cache *s, void *x)
{
	return false;
}

static __always_inline bool fast_give_any(const void *x)
{
	return false;
}

static __always_inline size_t fast_give_many(struct kmem_cache *s, size_t nr, void **p)
{
	return 0;
}

#endif
