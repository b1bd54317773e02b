// SPDX-License-Identifier: MIT
/* The page interface (A9, A14) and its detectors: A1 to A3 of mm/page_alloc.c. */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sysinfo.h>

#include "mm/internal.h"
#include "mm/pages.h"

static unsigned long free_before;

static int quiesce(struct kunit *test)
{
	drain_all_pages(NULL);
	free_before = nr_free_pages();
	return 0;
}

static void all_back(struct kunit *test)
{
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free_before);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
}

/* Interface. */

static void alloc_pages_test(struct kunit *test)
{
	unsigned int order, i;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, page_to_pfn(page) & ((1ul << order) - 1), 0ul);
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		KUNIT_EXPECT_EQ(test, page_private(page), 0ul);
		KUNIT_EXPECT_EQ(test, page->flags & ~PAGE_PLACE_MASK, 0ul);
		for (i = 1; i < 1u << order; i++)
			KUNIT_ASSERT_EQ(test, page_count(page + i), 0);
		__free_pages(page, order);
	}
}

/* What the last user left in the descriptor is gone. */
static void private_is_cleared_test(struct kunit *test)
{
	unsigned int order;

	preempt_disable();
	for (order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_ATOMIC, order), *again;

		KUNIT_EXPECT_NOT_NULL(test, page);
		set_page_private(page, 0x123);
		__free_pages(page, order);
		again = alloc_pages(GFP_ATOMIC, order);
		if (order < NR_PCP_ORDERS)
			KUNIT_EXPECT_PTR_EQ(test, again, page);
		KUNIT_EXPECT_EQ(test, page_private(again), 0ul);
		__free_pages(again, order);
	}
	preempt_enable();
	all_back(test);
}

static void addresses_test(struct kunit *test)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 3);

	KUNIT_ASSERT_NE(test, addr, 0ul);
	KUNIT_EXPECT_EQ(test, addr & (8 * PAGE_SIZE - 1) & PAGE_MASK, addr & 7 * PAGE_SIZE);
	memset((void *)addr, 0x5a, 8 * PAGE_SIZE);
	free_pages(addr, 3);
	addr = get_zeroed_page(GFP_KERNEL);
	KUNIT_ASSERT_NE(test, addr, 0ul);
	KUNIT_EXPECT_NULL(test, memchr_inv((void *)addr, 0, PAGE_SIZE));
	free_page(addr);
	addr = __get_dma_pages(GFP_KERNEL, 1);
	KUNIT_ASSERT_NE(test, addr, 0ul);
	KUNIT_EXPECT_EQ(test, page_zonenum(virt_to_page(addr)), ZONE_DMA);
	free_pages(addr, 1);
	free_page(0);
}

static void highmem_has_no_address_test(struct kunit *test)
{
	quarry_expect_reports(test, 3);
	KUNIT_EXPECT_EQ(test, __get_free_page(GFP_HIGHUSER), 0ul);
	KUNIT_EXPECT_EQ(test, get_zeroed_page(GFP_HIGHUSER), 0ul);
	KUNIT_EXPECT_NULL(test, alloc_pages_exact(100, GFP_HIGHUSER));
}

static void zeroed_highmem_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	void *addr;

	KUNIT_ASSERT_NOT_NULL(test, page);
	if (PageHighMem(page))
		KUNIT_EXPECT_NULL(test, page_address(page));
	addr = kmap_local_page(page);
	KUNIT_EXPECT_NULL(test, memchr_inv(addr, 0, PAGE_SIZE));
	memset(addr, 1, PAGE_SIZE);
	kunmap_local(addr);
	__free_page(page);
	page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	addr = kmap_local_page(page);
	KUNIT_EXPECT_NULL(test, memchr_inv(addr, 0, PAGE_SIZE));
	kunmap_local(addr);
	__free_page(page);
}

static void exact_test(struct kunit *test)
{
	static const size_t sizes[] = { 1, PAGE_SIZE, PAGE_SIZE + 1, 5 * PAGE_SIZE,
					100 * PAGE_SIZE - 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned long pages = PAGE_ALIGN(sizes[i]) >> PAGE_SHIFT;
		void *p = alloc_pages_exact(sizes[i], GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		memset(p, 1, sizes[i]);
		drain_all_pages(NULL);
		KUNIT_EXPECT_EQ(test, nr_free_pages(), free_before - pages);
		free_pages_exact(p, sizes[i]);
		all_back(test);
	}
	KUNIT_EXPECT_NULL(test, alloc_pages_exact(0, GFP_KERNEL));
}

static void bulk_array_test(struct kunit *test)
{
	struct page **array = kunit_kcalloc(test, 200, sizeof(*array), GFP_KERNEL);
	struct page *mine;
	unsigned int i, j;

	KUNIT_ASSERT_NOT_NULL(test, array);
	quiesce(test);
	mine = array[7] = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 200, array), 200ul);
	KUNIT_EXPECT_PTR_EQ(test, array[7], mine);
	for (i = 0; i < 200; i++) {
		KUNIT_ASSERT_NOT_NULL(test, array[i]);
		KUNIT_EXPECT_EQ(test, page_count(array[i]), 1);
		for (j = 0; j < i; j++)
			KUNIT_ASSERT_PTR_NE(test, array[i], array[j]);
	}
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 200, array), 200ul);
	for (i = 0; i < 200; i++)
		__free_page(array[i]);
	all_back(test);
}

static void bulk_list_test(struct kunit *test)
{
	struct page *page;
	unsigned int n = 0;
	LIST_HEAD(list);

	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_list(GFP_KERNEL, 64, &list), 64ul);
	list_for_each_entry(page, &list, lru)
		n++;
	KUNIT_EXPECT_EQ(test, n, 64u);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_list(GFP_KERNEL, 0, &list), 0ul);
	put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, list_empty(&list));
	all_back(test);
}

/* Compound pages. */

static void compound_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 4);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_TRUE(test, PageHead(page));
	KUNIT_EXPECT_FALSE(test, PageTail(page));
	KUNIT_EXPECT_EQ(test, compound_order(page), 4u);
	KUNIT_EXPECT_EQ(test, page_size(page), 16 * PAGE_SIZE);
	for (i = 1; i < 16; i++) {
		KUNIT_EXPECT_TRUE(test, PageTail(page + i));
		KUNIT_EXPECT_TRUE(test, PageCompound(page + i));
		KUNIT_EXPECT_PTR_EQ(test, compound_head(page + i), page);
	}
	KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(page_address(page + 9)), page);
	/* References are the head's, whichever page they are taken by. */
	get_page(page + 5);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	KUNIT_EXPECT_EQ(test, page_count(page + 3), 2);
	put_page(page + 9);
	__free_pages(page, 4);
	KUNIT_EXPECT_FALSE(test, PageTail(page + 5));
	all_back(test);
}

static void compound_freed_by_last_reference_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	get_page(page);
	__free_pages(page, 3);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_TRUE(test, PageHead(page));
	put_page(page + 7);
	all_back(test);
}

/* A block without __GFP_COMP that somebody else holds by its first page. */
static void block_held_elsewhere_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	get_page(page);
	__free_pages(page, 3);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free_before - 1);
	put_page(page);
	all_back(test);
}

static void split_page_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	unsigned int i;

	split_page(page, 2);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, page_count(page + i), 1);
	for (i = 0; i < 4; i++)
		__free_page(page + i);
	all_back(test);
}

/* Detectors (A2). Each mistake is reported, once, and survived. */

static void double_free_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	quarry_expect_reports(test, 1);
	__free_page(page);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	all_back(test);
}

static void double_free_of_block_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	quarry_expect_reports(test, 2);
	__free_pages(page, 3);
	__free_pages(page, 3);
	free_pages((unsigned long)page_address(page), 3);
	all_back(test);
}

static void put_of_free_page_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	quarry_expect_reports(test, 2);
	__free_page(page);
	put_page(page);
	get_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	all_back(test);
}

static void free_of_tail_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	quarry_expect_reports(test, 1);
	__free_page(page + 1);
	__free_pages(page, 2);
	all_back(test);
}

static void compound_at_wrong_order_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	quarry_expect_reports(test, 1);
	__free_pages(page, 1);
	all_back(test);
}

static void order_too_high_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	split_page(page, 1);
	quarry_expect_reports(test, 1);
	/* The second page is somebody else's. */
	__free_pages(page, 1);
	__free_page(page);
	__free_page(page + 1);
	all_back(test);
}

static void order_not_aligned_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	split_page(page, 2);
	quarry_expect_reports(test, 1);
	__free_pages(page + 1, 1);
	__free_page(page);
	__free_page(page + 1);
	__free_page(page + 2);
	__free_page(page + 3);
	all_back(test);
}

static void reserved_frame_test(struct kunit *test)
{
	struct page *page = virt_to_page(__va(0));

	quarry_expect_reports(test, 1);
	KUNIT_ASSERT_TRUE(test, PageReserved(page));
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, PageReserved(page));
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	all_back(test);
}

static void slab_page_test(struct kunit *test)
{
	void *p = kmalloc(64, GFP_KERNEL);

	quarry_expect_reports(test, 1);
	free_page((unsigned long)p & PAGE_MASK);
	kfree(p);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
}

static void flags_left_over_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	/* Of no concern to the allocator: they go. */
	SetPageDirty(page);
	SetPageReferenced(page);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, page->flags & ~PAGE_PLACE_MASK, 0ul);
	/* Somebody still uses the page. */
	page = alloc_page(GFP_KERNEL);
	quarry_expect_reports(test, 3);
	SetPageLocked(page);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	ClearPageLocked(page);
	page->mapping = (void *)page;
	__free_page(page);
	page->mapping = NULL;
	page->_mapcount.counter = 0;
	__free_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	page_mapcount_reset(page);
	__free_page(page);
	all_back(test);
}

static void foreign_address_test(struct kunit *test)
{
	static char not_a_page[64];

	quarry_expect_reports(test, 1);
	free_page((unsigned long)not_a_page);
	all_back(test);
}

static void split_of_compound_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	quarry_expect_reports(test, 1);
	split_page(page, 1);
	__free_pages(page, 1);
	all_back(test);
}

/* Totals. */

static void totals_test(struct kunit *test)
{
	struct sysinfo all, node;
	unsigned long total = 0, free = 0;
	struct pglist_data *pgdat;

	drain_all_pages(NULL);
	si_meminfo(&all);
	for_each_online_pgdat(pgdat) {
		si_meminfo_node(&node, pgdat->node_id);
		total += node.totalram;
		free += node.freeram;
	}
	KUNIT_EXPECT_EQ(test, all.totalram, total);
	KUNIT_EXPECT_EQ(test, all.freeram, free);
	KUNIT_EXPECT_EQ(test, all.totalram, totalram_pages());
	KUNIT_EXPECT_EQ(test, all.mem_unit, (u32)PAGE_SIZE);
	KUNIT_EXPECT_LE(test, all.freehigh, all.totalhigh);
	KUNIT_EXPECT_LT(test, (unsigned long)si_mem_available(), nr_free_pages());
	KUNIT_EXPECT_LT(test, nr_free_buffer_pages(), totalram_pages());
}

static struct kunit_case cases[] = {
	KUNIT_CASE(alloc_pages_test),
	KUNIT_CASE(private_is_cleared_test),
	KUNIT_CASE(addresses_test),
	KUNIT_CASE(highmem_has_no_address_test),
	KUNIT_CASE(zeroed_highmem_test),
	KUNIT_CASE(exact_test),
	KUNIT_CASE(bulk_array_test),
	KUNIT_CASE(bulk_list_test),
	KUNIT_CASE(compound_test),
	KUNIT_CASE(compound_freed_by_last_reference_test),
	KUNIT_CASE(block_held_elsewhere_test),
	KUNIT_CASE(split_page_test),
	KUNIT_CASE(double_free_test),
	KUNIT_CASE(double_free_of_block_test),
	KUNIT_CASE(put_of_free_page_test),
	KUNIT_CASE(free_of_tail_test),
	KUNIT_CASE(compound_at_wrong_order_test),
	KUNIT_CASE(order_too_high_test),
	KUNIT_CASE(order_not_aligned_test),
	KUNIT_CASE(reserved_frame_test),
	KUNIT_CASE(slab_page_test),
	KUNIT_CASE(flags_left_over_test),
	KUNIT_CASE(foreign_address_test),
	KUNIT_CASE(split_of_compound_test),
	KUNIT_CASE(totals_test),
	{}
};

static struct kunit_suite page_alloc_suite = {
	.name = "page_alloc", .init = quiesce, .test_cases = cases };
kunit_test_suite(page_alloc_suite);
static struct kunit_suite page_alloc_i386_suite = {
	.name = "page_alloc_i386", .init = quiesce, .test_cases = cases };
quarry_suite_on(page_alloc_i386_suite, "i386-4g");
