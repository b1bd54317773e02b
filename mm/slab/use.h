/* SPDX-License-Identifier: MIT */
/* What slabs take (use.c). */
#ifndef MM_SLAB_USE_H
#define MM_SLAB_USE_H

#include <linux/types.h>
#include <quarry/quarry.h>

struct page;

/** slab_count_pages - so many more pages (or fewer) are slabs, or large blocks */
void slab_count_pages(struct page *page, bool reclaimable, long pages);
void slab_use_reset(void);
extern const struct quarry_slab_watch *slab_watch;	/* C  fixed at boot; mostly NULL */
/** slab_watch_got, _gave - tell it of an object. Context: any. */
void slab_watch_got(const void *object, size_t size);
void slab_watch_gave(const void *object);

#endif
