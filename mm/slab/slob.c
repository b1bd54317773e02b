// SPDX-License-Identifier: MIT
/*
 * SLOB, a simple list of blocks: the backend with the smallest footprint. Objects of all
 * caches and sizes lie side by side in the same pages. Checklist B9, document 002.
 *
 * A page is cut into blocks of whole units (8 bytes), each free or in use. The free ones
 * hold their size and the unit of the next free one. First fit within the page; what is left
 * over stays free; a block that comes back becomes one with free neighbours on both sides.
 *
 * How big a block is says a bitmap, one bit for each unit of the page, set where a block
 * begins. No header in front of each object, as payloads are aligned to 8 bytes: any header
 * costs 8 where the size is a multiple of 8, as those of structs are, and as much again as
 * the object where a power of two is aligned to itself. The bitmap is 1.6% whatever the
 * sizes, less than headers from eight objects in a page on. And it knows each object: what
 * is freed twice, or is no object, is seen without debugging.
 *
 *  S1 slob_free is the number of units in free blocks; all others are in use.
 *  S2 A bit is set in slob_map exactly where a block begins, free or not. A block in use
 *     ends at the next bit. Neither of the two bits changes while it is in use: a free
 *     neighbour may be cut or grow at its far side only. So its size can be read unlocked.
 *  S3 Free blocks are chained in the order of addresses, and no two are side by side.
 *  S4 No free block is larger than slob_max. A page with free blocks is on the list of its
 *     class and of the bin that slob_max is in; a full one on the node's full list.
 *     slob_max may be too large, until a search fails in the page: so most operations leave
 *     lists alone.
 *  S5 A page is made for small blocks (below 256 bytes) or large ones. Small ones go into
 *     pages of small ones first, so that crumbs that live long don't keep the others from
 *     being whole again; then into any hole of the others, before there is a new page: large
 *     ones leave up to half of a page, which would be 6% of all that is held. Large ones go
 *     into pages of small ones only when there are no more pages.
 *  S6 A page that is one free block is not kept.
 *  S7 Pages are for general objects or those of caches; reclaimable, for ZONE_DMA, for
 *     ZONE_DMA32 or for neither. Caches whose objects are of one size have different numbers
 *     (mostly there is only 0), and a page is for caches of one number: its slab_lane.
 *     So page and size say which cache an object is of. Each kind has lists of its own,
 *     and the numbers besides 0 have some together, to be nobody else's hindrance.
 *  S8 Bitmaps are in pages of 64. A node has as many in use as it has pages of blocks.
 *  S9 nr_pages and used_units of a node are sums over its pages; s->node[]->total_objects
 *     counts live objects of a cache, nr_slabs their units. General objects that are
 *     blocks are not counted: who wants to know walks the pages.
 *  S10 What free blocks hold behind their heads is as it was freed: where two become one,
 *     the second head is cleared (init_on_free relies on it).
 *  S11 Where there is one node, the block that a CPU gave back last is kept aside
 *     (slob_cpu.last): the CPU's next request of its size and kind gets it. It is put where
 *     it belongs when the CPU gives back another one, finds no room, or by shrinking. In
 *     its page it is a block in use, but its head is a free one's.
 *  S12 A block that is handed out does not look free: the size in its head is 0.
 *
 * Search: best fit by pages: bins from the wanted size upwards, so that of the pages of a
 * class the one with about the tightest largest hole is used. Holes that are left are then
 * of sizes that are asked for, and are filled without rest. Within a bin the page that was
 * filed last comes first, which is what rotating one list does.
 * Objects of a page's size or more have pages of their own, and slab_cache says whose.
 * Constructors run at each allocation, destructors at each free. Objects of a
 * SLAB_TYPESAFE_BY_RCU cache have one more word, by which they wait for the readers.
 *
 * Locking: slob_node.lock (RANK_SLAB_NODE), interrupts off. Pages come and go outside.
 * Failure: NULL; the page allocator has reported why. Neighbours: slob_page.c (pages,
 * checks), slob_cache.c (caches, counts), entry.c.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/slob.h"
#include "mm/slab/use.h"

#define TRIES	16	/* pages of one bin that are looked into */
#define LOOKS	128	/* and that are looked at, whether they are for the wanted number */

struct slob_node *slob_nodes[QUARRY_MAX_NODES];
struct slob_fast slob_fast;
DEFINE_PER_CPU(struct slob_cpu, slob_cpu);

/* Caches. */

/* Lists of pages. Node locked. */

static void unfile(struct slob_lists *l, struct page *page)
{
	unsigned int place = page->slob_at;

	slob_unlist(page);
	WRITE_ONCE(page->slob_at, SLOB_NOWHERE);
	if (place < NR_SLOB_PLACES && hlist_empty(&l->places[place]))
		l->used[place / NR_SLOB_BINS] &= ~(1ull << place % NR_SLOB_BINS);
}

/* Where S4 wants it. */
static void file(struct slob_node *n, struct slob_lists *l, struct page *page)
{
	unsigned int bin = 0, place = SLOB_FULL;
	enum slob_class class = slob_class(page);

	if (page->slob_free) {
		bin = slob_bin(page->slob_max);
		place = slob_place(class, bin);
	}
	if (page->slob_at == place)
		return;
	if (page->slob_at != SLOB_NOWHERE)
		unfile(l, page);
	WRITE_ONCE(page->slob_at, (u8)place);
	if (place == SLOB_FULL) {
		WRITE_ONCE(page->slob_max, 0);	/* so whatever is freed there makes it larger */
		hlist_add_head(&page->slob_list, &n->full);
		return;
	}
	hlist_add_head(&page->slob_list, &l->places[place]);
	l->used[class] |= 1ull << bin;
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

void slob_bad_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site,
		   unsigned int why)
{
	struct kmem_cache *owner = backend_owner(page, x);

	atomic_long_inc(&s->errors);
	if (why == SLOB_OTHER_CACHE)
		report_begin(REPORT_SLAB, "BUG %s (%s): Wrong slab cache. Object 0x%px is from %s",
			     s->name, print_tainted(), x, owner ? owner->name : "none");
	else
		report_begin(REPORT_SLAB, "BUG %s (%s): %s 0x%px", s->name, print_tainted(),
			     why == SLOB_TWICE ? "Object already free" :
						 "Invalid object pointer", x);
	report_line("INFO: freed by %pS", (void *)site);
	if (!page->slab_cache)
		backend_describe(page, (unsigned long)x);
	report_line("FIX %s: Object at 0x%px not freed", s->name, x);
	report_here();
	report_end();
}

/* Objects out. */

/*
 * After a block was taken: what a large one leaves is far from what slob_max was, and is to
 * be found at once. With small ones it is as S4 says.
 */
static __always_inline void taken(struct slob_node *n, struct slob_lists *l, struct page *page,
				  unsigned int units)
{
	n->used_units += units;
	if (unlikely(units >= SLOB_LARGE_UNITS))
		WRITE_ONCE(page->slob_max, (u16)slob_page_largest(page));
	if (unlikely(!page->slob_free || units >= SLOB_LARGE_UNITS))
		file(n, l, page);
}

/* What is asked of lists_take() and those below. */
struct slob_wish {
	struct kmem_cache *s;		/* NULL: of a general cache */
	unsigned int units, align;	/* align: units */
	unsigned long lane;
};

/*
 * lists_search - from a page of @class that is there
 *
 * In bins that may be too small, and where alignment may spoil the fit, only so many pages
 * are tried.
 */
static noinline void *lists_search(struct slob_node *n, const struct slob_wish *w,
				   enum slob_class class)
{
	struct slob_lists *l = slob_lists(n, w->lane);
	unsigned int first = slob_bin(w->units), bin, at, tries, looks;
	struct hlist_node *node, *next;
	struct page *page;
	char *base;
	u64 bins;

	for (bins = l->used[class] >> first << first; bins; bins &= bins - 1) {
		bin = (unsigned int)__builtin_ctzll(bins);
		tries = TRIES;
		looks = LOOKS;
		node = l->places[slob_place(class, bin)].first;
		for (; node && tries && looks; node = next, looks--) {
			next = node->next;
			page = hlist_entry(node, struct page, slob_list);
			if (page->slab_lane != w->lane)
				continue;
			tries--;
			if (page->slob_max < w->units)
				continue;
			base = page_to_virt(page);
			at = slob_page_take(page, base, w->units, w->align);
			if (likely(at < SLOB_UNITS)) {
				taken(n, l, page, w->units);
				return base + at * SLOB_UNIT;
			}
			if (at == SLOB_DAMAGED)
				damaged(n, l, page);
			else
				file(n, l, page);
		}
	}
	return NULL;
}

/* S5. The first page of the first bin mostly has what is wanted. */
static __always_inline void *lists_take(struct slob_node *n, const struct slob_wish *w)
{
	enum slob_class class = slob_class_of(w->units);
	unsigned int first = slob_bin(w->units), at;
	struct slob_lists *l = slob_lists(n, w->lane);
	u64 bins = l->used[class] >> first << first;
	struct page *page;
	void *x = NULL;
	char *base;

	if (likely(bins)) {
		first = slob_place(class, (unsigned int)__builtin_ctzll(bins));
		page = hlist_entry(l->places[first].first, struct page, slob_list);
		if (likely(page->slob_max >= w->units && page->slab_lane == w->lane)) {
			base = page_to_virt(page);
			at = slob_page_take(page, base, w->units, w->align);
			if (likely(at < SLOB_UNITS)) {
				taken(n, l, page, w->units);
				return base + at * SLOB_UNIT;
			}
			if (at == SLOB_NO_ROOM)
				file(n, l, page);
		}
		x = lists_search(n, w, class);
	}
	return x || class == SLOB_LARGE ? x : lists_search(n, w, SLOB_LARGE);
}

/* @any: large blocks may go into pages of small ones, too. */
static __always_inline void *node_take(struct slob_node *n, const struct slob_wish *w, bool any)
{
	unsigned long flags;
	void *x;

	spin_lock_irqsave(&n->lock, flags);
	x = any ? lists_search(n, w, SLOB_SMALL) : lists_take(n, w);
	if (w->s && likely(x))
		slob_count_object(w->s, n->nid, 1, w->units);
	spin_unlock_irqrestore(&n->lock, flags);
	return x;
}

/* While the fast half is shut, there is none. */
static __always_inline struct slob_node *this_node(void)
{
	struct slob_node *n = READ_ONCE(slob_fast.node);

	if (likely(n))
		return n;
	return READ_ONCE(slob_fast.size) ? slob_nodes[numa_mem_id()] : NULL;
}

/* Of powers of two, as many units; the one that less than 8 bytes have. */
static __always_inline unsigned int general_align(size_t size, unsigned int units)
{
	return size & (size - 1) ? 1 : units;
}

void *slob_kmalloc(size_t size, unsigned long lane)
{
	unsigned int units = (unsigned int)(size + SLOB_UNIT - 1) / SLOB_UNIT;
	struct slob_wish w = { NULL, units, general_align(size, units), lane };
	struct slob_node *n = this_node();

	if (unlikely(!n || units >= SLOB_UNITS))
		return NULL;
	return node_take(n, &w, false);
}

void *slob_take(struct kmem_cache *s)
{
	struct slob_wish w = { s, how_units(s->slob), how_align(s->slob), s->slob_lane };
	struct slob_node *n = this_node();

	if (unlikely(!n))
		return NULL;
	if (SLOB_IS_GENERAL(w.lane))
		w.s = NULL;
	return node_take(n, &w, false);
}

/* A new page, and the block from it. Its node may be another one than was wished for. */
static void *page_take(const struct slob_wish *w, gfp_t gfp, int nid)
{
	struct page *page;
	unsigned long flags, *map;
	struct slob_node *n;
	void *x;

	gfp = (gfp & ~__GFP_COMP) | slob_kind_gfp(how_kind(w->lane));
	page = slob_page_get(gfp, nid);
	if (!page)
		return NULL;
	n = slob_nodes[page_to_nid(page)];
	map = slob_map_get(n, gfp);
	if (!map) {
		__free_pages(page, 0);
		return NULL;
	}
	slob_page_init(page, map, w->lane, slob_class_of(w->units));
	__SetPageSlab(page);
	slob_page_count(page, 1);
	spin_lock_irqsave(&n->lock, flags);
	n->nr_pages++;
	n->used_units += w->units;
	x = page_to_virt(page);
	x = (char *)x + slob_page_take(page, x, w->units, w->align) * SLOB_UNIT;
	WRITE_ONCE(page->slob_max, (u16)(SLOB_UNITS - w->units));
	file(n, slob_lists(n, w->lane), page);
	if (w->s)
		slob_count_object(w->s, n->nid, 1, w->units);
	spin_unlock_irqrestore(&n->lock, flags);
	return x;
}

/* The node's own lists had nothing. */
static noinline void *take_slowly(const struct slob_wish *w, gfp_t gfp, int nid)
{
	gfp_t quiet = (gfp | __GFP_NOWARN | __GFP_NORETRY) & ~__GFP_NOFAIL;
	unsigned int other;
	bool only = gfp & __GFP_THISNODE;
	void *x;

	/* The last block may make room; a page of that node; what other nodes have; a page of
	 * any node, waiting for it; a hole of any page.
	 */
	slob_swap_last(NULL, 0);
	x = node_take(slob_nodes[nid], w, false);
	if (x)
		return x;
	x = page_take(w, (quiet | __GFP_THISNODE) & ~__GFP_DIRECT_RECLAIM, nid);
	for (other = 0; !x && !only && other < machine.nr_nodes; other++)
		x = node_take(slob_nodes[other], w, false);
	if (!x)
		x = page_take(w, gfp, nid);
	for (other = 0; !x && other < machine.nr_nodes; other++)
		if (!only || other == (unsigned int)nid)
			x = node_take(slob_nodes[other], w, true);
	return x;
}

static __always_inline void *take(const struct slob_wish *w, gfp_t gfp, int node)
{
	int nid = node == NUMA_NO_NODE ? numa_mem_id() : node;
	void *x = node_take(slob_nodes[nid], w, false);

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
	if (s->flags & SLAB_KMALLOC)
		page->slab_lane = SLOB_BIG_LANE;
	__SetPageSlab(page);
	slab_count_pages(page, s->flags & SLAB_RECLAIM_ACCOUNT, 1l << s->order);
	slob_count_object(s, page_to_nid(page), 1, SLOB_UNITS << s->order);
	return page->slab_base;
}

static void big_put(struct kmem_cache *s, struct page *page)
{
	slab_count_pages(page, s->flags & SLAB_RECLAIM_ACCOUNT, -(1l << s->order));
	__ClearPageSlab(page);
	page->slab_cache = NULL;
	page->slab_base = NULL;
	page->slab_lane = 0;
	page_mapcount_reset(page);
	__free_pages(page, s->order);
}

static void big_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	if (x != page->slab_base) {
		slob_bad_give(s, page, x, site, SLOB_NO_BLOCK);
		return;
	}
	slob_count_object(s, page_to_nid(page), -1, SLOB_UNITS << s->order);
	big_put(s, page);
}

bool slob_kfree_big(struct page *page, const void *x)
{
	if (unlikely(x != page->slab_base))
		return false;
	big_give(page->slab_cache, page, (void *)x, 0);
	return true;
}

void *slow_take(struct kmem_cache *s, gfp_t gfp, int node)
{
	struct slob_wish w = {
		.s = s->flags & SLAB_KMALLOC ? NULL : s, .units = s->size / SLOB_UNIT,
		.align = s->align / SLOB_UNIT, .lane = s->slob_lane,
	};
	void *x = unlikely(slob_is_big(s)) ? big_take(s, gfp, node) : take(&w, gfp, node);

	if (!x)
		return NULL;
	if (unlikely(slob_rcu_of(s)))
		*slob_rcu_link(s, x) = NULL;
	slab_construct(s, x, gfp);
	return x;
}

void *backend_kmalloc(struct kmem_cache *s, size_t size, gfp_t gfp, int node)
{
	unsigned int units = (unsigned int)DIV_ROUND_UP(size, SLOB_UNIT);
	struct slob_wish w = { NULL, units, general_align(size, units), s->slob_lane };

	return unlikely(units >= SLOB_UNITS) ? big_take(s, gfp, node) : take(&w, gfp, node);
}

/* Objects in. */

/*
 * put - a block is free again. Node locked
 * @want: units that it should have, or 0: any
 * @dead: set to the page, if the whole of it is free, to be dropped without the lock
 * Return: units that were freed, or why none were: slob.h.
 */
static unsigned int put(struct slob_node *n, struct page *page, void *x, unsigned int want,
			struct page **dead)
{
	struct slob_lists *l = slob_lists(n, page->slab_lane);
	unsigned int at = offset_in_page(x) / SLOB_UNIT, units;
	bool grown = false;

	units = slob_page_give(page, (char *)((unsigned long)x & PAGE_MASK), at, want, &grown);
	if (unlikely(units >= SLOB_NONE)) {
		if (units == SLOB_DAMAGED)
			damaged(n, l, page);
		return units;
	}
	n->used_units -= units;
	if (unlikely(grown)) {
		if (page->slob_free == SLOB_UNITS) {
			unfile(l, page);
			n->nr_pages--;
			*dead = page;
		} else {
			file(n, l, page);
		}
	}
	return units;
}

/*
 * node_give - the slow way: straight to its page, and everything is looked at
 * @s: its cache, to be counted, or NULL
 */
static unsigned int node_give(struct kmem_cache *s, struct page *page, void *x,
			      unsigned int want)
{
	struct slob_node *n = slob_nodes[page_to_nid(page)];
	struct page *dead = NULL;
	unsigned int units;
	unsigned long flags;

	spin_lock_irqsave(&n->lock, flags);
	units = put(n, page, x, want, &dead);
	if (s && units < SLOB_NONE)
		slob_count_object(s, n->nid, -1, units);
	spin_unlock_irqrestore(&n->lock, flags);
	if (unlikely(dead))
		slob_page_drop(dead);
	return units;
}

/* Put a block where it belongs that was the last one. In a page that is damaged it stays. */
static void settle(void *x, unsigned long how)
{
	if (how)
		node_give(NULL, virt_to_page(x), x, 0);
}

/*
 * slob_swap_last - a block is the last one now; the one that was goes where it belongs
 * How is 0: there is none. Return: true.
 */
bool slob_swap_last(void *x, unsigned long how)
{
	unsigned long flags, old_how = how;
	struct slob_cpu *c;
	void *old = x;

	local_irq_save(flags);
	c = raw_cpu_ptr(&slob_cpu);
	/* On several nodes there is none, as it would not be known to be of the right one. */
	if (likely(!c->claimed && (!how || READ_ONCE(slob_fast.node)))) {
		old = c->last;
		old_how = c->how;
		if (how)
			slob_set_last(c, x, how);
		else
			WRITE_ONCE(c->how, 0);
	}
	local_irq_restore(flags);
	settle(old, old_how);
	return true;
}

bool slob_is_last(const void *x)
{
	struct slob_cpu *c;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		c = per_cpu_ptr(&slob_cpu, cpu);
		if (READ_ONCE(c->how) && READ_ONCE(c->last) == x)
			return true;
	}
	return false;
}

unsigned int slob_long_units(const struct page *page, const void *x)
{
	return slob_units(page->slob_map, offset_in_page(x) / SLOB_UNIT);
}

/*
 * What is wrong with an address that is to be freed to a cache; 0: it is an object, as far
 * as can be seen without its node's lock.
 */
unsigned int slob_wrong(struct kmem_cache *s, struct page *page, void *x)
{
	unsigned int at = offset_in_page(x) / SLOB_UNIT;

	if (slob_kind(page) == SLOB_MAP_PAGE || (unsigned long)x % SLOB_UNIT)
		return SLOB_NO_BLOCK;
	if (slob_is_last(x))
		return SLOB_TWICE;
	if (page->slab_lane != s->slob_lane && slob_marked(page->slob_map, at))
		return SLOB_OTHER_CACHE;
	return 0;
}

void slob_put_now(struct kmem_cache *s, struct page *page, void *x)
{
	if (page->slab_cache)
		big_put(s, page);
	else
		node_give(NULL, page, x, 0);
}

void slob_give_now(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	bool general = SLOB_IS_GENERAL(s->slob_lane);
	unsigned int units = slob_wrong(s, page, x), tries = 2;

	if (!units)
		do {	/* A page that is damaged has been mended. */
			units = node_give(general ? NULL : s, page, x,
					  general ? 0 : s->size / SLOB_UNIT);
		} while (units == SLOB_DAMAGED && --tries);
	if (units >= SLOB_NONE)
		slob_bad_give(s, page, x, site, units);
}

unsigned int slob_no_object(struct kmem_cache *s, struct page *page, void *x)
{
	unsigned int at = offset_in_page(x) / SLOB_UNIT, why;

	if (page->slab_cache)
		return x == page->slab_base ? 0 : SLOB_NO_BLOCK;
	why = slob_wrong(s, page, x);
	if (!why && !slob_marked(page->slob_map, at))
		why = SLOB_NO_BLOCK;
	if (!why && slob_units(page->slob_map, at) != s->size / SLOB_UNIT)
		why = SLOB_OTHER_CACHE;
	return why;
}

/* Destructors run while the object is still one. False: it is none. */
static bool destruct(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	unsigned int why = slob_no_object(s, page, x);

	if (why)
		slob_bad_give(s, page, x, site, why);
	else
		slab_destruct(s, x);
	return !why;
}

void slow_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	if (unlikely(slob_rcu_of(s)))
		slob_rcu_give(s, page, x, site);
	else if (unlikely(s->dtor) && !destruct(s, page, x, site))
		return;
	else if (unlikely(page->slab_cache))
		big_give(s, page, x, site);
	else
		slob_give_now(s, page, x, site);
}
