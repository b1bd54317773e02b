// SPDX-License-Identifier: MIT
/*
 * What is said of areas: /proc/vmallocinfo and the lines of /proc/meminfo, to the character as
 * Linux 6.1 writes them, and the words of a refusal.
 */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/vmap.h"
#include "tests/unit/text.h"

#define ROOM	(64u << 10)

/* What a view says, in memory of the test's. */
static const char *view(struct kunit *test, int (*show)(struct seq_file *m))
{
	char *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct seq_file m = { .buf = text, .size = ROOM };

	KUNIT_EXPECT_EQ(test, show(&m), 0);
	KUNIT_EXPECT_LT(test, m.count, (size_t)ROOM);
	return text;
}

/* An area's line: addresses, bytes, who made it, and then @rest. */
#define HAS_LINE(test, p, bytes, who, ...)					\
	do {									\
		char begin_[80], rest_[80], caller_[80];			\
		const char *line_;						\
										\
		snprintf(begin_, sizeof(begin_), "0x%px-0x%px %7ld ", p,	\
			 (char *)(p) + (bytes) + PAGE_SIZE, (long)((bytes) + PAGE_SIZE)); \
		snprintf(rest_, sizeof(rest_), __VA_ARGS__);			\
		snprintf(caller_, sizeof(caller_), "%pS", who);			\
		line_ = strstr(view(test, vmallocinfo_show), begin_);		\
		KUNIT_ASSERT_NOT_NULL_MSG(test, line_, "no line '%s'", begin_);	\
		line_ += strlen(begin_);					\
		KUNIT_EXPECT_TRUE_MSG(test, !strncmp(line_, caller_, strlen(caller_)), \
				      "%.80s: not by %s", line_, caller_);	\
		line_ += strlen(caller_);					\
		KUNIT_EXPECT_TRUE_MSG(test, !strncmp(line_, rest_, strlen(rest_)), \
				      "%.80s: not %s", line_, rest_);		\
	} while (0)

static const void *maker(const void *p)
{
	return find_vm_area(p)->caller;
}

static void flags_test(struct kunit *test)
{
	struct page **pages = kvmalloc_array(2, sizeof(*pages), GFP_KERNEL), *two[2];
	int node = page_to_nid(virt_to_page(pages));
	char *p;

	p = vmalloc_node(3 * PAGE_SIZE - 5, node);
	HAS_LINE(test, p, 3 * PAGE_SIZE, maker(p), " pages=3 vmalloc N%d=3\n", node);
	vfree(p);
	p = __vmalloc_node_range(PAGE_SIZE, 1, VMALLOC_START, VMALLOC_END, GFP_KERNEL, PAGE_KERNEL,
				 VM_USERMAP, node, flags_test);
	HAS_LINE(test, p, PAGE_SIZE, flags_test, " pages=1 vmalloc user N%d=1\n", node);
	vfree(p);
	p = vmalloc_user(PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(view(test, vmallocinfo_show), " pages=1 vmalloc user N"));
	vfree(p);

	two[0] = pages[0] = alloc_pages_node(node, GFP_KERNEL, 0);
	two[1] = pages[1] = alloc_pages_node(node, GFP_KERNEL, 0);
	p = vmap(two, 2, VM_MAP, PAGE_KERNEL);
	HAS_LINE(test, p, 2 * PAGE_SIZE, maker(p), " vmap\n");	/* the pages are not its own */
	vunmap(p);
	p = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	HAS_LINE(test, p, 2 * PAGE_SIZE, maker(p), " pages=2 vmap N%d=2\n",
		 page_to_nid(two[0]));
	vfree(p);
}

/* The array of the pages is an area, too. */
static void vpages_test(struct kunit *test)
{
	unsigned long nr = 8 * PAGE_SIZE / sizeof(struct page *) + 1;
	int node = page_to_nid(virt_to_page(test));
	char *p = vmalloc_node(nr * PAGE_SIZE, node);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(find_vm_area(p)->pages));
	HAS_LINE(test, p, nr * PAGE_SIZE, maker(p), " pages=%lu vmalloc vpages N%d=%lu\n", nr, node, nr);
	vfree(p);
}

/* A device: its address instead of pages. */
static void phys_test(struct kunit *test)
{
	phys_addr_t phys = 0xfec00000;
	void __iomem *p = ioremap(phys, PAGE_SIZE);

	if (!p)
		kunit_skip(test, "no device there");
	HAS_LINE(test, (char __force *)p, PAGE_SIZE, maker((void __force *)p),
		 " phys=0x%0*llx ioremap\n", 2 * (int)sizeof(phys), (unsigned long long)phys);
	iounmap(p);
}

/* One area with pages of each node: how many of each. */
static void nodes_test(struct kunit *test)
{
	unsigned int nodes[] = { 0, 1, 1, 2, 3, 3, 3 }, i;
	struct page **pages = kvmalloc_array(ARRAY_SIZE(nodes), sizeof(*pages), GFP_KERNEL);
	char *p;

	if (machine.nr_nodes < 4 || machine.nr_cpus < 4)
		kunit_skip(test, "fewer than four nodes");
	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		pages[i] = alloc_pages_node(nodes[i], GFP_HIGHUSER | __GFP_THISNODE, 0);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
	}
	p = vmap(pages, ARRAY_SIZE(nodes), VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	HAS_LINE(test, p, ARRAY_SIZE(nodes) * PAGE_SIZE, maker(p),
		 " pages=7 vmap N0=1 N1=2 N2=1 N3=3\n");
	vfree(p);
}

static void has_kib(struct kunit *test, const char *name, unsigned long kib)
{
	char line[64];

	snprintf(line, sizeof(line), "\n%-16s%8lu kB\n", name, kib);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(view(test, meminfo_show), line), "no line%s", line);
}

static void meminfo_test(struct kunit *test)
{
	unsigned long used;
	int __percpu *q;
	void *p, *map;

	vm_unmap_aliases();
	used = vmalloc_nr_pages();
	has_kib(test, "VmallocTotal:", (VMALLOC_END - VMALLOC_START) >> 10);
	has_kib(test, "VmallocUsed:", used << (PAGE_SHIFT - 10));
	has_kib(test, "VmallocChunk:", 0);
	has_kib(test, "Percpu:", pcpu_nr_pages() << (PAGE_SHIFT - 10));
	p = vmalloc(25 * PAGE_SIZE);
	map = vmap(find_vm_area(p)->pages, 25, VM_MAP, PAGE_KERNEL);	/* no more pages */
	has_kib(test, "VmallocUsed:", (used + 25) << (PAGE_SHIFT - 10));
	vunmap(map);
	vfree(p);				/* it may wait; it is not used */
	has_kib(test, "VmallocUsed:", used << (PAGE_SHIFT - 10));
	used = pcpu_nr_pages();
	q = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 8);	/* more than there is: a chunk for each CPU */
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_GE(test, pcpu_nr_pages(), used + machine.nr_cpus);
	has_kib(test, "Percpu:", pcpu_nr_pages() << (PAGE_SHIFT - 10));
	free_percpu(q);
}

/* The words of a refusal. */

static struct text tail = TEXT(8192);

#define SAID(test, ...)								\
	do {									\
		char words_[160];						\
										\
		snprintf(words_, sizeof(words_), __VA_ARGS__);			\
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(log_end(&tail), words_), "not said: %s", \
					  words_);				\
	} while (0)

static void words_test(struct kunit *test)
{
	unsigned long most = ULONG_MAX, many = (totalram_pages() + 1) << PAGE_SHIFT;

	OPTIMIZER_HIDE_VAR(most);		/* the compiler would see the mistake */
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_NULL(test, vmalloc(0));
	SAID(test, "vmalloc of 0 bytes");
	KUNIT_EXPECT_NULL(test, vmalloc(most));
	SAID(test, "vmalloc error: size %lu, exceeds total pages, mode:0xcc0(GFP_KERNEL), nodemask=(null)",
	     most);
	if (totalram_pages() < ULONG_MAX >> PAGE_SHIFT) {
		KUNIT_EXPECT_NULL(test, vmalloc(many));
		SAID(test, "vmalloc error: size %lu, exceeds total pages", many);
	}
	KUNIT_EXPECT_NULL(test, __vmalloc_node_range(PAGE_SIZE, 1, VMALLOC_START, VMALLOC_START + PAGE_SIZE,
						     GFP_KERNEL, PAGE_KERNEL, 0, NUMA_NO_NODE, NULL));
	SAID(test, "vmap allocation for size %lu failed", 2 * PAGE_SIZE);
	SAID(test, "vmalloc error: size %lu, vm_struct allocation failed", PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, get_vm_area(VMALLOC_TOTAL, VM_MAP));
	SAID(test, "vmap allocation for size %lu failed", VMALLOC_TOTAL + PAGE_SIZE);
}

/* Where areas may not be made. */

static struct page *one;
static bool made;

static void make_all(void *arg)
{
	/* Refused before the pages are looked at. */
	made |= vmalloc(PAGE_SIZE) || vmap(&one, 1, VM_MAP, PAGE_KERNEL) ||
		vm_map_ram(&one, VMAP_BLOCK_MOST + 1, NUMA_NO_NODE) || get_vm_area(PAGE_SIZE, VM_MAP);
}

static void interrupt_test(struct kunit *test)
{
	unsigned long flags;

	one = alloc_page(GFP_KERNEL);
	made = false;
	quarry_expect_reports(test, 4);
	local_irq_save(flags);
	quarry_interrupt(make_all, NULL);
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, made);
	SAID(test, "vmalloc() in interrupt context");
	SAID(test, "vmap() in interrupt context");
	SAID(test, "vm_map_ram() in interrupt context");
	SAID(test, "get_vm_area() in interrupt context");
	__free_page(one);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

static struct kunit_case vmalloc_view_cases[] = {
	KUNIT_CASE(flags_test),
	KUNIT_CASE(vpages_test),
	KUNIT_CASE(phys_test),
	KUNIT_CASE(nodes_test),
	KUNIT_CASE(meminfo_test),
	KUNIT_CASE(words_test),
	KUNIT_CASE(interrupt_test),
	{}
};

static struct kunit_suite vmalloc_view_suite = {
	.name = "vmalloc_view", .test_cases = vmalloc_view_cases,
};
kunit_test_suite(vmalloc_view_suite);

static struct kunit_suite vmalloc_view_numa_suite = {
	.name = "vmalloc_view_numa", .test_cases = vmalloc_view_cases,
};
quarry_suite_on(vmalloc_view_numa_suite, "numa-4x2g");

static struct kunit_suite vmalloc_view_i386_suite = {
	.name = "vmalloc_view_i386_4g", .test_cases = vmalloc_view_cases,
};
quarry_suite_on(vmalloc_view_i386_suite, "i386-4g");
