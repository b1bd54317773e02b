/* SPDX-License-Identifier: MIT */
/*
 * Pages, and the direct map: low memory's physical address 0 is at PAGE_OFFSET.
 * Where the regions lie is the machine's choice, so the bases are variables.
 */
#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H

#include <linux/types.h>
#include <quarry/config.h>

#define PAGE_SHIFT	QUARRY_PAGE_SHIFT
#ifdef __ASSEMBLY__
#define PAGE_SIZE	4096
#else
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#endif
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PMD_SHIFT	21
#define PMD_SIZE	(1UL << PMD_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))

#if __SIZEOF_LONG__ == 8
#define THREAD_SIZE_ORDER	2
#else
#define THREAD_SIZE_ORDER	1
#endif
#define THREAD_SIZE		(PAGE_SIZE << THREAD_SIZE_ORDER)
#define THREAD_ALIGN		THREAD_SIZE

#define MAX_PHYSMEM_BITS	QUARRY_PHYS_BITS
#define SECTION_SIZE_BITS	27

/* Keys: C fixed at boot */
extern unsigned long page_offset_base;	/* C  virtual address of physical 0 */
extern unsigned long vmalloc_base;	/* C  first address for vmalloc() */
extern unsigned long vmalloc_end;	/* C  end of the addresses for vmalloc() */
extern unsigned long vmemmap_base;	/* C  address of frame 0's struct page */
extern unsigned long max_pfn;		/* C  end of memory, in frames */
extern unsigned long max_low_pfn;	/* C  end of the direct map, in frames */
extern unsigned long min_low_pfn;	/* C  first frame of memory */
extern void *high_memory;		/* C  end of the direct map */

#define PAGE_OFFSET	page_offset_base
#define VMALLOC_START	vmalloc_base
#define VMALLOC_END	vmalloc_end
#define VMEMMAP_START	vmemmap_base

#define __pa(x)		((phys_addr_t)((unsigned long)(x) - PAGE_OFFSET))
#define __va(x)		((void *)((unsigned long)(x) + PAGE_OFFSET))

#define PFN_ALIGN(x)	(((unsigned long)(x) + (PAGE_SIZE - 1)) & PAGE_MASK)
#define PFN_UP(x)	(((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)	((x) >> PAGE_SHIFT)
#define PFN_PHYS(x)	((phys_addr_t)(x) << PAGE_SHIFT)
#define PHYS_PFN(x)	((unsigned long)((x) >> PAGE_SHIFT))

#define pfn_to_page(pfn)	((struct page *)vmemmap_base + (pfn))
#define page_to_pfn(p) \
	((unsigned long)((const struct page *)(p) - (const struct page *)vmemmap_base))
#define page_to_phys(page)	PFN_PHYS(page_to_pfn(page))
#define phys_to_page(phys)	pfn_to_page(PHYS_PFN(phys))
#define virt_to_pfn(kaddr)	PHYS_PFN(__pa(kaddr))
#define virt_to_page(kaddr)	pfn_to_page(virt_to_pfn(kaddr))
#define page_to_virt(page)	__va(page_to_phys(page))
#define pfn_to_kaddr(pfn)	__va(PFN_PHYS(pfn))

/** pfn_valid - has this frame a struct page? */
bool pfn_valid(unsigned long pfn);
/** __virt_addr_valid - is this address in the direct map, over memory? */
bool __virt_addr_valid(unsigned long kaddr);
#define virt_addr_valid(kaddr)	__virt_addr_valid((unsigned long)(kaddr))

#define clear_page(addr)	__builtin_memset((addr), 0, PAGE_SIZE)
#define copy_page(to, from)	__builtin_memcpy((to), (from), PAGE_SIZE)

typedef struct {
	unsigned long pgprot;
} pgprot_t;

#define __pgprot(x)		((pgprot_t) { (x) })
#define pgprot_val(x)		((x).pgprot)
/* The bits are enum quarry_prot's. */
#define PAGE_NONE		__pgprot(0)
#define PAGE_KERNEL_RO		__pgprot(1)
#define PAGE_KERNEL		__pgprot(1 | 2)
#define PAGE_KERNEL_EXEC	__pgprot(1 | 2 | 4)
#define PAGE_KERNEL_NOCACHE	__pgprot(1 | 2 | 8)
#define pgprot_noncached(p)	__pgprot(pgprot_val(p) | 8)

#endif
