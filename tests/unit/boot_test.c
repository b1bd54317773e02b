// SPDX-License-Identifier: MIT
/* Boot: the accounting is exact to the page, on each preset. */
#include <kunit/test.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sizes.h>

#include "mm/internal.h"

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

static struct kunit_suite boot_tiny_suite = { .name = "boot_tiny_16m", .test_cases = boot_cases };
quarry_suite_on(boot_tiny_suite, "tiny-16m");
