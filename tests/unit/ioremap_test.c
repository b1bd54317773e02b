// SPDX-License-Identifier: MIT
/* Physical addresses that are not RAM: claimed, mapped, given back. */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"

/* Firmware's page, on the default machine: behind it is memory one can write to. */
#define FIRMWARE	0xfec00000ull

static void claim_test(struct kunit *test)
{
	struct resource *a = request_mem_region(FIRMWARE + 0x100, 0x100, "first"), *b;

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_EXPECT_EQ(test, resource_size(a), 0x100ull);
	KUNIT_EXPECT_STREQ(test, a->parent->name, "Reserved");
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(FIRMWARE + 0x1ff, 1, "overlap"), NULL);
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(0x200000, 0x1000, "in RAM"), NULL);
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(FIRMWARE, 0, "nothing"), NULL);
	b = request_mem_region(FIRMWARE, 0x100, "second");
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_PTR_EQ(test, b->sibling, a);
	release_mem_region(FIRMWARE + 0x100, 0x100);
	a = request_mem_region(FIRMWARE + 0x180, 0x10, "third");
	KUNIT_EXPECT_NOT_NULL(test, a);
	release_mem_region(FIRMWARE + 0x180, 0x10);
	release_mem_region(FIRMWARE, 0x100);
}

static void tree_test(struct kunit *test)
{
	struct resource outer = { .name = "outer", .start = 0xd0000000, .end = 0xd0ffffff };
	struct resource inner = { .name = "inner", .start = 0xd0001000, .end = 0xd0001fff };
	struct resource across = { .name = "across", .start = 0xcfff0000, .end = 0xd0000fff };

	KUNIT_EXPECT_EQ(test, request_resource(&iomem_resource, &outer), 0);
	KUNIT_EXPECT_EQ(test, request_resource(&outer, &inner), 0);
	KUNIT_EXPECT_EQ(test, request_resource(&iomem_resource, &across), -EBUSY);
	KUNIT_EXPECT_EQ(test, request_resource(&outer, &across), -EBUSY);
	KUNIT_EXPECT_EQ(test, release_resource(&inner), 0);
	KUNIT_EXPECT_EQ(test, release_resource(&inner), -EINVAL);
	KUNIT_EXPECT_EQ(test, release_resource(&outer), 0);
}

static void registers_test(struct kunit *test)
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

static void refused_test(struct kunit *test)
{
	quarry_expect_reports(test, 5);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(0x100000, PAGE_SIZE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(FIRMWARE - PAGE_SIZE, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(~0ull - 10, 100), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(1ull << QUARRY_PHYS_BITS, 100), NULL);
	iounmap((void __iomem *)(VMALLOC_START + PAGE_SIZE));
	iounmap(NULL);
}

static struct kunit_case ioremap_cases[] = {
	KUNIT_CASE(claim_test),
	KUNIT_CASE(tree_test),
	KUNIT_CASE(registers_test),
	KUNIT_CASE(refused_test),
	{}
};

static struct kunit_suite ioremap_suite = { .name = "ioremap", .test_cases = ioremap_cases };
kunit_test_suite(ioremap_suite);
