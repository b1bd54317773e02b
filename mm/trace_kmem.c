// SPDX-License-Identifier: MIT
/*
 * The events of the system "kmem": what they record, and their text, which is the
 * kernel's of 6.1 (Documents: 004).
 *
 * Locking: none.
 */
#include <linux/build_bug.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/stddef.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/trace.h"

/* While anybody looks at pages that come and go, none takes the fast path. */

static unsigned int page_events;	/* trace_mutex of kernel/tracepoint.c */

static void page_event_begins(void)
{
	if (!page_events++)
		page_hooks_set(PAGE_HOOK_TRACE, true);
}

static void page_event_ends(void)
{
	if (!--page_events)
		page_hooks_set(PAGE_HOOK_TRACE, false);
}

void trace_kmem_reset(void)
{
	page_events = 0;
	page_hooks_set(PAGE_HOOK_TRACE, false);
}

/* Names of GFP flags, as of %pGg; "none" for no flag. */
struct gfp_text {
	char s[256];
};

static const char *gfp_text(struct gfp_text *t, unsigned long flags)
{
	gfp_t gfp = (__force gfp_t)flags;

	if (!flags)
		return "none";
	snprintf(t->s, sizeof(t->s), "%pGg", &gfp);
	return t->s;
}
#define show_gfp_flags(flags)	gfp_text(&(struct gfp_text) {}, flags)

#define ALLOC_FIELDS(F, E)						\
	F(E, unsigned long, pfn)					\
	F(E, unsigned int, order)					\
	F(E, unsigned long, gfp_flags)					\
	F(E, int, migratetype)
TRACE_RECORD(kmem, mm_page_alloc, page_event_begins, page_event_ends,
	TP_PROTO(struct page *page, unsigned int order, gfp_t gfp_flags, int migratetype),
	TP_ARGS(page, order, gfp_flags, migratetype),
	ALLOC_FIELDS,
	{
		e->pfn = page ? page_to_pfn(page) : -1UL;	/* not served */
		e->order = order;
		e->gfp_flags = (__force unsigned long)gfp_flags;
		e->migratetype = migratetype;
	},
	"page=%p pfn=0x%lx order=%d migratetype=%d gfp_flags=%s",
	REC->pfn != -1UL ? pfn_to_page(REC->pfn) : NULL, REC->pfn != -1UL ? REC->pfn : 0,
	REC->order, REC->migratetype, show_gfp_flags(REC->gfp_flags));

#define FREE_FIELDS(F, E)						\
	F(E, unsigned long, pfn)					\
	F(E, unsigned int, order)
TRACE_RECORD(kmem, mm_page_free, page_event_begins, page_event_ends,
	TP_PROTO(struct page *page, unsigned int order),
	TP_ARGS(page, order),
	FREE_FIELDS,
	{
		e->pfn = page_to_pfn(page);
		e->order = order;
	},
	"page=%p pfn=0x%lx order=%d",
	pfn_to_page(REC->pfn), REC->pfn, REC->order);

#define EXTFRAG_FIELDS(F, E)						\
	F(E, unsigned long, pfn)					\
	F(E, int, alloc_order)						\
	F(E, int, fallback_order)					\
	F(E, int, alloc_migratetype)					\
	F(E, int, fallback_migratetype)					\
	F(E, int, change_ownership)
TRACE_RECORD(kmem, mm_page_alloc_extfrag, NULL, NULL,
	TP_PROTO(struct page *page, int alloc_order, int fallback_order, int alloc_migratetype,
		 int fallback_migratetype),
	TP_ARGS(page, alloc_order, fallback_order, alloc_migratetype, fallback_migratetype),
	EXTFRAG_FIELDS,
	{
		e->pfn = page_to_pfn(page);
		e->alloc_order = alloc_order;
		e->fallback_order = fallback_order;
		e->alloc_migratetype = alloc_migratetype;
		e->fallback_migratetype = fallback_migratetype;
		e->change_ownership =
			pageblock_type_of(page_zone(page), e->pfn) == alloc_migratetype;
	},
	"page=%p pfn=0x%lx alloc_order=%d fallback_order=%d pageblock_order=%d "
	"alloc_migratetype=%d fallback_migratetype=%d fragmenting=%d change_ownership=%d",
	pfn_to_page(REC->pfn), REC->pfn, REC->alloc_order, REC->fallback_order, pageblock_order,
	REC->alloc_migratetype, REC->fallback_migratetype,
	REC->fallback_order < pageblock_order, REC->change_ownership);

struct trace_event *const trace_events[] = {
	&event_mm_page_alloc,
	&event_mm_page_free,
	&event_mm_page_alloc_extfrag,
	NULL
};
