// SPDX-License-Identifier: MIT
/*
 * SLOB, a simple list of blocks: the backend with the smallest footprint. Objects of all
 * caches and sizes lie side by side in the same pages. Checklist B9, document 002.
 *
 * A page is cut into blocks of whole units (8 bytes), each free or in use. The free ones
 * hold their size and the unit of the next free one, in the order of addresses. First fit
 * within the page; what is left over stays free; a block that comes back becomes one with
 * free neighbours on both sides; a page that is one free block goes back at once.
 *
 * How big a block is says a bitmap of 64 bytes, one bit for each unit of the page, set where
 * a block begins. Why no header in front of each object, as is usual: payloads are aligned to
 * 8 bytes, so that any header costs 8 where the size is a multiple of 8, as those of structs
 * are, and far more where a power of two is aligned to itself: two headers of 64-byte objects
 * would need 128 bytes each. The bitmap is 1.6% whatever the sizes; less than headers as soon
 * as a page has eight objects. And it knows each object: what is freed twice, or is no
 * object, is seen without debugging; kfree() needs no lock to learn an object's size.
 *
 *  S1 slob_free is the number of units in free blocks; all others are in use.
 *  S2 A bit is set in slob_map exactly where a block begins, free or not. A block in use
 *     ends at the next bit. Neither of the two bits changes while it is in use: a free
 *     neighbour may be cut or grow at its far side only. So its size can be read unlocked.
 *  S3 Free blocks are chained in the order of addresses, and no two are side by side.
 *  S4 No free block is larger than slob_max. A page with free blocks is on the list of the
 *     bin that slob_max is in; a full one on the node's full list. slob_max may be too
 *     large, until a search fails in the page: so most operations leave lists alone.
 *  S5 A page is made for small blocks (below 256 bytes), medium (below 1024) or large ones,
 *     so that long-lived crumbs don't keep it from being whole again. But a hole that is too
 *     small for the page's own class is open to all smaller ones; and any hole is, when
 *     there are no more pages.
 *  S6 A page that is one free block is not kept.
 *  S7 General objects, whose size the block tells, and objects of caches are in different
 *     pages; and so are those that a shrinker can reclaim, and those that must be in
 *     ZONE_DMA or ZONE_DMA32.
 *  S8 Bitmaps are in pages of 64, with free slots chained. A node has as many in use as it
 *     has pages of blocks.
 *  S9 nr_pages and used_units of a node are sums over its pages; s->node[]->total_objects
 *     counts live objects of a cache, nr_slabs their units.
 *  S10 What free blocks hold beside the first block's head is as it was freed: where two
 *     become one, the second head is cleared (init_on_free relies on it).
 *
 * Search: bins from the wanted size upwards, so that the tightest page is used; within a
 * bin the page that was filed last comes first, which is what rotating the list did for the
 * first SLOB. Objects of a page's size or more have pages of their own, whose slab_cache
 * says whose they are. Constructors run at each allocation: a free object has no state.
 * Objects of a SLAB_TYPESAFE_BY_RCU cache have one more word, by which they wait for the end
 * of a grace period before they are free.
 *
 * What it cannot know: which cache an object is of. kmem_cache_free() is believed, as far as
 * size and kind of page agree; kfree() of a cache's object is reported, and not done.
 *
 * Locking: slob_node.lock (RANK_SLAB_NODE), interrupts off. Pages come and go outside.
 * Failure: NULL; the page allocator has reported why. Neighbours: slob_page.c, entry.c.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/report.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/vmstat.h>

#include "mm/internal.h"
#include "mm/slab/slob.h"

#define TRIES	16	/* pages of one bin that are looked into */

const char backend_name[] = "SLOB";
const unsigned int backend_kmalloc_min = 3, backend_kmalloc_max = PAGE_SHIFT;

struct slob_node *slob_nodes[QUARRY_MAX_NODES];

/*
 * Objects of a SLAB_TYPESAFE_BY_RCU cache that were freed. They are chained through the
 * word behind them, which is NULL while they are in use.
 * Keys: L lock
 */
struct slob_rcu {
	struct rcu_head head;
	struct kmem_cache *s;
	spinlock_t lock;
	void *waiting;		/* L  until the grace period is over that has begun */
	void *more;		/* L  for the next one */
	bool posted;		/* L  the callback is to come */
	bool closed;		/* L  by then the cache is no more */
};

/* The end of those chains. */
#define CHAIN_END	((void *)1)

/* Caches. */

static __always_inline enum slob_kind kind_of(const struct kmem_cache *s)
{
	slab_flags_t flags = s->flags;
	bool general = flags & SLAB_KMALLOC;

	if (likely(!(flags & (SLAB_CACHE_DMA | SLAB_CACHE_DMA32 | SLAB_RECLAIM_ACCOUNT))))
		return general ? SLOB_GENERAL : SLOB_CACHES;
	if (flags & SLAB_CACHE_DMA)
		return general ? SLOB_GENERAL_DMA : SLOB_CACHES_DMA;
	if (flags & SLAB_CACHE_DMA32)
		return SLOB_CACHES_DMA32;
	return general ? SLOB_GENERAL_RCL : SLOB_CACHES_RCL;
}

static gfp_t kind_gfp(enum slob_kind kind)
{
	switch (kind) {
	case SLOB_GENERAL_DMA: case SLOB_CACHES_DMA:
		return __GFP_DMA;
	case SLOB_CACHES_DMA32:
		return __GFP_DMA32;
	case SLOB_GENERAL_RCL: case SLOB_CACHES_RCL:
		return __GFP_RECLAIMABLE;
	default:
		return 0;
	}
}

static struct slob_rcu *rcu_of(const struct kmem_cache *s)
{
	return (struct slob_rcu *)(void *)s->cpu_slab;
}

static void **rcu_link(const struct kmem_cache *s, void *x)
{
	return (void **)((char *)x + s->offset);
}

/* Has it pages of its own? */
static __always_inline bool is_big(const struct kmem_cache *s)
{
	return s->size > PAGE_SIZE - SLOB_UNIT;
}

/* Objects and their bytes in use. */
static __always_inline void count_object(struct kmem_cache *s, unsigned int nid, long sign,
					 unsigned int units)
{
	struct kmem_cache_node *n = s->node[nid];

	atomic_long_add(sign, &n->total_objects);
	atomic_long_add(sign * (long)units, &n->nr_slabs);
}

/* Lists of pages. Node locked. */

static void unfile(struct slob_lists *l, struct page *page)
{
	unsigned int place = page->slob_at, row, bin;

	hlist_del_init(&page->slob_list);
	page->slob_at = SLOB_NOWHERE;
	if (place >= NR_SLOB_PLACES || !hlist_empty(&l->places[place]))
		return;
	row = place < NR_SLOB_BINS ? SLOB_SMALL :
	      place < NR_SLOB_BINS + BINS_MEDIUM + BINS_LARGE ? SLOB_MEDIUM : SLOB_LARGE;
	bin = place - slob_place(row, 0);
	l->used[row] &= ~(1ull << bin);
}

/* Where S4 wants it. */
static void file(struct slob_node *n, struct slob_lists *l, struct page *page)
{
	unsigned int bin, row, place = SLOB_FULL;

	if (page->slob_free) {
		bin = slob_bin(page->slob_max);
		row = slob_row(slob_class(page), bin);
		place = slob_place(row, bin);
	}
	if (page->slob_at == place)
		return;
	if (page->slob_at != SLOB_NOWHERE)
		unfile(l, page);
	page->slob_at = (u8)place;
	if (place == SLOB_FULL) {
		hlist_add_head(&page->slob_list, &n->full);
		return;
	}
	hlist_add_head(&page->slob_list, &l->places[place]);
	l->used[row] |= 1ull << bin;
}

/* Misuse. */

/* Somebody wrote to free memory. The page goes on with what can be trusted. */
static noinline void damaged(struct slob_node *n, struct slob_lists *l, struct page *page)
{
	unsigned int lost = slob_page_mend(page);

	n->used_units += lost;
	file(n, l, page);
	report_begin(REPORT_SLAB, "BUG SLOB (%s): Free block overwritten", print_tainted());
	report_line("INFO: in the page at 0x%px, probably by a user of an object that was freed",
		    page_to_virt(page));
	report_line("FIX SLOB: %u bytes that may be free stay as they are", lost * SLOB_UNIT);
	report_here();
	report_end();
}

static noinline void bad_give(struct kmem_cache *s, struct page *page, void *x,
			      unsigned long site, unsigned int why)
{
	unsigned int at = offset_in_page(x) / SLOB_UNIT;

	if (why == SLOB_OTHER_SIZE) {
		report_begin(REPORT_SLAB, "BUG %s (%s): Wrong slab cache. Object 0x%px has %u bytes, not %u",
			     s->name, print_tainted(), x,
			     slob_units(page->slob_map, at) * SLOB_UNIT, s->size);
	} else {
		report_begin(REPORT_SLAB, "BUG %s (%s): %s 0x%px", s->name, print_tainted(),
			     why == SLOB_TWICE ? "Object already free" :
						 "Invalid object pointer", x);
	}
	atomic_long_inc(&s->errors);
	report_line("INFO: freed by %pS", (void *)site);
	report_line("FIX %s: Object at 0x%px not freed", s->name, x);
	report_here();
	report_end();
}

/* Objects out. */

/*
 * From a page that is there. @class: whose pages (S5). In bins that may be too small, and
 * where alignment may spoil the fit, only so many pages are tried.
 */
static __always_inline void *lists_take(struct slob_node *n, struct slob_lists *l,
					unsigned int row, unsigned int units, unsigned int align)
{
	unsigned int first = slob_bin(units), bin, at, tries;
	struct hlist_node *node, *next;
	struct page *page;
	u64 bins;

	if (first < BINS_SMALL && row != SLOB_SMALL)
		first = BINS_SMALL;
	for (bins = l->used[row] >> first << first; bins; bins &= bins - 1) {
		bin = (unsigned int)__builtin_ctzll(bins);
		tries = TRIES;
		for (node = l->places[slob_place(row, bin)].first; node && tries--; node = next) {
			next = node->next;
			page = hlist_entry(node, struct page, slob_list);
			if (page->slob_max < units)
				continue;
			at = slob_page_take(page, units, align);
			if (likely(at < SLOB_UNITS)) {
				n->used_units += units;
				if (unlikely(!page->slob_free))
					file(n, l, page);
				return (char *)page_to_virt(page) + at * SLOB_UNIT;
			}
			if (at == SLOB_DAMAGED)
				damaged(n, l, page);
			else
				file(n, l, page);
		}
	}
	return NULL;
}

/* What is asked of slob_alloc() and those below. */
struct slob_wish {
	struct kmem_cache *s;
	unsigned int units, align;	/* align: units */
	enum slob_kind kind;
	enum slob_class class;
};

static __always_inline void *node_take(struct slob_node *n, const struct slob_wish *w,
				       unsigned int row)
{
	unsigned long flags;
	void *x;

	spin_lock_irqsave(&n->lock, flags);
	x = lists_take(n, &n->lists[w->kind], row, w->units, w->align);
	if (likely(x))
		count_object(w->s, n->nid, 1, w->units);
	spin_unlock_irqrestore(&n->lock, flags);
	return x;
}

static void page_release(struct page *page)
{
	slob_page_count(page, -1);
	__ClearPageSlab(page);
	page->slab_list.next = page->slab_list.prev = NULL;
	page->slab_word = 0;
	page->slab_base = NULL;
	page_mapcount_reset(page);
	__free_pages(page, 0);
}

static struct page *page_get(gfp_t gfp, int nid)
{
	struct page *page = gfp & ___GFP_NO_GROW ? NULL : __alloc_pages_node(nid, gfp, 0);

	if (!page)
		return NULL;
	page->slab_cache = NULL;
	INIT_HLIST_NODE(&page->slob_list);
	return page;
}

/* A bitmap for a page of this node, or NULL. */
static unsigned long *map_get(struct slob_node *n, gfp_t gfp)
{
	unsigned long *map, flags;
	struct page *page;

	spin_lock_irqsave(&n->lock, flags);
	map = slob_map_take(n);
	spin_unlock_irqrestore(&n->lock, flags);
	if (map)
		return map;
	page = page_get((gfp & ~(GFP_ZONEMASK | __GFP_RECLAIMABLE)), (int)n->nid);
	if (!page)
		return NULL;
	n = slob_nodes[page_to_nid(page)];
	page->slob_what = SLOB_MAP_PAGE;
	__SetPageSlab(page);
	slob_page_count(page, 1);
	spin_lock_irqsave(&n->lock, flags);
	slob_map_page(n, page);
	map = slob_map_take(n);
	spin_unlock_irqrestore(&n->lock, flags);
	return map;
}

/* A bitmap comes back, of whatever node. */
static void map_put(unsigned long *map)
{
	struct slob_node *n = slob_nodes[page_to_nid(virt_to_page(map))];
	struct page *empty;
	unsigned long flags;

	spin_lock_irqsave(&n->lock, flags);
	empty = slob_map_give(n, map);
	spin_unlock_irqrestore(&n->lock, flags);
	if (empty)
		page_release(empty);
}

/* A new page, and the block from it. Its node may be another one than was wished for. */
static void *page_take(const struct slob_wish *w, gfp_t gfp, int nid)
{
	struct page *page;
	unsigned long flags, *map;
	struct slob_node *n;
	void *x;

	gfp = (gfp & ~__GFP_COMP) | kind_gfp(w->kind);
	page = page_get(gfp, nid);
	if (!page)
		return NULL;
	n = slob_nodes[page_to_nid(page)];
	map = map_get(n, gfp);
	if (!map) {
		__free_pages(page, 0);
		return NULL;
	}
	slob_page_init(page, map, w->kind, w->class);
	__SetPageSlab(page);
	slob_page_count(page, 1);
	spin_lock_irqsave(&n->lock, flags);
	n->nr_pages++;
	n->used_units += w->units;
	x = (char *)page_to_virt(page) + slob_page_take(page, w->units, w->align) * SLOB_UNIT;
	file(n, &n->lists[w->kind], page);
	count_object(w->s, n->nid, 1, w->units);
	spin_unlock_irqrestore(&n->lock, flags);
	return x;
}

/* The node's own lists had nothing. */
static noinline void *take_slowly(const struct slob_wish *w, gfp_t gfp, int nid)
{
	gfp_t quiet = (gfp | __GFP_NOWARN | __GFP_NORETRY) & ~__GFP_NOFAIL;
	unsigned int other, row;
	bool only = gfp & __GFP_THISNODE;
	void *x;

	/* A page of that node; of any; a hole of any page; or wait for a page. */
	x = page_take(w, (quiet | __GFP_THISNODE) & ~__GFP_DIRECT_RECLAIM, nid);
	for (other = 0; !x && !only && other < machine.nr_nodes; other++)
		x = node_take(slob_nodes[other], w, w->class);
	if (!x)
		x = page_take(w, gfp, nid);
	for (other = 0; !x && other < machine.nr_nodes; other++)
		for (row = w->class; !x && row < NR_SLOB_CLASSES; row++)
			if (!only || other == (unsigned int)nid)
				x = node_take(slob_nodes[other], w, row);
	return x;
}

static __always_inline void *take(const struct slob_wish *w, gfp_t gfp, int node)
{
	int nid = node == NUMA_NO_NODE ? numa_mem_id() : node;
	void *x = node_take(slob_nodes[nid], w, w->class);

	return likely(x) ? x : take_slowly(w, gfp, nid);
}

/* Objects of a page and more. */

static void *big_take(struct kmem_cache *s, gfp_t gfp, int node)
{
	struct page *page;

	if (gfp & ___GFP_NO_GROW)
		return NULL;
	if (node == NUMA_NO_NODE)
		node = numa_mem_id();
	page = __alloc_pages_node(node, gfp | s->allocflags, s->order);
	if (!page)
		return NULL;
	page->slab_cache = s;
	page->slab_base = page_address(page);
	page->slab_units = 1;
	__SetPageSlab(page);
	mod_node_page_state(page_pgdat(page), s->flags & SLAB_RECLAIM_ACCOUNT ?
			    NR_SLAB_RECLAIMABLE_B : NR_SLAB_UNRECLAIMABLE_B,
			    (long)(PAGE_SIZE << s->order));
	count_object(s, page_to_nid(page), 1, SLOB_UNITS << s->order);
	return page->slab_base;
}

static void big_give(struct page *page, void *x, unsigned long site)
{
	struct kmem_cache *s = page->slab_cache;

	if (x != page->slab_base) {
		bad_give(s, page, x, site, SLOB_NO_BLOCK);
		return;
	}
	count_object(s, page_to_nid(page), -1, SLOB_UNITS << s->order);
	mod_node_page_state(page_pgdat(page), s->flags & SLAB_RECLAIM_ACCOUNT ?
			    NR_SLAB_RECLAIMABLE_B : NR_SLAB_UNRECLAIMABLE_B,
			    -(long)(PAGE_SIZE << s->order));
	__ClearPageSlab(page);
	page->slab_cache = NULL;
	page->slab_base = NULL;
	page_mapcount_reset(page);
	__free_pages(page, s->order);
}

void *slow_take(struct kmem_cache *s, gfp_t gfp, int node)
{
	struct slob_wish w = {
		.s = s, .units = s->size / SLOB_UNIT, .align = s->align / SLOB_UNIT,
		.kind = kind_of(s),
	};
	void *x;

	if (unlikely(is_big(s))) {
		x = big_take(s, gfp, node);
	} else {
		w.class = slob_class_of(w.units);
		x = take(&w, gfp, node);
	}
	if (!x)
		return NULL;
	if (unlikely(rcu_of(s)))
		*rcu_link(s, x) = NULL;
	if (s->ctor)
		s->ctor(x);
	return x;
}

void *backend_kmalloc(struct kmem_cache *s, size_t size, gfp_t gfp, int node)
{
	struct slob_wish w = {
		.s = s, .units = (unsigned int)DIV_ROUND_UP(size, SLOB_UNIT), .align = 1,
		.kind = kind_of(s),
	};

	if (unlikely(w.units >= SLOB_UNITS))
		return big_take(s, gfp, node);
	/* Two units of a power of two, or the one that less than 8 bytes have. */
	if (!(size & (size - 1)))
		w.align = w.units;
	w.class = slob_class_of(w.units);
	return take(&w, gfp, node);
}

/* Objects in. */

static __always_inline void give(struct kmem_cache *s, struct page *page, void *x,
				 unsigned long site)
{
	enum slob_kind kind = slob_kind(page);
	struct slob_node *n = slob_nodes[page_to_nid(page)];
	struct slob_lists *l = &n->lists[kind];
	unsigned int units, want = kind >= SLOB_CACHES ? s->size / SLOB_UNIT : 0;
	unsigned int at = offset_in_page(x) / SLOB_UNIT, max = page->slob_max;
	unsigned long flags;
	bool whole = false;

	if (unlikely(kind != kind_of(s) || (unsigned long)x % SLOB_UNIT)) {
		bad_give(s, page, x, site, SLOB_NO_BLOCK);
		return;
	}
	spin_lock_irqsave(&n->lock, flags);
	max = page->slob_max;
	units = slob_page_give(page, at, want);
	if (unlikely(units == SLOB_DAMAGED)) {
		damaged(n, l, page);
		units = slob_page_give(page, at, want);
	}
	if (likely(units < SLOB_UNITS)) {
		n->used_units -= units;
		count_object(s, n->nid, -1, units);
		whole = page->slob_free == SLOB_UNITS;
		if (unlikely(whole)) {
			unfile(l, page);
			n->nr_pages--;
		} else if (page->slob_max != max || page->slob_at == SLOB_FULL) {
			file(n, l, page);
		}
	}
	spin_unlock_irqrestore(&n->lock, flags);
	if (unlikely(whole)) {
		map_put(page->slob_map);
		page_release(page);
	} else if (unlikely(units >= SLOB_UNITS)) {
		bad_give(s, page, x, site, units);
	}
}

__weak void slab_call_after_readers(struct rcu_head *head, void (*fn)(struct rcu_head *head))
{
	fn(head);
}

/* The grace period of those that were waiting is over. */
static void *rcu_next(struct slob_rcu *r)
{
	unsigned long flags;
	void *over;

	spin_lock_irqsave(&r->lock, flags);
	over = r->waiting;
	r->waiting = r->more;
	r->more = CHAIN_END;
	r->posted = r->waiting != CHAIN_END;
	spin_unlock_irqrestore(&r->lock, flags);
	return over;
}

static void rcu_give_chain(struct kmem_cache *s, void *x)
{
	void *next;

	for (; x != CHAIN_END; x = next) {
		next = *rcu_link(s, x);
		give(s, virt_to_page(x), x, 0);
	}
}

static void rcu_over(struct rcu_head *head)
{
	struct slob_rcu *r = container_of(head, struct slob_rcu, head);
	struct kmem_cache *s = r->s;
	void *over;

	if (r->closed) {
		kfree(r);
		return;
	}
	over = rcu_next(r);
	if (r->posted)
		slab_call_after_readers(&r->head, rcu_over);
	rcu_give_chain(s, over);
}

/* It stays as it is until nobody looks at it any more. */
static noinline void rcu_give(struct kmem_cache *s, struct page *page, void *x,
			      unsigned long site)
{
	unsigned int at = offset_in_page(x) / SLOB_UNIT;
	struct slob_rcu *r = rcu_of(s);
	unsigned long flags;
	bool post;

	if (slob_kind(page) != kind_of(s) || (unsigned long)x % SLOB_UNIT ||
	    !slob_marked(page->slob_map, at)) {
		bad_give(s, page, x, site, SLOB_NO_BLOCK);
		return;
	}
	if (slob_units(page->slob_map, at) != s->size / SLOB_UNIT) {
		bad_give(s, page, x, site, SLOB_OTHER_SIZE);
		return;
	}
	spin_lock_irqsave(&r->lock, flags);
	if (*rcu_link(s, x)) {
		spin_unlock_irqrestore(&r->lock, flags);
		bad_give(s, page, x, site, SLOB_TWICE);
		return;
	}
	post = !r->posted;
	*rcu_link(s, x) = post ? r->waiting : r->more;
	if (post)
		r->waiting = x;
	else
		r->more = x;
	r->posted = true;
	spin_unlock_irqrestore(&r->lock, flags);
	if (post)
		slab_call_after_readers(&r->head, rcu_over);
}

void slow_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	if (unlikely(page->slab_cache))
		big_give(page, x, site);
	else if (unlikely(rcu_of(s)))
		rcu_give(s, page, x, site);
	else
		give(s, page, x, site);
}

struct kmem_cache *backend_owner(struct page *page, const void *x)
{
	unsigned int at = offset_in_page(x) / SLOB_UNIT, size;
	enum slob_kind kind = slob_kind(page);

	if (kind >= SLOB_CACHES)
		return NULL;
	/* Of what is no object, any cache of that kind may say so. */
	size = slob_marked(page->slob_map, at) ? slob_units(page->slob_map, at) * SLOB_UNIT : 8;
	return kmalloc_caches[kind][__kmalloc_index(size)];
}

size_t backend_usable(struct kmem_cache *s, struct page *page, const void *x)
{
	size_t size;

	if (page->slab_cache)
		return s->flags & SLAB_KMALLOC ? PAGE_SIZE << s->order : s->object_size;
	size = slob_units(page->slob_map, offset_in_page(x) / SLOB_UNIT) * SLOB_UNIT;
	return slob_kind(page) >= SLOB_CACHES ? min_t(size_t, size, s->object_size) : size;
}

/* The block that an address lies in. */
void backend_describe(struct page *page, unsigned long addr)
{
	unsigned int at = offset_in_page(addr) / SLOB_UNIT, units, next;
	struct slob_node *n = slob_nodes[page_to_nid(page)];
	char *base = page_to_virt(page);
	struct kmem_cache *s;
	unsigned long flags;
	bool free;

	if (slob_kind(page) == SLOB_MAP_PAGE) {
		report_line("in a page of SLOB's bitmaps");
		return;
	}
	/* A report may come from inside the lock. */
	if (!spin_trylock_irqsave(&n->lock, flags)) {
		report_line("in a page of SLOB, which is busy");
		return;
	}
	while (at && !slob_marked(page->slob_map, at))
		at--;
	units = slob_units(page->slob_map, at);
	for (next = page->slob_first; next < at; next = slob_block(base, next)->next)
		if (slob_block(base, next)->next <= next)
			break;
	free = next == at;
	spin_unlock_irqrestore(&n->lock, flags);
	s = backend_owner(page, base + at * SLOB_UNIT);
	report_line("%lu bytes into %s of %u bytes at 0x%px, %s",
		    addr - (unsigned long)(base + at * SLOB_UNIT),
		    free ? "a free block" : "an object", units * SLOB_UNIT,
		    base + at * SLOB_UNIT, free ? "which was an object before" :
		    s ? s->name : "of a cache that SLOB does not know");
}

/* Birth and death of a cache. */

int backend_open(struct kmem_cache *s)
{
	unsigned int size = ALIGN(s->object_size, SLOB_UNIT);
	struct slob_rcu *r = NULL;

	s->inuse = size;
	s->offset = 0;
	if (s->flags & SLAB_TYPESAFE_BY_RCU) {
		s->offset = ALIGN(size, (unsigned int)sizeof(void *));
		size = s->offset + ALIGN(sizeof(void *), SLOB_UNIT);
	}
	s->size = size;
	s->order = is_big(s) ? get_order(size) : 0;
	if (s->order >= MAX_ORDER)
		return -EINVAL;
	s->min_order = s->order;
	s->objects = max(1u, (unsigned int)(PAGE_SIZE / size));
	s->reciprocal = 0xffffffffu / size + 1;
	if (s->flags & SLAB_TYPESAFE_BY_RCU) {
		r = kzalloc(sizeof(*r), GFP_KERNEL);
		if (!r)
			return -ENOMEM;
		r->s = s;
		r->waiting = r->more = CHAIN_END;
		spin_lock_init(&r->lock);
		spin_lock_set_rank(&r->lock, RANK_SLAB_NODE);
	}
	s->cpu_slab = (void *)r;
	return 0;
}

void backend_close(struct kmem_cache *s)
{
	struct slob_rcu *r = rcu_of(s);
	unsigned long flags;
	bool posted;

	if (!r)
		return;
	spin_lock_irqsave(&r->lock, flags);
	posted = r->posted;
	r->closed = true;
	spin_unlock_irqrestore(&r->lock, flags);
	/* The callback that is still to come frees it. */
	if (!posted)
		kfree(r);
	s->cpu_slab = NULL;
}

unsigned long backend_shrink(struct kmem_cache *s, bool last)
{
	struct slob_rcu *r = rcu_of(s);
	unsigned long flags, left = 0;
	unsigned int nid;
	void *waiting, *more;

	if (r && last) {
		spin_lock_irqsave(&r->lock, flags);
		waiting = r->waiting;
		more = r->more;
		r->waiting = r->more = CHAIN_END;
		spin_unlock_irqrestore(&r->lock, flags);
		rcu_give_chain(s, waiting);
		rcu_give_chain(s, more);
	}
	for (nid = 0; nid < machine.nr_nodes; nid++)
		left += atomic_long_read(&s->node[nid]->total_objects);
	return left;
}

void backend_open_fast(bool open)
{
}

void backend_open_checked(struct kmem_cache *s)
{
	s->cpu_slab = NULL;
}

/* Counting and checking. */

void backend_info(struct kmem_cache *s, struct slabinfo *info)
{
	unsigned long units = 0;
	unsigned int nid;

	memset(info, 0, sizeof(*info));
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		info->active_objs += atomic_long_read(&s->node[nid]->total_objects);
		units += atomic_long_read(&s->node[nid]->nr_slabs);
	}
	info->num_objs = info->active_objs;
	/* There are no slabs: its share of pages. */
	info->num_slabs = DIV_ROUND_UP(units, SLOB_UNITS);
	info->active_slabs = info->num_slabs;
}

struct each_job {
	struct kmem_cache *s;
	unsigned long (*fn)(struct kmem_cache *s, struct page *page, void *object, void *ctx);
	void *ctx;
};

/* Blocks in use of the page that may be objects of the cache. */
static unsigned long each_in_page(struct page *page, void *arg)
{
	unsigned int at, units, next = page->slob_first;
	struct each_job *job = arg;
	char *base = page_to_virt(page);
	unsigned long sum = 0;
	bool mine;

	if (slob_kind(page) != kind_of(job->s))
		return 0;
	for (at = 0; at < SLOB_UNITS; at += units) {
		units = slob_units(page->slob_map, at);
		if (at == next) {
			next = slob_block(base, at)->next;
			continue;
		}
		if (slob_kind(page) < SLOB_CACHES)
			mine = backend_owner(page, base + at * SLOB_UNIT) == job->s;
		else
			mine = units == job->s->size / SLOB_UNIT &&
			       IS_ALIGNED(at * SLOB_UNIT, job->s->align);
		if (!mine)
			continue;
		sum += job->fn ? job->fn(job->s, page, base + at * SLOB_UNIT, job->ctx) : 1;
	}
	return sum;
}

/*
 * Blocks don't say whose they are. When there are as many of the cache's size as the cache
 * has objects, they are its objects; when there are more, no one can tell, and none is
 * shown. Objects of a page and more are not on any list.
 */
unsigned long backend_each_object(struct kmem_cache *s,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx)
{
	struct each_job count = { .s = s }, job = { s, fn, ctx };
	unsigned long found = 0, have = 0, sum = 0;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		found += slob_each_page(slob_nodes[nid], each_in_page, &count);
		have += atomic_long_read(&s->node[nid]->total_objects);
	}
	if (found != have)
		return 0;
	for (nid = 0; nid < machine.nr_nodes; nid++)
		sum += slob_each_page(slob_nodes[nid], each_in_page, &job);
	return sum;
}

/* Pages are everybody's: they are checked with the first general cache, once. */
unsigned int backend_validate(struct kmem_cache *s)
{
	unsigned int nid, faults = 0;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		if (atomic_long_read(&s->node[nid]->total_objects) < 0) {
			pr_err("slob: cache %s: more objects freed than there were (S9)\n",
			       s->name);
			faults++;
		}
		if (s == kmalloc_caches[KMALLOC_NORMAL][KMALLOC_SHIFT_LOW])
			faults += slob_node_check(slob_nodes[nid]);
	}
	return faults;
}

/* The whole of what SLOB holds, and what of it is nobody's object. */
void backend_show(struct seq_file *m)
{
	unsigned long pages = 0, maps = 0, used = 0, lists = machine.nr_nodes, held;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		pages += READ_ONCE(slob_nodes[nid]->nr_pages);
		maps += READ_ONCE(slob_nodes[nid]->nr_map_pages);
		used += READ_ONCE(slob_nodes[nid]->used_units) * SLOB_UNIT;
	}
	held = (pages + maps + lists) * PAGE_SIZE;
	seq_printf(m, "# SLOB: %lu bytes of objects in %lu held: %lu in pages of blocks, %lu of bitmaps, %lu of lists; overhead %lu.%lu%%\n",
		   used, held, pages * PAGE_SIZE, maps * PAGE_SIZE, lists * PAGE_SIZE,
		   (held - used) * 100 / max(used, 1ul),
		   (held - used) * 1000 / max(used, 1ul) % 10);
}

/* Boot. */

int backend_boot(void)
{
	struct slob_node *n;
	struct page *page;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		page = __alloc_pages_node((int)nid, GFP_KERNEL | __GFP_ZERO, 0);
		if (!page)
			return -ENOMEM;
		n = page_to_virt(page);
		n->nid = nid;
		spin_lock_init(&n->lock);
		spin_lock_set_rank(&n->lock, RANK_SLAB_NODE);
		slob_nodes[nid] = n;
	}
	pr_info("SLOB: units of %u bytes, bitmaps of %u bytes for each page, %zu bytes of lists for each node\n",
		SLOB_UNIT, SLOB_MAP_BYTES, sizeof(*n));
	return 0;
}

void backend_reset(void)
{
	memset(slob_nodes, 0, sizeof(slob_nodes));
}
