/* SPDX-License-Identifier: MIT */
/*
 * The page allocator's interface: blocks of 2^order page frames.
 * Documents 000, 002, 003, 004. mm/page_alloc.c says what each call does.
 */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/gfp_types.h>
#include <linux/mmzone.h>
#include <linux/topology.h>
#include <asm/getorder.h>

static inline int gfp_migratetype(const gfp_t gfp)
{
	return (gfp & GFP_MOVABLE_MASK) >> GFP_MOVABLE_SHIFT;
}

static inline bool gfpflags_allow_blocking(const gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

static inline bool gfpflags_normal_context(const gfp_t gfp)
{
	return (gfp & (__GFP_DIRECT_RECLAIM | __GFP_MEMALLOC)) == __GFP_DIRECT_RECLAIM;
}

/** gfp_zone - the highest kind of zone that a request may be served from */
static inline enum zone_type gfp_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	if (gfp & __GFP_DMA32)
		return ZONE_DMA32;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

static inline int gfp_zonelist(gfp_t gfp)
{
	return gfp & __GFP_THISNODE ? ZONELIST_NOFALLBACK : ZONELIST_FALLBACK;
}

static inline struct zonelist *node_zonelist(int nid, gfp_t gfp)
{
	return &NODE_DATA(nid)->node_zonelists[gfp_zonelist(gfp)];
}

struct page *alloc_pages(gfp_t gfp, unsigned int order);
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int nid, nodemask_t *nodes);
unsigned long __alloc_pages_bulk(gfp_t gfp, int nid, nodemask_t *nodes, int nr_pages,
				 struct list_head *list, struct page **array);
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long get_zeroed_page(gfp_t gfp);
void *alloc_pages_exact(size_t size, gfp_t gfp) __alloc_size(1);
void *alloc_pages_exact_nid(int nid, size_t size, gfp_t gfp) __alloc_size(2);
void free_pages_exact(void *virt, size_t size);
void __free_pages(struct page *page, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);
/** free_hot_page - free one page whose contents this CPU's cache still has */
void free_hot_page(struct page *page);
/** free_cold_page - free one page that this CPU has not touched lately */
void free_cold_page(struct page *page);

#define alloc_page(gfp)			alloc_pages(gfp, 0)
#define __get_free_page(gfp)		__get_free_pages((gfp), 0)
#define __get_dma_pages(gfp, order)	__get_free_pages((gfp) | GFP_DMA, (order))
#define __free_page(page)		__free_pages((page), 0)
#define free_page(addr)			free_pages((addr), 0)

/** __alloc_pages_node - from node @nid, or the nearest that has memory */
static inline struct page *__alloc_pages_node(int nid, gfp_t gfp, unsigned int order)
{
	return __alloc_pages(gfp, order, nid, NULL);
}

static inline struct page *alloc_pages_node(int nid, gfp_t gfp, unsigned int order)
{
	return __alloc_pages(gfp, order, nid == NUMA_NO_NODE ? numa_node_id() : nid, NULL);
}

#define alloc_page_node(nid, gfp)	alloc_pages_node((nid), (gfp), 0)

static inline unsigned long
alloc_pages_bulk_list(gfp_t gfp, unsigned long nr_pages, struct list_head *list)
{
	return __alloc_pages_bulk(gfp, numa_node_id(), NULL, nr_pages, list, NULL);
}

static inline unsigned long
alloc_pages_bulk_array(gfp_t gfp, unsigned long nr_pages, struct page **array)
{
	return __alloc_pages_bulk(gfp, numa_node_id(), NULL, nr_pages, NULL, array);
}

static inline unsigned long
alloc_pages_bulk_array_node(gfp_t gfp, int nid, unsigned long nr_pages, struct page **array)
{
	return __alloc_pages_bulk(gfp, nid == NUMA_NO_NODE ? numa_node_id() : nid, NULL,
				  nr_pages, NULL, array);
}

/* Ranges of any length. Unlike Linux's these move nothing out of the way: mm/contig.c. */
int alloc_contig_range(unsigned long start, unsigned long end, unsigned int migratetype,
		       gfp_t gfp);
struct page *alloc_contig_pages(unsigned long nr_pages, gfp_t gfp, int nid,
				nodemask_t *nodemask);
void free_contig_range(unsigned long pfn, unsigned long nr_pages);

void drain_all_pages(struct zone *zone);
void drain_local_pages(struct zone *zone);

/** gfp_pfmemalloc_allowed - may this request use the last reserves? */
bool gfp_pfmemalloc_allowed(gfp_t gfp);

#endif
