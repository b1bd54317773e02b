// SPDX-License-Identifier: MIT
/*
 * SLOB's pages: their birth, their bitmaps, and the checks of S1 to S9. The theory is
 * in slob.c.
 *
 * Locking: everything on a node under its lock, unless said otherwise.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/slob.h"
#include "mm/slab/use.h"

void slob_page_init(struct page *page, unsigned long *map, unsigned long lane,
		    enum slob_class class)
{
	memset(map, 0, SLOB_MAP_BYTES);
	map[0] = 1;
	*slob_block(page_to_virt(page), 0) = (struct slob_block){
		.units = SLOB_UNITS, .next = SLOB_NONE,
	};
	page->slob_map = map;
	page->slob_free = SLOB_UNITS;
	page->slob_first = 0;
	WRITE_ONCE(page->slob_max, SLOB_UNITS);
	WRITE_ONCE(page->slob_what, (u8)(how_kind(lane) | class << 4));
	page->slab_lane = lane;
	WRITE_ONCE(page->slob_at, SLOB_NOWHERE);
}

unsigned int slob_page_largest(struct page *page)
{
	char *base = page_to_virt(page);
	unsigned int at, most = 0;

	for (at = page->slob_first; at < SLOB_UNITS; at = slob_block(base, at)->next) {
		most = max_t(unsigned int, most, slob_block(base, at)->units);
		if (slob_block(base, at)->next <= at)
			break;		/* damaged: whoever takes it will see */
	}
	return most;
}

void slob_page_count(struct page *page, int sign)
{
	enum slob_kind kind = slob_kind(page);
	bool rcl = kind == SLOB_GENERAL_RCL || kind == SLOB_CACHES_RCL;

	slab_count_pages(page, rcl, sign);
}

/* Bitmaps: slots of a map page, the free ones chained through their first words (S8). */

static void map_push(struct page *page, unsigned long *map)
{
	*map = page->slab_word;
	page->slab_word = (unsigned long)map;
	WRITE_ONCE(page->slob_max, page->slob_max + 1);
}

static void map_page(struct slob_node *n, struct page *page)
{
	unsigned long *map = page_to_virt(page);
	unsigned int i;

	page->slab_word = 0;
	WRITE_ONCE(page->slob_max, 0);
	WRITE_ONCE(page->slob_what, SLOB_MAP_PAGE);
	WRITE_ONCE(page->slob_at, SLOB_NOWHERE);
	for (i = SLOB_MAPS; i--;)
		map_push(page, map + i * SLOB_MAP_LONGS);
	hlist_add_head(&page->slob_list, &n->maps);
	n->nr_map_pages++;
}

static unsigned long *map_take(struct slob_node *n)
{
	struct page *page = hlist_entry_safe(n->maps.first, struct page, slob_list);
	unsigned long *map;

	if (!page)
		return NULL;
	map = (unsigned long *)page->slab_word;
	page->slab_word = *map;
	WRITE_ONCE(page->slob_max, page->slob_max - 1);
	if (!page->slob_max)
		slob_unlist(page);
	return map;
}

static struct page *map_give(struct slob_node *n, unsigned long *map)
{
	struct page *page = virt_to_page(map);

	if (!page->slob_max)
		hlist_add_head(&page->slob_list, &n->maps);
	map_push(page, map);
	if (page->slob_max < SLOB_MAPS)
		return NULL;
	slob_unlist(page);
	n->nr_map_pages--;
	return page;
}

/* Births and deaths, no lock held. */

void slob_page_release(struct page *page)
{
	slob_page_count(page, -1);
	__ClearPageSlab(page);
	page->slab_list.next = page->slab_list.prev = NULL;
	page->slab_word = 0;
	page->slab_base = NULL;
	page->slab_lane = 0;
	page_mapcount_reset(page);
	__free_pages(page, 0);
}

struct page *slob_page_get(gfp_t gfp, int nid)
{
	struct page *page = gfp & ___GFP_NO_GROW ? NULL : __alloc_pages_node(nid, gfp, 0);

	if (!page)
		return NULL;
	page->slab_cache = NULL;
	INIT_HLIST_NODE(&page->slob_list);
	return page;
}

/* A bitmap for a page of this node, or NULL. */
unsigned long *slob_map_get(struct slob_node *n, gfp_t gfp)
{
	unsigned long *map, flags;
	struct page *page;

	spin_lock_irqsave(&n->lock, flags);
	map = map_take(n);
	spin_unlock_irqrestore(&n->lock, flags);
	if (map)
		return map;
	page = slob_page_get((gfp & ~(GFP_ZONEMASK | __GFP_RECLAIMABLE)), (int)n->nid);
	if (!page)
		return NULL;
	n = slob_nodes[page_to_nid(page)];
	WRITE_ONCE(page->slob_what, SLOB_MAP_PAGE);
	__SetPageSlab(page);
	slob_page_count(page, 1);
	spin_lock_irqsave(&n->lock, flags);
	map_page(n, page);
	map = map_take(n);
	spin_unlock_irqrestore(&n->lock, flags);
	return map;
}

/* A bitmap comes back, of whatever node. */
void slob_map_put(unsigned long *map)
{
	struct slob_node *n = slob_nodes[page_to_nid(virt_to_page(map))];
	struct page *empty;
	unsigned long flags;

	spin_lock_irqsave(&n->lock, flags);
	empty = map_give(n, map);
	spin_unlock_irqrestore(&n->lock, flags);
	if (empty)
		slob_page_release(empty);
}

void slob_page_drop(struct page *page)
{
	slob_map_put(page->slob_map);
	slob_page_release(page);
}

/* Checks. */

/*
 * slob_page_mend - somebody wrote to a free block, and the links behind it are lost
 *
 * Sizes are in the bitmap, so the blocks up to there can be trusted. What is free
 * behind them looks like blocks in use from now on, and is never handed out.
 */
unsigned int slob_page_mend(struct page *page)
{
	unsigned int at = page->slob_first, prev = SLOB_NONE, units, free = 0, most = 0, lost;
	char *base = page_to_virt(page);
	struct slob_block *b;

	if (at < SLOB_UNITS && !slob_marked(page->slob_map, at))
		at = SLOB_NONE;
	while (at < SLOB_UNITS) {
		b = slob_block(base, at);
		units = slob_units(page->slob_map, at);
		if (b->units != units || b->next <= at || b->next > SLOB_UNITS ||
		    (b->next < SLOB_UNITS && !slob_marked(page->slob_map, b->next)))
			break;
		free += units;
		most = max(most, units);
		prev = at;
		at = b->next;
	}
	slob_link(page, base, prev, SLOB_NONE);
	lost = page->slob_free - free;
	page->slob_free = (u16)free;
	WRITE_ONCE(page->slob_max, (u16)most);
	return lost;
}

const char *slob_page_check(struct page *page)
{
	unsigned int at, units, free = 0, next = page->slob_first;
	char *base = page_to_virt(page);
	bool was_free = false;

	if (!PageSlab(page) || page->slab_cache)
		return "listed, but no page of blocks";
	if (!slob_marked(page->slob_map, 0))
		return "no block begins at its start (S2)";
	for (at = 0; at < SLOB_UNITS; at += units) {
		units = slob_units(page->slob_map, at);
		if (at != next) {
			was_free = false;
			continue;
		}
		if (slob_block(base, at)->units != units)
			return "a free block has another size than its marks say (S2)";
		if (was_free)
			return "two free blocks are side by side (S3)";
		if (units > page->slob_max)
			return "a free block is larger than the largest (S4)";
		free += units;
		next = slob_block(base, at)->next;
		if (next <= at)
			return "free blocks are not in the order of addresses (S3)";
		was_free = true;
	}
	if (next != SLOB_NONE)
		return "the list of free blocks leaves the blocks (S3)";
	if (free != page->slob_free)
		return "units free and in use do not add up (S1)";
	return NULL;
}

/* All pages of blocks on a node, one list after the other. */

static unsigned long each_of_list(struct hlist_head *list,
				  unsigned long (*fn)(struct page *page, void *ctx), void *ctx)
{
	unsigned long sum = 0;
	struct page *page;

	hlist_for_each_entry(page, list, slob_list)
		sum += fn(page, ctx);
	return sum;
}

static unsigned long each_page_locked(struct slob_node *n,
				      unsigned long (*fn)(struct page *page, void *ctx),
				      void *ctx)
{
	unsigned long sum = each_of_list(&n->full, fn, ctx);
	unsigned int kind, place;

	for (kind = 0; kind < NR_SLOB_LISTS; kind++)
		for (place = 0; place < NR_SLOB_PLACES; place++)
			sum += each_of_list(&n->lists[kind].places[place], fn, ctx);
	return sum;
}

unsigned long slob_each_page(struct slob_node *n,
			     unsigned long (*fn)(struct page *page, void *ctx), void *ctx)
{
	unsigned long flags, sum;

	spin_lock_irqsave(&n->lock, flags);
	sum = each_page_locked(n, fn, ctx);
	spin_unlock_irqrestore(&n->lock, flags);
	return sum;
}

struct node_sum {
	struct slob_node *n;
	unsigned long pages, used;
};

static unsigned int fault(struct page *page, const char *what)
{
	pr_err("slob: page 0x%px at 0x%px: %s\n", page, page_to_virt(page), what);
	return 1;
}

static unsigned long check_page(struct page *page, void *ctx)
{
	const char *what = slob_page_check(page);
	struct node_sum *sum = ctx;
	unsigned int faults = what ? fault(page, what) : 0;

	sum->pages++;
	sum->used += SLOB_UNITS - page->slob_free;
	if (how_kind(page->slab_lane) != slob_kind(page))
		faults += fault(page, "of another kind than its lane (S7)");
	if ((unsigned int)page_to_nid(page) != sum->n->nid)
		faults += fault(page, "listed on another node than its own");
	if (!page->slob_free) {
		if (page->slob_at != SLOB_FULL)
			faults += fault(page, "full, and listed among others (S4)");
		return faults;
	}
	if (page->slob_at != slob_place(slob_class(page), slob_bin(page->slob_max)))
		faults += fault(page, "on the wrong list (S4)");
	if (page->slob_free == SLOB_UNITS)
		faults += fault(page, "free, and kept (S6)");
	return faults;
}

/* S4: a bin's bit says whether it has pages. S7: which these are. */
static unsigned int check_bins(struct slob_node *n, struct slob_lists *l)
{
	unsigned int class, bin, faults = 0;
	struct hlist_head *list;
	struct page *page;

	for (class = 0; class < NR_SLOB_CLASSES; class++)
		for (bin = 0; bin < NR_SLOB_BINS; bin++) {
			list = &l->places[slob_place(class, bin)];
			hlist_for_each_entry(page, list, slob_list)
				if (slob_lists(n, page->slab_lane) != l)
					faults += fault(page, "among those of other lanes (S7)");
			if (hlist_empty(list) != (l->used[class] >> bin & 1))
				continue;
			pr_err("slob: class %u, bin %u: the bit is wrong (S4)\n", class, bin);
			faults++;
		}
	return faults;
}

static unsigned int check_maps(struct slob_node *n)
{
	unsigned long slots = n->nr_map_pages * SLOB_MAPS, free = 0;
	unsigned int faults = 0;
	struct page *page;

	hlist_for_each_entry(page, &n->maps, slob_list) {
		if (!page->slob_max || slob_kind(page) != SLOB_MAP_PAGE)
			faults += fault(page, "no map page with room, and listed as one (S8)");
		free += page->slob_max;
	}
	if (slots - free == n->nr_pages)
		return faults;
	pr_err("slob: node %u: %lu bitmaps for %lu pages (S8)\n", n->nid, slots - free,
	       n->nr_pages);
	return faults + 1;
}

/* S11, on this CPU: in its page it is a block in use. */
static void check_last(void *faults)
{
	struct slob_cpu *c = raw_cpu_ptr(&slob_cpu);
	unsigned long flags, units;
	struct slob_node *n;
	struct page *page;

	local_irq_save(flags);
	if (c->how && !c->claimed) {
		page = virt_to_page(c->last);
		n = slob_nodes[page_to_nid(page)];
		spin_lock(&n->lock);
		units = slob_marked(page->slob_map, offset_in_page(c->last) / SLOB_UNIT) ?
			slob_long_units(page, c->last) : 0;
		if (page->slab_lane != (c->how & SLOB_LANE_MASK) || units != how_units(c->how))
			*(unsigned int *)faults += fault(page, "what a CPU gave back last is no block (S11)");
		spin_unlock(&n->lock);
	}
	local_irq_restore(flags);
}

/* Of CPUs on which nothing happens any more, too: threads that end give blocks back late. */
unsigned int slob_check_lasts(void)
{
	unsigned int cpu, faults = 0;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		run_on_cpu(cpu, check_last, &faults);
	return faults;
}

unsigned int slob_node_check(struct slob_node *n)
{
	struct node_sum sum = { .n = n };
	unsigned int kind, faults;
	unsigned long flags;

	spin_lock_irqsave(&n->lock, flags);
	faults = (unsigned int)each_page_locked(n, check_page, &sum);
	for (kind = 0; kind < NR_SLOB_LISTS; kind++)
		faults += check_bins(n, &n->lists[kind]);
	faults += check_maps(n);
	if (sum.pages != n->nr_pages || sum.used != n->used_units) {
		pr_err("slob: node %u: %lu pages with %lu units counted, %lu with %lu found (S9)\n",
		       n->nid, n->nr_pages, n->used_units, sum.pages, sum.used);
		faults++;
	}
	spin_unlock_irqrestore(&n->lock, flags);
	return faults;
}

unsigned long backend_partial(void)
{
	unsigned long pages = 0, flags;
	struct hlist_node *at;
	struct slob_node *n;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = slob_nodes[nid];
		spin_lock_irqsave(&n->lock, flags);
		pages += n->nr_pages;
		hlist_for_each(at, &n->full)
			pages--;
		spin_unlock_irqrestore(&n->lock, flags);
	}
	return pages;
}
