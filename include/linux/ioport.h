/* SPDX-License-Identifier: MIT */
/* Who uses which physical addresses: the tree behind /proc/iomem. */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

/* Keys: R resource_lock */
struct resource {
	resource_size_t start, end;	/* C  bytes; the end is included */
	const char *name;
	unsigned long flags;		/* IORESOURCE_* */
	struct resource *parent, *sibling, *child;	/* R  siblings by address */
};

#define IORESOURCE_IO		0x00000100
#define IORESOURCE_MEM		0x00000200
#define IORESOURCE_EXCLUSIVE	0x08000000
#define IORESOURCE_BUSY		0x80000000

extern struct resource iomem_resource;

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

/** request_resource - hang a resource into the tree. Return: 0 or -EBUSY */
int request_resource(struct resource *root, struct resource *res);
/** release_resource - take it out again. Return: 0 or -EINVAL */
int release_resource(struct resource *res);
/**
 * request_mem_region - claim physical addresses for a driver
 * @start: first address; @n: bytes; @name: for /proc/iomem, kept by reference
 * Context: may sleep. Return: the claim, or NULL when somebody has it.
 */
#define request_mem_region(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), 0)
#define release_mem_region(start, n) \
	__release_region(&iomem_resource, (start), (n))
struct resource *__request_region(struct resource *parent, resource_size_t start,
				  resource_size_t n, const char *name, int flags);
void __release_region(struct resource *parent, resource_size_t start, resource_size_t n);

#endif
