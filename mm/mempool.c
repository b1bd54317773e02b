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
 *  M5 With slub_debug=P (for slab and kmalloc pools: of their cache), an element in the
 *     reserve is poisoned as a free object is: 6b, the last byte a5. Neither the cache
 *     nor the page allocator would notice a write to it: to them, it is in use. Not if
 *     the cache has a constructor: its elements must stay as they are.
 *
 * The usual kinds of elements, slab and kmalloc, are made and freed by direct calls,
 * and then belong to whoever called us, not to this file. For slab pools the backend's
 * fast half is tried first (mm/slab/backend.h): this file is compiled once for each.
 *
 * Locking: pool->lock, interrupts off; the pool's functions are never called under
 * it. pools_lock for the list that mempool_holdings() walks.
 */
#include <linux/mempool.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/poison.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include QUARRY_SLAB_FAST

#define RETRY_TICKS	(5 * HZ)
#define PATIENCE	2	/* retries, before it is said that somebody waits */

static LIST_HEAD(pools);
static DEFINE_SPINLOCK_RANKED(pools_lock, RANK_POOL_LIST);

enum pool_kind {
	POOL_OTHER,
	POOL_SLAB,
	POOL_KMALLOC,
	POOL_PAGES,
};

static enum pool_kind pool_kind(const mempool_t *pool)
{
	if (pool->alloc == mempool_alloc_slab && pool->free == mempool_free_slab)
		return POOL_SLAB;
	if (pool->alloc == mempool_kmalloc && pool->free == mempool_kfree)
		return POOL_KMALLOC;
	if (pool->alloc == mempool_alloc_pages && pool->free == mempool_free_pages)
		return POOL_PAGES;
	return POOL_OTHER;
}

/* M5: bytes of an element that are poisoned, 0: none. */
static size_t poisoned_bytes(const mempool_t *pool)
{
	size_t size = (size_t)pool->pool_data;
	struct kmem_cache *s = NULL;

	switch (pool->kind) {
	case POOL_SLAB:
		s = pool->pool_data;
		size = kmem_cache_size(s);
		break;
	case POOL_KMALLOC:
		if (size && size <= KMALLOC_MAX_CACHE_SIZE)
			s = kmalloc_slab(size, GFP_KERNEL);
		break;
	case POOL_PAGES:
		size = PAGE_SIZE << size;
		break;
	default:
		return 0;
	}
	if (s && (s->ctor || (s->flags & SLAB_TYPESAFE_BY_RCU)))
		return 0;
	return (s ? s->flags : slab_params.debug) & SLAB_POISON ? size : 0;
}

/* Poison. Pages may be high: a piece of an element at a time. */

static u8 *piece(const mempool_t *pool, void *element, size_t at, size_t *bytes)
{
	*bytes = pool->poisoned;
	if (pool->kind != POOL_PAGES)
		return element;
	*bytes = PAGE_SIZE;
	return kmap_local_page((struct page *)element + at / PAGE_SIZE);
}

static void piece_done(const mempool_t *pool, u8 *p)
{
	if (pool->kind == POOL_PAGES)
		kunmap_local(p);
}

static void poison(const mempool_t *pool, void *element)
{
	size_t at, bytes;
	u8 *p;

	for (at = 0; at < pool->poisoned; at += bytes) {
		p = piece(pool, element, at, &bytes);
		memset(p, POISON_FREE, bytes);
		if (at + bytes == pool->poisoned)
			p[bytes - 1] = POISON_END;
		piece_done(pool, p);
	}
}

static void report_pool(const mempool_t *pool, void *element)
{
	report_line("pool 0x%px, made by %pS, %d elements of %d in reserve", pool,
		    (void *)pool->site, pool->curr_nr, pool->min_nr);
	if (pool->kind != POOL_PAGES)
		slab_describe((unsigned long)element);
	report_here();
	report_end();
}

/* One report for all of an element. */
static void check_poison(const mempool_t *pool, void *element)
{
	size_t at, bytes;
	u8 *p, *bad = NULL;
	u8 is = 0, wanted = 0;

	for (at = 0; at < pool->poisoned && !bad; at += bytes) {
		p = piece(pool, element, at, &bytes);
		wanted = POISON_FREE;
		bad = memchr_inv(p, POISON_FREE, bytes - (at + bytes == pool->poisoned));
		if (!bad && at + bytes == pool->poisoned && p[bytes - 1] != POISON_END) {
			wanted = POISON_END;
			bad = p + bytes - 1;
		}
		if (bad) {
			is = *bad;
			at += bad - p;
			bytes = 0;
		}
		piece_done(pool, p);
	}
	if (!bad)
		return;
	report_begin(REPORT_BUG, "mempool: element 0x%px was written to in the reserve", element);
	report_line("byte %zu of %zu is 0x%02x instead of 0x%02x", at, pool->poisoned, is, wanted);
	report_pool(pool, element);
}

/* Would be had twice? Or is another cache's? Lock held; only where M5 is checked. */
static bool refuse_element(const mempool_t *pool, void *element, unsigned long site)
{
	struct page *page = pool->kind == POOL_SLAB ? slab_page_of(element) : NULL;
	struct kmem_cache *wanted = pool->pool_data;
	int i;

	for (i = 0; i < pool->curr_nr; i++) {
		if (pool->elements[i] != element)
			continue;
		report_begin(REPORT_BUG, "mempool_free: element 0x%px is in the reserve already",
			     element);
		report_line("called from %pS", (void *)site);
		report_pool(pool, element);
		return true;
	}
	if (page && page->slab_cache && page->slab_cache != wanted) {
		report_begin(REPORT_BUG, "mempool_free: element 0x%px is from cache %s, not from %s",
			     element, page->slab_cache->name, wanted->name);
		report_line("called from %pS", (void *)site);
		report_pool(pool, element);
		return true;
	}
	return false;
}

/* The reserve. Stored whole: mempool_alloc() and mempool_free() look without the lock. */

static void push(mempool_t *pool, void *element)
{
	if (unlikely(pool->poisoned))
		poison(pool, element);
	pool->elements[pool->curr_nr] = element;
	WRITE_ONCE(pool->curr_nr, pool->curr_nr + 1);
}

/* reserve_put - @site: who frees it; 0: it is fresh. Return: it is gone. */
static bool reserve_put(mempool_t *pool, void *element, unsigned long site)
{
	unsigned long flags;
	bool put;

	spin_lock_irqsave(&pool->lock, flags);
	put = pool->curr_nr < pool->min_nr;
	if (put && !(unlikely(pool->poisoned) && site && refuse_element(pool, element, site)))
		push(pool, element);
	spin_unlock_irqrestore(&pool->lock, flags);
	return put;
}

/* reserve_take - an element, if there are more than @above */
static void *reserve_take(mempool_t *pool, int above)
{
	unsigned long flags;
	void *element = NULL;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr > above) {
		WRITE_ONCE(pool->curr_nr, pool->curr_nr - 1);
		element = pool->elements[pool->curr_nr];
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (element && unlikely(pool->poisoned))
		check_poison(pool, element);
	return element;
}

static void reserve_drain(mempool_t *pool)
{
	void *element;

	while ((element = reserve_take(pool, 0)))
		pool->free(element, pool->pool_data);
}

/* A new element. */
static void *make_element(mempool_t *pool, gfp_t gfp, unsigned long site)
{
	if (likely(pool->kind == POOL_SLAB))
		return kmem_cache_alloc_site(pool->pool_data, gfp, site);
	if (likely(pool->kind == POOL_KMALLOC))
		return __kmalloc_track_caller((size_t)pool->pool_data, gfp, site);
	return pool->alloc(gfp, pool->pool_data);
}

/* Life of a pool. */

static int init_site(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		     mempool_free_t *free_fn, void *pool_data, gfp_t gfp, int nid,
		     unsigned long site)
{
	void *element;
	size_t room;

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
	pool->kind = pool_kind(pool);
	pool->poisoned = poisoned_bytes(pool);
	if (WARN_ON(min_nr < 0))
		return -EINVAL;
	if (check_mul_overflow((size_t)min_nr, sizeof(void *), &room))
		return -ENOMEM;
	pool->elements = __kmalloc_node_track_caller(room, gfp, nid, site);
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
	WARN_ON(waitqueue_active(&pool->wait));
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
	bool done;

	do {
		while ((element = reserve_take(pool, new_min_nr)))
			pool->free(element, pool->pool_data);
		spin_lock_irqsave(&pool->lock, flags);
		/* Somebody may have filled it up again. */
		done = pool->curr_nr <= new_min_nr;
		/* Not more than somebody else has left room for. */
		if (done)
			WRITE_ONCE(pool->min_nr, min(pool->min_nr, new_min_nr));
		spin_unlock_irqrestore(&pool->lock, flags);
	} while (!done);
}

int mempool_resize(mempool_t *pool, int new_min_nr)
{
	void **elements, **old, *element;
	unsigned long flags;
	size_t room;

	if (WARN_ON(new_min_nr < 1))
		return -EINVAL;
	might_sleep();
	if (new_min_nr <= READ_ONCE(pool->min_nr)) {
		shrink_reserve(pool, new_min_nr);
		return 0;
	}
	if (check_mul_overflow((size_t)new_min_nr, sizeof(void *), &room))
		return -ENOMEM;
	elements = __kmalloc_track_caller(room, GFP_KERNEL, _RET_IP_);
	if (!elements)
		return -ENOMEM;
	spin_lock_irqsave(&pool->lock, flags);
	if (new_min_nr <= pool->min_nr) {
		/* Somebody else has made it larger meanwhile: there may be more than we have room for. */
		spin_unlock_irqrestore(&pool->lock, flags);
		kfree(elements);
		shrink_reserve(pool, new_min_nr);
		return 0;
	}
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
		if (!reserve_put(pool, element, 0)) {
			pool->free(element, pool->pool_data);
			break;
		}
		wake_up(&pool->wait);
	}
	return 0;
}
EXPORT_SYMBOL(mempool_resize);

/* Elements out and in. */

static void report_wait(const mempool_t *pool)
{
	uintptr_t site = pool->site;	/* another type where an address has 32 bits */

	report_begin(REPORT_WARNING, "mempool_alloc() has waited for %d seconds: there is no memory, and nobody gives an element back",
		     PATIENCE * RETRY_TICKS / HZ);
	report_line("all of the reserve is in use, %d element%s", pool->min_nr,
		    pool->min_nr == 1 ? "" : "s");
	report_stack("the pool was made by:", &site, 1);
	report_here();
	report_end();
}

/*
 * M3, M4: sleep until an element may be there. @tries counts sleeps that brought none: memory
 * may still come, so the wait has no end, but it does not stay unsaid.
 */
static void wait_for_element(mempool_t *pool, unsigned int *tries)
{
	DEFINE_WAIT(wait);
	long left = 1;

	prepare_to_wait(&pool->wait, &wait, TASK_UNINTERRUPTIBLE);
	if (!READ_ONCE(pool->curr_nr))
		left = schedule_timeout(RETRY_TICKS);
	finish_wait(&pool->wait, &wait);
	if (!left && ++*tries == PATIENCE)
		report_wait(pool);
}

static noinline void *alloc_slowly(mempool_t *pool, gfp_t gfp_mask, unsigned long site)
{
	gfp_t full = gfp_mask | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	gfp_t gfp = full & ~(__GFP_DIRECT_RECLAIM | __GFP_IO);
	unsigned int tries = 0;
	void *element;

	WARN_ON_ONCE(gfp_mask & __GFP_ZERO);
	might_sleep_if(gfpflags_allow_blocking(gfp_mask));
	for (;;) {
		element = make_element(pool, gfp, site);
		if (likely(element))
			return element;
		element = reserve_take(pool, 0);
		if (element)
			return element;
		if (gfp != full)
			gfp = full;
		else if (gfpflags_allow_blocking(gfp_mask))
			wait_for_element(pool, &tries);
		else
			return NULL;
	}
}

void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask)
{
	void *element;

	if (likely(pool->kind == POOL_SLAB && !(gfp_mask & SLAB_GFP_ODD))) {
		element = fast_take(pool->pool_data);
		if (likely(element))
			return element;
	}
	return alloc_slowly(pool, gfp_mask, _RET_IP_);
}
EXPORT_SYMBOL(mempool_alloc);

/* What the reserve does not want goes where it came from. */
static void free_element(mempool_t *pool, void *element, unsigned long site)
{
	if (pool->kind == POOL_SLAB)
		kmem_cache_free_site(pool->pool_data, element, site);
	else if (pool->kind == POOL_KMALLOC)
		kfree_site(element, site);
	else
		pool->free(element, pool->pool_data);
}

static noinline void free_slowly(mempool_t *pool, void *element, unsigned long site)
{
	if (!element)
		return;
	if (READ_ONCE(pool->curr_nr) < READ_ONCE(pool->min_nr) &&
	    reserve_put(pool, element, site))
		wake_up(&pool->wait);
	else
		free_element(pool, element, site);
}

/*
 * Without the lock: whoever has taken the element out of the reserve has made curr_nr
 * less before, and we see that, as we have the element. An older, lower value costs a
 * look under the lock. M3: if somebody waits, curr_nr is 0.
 */
void mempool_free(void *element, mempool_t *pool)
{
	smp_rmb();
	if (likely(pool->kind == POOL_SLAB &&
		   READ_ONCE(pool->curr_nr) >= READ_ONCE(pool->min_nr)) &&
	    likely(fast_give(pool->pool_data, element)))
		return;
	free_slowly(pool, element, _RET_IP_);
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
		h->size = READ_ONCE(pool->curr_nr) * sizeof(void *);
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
	spin_lock_set_rank(&pools_lock, RANK_POOL_LIST);
}
