/* SPDX-License-Identifier: MIT */
/* A page's reference count: 0 when it is free, 1 when it was just allocated. */
#ifndef _LINUX_PAGE_REF_H
#define _LINUX_PAGE_REF_H

#include <linux/atomic.h>
#include <linux/mmdebug.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>

static inline int page_ref_count(const struct page *page)
{
	return READ_ONCE(page->_refcount.counter);
}

/** page_count - users of a page, or of the compound page that it is part of */
static inline int page_count(const struct page *page)
{
	return page_ref_count(compound_head(page));
}

static inline void set_page_count(struct page *page, int v)
{
	WRITE_ONCE(page->_refcount.counter, v);
}

static inline void init_page_count(struct page *page)
{
	set_page_count(page, 1);
}

static inline void page_ref_add(struct page *page, int nr)
{
	__atomic_fetch_add(&page->_refcount.counter, nr, __ATOMIC_RELAXED);
}

static inline void page_ref_sub(struct page *page, int nr)
{
	__atomic_fetch_sub(&page->_refcount.counter, nr, __ATOMIC_RELAXED);
}

static inline int page_ref_sub_return(struct page *page, int nr)
{
	return __atomic_sub_fetch(&page->_refcount.counter, nr, __ATOMIC_ACQ_REL);
}

static inline int page_ref_sub_and_test(struct page *page, int nr)
{
	return __atomic_sub_fetch(&page->_refcount.counter, nr, __ATOMIC_ACQ_REL) == 0;
}

static inline void page_ref_inc(struct page *page)
{
	page_ref_add(page, 1);
}

static inline void page_ref_dec(struct page *page)
{
	page_ref_sub(page, 1);
}

static inline int page_ref_inc_return(struct page *page)
{
	return __atomic_add_fetch(&page->_refcount.counter, 1, __ATOMIC_ACQ_REL);
}

static inline int page_ref_dec_return(struct page *page)
{
	return __atomic_sub_fetch(&page->_refcount.counter, 1, __ATOMIC_ACQ_REL);
}

static inline int page_ref_dec_and_test(struct page *page)
{
	return page_ref_sub_and_test(page, 1);
}

/** page_ref_add_unless - take references unless there are exactly @u already */
static inline bool page_ref_add_unless(struct page *page, int nr, int u)
{
	int old = page_ref_count(page);

	while (old != u)
		if (__atomic_compare_exchange_n(&page->_refcount.counter, &old, old + nr,
						true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			return true;
	return false;
}

/** page_ref_freeze - from exactly @count references to none, so that nobody gets one */
static inline int page_ref_freeze(struct page *page, int count)
{
	return __atomic_compare_exchange_n(&page->_refcount.counter, &count, 0, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static inline void page_ref_unfreeze(struct page *page, int count)
{
	VM_BUG_ON_PAGE(page_count(page) != 0, page);
	VM_BUG_ON(count == 0);
	__atomic_store_n(&page->_refcount.counter, count, __ATOMIC_RELEASE);
}

#endif
