// SPDX-License-Identifier: MIT
/* Per-CPU page caches: P1 to P6, the hot and the cold end, and how rarely they lock. */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define MANY	2000

static struct page *pages[MANY];

static struct zone *home(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct zone *zone = page_zone(page);

	__free_page(page);
	return zone;
}

static struct per_cpu_pages *mine(struct zone *zone)
{
	return this_cpu_ptr(zone->pageset);
}

static int quiesce(struct kunit *test)
{
	drain_all_pages(NULL);
	return 0;
}

static void check(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
}

static void hot_page_comes_back_test(struct kunit *test)
{
	struct page *a, *b;

	preempt_disable();
	a = alloc_page(GFP_ATOMIC);
	b = alloc_page(GFP_ATOMIC);
	__free_page(a);
	__free_page(b);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC), b);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC), a);
	free_hot_page(a);
	free_hot_page(b);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC), b);
	__free_page(b);
	preempt_enable();
}

static void cold_page_goes_behind_test(struct kunit *test)
{
	struct page *a, *b;

	preempt_disable();
	a = alloc_page(GFP_ATOMIC);
	b = alloc_page(GFP_ATOMIC);
	free_hot_page(b);
	free_cold_page(a);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC | ___GFP_COLD), a);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC), b);
	free_cold_page(a);
	__free_page(b);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC), b);
	__free_page(b);
	preempt_enable();
}

/* Frees pages[0..n) and says how long the list got. */
static int free_all(struct pcp_list *list, unsigned int n)
{
	unsigned int i;
	int most = 0;

	for (i = 0; i < n; i++) {
		__free_page(pages[i]);
		most = max(most, list->count);
	}
	return most;
}

static void batch_and_high_test(struct kunit *test)
{
	struct zone *zone = home();
	struct per_cpu_pages *pcp;
	struct pcp_list *list;
	unsigned int i, n;
	struct page *page;
	int high, room;

	preempt_disable();
	drain_local_pages(NULL);
	pcp = mine(zone);
	list = &pcp->lists[MIGRATE_UNMOVABLE];
	KUNIT_EXPECT_GT(test, pcp->batch, 0);
	high = list->high;
	KUNIT_EXPECT_EQ(test, high, 6 * pcp->batch);
	pages[0] = alloc_page(GFP_ATOMIC);
	/* One for the caller, the rest of the batch for later. */
	KUNIT_EXPECT_EQ(test, list->count, pcp->batch - 1);
	n = min(2 * high + 10, MANY);
	for (i = 1; i < n; i++)
		pages[i] = alloc_page(GFP_ATOMIC);
	/* A zone that has nothing to spare: surplus goes back. */
	room = pcp->room;
	pcp->room = 0;
	KUNIT_EXPECT_EQ(test, free_all(list, n), high);
	KUNIT_EXPECT_GE(test, list->count, high - pcp->batch);
	KUNIT_EXPECT_EQ(test, list->high, high);
	/* The cold end's: what is left was freed last. */
	list_for_each_entry(page, &list->pages, lru)
		KUNIT_EXPECT_PTR_EQ(test, page, pages[--n]);
	pcp->room = room;
	check(test);
	preempt_enable();
}

/* P6: not from a zone that is short of pages itself, whatever room there is. */
static void high_stays_when_short_test(struct kunit *test)
{
	struct zone *zone = home();
	unsigned long mark = high_wmark_pages(zone);
	struct per_cpu_pages *pcp;
	struct pcp_list *list;
	unsigned int i, n;
	int high;

	preempt_disable();
	drain_local_pages(NULL);
	pcp = mine(zone);
	list = &pcp->lists[MIGRATE_UNMOVABLE];
	high = list->high;
	n = min(2 * high + 10, MANY);
	for (i = 0; i < n; i++)
		pages[i] = alloc_page(GFP_ATOMIC);
	WRITE_ONCE(zone->_watermark[WMARK_HIGH], zone_managed_pages(zone));
	KUNIT_EXPECT_EQ(test, free_all(list, n), high);
	KUNIT_EXPECT_EQ(test, list->high, high);
	KUNIT_EXPECT_EQ(test, pcp->grown, 0);
	WRITE_ONCE(zone->_watermark[WMARK_HIGH], mark);
	check(test);
	preempt_enable();
}

/* A 4096th of the zone, but one less than a power of two: 1, 3, 7, up to 63. */
static void batch_follows_the_zone_test(struct kunit *test)
{
	struct zone *zone;

	preempt_disable();
	for_each_populated_zone(zone) {
		unsigned long share = zone_managed_pages(zone) / 4096, batch = 1;

		while (batch < 63 && 2 * batch + 2 <= share)
			batch = 2 * batch + 1;
		KUNIT_EXPECT_EQ(test, (unsigned long)mine(zone)->batch, batch);
	}
	preempt_enable();
}

/* A batch is of so many pages, whatever the blocks that they come in. */
static void batch_of_blocks_test(struct kunit *test)
{
	struct zone *zone = home();
	struct page *block;
	unsigned int order;

	preempt_disable();
	drain_local_pages(NULL);
	for (order = 0; order < NR_PCP_ORDERS; order++) {
		struct pcp_list *list = &mine(zone)->lists[order];
		int blocks = max(mine(zone)->batch >> order, 1);

		block = alloc_pages(GFP_ATOMIC, order);
		KUNIT_EXPECT_EQ(test, list->count, blocks - 1);
		KUNIT_EXPECT_EQ(test, list->high, 6 * blocks);
		__free_pages(block, order);
	}
	check(test);
	preempt_enable();
}

/* P6: what a zone can spare a list may keep, so that the next round needs no lock. */
static void high_grows_and_shrinks_test(struct kunit *test)
{
	struct zone *zone = home();
	struct per_cpu_pages *pcp;
	struct pcp_list *list;
	unsigned long locks = 0;
	unsigned int i, n, round;
	int high, grown;

	preempt_disable();
	drain_local_pages(NULL);
	pcp = mine(zone);
	list = &pcp->lists[MIGRATE_UNMOVABLE];
	high = list->high;
	n = high + 3 * pcp->batch;
	KUNIT_ASSERT_LE(test, n, (unsigned int)MANY);
	if (pcp->room < 4 * pcp->batch)
		kunit_skip(test, "this zone has no room to grow");
	for (round = 0; round < 3; round++) {
		if (round == 2)
			locks = zone->lock_takings;
		for (i = 0; i < n; i++)
			pages[i] = alloc_page(GFP_ATOMIC);
		free_all(list, n);
	}
	KUNIT_EXPECT_EQ(test, zone->lock_takings, locks);
	grown = pcp->grown;
	KUNIT_EXPECT_GT(test, grown, 0);
	KUNIT_EXPECT_EQ(test, list->high, high + grown);
	check(test);
	drain_local_pages(NULL);
	KUNIT_EXPECT_EQ(test, pcp->grown, 0);
	KUNIT_EXPECT_EQ(test, list->high, high);
	check(test);
	preempt_enable();
}

/* Orders up to 4 have lists of their own; larger blocks go to the buddy at once. */
static void small_orders_are_cached_test(struct kunit *test)
{
	struct zone *zone = home();
	struct page *page, *again;
	unsigned long locks;
	unsigned int order;

	preempt_disable();
	for (order = 0; order < NR_PCP_ORDERS; order++) {
		page = alloc_pages(GFP_ATOMIC, order);
		KUNIT_ASSERT_NOT_NULL(test, page);
		locks = zone->lock_takings;
		__free_pages(page, order);
		KUNIT_EXPECT_PTR_EQ(test, mine(zone)->lists[order].pages.next, &page->lru);
		again = alloc_pages(GFP_ATOMIC | __GFP_COMP, order);
		KUNIT_EXPECT_PTR_EQ(test, again, page);
		__free_pages(again, order);
		KUNIT_EXPECT_EQ(test, zone->lock_takings, locks);
	}
	page = alloc_pages(GFP_ATOMIC, NR_PCP_ORDERS);
	KUNIT_ASSERT_NOT_NULL(test, page);
	locks = zone->lock_takings;
	__free_pages(page, NR_PCP_ORDERS);
	KUNIT_EXPECT_EQ(test, zone->lock_takings, locks + 1);
	check(test);
	preempt_enable();
}

/* P4: while a hook is on, each page takes the long way, and none is lost. */
static void hooks_close_the_lists_test(struct kunit *test)
{
	struct page *page;
	unsigned int was = page_hooks;

	page_hooks_set(PAGE_HOOK_INIT, true);
	check(test);
	page = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, page);
	__free_page(page);
	check(test);
	page_hooks_set(PAGE_HOOK_INIT, was & PAGE_HOOK_INIT);
	check(test);
}

/* At most one taking of zone->lock per batch, however many pages go through. */
static void locks_once_a_batch_test(struct kunit *test)
{
	struct zone *zone = home();
	unsigned long before, i;
	int batch;

	preempt_disable();
	batch = mine(zone)->batch;
	pages[0] = alloc_page(GFP_ATOMIC);
	__free_page(alloc_page(GFP_ATOMIC));
	before = zone->lock_takings;
	for (i = 0; i < 10000; i++) {
		struct page *page = alloc_page(GFP_ATOMIC);

		__free_page(page);
	}
	KUNIT_EXPECT_EQ(test, zone->lock_takings, before);
	for (i = 1; i < MANY; i++)
		pages[i] = alloc_page(GFP_ATOMIC);
	KUNIT_EXPECT_LE(test, zone->lock_takings - before,
			(unsigned long)(MANY / batch + 1));
	before = zone->lock_takings;
	for (i = 0; i < MANY; i++)
		__free_page(pages[i]);
	KUNIT_EXPECT_LE(test, zone->lock_takings - before,
			(unsigned long)(MANY / batch + 1));
	preempt_enable();
}

static void drain_returns_everything_test(struct kunit *test)
{
	unsigned long free = nr_free_pages();
	struct zone *zone;
	unsigned int i;

	for (i = 0; i < 100; i++)
		pages[i] = alloc_page(i % 2 ? GFP_KERNEL : GFP_HIGHUSER_MOVABLE);
	for (i = 0; i < 100; i++)
		__free_page(pages[i]);
	KUNIT_EXPECT_LT(test, nr_free_pages(), free);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	for_each_populated_zone(zone)
		KUNIT_EXPECT_EQ(test, pcp_count_all(zone), 0ul);
	check(test);
}

/* A page goes back to the list of its pageblock's type. */
static void lists_by_mobility_test(struct kunit *test)
{
	static const gfp_t gfp[] = { GFP_ATOMIC, GFP_ATOMIC | __GFP_MOVABLE,
				     GFP_ATOMIC | __GFP_RECLAIMABLE };
	unsigned int t;

	preempt_disable();
	for (t = 0; t < ARRAY_SIZE(gfp); t++) {
		struct page *page = alloc_page(gfp[t]);
		struct zone *zone = page_zone(page);
		int type = pageblock_type_of(zone, page_to_pfn(page));

		__free_page(page);
		KUNIT_EXPECT_PTR_EQ(test, mine(zone)->lists[type * NR_PCP_ORDERS].pages.next,
				    &page->lru);
	}
	check(test);
	preempt_enable();
}

static void count_page(void *arg)
{
	struct page *page = alloc_page(GFP_ATOMIC);

	*(struct page **)arg = page;
}

static void free_it(void *arg)
{
	__free_page(*(struct page **)arg);
}

/* Every CPU has its own, used from its interrupts too. */
static void interrupts_on_every_cpu_test(struct kunit *test)
{
	unsigned long free = nr_free_pages();
	struct page *page[QUARRY_MAX_CPUS];
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		quarry_host_cross_call(cpu, count_page, &page[cpu]);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		KUNIT_ASSERT_NOT_NULL(test, page[cpu]);
		quarry_host_cross_call((cpu + 1) % machine.nr_cpus, free_it, &page[cpu]);
	}
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	check(test);
}

static DEFINE_SPINLOCK(guard);

/* Has a page in its cache, and waits for the lock with interrupts off. */
static int wait_for_guard(void *arg)
{
	int *waiting = arg;
	struct page *page = alloc_page(GFP_KERNEL);

	local_irq_disable();
	__free_page(page);
	smp_store_release(waiting, 1);
	spin_lock(&guard);
	spin_unlock(&guard);
	local_irq_enable();
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Who holds a lock drains its own CPU: another may be waiting for the lock, deaf to us. */
static void drain_with_a_lock_held_test(struct kunit *test)
{
	struct cpumask old = current->cpus_mask;
	struct task_struct *thread;
	struct page *page;
	int waiting = 0;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "only one CPU");
	thread = kthread_create(wait_for_guard, &waiting, "deaf");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	kthread_bind(thread, 1);
	set_cpus_allowed_ptr(current, cpumask_of(0));
	page = alloc_page(GFP_KERNEL);
	spin_lock(&guard);
	wake_up_process(thread);
	while (!smp_load_acquire(&waiting))
		cpu_relax();
	__free_page(page);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, pcp_pages(mine(page_zone(page))), 0ul);
	spin_unlock(&guard);
	kthread_stop(thread);
	set_cpus_allowed_ptr(current, &old);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, pcp_count_all(page_zone(page)), 0ul);
	check(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(hot_page_comes_back_test),
	KUNIT_CASE(cold_page_goes_behind_test),
	KUNIT_CASE(batch_and_high_test),
	KUNIT_CASE(high_stays_when_short_test),
	KUNIT_CASE(batch_follows_the_zone_test),
	KUNIT_CASE(batch_of_blocks_test),
	KUNIT_CASE(high_grows_and_shrinks_test),
	KUNIT_CASE(small_orders_are_cached_test),
	KUNIT_CASE(hooks_close_the_lists_test),
	KUNIT_CASE(locks_once_a_batch_test),
	KUNIT_CASE(drain_returns_everything_test),
	KUNIT_CASE(lists_by_mobility_test),
	KUNIT_CASE(interrupts_on_every_cpu_test),
	KUNIT_CASE(drain_with_a_lock_held_test),
	{}
};

static struct kunit_suite pcp_suite = { .name = "pcp", .init = quiesce, .test_cases = cases };
kunit_test_suite(pcp_suite);
static struct kunit_suite pcp_tiny_suite = {
	.name = "pcp_tiny", .init = quiesce, .test_cases = cases };
quarry_suite_on(pcp_tiny_suite, "tiny-16m");

static struct kunit_case batch_cases[] = {
	KUNIT_CASE(batch_follows_the_zone_test),
	KUNIT_CASE(batch_of_blocks_test),
	{}
};

/* A zone whose batch is neither the smallest nor the largest. */
static struct kunit_suite pcp_i386_suite = {
	.name = "pcp_i386", .init = quiesce, .test_cases = batch_cases };
quarry_suite_on(pcp_i386_suite, "i386-4g");
