/* SPDX-License-Identifier: MIT */
/*
 * Ranges of addresses (mm/vmap_area.c): pure transitions on a tree, without a lock and
 * without an allocation. mm/vmap.c is the concurrent half.
 */
#ifndef MM_VMAP_AREA_H
#define MM_VMAP_AREA_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/vmalloc.h>

struct vmap_space {
	struct rb_root tree;		/* all areas, by address */
	struct vmap_area end;		/* stands behind all of them; the head of their list */
	unsigned long start;		/* of the window */
	unsigned long nr, bytes;	/* areas, and what they take */
	unsigned int steps;		/* nodes that the last search for room looked at */
};

/** vmap_space_init - an empty window, [start, end) */
void vmap_space_init(struct vmap_space *space, unsigned long start, unsigned long end);

/**
 * vmap_space_take - an area where the lowest gap is that has room for it
 * @va: becomes part of the space
 * @size: bytes; @align: a power of two; the area lies in [lo, hi)
 * Return: false: there is no such gap.
 */
bool vmap_space_take(struct vmap_space *space, struct vmap_area *va, unsigned long size,
		     unsigned long align, unsigned long lo, unsigned long hi);

/** vmap_space_give - an area's addresses are free, and @va is the caller's again */
void vmap_space_give(struct vmap_space *space, struct vmap_area *va);

/** vmap_space_join - an area, the next one and what is free between them are one area: @va */
void vmap_space_join(struct vmap_space *space, struct vmap_area *va, struct vmap_area *next);

/** vmap_space_find - the area that contains an address, or NULL */
struct vmap_area *vmap_space_find(const struct vmap_space *space, unsigned long addr);
/** vmap_space_after - the area that begins at or above an address, or NULL */
struct vmap_area *vmap_space_after(const struct vmap_space *space, unsigned long addr);
/** vmap_space_next, vmap_space_prev - its neighbour by address; NULL: it has none */
static inline struct vmap_area *vmap_space_next(const struct vmap_space *space,
						struct vmap_area *va)
{
	struct vmap_area *next = list_next_entry(va, list);

	return next == &space->end ? NULL : next;
}

static inline struct vmap_area *vmap_space_prev(const struct vmap_space *space,
						struct vmap_area *va)
{
	struct vmap_area *prev = list_prev_entry(va, list);

	return prev == &space->end ? NULL : prev;
}

/** vmap_space_first - the lowest area, or NULL */
struct vmap_area *vmap_space_first(const struct vmap_space *space);
/** vmap_space_largest - bytes of the largest gap */
unsigned long vmap_space_largest(const struct vmap_space *space);
/** vmap_space_validate - are all invariants true? Faults found, each one logged */
unsigned int vmap_space_validate(const struct vmap_space *space);

#endif
