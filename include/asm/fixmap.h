/* SPDX-License-Identifier: MIT */
/*
 * Fix-mapped addresses: indices that stand for addresses at the top of the map,
 * counted downwards. Document 004. They are constant for a machine: the port
 * says where the window lies.
 */
#ifndef _ASM_FIXMAP_H
#define _ASM_FIXMAP_H

#include <asm/page.h>
#include <asm/kmap_types.h>

#define FIX_DEVICES	8

enum fixed_addresses {
	FIX_HOLE,		/* never mapped: a guard at the very top */
	FIX_DEVICE_BEGIN,	/* a page each for whoever sets it first */
	FIX_DEVICE_END = FIX_DEVICE_BEGIN + FIX_DEVICES - 1,
	FIX_KMAP_BEGIN,		/* from here down: slots per CPU, mm/kmap_local.c */
};

/*
 * What the short ways of kmap compare with, side by side: one address for the
 * compiler to find. Keys: C fixed by kmap_init(); 0 before it, which sends everybody
 * the long way.
 */
struct kmap_bounds {
	unsigned long high_start;	/* C  first descriptor of high memory */
	unsigned long bias;		/* C  linux/highmem-internal.h */
	unsigned long fixaddr_start;	/* C  lowest address in use */
};

extern struct kmap_bounds kmap_bounds;
extern unsigned long fixaddr_top;	/* C  address of index 0 */
extern unsigned long fixaddr_size;	/* C  bytes from the lowest address to the end */

#define FIXADDR_TOP	fixaddr_top
#define FIXADDR_START	kmap_bounds.fixaddr_start
#define FIXADDR_SIZE	fixaddr_size

#define fix_to_virt(idx)	(FIXADDR_TOP - ((unsigned long)(idx) << PAGE_SHIFT))
#define virt_to_fix(vaddr)	((FIXADDR_TOP - ((unsigned long)(vaddr) & PAGE_MASK)) >> PAGE_SHIFT)

/**
 * __set_fixmap - map one of the device indices
 * @idx: FIX_DEVICE_BEGIN to FIX_DEVICE_END
 * @phys: page-aligned; @prot: 0 bits unmap
 * Context: any that may do a cross call. Return: 0 or a negative errno.
 */
int __set_fixmap(enum fixed_addresses idx, phys_addr_t phys, pgprot_t prot);
#define set_fixmap(idx, phys)		__set_fixmap(idx, phys, PAGE_KERNEL)
#define set_fixmap_nocache(idx, phys)	__set_fixmap(idx, phys, PAGE_KERNEL_NOCACHE)
#define clear_fixmap(idx)		__set_fixmap(idx, 0, PAGE_NONE)

#endif
