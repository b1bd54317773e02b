// SPDX-License-Identifier: MIT
/* Boot memory: E1 to E5 of mm/memblock.c, on lists of the test's own. */
#include <kunit/test.h>
#include <linux/bootmem.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define REGIONS	32
#define UNITS	128	/* of the random test, a page each */

static struct memblock mb;
static struct memblock_region there[REGIONS + 1], taken[REGIONS + 1];

static int empty(struct kunit *test)
{
	mb = (struct memblock) {
		.current_limit = SZ_1G,
		.memory = { .max = REGIONS, .regions = there, .name = "memory" },
		.reserved = { .max = REGIONS, .regions = taken, .name = "reserved" },
	};
	return 0;
}

static void check(struct kunit *test, const struct memblock_type *type)
{
	phys_addr_t sum = 0;
	unsigned long i;

	for (i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];

		sum += r->size;
		KUNIT_ASSERT_GT(test, r->size, (phys_addr_t)0);
		if (i)
			KUNIT_ASSERT_TRUE(test, r[-1].base + r[-1].size < r->base ||
					  (r[-1].base + r[-1].size == r->base &&
					   r[-1].nid != r->nid));
	}
	KUNIT_ASSERT_EQ(test, sum, type->total_size);
}

static void add_merges_test(struct kunit *test)
{
	memblock_type_add(&mb.memory, SZ_4M, SZ_8M, 0);
	memblock_type_add(&mb.memory, SZ_1M, SZ_2M, 0);
	KUNIT_EXPECT_EQ(test, mb.memory.cnt, 2ul);
	memblock_type_add(&mb.memory, SZ_2M, SZ_4M, 0);
	KUNIT_EXPECT_EQ(test, mb.memory.cnt, 1ul);
	memblock_type_add(&mb.memory, SZ_8M, SZ_16M, 1);
	KUNIT_EXPECT_EQ(test, mb.memory.cnt, 2ul);
	check(test, &mb.memory);
}

static void add_overlapping_test(struct kunit *test)
{
	memblock_type_add(&mb.memory, SZ_2M, SZ_4M, 0);
	memblock_type_add(&mb.memory, SZ_8M, SZ_16M, 1);
	memblock_type_add(&mb.memory, SZ_1M, SZ_32M, 0);
	KUNIT_EXPECT_EQ(test, mb.memory.cnt, 3ul);
	KUNIT_EXPECT_EQ(test, mb.memory.total_size, (phys_addr_t)(SZ_32M - SZ_1M));
	KUNIT_EXPECT_EQ(test, there[1].nid, 1);
	check(test, &mb.memory);
}

static void remove_splits_test(struct kunit *test)
{
	memblock_type_add(&mb.memory, SZ_1M, SZ_16M, 0);
	memblock_type_remove(&mb.memory, SZ_2M, SZ_4M);
	KUNIT_ASSERT_EQ(test, mb.memory.cnt, 2ul);
	KUNIT_EXPECT_EQ(test, there[0].size, (phys_addr_t)SZ_1M);
	KUNIT_EXPECT_EQ(test, there[1].base, (phys_addr_t)SZ_4M);
	memblock_type_remove(&mb.memory, 0, SZ_8M);
	KUNIT_ASSERT_EQ(test, mb.memory.cnt, 1ul);
	KUNIT_EXPECT_EQ(test, there[0].base, (phys_addr_t)SZ_8M);
	memblock_type_remove(&mb.memory, 0, SZ_1G);
	KUNIT_EXPECT_EQ(test, mb.memory.cnt, 0ul);
	check(test, &mb.memory);
}

static void list_full_test(struct kunit *test)
{
	unsigned long i;

	for (i = 0; i < REGIONS; i++)
		KUNIT_ASSERT_EQ(test, memblock_type_add(&mb.reserved, 2 * i * PAGE_SIZE,
							(2 * i + 1) * PAGE_SIZE, 0), 0);
	KUNIT_EXPECT_EQ(test, memblock_type_add(&mb.reserved, SZ_1M, SZ_2M, 0), -ENOMEM);
	check(test, &mb.reserved);
}

static void takes_from_the_top_test(struct kunit *test)
{
	memblock_type_add(&mb.memory, SZ_1M, SZ_16M, 0);
	memblock_type_add(&mb.memory, SZ_32M, SZ_64M, 0);
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, 100, 64, 0, SZ_1G, NUMA_NO_NODE),
			(phys_addr_t)(SZ_64M - 128));
	/* Not above the limit, not across the hole. */
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, SZ_1M, 64, 0, SZ_32M + SZ_512K, NUMA_NO_NODE),
			(phys_addr_t)(SZ_16M - SZ_1M));
	memblock_type_add(&mb.reserved, SZ_64M - SZ_1M, SZ_64M, NUMA_NO_NODE);
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, SZ_1M, SZ_4M, 0, SZ_1G, NUMA_NO_NODE),
			(phys_addr_t)(SZ_64M - SZ_4M));
	mb.bottom_up = true;
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, SZ_1M, SZ_2M, 0, SZ_1G, NUMA_NO_NODE),
			(phys_addr_t)SZ_2M);
}

static void no_room_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, 1, 1, 0, SZ_1G, NUMA_NO_NODE), (phys_addr_t)0);
	memblock_type_add(&mb.memory, 0, SZ_1M, 0);
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, SZ_1M, 1, 0, SZ_1G, NUMA_NO_NODE),
			(phys_addr_t)0);
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, 1, SZ_1M, 0, SZ_1G, NUMA_NO_NODE),
			(phys_addr_t)0);
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, 64, 64, 0, SZ_1G, 1), (phys_addr_t)0);
	/* Frame 0 is nobody's: what fits only there does not fit. */
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, 64, 64, 0, PAGE_SIZE, NUMA_NO_NODE),
			(phys_addr_t)0);
}

static void prefers_its_node_test(struct kunit *test)
{
	memblock_type_add(&mb.memory, SZ_1M, SZ_16M, 0);
	memblock_type_add(&mb.memory, SZ_16M, SZ_32M, 1);
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, SZ_1M, SZ_1M, 0, SZ_1G, 0),
			(phys_addr_t)(SZ_16M - SZ_1M));
	KUNIT_EXPECT_EQ(test, memblock_room(&mb, SZ_1M, SZ_1M, 0, SZ_1G, 1),
			(phys_addr_t)(SZ_32M - SZ_1M));
}

static unsigned int seed;

static unsigned int dice(unsigned int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static bool is_free(const unsigned char *map, unsigned long from, unsigned long n)
{
	while (n--)
		if (map[from++] != 1)
			return false;
	return true;
}

/* The iterator and the search against a byte per page: bit 0 there, bit 1 taken. */
static void against_oracle(struct kunit *test, const unsigned char *map)
{
	unsigned char seen[UNITS] = { 0 };
	phys_addr_t start, end;
	unsigned long i, want = 1 + dice(6), best = 0;
	u64 cursor = 0;

	for (memblock_next(&mb, &cursor, NUMA_NO_NODE, true, &start, &end, NULL);
	     cursor != ~0ull;
	     memblock_next(&mb, &cursor, NUMA_NO_NODE, true, &start, &end, NULL))
		for (i = PFN_DOWN(start); i < PFN_DOWN(end); i++)
			seen[i]++;
	for (i = 0; i < UNITS; i++)
		KUNIT_ASSERT_EQ(test, (int)seen[i], map[i] == 1);
	for (i = 1; i + want <= UNITS; i++)
		if (is_free(map, i, want) && (!best || !mb.bottom_up))
			best = i;
	KUNIT_ASSERT_EQ(test, memblock_room(&mb, want * PAGE_SIZE, PAGE_SIZE, 0, SZ_1G,
					    NUMA_NO_NODE), (phys_addr_t)best * PAGE_SIZE);
}

static void random_test(struct kunit *test)
{
	unsigned int round, step;

	for (round = 0; round < 50; round++) {
		unsigned char map[UNITS] = { 0 };

		empty(test);
		seed = round;
		mb.bottom_up = round & 1;
		for (step = 0; step < 30; step++) {
			unsigned int from = dice(UNITS), to = from + 1 + dice(10), i, what;

			to = min(to, (unsigned int)UNITS);
			what = dice(5);
			for (i = from; i < to; i++)
				map[i] = what < 2 ? map[i] | 1 : what == 2 ? map[i] & ~1 :
					 what == 3 ? map[i] | 2 : map[i] & ~2;
			if (what < 2)
				memblock_type_add(&mb.memory, from * PAGE_SIZE,
						  to * PAGE_SIZE, 0);
			else if (what == 2)
				memblock_type_remove(&mb.memory, from * PAGE_SIZE,
						     to * PAGE_SIZE);
			else if (what == 3)
				memblock_type_add(&mb.reserved, from * PAGE_SIZE,
						  to * PAGE_SIZE, NUMA_NO_NODE);
			else
				memblock_type_remove(&mb.reserved, from * PAGE_SIZE,
						     to * PAGE_SIZE);
			check(test, &mb.memory);
			check(test, &mb.reserved);
			against_oracle(test, map);
		}
	}
}

/* E5: it is too late now, and that is said. */
static void closed_test(struct kunit *test)
{
	phys_addr_t reserved = memblock_reserved_size();

	quarry_expect_reports(test, 4);
	KUNIT_EXPECT_NULL(test, memblock_alloc(64, 64));
	KUNIT_EXPECT_NULL(test, alloc_bootmem_nopanic(64));
	KUNIT_EXPECT_EQ(test, memblock_reserve(SZ_1M, SZ_1M), -EPERM);
	free_bootmem(SZ_1M, SZ_1M);
	KUNIT_EXPECT_EQ(test, memblock_reserved_size(), reserved);
}

/* What boot reserved and what the page allocator has are all of memory. */
static void hand_over_is_complete_test(struct kunit *test)
{
	phys_addr_t start, end;
	unsigned long free = 0;
	u64 i;

	for_each_free_mem_range(i, NUMA_NO_NODE, 0, &start, &end, NULL)
		if (PFN_UP(start) < PFN_DOWN(end))
			free += PFN_DOWN(end) - PFN_UP(start);
	KUNIT_EXPECT_EQ(test, free, totalram_pages());
	KUNIT_EXPECT_TRUE(test, memblock_is_reserved(0));
	KUNIT_EXPECT_TRUE(test, memblock_is_memory(PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, memblock_is_memory(memblock_end_of_DRAM()));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(add_merges_test),
	KUNIT_CASE(add_overlapping_test),
	KUNIT_CASE(remove_splits_test),
	KUNIT_CASE(list_full_test),
	KUNIT_CASE(takes_from_the_top_test),
	KUNIT_CASE(no_room_test),
	KUNIT_CASE(prefers_its_node_test),
	KUNIT_CASE(random_test),
	KUNIT_CASE(closed_test),
	KUNIT_CASE(hand_over_is_complete_test),
	{}
};

static struct kunit_suite memblock_suite = {
	.name = "memblock",
	.init = empty,
	.test_cases = cases,
};
kunit_test_suite(memblock_suite);
