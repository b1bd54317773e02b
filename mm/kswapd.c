// SPDX-License-Identifier: MIT
/*
 * kswapd: a thread per node that gets memory back in the background, so that others
 * need not wait for it. This is its body; kernel/kswapd.c has the threads, because
 * mm/ has none. Without it, requests reclaim for themselves.
 *
 * It is asked when no zone could serve a request above its low mark, and works until
 * one has its high mark again (each plus lowmem_reserve), with a block of the order
 * that was asked for. What it does: CPUs' pages go back, then shrinkers are asked, more
 * firmly each time (reclaim.c says what is missing).
 *
 *	Y1  It is not asked while its node is balanced.
 *	Y2  After 16 runs in a row that freed nothing it is not asked any more, until
 *	    something was freed: by a shrinker, or the node has more free pages than
 *	    when it gave up. So it never runs in circles. If all of them were for larger
 *	    blocks than now, they don't count: these may be lacking in an empty machine.
 *	Y3  A wake-up is not lost: who asks sets asked before waking, the thread looks
 *	    at it after it has said that it will sleep.
 *
 * Locking: none. Whoever holds whatever lock may ask, in any context: the task is woken
 * directly, without a wait queue, whose lock would have to rank above all others. Two
 * who ask at once may overwrite each other's order; the loser will ask again.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/sched.h>

#include "mm/internal.h"
#include "mm/reclaim.h"

struct kswapd kswapds[QUARRY_MAX_NODES];

void kswapd_reset(void)
{
	memset(kswapds, 0, sizeof(kswapds));
}

void kswapd_attach(int nid, struct task_struct *task)
{
	/* Whoever sees the task sees it whole. */
	smp_store_release(&kswapds[nid].task, task);
}

void kswapd_hope(int nid)
{
	int i;

	for (i = 0; i < QUARRY_MAX_NODES; i++)
		if (nid == NUMA_NO_NODE || i == nid)
			WRITE_ONCE(kswapds[i].failures, 0);
}

static unsigned long node_free_pages(struct pglist_data *pgdat)
{
	unsigned long sum = 0;
	int z;

	for (z = 0; z < MAX_NR_ZONES; z++)
		sum += zone_free_pages(&pgdat->node_zones[z]);
	return sum;
}

/* Has one of the node's zones all that a request up to this kind would want? */
static bool balanced(struct pglist_data *pgdat, unsigned int order, int highest)
{
	struct page_request rq = { .order = order, .flags = WMARK_HIGH, .highest = highest,
				   .nid = pgdat->node_id };
	int z;

	for (z = 0; z <= highest; z++)
		if (managed_zone(&pgdat->node_zones[z]) &&
		    zone_judge(&pgdat->node_zones[z], &rq) == ZONE_SERVES)
			return true;
	return false;
}

/* Y2 */
static bool hopeless(struct kswapd *k, struct pglist_data *pgdat, unsigned int order)
{
	if (READ_ONCE(k->failures) < MAX_RECLAIM_RETRIES)
		return false;
	if (order >= READ_ONCE(k->gave_up_order) &&
	    node_free_pages(pgdat) <= READ_ONCE(k->gave_up_at))
		return true;
	WRITE_ONCE(k->failures, 0);
	return false;
}

void wakeup_kswapd(struct zone *zone, unsigned int order, enum zone_type highest)
{
	struct kswapd *k = &kswapds[zone->node];
	struct task_struct *task = smp_load_acquire(&k->task);

	if (!task || balanced(zone->zone_pgdat, order, highest) || hopeless(k, zone->zone_pgdat, order))
		return;
	if (READ_ONCE(k->order) < order)
		WRITE_ONCE(k->order, order);
	if (READ_ONCE(k->highest) < (int)highest)
		WRITE_ONCE(k->highest, (int)highest);
	WRITE_ONCE(k->wakes, READ_ONCE(k->wakes) + 1);
	WRITE_ONCE(k->asked, 1u);
	wake_up_process(task);
}

static void drain_node(struct pglist_data *pgdat)
{
	int z;

	for (z = 0; z < MAX_NR_ZONES; z++)
		if (populated_zone(&pgdat->node_zones[z]))
			drain_all_pages(&pgdat->node_zones[z]);
}

/* One run: until there is enough, or everybody was asked for all they have. */
static void balance(struct kswapd *k, struct pglist_data *pgdat, bool (*stop)(void))
{
	unsigned int order = READ_ONCE(k->order);
	int highest = READ_ONCE(k->highest), priority;
	unsigned long freed = 0;

	WRITE_ONCE(k->order, 0);
	WRITE_ONCE(k->highest, 0);
	if (hopeless(k, pgdat, order))
		return;		/* asked while it was about to give up */
	WRITE_ONCE(k->runs, k->runs + 1);
	reclaim_count(PAGEOUTRUN, 1);
	drain_node(pgdat);
	for (priority = DEF_PRIORITY; priority > 0; priority--) {
		if (stop() || balanced(pgdat, order, highest))
			return;
		if (!reclaim_node(pgdat, GFP_KERNEL, priority))
			continue;
		freed++;
		drain_node(pgdat);
	}
	if (freed || balanced(pgdat, order, highest))
		return;
	if (!READ_ONCE(k->failures) || order < READ_ONCE(k->gave_up_order))
		WRITE_ONCE(k->gave_up_order, order);
	WRITE_ONCE(k->gave_up_at, node_free_pages(pgdat));
	WRITE_ONCE(k->failures, READ_ONCE(k->failures) + 1);
}

void kswapd_body(int nid, bool (*stop)(void))
{
	struct kswapd *k = &kswapds[nid];

	/* It may use the reserves: it gives back more than it takes. */
	WRITE_ONCE(current->flags, current->flags | PF_MEMALLOC | PF_KSWAPD);
	while (!stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!READ_ONCE(k->asked) && !stop())	/* Y3 */
			schedule();
		__set_current_state(TASK_RUNNING);
		if (xchg(&k->asked, 0u))
			balance(k, NODE_DATA(nid), stop);
	}
}
