// SPDX-License-Identifier: MIT
/* What is freed and is no page, or none that anybody has: each said by its name. */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/text.h"

static struct text tail = TEXT(8192);

static void mark(struct kunit *test)
{
	quarry_expect_reports(test, 1);
	log_mark();
}

#define SAYS(test, phrase)						\
	do {								\
		const char *__text = log_since_mark(&tail);				\
									\
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(__text, phrase), "no \"%s\" in %s", \
					  phrase, __text);		\
	} while (0)

static unsigned long free_before;

static int before(struct kunit *test)
{
	drain_all_pages(NULL);
	free_before = nr_free_pages();
	return 0;
}

/* Survived: all that is there adds up. */
static void after(struct kunit *test)
{
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free_before);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static void free_vmalloc_test(struct kunit *test)
{
	char *p = vmalloc(3 * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	mark(test);
	free_pages((unsigned long)p + PAGE_SIZE, 1);
	SAYS(test, "which is not a page's address");
	SAYS(test, "it is vmalloc memory: vfree() gives it back");
	SAYS(test, "4096 bytes into");
	vfree(p);
}

static void free_mapping_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	char *p;

	if (!PageHighMem(page)) {
		__free_page(page);
		kunit_skip(test, "no high memory");
		return;
	}
	p = kmap(page);
	mark(test);
	free_page((unsigned long)p);
	SAYS(test, "it is a mapping: unmap it, and free the page that it maps");
	kunmap(page);
	__free_page(page);
	kmap_flush_unused();
	after(test);
}

static void free_percpu_test(struct kunit *test)
{
	int __percpu *p = alloc_percpu(int);

	mark(test);
	free_page((unsigned long)per_cpu_ptr(p, 0));
	SAYS(test, "it is per-CPU memory: free_percpu() gives it back");
	mark(test);
	free_page((unsigned long)p);
	SAYS(test, "it is per-CPU memory");
	free_percpu(p);
}

static void free_descriptor_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (machine.vmemmap_size) {
		mark(test);
		free_page((unsigned long)page);
		SAYS(test, "it is a struct page: __free_pages() takes it");
	}
	__free_page(page);
	after(test);
}

static void free_nothing_test(struct kunit *test)
{
	static char variable[8];

	mark(test);
	free_page((unsigned long)variable);
	SAYS(test, "it is no memory of the machine's: no allocator has returned it");
	free_page(0);
	after(test);
}

/* A hole of the direct map whose frames have no descriptor at all. */
static void free_hole_test(struct kunit *test)
{
	unsigned long pfn;

	for (pfn = 0; pfn < max_low_pfn && pfn_valid(pfn); pfn += MAX_ORDER_NR_PAGES)
		;
	if (pfn >= max_low_pfn) {
		kunit_skip(test, "no hole that large");
		return;
	}
	mark(test);
	free_page((unsigned long)__va(PFN_PHYS(pfn)));
	SAYS(test, "it is in the direct map, but the machine has no memory there");
	after(test);
}

/* A frame of a free block that was never touched: its descriptor is all zeros. */
static void free_untouched_test(struct kunit *test)
{
	struct page *page = NULL;
	struct zone *zone;
	unsigned int i;

	for_each_populated_zone(zone)
		for (i = 0; i < zone->nr_fresh && !page; i++)
			if (zone->fresh[i].start_pfn < zone->fresh[i].end_pfn)
				page = pfn_to_page(zone->fresh[i].end_pfn - 3);
	if (!page) {
		kunit_skip(test, "all memory has been touched");
		return;
	}
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	mark(test);
	__free_page(page);
	SAYS(test, "a free page was freed");
	SAYS(test, "this frame was never allocated");
	mark(test);
	get_page(page);
	SAYS(test, "reference taken to a free page");
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	after(test);
}

/*
 * Boot memory in a block that is reserved throughout has descriptors of zeros too, but
 * it is somebody's: references to it are fine, freeing it is not.
 */
static void boot_memory_test(struct kunit *test)
{
	struct page *page = NULL;
	unsigned int i;

	for (i = 0; i < memblock.reserved.cnt && !page; i++) {
		const struct memblock_region *r = &memblock.reserved.regions[i];
		unsigned long pfn = ALIGN((unsigned long)PFN_UP(r->base), MAX_ORDER_NR_PAGES);

		if (PFN_PHYS(pfn + MAX_ORDER_NR_PAGES) <= r->base + r->size && pfn_valid(pfn) &&
		    !page_count(pfn_to_page(pfn)))
			page = pfn_to_page(pfn + 5);
	}
	if (!page) {
		kunit_skip(test, "no block that is reserved throughout");
		return;
	}
	get_page(page);
	KUNIT_EXPECT_TRUE(test, PageReserved(page));
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	mark(test);
	__free_page(page);
	SAYS(test, "a reserved frame was freed");
	mark(test);
	__free_page(page + 1);		/* whose descriptor nobody has written yet */
	SAYS(test, "a reserved frame was freed");
	KUNIT_EXPECT_EQ(test, page_count(page + 1), 1);
	after(test);
}

static void free_slab_page_test(struct kunit *test)
{
	void *p = kmalloc(192, GFP_KERNEL);

	mark(test);
	__free_pages(virt_to_head_page(p), 0);
	SAYS(test, "a slab page was freed as a page");
	if (virt_to_head_page(p)->slab_cache)
		SAYS(test, "this page belongs to the slab cache kmalloc-192");
	else
		SAYS(test, "this page has objects of several slab caches");
	KUNIT_EXPECT_EQ(test, page_count(virt_to_head_page(p)), 1);
	kfree(p);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

/* Each is said once, and leaves a count that says no more than is true. */
static void counts_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	mark(test);
	put_page(page);
	SAYS(test, "reference dropped that nobody held");
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	mark(test);
	get_page(page);
	SAYS(test, "reference taken to a free page");
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	mark(test);
	__free_page(page);
	SAYS(test, "a free page was freed");
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	mark(test);
	free_page((unsigned long)page_address(page));
	SAYS(test, "a free page was freed");
	SAYS(test, "this page is free");
	after(test);
}

/* Blocks of 4 behind each other, all in use: freeing 8 or 16 of them is seen. */
static void order_too_high_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);
	unsigned int i, order;

	if (page_owner_on)
		split_page_owner(page, 16);
	for (i = 4; i < 16; i += 4)
		set_page_count(page + i, 1);
	for (order = 3; order < 5; order++) {
		mark(test);
		__free_pages(page, order);
		SAYS(test, "freed at too high an order: pages behind are in use");
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
	}
	/* And with the block behind it free. */
	__free_page(page + 4);
	for (i = 5; i < 8; i++) {
		set_page_count(page + i, 1);
		__free_page(page + i);
	}
	drain_all_pages(NULL);
	KUNIT_EXPECT_TRUE(test, PageBuddy(page + 4));
	mark(test);
	__free_pages(page, 3);
	SAYS(test, "freed at too high an order: pages behind are not its own");
	for (i = 0; i < 16; i++) {
		if (i / 4 == 1)
			continue;
		set_page_count(page + i, 1);
		__free_page(page + i);
	}
	after(test);
}

/* Bytes for an order, say: nothing is freed. */
static void order_of_no_block_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	mark(test);
	__free_pages(page, MAX_ORDER);
	SAYS(test, "freed at an order that no block has");
	mark(test);
	free_pages((unsigned long)page_address(page), 2 * PAGE_SIZE);
	SAYS(test, "freed at an order that no block has");
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_pages(page, 1);
	after(test);
}

/* Two single pages, freed as one block of which somebody holds the first page. */
static void shared_order_too_high_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	split_page(page, 1);
	get_page(page);
	mark(test);
	__free_pages(page, 1);
	SAYS(test, "freed at too high an order: pages behind are in use");
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, page_count(page + 1), 1);
	put_page(page);
	__free_page(page + 1);
	after(test);
}

static void free_tail_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	mark(test);
	__free_page(page + 1);
	SAYS(test, "a tail of a compound page was freed");
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_pages(page, 2);
	after(test);
}

/* A block whose end is in another zone is none that anybody was given. */
static void two_zones_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	unsigned long flags = page[3].flags;

	page[3].flags ^= 1ul << ZONES_PGSHIFT;
	mark(test);
	__free_pages(page, 2);
	SAYS(test, "freed at too high an order: pages behind are not its own");
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	page[3].flags = flags;
	__free_pages(page, 2);
	after(test);
}

/* One that somebody else holds, too, and of which a part is free. */
static void shared_and_too_high_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	split_page(page, 1);
	__free_page(page + 1);
	drain_all_pages(NULL);
	KUNIT_EXPECT_TRUE(test, PageBuddy(page + 1));
	get_page(page);
	mark(test);
	__free_pages(page, 1);
	SAYS(test, "freed at too high an order: pages behind are not its own");
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_page(page);
	after(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(two_zones_test),
	KUNIT_CASE(shared_and_too_high_test),
	KUNIT_CASE(free_tail_test),
	KUNIT_CASE(order_too_high_test),
	KUNIT_CASE(order_of_no_block_test),
	KUNIT_CASE(shared_order_too_high_test),
	KUNIT_CASE(free_vmalloc_test),
	KUNIT_CASE(free_mapping_test),
	KUNIT_CASE(free_percpu_test),
	KUNIT_CASE(free_descriptor_test),
	KUNIT_CASE(free_nothing_test),
	KUNIT_CASE(free_hole_test),
	KUNIT_CASE(free_untouched_test),
	KUNIT_CASE(boot_memory_test),
	KUNIT_CASE(free_slab_page_test),
	KUNIT_CASE(counts_test),
	{}
};

static struct kunit_suite page_check_suite = {
	.name = "page_check", .init = before, .test_cases = cases };
quarry_suite_on(page_check_suite, "x86_64-8g");
static struct kunit_suite page_check_i386_suite = {
	.name = "page_check_i386", .init = before, .test_cases = cases };
quarry_suite_on(page_check_i386_suite, "i386-4g page_owner=on");
static struct kunit_suite page_check_numa_suite = {
	.name = "page_check_numa", .init = before, .test_cases = cases };
quarry_suite_on(page_check_numa_suite, "numa-4x2g page_owner=on page_poison=1");
