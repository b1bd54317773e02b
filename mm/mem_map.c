// SPDX-License-Identifier: MIT
/*
 * The memory map: a struct page for each frame. Documents: 000, 002, 004.
 *
 * pfn_to_page(pfn) is vmemmap + pfn, always. On a machine with a vmemmap window
 * only those parts of it have memory behind them, on the node that they describe,
 * that describe memory; elsewhere one array in the direct map covers the span
 * from the first frame to the last.
 *
 * A machine of 1 TiB has 16 GiB of descriptors, so most are not written until
 * their frame is first used:
 *
 * D1  The unit is the largest buddy block. All descriptors of a block exist or
 *     none does, so a frame's buddies can always be looked at.
 * D2  A block's descriptors are all zero, or all written. Zero ones belong to
 *     frames that are in zone->fresh[], or that memblock reserved as part of a
 *     block that is reserved throughout.
 * D3  A written descriptor names the frame's node and zone in its flags, and its
 *     page_type is never PAGE_TYPE_UNTOUCHED while its count is 0.
 * D4  Frames that are no memory, or reserved, have PG_reserved and a count of 1.
 *
 * Locking: zone->lock for writing descriptors; boot needs none.
 *
 * Neighbours: memblock.c calls zone_give() for what is free; buddy.c calls
 * page_init_fresh() when it takes a block that was never touched.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define BLOCK_PAGES	MAX_ORDER_NR_PAGES

struct page *mem_map;
EXPORT_SYMBOL(mem_map);
atomic_long_t _totalram_pages;
EXPORT_SYMBOL(_totalram_pages);

static struct frame_range *ranges;	/* boot memory */
static unsigned int nr_ranges;
static unsigned long map_bytes;
static bool window_mapped;

unsigned int frame_range_count(void)
{
	return nr_ranges;
}

const struct frame_range *frame_range(unsigned int i)
{
	return &ranges[i];
}

static const struct frame_range *range_of(unsigned long pfn)
{
	unsigned int lo = 0, hi = nr_ranges;

	while (lo < hi) {
		unsigned int mid = (lo + hi) / 2;

		if (pfn < ranges[mid].start_pfn)
			hi = mid;
		else if (pfn >= ranges[mid].end_pfn)
			lo = mid + 1;
		else
			return &ranges[mid];
	}
	return NULL;
}

bool pfn_valid(unsigned long pfn)
{
	return range_of(pfn) != NULL;
}
EXPORT_SYMBOL(pfn_valid);

bool __virt_addr_valid(unsigned long kaddr)
{
	unsigned long pfn = (kaddr - PAGE_OFFSET) >> PAGE_SHIFT;

	return kaddr >= PAGE_OFFSET && pfn < max_low_pfn && pfn_valid(pfn);
}
EXPORT_SYMBOL(__virt_addr_valid);

/* Making room for the descriptors. */

/* D1: memory rounded out to whole blocks; one shared by two nodes goes to the first. */
static int find_ranges(void)
{
	const struct memblock_region *r;
	unsigned long end = 0;

	nr_ranges = 0;
	ranges = memblock_alloc(memblock.memory.cnt * sizeof(*ranges), 0);
	if (!ranges)
		return -ENOMEM;
	for_each_mem_region(r) {
		unsigned long from = ALIGN_DOWN((unsigned long)PFN_DOWN(r->base), BLOCK_PAGES);
		unsigned long to = ALIGN((unsigned long)PFN_UP(r->base + r->size), BLOCK_PAGES);

		from = max(from, end);
		if (from >= to)
			continue;
		if (nr_ranges && from == end && ranges[nr_ranges - 1].nid == r->nid)
			ranges[nr_ranges - 1].end_pfn = to;
		else
			ranges[nr_ranges++] = (struct frame_range) { from, to, r->nid };
		end = to;
	}
	return 0;
}

/* Backs [from, to) of the window: in one piece, or in halves if memory is in bits. */
static int back(unsigned long from, unsigned long to, int nid)
{
	size_t bytes = (to - from) * sizeof(struct page);
	unsigned long va = vmemmap_base + from * sizeof(struct page);
	unsigned long half;
	phys_addr_t at = memblock_phys_alloc_try_nid(bytes, PAGE_SIZE, nid);
	int err;

	if (at) {
		err = quarry_host_map(va, at, bytes >> PAGE_SHIFT,
				      QUARRY_PROT_READ | QUARRY_PROT_WRITE);
		if (!err && !machine.ram_is_zeroed)
			memset((void *)va, 0, bytes);
		map_bytes += bytes;
		return err;
	}
	half = ALIGN((to - from) / 2, BLOCK_PAGES);
	if (half == to - from)
		return -ENOMEM;
	err = back(from, from + half, nid);
	return err ? err : back(from + half, to, nid);
}

static int map_window(void)
{
	unsigned int i;
	int err = 0;

	if (max_pfn > machine.vmemmap_size / sizeof(struct page)) {
		pr_err("mem_map: the window for page descriptors is too small for %lu frames\n",
		       max_pfn);
		return -EINVAL;
	}
	vmemmap_base = machine.vmemmap;
	window_mapped = true;
	for (i = 0; i < nr_ranges && !err; i++)
		err = back(ranges[i].start_pfn, ranges[i].end_pfn, ranges[i].nid);
	return err;
}

static int map_flat(void)
{
	unsigned long from = ranges[0].start_pfn, to = ranges[nr_ranges - 1].end_pfn;
	void *map;

	map_bytes = (to - from) * sizeof(struct page);
	map = memblock_alloc_node(map_bytes, PAGE_SIZE, ranges[0].nid);
	if (!map)
		return -ENOMEM;
	vmemmap_base = (unsigned long)map - from * sizeof(struct page);
	return 0;
}

/**
 * mem_map_init - give each frame's struct page a place
 * Context: boot, after zones_init(). Return: 0, -ENOMEM, -EINVAL.
 */
int mem_map_init(void)
{
	struct pglist_data *pgdat;
	struct zone *zone;
	unsigned long frames = 0;
	unsigned int i;
	int err;

	map_bytes = 0;
	window_mapped = false;
	atomic_long_set(&_totalram_pages, 0);
	err = find_ranges();
	if (!err)
		err = machine.vmemmap_size ? map_window() : map_flat();
	if (err) {
		pr_err("mem_map: no memory for page descriptors\n");
		return err;
	}
	for (i = 0; i < nr_ranges; i++)
		frames += ranges[i].end_pfn - ranges[i].start_pfn;
	mem_map = pfn_to_page(0);
	for_each_online_pgdat(pgdat)
		pgdat->node_mem_map = pfn_to_page(pgdat->node_start_pfn);
	for_each_populated_zone(zone)
		zone->zone_mem_map = pfn_to_page(zone->zone_start_pfn);
	pr_info("mem_map: %luK for %lu page frames, %zu bytes each\n", map_bytes >> 10, frames,
		sizeof(struct page));
	return 0;
}

/** mem_map_shutdown - take the window's memory away, and the boot parameters */
void mem_map_shutdown(void)
{
	unsigned int i;

	page_owner_shutdown();
	page_poison_shutdown();
	numa_reset();
	for (i = 0; i < nr_ranges && window_mapped; i++) {
		size_t bytes = (ranges[i].end_pfn - ranges[i].start_pfn) * sizeof(struct page);
		unsigned long va = vmemmap_base + ranges[i].start_pfn * sizeof(struct page);

		quarry_host_unmap(va, bytes >> PAGE_SHIFT);
		quarry_host_flush(va, bytes >> PAGE_SHIFT);
	}
	nr_ranges = 0;
	window_mapped = false;
}

unsigned long vmemmap_mapped(unsigned long lo, unsigned long hi)
{
	unsigned long mapped = 0, start, end;
	unsigned int i;

	for (i = 0; i < nr_ranges && window_mapped; i++) {
		start = max(lo, vmemmap_base + ranges[i].start_pfn * sizeof(struct page));
		end = min(hi, vmemmap_base + ranges[i].end_pfn * sizeof(struct page));
		mapped += start < end ? end - start : 0;
	}
	return mapped;
}

/* Writing descriptors. */

static unsigned long place_bits(const struct zone *zone)
{
	return (unsigned long)zone_idx(zone) << ZONES_PGSHIFT |
	       (unsigned long)zone->node << NODES_PGSHIFT;
}

/* The zone that a frame is in, or for one that is no memory, one close by. */
static struct zone *zone_of(unsigned long pfn)
{
	const struct memblock_region *r, *near = memblock.memory.regions;
	struct zone *zones;
	int z;

	for_each_mem_region(r)
		if (PFN_DOWN(r->base) <= pfn)
			near = r;
	zones = NODE_DATA(near->nid)->node_zones;
	for (z = 0; z < MAX_NR_ZONES; z++)
		if (populated_zone(&zones[z]) && pfn < zone_end_pfn(&zones[z]))
			return &zones[z];
	for (z = MAX_NR_ZONES - 1; z && !populated_zone(&zones[z]); z--)
		;
	return &zones[z];
}

static void write_page(struct page *page, unsigned long flags, int count)
{
	page->flags = flags;
	page->page_type = PAGE_TYPE_NONE;
	set_page_count(page, count);
}

/** page_init_fresh - write the struct pages of frames handed out first time */
void page_init_fresh(struct zone *zone, unsigned long pfn, unsigned long nr)
{
	struct page *page = pfn_to_page(pfn), *end = page + nr;
	unsigned long flags = place_bits(zone);

	for (; page < end; page++) {
		page->flags = flags;
		page->page_type = PAGE_TYPE_NONE;
	}
}

/* D2, D4: all of a block's descriptors, as reserved ones for now. */
static void write_block(unsigned long pfn)
{
	unsigned long i, base = ALIGN_DOWN(pfn, BLOCK_PAGES);

	for (i = 0; i < BLOCK_PAGES; i++)
		write_page(pfn_to_page(base + i),
			   place_bits(zone_of(base + i)) | 1ul << PG_reserved, 1);
}

/* Frees frames whose block is only partly free. What another zone has of it stays as it is. */
static void give_rest(struct zone *zone, unsigned long pfn, unsigned long end)
{
	unsigned long flags, i;

	for (i = pfn; i < end; i++) {
		if (pfn_to_page(i)->page_type == PAGE_TYPE_UNTOUCHED)
			write_block(i);
		write_page(pfn_to_page(i), place_bits(zone), 0);
	}
	flags = zone_lock(zone);
	zone_count_free(zone, end - pfn);
	while (pfn < end) {
		unsigned int order = 0;

		while (order < MAX_ORDER - 1 && !(pfn & (1ul << order)) &&
		       pfn + (2ul << order) <= end)
			order++;
		buddy_free(zone, pfn_to_page(pfn), order);
		pfn += 1ul << order;
	}
	zone_unlock(zone, flags);
}

unsigned long zone_give(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long from = ALIGN(start_pfn, BLOCK_PAGES);
	unsigned long to = ALIGN_DOWN(end_pfn, BLOCK_PAGES), pages = end_pfn - start_pfn;

	if (from < to && zone->nr_fresh < zone->max_fresh) {
		if (start_pfn < from)
			give_rest(zone, start_pfn, from);
		buddy_add_fresh(zone, from, to);
		start_pfn = to;
	}
	if (start_pfn < end_pfn)
		give_rest(zone, start_pfn, end_pfn);
	atomic_long_add(pages, &zone->managed_pages);
	atomic_long_add(pages, &_totalram_pages);
	return pages;
}

/* D2: has nobody written the block that begins here? */
static bool unwritten(unsigned long pfn)
{
	const struct page *page = pfn_to_page(pfn);

	return READ_ONCE(page->page_type) == PAGE_TYPE_UNTOUCHED && !page_ref_count(page);
}

unsigned long mem_map_used(unsigned long pfn)
{
	for (; pfn < max_pfn; pfn += BLOCK_PAGES) {
		struct zone *zone = zone_of(pfn);
		unsigned long flags = zone_lock(zone);

		pfn = buddy_fresh_end(zone, pfn);
		zone_unlock(zone, flags);
		if (!pfn_valid(pfn) || !unwritten(pfn))
			break;
	}
	return pfn;
}

/* D3 for a frame that nobody has had yet. */
static void write_untouched(unsigned long pfn)
{
	struct zone *zone = zone_of(pfn);
	struct page *page = pfn_to_page(pfn);
	unsigned long flags = zone_lock(zone);

	if (page->page_type == PAGE_TYPE_UNTOUCHED && !page_ref_count(page)) {
		if (buddy_is_fresh(zone, pfn))
			page->flags = place_bits(zone);
		else
			write_page(page, place_bits(zone) | 1ul << PG_reserved, 1);
	}
	zone_unlock(zone, flags);
}

struct page *pfn_to_online_page(unsigned long pfn)
{
	struct page *page;

	if (!pfn_valid(pfn))
		return NULL;
	page = pfn_to_page(pfn);
	if (READ_ONCE(page->page_type) == PAGE_TYPE_UNTOUCHED && !page_ref_count(page))
		write_untouched(pfn);
	return page;
}
EXPORT_SYMBOL(pfn_to_online_page);

static unsigned long highmem_present(void)
{
	struct pglist_data *pgdat;
	unsigned long pages = 0;

	for_each_online_pgdat(pgdat)
		pages += pgdat->node_zones[ZONE_HIGHMEM].present_pages;
	return pages;
}

void zones_ready(unsigned long free_pages)
{
	unsigned long present = get_num_physpages();

	setup_per_zone_wmarks();
	setup_per_zone_lowmem_reserve();
	pr_info("Built %u zonelists, mobility grouping on.  Total pages: %lu\n",
		machine.nr_nodes, free_pages);
	pr_info("Memory: %luK/%luK available (%luK reserved, %luK highmem)\n",
		free_pages << (PAGE_SHIFT - 10), present << (PAGE_SHIFT - 10),
		(present - free_pages) << (PAGE_SHIFT - 10),
		highmem_present() << (PAGE_SHIFT - 10));
}
