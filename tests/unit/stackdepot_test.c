// SPDX-License-Identifier: MIT
/* The stack depot: K1 to K3 of mm/stack_depot.c. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/stackdepot.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/together.h"

#define ROUNDS		2000
#define CPUS		4

/* A stack that is like no other. */
static unsigned int make(unsigned long *pcs, unsigned int nr, unsigned long number)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		pcs[i] = number * 0x10001 + i;
	return nr;
}

static int ready(struct kunit *test)
{
	return stack_depot_init();
}

static void check(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, stack_depot_validate(), 0u);
}

static void saves_and_fetches_test(struct kunit *test)
{
	unsigned long pcs[20], *got;
	depot_stack_handle_t h = stack_depot_save(pcs, make(pcs, 20, 1), GFP_KERNEL);

	KUNIT_ASSERT_NE(test, h, 0u);
	KUNIT_EXPECT_EQ(test, stack_depot_fetch(h, &got), 20u);
	KUNIT_EXPECT_MEMEQ(test, got, pcs, sizeof(pcs));
	KUNIT_EXPECT_TRUE(test, got != pcs);
	KUNIT_EXPECT_EQ(test, stack_depot_get_extra_bits(h), 0u);
	check(test);
}

static void keeps_each_once_test(struct kunit *test)
{
	struct stack_depot_stats before, after;
	unsigned long pcs[20];
	depot_stack_handle_t h = stack_depot_save(pcs, make(pcs, 20, 2), GFP_KERNEL);
	unsigned int i;

	stack_depot_stats(&before);
	for (i = 0; i < 100; i++)
		KUNIT_ASSERT_EQ(test, stack_depot_save(pcs, 20, GFP_KERNEL), h);
	stack_depot_stats(&after);
	KUNIT_EXPECT_EQ(test, after.stacks, before.stacks);
	KUNIT_EXPECT_EQ(test, after.bytes, before.bytes);
	/* One that is shorter, one that ends otherwise. */
	KUNIT_EXPECT_NE(test, stack_depot_save(pcs, 19, GFP_KERNEL), h);
	pcs[19]++;
	KUNIT_EXPECT_NE(test, stack_depot_save(pcs, 20, GFP_KERNEL), h);
	stack_depot_stats(&after);
	KUNIT_EXPECT_EQ(test, after.stacks, before.stacks + 2);
	check(test);
}

static void extra_bits_test(struct kunit *test)
{
	unsigned long pcs[3], *got;
	unsigned int nr = make(pcs, 3, 3), top = (1u << STACK_DEPOT_EXTRA_BITS) - 1;
	depot_stack_handle_t h = __stack_depot_save(pcs, nr, 0, GFP_KERNEL, true);
	depot_stack_handle_t e = __stack_depot_save(pcs, nr, top, GFP_KERNEL, true);

	KUNIT_EXPECT_NE(test, e, h);
	KUNIT_EXPECT_EQ(test, stack_depot_get_extra_bits(e), top);
	KUNIT_EXPECT_EQ(test, stack_depot_fetch(e, &got), 3u);
	KUNIT_EXPECT_MEMEQ(test, got, pcs, sizeof(pcs));
}

static void nothing_test(struct kunit *test)
{
	unsigned long pcs[1] = { 1 }, *got = pcs;

	KUNIT_EXPECT_EQ(test, stack_depot_save(pcs, 0, GFP_KERNEL), 0u);
	KUNIT_EXPECT_EQ(test, stack_depot_fetch(0, &got), 0u);
	KUNIT_EXPECT_NULL(test, got);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, stack_depot_fetch(12345, &got), 0u);
}

static void long_stack_test(struct kunit *test)
{
	unsigned long *pcs = kunit_kmalloc(test, 300 * sizeof(*pcs), GFP_KERNEL), *got;
	depot_stack_handle_t h = stack_depot_save(pcs, make(pcs, 300, 4), GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, stack_depot_fetch(h, &got), 256u);
	KUNIT_EXPECT_MEMEQ(test, got, pcs, 256 * sizeof(*pcs));
}

static void text_test(struct kunit *test)
{
	unsigned long pcs[2] = { (unsigned long)text_test, (unsigned long)check };
	depot_stack_handle_t h = stack_depot_save(pcs, 2, GFP_KERNEL);
	char got[300], want[300];
	int n = snprintf(want, sizeof(want), "   %pS\n   %pS\n", (void *)pcs[0], (void *)pcs[1]);

	KUNIT_EXPECT_EQ(test, stack_depot_snprint(h, got, sizeof(got), 2), n);
	KUNIT_EXPECT_STREQ(test, got, want);
	KUNIT_EXPECT_EQ(test, stack_depot_snprint(0, got, sizeof(got), 2), 0);
	stack_depot_print(h);
}

/* Many CPUs save the same stacks at the same time: K2. */

static depot_stack_handle_t handles[CPUS][ROUNDS];

static void saver(void *arg)
{
	depot_stack_handle_t *mine = arg;
	unsigned long pcs[12];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		mine[i] = stack_depot_save(pcs, make(pcs, 12, 1000 + i), GFP_KERNEL);
}

static void many_cpus_test(struct kunit *test)
{
	struct stack_depot_stats before, after;
	unsigned int cpu, i;

	stack_depot_stats(&before);
	together(test, CPUS, saver, handles, sizeof(handles[0]));
	stack_depot_stats(&after);
	KUNIT_EXPECT_GE(test, after.stacks - before.stacks, (unsigned long)ROUNDS);
	if (!page_owner_on)	/* which has stacks of its own */
		KUNIT_EXPECT_EQ(test, after.stacks - before.stacks, (unsigned long)ROUNDS);
	for (i = 0; i < ROUNDS; i++) {
		KUNIT_ASSERT_NE(test, handles[0][i], 0u);
		for (cpu = 1; cpu < CPUS; cpu++)
			KUNIT_ASSERT_EQ(test, handles[cpu][i], handles[0][i]);
	}
	check(test);
}

/* K3: it fills up, says no, and what was there stays. Must be the last case. */
static void bound_test(struct kunit *test)
{
	unsigned long *pcs = kunit_kmalloc(test, 256 * sizeof(*pcs), GFP_KERNEL), *got, first[12];
	struct stack_depot_stats s;
	depot_stack_handle_t h;
	unsigned long i = 0;

	do {
		h = stack_depot_save(pcs, make(pcs, 256, 10000 + i++), GFP_KERNEL);
	} while (h && i < 100000);
	stack_depot_stats(&s);
	KUNIT_EXPECT_EQ(test, h, 0u);
	KUNIT_EXPECT_EQ(test, s.refused, 1ul);
	KUNIT_EXPECT_EQ(test, s.slabs, s.max_slabs);
	KUNIT_EXPECT_LE(test, s.bytes, s.max_slabs * (PAGE_SIZE << 2));
	KUNIT_EXPECT_GT(test, s.bytes, (s.max_slabs - 1) * (PAGE_SIZE << 2));
	KUNIT_EXPECT_EQ(test, stack_depot_save(pcs, 256, GFP_KERNEL), 0u);
	/* Known ones are still found. */
	KUNIT_EXPECT_EQ(test, stack_depot_save(first, make(first, 12, 1000), GFP_KERNEL),
			handles[0][0]);
	KUNIT_EXPECT_EQ(test, stack_depot_fetch(handles[0][7], &got), 12u);
	make(first, 12, 1007);
	KUNIT_EXPECT_MEMEQ(test, got, first, sizeof(first));
	check(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(saves_and_fetches_test),
	KUNIT_CASE(keeps_each_once_test),
	KUNIT_CASE(extra_bits_test),
	KUNIT_CASE(nothing_test),
	KUNIT_CASE(long_stack_test),
	KUNIT_CASE(text_test),
	KUNIT_CASE(many_cpus_test),
	KUNIT_CASE(bound_test),
	{}
};

/* Made late, from the page allocator. */
static struct kunit_suite late_suite = {
	.name = "stackdepot", .init = ready, .test_cases = cases };
quarry_suite_on(late_suite, "tiny-16m");

/* Made at boot, because page_owner wants it, on a machine with high memory. */
static struct kunit_suite early_suite = {
	.name = "stackdepot_early", .init = ready, .test_cases = cases };
quarry_suite_on(early_suite, "i386-4g page_owner=on");
