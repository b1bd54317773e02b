/* SPDX-License-Identifier: MIT */
/* Tracepoints of the memory manager. Their events: mm/trace_kmem.c */
#ifndef _TRACE_KMEM_H
#define _TRACE_KMEM_H

#include <linux/gfp_types.h>
#include <linux/mm_types.h>
#include <linux/tracepoint.h>

struct kmem_cache;

/*
 * Objects. @call_site: who asked; @ptr: NULL if there was none to be had; @node: as asked for,
 * or NUMA_NO_NODE. What comes and goes by kmem_cache_alloc_bulk() and kmem_cache_free_bulk() is
 * left out, as it is in 6.1.
 */
DECLARE_TRACE(kmem_cache_alloc,
	TP_PROTO(unsigned long call_site, const void *ptr, struct kmem_cache *s, gfp_t gfp_flags,
		 int node),
	TP_ARGS(call_site, ptr, s, gfp_flags, node))

/* And blocks of whole pages. */
DECLARE_TRACE(kmalloc,
	TP_PROTO(unsigned long call_site, const void *ptr, size_t bytes_req, size_t bytes_alloc,
		 gfp_t gfp_flags, int node),
	TP_ARGS(call_site, ptr, bytes_req, bytes_alloc, gfp_flags, node))

/* Of anything that kfree() is called with, NULL included; before it goes. */
DECLARE_TRACE(kfree,
	TP_PROTO(unsigned long call_site, const void *ptr),
	TP_ARGS(call_site, ptr))

DECLARE_TRACE(kmem_cache_free,
	TP_PROTO(unsigned long call_site, const void *ptr, const struct kmem_cache *s),
	TP_ARGS(call_site, ptr, s))

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
