// SPDX-License-Identifier: MIT
/*
 * The allocator of virtual addresses: free ranges in one tree, busy ones in
 * another, both ordered by address.
 *
 * A node of the free tree also knows the largest range in its subtree. So the
 * lowest range that is large enough is found on one path from the root: go left
 * while the left subtree has something large enough, else look at the node
 * itself, else go right. Alignment and bounds can make a range that is large
 * enough unfit; the search then goes on with the next larger address, pruned by
 * the same maximum. With page alignment and no bounds that never happens.
 *
 * V1  Free and busy ranges are not empty, and no two of them overlap.
 * V2  No two free ranges touch: vmap_space_give() merges them.
 * V3  subtree_max_size is the size of the largest range in the subtree.
 * V4  nr_free, nr_busy, free_bytes and busy_bytes are what the trees hold.
 *
 * Nodes are the caller's: giving back never needs memory, because the busy node
 * itself becomes the free range if no neighbour takes it in.
 *
 * Locking: the caller's.
 */
#include <linux/rbtree_augmented.h>
#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "mm/vmap_area.h"

#define to_va(node)	rb_entry_safe(node, struct vmap_area, rb_node)

static inline unsigned long va_size(const struct vmap_area *va)
{
	return va->va_end - va->va_start;
}

static inline unsigned long subtree_max(const struct rb_node *node)
{
	return node ? rb_entry(node, struct vmap_area, rb_node)->subtree_max_size : 0;
}

RB_DECLARE_CALLBACKS_MAX(static, free_callbacks, struct vmap_area, rb_node,
			 unsigned long, subtree_max_size, va_size)

/* A range has changed its size in place. */
static void free_resized(struct vmap_area *va)
{
	free_callbacks_propagate(&va->rb_node, NULL);
}

static void free_insert(struct vmap_space *space, struct vmap_area *va)
{
	struct rb_node **link = &space->free.rb_node, *parent = NULL;

	va->subtree_max_size = va_size(va);
	while (*link) {
		struct vmap_area *at = rb_entry(*link, struct vmap_area, rb_node);

		parent = *link;
		if (at->subtree_max_size < va->subtree_max_size)
			at->subtree_max_size = va->subtree_max_size;
		link = va->va_start < at->va_start ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&va->rb_node, parent, link);
	rb_insert_augmented(&va->rb_node, &space->free, &free_callbacks);
	space->nr_free++;
}

static void free_remove(struct vmap_space *space, struct vmap_area *va)
{
	rb_erase_augmented(&va->rb_node, &space->free, &free_callbacks);
	space->nr_free--;
}

static void busy_insert(struct vmap_space *space, struct vmap_area *va)
{
	struct rb_node **link = &space->busy.rb_node, *parent = NULL;

	while (*link) {
		struct vmap_area *at = rb_entry(*link, struct vmap_area, rb_node);

		parent = *link;
		link = va->va_start < at->va_start ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&va->rb_node, parent, link);
	rb_insert_color(&va->rb_node, &space->busy);
	space->nr_busy++;
	space->busy_bytes += va_size(va);
	va->vm = NULL;
}

void vmap_space_init(struct vmap_space *space, struct vmap_area *node,
		     unsigned long start, unsigned long end)
{
	*space = (struct vmap_space) { .free = RB_ROOT, .busy = RB_ROOT };
	if (!node)
		return;
	node->va_start = start;
	node->va_end = end;
	free_insert(space, node);
	space->free_bytes = end - start;
}

/* Where in a free range the request would lie; 0: it does not fit. */
static unsigned long fits_at(const struct vmap_area *va, unsigned long size,
			     unsigned long align, unsigned long lo, unsigned long hi)
{
	unsigned long start = va->va_start > lo ? va->va_start : lo;
	unsigned long end = va->va_end < hi ? va->va_end : hi;
	unsigned long addr = ALIGN(start, align);

	if (addr < start || addr >= end || end - addr < size)
		return 0;
	return addr;
}

/* The lowest node at or below @node in its subtree that could be large enough. */
static struct rb_node *leftmost_large(struct rb_node *node, unsigned long size)
{
	while (node) {
		if (subtree_max(node->rb_left) >= size)
			node = node->rb_left;
		else if (va_size(to_va(node)) >= size)
			return node;
		else
			node = node->rb_right;
	}
	return NULL;
}

/* The next node by address that is large enough, subtrees without one left out. */
static struct rb_node *next_large(struct rb_node *node, unsigned long size)
{
	struct rb_node *parent;

	if (subtree_max(node->rb_right) >= size)
		return leftmost_large(node->rb_right, size);
	for (parent = rb_parent(node); parent; node = parent, parent = rb_parent(node)) {
		if (node == parent->rb_right)
			continue;
		if (va_size(to_va(parent)) >= size)
			return parent;
		if (subtree_max(parent->rb_right) >= size)
			return leftmost_large(parent->rb_right, size);
	}
	return NULL;
}

/* Where a search that is bound below may start: skips what ends before @lo. */
static struct rb_node *first_candidate(const struct vmap_space *space, unsigned long size,
				       unsigned long lo)
{
	struct rb_node *node = space->free.rb_node, *from = NULL;

	while (node) {
		if (to_va(node)->va_end > lo) {
			from = node;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	if (!from || va_size(to_va(from)) >= size)
		return from;
	return next_large(from, size);
}

static struct vmap_area *find_free(const struct vmap_space *space, unsigned long size,
				   unsigned long align, unsigned long lo, unsigned long hi,
				   unsigned long *addr)
{
	struct rb_node *node;

	if (subtree_max(space->free.rb_node) < size)
		return NULL;
	node = lo ? first_candidate(space, size, lo) : leftmost_large(space->free.rb_node, size);
	for (; node; node = next_large(node, size)) {
		struct vmap_area *va = to_va(node);

		if (va->va_start >= hi)
			return NULL;
		*addr = fits_at(va, size, align, lo, hi);
		if (*addr)
			return va;
	}
	return NULL;
}

struct vmap_area *vmap_space_take(struct vmap_space *space, unsigned long size,
				  unsigned long align, unsigned long lo, unsigned long hi,
				  struct vmap_area *nodes[2])
{
	unsigned long addr = 0, end;
	struct vmap_area *from = find_free(space, size, align, lo, hi, &addr), *busy;

	if (!from)
		return NULL;
	end = addr + size;
	if (addr == from->va_start && end == from->va_end) {
		free_remove(space, from);
		busy = from;
	} else {
		bool split = addr > from->va_start && end < from->va_end;

		if (split && !nodes[1])
			return NULL;
		busy = nodes[0];
		nodes[0] = NULL;
		if (split) {
			nodes[1]->va_start = end;
			nodes[1]->va_end = from->va_end;
		}
		if (addr > from->va_start)
			from->va_end = addr;
		else
			from->va_start = end;
		free_resized(from);
		if (split) {
			free_insert(space, nodes[1]);
			nodes[1] = NULL;
		}
	}
	busy->va_start = addr;
	busy->va_end = end;
	space->free_bytes -= size;
	busy_insert(space, busy);
	return busy;
}

/* The free range that ends at or below @addr, and through @above the one behind it. */
static struct vmap_area *free_neighbours(const struct vmap_space *space, unsigned long addr,
					 struct vmap_area **above)
{
	struct rb_node *node = space->free.rb_node;
	struct vmap_area *below = NULL;

	*above = NULL;
	while (node) {
		struct vmap_area *va = to_va(node);

		if (va->va_start < addr) {
			below = va;
			node = node->rb_right;
		} else {
			*above = va;
			node = node->rb_left;
		}
	}
	return below;
}

void vmap_space_give(struct vmap_space *space, struct vmap_area *va,
		     struct vmap_area *left[2])
{
	struct vmap_area *below, *above;

	rb_erase(&va->rb_node, &space->busy);
	space->nr_busy--;
	space->busy_bytes -= va_size(va);
	space->free_bytes += va_size(va);
	left[0] = left[1] = NULL;

	below = free_neighbours(space, va->va_start, &above);
	if (above && above->va_start != va->va_end)
		above = NULL;
	if (below && below->va_end == va->va_start) {
		left[0] = va;
		if (above) {
			free_remove(space, above);
			left[1] = above;
			below->va_end = above->va_end;
		} else {
			below->va_end = va->va_end;
		}
		free_resized(below);
	} else if (above) {
		left[0] = va;
		above->va_start = va->va_start;
		free_resized(above);
	} else {
		free_insert(space, va);
	}
}

struct vmap_area *vmap_space_before(const struct vmap_space *space, unsigned long addr)
{
	struct rb_node *node = space->busy.rb_node;
	struct vmap_area *found = NULL;

	while (node) {
		struct vmap_area *va = to_va(node);

		if (va->va_end <= addr) {
			found = va;
			node = node->rb_right;
		} else {
			node = node->rb_left;
		}
	}
	return found;
}

struct vmap_area *vmap_space_after(const struct vmap_space *space, unsigned long addr)
{
	struct rb_node *node = space->busy.rb_node;
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

struct vmap_area *vmap_space_find(const struct vmap_space *space, unsigned long addr)
{
	struct rb_node *node = space->busy.rb_node;

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

struct vmap_area *vmap_busy_first(const struct vmap_space *space)
{
	return to_va(rb_first(&space->busy));
}

struct vmap_area *vmap_busy_next(struct vmap_area *va)
{
	return to_va(rb_next(&va->rb_node));
}

unsigned long vmap_space_largest(const struct vmap_space *space)
{
	return subtree_max(space->free.rb_node);
}

static unsigned int wrong(const char *invariant, const struct vmap_area *va)
{
	pr_err("vmap_area: %s is broken at %#lx-%#lx\n", invariant, va->va_start, va->va_end);
	return 1;
}

static unsigned long true_max(const struct vmap_area *va)
{
	unsigned long max = va_size(va);

	if (subtree_max(va->rb_node.rb_left) > max)
		max = subtree_max(va->rb_node.rb_left);
	if (subtree_max(va->rb_node.rb_right) > max)
		max = subtree_max(va->rb_node.rb_right);
	return max;
}

/* One tree: ordered, nothing empty, nothing overlapping, and no free range touches. */
static unsigned int validate_tree(const struct rb_root *root, bool is_free,
				  unsigned long nr, unsigned long bytes)
{
	struct vmap_area *va, *last = NULL;
	unsigned int faults = 0;

	for (va = to_va(rb_first(root)); va; last = va, va = vmap_busy_next(va)) {
		if (va->va_start >= va->va_end || (last && last->va_end > va->va_start))
			faults += wrong("V1", va);
		if (is_free && last && last->va_end == va->va_start)
			faults += wrong("V2", va);
		if (is_free && va->subtree_max_size != true_max(va))
			faults += wrong("V3", va);
		nr--;
		bytes -= va_size(va);
	}
	if (nr || bytes) {
		pr_err("vmap_area: V4 is broken: the %s ranges are off by %ld, %ld bytes\n",
		       is_free ? "free" : "busy", (long)nr, (long)bytes);
		faults++;
	}
	return faults;
}

unsigned int vmap_space_validate(const struct vmap_space *space)
{
	unsigned int faults = validate_tree(&space->free, true, space->nr_free,
					    space->free_bytes) +
			      validate_tree(&space->busy, false, space->nr_busy,
					    space->busy_bytes);
	struct vmap_area *busy, *free;

	for (busy = vmap_busy_first(space); busy; busy = vmap_busy_next(busy)) {
		struct vmap_area *below = free_neighbours(space, busy->va_end, &free);

		if (below && below->va_end > busy->va_start)
			faults += wrong("V1", busy);
	}
	return faults;
}
