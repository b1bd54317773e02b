// SPDX-License-Identifier: MIT
/*
 * SLUB: the backend whose slabs carry no bookkeeping of their own. A free object
 * holds the pointer to the next one; all else is in struct page. Checklist B8.
 *
 * A CPU owns one slab of each cache (cpu_slab->page, "frozen") and takes objects
 * from cpu_slab->freelist. Objects that others free into it go to the slab's own
 * list, in page->slab_word, and are fetched all at once when freelist is empty.
 * Then come the slabs on cpu_slab->partial, those on the node's list, and new ones.
 *
 * slab_word is one word, so that one compare-and-swap changes all of it: number of
 * the first free object + 1 (0: none), objects in use, frozen. The pages of a slab
 * are few enough that an object's number is as good as its address. Who holds the
 * word's slab frozen takes its whole list; nobody else takes single objects from
 * it without the node's lock. So a first object that is still the same has the same
 * successor, and the swap needs no version counter.
 *
 *  U1 The slab's objects are in use, or on its own list, or on the freelist of the
 *     CPU that has frozen it; the word counts the latter as in use.
 *  U2 A frozen slab is on no node's list. Frees into it touch slab_word only.
 *  U3 A slab that is not frozen is on its node's partial list when it has free
 *     objects, and on none (debugged caches: on the full list) when it has none.
 *     Lists, and the transitions between these states, happen under list_lock.
 *  U4 Debugged caches never freeze a slab. Each object goes through list_lock.
 *  U5 A node keeps min_partial slabs on its list even if they are empty.
 *  U6 A CPU keeps slabs of its own node, except while that node has no memory.
 *  U7 Slabs of SLAB_TYPESAFE_BY_RCU caches are kept until the cache is destroyed:
 *     readers may look at freed objects for as long as they like.
 *
 * The fast path needs protection from interrupts of its own CPU only: a thread
 * leaves its CPU nowhere but in quarry_host_sleep(). Instead of turning interrupts
 * off it claims the CPU's part (claimed = 1) for a few instructions. Interrupts nest
 * properly, so one that finds the claim set goes around: it takes single objects
 * from the node's list, and frees as if the slab were a stranger's. This is two
 * stores and a test; saving and restoring the interrupt flag is eight instructions
 * hosted, and calls elsewhere; a compare-and-swap needs a version counter and costs
 * 20 cycles. The slow paths run with interrupts off, and only where claimed is 0.
 *
 * Memory of another node, if it is asked for, is served object by object from that
 * node's list, so that it does not drive this CPU from its own slab.
 *
 * Locking: list_lock (RANK_SLAB_NODE), interrupts off. Pages come and go outside.
 * Failure: NULL; the page allocator has reported why.
 * Neighbours: slub_cache.c (slabs' birth and death), debug.c (checks).
 */
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/slub.h"

struct slub_map slub_map;

/* The slab that an address of the direct map lies in, or the page; else NULL. */
static __always_inline struct page *page_of(const void *x)
{
	unsigned long off = (unsigned long)x - slub_map.base;

	if (unlikely(off >= slub_map.size))
		return NULL;
	return compound_head(slub_map.pages + (off >> PAGE_SHIFT));
}

/* Taking objects. */

static __always_inline void *pop_fast(struct kmem_cache *s)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);
	void *object;

	if (unlikely(c->claimed))
		return NULL;
	c->claimed = 1;
	barrier();
	object = c->freelist;
	if (likely(object))
		c->freelist = *free_link(s, object);
	barrier();
	c->claimed = 0;
	return object;
}

/* The same, if this CPU's slab is on a certain node. */
static __always_inline void *pop_fast_on(struct kmem_cache *s, int nid)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);
	void *object = NULL;

	if (unlikely(c->claimed))
		return NULL;
	c->claimed = 1;
	barrier();
	if (c->freelist && page_to_nid(c->page) == nid) {
		object = c->freelist;
		c->freelist = *free_link(s, object);
	}
	barrier();
	c->claimed = 0;
	return object;
}

/*
 * slab_take_all - move a frozen slab's own list to its CPU
 *
 * A slab without one is full: it is not the CPU's any more.
 */
static void *slab_take_all(struct kmem_cache *s, struct page *page)
{
	unsigned long old = slab_word(page), new;

	do {
		new = slab_word_make(0, page->slab_units, word_head(old) != 0);
	} while (!slab_word_swap(page, &old, new));
	return word_head(old) ? slab_object(s, page, word_head(old) - 1) : NULL;
}

/* Freezes the first slabs of the node's list: one to use, some for later. */
static bool take_partial(struct kmem_cache *s, struct kmem_cache_cpu *c, int nid)
{
	struct kmem_cache_node *n = s->node[nid];
	struct page *page, *next;
	unsigned int spare = s->cpu_partial / 2;

	if (!READ_ONCE(n->nr_partial))
		return false;
	spin_lock(&n->list_lock);
	list_for_each_entry_safe(page, next, &n->partial, slab_list) {
		if (c->page && c->nr_partial >= spare)
			break;
		slab_unlist(n, page);
		slab_set_frozen(page, true);
		if (!c->page) {
			WRITE_ONCE(c->page, page);
			continue;
		}
		slab_chain(page, c->partial);
		WRITE_ONCE(c->partial, page);
		c->nr_partial++;
	}
	spin_unlock(&n->list_lock);
	return c->page;
}

/* The next object for this CPU without a new slab. Interrupts off, not claimed. */
static void *cpu_refill(struct kmem_cache *s, struct kmem_cache_cpu *c, int nid)
{
	void *object;

	do {
		object = c->freelist;
		if (!object && c->page)
			object = slab_take_all(s, c->page);
		if (object) {
			c->freelist = *free_link(s, object);
			return object;
		}
		WRITE_ONCE(c->page, c->partial);
		if (c->page) {
			WRITE_ONCE(c->partial, slab_chain_next(c->page));
			c->nr_partial--;
		}
	} while (c->page || take_partial(s, c, nid));
	return NULL;
}

/* One object of a listed slab. Node locked. NULL: the slab turned out damaged. */
static void *take_one(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page,
		      unsigned long site)
{
	unsigned long old = slab_word(page), new;
	void *object = slab_object(s, page, word_head(old) - 1), *next;

	if (slab_debugged(s) && !debug_alloc(s, page, object)) {
		slab_unlist(n, page);
		slab_free_cut(s, page, NULL, 0);
		slab_list_add(page, &n->full);
		return NULL;
	}
	/* U3: as soon as it is full, whoever frees into it may freeze it. */
	slab_unlist(n, page);
	/* Others may free into it meanwhile, in front of the object. */
	do {
		object = slab_object(s, page, word_head(old) - 1);
		next = *free_link(s, object);
		new = slab_word_make(next ? slab_number(s, page, next) + 1 : 0,
				     word_inuse(old) + 1, false);
	} while (!slab_word_swap(page, &old, new));
	if (word_head(new))
		slab_list_first(n, page);
	else if (slab_debugged(s))
		slab_list_add(page, &n->full);
	if (slab_debugged(s))
		debug_allocated(s, page, object, site);
	return object;
}

/* One object from a node's list, without any CPU's slab. */
static void *take_from_node(struct kmem_cache *s, int nid, unsigned long site)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags;
	void *object = NULL;

	if (!READ_ONCE(n->nr_partial))
		return NULL;
	spin_lock_irqsave(&n->list_lock, flags);
	while (!object && !list_empty(&n->partial))
		object = take_one(s, n, list_first_entry(&n->partial, struct page, slab_list),
				  site);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return object;
}

/* When there are no pages: whatever free object any node has, nearest first. */
static void *take_anywhere(struct kmem_cache *s, gfp_t gfp, int nid, unsigned long site)
{
	struct zoneref *z = node_zonelist(nid, gfp)->_zonerefs;
	void *object = NULL;

	for (; !object && z->zone; z++)
		object = take_from_node(s, zone_to_nid(z->zone), site);
	return object;
}

static void *new_slab_object(struct kmem_cache *s, gfp_t gfp, int nid, unsigned long site)
{
	struct kmem_cache_node *n;
	struct page *page = slab_new(s, gfp, nid);
	unsigned long flags;
	void *object;

	if (!page)
		return NULL;
	n = s->node[page_to_nid(page)];
	spin_lock_irqsave(&n->list_lock, flags);
	slab_list_partial(n, page);
	object = take_one(s, n, page, site);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return object;
}

/* Without this CPU's slab: for debugged caches, other nodes, and around a claim. */
static void *alloc_single(struct kmem_cache *s, gfp_t gfp, int nid, unsigned long site)
{
	void *object = take_from_node(s, nid, site);

	if (!object)
		object = new_slab_object(s, gfp, nid, site);
	if (!object)
		object = take_anywhere(s, gfp, nid, site);
	return object;
}

/* Make a fresh slab this CPU's, and take its first object. */
static void *adopt_slab(struct kmem_cache *s, struct page *page)
{
	struct kmem_cache_cpu *c;
	unsigned long flags;
	void *object;

	local_irq_save(flags);
	c = raw_cpu_ptr(s->cpu_slab);
	/* Making the slab may have slept or been interrupted: now there may be one. */
	if (c->page)
		cpu_slab_deactivate(s, c);
	slab_set_frozen(page, true);
	object = slab_take_all(s, page);
	c->freelist = *free_link(s, object);
	WRITE_ONCE(c->page, page);
	local_irq_restore(flags);
	return object;
}

/*
 * alloc_slow - an object when the CPU's freelist has none, or must not be used
 * @node: wanted node, or NUMA_NO_NODE
 * Context: as gfp says.
 */
static noinline void *alloc_slow(struct kmem_cache *s, gfp_t gfp, int node, unsigned long site)
{
	struct kmem_cache_cpu *c;
	unsigned long flags;
	struct page *page;
	void *object;
	bool around;
	int nid;

	might_sleep_if(gfpflags_allow_blocking(gfp));
	gfp &= ~(__GFP_ZERO | GFP_ZONEMASK);
	local_irq_save(flags);
	nid = numa_mem_id();
	around = slab_debugged(s) || (node != NUMA_NO_NODE && node != nid);
	if (around && node != NUMA_NO_NODE && (unsigned int)node < machine.nr_nodes)
		nid = node;
	c = raw_cpu_ptr(s->cpu_slab);
	if (c->claimed)
		around = true;
	object = around ? NULL : cpu_refill(s, c, nid);
	if (object && node != NUMA_NO_NODE && page_to_nid(c->page) != node) {
		*free_link(s, object) = c->freelist;
		c->freelist = object;
		object = NULL;
		around = true;
	}
	local_irq_restore(flags);
	if (object)
		return object;
	if (around)
		return alloc_single(s, gfp, nid, site);
	page = slab_new(s, gfp, nid);
	if (!page)
		return take_anywhere(s, gfp, nid, site);
	return adopt_slab(s, page);
}

static noinline void *alloc_odd(struct kmem_cache *s, gfp_t gfp, int node, unsigned long site)
{
	void *object = NULL;

	if (!slab_pre_alloc(s, gfp, site))
		return NULL;
	if (node == NUMA_NO_NODE)
		object = pop_fast(s);
	if (!object)
		object = alloc_slow(s, gfp, node, site);
	if (object)
		slab_post_alloc(s, gfp, object);
	return object;
}

static __always_inline void *slab_alloc(struct kmem_cache *s, gfp_t gfp, unsigned long site)
{
	void *object;

	if (unlikely((gfp | slab_alloc_hooks) & SLAB_GFP_ODD))
		return alloc_odd(s, gfp, NUMA_NO_NODE, site);
	object = pop_fast(s);
	if (likely(object))
		return object;
	return alloc_slow(s, gfp, NUMA_NO_NODE, site);
}

static void *slab_alloc_node(struct kmem_cache *s, gfp_t gfp, int node, unsigned long site)
{
	void *object;

	if (node == NUMA_NO_NODE)
		return slab_alloc(s, gfp, site);
	if (likely(!((gfp | slab_alloc_hooks) & SLAB_GFP_ODD))) {
		object = pop_fast_on(s, node);
		if (object)
			return object;
	}
	return alloc_odd(s, gfp, node, site);
}

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	return slab_alloc(s, flags, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_alloc);

void *kmem_cache_alloc_site(struct kmem_cache *s, gfp_t flags, unsigned long site)
{
	return slab_alloc(s, flags, site);
}

void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	return slab_alloc_node(s, flags, node, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_alloc_node);

void *kmalloc_trace(struct kmem_cache *s, gfp_t flags, size_t size)
{
	return slab_alloc(s, flags, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_trace);

void *kmalloc_node_trace(struct kmem_cache *s, gfp_t flags, int node, size_t size)
{
	return slab_alloc_node(s, flags, node, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_node_trace);

static __always_inline void *kmalloc_any(size_t size, gfp_t flags, int node,
					 unsigned long site)
{
	if (unlikely(size - 1 >= KMALLOC_MAX_CACHE_SIZE)) {
		if (!size)
			return ZERO_SIZE_PTR;
		return kmalloc_large_site(size, flags, node, site);
	}
	if (node == NUMA_NO_NODE)
		return slab_alloc(kmalloc_slab(size, flags), flags, site);
	return slab_alloc_node(kmalloc_slab(size, flags), flags, node, site);
}

void *__kmalloc(size_t size, gfp_t flags)
{
	return kmalloc_any(size, flags, NUMA_NO_NODE, _RET_IP_);
}
EXPORT_SYMBOL(__kmalloc);

void *__kmalloc_node(size_t size, gfp_t flags, int node)
{
	return kmalloc_any(size, flags, node, _RET_IP_);
}
EXPORT_SYMBOL(__kmalloc_node);

void *__kmalloc_track_caller(size_t size, gfp_t flags, unsigned long caller)
{
	return kmalloc_any(size, flags, NUMA_NO_NODE, caller);
}
EXPORT_SYMBOL(__kmalloc_track_caller);

void *__kmalloc_node_track_caller(size_t size, gfp_t flags, int node, unsigned long caller)
{
	return kmalloc_any(size, flags, node, caller);
}
EXPORT_SYMBOL(__kmalloc_node_track_caller);

/* Giving objects back. */

/* A slab that nobody had has a free object again: keep it for this CPU. */
static void put_cpu_partial(struct kmem_cache *s, struct page *page)
{
	struct page *drain = NULL;
	struct kmem_cache_cpu *c;
	unsigned long flags;

	local_irq_save(flags);
	c = raw_cpu_ptr(s->cpu_slab);
	if (c->nr_partial >= s->cpu_partial) {
		drain = c->partial;
		c->partial = NULL;
		c->nr_partial = 0;
	}
	slab_chain(page, c->partial);
	WRITE_ONCE(c->partial, page);
	c->nr_partial++;
	local_irq_restore(flags);
	if (drain)
		slabs_unfreeze(s, drain);
}

static void free_debugged(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	struct kmem_cache_node *n = s->node[page_to_nid(page)];
	unsigned long flags, old;
	bool discard = false, was_full;

	spin_lock_irqsave(&n->list_lock, flags);
	/* The check may cut the slab's list, whatever that was (U3). */
	was_full = !word_head(slab_word(page));
	if (debug_free(s, page, x, site)) {
		old = slab_word(page);
		*free_link(s, x) = word_head(old) ? slab_object(s, page, word_head(old) - 1) : NULL;
		page->slab_word = slab_word_make(slab_number(s, page, x) + 1,
						 word_inuse(old) - 1, false);
		if (was_full) {
			list_del_init(&page->slab_list);
			slab_list_partial(n, page);
		}
		discard = slab_surplus(s, n, page);
		if (discard)
			slab_unlist(n, page);
	} else if (!was_full && !word_head(slab_word(page))) {
		slab_unlist(n, page);
		slab_list_add(page, &n->full);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (discard)
		slab_discard(s, page);
}

/* The end of free_slow() where the slab changes lists. Node locked on entry. */
static void free_relist(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page,
			bool was_full, unsigned long flags)
{
	bool discard;

	if (was_full)
		slab_list_partial(n, page);
	discard = slab_surplus(s, n, page);
	if (discard)
		slab_unlist(n, page);
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (discard)
		slab_discard(s, page);
}

/* Is it what this CPU would hand out next? Then it is free already. */
static bool on_cpu_head(struct kmem_cache *s, struct page *page, const void *x)
{
	struct kmem_cache_cpu *c;
	unsigned long flags;
	bool found;

	if (likely(READ_ONCE(raw_cpu_ptr(s->cpu_slab)->page) != page))
		return false;
	local_irq_save(flags);
	c = raw_cpu_ptr(s->cpu_slab);
	found = c->page == page && c->freelist == x;
	local_irq_restore(flags);
	return found;
}

/*
 * free_slow - free an object into a slab that is not this CPU's current one
 * Context: any.
 */
static noinline void free_slow(struct kmem_cache *s, struct page *page, void *x,
			       unsigned long site)
{
	struct kmem_cache_node *n = NULL;
	unsigned long old, new, flags = 0;
	unsigned int nr;
	bool was_full, freeze, twice, local;

	if (slab_debugged(s)) {
		if (s->flags & SLAB_DEBUG_INITIAL)
			slab_verify_26(s, page, x);
		free_debugged(s, page, x, site);
		return;
	}
	nr = slab_number(s, page, x);
	if (unlikely(nr >= page->slab_units || slab_object(s, page, nr) != x)) {
		slab_bad_object(s, page, x, site, "Invalid object pointer");
		return;
	}
	twice = on_cpu_head(s, page, x);
	local = s->cpu_partial && page_to_nid(page) == numa_mem_id();
	old = slab_word(page);
	do {
		if (unlikely(twice || word_head(old) == nr + 1 || !word_inuse(old))) {
			if (n)
				spin_unlock_irqrestore(&n->list_lock, flags);
			slab_bad_object(s, page, x, site, "Object already free");
			return;
		}
		was_full = !word_head(old);
		freeze = was_full && !word_frozen(old) && local;
		*free_link(s, x) = was_full ? NULL : slab_object(s, page, word_head(old) - 1);
		new = slab_word_make(nr + 1, word_inuse(old) - 1, word_frozen(old) || freeze);
		/* U3: it comes to the list, or may have to leave it. */
		if (!n && !word_frozen(new) && (was_full || !word_inuse(new))) {
			n = s->node[page_to_nid(page)];
			spin_lock_irqsave(&n->list_lock, flags);
		} else if (n && (word_frozen(new) || (!was_full && word_inuse(new)))) {
			spin_unlock_irqrestore(&n->list_lock, flags);
			n = NULL;
		}
	} while (!slab_word_swap(page, &old, new));
	if (n)
		free_relist(s, n, page, was_full, flags);
	else if (freeze)
		put_cpu_partial(s, page);
}

static __always_inline void free_fast(struct kmem_cache *s, struct page *page, void *x,
				      unsigned long site)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);

	if (likely(!c->claimed)) {
		c->claimed = 1;
		barrier();
		if (likely(c->page == page && c->freelist != x)) {
			*free_link(s, x) = c->freelist;
			c->freelist = x;
			barrier();
			c->claimed = 0;
			return;
		}
		barrier();
		c->claimed = 0;
	}
	free_slow(s, page, x, site);
}

/* Apart from the fast path, which so needs no registers saved. */
static noinline void free_hooked(struct kmem_cache *s, struct page *page, void *x,
				 unsigned long site)
{
	slab_pre_free(s, x);
	free_fast(s, page, x, site);
}

static __always_inline void slab_free(struct kmem_cache *s, struct page *page, void *x,
				      unsigned long site)
{
	if (unlikely(slab_free_hooks))
		free_hooked(s, page, x, site);
	else
		free_fast(s, page, x, site);
}

void kfree(const void *objp)
{
	struct page *page = page_of(objp);

	if (unlikely(!page || !PageSlab(page))) {
		kfree_other(objp, _RET_IP_);
		return;
	}
	slab_free(page->slab_cache, page, (void *)objp, _RET_IP_);
}
EXPORT_SYMBOL(kfree);

void kfree_site(const void *objp, unsigned long site)
{
	struct page *page = page_of(objp);

	if (unlikely(!page || !PageSlab(page)))
		kfree_other(objp, site);
	else
		slab_free(page->slab_cache, page, (void *)objp, site);
}

/* What kmem_cache_free() was given, if it is no object of that cache. */
static noinline void free_mistaken(struct kmem_cache *s, struct page *page, void *x,
				   unsigned long site)
{
	if (!x)
		return;
	if (!page || !PageSlab(page))
		slab_bad_free("kmem_cache_free", x, site);
	else
		slab_wrong_cache(s, page, x, site);
}

void kmem_cache_free(struct kmem_cache *s, void *objp)
{
	struct page *page = page_of(objp);

	if (unlikely(!page || !PageSlab(page) || page->slab_cache != s)) {
		free_mistaken(s, page, objp, _RET_IP_);
		return;
	}
	slab_free(s, page, objp, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_free);

/* Many at once. */

void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p)
{
	unsigned long site = _RET_IP_;
	struct page *page;
	size_t i;

	for (i = 0; i < nr; i++) {
		page = page_of(p[i]);
		if (likely(page && PageSlab(page) && (!s || page->slab_cache == s)))
			slab_free(page->slab_cache, page, p[i], site);
		else if (s)
			free_mistaken(s, page, p[i], site);
		else
			kfree_other(p[i], site);
	}
}
EXPORT_SYMBOL(kmem_cache_free_bulk);

/* As many as this CPU's freelist has, at most @nr. */
static size_t pop_many(struct kmem_cache *s, size_t nr, void **p)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);
	void *object;
	size_t i;

	if (unlikely(c->claimed))
		return 0;
	c->claimed = 1;
	barrier();
	object = c->freelist;
	for (i = 0; i < nr && object; i++) {
		p[i] = object;
		object = *free_link(s, object);
	}
	c->freelist = object;
	barrier();
	c->claimed = 0;
	return i;
}

int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t nr, void **p)
{
	unsigned long site = _RET_IP_;
	size_t i = 0, k;

	if (unlikely((flags | slab_alloc_hooks) & SLAB_GFP_ODD) &&
	    !slab_pre_alloc(s, flags, site))
		return 0;
	while (i < nr) {
		i += pop_many(s, nr - i, p + i);
		if (i == nr)
			break;
		p[i] = alloc_slow(s, flags, NUMA_NO_NODE, site);
		if (!p[i]) {
			kmem_cache_free_bulk(s, i, p);
			return 0;
		}
		i++;
	}
	if (unlikely((flags | slab_alloc_hooks) & __GFP_ZERO))
		for (k = 0; k < nr; k++)
			slab_post_alloc(s, flags, p[k]);
	return nr;
}
EXPORT_SYMBOL(kmem_cache_alloc_bulk);
