// SPDX-License-Identifier: MIT
/*
 * Getting memory back, for a request that is short of it (direct reclaim) and for
 * kswapd. What may be done for a request is in its flags: without
 * __GFP_DIRECT_RECLAIM nobody comes here, and what a shrinker may do it sees by
 * __GFP_IO and __GFP_FS.
 *
 * What can be had today: pages that CPUs keep (pcp.c), areas that wait to be unmapped
 * (vmap_lazy.c), objects of shrinkers (shrinker.c), slabs that nobody uses (slab_reclaim()), blocks kept for atomic requests
 * (highatomic.c), and what modules give up at the very end (register_oom_notifier()).
 *
 * What cannot: pages in use. There is no page cache, no swap and no list of pages by
 * when they were used last. reclaim_node() is where that will be: it is given all that
 * it takes, the node, the flags and the priority. Reports of failed requests say so.
 * Nor is memory compacted: a block of a large order comes together by chance only.
 *
 * Locking: none; counters are atomic.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/oom.h>
#include <linux/sched/mm.h>

#include "mm/internal.h"
#include "mm/reclaim.h"
#include "mm/vmap.h"

static atomic_long_t events[NR_RECLAIM_EVENTS];

void reclaim_reset(void)
{
	memset(events, 0, sizeof(events));
}

void reclaim_count(unsigned int event, unsigned long n)
{
	atomic_long_add((long)n, &events[event]);
}

unsigned long reclaim_events(unsigned int event)
{
	return (unsigned long)atomic_long_read(&events[event]);
}

unsigned long reclaim_node(struct pglist_data *pgdat, gfp_t gfp, int priority)
{
	unsigned long freed = vmap_purge(gfpflags_allow_blocking(gfp));

	freed += shrink_slab(gfp, pgdat->node_id, priority);
	freed += slab_reclaim(pgdat->node_id, priority <= DEF_PRIORITY / 2);

	if (freed)
		kswapd_hope(pgdat->node_id);
	return freed;
}

unsigned long reclaim_nodes(const struct page_request *rq, int priority)
{
	const struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	nodemask_t done = NODE_MASK_NONE;
	unsigned long freed = 0;

	for (; ref->zone; ref++) {
		if (!zone_allowed(ref->zone, rq) || node_isset(ref->zone->node, done))
			continue;
		node_set(ref->zone->node, done);
		freed += reclaim_node(ref->zone->zone_pgdat, rq->gfp, priority);
	}
	return freed;
}

/* A core without kernel/ has no notifiers. */
unsigned long __weak call_oom_notifiers(void)
{
	return 0;
}

unsigned long reclaim_last_resort(void)
{
	unsigned int noreclaim = memalloc_noreclaim_save();
	unsigned long freed = call_oom_notifiers();

	memalloc_noreclaim_restore(noreclaim);
	return freed;
}
