/* SPDX-License-Identifier: MIT */
/* Who allocated a page: known when the machine was booted with page_owner=on. */
#ifndef _LINUX_PAGE_OWNER_H
#define _LINUX_PAGE_OWNER_H

#include <linux/types.h>

struct page;

/* Keys: C fixed at boot */
extern bool page_owner_on;	/* C */

void __set_page_owner(struct page *page, unsigned int order, gfp_t gfp, unsigned long site);
void __reset_page_owner(struct page *page, unsigned int order, unsigned long site);
void __split_page_owner(struct page *page, unsigned int nr);
/** dump_page_owner - log who allocated a page and who freed it last */
void dump_page_owner(const struct page *page);

static inline void split_page_owner(struct page *page, unsigned int nr)
{
	if (unlikely(page_owner_on))
		__split_page_owner(page, nr);
}

#endif
