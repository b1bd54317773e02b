// SPDX-License-Identifier: MIT
/*
 * The buddy system, on a zone of the test's own: one largest block, taken from
 * the machine, is all its memory, so each list's length is an exact number.
 *
 * Which blocks are free follows from which frames are, whatever happened before:
 * the largest that are aligned and free all over. expect_exact() compares the lists
 * with that, frame by frame.
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
	unsigned char types[2 * FRAMES / pageblock_nr_pages];
	struct page *base;
	bool taken[FRAMES];		/* what the test believes */
	u8 order_at[FRAMES];		/* what the lists say: 1 + order at a first frame */
	u32 random;
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
	w->zone.pageblock_base = ALIGN_DOWN(page_to_pfn(w->base), 2 * FRAMES);
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

/* Its other free blocks move along, although the request needs none of them. */
static void claim_moves_the_rest_test(struct kunit *test)
{
	const unsigned int quarter = pageblock_order - 2;
	struct world *w = test->priv;
	struct page *second = buddy_alloc(&w->zone, pageblock_order, MIGRATE_MOVABLE);
	struct page *first = buddy_alloc(&w->zone, pageblock_order, MIGRATE_MOVABLE);
	struct page *page;

	buddy_free(&w->zone, first, quarter);
	buddy_free(&w->zone, first + (2ul << quarter), quarter);
	page = buddy_alloc(&w->zone, quarter, MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_EQ(test, w->zone.claims, 1ul);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, page_to_pfn(first)), MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_EQ(test, nr_of(w, quarter, MIGRATE_UNMOVABLE), 1ul);
	KUNIT_EXPECT_EQ(test, nr_of(w, quarter, MIGRATE_MOVABLE), 0ul);
	buddy_free(&w->zone, page, quarter);
	buddy_free(&w->zone, first + (1ul << quarter), quarter);
	buddy_free(&w->zone, first + (3ul << quarter), quarter);
	buddy_free(&w->zone, second, pageblock_order);
}

/*
 * Two pageblocks in use, one of type @a with a free block of order @oa, one of type @b
 * with one of order @ob. Whose is taken for a request of type @type?
 */
static int taken_from(struct kunit *test, int type, int a, unsigned int oa, int b,
		      unsigned int ob)
{
	struct world *w = test->priv;
	struct page *of_a = buddy_alloc(&w->zone, pageblock_order, a);
	struct page *of_b = buddy_alloc(&w->zone, pageblock_order, b), *page;
	unsigned int o;
	int from;

	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, page_to_pfn(of_a)), a);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, page_to_pfn(of_b)), b);
	buddy_free(&w->zone, of_a, oa);
	buddy_free(&w->zone, of_b, ob);
	page = buddy_alloc(&w->zone, 0, type);
	from = pageblock_type_of(&w->zone, page_to_pfn(page));
	buddy_free(&w->zone, page, 0);
	for (o = oa; o < pageblock_order; o++)
		buddy_free(&w->zone, of_a + (1ul << o), o);
	for (o = ob; o < pageblock_order; o++)
		buddy_free(&w->zone, of_b + (1ul << o), o);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
	return from;
}

/* Other types are asked in this order; but the largest block comes first. */
static void fallback_order_test(struct kunit *test)
{
	static const int order[][3] = {
		{ MIGRATE_UNMOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
		{ MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
		{ MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		int type = order[i][0], best = order[i][1], other = order[i][2];

		KUNIT_EXPECT_EQ(test, taken_from(test, type, best, 2, other, 2), best);
		KUNIT_EXPECT_EQ(test, taken_from(test, type, other, 2, best, 2), best);
		KUNIT_EXPECT_EQ(test, taken_from(test, type, best, 2, other, 3), other);
		KUNIT_EXPECT_EQ(test, taken_from(test, type, other, 1, best, 3), best);
	}
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

/* B4: halves that were given different types while in use have one when they are free. */
static void largest_has_one_type_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct page *page = buddy_alloc(&w->zone, LARGEST, MIGRATE_MOVABLE);
	struct page *half = page + pageblock_nr_pages;

	buddy_retype(&w->zone, half, MIGRATE_RECLAIMABLE);
	buddy_free(&w->zone, page, LARGEST);
	KUNIT_EXPECT_EQ(test, pageblock_type_of(&w->zone, page_to_pfn(half)),
			pageblock_type_of(&w->zone, page_to_pfn(page)));
}

/* Any order of requests and frees. */

static u32 dice(struct world *w, u32 n)
{
	w->random = w->random * 1664525u + 1013904223u;
	return (w->random >> 8) % n;
}

/* Reads the lists into order_at[]; returns entries that are not blocks of this world. */
static unsigned int read_lists(struct world *w)
{
	unsigned int o, t, strange = 0;
	struct page *page;

	memset(w->order_at, 0, sizeof(w->order_at));
	for (o = 0; o < MAX_ORDER; o++)
		for (t = 0; t < MIGRATE_TYPES; t++)
			list_for_each_entry(page, &w->zone.free_area[o].free_list[t], lru) {
				unsigned long at = page_to_pfn(page) - page_to_pfn(w->base);

				if (at >= FRAMES || w->order_at[at]) {
					strange++;
					continue;
				}
				w->order_at[at] = (u8)(o + 1);
			}
	return strange;
}

/* Differences between the lists and what follows from taken[] for this range. */
static unsigned int differences(const struct world *w, unsigned int at, unsigned int order)
{
	unsigned int i, taken = 0, wrong = 0;

	for (i = at; i < at + (1u << order); i++)
		taken += w->taken[i];
	if (taken && order)
		return differences(w, at, order - 1) +
		       differences(w, at + (1u << (order - 1)), order - 1);
	if (taken)
		return w->order_at[at] != 0;
	for (i = at + 1; i < at + (1u << order); i++)
		wrong += w->order_at[i] != 0;
	return wrong + (w->order_at[at] != order + 1);
}

static void expect_exact(struct kunit *test, struct world *w)
{
	unsigned int o;

	KUNIT_ASSERT_EQ(test, read_lists(w), 0u);
	KUNIT_ASSERT_EQ(test, differences(w, 0, LARGEST), 0u);
	for (o = 0; o < MAX_ORDER; o++) {
		unsigned long n = 0, i;

		for (i = 0; i < FRAMES; i++)
			n += w->order_at[i] == o + 1;
		KUNIT_ASSERT_EQ(test, nr(w, o), n);
	}
}

static void note(struct kunit *test, struct world *w, struct page *page, unsigned int order,
		 bool taken)
{
	unsigned long at = page_to_pfn(page) - page_to_pfn(w->base), i;

	KUNIT_ASSERT_LT(test, at, FRAMES);
	KUNIT_ASSERT_EQ(test, at & ((1ul << order) - 1), 0ul);
	for (i = at; i < at + (1ul << order); i++) {
		KUNIT_ASSERT_EQ(test, w->taken[i], !taken);
		w->taken[i] = taken;
	}
}

/* All frames, at each order, given back in random orders. */
static void any_order_of_frees_test(struct kunit *test)
{
	u16 *at = kunit_kmalloc_array(test, FRAMES, sizeof(*at), GFP_KERNEL);
	struct world *w = test->priv;
	unsigned int o, i, n, round;

	KUNIT_ASSERT_NOT_NULL(test, at);
	w->random = 20261121;
	for (o = 0; o < LARGEST; o++)
		for (round = 0; round < 5; round++) {
			n = FRAMES >> o;
			for (i = 0; i < n; i++) {
				struct page *page = buddy_alloc(&w->zone, o, MIGRATE_MOVABLE);

				KUNIT_ASSERT_NOT_NULL(test, page);
				note(test, w, page, o, true);
				at[i] = (u16)(page - w->base);
			}
			KUNIT_ASSERT_NULL(test, buddy_alloc(&w->zone, 0, MIGRATE_MOVABLE));
			for (; n; n--) {
				i = dice(w, n);
				note(test, w, w->base + at[i], o, false);
				buddy_free(&w->zone, w->base + at[i], o);
				at[i] = at[n - 1];
				if (o > 3 || n % 16 == 1)
					expect_exact(test, w);
			}
			KUNIT_ASSERT_EQ(test, nr(w, LARGEST), 1ul);
		}
}

/* The block that the rule names: the smallest that is large enough, of this type. */
static unsigned int smallest_of(struct world *w, unsigned int order, int type)
{
	while (order < MAX_ORDER && list_empty(&w->zone.free_area[order].free_list[type]))
		order++;
	return order;
}

static void any_order_of_both_test(struct kunit *test)
{
	struct {
		struct page *page;
		unsigned int order;
	} *slot = kunit_kcalloc(test, 128, sizeof(*slot), GFP_KERNEL);
	struct world *w = test->priv;
	unsigned int i, k, full = 0;

	KUNIT_ASSERT_NOT_NULL(test, slot);
	w->random = 2;
	for (i = 0; i < 20000; i++) {
		unsigned int order = dice(w, 2) ? dice(w, 3) : dice(w, MAX_ORDER), have, o;
		int type = dice(w, 3);

		k = dice(w, 128);
		if (slot[k].page) {
			note(test, w, slot[k].page, slot[k].order, false);
			buddy_free(&w->zone, slot[k].page, slot[k].order);
			slot[k].page = NULL;
		} else {
			have = smallest_of(w, order, type);
			read_lists(w);
			slot[k].page = buddy_alloc(&w->zone, order, type);
			slot[k].order = order;
			if (!slot[k].page) {
				full++;
				for (o = order; o < MAX_ORDER; o++)
					KUNIT_ASSERT_EQ(test, nr(w, o), 0ul);
				continue;
			}
			note(test, w, slot[k].page, order, true);
			if (have < MAX_ORDER)
				KUNIT_ASSERT_EQ(test, w->order_at[slot[k].page - w->base],
						(u8)(have + 1));
		}
		expect_exact(test, w);
	}
	KUNIT_EXPECT_GT(test, full, 100u);
	for (k = 0; k < 128; k++)
		if (slot[k].page)
			buddy_free(&w->zone, slot[k].page, slot[k].order);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 1ul);
}

/* Two free blocks of the largest order that would make a pair stay two. */
static void largest_stay_apart_test(struct kunit *test)
{
	struct page *page, *next, *a = NULL, *b = NULL;
	struct world *w = test->priv;
	unsigned long types_of = w->zone.pageblock_base;
	unsigned int i;
	LIST_HEAD(all);

	for (i = 0; i < 100 && !a; i++) {
		b = alloc_pages(GFP_KERNEL, LARGEST);
		KUNIT_ASSERT_NOT_NULL(test, b);
		list_for_each_entry(page, &all, lru)
			if ((page_to_pfn(page) ^ FRAMES) == page_to_pfn(b))
				a = page;
		list_add(&b->lru, &all);
	}
	KUNIT_ASSERT_NOT_NULL(test, a);
	list_del(&a->lru);
	list_del(&b->lru);
	set_page_count(a, 0);
	set_page_count(b, 0);
	w->zone.pageblock_base = ALIGN_DOWN(page_to_pfn(a), 2 * FRAMES);
	buddy_free(&w->zone, a, LARGEST);
	buddy_free(&w->zone, b, LARGEST);
	KUNIT_EXPECT_EQ(test, nr(w, LARGEST), 3ul);
	KUNIT_EXPECT_TRUE(test, PageBuddy(a) && PageBuddy(b));
	buddy_take(&w->zone, a, LARGEST);
	buddy_take(&w->zone, b, LARGEST);
	w->zone.pageblock_base = types_of;
	set_page_count(a, 1);
	set_page_count(b, 1);
	list_add(&a->lru, &all);
	list_add(&b->lru, &all);
	list_for_each_entry_safe(page, next, &all, lru)
		__free_pages(page, LARGEST);
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
	KUNIT_CASE(claim_moves_the_rest_test),
	KUNIT_CASE(fallback_order_test),
	KUNIT_CASE(block_of_a_frame_test),
	KUNIT_CASE(largest_has_one_type_test),
	KUNIT_CASE(any_order_of_frees_test),
	KUNIT_CASE(any_order_of_both_test),
	KUNIT_CASE(largest_stay_apart_test),
	{}
};

static struct kunit_suite buddy_suite = {
	.name = "buddy",
	.init = make,
	.exit = unmake,
	.test_cases = cases,
};
kunit_test_suite(buddy_suite);
