/* SPDX-License-Identifier: MIT */
/* What suites that use memory up share: a list of what they hold. */
#ifndef TESTS_UNIT_HELD_H
#define TESTS_UNIT_HELD_H

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"
#include "tests/unit/settle.h"
#include "tests/unit/text.h"

static LIST_HEAD(held);
static unsigned long free_before;

/*
 * kswapd would collect CPUs' pages in the middle of a case that counts them. Here it
 * has given up, with more memory than the node can ever have free, and is asleep.
 */
static inline void kswapd_keep_quiet(void)
{
	int nid;

	for (nid = 0; nid < QUARRY_MAX_NODES; nid++) {
		struct kswapd *k = &kswapds[nid];

		WRITE_ONCE(k->gave_up_at, ULONG_MAX);
		WRITE_ONCE(k->gave_up_order, 0u);
		WRITE_ONCE(k->failures, MAX_RECLAIM_RETRIES);
		while (k->task && (READ_ONCE(k->asked) ||
				   smp_load_acquire(&k->task->__state) !=
					   TASK_INTERRUPTIBLE))
			schedule_timeout_uninterruptible(1);
		/* A run that was under way may have said otherwise. */
		WRITE_ONCE(k->gave_up_at, ULONG_MAX);
		WRITE_ONCE(k->gave_up_order, 0u);
		WRITE_ONCE(k->failures, MAX_RECLAIM_RETRIES);
	}
}

static inline int quiesce(struct kunit *test)
{
	INIT_LIST_HEAD(&held);
	kswapd_keep_quiet();
	slab_settle();
	free_before = nr_free_pages();
	return 0;
}

static inline bool hold_on(int nid, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages_node(nid, gfp | __GFP_NOWARN, order);

	if (!page)
		return false;
	page->private = order;
	list_add(&page->lru, &held);
	return true;
}

static inline bool hold(gfp_t gfp, unsigned int order)
{
	return hold_on(numa_node_id(), gfp, order);
}

/* Takes all that this kind of request can get, large blocks first. */
static inline void exhaust(gfp_t gfp)
{
	int order;

	for (order = MAX_ORDER - 1; order >= 0; order--)
		while (hold(gfp, order))
			;
	drain_all_pages(NULL);
}

/* Gives @nr blocks of an order back; small ones stay in this CPU's cache if it has room. */
static inline void drop(unsigned int order, unsigned int nr)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &held, lru)
		if (page->private == order && nr) {
			nr--;
			list_del(&page->lru);
			__free_pages(page, order);
		}
}

static inline void release(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &held, lru) {
		list_del(&page->lru);
		__free_pages(page, page->private);
	}
}

/* Whatever a case held is given back, and then all is as it was. */
static inline void all_back(struct kunit *test)
{
	release();
	slab_settle();
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free_before);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
	KUNIT_EXPECT_EQ(test, highatomic_validate(), 0u);
}

/* The zone that an ordinary request tries first: nothing is reserved in it. */
static inline struct zone *first_zone(gfp_t gfp)
{
	struct zoneref *ref = node_zonelist(numa_node_id(), 0)->_zonerefs;

	while (ref->zone_idx > (int)gfp_zone(gfp))
		ref++;
	return ref->zone;
}

#endif
