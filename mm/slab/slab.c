// SPDX-License-Identifier: MIT
/*
 * SLAB: the backend of 1999. Documents 000, 002, 004; checklist B1, B6, B7.
 *
 * Three kinds of descriptors. The cache's is struct kmem_cache. A slab's, struct slab, lies
 * at the beginning of the slab's first page, or apart from it in an object of a general
 * cache (I8). Behind it are the object descriptors, a number for each object: that of the
 * next free object, if it is free. So a free object's own bytes are not touched, and what a
 * constructor made of them stays.
 *
 * A node has three lists of slabs, full, partial and free, and a shared array of objects
 * for its CPUs. A CPU has an array of pointers to free objects, its local cache: taking and
 * giving there is the fast path (slab_fast.h). When it is empty, half of it (a batch) comes
 * from the node: from the shared array, then partial slabs, then free ones; else from a new
 * slab. When it is full, a batch of those that have been there longest goes to the node.
 *
 *  I1 An object is in exactly one place: with its user, in a CPU's array, in a node's
 *     shared array, or free in its slab.
 *  I2 An object that is free in its slab is on the chain that begins at slab->free;
 *     otherwise its descriptor says BUFCTL_TAKEN. inuse counts the latter.
 *  I3 A slab is on its node's full list if inuse is all of its objects, on the free list if
 *     it is 0, else on the partial list. free_objects counts what is free in them, nr_free
 *     the slabs on the free list.
 *  I4 Arrays, shared ones too, hold memory of their own node. What comes from elsewhere, and
 *     what is asked for from elsewhere, goes to and from that node's slabs one by one.
 *  I5 A slab that becomes free is given back at once if its node has free_limit or more free
 *     objects without it; otherwise the timer takes it, some time later (slab_reap.c).
 *  I6 An array is touched by its CPU only: claimed, or with interrupts off while nobody has
 *     claimed it. An interrupt that finds the claim goes to the slabs, one by one.
 *  I7 Slabs of SLAB_NO_REAP caches are given back by kmem_cache_shrink() and at the cache's
 *     end only; those of SLAB_TYPESAFE_BY_RCU caches under pressure, too, when nobody reads
 *     any more who may look at freed objects.
 *  I8 A slab's descriptor is inside if an object is smaller than an eighth of a page, or if
 *     there is room left for it; else outside, in an object of a general cache that has
 *     its own inside.
 *  I9 The first object lies colour * colour_off bytes further from the slab's beginning than
 *     in a slab of colour 0; each new slab of a node gets the next colour.
 *
 * An array begins with the limit that its cache has for objects of that size (120 for small
 * ones, 1 for the largest). A CPU that goes to the node again and again within a period of
 * the timer gets its limit doubled, up to limit_max; when that has passed, it is reduced
 * again. So thousands of objects cost few locks, and a CPU at rest keeps few objects. The
 * memory for the pointers comes when a CPU first uses a cache.
 *
 * Locking: list_lock (RANK_SLAB_NODE), interrupts off. Pages and external descriptors come
 * and go outside. Failure: NULL; the page allocator has reported why.
 * Neighbours: slab_cache.c (caches, slabs' birth and death), slab_reap.c (the timer's work,
 * flushing, counting, checking).
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"
#include "mm/slab/slab_impl.h"

DEFINE_PER_CPU(struct slab_busy, slab_busy);
struct slab_map slab_map;

/* Node locked: between lists. */

/* I3: to the list that a slab belongs on; @from: what inuse was before. */
static void relist(struct kmem_cache_node *n, struct slab *slab, unsigned int from)
{
	unsigned int units = slab->page->slab_units;

	if (from == slab->inuse)
		return;
	if (!slab->inuse) {
		list_move(&slab->list, &n->free);
		WRITE_ONCE(n->nr_free, n->nr_free + 1);
		return;
	}
	if (!from)
		WRITE_ONCE(n->nr_free, n->nr_free - 1);
	if (slab->inuse == units)
		list_move(&slab->list, &n->full);
	else if (!from)
		list_move(&slab->list, &n->partial);
	else if (from == units)
		list_move_tail(&slab->list, &n->partial);
}

void slab_node_add(struct kmem_cache_node *n, struct slab *slab)
{
	list_add_tail(&slab->list, &n->free);
	WRITE_ONCE(n->nr_free, n->nr_free + 1);
	WRITE_ONCE(n->free_objects, n->free_objects + slab->page->slab_units);
}

/* Up to @nr free objects of one slab to the places before @end, the first one last. */
static unsigned int take_from_slab(struct kmem_cache *s, struct kmem_cache_node *n,
				   struct slab *slab, void **end, unsigned int nr)
{
	unsigned int from = slab->inuse, got, next;

	for (got = 0; got < nr && slab->free != BUFCTL_END; got++) {
		*--end = slab_object(s, slab->page, slab->free);
		next = bufctl(s, slab, slab->free);
		bufctl_set(s, slab, slab->free, BUFCTL_TAKEN);
		slab->free = next;
	}
	slab->inuse += got;
	WRITE_ONCE(n->free_objects, n->free_objects - got);
	relist(n, slab, from);
	return got;
}

/* The newest of the shared array, in the order in which they lie there. */
static unsigned int take_shared(struct kmem_cache_node *n, void **end, unsigned int nr)
{
	nr = min(nr, n->shared_avail);
	if (!nr)
		return 0;
	WRITE_ONCE(n->shared_avail, n->shared_avail - nr);
	n->shared_touched = true;
	memcpy(end - nr, n->shared + 1 + n->shared_avail, nr * sizeof(*end));
	return nr;
}

/*
 * Up to @nr objects of a node, without a new slab. The last one in @p is to be used first:
 * so shared objects come last, before them those of partial slabs, then of free ones.
 */
static unsigned int node_take_locked(struct kmem_cache *s, struct kmem_cache_node *n, void **p,
				     unsigned int nr)
{
	unsigned int left = nr - take_shared(n, p + nr, nr);
	struct list_head *list;

	while (left) {
		list = &n->partial;
		if (list_empty(list)) {
			list = &n->free;
			if (list_empty(list))
				break;
			n->free_touched = true;
		}
		left -= take_from_slab(s, n, list_first_entry(list, struct slab, list), p + left,
				       left);
	}
	if (left)
		memmove(p, p + left, (nr - left) * sizeof(*p));
	return nr - left;
}

/* The same with the node not locked; it is not, if there is nothing. Interrupts off. */
static unsigned int node_take(struct kmem_cache *s, struct kmem_cache_node *n, void **p,
			      unsigned int nr)
{
	if (!READ_ONCE(n->free_objects) && !READ_ONCE(n->shared_avail))
		return 0;
	spin_lock(&n->list_lock);
	nr = node_take_locked(s, n, p, nr);
	spin_unlock(&n->list_lock);
	return nr;
}

static void *node_take_one(struct kmem_cache *s, struct kmem_cache_node *n)
{
	void *object = NULL;

	node_take(s, n, &object, 1);
	return object;
}

/* What an array was given, but cannot go to a slab: fast paths do not look closely. */
static noinline void give_bad(struct kmem_cache *s, struct page *page, void *x)
{
	unsigned int i = object_number(s, page, x);

	slab_bad_object(s, page, x, 0,
			i < page->slab_units && slab_object(s, page, i) == x ?
			"Object already free" : "Invalid object pointer");
}

static void give_one_locked(struct kmem_cache *s, struct kmem_cache_node *n, void *x,
			    struct list_head *dead)
{
	struct page *page = virt_to_head_page(x);
	struct slab *slab = page_slab(page);
	unsigned int i = object_number(s, page, x);

	if (unlikely(i >= page->slab_units || slab_object(s, page, i) != x ||
		     bufctl(s, slab, i) != BUFCTL_TAKEN)) {
		give_bad(s, page, x);
		return;
	}
	bufctl_set(s, slab, i, slab->free);
	slab->free = i;
	slab->inuse--;
	WRITE_ONCE(n->free_objects, n->free_objects + 1);
	relist(n, slab, slab->inuse + 1);
	/* I5 */
	if (!slab->inuse && dead && !slabs_stay(s) &&
	    n->free_objects >= n->free_limit + page->slab_units) {
		WRITE_ONCE(n->free_objects, n->free_objects - page->slab_units);
		WRITE_ONCE(n->nr_free, n->nr_free - 1);
		list_move(&slab->list, dead);
	}
}

void slab_node_give(struct kmem_cache *s, struct kmem_cache_node *n, void *const *p,
		    unsigned int nr, struct list_head *dead)
{
	while (nr--)
		give_one_locked(s, n, *p++, dead);
}

static void node_give_one(struct kmem_cache *s, struct kmem_cache_node *n, void *x,
			  struct list_head *dead)
{
	spin_lock(&n->list_lock);
	give_one_locked(s, n, x, dead);
	spin_unlock(&n->list_lock);
}

/* This CPU's array. Interrupts off, not claimed. */

/* Is it there, or can it be made to be? */
static bool array_ready(struct kmem_cache *s, struct slab_array *a)
{
	if (likely(a->entry))
		return true;
	if (!s->slab.limit)
		return false;
	WRITE_ONCE(a->entry, array_block(a->nid));
	if (!a->entry)
		return false;
	a->limit = s->slab.limit;
	return true;
}

/* The CPU has to go to its node: if that goes on, the array is too small. */
static void array_visit(struct kmem_cache *s, struct slab_array *a)
{
	if (++a->visits > ARRAY_CALM && a->limit < s->slab.limit_max)
		a->limit = min(2 * a->limit, s->slab.limit_max);
}

static void *array_pop(struct slab_array *a)
{
	void *object = a->entry[a->avail];

	WRITE_ONCE(a->touched, 1);
	array_set(a, a->avail - 1);
	return object;
}

static void *array_take(struct kmem_cache *s, struct slab_array *a)
{
	struct kmem_cache_node *n = s->node[a->nid];

	if (!a->avail) {
		if (!array_ready(s, a))
			return node_take_one(s, n);
		array_visit(s, a);
		array_set(a, node_take(s, n, a->entry + 1, array_batch(a)));
		if (!a->avail)
			return NULL;
	}
	return array_pop(a);
}

/* Make room for what CPUs of this node leave to each other. */
static void shared_ready(struct kmem_cache *s, struct kmem_cache_node *n, int nid)
{
	void **block;

	if (likely(READ_ONCE(n->shared)) || !s->slab.shared)
		return;
	block = array_block(nid);
	if (!block)
		return;
	spin_lock(&n->list_lock);
	if (!n->shared) {
		WRITE_ONCE(n->shared, block);
		block = NULL;
	}
	spin_unlock(&n->list_lock);
	if (block)
		array_block_free(block);
}

static unsigned int give_shared(struct kmem_cache *s, struct kmem_cache_node *n, void *const *p,
				unsigned int nr)
{
	if (!n->shared)
		return 0;
	nr = min(nr, s->slab.shared_limit - n->shared_avail);
	memcpy(n->shared + 1 + n->shared_avail, p, nr * sizeof(*p));
	WRITE_ONCE(n->shared_avail, n->shared_avail + nr);
	return nr;
}

void slab_array_flush(struct kmem_cache *s, struct slab_array *a, unsigned int nr, bool shared,
		      struct list_head *dead)
{
	struct kmem_cache_node *n = s->node[a->nid];
	unsigned int moved = 0;

	nr = min(nr, a->avail);
	if (!nr)
		return;
	if (shared)
		shared_ready(s, n, a->nid);
	spin_lock(&n->list_lock);
	if (shared)
		moved = give_shared(s, n, a->entry + 1, nr);
	slab_node_give(s, n, a->entry + 1 + moved, nr - moved, dead);
	spin_unlock(&n->list_lock);
	array_set(a, a->avail - nr);
	memmove(a->entry + 1, a->entry + 1 + nr, a->avail * sizeof(*a->entry));
}

/* Taking. */

/* A new slab's objects: one for the caller, a batch for this CPU. */
static void *take_new(struct kmem_cache *s, struct slab *slab)
{
	int nid = page_to_nid(slab->page);
	struct kmem_cache_node *n = s->node[nid];
	struct slab_array *a;
	void *object = NULL;
	unsigned long flags;
	unsigned int nr = 0;

	local_irq_save(flags);
	a = this_array(s);
	/* Making the slab may have slept: this may be another CPU, and its array full. */
	if (a->nid == nid && !arrays_claimed() && array_ready(s, a) && a->avail < a->limit)
		nr = min(array_batch(a), a->limit - a->avail);
	spin_lock(&n->list_lock);
	slab_node_add(n, slab);
	node_take_locked(s, n, &object, 1);
	if (nr)
		array_set(a, a->avail + node_take_locked(s, n, a->entry + 1 + a->avail, nr));
	spin_unlock(&n->list_lock);
	local_irq_restore(flags);
	return object;
}

/* When there are no pages: whatever free object any node has, nearest first. */
static void *take_anywhere(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct zoneref *z = node_zonelist(nid, gfp)->_zonerefs;
	void *object = NULL;
	unsigned long flags;

	for (; !object && z->zone; z++) {
		local_irq_save(flags);
		object = node_take_one(s, s->node[zone_to_nid(z->zone)]);
		local_irq_restore(flags);
	}
	return object;
}

/*
 * No free object on the node. A new slab there, if that is easy; then others' free objects,
 * before it is tried hard, anywhere: SLAB_GFP_HERE.
 */
static void *take_growing(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct slab *slab;
	void *object;

	if (machine.nr_nodes > 1 && !(gfp & __GFP_THISNODE)) {
		slab = slab_make(s, gfp | SLAB_GFP_HERE, nid);
		if (slab)
			return take_new(s, slab);
		object = take_anywhere(s, gfp, nid);
		if (object)
			return object;
	}
	slab = slab_make(s, gfp, nid);
	if (slab)
		return take_new(s, slab);
	return gfp & __GFP_THISNODE ? NULL : take_anywhere(s, gfp, nid);
}

void *slow_take(struct kmem_cache *s, gfp_t gfp, int node)
{
	struct slab_array *a;
	unsigned long flags;
	void *object;
	int nid;

	might_sleep_if(gfpflags_allow_blocking(gfp));
	local_irq_save(flags);
	a = this_array(s);
	nid = (unsigned int)node < machine.nr_nodes ? node : a->nid;
	if (nid == a->nid && !arrays_claimed())
		object = array_take(s, a);
	else
		object = node_take_one(s, s->node[nid]);
	local_irq_restore(flags);
	return object ? object : take_growing(s, gfp, nid);
}

void *backend_kmalloc(struct kmem_cache *s, size_t size, gfp_t gfp, int node)
{
	return slow_take(s, gfp, node);
}

/* Giving. */

static bool array_holds(const struct slab_array *a, const void *x)
{
	unsigned int i;

	for (i = a->avail; i; i--)
		if (a->entry[i] == x)
			return true;
	return false;
}

void slow_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	unsigned int i = object_number(s, page, x);
	struct slab_array *a;
	unsigned long flags;
	bool twice, near;
	LIST_HEAD(dead);

	if (unlikely(i >= page->slab_units || slab_object(s, page, i) != x)) {
		slab_bad_object(s, page, x, site, "Invalid object pointer");
		return;
	}
	local_irq_save(flags);
	a = this_array(s);
	near = !arrays_claimed() && page_to_nid(page) == a->nid;
	twice = bufctl(s, page_slab(page), i) != BUFCTL_TAKEN || (near && array_holds(a, x));
	if (likely(!twice)) {
		if (near && array_ready(s, a)) {
			if (a->avail >= a->limit) {
				array_visit(s, a);
				/* That may have made room. */
				if (a->avail >= a->limit)
					slab_array_flush(s, a, array_batch(a), true, &dead);
			}
			a->entry[a->avail + 1] = x;
			array_set(a, a->avail + 1);
		} else {
			node_give_one(s, s->node[page_to_nid(page)], x, &dead);
		}
	}
	local_irq_restore(flags);
	if (unlikely(twice))
		slab_bad_object(s, page, x, site, "Object already free");
	slabs_unmake(s, &dead, false);
}

struct kmem_cache *backend_owner(struct page *page, const void *x)
{
	return NULL;
}

size_t backend_usable(struct kmem_cache *s, struct page *page, const void *x)
{
	return s->object_size;
}
