/* SPDX-License-Identifier: MIT */
/*
 * The short way of the kmap family: low memory has an address already, so a
 * mapping is arithmetic and an unmapping a comparison. mm/highmem.c does the rest.
 */
#ifndef _LINUX_HIGHMEM_INTERNAL_H
#define _LINUX_HIGHMEM_INTERNAL_H

#include <linux/types.h>
#include <linux/mm_types.h>
#include <linux/preempt.h>
#include <asm/fixmap.h>
#include <asm/page.h>

/*
 * Keys: C fixed by kmap_init(); 0 before it, which sends everybody the long way.
 * Descriptors below kmap_high_start are low memory's. Where a descriptor's size
 * divides a page, kmap_bias saves a subtraction.
 */
extern unsigned long kmap_high_start;	/* C  first descriptor of high memory */
extern unsigned long kmap_bias;		/* C */

#define KMAP_SCALE	(PAGE_SIZE / sizeof(struct page))
#define KMAP_SCALES	(KMAP_SCALE * sizeof(struct page) == PAGE_SIZE)

static __always_inline bool kmap_is_low(const struct page *page)
{
	return likely((unsigned long)page < kmap_high_start);
}

static __always_inline void *kmap_low(const struct page *page)
{
	if (KMAP_SCALES)
		return (void *)((unsigned long)page * KMAP_SCALE + kmap_bias);
	return page_to_virt(page);
}

/* mm/highmem.c: any page, any context. */
void *kmap_local_slow(struct page *page, pgprot_t prot);
void *kmap_local_pfn_slow(unsigned long pfn, pgprot_t prot);
void kunmap_local_slow(const void *addr);
void *kmap_atomic_type(struct page *page, enum km_type type);
void kunmap_atomic_type(const void *addr, enum km_type type);

/**
 * kmap_local_page - map a page for this thread
 * @page: any page
 *
 * Mappings nest; the last made is undone first. The thread may sleep.
 * Context: any. Return: its address; never NULL.
 */
static __always_inline void *kmap_local_page(struct page *page)
{
	void *addr = kmap_is_low(page) ? kmap_low(page) : kmap_local_slow(page, PAGE_KERNEL);

	if (!addr)
		__builtin_unreachable();
	return addr;
}

static inline void *kmap_local_page_prot(struct page *page, pgprot_t prot)
{
	return kmap_is_low(page) ? kmap_low(page) : kmap_local_slow(page, prot);
}

static inline void *kmap_local_pfn(unsigned long pfn)
{
	return kmap_local_pfn_slow(pfn, PAGE_KERNEL);
}

static __always_inline void __kunmap_local(const void *addr)
{
	if (unlikely((unsigned long)addr >= fixaddr_start))
		kunmap_local_slow(addr);
}

/**
 * kmap_atomic - map a page and keep this CPU until kunmap_atomic()
 * Context: any; what follows must not sleep. Return: its address.
 */
static __always_inline void *kmap_atomic(struct page *page)
{
	preempt_disable();
	return kmap_local_page(page);
}

static inline void *kmap_atomic_prot(struct page *page, pgprot_t prot)
{
	preempt_disable();
	return kmap_local_page_prot(page, prot);
}

static inline void *kmap_atomic_pfn(unsigned long pfn)
{
	preempt_disable();
	return kmap_local_pfn(pfn);
}

static __always_inline void __kunmap_atomic(const void *addr)
{
	__kunmap_local(addr);
	preempt_enable();
}

/* The address goes here, not the page: the compiler can tell. */
#define __kmap_not_a_page(x)						\
	_Static_assert(!__builtin_types_compatible_p(__typeof__(x), struct page *), \
		       "pass the address that was returned, not the page")
#define kunmap_local(addr)						\
	do {								\
		__kmap_not_a_page(addr);				\
		__kunmap_local(addr);					\
	} while (0)
#define kunmap_atomic(addr)						\
	do {								\
		__kmap_not_a_page(addr);				\
		__kunmap_atomic(addr);					\
	} while (0)

#endif
