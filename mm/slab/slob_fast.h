/* SPDX-License-Identifier: MIT */
/*
 * SLOB's fast half. Every block is taken and given back under its node's lock: what is
 * fast is that nothing else is asked for, and nothing but a page that is there is used.
 * backend.h is the contract, slob.c has the theory.
 */
#ifndef MM_SLOB_FAST_H
#define MM_SLOB_FAST_H

#include <linux/mm.h>

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
 * kmem_cache.slob: what is taken for an object: units, their alignment (log2), and the kind
 * of page. 0: there is more to be done for it.
 */
#define SLOB_HOW(units, align, kind)	((units) | (unsigned long)(align) << 12 | (kind) << 16)

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
	return (unsigned int)(how >> 16);
}

/* The largest block in a page of blocks, bytes. */
#define SLOB_MAX	(PAGE_SIZE - 8)
/* Kinds of pages, enum slob_kind: those of general caches. */
#define SLOB_KIND_OF_TYPE(type)	((type) + 1)
#define SLOB_IS_GENERAL(kind)	((kind) - 1u < NR_KMALLOC_TYPES)

/* From and to pages that are there; NULL, false: nothing was done. Any context. */
void *slob_take(struct kmem_cache *s);
void *slob_kmalloc(size_t size, unsigned int kind);
bool slob_give(struct kmem_cache *s, struct page *page, void *x);
bool slob_kfree(struct page *page, void *x);

static __always_inline void *fast_take(struct kmem_cache *s)
{
	return likely(s->slob) ? slob_take(s) : NULL;
}

/* Blocks are as large as what was asked for. @size: bytes; 0: an object of the cache */
#define fast_take_sized fast_take_sized
static __always_inline void *fast_take_sized(struct kmem_cache *s, size_t size)
{
	if (unlikely(!s->slob))
		return NULL;
	if (!size)
		return slob_take(s);
	return slob_kmalloc(size, how_kind(s->slob));
}

static __always_inline void *fast_take_size(size_t size, gfp_t gfp)
{
	if (unlikely(size - 1 >= SLOB_MAX || !READ_ONCE(slob_fast.general)))
		return NULL;
	return slob_kmalloc(size, SLOB_KIND_OF_TYPE(kmalloc_type(gfp)));
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

/* The page that an address lies in, or NULL. If it is no page of blocks, it has no kind. */
static __always_inline struct page *slob_fast_page(const void *x)
{
	unsigned long off = (unsigned long)x - slob_fast.base;

	if (unlikely(off >= READ_ONCE(slob_fast.size)))
		return NULL;
	return slob_fast.pages + (off >> PAGE_SHIFT);
}

static __always_inline bool fast_give(struct kmem_cache *s, void *x)
{
	struct page *page = slob_fast_page(x);

	if (unlikely(!page || !s->slob || (page->slob_what & 15) != how_kind(s->slob)))
		return false;
	return SLOB_IS_GENERAL(how_kind(s->slob)) ? slob_kfree(page, x) : slob_give(s, page, x);
}

static __always_inline bool fast_give_any(const void *x)
{
	struct page *page = slob_fast_page(x);

	if (unlikely(!page || !SLOB_IS_GENERAL(page->slob_what & 15)))
		return false;
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
