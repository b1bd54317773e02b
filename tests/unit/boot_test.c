// SPDX-License-Identifier: MIT
/* Boot: the accounting is exact to the page, on each preset. */
#include <kunit/test.h>
#include <linux/bootmem.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sizes.h>

#include "mm/internal.h"
#include "mm/pages.h"

/* Whole pages of usable memory in the repaired map. */
static unsigned long usable_pages(void)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);

		if (r->type == QUARRY_RAM)
			pages += (r->end - r->start) >> PAGE_SHIFT;
	}
	return pages;
}

static void accounting_test(struct kunit *test)
{
	unsigned long managed = 0, present = 0;
	struct zone *zone;

	for_each_zone(zone) {
		managed += zone_managed_pages(zone);
		present += zone->present_pages;
	}
	KUNIT_EXPECT_EQ(test, present, usable_pages());
	KUNIT_EXPECT_EQ(test, managed, totalram_pages());
	KUNIT_EXPECT_LT(test, managed, present);
}

/* Frames of a zone that boot took, in whole or in part. */
static unsigned long reserved_pages(const struct zone *zone)
{
	unsigned long pages = 0, last = 0;
	const struct memblock_region *m, *r;

	for_each_mem_region(m)
		for_each_reserved_mem_region(r) {
			phys_addr_t lo = max(m->base, r->base);
			phys_addr_t hi = min(m->base + m->size, r->base + r->size);
			unsigned long from, to;

			if (m->nid != zone->node || lo >= hi)
				continue;
			from = max3((unsigned long)PFN_DOWN(lo), zone->zone_start_pfn, last);
			to = min_t(unsigned long, PFN_UP(hi), zone_end_pfn(zone));
			if (from < to)
				pages += to - from;
			last = max(last, to);
		}
	return pages;
}

/* What boot has not taken the buddy system has, frame by frame, and no other. */
static void each_frame_test(struct kunit *test)
{
	struct zone *zone;
	unsigned long pfn;

	for_each_zone(zone) {
		KUNIT_EXPECT_EQ(test, zone_managed_pages(zone) + reserved_pages(zone),
				zone->present_pages);
		for (pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone); pfn++) {
			struct page *page;

			if (!memblock_is_region_reserved(PFN_PHYS(pfn), PAGE_SIZE) ||
			    !memblock_is_memory(PFN_PHYS(pfn)))
				continue;
			page = pfn_to_online_page(pfn);
			KUNIT_ASSERT_NOT_NULL(test, page);
			KUNIT_ASSERT_TRUE(test, PageReserved(page));
			KUNIT_ASSERT_EQ(test, page_count(page), 1);
			KUNIT_ASSERT_NULL(test, buddy_block_of(page));
		}
	}
}

static void validate_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static void zone_limits_test(struct kunit *test)
{
	struct zone *zone;

	for_each_populated_zone(zone) {
		unsigned long start = zone->zone_start_pfn, end = zone_end_pfn(zone);

		switch (zone_idx(zone)) {
		case ZONE_DMA:
			KUNIT_EXPECT_LE(test, end, (unsigned long)(SZ_16M >> PAGE_SHIFT));
			break;
		case ZONE_DMA32:
			KUNIT_EXPECT_GE(test, start, (unsigned long)(SZ_16M >> PAGE_SHIFT));
			KUNIT_EXPECT_LE(test, end, 1ul << (32 - PAGE_SHIFT));
			break;
		case ZONE_HIGHMEM:
			KUNIT_EXPECT_GE(test, start, max_low_pfn);
			break;
		}
	}
}

static struct kunit_case boot_cases[] = {
	KUNIT_CASE(accounting_test),
	KUNIT_CASE(each_frame_test),
	KUNIT_CASE(validate_test),
	KUNIT_CASE(zone_limits_test),
	{}
};

static struct kunit_suite boot_suite = { .name = "boot_x86_64_8g", .test_cases = boot_cases };
kunit_test_suite(boot_suite);

static struct kunit_suite boot_i386_suite = { .name = "boot_i386_4g", .test_cases = boot_cases };
quarry_suite_on(boot_i386_suite, "i386-4g");

static struct kunit_suite boot_numa_suite = { .name = "boot_numa_4x2g", .test_cases = boot_cases };
quarry_suite_on(boot_numa_suite, "numa-4x2g");

static struct kunit_suite boot_mixed_suite = {
	.name = "boot_numa_mixed", .test_cases = boot_cases,
};
quarry_suite_on(boot_mixed_suite, "numa-mixed");

static struct kunit_suite boot_tiny_suite = { .name = "boot_tiny_16m", .test_cases = boot_cases };
quarry_suite_on(boot_tiny_suite, "tiny-16m");

/*
 * A part of the kernel that is linked in takes boot memory while it is there, gives
 * the middle of it back, and the accounting stays exact (document 003).
 */
#define TAKEN_PAGES	9

static unsigned char *taken, *taken_low, *taken_small;

static int take_bootmem(char *arg)
{
	taken = alloc_bootmem_pages(TAKEN_PAGES * PAGE_SIZE);
	taken_low = alloc_bootmem_low_pages(2 * PAGE_SIZE);
	taken_small = alloc_bootmem_low(40);
	memset(taken, 0x5a, TAKEN_PAGES * PAGE_SIZE);
	free_bootmem(__pa(taken) + 3 * PAGE_SIZE, 2 * PAGE_SIZE);
	/* Of these no page is free as a whole. */
	free_bootmem(__pa(taken) + 6 * PAGE_SIZE + 1, 2 * PAGE_SIZE - 2);
	return 1;
}
__setup("quarry_test_bootmem", take_bootmem);

static void free_bootmem_test(struct kunit *test)
{
	static const bool back[TAKEN_PAGES] = { [3] = true, [4] = true };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, taken);
	for (i = 0; i < TAKEN_PAGES; i++) {
		struct page *page = pfn_to_online_page(virt_to_pfn(taken + i * PAGE_SIZE));

		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, !PageReserved(page), back[i]);
	}
	KUNIT_EXPECT_EQ(test, taken[0] + taken[TAKEN_PAGES * PAGE_SIZE - 1], 2 * 0x5a);
	KUNIT_EXPECT_LT(test, __pa(taken_low), (phys_addr_t)SZ_16M);
	KUNIT_EXPECT_EQ(test, (unsigned long)taken_low % PAGE_SIZE, 0ul);
	KUNIT_EXPECT_LT(test, __pa(taken_small), (phys_addr_t)SZ_16M);
	KUNIT_EXPECT_TRUE(test, PageReserved(virt_to_page(taken_small)));
}

static struct kunit_case bootmem_cases[] = {
	KUNIT_CASE(accounting_test),
	KUNIT_CASE(each_frame_test),
	KUNIT_CASE(validate_test),
	KUNIT_CASE(free_bootmem_test),
	{}
};

static struct kunit_suite bootmem_suite = { .name = "bootmem", .test_cases = bootmem_cases };
quarry_suite_on(bootmem_suite, "x86_64-8g quarry_test_bootmem");
static struct kunit_suite bootmem_tiny_suite = {
	.name = "bootmem_tiny", .test_cases = bootmem_cases,
};
quarry_suite_on(bootmem_tiny_suite, "tiny-16m quarry_test_bootmem");
