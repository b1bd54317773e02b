// SPDX-License-Identifier: MIT
/*
 * Reports of the page allocator: what is wrong with a page. Why a request failed is in
 * page_failure.c.
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
#include "mm/slab/layer.h"

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

/* A page in a bad state. */

#define PAGE_LINE	"page:%px refcount:%d mapcount:%d mapping:%px index:%#lx pfn:%#lx"
#define PAGE_WORDS(page)						\
	(page), page_ref_count(page),					\
	PageBuddy(page) || PageSlab(page) ? 0 : page_mapcount(page),	\
	(page)->mapping, (unsigned long)(page)->index, page_to_pfn(page)

static void describe_more(struct page *page)
{
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
	if (page_owner_order(page) == 0)
		return "this page is in use, but its reference count was not";
	if (page_owner_order(page) > 0)
		return "this page is inside a block that is in use and is not compound";
	if (buddy_block_of(page))
		return "this page is free, in the buddy system";
	if (pcp_holds(page))
		return "this page is free, in this CPU's page cache";
	return "this page is free in another CPU's page cache, or the tail of a block that is not compound";
}

void page_report_bad(struct page *page, const char *what, const char *now)
{
	const char *state = now ? now : free_state(page);

	report_begin(REPORT_BUG, "Bad page state in process %s  pfn:%05lx", current->comm,
		     page_to_pfn(page));
	report_line(PAGE_LINE, PAGE_WORDS(page));
	describe_more(page);
	report_line("page dumped because: %s", what);
	if (PageSlab(page) && page->slab_cache)
		report_line("this page belongs to the slab cache %s", page->slab_cache->name);
	else if (PageSlab(page))
		report_line("this page has objects of several slab caches");
	if (state)
		report_line("%s", state);
	dump_page_owner(page);
	report_here();
	report_end();
}

void dump_page(struct page *page, const char *reason)
{
	report_begin(REPORT_NOTE, PAGE_LINE, PAGE_WORDS(page));
	describe_more(page);
	if (reason)
		report_line("page dumped because: %s", reason);
	dump_page_owner(page);
	report_end();
}
EXPORT_SYMBOL(dump_page);
