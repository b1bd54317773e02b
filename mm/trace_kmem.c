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
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/slab/layer.h"
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

/* The same for objects. Before there are any, slab_hooks_init() is still to come. */

static unsigned int slab_events;	/* trace_mutex of kernel/tracepoint.c */

static void slab_event_begins(void)
{
	if (!slab_events++ && slab_is_available())
		slab_hooks_set(SLAB_HOOK_TRACE, true);
}

static void slab_event_ends(void)
{
	if (!--slab_events && slab_is_available())
		slab_hooks_set(SLAB_HOOK_TRACE, false);
}

bool trace_slab_wanted(void)
{
	return slab_events;
}

void trace_kmem_reset(void)
{
	page_events = slab_events = 0;
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

/* accounted is false: nobody is charged for memory here, whatever a request or a cache says. */

#define CACHE_ALLOC_FIELDS(F, E)					\
	F(E, unsigned long, call_site)					\
	F(E, const void *, ptr)						\
	F(E, size_t, bytes_req)						\
	F(E, size_t, bytes_alloc)					\
	F(E, unsigned long, gfp_flags)					\
	F(E, int, node)							\
	F(E, bool, accounted)
TRACE_RECORD(kmem, kmem_cache_alloc, slab_event_begins, slab_event_ends,
	TP_PROTO(unsigned long call_site, const void *ptr, struct kmem_cache *s, gfp_t gfp_flags,
		 int node),
	TP_ARGS(call_site, ptr, s, gfp_flags, node),
	CACHE_ALLOC_FIELDS,
	{
		e->call_site = call_site;
		e->ptr = ptr;
		e->bytes_req = s->object_size;
		e->bytes_alloc = s->size;
		e->gfp_flags = (__force unsigned long)gfp_flags;
		e->node = node;
		e->accounted = false;
	},
	"call_site=%pS ptr=%p bytes_req=%zu bytes_alloc=%zu gfp_flags=%s node=%d accounted=%s",
	(void *)REC->call_site, REC->ptr, REC->bytes_req, REC->bytes_alloc,
	show_gfp_flags(REC->gfp_flags), REC->node, REC->accounted ? "true" : "false");

#define KMALLOC_FIELDS(F, E)						\
	F(E, unsigned long, call_site)					\
	F(E, const void *, ptr)						\
	F(E, size_t, bytes_req)						\
	F(E, size_t, bytes_alloc)					\
	F(E, unsigned long, gfp_flags)					\
	F(E, int, node)
TRACE_RECORD(kmem, kmalloc, slab_event_begins, slab_event_ends,
	TP_PROTO(unsigned long call_site, const void *ptr, size_t bytes_req, size_t bytes_alloc,
		 gfp_t gfp_flags, int node),
	TP_ARGS(call_site, ptr, bytes_req, bytes_alloc, gfp_flags, node),
	KMALLOC_FIELDS,
	{
		e->call_site = call_site;
		e->ptr = ptr;
		e->bytes_req = bytes_req;
		e->bytes_alloc = bytes_alloc;
		e->gfp_flags = (__force unsigned long)gfp_flags;
		e->node = node;
	},
	"call_site=%pS ptr=%p bytes_req=%zu bytes_alloc=%zu gfp_flags=%s node=%d accounted=%s",
	(void *)REC->call_site, REC->ptr, REC->bytes_req, REC->bytes_alloc,
	show_gfp_flags(REC->gfp_flags), REC->node, "false");

#define KFREE_FIELDS(F, E)						\
	F(E, unsigned long, call_site)					\
	F(E, const void *, ptr)
TRACE_RECORD(kmem, kfree, slab_event_begins, slab_event_ends,
	TP_PROTO(unsigned long call_site, const void *ptr),
	TP_ARGS(call_site, ptr),
	KFREE_FIELDS,
	{
		e->call_site = call_site;
		e->ptr = ptr;
	},
	"call_site=%pS ptr=%p",
	(void *)REC->call_site, REC->ptr);

/* The cache may be gone when the text is made; a name that is longer is cut. */
#define CACHE_FREE_FIELDS(F, E)						\
	F(E, unsigned long, call_site)					\
	F(E, const void *, ptr)						\
	F##_ARRAY(E, char, name, 40)
TRACE_RECORD(kmem, kmem_cache_free, slab_event_begins, slab_event_ends,
	TP_PROTO(unsigned long call_site, const void *ptr, const struct kmem_cache *s),
	TP_ARGS(call_site, ptr, s),
	CACHE_FREE_FIELDS,
	{
		e->call_site = call_site;
		e->ptr = ptr;
		strscpy(e->name, s->name, sizeof(e->name));
	},
	"call_site=%pS ptr=%p name=%s",
	(void *)REC->call_site, REC->ptr, REC->name);

struct trace_event *const trace_events[] = {
	&event_mm_page_alloc,
	&event_mm_page_free,
	&event_mm_page_alloc_extfrag,
	&event_kmem_cache_alloc,
	&event_kmalloc,
	&event_kfree,
	&event_kmem_cache_free,
	NULL
};
