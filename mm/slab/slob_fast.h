/* SPDX-License-Identifier: MIT */
/*
 * SLOB's fast half: the block that this CPU gave back last (S11), if it is the right one;
 * else one function for what can be had of pages that are there, under the node's lock.
 * backend.h is the contract, slob.c has the theory.
 */
#ifndef MM_SLOB_FAST_H
#define MM_SLOB_FAST_H

#include <linux/mm.h>
#include <linux/percpu.h>

#include "mm/slab/layer.h"

struct slob_node;

/* Keys: C fixed at boot | H changed when hooks come or go: backend_open_fast() */
struct slob_fast {
	unsigned long base;		/* C  the direct map */
	unsigned long size;		/* H  bytes of it; 0: shut */
	bool general;			/* H  and no general cache is checked */
	struct page *pages;		/* C  descriptor of its first page */
	struct slob_node *node;		/* H  if there is only one; NULL while shut */
};

extern struct slob_fast slob_fast;

/*
 * Which pages an object may be in: page->slab_lane is the kind of page, and a number for
 * caches (S7). It is 0 in pages of other users.
 */
#define SLOB_LANE(kind, number)	((unsigned long)(kind) << 16 | (unsigned long)(number) << 20)
#define SLOB_LANE_MASK	(~0xfffful)

/*
 * kmem_cache.slob: what is taken for an object: units, their alignment (log2), and the lane.
 * 0: there is more to be done for it.
 */
#define SLOB_HOW_ALIGN	0xf000ul
#define SLOB_HOW(units, align, lane) ((units) | (unsigned long)(align) << 12 | (lane))

static __always_inline unsigned int how_units(unsigned long how)
{
	return how & 0xfff;
}

static __always_inline unsigned int how_align(unsigned long how)
{
	return 1u << (how >> 12 & 15);
}

static __always_inline unsigned int how_kind(unsigned long how)
{
	return how >> 16 & 15;
}

static __always_inline unsigned long how_number(unsigned long how)
{
	return how >> 20;
}

/* The largest block in a page of blocks, bytes. */
#define SLOB_MAX	(PAGE_SIZE - 8)
/* Kinds of pages, enum slob_kind, and lanes: those of general caches. */
#define SLOB_KIND_OF_TYPE(type)	((type) + 1)
#define SLOB_IS_GENERAL(lane)	(((lane) >> 16) - 1ul < NR_KMALLOC_TYPES)
/* No kind of blocks: the first page of an object of a general cache that has its own pages. */
#define SLOB_BIG_LANE	SLOB_LANE(14, 0)

/*
 * S11: the block that this CPU gave back last. Others may read.
 * Keys: P owning CPU: claimed, or interrupts off while nobody has claimed it
 */
struct slob_cpu {
	void *last;			/* P  the block, if how is not 0 */
	unsigned long how;		/* P  its units and kind */
	unsigned int claimed;		/* P  a fast path of this CPU is under way */
};

DECLARE_PER_CPU(struct slob_cpu, slob_cpu);

/* Without it: from and to pages that are there. NULL, false: nothing was done. Any context. */
void *slob_take(struct kmem_cache *s);
void *slob_kmalloc(size_t size, unsigned long lane);
bool slob_swap_last(void *x, unsigned long how);
/* kfree() of what begins in a page whose lane is SLOB_BIG_LANE. */
bool slob_kfree_big(struct page *page, const void *x);

/* The last block, if it is @how and what is in @mask of its address is 0. */
static __always_inline void *slob_take_last(unsigned long how, unsigned long mask)
{
	struct slob_cpu *c = raw_cpu_ptr(&slob_cpu);
	void *x = NULL;

	if (unlikely(c->claimed || !READ_ONCE(slob_fast.node)))
		return NULL;
	c->claimed = 1;
	barrier();
	if (likely(c->how == how) && likely(!((unsigned long)c->last & mask))) {
		x = c->last;
		*(u16 *)x = 0;		/* S12 */
		WRITE_ONCE(c->how, 0);
	}
	barrier();
	c->claimed = 0;
	return x;
}

/* Its head tells it from a block in use, as if it were free: see slob_seems_used(). */
static __always_inline void slob_set_last(struct slob_cpu *c, void *x, unsigned long how)
{
	*(u16 *)x = (u16)how_units(how);
	WRITE_ONCE(c->last, x);
	WRITE_ONCE(c->how, how);
}

static __always_inline bool slob_give_last(void *x, unsigned long how)
{
	struct slob_cpu *c = raw_cpu_ptr(&slob_cpu);
	bool room;

	if (unlikely(c->claimed || !READ_ONCE(slob_fast.node)))
		return false;
	c->claimed = 1;
	barrier();
	room = !c->how;
	if (likely(room))
		slob_set_last(c, x, how);
	barrier();
	c->claimed = 0;
	return room;
}

/* Of an object of a cache. Its node counts it. */
static __always_inline void slob_count(struct kmem_cache *s, int nid, long sign)
{
	struct kmem_cache_node *n = s->node[nid];

	atomic_long_add(sign, &n->total_objects);
	atomic_long_add(sign * (long)how_units(s->slob), &n->nr_slabs);
}

static __always_inline void *fast_take(struct kmem_cache *s)
{
	unsigned long how = s->slob;
	void *x;

	if (unlikely(!how))
		return NULL;
	x = slob_take_last(how & ~SLOB_HOW_ALIGN, how_align(how) * 8 - 1);
	if (unlikely(!x))
		return slob_take(s);
	if (!SLOB_IS_GENERAL(how))
		slob_count(s, 0, 1);
	return x;
}

static __always_inline void *slob_take_size(size_t size, unsigned long lane)
{
	unsigned long how = (size + 7) / 8 | lane;
	void *x = slob_take_last(how, size & (size - 1) ? 0 : size - 1);

	return likely(x) ? x : slob_kmalloc(size, lane);
}

/* Blocks are as large as what was asked for. @size: bytes; 0: an object of the cache */
#define fast_take_sized fast_take_sized
static __always_inline void *fast_take_sized(struct kmem_cache *s, size_t size)
{
	if (unlikely(!size))
		return fast_take(s);
	return likely(s->slob) ? slob_take_size(size, s->slob & SLOB_LANE_MASK) : NULL;
}

/* What its user may write to. */
static __always_inline size_t fast_bytes(const struct kmem_cache *s, size_t size)
{
	return size ? (size + 7) & ~7ul : s->object_size;
}

static __always_inline void *fast_take_size(size_t size, gfp_t gfp)
{
	if (unlikely(size - 1 >= SLOB_MAX || !READ_ONCE(slob_fast.general)))
		return NULL;
	return slob_take_size(size, SLOB_LANE(SLOB_KIND_OF_TYPE(kmalloc_type(gfp)), 0));
}

static __always_inline size_t fast_take_many(struct kmem_cache *s, size_t nr, void **p)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		p[i] = fast_take(s);
		if (!p[i])
			break;
	}
	return i;
}

/* The page that an address lies in, or NULL. If it is no page of blocks, its lane is 0. */
static __always_inline struct page *slob_fast_page(const void *x)
{
	unsigned long off = (unsigned long)x - slob_fast.base;

	if (unlikely(off >= READ_ONCE(slob_fast.size)))
		return NULL;
	return slob_fast.pages + (off >> PAGE_SHIFT);
}

/* The units of a block that crosses from one word of the bitmap to the next. */
unsigned int slob_long_units(const struct page *page, const void *x);

/*
 * Units of the block that begins at an address, unless it seems to be free: the head of a
 * free block says how large it is. Who has the same number there by chance goes the slow
 * way, as does what is no block. Return: 0 for them. Unlocked: S2.
 */
static __always_inline unsigned int slob_seems_used(const struct page *page, const void *x)
{
	unsigned int at = offset_in_page(x) / 8, units;
	unsigned long word;

	word = READ_ONCE(page->slob_map[at / BITS_PER_LONG]) >> at % BITS_PER_LONG;
	if (unlikely(!(word & 1) || (unsigned long)x % 8))
		return 0;
	word ^= 1;
	units = likely(word) ? __ffs(word) : slob_long_units(page, x);
	return likely(units != *(const u16 *)x) ? units : 0;
}

static __always_inline bool slob_give(struct kmem_cache *s, struct page *page, void *x)
{
	unsigned long how = s->slob & ~SLOB_HOW_ALIGN;

	if (unlikely(slob_seems_used(page, x) != how_units(how)))
		return false;
	slob_count(s, page_to_nid(page), -1);
	return likely(slob_give_last(x, how)) || slob_swap_last(x, how);
}

static __always_inline bool slob_kfree(struct page *page, void *x)
{
	unsigned int units = slob_seems_used(page, x);
	unsigned long how = SLOB_HOW(units, 0, page->slab_lane);

	if (unlikely(!units))
		return false;
	return likely(slob_give_last(x, how)) || slob_swap_last(x, how);
}

static __always_inline bool fast_give(struct kmem_cache *s, void *x)
{
	struct page *page = slob_fast_page(x);

	if (unlikely(!page || !s->slob || page->slab_lane != (s->slob & SLOB_LANE_MASK)))
		return false;
	return SLOB_IS_GENERAL(s->slob) ? slob_kfree(page, x) : slob_give(s, page, x);
}

static __always_inline bool fast_give_any(const void *x)
{
	struct page *page = slob_fast_page(x);

	if (unlikely(!page))
		return false;
	if (unlikely(!SLOB_IS_GENERAL(page->slab_lane)))
		return page->slab_lane == SLOB_BIG_LANE && slob_kfree_big(page, x);
	return slob_kfree(page, (void *)x);
}

static __always_inline size_t fast_give_many(struct kmem_cache *s, size_t nr, void **p)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!(s ? fast_give(s, p[i]) : fast_give_any(p[i])))
			break;
	return i;
}

#endif
