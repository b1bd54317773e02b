// SPDX-License-Identifier: MIT
/* The allocator of addresses, against an array of pages that knows no tricks. */
#include <kunit/test.h>
#include <linux/log2.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mm/vmap_area.h"

#define BASE	0x10000000ul
#define PAGES	512ul
#define RANGES	128

struct model {
	bool busy[PAGES];
	bool taken[RANGES];
	struct vmap_area areas[RANGES];
	struct vmap_space space;
	struct rnd_state rnd;
};

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

/* Bytes of the largest gap, page by page. */
static unsigned long largest(const struct model *m)
{
	unsigned long at, n = 0, most = 0;

	for (at = 0; at < PAGES; at++) {
		n = m->busy[at] ? 0 : n + 1;
		most = max(most, n);
	}
	return most * PAGE_SIZE;
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
	struct vmap_area *va = &m->areas[slot];
	unsigned long expected;

	if (!pick(m, 4)) {
		lo = BASE + pick(m, PAGES) * PAGE_SIZE;
		hi = lo + pick(m, PAGES) * PAGE_SIZE;
	}
	expected = oracle(m, pages, align, lo, hi);
	m->taken[slot] = vmap_space_take(&m->space, va, pages * PAGE_SIZE, align, lo, hi);
	KUNIT_ASSERT_EQ(test, m->taken[slot] ? va->va_start : 0, expected);
	if (m->taken[slot]) {
		KUNIT_ASSERT_EQ(test, va->va_end - va->va_start, pages * PAGE_SIZE);
		mark(m, va, true);
	}
}

static void give_one(struct model *m, unsigned int slot)
{
	mark(m, &m->areas[slot], false);
	vmap_space_give(&m->space, &m->areas[slot]);
	m->taken[slot] = false;
}

static void lookups(struct kunit *test, struct model *m)
{
	unsigned long page = pick(m, PAGES), addr = BASE + page * PAGE_SIZE + pick(m, PAGE_SIZE);
	struct vmap_area *va = vmap_space_find(&m->space, addr), *before;

	KUNIT_ASSERT_EQ(test, va != NULL, m->busy[page]);
	va = vmap_space_after(&m->space, addr);
	if (!va)
		return;
	KUNIT_ASSERT_GE(test, va->va_start, addr);
	before = vmap_space_prev(&m->space, va);
	if (before) {
		KUNIT_ASSERT_LT(test, before->va_start, addr);
		KUNIT_ASSERT_PTR_EQ(test, vmap_space_next(&m->space, before), va);
	} else {
		KUNIT_ASSERT_PTR_EQ(test, vmap_space_first(&m->space), va);
	}
}

static void model_test(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int step, slot;

	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&m->rnd, 20);
	vmap_space_init(&m->space, BASE, BASE + PAGES * PAGE_SIZE);
	for (step = 0; step < 5000; step++) {
		slot = pick(m, RANGES);
		if (m->taken[slot])
			give_one(m, slot);
		else
			take_one(test, m, slot);
		lookups(test, m);
		KUNIT_ASSERT_EQ(test, vmap_space_validate(&m->space), 0u);
		KUNIT_ASSERT_EQ(test, vmap_space_largest(&m->space), largest(m));
	}
	for (slot = 0; slot < RANGES; slot++)
		if (m->taken[slot])
			give_one(m, slot);
	KUNIT_EXPECT_EQ(test, m->space.nr, 0ul);
	KUNIT_EXPECT_EQ(test, m->space.bytes, 0ul);
	KUNIT_EXPECT_NULL(test, vmap_space_first(&m->space));
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&m->space), PAGES * PAGE_SIZE);
}

static bool take(struct vmap_space *space, struct vmap_area *va, unsigned long pages)
{
	return vmap_space_take(space, va, pages * PAGE_SIZE, PAGE_SIZE, 0, ~0ul);
}

/* Gaps: what is freed is one with what is free on either side. */
static void merge_test(struct kunit *test)
{
	struct vmap_area va[5];
	struct vmap_space space;
	unsigned int i;

	vmap_space_init(&space, BASE, BASE + 4 * PAGE_SIZE);
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_TRUE(test, take(&space, &va[i], 1));
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&space), 0ul);
	KUNIT_EXPECT_FALSE(test, take(&space, &va[4], 1));

	vmap_space_give(&space, &va[1]);
	vmap_space_give(&space, &va[3]);
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&space), PAGE_SIZE);
	vmap_space_give(&space, &va[2]);	/* both */
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&space), 3 * PAGE_SIZE);
	vmap_space_give(&space, &va[0]);	/* the one above */
	KUNIT_EXPECT_EQ(test, vmap_space_largest(&space), 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vmap_space_validate(&space), 0u);
}

/* A window without addresses has no areas. */
static void no_window_test(struct kunit *test)
{
	struct vmap_space space;
	struct vmap_area va;

	vmap_space_init(&space, 0, 0);
	KUNIT_EXPECT_FALSE(test, take(&space, &va, 1));
	KUNIT_EXPECT_NULL(test, vmap_space_find(&space, 0));
	KUNIT_EXPECT_NULL(test, vmap_space_first(&space));
	KUNIT_EXPECT_EQ(test, vmap_space_validate(&space), 0u);
}

/*
 * With n areas a search looks at no more nodes than the tree is deep, wherever the gap is:
 * here every other area of many is gone, and what is asked for fits only one gap.
 */
static void depth_test(struct kunit *test)
{
	const unsigned int many = 100000;
	struct vmap_area *va = kvmalloc_array(many + 1, sizeof(*va), GFP_KERNEL);
	unsigned int i, deepest = 0, at;
	struct vmap_space space;
	struct rnd_state rnd;

	KUNIT_ASSERT_NOT_NULL(test, va);
	prandom_seed_state(&rnd, 5);
	vmap_space_init(&space, BASE, BASE + (2ul * many + 2) * PAGE_SIZE);
	for (i = 0; i < many; i++)
		if (!take(&space, &va[i], 2))
			break;
	KUNIT_EXPECT_EQ(test, i, many);
	for (i = 1; i < many; i += 2)
		vmap_space_give(&space, &va[i]);
	for (i = 0; i < 1000; i++) {
		at = 1 + 2 * (prandom_u32_state(&rnd) % (many / 2 - 2));
		vmap_space_give(&space, &va[at + 1]);
		KUNIT_EXPECT_TRUE(test, take(&space, &va[many], 5));
		KUNIT_EXPECT_EQ(test, va[many].va_start, va[at - 1].va_end);
		deepest = max(deepest, space.steps);
		vmap_space_give(&space, &va[many]);
		KUNIT_EXPECT_TRUE(test, vmap_space_take(&space, &va[at + 1], 2 * PAGE_SIZE, PAGE_SIZE,
							va[at - 1].va_end + 2 * PAGE_SIZE, ~0ul));
	}
	KUNIT_EXPECT_LE(test, deepest, 2 * (ilog2(space.nr + 2) + 1));
	KUNIT_EXPECT_GT(test, deepest, 5u);
	KUNIT_EXPECT_EQ(test, vmap_space_validate(&space), 0u);
	kvfree(va);
}

static struct kunit_case vmap_area_cases[] = {
	KUNIT_CASE(merge_test),
	KUNIT_CASE(no_window_test),
	KUNIT_CASE(depth_test),
	KUNIT_CASE(model_test),
	{}
};

static struct kunit_suite vmap_area_suite = { .name = "vmap_area", .test_cases = vmap_area_cases };
kunit_test_suite(vmap_area_suite);
