// SPDX-License-Identifier: MIT
/* vm_map_ram(): small mappings share areas, and what is told about each is true all the same. */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/vmap.h"
#include "tests/unit/together.h"

#define MOST	VMAP_BLOCK_MOST

static struct page *pages[MOST + 1];

static int block_init(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i <= MOST; i++)
		pages[i] = alloc_page(GFP_HIGHUSER);
	vm_unmap_aliases();
	return 0;
}

static void block_exit(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	for (i = 0; i <= MOST; i++) {
		KUNIT_EXPECT_EQ(test, page_count(pages[i]), 1);
		__free_page(pages[i]);
	}
}

/* The pages that are seen at @p are these. */
static bool shows(const char *p, unsigned int first, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		u32 *q = kmap_local_page(pages[first + i]);
		bool same;

		WRITE_ONCE(*q, first + i + 77);
		same = READ_ONCE(*(const u32 *)(p + i * PAGE_SIZE)) == first + i + 77;
		kunmap_local(q);
		if (!same || vmalloc_to_page(p + i * PAGE_SIZE) != pages[first + i])
			return false;
	}
	return !vmalloc_to_page(p + count * PAGE_SIZE);	/* B3 */
}

static void share_test(struct kunit *test)
{
	unsigned long areas = vmap_space.nr;
	char *p[10], *large;
	unsigned int i;

	set_cpus_allowed_ptr(current, cpumask_of(0));	/* one CPU, so one block */
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = vm_map_ram(pages + i, 1 + i % 7, NUMA_NO_NODE);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		KUNIT_EXPECT_TRUE(test, shows(p[i], i, 1 + i % 7));
		KUNIT_EXPECT_NULL(test, find_vm_area(p[i]));
		if (i)
			KUNIT_EXPECT_EQ(test, (unsigned long)(p[i] - p[i - 1]),
					(2 + (i - 1) % 7) * PAGE_SIZE);
	}
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas + 1);
	large = vm_map_ram(pages, MOST + 1, NUMA_NO_NODE);
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas + 2);
	KUNIT_EXPECT_TRUE(test, shows(large, 0, MOST + 1));
	vm_unmap_ram(large, MOST + 1);
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		vm_unmap_ram(p[i], 1 + i % 7);
		KUNIT_EXPECT_NULL(test, vmalloc_to_page(p[i]));
		if (i + 1 < ARRAY_SIZE(p))
			KUNIT_EXPECT_TRUE(test, shows(p[i + 1], i + 1, 1 + (i + 1) % 7));
	}
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas + 1);	/* a CPU has it */
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas);
}

/* Addresses are not used twice before a flush, and one flush does for a block. */
static void flush_test(struct kunit *test)
{
	unsigned long before = vmap_block_flushes(), areas = vmap_space.nr, seen = 0;
	unsigned int i;
	char *p, *first;

	set_cpus_allowed_ptr(current, cpumask_of(0));
	first = vm_map_ram(pages, 4, NUMA_NO_NODE);
	vm_unmap_ram(first, 4);
	for (i = 1; i < 1000; i++) {
		p = vm_map_ram(pages, 4, NUMA_NO_NODE);
		KUNIT_ASSERT_NOT_NULL(test, p);
		if (i < 51)			/* 256 pages, 5 each */
			KUNIT_ASSERT_EQ(test, (unsigned long)(p - first), i * 5 * PAGE_SIZE);
		vm_unmap_ram(p, 4);
		seen = max(seen, vmap_space.nr);
	}
	KUNIT_EXPECT_LE(test, seen, areas + 2);
	KUNIT_EXPECT_EQ(test, vmap_block_flushes() - before, 1000ul / 51);
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, vmap_block_flushes() - before, 1000ul / 51 + 1);
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas);

	/* A block in use stays, and is flushed. */
	first = vm_map_ram(pages, 1, NUMA_NO_NODE);
	p = vm_map_ram(pages + 1, 1, NUMA_NO_NODE);
	vm_unmap_ram(first, 1);
	before = vmap_block_flushes();
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, vmap_block_flushes(), before + 1);
	KUNIT_EXPECT_TRUE(test, shows(p, 1, 1));

	/* Once; and again for what is unmapped afterwards, though the block goes then. */
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, vmap_block_flushes(), before + 1);
	vm_unmap_ram(p, 1);
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, vmap_block_flushes(), before + 2);
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas);
}

static void misuse_test(struct kunit *test)
{
	char *p = vm_map_ram(pages, 3, NUMA_NO_NODE), *q = vm_map_ram(pages + 3, 2, NUMA_NO_NODE);

	quarry_expect_reports(test, 8);
	vm_unmap_ram(p, 2);			/* part of it, or more */
	vm_unmap_ram(p, 4);
	vm_unmap_ram(p + PAGE_SIZE, 2);		/* its middle, its guard page, one byte in */
	vm_unmap_ram(p + 3 * PAGE_SIZE, 1);
	vm_unmap_ram(p + 1, 3);
	vfree(p);
	KUNIT_EXPECT_TRUE(test, shows(p, 0, 3) && shows(q, 3, 2));
	vm_unmap_ram(p, 3);
	vm_unmap_ram(p, 3);			/* twice, the block in use, and gone */
	vm_unmap_ram(q, 2);
	vm_unmap_aliases();
	vm_unmap_ram(q, 2);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

static noinline void *map_here(unsigned int count)
{
	void *p = vm_map_ram(pages, count, NUMA_NO_NODE);

	barrier();
	return p;
}

struct found {
	unsigned int nr;
	unsigned long address, size;
};

static void look(void *ctx, const struct quarry_holding *h)
{
	struct found *f = ctx;

	f->nr += !strcmp(h->kind, "vm_map_ram area");
	f->address = h->address;
	f->size = h->size;
}

/* Who has what, mapping by mapping. */
static void holdings_test(struct kunit *test)
{
	uintptr_t lo = (uintptr_t)map_here, hi = lo + 256;
	void *p = map_here(5), *q = map_here(2);
	struct found found = { 0 };

	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, hi, look, &found), (size_t)2);
	KUNIT_EXPECT_EQ(test, found.nr, 2u);
	vm_unmap_ram(p, 5);
	found.nr = 0;
	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, hi, look, &found), (size_t)1);
	KUNIT_EXPECT_EQ(test, found.address, (unsigned long)q);
	KUNIT_EXPECT_EQ(test, found.size, 2 * PAGE_SIZE);
	vm_unmap_ram(q, 2);
	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, hi, NULL, NULL), (size_t)0);
}

/* Several tasks, that lose their CPU in the middle. */
static void churn(void *arg)
{
	int *wrong = arg;
	struct rnd_state rnd;
	unsigned int i, step, count[6] = {};
	char *p[6] = {};
	struct page *own = alloc_page(GFP_KERNEL), *all[MOST];
	u32 *mine = page_address(own);

	for (i = 0; i < MOST; i++)
		all[i] = own;
	prandom_seed_state(&rnd, task_pid_nr(current));
	*mine = task_pid_nr(current);
	for (step = 0; step < 2000; step++) {
		i = prandom_u32_state(&rnd) % ARRAY_SIZE(p);
		if (p[i]) {
			*wrong += *(u32 *)(p[i] + (count[i] - 1) * PAGE_SIZE) != *mine;
			vm_unmap_ram(p[i], count[i]);
			p[i] = NULL;
		} else {
			count[i] = 1 + prandom_u32_state(&rnd) % MOST;
			p[i] = vm_map_ram(all, count[i], NUMA_NO_NODE);
			*wrong += !p[i];
		}
		if (!(step % 100))
			vm_unmap_aliases();
		cond_resched();
	}
	for (i = 0; i < ARRAY_SIZE(p); i++)
		if (p[i])
			vm_unmap_ram(p[i], count[i]);
	__free_page(own);
}

static void churn_test(struct kunit *test)
{
	unsigned long areas;
	int wrong[4] = {};
	unsigned int i;

	task_stacks_drain();
	areas = vmap_space.nr;
	together(test, ARRAY_SIZE(wrong), churn, wrong, sizeof(*wrong));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, wrong[i], 0);
	vm_unmap_aliases();
	task_stacks_drain();
	KUNIT_EXPECT_EQ(test, vmap_space.nr, areas);
}

static struct kunit_case vmap_block_cases[] = {
	KUNIT_CASE(share_test),
	KUNIT_CASE(flush_test),
	KUNIT_CASE(misuse_test),
	KUNIT_CASE(holdings_test),
	KUNIT_CASE(churn_test),
	{}
};

static struct kunit_suite vmap_block_suite = {
	.name = "vmap_block", .init = block_init, .exit = block_exit,
	.test_cases = vmap_block_cases,
};
kunit_test_suite(vmap_block_suite);

static struct kunit_suite vmap_block_i386_suite = {
	.name = "vmap_block_i386_4g", .init = block_init, .exit = block_exit,
	.test_cases = vmap_block_cases,
};
quarry_suite_on(vmap_block_i386_suite, "i386-4g");
