// SPDX-License-Identifier: MIT
/* The background reclaimer: Y1 to Y3 of mm/kswapd.c. When it is asked, and when not. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/shrinker.h>

#include "tests/unit/held.h"

static struct kswapd *mine(void)
{
	return &kswapds[numa_node_id()];
}

/* It may be asked again, and nobody else will do so. */
static void give_hope(void)
{
	WRITE_ONCE(mine()->failures, 0);
}

static DEFINE_SPINLOCK(seen_lock);	/* what a scan did is seen by whoever had it later */

static void wait_until_asleep(void)
{
	struct kswapd *k = mine();

	/* What it did before is to be seen then. */
	while (READ_ONCE(k->asked) || smp_load_acquire(&k->task->__state) != TASK_INTERRUPTIBLE)
		schedule_timeout_uninterruptible(1);
	spin_lock(&seen_lock);
	spin_unlock(&seen_lock);
}

static bool some_zone_serves(unsigned int mark)
{
	struct page_request rq = { .gfp = GFP_NOWAIT, .flags = mark, .highest = ZONE_NORMAL,
				   .nid = numa_node_id() };
	struct zone *zone;

	for_each_populated_zone(zone)
		if (zone_judge(zone, &rq) == ZONE_SERVES)
			return true;
	return false;
}

static void thread_test(struct kunit *test)
{
	struct pglist_data *pgdat;
	char name[TASK_COMM_LEN];

	for_each_online_pgdat(pgdat) {
		struct task_struct *task = kswapds[pgdat->node_id].task;

		KUNIT_ASSERT_NOT_NULL(test, task);
		snprintf(name, sizeof(name), "kswapd%d", pgdat->node_id);
		KUNIT_EXPECT_STREQ(test, task->comm, name);
		KUNIT_EXPECT_TRUE(test, READ_ONCE(task->flags) & PF_KSWAPD);
		KUNIT_EXPECT_TRUE(test, cpumask_subset(&task->cpus_mask, pgdat->node_id <
				(int)machine.nr_nodes && !cpumask_empty(cpumask_of_node(
				pgdat->node_id)) ? cpumask_of_node(pgdat->node_id) :
				cpu_online_mask));
	}
}

/* Y1: exactly with the request that no zone serves above its low mark. */
static void woken_at_low_test(struct kunit *test)
{
	unsigned long wakes = mine()->wakes, n = 0;

	while (hold(GFP_NOWAIT, MAX_ORDER - 1))
		;
	wait_until_asleep();
	drop(MAX_ORDER - 1, 2);
	wakes = READ_ONCE(mine()->wakes);
	give_hope();
	while (some_zone_serves(WMARK_LOW)) {
		KUNIT_ASSERT_TRUE(test, hold(GFP_NOWAIT, 0));
		KUNIT_ASSERT_EQ(test, READ_ONCE(mine()->wakes), wakes);
		n++;
		/* So that what is free is counted as free. */
		drain_local_pages(NULL);
	}
	KUNIT_EXPECT_GT(test, n, 0ul);
	/* Without leave to wake it, not. */
	KUNIT_EXPECT_TRUE(test, hold(__GFP_HIGH, 0));
	drain_local_pages(NULL);
	KUNIT_EXPECT_EQ(test, READ_ONCE(mine()->wakes), wakes);
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_EQ(test, READ_ONCE(mine()->wakes), wakes + 1);
	wait_until_asleep();
	kswapd_keep_quiet();
	all_back(test);
}

/* Not while one zone has its high mark, whoever asks. */
static void not_while_balanced_test(struct kunit *test)
{
	unsigned long wakes = READ_ONCE(mine()->wakes);
	struct zone *zone = first_zone(GFP_KERNEL);

	give_hope();
	KUNIT_ASSERT_TRUE(test, some_zone_serves(WMARK_HIGH));
	wakeup_kswapd(zone, 0, ZONE_NORMAL);
	KUNIT_EXPECT_EQ(test, READ_ONCE(mine()->wakes), wakes);
	kswapd_keep_quiet();
}

/* Frees what the case holds, one page for each object asked for. */
static unsigned long asked_for;
static unsigned int seen_flags;
static gfp_t seen_gfp;

static unsigned long count_held(struct shrinker *s, struct shrink_control *sc)
{
	return 4096;
}

static unsigned long scan_held(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n;

	seen_flags = current->flags;
	seen_gfp = sc->gfp_mask;
	for (n = 0; n < sc->nr_to_scan && !list_empty(&held); n++) {
		struct page *page = list_first_entry(&held, struct page, lru);

		list_del(&page->lru);
		__free_pages(page, page->private);
	}
	spin_lock(&seen_lock);
	asked_for += n;
	spin_unlock(&seen_lock);
	return n ?: SHRINK_STOP;
}

static struct shrinker shrinker = {
	.count_objects = count_held, .scan_objects = scan_held, .seeks = DEFAULT_SEEKS,
	.batch = 1,
};

/* Asked at low, it goes on until high, and no further. */
static void stops_at_high_test(struct kunit *test)
{
	unsigned long runs = reclaim_events(PAGEOUTRUN);
	struct page *page;

	asked_for = 0;
	KUNIT_ASSERT_EQ(test, prealloc_shrinker(&shrinker, "held pages"), 0);
	quiesce(test);
	exhaust(GFP_NOWAIT);
	register_shrinker_prepared(&shrinker);
	wait_until_asleep();
	/* It asks, and does not wait; only if kswapd is fast there is something for it. */
	page = alloc_page(GFP_NOWAIT | __GFP_NOWARN);
	if (page)
		__free_page(page);
	wait_until_asleep();
	KUNIT_EXPECT_TRUE(test, some_zone_serves(WMARK_HIGH));
	KUNIT_EXPECT_GT(test, reclaim_events(PAGEOUTRUN), runs);
	KUNIT_EXPECT_GT(test, asked_for, 0ul);
	KUNIT_EXPECT_FALSE(test, list_empty(&held));
	KUNIT_EXPECT_EQ(test, seen_flags & (PF_MEMALLOC | PF_KSWAPD), PF_MEMALLOC | PF_KSWAPD);
	KUNIT_EXPECT_EQ(test, seen_gfp, (gfp_t)GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, mine()->failures, 0);
	kswapd_keep_quiet();
	all_back(test);
	unregister_shrinker(&shrinker);
}

/* From where nobody may sleep, with interrupts off or in one. */
static void woken_in_interrupt_test(struct kunit *test)
{
	unsigned long flags, runs;

	exhaust(GFP_NOWAIT);
	runs = READ_ONCE(mine()->runs);
	give_hope();
	local_irq_save(flags);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	local_irq_restore(flags);
	while (READ_ONCE(mine()->runs) == runs)
		schedule_timeout_uninterruptible(1);
	wait_until_asleep();
	runs = READ_ONCE(mine()->runs);
	preempt_count_add(HARDIRQ_OFFSET);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	preempt_count_sub(HARDIRQ_OFFSET);
	while (READ_ONCE(mine()->runs) == runs)
		schedule_timeout_uninterruptible(1);
	kswapd_keep_quiet();
	all_back(test);
}

/* Y2: 16 runs for nothing, then it is left alone until something is freed. */
static void gives_up_test(struct kunit *test)
{
	struct kswapd *k = mine();
	unsigned long runs;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, prealloc_shrinker(&shrinker, "new"), 0);
	quiesce(test);
	KUNIT_ASSERT_TRUE(test, hold(GFP_KERNEL, 0));
	exhaust(GFP_NOWAIT);
	give_hope();
	runs = READ_ONCE(k->runs);
	for (i = 0; i < MAX_RECLAIM_RETRIES + 10; i++) {
		KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
		wait_until_asleep();
	}
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->runs) - runs, (unsigned long)MAX_RECLAIM_RETRIES);
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->failures), MAX_RECLAIM_RETRIES);
	/* One page, seen to be free, is reason to hope. */
	drop(0, 1);
	drain_all_pages(NULL);
	if (nr_free_pages() > k->gave_up_at) {
		runs = READ_ONCE(k->runs);
		KUNIT_EXPECT_NULL(test, alloc_pages(GFP_NOWAIT | __GFP_NOWARN, 3));
		wait_until_asleep();
		KUNIT_EXPECT_EQ(test, READ_ONCE(k->runs) - runs, 1ul);
		KUNIT_EXPECT_EQ(test, READ_ONCE(k->failures), 1);
	} else {
		KUNIT_FAIL(test, "no page came back");
	}
	/* So is somebody new who may have something. */
	WRITE_ONCE(k->failures, MAX_RECLAIM_RETRIES);
	register_shrinker_prepared(&shrinker);
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->failures), 0);
	kswapd_keep_quiet();
	all_back(test);
	unregister_shrinker(&shrinker);
}

/* Each second block goes back: there is much free, and no largest block. */
static void fragment(void)
{
	struct page *page, *next;

	while (hold(GFP_NOWAIT, MAX_ORDER - 2))
		;
	list_for_each_entry_safe(page, next, &held, lru)
		if (!(page_to_pfn(page) >> (MAX_ORDER - 2) & 1)) {
			list_del(&page->lru);
			__free_pages(page, MAX_ORDER - 2);
		}
	while (hold(GFP_NOWAIT, MAX_ORDER - 1))
		;
}

/* Y2: blocks that nobody can make are no reason not to look for pages later. */
static void gives_up_large_blocks_test(struct kunit *test)
{
	struct kswapd *k = mine();
	unsigned long runs;
	unsigned int i;

	fragment();
	KUNIT_ASSERT_TRUE(test, some_zone_serves(WMARK_HIGH));
	give_hope();
	for (i = 0; i < MAX_RECLAIM_RETRIES + 10; i++) {
		KUNIT_EXPECT_NULL(test, alloc_pages(GFP_NOWAIT | __GFP_NOWARN, MAX_ORDER - 1));
		wait_until_asleep();
	}
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->failures), MAX_RECLAIM_RETRIES);
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->gave_up_order), MAX_ORDER - 1u);
	runs = READ_ONCE(k->runs);
	exhaust(GFP_NOWAIT);		/* the end of which are requests that find nothing */
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	wait_until_asleep();
	KUNIT_EXPECT_GT(test, READ_ONCE(k->runs), runs);
	/* But it gives up on these as well. */
	for (i = 0; i < MAX_RECLAIM_RETRIES; i++) {
		KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
		wait_until_asleep();
	}
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->failures), MAX_RECLAIM_RETRIES);
	KUNIT_EXPECT_EQ(test, READ_ONCE(k->gave_up_order), 0u);
	kswapd_keep_quiet();
	all_back(test);
}

/* A burst of requests at the mark: it works in the background, nothing else changes. */
static void many_wakes_test(struct kunit *test)
{
	unsigned int i;

	exhaust(GFP_NOWAIT);
	for (i = 0; i < 200; i++) {
		give_hope();
		KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	}
	wait_until_asleep();
	kswapd_keep_quiet();
	all_back(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(thread_test),
	KUNIT_CASE(woken_at_low_test),
	KUNIT_CASE(not_while_balanced_test),
	KUNIT_CASE(stops_at_high_test),
	KUNIT_CASE(woken_in_interrupt_test),
	KUNIT_CASE(gives_up_test),
	KUNIT_CASE(gives_up_large_blocks_test),
	KUNIT_CASE(many_wakes_test),
	{}
};

static struct kunit_suite kswapd_tiny_suite = {
	.name = "kswapd_tiny", .init = quiesce, .test_cases = cases };
quarry_suite_on(kswapd_tiny_suite, "tiny-16m");
static struct kunit_suite kswapd_suite = {
	.name = "kswapd", .init = quiesce, .test_cases = cases };
kunit_test_suite(kswapd_suite);

static struct kunit_case numa_cases[] = {
	KUNIT_CASE(thread_test),
	{}
};

static struct kunit_suite kswapd_numa_suite = {
	.name = "kswapd_numa", .init = quiesce, .test_cases = numa_cases };
quarry_suite_on(kswapd_numa_suite, "numa-4x2g");
