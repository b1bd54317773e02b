/* SPDX-License-Identifier: MIT */
/*
 * Memory pools: a reserve of ready elements, for code that must not fail.
 * Document 003. Bodies: mm/mempool.c
 */
#ifndef _LINUX_MEMPOOL_H
#define _LINUX_MEMPOOL_H

#include <linux/wait.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct kmem_cache;

typedef void *(mempool_alloc_t)(gfp_t gfp_mask, void *pool_data);
typedef void (mempool_free_t)(void *element, void *pool_data);

/* Keys: M lock | C fixed when it is made | L list of pools */
typedef struct mempool_s {
	spinlock_t lock;
	int min_nr;			/* M  elements the reserve should have */
	int curr_nr;			/* M  elements it has */
	void **elements;		/* M  room for min_nr */
	void *pool_data;		/* C  for alloc and free */
	mempool_alloc_t *alloc;		/* C */
	mempool_free_t *free;		/* C */
	wait_queue_head_t wait;		/* until somebody frees an element */
	struct list_head list;		/* L  only those of mempool_create() */
	unsigned long site;		/* C  who made it */
	unsigned int kind;		/* C  of elements: mm/mempool.c knows some */
	size_t poisoned;		/* C  bytes of each in the reserve; 0: not checked */
} mempool_t;

static inline bool mempool_initialized(mempool_t *pool)
{
	return pool->elements != NULL;
}

/**
 * mempool_create - a pool with a full reserve
 * @min_nr: elements in the reserve; with 0 nothing is there when memory is not
 * @alloc_fn: makes an element; may sleep when its GFP flags let it
 * @free_fn: frees one
 * @pool_data: their last argument
 * Context: may sleep. Return: the pool, or NULL when the reserve could not be filled.
 */
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			  void *pool_data);
mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			       void *pool_data, gfp_t gfp_mask, int nid);
/** mempool_init - the same in memory of the caller's. Return: 0, -ENOMEM, or -EINVAL:
 *  @min_nr is negative. */
int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		 mempool_free_t *free_fn, void *pool_data);
int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id);
/** mempool_exit - free the reserve of an initialised pool; zeroed memory is fine too */
void mempool_exit(mempool_t *pool);
/** mempool_destroy - free pool and reserve; all elements are back. NULL is fine. */
void mempool_destroy(mempool_t *pool);
/**
 * mempool_resize - another size for the reserve; elements may be out
 * @new_min_nr: at least 1
 * Context: may sleep. Return: 0; -ENOMEM: nothing has changed.
 */
int mempool_resize(mempool_t *pool, int new_min_nr);
/**
 * mempool_alloc - an element
 *
 * First a try that neither sleeps nor digs deep, then the reserve, then all that
 * @gfp_mask allows. With __GFP_DIRECT_RECLAIM it waits for an element to be freed
 * rather than fail. __GFP_ZERO is not for pools. Context: as @gfp_mask says.
 */
void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask) __malloc;
/** mempool_free - give an element back: to the reserve first. Context: as free_fn. */
void mempool_free(void *element, mempool_t *pool);

/* Elements from a cache: pool_data is the cache. */
void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data);
void mempool_free_slab(void *element, void *pool_data);
/* From kmalloc(): pool_data is the size in bytes. */
void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data);
void mempool_kfree(void *element, void *pool_data);
/* Pages: pool_data is the order. */
void *mempool_alloc_pages(gfp_t gfp_mask, void *pool_data);
void mempool_free_pages(void *element, void *pool_data);

/* The usual pools, ready made. Parameters and results as above. */

static inline int mempool_init_slab_pool(mempool_t *pool, int min_nr, struct kmem_cache *kc)
{
	return mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab, (void *)kc);
}

static inline mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *kc)
{
	return mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, (void *)kc);
}

static inline int mempool_init_kmalloc_pool(mempool_t *pool, int min_nr, size_t size)
{
	return mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}

static inline mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size)
{
	return mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}

static inline int mempool_init_page_pool(mempool_t *pool, int min_nr, int order)
{
	return mempool_init(pool, min_nr, mempool_alloc_pages, mempool_free_pages,
			    (void *)(long)order);
}

static inline mempool_t *mempool_create_page_pool(int min_nr, int order)
{
	return mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages,
			      (void *)(long)order);
}

#endif
