// SPDX-License-Identifier: MIT
/*
 * Marks and reserves: how many free pages a request must leave a zone.
 * Documents: 000, 002, 004 (the pool of reserved page frames).
 *
 * A zone has three marks, in pages: min, low, high. min is its share of
 * min_free_kbytes, which is 4 * sqrt(KiB of low memory). A gap further each are low,
 * where the background reclaimer is woken, and high, where it goes back to sleep.
 *
 *	M1  The gap is a quarter of min: low is 5/4, high 3/2 of it. That is the
 *	    design's rule, and holds until somebody sets watermark_scale_factor.
 *	M2  From then on it is Linux 6.1's: that quarter, or watermark_scale_factor
 *	    ten-thousandths of the zone, whichever is more. With the factor at its
 *	    default of 10 both are the same up to about 1 GiB; above, 6.1's is larger.
 *	M3  On top of its mark, a zone of kind i keeps lowmem_reserve[k] pages from a
 *	    request that could have used zones up to kind k: the size of the zones
 *	    between, divided by sysctl_lowmem_reserve_ratio[i].
 *	M4  What zone_judge() says is what happens: it decides for the allocator, and
 *	    is asked again when a failure is reported.
 *
 * How deep a request may go below its mark is in zone_mark(); which request may do
 * that, in gfp.c.
 *
 * Locking: marks_lock while marks are written. They are read without, each for itself:
 * a request meets the old or the new one. CPUs' copies (page_fast) are made anew after
 * each change, from the marks as they are then.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"

#define DEFAULT_SCALE	10
#define MAX_SCALE	3000

int min_free_kbytes;
EXPORT_SYMBOL(min_free_kbytes);
int watermark_scale_factor;
int sysctl_lowmem_reserve_ratio[MAX_NR_ZONES];

static DEFINE_SPINLOCK_RANKED(marks_lock, RANK_MARKS);
static bool min_set;			/* min_free_kbytes is known; marks_lock */
static bool scale_set;			/* M2 holds; marks_lock */

void watermark_reset(void)
{
	static const int ratio[MAX_NR_ZONES] = { 256, 256, 32, 0 };

	spin_lock_init(&marks_lock);
	spin_lock_set_rank(&marks_lock, RANK_MARKS);
	memcpy(sysctl_lowmem_reserve_ratio, ratio, sizeof(ratio));
	min_free_kbytes = 0;
	min_set = false;
	watermark_scale_factor = DEFAULT_SCALE;
	scale_set = false;
}

/* Setting. */

/* 4 * sqrt(KiB of low memory): grows with the machine, but ever more slowly. */
static int default_min_free(void)
{
	unsigned long kbytes = nr_free_buffer_pages() << (PAGE_SHIFT - 10);

	return clamp_t(int, int_sqrt(kbytes * 16), 128, 262144);
}

static unsigned long lowmem_pages(void)
{
	struct zone *zone;
	unsigned long pages = 0;

	for_each_zone(zone)
		if (!is_highmem(zone))
			pages += zone_managed_pages(zone);
	return pages;
}

static unsigned long share(u64 amount, unsigned long part, unsigned long of)
{
	return of ? (unsigned long)div64_u64(amount * part, of) : 0;
}

static void set_marks(struct zone *zone, unsigned long pages, unsigned long low)
{
	unsigned long managed = zone_managed_pages(zone), min, gap;

	/* High memory: nothing urgent needs it, but reclaim needs a target. */
	if (is_highmem(zone))
		min = managed ? clamp(managed / 1024, 32ul, 128ul) : 0;
	else
		min = share(pages, managed, low);
	gap = min / 4;
	if (scale_set)
		gap = max(gap, share((u64)watermark_scale_factor, managed, 10000));
	WRITE_ONCE(zone->_watermark[WMARK_MIN], min);
	WRITE_ONCE(zone->_watermark[WMARK_LOW], min + gap);
	WRITE_ONCE(zone->_watermark[WMARK_HIGH], min + (scale_set ? 2 * gap : min / 2));
}

/**
 * setup_per_zone_wmarks - compute the zones' marks from min_free_kbytes
 * Context: boot, or a task that may sleep.
 */
void setup_per_zone_wmarks(void)
{
	unsigned long pages, low, flags;
	struct zone *zone;

	spin_lock_irqsave(&marks_lock, flags);
	if (!min_set)
		WRITE_ONCE(min_free_kbytes, default_min_free());
	min_set = true;
	pages = (unsigned long)min_free_kbytes >> (PAGE_SHIFT - 10);
	low = lowmem_pages();
	for_each_zone(zone)
		set_marks(zone, pages, low);
	spin_unlock_irqrestore(&marks_lock, flags);
	if (first_online_pgdat()->node_zonelists[0]._zonerefs)
		pcp_update_fast();
}

/**
 * mm_set_min_free_kbytes - what a write to /proc/sys/vm/min_free_kbytes does
 * @kbytes: KiB of low memory that only the reserves' users get; 0: none
 * Context: may sleep. Return: 0 or -EINVAL.
 */
int mm_set_min_free_kbytes(int kbytes)
{
	unsigned long flags;

	if (kbytes < 0)
		return -EINVAL;
	spin_lock_irqsave(&marks_lock, flags);
	WRITE_ONCE(min_free_kbytes, kbytes);
	min_set = true;
	spin_unlock_irqrestore(&marks_lock, flags);
	setup_per_zone_wmarks();
	return 0;
}

/**
 * mm_set_watermark_scale_factor - what a write to that file does (M2)
 * @factor: ten-thousandths of a zone, 1 to 3000
 * Context: may sleep. Return: 0 or -EINVAL.
 */
int mm_set_watermark_scale_factor(int factor)
{
	unsigned long flags;

	if (factor < 1 || factor > MAX_SCALE)
		return -EINVAL;
	spin_lock_irqsave(&marks_lock, flags);
	WRITE_ONCE(watermark_scale_factor, factor);
	scale_set = true;
	spin_unlock_irqrestore(&marks_lock, flags);
	setup_per_zone_wmarks();
	return 0;
}

/* M3 */
static void set_reserves(struct pglist_data *pgdat, int i)
{
	struct zone *zone = &pgdat->node_zones[i];
	int j, ratio = READ_ONCE(sysctl_lowmem_reserve_ratio[i]);
	unsigned long above = 0;

	for (j = 0; j < MAX_NR_ZONES; j++) {
		if (j > i)
			above += zone_managed_pages(&pgdat->node_zones[j]);
		WRITE_ONCE(zone->lowmem_reserve[j],
			   j > i && ratio > 0 && managed_zone(zone) ? above / ratio : 0);
	}
}

/**
 * setup_per_zone_lowmem_reserve - compute what each zone keeps from requests that
 * had a choice of higher ones, by sysctl_lowmem_reserve_ratio
 * Context: boot, or a task that may sleep.
 */
void setup_per_zone_lowmem_reserve(void)
{
	struct pglist_data *pgdat;
	unsigned long flags;
	int i;

	spin_lock_irqsave(&marks_lock, flags);
	for_each_online_pgdat(pgdat)
		for (i = 0; i < MAX_NR_ZONES; i++)
			set_reserves(pgdat, i);
	spin_unlock_irqrestore(&marks_lock, flags);
	pcp_update_fast();
}

/* Judging. */

unsigned long zone_mark(const struct zone *zone, const struct page_request *rq)
{
	unsigned long min = wmark_pages(zone, rq->flags & ALLOC_WMARK_MASK);

	if (rq->flags & ALLOC_NO_WATERMARKS)
		return 0;
	if (rq->flags & ALLOC_HIGH)
		min -= min / 2;
	if (rq->flags & ALLOC_HARDER)
		min -= min / 4;
	return min;
}

/** zone_floor - free pages that a request must leave a zone */
unsigned long zone_floor(const struct zone *zone, const struct page_request *rq)
{
	if (rq->flags & ALLOC_NO_WATERMARKS)
		return 0;
	return zone_mark(zone, rq) +
	       (unsigned long)READ_ONCE(zone->lowmem_reserve[rq->highest]);
}

unsigned long zone_apart(const struct zone *zone, const struct page_request *rq)
{
	if (rq->flags & (ALLOC_HARDER | ALLOC_NO_WATERMARKS))
		return 0;
	return READ_ONCE(zone->nr_reserved_highatomic);
}

unsigned long zone_fast_mark(const struct zone *zone, enum zone_type z)
{
	return low_wmark_pages(zone) + (unsigned long)READ_ONCE(zone->lowmem_reserve[z]) +
	       READ_ONCE(zone->nr_reserved_highatomic);
}

/* A block that others than atomic requests get? */
static bool has_open_block(const struct zone *zone, unsigned int order)
{
	int t;

	if (READ_ONCE(zone->fresh_blocks))
		return true;
	for (; order < MAX_ORDER; order++)
		for (t = 0; t < MIGRATE_PCPTYPES; t++)
			if (!list_empty(&zone->free_area[order].free_list[t]))
				return true;
	return false;
}

static bool has_block(const struct zone *zone, const struct page_request *rq)
{
	return zone_apart(zone, rq) ? has_open_block(zone, rq->order)
				    : buddy_has_block(zone, rq->order);
}

/* Where it may be from, whatever there is. */
static enum zone_verdict judge_place(const struct zone *zone, const struct page_request *rq)
{
	if (zone_idx(zone) > (int)rq->highest)
		return ZONE_KIND;
	if ((rq->gfp & __GFP_THISNODE) && zone->node != rq->nid)
		return ZONE_THISNODE;
	if (rq->nodes && !node_isset(zone->node, *rq->nodes))
		return ZONE_NODEMASK;
	if ((rq->flags & ALLOC_CPUSET) && !node_isset(zone->node, current->mems_allowed))
		return ZONE_CPUSET;
	return ZONE_SERVES;
}

bool zone_allowed(const struct zone *zone, const struct page_request *rq)
{
	return judge_place(zone, rq) == ZONE_SERVES;
}

enum zone_verdict zone_judge(const struct zone *zone, const struct page_request *rq)
{
	enum zone_verdict verdict = judge_place(zone, rq);

	if (verdict != ZONE_SERVES)
		return verdict;
	if (zone_free_pages(zone) <
	    zone_floor(zone, rq) + zone_apart(zone, rq) + (1ul << rq->order))
		return ZONE_MARK;
	if (rq->order && !has_block(zone, rq))
		return ZONE_NO_BLOCK;
	return ZONE_SERVES;
}
