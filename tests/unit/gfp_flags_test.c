// SPDX-License-Identifier: MIT
/*
 * Each flag of a request changes what happens, and a case here fails when it does not
 * (checklist A10, A11, A12; scripts/mutate shows it). The exact numbers of pages are
 * exhaust_test.c's, the ways of the slow path gfp_test.c's.
 */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "tests/unit/held.h"
#include "tests/unit/numa.h"
#include "tests/unit/page_oracle.h"

/* On node 0, which has each kind of zone that the machine has. */
static int begin(struct kunit *test)
{
	int err = set_cpus_allowed_ptr(current, cpumask_of(0));

	return err ?: quiesce(test);
}

/* Zone modifiers (A11). */

static enum zone_type kind_of(gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_NOWARN);
	enum zone_type kind = page ? oracle_kind(page_to_pfn(page)) : __MAX_NR_ZONES;

	if (page)
		__free_page(page);
	return kind;
}

/* The highest kind up to @limit of which this node has memory. */
static enum zone_type highest(enum zone_type limit)
{
	const struct zone *zones = NODE_DATA(numa_node_id())->node_zones;

	while (limit > ZONE_DMA && !managed_zone(&zones[limit]))
		limit--;
	return limit;
}

static void zone_modifiers_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL), highest(ZONE_NORMAL));
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_DMA), ZONE_DMA);
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_DMA32),
			highest(oracle_highest(__GFP_DMA32)));
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_HIGHMEM), highest(ZONE_HIGHMEM));
	/* They limit, too: with nothing left below, what is above is not touched. */
	exhaust(GFP_KERNEL | __GFP_DMA | __GFP_MEMALLOC);
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_DMA), __MAX_NR_ZONES);
	exhaust(GFP_KERNEL | __GFP_DMA32 | __GFP_MEMALLOC);
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_DMA32), __MAX_NR_ZONES);
	exhaust(GFP_KERNEL | __GFP_MEMALLOC);
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL), __MAX_NR_ZONES);
	if (highest(ZONE_HIGHMEM) == ZONE_HIGHMEM)
		KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_HIGHMEM), ZONE_HIGHMEM);
	all_back(test);
}

/* What a shrinker is told, and what it does for a request. */

static struct {
	unsigned int asked;		/* times */
	gfp_t gfp;			/* the last time */
	unsigned long claims;		/* what it says that it freed */
	unsigned int give_at;		/* the time at which it frees all there is; 0: none */
	unsigned int page_at;		/* the time at which it frees a page; 0: none */
} seen;

static unsigned long count_it(struct shrinker *s, struct shrink_control *sc)
{
	return 1 << 20;
}

static unsigned long scan_it(struct shrinker *s, struct shrink_control *sc)
{
	/* One run of kswapd may be under way still: it is not what is asked about. */
	if (current->flags & PF_KSWAPD)
		return SHRINK_STOP;
	seen.gfp = sc->gfp_mask;
	if (++seen.asked == seen.give_at)
		release();
	if (seen.asked == seen.page_at)
		drop(0, 1);
	return seen.claims && seen.claims-- ? 1 : SHRINK_STOP;
}

static struct shrinker shrinker = {
	.count_objects = count_it, .scan_objects = scan_it, .seeks = DEFAULT_SEEKS,
};

/* Begin with no memory, a shrinker, and a clean slate. */
static void starve(struct kunit *test, gfp_t gfp)
{
	KUNIT_ASSERT_EQ(test, register_shrinker(&shrinker, "gfp_flags"), 0);
	kswapd_keep_quiet();
	exhaust(gfp);
	memset(&seen, 0, sizeof(seen));
}

static void feed(struct kunit *test)
{
	release();
	unregister_shrinker(&shrinker);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
}

/* How often was the shrinker asked for this request? */
static unsigned int asked_for(gfp_t gfp)
{
	memset(&seen, 0, sizeof(seen));
	hold(gfp, 0);
	return seen.asked;
}

/* Action modifiers (A10), in the order of the documents' table. */

/* __GFP_WAIT of old. */
static void direct_reclaim_test(struct kunit *test)
{
	struct page *page;

	quarry_expect_reports(test, 1);
	preempt_disable();
	page = alloc_page(GFP_KERNEL);
	__free_page(page);
	page = alloc_page(GFP_KERNEL & ~__GFP_DIRECT_RECLAIM);
	__free_page(page);
	preempt_enable();
	starve(test, GFP_KERNEL);
	KUNIT_EXPECT_GT(test, asked_for(GFP_KERNEL), 0u);
	KUNIT_EXPECT_EQ(test, asked_for(GFP_KERNEL & ~__GFP_DIRECT_RECLAIM), 0u);
	feed(test);
}

static unsigned long wakes_for(gfp_t gfp)
{
	struct kswapd *k = &kswapds[numa_node_id()];
	unsigned long before = READ_ONCE(k->wakes);

	WRITE_ONCE(k->gave_up_at, 0);
	WRITE_ONCE(k->failures, 0);
	hold(gfp, 0);
	before = READ_ONCE(k->wakes) - before;
	kswapd_keep_quiet();
	return before;
}

static void kswapd_reclaim_test(struct kunit *test)
{
	quiesce(test);
	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, wakes_for(GFP_NOWAIT), 1ul);
	KUNIT_EXPECT_EQ(test, wakes_for(GFP_NOWAIT & ~__GFP_KSWAPD_RECLAIM), 0ul);
	KUNIT_EXPECT_EQ(test, wakes_for(GFP_KERNEL), 1ul);
	KUNIT_EXPECT_EQ(test, wakes_for(GFP_KERNEL & ~__GFP_KSWAPD_RECLAIM), 0ul);
	all_back(test);
}

static void high_and_atomic_test(struct kunit *test)
{
	quiesce(test);
	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT | __GFP_HIGH, 0));
	exhaust(GFP_KERNEL | __GFP_HIGH);
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT | __GFP_HIGH, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT | __GFP_HIGH | __GFP_ATOMIC, 0));
	/* Below all marks now: only what gives memory back goes on. */
	exhaust(GFP_ATOMIC);
	KUNIT_EXPECT_FALSE(test, hold(GFP_ATOMIC, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_MEMALLOC | __GFP_NOMEMALLOC, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | __GFP_MEMALLOC, 0));
	current->flags |= PF_MEMALLOC;
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_NOMEMALLOC, 0));
	current->flags &= ~PF_MEMALLOC;
	all_back(test);
}

static void set_marks(struct zone *zone, unsigned long low, unsigned long high)
{
	WRITE_ONCE(zone->_watermark[WMARK_LOW], low);
	WRITE_ONCE(zone->_watermark[WMARK_HIGH], high);
	pcp_update_fast();
}

/* Is a block granted without waking anybody, with so many more free than the low mark? */
static bool above_low_mark(unsigned int order, struct zone *zone, long more)
{
	unsigned long low = low_wmark_pages(zone), high = high_wmark_pages(zone), wakes;
	struct kswapd *k = &kswapds[zone->node];
	struct page *page;
	bool quiet;

	/* One is in this CPU's cache; all that the zone has left is in the buddy system. */
	__free_pages(alloc_pages(GFP_KERNEL, order), order);
	set_marks(zone, zone_free_pages(zone) - (unsigned long)more, zone_managed_pages(zone));
	WRITE_ONCE(k->gave_up_at, 0);
	WRITE_ONCE(k->failures, 0);
	wakes = READ_ONCE(k->wakes);
	page = alloc_pages(GFP_KERNEL, order);
	quiet = page && page_zone(page) == zone && READ_ONCE(k->wakes) == wakes;
	kswapd_keep_quiet();
	if (page)
		__free_pages(page, order);
	set_marks(zone, low, high);
	return quiet;
}

/* Ordinary requests leave the low mark, on the fast path as well. */
static void low_mark_test(struct kunit *test)
{
	static const unsigned int orders[] = { 0, 1, 3, NR_PCP_ORDERS, pageblock_order };
	struct zone *zone = first_zone(GFP_KERNEL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		long pages = 1l << orders[i];

		KUNIT_EXPECT_TRUE(test, above_low_mark(orders[i], zone, pages + 1));
		KUNIT_EXPECT_TRUE(test, above_low_mark(orders[i], zone, pages));
		KUNIT_EXPECT_FALSE(test, above_low_mark(orders[i], zone, pages - 1));
		KUNIT_EXPECT_FALSE(test, above_low_mark(orders[i], zone, pages - 2));
	}
	all_back(test);
}

/* How much of a bulk request is granted with so many more free than the low mark? */
static unsigned long bulk_above_low_mark(struct zone *zone, unsigned int nr, unsigned long more)
{
	unsigned long low = low_wmark_pages(zone), high = high_wmark_pages(zone), got, i;
	struct page *pages[8] = { NULL };

	for (i = 0; i < nr; i++)
		hold(GFP_KERNEL, 0);
	drop(0, nr);
	set_marks(zone, zone_free_pages(zone) - more, high);
	got = alloc_pages_bulk_array(GFP_NOWAIT | __GFP_NOWARN, nr, pages);
	set_marks(zone, low, high);
	for (i = 0; i < got; i++)
		__free_page(pages[i]);
	return got;
}

/* A bulk request is a request for all its pages. If that is too much, it gets one. */
static void bulk_low_mark_test(struct kunit *test)
{
	struct zone *zone = first_zone(GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, bulk_above_low_mark(zone, 4, 4), 4ul);
	KUNIT_EXPECT_EQ(test, bulk_above_low_mark(zone, 4, 3), 1ul);
	all_back(test);
}

static void io_and_fs_test(struct kunit *test)
{
	const gfp_t both = __GFP_IO | __GFP_FS;
	unsigned int old = current->flags;

	starve(test, GFP_KERNEL);
	asked_for(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, seen.gfp & both, both);
	asked_for(GFP_KERNEL & ~__GFP_FS);
	KUNIT_EXPECT_EQ(test, seen.gfp & both, __GFP_IO);
	asked_for(GFP_KERNEL & ~both);
	KUNIT_EXPECT_EQ(test, seen.gfp & both, 0u);
	current->flags = old | PF_MEMALLOC_NOFS;
	asked_for(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, seen.gfp & both, __GFP_IO);
	current->flags = old | PF_MEMALLOC_NOIO;
	asked_for(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, seen.gfp & both, 0u);
	current->flags = old;
	feed(test);
}

static void cold_test(struct kunit *test)
{
	struct page *hot, *cold;

	drain_all_pages(NULL);
	preempt_disable();
	hot = alloc_page(GFP_ATOMIC);
	cold = alloc_page(GFP_ATOMIC);
	free_cold_page(cold);
	free_hot_page(hot);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC | ___GFP_COLD), cold);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC), hot);
	/* The same on the way that is not the fast one. */
	free_cold_page(cold);
	free_hot_page(hot);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC | __GFP_THISNODE), hot);
	KUNIT_EXPECT_PTR_EQ(test, alloc_page(GFP_ATOMIC | __GFP_THISNODE | ___GFP_COLD), cold);
	__free_page(cold);
	__free_page(hot);
	preempt_enable();
}

static void nowarn_test(struct kunit *test)
{
	unsigned int before = log_count("page allocation failure");

	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, log_count("page allocation failure"), before);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, log_count("page allocation failure"), before + 1);
	all_back(test);
}

/* __GFP_REPEAT of old: it waits for others; __GFP_NORETRY is tried once only. */
static void retry_test(struct kunit *test)
{
	unsigned int once, nodes = machine.nr_nodes;
	unsigned long slept;

	starve(test, GFP_KERNEL);
	once = asked_for(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, asked_for(GFP_KERNEL | __GFP_NORETRY), once);
	slept = current->nvcsw;
	KUNIT_EXPECT_GE(test, asked_for(GFP_KERNEL | __GFP_RETRY_MAYFAIL), 16 * once);
	KUNIT_EXPECT_GE(test, current->nvcsw - slept, 16ul);
	/* With progress it is worth another round, but not to who says no. */
	memset(&seen, 0, sizeof(seen));
	seen.claims = 100;
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_NORETRY, 0));
	once = seen.asked;
	KUNIT_EXPECT_GE(test, once, nodes);
	memset(&seen, 0, sizeof(seen));
	seen.claims = 100;
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_GT(test, seen.asked, once);
	/* Nor for a block so large that it comes together by chance only. */
	memset(&seen, 0, sizeof(seen));
	seen.claims = 100;
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_NORETRY, PAGE_ALLOC_COSTLY_ORDER + 1));
	once = seen.asked;
	memset(&seen, 0, sizeof(seen));
	seen.claims = 100;
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, PAGE_ALLOC_COSTLY_ORDER + 1));
	KUNIT_EXPECT_EQ(test, seen.asked, once);
	feed(test);
}

/* The shrinker has nothing to give for a long time: all the others give up. */
static void nofail_test(struct kunit *test)
{
	unsigned int once;

	/* Deeper than a request that waits may go in the end. */
	starve(test, GFP_KERNEL | __GFP_HIGH);
	once = asked_for(GFP_KERNEL);
	memset(&seen, 0, sizeof(seen));
	seen.give_at = 20 * once;
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_NORETRY, 0));
	KUNIT_EXPECT_LT(test, seen.asked, seen.give_at);
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | __GFP_NOFAIL, 0));
	KUNIT_EXPECT_GE(test, seen.asked, seen.give_at);
	feed(test);
}

/* Who reclaims has what was freed at once, and asks for no more. */
static void first_page_is_enough_test(struct kunit *test)
{
	unsigned int all;

	KUNIT_ASSERT_TRUE(test, hold(GFP_KERNEL, 0));
	starve(test, GFP_KERNEL);
	all = asked_for(GFP_KERNEL);
	memset(&seen, 0, sizeof(seen));
	seen.page_at = seen.claims = 1;
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_GT(test, seen.asked, 0u);
	KUNIT_EXPECT_LT(test, seen.asked, all / 2);
	feed(test);
}

/* While it waits it may go deeper than it could at first: it must have something. */
static void nofail_goes_deeper_test(struct kunit *test)
{
	starve(test, GFP_KERNEL);
	seen.give_at = 20 * asked_for(GFP_KERNEL);
	seen.asked = 0;
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | __GFP_NOFAIL, 0));
	KUNIT_EXPECT_LT(test, seen.asked, seen.give_at);
	feed(test);
}

static void hardwall_test(struct kunit *test)
{
	nodemask_t old = current->mems_allowed;

	current->mems_allowed = NODE_MASK_NONE;
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_HARDWALL, 0));
	/* The same on the way that is not the fast one. */
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | ___GFP_COLD, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | ___GFP_COLD | __GFP_HARDWALL, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT | __GFP_HARDWALL, 0));
	current->mems_allowed = old;
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL | __GFP_HARDWALL, 0));
	all_back(test);
}

static void thisnode_test(struct kunit *test)
{
	int nid = (int)machine.nr_nodes - 1, order;

	if (!nid)
		kunit_skip(test, "there is one node only");
	skip_without_low_memory(test);
	for (order = MAX_ORDER - 1; order >= 0; order--)
		while (hold_on(nid, GFP_KERNEL | __GFP_THISNODE, (unsigned int)order))
			KUNIT_ASSERT_EQ(test, oracle_node(page_to_pfn(list_first_entry(&held,
							  struct page, lru))), nid);
	KUNIT_EXPECT_FALSE(test, hold_on(nid, GFP_KERNEL | __GFP_THISNODE, 0));
	KUNIT_EXPECT_TRUE(test, hold_on(nid, GFP_KERNEL, 0));
	KUNIT_EXPECT_NE(test, oracle_node(page_to_pfn(list_first_entry(&held, struct page, lru))),
			nid);
	all_back(test);
}

/* The nearest zone of the kind is another node's: none for who wants its own. */
static void thisnode_without_zone_test(struct kunit *test)
{
	int nid = (int)machine.nr_nodes - 1;

	if (!nid || managed_zone(&NODE_DATA(nid)->node_zones[ZONE_DMA]))
		kunit_skip(test, "each node has each kind of zone");
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of_node(nid)), 0);
	KUNIT_ASSERT_EQ(test, numa_node_id(), nid);
	/* This CPU has one of its pages ready. */
	__free_page(alloc_page(GFP_KERNEL | __GFP_DMA));
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT | __GFP_DMA | __GFP_THISNODE, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_NOWAIT | __GFP_DMA, 0));
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	all_back(test);
}

/* A whole pageblock takes the type of the request that it was given to. */
static int type_of(struct kunit *test, gfp_t gfp)
{
	struct page *page = alloc_pages(gfp, pageblock_order);
	int type;

	KUNIT_ASSERT_NOT_NULL(test, page);
	type = pageblock_type_of(page_zone(page), page_to_pfn(page));
	__free_pages(page, pageblock_order);
	return type;
}

static void mobility_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, type_of(test, GFP_KERNEL), MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_EQ(test, type_of(test, GFP_KERNEL | __GFP_RECLAIMABLE),
			MIGRATE_RECLAIMABLE);
	KUNIT_EXPECT_EQ(test, type_of(test, GFP_KERNEL | __GFP_MOVABLE), MIGRATE_MOVABLE);
	KUNIT_EXPECT_EQ(test, type_of(test, GFP_KERNEL), MIGRATE_UNMOVABLE);
}

static int block_type(struct page *page)
{
	return pageblock_type_of(page_zone(page), page_to_pfn(page));
}

/* Single pages come from pageblocks of their type, from the cache or not, or many at once. */
static void mobility_of_pages_test(struct kunit *test)
{
	static const gfp_t gfp[] = { GFP_ATOMIC, GFP_ATOMIC | __GFP_MOVABLE,
				     GFP_ATOMIC | __GFP_RECLAIMABLE };
	struct page *page[ARRAY_SIZE(gfp)], *many[6];
	int i, n;

	preempt_disable();
	drain_local_pages(NULL);
	/* The cache is empty: the long way. */
	for (i = 0; i < (int)ARRAY_SIZE(gfp); i++) {
		page[i] = alloc_page(gfp[i]);
		KUNIT_EXPECT_EQ(test, block_type(page[i]), i);
	}
	for (i = 0; i < (int)ARRAY_SIZE(gfp); i++)
		__free_page(page[i]);
	/* Each list has one now. */
	for (i = 0; i < (int)ARRAY_SIZE(gfp); i++)
		KUNIT_EXPECT_PTR_EQ(test, alloc_page(gfp[i]), page[i]);
	for (i = 0; i < (int)ARRAY_SIZE(gfp); i++)
		__free_page(page[i]);
	for (i = 0; i < (int)ARRAY_SIZE(gfp); i++) {
		drain_local_pages(NULL);
		memset(many, 0, sizeof(many));
		n = (int)alloc_pages_bulk_array(gfp[i], ARRAY_SIZE(many), many);
		KUNIT_EXPECT_EQ(test, n, (int)ARRAY_SIZE(many));
		while (n--) {
			KUNIT_EXPECT_EQ(test, block_type(many[n]), i);
			__free_page(many[n]);
		}
	}
	preempt_enable();
	all_back(test);
}

static void comp_test(struct kunit *test)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER - 2; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);
		struct page *compound = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

		KUNIT_ASSERT_TRUE(test, page && compound);
		KUNIT_EXPECT_FALSE(test, PageCompound(page));
		KUNIT_EXPECT_EQ(test, PageHead(compound), order != 0);
		KUNIT_EXPECT_EQ(test, compound_order(compound), order);
		__free_pages(compound, order);
		__free_pages(page, order);
	}
}

static unsigned int dirty_pages(struct page *page, unsigned int order)
{
	unsigned int i, n = 0;

	for (i = 0; i < 1u << order; i++) {
		void *addr = kmap_local_page(page + i);

		n += memchr_inv(addr, 0, PAGE_SIZE) != NULL;
		memset(addr, 0x5a, PAGE_SIZE);
		kunmap_local(addr);
	}
	return n;
}

static void zero_test(struct kunit *test)
{
	static const gfp_t from[] = { 0, __GFP_HIGHMEM };
	unsigned int order, i;

	for (i = 0; i < ARRAY_SIZE(from); i++)
		for (order = 0; order < 6; order++) {
			struct page *page = alloc_pages(GFP_KERNEL | from[i], order);

			KUNIT_ASSERT_NOT_NULL(test, page);
			dirty_pages(page, order);
			__free_pages(page, order);
			/* The same block, as it was just freed; or another, also dirty. */
			page = alloc_pages(GFP_KERNEL | from[i] | __GFP_ZERO, order);
			KUNIT_ASSERT_NOT_NULL(test, page);
			KUNIT_EXPECT_EQ(test, dirty_pages(page, order), 0u);
			__free_pages(page, order);
			page = alloc_page(GFP_KERNEL | from[i]);
			KUNIT_EXPECT_EQ(test, dirty_pages(page, 0), 1u);
			__free_page(page);
		}
}

/* Not those pages that this CPU has ready, as they are. */
static void zero_bulk_test(struct kunit *test)
{
	struct page *pages[5];
	unsigned long n;

	for (n = 0; n < ARRAY_SIZE(pages); n++)
		pages[n] = alloc_page(GFP_KERNEL);
	while (n--) {
		dirty_pages(pages[n], 0);
		__free_page(pages[n]);
		pages[n] = NULL;
	}
	n = alloc_pages_bulk_array(GFP_NOWAIT | __GFP_ZERO, ARRAY_SIZE(pages), pages);
	KUNIT_EXPECT_GT(test, n, 0ul);
	while (n--) {
		KUNIT_EXPECT_EQ(test, dirty_pages(pages[n], 0), 0u);
		__free_page(pages[n]);
	}
}

/* A cache that must not grow gives what it has, and no more. */
static void no_grow_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("no_grow", 512, 0, SLAB_POISON, NULL);
	void *p, *again;

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_NULL(test, kmem_cache_alloc(s, GFP_KERNEL | ___GFP_NO_GROW));
	p = kmem_cache_alloc(s, GFP_KERNEL);
	again = kmem_cache_alloc(s, GFP_KERNEL | ___GFP_NO_GROW);
	KUNIT_EXPECT_NOT_NULL(test, p);
	KUNIT_EXPECT_NOT_NULL(test, again);
	kmem_cache_free(s, again);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

/* Type flags (A12): made of what the tables say, and behave so. */

static const struct type_flags {
	const char *name;
	gfp_t gfp, made_of;
	unsigned int waits : 1, io : 1, fs : 1, hardwall : 1;
	unsigned int wakes : 1, half : 1, more : 1;	/* kswapd; below min; below half */
	enum zone_type kind;
} types[] = {
	{ "GFP_ATOMIC", GFP_ATOMIC, __GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM,
	  0, 0, 0, 0, 1, 1, 1, ZONE_NORMAL },
	{ "GFP_NOWAIT", GFP_NOWAIT, __GFP_KSWAPD_RECLAIM, 0, 0, 0, 0, 1, 0, 0, ZONE_NORMAL },
	{ "GFP_NOIO", GFP_NOIO, __GFP_RECLAIM, 1, 0, 0, 0, 1, 0, 0, ZONE_NORMAL },
	{ "GFP_NOFS", GFP_NOFS, __GFP_RECLAIM | __GFP_IO, 1, 1, 0, 0, 1, 0, 0, ZONE_NORMAL },
	{ "GFP_KERNEL", GFP_KERNEL, __GFP_RECLAIM | __GFP_IO | __GFP_FS,
	  1, 1, 1, 0, 1, 0, 0, ZONE_NORMAL },
	{ "GFP_USER", GFP_USER, __GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HARDWALL,
	  1, 1, 1, 1, 1, 0, 0, ZONE_NORMAL },
	{ "GFP_HIGHUSER", GFP_HIGHUSER,
	  __GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HARDWALL | __GFP_HIGHMEM,
	  1, 1, 1, 1, 1, 0, 0, ZONE_HIGHMEM },
	{ "GFP_DMA", GFP_DMA, __GFP_DMA, 0, 0, 0, 0, 0, 0, 0, ZONE_DMA },
};

static bool allowed_nowhere(gfp_t gfp)
{
	nodemask_t old = current->mems_allowed;
	bool got;

	current->mems_allowed = NODE_MASK_NONE;
	got = hold(gfp, 0);
	current->mems_allowed = old;
	return got;
}

static void type_flags_test(struct kunit *test)
{
	const struct type_flags *t = test->param_value;
	gfp_t reach = t->gfp & (__GFP_DMA | __GFP_HIGHMEM);
	unsigned int asked;

	KUNIT_EXPECT_EQ(test, t->gfp, t->made_of);
	KUNIT_EXPECT_EQ(test, kind_of(t->gfp), highest(t->kind));
	KUNIT_EXPECT_EQ(test, allowed_nowhere(t->gfp), !t->hardwall);
	if (t->waits)
		quarry_expect_reports(test, 1);
	preempt_disable();
	KUNIT_EXPECT_TRUE(test, hold(t->gfp, 0));
	preempt_enable();

	starve(test, GFP_KERNEL | reach);
	asked = asked_for(t->gfp & ~__GFP_HIGH);
	KUNIT_EXPECT_EQ(test, asked != 0, (bool)t->waits);
	KUNIT_EXPECT_EQ(test, (seen.gfp & __GFP_IO) != 0, (bool)t->io);
	KUNIT_EXPECT_EQ(test, (seen.gfp & __GFP_FS) != 0, (bool)t->fs);
	KUNIT_EXPECT_EQ(test, wakes_for(t->gfp), (unsigned long)t->wakes);
	KUNIT_EXPECT_EQ(test, hold(t->gfp, 0), (bool)t->half);
	exhaust(GFP_KERNEL | __GFP_HIGH | reach);
	KUNIT_EXPECT_EQ(test, hold(t->gfp, 0), (bool)t->more);
	feed(test);
}

static void describe(const struct type_flags *t, char *desc)
{
	strscpy(desc, t->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(types, types, describe);

static struct kunit_case cases[] = {
	KUNIT_CASE(zone_modifiers_test),
	KUNIT_CASE(direct_reclaim_test),
	KUNIT_CASE(kswapd_reclaim_test),
	KUNIT_CASE(high_and_atomic_test),
	KUNIT_CASE(low_mark_test),
	KUNIT_CASE(bulk_low_mark_test),
	KUNIT_CASE(io_and_fs_test),
	KUNIT_CASE(cold_test),
	KUNIT_CASE(nowarn_test),
	KUNIT_CASE(retry_test),
	KUNIT_CASE(nofail_test),
	KUNIT_CASE(first_page_is_enough_test),
	KUNIT_CASE(nofail_goes_deeper_test),
	KUNIT_CASE(hardwall_test),
	KUNIT_CASE(thisnode_test),
	KUNIT_CASE(thisnode_without_zone_test),
	KUNIT_CASE(mobility_test),
	KUNIT_CASE(mobility_of_pages_test),
	KUNIT_CASE(comp_test),
	KUNIT_CASE(zero_test),
	KUNIT_CASE(zero_bulk_test),
	KUNIT_CASE(no_grow_test),
	KUNIT_CASE_PARAM(type_flags_test, types_gen_params),
	{}
};

#define FLAGS_ON(preset, machine)					\
	static struct kunit_suite gfp_flags_##preset##_suite = {	\
		.name = "gfp_flags_" #preset, .init = begin, .test_cases = cases }; \
	quarry_suite_on(gfp_flags_##preset##_suite, machine)

FLAGS_ON(x86_64, "x86_64-8g");
FLAGS_ON(i386, "i386-4g");
FLAGS_ON(numa, "numa-4x2g");
FLAGS_ON(tiny, "tiny-16m");
