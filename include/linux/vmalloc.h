/* SPDX-License-Identifier: MIT */
/*
 * Areas that are contiguous in virtual memory only. Documents 000, 002, 003, 004
 * (table 8-13: struct vm_struct).
 */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>
#include <linux/gfp_types.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/init.h>
#include <asm/page.h>
#include <asm/pgtable.h>

struct page;

/* vm_struct.flags */
#define VM_IOREMAP		0x00000001 /* ioremap() and friends */
#define VM_ALLOC		0x00000002 /* vmalloc() */
#define VM_MAP			0x00000004 /* vmap()ed pages */
#define VM_USERMAP		0x00000008 /* may be mapped into user space */
#define VM_UNINITIALIZED	0x00000020 /* the pages are not there yet */
#define VM_NO_GUARD		0x00000040 /* no guard page behind it */
#define VM_MAP_PUT_PAGES	0x00000200 /* vfree() frees pages and array */
#define VM_ALLOW_HUGE_VMAP	0x00000400 /* align so that huge pages fit */

#define IOREMAP_MAX_ORDER	(7 + PAGE_SHIFT)

/* Keys: V vmap_lock | C fixed once the area is made */
struct vm_struct {
	struct vm_struct *next;		/* V  by address */
	void *addr;			/* C  first byte */
	unsigned long size;		/* C  bytes, the guard page included */
	unsigned long flags;		/* C  VM_* */
	struct page **pages;		/* C  nr_pages of them; NULL for ioremap */
	unsigned int page_order;	/* C  blocks the pages were taken in, at most */
	unsigned int nr_pages;		/* C */
	phys_addr_t phys_addr;		/* C  0 unless it is a device's memory */
	const void *caller;		/* C  who asked for it */
};

/* A range of addresses in use, and what is free before it (mm/vmap_area.c). */
struct vmap_area {
	unsigned long va_start, va_end;
	struct rb_node rb_node;			/* by address */
	struct list_head list;			/* the same */
	unsigned long gap;			/* free bytes before it */
	unsigned long subtree_max_size;		/* the largest gap from here down the tree */
	struct vm_struct *vm;
};

/**
 * vmalloc - memory that is contiguous in virtual addresses only
 * @size: bytes; rounded up to pages
 * Context: process context; may sleep.
 * Return: the area's first byte, or NULL (reported in the log).
 */
void *vmalloc(unsigned long size) __alloc_size(1);
/** vzalloc - vmalloc() filled with zeros */
void *vzalloc(unsigned long size) __alloc_size(1);
/** vmalloc_user - zeroed, and fit to be mapped into user space */
void *vmalloc_user(unsigned long size) __alloc_size(1);
void *vmalloc_node(unsigned long size, int node) __alloc_size(1);
void *vzalloc_node(unsigned long size, int node) __alloc_size(1);
/** vmalloc_32 - all pages below 4 GiB of physical memory */
void *vmalloc_32(unsigned long size) __alloc_size(1);
void *vmalloc_32_user(unsigned long size) __alloc_size(1);
/**
 * vmalloc_huge - aligned to PMD_SIZE when it is at least that large, if there is room so
 * Pages come in blocks of up to 4 MiB, as vmalloc()'s do, and each block is one mapping of
 * the port's, which may then use larger pages. Hosted, what it uses is the host's affair.
 */
void *vmalloc_huge(unsigned long size, gfp_t gfp_mask) __alloc_size(1);
void *__vmalloc(unsigned long size, gfp_t gfp_mask) __alloc_size(1);
/** __vmalloc_node - @align bytes, a power of two; @node or NUMA_NO_NODE; @caller for views */
void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp_mask,
		     int node, const void *caller) __alloc_size(1);
void *__vmalloc_node_range(unsigned long size, unsigned long align,
			   unsigned long start, unsigned long end, gfp_t gfp_mask,
			   pgprot_t prot, unsigned long vm_flags, int node,
			   const void *caller) __alloc_size(1);
void *vmalloc_array(size_t n, size_t size);
void *__vmalloc_array(size_t n, size_t size, gfp_t flags);
void *vcalloc(size_t n, size_t size);
void *__vcalloc(size_t n, size_t size, gfp_t flags);

/**
 * vfree - free what vmalloc() or its like returned
 * @addr: its result, or NULL
 *
 * The area may stay mapped, and its pages allocated, for a while, until it is unmapped with
 * others: vm_unmap_aliases(). With debug_vmalloc=on it is gone at once.
 * Context: any but NMI; may sleep. In interrupt context unmapping is left to a work, or to who
 * calls vmalloc(), vfree() or their like before.
 */
void vfree(const void *addr);
/** vfree_atomic - vfree() that always puts the work off. Context: any but NMI. */
void vfree_atomic(const void *addr);

/**
 * vmap - map any set of pages one behind the other
 * @pages: the pages; with VM_MAP_PUT_PAGES both they and the array (from
 *	kvmalloc()) belong to the area, and vfree() frees them
 * @count: how many
 * @flags: VM_*
 * Context: may sleep. Return: the first byte or NULL.
 */
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
/**
 * vunmap - undo vmap(): nobody reaches the pages by it any more; they stay allocated
 * Context: process; may sleep.
 */
void vunmap(const void *addr);
/** vm_map_ram - vmap() of pages for a short time; @node: for the records */
void *vm_map_ram(struct page **pages, unsigned int count, int node);
/** vm_unmap_ram - undo vm_map_ram(); @count as given there */
void vm_unmap_ram(const void *mem, unsigned int count);
/** vm_unmap_aliases - what vfree() was told before is unmapped and free. May sleep. */
void vm_unmap_aliases(void);

/** get_vm_area - addresses with nothing behind them. Context: may sleep. */
struct vm_struct *get_vm_area(unsigned long size, unsigned long flags);
struct vm_struct *get_vm_area_caller(unsigned long size, unsigned long flags,
				     const void *caller);
/** free_vm_area - give back what get_vm_area() returned. Pages that are mapped there stay their
 *  owner's; those of vmalloc() have none other, so that is reported, and they are freed. */
void free_vm_area(struct vm_struct *area);
/** find_vm_area - the area that an address is in, but for vm_map_ram()'s; or NULL */
struct vm_struct *find_vm_area(const void *addr);
/** get_vm_area_size - bytes of an area without its guard page */
static inline size_t get_vm_area_size(const struct vm_struct *area)
{
	return area->flags & VM_NO_GUARD ? area->size : area->size - PAGE_SIZE;
}

bool is_vmalloc_addr(const void *x);
#define is_vmalloc_or_module_addr(x)	is_vmalloc_addr(x)
/** vmalloc_to_page - the page behind an address in an area, or NULL */
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);
/** vmalloc_nr_pages - pages that vmalloc() has in use; those freed are not */
unsigned long vmalloc_nr_pages(void);

#define VMALLOC_TOTAL	(VMALLOC_END - VMALLOC_START)

#endif
