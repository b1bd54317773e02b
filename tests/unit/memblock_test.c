// SPDX-License-Identifier: MIT
/* Boot memory: E1 to E6 of mm/memblock.c, on lists of the test's own. */
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

/*
 * The rest needs the real thing, which was handed over: a block of pages is all the
 * memory that it has meanwhile, and its lists begin with room for four regions.
 */
#define ARENA_ORDER	6
#define ARENA_SIZE	((phys_addr_t)PAGE_SIZE << ARENA_ORDER)

static struct memblock real;
static unsigned long arena;
static phys_addr_t arena_at;

static void reopen(struct kunit *test)
{
	arena = __get_free_pages(GFP_KERNEL | __GFP_ZERO, ARENA_ORDER);
	KUNIT_ASSERT_NE(test, arena, 0ul);
	arena_at = __pa((void *)arena);
	real = memblock;
	there[0] = (struct memblock_region) { arena_at, ARENA_SIZE, 0 };
	memblock = (struct memblock) {
		.current_limit = ~(phys_addr_t)0,
		.memory = { .cnt = 1, .max = 4, .regions = there, .name = "memory",
			    .total_size = ARENA_SIZE },
		.reserved = { .max = 4, .regions = taken, .name = "reserved" },
	};
}

static void reclose(void)
{
	memblock = real;
	free_pages(arena, ARENA_ORDER);
}

static phys_addr_t odd_page(unsigned int i)
{
	return arena_at + (2 * i + 1) * PAGE_SIZE;
}

/* E6: each second page is taken, in both directions, and given back. */
static void lists_grow_test(struct kunit *test)
{
	unsigned int i, n = (1 << ARENA_ORDER) / 2 - 1, round;
	phys_addr_t arrays;

	reopen(test);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < n; i++) {
			phys_addr_t at = odd_page(round ? n - 1 - i : i);

			KUNIT_ASSERT_EQ(test, memblock_reserve(at, PAGE_SIZE), 0);
			check(test, &memblock.reserved);
			KUNIT_ASSERT_TRUE(test, memblock_is_region_reserved(at, PAGE_SIZE));
		}
		KUNIT_EXPECT_GE(test, memblock.reserved.max, memblock.reserved.cnt);
		/* The array is in the arena, reserved, and not in what was asked for. */
		arrays = memblock.reserved.max * sizeof(struct memblock_region);
		KUNIT_EXPECT_EQ(test, memblock.reserved.array,
				__pa(memblock.reserved.regions));
		KUNIT_EXPECT_TRUE(test, memblock_is_region_memory(memblock.reserved.array, arrays));
		KUNIT_EXPECT_EQ(test, memblock_reserved_size(), n * PAGE_SIZE + arrays);
		for (i = 0; i < n; i++)
			KUNIT_ASSERT_EQ(test, memblock_phys_free(odd_page(i), PAGE_SIZE), 0);
		check(test, &memblock.reserved);
		KUNIT_EXPECT_EQ(test, memblock_reserved_size(), arrays);
	}
	reclose();
}

/* The other list, whose array must be reserved too; both are full. */
static void memory_list_grows_test(struct kunit *test)
{
	phys_addr_t arrays;
	unsigned int i;

	reopen(test);
	for (i = 0; i < 4; i++)
		memblock_reserve(odd_page(i), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, memblock.reserved.cnt, 4ul);
	for (i = 0; i < 12; i++)
		KUNIT_ASSERT_EQ(test, memblock_remove(odd_page(12 + i), PAGE_SIZE), 0);
	check(test, &memblock.memory);
	check(test, &memblock.reserved);
	KUNIT_EXPECT_EQ(test, memblock.memory.cnt, 13ul);
	KUNIT_EXPECT_EQ(test, memblock_phys_mem_size(), ARENA_SIZE - 12 * PAGE_SIZE);
	arrays = (memblock.memory.max + memblock.reserved.max) * sizeof(struct memblock_region);
	KUNIT_EXPECT_EQ(test, memblock_reserved_size(), 4 * PAGE_SIZE + arrays);
	reclose();
}

/* No memory for the array: an error, and the lists are as they were. */
static void cannot_grow_test(struct kunit *test)
{
	static const phys_addr_t bits[] = { 0, 128, 256, 384 };
	struct memblock before;
	unsigned int i;

	reopen(test);
	KUNIT_EXPECT_EQ(test, memblock_reserve(arena_at + 448, ARENA_SIZE - 448), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, memblock_reserve(arena_at + bits[i], 64), 0);
	before = memblock;
	KUNIT_EXPECT_EQ(test, memblock_reserve(arena_at + bits[3], 64), -ENOMEM);
	KUNIT_EXPECT_EQ(test, memblock_phys_free(arena_at + 16, 16), -ENOMEM);
	KUNIT_EXPECT_EQ(test, memcmp(&before, &memblock, sizeof(before)), 0);
	check(test, &memblock.reserved);
	reclose();
}

static void set_node_test(struct kunit *test)
{
	reopen(test);
	KUNIT_EXPECT_EQ(test, memblock_set_node(arena_at + 4 * PAGE_SIZE, 8 * PAGE_SIZE,
						&memblock.memory, 3), 0);
	KUNIT_ASSERT_EQ(test, memblock.memory.cnt, 3ul);
	KUNIT_EXPECT_EQ(test, memblock.memory.regions[0].nid, 0);
	KUNIT_EXPECT_EQ(test, memblock.memory.regions[1].nid, 3);
	KUNIT_EXPECT_EQ(test, memblock.memory.regions[1].base, arena_at + 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, memblock.memory.regions[1].size, (phys_addr_t)8 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, memblock.memory.regions[2].nid, 0);
	check(test, &memblock.memory);
	memblock_set_node(0, ~(phys_addr_t)0, &memblock.memory, 1);
	KUNIT_EXPECT_EQ(test, memblock.memory.cnt, 1ul);
	KUNIT_EXPECT_EQ(test, memblock.memory.regions[0].nid, 1);
	check(test, &memblock.memory);
	reclose();
}

/* E4: what was used and came back is zero again, whoever gets it next. */
static void used_memory_comes_back_zeroed_test(struct kunit *test)
{
	unsigned char *p, *q;

	reopen(test);
	p = alloc_bootmem_pages(4 * PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 4 * PAGE_SIZE));
	memset(p, 0x5a, 4 * PAGE_SIZE);
	free_bootmem(__pa(p) + PAGE_SIZE, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, p[0] + p[4 * PAGE_SIZE - 1], 2 * 0x5a);
	q = alloc_bootmem_pages(2 * PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, q, p + PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0, 2 * PAGE_SIZE));
	q = alloc_bootmem(100);
	KUNIT_EXPECT_EQ(test, (unsigned long)q % BOOTMEM_ALIGN, 0ul);
	q = alloc_bootmem_node(NODE_DATA(0), 100);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0, 100));
	memset(q, 0x5a, 100);
	memblock_free(q, 100);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0, 100));
	reclose();
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
	KUNIT_CASE(lists_grow_test),
	KUNIT_CASE(memory_list_grows_test),
	KUNIT_CASE(cannot_grow_test),
	KUNIT_CASE(set_node_test),
	KUNIT_CASE(used_memory_comes_back_zeroed_test),
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
