/* SPDX-License-Identifier: MIT */
/*
 * SLUB's fast half: objects out of this lane's magazine and into it. The theory is in
 * slub.c; lanes are in mm/lane.h.
 */
#ifndef MM_SLAB_SLUB_FAST_H
#define MM_SLAB_SLUB_FAST_H

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "mm/lane.h"
#include "mm/slab/layer.h"

/*
 * A stack of free objects. slots[0] is NULL, so that an empty one needs no count; one that
 * is shut has no slots, is empty and full.
 * Keys: L its lane on its CPU: claimed, or interrupts off
 */
struct magazine {
	void **top;		/* L  the next free slot */
	void **end;		/* L  top == end: it is full */
	unsigned int claimed;	/* L  a fast path is under way */
	unsigned int size;	/* L  index of magazine_sizes[] that slots is from */
	void **slots;		/* L  NULL: shut */
};

_Static_assert(sizeof(struct magazine) <= LANE_BYTES, "a magazine has outgrown its lane");

/* The direct map, in the form that kfree() needs. Keys: C fixed at boot */
struct slub_map {
	unsigned long base, size;	/* C  bytes */
	struct page *pages;		/* C  descriptor of the first page */
};

extern struct slub_map slub_map;

/* The home lane of the general cache for a size of kmalloc(), by its eighths, rounded up. */
#define SLUB_BY_SIZE_MAX	1024u
extern unsigned long slub_by_size[SLUB_BY_SIZE_MAX / 8 + 1];	/* C */

static __always_inline struct magazine *lane_magazine(unsigned long key, unsigned long base)
{
	return (struct magazine *)(base + key);
}

/* Where others may run in our lane unannounced, a claim is respected. */
static __always_inline bool magazine_busy(const struct magazine *m)
{
	return !LANES_APART && unlikely(m->claimed);
}

static __always_inline void *magazine_pop(struct magazine *m)
{
	void *x;

	if (magazine_busy(m))
		return NULL;
	m->claimed = 1;
	barrier();
	x = m->top[-1];
	barrier();		/* so that the decrement is one instruction */
	if (likely(x)) {
		m->top--;
		barrier();
		OPTIMIZER_HIDE_VAR(x);	/* and its register the result's */
		if (!x)
			unreachable();
	}
	m->claimed = 0;
	return x;
}

static __always_inline bool magazine_push(struct magazine *m, void *x)
{
	void **top;

	if (magazine_busy(m))
		return false;
	m->claimed = 1;
	barrier();
	top = m->top;
	if (unlikely(top == m->end)) {
		barrier();
		m->claimed = 0;
		return false;
	}
	*top = x;
	barrier();
	m->top++;
	barrier();
	m->claimed = 0;
	return true;
}

static __always_inline void *fast_take(struct kmem_cache *s)
{
	return magazine_pop(lane_magazine(s->lane, lane_home()));
}

static __always_inline void *fast_take_size(size_t size, gfp_t gfp)
{
	if (unlikely(gfp & (__GFP_DMA | __GFP_RECLAIMABLE)))
		return NULL;
	if (unlikely(size > SLUB_BY_SIZE_MAX)) {
		if (size > KMALLOC_MAX_CACHE_SIZE)
			return NULL;
		return fast_take(kmalloc_slab(size, gfp));
	}
	return magazine_pop(lane_magazine(slub_by_size[(size + 7) / 8], lane_home()));
}

static __always_inline size_t fast_take_many(struct kmem_cache *s, size_t nr, void **p)
{
	struct magazine *m = lane_magazine(s->lane, lane_home());
	size_t n = 0;

	if (magazine_busy(m))
		return 0;
	m->claimed = 1;
	barrier();
	if (likely(m->slots)) {
		n = min_t(size_t, nr, m->top - m->slots - 1);
		m->top -= n;
		memcpy(p, m->top, n * sizeof(*p));
	}
	barrier();
	m->claimed = 0;
	return n;
}

/* How far in the direct map; beyond its size: not there. */
static __always_inline unsigned long slub_offset(const void *x)
{
	return (unsigned long)x - slub_map.base;
}

static __always_inline struct page *slub_page(unsigned long offset)
{
	return slub_map.pages + (offset >> PAGE_SHIFT);
}

/*
 * kmem_cache_free() was told the cache, so where all memory is of one node the page need
 * not be looked at; else give_lane leads to a magazine that is shut. That it was told
 * the truth is found out when the magazine is emptied.
 */
static __always_inline bool fast_give(struct kmem_cache *s, void *x)
{
	return likely(x) && magazine_push(lane_magazine(s->give_lane, lane_here()), x);
}

static __always_inline bool fast_give_any(const void *x)
{
	unsigned long off = slub_offset(x), key;

	if (unlikely(off >= slub_map.size))
		return false;
	key = slub_page(off)->slab_lane;
	OPTIMIZER_HIDE_VAR(key);	/* not added to the lane before it is there */
	return magazine_push(lane_magazine(key, lane_here()), (void *)x);
}

static __always_inline size_t fast_give_many(struct kmem_cache *s, size_t nr, void **p)
{
	struct magazine *m;
	void **top, **end;
	size_t i;

	if (!s)
		return nr && fast_give_any(*p);
	m = lane_magazine(s->give_lane, lane_here());
	if (magazine_busy(m))
		return 0;
	m->claimed = 1;
	barrier();
	top = m->top;
	end = m->end;
	nr = min_t(size_t, nr, end - top);
	for (i = 0; i < nr; i++) {
		if (unlikely(!p[i]))
			break;
		top[i] = p[i];
	}
	m->top = top + i;
	barrier();
	m->claimed = 0;
	return i;
}

#endif
