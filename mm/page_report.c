// SPDX-License-Identifier: MIT
/*
 * Reports of the page allocator: why a request failed, what is wrong with a page.
 *
 * A failed request (documents 002, 003) is answered with NULL and, unless the
 * caller said __GFP_NOWARN, with: the task, the order and the flags by name; the
 * stack; for each zone that was looked at, the test that it failed; and the state
 * of all zones. That is a note in the log, not a warning: running out of memory is
 * nobody's bug.
 *
 * A page in a state that it must not be in is a bug, and is counted as one.
 *
 * Also here: the names of GFP flags and page flags, for %pGg and %pGp.
 *
 * Locking: none; zones are read as they are.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/page_owner.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sprintf.h>

#include "mm/internal.h"
#include "mm/pages.h"

/* Groups first: each name takes its bits away from what follows. */
const struct trace_print_flags gfpflag_names[] = {
	{ GFP_TRANSHUGE,		"GFP_TRANSHUGE" },
	{ GFP_TRANSHUGE_LIGHT,		"GFP_TRANSHUGE_LIGHT" },
	{ GFP_HIGHUSER_MOVABLE,		"GFP_HIGHUSER_MOVABLE" },
	{ GFP_HIGHUSER,			"GFP_HIGHUSER" },
	{ GFP_USER,			"GFP_USER" },
	{ GFP_KERNEL_ACCOUNT,		"GFP_KERNEL_ACCOUNT" },
	{ GFP_KERNEL,			"GFP_KERNEL" },
	{ GFP_NOFS,			"GFP_NOFS" },
	{ GFP_ATOMIC,			"GFP_ATOMIC" },
	{ GFP_NOIO,			"GFP_NOIO" },
	{ GFP_NOWAIT,			"GFP_NOWAIT" },
	{ GFP_DMA,			"GFP_DMA" },
	{ GFP_DMA32,			"GFP_DMA32" },
	{ __GFP_HIGHMEM,		"__GFP_HIGHMEM" },
	{ __GFP_HIGH,			"__GFP_HIGH" },
	{ __GFP_ATOMIC,			"__GFP_ATOMIC" },
	{ __GFP_IO,			"__GFP_IO" },
	{ __GFP_FS,			"__GFP_FS" },
	{ __GFP_NOWARN,			"__GFP_NOWARN" },
	{ __GFP_RETRY_MAYFAIL,		"__GFP_RETRY_MAYFAIL" },
	{ __GFP_NOFAIL,			"__GFP_NOFAIL" },
	{ __GFP_NORETRY,		"__GFP_NORETRY" },
	{ __GFP_COMP,			"__GFP_COMP" },
	{ __GFP_ZERO,			"__GFP_ZERO" },
	{ __GFP_NOMEMALLOC,		"__GFP_NOMEMALLOC" },
	{ __GFP_MEMALLOC,		"__GFP_MEMALLOC" },
	{ __GFP_HARDWALL,		"__GFP_HARDWALL" },
	{ __GFP_THISNODE,		"__GFP_THISNODE" },
	{ __GFP_RECLAIMABLE,		"__GFP_RECLAIMABLE" },
	{ __GFP_MOVABLE,		"__GFP_MOVABLE" },
	{ __GFP_ACCOUNT,		"__GFP_ACCOUNT" },
	{ __GFP_WRITE,			"__GFP_WRITE" },
	{ __GFP_RECLAIM,		"__GFP_RECLAIM" },
	{ __GFP_DIRECT_RECLAIM,		"__GFP_DIRECT_RECLAIM" },
	{ __GFP_KSWAPD_RECLAIM,		"__GFP_KSWAPD_RECLAIM" },
	{ __GFP_ZEROTAGS,		"__GFP_ZEROTAGS" },
	{ ___GFP_COLD,			"__GFP_COLD" },
	{ ___GFP_NO_GROW,		"__GFP_NO_GROW" },
	{ 0,				NULL },
};

const struct trace_print_flags pageflag_names[] = {
	{ 1ul << PG_locked,		"locked" },
	{ 1ul << PG_error,		"error" },
	{ 1ul << PG_referenced,		"referenced" },
	{ 1ul << PG_uptodate,		"uptodate" },
	{ 1ul << PG_dirty,		"dirty" },
	{ 1ul << PG_lru,		"lru" },
	{ 1ul << PG_active,		"active" },
	{ 1ul << PG_slab,		"slab" },
	{ 1ul << PG_owner_priv_1,	"owner_priv_1" },
	{ 1ul << PG_arch_1,		"arch_1" },
	{ 1ul << PG_reserved,		"reserved" },
	{ 1ul << PG_private,		"private" },
	{ 1ul << PG_private_2,		"private_2" },
	{ 1ul << PG_writeback,		"writeback" },
	{ 1ul << PG_head,		"head" },
	{ 1ul << PG_swapcache,		"swapcache" },
	{ 1ul << PG_mappedtodisk,	"mappedtodisk" },
	{ 1ul << PG_reclaim,		"reclaim" },
	{ 1ul << PG_swapbacked,		"swapbacked" },
	{ 1ul << PG_unevictable,	"unevictable" },
	{ 1ul << PG_mlocked,		"mlocked" },
	{ 1ul << PG_uncached,		"uncached" },
	{ 1ul << PG_hwpoison,		"hwpoison" },
	{ 1ul << PG_compound_lock,	"compound_lock" },
	{ 1ul << PG_nosave,		"nosave" },
	{ 1ul << PG_nosave_free,	"nosave_free" },
	{ 0,				NULL },
};

/**
 * page_flags_place - the part of page->flags that is not flags, for %pGp
 * @flags: page->flags
 * @named: gets the part that is
 * @buf: gets "node=0|zone=2"
 * @size: room in @buf
 * Return: length of the text.
 */
int page_flags_place(unsigned long flags, unsigned long *named, char *buf, size_t size)
{
	*named = flags & ~PAGE_PLACE_MASK;
	return scnprintf(buf, size, "node=%lu|zone=%lu", flags >> NODES_PGSHIFT & NODES_MASK,
			 flags >> ZONES_PGSHIFT & ZONES_MASK);
}

/* A request that failed. */

/* Which test sent this request away from this zone? */
static void explain_zone(struct zone *zone, const struct page_request *rq)
{
	unsigned long free = zone_free_pages(zone), floor = zone_floor(zone, rq);
	unsigned long min = floor - ((rq->flags & ALLOC_NO_WATERMARKS) ? 0 :
				     zone->lowmem_reserve[rq->highest]);

	if (!zone_allowed(zone, rq))
		printk(KERN_WARNING "Node %d %s: not used: the node is not allowed\n",
		       zone->node, zone->name);
	else if (free < floor + (1ul << rq->order))
		printk(KERN_WARNING "Node %d %s: %lu pages free, %lu wanted, must keep %lu (mark %lu, reserve %lu)\n",
		       zone->node, zone->name, free, 1ul << rq->order, floor, min, floor - min);
	else if (rq->order && !buddy_has_block(zone, rq->order))
		printk(KERN_WARNING "Node %d %s: %lu pages free, but no block of order %u\n",
		       zone->node, zone->name, free, rq->order);
	else
		printk(KERN_WARNING "Node %d %s: %lu pages free; others were faster\n",
		       zone->node, zone->name, free);
}

static void explain(const struct page_request *rq)
{
	struct zoneref *ref = node_zonelist(rq->nid, rq->gfp)->_zonerefs;
	bool any = false;

	for (; ref->zone; ref++) {
		if (ref->zone_idx > (int)rq->highest)
			continue;
		any = true;
		explain_zone(ref->zone, rq);
	}
	if (!any)
		printk(KERN_WARNING "no zone of node %d may serve this request\n", rq->nid);
}

/* The kernel's format, which log readers know. */
static void show_zone(struct zone *zone)
{
	unsigned int order;
	int j;

	printk(KERN_WARNING "Node %d %s free:%lukB boost:%lukB min:%lukB low:%lukB high:%lukB reserved_highatomic:%luKB present:%lukB managed:%lukB free_pcp:%lukB\n",
	       zone->node, zone->name, zone_free_pages(zone) << (PAGE_SHIFT - 10),
	       zone->watermark_boost << (PAGE_SHIFT - 10),
	       min_wmark_pages(zone) << (PAGE_SHIFT - 10),
	       low_wmark_pages(zone) << (PAGE_SHIFT - 10),
	       high_wmark_pages(zone) << (PAGE_SHIFT - 10),
	       zone->nr_reserved_highatomic << (PAGE_SHIFT - 10),
	       zone->present_pages << (PAGE_SHIFT - 10),
	       zone_managed_pages(zone) << (PAGE_SHIFT - 10),
	       pcp_count_all(zone) << (PAGE_SHIFT - 10));
	printk(KERN_WARNING "lowmem_reserve[]:");
	for (j = 0; j < MAX_NR_ZONES; j++)
		printk(KERN_CONT " %ld", zone->lowmem_reserve[j]);
	printk(KERN_CONT "\n");
	printk(KERN_WARNING "Node %d %s:", zone->node, zone->name);
	for (order = 0; order < MAX_ORDER; order++)
		printk(KERN_CONT " %lu*%lukB", zone->free_area[order].nr_free,
		       (PAGE_SIZE << order) >> 10);
	printk(KERN_CONT " = %lukB\n", zone_free_pages(zone) << (PAGE_SHIFT - 10));
}

void show_free_areas(void)
{
	struct zone *zone;

	printk(KERN_WARNING "Mem-Info:\n");
	for_each_populated_zone(zone)
		show_zone(zone);
	printk(KERN_WARNING "%lu pages RAM\n", get_num_physpages());
	printk(KERN_WARNING "%lu pages HighMem/MovableOnly\n", totalhigh_pages());
	printk(KERN_WARNING "%lu pages reserved\n", get_num_physpages() - totalram_pages());
}

/**
 * page_report_failure - say that, and why, a request failed
 * @rq: as it was when it was tried for the last time
 * Context: any.
 */
void page_report_failure(const struct page_request *rq)
{
	static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 10);

	if (!__ratelimit(&limit))
		return;
	report_begin(REPORT_NOTE, "%s: page allocation failure: order:%u, mode:%#x(%pGg), nodemask=%s",
		     current->comm, rq->order, rq->gfp, &rq->gfp, rq->nodes ? "" : "(null)");
	report_here();
	explain(rq);
	show_free_areas();
	report_end();
}

/* A page in a bad state. */

static void describe(struct page *page)
{
	report_line("page:%px refcount:%d mapcount:%d mapping:%px index:%#lx pfn:%#lx", page,
		    page_ref_count(page), PageBuddy(page) ? 0 : page_mapcount(page),
		    page->mapping, (unsigned long)page->index, page_to_pfn(page));
	if (PageCompound(page))
		report_line("head:%px order:%u", compound_head(page),
			    compound_order(compound_head(page)));
	report_line("flags: %pGp", &page->flags);
}

/* What a page that nobody holds is, as far as it can be seen. */
static const char *free_state(struct page *page)
{
	if (page_ref_count(page))
		return NULL;
	if (page->page_type == PAGE_TYPE_UNTOUCHED)
		return "this frame was never allocated";
	if (PageTail(page))
		return "this page is the tail of a compound page";
	if (buddy_block_of(page))
		return "this page is free, in the buddy system";
	if (pcp_holds(page))
		return "this page is free, in this CPU's page cache";
	return "this page is free in another CPU's page cache, or the tail of a block that is not compound";
}

/**
 * page_report_bad - report a page that is not as it should be
 * @page: the page; it is left as it is
 * @what: what is wrong
 * Context: any.
 */
void page_report_bad(struct page *page, const char *what)
{
	const char *state = free_state(page);

	report_begin(REPORT_BUG, "Bad page state in process %s  pfn:%05lx", current->comm,
		     page_to_pfn(page));
	describe(page);
	report_line("page dumped because: %s", what);
	if (state)
		report_line("%s", state);
	dump_page_owner(page);
	report_here();
	report_end();
}

void dump_page(struct page *page, const char *reason)
{
	report_begin(REPORT_NOTE, "page:%px", page);
	describe(page);
	if (reason)
		report_line("page dumped because: %s", reason);
	dump_page_owner(page);
	report_end();
}
EXPORT_SYMBOL(dump_page);
