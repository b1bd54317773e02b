/* SPDX-License-Identifier: MIT */
/*
 * Slabs as SLUB and the checked caches have them: the objects' layout, a slab's word,
 * links, lists, birth and death (grow.c). SLAB takes its pages here, too.
 *
 * A slab's word is one long, so that one compare-and-swap changes all of it: number of
 * the first free object + 1 (0: none), objects in use, frozen (SLUB). The pages of a slab
 * are few enough that an object's number is as good as its address.
 */
#ifndef MM_SLAB_GROW_H
#define MM_SLAB_GROW_H

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "mm/slab/layer.h"

/* 13 bits hold 0 to 4,096, as many as eight pages have of 8 bytes. */
#define WORD_BITS	13
#define WORD_MASK	((1ul << WORD_BITS) - 1)
#define WORD_FROZEN	(1ul << (2 * WORD_BITS))
#define SLAB_MAX_OBJECTS 4096u

static inline unsigned int word_head(unsigned long word)
{
	return word & WORD_MASK;
}

static inline unsigned int word_inuse(unsigned long word)
{
	return (word >> WORD_BITS) & WORD_MASK;
}

static inline bool word_frozen(unsigned long word)
{
	return word & WORD_FROZEN;
}

static inline unsigned long slab_word_make(unsigned int head, unsigned int inuse, bool frozen)
{
	return head | ((unsigned long)inuse << WORD_BITS) | (frozen ? WORD_FROZEN : 0);
}

static inline unsigned long slab_word(struct page *page)
{
	return __atomic_load_n(&page->slab_word, __ATOMIC_ACQUIRE);
}

/*
 * Links. A free object keeps the address of the next one at s->offset. With
 * slab_freelist_hardened it is disguised: by a secret of the cache, so that who can write
 * to free memory cannot make it lead where he likes, and by its own place with the halves
 * exchanged, so that two that can be read do not tell the secret.
 */

static __always_inline unsigned long link_disguise(const struct kmem_cache *s,
						   unsigned long *place)
{
	unsigned long at = (unsigned long)place;

	return s->secret ^ (at << BITS_PER_LONG / 2 | at >> BITS_PER_LONG / 2);
}

static __always_inline void *link_get(const struct kmem_cache *s, void *object)
{
	unsigned long *place = (unsigned long *)((char *)object + s->offset);

	return (void *)(unlikely(s->secret) ? *place ^ link_disguise(s, place) : *place);
}

static __always_inline void link_set(const struct kmem_cache *s, void *object, const void *next)
{
	unsigned long *place = (unsigned long *)((char *)object + s->offset);
	unsigned long word = (unsigned long)next;

	*place = unlikely(s->secret) ? word ^ link_disguise(s, place) : word;
}

/* Number of the object that an address lies in, if it lies in one at all. */
static inline unsigned int slab_number(struct kmem_cache *s, struct page *page, const void *x)
{
	return slab_index(s, (unsigned int)((const char *)x - (const char *)page->slab_base -
					    s->red_left_pad));
}

/* Is it the address of an object of this slab? */
static inline bool slab_is_object(struct kmem_cache *s, struct page *page, const void *x)
{
	unsigned int nr = slab_number(s, page, x);

	return nr < page->slab_units && slab_object(s, page, nr) == x;
}

/** slab_link_broken - report a link that leads nowhere, and end the list there */
void slab_link_broken(struct kmem_cache *s, struct page *page, void *object);

/* The same as link_get(), but of a hardened cache only what is an object of the slab. */
static __always_inline void *link_next(struct kmem_cache *s, struct page *page, void *object)
{
	void *next = link_get(s, object);

	if (likely(!s->secret) || !next || slab_is_object(s, page, next))
		return next;
	slab_link_broken(s, page, object);
	return NULL;
}

/* The slab's first free object, as its word says. */
static inline void *slab_free_head(struct kmem_cache *s, struct page *page)
{
	unsigned int head = word_head(slab_word(page));

	return head ? slab_object(s, page, head - 1) : NULL;
}

/*
 * Lists. kfree() looks at the first word of a descriptor, whether it is a tail's,
 * while the slab may change lists: so that word is written in one piece.
 */

static inline void slab_list_between(struct page *page, struct list_head *prev,
				     struct list_head *next)
{
	struct list_head *new = &page->slab_list;

	WRITE_ONCE(new->next, next);
	new->prev = prev;
	next->prev = new;
	WRITE_ONCE(prev->next, new);
}

static inline void slab_list_add(struct page *page, struct list_head *head)
{
	slab_list_between(page, head->prev, head);
}

/* Node locked: */

static inline void slab_list_partial(struct kmem_cache_node *n, struct page *page)
{
	slab_list_add(page, &n->partial);
	WRITE_ONCE(n->nr_partial, n->nr_partial + 1);
}

static inline void slab_list_first(struct kmem_cache_node *n, struct page *page)
{
	slab_list_between(page, &n->partial, n->partial.next);
	WRITE_ONCE(n->nr_partial, n->nr_partial + 1);
}

static inline void slab_unlist(struct kmem_cache_node *n, struct page *page)
{
	list_del_init(&page->slab_list);
	WRITE_ONCE(n->nr_partial, n->nr_partial - 1);
}

/* Is a listed slab empty, and more than the node should keep? */
static inline bool slab_surplus(struct kmem_cache *s, struct kmem_cache_node *n,
				struct page *page)
{
	return !word_inuse(slab_word(page)) && n->nr_partial > s->min_partial &&
	       !(s->flags & SLAB_TYPESAFE_BY_RCU);
}

/**
 * slab_lay_out - where in a slot each part of an object lies, and how many pages a slab has
 * Sets inuse, offset, red_left_pad, size, order, min_order, objects, allocflags.
 * Return: 0 or -EINVAL: too large.
 */
int slab_lay_out(struct kmem_cache *s);
/*
 * In @gfp below: a slab on the node that is wished for, if that is easy. It comes before others'
 * free objects, and they come before slabs elsewhere. Otherwise each object asked for on a node
 * without memory would have a slab made for it. Constructors need not know.
 */
#define SLAB_GFP_HERE	((gfp_t)1 << 31)

/** slab_pages - pages for a slab, none if @gfp says that the cache must not grow.
 *  Context: as gfp says. Return: the head page, or NULL. */
struct page *slab_pages(struct kmem_cache *s, gfp_t gfp, int nid);
/** slab_count - a slab comes (@sign 1) or goes (-1). Context: any. */
void slab_count(struct kmem_cache *s, struct page *page, int sign);
/** slab_set_lane - what kfree() finds in each of a slab's pages, tails as well; 0: no more */
void slab_set_lane(struct page *page, unsigned long lane);
/** slab_grow - a slab on no list, with nothing in it done yet. Context: as gfp says.
 *  Return: its head page, or NULL: no memory. */
struct page *slab_grow(struct kmem_cache *s, gfp_t gfp, int nid);
/** slab_link_objects - construct a new slab's objects, and link them up as free */
void slab_link_objects(struct kmem_cache *s, struct page *page, gfp_t gfp);
/** slab_drop - give an empty slab's pages back. Context: any, no lock held. */
void slab_drop(struct kmem_cache *s, struct page *page);
/** slab_drop_later - slab_drop() it when nobody under RCU looks at its objects any more: see
 *  slab_after_readers() */
void slab_drop_later(struct kmem_cache *s, struct page *page);
/** slab_after_readers - @fn() gets the rcu_head of an empty slab's head page, on no list, when
 *  nobody looks at its objects any more. From now on it is not counted. */
void slab_after_readers(struct kmem_cache *s, struct page *page,
			void (*fn)(struct rcu_head *head));
/** slab_collect_empty - empty slabs off a node's list to @dead, and those that are more
 *  than half full to its front. Context: any. */
void slab_collect_empty(struct kmem_cache_node *n, struct list_head *dead);
/** slabs_of - all slabs of the cache, on all nodes */
unsigned long slabs_of(struct kmem_cache *s);

#endif
