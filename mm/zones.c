// SPDX-License-Identifier: MIT
/*
 * Zones and nodes: which frames belong together, and in which order zones are
 * tried. Documents: 000, 002, 004 (zones), 003 (nodes).
 *
 * A node's memory is divided by address, at the ends that the machine gives:
 * ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, and ZONE_HIGHMEM above the direct map.
 *
 * Z1  A frame of memory belongs to exactly one zone: that of its node whose
 *     limits it lies between.
 * Z2  present_pages counts the zone's frames of memory, spanned_pages the frames
 *     from its first to its last; the spans of two nodes may interleave.
 * Z3  A zone list names each populated zone once: nearest node first, and on one
 *     node the highest kind first, so that the DMA zones go last.
 * Z4  NODE_DATA(n) exists for each of the machine's nodes, with memory or without.
 *
 * Locking: none. Everything here is written once, at boot.
 *
 * Neighbours: memblock.c knows the memory, mem_map.c makes its page descriptors,
 * gfp.c walks the zone lists.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"

struct pglist_data *node_data[QUARRY_MAX_NODES];
EXPORT_SYMBOL(node_data);
struct zone *zone_table[1 << (ZONES_WIDTH + NODES_WIDTH)];
EXPORT_SYMBOL(zone_table);
int cpu_node_map[QUARRY_MAX_CPUS];
EXPORT_SYMBOL(cpu_node_map);
unsigned long max_pfn, max_low_pfn, min_low_pfn;
EXPORT_SYMBOL(max_pfn);
EXPORT_SYMBOL(max_low_pfn);
EXPORT_SYMBOL(min_low_pfn);
void *high_memory;
EXPORT_SYMBOL(high_memory);

/* Frames at which a kind of zone ends; kind z begins where z - 1 ends. */
static unsigned long zone_end[MAX_NR_ZONES];
static struct cpumask node_cpus[QUARRY_MAX_NODES];

const char *zone_name(enum zone_type type)
{
	static const char *const names[] = { "DMA", "DMA32", "Normal", "HighMem" };

	return names[type];
}

static unsigned long zone_begin(enum zone_type z)
{
	return z ? zone_end[z - 1] : 0;
}

/* Walking. */

static struct pglist_data *pgdat_from(int nid)
{
	for (; nid < QUARRY_MAX_NODES; nid++)
		if (node_data[nid])
			return node_data[nid];
	return NULL;
}

struct pglist_data *first_online_pgdat(void)
{
	return pgdat_from(0);
}
EXPORT_SYMBOL(first_online_pgdat);

struct pglist_data *next_online_pgdat(struct pglist_data *pgdat)
{
	return pgdat_from(pgdat->node_id + 1);
}
EXPORT_SYMBOL(next_online_pgdat);

struct zone *next_zone(struct zone *zone)
{
	struct pglist_data *pgdat = zone->zone_pgdat;

	if (zone < pgdat->node_zones + MAX_NR_ZONES - 1)
		return zone + 1;
	pgdat = next_online_pgdat(pgdat);
	return pgdat ? pgdat->node_zones : NULL;
}
EXPORT_SYMBOL(next_zone);

/* Nodes. */

int __node_distance(int from, int to)
{
	if (from < 0 || to < 0 || from >= (int)machine.nr_nodes || to >= (int)machine.nr_nodes)
		return from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
	return machine.distance[from * machine.nr_nodes + to];
}
EXPORT_SYMBOL(__node_distance);

int numa_node_of_cpu(int cpu)
{
	return cpu_node_map[cpu];
}
EXPORT_SYMBOL(numa_node_of_cpu);

int numa_mem_of_cpu(int cpu)
{
	int nid = cpu_node_map[cpu];
	const struct zoneref *ref = NODE_DATA(nid)->node_zonelists[ZONELIST_FALLBACK]._zonerefs;

	/* Objects cannot live in high memory, so a node with nothing else has none. */
	while (ref->zone && ref->zone_idx == ZONE_HIGHMEM)
		ref++;
	return ref->zone ? ref->zone->node : nid;
}
EXPORT_SYMBOL(numa_mem_of_cpu);

const struct cpumask *cpumask_of_node(int node)
{
	return &node_cpus[node < 0 || node >= QUARRY_MAX_NODES ? 0 : node];
}
EXPORT_SYMBOL(cpumask_of_node);

/* Limits. */

static unsigned long limit_pfn(u64 end, unsigned long low)
{
	u64 pfn = end >> PAGE_SHIFT;

	return pfn < low ? pfn : low;
}

static void find_limits(void)
{
	u64 low = machine.lowmem_end >> PAGE_SHIFT;

	min_low_pfn = PFN_UP(memblock_start_of_DRAM());
	max_pfn = PFN_DOWN(memblock_end_of_DRAM());
	max_low_pfn = low < max_pfn ? low : max_pfn;
	high_memory = __va((phys_addr_t)(max_low_pfn ? max_low_pfn - 1 : 0) << PAGE_SHIFT) +
		      PAGE_SIZE;

	zone_end[ZONE_DMA] = limit_pfn(machine.dma_end, max_low_pfn);
	zone_end[ZONE_DMA32] = limit_pfn(machine.dma32_end, max_low_pfn);
	if (zone_end[ZONE_DMA32] < zone_end[ZONE_DMA])
		zone_end[ZONE_DMA32] = zone_end[ZONE_DMA];
	zone_end[ZONE_NORMAL] = max_low_pfn;
	zone_end[ZONE_HIGHMEM] = max_pfn;
}

bool zone_known(enum zone_type z)
{
	switch (z) {
	case ZONE_DMA:
		return machine.dma_end != 0;
	case ZONE_DMA32:
		return machine.dma32_end != 0;
	case ZONE_HIGHMEM:
		return max_low_pfn < max_pfn;
	default:
		return true;
	}
}

enum zone_type zone_highest(gfp_t gfp)
{
	enum zone_type z = gfp_zone(gfp);

	return z == ZONE_DMA32 && !machine.dma32_end && machine.lowmem_end <= 1ull << 32 ?
	       ZONE_NORMAL : z;
}

static void print_ranges(void)
{
	const struct memblock_region *r;
	int z;

	pr_info("Zone ranges:\n");
	for (z = 0; z < MAX_NR_ZONES; z++) {
		unsigned long from = max(zone_begin(z), min_low_pfn);

		if (!zone_known(z))
			continue;
		if (from >= zone_end[z])
			pr_info("  %-8s empty\n", zone_name(z));
		else
			pr_info("  %-8s [mem 0x%016llx-0x%016llx]\n", zone_name(z),
				(unsigned long long)PFN_PHYS(from),
				(unsigned long long)PFN_PHYS(zone_end[z]) - 1);
	}
	pr_info("Early memory node ranges\n");
	for_each_mem_region(r)
		pr_info("  node %3d: [mem 0x%016llx-0x%016llx]\n", r->nid,
			(unsigned long long)r->base,
			(unsigned long long)(r->base + r->size) - 1);
}

/* The part of a memory region that lies in a zone; false: none. */
static bool clip(const struct memblock_region *r, const struct zone *zone,
		 unsigned long *from, unsigned long *to)
{
	int z = zone_idx(zone);

	if (r->nid != zone->node)
		return false;
	*from = max_t(unsigned long, PFN_UP(r->base), zone_begin(z));
	*to = min_t(unsigned long, PFN_DOWN(r->base + r->size), zone_end[z]);
	return *from < *to;
}

/* Z2; returns how many pieces the zone's memory is in. */
static unsigned int size_zone(struct zone *zone)
{
	const struct memblock_region *r;
	unsigned long from, to, last = 0;
	unsigned int pieces = 0;

	for_each_mem_region(r) {
		if (!clip(r, zone, &from, &to))
			continue;
		if (!pieces++)
			zone->zone_start_pfn = from;
		zone->present_pages += to - from;
		last = to;
	}
	if (pieces)
		zone->spanned_pages = last - zone->zone_start_pfn;
	return pieces;
}

/*
 * Ranges of frames never touched: each reserved region may cut one in two, and
 * there will be a few more of those until hand-over; 32 is the page descriptors',
 * per-CPU areas' and page_owner's share for 64 nodes at two ends of a zone each.
 */
static int alloc_zone(struct zone *zone, unsigned int pieces)
{
	unsigned long blocks;

	zone->max_fresh = pieces + memblock.reserved.cnt + 32;
	zone->fresh = memblock_alloc_node(zone->max_fresh * sizeof(*zone->fresh), 0,
					  zone->node);
	zone->pageblock_base = ALIGN_DOWN(zone->zone_start_pfn, MAX_ORDER_NR_PAGES);
	blocks = DIV_ROUND_UP(zone_end_pfn(zone) - zone->pageblock_base, MAX_ORDER_NR_PAGES) *
		 (MAX_ORDER_NR_PAGES / pageblock_nr_pages);
	zone->pageblock_types = memblock_alloc_node(blocks, 0, zone->node);
	return zone->fresh && zone->pageblock_types ? 0 : -ENOMEM;
}

static int init_zone(struct pglist_data *pgdat, int z)
{
	struct zone *zone = &pgdat->node_zones[z];
	unsigned int pieces;
	int err;

	zone->node = pgdat->node_id;
	zone->zone_pgdat = pgdat;
	zone->name = zone_name(z);
	spin_lock_init(&zone->lock);
	spin_lock_set_rank(&zone->lock, RANK_ZONE);
	zone_table[z << NODES_WIDTH | pgdat->node_id] = zone;
	pieces = size_zone(zone);
	buddy_init_zone(zone);
	if (!pieces)
		return 0;
	err = alloc_zone(zone, pieces);
	if (err)
		return err;
	pgdat->nr_zones = z + 1;
	pgdat->node_present_pages += zone->present_pages;
	if (zone->spanned_pages != zone->present_pages)
		pr_info("On node %d, zone %s: %lu pages in unavailable ranges\n", zone->node,
			zone->name, zone->spanned_pages - zone->present_pages);
	return 0;
}

static int init_node(int nid)
{
	struct pglist_data *pgdat;
	unsigned long last = 0;
	const struct memblock_region *r;
	int z, err;

	pgdat = memblock_alloc_node(sizeof(*pgdat), SMP_CACHE_BYTES, nid);
	if (!pgdat)
		return -ENOMEM;
	pgdat->node_id = nid;
	for_each_mem_region(r) {
		if (r->nid != nid)
			continue;
		if (!last)
			pgdat->node_start_pfn = PFN_UP(r->base);
		last = PFN_DOWN(r->base + r->size);
	}
	pgdat->node_spanned_pages = last ? last - pgdat->node_start_pfn : 0;
	node_data[nid] = pgdat;
	if (last)
		pr_info("Initmem setup node %d [mem 0x%016llx-0x%016llx]\n", nid,
			(unsigned long long)PFN_PHYS(pgdat->node_start_pfn),
			(unsigned long long)PFN_PHYS(last) - 1);
	else
		pr_info("Initmem setup node %d as memoryless\n", nid);
	for (z = 0; z < MAX_NR_ZONES; z++) {
		err = init_zone(pgdat, z);
		if (err)
			return err;
	}
	return 0;
}

/* Zone lists. */

/* Nodes by distance from @nid; among equals those with higher numbers first, in a ring. */
static void sort_nodes(int nid, int *order)
{
	int n = machine.nr_nodes, i, j;

	for (i = 0; i < n; i++)
		order[i] = (nid + i) % n;
	for (i = 1; i < n; i++) {
		int x = order[i];

		for (j = i; j && (order[j - 1] != nid || x == nid) &&
		     __node_distance(nid, order[j - 1]) > __node_distance(nid, x); j--)
			order[j] = order[j - 1];
		order[j] = x;
	}
}

static struct zoneref *add_zones(struct zoneref *ref, int nid)
{
	int z;

	for (z = MAX_NR_ZONES - 1; z >= 0; z--) {
		struct zone *zone = &NODE_DATA(nid)->node_zones[z];

		if (populated_zone(zone))
			*ref++ = (struct zoneref) { zone, z };
	}
	return ref;
}

static int build_zonelists(int nid, unsigned int populated)
{
	struct pglist_data *pgdat = NODE_DATA(nid);
	int order[QUARRY_MAX_NODES], i;
	struct zoneref *ref;

	ref = memblock_alloc_node((populated + MAX_NR_ZONES + 2) * sizeof(*ref), 0, nid);
	if (!ref)
		return -ENOMEM;
	sort_nodes(nid, order);
	pgdat->node_zonelists[ZONELIST_FALLBACK]._zonerefs = ref;
	for (i = 0; i < (int)machine.nr_nodes; i++)
		ref = add_zones(ref, order[i]);
	*ref++ = (struct zoneref) { NULL, 0 };
	pgdat->node_zonelists[ZONELIST_NOFALLBACK]._zonerefs = ref;
	ref = add_zones(ref, nid);
	*ref = (struct zoneref) { NULL, 0 };
	return 0;
}

static void init_topology(void)
{
	unsigned int cpu, nid;

	memset(cpu_node_map, 0, sizeof(cpu_node_map));
	memset(node_cpus, 0, sizeof(node_cpus));
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		cpu_node_map[cpu] = machine.cpu_node[cpu];
		cpumask_set_cpu(cpu, &node_cpus[machine.cpu_node[cpu]]);
	}
	nodemask_init();
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		node_set_online(nid);
		node_set_state(nid, N_POSSIBLE);
		if (!cpumask_empty(&node_cpus[nid]))
			node_set_state(nid, N_CPU);
	}
}

static void set_memory_state(struct pglist_data *pgdat)
{
	int z;

	for (z = 0; z < MAX_NR_ZONES; z++) {
		if (!populated_zone(&pgdat->node_zones[z]))
			continue;
		node_set_state(pgdat->node_id, N_MEMORY);
		if (z <= ZONE_NORMAL)
			node_set_state(pgdat->node_id, N_NORMAL_MEMORY);
	}
}

/**
 * zones_init - nodes, zones and their sizes, zone lists
 *
 * After it no page is free yet and no page has a descriptor.
 * Context: boot, after memblock_init(). Return: 0, -EINVAL, -ENOMEM.
 */
int zones_init(void)
{
	struct zone *zone;
	unsigned int nid, populated = 0;
	int err;

	memset(node_data, 0, sizeof(node_data));
	memset(zone_table, 0, sizeof(zone_table));
	page_alloc_reset();
	gfp_reset();
	if (machine.nr_nodes > 1u << NODES_WIDTH) {
		pr_err("zones: %u nodes, but struct page can name %u only\n",
		       machine.nr_nodes, 1u << NODES_WIDTH);
		return -EINVAL;
	}
	init_topology();
	find_limits();
	if (!max_low_pfn) {
		pr_err("zones: no memory within reach of the direct map\n");
		return -EINVAL;
	}
	print_ranges();
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		err = init_node(nid);
		if (err)
			goto no_memory;
		set_memory_state(NODE_DATA(nid));
	}
	for_each_populated_zone(zone)
		populated++;
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		err = build_zonelists(nid, populated);
		if (err)
			goto no_memory;
	}
	return 0;
no_memory:
	pr_err("zones: no boot memory for node %u\n", nid);
	return err;
}

/* Totals. */

unsigned long global_zone_page_state(enum zone_stat_item item)
{
	struct zone *zone;
	unsigned long sum = 0;

	for_each_zone(zone)
		sum += zone_page_state(zone, item);
	return sum;
}
EXPORT_SYMBOL(global_zone_page_state);

unsigned long global_node_page_state(enum node_stat_item item)
{
	struct pglist_data *pgdat;
	unsigned long sum = 0;

	for_each_online_pgdat(pgdat)
		sum += node_page_state(pgdat, item);
	return sum;
}
EXPORT_SYMBOL(global_node_page_state);
