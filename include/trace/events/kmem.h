/* SPDX-License-Identifier: MIT */
/* Tracepoints of the memory manager. Their events: mm/trace_kmem.c */
#ifndef _TRACE_KMEM_H
#define _TRACE_KMEM_H

#include <linux/gfp_types.h>
#include <linux/mm_types.h>
#include <linux/tracepoint.h>

/* A request was served, or not: @page is NULL then. */
DECLARE_TRACE(mm_page_alloc,
	TP_PROTO(struct page *page, unsigned int order, gfp_t gfp_flags, int migratetype),
	TP_ARGS(page, order, gfp_flags, migratetype))

/* The last reference to a block was dropped. */
DECLARE_TRACE(mm_page_free,
	TP_PROTO(struct page *page, unsigned int order),
	TP_ARGS(page, order))

/* A block came from another mobility type's lists. zone->lock is held. */
DECLARE_TRACE(mm_page_alloc_extfrag,
	TP_PROTO(struct page *page, int alloc_order, int fallback_order, int alloc_migratetype,
		 int fallback_migratetype),
	TP_ARGS(page, alloc_order, fallback_order, alloc_migratetype, fallback_migratetype))

#endif
