/* SPDX-License-Identifier: MIT */
/*
 * Pages that may have no address of their own: mapping, filling and copying
 * them. Documents 000, 002, 004.
 */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

#include <linux/types.h>
#include <linux/mm.h>
#include <linux/highmem-internal.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/bug.h>

/* Keys: C fixed by kmap_init() */
extern unsigned long pkmap_base;	/* C  first address of kmap()'s window */
extern unsigned int pkmap_slots;	/* C  pages in it */

#define PKMAP_BASE		pkmap_base
#define LAST_PKMAP		pkmap_slots
#define PKMAP_NR(virt)		(((unsigned long)(virt) - PKMAP_BASE) >> PAGE_SHIFT)
#define PKMAP_ADDR(nr)		(PKMAP_BASE + ((unsigned long)(nr) << PAGE_SHIFT))

#ifdef CONFIG_HIGHMEM
/**
 * kmap - give a page an address until kunmap()
 * @page: any page; low memory returns the address that it has
 * Context: process context; sleeps while the window is full.
 * Return: its address; NULL for high memory in a context that cannot wait for one
 * (an interrupt, or interrupts off), which is reported.
 */
void *kmap(struct page *page);
/** kunmap - give the address back, and wake up whoever waits for one */
void kunmap(struct page *page);
#else
static inline void *kmap(struct page *page)
{
	might_sleep();
	return kmap_low(page);
}

static inline void kunmap(struct page *page)
{
}
#endif
/** kmap_high - kmap() for a page that is known to be high memory */
void *kmap_high(struct page *page);
void kunmap_high(struct page *page);
/** kmap_high_get - one more user of a mapping that exists; NULL: there is none */
void *kmap_high_get(struct page *page);
/** kmap_to_page - the page behind an address from kmap() or of low memory */
struct page *kmap_to_page(void *addr);
/** kmap_flush_unused - unmap what nobody uses any more */
void kmap_flush_unused(void);
unsigned long nr_free_highpages(void);

static inline void clear_highpage(struct page *page)
{
	void *addr = kmap_local_page(page);

	clear_page(addr);
	kunmap_local(addr);
}

static inline void clear_user_highpage(struct page *page, unsigned long vaddr)
{
	clear_highpage(page);
}

/** is_kmap_addr - is this an address of kmap()'s window or of a CPU's slots? */
#ifdef CONFIG_HIGHMEM
bool is_kmap_addr(const void *x);
#else
static inline bool is_kmap_addr(const void *x)
{
	return false;
}
#endif

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *src = kmap_local_page(from);
	void *dst = kmap_local_page(to);

	copy_page(dst, src);
	kunmap_local(dst);
	kunmap_local(src);
}

struct vm_area_struct;

static inline void copy_user_highpage(struct page *to, struct page *from, unsigned long vaddr,
				      struct vm_area_struct *vma)
{
	copy_highpage(to, from);
}

static inline void memcpy_page(struct page *dst_page, size_t dst_off,
			       struct page *src_page, size_t src_off, size_t len)
{
	char *dst = kmap_local_page(dst_page);
	char *src = kmap_local_page(src_page);

	BUG_ON(dst_off + len > PAGE_SIZE || src_off + len > PAGE_SIZE);
	memcpy(dst + dst_off, src + src_off, len);
	kunmap_local(src);
	kunmap_local(dst);
}

static inline void memset_page(struct page *page, size_t offset, int val, size_t len)
{
	char *addr = kmap_local_page(page);

	BUG_ON(offset + len > PAGE_SIZE);
	memset(addr + offset, val, len);
	kunmap_local(addr);
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	char *from = kmap_local_page(page);

	BUG_ON(offset + len > PAGE_SIZE);
	memcpy(to, from + offset, len);
	kunmap_local(from);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const char *from,
				  size_t len)
{
	char *to = kmap_local_page(page);

	BUG_ON(offset + len > PAGE_SIZE);
	memcpy(to + offset, from, len);
	kunmap_local(to);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	memset_page(page, offset, 0, len);
}

static inline void quarry_zero_segment(struct page *page, unsigned int start, unsigned int end)
{
	while (start < end) {
		unsigned int n = min(end - start, (unsigned int)(PAGE_SIZE - offset_in_page(start)));

		memset_page(page + start / PAGE_SIZE, offset_in_page(start), 0, n);
		start += n;
	}
}

/** zero_user_segments - zero [start1, end1) and [start2, end2) of a page, perhaps compound */
static inline void zero_user_segments(struct page *page, unsigned int start1,
				      unsigned int end1, unsigned int start2,
				      unsigned int end2)
{
	BUG_ON(end1 > page_size(page) || end2 > page_size(page));
	quarry_zero_segment(page, start1, end1);
	quarry_zero_segment(page, start2, end2);
}

static inline void zero_user_segment(struct page *page, unsigned int start, unsigned int end)
{
	zero_user_segments(page, start, end, 0, 0);
}

static inline void zero_user(struct page *page, unsigned int start, unsigned int size)
{
	zero_user_segments(page, start, start + size, 0, 0);
}

#endif
