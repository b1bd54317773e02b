// SPDX-License-Identifier: MIT
/*
 * Checked caches: those with any of SLAB_DEBUG_FLAGS, by slub_debug= or their own flags.
 * They never come to the backend: here each object goes in and out by itself, under its
 * node's lock, with all of debug.c's checks on the way. Slow, and alike on all three
 * backends, which in turn need not know that there is such a thing. Checklist B4, B8.
 *
 *  H1 A slab is on its node's partial list when it has free objects, else on its full
 *     list; so all objects can be listed.
 *  H2 The slab's word counts, and leads to its first free object; each free object's
 *     link leads to the next. Never frozen. Written with the node locked.
 *  H3 A node keeps min_partial slabs even if they are empty, while there is memory.
 *  H4 What cannot be repaired is cut off: its objects count as in use for ever.
 *
 * Locking: list_lock (RANK_SLAB_NODE), interrupts off; pages come and go outside, and
 * constructors run there. Neighbours: debug.c (the checks), grow.c (slabs' pages).
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"

void slab_free_cut(struct kmem_cache *s, struct page *page, void *object, unsigned int left)
{
	unsigned long word = page->slab_word;

	if (object)
		link_set(s, object, NULL);
	page->slab_word = slab_word_make(object ? word_head(word) : 0, page->slab_units - left,
					 false);
}

/* Objects out. */

static void to_full(struct kmem_cache_node *n, struct page *page)
{
	slab_unlist(n, page);
	slab_list_add(page, &n->full);
}

/* One object of a slab on the partial list. */
static void *take_one(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page,
		      unsigned long site)
{
	void *object = slab_free_head(s, page), *next;

	debug_alloc(s, page, object);
	next = link_get(s, object);
	page->slab_word = slab_word_make(next ? slab_number(s, page, next) + 1 : 0,
					 word_inuse(page->slab_word) + 1, false);
	if (!next)
		to_full(n, page);
	debug_allocated(s, page, object, site);
	return object;
}

static void *take_from_node(struct kmem_cache *s, int nid, unsigned long site)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags;
	void *object = NULL;

	if (!READ_ONCE(n->nr_partial))
		return NULL;
	spin_lock_irqsave(&n->list_lock, flags);
	if (!list_empty(&n->partial))
		object = take_one(s, n, list_first_entry(&n->partial, struct page, slab_list),
				  site);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return object;
}

static struct page *new_slab(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct page *page = slab_grow(s, gfp, nid);
	unsigned int i;

	if (!page)
		return NULL;
	debug_setup_slab(s, page);
	for (i = 0; i < page->slab_units; i++)
		debug_setup_object(s, slab_object(s, page, i));
	slab_link_objects(s, page, gfp);
	return page;
}

/* The object that a new slab is made for: nobody else gets it first. */
static void *take_new(struct kmem_cache *s, gfp_t gfp, int nid, unsigned long site)
{
	struct page *page = new_slab(s, gfp, nid);
	struct kmem_cache_node *n;
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

/* Whatever free object any node has, nearest first. */
static void *take_anywhere(struct kmem_cache *s, gfp_t gfp, int nid, unsigned long site)
{
	struct zoneref *z = node_zonelist(nid, gfp)->_zonerefs;
	void *object = NULL;

	if (gfp & __GFP_THISNODE)
		return NULL;
	for (; !object && z->zone; z++)
		object = take_from_node(s, zone_to_nid(z->zone), site);
	return object;
}

void *checked_take(struct kmem_cache *s, gfp_t gfp, int node, unsigned long site)
{
	int nid = node == NUMA_NO_NODE ? numa_mem_id() : node;

	return take_from_node(s, nid, site) ?: take_new(s, gfp | SLAB_GFP_HERE, nid, site) ?:
	       take_anywhere(s, gfp, nid, site) ?: take_new(s, gfp, nid, site) ?:
	       take_anywhere(s, gfp, nid, site);
}

/* Objects in. */

/* @later: when nobody under RCU looks at its objects any more */
static void drop(struct kmem_cache *s, struct page *page, bool later)
{
	if (s->flags & SLAB_CHECKS_OBJECTS)
		debug_check_slab(s, page, NULL);
	if (later)
		slab_drop_later(s, page);
	else
		slab_drop(s, page);
}

/* Is the slab empty now, and too many? Then it is off its list. Node locked. */
static bool put_back(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page, void *x,
		     bool was_full)
{
	unsigned long old = page->slab_word;
	bool surplus;

	link_set(s, x, slab_free_head(s, page));
	page->slab_word = slab_word_make(slab_number(s, page, x) + 1, word_inuse(old) - 1, false);
	if (was_full) {
		list_del_init(&page->slab_list);
		slab_list_partial(n, page);
	}
	surplus = slab_surplus(s, n, page);
	if (surplus)
		slab_unlist(n, page);
	return surplus;
}

void checked_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	struct kmem_cache_node *n = s->node[page_to_nid(page)];
	bool surplus = false, was_full;
	unsigned long flags;

	if (s->flags & SLAB_DEBUG_INITIAL)
		slab_verify_26(s, page, x);
	spin_lock_irqsave(&n->list_lock, flags);
	/* The check may cut the slab's list, whatever that was (H1). */
	was_full = !word_head(page->slab_word);
	if (debug_free(s, page, x, site))
		surplus = put_back(s, n, page, x, was_full);
	else if (!was_full && !word_head(page->slab_word))
		to_full(n, page);
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (surplus)
		drop(s, page, false);
}

/* All of them. */

unsigned long checked_each_slab(struct kmem_cache *s,
				unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						    void *ctx), void *ctx)
{
	struct page *page, *next;
	struct kmem_cache_node *n;
	unsigned long flags, sum = 0;
	unsigned int nid;
	LIST_HEAD(cut);

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		spin_lock_irqsave(&n->list_lock, flags);
		list_for_each_entry_safe(page, next, &n->partial, slab_list) {
			sum += fn(s, page, ctx);
			if (!word_head(page->slab_word)) {	/* a check has cut it: H1 */
				slab_unlist(n, page);
				slab_list_add(page, &cut);
			}
		}
		list_for_each_entry(page, &n->full, slab_list)
			sum += fn(s, page, ctx);
		list_splice_init(&cut, &n->full);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	return sum;
}

struct each_object {
	unsigned long (*fn)(struct kmem_cache *s, struct page *page, void *object, void *ctx);
	void *ctx;
};

static unsigned long objects_in_use(struct kmem_cache *s, struct page *page, void *arg)
{
	unsigned long map[SLAB_MAP_BITS / (8 * sizeof(long))], sum = 0;
	struct each_object *each = arg;
	unsigned int i;

	slab_free_map(s, page, map);
	for (i = 0; i < page->slab_units; i++)
		if (!test_bit(i, map))
			sum += each->fn(s, page, slab_object(s, page, i), each->ctx);
	return sum;
}

unsigned long checked_each_object(struct kmem_cache *s,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx)
{
	struct each_object each = { fn, ctx };

	return checked_each_slab(s, objects_in_use, &each);
}

static unsigned long count(struct kmem_cache *s, struct page *page, void *ctx)
{
	struct slabinfo *info = ctx;
	unsigned int inuse = word_inuse(page->slab_word);

	info->num_slabs++;
	info->num_objs += page->slab_units;
	info->active_objs += inuse;
	info->active_slabs += inuse != 0;
	if (inuse && inuse < page->slab_units) {
		info->partial_slabs++;
		info->partial_objs += inuse;
	}
	return 0;
}

void checked_info(struct kmem_cache *s, struct slabinfo *info)
{
	memset(info, 0, sizeof(*info));
	checked_each_slab(s, count, info);
}

static unsigned long drop_empty(struct kmem_cache *s, int nid, bool later)
{
	struct page *page, *next;
	unsigned long pages = 0;
	LIST_HEAD(dead);

	slab_collect_empty(s->node[nid], &dead);
	list_for_each_entry_safe(page, next, &dead, slab_list) {
		pages += 1ul << compound_order(page);
		drop(s, page, later);
	}
	return pages;
}

unsigned long checked_shrink(struct kmem_cache *s, bool last)
{
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		drop_empty(s, (int)nid, !last && (s->flags & SLAB_TYPESAFE_BY_RCU));
	return slabs_of(s);
}

unsigned long checked_reclaim(struct kmem_cache *s, int nid)
{
	return drop_empty(s, nid, s->flags & SLAB_TYPESAFE_BY_RCU);
}

static unsigned int fault(struct kmem_cache *s, struct page *page, const char *what)
{
	pr_err("slab: cache %s, slab 0x%px: %s\n", s->name, page, what);
	return 1;
}

/* H1, H2. What is wrong inside a slab is debug_check_slab()'s business. */
static unsigned int validate_node(struct kmem_cache *s, unsigned int nid)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags, listed = 0;
	unsigned int faults = 0;
	struct page *page;

	spin_lock_irqsave(&n->list_lock, flags);
	list_for_each_entry(page, &n->partial, slab_list) {
		if (!PageSlab(page) || page->slab_cache != s || !word_head(page->slab_word))
			faults += fault(s, page, "on the partial list, but does not belong there");
		listed++;
	}
	if (listed != n->nr_partial)
		faults += fault(s, NULL, "the partial list is not as long as it is said to be");
	list_for_each_entry(page, &n->full, slab_list) {
		if (!PageSlab(page) || page->slab_cache != s || word_head(page->slab_word))
			faults += fault(s, page, "on the full list, but does not belong there");
		listed++;
	}
	if (listed > (unsigned long)atomic_long_read(&n->nr_slabs))
		faults += fault(s, NULL, "more slabs are listed than there are");
	spin_unlock_irqrestore(&n->list_lock, flags);
	return faults;
}

unsigned int checked_validate(struct kmem_cache *s)
{
	unsigned int nid, faults = 0;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		faults += validate_node(s, nid);
	return faults + (unsigned int)checked_each_slab(s, debug_check_slab, NULL);
}
