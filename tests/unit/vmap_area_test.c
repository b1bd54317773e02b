// SPDX-License-Identifier: MIT
/* The allocator of addresses, against an array of pages that knows no tricks. */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mm/vmap_area.h"

#define BASE	0x10000000ul
#define PAGES	512ul
#define RANGES	128

struct model {
	bool busy[PAGES];
	struct vmap_area *ranges[RANGES];
	struct vmap_space space;
	struct rnd_state rnd;
};

static struct vmap_area *node(struct kunit *test)
{
	return kunit_kzalloc(test, sizeof(struct vmap_area), GFP_KERNEL);
}

static unsigned long pick(struct model *m, unsigned long below)
{
	return prandom_u32_state(&m->rnd) % below;
}

/* The lowest address, page by page; 0: none. */
static unsigned long oracle(struct model *m, unsigned long pages, unsigned long align,
			    unsigned long lo, unsigned long hi)
{
	unsigned long at, n;

	for (at = 0; at + pages <= PAGES; at++) {
		unsigned long addr = BASE + at * PAGE_SIZE;

		if (addr % align || addr < lo || addr + pages * PAGE_SIZE > hi)
			continue;
		for (n = 0; n < pages && !m->busy[at + n]; n++)
			;
		if (n == pages)
			return addr;
	}
	return 0;
}

static void mark(struct model *m, const struct vmap_area *va, bool busy)
{
	unsigned long at;

	for (at = va->va_start; at < va->va_end; at += PAGE_SIZE)
		m->busy[(at - BASE) / PAGE_SIZE] = busy;
}

static void take_one(struct kunit *test, struct model *m, unsigned int slot)
{
	unsigned long pages = 1 + pick(m, pick(m, 8) ? 6 : 60);
	unsigned long align = PAGE_SIZE << (pick(m, 3) ? 0 : pick(m, 6)), lo = 0, hi = ~0ul;
	struct vmap_area *nodes[2] = { node(test), node(test) }, *va;
	unsigned long expected;

	if (!pick(m, 4)) {
		lo = BASE + pick(m, PAGES) * PAGE_SIZE;
		hi = lo + pick(m, PAGES) * PAGE_SIZE;
	}
	expected = oracle(m, pages, align, lo, hi);
	va = vmap_space_take(&m->space, pages * PAGE_SIZE, align, lo, hi, nodes);
	KUNIT_ASSERT_EQ(test, va ? va->va_start : 0, expected);
	if (va) {
		KUNIT_ASSERT_EQ(test, va->va_end - va->va_start, pages * PAGE_SIZE);
		mark(m, va, true);
		m->ranges[slot] = va;
	}
	kunit_kfree(test, nodes[0]);
	kunit_kfree(test, nodes[1]);
}

static void give_one(struct kunit *test, struct model *m, unsigned int slot)
{
	struct vmap_area *left[2];

	mark(m, m->ranges[slot], false);
	vmap_space_give(&m->space, m->ranges[slot], left);
	m->ranges[slot] = NULL;
	kunit_kfree(test, left[0]);
	kunit_kfree(test, left[1]);
}

static void lookups(struct kunit *test, struct model *m)
{
	unsigned long page = pick(m, PAGES), addr = BASE + page * PAGE_SIZE + pick(m, PAGE_SIZE);
	struct vmap_area *va = vmap_space_find(&m->space, addr);

	KUNIT_ASSERT_EQ(test, va != NULL, m->busy[page]);
	va = vmap_space_after(&m->space, addr);
	if (va)
		KUNIT_ASSERT_GE(test, va->va_start, addr);
	va = vmap_space_before(&m->space, addr);
	if (va)
		KUNIT_ASSERT_LE(test, va->va_end, addr);
}

static void model_test(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int step, slot;

	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&m->rnd, 20);
	vmap_space_init(&m->space, node(test), BASE, BASE + PAGES * PAGE_SIZE);
	for (step = 0; step < 5000; step++) {
		slot = pick(m, RANGES);
		if (m->ranges[slot])
			give_one(test, m, slot);
		else
			take_one(test, m, slot);
		lookups(test, m);
		KUNIT_ASSERT_EQ(test, vmap_space_validate(&m->space), 0u);
	}
	for (slot = 0; slot < RANGES; slot++)
		if (m->ranges[slot])
			give_one(test, m, slot);
	KUNIT_EXPECT_EQ(test, m->space.nr_free, 1ul);
	KUNIT_EXPECT_EQ(test, m->space.nr_busy, 0ul);
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&m->space), PAGES * PAGE_SIZE);
}

static struct vmap_area *take(struct kunit *test, struct vmap_space *space, unsigned long pages)
{
	struct vmap_area *nodes[2] = { node(test), NULL };

	return vmap_space_take(space, pages * PAGE_SIZE, PAGE_SIZE, 0, ~0ul, nodes);
}

/* Freeing in the middle merges with neither, one, or both neighbours. */
static void merge_test(struct kunit *test)
{
	struct vmap_space space;
	struct vmap_area *va[4], *left[2];
	unsigned int i;

	vmap_space_init(&space, node(test), BASE, BASE + 4 * PAGE_SIZE);
	for (i = 0; i < 4; i++)
		va[i] = take(test, &space, 1);
	KUNIT_EXPECT_EQ(test, space.nr_free, 0ul);
	KUNIT_EXPECT_PTR_EQ(test, take(test, &space, 1), NULL);

	vmap_space_give(&space, va[1], left);
	KUNIT_EXPECT_PTR_EQ(test, left[0], NULL);
	vmap_space_give(&space, va[3], left);
	KUNIT_EXPECT_EQ(test, space.nr_free, 2ul);
	vmap_space_give(&space, va[2], left);	/* both */
	KUNIT_EXPECT_NOT_NULL(test, left[0]);
	KUNIT_EXPECT_NOT_NULL(test, left[1]);
	KUNIT_EXPECT_EQ(test, space.nr_free, 1ul);
	vmap_space_give(&space, va[0], left);	/* the one above */
	KUNIT_EXPECT_NOT_NULL(test, left[0]);
	KUNIT_EXPECT_PTR_EQ(test, left[1], NULL);
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&space), 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vmap_space_validate(&space), 0u);
}

static struct kunit_case vmap_area_cases[] = {
	KUNIT_CASE(merge_test),
	KUNIT_CASE(model_test),
	{}
};

static struct kunit_suite vmap_area_suite = { .name = "vmap_area", .test_cases = vmap_area_cases };
kunit_test_suite(vmap_area_suite);
