// SPDX-License-Identifier: MIT
/*
 * Why a request for pages failed. Documents 002, 003.
 *
 * It is answered with NULL and, unless the caller said __GFP_NOWARN, with: the task,
 * the order and the flags by name; the stack; for each zone of the machine the test
 * that it failed, as zone_judge() sees it; what was done to get memory back; and the
 * state of all zones, in the kernel's form, which readers of logs know. That is a note
 * in the log, not a warning: running out of memory is nobody's bug.
 *
 * As in the kernel, at most one report in ten seconds; how many were left out is
 * said with the next.
 *
 * Locking: none; zones are read as they are.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/report.h>
#include <linux/sched.h>

#include "mm/internal.h"
#include "mm/reclaim.h"

static unsigned long kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

/* Too few pages: the three numbers, and what the third is made of. */
static void explain_mark(const struct zone *zone, const struct page_request *rq)
{
	unsigned long floor = zone_floor(zone, rq), mark = zone_mark(zone, rq);
	unsigned long apart = zone_apart(zone, rq);

	printk(KERN_WARNING "Node %d %s: %lu pages free, %lu wanted, must keep %lu (mark %lu, lowmem_reserve %lu, for atomic requests %lu)\n",
	       zone->node, zone->name, zone_free_pages(zone), 1ul << rq->order, floor + apart,
	       mark, floor - mark, apart);
}

static void explain_zone(const struct zone *zone, const struct page_request *rq)
{
	static const char *const why[] = {
		[ZONE_SERVES]	= "has enough now: somebody freed memory meanwhile",
		[ZONE_KIND]	= "not used: zones of this kind are not what was asked for",
		[ZONE_THISNODE]	= "not used: __GFP_THISNODE allows the preferred node only",
		[ZONE_NODEMASK]	= "not used: the node is not in the request's nodemask",
		[ZONE_CPUSET]	= "not used: the node is not in the task's mems_allowed",
	};
	enum zone_verdict verdict = zone_judge(zone, rq);

	if (verdict == ZONE_MARK)
		explain_mark(zone, rq);
	else if (verdict == ZONE_NO_BLOCK)
		printk(KERN_WARNING "Node %d %s: no block of order %u although %lu pages are free\n",
		       zone->node, zone->name, rq->order, zone_free_pages(zone));
	else
		printk(KERN_WARNING "Node %d %s: %s\n", zone->node, zone->name, why[verdict]);
}

static void explain_reclaim(const struct page_request *rq, const struct reclaim_effort *effort)
{
	if (!(rq->gfp & __GFP_DIRECT_RECLAIM))
		report_line("reclaim: none, the request must not sleep");
	else if (!effort->rounds)
		report_line("reclaim: none, the task is giving memory back itself (PF_MEMALLOC)");
	else
		report_line("reclaim: %u round%s, %lu objects freed by shrinkers; pages in use cannot be reclaimed: there are no LRU lists, no swap",
			    effort->rounds, effort->rounds == 1 ? "" : "s", effort->freed);
}

static void explain(const struct page_request *rq, const struct reclaim_effort *effort)
{
	const struct zoneref *ref = node_zonelist(rq->nid, 0)->_zonerefs;

	for (; ref->zone; ref++)
		explain_zone(ref->zone, rq);
	explain_reclaim(rq, effort);
}

/* The kernel's form. */

/* Which types of pageblocks the blocks of an order are in. */
static void show_types(const struct free_area *area)
{
	static const char letters[MIGRATE_TYPES] = { 'U', 'M', 'E', 'H' };
	char types[MIGRATE_TYPES + 1];
	int t, n = 0;

	for (t = 0; t < MIGRATE_TYPES; t++)
		if (!list_empty(&area->free_list[t]))
			types[n++] = letters[t];
	types[n] = 0;
	if (n)
		printk(KERN_CONT "(%s) ", types);
}

static void show_blocks(const struct zone *zone)
{
	unsigned int order;

	printk(KERN_WARNING "Node %d %s: ", zone->node, zone->name);
	for (order = 0; order < MAX_ORDER; order++) {
		const struct free_area *area = &zone->free_area[order];

		printk(KERN_CONT "%lu*%lukB ", READ_ONCE(area->nr_free), kib(1ul << order));
		show_types(area);
	}
	printk(KERN_CONT "= %lukB\n", kib(zone_free_pages(zone)));
}

static void show_zone(struct zone *zone)
{
	int j;

	printk(KERN_WARNING "Node %d %s free:%lukB boost:%lukB min:%lukB low:%lukB high:%lukB reserved_highatomic:%luKB present:%lukB managed:%lukB free_pcp:%lukB\n",
	       zone->node, zone->name, kib(zone_free_pages(zone)), kib(zone->watermark_boost),
	       kib(min_wmark_pages(zone)), kib(low_wmark_pages(zone)),
	       kib(high_wmark_pages(zone)), kib(READ_ONCE(zone->nr_reserved_highatomic)),
	       kib(zone->present_pages), kib(zone_managed_pages(zone)),
	       kib(pcp_count_all(zone)));
	printk(KERN_WARNING "lowmem_reserve[]:");
	for (j = 0; j < MAX_NR_ZONES; j++)
		printk(KERN_CONT " %ld", READ_ONCE(zone->lowmem_reserve[j]));
	printk(KERN_CONT "\n");
	show_blocks(zone);
}

void show_free_areas(void)
{
	unsigned long cached = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		cached += pcp_count_all(zone);
	printk(KERN_WARNING "Mem-Info:\n");
	printk(KERN_WARNING " slab_reclaimable:%lu slab_unreclaimable:%lu\n",
	       global_node_page_state(NR_SLAB_RECLAIMABLE_B) >> PAGE_SHIFT,
	       global_node_page_state(NR_SLAB_UNRECLAIMABLE_B) >> PAGE_SHIFT);
	printk(KERN_WARNING " free:%lu free_pcp:%lu\n", nr_free_pages(), cached);
	for_each_populated_zone(zone)
		show_zone(zone);
	printk(KERN_WARNING "%lu pages RAM\n", get_num_physpages());
	printk(KERN_WARNING "%lu pages HighMem/MovableOnly\n", totalhigh_pages());
	printk(KERN_WARNING "%lu pages reserved\n", get_num_physpages() - totalram_pages());
}

static DEFINE_RATELIMIT_STATE(nopage, 10 * HZ, 1);

void page_failure_forget(void)
{
	ratelimit_state_init(&nopage, 10 * HZ, 1);
}

void page_report_failure(const struct page_request *rq, const struct reclaim_effort *effort)
{
	nodemask_t there;
	const nodemask_t *mems = &there;

	if (!__ratelimit(&nopage))
		return;
	nodes_and(there, current->mems_allowed, node_states[N_MEMORY]);
	if (rq->nodes)
		report_begin(REPORT_NOTE, "%s: page allocation failure: order:%u, mode:%#x(%pGg), nodemask=%*pbl,mems_allowed=%*pbl",
			     current->comm, rq->order, rq->gfp, &rq->gfp,
			     nodemask_pr_args(rq->nodes), nodemask_pr_args(mems));
	else
		report_begin(REPORT_NOTE, "%s: page allocation failure: order:%u, mode:%#x(%pGg), nodemask=(null),mems_allowed=%*pbl",
			     current->comm, rq->order, rq->gfp, &rq->gfp, nodemask_pr_args(mems));
	report_here();
	explain(rq, effort);
	show_free_areas();
	report_end();
}
