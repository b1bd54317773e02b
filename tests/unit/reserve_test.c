// SPDX-License-Identifier: MIT
/*
 * What marks and reserves keep back, by their numbers: counted here from the marks,
 * not by the function that is under test. And what happens at the last page.
 */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "mm/slab/layer.h"
#include "tests/unit/held.h"

static void expect_left(struct kunit *test, gfp_t gfp, unsigned long numerator)
{
	struct zone *zone = first_zone(gfp);
	unsigned long min = min_wmark_pages(zone), half = min - min / 2;
	unsigned long left = numerator == 8 ? min : numerator == 4 ? half :
			     numerator == 3 ? half - half / 4 : 0;

	exhaust(gfp);
	/* Who neither waits nor may use them does not see the blocks for atomic requests. */
	if ((gfp & (__GFP_DIRECT_RECLAIM | __GFP_NOMEMALLOC)) == __GFP_NOMEMALLOC)
		left += zone->nr_reserved_highatomic;
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), left);
	all_back(test);
}

/* In eighths of min. */
static void fractions_test(struct kunit *test)
{
	unsigned int old = current->flags;

	expect_left(test, GFP_KERNEL, 8);
	expect_left(test, GFP_NOWAIT, 8);
	expect_left(test, GFP_KERNEL | __GFP_HIGH, 4);
	expect_left(test, GFP_ATOMIC, 3);
	/* Who promises to leave the reserves alone does not get the last quarter. */
	expect_left(test, GFP_ATOMIC | __GFP_NOMEMALLOC, 4);
	expect_left(test, GFP_KERNEL | __GFP_MEMALLOC, 0);
	current->flags |= PF_MEMALLOC;
	expect_left(test, GFP_KERNEL, 0);
	expect_left(test, GFP_ATOMIC, 0);
	expect_left(test, GFP_KERNEL | __GFP_NOMEMALLOC, 8);
	current->flags = old;
}

/* A lower zone keeps lowmem_reserve on top of its mark; one that is smaller keeps all. */
static void lowmem_reserve_is_kept_test(struct kunit *test)
{
	static const gfp_t kinds[] = { GFP_HIGHUSER, GFP_KERNEL };
	unsigned long before[1 << (ZONES_WIDTH + NODES_WIDTH)], kept;
	unsigned int i, at;
	struct zone *zone;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		at = 0;
		for_each_populated_zone(zone)
			before[at++] = zone_free_pages(zone);
		exhaust(kinds[i]);
		at = 0;
		for_each_populated_zone(zone) {
			kept = min_wmark_pages(zone) + zone->lowmem_reserve[gfp_zone(kinds[i])];
			if (zone_idx(zone) > (int)gfp_zone(kinds[i]))
				kept = before[at];
			KUNIT_EXPECT_EQ_MSG(test, zone_free_pages(zone), min(kept, before[at]),
					    "zone %s, request %u", zone->name, i);
			at++;
		}
		all_back(test);
	}
}

/* An interrupt does not inherit what the task that it hit may do. */
static void interrupts_are_nobodys_test(struct kunit *test)
{
	unsigned int old = current->flags;
	nodemask_t mems = current->mems_allowed;

	preempt_count_add(HARDIRQ_OFFSET);
	nodes_clear(current->mems_allowed);
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT | __GFP_HARDWALL, 0));
	preempt_count_sub(HARDIRQ_OFFSET);
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT | __GFP_HARDWALL, 0));
	current->mems_allowed = mems;

	exhaust(GFP_ATOMIC);
	current->flags |= PF_MEMALLOC;
	preempt_count_add(HARDIRQ_OFFSET);
	KUNIT_EXPECT_FALSE(test, hold(GFP_ATOMIC, 0));
	preempt_count_sub(HARDIRQ_OFFSET);
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, 0));
	current->flags = old;
	all_back(test);
}

/* Pages in CPUs' caches are nobody's yet: the slow path collects them. */
static void caches_are_collected_test(struct kunit *test)
{
	unsigned int last = machine.nr_cpus - 1, i, nr = 3;

	for (i = 0; i < nr; i++)
		hold(GFP_KERNEL, 0);
	exhaust(GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(last)), 0);
	drop(0, nr);
	/* Who must not wait takes what this CPU has. */
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT, 0));
	drop(0, nr);
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	if (last)
		KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT, 0));
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	set_cpus_allowed_ptr(current, cpu_online_mask);
	all_back(test);
}

/* A cache is not filled from the reserves. */
static void refill_spares_reserves_test(struct kunit *test)
{
	struct zone *zone = first_zone(GFP_KERNEL);
	unsigned long min = min_wmark_pages(zone);
	struct page *many[64] = { NULL };

	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, 0));
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), min - 1);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array(GFP_NOWAIT | __GFP_NOWARN, ARRAY_SIZE(many),
						     many), 0ul);
	all_back(test);
}

/* Blocks given back wrongly. */

static void misaligned_block_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	KUNIT_ASSERT_NOT_NULL(test, page);
	set_page_count(page + 1, 1);
	quarry_expect_reports(test, 1);
	__free_pages(page + 1, 1);
	set_page_count(page + 1, 0);
	__free_pages(page, 2);
	all_back(test);
}

static void too_high_an_order_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	KUNIT_ASSERT_NOT_NULL(test, page);
	split_page(page, 1);
	__free_page(page + 1);
	drain_all_pages(NULL);
	KUNIT_ASSERT_TRUE(test, PageBuddy(page + 1));
	quarry_expect_reports(test, 1);
	__free_pages(page, 1);
	__free_page(page);
	all_back(test);
}

static void mapping_left_over_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	page->mapping = (void *)&held;
	quarry_expect_reports(test, 1);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	page->mapping = NULL;
	__free_page(page);
	all_back(test);
}

/* Two halves of different types become one block of one type. */
static void halves_agree_test(struct kunit *test)
{
	const unsigned int half = 1u << pageblock_order;
	struct page *page = alloc_pages(GFP_KERNEL, MAX_ORDER - 1), *other;
	struct zone *zone;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	zone = page_zone(page);
	exhaust(GFP_KERNEL | __GFP_MEMALLOC);
	split_page(page, MAX_ORDER - 1);
	for (i = 0; i < half; i++)
		__free_page(page + half + i);
	drain_all_pages(NULL);
	other = alloc_pages(GFP_KERNEL | __GFP_MEMALLOC | __GFP_MOVABLE, pageblock_order);
	KUNIT_ASSERT_PTR_EQ(test, other, page + half);
	KUNIT_EXPECT_NE(test, pageblock_type_of(zone, page_to_pfn(page)),
			pageblock_type_of(zone, page_to_pfn(other)));
	for (i = 0; i < half; i++)
		__free_page(page + i);
	drain_all_pages(NULL);
	__free_pages(other, pageblock_order);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(zone, page_to_pfn(page)),
			pageblock_type_of(zone, page_to_pfn(page + half)));
	all_back(test);
}

/* Objects to the last page, by each kind of request; afterwards all is as it was. */

static unsigned long free_without_slabs(void)
{
	slab_settle();
	return nr_free_pages();
}

static void objects_to_the_last_test(struct kunit *test)
{
	static const struct {
		gfp_t gfp;
		unsigned int size, flags;
	} kinds[] = {
		{ GFP_KERNEL, 8, 0 }, { GFP_ATOMIC, 96, 0 }, { GFP_NOWAIT, 1024, 0 },
		{ GFP_KERNEL, 192, PF_MEMALLOC }, { GFP_ATOMIC, 8192, PF_MEMALLOC },
		{ GFP_KERNEL | __GFP_DMA, 512, 0 }, { GFP_KERNEL, 65536, 0 },
	};
	unsigned int i, twice, old = current->flags;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		unsigned long before = free_without_slabs();
		void **p, **first = NULL;

		current->flags |= kinds[i].flags;
		/* Twice: kswapd may find something that the first round has left. */
		for (twice = 0; twice < 2; twice++) {
			while ((p = kmalloc(kinds[i].size, kinds[i].gfp | __GFP_NOWARN))) {
				*p = first;
				first = p;
			}
			kswapd_keep_quiet();
		}
		/* No page is left that would hold one; reclaim is not to look for another. */
		KUNIT_EXPECT_NULL(test, alloc_pages((kinds[i].gfp & ~__GFP_DIRECT_RECLAIM) |
						    __GFP_NOWARN, get_order(kinds[i].size)));
		current->flags = old;
		KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
		while ((p = first)) {
			first = *p;
			kfree(p);
		}
		KUNIT_EXPECT_EQ_MSG(test, free_without_slabs(), before, "kind %u", i);
		KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
		KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(fractions_test),
	KUNIT_CASE(lowmem_reserve_is_kept_test),
	KUNIT_CASE(interrupts_are_nobodys_test),
	KUNIT_CASE(caches_are_collected_test),
	KUNIT_CASE(refill_spares_reserves_test),
	KUNIT_CASE(misaligned_block_test),
	KUNIT_CASE(too_high_an_order_test),
	KUNIT_CASE(mapping_left_over_test),
	KUNIT_CASE(halves_agree_test),
	{}
};

static struct kunit_suite reserve_suite = {
	.name = "reserve", .init = quiesce, .test_cases = cases };
kunit_test_suite(reserve_suite);
static struct kunit_suite reserve_i386_suite = {
	.name = "reserve_i386", .init = quiesce, .test_cases = cases };
quarry_suite_on(reserve_i386_suite, "i386-4g");
static struct kunit_suite reserve_tiny_suite = {
	.name = "reserve_tiny", .init = quiesce, .test_cases = cases };
quarry_suite_on(reserve_tiny_suite, "tiny-16m");

/* Objects are written to, so this is for a small machine. */
static struct kunit_case object_cases[] = {
	KUNIT_CASE(objects_to_the_last_test),
	{}
};

static struct kunit_suite reserve_objects_suite = {
	.name = "reserve_objects", .init = quiesce, .test_cases = object_cases };
quarry_suite_on(reserve_objects_suite, "tiny-16m");
