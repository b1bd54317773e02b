// SPDX-License-Identifier: MIT
/* Page poisoning: N1 and N2 of mm/page_poison.c. */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/poison.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/slab/layer.h"
#include "tests/unit/text.h"

static struct text tail = TEXT(6000);

/* Does the end of the log say this, from the last report on? */
static bool said(const char *phrase)
{
	return strstr(log_from_last(&tail, "BUG: pagealloc: ") ?: tail.buf, phrase);
}

/* What a free page holds, written behind everybody's back. */
static void scribble(struct page *page, unsigned int at, const void *bytes, size_t n)
{
	memcpy_to_page(page, at, bytes, n);
}

static bool holds(struct page *page, int byte)
{
	void *mem = kmap_local_page(page);
	bool yes = !memchr_inv(mem, byte, PAGE_SIZE);

	kunmap_local(mem);
	return yes;
}

static void fill(struct page *page, unsigned int order, int byte)
{
	unsigned long i;

	for (i = 0; i < 1ul << order; i++)
		memset_page(page + i, 0, byte, PAGE_SIZE);
}

static gfp_t kind_of(struct page *page)
{
	return PageHighMem(page) ? GFP_HIGHUSER : GFP_KERNEL;
}

/* On one CPU: what is freed is what is allocated next. */
static int begin(struct kunit *test)
{
	return set_cpus_allowed_ptr(current, cpumask_of(0));
}

static void no_false_alarm(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, page_poison_on);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static void freed_pages_are_filled_test(struct kunit *test)
{
	static const gfp_t kinds[] = { GFP_KERNEL, GFP_HIGHUSER, GFP_KERNEL | __GFP_COMP };
	unsigned int k, order;
	unsigned long i;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (order = 0; order < MAX_ORDER; order++) {
			struct page *page = alloc_pages(kinds[k], order);

			KUNIT_ASSERT_NOT_NULL(test, page);
			fill(page, order, 0x11);
			__free_pages(page, order);
			for (i = 0; i < 1ul << order; i++)
				KUNIT_ASSERT_TRUE(test, holds(page + i, PAGE_POISON));
			/* Taken again, and whole: nothing is reported. */
			page = alloc_pages(kinds[k], order);
			fill(page, order, 0x22);
			__free_pages(page, order);
		}
	no_false_alarm(test);
}

/* Frames that nobody has had yet hold zeros; all of memory is had, then had again. */
static void fresh_frames_test(struct kunit *test)
{
	struct page *page, *next;
	unsigned int round;
	LIST_HEAD(all);

	for (round = 0; round < 2; round++) {
		while ((page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN)))
			list_add(&page->lru, &all);
		list_for_each_entry_safe(page, next, &all, lru)
			__free_page(page);
		INIT_LIST_HEAD(&all);
	}
	no_false_alarm(test);
}

static void corrupted(struct kunit *test, gfp_t gfp, unsigned int order, unsigned int in_block)
{
	struct page *page = alloc_pages(gfp, order), *again;

	KUNIT_ASSERT_NOT_NULL(test, page);
	__free_pages(page, order);
	scribble(page + in_block, 0x123, "use after free", 14);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, page_poison_validate(), 1u);
	again = alloc_pages(gfp, order);
	KUNIT_ASSERT_PTR_EQ(test, again, page);
	KUNIT_EXPECT_TRUE(test, said("pagealloc: memory corruption"));
	KUNIT_EXPECT_TRUE(test, said("bytes 291 to 304 of page"));
	KUNIT_EXPECT_TRUE(test, said("00000120: aa aa aa 75 73 65 20 61"));
	KUNIT_EXPECT_TRUE(test, said("...use after fre"));
	KUNIT_EXPECT_TRUE(test, said("pagealloc: corrupted page details"));
	KUNIT_EXPECT_EQ(test, said("page last free stack trace:"), page_owner_on);
	/* Survived; not reported again. */
	__free_pages(page, order);
	no_false_alarm(test);
	again = alloc_pages(gfp, order);
	__free_pages(again, order);
}

static void corruption_test(struct kunit *test)
{
	corrupted(test, GFP_KERNEL, 0, 0);
	corrupted(test, GFP_KERNEL, 2, 3);
	corrupted(test, GFP_KERNEL | __GFP_COMP, 9, 511);
}

static void corruption_of_highmem_test(struct kunit *test)
{
	corrupted(test, GFP_HIGHUSER, 0, 0);
	corrupted(test, GFP_HIGHUSER, 3, 1);
}

static void single_bit_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	u8 flipped = PAGE_POISON ^ 0x40, wild = PAGE_POISON ^ 0x41;

	quarry_expect_reports(test, 2);
	__free_page(page);
	scribble(page, PAGE_SIZE - 1, &flipped, 1);
	KUNIT_ASSERT_PTR_EQ(test, alloc_page(GFP_KERNEL), page);
	KUNIT_EXPECT_TRUE(test, said("pagealloc: single bit error"));
	KUNIT_EXPECT_TRUE(test, said("bytes 4095 to 4095"));
	__free_page(page);
	scribble(page, 0, &wild, 1);
	KUNIT_ASSERT_PTR_EQ(test, alloc_page(GFP_KERNEL), page);
	KUNIT_EXPECT_TRUE(test, said("pagealloc: memory corruption"));
	KUNIT_EXPECT_TRUE(test, said("bytes 0 to 0"));
	__free_page(page);
}

/* One report for a block, however many of its pages were written to. */
static void whole_block_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	quarry_expect_reports(test, 1);
	__free_pages(page, 4);
	fill(page, 4, 0x77);
	KUNIT_ASSERT_PTR_EQ(test, alloc_pages(GFP_KERNEL, 4), page);
	KUNIT_EXPECT_TRUE(test, said("15 more pages of this block were written to"));
	__free_pages(page, 4);
}

/* Those who clear pages do it after the page was looked at, so nothing is missed. */
static void zeroed_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	gfp_t gfp = kind_of(page) | __GFP_ZERO;

	__free_page(page);
	KUNIT_ASSERT_PTR_EQ(test, alloc_page(gfp), page);
	KUNIT_EXPECT_TRUE(test, holds(page, 0));
	__free_page(page);
	scribble(page, 8, "x", 1);
	quarry_expect_reports(test, 1);
	KUNIT_ASSERT_PTR_EQ(test, alloc_page(gfp), page);
	KUNIT_EXPECT_TRUE(test, holds(page, 0));
	KUNIT_EXPECT_TRUE(test, said("bytes 8 to 8"));
	__free_page(page);
}

/* Bulk, exact and split pages are filled and looked at like all others. */
static void each_way_test(struct kunit *test)
{
	struct page *array[32] = { NULL };
	unsigned int i;
	char *p;

	KUNIT_ASSERT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 32, array), 32ul);
	for (i = 0; i < 32; i++) {
		__free_page(array[i]);
		KUNIT_EXPECT_TRUE(test, holds(array[i], PAGE_POISON));
	}
	scribble(array[31], 100, "y", 1);
	quarry_expect_reports(test, 1);
	memset(array, 0, sizeof(array));
	alloc_pages_bulk_array(GFP_KERNEL, 32, array);
	for (i = 0; i < 32; i++)
		__free_page(array[i]);
	p = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, holds(virt_to_page(p) + 5, PAGE_POISON));
	free_pages_exact(p, 5 * PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, PAGE_POISON, 5 * PAGE_SIZE));
	no_false_alarm(test);
}

/* N2: what was free while it was off has no mark, whatever it had before. */
static void switched_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	page_poison_set(false);
	KUNIT_ASSERT_PTR_EQ(test, alloc_page(GFP_KERNEL), page);
	fill(page, 0, 0x33);
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, holds(page, slab_params.init_on_free ? 0 : 0x33));
	page_poison_set(true);
	KUNIT_ASSERT_PTR_EQ(test, alloc_page(GFP_KERNEL), page);
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, holds(page, PAGE_POISON));
	no_false_alarm(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(freed_pages_are_filled_test),
	KUNIT_CASE(corruption_test),
	KUNIT_CASE(corruption_of_highmem_test),
	KUNIT_CASE(single_bit_test),
	KUNIT_CASE(whole_block_test),
	KUNIT_CASE(zeroed_test),
	KUNIT_CASE(each_way_test),
	KUNIT_CASE(switched_test),
	{}
};

static struct kunit_suite poison_suite = {
	.name = "page_poison", .init = begin, .test_cases = cases };
quarry_suite_on(poison_suite, "i386-4g page_poison=1");

static struct kunit_suite poison_owner_suite = {
	.name = "page_poison_owner", .init = begin, .test_cases = cases };
quarry_suite_on(poison_owner_suite, "x86_64-8g page_poison=on page_owner=on");

static struct kunit_suite poison_init_suite = {
	.name = "page_poison_init", .init = begin, .test_cases = cases };
quarry_suite_on(poison_init_suite, "numa-4x2g page_poison=1 init_on_alloc=1 init_on_free=1");

static struct kunit_case fresh_cases[] = {
	KUNIT_CASE(fresh_frames_test),
	{}
};

static struct kunit_suite poison_fresh_suite = {
	.name = "page_poison_fresh", .test_cases = fresh_cases };
quarry_suite_on(poison_fresh_suite, "tiny-16m page_poison=1");

static void off_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_EXPECT_FALSE(test, page_poison_on);
	KUNIT_EXPECT_EQ(test, page_hooks & PAGE_HOOK_POISON, 0u);
	fill(page, 0, 0x44);
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, holds(page, 0x44));
}

static struct kunit_case off_cases[] = {
	KUNIT_CASE(off_test),
	{}
};

static struct kunit_suite poison_off_suite = {
	.name = "page_poison_off", .test_cases = off_cases };
quarry_suite_on(poison_off_suite, "x86_64-8g page_poison=off");
