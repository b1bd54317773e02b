// SPDX-License-Identifier: MIT
/*
 * Memory pools: elements that are there when nothing else is. Document 003;
 * checklist B14.
 *
 *  M1 elements[0 .. curr_nr - 1] is the reserve, and curr_nr <= min_nr.
 *  M2 The reserve is filled first: an element that is freed goes there until it is
 *     full, and only then to the pool's free function.
 *  M3 Whoever waits has queued itself before it looked at the reserve for the last
 *     time, so a free that comes afterwards wakes it.
 *  M4 An allocation that may sleep does not fail. It tries again whenever an element
 *     comes back, and after a while in any case: the pool's allocation function may
 *     have found memory meanwhile.
 *
 * Locking: pool->lock, interrupts off; the pool's functions are never called under
 * it. pools_lock for the list that mempool_holdings() walks.
 */
#include <linux/mempool.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

#define RETRY_TICKS	(5 * HZ)

static LIST_HEAD(pools);
static DEFINE_SPINLOCK_RANKED(pools_lock, RANK_MEMPOOL);

/* The reserve. Stored whole: mempool_alloc() and mempool_free() look without the lock. */

static void push(mempool_t *pool, void *element)
{
	pool->elements[pool->curr_nr] = element;
	WRITE_ONCE(pool->curr_nr, pool->curr_nr + 1);
}

static void *pop(mempool_t *pool)
{
	WRITE_ONCE(pool->curr_nr, pool->curr_nr - 1);
	return pool->elements[pool->curr_nr];
}

static bool reserve_put(mempool_t *pool, void *element)
{
	unsigned long flags;
	bool put;

	spin_lock_irqsave(&pool->lock, flags);
	put = pool->curr_nr < pool->min_nr;
	if (put)
		push(pool, element);
	spin_unlock_irqrestore(&pool->lock, flags);
	return put;
}

static void *reserve_take(mempool_t *pool)
{
	unsigned long flags;
	void *element = NULL;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr)
		element = pop(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

static void reserve_drain(mempool_t *pool)
{
	void *element;

	while ((element = reserve_take(pool)))
		pool->free(element, pool->pool_data);
}

/*
 * A new element. Objects belong to whoever called us, not to this file; for that the
 * usual kinds are made without a detour through the pool's function.
 */
static void *make_element(mempool_t *pool, gfp_t gfp, unsigned long site)
{
	if (pool->alloc == mempool_alloc_slab)
		return kmem_cache_alloc_site(pool->pool_data, gfp, site);
	if (pool->alloc == mempool_kmalloc)
		return __kmalloc_track_caller((size_t)pool->pool_data, gfp, site);
	return pool->alloc(gfp, pool->pool_data);
}

/* Life of a pool. */

static int init_site(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		     mempool_free_t *free_fn, void *pool_data, gfp_t gfp, int nid,
		     unsigned long site)
{
	void *element;

	memset(pool, 0, sizeof(*pool));
	spin_lock_init(&pool->lock);
	spin_lock_set_rank(&pool->lock, RANK_MEMPOOL);
	init_waitqueue_head(&pool->wait);
	INIT_LIST_HEAD(&pool->list);
	pool->min_nr = min_nr;
	pool->pool_data = pool_data;
	pool->alloc = alloc_fn;
	pool->free = free_fn;
	pool->site = site;
	if (WARN_ON(min_nr < 1))
		return -EINVAL;
	pool->elements = __kmalloc_node_track_caller(array_size(min_nr, sizeof(void *)), gfp, nid,
						     site);
	if (!pool->elements)
		return -ENOMEM;
	while (pool->curr_nr < min_nr) {
		element = make_element(pool, gfp, site);
		if (!element) {
			mempool_exit(pool);
			return -ENOMEM;
		}
		push(pool, element);
	}
	return 0;
}

int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id)
{
	return init_site(pool, min_nr, alloc_fn, free_fn, pool_data, gfp_mask, node_id, _RET_IP_);
}
EXPORT_SYMBOL(mempool_init_node);

int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		 mempool_free_t *free_fn, void *pool_data)
{
	return init_site(pool, min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL, NUMA_NO_NODE,
			 _RET_IP_);
}
EXPORT_SYMBOL(mempool_init);

void mempool_exit(mempool_t *pool)
{
	if (!pool->elements)
		return;
	reserve_drain(pool);
	kfree(pool->elements);
	pool->elements = NULL;
}
EXPORT_SYMBOL(mempool_exit);

static mempool_t *create_site(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			      void *pool_data, gfp_t gfp, int nid, unsigned long site)
{
	mempool_t *pool = kmalloc_node(sizeof(*pool), gfp, nid);

	if (!pool)
		return NULL;
	if (init_site(pool, min_nr, alloc_fn, free_fn, pool_data, gfp, nid, site)) {
		kfree(pool);
		return NULL;
	}
	spin_lock(&pools_lock);
	list_add(&pool->list, &pools);
	spin_unlock(&pools_lock);
	return pool;
}

mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			       void *pool_data, gfp_t gfp_mask, int nid)
{
	return create_site(min_nr, alloc_fn, free_fn, pool_data, gfp_mask, nid, _RET_IP_);
}
EXPORT_SYMBOL(mempool_create_node);

mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			  void *pool_data)
{
	return create_site(min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL, NUMA_NO_NODE,
			   _RET_IP_);
}
EXPORT_SYMBOL(mempool_create);

void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	spin_lock(&pools_lock);
	list_del(&pool->list);
	spin_unlock(&pools_lock);
	mempool_exit(pool);
	kfree(pool);
}
EXPORT_SYMBOL(mempool_destroy);

/* A smaller reserve: what is too much goes, one by one. */
static void shrink_reserve(mempool_t *pool, int new_min_nr)
{
	unsigned long flags;
	void *element;

	do {
		element = NULL;
		spin_lock_irqsave(&pool->lock, flags);
		if (pool->curr_nr > new_min_nr)
			element = pop(pool);
		else
			WRITE_ONCE(pool->min_nr, new_min_nr);
		spin_unlock_irqrestore(&pool->lock, flags);
		if (element)
			pool->free(element, pool->pool_data);
	} while (element);
}

int mempool_resize(mempool_t *pool, int new_min_nr)
{
	void **elements, **old, *element;
	unsigned long flags;

	if (WARN_ON(new_min_nr < 1))
		return -EINVAL;
	might_sleep();
	if (new_min_nr <= pool->min_nr) {
		shrink_reserve(pool, new_min_nr);
		return 0;
	}
	elements = __kmalloc_track_caller(array_size(new_min_nr, sizeof(void *)), GFP_KERNEL,
					  _RET_IP_);
	if (!elements)
		return -ENOMEM;
	spin_lock_irqsave(&pool->lock, flags);
	memcpy(elements, pool->elements, pool->curr_nr * sizeof(*elements));
	old = pool->elements;
	pool->elements = elements;
	WRITE_ONCE(pool->min_nr, new_min_nr);
	spin_unlock_irqrestore(&pool->lock, flags);
	kfree(old);
	/* What cannot be had now comes with the next elements that are freed. */
	while (READ_ONCE(pool->curr_nr) < new_min_nr) {
		element = make_element(pool, GFP_KERNEL, _RET_IP_);
		if (!element)
			break;
		if (!reserve_put(pool, element)) {
			pool->free(element, pool->pool_data);
			break;
		}
		wake_up(&pool->wait);
	}
	return 0;
}
EXPORT_SYMBOL(mempool_resize);

/* Elements out and in. */

/* M3, M4: sleep until an element may be there. */
static void wait_for_element(mempool_t *pool)
{
	DEFINE_WAIT(wait);

	prepare_to_wait(&pool->wait, &wait, TASK_UNINTERRUPTIBLE);
	if (!READ_ONCE(pool->curr_nr))
		schedule_timeout(RETRY_TICKS);
	finish_wait(&pool->wait, &wait);
}

void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask)
{
	gfp_t full = gfp_mask | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	gfp_t gfp = full & ~(__GFP_DIRECT_RECLAIM | __GFP_IO);
	void *element;

	WARN_ON_ONCE(gfp_mask & __GFP_ZERO);
	might_sleep_if(gfpflags_allow_blocking(gfp_mask));
	for (;;) {
		element = make_element(pool, gfp, _RET_IP_);
		if (likely(element))
			return element;
		element = reserve_take(pool);
		if (element)
			return element;
		if (gfp != full)
			gfp = full;
		else if (gfpflags_allow_blocking(gfp_mask))
			wait_for_element(pool);
		else
			return NULL;
	}
}
EXPORT_SYMBOL(mempool_alloc);

void mempool_free(void *element, mempool_t *pool)
{
	if (unlikely(!element))
		return;
	if (unlikely(READ_ONCE(pool->curr_nr) < READ_ONCE(pool->min_nr)) &&
	    reserve_put(pool, element)) {
		wake_up(&pool->wait);
		return;
	}
	pool->free(element, pool->pool_data);
}
EXPORT_SYMBOL(mempool_free);

/* Kinds of elements. */

void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data)
{
	return kmem_cache_alloc(pool_data, gfp_mask);
}
EXPORT_SYMBOL(mempool_alloc_slab);

void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}
EXPORT_SYMBOL(mempool_free_slab);

void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data)
{
	return kmalloc((size_t)pool_data, gfp_mask);
}
EXPORT_SYMBOL(mempool_kmalloc);

void mempool_kfree(void *element, void *pool_data)
{
	kfree(element);
}
EXPORT_SYMBOL(mempool_kfree);

void *mempool_alloc_pages(gfp_t gfp_mask, void *pool_data)
{
	return alloc_pages(gfp_mask, (unsigned int)(unsigned long)pool_data);
}
EXPORT_SYMBOL(mempool_alloc_pages);

void mempool_free_pages(void *element, void *pool_data)
{
	__free_pages(element, (unsigned int)(unsigned long)pool_data);
}
EXPORT_SYMBOL(mempool_free_pages);

/* Who holds what. */

static bool pool_holding(struct holdings *hs, unsigned long skip, struct quarry_holding *h)
{
	mempool_t *pool;
	bool found = false;

	spin_lock(&pools_lock);
	list_for_each_entry(pool, &pools, list) {
		if (pool->site < hs->lo || pool->site >= hs->hi || skip--)
			continue;
		h->address = (uintptr_t)pool;
		h->size = pool->curr_nr * sizeof(void *);
		h->site = pool->site;
		found = true;
		break;
	}
	spin_unlock(&pools_lock);
	return found;
}

void mempool_holdings(struct holdings *hs)
{
	struct quarry_holding h = { .kind = "mempool" };
	unsigned long i;

	for (i = 0; pool_holding(hs, i, &h); i++)
		holding(hs, &h);
}

void mempool_reset(void)
{
	INIT_LIST_HEAD(&pools);
	spin_lock_init(&pools_lock);
	spin_lock_set_rank(&pools_lock, RANK_MEMPOOL);
}
