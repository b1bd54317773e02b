// SPDX-License-Identifier: MIT
/*
 * vmalloc() and its like: page frames wherever they are, behind addresses that
 * are contiguous. Documents 000, 002, 003, 004.
 *
 * As document 004 has it: addresses first, then an array for the pages, then the
 * pages, then the mapping; whatever fails, all of it is undone. Pages come from
 * high memory if there is any, in blocks as large as the page allocator has at
 * hand (each block is split at once, so a page is a page), because a contiguous
 * run costs one mapping call instead of many.
 *
 * L1  Memory that the caller sees is mapped whole or not at all.
 * L2  vm_struct.pages has nr_pages entries, none NULL, once the area is returned.
 * L3  vfree() unmaps and flushes before it frees a page: no page is given to
 *     somebody else while the area still reaches it.
 *
 * Zeroing is done behind the mapping, not page by page: high memory would have to
 * be mapped for it a second time.
 *
 * Locking: none of its own; see mm/vmap.c. Page arrays up to a few pages come from
 * kmalloc(), larger ones from vmalloc() itself.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap.h"

#define CALLER	__builtin_return_address(0)

static atomic_long_t nr_vmalloc_pages;

unsigned long vmalloc_nr_pages(void)
{
	return atomic_long_read(&nr_vmalloc_pages);
}

/* Freeing. */

/* Only VM_ALLOC areas' pages are counted; those of VM_MAP_PUT_PAGES never were. */
static void free_page_array(struct vm_struct *vm)
{
	bool counted = vm->flags & VM_ALLOC;
	unsigned int i;

	for (i = 0; i < vm->nr_pages; i++) {
		if (counted)
			mod_node_page_state(page_pgdat(vm->pages[i]), NR_VMALLOC_PAGES, -1);
		__free_page(vm->pages[i]);
		if (!(i & 63))
			cond_resched();
	}
	if (counted)
		atomic_long_sub(vm->nr_pages, &nr_vmalloc_pages);
}

/* The second half of freeing: nobody finds the area any more. */
static void put_area(struct vmap_record *rec)
{
	struct vm_struct vm = rec->vm;

	/* vm.pages lives on until its pages are free. */
	vmap_area_put(rec);
	if (vm.flags & (VM_ALLOC | VM_MAP_PUT_PAGES))
		free_page_array(&vm);
	kvfree(vm.pages);
}

static void put_deferred(void)
{
	struct vmap_record *rec;

	if (likely(!vmap_any_deferred()))
		return;
	while ((rec = vmap_next_deferred()))
		put_area(rec);
}

void vm_unmap_aliases(void)
{
	might_sleep();
	put_deferred();
}
EXPORT_SYMBOL(vm_unmap_aliases);

static void report_bad_free(const char *what, const void *addr, enum vmap_why why)
{
	struct vm_struct *vm;

	if (why == VMAP_DYING)
		report_begin(REPORT_WARNING, "%s: double free of vm area (%px)", what, addr);
	else if (!PAGE_ALIGNED(addr))
		report_begin(REPORT_WARNING, "Trying to %s() bad address (%px)", what, addr);
	else
		report_begin(REPORT_WARNING, "Trying to %s() nonexistent vm area (%px)", what,
			     addr);
	vm = find_vm_area(addr);
	if (vm)
		report_line("it lies %lu bytes into an area allocated by %pS",
			    (unsigned long)addr - (unsigned long)vm->addr, vm->caller);
	else if (!vmalloc_describe((unsigned long)addr) && !slab_describe((unsigned long)addr) &&
		 virt_addr_valid(addr))
		report_line("it is an address of the direct map: not from vmalloc()");
	report_here();
	report_end();
}

static void free_area(const char *what, const void *addr, unsigned long site)
{
	struct vmap_record *rec;
	enum vmap_why why;

	if (unlikely(in_nmi())) {
		report_begin(REPORT_BUG, "%s() in NMI context", what);
		report_here();
		report_end();
		return;
	}
	if (unlikely(in_interrupt())) {
		if (!vmap_area_unmake(addr, true, site, &why))
			report_bad_free(what, addr, why);
		return;
	}
	might_sleep();
	put_deferred();
	rec = PAGE_ALIGNED(addr) ? vmap_area_unmake(addr, false, site, &why) : NULL;
	if (rec)
		put_area(rec);
	else
		report_bad_free(what, addr, PAGE_ALIGNED(addr) ? why : VMAP_UNKNOWN);
}

void vfree(const void *addr)
{
	if (addr)
		free_area("vfree", addr, _RET_IP_);
}
EXPORT_SYMBOL(vfree);

void vfree_atomic(const void *addr)
{
	enum vmap_why why;

	if (addr && !vmap_area_unmake(addr, true, _RET_IP_, &why))
		report_bad_free("vfree_atomic", addr, why);
}
EXPORT_SYMBOL(vfree_atomic);

void vunmap(const void *addr)
{
	if (addr)
		free_area("vunmap", addr, _RET_IP_);
}
EXPORT_SYMBOL(vunmap);

/* Allocating. */

/*
 * May this context make areas? Reports when not. One that must not sleep is told
 * so once, and goes on as what it is: a request that must not sleep.
 */
static bool context_allows(const char *what, gfp_t *gfp)
{
	if (unlikely(in_interrupt())) {
		report_begin(REPORT_BUG, "%s() in interrupt context", what);
		report_here();
		report_end();
		return false;
	}
	if (!gfpflags_allow_blocking(*gfp))
		return true;
	might_sleep();
	if (unlikely(!preemptible()))
		*gfp &= ~__GFP_DIRECT_RECLAIM;
	else
		put_deferred();
	return true;
}

static struct page **make_array(unsigned long nr, gfp_t gfp, int node)
{
	gfp_t array_gfp = (gfp & ~(__GFP_HIGHMEM | GFP_DMA | GFP_DMA32)) | __GFP_ZERO;
	size_t size = nr * sizeof(struct page *);

	if (size <= 8 * PAGE_SIZE || !gfpflags_allow_blocking(gfp))
		return kmalloc_node(size, array_gfp, node);
	return __vmalloc_node(size, PAGE_SIZE, array_gfp, node, CALLER);
}

/* Puts pages behind an area. On failure the area holds what there is, to be undone. */
static bool fill_area(struct vmap_record *rec, gfp_t gfp, gfp_t zone, int node, pgprot_t prot)
{
	unsigned int nr = get_vm_area_size(&rec->vm) >> PAGE_SHIFT, i;
	struct vm_struct *vm = &rec->vm;
	int err;

	vm->pages = make_array(nr, gfp, node);
	if (!vm->pages) {
		vmap_warn(gfp, "vmalloc error: size %lu, failed to allocated page array size %zu",
			  nr * PAGE_SIZE, nr * sizeof(struct page *));
		return false;
	}
	vm->nr_pages = vmap_get_pages(vm->pages, nr, node, (gfp & ~__GFP_ZERO) | zone,
				      &vm->page_order);
	atomic_long_add(vm->nr_pages, &nr_vmalloc_pages);
	for (i = 0; i < vm->nr_pages; i++)
		mod_node_page_state(page_pgdat(vm->pages[i]), NR_VMALLOC_PAGES, 1);
	if (vm->nr_pages < nr) {
		vmap_warn(gfp, "vmalloc error: size %lu, page order 0, failed to allocate pages",
			  nr * PAGE_SIZE);
		return false;
	}
	rec->mapped = nr;
	err = vmap_map_pages((unsigned long)vm->addr, vm->pages, nr, pgprot_val(prot));
	if (err) {
		vmap_warn(gfp, "vmalloc error: size %lu, failed to map pages: the machine has no room for more mappings (%d)",
			  nr * PAGE_SIZE, err);
		return false;
	}
	return true;
}

/* All of the family ends here. @zone: the zone modifier for the pages. */
static void *vmalloc_common(unsigned long size, unsigned long align, unsigned long lo,
			    unsigned long hi, gfp_t gfp, gfp_t zone, pgprot_t prot,
			    unsigned long vm_flags, int node, const void *caller)
{
	unsigned long bytes = PAGE_ALIGN(size);
	struct vmap_request rq = {
		.kind = "vmalloc area", .size = bytes, .align = max(align, PAGE_SIZE),
		.lo = lo, .hi = hi, .flags = vm_flags | VM_ALLOC, .node = node, .caller = caller,
	};
	struct vmap_record *rec;
	enum vmap_why why;
	void *addr;

	if (WARN_ONCE(!size, "vmalloc of 0 bytes, by %pS\n", caller))
		return NULL;
	if (!context_allows("vmalloc", &gfp))
		return NULL;
	if (bytes < size || bytes >> PAGE_SHIFT > totalram_pages()) {
		vmap_warn(gfp, "vmalloc error: size %lu, exceeds total pages", size);
		return NULL;
	}
	if (WARN(!is_power_of_2(rq.align), "vmalloc: alignment %lu is no power of two\n", align))
		return NULL;
	rq.gfp = gfp;
	for (;;) {
		rec = vmap_area_get(&rq);
		if (rec || !(gfp & __GFP_NOFAIL))
			break;
		schedule_timeout_uninterruptible(1);
	}
	if (!rec) {
		vmap_warn(gfp, "vmalloc error: size %lu, vm_struct allocation failed", bytes);
		return NULL;
	}
	rec->requested = size;
	addr = rec->vm.addr;
	if (!fill_area(rec, gfp, zone, node, prot)) {
		rec = vmap_area_unmake(addr, false, 0, &why);
		put_area(rec);
		return NULL;
	}
	if (gfp & __GFP_ZERO)
		memset(addr, 0, bytes);
	return addr;
}

/* High memory first, unless the caller wants a particular zone. */
static gfp_t usual_zone(gfp_t gfp)
{
	return gfp & (GFP_DMA | GFP_DMA32) ? 0 : __GFP_HIGHMEM;
}

void *__vmalloc_node_range(unsigned long size, unsigned long align, unsigned long start,
			   unsigned long end, gfp_t gfp, pgprot_t prot,
			   unsigned long vm_flags, int node, const void *caller)
{
	/* The whole window is no bound, which saves the search one. */
	if (start <= VMALLOC_START)
		start = 0;
	return vmalloc_common(size, align, start, end, gfp, usual_zone(gfp), prot, vm_flags, node,
			      caller);
}

void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp, int node,
		     const void *caller)
{
	return vmalloc_common(size, align, 0, 0, gfp, usual_zone(gfp), PAGE_KERNEL, 0, node,
			      caller);
}
EXPORT_SYMBOL(__vmalloc_node);

void *__vmalloc(unsigned long size, gfp_t gfp)
{
	return __vmalloc_node(size, 1, gfp, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(__vmalloc);

void *vmalloc(unsigned long size)
{
	return __vmalloc_node(size, 1, GFP_KERNEL, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vmalloc);

void *vzalloc(unsigned long size)
{
	return __vmalloc_node(size, 1, GFP_KERNEL | __GFP_ZERO, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vzalloc);

void *vmalloc_node(unsigned long size, int node)
{
	return __vmalloc_node(size, 1, GFP_KERNEL, node, CALLER);
}
EXPORT_SYMBOL(vmalloc_node);

void *vzalloc_node(unsigned long size, int node)
{
	return __vmalloc_node(size, 1, GFP_KERNEL | __GFP_ZERO, node, CALLER);
}
EXPORT_SYMBOL(vzalloc_node);

void *vmalloc_user(unsigned long size)
{
	return vmalloc_common(size, 1, 0, 0, GFP_KERNEL | __GFP_ZERO, __GFP_HIGHMEM, PAGE_KERNEL,
			      VM_USERMAP, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vmalloc_user);

void *vmalloc_huge(unsigned long size, gfp_t gfp)
{
	return vmalloc_common(size, size >= PMD_SIZE ? PMD_SIZE : 1, 0, 0, gfp, usual_zone(gfp),
			      PAGE_KERNEL, VM_ALLOW_HUGE_VMAP, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vmalloc_huge);

void *vmalloc_32(unsigned long size)
{
	return vmalloc_common(size, 1, 0, 0, GFP_KERNEL, __GFP_DMA32, PAGE_KERNEL, 0, NUMA_NO_NODE,
			      CALLER);
}
EXPORT_SYMBOL(vmalloc_32);

void *vmalloc_32_user(unsigned long size)
{
	return vmalloc_common(size, 1, 0, 0, GFP_KERNEL | __GFP_ZERO, __GFP_DMA32, PAGE_KERNEL,
			      VM_USERMAP, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vmalloc_32_user);

static void *array_common(size_t n, size_t size, gfp_t gfp, const void *caller)
{
	size_t bytes;

	if (check_mul_overflow(n, size, &bytes))
		return NULL;
	return __vmalloc_node(bytes, 1, gfp, NUMA_NO_NODE, caller);
}

void *__vmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return array_common(n, size, flags, CALLER);
}
EXPORT_SYMBOL(__vmalloc_array);

void *vmalloc_array(size_t n, size_t size)
{
	return array_common(n, size, GFP_KERNEL, CALLER);
}
EXPORT_SYMBOL(vmalloc_array);

void *__vcalloc(size_t n, size_t size, gfp_t flags)
{
	return array_common(n, size, flags | __GFP_ZERO, CALLER);
}
EXPORT_SYMBOL(__vcalloc);

void *vcalloc(size_t n, size_t size)
{
	return array_common(n, size, GFP_KERNEL | __GFP_ZERO, CALLER);
}
EXPORT_SYMBOL(vcalloc);

/* Mapping pages that are there. */

/* The area's own copy of @pages: vmalloc_to_page() has to know them. */
static struct page **copy_array(struct page **pages, unsigned int count, gfp_t gfp)
{
	struct page **copy = kvmalloc_array(count, sizeof(*copy), gfp);
	unsigned int i;

	for (i = 0; copy && i < count; i++) {
		if (WARN(!pages[i], "vmap: page %u is NULL\n", i)) {
			kvfree(copy);
			return NULL;
		}
		copy[i] = pages[i];
	}
	return copy;
}

static void *map_array(const char *kind, struct page **pages, unsigned int count,
		       unsigned long flags, pgprot_t prot, int node, const void *caller)
{
	struct vmap_request rq = {
		.kind = kind, .size = (unsigned long)count << PAGE_SHIFT, .align = PAGE_SIZE,
		.flags = flags, .node = node, .gfp = GFP_KERNEL, .caller = caller,
	};
	struct vmap_record *rec;
	enum vmap_why why;
	int err;

	if (!context_allows("vmap", &rq.gfp) || WARN_ON_ONCE(!count) ||
	    count > totalram_pages())
		return NULL;
	rec = vmap_area_get(&rq);
	if (!rec)
		return NULL;
	rec->vm.pages = copy_array(pages, count, rq.gfp);
	if (!rec->vm.pages)
		goto fail;
	rec->vm.nr_pages = count;
	rec->mapped = count;
	err = vmap_map_pages((unsigned long)rec->vm.addr, pages, count, pgprot_val(prot));
	if (err) {
		vmap_warn(GFP_KERNEL, "vmap error: %u pages, failed to map them: the machine has no room for more mappings (%d)",
			  count, err);
		goto fail;
	}
	if (flags & VM_MAP_PUT_PAGES)
		kvfree(pages);
	return rec->vm.addr;
fail:
	rec = vmap_area_unmake(rec->vm.addr, false, 0, &why);
	rec->vm.flags &= ~VM_MAP_PUT_PAGES;	/* they stay the caller's */
	put_area(rec);
	return NULL;
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	return map_array("vmap area", pages, count, flags | VM_MAP, prot, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vmap);

void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	return map_array("vm_map_ram area", pages, count, VM_MAP, PAGE_KERNEL, node, CALLER);
}
EXPORT_SYMBOL(vm_map_ram);

void vm_unmap_ram(const void *mem, unsigned int count)
{
	struct vm_struct *vm = find_vm_area(mem);

	if (WARN(vm && vm->addr == mem && vm->nr_pages != count,
		 "vm_unmap_ram(%px): %u pages, but %u are mapped\n", mem, count, vm->nr_pages))
		return;
	free_area("vm_unmap_ram", mem, _RET_IP_);
}
EXPORT_SYMBOL(vm_unmap_ram);

struct vm_struct *get_vm_area_caller(unsigned long size, unsigned long flags,
				     const void *caller)
{
	struct vmap_request rq = {
		.kind = "vm area", .size = PAGE_ALIGN(size), .align = PAGE_SIZE, .flags = flags,
		.node = NUMA_NO_NODE, .gfp = GFP_KERNEL, .caller = caller,
	};
	struct vmap_record *rec;

	if (!size || rq.size < size || !context_allows("get_vm_area", &rq.gfp))
		return NULL;
	rec = vmap_area_get(&rq);
	return rec ? &rec->vm : NULL;
}

struct vm_struct *get_vm_area(unsigned long size, unsigned long flags)
{
	return get_vm_area_caller(size, flags, CALLER);
}

void free_vm_area(struct vm_struct *area)
{
	free_area("free_vm_area", area->addr, _RET_IP_);
}
EXPORT_SYMBOL(free_vm_area);

int vmalloc_init(void)
{
	int err;

	atomic_long_set(&nr_vmalloc_pages, 0);
	err = vmap_init();
	return err ? err : resource_init();
}

void vmalloc_shutdown(void)
{
	vmap_shutdown();
	iomem_resource.child = NULL;
}
