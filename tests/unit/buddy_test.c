// SPDX-License-Identifier: MIT
/*
 * The buddy system, on a zone of the test's own: one largest block, taken from
 * the machine, is all its memory, so each list's length is an exact number.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define LARGEST	(MAX_ORDER - 1)
#define FRAMES	MAX_ORDER_NR_PAGES

/* Keys: all the test's */
struct world {
	struct zone zone;
	unsigned char types[FRAMES / pageblock_nr_pages];
	struct page *base;
};

static int make(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	w->base = alloc_pages(GFP_KERNEL, LARGEST);
	if (!w->base)
		return -ENOMEM;
	set_page_count(w->base, 0);
	buddy_init_zone(&w->zone);
	w->zone.pageblock_types = w->types;
	w->zone.pageblock_base = page_to_pfn(w->base);
	buddy_free(&w->zone, w->base, LARGEST);
	test->priv = w;
	return 0;
}

static unsigned long nr(struct world *w, unsigned int order)
{
	return w->zone.free_area[order].nr_free;
}

static unsigned long nr_of(struct world *w, unsigned int order, int type)
{
	struct list_head *entry;
	unsigned long n = 0;

	list_for_each(entry, &w->zone.free_area[order].free_list[type])
		n++;
	return n;
}

static unsigned long frames_free(struct world *w)
{
	unsigned long n = 0;
	unsigned int o;

	for (o = 0; o < MAX_ORDER; o++)
		n += nr(w, o) << o;
	return n;
}

static void unmake(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *page;

	if (!w)
		return;
	KUNIT_EXPECT_EQ(test, frames_free(w), FRAMES);
	page = buddy_alloc(&w->zone, LARGEST, MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_PTR_EQ(test, page, w->base);
	set_page_count(w->base, 1);
	__free_pages(w->base, LARGEST);
}

static void split_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *page = buddy_alloc(&w->zone, 3, MIGRATE_MOVABLE);
	unsigned int o;

	/* The first 8 frames; of each size from 8 up to half of all, one is left. */
	KUNIT_EXPECT_PTR_EQ(test, page, w->base);
	for (o = 0; o < MAX_ORDER; o++) {
		KUNIT_EXPECT_EQ(test, nr(w, o), o >= 3 && o < LARGEST ? 1ul : 0ul);
		if (o >= 3 && o < LARGEST) {
			struct page *rest = w->base + (1ul << o);

			KUNIT_EXPECT_TRUE(test, PageBuddy(rest));
			KUNIT_EXPECT_EQ(test, rest->private, (unsigned long)o);
		}
	}
	KUNIT_EXPECT_FALSE(test, PageBuddy(page));
	buddy_free(&w->zone, page, 3);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
}

static void merge_needs_the_buddy_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *page[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		page[i] = buddy_alloc(&w->zone, 0, MIGRATE_MOVABLE);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, page[i], w->base + i);
	/* 1 and 2 are neighbours, of one size, but 2 * 1 is where no pair begins. */
	buddy_free(&w->zone, page[1], 0);
	buddy_free(&w->zone, page[2], 0);
	KUNIT_EXPECT_EQ(test, nr(w, 0), 2ul);
	KUNIT_EXPECT_EQ(test, nr(w, 1), 0ul);
	buddy_free(&w->zone, page[0], 0);
	KUNIT_EXPECT_EQ(test, nr(w, 0), 1ul);
	KUNIT_EXPECT_EQ(test, nr(w, 1), 1ul);
	buddy_free(&w->zone, page[3], 0);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
}

static void merge_needs_the_size_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *a = buddy_alloc(&w->zone, 1, MIGRATE_MOVABLE);
	struct page *b = buddy_alloc(&w->zone, 0, MIGRATE_MOVABLE);

	/* b is the first half of a's buddy; the other half is free. */
	KUNIT_EXPECT_PTR_EQ(test, b, a + 2);
	buddy_free(&w->zone, a, 1);
	KUNIT_EXPECT_EQ(test, nr(w, 1), 1ul);
	KUNIT_EXPECT_EQ(test, nr(w, 0), 1ul);
	buddy_free(&w->zone, b, 0);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
}

static void merge_stays_in_its_zone_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *a = buddy_alloc(&w->zone, 0, MIGRATE_MOVABLE);
	struct page *other = a + 1;
	unsigned long flags = other->flags;

	other->flags ^= 1ul << ZONES_PGSHIFT;
	buddy_free(&w->zone, a, 0);
	KUNIT_EXPECT_EQ(test, nr(w, 0), 2ul);
	other->flags = flags;
	list_del(&a->lru);
	__ClearPageBuddy(a);
	w->zone.free_area[0].nr_free--;
	buddy_free(&w->zone, a, 0);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
}

static void every_order_test(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int o;

	for (o = 0; o < MAX_ORDER; o++) {
		unsigned long n = 0;
		struct page *page, *next;
		LIST_HEAD(all);

		while ((page = buddy_alloc(&w->zone, o, MIGRATE_MOVABLE))) {
			KUNIT_EXPECT_EQ(test, page_to_pfn(page) & ((1ul << o) - 1), 0ul);
			list_add(&page->lru, &all);
			n++;
		}
		KUNIT_EXPECT_EQ(test, n, FRAMES >> o);
		KUNIT_EXPECT_EQ(test, frames_free(w), 0ul);
		list_for_each_entry_safe(page, next, &all, lru) {
			list_del(&page->lru);
			buddy_free(&w->zone, page, o);
		}
		KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
	}
}

static void too_large_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *page = buddy_alloc(&w->zone, 0, MIGRATE_MOVABLE);

	KUNIT_EXPECT_NULL(test, buddy_alloc(&w->zone, LARGEST, MIGRATE_MOVABLE));
	KUNIT_EXPECT_TRUE(test, buddy_has_block(&w->zone, LARGEST - 1));
	KUNIT_EXPECT_FALSE(test, buddy_has_block(&w->zone, LARGEST));
	buddy_free(&w->zone, page, 0);
}

/* Grouping: a request of another type turns whole pageblocks over, not crumbs. */
static void claim_whole_block_test(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned long pfn = page_to_pfn(w->base);
	struct page *page;

	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, pfn), MIGRATE_MOVABLE);
	page = buddy_alloc(&w->zone, 0, MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_EQ(test, w->zone.claims, 1ul);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, pfn), MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_EQ(test, nr_of(w, 0, MIGRATE_UNMOVABLE), 1ul);
	KUNIT_EXPECT_EQ(test, nr_of(w, 0, MIGRATE_MOVABLE), 0ul);
	buddy_free(&w->zone, page, 0);
	KUNIT_EXPECT_EQ(test, nr_of(w, LARGEST, MIGRATE_UNMOVABLE), 1ul);
}

/* With half of a pageblock free it is claimed, and its other free blocks move along. */
static void claim_half_free_block_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *second = buddy_alloc(&w->zone, pageblock_order, MIGRATE_MOVABLE);
	struct page *first = buddy_alloc(&w->zone, pageblock_order, MIGRATE_MOVABLE);
	struct page *page, *half;

	buddy_free(&w->zone, first, pageblock_order);
	half = buddy_alloc(&w->zone, pageblock_order - 1, MIGRATE_MOVABLE);
	page = buddy_alloc(&w->zone, 0, MIGRATE_RECLAIMABLE);
	KUNIT_EXPECT_EQ(test, w->zone.claims, 1ul);
	KUNIT_EXPECT_EQ(test, w->zone.steals, 0ul);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, page_to_pfn(first)),
			MIGRATE_RECLAIMABLE);
	KUNIT_EXPECT_EQ(test, nr_of(w, 0, MIGRATE_RECLAIMABLE), 1ul);
	buddy_free(&w->zone, page, 0);
	buddy_free(&w->zone, half, pageblock_order - 1);
	buddy_free(&w->zone, second, pageblock_order);
}

static void steal_from_a_full_block_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *a = buddy_alloc(&w->zone, pageblock_order, MIGRATE_MOVABLE);
	struct page *b = buddy_alloc(&w->zone, pageblock_order - 1, MIGRATE_MOVABLE);
	struct page *c = buddy_alloc(&w->zone, pageblock_order - 2, MIGRATE_MOVABLE);
	struct page *page = buddy_alloc(&w->zone, 0, MIGRATE_UNMOVABLE);
	int type = pageblock_type_of(&w->zone, page_to_pfn(page));

	/* A quarter was free: too little to take all of it over. */
	KUNIT_EXPECT_EQ(test, w->zone.steals, 1ul);
	KUNIT_EXPECT_EQ(test, type, MIGRATE_MOVABLE);
	KUNIT_EXPECT_EQ(test, nr_of(w, 0, MIGRATE_MOVABLE), 1ul);
	buddy_free(&w->zone, page, 0);
	buddy_free(&w->zone, c, pageblock_order - 2);
	buddy_free(&w->zone, b, pageblock_order - 1);
	buddy_free(&w->zone, a, pageblock_order);
}

static void block_of_a_frame_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *page = buddy_alloc(&w->zone, 4, MIGRATE_MOVABLE);

	KUNIT_EXPECT_NULL(test, buddy_block_of(page + 5));
	KUNIT_EXPECT_PTR_EQ(test, buddy_block_of(w->base + 21), w->base + 16);
	KUNIT_EXPECT_PTR_EQ(test, buddy_block_of(w->base + FRAMES - 1), w->base + FRAMES / 2);
	buddy_free(&w->zone, page, 4);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(split_test),
	KUNIT_CASE(merge_needs_the_buddy_test),
	KUNIT_CASE(merge_needs_the_size_test),
	KUNIT_CASE(merge_stays_in_its_zone_test),
	KUNIT_CASE(every_order_test),
	KUNIT_CASE(too_large_test),
	KUNIT_CASE(claim_whole_block_test),
	KUNIT_CASE(claim_half_free_block_test),
	KUNIT_CASE(steal_from_a_full_block_test),
	KUNIT_CASE(block_of_a_frame_test),
	{}
};

static struct kunit_suite buddy_suite = {
	.name = "buddy",
	.init = make,
	.exit = unmake,
	.test_cases = cases,
};
kunit_test_suite(buddy_suite);
