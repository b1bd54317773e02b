// SPDX-License-Identifier: MIT
/*
 * Claiming ranges of frames: R1 to R4 of mm/contig.c, and thawing what was never touched.
 *
 * Which blocks are free follows from which frames are (see buddy_test.c), so a sum over
 * all free blocks, in whatever order, tells whether a claim that failed or was given
 * back has left each of them as it was.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/together.h"

#define LARGEST		(MAX_ORDER - 1)
#define BLOCK		MAX_ORDER_NR_PAGES

/* Free blocks and free pages of the machine, as they were when the case began. */
static u64 blocks_before;
static unsigned long free_before;

static u64 of_block(unsigned long pfn, unsigned int order)
{
	return ((u64)pfn << 8 | (order + 1)) * 0x9e3779b97f4a7c15ull ^ (u64)pfn << 40;
}

static u64 free_blocks(void)
{
	struct zone *zone;
	u64 sum = 0;

	drain_all_pages(NULL);
	for_each_populated_zone(zone) {
		unsigned long flags = zone_lock(zone), pfn;
		struct page *page;
		unsigned int i, t;

		for (i = 0; i < zone->nr_fresh; i++)
			for (pfn = zone->fresh[i].start_pfn; pfn < zone->fresh[i].end_pfn;
			     pfn += BLOCK)
				sum += of_block(pfn, LARGEST);
		for (i = 0; i < MAX_ORDER; i++)
			for (t = 0; t < MIGRATE_TYPES; t++)
				list_for_each_entry(page, &zone->free_area[i].free_list[t], lru)
					sum += of_block(page_to_pfn(page), i);
		zone_unlock(zone, flags);
	}
	return sum;
}

static void remember(void)
{
	blocks_before = free_blocks();
	free_before = nr_free_pages();
}

static void all_as_before(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, free_blocks(), blocks_before);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free_before);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
}

static int claim(unsigned long start, unsigned long nr)
{
	return alloc_contig_range(start, start + nr, MIGRATE_MOVABLE, GFP_KERNEL);
}

/* The first of nr frames that are free, at a multiple of the largest block. */
static unsigned long room(struct kunit *test, unsigned long blocks)
{
	struct page *page = alloc_contig_pages(roundup_pow_of_two(blocks) * BLOCK, GFP_KERNEL,
					       numa_node_id(), NULL);
	unsigned long pfn;

	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page);
	KUNIT_ASSERT_EQ(test, pfn % BLOCK, 0ul);
	free_contig_range(pfn, roundup_pow_of_two(blocks) * BLOCK);
	return pfn;
}

static unsigned long pages_not_ours(unsigned long pfn, unsigned long nr)
{
	unsigned long bad = 0;

	for (; nr; nr--, pfn++) {
		struct page *page = pfn_to_page(pfn);

		bad += page_count(page) != 1 || PageBuddy(page) || page->private ||
		       page->flags & ~PAGE_PLACE_MASK || buddy_block_of(page);
	}
	return bad;
}

static bool is_free(unsigned long pfn)
{
	return buddy_block_of(pfn_to_page(pfn)) != NULL;
}

/* Across two largest blocks and their pageblocks, aligned nowhere. */
static void range_test(struct kunit *test)
{
	unsigned long base = room(test, 2), at = base + 5, nr = BLOCK + 7, free;
	struct zone *zone = page_zone(pfn_to_page(base));

	remember();
	free = zone_free_pages(zone);
	KUNIT_ASSERT_EQ(test, claim(at, nr), 0);
	KUNIT_EXPECT_EQ(test, pages_not_ours(at, nr), 0ul);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), free - nr);
	KUNIT_EXPECT_TRUE(test, is_free(at - 1));
	KUNIT_EXPECT_TRUE(test, is_free(at + nr));
	/* What is left of the first block: 1 and 4 frames, the largest that fit. */
	KUNIT_EXPECT_EQ(test, (unsigned long)PageBuddy(pfn_to_page(base)), 1ul);
	KUNIT_EXPECT_EQ(test, pfn_to_page(base)->private, 2ul);
	KUNIT_EXPECT_EQ(test, pfn_to_page(base + 4)->private, 0ul);
	KUNIT_EXPECT_TRUE(test, PageBuddy(pfn_to_page(base + 4)));
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	/* Each is a page of its own. */
	__free_page(pfn_to_page(at + 1));
	__free_page(pfn_to_page(at));
	free_contig_range(at + 2, nr - 2);
	all_as_before(test);
}

static void whole_blocks_test(struct kunit *test)
{
	unsigned long base = room(test, 4);

	remember();
	KUNIT_ASSERT_EQ(test, claim(base + BLOCK, 2 * BLOCK), 0);
	KUNIT_EXPECT_TRUE(test, is_free(base + BLOCK - 1));
	KUNIT_EXPECT_TRUE(test, is_free(base + 3 * BLOCK));
	KUNIT_EXPECT_EQ(test, claim(base, 4 * BLOCK), -EBUSY);
	free_contig_range(base + BLOCK, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, claim(base, 4 * BLOCK), 0);
	free_contig_range(base, 4 * BLOCK);
	all_as_before(test);
}

/* One page is in the way, wherever it is: nothing is taken, block for block. */
static void busy_test(struct kunit *test)
{
	unsigned long base = room(test, 2), nr = 2 * BLOCK - 2, i;
	unsigned long at[] = { base + 1, base + 2, base + BLOCK - 1, base + BLOCK,
			       base + BLOCK + 300, base + nr };

	remember();
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		u64 blocks;

		KUNIT_ASSERT_EQ(test, claim(at[i], 1), 0);
		blocks = free_blocks();
		KUNIT_EXPECT_EQ(test, claim(base + 1, nr), -EBUSY);
		KUNIT_EXPECT_EQ(test, free_blocks(), blocks);
		KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
		/* Its place is this CPU's cache now, which a claim empties. */
		__free_page(pfn_to_page(at[i]));
		KUNIT_EXPECT_EQ(test, claim(base + 1, nr), 0);
		free_contig_range(base + 1, nr);
		all_as_before(test);
	}
	all_as_before(test);
}

static void fragmented_test(struct kunit *test)
{
	unsigned long base = room(test, 1), i;

	remember();
	KUNIT_ASSERT_EQ(test, claim(base, BLOCK), 0);
	for (i = 0; i < BLOCK; i += 2)
		__free_page(pfn_to_page(base + i));
	KUNIT_EXPECT_EQ(test, claim(base, BLOCK), -EBUSY);
	KUNIT_EXPECT_EQ(test, claim(base, 2), -EBUSY);
	KUNIT_EXPECT_EQ(test, claim(base + 1, 2), -EBUSY);
	KUNIT_EXPECT_EQ(test, claim(base, 1), 0);
	KUNIT_EXPECT_EQ(test, claim(base + BLOCK - 2, 1), 0);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	__free_page(pfn_to_page(base));
	__free_page(pfn_to_page(base + BLOCK - 2));
	/* Pairs from 2 on: blocks of 1 and 2 join to all sizes, and a claim takes them all. */
	for (i = 1; i < BLOCK - 1; i += 2)
		__free_page(pfn_to_page(base + i));
	KUNIT_EXPECT_EQ(test, claim(base, BLOCK - 1), 0);
	free_contig_range(base, BLOCK);
	all_as_before(test);
}

/* Pageblocks within the range change their type, those at its ends do not. */
static void types_test(struct kunit *test)
{
	unsigned long base = room(test, 2), p = pageblock_nr_pages;
	struct zone *zone = page_zone(pfn_to_page(base));

	remember();
	KUNIT_ASSERT_EQ(test, claim(base, 4 * p), 0);
	free_contig_range(base, 4 * p);
	KUNIT_ASSERT_EQ(test, alloc_contig_range(base + 1, base + 3 * p + 1, MIGRATE_RECLAIMABLE,
						 GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(zone, base), (int)MIGRATE_MOVABLE);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(zone, base + p), (int)MIGRATE_RECLAIMABLE);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(zone, base + 2 * p), (int)MIGRATE_RECLAIMABLE);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(zone, base + 3 * p), (int)MIGRATE_MOVABLE);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	free_contig_range(base + 1, 3 * p);
	KUNIT_EXPECT_EQ(test, claim(base, 4 * p), 0);
	free_contig_range(base, 4 * p);
	all_as_before(test);
}

static void refused_test(struct kunit *test)
{
	unsigned long base = room(test, 1), edges = 0;
	unsigned long past = frame_range(frame_range_count() - 1)->end_pfn;
	struct zone *zone;

	remember();
	KUNIT_EXPECT_EQ(test, claim(base, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, alloc_contig_range(base + 1, base, MIGRATE_MOVABLE, GFP_KERNEL),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, alloc_contig_range(base, base + 1, MIGRATE_HIGHATOMIC, GFP_KERNEL),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, alloc_contig_range(base, base + 1, MIGRATE_MOVABLE,
						 GFP_KERNEL | __GFP_COMP), -EINVAL);
	KUNIT_EXPECT_NULL(test, alloc_contig_pages(8, GFP_KERNEL | __GFP_COMP, numa_node_id(),
						   NULL));
	KUNIT_EXPECT_NULL(test, alloc_contig_pages(0, GFP_KERNEL, numa_node_id(), NULL));
	for_each_populated_zone(zone) {
		unsigned long edge = zone_end_pfn(zone);

		edges += pfn_valid(edge);
		KUNIT_EXPECT_EQ(test, claim(edge - 1, 2), -EINVAL);
	}
	KUNIT_EXPECT_EQ(test, claim(past, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, claim(past - 1, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, claim(base, past - base + 1), -EINVAL);
	if (first_online_pgdat()->nr_zones > 1)
		KUNIT_EXPECT_GT(test, edges, 0ul);
	all_as_before(test);
}

static void reserved_test(struct kunit *test)
{
	struct zone *zone = first_online_pgdat()->node_zones;
	unsigned long pfn = zone->zone_start_pfn, seen = 0;

	remember();
	for (; pfn < zone_end_pfn(zone) && !seen; pfn++)
		if (pfn_valid(pfn) && PageReserved(pfn_to_online_page(pfn))) {
			seen++;
			KUNIT_EXPECT_EQ(test, claim(pfn, 1), -EBUSY);
		}
	KUNIT_EXPECT_EQ(test, seen, 1ul);
	all_as_before(test);
}

/* R3, to the page. */
static void mark_test(struct kunit *test)
{
	unsigned long base = room(test, 1), nr = 100, mark, free;
	struct zone *zone = page_zone(pfn_to_page(base));

	remember();
	mark = min_wmark_pages(zone);
	free = zone_free_pages(zone);
	WRITE_ONCE(zone->_watermark[WMARK_MIN], free - nr + 1);
	KUNIT_EXPECT_EQ(test, claim(base + 1, nr), -ENOMEM);
	all_as_before(test);
	WRITE_ONCE(zone->_watermark[WMARK_MIN], free - nr);
	KUNIT_EXPECT_EQ(test, claim(base + 1, nr), 0);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), free - nr);
	WRITE_ONCE(zone->_watermark[WMARK_MIN], mark);
	free_contig_range(base + 1, nr);
	all_as_before(test);
}

static void search_test(struct kunit *test)
{
	static const unsigned long sizes[] = { 1, 3, 64, 512, 700, BLOCK + 1, 2 * BLOCK };
	struct page *page[ARRAY_SIZE(sizes)];
	unsigned int i;

	remember();
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned long nr = sizes[i], pfn;

		page[i] = alloc_contig_pages(nr, GFP_KERNEL, numa_node_id(), NULL);
		KUNIT_ASSERT_NOT_NULL(test, page[i]);
		pfn = page_to_pfn(page[i]);
		if (is_power_of_2(nr))
			KUNIT_EXPECT_EQ(test, pfn % nr, 0ul);
		KUNIT_EXPECT_EQ(test, pages_not_ours(pfn, nr), 0ul);
		KUNIT_EXPECT_PTR_EQ(test, page_zone(page[i]), page_zone(page[i] + nr - 1));
		KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	}
	/* Those before are in the way of no other: none was handed out twice. */
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		KUNIT_EXPECT_EQ(test, pages_not_ours(page_to_pfn(page[i]), sizes[i]), 0ul);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		free_contig_range(page_to_pfn(page[i]), sizes[i]);
	all_as_before(test);
	KUNIT_EXPECT_NULL(test, alloc_contig_pages(get_num_physpages(), GFP_KERNEL,
						   numa_node_id(), NULL));
	KUNIT_EXPECT_NULL(test, alloc_contig_pages(-1ul, GFP_KERNEL, numa_node_id(), NULL));
	all_as_before(test);
}

static unsigned long not_zero(struct page *page, unsigned long nr)
{
	unsigned long bad = 0;

	for (; nr; nr--, page++) {
		void *mem = kmap_local_page(page);

		bad += memchr_inv(mem, 0, PAGE_SIZE) != NULL;
		kunmap_local(mem);
	}
	return bad;
}

static void zeroed_test(struct kunit *test)
{
	unsigned long base = room(test, 1), i;

	remember();
	KUNIT_ASSERT_EQ(test, claim(base, 20), 0);
	for (i = 0; i < 20; i++)
		memset(page_address(pfn_to_page(base + i)), 0xab, PAGE_SIZE);
	free_contig_range(base, 20);
	KUNIT_ASSERT_EQ(test, alloc_contig_range(base, base + 20, MIGRATE_MOVABLE,
						 GFP_KERNEL | __GFP_ZERO), 0);
	KUNIT_EXPECT_EQ(test, not_zero(pfn_to_page(base), 20), 0ul);
	free_contig_range(base, 20);
	all_as_before(test);
}

static void still_in_use_test(struct kunit *test)
{
	unsigned long base = room(test, 1);

	remember();
	KUNIT_ASSERT_EQ(test, claim(base, 8), 0);
	get_page(pfn_to_page(base + 3));
	quarry_expect_reports(test, 1);
	free_contig_range(base, 8);
	KUNIT_EXPECT_EQ(test, page_count(pfn_to_page(base + 3)), 1);
	KUNIT_EXPECT_EQ(test, claim(base, 8), -EBUSY);
	put_page(pfn_to_page(base + 3));
	all_as_before(test);
}

static void atomic_test(struct kunit *test)
{
	unsigned long base = room(test, 1), flags;

	remember();
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, alloc_contig_range(base, base + 9, MIGRATE_MOVABLE, GFP_ATOMIC), 0);
	free_contig_range(base, 9);
	/* They are in this CPU's cache, which can be emptied even now. */
	KUNIT_EXPECT_EQ(test, alloc_contig_range(base, base + 9, MIGRATE_MOVABLE, GFP_ATOMIC), 0);
	free_contig_range(base, 9);
	local_irq_restore(flags);
	all_as_before(test);
}

/* All CPUs claim and free, in one small place. */

#define THREADS	4
#define ROUNDS	300

static unsigned long arena;
static atomic_t clashes, claims;

static void worker(void *arg)
{
	u32 seed = (u32)(uintptr_t)arg;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		unsigned long at, nr, k;

		seed = seed * 1664525u + 1013904223u;
		at = arena + (seed >> 8) % 96;
		nr = 1 + (seed >> 20) % 32;
		if (claim(at, nr))
			continue;
		atomic_inc(&claims);
		for (k = 0; k < nr; k++)
			pfn_to_page(at + k)->private = seed;
		cond_resched();
		for (k = 0; k < nr; k++) {
			if (pfn_to_page(at + k)->private != seed)
				atomic_inc(&clashes);
			pfn_to_page(at + k)->private = 0;
		}
		free_contig_range(at, nr);
	}
}

static void threads_test(struct kunit *test)
{
	atomic_set(&clashes, 0);
	atomic_set(&claims, 0);
	arena = room(test, 1);
	together(test, THREADS, worker, (void *)1, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&clashes), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&claims), 0);
	KUNIT_EXPECT_EQ(test, claim(arena, BLOCK), 0);
	free_contig_range(arena, BLOCK);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
}

static struct kunit_case contig_cases[] = {
	KUNIT_CASE(range_test),
	KUNIT_CASE(whole_blocks_test),
	KUNIT_CASE(busy_test),
	KUNIT_CASE(fragmented_test),
	KUNIT_CASE(types_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(reserved_test),
	KUNIT_CASE(mark_test),
	KUNIT_CASE(search_test),
	KUNIT_CASE(zeroed_test),
	KUNIT_CASE(still_in_use_test),
	KUNIT_CASE(atomic_test),
	KUNIT_CASE(threads_test),
	{}
};

static struct kunit_suite contig_suite = {
	.name = "contig", .test_cases = contig_cases,
};
quarry_suite_on(contig_suite, "x86_64-8g");

static struct kunit_suite contig_i386_suite = {
	.name = "contig_i386", .test_cases = contig_cases,
};
quarry_suite_on(contig_i386_suite, "i386-4g");

static struct kunit_suite contig_owner_suite = {
	.name = "contig_owner", .test_cases = contig_cases,
};
quarry_suite_on(contig_owner_suite, "numa-4x2g page_owner=on page_poison=1");

/* Thawing. */

static struct zone_fresh *longest(struct zone **of)
{
	struct zone_fresh *best = NULL;
	struct zone *zone;
	unsigned int i;

	for_each_populated_zone(zone)
		for (i = 0; i < zone->nr_fresh; i++) {
			struct zone_fresh *f = &zone->fresh[i];

			if (best && f->end_pfn - f->start_pfn <= best->end_pfn - best->start_pfn)
				continue;
			best = f;
			*of = zone;
		}
	return best;
}

/* Claims [first, last] of a fresh range's blocks; says how many blocks were thawed. */
static unsigned long thaw(struct kunit *test, struct zone *zone, unsigned long first,
			  unsigned long last)
{
	unsigned long before = zone->fresh_blocks;

	KUNIT_EXPECT_TRUE(test, buddy_is_fresh(zone, first));
	KUNIT_ASSERT_EQ(test, claim(first, last - first + 1), 0);
	KUNIT_EXPECT_EQ(test, pages_not_ours(first, last - first + 1), 0ul);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	free_contig_range(first, last - first + 1);
	all_as_before(test);
	return before - zone->fresh_blocks;
}

static void fresh_test(struct kunit *test)
{
	struct zone *zone = NULL;
	struct zone_fresh *f = longest(&zone);
	unsigned long start, end, mid;
	unsigned int nr;

	remember();
	KUNIT_ASSERT_NOT_NULL(test, f);
	start = f->start_pfn;
	end = f->end_pfn;
	mid = ALIGN_DOWN(start + (end - start) / 2, BLOCK);
	KUNIT_ASSERT_GT(test, (end - start) / BLOCK, 100ul);
	/* The block behind a fresh one is looked at from its first frame. */
	KUNIT_ASSERT_EQ(test, claim(start + BLOCK, 1), 0);
	KUNIT_EXPECT_EQ(test, claim(start + 3, BLOCK), -EBUSY);
	free_contig_range(start + BLOCK, 1);
	KUNIT_EXPECT_TRUE(test, buddy_is_fresh(zone, start + 3));
	all_as_before(test);
	nr = zone->nr_fresh;
	/* At its ends, a range gets shorter; in the middle it is cut in two. */
	KUNIT_EXPECT_EQ(test, thaw(test, zone, start + 3, start + 3), 1ul);
	KUNIT_EXPECT_EQ(test, thaw(test, zone, end - 1, end - 1), 1ul);
	KUNIT_EXPECT_EQ(test, zone->nr_fresh, nr);
	KUNIT_EXPECT_EQ(test, thaw(test, zone, mid + BLOCK - 1, mid + 2 * BLOCK), 3ul);
	KUNIT_EXPECT_EQ(test, zone->nr_fresh, nr + 1);
	KUNIT_EXPECT_TRUE(test, buddy_is_fresh(zone, mid - 1));
	KUNIT_EXPECT_TRUE(test, buddy_is_fresh(zone, mid + 3 * BLOCK));
	KUNIT_EXPECT_FALSE(test, buddy_is_fresh(zone, mid + 2 * BLOCK));
	all_as_before(test);
}

/* No room for another range: the shorter side goes along. Then one is used up. */
static void fresh_no_room_test(struct kunit *test)
{
	struct zone *zone = NULL;
	struct zone_fresh *f = longest(&zone);
	unsigned long start, end;
	unsigned int room, i, n = 0;

	remember();
	KUNIT_ASSERT_NOT_NULL(test, f);
	start = f->start_pfn;
	end = f->end_pfn;
	room = zone->max_fresh;
	/* Not even one that is used up, which would be forgotten. */
	for (i = 0; i < zone->nr_fresh; i++)
		if (zone->fresh[i].start_pfn < zone->fresh[i].end_pfn)
			zone->fresh[n++] = zone->fresh[i];
	zone->nr_fresh = zone->max_fresh = n;
	KUNIT_EXPECT_EQ(test, thaw(test, zone, start + 5 * BLOCK, start + 5 * BLOCK), 6ul);
	KUNIT_EXPECT_EQ(test, thaw(test, zone, end - 4 * BLOCK, end - 4 * BLOCK), 4ul);
	KUNIT_EXPECT_TRUE(test, buddy_is_fresh(zone, start + 6 * BLOCK));
	KUNIT_EXPECT_TRUE(test, buddy_is_fresh(zone, end - 4 * BLOCK - 1));
	zone->fresh[zone->nr_fresh++] = (struct zone_fresh) { end, end };
	zone->max_fresh = zone->nr_fresh;
	KUNIT_EXPECT_EQ(test, thaw(test, zone, start + 9 * BLOCK, start + 9 * BLOCK), 1ul);
	KUNIT_EXPECT_EQ(test, zone->nr_fresh, zone->max_fresh);
	zone->max_fresh = room;
	all_as_before(test);
}

static struct kunit_case contig_fresh_cases[] = {
	KUNIT_CASE(fresh_test),
	KUNIT_CASE(fresh_no_room_test),
	{}
};

static struct kunit_suite contig_fresh_suite = {
	.name = "contig_fresh", .test_cases = contig_fresh_cases,
};
quarry_suite_on(contig_fresh_suite, "x86_64-8g");

/* Where from. */

static void node_test(struct kunit *test)
{
	struct page *page;
	nodemask_t mask = NODE_MASK_NONE;
	int nid;

	remember();
	for_each_online_node(nid) {
		page = alloc_contig_pages(BLOCK + 1, GFP_HIGHUSER | __GFP_THISNODE, nid, NULL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, page_to_nid(page), nid);
		KUNIT_EXPECT_EQ(test, page_owner_order(page), 0);
		KUNIT_EXPECT_EQ(test, page_owner_order(page + BLOCK), 0);
		free_contig_range(page_to_pfn(page), BLOCK + 1);
		KUNIT_EXPECT_EQ(test, page_owner_order(page), -1);
	}
	node_set(2, mask);
	page = alloc_contig_pages(100, GFP_HIGHUSER, 1, &mask);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), 2);
	free_contig_range(page_to_pfn(page), 100);
	node_clear(2, mask);
	KUNIT_EXPECT_NULL(test, alloc_contig_pages(100, GFP_HIGHUSER, 1, &mask));
	/* More than a node has: __GFP_THISNODE goes nowhere else. */
	KUNIT_EXPECT_NULL(test, alloc_contig_pages(node_present_pages(1) + 1,
						   GFP_HIGHUSER | __GFP_THISNODE, 1,
						   NULL));
	all_as_before(test);
}

static struct kunit_case contig_node_cases[] = {
	KUNIT_CASE(node_test),
	{}
};

static struct kunit_suite contig_node_suite = {
	.name = "contig_node", .test_cases = contig_node_cases,
};
quarry_suite_on(contig_node_suite, "numa-4x2g page_owner=on");

static void highmem_test(struct kunit *test)
{
	struct page *low, *high, *dma;

	remember();
	low = alloc_contig_pages(50, GFP_KERNEL, 0, NULL);
	high = alloc_contig_pages(50, GFP_HIGHUSER, 0, NULL);
	dma = alloc_contig_pages(50, GFP_KERNEL | GFP_DMA, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, low);
	KUNIT_ASSERT_NOT_NULL(test, high);
	KUNIT_ASSERT_NOT_NULL(test, dma);
	KUNIT_EXPECT_EQ(test, (int)page_zonenum(low), (int)ZONE_NORMAL);
	KUNIT_EXPECT_EQ(test, (int)page_zonenum(high), (int)ZONE_HIGHMEM);
	KUNIT_EXPECT_EQ(test, (int)page_zonenum(dma), (int)ZONE_DMA);
	free_contig_range(page_to_pfn(low), 50);
	free_contig_range(page_to_pfn(high), 50);
	free_contig_range(page_to_pfn(dma), 50);
	high = alloc_contig_pages(50, GFP_HIGHUSER | __GFP_ZERO, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, high);
	KUNIT_EXPECT_EQ(test, not_zero(high, 50), 0ul);
	free_contig_range(page_to_pfn(high), 50);
	all_as_before(test);
}

static struct kunit_case contig_high_cases[] = {
	KUNIT_CASE(highmem_test),
	{}
};

static struct kunit_suite contig_high_suite = {
	.name = "contig_highmem", .test_cases = contig_high_cases,
};
quarry_suite_on(contig_high_suite, "i386-4g");
