// SPDX-License-Identifier: MIT
/*
 * Claiming a range of frames: for who needs these frames, or more of them in a row than
 * the largest block has.
 *
 * A claim looks at the whole range first and then takes it, under one lock. So one that
 * fails has changed nothing, and needs nothing undone:
 *
 *	R1  All of [start, end) is free blocks, in buddy lists or never touched, or nothing
 *	    is taken. Pages that CPUs keep to themselves are given back first.
 *	R2  What a block has before start or behind end stays free, in the largest blocks
 *	    that fit.
 *	R3  Pages that a claim leaves a zone: its minimum mark, and what it keeps from the
 *	    request's kind of zone.
 *	R4  Each page of the range is a block of its own: a count of 1, and all that is asked
 *	    of every page that comes (A1 in page_alloc.c).
 *
 * A page in use is in the way, whoever has it: none has yet an owner that could be asked to
 * let it be moved. So, unlike Linux, which migrates, a claim gets what is free already.
 *
 * Locking: zone->lock, for as long as a range is looked at: a step for each free block.
 *
 * Neighbours: buddy.c has the blocks; page_alloc.c prepares pages.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"

/* Where the free frames that begin at pfn end; pfn itself: it is not free. */
static unsigned long free_until(struct zone *zone, unsigned long pfn)
{
	struct page *block;

	if (!pfn_valid(pfn))
		return pfn;
	if (buddy_is_fresh(zone, pfn))
		return ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES;
	block = buddy_block_of(pfn_to_page(pfn));
	if (!block || page_zone(block) != zone ||
	    pageblock_type_of(zone, pfn) >= MIGRATE_PCPTYPES)
		return pfn;
	return page_to_pfn(block) + (1ul << block->private);
}

/* Frees [pfn, end), part of a block that was taken (R2). */
static void give_rest(struct zone *zone, unsigned long pfn, unsigned long end)
{
	unsigned int order;

	for (; pfn < end; pfn += 1ul << order) {
		order = __fls(end - pfn);
		if (pfn)
			order = min_t(unsigned int, order, __ffs(pfn));
		buddy_free(zone, pfn_to_page(pfn), order);
	}
}

static void take(struct zone *zone, unsigned long start, unsigned long end, int type)
{
	unsigned long pfn = start, first, last;

	while (pfn < end) {
		struct page *block;
		unsigned int order;

		if (buddy_is_fresh(zone, pfn))
			buddy_thaw(zone, pfn);
		block = buddy_block_of(pfn_to_page(pfn));
		order = block->private;
		first = page_to_pfn(block);
		last = first + (1ul << order);
		buddy_take(zone, block, order);
		give_rest(zone, first, pfn);
		if (last > end)
			give_rest(zone, end, last);
		pfn = last;
	}
	pfn = ALIGN(start, pageblock_nr_pages);
	for (; pfn + pageblock_nr_pages <= end; pfn += pageblock_nr_pages)
		buddy_retype(zone, pfn_to_page(pfn), type);
	zone_count_free(zone, -(long)(end - start));
	zone_count_alloc(zone, end - start);
}

/* R1, R3: -EBUSY and the first frame in the way, -ENOMEM, or all is taken. */
static int claim(struct zone *zone, unsigned long start, unsigned long end, int type,
		 const struct page_request *rq, unsigned long *busy)
{
	unsigned long flags = zone_lock(zone), pfn, next;
	int err = 0;

	for (pfn = start; pfn < end && !err; pfn = next) {
		next = free_until(zone, pfn);
		if (next == pfn) {
			*busy = pfn;
			err = -EBUSY;
		}
	}
	if (!err && zone_free_pages(zone) < zone_floor(zone, rq) + zone_apart(zone, rq) +
					    (end - start))
		err = -ENOMEM;
	if (!err)
		take(zone, start, end, type);
	zone_unlock(zone, flags);
	return err;
}

/* R4 */
static struct page *hand_out(struct zone *zone, unsigned long start, unsigned long end,
			     gfp_t gfp, unsigned long site)
{
	unsigned long pfn;

	for (pfn = start; pfn < end; pfn++) {
		struct page *page = pfn_to_page(pfn);

		page_set_list(page, pcp_mobility_of(zone, page));
		page_prep(page, gfp, site);
	}
	return pfn_to_page(start);
}

static bool request_init(struct page_request *rq, gfp_t gfp, int nid, const nodemask_t *nodes)
{
	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	/* Single pages is what the range becomes. */
	if (gfp & __GFP_COMP || !page_request_init(rq, gfp, 0, nid, nodes))
		return false;
	rq->flags = (rq->flags & ~ALLOC_WMARK_MASK) | WMARK_MIN;
	return true;
}

/* Is there a descriptor for each frame? They come in blocks (D1 in mem_map.c). */
static bool all_valid(unsigned long start, unsigned long end)
{
	unsigned long pfn = ALIGN_DOWN(start, MAX_ORDER_NR_PAGES);

	for (; pfn < end; pfn += MAX_ORDER_NR_PAGES)
		if (!pfn_valid(pfn))
			return false;
	return true;
}

/* Once more without what CPUs keep to themselves, if need be. */
static int claim_in(struct zone *zone, unsigned long start, unsigned long end, int type,
		    struct page_request *rq)
{
	unsigned long busy;
	int err;

	/* Who names frames has no choice of zones. */
	rq->highest = zone_idx(zone);
	err = claim(zone, start, end, type, rq, &busy);
	if (err) {
		drain_all_pages(zone);
		err = claim(zone, start, end, type, rq, &busy);
	}
	return err;
}

/**
 * alloc_contig_range - claim the frames [start, end)
 * @start: first frame; needs no alignment
 * @end: the one behind the last
 * @migratetype: MIGRATE_UNMOVABLE, _MOVABLE or _RECLAIMABLE: what the pageblocks that are
 *	in the range as a whole are from now on
 * @gfp: may it sleep, shall pages be zeroed; not __GFP_COMP
 *
 * Gets free memory only: nothing is migrated out of the way (see above).
 * Context: any; may sleep with __GFP_DIRECT_RECLAIM. In atomic context only
 * this CPU's pages are given back first.
 * Return: 0, all pages have a count of 1; free_contig_range() gives them back.
 *	-EINVAL: no such type or flags, an empty range, no memory, or more than one zone's
 *	-EBUSY: a frame of it is in use, or kept for atomic requests
 *	-ENOMEM: the zone would be below its mark
 */
int alloc_contig_range(unsigned long start, unsigned long end, unsigned int migratetype,
		       gfp_t gfp)
{
	struct page_request rq;
	struct zone *zone;
	int err = -EINVAL;

	if (start >= end || migratetype >= MIGRATE_PCPTYPES || !all_valid(start, end) ||
	    !request_init(&rq, gfp, numa_node_id(), NULL))
		return -EINVAL;
	for_each_populated_zone(zone) {
		/* Nodes may be woven into each other: what is not free in one may be in the next. */
		if (!zone_spans_pfn(zone, start) || !zone_spans_pfn(zone, end - 1))
			continue;
		err = claim_in(zone, start, end, migratetype, &rq);
		if (!err)
			hand_out(zone, start, end, gfp, _RET_IP_);
		if (err != -EBUSY)
			break;
	}
	return err;
}
EXPORT_SYMBOL(alloc_contig_range);

/* Takes the first nr frames in a row of a zone; returns its number, or -1. */
static unsigned long search_zone(struct zone *zone, unsigned long nr,
				 const struct page_request *rq)
{
	unsigned long align = is_power_of_2(nr) ? nr : 1, end = zone_end_pfn(zone);
	unsigned long pfn = ALIGN(zone->zone_start_pfn, align), busy;

	while (pfn < end && nr <= end - pfn) {
		int err = claim(zone, pfn, pfn + nr, MIGRATE_MOVABLE, rq, &busy);

		if (!err)
			return pfn;
		if (err != -EBUSY)
			break;
		if (!pfn_valid(busy))
			busy |= MAX_ORDER_NR_PAGES - 1;
		pfn = ALIGN(busy + 1, align);
		if (rq->gfp & __GFP_DIRECT_RECLAIM)
			cond_resched();
	}
	return -1ul;
}

static struct page *search(unsigned long nr, const struct page_request *rq, unsigned long site)
{
	struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	struct zone *zone;

	for (; (zone = ref->zone); ref++) {
		unsigned long pfn;

		if (!zone_allowed(zone, rq))
			continue;
		pfn = search_zone(zone, nr, rq);
		if (pfn != -1ul)
			return hand_out(zone, pfn, pfn + nr, rq->gfp, site);
	}
	return NULL;
}

/**
 * alloc_contig_pages - find and claim frames that follow each other
 * @nr_pages: how many; need be no power of two. If it is one, they begin at a multiple of it
 * @gfp: GFP_*: from where, and as above
 * @nid: preferred node; with __GFP_THISNODE the only one
 * @nodemask: only these nodes; NULL: any
 *
 * Pageblocks that are taken as a whole become movable.
 * Context: as for alloc_contig_range().
 * Return: the first page, or NULL; free_contig_range() gives them back.
 */
struct page *alloc_contig_pages(unsigned long nr_pages, gfp_t gfp, int nid, nodemask_t *nodemask)
{
	struct page_request rq;
	struct page *page;

	if (!nr_pages || !request_init(&rq, gfp, nid, nodemask))
		return NULL;
	page = search(nr_pages, &rq, _RET_IP_);
	if (page)
		return page;
	drain_all_pages(NULL);
	return search(nr_pages, &rq, _RET_IP_);
}
EXPORT_SYMBOL(alloc_contig_pages);

/**
 * free_contig_range - drop a reference to each of so many pages
 * @pfn: the first; pages of a range may also be given back one by one
 * @nr_pages: how many
 *
 * Warns of pages that others still hold; these are free when the last one lets go.
 * Context: any.
 */
void free_contig_range(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long shared = 0;

	for (; nr_pages; nr_pages--, pfn++) {
		struct page *page = pfn_to_page(pfn);

		shared += page_count(page) != 1;
		__free_page(page);
	}
	WARN(shared, "%lu pages are still in use!\n", shared);
}
EXPORT_SYMBOL(free_contig_range);
