/* SPDX-License-Identifier: MIT */
/*
 * SLAB's fast half: objects out of this CPU's array and into it. The theory is in slab.c.
 *
 * An interrupt must not come between the steps of a fast path. Turning interrupts off
 * would do; saying "claimed" in a word of this CPU, for a few instructions, is cheaper.
 * Interrupts nest properly: one that finds the claim uses no array at all (I6).
 */
#ifndef MM_SLAB_FAST_H
#define MM_SLAB_FAST_H

#include <linux/mm.h>
#include <linux/percpu-defs.h>
#include <linux/slab.h>
#include <linux/slub_def.h>

#include "mm/slab/layer.h"

/*
 * Two words, as each is written without regard to the other: shut is looked at when the
 * claim has been made, so that a CPU that has been told is in no fast path, nor on its way
 * into one.
 * Keys: P owning CPU, in a fast path | I owning CPU, interrupts off, not claimed
 */
struct slab_busy {
	unsigned int claimed;	/* P  a fast path is under way */
	unsigned int shut;	/* I  backend_open_fast(false) */
};

DECLARE_PER_CPU(struct slab_busy, slab_busy);

/*
 * A CPU's array of a cache: objects that were freed here, or fetched for use here; the
 * last in is the first out. kmem_cache.cpu_slab points to it; checked caches share one
 * that stays empty.
 * Keys: P owning CPU: claimed, or interrupts off while nobody has claimed it
 *       R the same, but others may read, so written whole
 *       C fixed when the cache is made
 */
struct slab_array {
	void **entry;		/* R  objects at 1 to avail; NULL: no room at all yet */
	unsigned int avail;	/* R */
	unsigned int limit;	/* P  avail is at most that; 0 without entry */
	unsigned int touched;	/* R  objects were taken in this period */
	unsigned int visits;	/* P  to the node, in this period */
	int nid;		/* C  all objects are memory of this node (I4) */
	unsigned int misaligned; /* C  bits that no object's address has */
};

static __always_inline void array_set(struct slab_array *a, unsigned int avail)
{
	WRITE_ONCE(a->avail, avail);
}

/* The direct map, in the form that kfree() needs. Keys: C fixed at boot */
struct slab_map {
	unsigned long base, size;	/* C  bytes */
	struct page *pages;		/* C  descriptor of the first page */
};

extern struct slab_map slab_map;

/*
 * Of a page in a slab, tails as well, slab_lane is the cache's cpu_slab; else it is 0,
 * for checked caches too. So a free needs neither the head page nor the cache.
 */
static __always_inline unsigned long slab_lane_of(const struct page *page)
{
	return page->slab_lane;
}

static __always_inline struct page *slab_fast_page(const void *x)
{
	unsigned long off = (unsigned long)x - slab_map.base;

	if (unlikely(off >= slab_map.size))
		return NULL;
	/* Two pointers that are never NULL: the compiler need not look. */
	if (!slab_map.pages)
		__builtin_unreachable();
	return slab_map.pages + (off >> PAGE_SHIFT);
}

/* May this CPU's arrays be used? Then until fast_end(). */
static __always_inline bool fast_begin(struct slab_busy *busy)
{
	if (unlikely(busy->claimed))
		return false;
	busy->claimed = 1;
	barrier();
	if (likely(!busy->shut))
		return true;
	busy->claimed = 0;
	return false;
}

static __always_inline void fast_end(struct slab_busy *busy)
{
	barrier();
	busy->claimed = 0;
}

static __always_inline void *fast_take(struct kmem_cache *s)
{
	struct slab_busy *busy = raw_cpu_ptr(&slab_busy);
	struct slab_array *a;
	void *object = NULL;
	unsigned int n;

	if (unlikely(!fast_begin(busy)))
		return NULL;
	a = raw_cpu_ptr((struct slab_array __percpu *)s->cpu_slab);
	n = a->avail;
	if (likely(n)) {
		object = a->entry[n];
		if (!object)
			__builtin_unreachable();
		array_set(a, n - 1);
		WRITE_ONCE(a->touched, 1);
	}
	fast_end(busy);
	return object;
}

static __always_inline void *fast_take_size(size_t size, gfp_t gfp)
{
	if (unlikely(size - 1 >= KMALLOC_MAX_CACHE_SIZE))
		return NULL;
	return fast_take(kmalloc_slab(size, gfp));
}

static __always_inline size_t fast_take_many(struct kmem_cache *s, size_t nr, void **p)
{
	struct slab_busy *busy = raw_cpu_ptr(&slab_busy);
	struct slab_array *a;
	unsigned int n;
	size_t i;

	if (unlikely(!fast_begin(busy)))
		return 0;
	a = raw_cpu_ptr((struct slab_array __percpu *)s->cpu_slab);
	n = a->avail;
	for (i = 0; i < nr && n; i++)
		p[i] = a->entry[n--];
	array_set(a, n);
	WRITE_ONCE(a->touched, 1);
	fast_end(busy);
	return i;
}

/* What looks wrong goes the slow way, where it is looked at closely. Claimed. */
static __always_inline bool fast_push(struct slab_array *a, const struct page *page,
				      const void *x)
{
	unsigned int n = a->avail;

	if (unlikely(n >= a->limit || a->entry[n] == x || page_to_nid(page) != a->nid ||
		     (unsigned long)x & a->misaligned))
		return false;
	a->entry[n + 1] = (void *)x;
	array_set(a, n + 1);
	return true;
}

static __always_inline bool fast_give_lane(unsigned long lane, const struct page *page,
					   const void *x)
{
	struct slab_busy *busy = raw_cpu_ptr(&slab_busy);
	bool done;

	if (unlikely(!fast_begin(busy)))
		return false;
	done = fast_push(raw_cpu_ptr((struct slab_array __percpu *)lane), page, x);
	fast_end(busy);
	return done;
}

static __always_inline bool fast_give(struct kmem_cache *s, void *x)
{
	const struct page *page = slab_fast_page(x);
	unsigned long lane;

	if (unlikely(!page))
		return false;
	lane = slab_lane_of(page);
	if (unlikely(lane != (unsigned long)s->cpu_slab))
		return false;
	return fast_give_lane(lane, page, x);
}

static __always_inline bool fast_give_any(const void *x)
{
	const struct page *page = slab_fast_page(x);
	unsigned long lane;

	if (unlikely(!page))
		return false;
	lane = slab_lane_of(page);
	if (unlikely(!lane))
		return false;
	return fast_give_lane(lane, page, x);
}

static __always_inline size_t fast_give_many(struct kmem_cache *s, size_t nr, void **p)
{
	struct slab_busy *busy = raw_cpu_ptr(&slab_busy);
	const struct page *page;
	unsigned long lane;
	size_t i;

	if (unlikely(!fast_begin(busy)))
		return 0;
	for (i = 0; i < nr; i++) {
		page = slab_fast_page(p[i]);
		lane = page ? slab_lane_of(page) : 0;
		if (unlikely(!lane || (s && lane != (unsigned long)s->cpu_slab)) ||
		    !fast_push(raw_cpu_ptr((struct slab_array __percpu *)lane), page, p[i]))
			break;
	}
	fast_end(busy);
	return i;
}

#endif
