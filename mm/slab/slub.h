/* SPDX-License-Identifier: MIT */
/* Between slub.c and slub_cache.c. The theory, and U1 to U7, are in slub.c. */
#ifndef MM_SLUB_H
#define MM_SLUB_H

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "mm/slab/layer.h"

/* The direct map, in the form that kfree() needs. Keys: C fixed at boot */
struct slub_map {
	unsigned long base, size;	/* C  bytes */
	struct page *pages;		/* C  descriptor of the first page */
};

extern struct slub_map slub_map;

/* page->slab_word. 13 bits hold 0 to 4,096, as many as eight pages have of 8 bytes. */
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

/* Where a free object keeps the address of the next one. */
static __always_inline void **free_link(const struct kmem_cache *s, void *object)
{
	return (void **)((char *)object + s->offset);
}

/* Number of the object that an address lies in, if it lies in one at all. */
static inline unsigned int slab_number(struct kmem_cache *s, struct page *page, const void *x)
{
	return slab_index(s, (unsigned int)((const char *)x - (const char *)page_address(page) -
					    s->red_left_pad));
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

/* Chains of slabs that a CPU has. */

static inline struct page *slab_chain_next(struct page *page)
{
	return (struct page *)page->slab_list.next;
}

static inline void slab_chain(struct page *page, struct page *next)
{
	WRITE_ONCE(page->slab_list.next, (struct list_head *)next);
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

/* U5, U7: is a listed slab empty, and more than the node should keep? */
static inline bool slab_surplus(struct kmem_cache *s, struct kmem_cache_node *n,
				struct page *page)
{
	return !word_inuse(slab_word(page)) && n->nr_partial > s->min_partial &&
	       !(s->flags & SLAB_TYPESAFE_BY_RCU);
}

/* slub_cache.c */

/** slab_new - a slab on no list, all objects on its own list; NULL: no memory */
struct page *slab_new(struct kmem_cache *s, gfp_t gfp, int nid);
/** slab_discard - give an empty slab's pages back. Context: any, no lock held. */
void slab_discard(struct kmem_cache *s, struct page *page);
/** cpu_slab_deactivate - give this CPU's current slab up. Interrupts off. */
void cpu_slab_deactivate(struct kmem_cache *s, struct kmem_cache_cpu *c);
/** slabs_unfreeze - put a chain of frozen slabs on their nodes' lists */
void slabs_unfreeze(struct kmem_cache *s, struct page *chain);

#endif
