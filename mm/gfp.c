// SPDX-License-Identifier: MIT
/*
 * Policy: which zone serves a request, how far down it may go, and what is done
 * when nobody has enough. Documents: 000, 002, 003, 004.
 *
 * Each zone has three marks, in free pages: min, low, high. A first attempt leaves
 * every zone its low mark. When that fails, the slow path lets the request go as
 * deep as its flags allow:
 *
 *	any request			min
 *	__GFP_HIGH			half of min
 *	__GFP_ATOMIC as well		three quarters of that
 *	PF_MEMALLOC, __GFP_MEMALLOC	nothing; unless __GFP_NOMEMALLOC
 *
 * On top of its mark a zone keeps lowmem_reserve[k] pages from requests that could
 * have used zones up to kind k.
 *
 * G1  A zone of a kind above gfp_zone(flags) never serves a request, and with
 *     __GFP_THISNODE no other node does.
 * G2  A request is granted only if afterwards the zone has at least as many pages
 *     as the floor for its flags.
 * G3  Without __GFP_DIRECT_RECLAIM nothing here sleeps.
 * G4  With __GFP_NOFAIL NULL is never returned.
 *
 * Nothing is reclaimed yet: the page cache, swap and shrinkers are not there. What
 * the slow path can do is collect the pages that CPUs keep to themselves, and wait
 * for others to free some.
 *
 * Locking: none; the marks are read without.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"

/* __GFP_RETRY_MAYFAIL: as often, a jiffy each, it waits for others to free. */
#define REPEAT_ROUNDS	16
/* __GFP_NOFAIL: complain each time so much has passed. */
#define NOFAIL_COMPLAIN	(10 * HZ)

void gfp_reset(void)
{
	watermark_reset();
}

/* Flags. */

static bool refuse(const char *mix, gfp_t gfp, unsigned int order)
{
	report_begin(REPORT_BUG, "invalid page request: %s (order:%u, mode:%#x(%pGg))", mix,
		     order, gfp, &gfp);
	report_here();
	report_end();
	return false;
}

/* Mixes that have no meaning; each is named. */
static bool flags_valid(gfp_t gfp, unsigned int order)
{
	if ((gfp & __GFP_DMA) && (gfp & __GFP_HIGHMEM))
		return refuse("__GFP_DMA with __GFP_HIGHMEM", gfp, order);
	if ((gfp & __GFP_DMA) && (gfp & __GFP_DMA32))
		return refuse("__GFP_DMA with __GFP_DMA32", gfp, order);
	if ((gfp & __GFP_DMA32) && (gfp & __GFP_HIGHMEM))
		return refuse("__GFP_DMA32 with __GFP_HIGHMEM", gfp, order);
	if ((gfp & __GFP_MOVABLE) && (gfp & __GFP_RECLAIMABLE))
		return refuse("__GFP_MOVABLE with __GFP_RECLAIMABLE", gfp, order);
	if ((gfp & __GFP_NOFAIL) && (gfp & __GFP_NORETRY))
		return refuse("__GFP_NOFAIL with __GFP_NORETRY", gfp, order);
	if ((gfp & __GFP_NOFAIL) && !(gfp & __GFP_DIRECT_RECLAIM))
		return refuse("__GFP_NOFAIL without leave to sleep", gfp, order);
	if (gfp & ~__GFP_BITS_MASK)
		return refuse("unknown flags", gfp, order);
	return true;
}

bool gfp_pfmemalloc_allowed(gfp_t gfp)
{
	if (gfp & __GFP_NOMEMALLOC)
		return false;
	if (gfp & __GFP_MEMALLOC)
		return true;
	return in_task() && (current->flags & PF_MEMALLOC);
}

/**
 * page_request_init - take a request apart
 * Context: any. Return: false, and a report, when its flags make no sense.
 */
bool page_request_init(struct page_request *rq, gfp_t gfp, unsigned int order, int nid,
		       const nodemask_t *nodes)
{
	if (in_task() && current->flags & (PF_MEMALLOC_NOIO | PF_MEMALLOC_NOFS))
		gfp &= current->flags & PF_MEMALLOC_NOIO ? ~(__GFP_IO | __GFP_FS) : ~__GFP_FS;
	rq->gfp = gfp;
	rq->order = order;
	rq->nid = nid;
	rq->nodes = nodes;
	rq->highest = gfp_zone(gfp);
	rq->mobility = gfp_migratetype(gfp);
	rq->flags = WMARK_LOW;
	/* An interrupt is nobody's: the task it hit has no say. */
	if ((gfp & __GFP_HARDWALL) && in_task())
		rq->flags |= ALLOC_CPUSET;
	if (unlikely(nid < 0 || nid >= QUARRY_MAX_NODES || !NODE_DATA(nid)))
		return refuse("a node that does not exist", gfp, order);
	return flags_valid(gfp, order);
}

/* Zones. */

/* The first zone that may and can: nearest node, highest kind (G1). */
static struct page *try_zones(struct page_request *rq)
{
	struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	struct zone *zone;

	for (; (zone = ref->zone); ref++) {
		struct page *page;

		if (zone_judge(zone, rq) != ZONE_SERVES)
			continue;
		page = page_take(zone, rq);
		if (page)
			return page;
	}
	return NULL;
}

/* The slow path. */

/* How deep may it go, now that it is serious? */
static void go_deeper(struct page_request *rq)
{
	rq->flags = (rq->flags & ~ALLOC_WMARK_MASK) | WMARK_MIN;
	if (rq->gfp & __GFP_HIGH)
		rq->flags |= ALLOC_HIGH;
	if (rq->gfp & __GFP_ATOMIC) {
		/* Somebody who cannot wait goes where it has to. */
		rq->flags &= ~ALLOC_CPUSET;
		if (!(rq->gfp & __GFP_NOMEMALLOC))
			rq->flags |= ALLOC_HARDER;
	}
	if (gfp_pfmemalloc_allowed(rq->gfp))
		rq->flags |= ALLOC_NO_WATERMARKS;
}

/* Waits a little; false when the request has waited as long as it wants to. */
static bool wait_for_memory(struct page_request *rq, unsigned int round)
{
	if (rq->gfp & __GFP_NORETRY)
		return false;
	if (!(rq->gfp & __GFP_NOFAIL) &&
	    (!(rq->gfp & __GFP_RETRY_MAYFAIL) || round >= REPEAT_ROUNDS))
		return false;
	if ((rq->gfp & __GFP_NOFAIL) && round % NOFAIL_COMPLAIN == NOFAIL_COMPLAIN - 1)
		pr_warn("%s: waiting for a block of order %u for %u seconds, mode:%#x(%pGg)\n",
			current->comm, rq->order, (round + 1) / HZ, rq->gfp, &rq->gfp);
	if (rq->gfp & __GFP_NOFAIL)
		rq->flags |= ALLOC_HARDER;
	schedule_timeout_uninterruptible(1);
	return true;
}

/* Returns a page, or NULL and a report of why there is none. */
static noinline struct page *serve_slowly(struct page_request *rq)
{
	unsigned int round = 0;
	struct page *page;

	go_deeper(rq);
	page = try_zones(rq);
	if (!page && (rq->gfp & __GFP_DIRECT_RECLAIM)) {
		do {
			drain_all_pages(NULL);
			page = try_zones(rq);
		} while (!page && wait_for_memory(rq, round++));
	} else if (!page) {
		/* Nobody may be interrupted or waited for, but these are our own. */
		drain_local_pages(NULL);
		page = try_zones(rq);
	}
	if (unlikely(!page) && !(rq->gfp & __GFP_NOWARN))
		page_report_failure(rq);
	return page;
}

/**
 * page_request_serve - find a block
 * @rq: from page_request_init()
 * Context: as the request's flags say. Return: its first page, or NULL.
 */
struct page *page_request_serve(struct page_request *rq)
{
	struct page *page = try_zones(rq);

	return likely(page) ? page : serve_slowly(rq);
}
