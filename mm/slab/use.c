// SPDX-License-Identifier: MIT
/*
 * What slabs take: pages, counted where slabs are made and dropped, and, for who wants
 * to know, each object (a hook, so that fast paths know nothing of it).
 *
 * U1 pages_most is the largest value that pages_now has had since boot.
 */
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/vmstat.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "mm/slab/use.h"

static atomic_long_t pages_now, pages_most;
const struct quarry_slab_watch *slab_watch;

void slab_count_pages(struct page *page, bool reclaimable, long pages)
{
	long now = atomic_long_add_return(pages, &pages_now);
	long most = atomic_long_read(&pages_most);

	while (now > most && !atomic_long_try_cmpxchg(&pages_most, &most, now))
		;
	mod_node_page_state(page_pgdat(page),
			    reclaimable ? NR_SLAB_RECLAIMABLE_B : NR_SLAB_UNRECLAIMABLE_B,
			    pages * (long)PAGE_SIZE);
}

void slab_use_reset(void)
{
	atomic_long_set(&pages_now, 0);
	atomic_long_set(&pages_most, 0);
}

__weak unsigned long backend_partial(void)
{
	return 0;
}

void quarry_slab_use(struct quarry_slab_use *use)
{
	struct kmem_cache *s;
	struct slabinfo info;

	use->pages = atomic_long_read(&pages_now);
	use->pages_most = atomic_long_read(&pages_most);
	use->partial = backend_partial();
	for (s = cache_next(NULL); s; s = cache_next(s)) {
		cache_info(s, &info);
		use->partial += info.partial_slabs;
	}
}

/* Watching. */

void quarry_slab_watch(const struct quarry_slab_watch *watch)
{
	slab_watch = watch;
}

void slab_watch_got(const void *object, size_t size)
{
	unsigned long flags;

	local_irq_save(flags);
	slab_watch->got(object, size, atomic_long_read(&pages_now));
	local_irq_restore(flags);
}

void slab_watch_gave(const void *object)
{
	unsigned long flags;

	local_irq_save(flags);
	slab_watch->gave(object);
	local_irq_restore(flags);
}
