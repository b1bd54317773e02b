// SPDX-License-Identifier: MIT
/*
 * Who uses which physical addresses, and which I/O ports. Document 003.
 *
 * What is in the machine's memory map comes first; drivers claim parts of what is there,
 * or of holes. /proc/iomem prints that tree, /proc/ioports the other one, which is empty
 * until somebody claims ports.
 *
 * C1  RAM, and what firmware keeps for itself, is busy: nobody can claim a part of it. What
 *     is reserved above 1 MiB, and devices' ranges, are not.
 * C2  A claim is busy, and made here; so releasing it frees it.
 *
 * Locking: resource_lock. Who releases a range may free its name: what is printed is
 * a copy made under the lock.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "mm/internal.h"
#include "mm/resource.h"

#define IO_SPACE_LIMIT	0xffff	/* the last port */
#define MAX_LEVEL	5	/* deeper ones are not indented further */

struct resource iomem_resource, ioport_resource;
EXPORT_SYMBOL(iomem_resource);
EXPORT_SYMBOL(ioport_resource);

static DECLARE_WAIT_QUEUE_HEAD(muxed_wait);	/* for claims that others gave up */

/* Claims. */

/* Puts a claim as deep into what is not busy as it goes. Return: NULL, or who has it. */
static struct resource *claim_locked(struct resource *parent, struct resource *res)
{
	struct resource *conflict;

	while ((conflict = resource_insert_locked(parent, res))) {
		if (conflict == parent || (conflict->flags & IORESOURCE_BUSY))
			break;
		parent = conflict;
	}
	return conflict;
}

/* The same, and waits if whoever has it asked for it as one of several who take turns. */
static struct resource *claim(struct resource *parent, struct resource *res)
{
	DECLARE_WAITQUEUE(wait, current);
	struct resource *conflict;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&resource_lock, flags);
		conflict = claim_locked(parent, res);
		if (!conflict || !(conflict->flags & res->flags & IORESOURCE_MUXED))
			break;
		add_wait_queue(&muxed_wait, &wait);
		set_current_state(TASK_UNINTERRUPTIBLE);
		spin_unlock_irqrestore(&resource_lock, flags);
		schedule();
		remove_wait_queue(&muxed_wait, &wait);
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return conflict;
}

struct resource *__request_region(struct resource *parent, resource_size_t start,
				  resource_size_t n, const char *name, int flags)
{
	struct resource *res;

	might_sleep();
	if (!n)
		return NULL;
	res = kzalloc(sizeof(*res), GFP_KERNEL);
	if (!res)
		return NULL;
	res->name = name;
	res->start = start;
	res->end = start + n - 1;
	res->flags = resource_type(parent) | resource_ext_type(parent) | IORESOURCE_BUSY |
		     (unsigned int)flags;
	res->quarry_site = _RET_IP_;
	if (!claim(parent, res))
		return res;
	kfree(res);
	return NULL;
}
EXPORT_SYMBOL(__request_region);

/* C2: the busy one of exactly these addresses. */
static struct resource *find_claim(struct resource *parent, resource_size_t start,
				   resource_size_t end)
{
	struct resource *res = parent->child;

	while (res) {
		if (start < res->start || end > res->end)
			res = res->sibling;
		else if (!(res->flags & IORESOURCE_BUSY))
			res = res->child;
		else
			return res->start == start && res->end == end ? res : NULL;
	}
	return NULL;
}

void __release_region(struct resource *parent, resource_size_t start, resource_size_t n)
{
	resource_size_t end = start + n - 1;
	struct resource *res;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	res = find_claim(parent, start, end);
	if (res)
		resource_remove_locked(res);
	spin_unlock_irqrestore(&resource_lock, flags);
	if (!res) {
		pr_warn("Trying to free nonexistent resource <%016llx-%016llx>\n",
			(unsigned long long)start, (unsigned long long)end);
		return;
	}
	if (res->flags & IORESOURCE_MUXED)
		wake_up(&muxed_wait);
	kfree(res);
}
EXPORT_SYMBOL(__release_region);

/* Questions. */

int region_intersects(resource_size_t start, size_t size, unsigned long flags, unsigned long desc)
{
	resource_size_t end = start + size - 1, found = 0;
	const struct resource *res;
	unsigned long irq;
	bool other = false;

	spin_lock_irqsave(&resource_lock, irq);
	for (res = iomem_resource.child; res; res = res->sibling) {
		if (res->start > end || res->end < start)
			continue;
		if ((res->flags & flags) == flags &&
		    (desc == IORES_DESC_NONE || desc == res->desc))
			found += min(end, res->end) - max(start, res->start) + 1;
		else
			other = true;
	}
	spin_unlock_irqrestore(&resource_lock, irq);
	return !found ? REGION_DISJOINT : other ? REGION_MIXED : REGION_INTERSECTS;
}
EXPORT_SYMBOL(region_intersects);

bool iomem_is_exclusive(u64 addr)
{
	resource_size_t start = addr & PAGE_MASK, end = start + PAGE_SIZE - 1;
	const unsigned long mine = IORESOURCE_BUSY | IORESOURCE_EXCLUSIVE;
	struct resource *res;
	unsigned int depth = 0;
	unsigned long flags;
	bool exclusive = false;

	spin_lock_irqsave(&resource_lock, flags);
	for (res = iomem_resource.child; res && !exclusive;
	     res = resource_next(&iomem_resource, res, &depth))
		exclusive = res->start <= end && res->end >= start &&
			    (res->flags & mine) == mine;
	spin_unlock_irqrestore(&resource_lock, flags);
	return exclusive;
}
EXPORT_SYMBOL(iomem_is_exclusive);

/* By whole pages: who maps a page of registers gets what else is in it, too. */
bool resource_spanned(u64 first, u64 last, struct resource *copy, char *name, size_t size)
{
	struct resource *res;
	unsigned int depth = 0;
	unsigned long flags;

	spin_lock_irqsave(&resource_lock, flags);
	for (res = iomem_resource.child; res; res = resource_next(&iomem_resource, res, &depth)) {
		if (res->start > last || res->end < first || (res->flags & IORESOURCE_BUSY))
			continue;
		if (PHYS_PFN(res->start) <= PHYS_PFN(first) && PHYS_PFN(res->end) >= PHYS_PFN(last))
			continue;
		*copy = *res;
		strscpy(name, res->name ? res->name : "<BAD>", size);
		copy->name = name;
		break;
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return res != NULL;
}

/* The views. */

static const char *range_name(const struct quarry_range *r)
{
	if (r->name)
		return r->name;
	switch (r->type) {
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

/* A line of a view, or what is held. */
struct line {
	resource_size_t start, end;
	unsigned int depth;
	uintptr_t site;
	char name[96];
};

/* Copies the @n-th entry, in the order in which the tree is printed. */
static bool nth_entry(struct resource *root, unsigned int n, struct line *copy)
{
	struct resource *res;
	unsigned long flags;

	copy->depth = 0;
	spin_lock_irqsave(&resource_lock, flags);
	for (res = root->child; res && n--; )
		res = resource_next(root, res, &copy->depth);
	if (res) {
		copy->start = res->start;
		copy->end = res->end;
		copy->site = res->quarry_site;
		strscpy(copy->name, res->name ? res->name : "<BAD>", sizeof(copy->name));
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return res != NULL;
}

static int show(struct seq_file *m, struct resource *root)
{
	int width = root->end < 0x10000 ? 4 : 8;
	struct line l;
	unsigned int n;

	for (n = 0; nth_entry(root, n, &l); n++)
		seq_printf(m, "%*s%0*llx-%0*llx : %s\n", min_t(int, l.depth, MAX_LEVEL) * 2, "",
			   width, (unsigned long long)l.start,
			   width, (unsigned long long)l.end, l.name);
	return 0;
}

int iomem_show(struct seq_file *m)
{
	return show(m, &iomem_resource);
}

int ioports_show(struct seq_file *m)
{
	return show(m, &ioport_resource);
}

/* Who holds what. */

static void tree_holdings(struct holdings *hs, struct resource *root, const char *kind)
{
	struct quarry_holding h = { .kind = kind };
	struct line l;
	unsigned int n;

	for (n = 0; nth_entry(root, n, &l); n++) {
		h.detail = l.name;
		h.address = (uintptr_t)l.start;
		h.size = (size_t)(l.end - l.start + 1);
		h.site = l.site;
		holding(hs, &h);
	}
}

void resource_holdings(struct holdings *hs)
{
	tree_holdings(hs, &iomem_resource, "I/O memory region");
	tree_holdings(hs, &ioport_resource, "I/O port region");
}

unsigned int resource_validate(void)
{
	return resource_tree_validate(&iomem_resource) + resource_tree_validate(&ioport_resource);
}

/* C1 */
static bool is_busy(const struct quarry_range *r)
{
	switch (r->type) {
	case QUARRY_RAM:
	case QUARRY_ACPI:
	case QUARRY_NVS:
	case QUARRY_UNUSABLE:
		return true;
	case QUARRY_RESERVED:
		return r->start < SZ_1M;
	default:
		return false;
	}
}

static unsigned long range_desc(enum quarry_range_type type)
{
	switch (type) {
	case QUARRY_RESERVED:	return IORES_DESC_RESERVED;
	case QUARRY_ACPI:	return IORES_DESC_ACPI_TABLES;
	case QUARRY_NVS:	return IORES_DESC_ACPI_NV_STORAGE;
	case QUARRY_PERSISTENT:	return IORES_DESC_PERSISTENT_MEMORY;
	default:		return IORES_DESC_NONE;
	}
}

/** resource_init - the trees of the memory map. Context: boot, after slab_init(). */
int resource_init(void)
{
	struct resource *res, *last = NULL;
	unsigned int i;

	init_waitqueue_head(&muxed_wait);
	iomem_resource = DEFINE_RES_MEM_NAMED(0, 1ull << QUARRY_PHYS_BITS, "PCI mem");
	ioport_resource = DEFINE_RES_IO_NAMED(0, IO_SPACE_LIMIT + 1, "PCI IO");
	for (i = 0; i < memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);

		/* The map is cut where a node ends; addresses are not. */
		if (last && r->type == QUARRY_RAM && last->flags & IORESOURCE_SYSRAM &&
		    last->end + 1 == r->start) {
			last->end = r->end - 1;
			continue;
		}
		res = kzalloc(sizeof(*res), GFP_KERNEL);
		if (!res)
			return -ENOMEM;
		res->name = range_name(r);
		res->start = r->start;
		res->end = r->end - 1;
		res->flags = r->type == QUARRY_RAM ? IORESOURCE_SYSTEM_RAM : IORESOURCE_MEM;
		res->flags |= is_busy(r) ? IORESOURCE_BUSY : 0;
		res->desc = range_desc(r->type);
		if (request_resource(&iomem_resource, res))
			kfree(res);	/* above the last address */
		else
			(last = res)->quarry_site = 0;	/* nobody's who could forget it */
	}
	return 0;
}

/** resource_shutdown - forget all; the memory goes with the slab layer */
void resource_shutdown(void)
{
	iomem_resource.child = ioport_resource.child = NULL;
}
