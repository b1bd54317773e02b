// SPDX-License-Identifier: MIT
/*
 * The buddy system: free blocks of 2^order frames of one zone, order 0 to 10.
 * Documents: 000, 002, 004.
 *
 * A block's buddy is the block of the same size that differs in one bit of the
 * frame number. A request takes the smallest block that is large enough and puts
 * the unused halves back; a freed block joins with its buddy as long as that is
 * free and of the same size.
 *
 * Blocks are grouped by mobility, so that what stays for good does not end up
 * between what comes and goes: each pageblock of 2^9 frames has a type, and free
 * blocks are listed by the type of theirs. A request whose type has nothing left
 * takes another's: a whole pageblock if at least half of it is free (a claim),
 * else just the block (a steal).
 *
 * Frames that were never used are in zone->fresh[] and have no written struct
 * page yet. They are free blocks of the largest order of any type.
 *
 * B1  A free block's first frame has PageBuddy and its order in private; no other
 *     frame has PageBuddy. Every frame of it has a count of 0.
 * B2  A block begins at a multiple of its size.
 * B3  No free block has a free buddy of its own order, the largest order apart. A
 *     pageblock of MIGRATE_HIGHATOMIC stays by itself: it is somebody's reserve.
 * B4  A free block is in the list of its first pageblock's type; both pageblocks
 *     of a free block of the largest order have the same type.
 * B5  nr_free is the length of the order's lists, plus fresh_blocks in the last.
 * B6  NR_FREE_PAGES is the sum of nr_free << order, while the lock is not held.
 * B7  A fresh range begins and ends at multiples of the largest block.
 *
 * Locking: zone->lock, held by the caller of everything here but buddy_validate().
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define LARGEST		(MAX_ORDER - 1)
_Static_assert(LARGEST == pageblock_order + 1, "a block is part of a pageblock, or it is two");

/* Where else to look, best first. */
static const unsigned char fallbacks[MIGRATE_PCPTYPES][2] = {
	[MIGRATE_UNMOVABLE]	= { MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
	[MIGRATE_MOVABLE]	= { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
	[MIGRATE_RECLAIMABLE]	= { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
};

void buddy_init_zone(struct zone *zone)
{
	int order, t;

	for (order = 0; order < MAX_ORDER; order++) {
		for (t = 0; t < MIGRATE_TYPES; t++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[t]);
		zone->free_area[order].nr_free = 0;
	}
	zone->nr_fresh = 0;
	zone->fresh_blocks = 0;
}

static void set_pageblock_type(struct zone *zone, unsigned long pfn, int type)
{
	WRITE_ONCE(zone->pageblock_types[(pfn - zone->pageblock_base) >> pageblock_order],
		   (unsigned char)(type ^ MIGRATE_MOVABLE));
}

/* Lists. nr_free is read without the lock. */

static __always_inline void add_block(struct free_area *area, struct page *page,
				      unsigned int order, int type)
{
	page->private = order;
	__SetPageBuddy(page);
	list_add(&page->lru, &area->free_list[type]);
	WRITE_ONCE(area->nr_free, area->nr_free + 1);
}

static __always_inline void remove_block(struct free_area *area, struct page *page)
{
	__list_del_entry(&page->lru);
	page->private = 0;
	__ClearPageBuddy(page);
	WRITE_ONCE(area->nr_free, area->nr_free - 1);
}

void buddy_put(struct zone *zone, struct page *page, unsigned int order, int type)
{
	add_block(&zone->free_area[order], page, order, type);
}

void buddy_take(struct zone *zone, struct page *page, unsigned int order)
{
	remove_block(&zone->free_area[order], page);
}

/* Split: keeps the first 2^low frames of a block and frees the rest (B3 holds). */
static __always_inline void expand(struct zone *zone, struct page *page, unsigned int low,
				   unsigned int high, int type)
{
	struct free_area *area = &zone->free_area[high];

	while (high > low) {
		high--;
		area--;
		add_block(area, page + (1ul << high), high, type);
	}
}

static bool is_buddy(const struct page *page, const struct page *buddy, unsigned int order)
{
	return PageBuddy(buddy) && buddy->private == order &&
	       page_zone_id(buddy) == page_zone_id(page);
}

/* The last join is that of two pageblocks. One kept for atomic requests stays alone (B3). */
static inline bool may_join(int type, int other)
{
	return type != MIGRATE_HIGHATOMIC && other != MIGRATE_HIGHATOMIC;
}

static __always_inline struct page *buddy_of(struct page *page, unsigned long pfn,
					     unsigned int order)
{
	return pfn & (1ul << order) ? page - (1ul << order) : page + (1ul << order);
}

/**
 * buddy_free - put a block back, joined with its buddies
 * @zone: its zone
 * @page: its first frame, with a count of 0 and no PG_* set
 * @order: its order
 * Context: zone->lock held; the caller adds to NR_FREE_PAGES.
 */
void buddy_free(struct zone *zone, struct page *page, unsigned int order)
{
	struct free_area *area = &zone->free_area[order];
	unsigned long pfn = page_to_pfn(page);
	struct page *buddy;
	int type, other;

	for (; order < pageblock_order; order++, area++) {
		buddy = buddy_of(page, pfn, order);
		if (!is_buddy(page, buddy, order))
			break;
		remove_block(area, buddy);
		page = buddy < page ? buddy : page;
		pfn &= ~(1ul << order);
	}
	type = pageblock_type_of(zone, pfn);
	if (order == pageblock_order) {
		buddy = buddy_of(page, pfn, order);
		if (is_buddy(page, buddy, order) &&
		    may_join(type, (other = pageblock_type_of(zone, pfn ^ pageblock_nr_pages)))) {
			if (other != type)	/* B4 */
				set_pageblock_type(zone, pfn ^ pageblock_nr_pages, type);
			remove_block(area, buddy);
			page = buddy < page ? buddy : page;
			area++;
			order++;
		}
	} else if (order == LARGEST) {
		set_pageblock_type(zone, pfn + pageblock_nr_pages, type);
	}
	add_block(area, page, order, type);
}

/* Allocation. */

static struct page *take_fresh(struct zone *zone, unsigned int order, int type)
{
	struct zone_fresh *f = zone->fresh;
	unsigned int i;
	unsigned long pfn;
	struct page *page;

	if (!zone->fresh_blocks)
		return NULL;
	for (i = 0; i < zone->nr_fresh && f->start_pfn == f->end_pfn; i++)
		f++;
	pfn = f->start_pfn;
	page_init_fresh(zone, pfn, MAX_ORDER_NR_PAGES);
	f->start_pfn += MAX_ORDER_NR_PAGES;
	WRITE_ONCE(zone->fresh_blocks, zone->fresh_blocks - 1);
	WRITE_ONCE(zone->free_area[LARGEST].nr_free, zone->free_area[LARGEST].nr_free - 1);
	set_pageblock_type(zone, pfn, type);
	set_pageblock_type(zone, pfn + pageblock_nr_pages, type);
	page = pfn_to_page(pfn);
	expand(zone, page, order, LARGEST, type);
	return page;
}

/* Free frames of a page's pageblock; moves them to @type unless that is -1. */
static unsigned long sweep_pageblock(struct zone *zone, const struct page *of, int type)
{
	unsigned long pfn = ALIGN_DOWN(page_to_pfn(of), pageblock_nr_pages);
	unsigned long end = pfn + pageblock_nr_pages, nr = 0;
	int id = page_zone_id(of);

	while (pfn < end) {
		struct page *page = pfn_to_page(pfn);
		unsigned int order;

		if (!PageBuddy(page) || page_zone_id(page) != id) {
			pfn++;
			continue;
		}
		order = page->private;
		if (type >= 0)
			list_move(&page->lru, &zone->free_area[order].free_list[type]);
		nr += 1ul << order;
		pfn += 1ul << order;
	}
	return nr;
}

unsigned long buddy_retype(struct zone *zone, const struct page *of, int type)
{
	set_pageblock_type(zone, ALIGN_DOWN(page_to_pfn(of), pageblock_nr_pages), type);
	return sweep_pageblock(zone, of, type);
}

/* Takes a free block of another type, and its pageblock too if that is half free. */
static struct page *take_foreign(struct zone *zone, struct page *page, unsigned int order,
				 unsigned int have, int from, int type)
{
	unsigned long pfn = page_to_pfn(page);
	unsigned long block = ALIGN_DOWN(pfn, pageblock_nr_pages);

	if (have >= pageblock_order) {
		buddy_take(zone, page, have);
		for (; block < pfn + (1ul << have); block += pageblock_nr_pages)
			set_pageblock_type(zone, block, type);
		from = type;
		zone->claims++;
	} else if (sweep_pageblock(zone, page, -1) * 2 >= pageblock_nr_pages) {
		buddy_retype(zone, page, type);
		buddy_take(zone, page, have);
		from = type;
		zone->claims++;
	} else {
		buddy_take(zone, page, have);
		zone->steals++;
	}
	expand(zone, page, order, have, from);
	return page;
}

/* The largest block of another type: one large gift pollutes less than many small. */
static struct page *take_fallback(struct zone *zone, unsigned int order, int type)
{
	int o, i;

	for (o = LARGEST; o >= (int)order; o--) {
		for (i = 0; i < 2; i++) {
			int from = fallbacks[type][i];
			struct list_head *list = &zone->free_area[o].free_list[from];

			if (!list_empty(list)) {
				struct page *page = list_first_entry(list, struct page, lru);

				take_foreign(zone, page, order, o, from, type);
				trace_mm_page_alloc_extfrag(page, order, o, type, from);
				return page;
			}
		}
	}
	return NULL;
}

static noinline struct page *take_elsewhere(struct zone *zone, unsigned int order, int type)
{
	struct page *page;

	if (type == MIGRATE_HIGHATOMIC)
		return NULL;
	page = take_fresh(zone, order, type);
	return page ? page : take_fallback(zone, order, type);
}

/**
 * buddy_alloc - take a block
 * @zone: from here
 * @order: 0 to MAX_ORDER - 1
 * @mobility: MIGRATE_UNMOVABLE, _MOVABLE or _RECLAIMABLE; or MIGRATE_HIGHATOMIC,
 *	which nothing else falls back to, and which falls back to nothing else
 * Context: zone->lock held; the caller subtracts from NR_FREE_PAGES.
 * Return: its first frame, with a count of 0; NULL: no block is large enough.
 */
struct page *buddy_alloc(struct zone *zone, unsigned int order, int mobility)
{
	struct free_area *area = &zone->free_area[order];
	unsigned int have;

	for (have = order; have < MAX_ORDER; have++, area++) {
		struct list_head *list = &area->free_list[mobility];
		struct page *page;

		if (list_empty(list))
			continue;
		page = list_first_entry(list, struct page, lru);
		remove_block(area, page);
		expand(zone, page, order, have, mobility);
		return page;
	}
	return take_elsewhere(zone, order, mobility);
}

/** buddy_add_fresh - put frames that were never touched under a zone's care */
void buddy_add_fresh(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long blocks = (end_pfn - start_pfn) / MAX_ORDER_NR_PAGES;
	unsigned long flags = zone_lock(zone);

	zone->fresh[zone->nr_fresh++] = (struct zone_fresh) { start_pfn, end_pfn };
	zone->fresh_blocks += blocks;
	zone->free_area[LARGEST].nr_free += blocks;
	zone_count_free(zone, blocks * MAX_ORDER_NR_PAGES);
	zone_unlock(zone, flags);
}

/* Thawing: a fresh block becomes one like any other, and stays free. */

static void thaw_block(struct zone *zone, unsigned long pfn)
{
	struct free_area *area = &zone->free_area[LARGEST];
	int type = pageblock_type_of(zone, pfn);

	page_init_fresh(zone, pfn, MAX_ORDER_NR_PAGES);
	zone->fresh_blocks--;
	WRITE_ONCE(area->nr_free, area->nr_free - 1);	/* buddy_put() counts it again */
	set_pageblock_type(zone, pfn + pageblock_nr_pages, type);
	buddy_put(zone, pfn_to_page(pfn), LARGEST, type);
}

/* Forgets ranges that are used up, if there is no room. */
static bool fresh_room(struct zone *zone)
{
	unsigned int i, n = 0;

	if (zone->nr_fresh < zone->max_fresh)
		return true;
	for (i = 0; i < zone->nr_fresh; i++)
		if (zone->fresh[i].start_pfn < zone->fresh[i].end_pfn)
			zone->fresh[n++] = zone->fresh[i];
	zone->nr_fresh = n;
	return n < zone->max_fresh;
}

static struct zone_fresh *fresh_around(const struct zone *zone, unsigned long pfn)
{
	struct zone_fresh *f = zone->fresh;

	while (pfn < f->start_pfn || pfn >= f->end_pfn)
		f++;
	return f;
}

void buddy_thaw(struct zone *zone, unsigned long pfn)
{
	unsigned long block = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES);
	unsigned long next = block + MAX_ORDER_NR_PAGES;
	bool room = fresh_room(zone);
	struct zone_fresh *f = fresh_around(zone, pfn), *g;

	thaw_block(zone, block);
	if (block != f->start_pfn && next != f->end_pfn && room) {
		for (g = zone->fresh + zone->nr_fresh++; g > f + 1; g--)
			*g = g[-1];
		*g = (struct zone_fresh) { next, f->end_pfn };
		f->end_pfn = block;
	} else if (block - f->start_pfn <= f->end_pfn - next) {
		/* The shorter side goes along, if there is one. */
		while (f->start_pfn < block) {
			thaw_block(zone, f->start_pfn);
			f->start_pfn += MAX_ORDER_NR_PAGES;
		}
		f->start_pfn = next;
	} else {
		while (f->end_pfn > next) {
			f->end_pfn -= MAX_ORDER_NR_PAGES;
			thaw_block(zone, f->end_pfn);
		}
		f->end_pfn = block;
	}
}

/* Questions. */

unsigned long buddy_fresh_end(const struct zone *zone, unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < zone->nr_fresh; i++)
		if (pfn >= zone->fresh[i].start_pfn && pfn < zone->fresh[i].end_pfn)
			return zone->fresh[i].end_pfn;
	return pfn;
}

bool buddy_is_fresh(const struct zone *zone, unsigned long pfn)
{
	return buddy_fresh_end(zone, pfn) != pfn;
}

bool buddy_has_block(const struct zone *zone, unsigned int order)
{
	for (; order < MAX_ORDER; order++)
		if (READ_ONCE(zone->free_area[order].nr_free))
			return true;
	return false;
}

struct page *buddy_block_of(struct page *page)
{
	unsigned long pfn = page_to_pfn(page);
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *head = page - (pfn & ((1ul << order) - 1));

		if (PageBuddy(head) && head->private >= order)
			return head;
	}
	return NULL;
}

/* Validation. */

static unsigned int fault(const struct zone *zone, const char *rule, unsigned long pfn,
			  const char *what)
{
	pr_err("buddy %s: node %d zone %s pfn %#lx: %s\n", rule, zone->node, zone->name, pfn,
	       what);
	return 1;
}

static unsigned int check_block(struct zone *zone, struct page *page, unsigned int order,
				int type)
{
	unsigned long pfn = page_to_pfn(page), i;
	struct page *buddy = pfn_to_page(pfn ^ (1ul << order));
	unsigned int bad = 0;

	if (!PageBuddy(page) || page->private != order)
		bad += fault(zone, "B1", pfn, "on a free list without being marked so");
	if (page_zone(page) != zone)
		bad += fault(zone, "B1", pfn, "on another zone's free list");
	for (i = 0; i < 1ul << order; i++)
		if (page_ref_count(page + i) || (i && PageBuddy(page + i)) ||
		    page[i].flags & ~PAGE_PLACE_MASK)
			bad += fault(zone, "B1", pfn + i, "free, but count or flags say no");
	if (pfn & ((1ul << order) - 1))
		bad += fault(zone, "B2", pfn, "not at a multiple of its size");
	if (order < LARGEST && is_buddy(page, buddy, order) &&
	    (order < pageblock_order || may_join(type, pageblock_type_of(zone, page_to_pfn(buddy)))))
		bad += fault(zone, "B3", pfn, "not joined with its free buddy");
	if (pageblock_type_of(zone, pfn) != type ||
	    (order == LARGEST && pageblock_type_of(zone, pfn + pageblock_nr_pages) != type))
		bad += fault(zone, "B4", pfn, "in the list of another mobility type");
	return bad;
}

static unsigned int check_zone(struct zone *zone)
{
	unsigned long pages = 0, fresh = 0, flags = zone_lock(zone);
	unsigned int order, bad = 0, i;
	int t;

	for (i = 0; i < zone->nr_fresh; i++) {
		struct zone_fresh *f = &zone->fresh[i];

		if ((f->start_pfn | f->end_pfn) & (MAX_ORDER_NR_PAGES - 1))
			bad += fault(zone, "B7", f->start_pfn, "fresh range is not aligned");
		fresh += (f->end_pfn - f->start_pfn) / MAX_ORDER_NR_PAGES;
	}
	if (fresh != zone->fresh_blocks)
		bad += fault(zone, "B5", 0, "fresh_blocks is wrong");
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long nr = order == LARGEST ? fresh : 0;
		struct page *page;

		for (t = 0; t < MIGRATE_TYPES; t++)
			list_for_each_entry(page, &zone->free_area[order].free_list[t], lru) {
				bad += check_block(zone, page, order, t);
				nr++;
			}
		if (nr != zone->free_area[order].nr_free)
			bad += fault(zone, "B5", order, "nr_free of this order is wrong");
		pages += nr << order;
	}
	if (pages != zone_free_pages(zone))
		bad += fault(zone, "B6", pages, "NR_FREE_PAGES is not this");
	zone_unlock(zone, flags);
	return bad;
}

unsigned int buddy_validate(void)
{
	struct zone *zone;
	unsigned int bad = 0;

	for_each_populated_zone(zone)
		bad += check_zone(zone);
	return bad;
}
