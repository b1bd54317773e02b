/* SPDX-License-Identifier: MIT */
/*
 * Pages, as kernel code uses them: references, addresses, places, totals.
 * As in the kernel, it brings in most of what a memory module needs.
 */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/errno.h>
#include <linux/mmdebug.h>
#include <linux/gfp.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/mmzone.h>
#include <linux/rbtree.h>
#include <linux/atomic.h>
#include <linux/mm_types.h>
#include <linux/pfn.h>
#include <linux/err.h>
#include <linux/align.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/sched.h>
#include <linux/vmstat.h>
#include <asm/page.h>

#define PAGE_ALIGN(addr)	ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(addr)	ALIGN_DOWN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr)	IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)
#define nth_page(page, n)	((page) + (n))
#define lru_to_page(head)	list_entry((head)->prev, struct page, lru)

struct sysinfo;

/* Where a page is. Keys: C fixed at boot */
extern struct zone *zone_table[1 << (ZONES_WIDTH + NODES_WIDTH)];	/* C  by zone, node */

static inline enum zone_type page_zonenum(const struct page *page)
{
	return (page->flags >> ZONES_PGSHIFT) & ZONES_MASK;
}

static inline int page_to_nid(const struct page *page)
{
	return (page->flags >> NODES_PGSHIFT) & NODES_MASK;
}

static inline struct zone *page_zone(const struct page *page)
{
	return zone_table[page->flags >> NODES_PGSHIFT];
}

static inline struct pglist_data *page_pgdat(const struct page *page)
{
	return NODE_DATA(page_to_nid(page));
}

static inline int page_zone_id(const struct page *page)
{
	return page->flags >> NODES_PGSHIFT;
}

static inline int PageHighMem(const struct page *page)
{
	return IS_ENABLED(CONFIG_HIGHMEM) && page_zonenum(page) == ZONE_HIGHMEM;
}

/* A page's address. High memory has one only while kmap() maps it. */

static __always_inline void *lowmem_page_address(const struct page *page)
{
	return page_to_virt(page);
}

static inline void *page_address(const struct page *page)
{
	return unlikely(PageHighMem(page)) ? READ_ONCE(page->virtual)
					   : lowmem_page_address(page);
}
#define page_address(page)	page_address(page)

static inline void set_page_address(struct page *page, void *address)
{
	WRITE_ONCE(page->virtual, address);
}

static inline struct page *virt_to_head_page(const void *x)
{
	return compound_head(virt_to_page(x));
}

/* References. */

/** __put_page - free a page whose last reference is gone; mm/page_alloc.c */
void __put_page(struct page *page);
/** bad_page_ref - report a reference count that went wrong, with the stack */
void bad_page_ref(struct page *page, const char *what);

static inline int put_page_testzero(struct page *page)
{
	int left = page_ref_dec_return(page);

	if (unlikely(left < 0)) {
		bad_page_ref(page, "reference dropped that nobody held");
		return 0;
	}
	return left == 0;
}

static inline int get_page_unless_zero(struct page *page)
{
	return page_ref_add_unless(page, 1, 0);
}

static inline void get_page(struct page *page)
{
	page = compound_head(page);
	if (unlikely(page_ref_inc_return(page) <= 1))
		bad_page_ref(page, "reference taken to a free page");
}

static inline bool try_get_page(struct page *page)
{
	return get_page_unless_zero(compound_head(page));
}

static inline void put_page(struct page *page)
{
	page = compound_head(page);
	if (put_page_testzero(page))
		__put_page(page);
}

void put_pages_list(struct list_head *pages);
void split_page(struct page *page, unsigned int order);

static inline int page_mapcount(struct page *page)
{
	return READ_ONCE(page->_mapcount.counter) + 1;
}

static inline bool page_mapped(struct page *page)
{
	return page_mapcount(page) > 0;
}

/* Compound pages. */

static inline unsigned int compound_order(struct page *page)
{
	return PageHead(page) ? page[1].compound_order : 0;
}

static inline unsigned long compound_nr(struct page *page)
{
	return 1ul << compound_order(page);
}

static inline unsigned long page_size(struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static inline unsigned int page_shift(struct page *page)
{
	return PAGE_SHIFT + compound_order(page);
}

#define page_private(page)		((page)->private)

static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

/* How much there is. */

extern atomic_long_t _totalram_pages;

static inline unsigned long totalram_pages(void)
{
	return (unsigned long)atomic_long_read(&_totalram_pages);
}

unsigned long totalhigh_pages(void);
unsigned long nr_free_pages(void);
unsigned long nr_free_buffer_pages(void);
long si_mem_available(void);
void si_meminfo(struct sysinfo *val);
void si_meminfo_node(struct sysinfo *val, int nid);
unsigned long get_num_physpages(void);

/* mm/watermark.c: read these; change them by the functions, which may sleep. */
extern int min_free_kbytes;
extern int watermark_scale_factor;
extern int sysctl_lowmem_reserve_ratio[MAX_NR_ZONES];
/** mm_set_min_free_kbytes - KiB of low memory kept free, 0 or more; 0 or -EINVAL */
int mm_set_min_free_kbytes(int kbytes);
/** mm_set_watermark_scale_factor - ten-thousandths of a zone, 1 to 3000; 0 or -EINVAL */
int mm_set_watermark_scale_factor(int factor);
/** setup_per_zone_wmarks - all watermarks anew, after min_free_kbytes changed */
void setup_per_zone_wmarks(void);
/** setup_per_zone_lowmem_reserve - all protections anew, after the ratio changed */
void setup_per_zone_lowmem_reserve(void);

/** drop_slab - have every shrinker give up all it can. Context: may sleep. */
void drop_slab(void);

/* mm/vmalloc.c */
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);
bool is_vmalloc_addr(const void *x);

#endif
