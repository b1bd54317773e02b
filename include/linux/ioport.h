/* SPDX-License-Identifier: MIT */
/*
 * Who uses which physical addresses, and which I/O ports: the trees behind /proc/iomem
 * and /proc/ioports. Document 003. Bodies: mm/resource.c, mm/resource_tree.c
 *
 * There is no struct device yet, and so none of the devm_ functions.
 */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* Keys: C fixed while it is in a tree | R resource_lock */
struct resource {
	resource_size_t start, end;	/* C  the end is included */
	const char *name;		/* R  by reference */
	unsigned long flags;		/* C  IORESOURCE_* */
	unsigned long desc;		/* C  IORES_DESC_* */
	struct resource *parent, *sibling, *child;	/* R  siblings by address */
	uintptr_t quarry_site;		/* R  who put it into the tree, for reports */
};

/* What it is, and how. */
#define IORESOURCE_BITS		0x000000ff	/* each bus's own */
#define IORESOURCE_TYPE_BITS	0x00001f00
#define IORESOURCE_IO		0x00000100
#define IORESOURCE_MEM		0x00000200
#define IORESOURCE_REG		0x00000300
#define IORESOURCE_IRQ		0x00000400
#define IORESOURCE_DMA		0x00000800
#define IORESOURCE_BUS		0x00001000
#define IORESOURCE_PREFETCH	0x00002000
#define IORESOURCE_READONLY	0x00004000
#define IORESOURCE_CACHEABLE	0x00008000
#define IORESOURCE_RANGELENGTH	0x00010000
#define IORESOURCE_SHADOWABLE	0x00020000
#define IORESOURCE_SIZEALIGN	0x00040000
#define IORESOURCE_STARTALIGN	0x00080000
#define IORESOURCE_MEM_64	0x00100000
#define IORESOURCE_WINDOW	0x00200000
#define IORESOURCE_MUXED	0x00400000	/* who comes second waits */
#define IORESOURCE_EXT_TYPE_BITS 0x01000000
#define IORESOURCE_SYSRAM	0x01000000
#define IORESOURCE_SYSRAM_DRIVER_MANAGED 0x02000000
#define IORESOURCE_SYSRAM_MERGEABLE 0x04000000
#define IORESOURCE_EXCLUSIVE	0x08000000
#define IORESOURCE_DISABLED	0x10000000
#define IORESOURCE_UNSET	0x20000000
#define IORESOURCE_AUTO		0x40000000
#define IORESOURCE_BUSY		0x80000000	/* nobody gets a part of it */
#define IORESOURCE_SYSTEM_RAM	(IORESOURCE_MEM | IORESOURCE_SYSRAM)

enum {
	IORES_DESC_NONE,
	IORES_DESC_CRASH_KERNEL,
	IORES_DESC_ACPI_TABLES,
	IORES_DESC_ACPI_NV_STORAGE,
	IORES_DESC_PERSISTENT_MEMORY,
	IORES_DESC_PERSISTENT_MEMORY_LEGACY,
	IORES_DESC_DEVICE_PRIVATE_MEMORY,
	IORES_DESC_RESERVED,
	IORES_DESC_SOFT_RESERVED,
};

enum {
	REGION_INTERSECTS,
	REGION_DISJOINT,
	REGION_MIXED,
};

#define DEFINE_RES_NAMED(_start, _size, _name, _flags)			\
	(struct resource) {						\
		.start = (_start),					\
		.end = (_start) + (_size) - 1,				\
		.name = (_name),					\
		.flags = (_flags),					\
		.desc = IORES_DESC_NONE,				\
	}
#define DEFINE_RES_MEM_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED((_start), (_size), (_name), IORESOURCE_MEM)
#define DEFINE_RES_MEM(_start, _size)	DEFINE_RES_MEM_NAMED((_start), (_size), NULL)
#define DEFINE_RES_IO_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED((_start), (_size), (_name), IORESOURCE_IO)
#define DEFINE_RES_IO(_start, _size)	DEFINE_RES_IO_NAMED((_start), (_size), NULL)

/* The roots. */
extern struct resource iomem_resource, ioport_resource;

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & IORESOURCE_TYPE_BITS;
}

static inline unsigned long resource_ext_type(const struct resource *res)
{
	return res->flags & IORESOURCE_EXT_TYPE_BITS;
}

/** resource_contains - is @inner, of the same kind, nowhere outside @outer? */
static inline bool resource_contains(const struct resource *outer, const struct resource *inner)
{
	return resource_type(outer) == resource_type(inner) &&
	       !((outer->flags | inner->flags) & IORESOURCE_UNSET) &&
	       inner->start >= outer->start && inner->end <= outer->end;
}

static inline bool resource_overlaps(const struct resource *a, const struct resource *b)
{
	return a->start <= b->end && b->start <= a->end;
}

/** resource_intersection - what two have in common. Return: false: nothing. */
static inline bool resource_intersection(const struct resource *a, const struct resource *b,
					 struct resource *common)
{
	if (!resource_overlaps(a, b))
		return false;
	common->start = max(a->start, b->start);
	common->end = min(a->end, b->end);
	return true;
}

/** resource_union - two that overlap, as one. Return: false: they do not. */
static inline bool resource_union(const struct resource *a, const struct resource *b,
				  struct resource *both)
{
	if (!resource_overlaps(a, b))
		return false;
	both->start = min(a->start, b->start);
	both->end = max(a->end, b->end);
	return true;
}

/*
 * Trees of resources that the caller owns. Context: any, but no interrupt handler.
 */

/** request_resource - hang a resource below another. Return: 0; -EBUSY: something is there */
int request_resource(struct resource *root, struct resource *res);
/** request_resource_conflict - the same. Return: NULL, or what is there; @root: @res is outside */
struct resource *request_resource_conflict(struct resource *root, struct resource *res);
/** release_resource - take it out again, what is below it with it. Return: 0 or -EINVAL */
int release_resource(struct resource *res);
/**
 * insert_resource - hang a resource as deep as it goes; what fits into it comes below it
 * Return: 0; -EBUSY: something is partly inside, partly outside
 */
int insert_resource(struct resource *root, struct resource *res);
/** insert_resource_conflict - the same. Return: NULL, or what is in the way */
struct resource *insert_resource_conflict(struct resource *root, struct resource *res);
/** remove_resource - take it out; what is below it moves up. Return: 0 or -EINVAL */
int remove_resource(struct resource *res);
/** adjust_resource - move and resize it. Return: 0; -EBUSY: its surroundings do not allow that */
int adjust_resource(struct resource *res, resource_size_t start, resource_size_t size);
/**
 * allocate_resource - find room right below @root, the lowest, and hang a resource there
 * @size: addresses; @min, @max: none is outside; @align: of the first, a power of two
 * @alignf: NULL, or has the last word about where it begins; @alignf_data: for it
 * Return: 0 or -EBUSY
 */
int allocate_resource(struct resource *root, struct resource *res, resource_size_t size,
		      resource_size_t min, resource_size_t max, resource_size_t align,
		      resource_size_t (*alignf)(void *, const struct resource *,
						resource_size_t, resource_size_t),
		      void *alignf_data);
/** lookup_resource - what begins at @start, right below @root; NULL: nothing */
struct resource *lookup_resource(struct resource *root, resource_size_t start);
/**
 * region_intersects - what kind of memory is at @size bytes from @start on
 * @flags, @desc: the kind; IORES_DESC_NONE: any description
 * Return: REGION_INTERSECTS: that; REGION_MIXED: that, and something else;
 * REGION_DISJOINT: none of that
 */
int region_intersects(resource_size_t start, size_t size, unsigned long flags, unsigned long desc);

/*
 * Claims of drivers. Context: may sleep.
 */

/**
 * request_mem_region - claim physical addresses for a driver
 * @start: first address; @n: bytes; @name: for /proc/iomem, kept by reference
 * Return: the claim, or NULL: RAM, or somebody else has it.
 */
#define request_mem_region(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), 0)
#define request_mem_region_exclusive(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), IORESOURCE_EXCLUSIVE)
/** request_mem_region_muxed - if somebody has it who asked like this, too, wait */
#define request_mem_region_muxed(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), IORESOURCE_MUXED)
#define release_mem_region(start, n)	__release_region(&iomem_resource, (start), (n))
/** request_region - the same for I/O ports */
#define request_region(start, n, name) \
	__request_region(&ioport_resource, (start), (n), (name), 0)
#define request_muxed_region(start, n, name) \
	__request_region(&ioport_resource, (start), (n), (name), IORESOURCE_MUXED)
#define release_region(start, n)	__release_region(&ioport_resource, (start), (n))
#define rename_region(region, newname)	((void)((region)->name = (newname)))

struct resource *__request_region(struct resource *parent, resource_size_t start,
				  resource_size_t n, const char *name, int flags);
void __release_region(struct resource *parent, resource_size_t start, resource_size_t n);

/** iomem_is_exclusive - has a driver said that nobody else shall map the page? */
bool iomem_is_exclusive(u64 addr);

#endif
