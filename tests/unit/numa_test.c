// SPDX-License-Identifier: MIT
/*
 * Nodes: the order in which they are tried, nodes without memory or without CPUs
 * (Z3, Z4 of mm/zones.c), and nodes by kernel parameter (N1 to N4 of mm/numa.c).
 */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "tests/unit/numa.h"

/* The nodes of a zone list, in its order, as digits: 031. */
static unsigned int order_of(int nid)
{
	const struct zoneref *ref = NODE_DATA(nid)->node_zonelists[ZONELIST_FALLBACK]._zonerefs;
	unsigned int digits = 0;
	int last = -1;

	for (; ref->zone; ref++) {
		if (ref->zone->node == last)
			continue;
		last = ref->zone->node;
		digits = digits * 10 + (unsigned int)last;
	}
	return digits;
}

/* numa-mixed: by number they would be 013, 130, 301 and 301. */
static void nearest_first_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, order_of(0), 31u);
	KUNIT_EXPECT_EQ(test, order_of(1), 103u);
	KUNIT_EXPECT_EQ(test, order_of(2), 103u);
	KUNIT_EXPECT_EQ(test, order_of(3), 301u);
	KUNIT_EXPECT_EQ(test, node_distance(0, 3), 17);
	KUNIT_EXPECT_EQ(test, node_distance(2, 1), 12);
}

#define BLOCKS	512	/* of the largest order: all of a node's memory */

static struct page *blocks[BLOCKS];

/* A node that is full: the next request goes to the nearest, not to the next number. */
static void overflow_test(struct kunit *test)
{
	struct page *page;
	unsigned int n;

	skip_without_low_memory(test);
	for (n = 0; n < BLOCKS; n++) {
		blocks[n] = alloc_pages_node(0, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN,
					     MAX_ORDER - 1);
		if (!blocks[n])
			break;
		KUNIT_ASSERT_EQ(test, page_to_nid(blocks[n]), 0);
	}
	KUNIT_ASSERT_LT(test, n, (unsigned int)BLOCKS);
	page = alloc_pages_node(0, GFP_KERNEL, MAX_ORDER - 1);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), 3);
	__free_pages(page, MAX_ORDER - 1);
	while (n--)
		__free_pages(blocks[n], MAX_ORDER - 1);
}

struct seen {
	int node, mem, page, object;
	bool thisnode;
};

static void look(void *arg)
{
	struct seen *seen = arg;
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_HIGHMEM);
	struct page *only = alloc_page(GFP_ATOMIC | __GFP_HIGHMEM | __GFP_THISNODE | __GFP_NOWARN);
	void *object = kmalloc(100, GFP_ATOMIC);

	*seen = (struct seen) {
		.node = numa_node_id(),
		.mem = numa_mem_id(),
		.page = page ? page_to_nid(page) : -1,
		.object = object ? page_to_nid(virt_to_page(object)) : -1,
		.thisnode = only != NULL,
	};
	kfree(object);
	if (page)
		__free_page(page);
	if (only)
		__free_page(only);
}

/* A CPU of a node without memory gets the nearest node's, unless it wants only its own. */
static void memoryless_node_test(struct kunit *test)
{
	unsigned int cpu = cpumask_first(cpumask_of_node(2));
	struct page *page;
	struct seen seen;
	int nearest;

	KUNIT_ASSERT_LT(test, cpu, nr_cpu_ids);
	KUNIT_EXPECT_EQ(test, NODE_DATA(2)->node_present_pages, 0ul);
	KUNIT_EXPECT_FALSE(test, node_state(2, N_MEMORY));
	KUNIT_EXPECT_TRUE(test, node_state(2, N_ONLINE));
	KUNIT_EXPECT_TRUE(test, node_state(2, N_CPU));
	/* High memory has no objects; in a 32-bit build node 1 has nothing else. */
	nearest = node_state(1, N_NORMAL_MEMORY) ? 1 : 0;
	KUNIT_ASSERT_EQ(test, smp_call_function_single((int)cpu, look, &seen, 1), 0);
	KUNIT_EXPECT_EQ(test, seen.node, 2);
	KUNIT_EXPECT_EQ(test, seen.mem, nearest);
	KUNIT_EXPECT_EQ(test, seen.page, 1);
	KUNIT_EXPECT_EQ(test, seen.object, nearest);
	KUNIT_EXPECT_FALSE(test, seen.thisnode);
	page = alloc_pages_node(2, GFP_HIGHUSER, 0);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), 1);
	__free_page(page);
	KUNIT_EXPECT_NULL(test, alloc_pages_node(2, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN, 0));
}

/* A node without CPUs serves those who name it. */
static void cpuless_node_test(struct kunit *test)
{
	struct page *page = alloc_pages_node(3, GFP_HIGHUSER, 0);

	KUNIT_EXPECT_TRUE(test, cpumask_empty(cpumask_of_node(3)));
	KUNIT_EXPECT_FALSE(test, node_state(3, N_CPU));
	KUNIT_EXPECT_TRUE(test, node_state(3, N_MEMORY));
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), 3);
	__free_page(page);
}

static struct kunit_case mixed_cases[] = {
	KUNIT_CASE(nearest_first_test),
	KUNIT_CASE(overflow_test),
	KUNIT_CASE(memoryless_node_test),
	KUNIT_CASE(cpuless_node_test),
	{}
};

static struct kunit_suite mixed_suite = { .name = "numa_mixed", .test_cases = mixed_cases };
quarry_suite_on(mixed_suite, "numa-mixed");

/* numa=fake= */

/* N1: equal shares to a block, in address order; all of memory, and it works. */
static void check_shares(struct kunit *test, unsigned int n)
{
	unsigned long all = get_num_physpages(), sum = 0, end = 0;
	struct pglist_data *pgdat;

	KUNIT_EXPECT_EQ(test, machine.nr_nodes, n);
	for_each_online_pgdat(pgdat) {
		struct page *page = alloc_pages_node(pgdat->node_id, GFP_HIGHUSER, 0);
		unsigned long pages = pgdat->node_present_pages, share = all / n;

		KUNIT_EXPECT_LE(test, pages, share + MAX_ORDER_NR_PAGES);
		KUNIT_EXPECT_GE(test, pages + MAX_ORDER_NR_PAGES, share);
		KUNIT_EXPECT_GE(test, pgdat->node_start_pfn, end);
		if (end)
			KUNIT_EXPECT_EQ(test, pgdat->node_start_pfn % MAX_ORDER_NR_PAGES, 0ul);
		end = pgdat_end_pfn(pgdat);
		sum += pages;
		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, page_to_nid(page), pgdat->node_id);
		__free_page(page);
	}
	KUNIT_EXPECT_EQ(test, sum, all);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

/* Nodes of the CPUs, as digits. */
static unsigned int cpu_nodes(void)
{
	unsigned int cpu, digits = 0;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		digits = digits * 10 + (unsigned int)cpu_to_node(cpu);
	return digits;
}

static void fake_5_test(struct kunit *test)
{
	int a, b;

	check_shares(test, 5);
	KUNIT_EXPECT_EQ(test, cpu_nodes(), 123u);
	for (a = 0; a < 5; a++)
		for (b = 0; b < 5; b++)
			KUNIT_EXPECT_EQ(test, node_distance(a, b), LOCAL_DISTANCE);
	KUNIT_EXPECT_EQ(test, order_of(3), 34012u);
}

/* N2, N3: homes are 0 0 1 1 3 3; the CPUs of node 2 go to node 1's. */
static void fake_on_mixed_test(struct kunit *test)
{
	static const int home[] = { 0, 0, 1, 1, 3, 3 };
	static const int distance[4][4] = {
		{ 10, 21, 22, 17 }, { 21, 10, 12, 28 }, { 22, 12, 10, 31 }, { 17, 28, 31, 10 },
	};
	int a, b;

	check_shares(test, 6);
	KUNIT_EXPECT_EQ(test, cpu_nodes(), 12323u);
	for (a = 0; a < 6; a++)
		for (b = 0; b < 6; b++)
			KUNIT_EXPECT_EQ(test, node_distance(a, b), distance[home[a]][home[b]]);
}

/* Fewer nodes than there were: each has its share all the same. */
static void fake_2_on_4_test(struct kunit *test)
{
	check_shares(test, 2);
	KUNIT_EXPECT_EQ(test, cpu_nodes(), 1111u);
	KUNIT_EXPECT_EQ(test, node_distance(0, 1), REMOTE_DISTANCE);
}

/* numa=fake=512M: all are that large but the last, which has what is left. */
static void fake_size_test(struct kunit *test)
{
	unsigned int n = (unsigned int)(get_num_physpages() / (SZ_512M >> PAGE_SHIFT)), i;

	KUNIT_EXPECT_EQ(test, machine.nr_nodes, n);
	for (i = 0; i + 1 < n; i++)
		KUNIT_EXPECT_LE(test, abs((long)node_present_pages(i) - (SZ_512M >> PAGE_SHIFT)),
				(long)MAX_ORDER_NR_PAGES);
	KUNIT_EXPECT_GE(test, node_present_pages(n - 1) + MAX_ORDER_NR_PAGES,
			(unsigned long)SZ_512M >> PAGE_SHIFT);
}

/* N4 */
static void refused_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, machine.nr_nodes, 4u);
	KUNIT_EXPECT_EQ(test, cpu_nodes(), 112233u);
	KUNIT_EXPECT_EQ(test, node_distance(0, 1), REMOTE_DISTANCE);
}

static void off_test(struct kunit *test)
{
	check_shares(test, 1);
	KUNIT_EXPECT_EQ(test, cpu_nodes(), 0u);
	KUNIT_EXPECT_EQ(test, cpumask_weight(cpumask_of_node(0)), machine.nr_cpus);
	KUNIT_EXPECT_EQ(test, num_online_nodes(), 1);
}

#define SUITE_OF(fn, machine_)						\
	static struct kunit_case fn##_cases[] = { KUNIT_CASE(fn##_test), {} }; \
	static struct kunit_suite fn##_suite = {			\
		.name = "numa_" #fn, .test_cases = fn##_cases };	\
	quarry_suite_on(fn##_suite, machine_)

SUITE_OF(fake_5, "x86_64-8g numa=fake=5");
SUITE_OF(fake_on_mixed, "numa-mixed numa=fake=6");
SUITE_OF(fake_2_on_4, "numa-4x2g numa=fake=2");
SUITE_OF(fake_size, "x86_64-8g numa=fake=512M");
SUITE_OF(refused, "numa-4x2g numa=fake=65");
SUITE_OF(off, "numa-4x2g numa=off");
