/* SPDX-License-Identifier: MIT */
/*
 * What nothing refers to any more (mm/kmemleak.c): hints for the search. Without
 * kmemleak=on or slub_debug=U, nobody searches, and these do nothing.
 */
#ifndef _LINUX_KMEMLEAK_H
#define _LINUX_KMEMLEAK_H

#include <linux/gfp_types.h>
#include <linux/slab.h>
#include <linux/types.h>

/**
 * kmemleak_alloc - look after memory that is from neither kmalloc() nor vmalloc()
 * @ptr: where it begins
 * @size: bytes
 * @min_count: references that it must have; 0: it is looked through and never reported;
 *	-1: not even that
 * @gfp: for the note that is made of it
 * Context: as @gfp says. Until kmemleak_free().
 */
void kmemleak_alloc(const void *ptr, size_t size, int min_count, gfp_t gfp);
void kmemleak_free(const void *ptr);
/** kmemleak_not_leak - an object that is no leak, though nothing refers to it */
void kmemleak_not_leak(const void *ptr);
/** kmemleak_ignore - no leak, nor does it refer to anything */
void kmemleak_ignore(const void *ptr);
/** kmemleak_no_scan - it refers to nothing */
void kmemleak_no_scan(const void *ptr);
/** kmemleak_scan_area - only here does the object refer to others; may be called again */
void kmemleak_scan_area(const void *ptr, size_t size, gfp_t gfp);
/** kmemleak_erase - let a pointer that is of no use any more refer to nothing */
static inline void kmemleak_erase(void **ptr)
{
	*ptr = NULL;
}

static inline void kmemleak_init(void)
{
}

static inline void kmemleak_alloc_recursive(const void *ptr, size_t size, int min_count,
					    slab_flags_t flags, gfp_t gfp)
{
	if (!(flags & SLAB_NOLEAKTRACE))
		kmemleak_alloc(ptr, size, min_count, gfp);
}

static inline void kmemleak_free_recursive(const void *ptr, slab_flags_t flags)
{
	if (!(flags & SLAB_NOLEAKTRACE))
		kmemleak_free(ptr);
}

#endif
