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
 * L3  An area is unmapped and flushed before a page of it is freed: no page is given to
 *     somebody else while the area still reaches it. Areas wait for that together
 *     (mm/vmap_lazy.c), and their pages with them. Who unmaps pages that are not the area's,
 *     by vunmap() or vm_unmap_ram(), may free them at once: these areas do not wait.
 *
 * Zeroing is done behind the mapping, not page by page: high memory would have to
 * be mapped for it a second time.
 *
 * Of vmap() areas vm_struct.pages is NULL, as in Linux, unless the pages are theirs; what is
 * mapped is in vmap_record.pages.
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

/* Freeing. */

void vm_unmap_aliases(void)
{
	might_sleep();
	vmap_purge(true);
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

/* A report, and true, if the function must not be called where we are. */
static bool refuse(bool here, const char *what, const char *where)
{
	if (likely(!here))
		return false;
	report_begin(REPORT_BUG, "%s() in %s context", what, where);
	report_here();
	report_end();
	return true;
}

static __always_inline void free_area(const char *what, const void *addr, enum vmap_how how,
				      unsigned long site)
{
	struct vmap_record *rec;
	enum vmap_why why;

	rec = vmap_area_unmake(addr, how, site, &why);
	if (rec)
		vmap_area_put(rec);
	else if (unlikely(why != VMAP_FREED))
		report_bad_free(what, addr, why);
	if (how != VMAP_LATER)
		vmap_purge_due();
	else if (vmap_is_due())
		vmap_purge_soon();
}

static noinline void vfree_in_interrupt(const void *addr, unsigned long site)
{
	if (addr && !refuse(in_nmi(), "vfree", "NMI"))
		free_area("vfree", addr, VMAP_LATER, site);
}

void vfree(const void *addr)
{
	if (unlikely(in_interrupt()))
		return vfree_in_interrupt(addr, _RET_IP_);
	might_sleep();
	if (addr)
		free_area("vfree", addr, VMAP_LAZY, _RET_IP_);
}
EXPORT_SYMBOL(vfree);

void vfree_atomic(const void *addr)
{
	if (addr && !refuse(in_nmi(), "vfree_atomic", "NMI"))
		free_area("vfree_atomic", addr, VMAP_LATER, _RET_IP_);
}
EXPORT_SYMBOL(vfree_atomic);

/* Pages and array go back to whom they came from, even if vfree() was to free them. */
static void keep_pages(struct vmap_record *rec)
{
	if (rec->vm.flags & VM_ALLOC) {
		report_begin(REPORT_WARNING, "vunmap() of memory that vmalloc() allocated (%px)",
			     rec->vm.addr);
		report_line("allocated by %pS; vfree() is for that, and is done", rec->vm.caller);
		report_here();
		report_end();
	} else if (rec->vm.flags & VM_MAP_PUT_PAGES) {
		rec->vm.flags &= ~(unsigned long)VM_MAP_PUT_PAGES;
		rec->pages = NULL;
	}
}

void vunmap(const void *addr)
{
	struct vmap_record *rec;
	enum vmap_why why;

	if (refuse(in_interrupt(), "vunmap", "interrupt"))
		return;
	might_sleep();
	if (!addr)
		return;
	rec = vmap_area_unmake(addr, VMAP_NOW, _RET_IP_, &why);
	if (!rec)
		return report_bad_free("vunmap", addr, why);
	keep_pages(rec);
	vmap_area_put(rec);
	vmap_purge_due();
}
EXPORT_SYMBOL(vunmap);

/* Allocating. */

/*
 * May this context make areas? Reports when not. One that must not sleep is told
 * so once, and goes on as what it is: a request that must not sleep.
 */
static inline bool context_allows(const char *what, gfp_t *gfp)
{
	if (refuse(in_interrupt(), what, "interrupt"))
		return false;
	if (!gfpflags_allow_blocking(*gfp))
		return true;
	might_sleep();
	if (likely(preemptible()))
		vmap_purge_due();
	else
		*gfp &= ~__GFP_DIRECT_RECLAIM;
	return true;
}

static struct page **make_array(struct vmap_record *rec, unsigned long nr, gfp_t gfp, int node)
{
	gfp_t array_gfp = gfp & ~(__GFP_HIGHMEM | GFP_DMA | GFP_DMA32 | __GFP_ZERO);
	size_t size = nr * sizeof(struct page *);

	if (nr == 1)
		return &rec->single;
	if (size <= 8 * PAGE_SIZE || !gfpflags_allow_blocking(gfp))
		return node == NUMA_NO_NODE ? kmalloc(size, array_gfp) :
					      kmalloc_node(size, array_gfp, node);
	return __vmalloc_node(size, PAGE_SIZE, array_gfp, node, CALLER);
}

/*
 * Maps what the record says. Areas that wait to be unmapped take host mappings, too: without
 * them there may be enough. On failure all is unmapped by who undoes the area.
 */
static inline bool map_area(struct vmap_record *rec, unsigned int nr, pgprot_t prot, gfp_t gfp,
		     const char *what)
{
	unsigned long addr = rec->va.va_start;
	int err;

	rec->mapped = nr;
	if (nr == 1)
		err = quarry_host_map(addr, page_to_phys(rec->pages[0]), 1, pgprot_val(prot));
	else
		err = vmap_map_pages(addr, rec->pages, nr, pgprot_val(prot));
	if (likely(!err))
		return true;
	vmap_purge(gfpflags_allow_blocking(gfp));
	err = vmap_map_pages(addr, rec->pages, nr, pgprot_val(prot));
	if (err)
		vmap_warn(gfp, "%s error: size %lu, failed to map pages: the machine has no room for more mappings (%d)",
			  what, nr * PAGE_SIZE, err);
	return !err;
}

/* Pages for an area, one by one or many. Return: are there all? */
static bool get_pages(struct vmap_record *rec, unsigned int nr, const struct vmap_request *rq)
{
	gfp_t gfp = (rq->gfp & ~__GFP_ZERO) | rq->zone;
	struct vm_struct *vm = &rec->vm;

	if (nr > 1) {
		vm->nr_pages = vmap_get_pages(vm->pages, nr, rq->node, gfp, &vm->page_order);
	} else {
		rec->single = rq->node == NUMA_NO_NODE ? alloc_pages(gfp, 0) :
							 alloc_pages_node(rq->node, gfp, 0);
		vm->nr_pages = rec->single != NULL;
	}
	vmap_count_pages(vm->pages, vm->nr_pages, 1);
	return vm->nr_pages == nr;
}

/* Puts pages behind an area. On failure the area holds what there is, to be undone. */
static inline bool fill_area(struct vmap_record *rec, const struct vmap_request *rq)
{
	unsigned int nr = rq->size >> PAGE_SHIFT;

	rec->pages = rec->vm.pages = make_array(rec, nr, rq->gfp, rq->node);
	if (unlikely(!rec->pages)) {
		vmap_warn(rq->gfp, "vmalloc error: size %lu, failed to allocated page array size %zu",
			  nr * PAGE_SIZE, nr * sizeof(struct page *));
		return false;
	}
	if (unlikely(!get_pages(rec, nr, rq))) {
		vmap_warn(rq->gfp, "vmalloc error: size %lu, page order 0, failed to allocate pages",
			  rec->vm.nr_pages * PAGE_SIZE);
		return false;
	}
	return map_area(rec, nr, rq->prot, rq->gfp, "vmalloc");
}

/* An area that its maker gives up. */
static void undo_area(struct vmap_record *rec)
{
	enum vmap_why why;

	vmap_area_put(vmap_area_unmake(rec->vm.addr, rec->flags & VMAP_RAM ? VMAP_NOW_RAM :
				       VMAP_NOW, _RET_IP_, &why));
}

/* There were no addresses, or no memory. @size: as it was asked for, for the log. */
static noinline struct vmap_record *get_area_after_all(struct vmap_request *rq, unsigned long size)
{
	bool nofail = rq->gfp & __GFP_NOFAIL;
	struct vmap_record *rec = NULL;

	if ((rq->flags & VM_ALLOW_HUGE_VMAP) && rq->align > PAGE_SIZE) {
		rq->align = PAGE_SIZE;		/* the other was a wish */
		rec = vmap_area_get(rq);
	}
	while (!rec) {
		vmap_warn(rq->gfp, "vmalloc error: size %lu, vm_struct allocation failed%s", size,
			  nofail ? ". Retrying." : "");
		if (!nofail)
			break;
		schedule_timeout_uninterruptible(1);
		rec = vmap_area_get(rq);
	}
	return rec;
}

/* Is it something to allocate? Reports when not. */
static inline bool size_allows(unsigned long size, const struct vmap_request *rq)
{
	if (WARN_ONCE(!size, "vmalloc of 0 bytes, by %pS\n", rq->caller))
		return false;
	if (unlikely(rq->size < size || rq->size >> PAGE_SHIFT > totalram_pages())) {
		vmap_warn(rq->gfp, "vmalloc error: size %lu, exceeds total pages", size);
		return false;
	}
	return rq->align == PAGE_SIZE ||
	       !WARN(!is_power_of_2(rq->align), "vmalloc: alignment %lu is no power of two\n",
		     rq->align);
}

/* All of the family ends here. */
static void *vmalloc_common(unsigned long size, struct vmap_request *rq)
{
	struct vmap_record *rec;

	rq->kind = "vmalloc area";
	rq->size = PAGE_ALIGN(size);
	rq->flags |= VM_ALLOC;
	if (unlikely(!context_allows("vmalloc", &rq->gfp) || !size_allows(size, rq)))
		return NULL;
	rec = vmap_area_get(rq);
	if (unlikely(!rec))
		rec = get_area_after_all(rq, size);
	if (unlikely(!rec))
		return NULL;
	rec->requested = size;
	if (unlikely(!fill_area(rec, rq))) {
		undo_area(rec);
		return NULL;
	}
	if (rq->gfp & __GFP_ZERO)
		memset(rec->vm.addr, 0, rq->size);
	vmap_area_ready(rec);
	return rec->vm.addr;
}

/* High memory first, unless the caller wants a particular zone. */
static inline gfp_t usual_zone(gfp_t gfp)
{
	return gfp & (GFP_DMA | GFP_DMA32) ? 0 : __GFP_HIGHMEM;
}

/* An ordinary one: anywhere, for the kernel. */
static __always_inline void *vmalloc_plain(unsigned long size, gfp_t gfp, int node,
					   const void *caller)
{
	struct vmap_request rq = {
		.align = PAGE_SIZE, .gfp = gfp, .zone = usual_zone(gfp), .prot = PAGE_KERNEL,
		.node = node, .caller = caller,
	};

	return vmalloc_common(size, &rq);
}

void *__vmalloc_node_range(unsigned long size, unsigned long align, unsigned long start,
			   unsigned long end, gfp_t gfp, pgprot_t prot,
			   unsigned long vm_flags, int node, const void *caller)
{
	struct vmap_request rq = {
		.align = max(align, PAGE_SIZE), .hi = end, .flags = vm_flags, .gfp = gfp,
		.zone = usual_zone(gfp), .prot = prot, .node = node, .caller = caller,
		/* The whole window is no bound, which saves the search one. */
		.lo = start <= VMALLOC_START ? 0 : start,
	};

	return vmalloc_common(size, &rq);
}

void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp, int node,
		     const void *caller)
{
	struct vmap_request rq = {
		.align = max(align, PAGE_SIZE), .gfp = gfp, .zone = usual_zone(gfp),
		.prot = PAGE_KERNEL, .node = node, .caller = caller,
	};

	return vmalloc_common(size, &rq);
}
EXPORT_SYMBOL(__vmalloc_node);

void *__vmalloc(unsigned long size, gfp_t gfp)
{
	return vmalloc_plain(size, gfp, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(__vmalloc);

void *vmalloc(unsigned long size)
{
	return vmalloc_plain(size, GFP_KERNEL, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vmalloc);

void *vzalloc(unsigned long size)
{
	return vmalloc_plain(size, GFP_KERNEL | __GFP_ZERO, NUMA_NO_NODE, CALLER);
}
EXPORT_SYMBOL(vzalloc);

void *vmalloc_node(unsigned long size, int node)
{
	return vmalloc_plain(size, GFP_KERNEL, node, CALLER);
}
EXPORT_SYMBOL(vmalloc_node);

void *vzalloc_node(unsigned long size, int node)
{
	return vmalloc_plain(size, GFP_KERNEL | __GFP_ZERO, node, CALLER);
}
EXPORT_SYMBOL(vzalloc_node);

void *vmalloc_huge(unsigned long size, gfp_t gfp)
{
	struct vmap_request rq = {
		.align = size >= PMD_SIZE ? PMD_SIZE : PAGE_SIZE, .gfp = gfp,
		.flags = VM_ALLOW_HUGE_VMAP, .zone = usual_zone(gfp), .prot = PAGE_KERNEL,
		.node = NUMA_NO_NODE, .caller = CALLER,
	};

	return vmalloc_common(size, &rq);
}
EXPORT_SYMBOL(vmalloc_huge);

static __always_inline void *vmalloc_in(gfp_t zone, unsigned long size, gfp_t gfp,
					unsigned long flags, const void *caller)
{
	struct vmap_request rq = {
		.align = PAGE_SIZE, .flags = flags, .gfp = gfp, .zone = zone,
		.prot = PAGE_KERNEL, .node = NUMA_NO_NODE, .caller = caller,
	};

	return vmalloc_common(size, &rq);
}

void *vmalloc_user(unsigned long size)
{
	return vmalloc_in(__GFP_HIGHMEM, size, GFP_KERNEL | __GFP_ZERO, VM_USERMAP, CALLER);
}
EXPORT_SYMBOL(vmalloc_user);

void *vmalloc_32(unsigned long size)
{
	return vmalloc_in(__GFP_DMA32, size, GFP_KERNEL, 0, CALLER);
}
EXPORT_SYMBOL(vmalloc_32);

void *vmalloc_32_user(unsigned long size)
{
	return vmalloc_in(__GFP_DMA32, size, GFP_KERNEL | __GFP_ZERO, VM_USERMAP, CALLER);
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

	if (copy)
		memcpy(copy, pages, count * sizeof(*copy));
	return copy;
}

static bool all_there(struct page **pages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (WARN(!pages[i], "vmap: page %u is NULL\n", i))
			return false;
	return true;
}

static void *map_array(struct vmap_request *rq, struct page **pages, unsigned int count,
		       pgprot_t prot, const char *what)
{
	bool put = rq->flags & VM_MAP_PUT_PAGES;
	struct vmap_record *rec;

	if (!context_allows(what, &rq->gfp) || WARN_ON_ONCE(!count) ||
	    count > totalram_pages() || !all_there(pages, count))
		return NULL;
	if (WARN_ON_ONCE(rq->flags & VM_NO_GUARD))	/* it is its neighbour's, too */
		rq->flags &= ~VM_NO_GUARD;
	rq->size = (unsigned long)count << PAGE_SHIFT;
	rec = vmap_area_get(rq);
	if (!rec)
		return NULL;
	rec->pages = put ? pages : copy_array(pages, count, rq->gfp);
	if (!rec->pages || !map_area(rec, count, prot, rq->gfp, what)) {
		rec->pages = put ? NULL : rec->pages;	/* it stays the caller's */
		undo_area(rec);
		return NULL;
	}
	if (put) {
		rec->vm.pages = pages;
		rec->vm.nr_pages = count;
	}
	vmap_area_ready(rec);
	return rec->vm.addr;
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	struct vmap_request rq = {
		.kind = "vmap area", .align = PAGE_SIZE, .flags = flags | VM_MAP,
		.node = NUMA_NO_NODE, .gfp = GFP_KERNEL, .caller = CALLER,
	};

	return map_array(&rq, pages, count, prot, "vmap");
}
EXPORT_SYMBOL(vmap);

void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	struct vmap_request rq = {
		.kind = "vm_map_ram area", .align = PAGE_SIZE, .flags = VM_MAP,
		.record_flags = VMAP_RAM, .node = node, .gfp = GFP_KERNEL, .caller = CALLER,
	};

	if (vmap_debug || count > VMAP_BLOCK_MOST || !count)
		return map_array(&rq, pages, count, PAGE_KERNEL, "vm_map_ram");
	if (!context_allows("vm_map_ram", &rq.gfp) || !all_there(pages, count))
		return NULL;
	rq.prot = PAGE_KERNEL;
	return vmap_block_map(pages, count, &rq);
}
EXPORT_SYMBOL(vm_map_ram);

static void count_mapped(void *count, unsigned long lo, unsigned long hi)
{
	*(unsigned int *)count = (hi - lo) >> PAGE_SHIFT;
}

void vm_unmap_ram(const void *mem, unsigned int count)
{
	enum vmap_block_result result;
	unsigned int mapped = count;

	if (refuse(in_interrupt(), "vm_unmap_ram", "interrupt"))
		return;
	might_sleep();
	result = vmap_block_unmap(mem, count, &mapped);
	if (likely(result == VMAP_BLOCK_DONE))
		return;
	if (result == VMAP_BLOCK_UNKNOWN)
		return report_bad_free("vm_unmap_ram", mem, VMAP_UNKNOWN);
	if (result == VMAP_BLOCK_NONE)
		vmap_hold((unsigned long)mem, count_mapped, &mapped);
	if (WARN(mapped != count, "vm_unmap_ram(%px): %u pages, but %u are mapped\n", mem, count,
		 mapped))
		return;
	free_area("vm_unmap_ram", mem, VMAP_NOW_RAM, _RET_IP_);
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
	if (!rec)
		return NULL;
	vmap_area_ready(rec);
	return &rec->vm;
}

struct vm_struct *get_vm_area(unsigned long size, unsigned long flags)
{
	return get_vm_area_caller(size, flags, CALLER);
}
EXPORT_SYMBOL(get_vm_area);	/* not in Linux, which exports free_vm_area() alone */

void free_vm_area(struct vm_struct *area)
{
	might_sleep();
	free_area("free_vm_area", area->addr, VMAP_NOW, _RET_IP_);
}
EXPORT_SYMBOL(free_vm_area);

int vmalloc_init(void)
{
	int err = vmap_init();

	return err ? err : resource_init();
}

void vmalloc_shutdown(void)
{
	vmap_shutdown();
	resource_shutdown();
}
