// SPDX-License-Identifier: MIT
/*
 * The allocator of virtual addresses: one tree of areas, by address. What is free are the
 * gaps between them, and belongs to the area behind: each node knows the gap before it, and
 * the largest gap in its subtree. Behind the last area stands a mark, not in the tree, whose
 * gap is the rest of the window.
 *
 * So the lowest gap that is large enough is found on one path from the root: go left while
 * there is something large enough in the left subtree, else look at the node itself, else
 * go right. If the root says that there is none, it is the rest of the window, and the place
 * in the tree is known, too: behind the last area. Alignment and bounds can make a gap that
 * is large enough unfit; the search then goes on with the next larger address, pruned by the
 * same maximum. With page alignment and no bounds that never happens, and a search looks at
 * no more nodes than the tree is deep: of n areas at most 2 log2(n + 1).
 *
 * Free addresses need no memory: an area brings its node with it and takes it away, and
 * neighbours that are free are one gap by themselves.
 *
 * V1  Areas are not empty, lie in the window, and no two of them overlap.
 * V2  A gap is what lies between a node and the end of the one before, or the window's
 *     start.
 * V3  subtree_max_size is the size of the largest gap in the subtree.
 * V4  nr and bytes are what the tree holds, and the list holds the same in the same order.
 *
 * Locking: the caller's.
 */
#include <linux/rbtree_augmented.h>
#include <linux/align.h>
#include <linux/mm.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "mm/vmap_area.h"

#define to_va(node)	rb_entry(node, struct vmap_area, rb_node)

static inline unsigned long va_size(const struct vmap_area *va)
{
	return va->va_end - va->va_start;
}

static inline unsigned long va_gap(const struct vmap_area *va)
{
	return va->gap;
}

static inline unsigned long subtree_max(const struct rb_node *node)
{
	return node ? to_va(node)->subtree_max_size : 0;
}

RB_DECLARE_CALLBACKS_MAX(static, gap_callbacks, struct vmap_area, rb_node,
			 unsigned long, subtree_max_size, va_gap)

void vmap_space_init(struct vmap_space *space, unsigned long start, unsigned long end)
{
	*space = (struct vmap_space) {
		.tree = RB_ROOT, .start = start,
		.end = { .va_start = end, .va_end = end, .gap = end - start },
	};
	INIT_LIST_HEAD(&space->end.list);
}

/* Finding room. */

/* Where in a gap the request would lie; 0: it does not fit. */
static unsigned long fits_at(const struct vmap_area *va, unsigned long size,
			     unsigned long align, unsigned long lo, unsigned long hi)
{
	unsigned long start = max(va->va_start - va->gap, lo);
	unsigned long end = min(va->va_start, hi);
	unsigned long addr = ALIGN(start, align);

	if (addr < start || addr >= end || end - addr < size)
		return 0;
	return addr;
}

/* The lowest node in the subtree whose gap is large enough. There is one. */
static struct rb_node *leftmost_large(struct rb_node *node, unsigned long size,
				      unsigned int *steps)
{
	for (;; ++*steps) {
		if (subtree_max(node->rb_left) >= size)
			node = node->rb_left;
		else if (to_va(node)->gap >= size)
			return node;
		else
			node = node->rb_right;
	}
}

/* The next node by address whose gap is large enough, subtrees without one left out. */
static struct rb_node *next_large(struct rb_node *node, unsigned long size, unsigned int *steps)
{
	struct rb_node *parent;

	if (subtree_max(node->rb_right) >= size)
		return leftmost_large(node->rb_right, size, steps);
	for (parent = rb_parent(node); parent; node = parent, parent = rb_parent(node)) {
		++*steps;
		if (node == parent->rb_right)
			continue;
		if (to_va(parent)->gap >= size)
			return parent;
		if (subtree_max(parent->rb_right) >= size)
			return leftmost_large(parent->rb_right, size, steps);
	}
	return NULL;
}

/* Where a search that is bound below may start: leaves out the gaps that end before @lo. */
static struct rb_node *first_candidate(const struct vmap_space *space, unsigned long size,
				       unsigned long lo, unsigned int *steps)
{
	struct rb_node *node = space->tree.rb_node, *from = NULL;

	while (node) {
		++*steps;
		if (to_va(node)->va_start > lo) {
			from = node;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	if (!from || to_va(from)->gap >= size)
		return from;
	return next_large(from, size, steps);
}

/* The node in whose gap the request fits, and where. */
static struct vmap_area *find_gap(struct vmap_space *space, unsigned long size,
				  unsigned long align, unsigned long lo, unsigned long hi,
				  unsigned long *addr)
{
	struct rb_node *node = space->tree.rb_node;
	unsigned int steps = 1;

	*addr = 0;
	if (subtree_max(node) < size)
		node = NULL;
	else if (lo)
		node = first_candidate(space, size, lo, &steps);
	else
		node = leftmost_large(node, size, &steps);
	for (; node && to_va(node)->va_start - to_va(node)->gap < hi;
	     node = next_large(node, size, &steps)) {
		*addr = fits_at(to_va(node), size, align, lo, hi);
		if (*addr)
			break;
	}
	space->steps = steps;
	if (node && *addr)
		return to_va(node);
	*addr = fits_at(&space->end, size, align, lo, hi);
	return *addr ? &space->end : NULL;
}

/* Taking and giving. */

static void resize_gap(struct vmap_space *space, struct vmap_area *va, unsigned long gap)
{
	va->gap = gap;
	if (va != &space->end)
		gap_callbacks_propagate(&va->rb_node, NULL);
}

/* A node with a gap of its own comes to the tree, where its neighbours say. */
static inline void link(struct vmap_space *space, struct vmap_area *va, struct vmap_area *next)
{
	struct rb_node *parent = NULL, **link = &space->tree.rb_node;

	if (next != &space->end) {
		parent = &next->rb_node;
		link = &parent->rb_left;
	} else if (*link) {
		parent = &list_prev_entry(next, list)->rb_node;
		link = &parent->rb_right;
	}
	while (*link) {		/* the last one before @next */
		parent = *link;
		link = &parent->rb_right;
	}
	va->subtree_max_size = va->gap;
	rb_link_node(&va->rb_node, parent, link);
	list_add_tail(&va->list, &next->list);
	/* While @next's gap is still what it was: its ancestors need not be looked at twice. */
	if (va->gap)
		gap_callbacks_propagate(parent, next != &space->end ? &next->rb_node : NULL);
}

bool vmap_space_take(struct vmap_space *space, struct vmap_area *va, unsigned long size,
		     unsigned long align, unsigned long lo, unsigned long hi)
{
	struct vmap_area *next = &space->end;
	unsigned long addr = next->va_start - next->gap;

	/* Mostly the tree has no room, and the request no wishes. */
	if (unlikely(lo || align > PAGE_SIZE || hi < next->va_start || next->gap < size ||
		     subtree_max(space->tree.rb_node) >= size))
		next = find_gap(space, size, align, lo, hi, &addr);
	else
		space->steps = 1;
	if (unlikely(!next))
		return false;
	va->va_start = addr;
	va->va_end = addr + size;
	va->gap = addr - (next->va_start - next->gap);
	link(space, va, next);
	resize_gap(space, next, next->gap - va->gap - size);
	rb_insert_augmented(&va->rb_node, &space->tree, &gap_callbacks);
	space->nr++;
	space->bytes += size;
	return true;
}

static void unlink(struct vmap_space *space, struct vmap_area *va)
{
	rb_erase_augmented(&va->rb_node, &space->tree, &gap_callbacks);
	list_del(&va->list);
	space->nr--;
}

void vmap_space_give(struct vmap_space *space, struct vmap_area *va)
{
	struct vmap_area *next = list_next_entry(va, list);

	unlink(space, va);
	resize_gap(space, next, next->gap + va_size(va) + va->gap);
	space->bytes -= va_size(va);
}

void vmap_space_join(struct vmap_space *space, struct vmap_area *va, struct vmap_area *next)
{
	space->bytes += next->gap;
	unlink(space, next);
	va->va_end = next->va_end;
}

/* Looking areas up. */

struct vmap_area *vmap_space_find(const struct vmap_space *space, unsigned long addr)
{
	struct rb_node *node = space->tree.rb_node;

	while (node) {
		struct vmap_area *va = to_va(node);

		if (addr < va->va_start)
			node = node->rb_left;
		else if (addr >= va->va_end)
			node = node->rb_right;
		else
			return va;
	}
	return NULL;
}

struct vmap_area *vmap_space_after(const struct vmap_space *space, unsigned long addr)
{
	struct rb_node *node = space->tree.rb_node;
	struct vmap_area *found = NULL;

	while (node) {
		struct vmap_area *va = to_va(node);

		if (va->va_start >= addr) {
			found = va;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

struct vmap_area *vmap_space_first(const struct vmap_space *space)
{
	return list_empty(&space->end.list) ? NULL :
	       list_entry(space->end.list.next, struct vmap_area, list);
}

unsigned long vmap_space_largest(const struct vmap_space *space)
{
	return max(subtree_max(space->tree.rb_node), space->end.gap);
}

/* Validation. */

static unsigned int wrong(const char *invariant, const struct vmap_area *va)
{
	pr_err("vmap_area: %s is broken at %#lx-%#lx\n", invariant, va->va_start, va->va_end);
	return 1;
}

static unsigned long true_max(const struct vmap_area *va)
{
	return max3(va->gap, subtree_max(va->rb_node.rb_left), subtree_max(va->rb_node.rb_right));
}

unsigned int vmap_space_validate(const struct vmap_space *space)
{
	const struct vmap_area *listed = &space->end, *va;
	unsigned long before = space->start, nr = 0, bytes = 0;
	unsigned int faults = 0;
	struct rb_node *node;

	for (node = rb_first(&space->tree); node; node = rb_next(node)) {
		va = to_va(node);
		listed = list_next_entry(listed, list);
		if (va->va_start < before || va->va_start >= va->va_end)
			faults += wrong("V1", va);
		if (va->va_start - before != va->gap)
			faults += wrong("V2", va);
		if (va->subtree_max_size != true_max(va))
			faults += wrong("V3", va);
		if (va != listed)
			faults += wrong("V4", va);
		before = va->va_end;
		nr++;
		bytes += va_size(va);
	}
	va = &space->end;
	if (va->va_start < before || va->va_start - before != va->gap)
		faults += wrong("V2", va);
	if (list_next_entry(listed, list) != va || nr != space->nr || bytes != space->bytes)
		faults += wrong("V4", va);
	return faults;
}
