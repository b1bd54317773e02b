// SPDX-License-Identifier: MIT
/*
 * SLOB: blocks and pages, one page at a time. Runs in the program that has this backend;
 * S1 to S12 are in mm/slab/slob.c. A page here is one that SLOB does not know.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "mm/internal.h"
#include "mm/slab/slob.h"

struct bench {
	struct page *page;
	char *base;
	unsigned long map[SLOB_MAP_LONGS];
};

static int bench_up(struct kunit *test)
{
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	b->page = alloc_page(GFP_KERNEL);
	if (!b->page)
		return -ENOMEM;
	b->base = page_address(b->page);
	b->page->slab_cache = NULL;
	slob_page_init(b->page, b->map, SLOB_LANE(SLOB_CACHES, 0), SLOB_SMALL);
	__SetPageSlab(b->page);
	test->priv = b;
	return 0;
}

static void bench_down(struct kunit *test)
{
	struct bench *b = test->priv;

	__ClearPageSlab(b->page);
	b->page->slab_word = 0;
	b->page->slab_base = NULL;
	b->page->slab_lane = 0;
	b->page->slab_list.next = b->page->slab_list.prev = NULL;
	page_mapcount_reset(b->page);
	__free_page(b->page);
}

static unsigned int take(struct kunit *test, unsigned int units, unsigned int align)
{
	struct bench *b = test->priv;
	unsigned int at = slob_page_take(b->page, b->base, units, align);

	KUNIT_EXPECT_STREQ(test, slob_page_check(b->page) ?: "", "");
	return at;
}

static unsigned int give(struct kunit *test, unsigned int at)
{
	struct bench *b = test->priv;
	bool grown = false;
	unsigned int units = slob_page_give(b->page, b->base, at, 0, &grown);

	KUNIT_EXPECT_STREQ(test, slob_page_check(b->page) ?: "", "");
	return units;
}

/* "at+units at+units": the free blocks. */
static const char *holes(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int at, n = 0;
	char *text = kunit_kzalloc(test, 400, GFP_KERNEL);

	for (at = b->page->slob_first; at < SLOB_UNITS; at = slob_block(b->base, at)->next)
		n += scnprintf(text + n, 400 - n, "%s%u+%u", n ? " " : "", at,
			       slob_block(b->base, at)->units);
	return text;
}

static void first_fit_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, take(test, 10, 1), 0u);
	KUNIT_EXPECT_EQ(test, take(test, 1, 1), 10u);
	KUNIT_EXPECT_EQ(test, take(test, 20, 1), 11u);
	KUNIT_EXPECT_EQ(test, take(test, 1, 1), 31u);
	KUNIT_EXPECT_EQ(test, give(test, 0), 10u);
	KUNIT_EXPECT_EQ(test, give(test, 11), 20u);
	KUNIT_EXPECT_STREQ(test, holes(test), "0+10 11+20 32+480");
	/* The first that is large enough, not the best. */
	KUNIT_EXPECT_EQ(test, take(test, 11, 1), 11u);
	KUNIT_EXPECT_STREQ(test, holes(test), "0+10 22+9 32+480");
	KUNIT_EXPECT_EQ(test, take(test, 9, 1), 0u);
	KUNIT_EXPECT_STREQ(test, holes(test), "9+1 22+9 32+480");
}

static void split_test(struct kunit *test)
{
	struct bench *b = test->priv;

	KUNIT_EXPECT_EQ(test, take(test, 100, 1), 0u);
	KUNIT_EXPECT_EQ(test, b->page->slob_free, SLOB_UNITS - 100);
	KUNIT_EXPECT_EQ(test, slob_units(b->map, 0), 100u);
	KUNIT_EXPECT_STREQ(test, holes(test), "100+412");
	/* The whole of what is left: no rest. */
	KUNIT_EXPECT_EQ(test, take(test, 412, 1), 100u);
	KUNIT_EXPECT_STREQ(test, holes(test), "");
	KUNIT_EXPECT_EQ(test, b->page->slob_free, 0);
	KUNIT_EXPECT_EQ(test, slob_units(b->map, 100), 412u);
	KUNIT_EXPECT_EQ(test, take(test, 1, 1), SLOB_NO_ROOM);
}

static void align_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, take(test, 3, 1), 0u);
	KUNIT_EXPECT_EQ(test, take(test, 8, 8), 8u);
	KUNIT_EXPECT_STREQ(test, holes(test), "3+5 16+496");
	/* Large enough, but not from an aligned unit on. */
	KUNIT_EXPECT_EQ(test, take(test, 4, 4), 4u);
	KUNIT_EXPECT_STREQ(test, holes(test), "3+1 16+496");
	KUNIT_EXPECT_EQ(test, take(test, 256, 256), 256u);
	KUNIT_EXPECT_STREQ(test, holes(test), "3+1 16+240");
	KUNIT_EXPECT_EQ(test, take(test, 1, 512), SLOB_NO_ROOM);
	KUNIT_EXPECT_EQ(test, give(test, 0), 3u);
	KUNIT_EXPECT_EQ(test, take(test, 1, 512), 0u);
}

/* Neighbours: none free, the next one, the one before, both. */
static void merge_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, take(test, 8, 1), i * 8);
	KUNIT_EXPECT_STREQ(test, holes(test), "");
	give(test, 80);
	KUNIT_EXPECT_STREQ(test, holes(test), "80+8");
	give(test, 72);
	KUNIT_EXPECT_STREQ(test, holes(test), "72+16");
	give(test, 88);
	KUNIT_EXPECT_STREQ(test, holes(test), "72+24");
	give(test, 104);
	KUNIT_EXPECT_STREQ(test, holes(test), "72+24 104+8");
	give(test, 96);
	KUNIT_EXPECT_STREQ(test, holes(test), "72+40");
	give(test, 0);
	give(test, 504);
	KUNIT_EXPECT_STREQ(test, holes(test), "0+8 72+40 504+8");
	/* S10: nothing of heads is left inside. */
	for (i = 73; i < 112; i++)
		KUNIT_EXPECT_EQ(test, slob_block(((struct bench *)test->priv)->base, i)->units, 0);
}

static void whole_test(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i, j;

	for (i = 0; i < SLOB_UNITS; i++)
		KUNIT_ASSERT_EQ(test, slob_page_take(b->page, b->base, 1, 1), i);
	KUNIT_EXPECT_STREQ(test, slob_page_check(b->page) ?: "", "");
	KUNIT_EXPECT_EQ(test, take(test, 1, 1), SLOB_NO_ROOM);
	/* In an order that leaves holes everywhere first. */
	for (j = 0; j < 7; j++)
		for (i = j; i < SLOB_UNITS; i += 7)
			KUNIT_EXPECT_EQ(test, give(test, i), 1u);
	KUNIT_EXPECT_STREQ(test, holes(test), "0+512");
	KUNIT_EXPECT_EQ(test, b->page->slob_free, SLOB_UNITS);
}

/* S4: may be too large until a search fails, then it is exact. */
static void largest_test(struct kunit *test)
{
	struct bench *b = test->priv;

	take(test, 500, 1);
	KUNIT_EXPECT_GE(test, b->page->slob_max, 12);
	KUNIT_EXPECT_EQ(test, take(test, 13, 1), SLOB_NO_ROOM);
	KUNIT_EXPECT_EQ(test, b->page->slob_max, 12);
	give(test, 0);
	KUNIT_EXPECT_EQ(test, b->page->slob_max, 512);
}

static void mistakes_test(struct kunit *test)
{
	struct bench *b = test->priv;
	bool grown = false;

	take(test, 10, 1);
	take(test, 10, 1);
	KUNIT_EXPECT_EQ(test, give(test, 5), SLOB_NO_BLOCK);
	KUNIT_EXPECT_EQ(test, give(test, 10), 10u);
	KUNIT_EXPECT_EQ(test, give(test, 10), SLOB_TWICE);
	KUNIT_EXPECT_EQ(test, give(test, 12), SLOB_TWICE);
	KUNIT_EXPECT_EQ(test, slob_page_give(b->page, b->base, 0, 9, &grown), SLOB_OTHER_CACHE);
	KUNIT_EXPECT_STREQ(test, holes(test), "10+502");
	/* Its block has become one with another: still free. */
	take(test, 10, 1);
	give(test, 10);
	give(test, 0);
	KUNIT_EXPECT_EQ(test, give(test, 10), SLOB_TWICE);
	KUNIT_EXPECT_FALSE(test, grown);
}

/* Somebody writes to free memory: what can be trusted goes on. */
static void damage_test(struct kunit *test)
{
	struct bench *b = test->priv;
	unsigned int i;

	for (i = 0; i < 64; i++)
		take(test, 8, 1);
	give(test, 0);
	give(test, 16);
	give(test, 32);
	memset(b->base + 16 * SLOB_UNIT, 0, SLOB_UNIT);
	KUNIT_EXPECT_STREQ(test, slob_page_check(b->page),
			   "a free block has another size than its marks say (S2)");
	KUNIT_EXPECT_EQ(test, slob_page_take(b->page, b->base, 9, 1), SLOB_DAMAGED);
	KUNIT_EXPECT_EQ(test, slob_page_mend(b->page), 16u);
	KUNIT_EXPECT_STREQ(test, holes(test), "0+8");
	KUNIT_EXPECT_EQ(test, take(test, 8, 1), 0u);
	KUNIT_EXPECT_EQ(test, take(test, 1, 1), SLOB_NO_ROOM);
	/* A size that leads out of the page, or into a block in use. */
	give(test, 0);
	slob_block(b->base, 0)->units = 700;
	KUNIT_EXPECT_EQ(test, slob_page_take(b->page, b->base, 9, 1), SLOB_DAMAGED);
	slob_block(b->base, 0)->units = 11;
	KUNIT_EXPECT_EQ(test, slob_page_take(b->page, b->base, 9, 1), SLOB_DAMAGED);
	KUNIT_EXPECT_EQ(test, slob_page_mend(b->page), 8u);
	KUNIT_EXPECT_EQ(test, b->page->slob_free, 0);
}

/* Larger holes are in higher bins, and none is as large as nine eighths of another one in its bin. */
static void bins_test(struct kunit *test)
{
	unsigned int units, bin, least = 1, last = 1;

	for (units = 1; units <= SLOB_UNITS; units++) {
		bin = slob_bin(units);
		KUNIT_EXPECT_TRUE(test, bin == last || bin == last + 1);
		if (bin != last)
			least = units;
		KUNIT_EXPECT_TRUE(test, units == least || 8 * units < 9 * least);
		last = bin;
	}
	KUNIT_EXPECT_EQ(test, last, NR_SLOB_BINS - 1);
	KUNIT_EXPECT_EQ(test, slob_place(SLOB_LARGE, last), NR_SLOB_PLACES - 1);
	KUNIT_EXPECT_EQ(test, slob_place(SLOB_LARGE, 0), slob_place(SLOB_SMALL, last) + 1);
}

static struct kunit_case slob_page_cases[] = {
	KUNIT_CASE(first_fit_test),
	KUNIT_CASE(split_test),
	KUNIT_CASE(align_test),
	KUNIT_CASE(merge_test),
	KUNIT_CASE(whole_test),
	KUNIT_CASE(largest_test),
	KUNIT_CASE(mistakes_test),
	KUNIT_CASE(damage_test),
	KUNIT_CASE(bins_test),
	{}
};

static struct kunit_suite slob_page_suite = {
	.name = "slob_page", .init = bench_up, .exit = bench_down, .test_cases = slob_page_cases,
};
kunit_test_suite(slob_page_suite);
