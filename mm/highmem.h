/* SPDX-License-Identifier: MIT */
/* What tests and views know of mm/highmem.c. */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <linux/types.h>

struct page;

/* Keys: K kmap_lock */
struct kmap_stats {
	unsigned long maps;	/* K  pages put into kmap()'s window */
	unsigned long hits;	/* K  pages that were there already */
	unsigned long flushes;	/* K  times that unused slots were unmapped */
	unsigned long waits;	/* K  times that somebody fell asleep for a slot */
	unsigned long wakes;	/* K  of these, woken because one was free; others gave up */
};

extern struct kmap_stats kmap_stats;

/** kmap_users - how often a page of high memory is mapped by kmap() at present */
unsigned int kmap_users(struct page *page);
/** kmap_local_in_use - slots of one CPU that are taken */
unsigned int kmap_local_in_use(unsigned int cpu);
/** kmap_local_slots - slots that each CPU has for kmap_local_page() */
unsigned int kmap_local_slots(void);

#endif
