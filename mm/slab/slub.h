/* SPDX-License-Identifier: MIT */
/* Between slub.c, slub_magazine.c and slub_cache.c. The theory is in slub.c. */
#ifndef MM_SLAB_SLUB_H
#define MM_SLAB_SLUB_H

#include <linux/percpu.h>

#include "mm/slab/grow.h"
#include "mm/slab/slub_fast.h"

/*
 * What one CPU has of a cache, in front of its magazines.
 * Keys: I owning CPU, interrupts off
 */
struct kmem_cache_cpu {
	void *freelist;		/* I  next free object of page */
	struct page *page;	/* I  the slab that freelist is from, or NULL */
	unsigned int nr_partial; /* I  slabs on partial */
	struct page *partial;	/* I  frozen slabs with free objects */
};

/* Magazines are behind it, as a lane's copies (mm/lane.h): a multiple of LANE_BYTES. */
#define CPU_SLAB_BYTES	LANE_BYTES

_Static_assert(sizeof(struct kmem_cache_cpu) <= CPU_SLAB_BYTES, "room for kmem_cache_cpu");

static inline void __percpu *magazines_of(struct kmem_cache *s)
{
	return (char __percpu *)s->cpu_slab + CPU_SLAB_BYTES;
}

/* On failure *old is what was found. */
static inline bool slab_word_swap(struct page *page, unsigned long *old, unsigned long new)
{
	return __atomic_compare_exchange_n(&page->slab_word, old, new, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline void slab_set_frozen(struct page *page, bool frozen)
{
	if (frozen)
		__atomic_fetch_or(&page->slab_word, WORD_FROZEN, __ATOMIC_ACQ_REL);
	else
		__atomic_fetch_and(&page->slab_word, ~WORD_FROZEN, __ATOMIC_ACQ_REL);
}

/* Chains of slabs that a CPU has. */

static inline struct page *slab_chain_next(struct page *page)
{
	return (struct page *)page->slab_list.next;
}

static inline void slab_chain(struct page *page, struct page *next)
{
	WRITE_ONCE(page->slab_list.next, (struct list_head *)next);
}

/* slub.c */

/** slub_give_run - take objects of one slab back, linked up from @first to @last
 *  Interrupts off. @site: who freed @first; 0: it is not known any more. */
void slub_give_run(struct kmem_cache *s, struct page *page, void *first, void *last,
		   unsigned int nr, unsigned long site);

/* slub_magazine.c: interrupts off, unless they say otherwise. */

/** magazine_boot - caches for magazines' slots. Context: boot. Return: 0 or -ENOMEM. */
int magazine_boot(void);
void magazine_reset(void);
/** magazine_choose - how large the cache's magazines may grow */
void magazine_choose(struct kmem_cache *s);
/** magazine_shut - a new one, or one that was emptied */
void magazine_shut(struct magazine *m);
/** magazine_fill - from this CPU's slab, if this lane's home magazine is empty */
void magazine_fill(struct kmem_cache *s, struct kmem_cache_cpu *c);
/** magazine_make_room - open, grow or half empty it; false: it must stay shut */
bool magazine_make_room(struct kmem_cache *s, struct magazine *m);
/** magazine_empty - objects back to their slabs, and shut it */
void magazine_empty(struct kmem_cache *s, struct magazine *m);
/** magazine_fetch - an object from the depot of @nid, this CPU's node, and a bundle of them
 *  for the home magazine if that is empty. @node: wanted, or NUMA_NO_NODE. NULL: none. */
void *magazine_fetch(struct kmem_cache *s, int nid, int node);
/** depot_take_one - an object of a node's depot, past all magazines; NULL: none.
 *  Interrupts on or off. */
void *depot_take_one(struct kmem_cache *s, int nid);
/** depot_empty - objects of a node's depot back to their slabs, some of which this CPU may
 *  keep. Context: interrupts on. */
void depot_empty(struct kmem_cache *s, unsigned int nid);
/** bundle_count - objects in a bundle of a depot */
unsigned int bundle_count(void **bundle);
/** magazine_shrink_slots - those that are in no magazine. Context: interrupts on. */
void magazine_shrink_slots(void);
/** magazine_count - objects in it */
unsigned int magazine_count(const struct magazine *m);
/** magazines_open - may magazines be opened? */
extern bool magazines_open;

/* slub_cache.c */

/** slub_new - a slab on no list, all objects on its own list; NULL: no memory */
struct page *slub_new(struct kmem_cache *s, gfp_t gfp, int nid);
/** slub_discard - give an empty slab's pages back. Context: any, no lock held. */
void slub_discard(struct kmem_cache *s, struct page *page);
/** cpu_slab_deactivate - give this CPU's current slab up. Interrupts off. */
void cpu_slab_deactivate(struct kmem_cache *s, struct kmem_cache_cpu *c);
/** slabs_unfreeze - put a chain of frozen slabs on their nodes' lists */
void slabs_unfreeze(struct kmem_cache *s, struct page *chain);

#endif
