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
	ZONE_KIND,		/* of a kind above gfp_zone() */
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
void watermark_reset(void);

#endif
