// SPDX-License-Identifier: MIT
/*
 * ioremap(): addresses for memory that belongs to a device. Document 003.
 *
 * An area like vmalloc()'s, in the same window, with no pages of its own: it maps
 * physical addresses that the machine's map does not call RAM. RAM has an address
 * already, perhaps with other caching, so it is refused.
 *
 * I1  No ioremap() area maps RAM.
 *
 * Locking: see mm/vmap.c.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap.h"

#define DEVICE		(QUARRY_PROT_READ | QUARRY_PROT_WRITE | QUARRY_PROT_NOCACHE)
#define CACHED		(QUARRY_PROT_READ | QUARRY_PROT_WRITE)

/* How much of [start, end) is RAM: none, some, all. */
static enum { RAM_NONE, RAM_SOME, RAM_ALL } ram_in(phys_addr_t start, phys_addr_t end)
{
	phys_addr_t bytes = 0;
	unsigned int i;

	for (i = 0; i < memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);

		if (r->type == QUARRY_RAM && r->start < end && r->end > start)
			bytes += min_t(u64, r->end, end) - max_t(u64, r->start, start);
	}
	return !bytes ? RAM_NONE : bytes == end - start ? RAM_ALL : RAM_SOME;
}

/* Large devices get addresses that large mappings could use. */
static unsigned long io_align(unsigned long size)
{
	unsigned int shift = min_t(unsigned int, fls_long(size - 1), IOREMAP_MAX_ORDER);

	return 1ul << max_t(unsigned int, shift, PAGE_SHIFT);
}

static void __iomem *map_io(phys_addr_t phys, unsigned long size, unsigned int prot,
			    const void *caller)
{
	phys_addr_t first = phys & PAGE_MASK, end;
	struct vmap_request rq = {
		.kind = "ioremap area", .flags = VM_IOREMAP, .node = NUMA_NO_NODE,
		.gfp = GFP_KERNEL, .caller = caller,
	};
	struct vmap_record *rec;
	enum vmap_why why;
	int err;

	end = phys + size;
	if (WARN(!size || end <= phys || (end - 1) >> QUARRY_PHYS_BITS,
		 "ioremap: bad range: 0x%llx, %lu bytes\n", phys, size))
		return NULL;
	if (WARN(in_interrupt(), "ioremap() in interrupt context\n"))
		return NULL;
	might_sleep();
	if (WARN(ram_in(phys, end) != RAM_NONE, "ioremap on RAM at 0x%llx - 0x%llx\n", phys,
		 end - 1))
		return NULL;
	rq.size = PAGE_ALIGN(size + offset_in_page(phys));
	rq.align = io_align(rq.size);
	rec = vmap_area_get(&rq);
	if (!rec)
		return NULL;
	rec->requested = size;
	rec->vm.phys_addr = first;
	rec->mapped = rq.size >> PAGE_SHIFT;
	err = quarry_host_map((uintptr_t)rec->vm.addr, first, rec->mapped, prot);
	if (!err) {
		vmap_area_ready(rec);
		return rec->vm.addr + offset_in_page(phys);
	}
	pr_err("ioremap: 0x%llx, %lu bytes: the machine cannot map that (%d)\n", phys, size, err);
	rec = vmap_area_unmake(rec->vm.addr, VMAP_NOW, 0, &why);
	vmap_area_put(rec);
	return NULL;
}

void __iomem *ioremap(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, DEVICE, __builtin_return_address(0));
}
EXPORT_SYMBOL(ioremap);

void __iomem *ioremap_cache(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, CACHED, __builtin_return_address(0));
}
EXPORT_SYMBOL(ioremap_cache);

void iounmap(volatile void __iomem *addr)
{
	void *start = (void *)((unsigned long)addr & PAGE_MASK);
	struct vm_struct *vm = find_vm_area(start);
	struct vmap_record *rec;
	enum vmap_why why;

	if (!addr)
		return;
	might_sleep();
	if (WARN(!vm || vm->addr != start || !(vm->flags & VM_IOREMAP),
		 "iounmap(%px): no ioremap area begins there\n", addr))
		return;
	rec = vmap_area_unmake(start, VMAP_NOW, _RET_IP_, &why);
	if (rec)
		vmap_area_put(rec);
}
EXPORT_SYMBOL(iounmap);

void *memremap(resource_size_t offset, size_t size, unsigned long flags)
{
	switch (ram_in(offset, offset + size)) {
	case RAM_ALL:
		if (offset + size <= machine.lowmem_end)
			return __va(offset);
		fallthrough;
	case RAM_SOME:
		WARN(1, "memremap of RAM that has no address: 0x%llx, %zu bytes\n", offset, size);
		return NULL;
	default:
		return flags & MEMREMAP_WB ? (void *)map_io(offset, size, CACHED,
							    __builtin_return_address(0)) : NULL;
	}
}
EXPORT_SYMBOL(memremap);

void memunmap(void *addr)
{
	if (is_vmalloc_addr(addr))
		iounmap(addr);
}
EXPORT_SYMBOL(memunmap);
