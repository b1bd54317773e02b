// SPDX-License-Identifier: MIT
/*
 * Memory to the last page, on each preset. Every kind of request fills it until it
 * fails; then each zone must be left with exactly the pages that the marks say, worked
 * out here from min and lowmem_reserve alone; and when all is given back, the same
 * blocks must be free as after boot.
 *
 * E1  A zone that a kind of request may use is left with its floor: a fraction of min
 *     plus lowmem_reserve for the request's highest zone; or untouched, when it has
 *     less than that from the start. Other zones are untouched.
 * E2  One page more than the floor is granted, the floor's last is not.
 * E3  Afterwards the same blocks are free, of the same orders, at the same frames.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/page_oracle.h"

/* How deep a request may go, in words of E1. */
enum depth { MIN, HALF, THREE_EIGHTHS, NOTHING };

static const struct kind {
	const char *name;
	gfp_t gfp;
	unsigned int task;	/* PF_* */
	enum depth depth;
} kinds[] = {
	{ "GFP_KERNEL",		GFP_KERNEL,			0, MIN },
	{ "GFP_NOWAIT",		GFP_NOWAIT,			0, MIN },
	{ "GFP_NOIO",		GFP_NOIO,			0, MIN },
	{ "GFP_NOFS",		GFP_NOFS,			0, MIN },
	{ "GFP_USER",		GFP_USER,			0, MIN },
	{ "__GFP_HIGH alone",	__GFP_HIGH,			0, HALF },
	{ "GFP_KERNEL with __GFP_HIGH", GFP_KERNEL | __GFP_HIGH, 0, HALF },
	{ "GFP_ATOMIC",		GFP_ATOMIC,			0, THREE_EIGHTHS },
	{ "GFP_ATOMIC with __GFP_NOMEMALLOC", GFP_ATOMIC | __GFP_NOMEMALLOC, 0, HALF },
	{ "GFP_KERNEL with __GFP_MEMALLOC", GFP_KERNEL | __GFP_MEMALLOC, 0, NOTHING },
	{ "PF_MEMALLOC",	GFP_KERNEL, PF_MEMALLOC,	NOTHING },
	{ "PF_MEMALLOC, GFP_ATOMIC", GFP_ATOMIC, PF_MEMALLOC,	NOTHING },
	{ "PF_MEMALLOC, __GFP_NOMEMALLOC", GFP_KERNEL | __GFP_NOMEMALLOC, PF_MEMALLOC, MIN },
};

/* Where it may look. */
static const struct reach {
	const char *name;
	gfp_t gfp;
} reaches[] = {
	{ "", 0 },
	{ " __GFP_DMA", __GFP_DMA },
	{ " __GFP_DMA32", __GFP_DMA32 },
	{ " __GFP_HIGHMEM", __GFP_HIGHMEM },
};

static struct oracle oracle;
static unsigned long before[ORACLE_ZONES];	/* free pages of oracle.zones[] */
static LIST_HEAD(held);
static unsigned long nr_held;			/* pages */

static int begin(struct kunit *test)
{
	unsigned int i;

	INIT_LIST_HEAD(&held);
	nr_held = 0;
	if (!oracle_init(&oracle))
		return -ENOMEM;
	for (i = 0; i < oracle.nr_zones; i++)
		before[i] = zone_free_pages(oracle.zones[i].zone);
	return 0;
}

static void release(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &held, lru)
		__free_pages(page, page->private);
	INIT_LIST_HEAD(&held);
	nr_held = 0;
}

/* E3. In the case's own thread: there must be memory again to make another. */
static bool all_back(struct kunit *test, const char *name)
{
	const char *why;

	release();
	why = oracle_all_back(&oracle);
	KUNIT_EXPECT_STREQ_MSG(test, why ?: "", "", "after %s", name);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
	return !why;
}

static void end(struct kunit *test)
{
	oracle_exit(&oracle);
}

static bool hold(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

	if (!page)
		return false;
	page->private = order;
	list_add(&page->lru, &held);
	nr_held += 1ul << order;
	return true;
}

/* Until nothing more is granted, CPUs' caches and all. */
static void fill(const struct kind *kind, gfp_t gfp, unsigned int largest)
{
	unsigned int old = current->flags;
	unsigned long last;
	int order;

	current->flags |= kind->task;
	do {
		last = nr_held;
		for (order = (int)largest; order >= 0; order--)
			while (hold(kind->gfp | gfp, (unsigned int)order))
				;
		drain_all_pages(NULL);
	} while (nr_held != last);
	current->flags = old;
}

/* E1: what is left of a zone, by a request that found @had there. */
static unsigned long left(const struct zone *zone, unsigned long had, enum depth depth,
			  int highest)
{
	unsigned long min = zone->_watermark[WMARK_MIN], floor = 0;

	if (zone_idx(zone) > highest)
		return had;
	if (depth == MIN)
		floor = min;
	if (depth == HALF)
		floor = min - min / 2;
	if (depth == THREE_EIGHTHS)
		floor = min - min / 2 - (min - min / 2) / 4;
	if (depth != NOTHING)
		floor += (unsigned long)zone->lowmem_reserve[highest];
	return floor < had ? floor : had;
}

/* @had: what was free before; the new state is written there. Returns pages taken. */
static unsigned long expect_left(struct kunit *test, const struct kind *kind,
				 const struct reach *reach, unsigned long *had)
{
	unsigned long taken = 0;
	unsigned int i;

	for (i = 0; i < oracle.nr_zones; i++) {
		struct zone *zone = oracle.zones[i].zone;
		unsigned long want = left(zone, had[i], kind->depth,
					  (int)oracle_highest(reach->gfp));

		KUNIT_EXPECT_EQ_MSG(test, zone_free_pages(zone), want,
				    "%s%s: node %d zone %s, had %lu", kind->name, reach->name,
				    zone->node, zone->name, had[i]);
		taken += had[i] - zone_free_pages(zone);
		had[i] = zone_free_pages(zone);
	}
	return taken;
}

/* E2: whoever gives a page back can have it again, and no other. */
static void expect_last_page(struct kunit *test, const struct kind *kind,
			     const struct reach *reach)
{
	unsigned int old = current->flags;
	struct page *page = list_first_entry_or_null(&held, struct page, lru);

	if (!page || page->private)
		return;
	list_del(&page->lru);
	__free_page(page);
	nr_held--;
	current->flags |= kind->task;
	KUNIT_EXPECT_TRUE_MSG(test, hold(kind->gfp | reach->gfp, 0), "%s%s", kind->name,
			      reach->name);
	KUNIT_EXPECT_FALSE_MSG(test, hold(kind->gfp | reach->gfp, 0), "%s%s", kind->name,
			       reach->name);
	current->flags = old;
	drain_all_pages(NULL);
}

/*
 * Each kind alone, in all zones that it may reach. Large blocks go to an ordinary
 * request first, because they are quick; the kind under test takes the rest by pages.
 */
static void each_kind_test(struct kunit *test)
{
	const struct kind *kind = test->param_value;
	const struct kind *first = &kinds[0];
	unsigned int r, i;

	for (r = 0; r < ARRAY_SIZE(reaches); r++) {
		unsigned long had[ORACLE_ZONES], taken = 0;

		for (i = 0; i < oracle.nr_zones; i++)
			had[i] = before[i];
		if (kind->depth != MIN) {
			fill(first, reaches[r].gfp, MAX_ORDER - 1);
			taken = expect_left(test, first, &reaches[r], had);
			fill(kind, reaches[r].gfp, 0);
		} else {
			fill(kind, reaches[r].gfp, MAX_ORDER - 1);
		}
		taken += expect_left(test, kind, &reaches[r], had);
		KUNIT_EXPECT_EQ(test, nr_held, taken);
		expect_last_page(test, kind, &reaches[r]);
		for (i = 0; i < oracle.nr_zones; i++)
			KUNIT_EXPECT_EQ(test, zone_free_pages(oracle.zones[i].zone), had[i]);
		if (!all_back(test, kind->name))
			return;
	}
}

static void describe(const struct kind *kind, char *desc)
{
	strscpy(desc, kind->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(kind, kinds, describe);

static const struct kind *named(const char *name)
{
	unsigned int i = 0;

	while (strcmp(kinds[i].name, name))
		i++;
	return &kinds[i];
}

/* One after the other, each takes up where the one before it had to stop. */
static void one_after_the_other_test(struct kunit *test)
{
	static const char *const order[] = { "GFP_KERNEL", "GFP_NOWAIT", "__GFP_HIGH alone",
					     "GFP_ATOMIC", "PF_MEMALLOC", "GFP_ATOMIC" };
	unsigned long had[ORACLE_ZONES], granted[ARRAY_SIZE(order)], was;
	unsigned int i;

	for (i = 0; i < oracle.nr_zones; i++)
		had[i] = before[i];
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		was = nr_held;
		fill(named(order[i]), __GFP_HIGHMEM, i ? 0 : MAX_ORDER - 1);
		granted[i] = nr_held - was;
		KUNIT_EXPECT_EQ(test, expect_left(test, named(order[i]), &reaches[3], had),
				granted[i]);
	}
	KUNIT_EXPECT_EQ(test, granted[1], 0ul);
	KUNIT_EXPECT_GT(test, granted[2], granted[3]);
	KUNIT_EXPECT_GT(test, granted[3], 0ul);
	KUNIT_EXPECT_GT(test, granted[4], 0ul);
	KUNIT_EXPECT_EQ(test, granted[5], 0ul);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), 0ul);
	all_back(test, "one after the other");
}

/* All of it page by page, and back in the order that it came in. */
static void page_by_page_test(struct kunit *test)
{
	unsigned long had[ORACLE_ZONES];
	unsigned int i;

	for (i = 0; i < oracle.nr_zones; i++)
		had[i] = before[i];
	fill(named("GFP_KERNEL"), __GFP_HIGHMEM, 0);
	KUNIT_EXPECT_EQ(test, expect_left(test, named("GFP_KERNEL"), &reaches[3], had), nr_held);
	fill(named("PF_MEMALLOC"), __GFP_HIGHMEM, 0);
	KUNIT_EXPECT_EQ(test, nr_held, oracle.at_start);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), 0ul);
	all_back(test, "page by page");
}

/* Blocks of one order only: all that there were, at each order. */
static void order_by_order_test(struct kunit *test)
{
	unsigned int order, o, old = current->flags;

	for (order = 1; order < MAX_ORDER; order++) {
		unsigned long blocks = 0, n = 0;
		struct zone *zone;

		drain_all_pages(NULL);
		for_each_populated_zone(zone)
			for (o = order; o < MAX_ORDER; o++)
				blocks += zone->free_area[o].nr_free << (o - order);
		current->flags |= PF_MEMALLOC;
		while (hold(GFP_HIGHUSER | __GFP_NORETRY, order))
			n++;
		current->flags = old;
		KUNIT_EXPECT_EQ_MSG(test, n, blocks, "order %u", order);
		if (!all_back(test, "one order"))
			return;
	}
}

/* A node by itself: the others are not touched. */
static void one_node_test(struct kunit *test)
{
	int nid = (int)machine.nr_nodes - 1;
	struct page *page;
	unsigned int i, order = MAX_ORDER;

	if (nid == 0)
		kunit_skip(test, "there is one node only");
	while (order--)
		while ((page = alloc_pages_node(nid, GFP_HIGHUSER | __GFP_THISNODE |
						__GFP_NOWARN, order))) {
			page->private = order;
			list_add(&page->lru, &held);
		}
	drain_all_pages(NULL);
	for (i = 0; i < oracle.nr_zones; i++) {
		struct zone *zone = oracle.zones[i].zone;

		KUNIT_EXPECT_EQ(test, zone_free_pages(zone), zone->node != nid ? before[i] :
				left(zone, before[i], MIN, ZONE_HIGHMEM));
	}
	all_back(test, "one node");
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_kind_test, kind_gen_params),
	KUNIT_CASE(one_after_the_other_test),
	KUNIT_CASE(page_by_page_test),
	KUNIT_CASE(order_by_order_test),
	KUNIT_CASE(one_node_test),
	{}
};

#define EXHAUST_ON(preset, machine)					\
	static struct kunit_suite exhaust_##preset##_suite = {		\
		.name = "exhaust_" #preset, .init = begin, .exit = end,	\
		.test_cases = cases };					\
	quarry_suite_on(exhaust_##preset##_suite, machine)

EXHAUST_ON(x86_64, "x86_64-8g");
EXHAUST_ON(i386, "i386-4g");
EXHAUST_ON(numa, "numa-4x2g");
EXHAUST_ON(tiny, "tiny-16m");
