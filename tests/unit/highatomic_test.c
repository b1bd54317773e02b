// SPDX-License-Identifier: MIT
/* Blocks kept for atomic requests: H1 to H4 of mm/highatomic.c. */
#include <kunit/test.h>
#include <linux/gfp.h>

#include "tests/unit/held.h"

static unsigned long kept(void)
{
	struct zone *zone;
	unsigned long sum = 0;

	for_each_populated_zone(zone)
		sum += zone->nr_reserved_highatomic;
	return sum;
}

static unsigned long most(const struct zone *zone)
{
	return zone_managed_pages(zone) / 100 / pageblock_nr_pages * pageblock_nr_pages;
}

static void forget(void)
{
	struct page_request rq;
	struct zone *zone;

	page_request_init(&rq, GFP_KERNEL, MAX_ORDER - 1, numa_node_id(), NULL);
	rq.flags = WMARK_HIGH;
	for_each_populated_zone(zone)
		while (zone->nr_reserved_highatomic)
			highatomic_give_back(zone, &rq);
}

/* What others left behind goes, so that each case begins with none. */
static int begin(struct kunit *test)
{
	quiesce(test);
	forget();
	return 0;
}

/* Below low: what an atomic request must come to before it counts. */
static void go_below_low(struct kunit *test, unsigned int give_back)
{
	exhaust(GFP_NOWAIT);
	drop(MAX_ORDER - 1, give_back);
	drain_all_pages(NULL);
	while (hold(GFP_NOWAIT, pageblock_order))
		;
	KUNIT_ASSERT_EQ(test, kept(), 0ul);
}

static void only_under_pressure_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, 2));
	KUNIT_EXPECT_EQ(test, kept(), 0ul);
	all_back(test);
}

/* Kept after an atomic request of order > 0, once for its pageblock; not for others. */
static void who_reserves_test(struct kunit *test)
{
	struct page *page;
	struct zone *zone;

	go_below_low(test, 4);
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | __GFP_HIGH, 4));
	KUNIT_EXPECT_EQ(test, kept(), 0ul);
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC | __GFP_NOMEMALLOC, 4));
	KUNIT_EXPECT_EQ(test, kept(), 0ul);
	KUNIT_ASSERT_TRUE(test, hold(GFP_ATOMIC, 4));
	KUNIT_EXPECT_EQ(test, kept(), pageblock_nr_pages);
	page = list_first_entry(&held, struct page, lru);
	zone = page_zone(page);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(zone, page_to_pfn(page)),
			(int)MIGRATE_HIGHATOMIC);
	all_back(test);
	/* It stays, free or not. */
	KUNIT_EXPECT_EQ(test, zone->nr_reserved_highatomic, pageblock_nr_pages);
}

/* H2: and the next ones come from there as long as there is room. */
static void at_most_a_hundredth_test(struct kunit *test)
{
	struct zone *zone;

	exhaust(GFP_ATOMIC);
	for_each_populated_zone(zone)
		KUNIT_EXPECT_LE(test, zone->nr_reserved_highatomic, most(zone));
	release();
	drain_all_pages(NULL);
	forget();
	go_below_low(test, 0);
	while (hold(GFP_ATOMIC, 3))
		;
	for_each_populated_zone(zone)
		KUNIT_EXPECT_LE(test, zone->nr_reserved_highatomic, most(zone));
	all_back(test);
}

/* As much as that is kept, when each request is below the low mark. */
static void a_hundredth_test(struct kunit *test)
{
	struct zone *zone, *first = first_zone(GFP_KERNEL);
	unsigned long n;

	for_each_populated_zone(zone)
		WRITE_ONCE(zone->_watermark[WMARK_LOW], zone_managed_pages(zone));
	pcp_update_fast();
	for (n = most(first) / pageblock_nr_pages + 4; n; n--)
		KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, pageblock_order));
	setup_per_zone_wmarks();
	KUNIT_EXPECT_EQ(test, first->nr_reserved_highatomic, most(first));
	all_back(test);
	forget();
}

static void served_from_there_first_test(struct kunit *test)
{
	struct page *first;
	unsigned long block;
	unsigned int i;

	go_below_low(test, 4);
	KUNIT_ASSERT_TRUE(test, hold(GFP_ATOMIC, 4));
	first = list_first_entry(&held, struct page, lru);
	block = page_to_pfn(first) >> pageblock_order;
	for (i = 0; i < 8 && buddy_has_block(page_zone(first), 4); i++) {
		unsigned long before = kept();

		KUNIT_ASSERT_TRUE(test, hold(GFP_ATOMIC, 4));
		if (kept() == before)
			KUNIT_EXPECT_EQ(test, page_to_pfn(list_first_entry(&held, struct page, lru))
					>> pageblock_order, block);
		else
			block = page_to_pfn(list_first_entry(&held, struct page, lru))
				>> pageblock_order;
	}
	all_back(test);
}

/* A zone with a reserve, of which all is free; memory is used up for others. */
static struct zone *make_reserve(struct kunit *test)
{
	struct page *page;
	struct zone *zone;

	go_below_low(test, 4);
	if (!hold(GFP_ATOMIC, 5))
		return NULL;
	page = list_first_entry(&held, struct page, lru);
	zone = page_zone(page);
	list_del(&page->lru);
	__free_pages(page, 5);
	release();
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, zone->nr_reserved_highatomic, pageblock_nr_pages);
	return zone;
}

/* H3: it is no fallback for others, nor part of what they see as free. */
static void not_for_others_test(struct kunit *test)
{
	struct zone *zone = make_reserve(test);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, zone);
	exhaust(GFP_NOWAIT | __GFP_HIGH);
	exhaust(GFP_NOWAIT | __GFP_HIGH | __GFP_MOVABLE);
	list_for_each_entry(page, &held, lru)
		KUNIT_ASSERT_NE(test, pageblock_type_of(page_zone(page), page_to_pfn(page)),
				(int)MIGRATE_HIGHATOMIC);
	KUNIT_EXPECT_EQ(test, zone->nr_reserved_highatomic, pageblock_nr_pages);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), min_wmark_pages(zone) -
			min_wmark_pages(zone) / 2 + pageblock_nr_pages);
	/* For them it is: of any order, and for a single page when nothing else is left. */
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, 6));
	exhaust(GFP_ATOMIC);
	KUNIT_EXPECT_LT(test, zone_free_pages(zone), min_wmark_pages(zone) / 2);
	all_back(test);
}

/* Nor may a refill of a CPU's cache take the others' share below their mark. */
static void refill_leaves_it_test(struct kunit *test)
{
	struct zone *zone = make_reserve(test);
	struct page *page, *next;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, zone);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_TRUE(test, hold(GFP_NOWAIT, 0));
	exhaust(GFP_NOWAIT);
	list_for_each_entry_safe(page, next, &held, lru)
		if (i && page_zone(page) == zone && !page->private) {
			list_del(&page->lru);
			__free_page(page);
			i--;
		}
	KUNIT_ASSERT_EQ(test, i, 0u);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone),
			min_wmark_pages(zone) + pageblock_nr_pages + 3);
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), min_wmark_pages(zone) + pageblock_nr_pages);
	all_back(test);
}

/* Who may use it all finds it, too. */
static void memalloc_takes_it_test(struct kunit *test)
{
	struct zone *zone = make_reserve(test);

	KUNIT_ASSERT_NOT_NULL(test, zone);
	exhaust(GFP_NOWAIT | __GFP_MEMALLOC);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), 0ul);
	all_back(test);
}

/* H4: a request that may sleep gets it before it fails. */
static void given_back_test(struct kunit *test)
{
	struct zone *zone = make_reserve(test);
	struct page_request rq;

	KUNIT_ASSERT_NOT_NULL(test, zone);
	exhaust(GFP_NOWAIT);
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_EQ(test, zone->nr_reserved_highatomic, pageblock_nr_pages);
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | __GFP_NORETRY, 4));
	KUNIT_EXPECT_EQ(test, kept(), 0ul);
	KUNIT_EXPECT_EQ(test, highatomic_validate(), 0u);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), min_wmark_pages(zone));
	page_request_init(&rq, GFP_KERNEL, 0, numa_node_id(), NULL);
	KUNIT_EXPECT_FALSE(test, highatomic_give_back(zone, &rq));
	all_back(test);
}

/* The fast path's marks know of it, and forget it. */
static void fast_marks_test(struct kunit *test)
{
	struct zone *zone = first_zone(GFP_KERNEL);
	const struct page_fast *fast = &(*raw_cpu_ptr(&page_fast))[GFP_KERNEL & FAST_MASK];
	unsigned long before = READ_ONCE(fast->mark);

	KUNIT_EXPECT_EQ(test, before, low_wmark_pages(zone));
	KUNIT_ASSERT_PTR_EQ(test, make_reserve(test), zone);
	KUNIT_EXPECT_EQ(test, READ_ONCE(fast->mark), before + pageblock_nr_pages);
	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, READ_ONCE(fast->mark), before);
	all_back(test);
}

/* Too small for a hundredth to be a pageblock: nothing is kept. */
static void none_in_small_zones_test(struct kunit *test)
{
	go_below_low(test, 0);
	while (hold(GFP_ATOMIC, 1))
		;
	KUNIT_EXPECT_EQ(test, kept(), 0ul);
	all_back(test);
}

/* Copies of marks that some CPU has and that are not what they would be now. */
static __no_kcsan unsigned int stale_marks(void)
{
	unsigned int cpu, bits, stale = 0;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		for (bits = 0; bits <= FAST_MASK; bits++) {
			const struct page_fast *fast = &(*per_cpu_ptr(&page_fast, cpu))[bits];
			struct zone *zone = READ_ONCE(fast->zone);

			stale += zone && READ_ONCE(fast->mark) !=
				 zone_fast_mark(zone, zone_highest(bits));
		}
	return stale;
}

#define ROUNDS	3000

static atomic_t round_begun, round_done;

static int update_each_round(void *unused)
{
	int i;

	for (i = 1; i <= ROUNDS; i++) {
		while (atomic_read(&round_begun) < i)
			cpu_relax();
		pcp_update_fast();
		atomic_set(&round_done, i);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* What is kept changes while somebody else has all CPUs' copies made anew. */
static void marks_follow_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct zone *zone = page_zone(page);
	struct task_struct *thread;
	struct page_request rq;
	unsigned int stale = 0;
	int i;

	if (machine.nr_cpus < 2 || !most(zone)) {
		__free_page(page);
		kunit_skip(test, "one CPU, or nothing can be kept");
	}
	page_request_init(&rq, GFP_KERNEL, MAX_ORDER - 1, numa_node_id(), NULL);
	atomic_set(&round_begun, 0);
	atomic_set(&round_done, 0);
	thread = kthread_run(update_each_round, NULL, "updater");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	for (i = 1; i <= ROUNDS; i++) {
		atomic_set(&round_begun, i);
		if (i & 1)
			highatomic_reserve(zone, page, 0);
		else
			highatomic_give_back(zone, &rq);
		while (atomic_read(&round_done) < i)
			cpu_relax();
		stale += stale_marks() != 0;
	}
	kthread_stop(thread);
	KUNIT_EXPECT_EQ(test, stale, 0u);
	forget();
	__free_page(page);
	KUNIT_EXPECT_EQ(test, highatomic_validate(), 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(marks_follow_test),
	KUNIT_CASE(only_under_pressure_test),
	KUNIT_CASE(who_reserves_test),
	KUNIT_CASE(at_most_a_hundredth_test),
	KUNIT_CASE(a_hundredth_test),
	KUNIT_CASE(served_from_there_first_test),
	KUNIT_CASE(not_for_others_test),
	KUNIT_CASE(refill_leaves_it_test),
	KUNIT_CASE(memalloc_takes_it_test),
	KUNIT_CASE(given_back_test),
	KUNIT_CASE(fast_marks_test),
	{}
};

static struct kunit_suite highatomic_suite = {
	.name = "highatomic", .init = begin, .test_cases = cases };
kunit_test_suite(highatomic_suite);
static struct kunit_suite highatomic_i386_suite = {
	.name = "highatomic_i386", .init = begin, .test_cases = cases };
quarry_suite_on(highatomic_i386_suite, "i386-4g");

static struct kunit_case tiny_cases[] = {
	KUNIT_CASE(none_in_small_zones_test),
	{}
};

static struct kunit_suite highatomic_tiny_suite = {
	.name = "highatomic_tiny", .init = begin, .test_cases = tiny_cases };
quarry_suite_on(highatomic_tiny_suite, "tiny-16m");
