/* SPDX-License-Identifier: MIT */
/* The short-lived mappings of mm/kmap_local.c, as mm/highmem.c sees them. */
#ifndef MM_KMAP_LOCAL_H
#define MM_KMAP_LOCAL_H

#include <linux/types.h>

struct holdings;
struct page;

/** kmap_local_init - lay out the fixmap window; @needed: there is high memory */
int kmap_local_init(bool needed);
void kmap_local_shutdown(void);
/** kmap_local_to_page - is this an address in a slot? Then @page is what it maps. */
bool kmap_local_to_page(unsigned long addr, struct page **page);
bool kmap_local_describe(unsigned long addr);
void kmap_local_holdings(struct holdings *hs);

#endif
