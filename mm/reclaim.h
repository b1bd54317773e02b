/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the page allocator's policy know of each other:
 *
 *	gfp.c		what a request may do; the slow path
 *	watermark.c	marks and reserves; may this zone serve this request?
 *	highatomic.c	blocks kept for atomic requests
 *	reclaim.c	getting memory back, for direct reclaim and kswapd
 *	shrinker.c	those who can give some up
 *	kswapd.c	the background reclaimer
 */
#ifndef MM_RECLAIM_H
#define MM_RECLAIM_H

#include <linux/atomic.h>
#include <linux/mmzone.h>
#include "mm/pages.h"

struct holdings;

/* As often in a row reclaim may find nothing before somebody gives up. */
#define MAX_RECLAIM_RETRIES	16
/* Reclaim begins with a 4096th of what there is, and ends with all of it. */
#define DEF_PRIORITY		12

/* Besides those of pages.h: an atomic request of order > 0. */
#define ALLOC_HIGHATOMIC	64u

/* watermark.c */

/* Why a zone does not serve a request, in the order in which it is asked. */
enum zone_verdict {
	ZONE_SERVES,
	ZONE_KIND,		/* of a kind above zone_highest() */
	ZONE_THISNODE,		/* another node, and __GFP_THISNODE */
	ZONE_NODEMASK,		/* not in the caller's nodemask */
	ZONE_CPUSET,		/* not in current->mems_allowed */
	ZONE_MARK,		/* too few free pages */
	ZONE_NO_BLOCK,		/* enough pages, but no block of the order */
};

/** zone_judge - would it serve this request now? Context: any. */
enum zone_verdict zone_judge(const struct zone *zone, const struct page_request *rq);
/** zone_mark - the part of zone_floor() that comes from the zone's marks */
unsigned long zone_mark(const struct zone *zone, const struct page_request *rq);
/** zone_apart - free pages of other requests' reserves, which this one does not see */
unsigned long zone_apart(const struct zone *zone, const struct page_request *rq);
/** zone_fast_mark - what a zone of first choice must have, for requests up to kind z */
unsigned long zone_fast_mark(const struct zone *zone, enum zone_type z);
void watermark_reset(void);

/* highatomic.c */

/** highatomic_take - a block from what is kept; NULL: none there */
struct page *highatomic_take(struct zone *zone, const struct page_request *rq);
/**
 * highatomic_reserve - keep the pageblock of a block just allocated, if more may be
 * Context: any, zone->lock not held.
 */
void highatomic_reserve(struct zone *zone, struct page *page, unsigned int order);
/**
 * highatomic_give_back - let others have what is kept, until a request can be served
 * Context: may sleep. Return: was there anything?
 */
bool highatomic_give_back(struct zone *zone, const struct page_request *rq);
unsigned int highatomic_validate(void);

/* reclaim.c */

enum reclaim_event {
	SLABS_SCANNED,		/* objects that shrinkers were asked to look at */
	PAGEOUTRUN,		/* runs of a background reclaimer */
	DROP_PAGECACHE,		/* times that somebody asked for it, by drop_caches */
	DROP_SLAB,
	ALLOCSTALL,		/* requests that had to reclaim, by kind of zone */
	NR_RECLAIM_EVENTS = ALLOCSTALL + MAX_NR_ZONES
};

/** reclaim_count - add to one of these. Context: any. */
void reclaim_count(unsigned int event, unsigned long n);
/** reclaim_events - one of these, since boot */
unsigned long reclaim_events(unsigned int event);
/**
 * reclaim_node - get memory of one node back
 * @gfp: what may be done for it
 * @priority: DEF_PRIORITY (gently) to 0 (all)
 * Context: may sleep. Return: what was freed, in objects.
 */
unsigned long reclaim_node(struct pglist_data *pgdat, gfp_t gfp, int priority);
/** reclaim_nodes - that, for each node that may serve a request */
unsigned long reclaim_nodes(const struct page_request *rq, int priority);
/** reclaim_last_resort - ask the OOM notifiers; pages that they say they freed */
unsigned long reclaim_last_resort(void);
void reclaim_reset(void);

/* shrinker.c */

unsigned long shrink_slab(gfp_t gfp, int nid, int priority);
void shrinker_reset(void);

/* kswapd.c */

/* A node's background reclaimer. Keys: W written whole, any time | T its own thread */
struct kswapd {
	struct task_struct *task;	/* W  NULL: there is none */
	unsigned int asked;		/* W  there is something to do */
	unsigned int order;		/* W  the largest block that was asked for, */
	int highest;			/* W  and the highest kind of zone */
	int failures;			/* W  runs in a row that found nothing */
	unsigned int gave_up_order;	/* W  the smallest block that these were for */
	unsigned long gave_up_at;	/* W  free pages of the node then */
	unsigned long wakes, runs;	/* W  statistics: times asked; T runs */
};

extern struct kswapd kswapds[QUARRY_MAX_NODES];

/**
 * wakeup_kswapd - a zone could not serve a request above its low mark
 * Context: any, zone->lock not held.
 */
void wakeup_kswapd(struct zone *zone, unsigned int order, enum zone_type highest);
/** kswapd_body - what the node's thread does until @stop() */
void kswapd_body(int nid, bool (*stop)(void));
/** kswapd_attach - this thread runs kswapd_body(); NULL: none does any more */
void kswapd_attach(int nid, struct task_struct *task);
/** kswapd_hope - something was freed, or may be: try again. NUMA_NO_NODE: all nodes. */
void kswapd_hope(int nid);
void kswapd_reset(void);

/* gfp.c */

/* What was done for a request that may sleep. */
struct reclaim_effort {
	unsigned int rounds;		/* times that the shrinkers were asked */
	unsigned int retries, complaints;
	unsigned long freed;		/* objects that they freed */
	bool progress;			/* some of them in this round */
	u64 since;			/* get_jiffies_64() */
};

/* __GFP_NOFAIL: complain each time so many ticks have passed. */
extern unsigned int nofail_complain;
/** gfp_mixes_forget - flags that are reported once will be reported again */
void gfp_mixes_forget(void);

/* page_failure.c */

/**
 * page_report_failure - say that, and why, a request failed
 * @rq: as it was when it was tried for the last time
 * Context: any.
 */
void page_report_failure(const struct page_request *rq, const struct reclaim_effort *effort);
/** page_failure_forget - the next failure is reported, however recent the last one is */
void page_failure_forget(void);

#endif
