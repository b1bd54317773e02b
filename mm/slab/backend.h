/* SPDX-License-Identifier: MIT */
/*
 * The contract of a slab backend. There are three: slub*.c, slab*.c, slob*.c; a
 * program is linked with one (and a test program with all, under prefixes).
 *
 *	entry.c		kmem_cache_alloc() ... kfree(): tries the backend's fast half
 *			inline, then hooks, checked caches and the slow half
 *	BACKEND_fast.h	the fast half, included by entry.c: QUARRY_SLAB_FAST names it
 *	BACKEND*.c	all else that is declared here
 *
 * What a backend need not know: names, merging, flags' meaning for users, general
 * caches, krealloc(), reports. And debugging: a cache with any of SLAB_DEBUG_FLAGS is
 * served by checked.c, alike for all three, and never comes to the backend.
 *
 * Objects. Object i of a slab is at slab_object(s, page, i). A backend with slabs sets,
 * in the head page: slab_cache, slab_base (slot of object 0), slab_units (objects). A
 * backend without (SLOB) sets PG_slab and leaves slab_cache NULL.
 *
 * Constructors and destructors. A backend calls slab_construct() for each object of a
 * slab that it has made, and slab_destruct() for each one of a slab whose memory it
 * gives back (layer.h; SLOB: of an object). Never s->ctor: there are two types.
 *
 * The fast half, all static __always_inline, any context, no lock:
 *
 *	void *fast_take(struct kmem_cache *s)
 *		an object, or NULL: take the slow way
 *	void *fast_take_size(size_t size, gfp_t gfp)
 *		the same for kmalloc() of a size that is not constant, any size
 *	void *fast_take_sized(struct kmem_cache *s, size_t size)
 *		the same for kmalloc() whose cache is known already; 0: an object of the
 *		cache. A macro of that name says that there is one, else fast_take() serves;
 *		with it comes fast_bytes(s, size), how many the user may write to
 *	size_t fast_take_many(struct kmem_cache *s, size_t nr, void **p)
 *		as many as are at hand, up to nr
 *	bool fast_give(struct kmem_cache *s, void *x)
 *		kmem_cache_free(): taken back? false: the slow way. Any pointer
 *	bool fast_give_any(const void *x)
 *		kfree(): the same
 *	size_t fast_give_many(struct kmem_cache *s, size_t nr, void **p)
 *		the first of them, as many as go; s may be NULL: any caches' objects
 *
 * While fast paths are shut (backend_open_fast()), and always for checked caches,
 * they return NULL, 0 and false.
 */
#ifndef MM_SLAB_BACKEND_H
#define MM_SLAB_BACKEND_H

#include <linux/types.h>
#include <linux/gfp.h>

struct kmem_cache;
struct page;

/** backend_name - "SLUB", "SLAB", "SLOB" */
extern const char backend_name[];
/** backend_kmalloc_min, _max - log2 of the smallest and largest general cache, bytes.
 *  Below, the smallest serves; beyond, kmalloc_large(). 96 and 192 exist if min < 7. */
extern const unsigned int backend_kmalloc_min, backend_kmalloc_max;

/** backend_boot - before any cache is opened. Context: boot. Return: 0 or -ENOMEM. */
int backend_boot(void);
/** backend_reset - forget everything. Context: shutdown, no CPU runs. */
void backend_reset(void);

/**
 * backend_open - lay out a cache that has object_size, align, flags, ctor, and get what
 * it needs per CPU and node
 * s->node[] is there, for every node. Sets size, order, objects, inuse, ....
 * The layer's first caches are opened before kmalloc() and kmem_cache_alloc() work.
 * Context: may sleep. Return: 0, or -ENOMEM, -EINVAL with nothing held.
 */
int backend_open(struct kmem_cache *s);
/** backend_open_checked - a checked cache: all there is to do is that fast_take() and
 *  fast_give() find its fast half shut. Context: boot, or a task. */
void backend_open_checked(struct kmem_cache *s);
/** backend_close - give up what backend_open() took; no object is left */
void backend_close(struct kmem_cache *s);

/**
 * slow_take - an object, by any means
 * @gfp: no zone bits; __GFP_ZERO is the caller's business
 * @node: one of the machine's that is wanted, or NUMA_NO_NODE. It is preferred; with
 *	__GFP_THISNODE, it or nothing.
 * Context: as @gfp says. Return: the object, constructed, or NULL.
 */
void *slow_take(struct kmem_cache *s, gfp_t gfp, int node);
/**
 * slow_give - take an object back
 * @page: head page of its slab
 * @x: any address in it: an address that is no object, or one that is free already
 *     where that can be seen, is reported with slab_bad_object()
 * Context: any.
 */
void slow_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site);
/**
 * backend_owner - the cache of an object in a page with PG_slab whose slab_cache is
 * NULL; NULL: none. Backends with slabs have no such pages.
 */
struct kmem_cache *backend_owner(struct page *page, const void *x);
/** backend_kmalloc - for SLOB, whose general objects know their size; others: slow_take() */
void *backend_kmalloc(struct kmem_cache *s, size_t size, gfp_t gfp, int node);
/** backend_usable - bytes that the user of object @x has, at least object_size */
size_t backend_usable(struct kmem_cache *s, struct page *page, const void *x);

/** backend_roundup - what backend_usable() of kmalloc(@size) from cache @s would be. Weak:
 *  the cache's size */
size_t backend_roundup(struct kmem_cache *s, size_t size);

/** backend_shrink - CPUs' objects go back to their slabs, free slabs to the page
 *  allocator: those that readers under RCU may look at when there are none, with @last at once.
 *  Context: may sleep, interrupts on. Return: slabs (SLOB: objects) that are left. */
unsigned long backend_shrink(struct kmem_cache *s, bool last);
/** backend_reap_period - seconds between two calls of backend_reap(); weak: 0, never */
unsigned int backend_reap_period(void);
/** backend_reap - the timer's turn: what was not used lately may go. Weak: nothing does.
 *  Context: may sleep, interrupts on. */
void backend_reap(struct kmem_cache *s);
/** backend_reclaim - memory is short on this node: free slabs go; @badly: CPUs' objects, too
 *  Weak: backends that keep next to nothing. Context: as backend_reap().
 *  Return: pages that were given back. */
unsigned long backend_reclaim(struct kmem_cache *s, int nid, bool badly);
/** backend_leave_cpu - the objects and slabs that this one CPU has at hand go to their nodes
 *  Context: may sleep, interrupts on. */
void backend_leave_cpu(struct kmem_cache *s, unsigned int cpu);
/** backend_open_fast - open or shut the fast half for all caches (slab_hooks_set()), on
 *  return for every CPU. Context: may sleep; boot. */
void backend_open_fast(bool open);

/* Counts, for /proc/slabinfo: exact where nothing changes meanwhile. */
struct slabinfo {
	unsigned long active_objs, num_objs;
	unsigned long active_slabs, num_slabs;
	unsigned long partial_slabs;	/* with used and free objects */
	unsigned long partial_objs;	/* of those, in use or at hand */
	unsigned long cpu_slabs;	/* that CPUs have */
	unsigned long shared_avail;
	unsigned int limit, batchcount, shared;
};

/** backend_info - count. Context: interrupts on. */
void backend_info(struct kmem_cache *s, struct slabinfo *info);
/** backend_cpu_partial - slabs with free objects that wait at a CPU behind its own one. Weak: 0,
 *  for backends whose CPUs have objects only */
unsigned int backend_cpu_partial(struct kmem_cache *s, unsigned int cpu);
/** backend_partial - pages that caches share, and that have used and free room. Weak: 0,
 *  for backends with slabs. */
unsigned long backend_partial(void);
/**
 * backend_each_object - call @fn for each object in use
 * @fn: must not allocate or free; no lock is promised to be free, or held
 * Context: may sleep, interrupts on. Return: sum of what @fn returned.
 */
unsigned long backend_each_object(struct kmem_cache *s,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx);
/** backend_each_object_of_all - the same for all caches that are not checked. Weak: one after
 *  the other; for backends to which a walk of all is no longer than that of one. */
unsigned long backend_each_object_of_all(unsigned long (*fn)(struct kmem_cache *s,
							     struct page *page, void *object,
							     void *ctx), void *ctx);
/** backend_describe - a line of a report about an address in a page with PG_slab whose
 *  slab_cache is NULL. Weak: backends with slabs have no such pages. Context: any. */
void backend_describe(struct page *page, unsigned long addr);
struct seq_file;
/** backend_show - /proc/slab_overhead: what is held beside objects. Weak: sums of slabinfo */
void backend_show(struct seq_file *m);
/** backend_validate - check the invariants; faults found, each one logged */
unsigned int backend_validate(struct kmem_cache *s);

#endif
