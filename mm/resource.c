// SPDX-License-Identifier: MIT
/*
 * Who uses which physical addresses: a tree of ranges, each inside its parent,
 * siblings by address and apart. What is in the machine's memory map comes first;
 * drivers claim parts of what is there, or of holes. /proc/iomem prints it.
 *
 * R1  A child lies inside its parent; siblings are sorted and do not overlap.
 * R2  RAM is busy: nobody can claim it. Firmware's and devices' ranges are not.
 *
 * Locking: resource_lock. Who releases a range may free its name: what is printed is
 * a copy made under the lock.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"

struct resource iomem_resource;
EXPORT_SYMBOL(iomem_resource);

static DEFINE_SPINLOCK(resource_lock);

/* Hangs @res below @root. NULL, or who is in the way. */
static struct resource *insert_below(struct resource *root, struct resource *res)
{
	struct resource **link = &root->child;

	if (res->end < res->start || res->start < root->start || res->end > root->end)
		return root;
	while (*link && (*link)->end < res->start)
		link = &(*link)->sibling;
	if (*link && (*link)->start <= res->end)
		return *link;
	res->sibling = *link;
	res->parent = root;
	*link = res;
	return NULL;
}

int request_resource(struct resource *root, struct resource *res)
{
	struct resource *conflict;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	conflict = insert_below(root, res);
	spin_unlock_irqrestore(&resource_lock, flags);
	return conflict ? -EBUSY : 0;
}
EXPORT_SYMBOL(request_resource);

static int remove_locked(struct resource *res)
{
	struct resource **link;

	if (!res->parent)
		return -EINVAL;
	for (link = &res->parent->child; *link; link = &(*link)->sibling)
		if (*link == res) {
			*link = res->sibling;
			res->parent = res->sibling = NULL;
			return 0;
		}
	return -EINVAL;
}

int release_resource(struct resource *res)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&resource_lock, flags);
	err = remove_locked(res);
	spin_unlock_irqrestore(&resource_lock, flags);
	return err;
}
EXPORT_SYMBOL(release_resource);

struct resource *__request_region(struct resource *parent, resource_size_t start,
				  resource_size_t n, const char *name, int flags)
{
	struct resource *res, *conflict;
	unsigned long irq;

	might_sleep();
	if (!n)
		return NULL;
	res = kzalloc(sizeof(*res), GFP_KERNEL);
	if (!res)
		return NULL;
	res->name = name;
	res->start = start;
	res->end = start + n - 1;
	res->flags = parent->flags | IORESOURCE_BUSY | flags;
	spin_lock_irqsave(&resource_lock, irq);
	while ((conflict = insert_below(parent, res))) {
		/* Inside something that is not busy: claim a part of it. */
		if (conflict == parent || (conflict->flags & IORESOURCE_BUSY))
			break;
		parent = conflict;
	}
	spin_unlock_irqrestore(&resource_lock, irq);
	if (!conflict)
		return res;
	kfree(res);
	return NULL;
}
EXPORT_SYMBOL(__request_region);

void __release_region(struct resource *parent, resource_size_t start, resource_size_t n)
{
	resource_size_t end = start + n - 1;
	struct resource *res, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	for (res = parent->child; res; ) {
		if (start < res->start || end > res->end) {
			res = res->sibling;
		} else if (!(res->flags & IORESOURCE_BUSY)) {
			res = res->child;
		} else {
			if (res->start == start && res->end == end && !remove_locked(res))
				found = res;
			break;
		}
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	if (found)
		kfree(found);
	else
		pr_warn("Trying to free nonexistent resource <%016llx-%016llx>\n", start, end);
}
EXPORT_SYMBOL(__release_region);

/* The view. */

static const char *range_name(enum quarry_range_type type)
{
	switch (type) {
	case QUARRY_RAM:	return "System RAM";
	case QUARRY_RESERVED:	return "Reserved";
	case QUARRY_ACPI:	return "ACPI Tables";
	case QUARRY_NVS:	return "ACPI Non-volatile Storage";
	case QUARRY_UNUSABLE:	return "Unusable memory";
	case QUARRY_PERSISTENT:	return "Persistent Memory";
	case QUARRY_DEVICE:	return "Device";
	}
	return "Unknown E820 type";
}

/* A line of the view. */
struct iomem_line {
	resource_size_t start, end;
	unsigned int depth;
	char name[80];
};

/* Copies the @n-th entry, in the order in which the tree is printed. */
static bool nth_entry(unsigned int n, struct iomem_line *copy)
{
	struct resource *res;
	unsigned long flags;

	copy->depth = 0;
	spin_lock_irqsave(&resource_lock, flags);
	res = iomem_resource.child;
	while (res && n--) {
		if (res->child) {
			res = res->child;
			copy->depth++;
			continue;
		}
		while (res != &iomem_resource && !res->sibling) {
			res = res->parent;
			copy->depth--;
		}
		res = res == &iomem_resource ? NULL : res->sibling;
	}
	if (res) {
		copy->start = res->start;
		copy->end = res->end;
		strscpy(copy->name, res->name ? res->name : "<BAD>", sizeof(copy->name));
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return res != NULL;
}

int iomem_show(struct seq_file *m)
{
	struct iomem_line l;
	unsigned int n;

	for (n = 0; nth_entry(n, &l); n++)
		seq_printf(m, "%*s%08llx-%08llx : %s\n", (int)l.depth * 2, "",
			   (unsigned long long)l.start, (unsigned long long)l.end, l.name);
	return 0;
}

/** resource_init - the tree of the memory map. Context: boot, after slab_init(). */
int resource_init(void)
{
	struct resource *res;
	unsigned int i;

	iomem_resource = (struct resource) {
		.name = "PCI mem", .end = (1ull << QUARRY_PHYS_BITS) - 1,
		.flags = IORESOURCE_MEM,
	};
	for (i = 0; i < memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);

		res = kzalloc(sizeof(*res), GFP_KERNEL);
		if (!res)
			return -ENOMEM;
		res->name = range_name(r->type);
		res->start = r->start;
		res->end = r->end - 1;
		res->flags = IORESOURCE_MEM | (r->type == QUARRY_RAM ? IORESOURCE_BUSY : 0);
		if (request_resource(&iomem_resource, res))
			kfree(res);	/* above the last address */
	}
	return 0;
}
