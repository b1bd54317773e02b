// SPDX-License-Identifier: MIT
/* Freed areas that wait to be unmapped together: what they hold back, and how long. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/vmap.h"
#include "tests/unit/text.h"

#define SOME	200

static struct vmap_lazy_stats now(void)
{
	struct vmap_lazy_stats stats;

	vmap_lazy_stats(&stats);
	return stats;
}

/* The page of a freed area is nobody's until the area is unmapped. */
static void page_waits_test(struct kunit *test)
{
	unsigned long before;
	struct page *page;
	u32 *p;

	task_stacks_drain();
	vm_unmap_aliases();
	before = vmalloc_nr_pages();
	p = vmalloc(PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, p);
	*p = 12345;
	page = vmalloc_to_page(p);
	vfree(p);
	KUNIT_EXPECT_EQ(test, vmap_waiting_pages(), 1ul);
	KUNIT_EXPECT_EQ(test, vmalloc_nr_pages(), before);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(*p), 12345u);	/* it is mapped */
	KUNIT_EXPECT_NULL(test, find_vm_area(p));
	KUNIT_EXPECT_NULL(test, vmalloc_to_page(p));
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
	KUNIT_EXPECT_EQ(test, vmap_waiting_pages(), 0ul);
}

/* What is not the area's is unmapped at once. */
static void callers_pages_test(struct kunit *test)
{
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };
	void *p;

	vm_unmap_aliases();
	p = vmap(pages, 2, VM_MAP, PAGE_KERNEL);
	vunmap(p);
	KUNIT_EXPECT_EQ(test, now().areas, 0ul);
	p = vmap(pages, 2, VM_MAP, PAGE_KERNEL);
	vfree(p);
	KUNIT_EXPECT_EQ(test, now().areas, 0ul);
	vm_unmap_ram(vm_map_ram(pages, 2, NUMA_NO_NODE), 2);
	KUNIT_EXPECT_EQ(test, now().areas, 0ul);
	__free_page(pages[0]);
	__free_page(pages[1]);
}

/* Areas that come and go: one unmapping for at least 32 of them. */
static void calls_test(struct kunit *test)
{
	struct vmap_lazy_stats before, after;
	unsigned int i, size;
	void *p[8] = {};

	vm_unmap_aliases();
	before = now();
	for (i = 0; i < 3200; i++) {
		size = 1 + i % 7;
		vfree(vmalloc(size * PAGE_SIZE));
	}
	for (i = 0; i < 3200; i++) {	/* eight live at a time */
		vfree(p[i % 8]);
		p[i % 8] = vmalloc((1 + i % 5) * PAGE_SIZE);
	}
	for (i = 0; i < 8; i++)
		vfree(p[i]);
	vm_unmap_aliases();
	after = now();
	KUNIT_EXPECT_EQ(test, after.purged - before.purged, 2 * 3200ul);
	KUNIT_EXPECT_LE(test, after.calls - before.calls, 2 * 3200ul / 32);
}

/*
 * A thousand areas live, and any of them dies next: a call unmaps 32, even so, because each
 * waits until its neighbours have died, too.
 */
static void scattered_test(struct kunit *test)
{
	const unsigned int nr = 1000, steps = 60000;
	void **p = kvmalloc_array(nr, sizeof(*p), GFP_KERNEL | __GFP_ZERO);
	struct vmap_lazy_stats before = now(), after;
	unsigned int i, slot, most = 0;
	struct rnd_state rnd;

	KUNIT_ASSERT_NOT_NULL(test, p);
	if (vmap_lazy_max < 8192)
		kunit_skip(test, "no room for so many that wait");
	prandom_seed_state(&rnd, 22);
	vm_unmap_aliases();
	for (i = 0; i < 2 * steps; i++) {
		if (i == steps)
			before = now();
		slot = prandom_u32_state(&rnd) % nr;
		vfree(p[slot]);
		p[slot] = vmalloc((1 + i % 3) * PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, p[slot]);
		most = max(most, (unsigned int)now().areas);
	}
	after = now();
	kunit_info(test, "%lu areas by %lu calls, %u wait at most\n", after.purged - before.purged,
		   after.calls - before.calls, most);
	KUNIT_EXPECT_GT(test, after.purged - before.purged, steps / 2ul);
	KUNIT_EXPECT_LE(test, 32 * (after.calls - before.calls), after.purged - before.purged);
	for (i = 0; i < nr; i++)
		vfree(p[i]);
	kvfree(p);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

/* Scattered among live ones they wait, but no more than may. */
static void bound_test(struct kunit *test)
{
	const unsigned long most = 150, before = vmap_lazy_max;
	unsigned int i, seen = 0;
	void *p[SOME], *q[SOME];

	vm_unmap_aliases();
	vmap_lazy_set(most);
	for (i = 0; i < SOME; i++) {
		p[i] = vmalloc(3 * PAGE_SIZE);
		q[i] = vmalloc(PAGE_SIZE);
	}
	for (i = 0; i < SOME; i++) {
		vfree(p[i]);
		KUNIT_EXPECT_LE(test, now().addresses, most);
		KUNIT_EXPECT_LE(test, vmap_waiting_pages(), now().addresses);
		seen = max(seen, (unsigned int)now().areas);
	}
	KUNIT_EXPECT_EQ(test, seen, (unsigned int)(most / 4));
	for (i = 0; i < SOME; i++)
		vfree(q[i]);
	vmap_lazy_set(before);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

/* Freed in any order, ranges join at either end, and make one in the end. */
static void join_test(struct kunit *test)
{
	struct rnd_state rnd;
	unsigned int i, j;
	void *p[60];

	prandom_seed_state(&rnd, 3);
	vm_unmap_aliases();
	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = vmalloc((1 + i % 3) * PAGE_SIZE);
	for (i = ARRAY_SIZE(p); i--; ) {
		j = prandom_u32_state(&rnd) % (i + 1);
		swap(p[i], p[j]);
	}
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		vfree(p[i]);
		KUNIT_ASSERT_EQ(test, now().areas, i + 1ul);
		KUNIT_ASSERT_EQ(test, vmap_lazy_validate() + vmap_space_validate(&vmap_space), 0u);
	}
	KUNIT_EXPECT_EQ(test, now().ranges, 1ul);
	quarry_expect_reports(test, 2);
	vfree(p[17]);			/* each is known */
	vfree(p[17] + PAGE_SIZE);	/* its middle, or its guard page, is not */
	vm_unmap_aliases();
	KUNIT_EXPECT_EQ(test, now().areas, 0ul);
}

/* An area that waits is in nobody's way when addresses run out. */
static void addresses_test(struct kunit *test)
{
	unsigned long largest;
	struct vm_struct *vm;
	void *p;

	vm_unmap_aliases();
	largest = vmap_space_largest(&vmap_space);
	p = vmalloc(PAGE_SIZE);
	vfree(p);
	KUNIT_EXPECT_EQ(test, now().areas, 1ul);
	vm = get_vm_area(largest - PAGE_SIZE, VM_MAP);
	KUNIT_EXPECT_NOT_NULL(test, vm);
	KUNIT_EXPECT_EQ(test, now().areas, 0ul);
	KUNIT_EXPECT_NULL(test, get_vm_area(largest, VM_MAP));
	if (vm)
		free_vm_area(vm);
}

/* /proc/vmallocinfo as Linux has it. */
static void view_test(struct kunit *test)
{
	char *text = kunit_kzalloc(test, 65536, GFP_KERNEL), line[64];
	struct page *page = alloc_page(GFP_KERNEL);
	struct seq_file m = { .buf = text, .size = 65536 };
	void *p, *ram, *map;

	vm_unmap_aliases();
	p = vmalloc(3 * PAGE_SIZE);
	ram = vm_map_ram(&page, 1, NUMA_NO_NODE);
	map = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	vfree(p);
	KUNIT_EXPECT_EQ(test, vmallocinfo_show(&m), 0);
	text[m.count] = '\0';
	snprintf(line, sizeof(line), "0x%px-0x%px   16384 unpurged vm_area\n", p, p + 4 * PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, strlen(text) > strlen(line) &&
				!strcmp(text + strlen(text) - strlen(line), line));
	snprintf(line, sizeof(line), "0x%px-0x%px %7lu vm_map_ram\n", ram, ram + 257 * PAGE_SIZE,
		 257 * PAGE_SIZE);		/* a block */
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, line));
	snprintf(line, sizeof(line), "0x%px-0x%px    8192 ", map, map + 2 * PAGE_SIZE);
	p = strstr(text, line);
	KUNIT_ASSERT_NOT_NULL(test, p);
	*strchr(p, '\n') = '\0';
	KUNIT_EXPECT_NULL(test, strstr(p, "pages="));		/* they are ours */
	vunmap(map);
	vm_unmap_ram(ram, 1);
	__free_page(page);
}

static struct kunit_case vmalloc_lazy_cases[] = {
	KUNIT_CASE(page_waits_test),
	KUNIT_CASE(callers_pages_test),
	KUNIT_CASE(calls_test),
	KUNIT_CASE(scattered_test),
	KUNIT_CASE(bound_test),
	KUNIT_CASE(join_test),
	KUNIT_CASE(addresses_test),
	KUNIT_CASE(view_test),
	{}
};

static struct kunit_suite vmalloc_lazy_suite = {
	.name = "vmalloc_lazy", .test_cases = vmalloc_lazy_cases,
};
kunit_test_suite(vmalloc_lazy_suite);

static struct kunit_suite vmalloc_lazy_i386_suite = {
	.name = "vmalloc_lazy_i386_4g", .test_cases = vmalloc_lazy_cases,
};
quarry_suite_on(vmalloc_lazy_i386_suite, "i386-4g");

/* Memory that waits is had back before a request fails. */
static void memory_test(struct kunit *test)
{
	unsigned long before = vmap_lazy_max, free, nr = 0;
	LIST_HEAD(pages);
	struct page *page, *next;
	void *p;

	vm_unmap_aliases();
	vmap_lazy_set(~0ul);
	free = nr_free_pages();
	p = vmalloc(free / 2 * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, p);
	vfree(p);
	KUNIT_EXPECT_EQ(test, vmap_waiting_pages(), free / 2);
	KUNIT_EXPECT_LT(test, nr_free_pages(), free - free / 2 + 1);
	while ((page = alloc_page(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY))) {
		list_add(&page->lru, &pages);
		nr++;
	}
	KUNIT_EXPECT_EQ(test, vmap_waiting_pages(), 0ul);
	KUNIT_EXPECT_GT(test, nr, free / 2 + free / 4);
	list_for_each_entry_safe(page, next, &pages, lru)
		__free_page(page);
	vmap_lazy_set(before);
}

/* Nor does an area fail for want of memory, or of host mappings, that others hold back. */
static void area_test(struct kunit *test)
{
	unsigned long before = vmap_lazy_max, pages;
	unsigned int i;
	void *p;

	vm_unmap_aliases();
	vmap_lazy_set(~0ul);
	pages = nr_free_pages() * 2 / 3;
	for (i = 0; i < 10; i++) {
		p = vmalloc(pages * PAGE_SIZE);
		KUNIT_EXPECT_NOT_NULL(test, p);
		vfree(p);
	}
	vmap_lazy_set(before);
}

static struct kunit_case vmalloc_lazy_tiny_cases[] = {
	KUNIT_CASE(memory_test),
	KUNIT_CASE(area_test),
	{}
};

static struct kunit_suite vmalloc_lazy_tiny_suite = {
	.name = "vmalloc_lazy_tiny_16m", .test_cases = vmalloc_lazy_tiny_cases,
};
quarry_suite_on(vmalloc_lazy_tiny_suite, "tiny-16m");

#define NO_ROOM	"the machine has no room for more mappings"

/* Nor are there any for a chunk of per-CPU memory, which says so, until areas that wait make room. */
static void percpu_mappings(struct kunit *test, void **p)
{
	void __percpu *chunk[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chunk); i++) {
		chunk[i] = __alloc_percpu(PCPU_MIN_UNIT_SIZE, PAGE_SIZE);
		if (!chunk[i])
			break;
	}
	KUNIT_ASSERT_LT(test, i, (unsigned int)ARRAY_SIZE(chunk));
	KUNIT_EXPECT_EQ(test, log_count("no new chunk could be made: " NO_ROOM), 1u);
	while (i--)
		free_percpu(chunk[i]);
	for (i = 200; i < 400; i += 2) {
		vfree(p[i]);
		p[i] = NULL;
	}
	for (i = 0; i < ARRAY_SIZE(chunk); i++) {
		chunk[i] = __alloc_percpu(PCPU_MIN_UNIT_SIZE, PAGE_SIZE);
		KUNIT_EXPECT_NOT_NULL(test, chunk[i]);
	}
	while (i--)
		free_percpu(chunk[i]);
	for (i = 200; i < 400; i += 2)		/* until it is as it was */
		p[i] = __vmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);
}

/*
 * More areas than the host maps: the next one is refused, in words, and nothing breaks. Those
 * that wait take mappings, too, and make room.
 */
static void mappings_test(struct kunit *test)
{
	const unsigned int most = 100000;
	void **p = kvmalloc_array(most, sizeof(*p), GFP_KERNEL);
	unsigned long before = vmap_lazy_max;
	unsigned int n, i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	vmap_lazy_set(~0ul);
	for (n = 0; n < most; n++) {
		p[n] = __vmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);
		if (!p[n])
			break;
	}
	if (n == most)
		kunit_skip(test, "the host maps whatever it is asked to");
	KUNIT_EXPECT_GT(test, n, 10000u);
	KUNIT_EXPECT_NULL(test, vmalloc(PAGE_SIZE));
	if (vmap_space_largest(&vmap_space) > 2 * PAGE_SIZE) {	/* else there are no addresses */
		/* All the others had __GFP_NOWARN. */
		KUNIT_EXPECT_EQ(test, log_count("vmalloc error: size 4096, failed to map pages: "
						NO_ROOM), 1u);
		percpu_mappings(test, p);
	}
	for (i = 0; i < 200; i += 2) {
		vfree(p[i]);
		p[i] = NULL;
	}
	KUNIT_EXPECT_EQ(test, now().areas, 100ul);
	p[0] = vmalloc(PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, p[0]);
	KUNIT_EXPECT_EQ(test, now().areas, 0ul);
	while (n--)
		vfree(p[n]);
	kvfree(p);
	vmap_lazy_set(before);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

static struct kunit_case vmalloc_mappings_cases[] = {
	KUNIT_CASE(mappings_test),
	{}
};

static struct kunit_suite vmalloc_mappings_suite = {
	.name = "vmalloc_mappings", .test_cases = vmalloc_mappings_cases,
};
kunit_test_suite(vmalloc_mappings_suite);
