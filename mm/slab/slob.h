/* SPDX-License-Identifier: MIT */
/*
 * Inside SLOB: a page of blocks, and what is done to one. The theory, and S1 to S12, are
 * in slob.c. The functions here change one page and nothing else; its node is locked.
 */
#ifndef MM_SLOB_H
#define MM_SLOB_H

#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "mm/slab/layer.h"
#include "mm/slab/slob_fast.h"

#define SLOB_UNIT	8u			/* bytes; every block's size and place */
#define SLOB_UNITS	((unsigned int)(PAGE_SIZE / SLOB_UNIT))
#define SLOB_NONE	SLOB_UNITS		/* no block: behind the last unit */
#define SLOB_MAP_BYTES	(SLOB_UNITS / 8)
#define SLOB_MAP_LONGS	(SLOB_MAP_BYTES / sizeof(long))
#define SLOB_MAPS	((unsigned int)(PAGE_SIZE / SLOB_MAP_BYTES))	/* in a page */

/* How a free block begins. */
struct slob_block {
	u16 units;
	u16 next;		/* unit of the next free block of the page, or SLOB_NONE */
};

/*
 * What a page is for (S7). 0 and 15 are what is found where it stands in descriptors of
 * other pages, 14 is SLOB_BIG_LANE's. The first ones are enum kmalloc_cache_type, by one larger.
 */
enum slob_kind {
	SLOB_GENERAL = SLOB_KIND_OF_TYPE(KMALLOC_NORMAL),
	SLOB_GENERAL_RCL = SLOB_KIND_OF_TYPE(KMALLOC_RECLAIM),
	SLOB_GENERAL_DMA = SLOB_KIND_OF_TYPE(KMALLOC_DMA),
	SLOB_CACHES,
	SLOB_CACHES_RCL,
	SLOB_CACHES_DMA,
	SLOB_CACHES_DMA32,
	SLOB_MAP_PAGE,		/* no blocks: bitmaps of other pages (S8) */
	NR_SLOB_KINDS = SLOB_MAP_PAGE - SLOB_GENERAL,
	NR_SLOB_LISTS,
};

/* What a page was made for (S5). */
enum slob_class {
	SLOB_SMALL,		/* blocks below 256 bytes */
	SLOB_LARGE,
	NR_SLOB_CLASSES
};

#define SLOB_LARGE_UNITS (256 / SLOB_UNIT)

/*
 * Bins of pages by their largest free block: for each size below 128 bytes, then eight for
 * each power of two, so that a block leaves at most an eighth of the hole that it is put
 * into. Each class has a row of them.
 */
#define SLOB_EXACT_BINS	16u		/* a power of two, at least 8 */
#define NR_SLOB_BINS	(8 * ((unsigned int)ilog2(SLOB_UNITS) - 2) + 1)
#define NR_SLOB_PLACES	(NR_SLOB_CLASSES * NR_SLOB_BINS)
#define SLOB_FULL	NR_SLOB_PLACES	/* the place of pages without a free block */
#define SLOB_NOWHERE	(SLOB_FULL + 1)	/* on no list */

/* Pages of one kind on one node, or of all that have numbers. Keys: N slob_node.lock */
struct slob_lists {
	u64 used[NR_SLOB_CLASSES];		/* N  bins that have pages */
	struct hlist_head places[NR_SLOB_PLACES]; /* N */
};

/* A node. Keys: N lock | C fixed at boot */
struct slob_node {
	spinlock_t lock;
	unsigned int nid;			/* C */
	struct hlist_head maps;			/* N  map pages with free slots */
	struct hlist_head full;			/* N  pages without a free block */
	unsigned long nr_pages;			/* N  of blocks */
	unsigned long nr_map_pages;		/* N */
	unsigned long used_units;		/* N  in blocks that are in use */
	struct slob_lists lists[NR_SLOB_LISTS];	/* N  of SLOB_GENERAL and so on; of numbers */
};

/* Numbers are few, and would be in the way of the others: they have lists of their own (S7). */
static __always_inline struct slob_lists *slob_lists(struct slob_node *n, unsigned long lane)
{
	return &n->lists[unlikely(how_number(lane)) ? NR_SLOB_KINDS : how_kind(lane) - SLOB_GENERAL];
}

/* The pages that it takes. */
#define SLOB_NODE_ORDER	get_order(sizeof(struct slob_node))

_Static_assert(sizeof(struct slob_node) <= 2 * PAGE_SIZE, "a node's lists have outgrown two pages");
_Static_assert(SLOB_NOWHERE < 256 && NR_SLOB_BINS <= 64, "bins have outgrown their numbers");

struct slob_rcu;
extern struct slob_node *slob_nodes[QUARRY_MAX_NODES];	/* as many as there are nodes */

/* Where pages are filed. */

/* kfree() looks at that word of a page in any moment, whether it is a tail's. */
static __always_inline void slob_unlist(struct page *page)
{
	__hlist_del(&page->slob_list);
	WRITE_ONCE(page->slob_list.next, NULL);
	page->slob_list.pprev = NULL;
}

static __always_inline unsigned int slob_bin(unsigned int units)
{
	unsigned int power = (unsigned int)ilog2(units);

	return units < SLOB_EXACT_BINS ? units : 8 * (power - 3) + (units >> (power - 3));
}

static __always_inline enum slob_class slob_class_of(unsigned int units)
{
	return units < SLOB_LARGE_UNITS ? SLOB_SMALL : SLOB_LARGE;
}

static __always_inline unsigned int slob_place(enum slob_class class, unsigned int bin)
{
	return class * NR_SLOB_BINS + bin;
}

/* page->slob_what: kind and class. */

static __always_inline enum slob_kind slob_kind(const struct page *page)
{
	return page->slob_what & 15;
}

static __always_inline enum slob_class slob_class(const struct page *page)
{
	return page->slob_what >> 4;
}

/* Blocks. */

static __always_inline struct slob_block *slob_block(void *base, unsigned int at)
{
	return (struct slob_block *)((char *)base + at * SLOB_UNIT);
}

/* Bits are read without the lock (S2), so words are written in one piece. */

static __always_inline void slob_mark(unsigned long *map, unsigned int at)
{
	unsigned long *word = &map[at / BITS_PER_LONG];

	WRITE_ONCE(*word, *word | 1ul << at % BITS_PER_LONG);
}

static __always_inline void slob_unmark(unsigned long *map, unsigned int at)
{
	unsigned long *word = &map[at / BITS_PER_LONG];

	WRITE_ONCE(*word, *word & ~(1ul << at % BITS_PER_LONG));
}

static __always_inline bool slob_marked(const unsigned long *map, unsigned int at)
{
	return READ_ONCE(map[at / BITS_PER_LONG]) >> at % BITS_PER_LONG & 1;
}

/**
 * slob_units - size of the block at unit @at: up to the next mark, in units
 * Without the lock it is true of a block in use (S2).
 */
static __always_inline unsigned int slob_units(const unsigned long *map, unsigned int at)
{
	unsigned int from = at + 1, i = from / BITS_PER_LONG;
	unsigned long word;

	if (from == SLOB_UNITS)
		return 1;
	word = READ_ONCE(map[i]) >> from % BITS_PER_LONG;
	if (word)
		return 1 + __ffs(word);
	while (++i < SLOB_MAP_LONGS) {
		word = READ_ONCE(map[i]);
		if (word)
			return i * BITS_PER_LONG + __ffs(word) - at;
	}
	return SLOB_UNITS - at;
}

/* Does a block end in front of unit @at? If not, somebody wrote to the one that says so. */
static __always_inline bool slob_ends(const unsigned long *map, unsigned int at)
{
	return at < SLOB_UNITS ? slob_marked(map, at) : at == SLOB_UNITS;
}

/* Let the free block at @prev, or the page, name @next as its next one. */
static __always_inline void slob_link(struct page *page, char *base, unsigned int prev,
				      unsigned int next)
{
	if (prev == SLOB_NONE)
		page->slob_first = (u16)next;
	else
		slob_block(base, prev)->next = (u16)next;
}

/**
 * slob_cut - take @units at @start out of the free block at @at, behind @prev
 *
 * What is left in front and behind stays free.
 */
static __always_inline void slob_cut(struct page *page, char *base, unsigned int prev,
				     unsigned int at, unsigned int start, unsigned int units)
{
	struct slob_block *b = slob_block(base, at), *rest;
	unsigned int next = b->next, end = at + b->units;

	if (start + units < end) {
		rest = slob_block(base, start + units);
		rest->units = (u16)(end - start - units);
		rest->next = (u16)next;
		slob_mark(page->slob_map, start + units);
		next = start + units;
	}
	if (unlikely(start > at)) {
		b->units = (u16)(start - at);
		b->next = (u16)next;
		slob_mark(page->slob_map, start);
	} else {
		slob_link(page, base, prev, next);
	}
	page->slob_free -= (u16)units;
	slob_block(base, start)->units = 0;	/* S12 */
}

/* Why a page did not do what it was asked. */
#define SLOB_NO_ROOM	SLOB_UNITS		/* take: slob_max is exact now */
#define SLOB_DAMAGED	(SLOB_UNITS + 1)	/* somebody wrote to a free block */
#define SLOB_TWICE	(SLOB_UNITS + 2)	/* give: it is free */
#define SLOB_NO_BLOCK	(SLOB_UNITS + 3)	/* give: no block begins there */
#define SLOB_OTHER_CACHE (SLOB_UNITS + 4)	/* give: it is of another size, or lane */

/* Does the free block at @at, if there is one, end where a block does, up to @end? */
static __always_inline bool slob_sound(const struct page *page, char *base, unsigned int at,
				       unsigned int end)
{
	unsigned int behind;

	if (at == SLOB_NONE)
		return true;
	behind = at + slob_block(base, at)->units;
	return behind <= end && slob_ends(page->slob_map, behind);
}

/**
 * slob_page_take - first fit
 * @base: where the page begins
 * @align: units, a power of two
 * Return: the unit where the block begins, or SLOB_NO_ROOM, SLOB_DAMAGED.
 */
static __always_inline unsigned int slob_page_take(struct page *page, char *base,
						   unsigned int units, unsigned int align)
{
	unsigned int at, next, start, prev = SLOB_NONE, most = 0;
	struct slob_block *b;

	for (at = page->slob_first; at < SLOB_UNITS; prev = at, at = next) {
		b = slob_block(base, at);
		next = b->next;
		start = (at + align - 1) & ~(align - 1);
		if (unlikely(next <= at))
			return SLOB_DAMAGED;
		if (start + units <= at + b->units) {
			if (unlikely(!slob_ends(page->slob_map, at + b->units)))
				return SLOB_DAMAGED;
			slob_cut(page, base, prev, at, start, units);
			return start;
		}
		if (b->units > most)
			most = b->units;
	}
	WRITE_ONCE(page->slob_max, (u16)most);
	return SLOB_NO_ROOM;
}

/**
 * slob_page_give - a block is free again, and one with its free neighbours
 * @base: where the page begins
 * @want: units that it should have, or 0: any
 * @grown: set to true if slob_max is larger now
 * Return: units that it had, or SLOB_DAMAGED, SLOB_TWICE, SLOB_NO_BLOCK, SLOB_OTHER_CACHE:
 * nothing has been done.
 */
static __always_inline unsigned int slob_page_give(struct page *page, char *base,
						   unsigned int at, unsigned int want,
						   bool *grown)
{
	unsigned int prev = SLOB_NONE, next = page->slob_first, units, total;
	struct slob_block *b;

	while (next < at) {
		b = slob_block(base, next);
		if (unlikely(b->next <= next))
			return SLOB_DAMAGED;
		prev = next;
		next = b->next;
	}
	if (unlikely(next == at))
		return SLOB_TWICE;
	if (unlikely(!slob_marked(page->slob_map, at)))
		return prev != SLOB_NONE && at < prev + slob_block(base, prev)->units ?
		       SLOB_TWICE : SLOB_NO_BLOCK;
	units = total = slob_units(page->slob_map, at);
	if (unlikely(!slob_sound(page, base, prev, at) || next > SLOB_NONE ||
		     (at + units == next && next != SLOB_NONE &&
		      !slob_sound(page, base, next, SLOB_UNITS))))
		return SLOB_DAMAGED;
	if (unlikely(want && units != want))
		return SLOB_OTHER_CACHE;
	if (at + units == next && next != SLOB_NONE) {
		b = slob_block(base, next);
		slob_unmark(page->slob_map, next);
		total += b->units;
		next = b->next;
		*b = (struct slob_block){};	/* S10 */
	}
	b = prev == SLOB_NONE ? NULL : slob_block(base, prev);
	if (b && prev + b->units == at) {
		slob_unmark(page->slob_map, at);
		total += b->units;
	} else {
		slob_link(page, base, prev, at);
		b = slob_block(base, at);
	}
	b->units = (u16)total;
	b->next = (u16)next;
	page->slob_free += (u16)units;
	if (total > page->slob_max) {
		WRITE_ONCE(page->slob_max, (u16)total);
		*grown = true;
	}
	return units;
}

/* Caches. */

static __always_inline enum slob_kind slob_kind_of(const struct kmem_cache *s)
{
	slab_flags_t flags = s->flags;
	bool general = flags & SLAB_KMALLOC;

	if (likely(!(flags & (SLAB_CACHE_DMA | SLAB_CACHE_DMA32 | SLAB_RECLAIM_ACCOUNT))))
		return general ? SLOB_GENERAL : SLOB_CACHES;
	if (flags & SLAB_CACHE_DMA)
		return general ? SLOB_GENERAL_DMA : SLOB_CACHES_DMA;
	if (flags & SLAB_CACHE_DMA32)
		return SLOB_CACHES_DMA32;
	return general ? SLOB_GENERAL_RCL : SLOB_CACHES_RCL;
}

static inline gfp_t slob_kind_gfp(enum slob_kind kind)
{
	switch (kind) {
	case SLOB_GENERAL_DMA: case SLOB_CACHES_DMA:
		return __GFP_DMA;
	case SLOB_CACHES_DMA32:
		return __GFP_DMA32;
	case SLOB_GENERAL_RCL: case SLOB_CACHES_RCL:
		return __GFP_RECLAIMABLE;
	default:
		return 0;
	}
}

static inline struct slob_rcu *slob_rcu_of(const struct kmem_cache *s)
{
	return (struct slob_rcu *)(void *)s->cpu_slab;
}

static inline void **slob_rcu_link(const struct kmem_cache *s, void *x)
{
	return (void **)((char *)x + s->offset);
}

/* Has it pages of its own? */
static __always_inline bool slob_is_big(const struct kmem_cache *s)
{
	return s->size > PAGE_SIZE - SLOB_UNIT;
}

/* Units that an object is counted with. */
static __always_inline unsigned int slob_object_units(const struct kmem_cache *s)
{
	return slob_is_big(s) ? SLOB_UNITS << s->order : s->size / SLOB_UNIT;
}

/* Objects and their units in use. */
static __always_inline void slob_count_object(struct kmem_cache *s, unsigned int nid, long sign,
					      unsigned int units)
{
	struct kmem_cache_node *n = s->node[nid];

	atomic_long_add(sign, &n->total_objects);
	atomic_long_add(sign * (long)units, &n->nr_slabs);
}

/* slob.c */

/** slob_give_now - put a block where it belongs, or report what is wrong with it */
void slob_give_now(struct kmem_cache *s, struct page *page, void *x, unsigned long site);
/** slob_put_now - give one back that is known to be a cache's object, and not counted */
void slob_put_now(struct kmem_cache *s, struct page *page, void *x);
/** slob_bad_give - report. @why: SLOB_TWICE, SLOB_NO_BLOCK, SLOB_OTHER_CACHE */
void slob_bad_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site,
		   unsigned int why);
/** slob_wrong - why an address cannot be freed to a cache, or 0. No lock held. */
unsigned int slob_wrong(struct kmem_cache *s, struct page *page, void *x);
/** slob_no_object - why an address is no object of a cache, or 0; it is looked at more closely */
unsigned int slob_no_object(struct kmem_cache *s, struct page *page, void *x);
/** slob_is_last - is it the block that some CPU gave back last? */
bool slob_is_last(const void *x);

/* slob_cache.c */

/** slob_rcu_give - free an object when the readers have gone */
void slob_rcu_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site);

/* slob_page.c */

/** slob_page_get - a page that is nothing yet, or NULL. Context: as @gfp says, no lock. */
struct page *slob_page_get(gfp_t gfp, int nid);
/** slob_page_release - back to the page allocator */
void slob_page_release(struct page *page);
/** slob_page_drop - the same for a page that is one free block and on no list any more */
void slob_page_drop(struct page *page);
/** slob_map_get - a bitmap for a page of this node, or NULL. Context: as @gfp says, no lock. */
unsigned long *slob_map_get(struct slob_node *n, gfp_t gfp);
/** slob_map_put - it comes back. No lock held. */
void slob_map_put(unsigned long *map);

/** slob_page_init - one free block. @map: SLOB_MAP_BYTES. @lane: for slab_lane. The page is
 *  on no list. No lock needed. */
void slob_page_init(struct page *page, unsigned long *map, unsigned long lane,
		    enum slob_class class);
/** slob_page_largest - units of the largest free block; 0: there is none */
unsigned int slob_page_largest(struct page *page);
/** slob_page_mend - cut the free list where it is damaged; units that are lost by that */
unsigned int slob_page_mend(struct page *page);
/** slob_page_check - S1 to S4 of one page; what is wrong, or NULL */
const char *slob_page_check(struct page *page);
/** slob_each_page - call @fn for each page of blocks on a node; sums. Locks the node. */
unsigned long slob_each_page(struct slob_node *n,
			     unsigned long (*fn)(struct page *page, void *ctx), void *ctx);
/** slob_node_check - all pages and lists of a node; faults, each one logged */
unsigned int slob_node_check(struct slob_node *n);
/** slob_check_lasts - what CPUs say that they gave back last, each asked there; faults */
unsigned int slob_check_lasts(void);
/** slob_page_count - count a page of blocks or maps. @sign: 1, -1 */
void slob_page_count(struct page *page, int sign);

#endif
