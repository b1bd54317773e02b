// SPDX-License-Identifier: MIT
/* Zones, nodes, zone lists and page descriptors: Z1 to Z4, D1 to D4. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"

/* Z1, Z2: each frame of memory is in one zone, and the counts say so. */
static void zones_divide_memory_test(struct kunit *test)
{
	const struct memblock_region *r;
	struct zone *zone;
	unsigned long sum = 0;

	for_each_zone(zone) {
		unsigned long first = ~0ul, last = 0, pages = 0;

		for_each_mem_region(r) {
			unsigned long from = max_t(unsigned long, PFN_UP(r->base),
						   zone->zone_start_pfn);
			unsigned long to = min_t(unsigned long, PFN_DOWN(r->base + r->size),
						 zone_end_pfn(zone));

			if (r->nid != zone->node || from >= to)
				continue;
			first = min(first, from);
			last = max(last, to);
			pages += to - from;
		}
		KUNIT_EXPECT_EQ(test, zone->present_pages, pages);
		if (pages) {
			KUNIT_EXPECT_EQ(test, zone->zone_start_pfn, first);
			KUNIT_EXPECT_EQ(test, zone_end_pfn(zone), last);
		}
		KUNIT_EXPECT_LE(test, zone_managed_pages(zone), zone->present_pages);
		sum += pages;
	}
	KUNIT_EXPECT_EQ(test, sum, get_num_physpages());
}

static void walks_meet_each_zone_once_test(struct kunit *test)
{
	unsigned int zones = 0, populated = 0, nodes = 0, again = 0;
	struct pglist_data *pgdat;
	struct zone *zone;

	for_each_zone(zone) {
		KUNIT_EXPECT_PTR_EQ(test, NODE_DATA(zone->node), zone->zone_pgdat);
		KUNIT_EXPECT_PTR_EQ(test, &zone->zone_pgdat->node_zones[zone_idx(zone)], zone);
		zones++;
		again += populated_zone(zone);
	}
	for_each_populated_zone(zone)
		populated++;
	for_each_online_pgdat(pgdat)
		nodes++;
	KUNIT_EXPECT_EQ(test, nodes, machine.nr_nodes);
	KUNIT_EXPECT_EQ(test, zones, nodes * MAX_NR_ZONES);
	KUNIT_EXPECT_EQ(test, populated, again);
}

/* Z3 */
static void zone_lists_test(struct kunit *test)
{
	struct pglist_data *pgdat;
	struct zone *zone;
	unsigned int populated = 0;

	for_each_populated_zone(zone)
		populated++;
	for_each_online_pgdat(pgdat) {
		struct zoneref *ref = pgdat->node_zonelists[ZONELIST_FALLBACK]._zonerefs;
		struct zoneref *first = ref;

		for (; ref->zone; ref++) {
			KUNIT_EXPECT_EQ(test, ref->zone_idx, zone_idx(ref->zone));
			if (ref == first)
				continue;
			if (ref->zone->node == ref[-1].zone->node)
				KUNIT_EXPECT_LT(test, ref->zone_idx, ref[-1].zone_idx);
			else
				KUNIT_EXPECT_GE(test,
						node_distance(pgdat->node_id, ref->zone->node),
						node_distance(pgdat->node_id,
							      ref[-1].zone->node));
		}
		KUNIT_EXPECT_EQ(test, (unsigned int)(ref - first), populated);
		ref = pgdat->node_zonelists[ZONELIST_NOFALLBACK]._zonerefs;
		for (; ref->zone; ref++)
			KUNIT_EXPECT_EQ(test, ref->zone->node, pgdat->node_id);
	}
}

static void topology_test(struct kunit *test)
{
	unsigned int cpu, seen = 0;
	int a, b;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		KUNIT_EXPECT_TRUE(test, cpumask_test_cpu(cpu, cpumask_of_node(cpu_to_node(cpu))));
	for (a = 0; a < (int)machine.nr_nodes; a++) {
		seen += cpumask_weight(cpumask_of_node(a));
		KUNIT_EXPECT_TRUE(test, node_state(a, N_ONLINE));
		for (b = 0; b < (int)machine.nr_nodes; b++)
			KUNIT_EXPECT_EQ(test, node_distance(a, b) == LOCAL_DISTANCE, a == b);
	}
	KUNIT_EXPECT_EQ(test, seen, machine.nr_cpus);
	KUNIT_EXPECT_EQ(test, numa_node_id(), cpu_to_node(raw_smp_processor_id()));
}

/* D1, D3: a sample of frames, touched or not, in memory and in its holes. */
static void descriptors_name_their_zone_test(struct kunit *test)
{
	struct zone *zone;

	for_each_populated_zone(zone) {
		unsigned long step = zone->spanned_pages / 61 + 1, pfn;

		KUNIT_EXPECT_PTR_EQ(test, zone->zone_mem_map, pfn_to_page(zone->zone_start_pfn));
		for (pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone); pfn += step) {
			struct page *page = pfn_to_online_page(pfn);

			KUNIT_EXPECT_EQ(test, page != NULL, pfn_valid(pfn));
			if (!page || !memblock_is_memory(PFN_PHYS(pfn)))
				continue;
			KUNIT_EXPECT_EQ(test, page_to_pfn(page), pfn);
			KUNIT_EXPECT_PTR_EQ(test, pfn_to_page(pfn), page);
			/* Another node's memory may lie in between. */
			if (zone->node != page_to_nid(page))
				continue;
			KUNIT_EXPECT_PTR_EQ(test, page_zone(page), zone);
			KUNIT_EXPECT_EQ(test, (int)page_zonenum(page), zone_idx(zone));
		}
	}
}

/* D4 */
static void holes_and_reserved_frames_test(struct kunit *test)
{
	struct page *page = pfn_to_online_page(0);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_TRUE(test, PageReserved(page));
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	page = pfn_to_online_page(0xf0000 >> PAGE_SHIFT);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_TRUE(test, PageReserved(page));
	KUNIT_EXPECT_NULL(test, pfn_to_online_page(max_pfn + MAX_ORDER_NR_PAGES));
	KUNIT_EXPECT_NULL(test, pfn_to_online_page(~0ul));
	KUNIT_EXPECT_FALSE(test, pfn_valid(~0ul >> PAGE_SHIFT));
}

/* The memory that the descriptors themselves are in has descriptors, too. */
static void boot_memory_is_reserved_test(struct kunit *test)
{
	struct page *page = pfn_to_online_page(virt_to_pfn(NODE_DATA(0)));

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_TRUE(test, PageReserved(page));
	KUNIT_EXPECT_GT(test, page_count(page), 0);
}

static void addresses_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *addr = page_address(page);

	KUNIT_EXPECT_PTR_EQ(test, virt_to_page(addr), page);
	KUNIT_EXPECT_PTR_EQ(test, page_to_virt(page), addr);
	KUNIT_EXPECT_PTR_EQ(test, __va(__pa(addr)), addr);
	KUNIT_EXPECT_PTR_EQ(test, mem_map + page_to_pfn(page), page);
	KUNIT_EXPECT_TRUE(test, virt_addr_valid(addr));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid(NULL));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid(high_memory));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid(&page));
	__free_page(page);
}

static void highmem_is_above_lowmem_test(struct kunit *test)
{
	struct zone *zone;

	for_each_populated_zone(zone)
		KUNIT_EXPECT_EQ(test, is_highmem(zone), zone->zone_start_pfn >= max_low_pfn);
	KUNIT_EXPECT_PTR_EQ(test, high_memory,
			    (void *)((char *)__va(0) + ((phys_addr_t)max_low_pfn << PAGE_SHIFT)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(zones_divide_memory_test),
	KUNIT_CASE(walks_meet_each_zone_once_test),
	KUNIT_CASE(zone_lists_test),
	KUNIT_CASE(topology_test),
	KUNIT_CASE(descriptors_name_their_zone_test),
	KUNIT_CASE(holes_and_reserved_frames_test),
	KUNIT_CASE(boot_memory_is_reserved_test),
	KUNIT_CASE(addresses_test),
	KUNIT_CASE(highmem_is_above_lowmem_test),
	{}
};

static struct kunit_suite zones_suite = { .name = "zones", .test_cases = cases };
kunit_test_suite(zones_suite);
static struct kunit_suite zones_numa_suite = { .name = "zones_numa", .test_cases = cases };
quarry_suite_on(zones_numa_suite, "numa-4x2g");
static struct kunit_suite zones_mixed_suite = { .name = "zones_mixed", .test_cases = cases };
quarry_suite_on(zones_mixed_suite, "numa-mixed");
static struct kunit_suite zones_i386_suite = { .name = "zones_i386", .test_cases = cases };
quarry_suite_on(zones_i386_suite, "i386-4g");
static struct kunit_suite zones_tiny_suite = { .name = "zones_tiny", .test_cases = cases };
quarry_suite_on(zones_tiny_suite, "tiny-16m");
