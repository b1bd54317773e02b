/* SPDX-License-Identifier: MIT */
/*
 * Zones and nodes. Documents 000, 002, 004 (table 8-4).
 */
#ifndef _LINUX_MMZONE_H
#define _LINUX_MMZONE_H

#include <linux/types.h>
#include <linux/spinlock_types.h>
#include <linux/cache.h>
#include <linux/nodemask.h>
#include <linux/atomic.h>
#include <linux/mm_types.h>
#include <asm/page.h>

#define MAX_ORDER		11
#define MAX_ORDER_NR_PAGES	(1UL << (MAX_ORDER - 1))
#define PAGE_ALLOC_COSTLY_ORDER	3
#define pageblock_order		9
#define pageblock_nr_pages	(1UL << pageblock_order)
#define NR_MEM_SECTIONS		(1UL << (MAX_PHYSMEM_BITS - SECTION_SIZE_BITS))
#define PAGES_PER_SECTION	(1UL << (SECTION_SIZE_BITS - PAGE_SHIFT))

enum migratetype {
	MIGRATE_UNMOVABLE,
	MIGRATE_MOVABLE,
	MIGRATE_RECLAIMABLE,
	MIGRATE_PCPTYPES,
	MIGRATE_HIGHATOMIC = MIGRATE_PCPTYPES,
	MIGRATE_TYPES
};

enum zone_type {
	ZONE_DMA,
	ZONE_DMA32,
	ZONE_NORMAL,
	ZONE_HIGHMEM,
	__MAX_NR_ZONES
};
#define MAX_NR_ZONES	4

enum zone_watermarks {
	WMARK_MIN,
	WMARK_LOW,
	WMARK_HIGH,
	NR_WMARK
};

enum zone_stat_item {
	NR_FREE_PAGES,
	NR_ZONE_LRU_BASE,
	NR_ZONE_INACTIVE_ANON = NR_ZONE_LRU_BASE,
	NR_ZONE_ACTIVE_ANON,
	NR_ZONE_INACTIVE_FILE,
	NR_ZONE_ACTIVE_FILE,
	NR_ZONE_UNEVICTABLE,
	NR_ZONE_WRITE_PENDING,
	NR_MLOCK,
	NR_BOUNCE,
	NR_VM_ZONE_STAT_ITEMS
};

enum node_stat_item {
	NR_SLAB_RECLAIMABLE_B,
	NR_SLAB_UNRECLAIMABLE_B,
	NR_VMALLOC_PAGES,
	NR_KERNEL_STACK_KB,
	NR_VM_NODE_STAT_ITEMS
};

/* Keys: Z zone->lock */
struct free_area {
	struct list_head free_list[MIGRATE_TYPES];	/* Z */
	unsigned long nr_free;	/* Z  blocks, those never touched yet included */
};

#define NR_PCP_ORDERS	5		/* blocks up to order 4 are cached per CPU */
#define NR_PCP_LISTS	(MIGRATE_PCPTYPES * NR_PCP_ORDERS)

/*
 * Free blocks of one order and mobility of one CPU: the head is the hot end, the
 * tail the cold one. Keys: P owning CPU, interrupts off
 */
struct pcp_list {
	struct list_head pages;	/* P */
	int count;		/* P  blocks in it */
	int limit;		/* P  high, or 0 while each page takes the long way */
	int high;		/* P  blocks above which some go back to the buddy */
	unsigned long allocs;	/* P  statistics: blocks handed out */
};

/*
 * One CPU's lists of one zone. Keys: C fixed at boot | P as above
 */
struct per_cpu_pages {
	struct pcp_list lists[NR_PCP_LISTS];	/* P  by mobility, then order */
	int batch;		/* C  pages moved at a time */
	int room;		/* C  pages that the high marks may grow by in all */
	int grown;		/* P  and have */
	unsigned long in, out;	/* P  statistics: pages from and to the buddy */
	unsigned long direct;	/* P  and handed out without having been in a list */
	unsigned long refills, drains;	/* P  times that something was moved */
};

struct pglist_data;

/*
 * Frames that are free but have never been touched: their struct pages are not
 * written yet. Taken from the front, in blocks of the largest order.
 */
struct zone_fresh {
	unsigned long start_pfn, end_pfn;	/* Z  aligned to MAX_ORDER_NR_PAGES */
};

/* Keys: C fixed at boot | Z lock | A atomic | R reclaim's */
struct zone {
	unsigned long _watermark[NR_WMARK];	/* C  pages; sysctl changes them */
	unsigned long watermark_boost;
	long lowmem_reserve[MAX_NR_ZONES];	/* C  pages kept from higher requests */
	unsigned long nr_reserved_highatomic;
	int node;				/* C */
	struct pglist_data *zone_pgdat;		/* C */
	struct per_cpu_pages __percpu *pageset;	/* C */
	unsigned long zone_start_pfn;		/* C */
	unsigned long spanned_pages;		/* C  with holes */
	unsigned long present_pages;		/* C  without */
	atomic_long_t managed_pages;		/* A  given to the buddy system */
	const char *name;			/* C */

	spinlock_t lock ____cacheline_aligned_in_smp;
	struct free_area free_area[MAX_ORDER];	/* Z */
	struct zone_fresh *fresh;		/* Z  nr_fresh of them, ascending */
	unsigned int nr_fresh, max_fresh;	/* Z  used from the front; C room */
	unsigned long fresh_blocks;		/* Z  in all of them */
	unsigned char *pageblock_types;		/* Z  see pageblock_type() */
	unsigned long pageblock_base;		/* C  frame of the first */
	unsigned long lock_takings;		/* Z  statistics */
	unsigned long frees;			/* Z  pages, not by way of a pcp */
	atomic_long_t numa_miss, numa_foreign;	/* A  pages: see zone_count_miss() */
	unsigned long steals, claims;		/* Z  pages' mobility changed hands */

	atomic_long_t vm_stat[NR_VM_ZONE_STAT_ITEMS] ____cacheline_aligned_in_smp; /* A */
	struct page *zone_mem_map;		/* C  descriptor of zone_start_pfn */
};

#define wmark_pages(z, i)	READ_ONCE((z)->_watermark[i])
#define min_wmark_pages(z)	wmark_pages(z, WMARK_MIN)
#define low_wmark_pages(z)	wmark_pages(z, WMARK_LOW)
#define high_wmark_pages(z)	wmark_pages(z, WMARK_HIGH)

struct zoneref {
	struct zone *zone;
	int zone_idx;
};

#define MAX_ZONES_PER_ZONELIST	(QUARRY_MAX_NODES * MAX_NR_ZONES)

/* Zones in the order in which they are tried; ends with a NULL zone. */
struct zonelist {
	struct zoneref *_zonerefs;
};

enum {
	ZONELIST_FALLBACK,
	ZONELIST_NOFALLBACK,
	MAX_ZONELISTS
};

typedef struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	struct zonelist node_zonelists[MAX_ZONELISTS];	/* C */
	int nr_zones;			/* C */
	struct page *node_mem_map;	/* C  descriptor of node_start_pfn */
	unsigned long node_start_pfn;	/* C */
	unsigned long node_present_pages; /* C */
	unsigned long node_spanned_pages; /* C */
	int node_id;			/* C */
	atomic_long_t vm_stat[NR_VM_NODE_STAT_ITEMS];	/* A */
} pg_data_t;

extern struct pglist_data *node_data[QUARRY_MAX_NODES];
#define NODE_DATA(nid)		(node_data[nid])
extern struct page *mem_map;	/* node 0's, as in the documents */

#define zone_idx(zone)		((int)((zone) - (zone)->zone_pgdat->node_zones))
#define zone_end_pfn(zone)	((zone)->zone_start_pfn + (zone)->spanned_pages)
#define zone_to_nid(zone)	((zone)->node)
#define node_start_pfn(nid)	(NODE_DATA(nid)->node_start_pfn)
#define node_present_pages(nid)	(NODE_DATA(nid)->node_present_pages)
#define node_spanned_pages(nid)	(NODE_DATA(nid)->node_spanned_pages)
#define pgdat_end_pfn(p)	((p)->node_start_pfn + (p)->node_spanned_pages)
#define node_end_pfn(nid)	pgdat_end_pfn(NODE_DATA(nid))

static inline unsigned long zone_managed_pages(const struct zone *zone)
{
	return (unsigned long)atomic_long_read((atomic_long_t *)&zone->managed_pages);
}

static inline bool managed_zone(const struct zone *zone)
{
	return zone_managed_pages(zone) != 0;
}

static inline bool populated_zone(const struct zone *zone)
{
	return zone->present_pages != 0;
}

static inline bool is_highmem(const struct zone *zone)
{
	return zone_idx(zone) == ZONE_HIGHMEM;
}

static inline bool zone_spans_pfn(const struct zone *zone, unsigned long pfn)
{
	return pfn >= zone->zone_start_pfn && pfn < zone_end_pfn(zone);
}

struct pglist_data *first_online_pgdat(void);
struct pglist_data *next_online_pgdat(struct pglist_data *pgdat);
struct zone *next_zone(struct zone *zone);

#define for_each_online_pgdat(pgdat) \
	for ((pgdat) = first_online_pgdat(); (pgdat); (pgdat) = next_online_pgdat(pgdat))
#define for_each_zone(zone) \
	for ((zone) = first_online_pgdat()->node_zones; (zone); (zone) = next_zone(zone))
#define for_each_populated_zone(zone) \
	for_each_zone(zone) \
		if (!populated_zone(zone)) \
			; \
		else

int numa_node_of_cpu(int cpu);

#include <linux/memory_hotplug.h>

#endif
