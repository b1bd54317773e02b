// SPDX-License-Identifier: MIT
/* Addresses for physical memory that is not RAM: made, refused, given back. */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "tests/unit/text.h"

/* Firmware's page, on the default machine: behind it is memory one can write to. */
#define FIRMWARE	0xfec00000ull
#define BIOS		0xfffc0000ull	/* 256 KiB of it */

static void memory_test(struct kunit *test)
{
	void __iomem *regs = ioremap(FIRMWARE + 0x10, 0x20), *again;
	struct vm_struct *area = find_vm_area((void *)regs);

	KUNIT_ASSERT_NOT_NULL(test, regs);
	KUNIT_ASSERT_NOT_NULL(test, area);
	KUNIT_EXPECT_EQ(test, area->flags, (unsigned long)VM_IOREMAP);
	KUNIT_EXPECT_EQ(test, area->phys_addr, FIRMWARE);
	KUNIT_EXPECT_EQ(test, vmalloc_to_pfn((void *)regs), (unsigned long)PHYS_PFN(FIRMWARE));
	KUNIT_EXPECT_EQ(test, offset_in_page(regs), 0x10ul);
	writel(0x12345678, regs + 4);
	writeb(0xff, regs + 5);
	again = ioremap(FIRMWARE, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, readl(again + 0x14), 0x1234ff78u);
	KUNIT_EXPECT_EQ(test, readw(again + 0x16), 0x1234);
	iounmap(again);
	iounmap(regs);
	KUNIT_EXPECT_PTR_EQ(test, find_vm_area((void *)regs), NULL);
}

static void family_test(struct kunit *test)
{
	static void __iomem *(*const how[])(resource_size_t, unsigned long) = {
		ioremap, ioremap_uc, ioremap_wc, ioremap_wt, ioremap_cache,
	};
	void __iomem *map[ARRAY_SIZE(how)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		map[i] = how[i](BIOS + 0x1230, 8);
		KUNIT_ASSERT_NOT_NULL(test, map[i]);
		writel(i, map[i]);
		KUNIT_EXPECT_EQ(test, readl(map[0]), i);
	}
	for (i = 0; i < ARRAY_SIZE(how); i++)
		iounmap(map[i]);
	KUNIT_EXPECT_NULL(test, ioremap_np(BIOS, 8));
}

static void large_test(struct kunit *test)
{
	u8 __iomem *map = ioremap(BIOS + 0x10, SZ_256K - 0x20);

	KUNIT_ASSERT_NOT_NULL(test, map);
	KUNIT_EXPECT_EQ(test, find_vm_area((void *)map)->size, SZ_256K + PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)map - 0x10, SZ_256K));
	writel(7, map + SZ_256K - 0x30);
	KUNIT_EXPECT_EQ(test, readl(map + SZ_256K - 0x30), 7u);
	iounmap(map);
}

static void refused_test(struct kunit *test)
{
	quarry_expect_reports(test, 7);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(0x100000, PAGE_SIZE), NULL);
	KUNIT_EXPECT_EQ(test, log_count("ioremap on RAM at 0x0000000000100000 - 0x0000000000100fff"),
			1u);
	/* A byte of it is enough. */
	KUNIT_EXPECT_PTR_EQ(test, ioremap(0xff000, 0x1001), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap_cache(0x100000, 1), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap_wc(0x100000, 1), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(FIRMWARE - PAGE_SIZE, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(~0ull - 10, 100), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(1ull << QUARRY_PHYS_BITS, 100), NULL);
	/* Nothing is wrong with that, but there is nothing, either. */
	KUNIT_EXPECT_PTR_EQ(test, ioremap(0xd0000000, PAGE_SIZE), NULL);
	KUNIT_EXPECT_EQ(test, log_count("the machine has nothing there"), 1u);
}

static void bad_unmap_test(struct kunit *test)
{
	void __iomem *map = ioremap(BIOS, 2 * PAGE_SIZE);
	void *area = vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, map);
	KUNIT_ASSERT_NOT_NULL(test, area);
	quarry_expect_reports(test, 5);
	iounmap((void __iomem *)(VMALLOC_END - PAGE_SIZE));
	iounmap(map + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, log_count("it lies 4096 bytes into an area of ioremap()"), 1u);
	iounmap((void __iomem *)area);
	KUNIT_EXPECT_EQ(test, log_count("in an area that is not from ioremap(), allocated by"), 1u);
	iounmap(__va(0x100000));
	KUNIT_EXPECT_NOT_NULL(test, find_vm_area(area));
	KUNIT_EXPECT_NOT_NULL(test, find_vm_area((void *)map));
	iounmap(map + 0x123);	/* anywhere in the first page is fine */
	KUNIT_EXPECT_NULL(test, find_vm_area((void *)map));
	iounmap(map);
	KUNIT_EXPECT_EQ(test, log_count("use after iounmap: 0 bytes into what was this:"), 1u);
	iounmap(NULL);
	vfree(area);
}

static void span_test(struct kunit *test)
{
	struct resource bar = DEFINE_RES_MEM_NAMED(BIOS + 0x1000, 0x1000, "bar");
	const char *line = "resource sanity check: requesting [mem 0xfffc0000-0xfffc1fff], which spans more than bar";
	void __iomem *map;

	KUNIT_ASSERT_EQ(test, request_resource(&iomem_resource, &bar), -EBUSY);
	KUNIT_ASSERT_EQ(test, insert_resource(&iomem_resource, &bar), 0);
	map = ioremap(BIOS + 0x1010, 0x10);
	KUNIT_EXPECT_EQ(test, log_count("resource sanity check"), 0u);
	iounmap(map);
	map = ioremap(BIOS, 0x2000);
	KUNIT_EXPECT_EQ(test, log_count(line), 1u);
	iounmap(map);
	KUNIT_EXPECT_EQ(test, release_resource(&bar), 0);
}

static void memremap_test(struct kunit *test)
{
	u32 *map = memremap(BIOS + 0x20, 16, MEMREMAP_WB);

	KUNIT_ASSERT_NOT_NULL(test, map);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(map));
	*map = 5;
	memunmap(map);
	map = memremap(BIOS + 0x20, 16, MEMREMAP_WC | MEMREMAP_WT);
	KUNIT_ASSERT_NOT_NULL(test, map);
	KUNIT_EXPECT_EQ(test, *map, 5u);
	memunmap(map);
	KUNIT_EXPECT_PTR_EQ(test, memremap(0x200000, 16, MEMREMAP_WB), __va(0x200000));
	KUNIT_EXPECT_PTR_EQ(test, memremap(0x200000, 16, MEMREMAP_WB | MEMREMAP_WT), __va(0x200000));
	memunmap(__va(0x200000));
	KUNIT_EXPECT_NULL(test, memremap(BIOS, 16, 0));
	KUNIT_EXPECT_NULL(test, memremap(BIOS, 16, MEMREMAP_ENC));
	quarry_expect_reports(test, 4);
	KUNIT_EXPECT_NULL(test, memremap(0x200000, 16, MEMREMAP_WC));
	KUNIT_EXPECT_NULL(test, memremap(0xff000, 0x2000, MEMREMAP_WB));
	KUNIT_EXPECT_NULL(test, memremap(~0ull - 5, 16, MEMREMAP_WB));
	KUNIT_EXPECT_NULL(test, memremap(BIOS, 0, MEMREMAP_WB));
}

static struct kunit_case ioremap_cases[] = {
	KUNIT_CASE(memory_test),
	KUNIT_CASE(family_test),
	KUNIT_CASE(large_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(bad_unmap_test),
	KUNIT_CASE(span_test),
	KUNIT_CASE(memremap_test),
	{}
};

static struct kunit_suite ioremap_suite = { .name = "ioremap", .test_cases = ioremap_cases };
quarry_suite_on(ioremap_suite, "x86_64-8g");
