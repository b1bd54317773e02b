// SPDX-License-Identifier: MIT
/* Page flags: each has its bit, its accessors and its aliases (A2). */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/page-flags.h>

static struct page *page;
static unsigned long place;

static int get(struct kunit *test)
{
	page = alloc_page(GFP_KERNEL);
	place = page ? page->flags : 0;
	return page ? 0 : -ENOMEM;
}

static void put(struct kunit *test)
{
	page->flags = place;
	__free_page(page);
}

#define CHECK_FLAG(name, bit)						\
	do {								\
		unsigned long mask = 1ul << (bit);			\
									\
		KUNIT_EXPECT_FALSE(test, Page##name(page));		\
		SetPage##name(page);					\
		KUNIT_EXPECT_TRUE(test, Page##name(page));		\
		KUNIT_EXPECT_EQ(test, page->flags, place | mask);	\
		KUNIT_EXPECT_TRUE(test, TestSetPage##name(page));	\
		ClearPage##name(page);					\
		KUNIT_EXPECT_EQ(test, page->flags, place);		\
		KUNIT_EXPECT_FALSE(test, TestSetPage##name(page));	\
		KUNIT_EXPECT_TRUE(test, TestClearPage##name(page));	\
		KUNIT_EXPECT_FALSE(test, TestClearPage##name(page));	\
		__SetPage##name(page);					\
		KUNIT_EXPECT_EQ(test, page->flags, place | mask);	\
		__ClearPage##name(page);				\
		KUNIT_EXPECT_EQ(test, page->flags, place);		\
	} while (0)

static void state_flags_test(struct kunit *test)
{
	CHECK_FLAG(Locked, PG_locked);
	CHECK_FLAG(Error, PG_error);
	CHECK_FLAG(Referenced, PG_referenced);
	CHECK_FLAG(Uptodate, PG_uptodate);
	CHECK_FLAG(Dirty, PG_dirty);
	CHECK_FLAG(LRU, PG_lru);
	CHECK_FLAG(Active, PG_active);
	CHECK_FLAG(Slab, PG_slab);
	CHECK_FLAG(Arch1, PG_arch_1);
	CHECK_FLAG(Reserved, PG_reserved);
	CHECK_FLAG(Private, PG_private);
	CHECK_FLAG(Private2, PG_private_2);
	CHECK_FLAG(Writeback, PG_writeback);
}

static void more_state_flags_test(struct kunit *test)
{
	CHECK_FLAG(OwnerPriv1, PG_owner_priv_1);
	CHECK_FLAG(SwapCache, PG_swapcache);
	CHECK_FLAG(MappedToDisk, PG_mappedtodisk);
	CHECK_FLAG(Reclaim, PG_reclaim);
	CHECK_FLAG(SwapBacked, PG_swapbacked);
	CHECK_FLAG(Unevictable, PG_unevictable);
	CHECK_FLAG(Mlocked, PG_mlocked);
	CHECK_FLAG(Uncached, PG_uncached);
	CHECK_FLAG(HWPoison, PG_hwpoison);
	CHECK_FLAG(CompoundLock, PG_compound_lock);
	CHECK_FLAG(Nosave, PG_nosave);
	CHECK_FLAG(NosaveFree, PG_nosave_free);
}

static void aliases_test(struct kunit *test)
{
	CHECK_FLAG(Checked, PG_owner_priv_1);
	CHECK_FLAG(Pinned, PG_owner_priv_1);
	CHECK_FLAG(SavePinned, PG_dirty);
	CHECK_FLAG(FsCache, PG_private_2);
	CHECK_FLAG(SlobFree, PG_private);
	KUNIT_EXPECT_EQ(test, (int)PG_compound, (int)PG_head);
}

static void flags_leave_zone_and_node_test(struct kunit *test)
{
	struct zone *zone = page_zone(page);
	int bit;

	for (bit = 0; bit < __NR_PAGEFLAGS; bit++)
		page->flags |= 1ul << bit;
	KUNIT_EXPECT_PTR_EQ(test, page_zone(page), zone);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), zone->node);
	KUNIT_EXPECT_EQ(test, page->flags & PAGE_PLACE_MASK, place);
}

static void references_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	get_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	page_ref_inc(page);
	page_ref_dec(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 2);
	KUNIT_EXPECT_FALSE(test, page_ref_freeze(page, 1));
	KUNIT_EXPECT_TRUE(test, page_ref_freeze(page, 2));
	KUNIT_EXPECT_FALSE(test, get_page_unless_zero(page));
	page_ref_unfreeze(page, 2);
	KUNIT_EXPECT_TRUE(test, get_page_unless_zero(page));
	KUNIT_EXPECT_FALSE(test, put_page_testzero(page));
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(state_flags_test),
	KUNIT_CASE(more_state_flags_test),
	KUNIT_CASE(aliases_test),
	KUNIT_CASE(flags_leave_zone_and_node_test),
	KUNIT_CASE(references_test),
	{}
};

static struct kunit_suite page_flags_suite = {
	.name = "page_flags",
	.init = get,
	.exit = put,
	.test_cases = cases,
};
kunit_test_suite(page_flags_suite);
static struct kunit_suite page_flags_numa_suite = {
	.name = "page_flags_numa",
	.init = get,
	.exit = put,
	.test_cases = cases,
};
quarry_suite_on(page_flags_numa_suite, "numa-4x2g");
