// SPDX-License-Identifier: MIT
/*
 * SLUB: the backend whose slabs carry no bookkeeping of their own. A free object
 * holds the pointer to the next one; all else is in struct page. Checklist B8.
 *
 * It has three storeys.
 *
 *	magazines	per CPU, lane and node: slub_fast.h, slub_magazine.c. Objects come
 *			from there and go there; 10 to 20 instructions, no lock. From CPU to
 *			CPU they go by the node's depot, a hundred and more under one lock
 *	CPU slabs	per CPU: a slab that is the CPU's own ("frozen"), and more of them
 *			on a partial list. Magazines are filled from there. No lock
 *	node lists	slabs with free objects that are nobody's. Under list_lock
 *
 * The design of 2008 has the lower two. Magazines are ours: they halve the instructions
 * of a pair, because a free need not find out whether it hits the CPU's own slab, and
 * serve batches and one-way traffic between CPUs without touching slabs at all; Linux
 * took the same step in 2025 ("sheaves").
 *
 * A free finds its magazine by one word of the page, slab_lane (tails have it as well):
 * 0 for what is no slab leads to one that is always full. An allocation finds it by
 * s->lane. Both add the running lane's base (mm/lane.h), and that is all.
 *
 *  U1 The slab's objects are in use, or on its own list, or on the freelist of the
 *     CPU that has frozen it; the word counts the latter as in use, and so those in
 *     magazines (G2 in slub_magazine.c).
 *  U2 A frozen slab is on no node's list. Frees into it touch slab_word only.
 *  U3 A slab that is not frozen is on its node's partial list when it has free
 *     objects, and on none when it has none. Lists, and the transitions between these
 *     states, happen under list_lock.
 *  U4 Who holds the word's slab frozen takes its whole list; nobody else takes single
 *     objects from it without the node's lock. So a first object that is still the same
 *     has the same successor, and the swap needs no version counter.
 *  U5 A node keeps min_partial slabs on its list even if they are empty.
 *  U6 A CPU keeps slabs of its own node, except while that node has no memory.
 *  U7 Slabs of SLAB_TYPESAFE_BY_RCU caches go by kmem_cache_shrink(), under pressure and at
 *     the cache's end, when nobody reads any more who may look at freed objects.
 *  U8 All below magazines happens with interrupts off.
 *
 * Memory of another node, if it is asked for, is served object by object from that
 * node's list, so that it does not drive this CPU from its own slab; what is freed of
 * another node's is gathered in a magazine of that node's, and goes back in runs.
 *
 * Locking: list_lock (RANK_SLAB_NODE), interrupts off. Pages come and go outside.
 * Failure: NULL; the page allocator has reported why.
 * Neighbours: slub_cache.c (slabs' birth and death), entry.c (who calls this).
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/slub.h"

const char backend_name[] = "SLUB";
const unsigned int backend_kmalloc_min = KMALLOC_SHIFT_LOW;
const unsigned int backend_kmalloc_max = KMALLOC_SHIFT_HIGH;

/* Taking objects. Interrupts off, unless they say otherwise. */

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

/* The next object for this CPU without a new slab. */
static void *cpu_refill(struct kmem_cache *s, struct kmem_cache_cpu *c, int nid)
{
	void *object;

	do {
		object = c->freelist;
		if (!object && c->page)
			object = slab_take_all(s, c->page);
		if (object) {
			c->freelist = link_next(s, c->page, object);
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

/* One object of a listed slab. Node locked. */
static void *take_one(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page)
{
	unsigned long old = slab_word(page), new;
	void *object, *next;

	/* U3: as soon as it is full, whoever frees into it may freeze it. */
	slab_unlist(n, page);
	/* Others may free into it meanwhile, in front of the object. */
	do {
		object = slab_object(s, page, word_head(old) - 1);
		next = link_next(s, page, object);
		/* What is lost behind a broken link is in use from now on. */
		new = next ? slab_word_make(slab_number(s, page, next) + 1, word_inuse(old) + 1,
					    false) :
			     slab_word_make(0, page->slab_units, false);
	} while (!slab_word_swap(page, &old, new));
	if (word_head(new))
		slab_list_first(n, page);
	return object;
}

/* One object from a node's list, without any CPU's slab. Interrupts on or off. */
static void *take_from_node(struct kmem_cache *s, int nid)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags;
	void *object = NULL;

	if (!READ_ONCE(n->nr_partial))
		return depot_take_one(s, nid);
	spin_lock_irqsave(&n->list_lock, flags);
	if (!list_empty(&n->partial))
		object = take_one(s, n, list_first_entry(&n->partial, struct page, slab_list));
	spin_unlock_irqrestore(&n->list_lock, flags);
	return object;
}

/* Whatever free object any node has, nearest first. */
static void *take_anywhere(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct zoneref *z = node_zonelist(nid, gfp)->_zonerefs;
	void *object = NULL;

	if (gfp & __GFP_THISNODE)
		return NULL;
	for (; !object && z->zone; z++)
		object = take_from_node(s, zone_to_nid(z->zone));
	return object;
}

static void *take_from_new(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct page *page = slub_new(s, gfp, nid);
	struct kmem_cache_node *n;
	unsigned long flags;
	void *object;

	if (!page)
		return NULL;
	n = s->node[page_to_nid(page)];
	spin_lock_irqsave(&n->list_lock, flags);
	slab_list_partial(n, page);
	object = take_one(s, n, page);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return object;
}

/* Another node's, without this CPU's slab. Context: as @gfp says. */
static void *take_far(struct kmem_cache *s, gfp_t gfp, int nid)
{
	return take_from_node(s, nid) ?: take_from_new(s, gfp | SLAB_GFP_HERE, nid) ?:
	       take_anywhere(s, gfp, nid) ?: take_from_new(s, gfp, nid) ?:
	       take_anywhere(s, gfp, nid);
}

/* Make a fresh slab this CPU's, and take its first object. Interrupts on or off. */
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
	c->freelist = link_next(s, page, object);
	WRITE_ONCE(c->page, page);
	magazine_fill(s, c);
	local_irq_restore(flags);
	return object;
}

/* An object of this CPU's slabs; @node is NUMA_NO_NODE or its node. */
static void *take_near(struct kmem_cache *s, int nid, int node)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);
	void *object = magazine_fetch(s, nid, node);

	if (object)
		return object;
	object = cpu_refill(s, c, nid);
	if (object && node != NUMA_NO_NODE && page_to_nid(c->page) != node) {
		link_set(s, object, c->freelist);	/* U6: not what is wanted */
		c->freelist = object;
		return NULL;
	}
	magazine_fill(s, c);
	return object;
}

void *slow_take(struct kmem_cache *s, gfp_t gfp, int node)
{
	unsigned long flags;
	struct page *page;
	void *object = NULL;
	bool far;
	int nid;

	if (machine.nr_nodes == 1)
		node = NUMA_NO_NODE;
	local_irq_save(flags);
	nid = numa_mem_id();
	far = node != NUMA_NO_NODE && node != nid;
	if (!far)
		object = take_near(s, nid, node);
	local_irq_restore(flags);
	if (object)
		return object;
	if (far)
		return take_far(s, gfp, node);
	if (node != NUMA_NO_NODE && !(gfp & __GFP_THISNODE)) {
		page = slub_new(s, gfp | SLAB_GFP_HERE, nid);
		return page ? adopt_slab(s, page) : slow_take(s, gfp, NUMA_NO_NODE);
	}
	page = slub_new(s, gfp, nid);
	if (!page)
		return take_anywhere(s, gfp, nid);
	return adopt_slab(s, page);
}

void *backend_kmalloc(struct kmem_cache *s, size_t size, gfp_t gfp, int node)
{
	return slow_take(s, gfp, node);
}

/* Giving objects back. Interrupts off. */

/* A slab that nobody had has a free object again: keep it for this CPU. */
static void put_cpu_partial(struct kmem_cache *s, struct page *page)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);
	struct page *drain = NULL;

	if (c->nr_partial >= s->cpu_partial) {
		drain = c->partial;
		WRITE_ONCE(c->partial, NULL);
		c->nr_partial = 0;
	}
	slab_chain(page, c->partial);
	WRITE_ONCE(c->partial, page);
	c->nr_partial++;
	if (drain)
		slabs_unfreeze(s, drain);
}

/* The end of slub_give_run() where the slab changes lists. Node locked on entry. */
static void give_relist(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page,
			bool was_full)
{
	bool surplus;

	if (was_full)
		slab_list_partial(n, page);
	surplus = slab_surplus(s, n, page);
	if (surplus)
		slab_unlist(n, page);
	spin_unlock(&n->list_lock);
	if (surplus)
		slub_discard(s, page);
}

void slub_give_run(struct kmem_cache *s, struct page *page, void *first, void *last,
		   unsigned int nr, unsigned long site)
{
	unsigned int head = slab_number(s, page, first) + 1;
	struct kmem_cache_node *n = NULL;
	unsigned long old = slab_word(page), new;
	bool was_full, freeze;

	do {
		if (unlikely(word_head(old) == head || word_inuse(old) < nr)) {
			if (n)
				spin_unlock(&n->list_lock);
			slab_bad_object(s, page, first, site, "Object already free");
			return;
		}
		was_full = !word_head(old);
		freeze = was_full && !word_frozen(old) && s->cpu_partial &&
			 page_to_nid(page) == numa_mem_id();
		link_set(s, last, was_full ? NULL : slab_object(s, page, word_head(old) - 1));
		new = slab_word_make(head, word_inuse(old) - nr, word_frozen(old) || freeze);
		/* U3: it comes to the list, or may have to leave it. */
		if (!n && !word_frozen(new) && (was_full || !word_inuse(new))) {
			n = s->node[page_to_nid(page)];
			spin_lock(&n->list_lock);
		} else if (n && (word_frozen(new) || (!was_full && word_inuse(new)))) {
			spin_unlock(&n->list_lock);
			n = NULL;
		}
	} while (!slab_word_swap(page, &old, new));
	if (n)
		give_relist(s, n, page, was_full);
	else if (freeze)
		put_cpu_partial(s, page);
}

/* Is it what this CPU would hand out next? Then it is free already. */
static bool on_cpu_head(struct kmem_cache *s, struct page *page, const struct magazine *m,
			const void *x)
{
	struct kmem_cache_cpu *c = raw_cpu_ptr(s->cpu_slab);

	return (c->page == page && c->freelist == x) || m->top[-1] == x;
}

void slow_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	struct magazine *m;
	unsigned long flags;

	if (unlikely(!slab_is_object(s, page, x))) {
		slab_bad_object(s, page, x, site, "Invalid object pointer");
		return;
	}
	local_irq_save(flags);
	m = lane_magazine(page->slab_lane, lane_here());
	if (unlikely(on_cpu_head(s, page, m, x)))
		slab_bad_object(s, page, x, site, "Object already free");
	else if (!magazine_busy(m) && magazine_make_room(s, m))
		*m->top++ = x;
	else
		slub_give_run(s, page, x, x, 1, site);
	local_irq_restore(flags);
}

/* Slabs without a cache are none of ours. */
struct kmem_cache *backend_owner(struct page *page, const void *x)
{
	return NULL;
}

size_t backend_usable(struct kmem_cache *s, struct page *page, const void *x)
{
	return s->usersize == s->object_size ? s->object_size : s->inuse;
}
