/* SPDX-License-Identifier: MIT */
/* Between slab.c, slab_cache.c and slab_reap.c. The theory, and I1 to I9, are in slab.c. */
#ifndef MM_SLAB_IMPL_H
#define MM_SLAB_IMPL_H

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

#include "mm/slab/backend.h"
#include "mm/slab/layer.h"
#include "mm/slab/slab_fast.h"

#define SLAB_MAX_OBJECTS	4096u	/* of a slab: what reports have bitmaps for */
/* Pointers in a block: what an array can grow to. entry[0] is never an object. */
#define ARRAY_POINTERS		239u
#define ARRAY_BYTES		((ARRAY_POINTERS + 1) * sizeof(void *))
/* Visits to the node within a period after which an array grows. */
#define ARRAY_CALM		3

/*
 * A slab's descriptor. The object descriptors follow: one number for each object, of
 * one byte or two (slab_layout.bufctl_size).
 * Keys: N list_lock | C fixed when the slab is made
 */
struct slab {
	struct list_head list;		/* N  the node's full, partial or free ones */
	struct page *page;		/* C  head page */
	unsigned int inuse;		/* N  objects that are not free in the slab (I2) */
	unsigned int free;		/* N  number of the first free one, or BUFCTL_END */
};

/* What an object descriptor says instead of the number of the next free object. */
#define BUFCTL_END		0xffffu	/* the last free one */
#define BUFCTL_TAKEN		0xfffeu	/* not free: a user's, or in an array */
#define BUFCTL_SMALL_MAX	0xfeu	/* numbers from here on need two bytes */

static inline unsigned int bufctl(const struct kmem_cache *s, const struct slab *slab,
				  unsigned int i)
{
	const u8 *small = (const u8 *)(slab + 1);

	if (s->slab.bufctl_size == 2)
		return READ_ONCE(((const u16 *)small)[i]);
	/* The two words above look alike in one byte. */
	i = READ_ONCE(small[i]);
	return i < BUFCTL_SMALL_MAX ? i : i | 0xff00u;
}

static inline void bufctl_set(const struct kmem_cache *s, struct slab *slab, unsigned int i,
			      unsigned int to)
{
	u8 *small = (u8 *)(slab + 1);

	if (s->slab.bufctl_size == 2)
		WRITE_ONCE(((u16 *)small)[i], (u16)to);
	else
		WRITE_ONCE(small[i], (u8)to);
}

static inline struct slab *page_slab(const struct page *page)
{
	return (struct slab *)page->slab_word;
}

/* Number of the object that an address lies in, if it lies in one at all. */
static inline unsigned int object_number(const struct kmem_cache *s, const struct page *page,
					 const void *x)
{
	return slab_index(s, (unsigned int)((const char *)x - (const char *)page->slab_base));
}

/* Of a cache, this CPU's array. Interrupts off, or preemption and a claim. */
static inline struct slab_array *this_array(const struct kmem_cache *s)
{
	return raw_cpu_ptr((struct slab_array __percpu *)s->cpu_slab);
}

static inline struct slab_array *array_of_cpu(const struct kmem_cache *s, unsigned int cpu)
{
	return per_cpu_ptr((struct slab_array __percpu *)s->cpu_slab, cpu);
}

/* Has the interrupted code of this CPU a fast path under way? Interrupts off. */
static inline bool arrays_claimed(void)
{
	return raw_cpu_ptr(&slab_busy)->claimed;
}

static inline unsigned int array_batch(const struct slab_array *a)
{
	return (a->limit + 1) / 2;
}

/* I7: is an empty slab nothing for the timer, and for who frees the last object in it? */
static inline bool slabs_stay(const struct kmem_cache *s)
{
	return s->flags & (SLAB_TYPESAFE_BY_RCU | SLAB_NO_REAP);
}

/* slab_cache.c */

/** slab_make - a slab on no list, all objects free in it; NULL: no memory
 *  Context: as gfp says, no lock held. */
struct slab *slab_make(struct kmem_cache *s, gfp_t gfp, int nid);
/** slab_unmake - give an empty slab's memory back. Context: any, no lock held. */
void slab_unmake(struct kmem_cache *s, struct slab *slab);
/** slabs_unmake - the same for a list; if readers may look (I7) and not @last, when they
 *  are gone */
void slabs_unmake(struct kmem_cache *s, struct list_head *dead, bool last);
/** array_block - memory for an array's pointers; NULL: none. Context: any. */
void **array_block(int nid);
void array_block_free(void **block);

/* slab.c */

/** slab_node_add - a new slab's objects come under the node's care. Node locked. */
void slab_node_add(struct kmem_cache_node *n, struct slab *slab);
/**
 * slab_node_give - objects go back to their slabs, all of this node
 * @dead: gets slabs that are empty and more than the node keeps (I5); NULL: all stay
 * Context: node locked.
 */
void slab_node_give(struct kmem_cache *s, struct kmem_cache_node *n, void *const *p,
		    unsigned int nr, struct list_head *dead);
/** slab_array_flush - the oldest @nr objects of this CPU's array go to the node, @shared:
 *  to its shared array as far as there is room. Interrupts off, not claimed. */
void slab_array_flush(struct kmem_cache *s, struct slab_array *a, unsigned int nr, bool shared,
		      struct list_head *dead);

#endif
