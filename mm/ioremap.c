// SPDX-License-Identifier: MIT
/*
 * ioremap(): addresses for memory that belongs to a device. Document 003.
 *
 * An area like vmalloc()'s, in the same window, with no pages of its own: it maps
 * physical addresses that the machine's map does not call RAM. RAM has an address
 * already, perhaps with other caching, so it is refused. What is there is the machine's: see
 * QUARRY_PORT_IO_READ in quarry/host.h, and the devices of a port.
 *
 * I1  No ioremap() area maps RAM.
 *
 * Locking: see mm/vmap.c.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/report.h>
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

/* One mapping of two devices is a driver's mistake that works. */
static void check_span(phys_addr_t first, phys_addr_t last, const void *caller)
{
	struct resource res;
	char name[64];

	if (!resource_spanned(first, last, &res, name, sizeof(name)))
		return;
	pr_info("resource sanity check: requesting [mem %#010llx-%#010llx], which spans more than %s %pR\n",
		(unsigned long long)first, (unsigned long long)last, res.name, &res);
	pr_info("caller %pS mapping multiple BARs\n", caller);
}

static void __iomem *map_io(phys_addr_t phys, unsigned long size, unsigned int prot,
			    const void *caller)
{
	phys_addr_t first = phys & PAGE_MASK, last = phys + size - 1;
	struct vmap_request rq = {
		.kind = "ioremap area", .flags = VM_IOREMAP, .node = NUMA_NO_NODE,
		.gfp = GFP_KERNEL, .caller = caller,
	};
	struct vmap_record *rec;
	enum vmap_why why;
	int err;

	if (WARN(!size || last < phys || last >> QUARRY_PHYS_BITS,
		 "ioremap: bad range: 0x%llx, %lu bytes\n", (unsigned long long)phys, size))
		return NULL;
	if (WARN(in_interrupt(), "ioremap() in interrupt context\n"))
		return NULL;
	might_sleep();
	if (WARN(ram_in(phys, last + 1) != RAM_NONE, "ioremap on RAM at %pa - %pa\n", &phys, &last))
		return NULL;
	check_span(phys, last, caller);
	rq.size = PAGE_ALIGN(size + offset_in_page(phys));
	if (rq.size < size)		/* the last page of the addresses that a long has */
		return NULL;
	rq.align = io_align(rq.size);
	rec = vmap_area_get(&rq);
	if (!rec)
		return NULL;
	rec->requested = size + offset_in_page(phys);
	rec->vm.phys_addr = first;
	rec->mapped = rq.size >> PAGE_SHIFT;
	err = quarry_host_map((uintptr_t)rec->vm.addr, first, rec->mapped, prot);
	if (err == -ENOMEM) {	/* areas that wait to be unmapped take host mappings, too */
		vmap_purge(true);
		err = quarry_host_map((uintptr_t)rec->vm.addr, first, rec->mapped, prot);
	}
	if (!err) {
		vmap_area_ready(rec);
		return rec->vm.addr + offset_in_page(phys);
	}
	pr_err("ioremap: %pa, %lu bytes: %s (%d)\n", &phys, size,
	       err == -EINVAL ? "the machine has nothing there" : "the machine cannot map that", err);
	rec = vmap_area_unmake(rec->vm.addr, VMAP_NOW, 0, &why);
	vmap_area_put(rec);
	return NULL;
}

#define CALLER	__builtin_return_address(0)

void __iomem *ioremap(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, DEVICE, CALLER);
}
EXPORT_SYMBOL(ioremap);

/* What may be cached, or combined, need not be. */
void __iomem *ioremap_uc(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, DEVICE, CALLER);
}
EXPORT_SYMBOL(ioremap_uc);

void __iomem *ioremap_wc(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, DEVICE, CALLER);
}
EXPORT_SYMBOL(ioremap_wc);

void __iomem *ioremap_wt(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, DEVICE, CALLER);
}
EXPORT_SYMBOL(ioremap_wt);

void __iomem *ioremap_cache(resource_size_t phys, unsigned long size)
{
	return map_io(phys, size, CACHED, CALLER);
}
EXPORT_SYMBOL(ioremap_cache);

void __iomem *ioremap_np(resource_size_t phys, unsigned long size)
{
	return NULL;
}
EXPORT_SYMBOL(ioremap_np);

static void report_bad_unmap(const volatile void __iomem *addr, enum vmap_why why)
{
	unsigned long at = (unsigned long)addr;
	struct vm_struct *vm = find_vm_area((const void *)at);

	report_begin(REPORT_WARNING, "iounmap: bad address %px", (void *)at);
	if (why == VMAP_DYING)
		report_line("its area is being given back already");
	else if (vm && !(vm->flags & VM_IOREMAP))
		report_line("it lies in an area that is not from ioremap(), allocated by %pS",
			    vm->caller);
	else if (vm)
		report_line("it lies %lu bytes into an area of ioremap() called by %pS: not in its first page",
			    at - (unsigned long)vm->addr, vm->caller);
	else if (!vmalloc_describe(at))
		report_line("it is not from ioremap()");
	report_here();
	report_end();
}

static void unmap_io(const volatile void __iomem *addr, unsigned long site)
{
	void *start = (void *)((unsigned long)addr & PAGE_MASK);
	struct vm_struct *vm = find_vm_area(start);
	enum vmap_why why = VMAP_UNKNOWN;
	struct vmap_record *rec = NULL;

	might_sleep();
	if (vm && vm->addr == start && (vm->flags & VM_IOREMAP))
		rec = vmap_area_unmake(start, VMAP_NOW, site, &why);
	if (rec)
		vmap_area_put(rec);
	else
		report_bad_unmap(addr, why);
}

void iounmap(volatile void __iomem *addr)
{
	if (addr)
		unmap_io(addr, _RET_IP_);
}
EXPORT_SYMBOL(iounmap);

void *memremap(resource_size_t offset, size_t size, unsigned long flags)
{
	const unsigned long kinds = MEMREMAP_WB | MEMREMAP_WT | MEMREMAP_WC;
	phys_addr_t phys = offset;

	if (!(flags & kinds))
		return NULL;
	switch (ram_in(offset, offset + size)) {
	case RAM_ALL:
		if ((flags & MEMREMAP_WB) && offset + size <= machine.lowmem_end)
			return __va(offset);
		WARN(1, "memremap attempted on ram %pa size: %#lx: %s\n", &phys,
		     (unsigned long)size, flags & MEMREMAP_WB ? "it has no address" : "not cached");
		return NULL;
	case RAM_SOME:
		WARN(1, "memremap attempted on mixed range %pa size: %#lx\n", &phys,
		     (unsigned long)size);
		return NULL;
	default:
		return (void *)map_io(offset, size, flags & MEMREMAP_WB ? CACHED : DEVICE, CALLER);
	}
}
EXPORT_SYMBOL(memremap);

void memunmap(void *addr)
{
	if (is_vmalloc_addr(addr))
		unmap_io((void __iomem *)addr, _RET_IP_);
}
EXPORT_SYMBOL(memunmap);

void quarry_device_misused(const char *what)
{
	report_begin(REPORT_WARNING, "%s", what);
	report_here();
	report_end();
}
