// SPDX-License-Identifier: MIT
/* The memory map's repair: M1 to M5 of mm/memory_map.c, against maps of all kinds. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "mm/internal.h"

#define PAGES	64	/* of the random maps */

static const struct quarry_range *booted_ranges;
static unsigned int booted_count;
static struct quarry_range in[QUARRY_MAX_RANGES];

static int remember(struct kunit *test)
{
	booted_ranges = machine.ranges;
	booted_count = machine.nr_ranges;
	return 0;
}

static void restore(struct kunit *test)
{
	machine.ranges = booted_ranges;
	machine.nr_ranges = booted_count;
	memory_map_init();
}

static int repair(unsigned int n)
{
	machine.ranges = in;
	machine.nr_ranges = n;
	return memory_map_init();
}

static void set(unsigned int i, u64 start, u64 end, enum quarry_range_type type,
		unsigned int node)
{
	in[i] = (struct quarry_range) { start, end, type, node };
}

static void expect(struct kunit *test, unsigned int i, u64 start, u64 end,
		   enum quarry_range_type type)
{
	const struct quarry_range *r = memory_map_range(i);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->start, start);
	KUNIT_EXPECT_EQ(test, r->end, end);
	KUNIT_EXPECT_EQ(test, r->type, type);
}

static void sorts_test(struct kunit *test)
{
	set(0, SZ_4M, SZ_8M, QUARRY_RAM, 0);
	set(1, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(2, SZ_2M, SZ_4M, QUARRY_RESERVED, 0);
	KUNIT_ASSERT_EQ(test, repair(3), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 3u);
	expect(test, 0, SZ_1M, SZ_2M, QUARRY_RAM);
	expect(test, 1, SZ_2M, SZ_4M, QUARRY_RESERVED);
	expect(test, 2, SZ_4M, SZ_8M, QUARRY_RAM);
}

static void overlap_restrictive_wins_test(struct kunit *test)
{
	set(0, SZ_1M, SZ_16M, QUARRY_RAM, 0);
	set(1, SZ_2M, SZ_4M, QUARRY_RESERVED, 0);
	set(2, SZ_2M + SZ_1M, SZ_8M, QUARRY_NVS, 0);
	KUNIT_ASSERT_EQ(test, repair(3), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 4u);
	expect(test, 0, SZ_1M, SZ_2M, QUARRY_RAM);
	expect(test, 1, SZ_2M, SZ_2M + SZ_1M, QUARRY_RESERVED);
	expect(test, 2, SZ_2M + SZ_1M, SZ_8M, QUARRY_NVS);
	expect(test, 3, SZ_8M, SZ_16M, QUARRY_RAM);
}

static void neighbours_merge_test(struct kunit *test)
{
	set(0, SZ_2M, SZ_4M, QUARRY_RAM, 0);
	set(1, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(2, SZ_1M, SZ_4M, QUARRY_RAM, 0);
	KUNIT_ASSERT_EQ(test, repair(3), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 1u);
	expect(test, 0, SZ_1M, SZ_4M, QUARRY_RAM);
}

static void neighbours_on_other_nodes_stay_apart_test(struct kunit *test)
{
	set(0, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(1, SZ_2M, SZ_4M, QUARRY_RAM, 1);
	KUNIT_ASSERT_EQ(test, repair(2), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 2u);
	KUNIT_EXPECT_EQ(test, memory_map_range(1)->node, 1u);
}

static void partial_pages_test(struct kunit *test)
{
	set(0, 0, 0x9fc00, QUARRY_RAM, 0);
	set(1, 0x9fc00, 0xa0000, QUARRY_RESERVED, 0);
	set(2, 0x100010, 0x101010, QUARRY_RAM, 0);	/* no whole page in it */
	set(3, 0x200001, 0x203fff, QUARRY_RAM, 0);
	KUNIT_ASSERT_EQ(test, repair(4), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 3u);
	expect(test, 0, 0, 0x9f000, QUARRY_RAM);
	expect(test, 1, 0x9fc00, 0xa0000, QUARRY_RESERVED);
	expect(test, 2, 0x201000, 0x203000, QUARRY_RAM);
}

static void out_of_reach_test(struct kunit *test)
{
	u64 top = 1ull << QUARRY_PHYS_BITS;

	set(0, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(1, top - SZ_1M, top + SZ_1M, QUARRY_RAM, 0);
	set(2, top + SZ_4M, top + SZ_8M, QUARRY_RAM, 0);
	KUNIT_ASSERT_EQ(test, repair(3), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 2u);
	expect(test, 1, top - SZ_1M, top, QUARRY_RAM);
}

static void nonsense_is_ignored_test(struct kunit *test)
{
	set(0, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(1, SZ_4M, SZ_4M, QUARRY_RAM, 0);
	set(2, SZ_8M, SZ_2M, QUARRY_RESERVED, 0);	/* wraps */
	KUNIT_ASSERT_EQ(test, repair(3), 0);
	KUNIT_ASSERT_EQ(test, memory_map_count(), 1u);
	expect(test, 0, SZ_1M, SZ_2M, QUARRY_RAM);
}

static void no_memory_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, repair(0), -EINVAL);
	set(0, SZ_1M, SZ_2M, QUARRY_RESERVED, 0);
	KUNIT_EXPECT_EQ(test, repair(1), -EINVAL);
	set(0, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(1, 0, SZ_4M, QUARRY_UNUSABLE, 0);
	KUNIT_EXPECT_EQ(test, repair(2), -EINVAL);
}

/* As many ranges as there may be, each cutting the one before it in two. */
static void full_map_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < QUARRY_MAX_RANGES; i++)
		set(i, (u64)(i + 1) * SZ_1M, (u64)(2 * QUARRY_MAX_RANGES - i) * SZ_1M,
		    i % 2 ? QUARRY_RESERVED : QUARRY_RAM, i);
	KUNIT_ASSERT_EQ(test, repair(QUARRY_MAX_RANGES), 0);
	for (i = 1; i < memory_map_count(); i++)
		KUNIT_EXPECT_GE(test, memory_map_range(i)->start, memory_map_range(i - 1)->end);
	set(0, 0, SZ_2M, QUARRY_RAM, 0);
	for (i = 1; i < QUARRY_MAX_RANGES; i++)
		set(i, (u64)(2 * i) << PAGE_SHIFT, (u64)(2 * i + 1) << PAGE_SHIFT,
		    QUARRY_RESERVED, 0);
	KUNIT_ASSERT_EQ(test, repair(QUARRY_MAX_RANGES), 0);
	KUNIT_EXPECT_EQ(test, memory_map_count(), 2u * QUARRY_MAX_RANGES - 1);
}

static void type_at_address_test(struct kunit *test)
{
	set(0, SZ_1M, SZ_2M, QUARRY_RAM, 0);
	set(1, SZ_4M, SZ_8M, QUARRY_DEVICE, 0);
	KUNIT_ASSERT_EQ(test, repair(2), 0);
	KUNIT_EXPECT_EQ(test, (int)memory_map_type(SZ_1M - 1), 0);
	KUNIT_EXPECT_EQ(test, (int)memory_map_type(SZ_1M), (int)QUARRY_RAM);
	KUNIT_EXPECT_EQ(test, (int)memory_map_type(SZ_2M - 1), (int)QUARRY_RAM);
	KUNIT_EXPECT_EQ(test, (int)memory_map_type(SZ_2M), 0);
	KUNIT_EXPECT_EQ(test, (int)memory_map_type(SZ_8M - 1), (int)QUARRY_DEVICE);
	KUNIT_EXPECT_EQ(test, (int)memory_map_type(~0ull), 0);
}

static unsigned int seed;

static unsigned int dice(unsigned int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Page by page, against the highest type that claims it. */
static void random_test(struct kunit *test)
{
	unsigned int round, i, page;

	for (round = 0; round < 40; round++) {
		unsigned char want[PAGES] = { 0 };

		seed = round;
		for (i = 0; i < 12; i++) {
			unsigned int from = dice(PAGES), to = from + dice(PAGES - from + 1);
			unsigned int type = 1 + dice(QUARRY_DEVICE);

			set(i, (u64)from << PAGE_SHIFT, (u64)to << PAGE_SHIFT, type, 0);
			for (page = from; page < to; page++)
				if (want[page] < type)
					want[page] = type;
		}
		set(12, SZ_16M, SZ_32M, QUARRY_RAM, 0);
		KUNIT_ASSERT_EQ(test, repair(13), 0);
		for (page = 0; page < PAGES; page++)
			KUNIT_ASSERT_EQ_MSG(test, (int)memory_map_type(page << PAGE_SHIFT),
					    (int)want[page], "round %u page %u", round, page);
		for (i = 1; i < memory_map_count(); i++) {
			const struct quarry_range *r = memory_map_range(i), *p = r - 1;

			KUNIT_ASSERT_TRUE(test, p->end < r->start ||
					  (p->end == r->start && p->type != r->type));
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sorts_test),
	KUNIT_CASE(overlap_restrictive_wins_test),
	KUNIT_CASE(neighbours_merge_test),
	KUNIT_CASE(neighbours_on_other_nodes_stay_apart_test),
	KUNIT_CASE(partial_pages_test),
	KUNIT_CASE(out_of_reach_test),
	KUNIT_CASE(nonsense_is_ignored_test),
	KUNIT_CASE(no_memory_test),
	KUNIT_CASE(full_map_test),
	KUNIT_CASE(type_at_address_test),
	KUNIT_CASE(random_test),
	{}
};

static struct kunit_suite memory_map_suite = {
	.name = "memory_map",
	.init = remember,
	.exit = restore,
	.test_cases = cases,
};
quarry_suite_on(memory_map_suite, "tiny-16m");
