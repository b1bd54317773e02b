// SPDX-License-Identifier: MIT
/* vmalloc() and its like: mapped whole, given back whole, refused where they must be. */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/vmap.h"
#include "tests/unit/together.h"

/* Pages neither free nor cached: what a leak would change. */
static unsigned long pages_in_use(void)
{
	vm_unmap_aliases();
	drain_all_pages(NULL);
	return totalram_pages() - nr_free_pages();
}

/* A slab may be made on the way, and stays. */
static unsigned long pages_but_slabs(void)
{
	return pages_in_use() - ((global_node_page_state(NR_SLAB_RECLAIMABLE_B) +
				  global_node_page_state(NR_SLAB_UNRECLAIMABLE_B)) >> PAGE_SHIFT);
}

/* Areas that wait to be unmapped. */
static unsigned long waiting(void)
{
	struct vmap_lazy_stats stats;

	vmap_lazy_stats(&stats);
	return stats.areas;
}

static void contents_test(struct kunit *test)
{
	static const unsigned long sizes[] = { 1, 4096, 4097, 65536, 1 << 20, 5000000 };
	unsigned long i, at;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *p = vmalloc(sizes[i]);
		struct vm_struct *area = find_vm_area(p);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(p));
		KUNIT_ASSERT_NOT_NULL(test, area);
		KUNIT_EXPECT_PTR_EQ(test, area->addr, (void *)p);
		KUNIT_EXPECT_EQ(test, area->nr_pages, PFN_UP(sizes[i]));
		KUNIT_EXPECT_EQ(test, area->size, PAGE_ALIGN(sizes[i]) + PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, area->flags & VM_ALLOC, (unsigned long)VM_ALLOC);
		for (at = 0; at < sizes[i]; at += PAGE_SIZE)
			*(u32 *)(p + at) = at;
		for (at = 0; at < sizes[i]; at += PAGE_SIZE) {
			struct page *page = vmalloc_to_page(p + at);
			u32 *q = kmap_local_page(page);

			KUNIT_ASSERT_EQ(test, *q, (u32)at);
			KUNIT_ASSERT_EQ(test, vmalloc_to_pfn(p + at), page_to_pfn(page));
			kunmap_local(q);
		}
		vfree(p);
		KUNIT_EXPECT_PTR_EQ(test, find_vm_area(p), NULL);
	}
}

/* Every area has a guard page behind it, and addresses are taken lowest first. */
static void layout_test(struct kunit *test)
{
	char *a, *b, *c, *d;

	vm_unmap_aliases();
	a = vmalloc(PAGE_SIZE);
	b = vmalloc(3 * PAGE_SIZE);
	c = vmalloc(PAGE_SIZE);
	KUNIT_EXPECT_GE(test, (unsigned long)(b - a), 2 * PAGE_SIZE);
	KUNIT_EXPECT_GE(test, (unsigned long)(c - b), 4 * PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, vmalloc_to_page(a + PAGE_SIZE), NULL);
	KUNIT_EXPECT_GE(test, VMALLOC_START - (unsigned long)high_memory, VMALLOC_OFFSET);
	vfree(b);
	vm_unmap_aliases();
	d = vmalloc(2 * PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, d, b);
	vfree(a);
	vfree(c);
	vfree(d);
	d = __vmalloc_node(PAGE_SIZE, PMD_SIZE, GFP_KERNEL, NUMA_NO_NODE, layout_test);
	KUNIT_EXPECT_EQ(test, (unsigned long)d % PMD_SIZE, 0ul);
	KUNIT_EXPECT_PTR_EQ(test, find_vm_area(d)->caller, (const void *)layout_test);
	vfree(d);
}

static void no_leak_test(struct kunit *test)
{
	unsigned long in_use = 0, areas = vmalloc_nr_pages(), i, round;
	void *p[64];

	/* The first round makes slabs for the records, which stay. */
	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(p); i++)
			p[i] = vmalloc((i * 37 % 50 + 1) * PAGE_SIZE);
		KUNIT_EXPECT_GT(test, pages_in_use(), in_use + 64);
		for (i = 0; i < ARRAY_SIZE(p); i++)
			vfree(p[i * 11 % 64]);
		if (round)
			KUNIT_EXPECT_EQ(test, pages_in_use(), in_use);
		in_use = pages_in_use();
	}
	KUNIT_EXPECT_EQ(test, vmalloc_nr_pages(), areas);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

static void zeroed_test(struct kunit *test)
{
	unsigned int round;

	for (round = 0; round < 3; round++) {
		u8 *p = round == 0 ? vzalloc(50000) : round == 1 ? vmalloc_user(50000)
								 : vcalloc(50, 1000);

		KUNIT_EXPECT_PTR_EQ(test, memchr_inv(p, 0, 50000), NULL);
		KUNIT_EXPECT_EQ(test, !!(find_vm_area(p)->flags & VM_USERMAP), round == 1);
		memset(p, 0xff, 50000);
		vfree(p);
	}
	KUNIT_EXPECT_PTR_EQ(test, vmalloc_array(SIZE_MAX / 2, 3), NULL);
}

static void refused_test(struct kunit *test)
{
	unsigned long in_use = pages_in_use(), most = ULONG_MAX;

	OPTIMIZER_HIDE_VAR(most);	/* the compiler would see the mistake */
	quarry_expect_reports(test, 1);		/* the size of 0 */
	KUNIT_EXPECT_PTR_EQ(test, vmalloc(0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vmalloc(most), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vmalloc((totalram_pages() + 1) << PAGE_SHIFT), NULL);
	KUNIT_EXPECT_PTR_EQ(test, __vmalloc(VMALLOC_TOTAL, GFP_KERNEL | __GFP_NOWARN), NULL);
	KUNIT_EXPECT_LE(test, pages_in_use(), in_use + 2);
	vfree(NULL);
	vunmap(NULL);
}

static void bad_free_test(struct kunit *test)
{
	u8 *p = vmalloc(2 * PAGE_SIZE), *q = kmalloc(64, GFP_KERNEL);

	quarry_expect_reports(test, 4);
	vfree(p + PAGE_SIZE);
	vfree(p + 1);
	vfree(q);
	vfree(p);
	vfree(p);
	kfree(q);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

static void from_interrupt(void *arg)
{
	void **p = arg;

	p[1] = vmalloc(PAGE_SIZE);
	vfree(p[0]);
}

/* vmalloc() is refused there, vfree() put off. */
static void interrupt_test(struct kunit *test)
{
	unsigned long flags;
	void *p[2];

	quarry_expect_reports(test, 1);
	vpurge_stop();			/* what is put off stays put off */
	vm_unmap_aliases();
	p[0] = vmalloc(PAGE_SIZE);
	p[1] = test;
	local_irq_save(flags);
	quarry_interrupt(from_interrupt, p);
	local_irq_restore(flags);
	KUNIT_EXPECT_PTR_EQ(test, p[1], NULL);
	KUNIT_EXPECT_PTR_EQ(test, find_vm_area(p[0]), NULL);
	KUNIT_EXPECT_EQ(test, waiting(), 1ul);
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, waiting(), 0ul);
	vpurge_start();
}

static void vfree_atomic_test(struct kunit *test)
{
	void *p, *q;

	vpurge_stop();
	vm_unmap_aliases();
	p = vmalloc(PAGE_SIZE);
	preempt_disable();
	vfree_atomic(p);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, waiting(), 1ul);
	KUNIT_EXPECT_PTR_EQ(test, find_vm_area(p), NULL);
	q = vmalloc(PAGE_SIZE);		/* does what was put off, where nothing may wait */
	KUNIT_EXPECT_EQ(test, q == p, vmap_debug);
	vfree(q);
	vpurge_start();
}

static void sleeping_test(struct kunit *test)
{
	void *p;

	quarry_expect_reports(test, 2);
	preempt_disable();
	p = vmalloc(PAGE_SIZE);
	vfree(p);
	preempt_enable();
}

static void vmap_test(struct kunit *test)
{
	enum { N = 20 };
	struct page *pages[N], *shuffled[N];
	unsigned int i;
	u8 *p;

	for (i = 0; i < N; i++)
		pages[i] = alloc_page(GFP_HIGHUSER);
	for (i = 0; i < N; i++)
		shuffled[i] = pages[i * 7 % N];
	p = vmap(shuffled, N, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	for (i = 0; i < N; i++) {
		memset(p + i * PAGE_SIZE, i, PAGE_SIZE);
		KUNIT_EXPECT_PTR_EQ(test, vmalloc_to_page(p + i * PAGE_SIZE), shuffled[i]);
	}
	vunmap(p);
	p = vm_map_ram(pages, N, NUMA_NO_NODE);
	for (i = 0; i < N; i++)
		KUNIT_EXPECT_EQ(test, (unsigned int)p[(i * 7 % N) * PAGE_SIZE + 17], i);
	vm_unmap_ram(p, N);
	for (i = 0; i < N; i++)
		__free_page(pages[i]);
}

static void put_pages_test(struct kunit *test)
{
	struct page **pages = kvmalloc_array(4, sizeof(*pages), GFP_KERNEL);
	void *p, *other = vmalloc(8 * PAGE_SIZE);	/* so that no count is 0 */
	unsigned long in_use, counted;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, other);
	in_use = pages_but_slabs();
	counted = global_node_page_state(NR_VMALLOC_PAGES);
	for (i = 0; i < 4; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	p = vmap(pages, 4, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	vfree(p);
	KUNIT_EXPECT_EQ(test, pages_but_slabs(), in_use);
	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_VMALLOC_PAGES), counted);
	vfree(other);
}

/* vunmap() frees nothing: not what vfree() would, and not without a word what vmalloc() made. */
static void vunmap_test(struct kunit *test)
{
	struct page **pages = kvmalloc_array(2, sizeof(*pages), GFP_KERNEL);
	void *p;

	pages[0] = alloc_page(GFP_KERNEL);
	pages[1] = alloc_page(GFP_KERNEL);
	p = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_PTR_EQ(test, find_vm_area(p)->pages, pages);
	vunmap(p);
	KUNIT_EXPECT_EQ(test, page_count(pages[0]) + page_count(pages[1]), 2);
	__free_page(pages[0]);
	__free_page(pages[1]);
	kvfree(pages);
	quarry_expect_reports(test, 1);
	vunmap(vmalloc(PAGE_SIZE));
}

static void unmap_from_interrupt(void *p)
{
	vunmap(p);
	vm_unmap_ram(p, 1);
}

/* Who may free what, and where. */
static void wrong_way_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *map = vmap(&page, 1, VM_MAP, PAGE_KERNEL), *ram = vm_map_ram(&page, 1, NUMA_NO_NODE);
	unsigned long flags;

	KUNIT_EXPECT_NULL(test, find_vm_area(ram));
	KUNIT_EXPECT_PTR_EQ(test, vmalloc_to_page(ram), page);
	quarry_expect_reports(test, 6);
	vfree(ram);			/* no area, to vfree() */
	vm_unmap_ram(map, 1);		/* the reverse */
	vm_unmap_ram(ram, 2);		/* part of it, or more */
	local_irq_save(flags);
	quarry_interrupt(unmap_from_interrupt, map);
	local_irq_restore(flags);
	vm_unmap_ram(ram, 1);
	vm_unmap_ram(ram, 1);
	vunmap(map);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_page(page);
}

/* Where the pages come from. */
static void zones_test(struct kunit *test)
{
	bool high = max_pfn > PHYS_PFN(machine.lowmem_end);
	u8 *p = vmalloc(16 * PAGE_SIZE), *q = vmalloc_32(16 * PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_EQ(test, !!PageHighMem(vmalloc_to_page(p + i * PAGE_SIZE)), high);
		KUNIT_EXPECT_LT(test, vmalloc_to_pfn(q + i * PAGE_SIZE), 1ul << (32 - PAGE_SHIFT));
	}
	vfree(p);
	vfree(q);
	p = __vmalloc(PAGE_SIZE, GFP_KERNEL | GFP_DMA);
	KUNIT_EXPECT_LT(test, vmalloc_to_pfn(p), (unsigned long)PHYS_PFN(machine.dma_end));
	vfree(p);
}

static void ioremap_test(struct kunit *test)
{
	void *p = kmalloc(200, GFP_KERNEL);
	phys_addr_t ram = virt_to_phys(p);

	quarry_expect_reports(test, 2);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(ram, 100), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ioremap(ram, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, memremap(ram, 100, MEMREMAP_WB), p);
	kfree(p);
}

static void holdings_test(struct kunit *test)
{
	uintptr_t lo = (uintptr_t)holdings_test;
	void *p = vmalloc(10000);

	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, lo + 1024, NULL, NULL), (size_t)1);
	vfree(p);
	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, lo + 1024, NULL, NULL), (size_t)0);
}

/* Several tasks at once, each checking that what it has is its own. */
static void churn(void *arg)
{
	enum { N = 40 };
	u32 *p[N] = {}, mine = task_pid_nr(current);
	unsigned long pages[N], at;
	struct rnd_state rnd;
	unsigned int step, i;

	prandom_seed_state(&rnd, mine);
	for (step = 0; step < 1000; step++) {
		i = prandom_u32_state(&rnd) % N;
		for (at = 0; p[i] && at < pages[i]; at++)
			if (p[i][at * 1024] != mine + at)
				(*(int *)arg)++;
		vfree(p[i]);
		pages[i] = 1 + prandom_u32_state(&rnd) % 12;
		p[i] = vmalloc(pages[i] << PAGE_SHIFT);
		for (at = 0; at < pages[i]; at++)
			p[i][at * 1024] = mine + at;
		cond_resched();
	}
	for (i = 0; i < N; i++)
		vfree(p[i]);
}

static void churn_test(struct kunit *test)
{
	int wrong[6] = {};
	unsigned int i;

	together(test, ARRAY_SIZE(wrong), churn, wrong, sizeof(*wrong));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, wrong[i], 0);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

/* Its blocks become single pages, whatever the flags say of blocks. */
static void compound_test(struct kunit *test)
{
	void *p = __vmalloc(64 * PAGE_SIZE, GFP_KERNEL | __GFP_COMP);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_FALSE(test, PageCompound(vmalloc_to_page(p)));
	vfree(p);
}

static struct kunit_case vmalloc_cases[] = {
	KUNIT_CASE(compound_test),
	KUNIT_CASE(contents_test),
	KUNIT_CASE(layout_test),
	KUNIT_CASE(no_leak_test),
	KUNIT_CASE(zeroed_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(bad_free_test),
	KUNIT_CASE(interrupt_test),
	KUNIT_CASE(vfree_atomic_test),
	KUNIT_CASE(sleeping_test),
	KUNIT_CASE(vmap_test),
	KUNIT_CASE(put_pages_test),
	KUNIT_CASE(vunmap_test),
	KUNIT_CASE(wrong_way_test),
	KUNIT_CASE(zones_test),
	KUNIT_CASE(ioremap_test),
	KUNIT_CASE(holdings_test),
	KUNIT_CASE(churn_test),
	{}
};

static struct kunit_suite vmalloc_suite = { .name = "vmalloc", .test_cases = vmalloc_cases };
kunit_test_suite(vmalloc_suite);

static struct kunit_suite vmalloc_debug_suite = {
	.name = "vmalloc_debug", .test_cases = vmalloc_cases,
};
quarry_suite_on(vmalloc_debug_suite, "x86_64-8g debug_vmalloc=on");

static struct kunit_suite vmalloc_i386_suite = {
	.name = "vmalloc_i386_4g", .test_cases = vmalloc_cases,
};
quarry_suite_on(vmalloc_i386_suite, "i386-4g");

/* Memory runs out half-way: all of it comes back. */
static void runs_out_test(struct kunit *test)
{
	unsigned long in_use, largest = 0, pages;
	void *p;

	vfree(vmalloc(1 << 20));
	in_use = pages_in_use();
	for (pages = totalram_pages(); pages > 64; pages -= 64) {
		p = __vmalloc(pages << PAGE_SHIFT, GFP_KERNEL | __GFP_NOWARN);
		if (p) {
			largest = pages;
			memset(p, 1, pages << PAGE_SHIFT);
			vfree(p);
			break;
		}
		KUNIT_EXPECT_LE(test, pages_in_use(), in_use + 8);
	}
	KUNIT_EXPECT_GT(test, largest, totalram_pages() / 2);
	KUNIT_EXPECT_LE(test, pages_in_use(), in_use + 8);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static struct kunit_case vmalloc_tiny_cases[] = {
	KUNIT_CASE(runs_out_test),
	{}
};

static struct kunit_suite vmalloc_tiny_suite = {
	.name = "vmalloc_tiny_16m", .test_cases = vmalloc_tiny_cases,
};
quarry_suite_on(vmalloc_tiny_suite, "tiny-16m");
