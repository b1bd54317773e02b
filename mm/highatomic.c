// SPDX-License-Identifier: MIT
/*
 * Blocks kept for atomic requests. Who must not sleep cannot wait until free frames
 * happen to lie side by side. So when an atomic request for more than one page was
 * served below the low mark, the rest of the pageblock that served it is kept for the
 * next ones: its type becomes MIGRATE_HIGHATOMIC.
 *
 *	H1  nr_reserved_highatomic is the size of the zone's pageblocks of that type.
 *	H2  It is at most a hundredth of the zone.
 *	H3  Only requests with ALLOC_HARDER or ALLOC_NO_WATERMARKS are served from there:
 *	    the atomic ones of more than one page first of all, others when there is
 *	    nothing else. To all others these pages are not free: they come on top of
 *	    the mark (zone_apart(), zone_fast_mark()).
 *	H4  Before a request that may sleep fails, it is given what is kept.
 *
 * As the whole pageblocks count, the part of them that is in use counts as well: a
 * request may be sent to reclaim although there would be just enough for it. H4 sees
 * to it that it does not fail for that.
 *
 * Locking: zone->lock for a pageblock's type and nr_reserved_highatomic, which is
 * read without.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu-defs.h>
#include <linux/printk.h>

#include "mm/internal.h"
#include "mm/reclaim.h"

struct page *highatomic_take(struct zone *zone, const struct page_request *rq)
{
	struct page_request reserve = *rq;

	if (!READ_ONCE(zone->nr_reserved_highatomic))
		return NULL;
	reserve.mobility = MIGRATE_HIGHATOMIC;
	return page_take(zone, &reserve);
}

/* With zone->lock held. */
static void count(struct zone *zone, long pages)
{
	WRITE_ONCE(zone->nr_reserved_highatomic, zone->nr_reserved_highatomic + pages);
}

void highatomic_reserve(struct zone *zone, struct page *page, unsigned int order)
{
	unsigned long flags;
	bool keep;

	if (order > pageblock_order)
		return;
	flags = zone_lock(zone);
	keep = pageblock_type_of(zone, page_to_pfn(page)) != MIGRATE_HIGHATOMIC &&
	       zone->nr_reserved_highatomic + pageblock_nr_pages <=
	       zone_managed_pages(zone) / 100;				/* H2 */
	if (keep) {
		buddy_retype(zone, page, MIGRATE_HIGHATOMIC);
		count(zone, pageblock_nr_pages);
	}
	zone_unlock(zone, flags);
	if (keep)
		pcp_update_marks(zone);
}

/* False: it was not, or is no more, one of ours. */
static bool give_back(struct zone *zone, unsigned long pfn, int type)
{
	struct page *page = pfn_to_page(pfn);
	unsigned long flags = zone_lock(zone);
	bool was = pageblock_type_of(zone, pfn) == MIGRATE_HIGHATOMIC;

	if (was) {
		buddy_retype(zone, page, type);
		count(zone, -(long)pageblock_nr_pages);
		/* Free as a whole, it may join its neighbour now. */
		if (PageBuddy(page) && page->private == pageblock_order) {
			buddy_take(zone, page, pageblock_order);
			buddy_free(zone, page, pageblock_order);
		}
	}
	zone_unlock(zone, flags);
	return was;
}

bool highatomic_give_back(struct zone *zone, const struct page_request *rq)
{
	unsigned long pfn = ALIGN_DOWN(zone->zone_start_pfn, pageblock_nr_pages);
	bool any = false;

	for (; READ_ONCE(zone->nr_reserved_highatomic) && pfn < zone_end_pfn(zone);
	     pfn += pageblock_nr_pages) {
		if (pageblock_type_of(zone, pfn) != MIGRATE_HIGHATOMIC ||
		    !give_back(zone, pfn, rq->mobility))
			continue;
		any = true;
		if (zone_judge(zone, rq) == ZONE_SERVES)
			break;
	}
	if (any)
		pcp_update_marks(zone);
	return any;
}

/* Validation: H1, H2. */

static unsigned int check_zone(struct zone *zone)
{
	unsigned long pfn = ALIGN_DOWN(zone->zone_start_pfn, pageblock_nr_pages), kept = 0;
	unsigned long flags = zone_lock(zone);
	unsigned int bad = 0;

	for (; pfn < zone_end_pfn(zone); pfn += pageblock_nr_pages)
		if (pageblock_type_of(zone, pfn) == MIGRATE_HIGHATOMIC)
			kept += pageblock_nr_pages;
	if (kept != zone->nr_reserved_highatomic) {
		pr_err("highatomic H1: node %d zone %s: %lu pages kept, not %lu\n", zone->node,
		       zone->name, kept, zone->nr_reserved_highatomic);
		bad++;
	}
	if (kept > zone_managed_pages(zone) / 100) {
		pr_err("highatomic H2: node %d zone %s: %lu pages kept of %lu\n", zone->node,
		       zone->name, kept, zone_managed_pages(zone));
		bad++;
	}
	zone_unlock(zone, flags);
	return bad;
}

unsigned int highatomic_validate(void)
{
	struct zone *zone;
	unsigned int bad = 0;

	for_each_populated_zone(zone)
		bad += check_zone(zone);
	return bad;
}
