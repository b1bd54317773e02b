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
 * Descriptors below high_start are low memory's. Where a descriptor's size divides
 * a page, bias saves a subtraction.
 */
#define KMAP_SCALE	(PAGE_SIZE / sizeof(struct page))
#define KMAP_SCALES	(KMAP_SCALE * sizeof(struct page) == PAGE_SIZE)

/* Modules for a machine without high memory need not ask: see CONFIG_HIGHMEM. */
static __always_inline bool kmap_is_low(const struct page *page)
{
	return !IS_ENABLED(CONFIG_HIGHMEM) || likely((unsigned long)page < kmap_bounds.high_start);
}

/* May this address be a slot of the fixmap window? */
static __always_inline bool kmap_is_slot(const void *addr)
{
	return IS_ENABLED(CONFIG_HIGHMEM) &&
	       unlikely((unsigned long)addr >= kmap_bounds.fixaddr_start);
}

static __always_inline void *kmap_low(const struct page *page)
{
	void *addr = KMAP_SCALES ?
		     (void *)((unsigned long)page * KMAP_SCALE + kmap_bounds.bias) :
		     page_to_virt(page);

	if (!addr)
		__builtin_unreachable();
	return addr;
}

/* mm/kmap_local.c: any page, any context. NULL: all slots are in use. */
void *kmap_local_slow(struct page *page, pgprot_t prot);
void *kmap_atomic_slow(struct page *page, pgprot_t prot);
void *kmap_pfn_slow(unsigned long pfn, pgprot_t prot, bool atomic);
void kunmap_local_slow(const void *addr);
void kunmap_atomic_slow(const void *addr);
void *kmap_atomic_type(struct page *page, enum km_type type);
void kunmap_atomic_type(const void *addr, enum km_type type);

/**
 * kmap_local_page - map a page for this thread
 * @page: any page
 *
 * Mappings nest; the last made is undone first. The thread may sleep; while it has
 * high memory mapped, it stays on its CPU.
 * Context: any. Return: its address; NULL if the thread has all KM_MAX_IDX mappings of
 * high memory that it may have, which is reported.
 */
static __always_inline void *kmap_local_page(struct page *page)
{
	return kmap_is_low(page) ? kmap_low(page) : kmap_local_slow(page, PAGE_KERNEL);
}

static inline void *kmap_local_page_prot(struct page *page, pgprot_t prot)
{
	return kmap_is_low(page) ? kmap_low(page) : kmap_local_slow(page, prot);
}

/** kmap_local_pfn - map a frame, which may be a device's if there is high memory */
static inline void *kmap_local_pfn(unsigned long pfn)
{
	return IS_ENABLED(CONFIG_HIGHMEM) ? kmap_pfn_slow(pfn, PAGE_KERNEL, false) :
					    pfn_to_kaddr(pfn);
}

static __always_inline void __kunmap_local(const void *addr)
{
	if (kmap_is_slot(addr))
		kunmap_local_slow(addr);
}

/**
 * kmap_atomic - map a page and keep this CPU until kunmap_atomic()
 * Context: any; what follows must not sleep. Return: as kmap_local_page().
 *
 * The kernel disables page faults too; there is no user memory here that could fault.
 */
static __always_inline void *kmap_atomic(struct page *page)
{
	preempt_disable();
	return kmap_is_low(page) ? kmap_low(page) : kmap_atomic_slow(page, PAGE_KERNEL);
}

static inline void *kmap_atomic_prot(struct page *page, pgprot_t prot)
{
	preempt_disable();
	return kmap_is_low(page) ? kmap_low(page) : kmap_atomic_slow(page, prot);
}

static inline void *kmap_atomic_pfn(unsigned long pfn)
{
	preempt_disable();
	return IS_ENABLED(CONFIG_HIGHMEM) ? kmap_pfn_slow(pfn, PAGE_KERNEL, true) :
					    pfn_to_kaddr(pfn);
}

static __always_inline void __kunmap_atomic(const void *addr)
{
	if (kmap_is_slot(addr))
		kunmap_atomic_slow(addr);
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
