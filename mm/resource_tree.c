// SPDX-License-Identifier: MIT
/*
 * Trees of ranges, each inside its parent: who put what where. Document 003.
 *
 * A resource belongs to whoever made it; the tree only links it. mm/resource.c has the
 * trees of the machine, and the claims of drivers, which are resources of its own.
 *
 * R1  A child lies inside its parent; siblings are sorted by address and do not overlap.
 * R2  parent is set while, and only while, a resource is in a tree. A root has none.
 *
 * Trees are small (a machine has some tens of ranges), so lists are searched from the
 * beginning.
 *
 * Locking: resource_lock, interrupts off.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/kernel.h>

#include "mm/internal.h"
#include "mm/resource.h"

DEFINE_SPINLOCK(resource_lock);

static bool within(const struct resource *outer, resource_size_t start, resource_size_t end)
{
	return start <= end && start >= outer->start && end <= outer->end;
}

/* The link to the first child that does not end before @start. */
static struct resource **link_at(struct resource *root, resource_size_t start)
{
	struct resource **link = &root->child;

	while (*link && (*link)->end < start)
		link = &(*link)->sibling;
	return link;
}

struct resource *resource_insert_locked(struct resource *root, struct resource *res)
{
	struct resource **link;

	if (!within(root, res->start, res->end))
		return root;
	link = link_at(root, res->start);
	if (*link && (*link)->start <= res->end)
		return *link;
	res->sibling = *link;
	res->parent = root;
	*link = res;
	return NULL;
}

/* The link that leads to @res; NULL: it is in no tree. */
static struct resource **link_to(const struct resource *res)
{
	struct resource **link;

	if (!res->parent)
		return NULL;
	for (link = &res->parent->child; *link; link = &(*link)->sibling)
		if (*link == res)
			return link;
	return NULL;
}

int resource_remove_locked(struct resource *res)
{
	struct resource **link = link_to(res);

	if (!link)
		return -EINVAL;
	*link = res->sibling;
	res->parent = res->sibling = NULL;
	return 0;
}

struct resource *resource_next(struct resource *root, struct resource *res, unsigned int *depth)
{
	if (res->child) {
		++*depth;
		return res->child;
	}
	while (!res->sibling) {
		res = res->parent;
		if (res == root)
			return NULL;
		--*depth;
	}
	return res->sibling;
}

static struct resource *request(struct resource *root, struct resource *res, uintptr_t site)
{
	struct resource *conflict;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	conflict = resource_insert_locked(root, res);
	if (!conflict)
		res->quarry_site = site;
	spin_unlock_irqrestore(&resource_lock, flags);
	return conflict;
}

struct resource *request_resource_conflict(struct resource *root, struct resource *res)
{
	return request(root, res, _RET_IP_);
}
EXPORT_SYMBOL(request_resource_conflict);

int request_resource(struct resource *root, struct resource *res)
{
	return request(root, res, _RET_IP_) ? -EBUSY : 0;
}
EXPORT_SYMBOL(request_resource);

int release_resource(struct resource *res)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&resource_lock, flags);
	err = resource_remove_locked(res);
	spin_unlock_irqrestore(&resource_lock, flags);
	return err;
}
EXPORT_SYMBOL(release_resource);

/* The deepest one below @root that has room for @res, and some more. */
static struct resource *innermost(struct resource *root, const struct resource *res)
{
	for (;;) {
		struct resource *child = *link_at(root, res->start);

		if (!child || !within(child, res->start, res->end) ||
		    resource_size(child) == resource_size(res))
			return root;
		root = child;
	}
}

/* Return: NULL, or who is in the way. */
static struct resource *insert(struct resource *root, struct resource *res)
{
	struct resource *parent, **link, *first, *last = NULL, *r;

	if (!within(root, res->start, res->end))
		return root;
	parent = innermost(root, res);
	link = link_at(parent, res->start);
	first = *link;
	for (r = first; r && r->start <= res->end; last = r, r = r->sibling)
		if (!within(res, r->start, r->end))
			return r;
	if (last) {	/* first to last move below it */
		if (res->child)
			return first;
		res->child = first;
		for (first = res->child; first != r; first = first->sibling)
			first->parent = res;
		last->sibling = NULL;
	}
	res->sibling = r;
	res->parent = parent;
	*link = res;
	return NULL;
}

static struct resource *insert_from(struct resource *root, struct resource *res, uintptr_t site)
{
	struct resource *conflict;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	conflict = res->parent ? res : insert(root, res);
	if (!conflict)
		res->quarry_site = site;
	spin_unlock_irqrestore(&resource_lock, flags);
	return conflict;
}

struct resource *insert_resource_conflict(struct resource *root, struct resource *res)
{
	return insert_from(root, res, _RET_IP_);
}
EXPORT_SYMBOL(insert_resource_conflict);

int insert_resource(struct resource *root, struct resource *res)
{
	return insert_from(root, res, _RET_IP_) ? -EBUSY : 0;
}
EXPORT_SYMBOL(insert_resource);

int remove_resource(struct resource *res)
{
	struct resource **link, *child;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	link = link_to(res);
	if (link) {
		child = res->child;
		*link = child ? child : res->sibling;
		for (; child; child = child->sibling) {
			child->parent = res->parent;
			if (!child->sibling) {
				child->sibling = res->sibling;
				break;
			}
		}
		res->parent = res->sibling = res->child = NULL;
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return link ? 0 : -EINVAL;
}
EXPORT_SYMBOL(remove_resource);

/* May @res, which is in a tree, be [start, end]? */
static bool may_become(const struct resource *res, resource_size_t start, resource_size_t end)
{
	const struct resource *r;

	if (start > end || (res->parent && !within(res->parent, start, end)))
		return false;
	for (r = res->parent ? res->parent->child : NULL; r; r = r->sibling)
		if (r != res && r->start <= end && r->end >= start)
			return false;
	for (r = res->child; r; r = r->sibling)
		if (r->start < start || r->end > end)
			return false;
	return true;
}

int adjust_resource(struct resource *res, resource_size_t start, resource_size_t size)
{
	struct resource *parent;
	unsigned long flags;
	bool may;

	spin_lock_irqsave(&resource_lock, flags);
	parent = res->parent;
	may = may_become(res, start, start + size - 1);
	if (may) {	/* it may come to lie behind other siblings */
		resource_remove_locked(res);
		res->start = start;
		res->end = start + size - 1;
		if (parent)
			resource_insert_locked(parent, res);
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return may ? 0 : -EBUSY;
}
EXPORT_SYMBOL(adjust_resource);

struct room {
	resource_size_t size, align;
	resource_size_t (*alignf)(void *, const struct resource *, resource_size_t, resource_size_t);
	void *data;
};

/* Puts @res into the free range [lo, hi], if there is room. */
static bool place_in(struct resource *root, struct resource *res, const struct room *room,
		     resource_size_t lo, resource_size_t hi)
{
	resource_size_t start = ALIGN(lo, room->align);
	struct resource free = { .flags = res->flags, .end = hi };

	if (start < lo || start > hi)
		return false;
	free.start = start;
	if (room->alignf)
		start = room->alignf(room->data, &free, room->size, room->align);
	if (start < free.start || start > hi || room->size - 1 > hi - start)
		return false;
	res->start = start;
	res->end = start + room->size - 1;
	return !resource_insert_locked(root, res);
}

/* The lowest place in [lo, hi] between the children. */
static bool place_between(struct resource *root, struct resource *res, const struct room *room,
			  resource_size_t lo, resource_size_t hi)
{
	struct resource *child;

	for (child = *link_at(root, lo); child; child = child->sibling) {
		if (child->start > lo &&
		    place_in(root, res, room, lo, min(hi, child->start - 1)))
			return true;
		if (child->end >= hi)
			return false;
		lo = child->end + 1;
	}
	return place_in(root, res, room, lo, hi);
}

int allocate_resource(struct resource *root, struct resource *res, resource_size_t size,
		      resource_size_t min_, resource_size_t max_, resource_size_t align,
		      resource_size_t (*alignf)(void *, const struct resource *,
						resource_size_t, resource_size_t),
		      void *alignf_data)
{
	struct room room = { size, align ? align : 1, alignf, alignf_data };
	resource_size_t lo = max(root->start, min_), hi = min(root->end, max_);
	struct resource old = *res;
	unsigned long flags;
	bool placed;

	if (!size || lo > hi)
		return -EBUSY;
	spin_lock_irqsave(&resource_lock, flags);
	placed = !res->parent && place_between(root, res, &room, lo, hi);
	if (placed) {
		res->quarry_site = _RET_IP_;
	} else if (!res->parent) {
		res->start = old.start;
		res->end = old.end;
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return placed ? 0 : -EBUSY;
}
EXPORT_SYMBOL(allocate_resource);

struct resource *lookup_resource(struct resource *root, resource_size_t start)
{
	struct resource *res;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	res = *link_at(root, start);
	if (res && res->start != start)
		res = NULL;
	spin_unlock_irqrestore(&resource_lock, flags);
	return res;
}
EXPORT_SYMBOL(lookup_resource);

static unsigned int wrong(const char *invariant, const struct resource *res)
{
	pr_err("resource: %s is broken at %pR\n", invariant, res);
	return 1;
}

unsigned int resource_tree_validate(struct resource *root)
{
	unsigned int faults = 0, depth = 0;
	struct resource *res, *child;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	if (root->parent)
		faults += wrong("R2", root);
	for (res = root; res; res = res == root && !root->child ? NULL :
				    resource_next(root, res, &depth)) {
		for (child = res->child; child; child = child->sibling) {
			if (child->parent != res)
				faults += wrong("R2", child);
			if (!within(res, child->start, child->end) ||
			    (child->sibling && child->sibling->start <= child->end))
				faults += wrong("R1", child);
		}
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return faults;
}
