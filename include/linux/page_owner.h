/* SPDX-License-Identifier: MIT */
/* Who allocated a page: known when the machine was booted with page_owner=on. */
#ifndef _LINUX_PAGE_OWNER_H
#define _LINUX_PAGE_OWNER_H

#include <linux/types.h>

struct page;

/* Keys: C fixed at boot */
extern bool page_owner_on;	/* C */

/** __set_page_owner - a block was allocated, by the caller at @site. Context: any. */
void __set_page_owner(struct page *page, unsigned int order, gfp_t gfp, unsigned long site);
/**
 * __reset_page_owner - a block is being freed, by the caller at @site
 *
 * Reports an order that is not the one that it was allocated with.
 * Context: any. Return: the order to free it with: never more than it has.
 */
unsigned int __reset_page_owner(struct page *page, unsigned int order, unsigned long site);
/** __split_page_owner - a block of @nr pages is now @nr blocks of one */
void __split_page_owner(struct page *page, unsigned int nr);
/** __peel_page_owner - it is now one block of 2^@to, and one of each order up to its own */
void __peel_page_owner(struct page *page, unsigned int to);
/** page_owner_order - the order of the block that a page is in; -1: of none, or unknown */
int page_owner_order(const struct page *page);
/** dump_page_owner - log who allocated a page and who freed it last, with their stacks */
void dump_page_owner(const struct page *page);

static inline void split_page_owner(struct page *page, unsigned int nr)
{
	if (unlikely(page_owner_on))
		__split_page_owner(page, nr);
}

static inline void peel_page_owner(struct page *page, unsigned int to)
{
	if (unlikely(page_owner_on))
		__peel_page_owner(page, to);
}

#endif
