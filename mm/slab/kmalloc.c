// SPDX-License-Identifier: MIT
/*
 * General caches, and what is made of kmalloc(): large blocks, krealloc(), the
 * kvmalloc() family. Documents 000, 002, 003, 004; checklist B10.
 *
 *  K1 kmalloc_caches[type][i] exists for each type and index up to backend_kmalloc_max,
 *     from boot to shutdown. Where the backend has no cache that small, the next one
 *     is there instead.
 *  K2 A block beyond 2^backend_kmalloc_max bytes is a compound page whose head says so:
 *     page->private is LARGE_MAGIC, page->index the site. Nothing else is freed by
 *     kfree() as pages.
 *  K3 While kmemleak_on() (slub_debug=U, too), which is known at boot, large blocks are on
 *     large_blocks, through page->lru.
 *
 * Locking: large_lock for that list, innermost. Failure: NULL; the page allocator
 * has reported why. Neighbours: the backend, page_alloc.c, vmalloc.c.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/kmemleak.h"
#include "mm/slab/grow.h"
#include "mm/slab/layer.h"
#include "mm/slab/use.h"

#define LARGE_MAGIC	0x6b6d6c67ul
#define FIRST_INDEX	1	/* 0 is for nothing; 1 and 2 are no powers of two */

struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_INDEXES];
EXPORT_SYMBOL(kmalloc_caches);

const unsigned char kmalloc_small_index[24] = {
	3, 4, 5, 5, 6, 6, 6, 6,		/* to 8, 16, 32, 64 */
	1, 1, 1, 1, 7, 7, 7, 7,		/* to 96, 128 */
	2, 2, 2, 2, 2, 2, 2, 2,		/* to 192 */
};

static char names[NR_KMALLOC_TYPES][KMALLOC_INDEXES][20];
static LIST_HEAD(large_blocks);
static DEFINE_SPINLOCK_RANKED(large_lock, RANK_PAGE_OWNER);

/* Boot. */

static unsigned int index_size(unsigned int index)
{
	return index == 1 ? 96 : index == 2 ? 192 : 1u << index;
}

static int make_cache(enum kmalloc_cache_type type, unsigned int index)
{
	static const char *const prefix[] = {
		[KMALLOC_NORMAL] = "kmalloc",
		[KMALLOC_RECLAIM] = "kmalloc-rcl",
		[KMALLOC_DMA] = "dma-kmalloc",
	};
	static const slab_flags_t flags[] = {
		[KMALLOC_RECLAIM] = SLAB_RECLAIM_ACCOUNT,
		[KMALLOC_DMA] = SLAB_CACHE_DMA,
	};
	unsigned int size = index_size(index);
	char *name = names[type][index];

	if (size < 1024)
		snprintf(name, sizeof(names[0][0]), "%s-%u", prefix[type], size);
	else
		snprintf(name, sizeof(names[0][0]), "%s-%uk", prefix[type], size / 1024);
	kmalloc_caches[type][index] = cache_create_boot(name, size, flags[type]);
	return kmalloc_caches[type][index] ? 0 : -ENOMEM;
}

int kmalloc_init(void)
{
	enum kmalloc_cache_type type;
	unsigned int i;

	for (type = 0; type < NR_KMALLOC_TYPES; type++) {
		for (i = FIRST_INDEX; i <= backend_kmalloc_max; i++)
			if ((i < KMALLOC_SHIFT_LOW || i >= backend_kmalloc_min) &&
			    make_cache(type, i))
				return -ENOMEM;
		for (i = KMALLOC_SHIFT_LOW; i < backend_kmalloc_min; i++)
			kmalloc_caches[type][i] = kmalloc_caches[type][backend_kmalloc_min];
	}
	return 0;
}

void kmalloc_reset(void)
{
	memset(kmalloc_caches, 0, sizeof(kmalloc_caches));
	INIT_LIST_HEAD(&large_blocks);
}

/* Large blocks. */

static bool large_listed(void)
{
	return kmemleak_on();
}

static void count_large(struct page *page, int sign)
{
	slab_count_pages(page, false, sign * (1l << compound_order(page)));
}

static void *large_new(size_t size, gfp_t flags, int node, unsigned long site)
{
	unsigned long irq;
	struct page *page;

	if (slab_params.init_on_alloc)
		flags |= __GFP_ZERO;
	if ((unsigned int)node >= machine.nr_nodes)
		node = NUMA_NO_NODE;
	page = alloc_pages_node(node, flags | __GFP_COMP, get_order(size));
	if (!page)
		return NULL;
	page->private = LARGE_MAGIC;
	page->index = site;
	count_large(page, 1);
	if (large_listed()) {
		spin_lock_irqsave(&large_lock, irq);
		list_add(&page->lru, &large_blocks);
		spin_unlock_irqrestore(&large_lock, irq);
	}
	if (slab_hooks & SLAB_HOOK_WATCH)
		slab_watch_got(page_address(page), size);
	return page_address(page);
}

void *kmalloc_large_site(size_t size, gfp_t flags, int node, unsigned long site)
{
	void *x;

	if (unlikely(flags & SLAB_GFP_BAD)) {
		slab_gfp_refused("kmalloc", flags, site);
		return NULL;
	}
	x = large_new(size, flags, node, site);
	if (unlikely(slab_hooks_on()))
		trace_kmalloc(site, x, size, PAGE_SIZE << get_order(size), flags, node);
	return x;
}

void *kmalloc_large(size_t size, gfp_t flags)
{
	/* The backend may have a cache for it: linux/slab.h knows no more than SLUB's. */
	return __kmalloc_track_caller(size, flags, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_large);

void *kmalloc_large_node(size_t size, gfp_t flags, int node)
{
	return __kmalloc_node_track_caller(size, flags, node, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_large_node);

/* The head of the large block that begins here, or NULL. */
static struct page *large_block(const void *objp)
{
	struct page *page;

	if (!slab_is_available() || !virt_addr_valid(objp))
		return NULL;
	page = virt_to_page(objp);
	if (PageTail(page) || PageSlab(page) || page->private != LARGE_MAGIC ||
	    page_ref_count(page) <= 0 || page_address(page) != objp)
		return NULL;
	return page;
}

void kfree_other(const void *objp, unsigned long site)
{
	struct page *page;
	unsigned long irq;

	if (ZERO_OR_NULL_PTR(objp))
		return;
	page = large_block(objp);
	if (!page) {
		slab_bad_free("kfree", objp, site);
		return;
	}
	if (large_listed()) {
		spin_lock_irqsave(&large_lock, irq);
		list_del(&page->lru);
		spin_unlock_irqrestore(&large_lock, irq);
	}
	if (slab_hooks & SLAB_HOOK_WATCH)
		slab_watch_gave(objp);
	count_large(page, -1);
	page->private = 0;
	page->index = 0;
	if (slab_params.init_on_free)
		memset((void *)objp, 0, PAGE_SIZE << compound_order(page));
	__free_pages(page, compound_order(page));
}

/* The block number @skip of those in the range, or false: there are no more. */
static bool large_holding(struct holdings *hs, unsigned long skip, struct quarry_holding *h)
{
	struct page *page;
	unsigned long irq;
	bool found = false;

	spin_lock_irqsave(&large_lock, irq);
	list_for_each_entry(page, &large_blocks, lru) {
		if (page->index < hs->lo || page->index >= hs->hi || skip--)
			continue;
		h->address = (uintptr_t)page_address(page);
		h->size = PAGE_SIZE << compound_order(page);
		h->site = page->index;
		found = true;
		break;
	}
	spin_unlock_irqrestore(&large_lock, irq);
	return found;
}

void kmalloc_large_each(void (*fn)(struct page *page))
{
	struct page *page;
	unsigned long irq;

	spin_lock_irqsave(&large_lock, irq);
	list_for_each_entry(page, &large_blocks, lru)
		fn(page);
	spin_unlock_irqrestore(&large_lock, irq);
}

void kmalloc_large_holdings(struct holdings *hs)
{
	struct quarry_holding h = { .kind = "object", .detail = "kmalloc, whole pages" };
	unsigned long i;

	for (i = 0; large_holding(hs, i, &h); i++)
		holding(hs, &h);
}

/* Sizes. */

/*
 * The cache of something that is said to be kmalloc()'s; NULL: no cache's, or a mistake, which
 * is reported.
 * @size: gets what there is of it, if it is no cache's; else 0
 * @what: function that its user has called, from @site
 */
static struct kmem_cache *find(const void *objp, size_t *size, const char *what,
			       unsigned long site)
{
	struct page *page = slab_page_of(objp);
	struct kmem_cache *s = NULL;

	*size = 0;
	if (page) {
		s = page->slab_cache ?: backend_owner(page, objp);
		if (!s)
			slab_bad_free(what, objp, site);
		return s;
	}
	page = large_block(objp);
	if (page)
		*size = PAGE_SIZE << compound_order(page);
	else
		slab_bad_free(what, objp, site);
	return NULL;
}

/* All that there is of an object. Debugging uses what lies behind the payload. */
static size_t room(struct kmem_cache *s, const void *objp)
{
	return slab_checked(s) ? s->object_size :
	       backend_usable(s, virt_to_head_page(objp), objp);
}

/* The first @size bytes are the user's; 0: all. @s: NULL: of no cache. */
static void set_asked(struct kmem_cache *s, const void *objp, size_t size)
{
	struct page *page = virt_to_head_page(objp);

	if (!s || (page->slab_cache && !slab_is_object(s, page, objp)))
		return;
	if (slab_hooks & SLAB_HOOK_ASAN) {
		slab_asan_whole(s, objp);
		slab_asan_got(s, (void *)objp, size);
	} else if (slab_checked(s)) {
		debug_asked(s, (void *)objp, size);
	}
}

/* All that there is, which the user may use, now that he knows. 0: none, or reported. */
static size_t usable(const void *objp, const char *what, unsigned long site)
{
	struct kmem_cache *s;
	size_t size;

	if (ZERO_OR_NULL_PTR(objp))
		return 0;
	s = find(objp, &size, what, site);
	if (!s)
		return size;
	set_asked(s, objp, 0);
	return room(s, objp);
}

size_t __ksize(const void *objp)
{
	return usable(objp, "ksize", _RET_IP_);
}
EXPORT_SYMBOL(__ksize);

size_t ksize(const void *objp)
{
	return usable(objp, "ksize", _RET_IP_);
}
EXPORT_SYMBOL(ksize);

__weak size_t backend_roundup(struct kmem_cache *s, size_t size)
{
	return s->object_size;
}

size_t kmalloc_size_roundup(size_t size)
{
	struct kmem_cache *s;

	if (!size || size > KMALLOC_MAX_SIZE)
		return size;
	if (size > 1ul << backend_kmalloc_max)
		return PAGE_SIZE << get_order(size);
	s = kmalloc_slab(size, GFP_KERNEL);
	return slab_checked(s) ? s->object_size : backend_roundup(s, size);
}
EXPORT_SYMBOL(kmalloc_size_roundup);

void *krealloc(const void *p, size_t new_size, gfp_t flags)
{
	unsigned long site = _RET_IP_;
	struct kmem_cache *s = NULL;
	size_t have = 0;
	void *new;

	if (!new_size) {
		kfree_site(p, site);
		return ZERO_SIZE_PTR;
	}
	if (!ZERO_OR_NULL_PTR(p)) {
		s = find(p, &have, "krealloc", site);
		if (!s && !have)
			return NULL;	/* reported */
	}
	if (s)
		have = room(s, p);
	if (have >= new_size) {
		set_asked(s, p, new_size);
		return (void *)p;
	}
	new = __kmalloc_track_caller(new_size, flags, site);
	if (new && have) {
		if (slab_hooks & SLAB_HOOK_ASAN)
			set_asked(s, p, 0);
		else if (s && slab_checked(s))
			have = debug_bytes(s, (void *)p);
		memcpy(new, p, have);
		kfree_site(p, site);
	}
	return new;
}
EXPORT_SYMBOL(krealloc);

void kfree_sensitive(const void *objp)
{
	size_t size = usable(objp, "kfree_sensitive", _RET_IP_);

	if (!size)
		return;		/* there is nothing, or it is reported */
	memzero_explicit((void *)objp, size);
	kfree_site(objp, _RET_IP_);
}
EXPORT_SYMBOL(kfree_sensitive);

/* Contiguous if that is easy. */

static void *kvmalloc_site(size_t size, gfp_t flags, int node, unsigned long site)
{
	gfp_t easy = flags;
	void *p;

	if (size > PAGE_SIZE) {
		easy |= __GFP_NOWARN;
		if (!(easy & __GFP_RETRY_MAYFAIL))
			easy |= __GFP_NORETRY;
		easy &= ~__GFP_NOFAIL;
	}
	p = size > KMALLOC_MAX_SIZE ? NULL :
	    __kmalloc_node_track_caller(size, easy, node, site);
	if (p || size <= PAGE_SIZE || !gfpflags_allow_blocking(flags))
		return p;
	/* Nobody means that: a product or a difference has gone wrong. */
	if (size > INT_MAX) {
		WARN_ON_ONCE(!(flags & __GFP_NOWARN));
		return NULL;
	}
	return __vmalloc_node(size, 1, flags, node, (void *)site);
}

void *kvmalloc_node(size_t size, gfp_t flags, int node)
{
	return kvmalloc_site(size, flags, node, _RET_IP_);
}
EXPORT_SYMBOL(kvmalloc_node);

static void kvfree_site(const void *addr, unsigned long site)
{
	if (is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree_site(addr, site);
}

void kvfree(const void *addr)
{
	kvfree_site(addr, _RET_IP_);
}
EXPORT_SYMBOL(kvfree);

void kvfree_sensitive(const void *addr, size_t len)
{
	if (ZERO_OR_NULL_PTR(addr))
		return;
	memzero_explicit((void *)addr, len);
	kvfree_site(addr, _RET_IP_);
}
EXPORT_SYMBOL(kvfree_sensitive);

void *kvrealloc(const void *p, size_t oldsize, size_t newsize, gfp_t flags)
{
	void *new;

	if (oldsize >= newsize)
		return (void *)p;
	new = kvmalloc_site(newsize, flags, NUMA_NO_NODE, _RET_IP_);
	if (!new)
		return NULL;
	if (oldsize)
		memcpy(new, p, oldsize);
	kvfree_site(p, _RET_IP_);
	return new;
}
EXPORT_SYMBOL(kvrealloc);
