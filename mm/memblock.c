// SPDX-License-Identifier: MIT
/*
 * Boot memory: who has which physical memory before there is a page allocator.
 * Documents: 003 (alloc_bootmem).
 *
 * Two lists of regions, `memory` (what is there) and `reserved` (what is taken,
 * whether it is there or not). Free is what is in the first and not in the second.
 *
 * E1  In either list regions are sorted, do not overlap, are not empty, and
 *     neighbours on the same node are merged.
 * E2  total_size is the sum of the sizes.
 * E3  What is handed out by address lies below current_limit, in the direct map.
 * E4  What memblock_alloc*() without _raw returns is zero. Where RAM is zero at
 *     boot that costs nothing: what comes back by memblock_free() is wiped, so
 *     all that is free below current_limit stays as it was at boot.
 * E5  After memblock_hand_over() the lists are history: read-only.
 * E6  A list has no limit: when it is full, it moves to an array of twice the size
 *     that memblock takes from itself. An operation that fails changes nothing.
 *
 * Memory is taken from the top, so that the DMA zones, which are at the bottom
 * and small, stay whole; memblock.bottom_up turns that round.
 *
 * Locking: none; one CPU boots.
 */
#include <linux/align.h>
#include <linux/bootmem.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/memblock.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"

/*
 * Where the lists begin (E6). A list cannot grow before there is memory in it, so
 * `memory` has room for the whole map; 128 reserved ones are what a large machine
 * of one node needs.
 */
#define RESERVED_REGIONS	128

static struct memblock_region memory_regions[MEMORY_MAP_RANGES];
static struct memblock_region reserved_regions[RESERVED_REGIONS];

struct memblock memblock;

static phys_addr_t region_end(const struct memblock_region *r)
{
	return r->base + r->size;
}

static bool refused(const char *what)
{
	if (likely(!memblock.closed))
		return false;
	WARN(1, "%s() after boot memory was handed over to the page allocator\n", what);
	return true;
}

/* Regions of a list. */

static int insert_region(struct memblock_type *type, unsigned long i, phys_addr_t base,
			 phys_addr_t end, int nid)
{
	if (type->cnt == type->max) {
		pr_err("memblock: more than %lu %s regions\n", type->max, type->name);
		return -ENOMEM;
	}
	memmove(&type->regions[i + 1], &type->regions[i],
		(type->cnt - i) * sizeof(*type->regions));
	type->regions[i] = (struct memblock_region) { base, end - base, nid };
	type->cnt++;
	type->total_size += end - base;
	return 0;
}

static void delete_region(struct memblock_type *type, unsigned long i)
{
	type->total_size -= type->regions[i].size;
	type->cnt--;
	memmove(&type->regions[i], &type->regions[i + 1],
		(type->cnt - i) * sizeof(*type->regions));
}

static void merge_regions(struct memblock_type *type)
{
	unsigned long i = 0;

	while (i + 1 < type->cnt) {
		struct memblock_region *r = &type->regions[i];

		if (region_end(r) != r[1].base || r->nid != r[1].nid) {
			i++;
			continue;
		}
		r->size += r[1].size;
		type->total_size += r[1].size;
		delete_region(type, i + 1);
	}
}

/** memblock_type_add - add what of [base, end) the list does not have yet */
int memblock_type_add(struct memblock_type *type, phys_addr_t base, phys_addr_t end, int nid)
{
	unsigned long i;
	int err = 0;

	for (i = 0; i < type->cnt && base < end && !err; i++) {
		phys_addr_t rbase = type->regions[i].base;
		phys_addr_t rend = region_end(&type->regions[i]);

		if (rend <= base)
			continue;
		if (rbase > base) {
			err = insert_region(type, i, base, min(end, rbase), nid);
			i++;
		}
		base = rend;
	}
	if (base < end && !err)
		err = insert_region(type, i, base, end, nid);
	merge_regions(type);
	return err;
}

/** memblock_type_remove - take [base, end) out of the list, as far as it is there */
int memblock_type_remove(struct memblock_type *type, phys_addr_t base, phys_addr_t end)
{
	unsigned long i = 0;

	while (i < type->cnt) {
		struct memblock_region r = type->regions[i];
		phys_addr_t rend = region_end(&r);
		int err;

		if (rend <= base || r.base >= end) {
			i++;
			continue;
		}
		delete_region(type, i);
		if (r.base < base) {
			err = insert_region(type, i++, r.base, base, r.nid);
			if (err)
				return err;
		}
		if (rend > end) {
			err = insert_region(type, i++, end, rend, r.nid);
			if (err)
				return err;
		}
	}
	return 0;
}

/* Regions that memblock_type_add() would insert. */
static unsigned long missing(const struct memblock_type *type, phys_addr_t base,
			     phys_addr_t end)
{
	unsigned long i, n = 0;

	for (i = 0; i < type->cnt && base < end; i++) {
		const struct memblock_region *r = &type->regions[i];

		if (region_end(r) <= base)
			continue;
		n += r->base > base;
		base = region_end(r);
	}
	return n + (base < end);
}

/* E4: memory that comes back, as far as it was taken at all. */
static void wipe(phys_addr_t base, phys_addr_t end)
{
	unsigned long m, t;

	end = min(end, memblock.current_limit);
	for (m = 0; machine.ram_is_zeroed && m < memblock.memory.cnt; m++) {
		const struct memblock_region *r = &memblock.memory.regions[m];

		for (t = 0; t < memblock.reserved.cnt; t++) {
			const struct memblock_region *taken = &memblock.reserved.regions[t];
			phys_addr_t lo = max3(base, r->base, taken->base);
			phys_addr_t hi = min3(end, region_end(r), region_end(taken));

			if (lo < hi)
				memset(__va(lo), 0, hi - lo);
		}
	}
}

static phys_addr_t find_array(phys_addr_t size, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t limit = memblock.current_limit;
	phys_addr_t at = memblock_room(&memblock, size, SMP_CACHE_BYTES, end, limit,
				       NUMA_NO_NODE);

	return at ? at : memblock_room(&memblock, size, SMP_CACHE_BYTES, 0, min(base, limit),
				       NUMA_NO_NODE);
}

/*
 * E6: room for @n regions more in a list of `memblock`. The new array comes from
 * outside [base, end), which is about to be added or taken.
 */
static int make_room(struct memblock_type *type, unsigned long n, phys_addr_t base,
		     phys_addr_t end)
{
	const struct memblock_region *old = type->regions;
	phys_addr_t old_at = type->array, old_size = type->max * sizeof(*old), at;
	unsigned long max = type->max;
	int err;

	if (type->cnt + n <= max)
		return 0;
	if (type != &memblock.reserved) {
		err = make_room(&memblock.reserved, 2, base, end);
		if (err)
			return err;
	}
	while (max < type->cnt + n + 2)		/* the array's own, and what freeing the old splits */
		max *= 2;
	at = find_array(max * sizeof(*old), base, end);
	if (!at) {
		pr_err("memblock: no memory for more than %lu %s regions\n", type->max,
		       type->name);
		return -ENOMEM;
	}
	type->regions = memcpy(__va(at), old, type->cnt * sizeof(*old));
	type->max = max;
	type->array = at;
	memblock_type_add(&memblock.reserved, at, at + max * sizeof(*old), NUMA_NO_NODE);
	if (old_at) {
		wipe(old_at, old_at + old_size);
		memblock_type_remove(&memblock.reserved, old_at, old_at + old_size);
	}
	return 0;
}

static int add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t end, int nid)
{
	int err = make_room(type, missing(type, base, end), base, end);

	return err ? err : memblock_type_add(type, base, end, nid);
}

static int remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t end)
{
	unsigned long i, cut = 0;
	int err;

	for (i = 0; i < type->cnt; i++)		/* one that is cut in two is one more */
		cut += type->regions[i].base < base && end < region_end(&type->regions[i]);
	err = make_room(type, cut, base, end);
	return err ? err : memblock_type_remove(type, base, end);
}

/* A range that would wrap is cut at the last address. */
static phys_addr_t range_end(phys_addr_t base, phys_addr_t size)
{
	return size > ~(phys_addr_t)0 - base ? ~(phys_addr_t)0 : base + size;
}

/**
 * memblock_add_node - say that there is memory
 * @base: first byte
 * @size: bytes
 * @nid: its node
 * Context: boot. Return: 0, -ENOMEM when the list cannot grow, -EPERM after hand-over.
 */
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid)
{
	if (refused(__func__))
		return -EPERM;
	return add_range(&memblock.memory, base, range_end(base, size), nid);
}

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	return memblock_add_node(base, size, 0);
}

/** memblock_remove - say that there is no memory here after all */
int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	if (refused(__func__))
		return -EPERM;
	return remove_range(&memblock.memory, base, range_end(base, size));
}

/* Makes an address inside of a region the border of two. */
static void split_at(struct memblock_type *type, phys_addr_t at)
{
	unsigned long i;

	for (i = 0; i < type->cnt; i++) {
		struct memblock_region *r = &type->regions[i];
		phys_addr_t end = region_end(r);

		if (r->base >= at || end <= at)
			continue;
		insert_region(type, i + 1, at, end, r->nid);
		type->total_size -= end - at;
		r->size = at - r->base;
		return;
	}
}

/**
 * memblock_set_node - say on which node memory is
 * @type: &memblock.memory; reserved regions have no node
 * Context: boot. Return: as memblock_add_node().
 */
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid)
{
	phys_addr_t end = range_end(base, size);
	unsigned long i;
	int err;

	if (refused(__func__))
		return -EPERM;
	err = make_room(type, 2, 0, 0);
	if (err)
		return err;
	split_at(type, base);
	split_at(type, end);
	for (i = 0; i < type->cnt; i++)
		if (type->regions[i].base >= base && region_end(&type->regions[i]) <= end)
			type->regions[i].nid = nid;
	merge_regions(type);
	return 0;
}

/** memblock_reserve - take memory, or keep others from what is not memory */
int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	if (refused(__func__))
		return -EPERM;
	return add_range(&memblock.reserved, base, range_end(base, size), NUMA_NO_NODE);
}

/** memblock_phys_free - the opposite of memblock_reserve() */
int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	if (refused(__func__))
		return -EPERM;
	wipe(base, range_end(base, size));
	return remove_range(&memblock.reserved, base, range_end(base, size));
}

/** memblock_free - give back what memblock_alloc() returned, or a part of it */
void memblock_free(void *ptr, size_t size)
{
	if (ptr)
		memblock_phys_free(__pa(ptr), size);
}

/* Finding room. */

/* A reserved region that overlaps [base, end): the highest, or the lowest. */
static const struct memblock_region *overlap(const struct memblock_type *type,
					     phys_addr_t base, phys_addr_t end, bool highest)
{
	const struct memblock_region *r, *found = NULL;

	for (r = type->regions; r < type->regions + type->cnt; r++) {
		if (r->base >= end)
			break;
		if (region_end(r) <= base)
			continue;
		found = r;
		if (!highest)
			break;
	}
	return found;
}

static phys_addr_t fit_from_top(const struct memblock_type *taken, phys_addr_t lo,
				phys_addr_t hi, phys_addr_t size, phys_addr_t align)
{
	while (hi >= size && hi - size >= lo) {
		phys_addr_t at = ALIGN_DOWN(hi - size, align);
		const struct memblock_region *r;

		if (at < lo)
			break;
		r = overlap(taken, at, at + size, true);
		if (!r)
			return at;
		if (r->base < size)
			break;
		hi = r->base;
	}
	return 0;
}

static phys_addr_t fit_from_bottom(const struct memblock_type *taken, phys_addr_t lo,
				   phys_addr_t hi, phys_addr_t size, phys_addr_t align)
{
	for (;;) {
		phys_addr_t at = ALIGN(lo, align);
		const struct memblock_region *r;

		if (at < lo || at >= hi || hi - at < size)
			return 0;
		r = overlap(taken, at, at + size, false);
		if (!r)
			return at;
		lo = region_end(r);
	}
}

/**
 * memblock_room - the place of a free piece of memory
 * @mb: in these lists, which stay as they are
 * Return: its physical address, or 0: frame 0 is never free.
 */
phys_addr_t memblock_room(const struct memblock *mb, phys_addr_t size, phys_addr_t align,
			  phys_addr_t start, phys_addr_t end, int nid)
{
	unsigned long n = mb->memory.cnt, i;

	start = max_t(phys_addr_t, start, PAGE_SIZE);
	for (i = 0; i < n; i++) {
		const struct memblock_region *r =
			&mb->memory.regions[mb->bottom_up ? i : n - 1 - i];
		phys_addr_t lo = max(start, r->base), hi = min(end, region_end(r));
		phys_addr_t at;

		if ((nid != NUMA_NO_NODE && r->nid != nid) || lo >= hi)
			continue;
		at = mb->bottom_up ? fit_from_bottom(&mb->reserved, lo, hi, size, align)
				   : fit_from_top(&mb->reserved, lo, hi, size, align);
		if (at)
			return at;
	}
	return 0;
}

static phys_addr_t find_room(phys_addr_t size, phys_addr_t align, phys_addr_t start,
			     phys_addr_t end, int nid)
{
	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = memblock.current_limit;
	return memblock_room(&memblock, size, align ? align : SMP_CACHE_BYTES, start, end, nid);
}

phys_addr_t memblock_find_in_range(phys_addr_t start, phys_addr_t end, phys_addr_t size,
				   phys_addr_t align)
{
	return find_room(size, align, start, end, NUMA_NO_NODE);
}

static phys_addr_t take(phys_addr_t size, phys_addr_t align, phys_addr_t start,
			phys_addr_t end, int nid)
{
	phys_addr_t at;

	if (refused("memblock_alloc") || !size)
		return 0;
	at = find_room(size, align, start, end, nid);
	if (at && memblock_reserve(at, size))
		return 0;
	return at;
}

/**
 * memblock_phys_alloc_range - take memory by physical address; not zeroed
 * @size: bytes
 * @align: a power of two; 0: a cache line
 * @start: not below
 * @end: not above; MEMBLOCK_ALLOC_ACCESSIBLE: the direct map's end
 * Context: boot. Return: physical address, or 0.
 */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
				      phys_addr_t end)
{
	return take(size, align, start, end, NUMA_NO_NODE);
}

/* The node wished for, or any other. */
static phys_addr_t take_near(phys_addr_t size, phys_addr_t align, phys_addr_t start,
			     phys_addr_t end, int nid)
{
	phys_addr_t at = take(size, align, start, end, nid);

	if (!at && nid != NUMA_NO_NODE)
		at = take(size, align, start, end, NUMA_NO_NODE);
	return at;
}

phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid)
{
	return take_near(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid);
}

void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min,
				 phys_addr_t max, int nid)
{
	phys_addr_t at;

	if (max == MEMBLOCK_ALLOC_ACCESSIBLE || max > memblock.current_limit)
		max = memblock.current_limit;	/* E3 */
	at = take_near(size, align, min, max, nid);
	if (!at && min)
		at = take_near(size, align, 0, max, nid);
	return at ? __va(at) : NULL;
}

/**
 * memblock_alloc_try_nid - take zeroed memory in the direct map
 * @size: bytes
 * @align: a power of two; 0: a cache line
 * @min: preferably not below
 * @max: not above; MEMBLOCK_ALLOC_ACCESSIBLE: the direct map's end
 * @nid: preferably on this node; NUMA_NO_NODE: anywhere
 * Context: boot. Return: its address, or NULL.
 */
void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align, phys_addr_t min,
			     phys_addr_t max, int nid)
{
	void *p = memblock_alloc_try_nid_raw(size, align, min, max, nid);

	if (p && !machine.ram_is_zeroed)
		memset(p, 0, size);
	return p;
}

/** memblock_alloc_low - take zeroed memory below ZONE_DMA's end */
void *memblock_alloc_low(phys_addr_t size, phys_addr_t align)
{
	u64 end = machine.dma_end ? machine.dma_end : machine.dma32_end;

	return memblock_alloc_try_nid(size, align, 0, end, NUMA_NO_NODE);
}

/* bootmem, in the words of document 003. */

void *__alloc_bootmem_nopanic(unsigned long size, unsigned long align, unsigned long goal)
{
	return memblock_alloc_from(size, align, goal);
}

void *__alloc_bootmem(unsigned long size, unsigned long align, unsigned long goal)
{
	void *p = __alloc_bootmem_nopanic(size, align, goal);

	if (!p && !memblock.closed)
		panic("no boot memory for %lu bytes", size);
	return p;
}

void *__alloc_bootmem_low(unsigned long size, unsigned long align)
{
	void *p = memblock_alloc_low(size, align);

	if (!p && !memblock.closed)
		panic("no boot memory below the DMA zone's end for %lu bytes", size);
	return p;
}

void *__alloc_bootmem_node(struct pglist_data *pgdat, unsigned long size, unsigned long align,
			   unsigned long goal)
{
	void *p = memblock_alloc_try_nid(size, align, goal, MEMBLOCK_ALLOC_ACCESSIBLE,
					 pgdat->node_id);

	if (!p && !memblock.closed)
		panic("no boot memory for %lu bytes", size);
	return p;
}

void free_bootmem(unsigned long physaddr, unsigned long size)
{
	memblock_phys_free(physaddr, size);
}

/* Questions. */

static bool covers(const struct memblock_type *type, phys_addr_t base, phys_addr_t end)
{
	unsigned long i;

	for (i = 0; i < type->cnt && base < end; i++)
		if (type->regions[i].base <= base && region_end(&type->regions[i]) > base)
			base = region_end(&type->regions[i]);
	return base >= end;
}

bool memblock_is_memory(phys_addr_t addr)
{
	return covers(&memblock.memory, addr, addr + 1);
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return covers(&memblock.reserved, addr, addr + 1);
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	return covers(&memblock.memory, base, range_end(base, size));
}

bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size)
{
	return overlap(&memblock.reserved, base, range_end(base, size), false) != NULL;
}

phys_addr_t memblock_phys_mem_size(void)
{
	return memblock.memory.total_size;
}

phys_addr_t memblock_reserved_size(void)
{
	return memblock.reserved.total_size;
}

phys_addr_t memblock_start_of_DRAM(void)
{
	return memblock.memory.cnt ? memblock.memory.regions[0].base : 0;
}

phys_addr_t memblock_end_of_DRAM(void)
{
	return memblock.memory.cnt ?
	       region_end(&memblock.memory.regions[memblock.memory.cnt - 1]) : 0;
}

void memblock_set_current_limit(phys_addr_t limit)
{
	memblock.current_limit = limit;
}

/* The cursor: index into memory below, index of a gap between reserved above. */
void memblock_next(const struct memblock *mb, u64 *idx, int nid, bool free,
		   phys_addr_t *start, phys_addr_t *end, int *out_nid)
{
	unsigned long a = (u32)*idx, b = *idx >> 32;
	const struct memblock_type *rsv = &mb->reserved;

	for (; a < mb->memory.cnt; a++) {
		const struct memblock_region *m = &mb->memory.regions[a];

		if (nid != NUMA_NO_NODE && m->nid != nid)
			continue;
		for (; b <= (free ? rsv->cnt : 0); b++) {
			phys_addr_t lo = 0, hi = ~(phys_addr_t)0;

			if (free && b)
				lo = region_end(&rsv->regions[b - 1]);
			if (free && b < rsv->cnt)
				hi = rsv->regions[b].base;
			if (lo >= region_end(m))
				break;
			lo = max(lo, m->base);
			if (lo >= min(hi, region_end(m)))
				continue;
			*start = lo;
			*end = min(hi, region_end(m));
			if (out_nid)
				*out_nid = m->nid;
			if (region_end(m) <= hi)
				a++;
			else
				b++;
			*idx = (u64)b << 32 | a;
			return;
		}
	}
	*idx = ~(u64)0;
}

void __next_mem_range(u64 *idx, int nid, bool free, phys_addr_t *start, phys_addr_t *end,
		      int *out_nid)
{
	memblock_next(&memblock, idx, nid, free, start, end, out_nid);
}

static void dump_type(const struct memblock_type *type)
{
	unsigned long i;

	pr_info(" %s.cnt  = 0x%lx, %lluK\n", type->name, type->cnt,
		(unsigned long long)type->total_size >> 10);
	for (i = 0; i < type->cnt; i++)
		pr_info(" %s[%#lx]\t[0x%016llx-0x%016llx], 0x%llx bytes on node %d\n",
			type->name, i, (unsigned long long)type->regions[i].base,
			(unsigned long long)region_end(&type->regions[i]) - 1,
			(unsigned long long)type->regions[i].size, type->regions[i].nid);
}

void memblock_dump_all(void)
{
	pr_info("MEMBLOCK configuration:\n");
	dump_type(&memblock.memory);
	dump_type(&memblock.reserved);
}

/** memblock_init - take over the memory map; nothing is reserved but frame 0 */
void memblock_init(void)
{
	unsigned int i;

	memset(&memblock, 0, sizeof(memblock));
	memblock.memory = (struct memblock_type) {
		.max = MEMORY_MAP_RANGES, .regions = memory_regions, .name = "memory" };
	memblock.reserved = (struct memblock_type) {
		.max = RESERVED_REGIONS, .regions = reserved_regions, .name = "reserved" };
	memblock.current_limit = machine.lowmem_end;
	for (i = 0; i < memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);

		if (r->type == QUARRY_RAM)
			memblock_add_node(r->start, r->end - r->start, r->node);
	}
	/* An address of 0 would look like a failure; so would frame 0's. */
	memblock_reserve(0, PAGE_SIZE);
}

static unsigned long hand_over_zone(struct zone *zone)
{
	unsigned long pages = 0;
	phys_addr_t start, end;
	u64 i;

	for_each_free_mem_range(i, zone->node, 0, &start, &end, NULL) {
		unsigned long from = max_t(unsigned long, PFN_UP(start), zone->zone_start_pfn);
		unsigned long to = min_t(unsigned long, PFN_DOWN(end), zone_end_pfn(zone));

		if (from < to)
			pages += zone_give(zone, from, to);
	}
	return pages;
}

/**
 * memblock_hand_over - give all memory that is free to the page allocator
 * Context: boot, after mem_map_init(). Return: pages.
 */
unsigned long memblock_hand_over(void)
{
	struct zone *zone;
	unsigned long pages = 0;

	for_each_populated_zone(zone)
		pages += hand_over_zone(zone);
	memblock.closed = true;
	zones_ready(pages);
	return pages;
}
