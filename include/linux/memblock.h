/* SPDX-License-Identifier: MIT */
/*
 * Memory before there is a page allocator: two sorted lists of regions, what is
 * there and what is taken. Document 003 has its older face (linux/bootmem.h).
 * Only boot code may use it, and only until memblock_hand_over().
 */
#ifndef _LINUX_MEMBLOCK_H
#define _LINUX_MEMBLOCK_H

#include <linux/types.h>
#include <asm/page.h>

#define MEMBLOCK_ALLOC_ANYWHERE		(~(phys_addr_t)0)
#define MEMBLOCK_ALLOC_ACCESSIBLE	0	/* whatever the direct map reaches */
#define MEMBLOCK_LOW_LIMIT		0
#ifndef NUMA_NO_NODE
#define NUMA_NO_NODE			(-1)
#endif

struct memblock_region {
	phys_addr_t base;
	phys_addr_t size;
	int nid;
};

struct memblock_type {
	unsigned long cnt;
	unsigned long max;
	phys_addr_t total_size;
	struct memblock_region *regions;	/* sorted, apart, merged */
	const char *name;
	phys_addr_t array;			/* where regions is, if memblock took it */
};

struct memblock {
	bool bottom_up;				/* which end is taken from */
	bool closed;				/* handed over: too late for all of this */
	phys_addr_t current_limit;		/* end of what can be handed out */
	struct memblock_type memory;
	struct memblock_type reserved;
};

extern struct memblock memblock;

int memblock_add(phys_addr_t base, phys_addr_t size);
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid);
int memblock_remove(phys_addr_t base, phys_addr_t size);
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid);
int memblock_reserve(phys_addr_t base, phys_addr_t size);
int memblock_phys_free(phys_addr_t base, phys_addr_t size);
void memblock_free(void *ptr, size_t size);

phys_addr_t memblock_find_in_range(phys_addr_t start, phys_addr_t end, phys_addr_t size,
				   phys_addr_t align);
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align,
				      phys_addr_t start, phys_addr_t end);
phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid);
void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align, phys_addr_t min,
			     phys_addr_t max, int nid);
void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min,
				 phys_addr_t max, int nid);
void *memblock_alloc_low(phys_addr_t size, phys_addr_t align);

static inline phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_phys_alloc_range(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE);
}

static inline void *memblock_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

static inline void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid_raw(size, align, MEMBLOCK_LOW_LIMIT,
					  MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

static inline void *memblock_alloc_from(phys_addr_t size, phys_addr_t align, phys_addr_t min)
{
	return memblock_alloc_try_nid(size, align, min, MEMBLOCK_ALLOC_ACCESSIBLE,
				      NUMA_NO_NODE);
}

static inline void *memblock_alloc_node(phys_addr_t size, phys_addr_t align, int nid)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, nid);
}

static inline void memblock_set_bottom_up(bool enable)
{
	memblock.bottom_up = enable;
}

static inline bool memblock_bottom_up(void)
{
	return memblock.bottom_up;
}

phys_addr_t memblock_phys_mem_size(void);
phys_addr_t memblock_reserved_size(void);
phys_addr_t memblock_start_of_DRAM(void);
phys_addr_t memblock_end_of_DRAM(void);
bool memblock_is_memory(phys_addr_t addr);
bool memblock_is_reserved(phys_addr_t addr);
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);
void memblock_set_current_limit(phys_addr_t limit);
/** memblock_dump_all - log both lists */
void memblock_dump_all(void);

/**
 * __next_mem_range - the next piece of memory, free or not
 * @idx: cursor; starts at 0; ~0 at the end
 * @nid: only this node's; NUMA_NO_NODE: any
 * @free: only what is not reserved
 */
void __next_mem_range(u64 *idx, int nid, bool free, phys_addr_t *start, phys_addr_t *end,
		      int *out_nid);

#define for_each_mem_range_nid(i, nid, free, s, e, out)			\
	for ((i) = 0, __next_mem_range(&(i), nid, free, s, e, out);	\
	     (i) != ~(u64)0; __next_mem_range(&(i), nid, free, s, e, out))
#define for_each_mem_range(i, s, e) \
	for_each_mem_range_nid(i, NUMA_NO_NODE, false, s, e, NULL)
#define for_each_free_mem_range(i, nid, flags, s, e, out) \
	for_each_mem_range_nid(i, nid, true, s, e, out)
#define for_each_mem_region(region)					\
	for ((region) = memblock.memory.regions;			\
	     (region) < memblock.memory.regions + memblock.memory.cnt; (region)++)
#define for_each_reserved_mem_region(region)				\
	for ((region) = memblock.reserved.regions;			\
	     (region) < memblock.reserved.regions + memblock.reserved.cnt; (region)++)

#endif
