/* SPDX-License-Identifier: MIT */
/*
 * Ranges of addresses (mm/vmap_area.c): pure transitions on two trees, without a
 * lock and without an allocation. mm/vmalloc.c is the concurrent half.
 */
#ifndef MM_VMAP_AREA_H
#define MM_VMAP_AREA_H

#include <linux/types.h>
#include <linux/rbtree.h>
#include <linux/vmalloc.h>

struct vmap_space {
	struct rb_root free;	/* struct vmap_area, by address, largest below */
	struct rb_root busy;	/* struct vmap_area, by address */
	unsigned long nr_free, nr_busy;		/* ranges in each */
	unsigned long free_bytes, busy_bytes;
};

/**
 * vmap_space_init - one free range
 * @node: gets [start, end) and belongs to the space from now on; NULL: none
 */
void vmap_space_init(struct vmap_space *space, struct vmap_area *node,
		     unsigned long start, unsigned long end);

/**
 * vmap_space_take - make the lowest free range that fits busy
 * @size: bytes; @align: a power of two; the range lies in [lo, hi)
 * @nodes: two nodes that may be used; the second may be NULL when @align is one
 *	page and @lo is no inner address. Those that were used are NULL afterwards.
 * Return: the busy range, its vm NULL; or NULL when nothing fits.
 */
struct vmap_area *vmap_space_take(struct vmap_space *space, unsigned long size,
				  unsigned long align, unsigned long lo, unsigned long hi,
				  struct vmap_area *nodes[2]);

/**
 * vmap_space_give - a busy range becomes free
 * @va: a busy range; it or its neighbours may be left over:
 * @left: gets up to two nodes that are the caller's now; NULL where there is none
 */
void vmap_space_give(struct vmap_space *space, struct vmap_area *va,
		     struct vmap_area *left[2]);

/** vmap_space_find - the busy range that contains an address, or NULL */
struct vmap_area *vmap_space_find(const struct vmap_space *space, unsigned long addr);
/** vmap_space_before - the busy range that ends at or below an address, or NULL */
struct vmap_area *vmap_space_before(const struct vmap_space *space, unsigned long addr);
/** vmap_space_after - the busy range that begins at or above an address, or NULL */
struct vmap_area *vmap_space_after(const struct vmap_space *space, unsigned long addr);
struct vmap_area *vmap_busy_first(const struct vmap_space *space);
struct vmap_area *vmap_busy_next(struct vmap_area *va);
/** vmap_space_largest - bytes of the largest free range */
unsigned long vmap_space_largest(const struct vmap_space *space);
/** vmap_space_validate - are all invariants true? Faults found, each one logged */
unsigned int vmap_space_validate(const struct vmap_space *space);

#endif
