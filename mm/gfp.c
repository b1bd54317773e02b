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
 * watermark.c computes the marks and judges each zone. When no zone has enough, these
 * are the steps, in this order; a request that must not sleep takes the first two:
 *
 *	wake the background reclaimer (kswapd.c), if __GFP_KSWAPD_RECLAIM
 *	go as deep as the flags allow
 *	collect the pages that CPUs keep to themselves (pcp.c)
 *	ask the shrinkers, ever more firmly, until there is enough (reclaim.c)
 *	take what is kept for atomic requests (highatomic.c)
 *	ask the OOM notifiers, if __GFP_FS and the request is no more than an attempt
 *	again: __GFP_NORETRY never; __GFP_RETRY_MAYFAIL 16 times, a tick each; __GFP_NOFAIL
 *	for ever, with a complaint now and then; others while the shrinkers find something
 *	fail, and say why (page_report.c)
 *
 * G1  A zone of a kind above zone_highest(flags) never serves a request, and with
 *     __GFP_THISNODE no other node does.
 * G2  A request is granted only if afterwards the zone has at least as many pages
 *     as the floor for its flags.
 * G3  Without __GFP_DIRECT_RECLAIM nothing here sleeps.
 * G4  With __GFP_NOFAIL NULL is never returned.
 * G5  A task that gives memory back (PF_MEMALLOC) never reclaims for itself: it has
 *     the reserves.
 *
 * Locking: none; the marks are read without.
 */
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"

unsigned int nofail_complain;
static unsigned long mixes_reported;	/* bits of those that are said once */

void gfp_reset(void)
{
	nofail_complain = 10 * HZ;
	gfp_mixes_forget();
	watermark_reset();
	reclaim_reset();
	shrinker_reset();
	kswapd_reset();
}

void gfp_mixes_forget(void)
{
	mixes_reported = 0;
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

/* Mixes that the kernel lets pass; each is named once in a machine's life. */
static void frown(unsigned int nr, const char *mix, gfp_t gfp, unsigned int order)
{
	if (test_and_set_bit(nr, &mixes_reported))
		return;
	report_begin(REPORT_WARNING, "questionable page request: %s (order:%u, mode:%#x(%pGg))",
		     mix, order, gfp, &gfp);
	report_here();
	report_end();
}

static gfp_t flags_dubious(gfp_t gfp, unsigned int order)
{
	if ((gfp & __GFP_ATOMIC) && (gfp & __GFP_DIRECT_RECLAIM)) {
		frown(0, "__GFP_ATOMIC with leave to sleep: not atomic", gfp, order);
		gfp &= ~__GFP_ATOMIC;
	}
	if ((gfp & __GFP_NOFAIL) && order > 1)
		frown(1, "__GFP_NOFAIL for more than two pages", gfp, order);
	return gfp;
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
	gfp = flags_dubious(gfp, order);
	rq->gfp = gfp;
	rq->order = order;
	rq->nid = nid;
	rq->nodes = nodes;
	rq->highest = zone_highest(gfp);
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

/* From a zone that has enough. What is kept for atomic requests is theirs first. */
static struct page *take(struct zone *zone, struct page_request *rq)
{
	struct page *page;

	if (rq->flags & ALLOC_HIGHATOMIC) {
		page = highatomic_take(zone, rq);
		if (page)
			return page;
	}
	page = page_take(zone, rq);
	if (page) {
		if (rq->flags & ALLOC_HIGHATOMIC)
			highatomic_reserve(zone, page, rq->order);
		return page;
	}
	return zone_apart(zone, rq) ? NULL : highatomic_take(zone, rq);
}

/* The first zone that may and can: nearest node, highest kind (G1). */
static struct page *try_zones(struct page_request *rq)
{
	struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	struct zone *zone, *first = NULL;

	for (; (zone = ref->zone); ref++) {
		enum zone_verdict verdict = zone_judge(zone, rq);
		struct page *page;

		if (!first && (verdict == ZONE_SERVES || verdict >= ZONE_MARK))
			first = zone;	/* of those that may */
		page = verdict == ZONE_SERVES ? take(zone, rq) : NULL;
		if (!page)
			continue;
		if (zone->node != first->node)
			zone_count_miss(zone, first, 1ul << rq->order);
		return page;
	}
	return NULL;
}

/* The slow path, step by step. */

static void wake_kswapds(const struct page_request *rq)
{
	const struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	nodemask_t done = NODE_MASK_NONE;

	for (; ref->zone; ref++) {
		if (!zone_allowed(ref->zone, rq) || node_isset(ref->zone->node, done))
			continue;
		node_set(ref->zone->node, done);
		wakeup_kswapd(ref->zone, rq->order, rq->highest);
	}
}

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
			rq->flags |= ALLOC_HARDER | (rq->order ? ALLOC_HIGHATOMIC : 0);
	}
	if (gfp_pfmemalloc_allowed(rq->gfp))
		rq->flags |= ALLOC_NO_WATERMARKS;
}

/* G5 */
static bool may_reclaim(const struct page_request *rq)
{
	return (rq->gfp & __GFP_DIRECT_RECLAIM) && !(current->flags & PF_MEMALLOC);
}

/* Ask for a little first; a page as soon as there is enough. */
static struct page *shrink(struct page_request *rq, struct reclaim_effort *effort)
{
	struct page *page = NULL;
	int priority;

	reclaim_count(ALLOCSTALL + rq->highest, 1);
	effort->rounds++;
	for (priority = DEF_PRIORITY; !page && priority >= 0; priority--) {
		unsigned long freed = reclaim_nodes(rq, priority);

		if (!freed)
			continue;
		effort->freed += freed;
		effort->progress = true;
		/* Pages that were freed are in this CPU's cache. */
		drain_local_pages(NULL);
		page = try_zones(rq);
	}
	return page;
}

static struct page *take_reserve_back(struct page_request *rq)
{
	const struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	struct page *page = NULL;

	for (; !page && ref->zone; ref++)
		if (zone_allowed(ref->zone, rq) && highatomic_give_back(ref->zone, rq))
			page = try_zones(rq);
	return page;
}

/* Only what an ordinary request would not get otherwise is worth asking everybody. */
static struct page *last_resort(struct page_request *rq)
{
	if (!(rq->gfp & __GFP_FS) || rq->order > PAGE_ALLOC_COSTLY_ORDER ||
	    rq->highest < ZONE_NORMAL ||
	    (rq->gfp & (__GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_THISNODE)))
		return NULL;
	if (!reclaim_last_resort())
		return NULL;
	drain_all_pages(NULL);
	return try_zones(rq);
}

static void complain(const struct page_request *rq, struct reclaim_effort *effort)
{
	u64 waited = get_jiffies_64() - effort->since;

	if (waited < (u64)nofail_complain * (effort->complaints + 1))
		return;
	effort->complaints++;
	pr_warn("%s: waiting for a block of order %u for %llu ms, mode:%#x(%pGg)\n",
		current->comm, rq->order, (unsigned long long)waited * (1000 / HZ), rq->gfp,
		&rq->gfp);
}

/* Is it worth going round again? Who waits for others to free does so here. */
static bool again(struct page_request *rq, struct reclaim_effort *effort)
{
	bool progress = effort->progress;

	effort->progress = false;
	if (rq->gfp & __GFP_NOFAIL) {
		complain(rq, effort);
		rq->flags |= ALLOC_HARDER;
		schedule_timeout_uninterruptible(1);
		return true;
	}
	if ((rq->gfp & __GFP_NORETRY) || ++effort->retries > MAX_RECLAIM_RETRIES)
		return false;
	if (rq->gfp & __GFP_RETRY_MAYFAIL) {
		schedule_timeout_uninterruptible(1);
		return true;
	}
	return progress && rq->order <= PAGE_ALLOC_COSTLY_ORDER;
}

static struct page *reclaim_and_retry(struct page_request *rq, struct reclaim_effort *effort)
{
	struct page *page;

	effort->since = get_jiffies_64();
	do {
		drain_all_pages(NULL);
		page = try_zones(rq);
		if (!page && may_reclaim(rq))
			page = shrink(rq, effort);
		if (!page)
			page = take_reserve_back(rq);
		if (!page && may_reclaim(rq))
			page = last_resort(rq);
	} while (!page && again(rq, effort));
	return page;
}

/* Returns a page, or NULL and a report of why there is none. */
static noinline struct page *serve_slowly(struct page_request *rq)
{
	struct reclaim_effort effort = { 0 };
	struct page *page;

	if (rq->gfp & __GFP_KSWAPD_RECLAIM)
		wake_kswapds(rq);
	go_deeper(rq);
	page = try_zones(rq);
	if (!page && (rq->gfp & __GFP_DIRECT_RECLAIM)) {
		page = reclaim_and_retry(rq, &effort);
	} else if (!page) {
		/* Nobody may be interrupted or waited for, but these are our own. */
		drain_local_pages(NULL);
		page = try_zones(rq);
	}
	if (unlikely(!page) && !(rq->gfp & __GFP_NOWARN))
		page_report_failure(rq, &effort);
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
