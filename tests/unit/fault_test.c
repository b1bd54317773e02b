// SPDX-License-Identifier: MIT
/* What is said about a bad access. Nothing faults here: the port's call is made up. */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "tests/unit/text.h"

static struct text tail = TEXT(4096);

/* The last report about an address, from its first line on. */
static const char *report_on(struct kunit *test, const volatile void *address, bool overflow)
{
	struct quarry_fault f = {
		.address = (uintptr_t)address, .pc = (uintptr_t)report_on, .write = true,
		.stack_overflow = overflow,
	};
	char needle[32];
	const char *last;

	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_TRUE(test, quarry_fault(&f));
	snprintf(needle, sizeof(needle), "address%s %px", overflow ? "" : ":", address);
	last = log_from_last(&tail, needle);
	KUNIT_EXPECT_NOT_NULL(test, last);
	return last ? last : "";
}

#define SAYS(test, address, phrase)					\
	KUNIT_EXPECT_NOT_NULL_MSG(test,					\
		strstr(report_on(test, address, false), phrase), "%s", tail.buf)

static void vmalloc_fault_test(struct kunit *test)
{
	char *p = vmalloc(5000), *q = __vmalloc_node(PAGE_SIZE, SZ_1M, GFP_KERNEL, NUMA_NO_NODE,
						     vmalloc_fault_test);
	char symbol[64];

	SAYS(test, p + 8192, "3192 bytes past the end of an area");
	SAYS(test, p + 8192, "vmalloc area of 5000 bytes");
	snprintf(symbol, sizeof(symbol), "%ps", vmalloc_fault_test);
	if (!strcmp(symbol, "vmalloc_fault_test"))	/* a host that knows names */
		SAYS(test, p + 8192, "vmalloc_fault_test");
	SAYS(test, q - 1, "1 bytes before an area");
	SAYS(test, q + SZ_1M, "among the vmalloc areas, where there is none");
	vfree(p);
	SAYS(test, p + 10, "use after vfree: 10 bytes into");
	SAYS(test, p + 10, "Freed by:");
	vfree(q);
}

static void null_fault_test(struct kunit *test)
{
	bool high = max_pfn > PHYS_PFN(machine.lowmem_end);

	SAYS(test, (void *)8, "#PF: supervisor write access in kernel mode");
	KUNIT_EXPECT_EQ(test, high, strstr(report_on(test, (void *)8, false),
					   "until kmap()") != NULL);
	SAYS(test, (void *)0x122, "near LIST_POISON");
}

static void percpu_fault_test(struct kunit *test)
{
	int __percpu *p = alloc_percpu(int);

	unsigned int none = QUARRY_MAX_CPUS - 1;
	struct quarry_fault f = { .no_mapping = true };

	SAYS(test, p, "this is a per-CPU pointer");
	if (IS_ENABLED(CONFIG_64BIT) && none >= machine.nr_cpus) {
		SAYS(test, per_cpu_ptr(p, none), "of CPU 255, and the machine has CPUs 0 to 3");
		SAYS(test, per_cpu_ptr(p, none), "Allocated by:");
		SAYS(test, per_cpu_ptr(&quarry_cpu_hot, 4), "of CPU 4, and");
		SAYS(test, (char *)per_cpu_offset(4) + 8, "of CPU 4, and");
		f.address = per_cpu_offset(3);
		KUNIT_EXPECT_FALSE(test, quarry_fault(&f));
		f.address = per_cpu_offset(4) + 0x123456;
		KUNIT_EXPECT_FALSE(test, quarry_fault(&f));
	}
	SAYS(test, (void *)(machine.percpu + machine.percpu_size - 8), "in the per-CPU area of CPU");
	free_percpu(p);
}

static void linear_fault_test(struct kunit *test)
{
	SAYS(test, (char *)high_memory + 5, "5 bytes past the end of the direct map");
	SAYS(test, (char *)machine.vmemmap + machine.vmemmap_size - 1, "among the page descriptors");
	if (IS_ENABLED(CONFIG_64BIT))
		SAYS(test, pfn_to_page(max_pfn + 1000000), "which the machine does not have");
}

static void stack_fault_test(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, strstr(report_on(test, &test, true), "ran off the port's own stack"));
}

/* The last report says it. */
static void expect_tail(struct kunit *test, const char *phrase)
{
	const char *last = log_from_last(&tail, "BUG: ");

	KUNIT_EXPECT_TRUE_MSG(test, last && strstr(last, phrase), "no '%s' in %s", phrase, tail.buf);
}

static void foreign_fault_test(struct kunit *test)
{
	/* The test's own code: certainly not one of our regions. */
	/* A page of this program; the last byte is none of a text. */
	struct quarry_fault f = { .address = (uintptr_t)foreign_fault_test & ~(uintptr_t)0xff };

	if ((f.address - PAGE_OFFSET) >> PAGE_SHIFT < max_pfn)
		kunit_skip(test, "32 bits: where high memory would be, if it were mapped");
	KUNIT_EXPECT_FALSE(test, quarry_fault(&f));
	/* Nobody else will tell. */
	f.alone = true;
	quarry_expect_reports(test, 4);
	KUNIT_EXPECT_TRUE(test, quarry_fault(&f));
	expect_tail(test, "nothing is there: a pointer that was never set, or was overwritten");
	f.refused = true;
	KUNIT_EXPECT_TRUE(test, quarry_fault(&f));
	expect_tail(test, "the memory is there, but not for that");
	f = (struct quarry_fault) { .alone = true, .no_mapping = true };
	KUNIT_EXPECT_TRUE(test, quarry_fault(&f));
	expect_tail(test, "BUG: general protection fault");
	memcpy(&f.address, "overrun", sizeof(f.address));
	KUNIT_EXPECT_TRUE(test, quarry_fault(&f));
	expect_tail(test, IS_ENABLED(CONFIG_64BIT) ? "is text: \"overrun\"" : "is text: \"over\"");
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE(vmalloc_fault_test),
	KUNIT_CASE(null_fault_test),
	KUNIT_CASE(percpu_fault_test),
	KUNIT_CASE(linear_fault_test),
	KUNIT_CASE(stack_fault_test),
	KUNIT_CASE(foreign_fault_test),
	{}
};

static struct kunit_suite fault_suite = { .name = "fault", .test_cases = fault_cases };
quarry_suite_on(fault_suite, "x86_64-8g debug_vmalloc=on");

static void kmap_fault_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	char *p = kmap(page);

	kunmap(page);
	kmap_flush_unused();
	SAYS(test, p + 3, "use after kunmap");
	p = kmap_local_page(page);
	SAYS(test, p + PAGE_SIZE, "0 bytes past the end of a page mapped by kmap_atomic()");
	kunmap_local(p);
	SAYS(test, p, "use after kunmap_local()");
	SAYS(test, (char *)fix_to_virt(FIX_HOLE), "among the fix-mapped addresses");
	__free_page(page);
	SAYS(test, (char *)high_memory + 5, "is high memory and has no mapping, kmap() it");
}

static struct kunit_case fault_high_cases[] = {
	KUNIT_CASE(kmap_fault_test),
	KUNIT_CASE(null_fault_test),
	{}
};

static struct kunit_suite fault_high_suite = {
	.name = "fault_i386_4g", .test_cases = fault_high_cases,
};
quarry_suite_on(fault_high_suite, "i386-4g");
