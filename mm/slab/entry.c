// SPDX-License-Identifier: MIT
/*
 * The slab layer's doors: kmem_cache_alloc(), kmalloc(), kfree() and their kin. Each one
 * tries the backend's fast half, which is compiled into it (backend.h), and goes the slow
 * way if that has nothing: that is also where everything else happens that can be asked of
 * an allocation. So the fast half knows no hooks, and they cost nothing while they are off:
 *
 *  N1 While slab_hooks is not 0, the fast half is shut, and each object passes here.
 *  N2 Checked caches' objects always do.
 *  N3 The fast half is asked only for ordinary requests: no bit of SLAB_GFP_ODD.
 *
 * This file is compiled once for each backend. Locking: none here.
 */
#include <linux/export.h>
#include <linux/fault-inject.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include QUARRY_SLAB_FAST

/* fast_take(), or, if @size is not 0, kmalloc() of that size: where that is the same. */
#ifndef fast_take_sized
#define fast_take_sized(s, size) fast_take(s)
#define fast_bytes(s, size)	((s)->object_size)
#endif

/* Objects out. */

/* What a request wants beside the object. */
struct wish {
	gfp_t gfp;
	int node;
	size_t size;		/* of kmalloc(); 0: an object of the cache */
	unsigned long site;
};

static void *take(struct kmem_cache *s, const struct wish *w)
{
	/* Where slabs lie is the cache's business (allocflags). */
	gfp_t gfp = w->gfp & ~(__GFP_ZERO | GFP_ZONEMASK | __GFP_RECLAIMABLE);

	if (slab_checked(s))
		return checked_take(s, gfp, w->node, w->site);
	if (w->size)
		return backend_kmalloc(s, w->size, gfp, w->node);
	return slow_take(s, gfp, w->node);
}

/* Once for what is asked for at once. */
static bool fails(struct kmem_cache *s, gfp_t gfp)
{
	return unlikely(READ_ONCE(slab_hooks) & SLAB_HOOK_FAIL) && should_failslab(s, gfp);
}

static void *alloc_wish(struct kmem_cache *s, const struct wish *w, bool one)
{
	void *x;

	if (!slab_pre_alloc(s, w->gfp, w->site) || (one && fails(s, w->gfp)))
		return NULL;
	x = take(s, w);
	if (x)
		slab_post_alloc(s, w->gfp, x, w->size, w->site);
	return x;
}

static void trace_alloc(struct kmem_cache *s, const void *x, const struct wish *w)
{
	if (w->size)
		trace_kmalloc(w->site, x, w->size, s->size, w->gfp, w->node);
	else
		trace_kmem_cache_alloc(w->site, x, s, w->gfp, w->node);
}

static noinline void *alloc_slowly(struct kmem_cache *s, gfp_t gfp, int node, size_t size,
				   unsigned long site)
{
	struct wish w = { gfp, node, size, site };
	void *x = alloc_wish(s, &w, true);

	if (unlikely(slab_hooks_on()))
		trace_alloc(s, x, &w);
	return x;
}

/* For one that is fast but for its zeroes, and for all that is not. */
static noinline void *alloc_odd(struct kmem_cache *s, gfp_t gfp, size_t size, unsigned long site)
{
	void *x;

	if ((gfp & SLAB_GFP_ODD) == __GFP_ZERO && !s->ctor) {
		x = fast_take_sized(s, size);
		if (likely(x))
			return memset(x, 0, fast_bytes(s, size));
	}
	return alloc_slowly(s, gfp, NUMA_NO_NODE, size, site);
}

/* N3 */
static __always_inline void *alloc_fast(struct kmem_cache *s, gfp_t gfp, size_t size)
{
	return likely(!(gfp & SLAB_GFP_ODD)) ? fast_take_sized(s, size) : NULL;
}

/*
 * The fast half has objects of this CPU's node, or what there was instead. A wish for a node
 * that there is not is none.
 */
static void *alloc_on(struct kmem_cache *s, gfp_t gfp, int node, size_t size, unsigned long site)
{
	void *x;

	if ((unsigned int)node >= machine.nr_nodes) {
		x = alloc_fast(s, gfp, size);
		return x ? x : alloc_odd(s, gfp, size, site);
	}
	if (!(gfp & SLAB_GFP_ODD) && node == numa_mem_id()) {
		x = fast_take_sized(s, size);
		if (likely(x && page_to_nid(virt_to_page(x)) == node))
			return x;
		if (x)
			slow_give(s, virt_to_head_page(x), x, site);
	}
	return alloc_slowly(s, gfp, node, size, site);
}

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	void *x = alloc_fast(s, flags, 0);

	return likely(x) ? x : alloc_odd(s, flags, 0, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_alloc);

void *kmem_cache_alloc_site(struct kmem_cache *s, gfp_t flags, unsigned long site)
{
	void *x = alloc_fast(s, flags, 0);

	return likely(x) ? x : alloc_odd(s, flags, 0, site);
}

void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	return alloc_on(s, flags, node, 0, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_alloc_node);

void *kmalloc_plain(struct kmem_cache *s, gfp_t flags, size_t size)
{
	void *x = fast_take_sized(s, size);

	if (likely(x))
		return x;
	return alloc_slowly(s, flags, NUMA_NO_NODE, size, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_plain);

void *kmalloc_trace(struct kmem_cache *s, gfp_t flags, size_t size)
{
	void *x = alloc_fast(s, flags, size);

	return likely(x) ? x : alloc_odd(s, flags, size, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_trace);

void *kmalloc_node_trace(struct kmem_cache *s, gfp_t flags, int node, size_t size)
{
	return alloc_on(s, flags, node, size, _RET_IP_);
}
EXPORT_SYMBOL(kmalloc_node_trace);

static noinline void *kmalloc_slowly(size_t size, gfp_t flags, int node, unsigned long site)
{
	if (!size)
		return ZERO_SIZE_PTR;
	if (size > 1ul << backend_kmalloc_max)
		return kmalloc_large_site(size, flags, node, site);
	return alloc_on(kmalloc_slab(size, flags), flags, node, size, site);
}

static __always_inline void *kmalloc_fast(size_t size, gfp_t flags)
{
	return likely(!(flags & SLAB_GFP_ODD)) ? fast_take_size(size, flags) : NULL;
}

void *__kmalloc(size_t size, gfp_t flags)
{
	void *x = kmalloc_fast(size, flags);

	return likely(x) ? x : kmalloc_slowly(size, flags, NUMA_NO_NODE, _RET_IP_);
}
EXPORT_SYMBOL(__kmalloc);

void *__kmalloc_plain(size_t size, gfp_t flags)
{
	void *x = fast_take_size(size, 0);

	return likely(x) ? x : kmalloc_slowly(size, flags, NUMA_NO_NODE, _RET_IP_);
}
EXPORT_SYMBOL(__kmalloc_plain);

void *__kmalloc_node(size_t size, gfp_t flags, int node)
{
	return kmalloc_slowly(size, flags, node, _RET_IP_);
}
EXPORT_SYMBOL(__kmalloc_node);

void *__kmalloc_track_caller(size_t size, gfp_t flags, unsigned long caller)
{
	void *x = kmalloc_fast(size, flags);

	return likely(x) ? x : kmalloc_slowly(size, flags, NUMA_NO_NODE, caller);
}
EXPORT_SYMBOL(__kmalloc_track_caller);

void *__kmalloc_node_track_caller(size_t size, gfp_t flags, int node, unsigned long caller)
{
	return kmalloc_slowly(size, flags, node, caller);
}
EXPORT_SYMBOL(__kmalloc_node_track_caller);

/* Objects in. */

static void give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	if (unlikely(slab_hooks_on()) && !slab_pre_free(s, page, x, site))
		return;
	if (slab_checked(s))
		checked_give(s, page, x, site);
	else
		slow_give(s, page, x, site);
}

static struct kmem_cache *owner(struct page *page, const void *x)
{
	struct kmem_cache *s = page->slab_cache;

	return likely(s) ? s : backend_owner(page, x);
}

static __always_inline void kfree_untraced(const void *x, unsigned long site)
{
	struct page *page = slab_page_of(x);
	struct kmem_cache *s = page ? owner(page, x) : NULL;

	if (s)
		give(s, page, (void *)x, site);
	else
		kfree_other(x, site);
}

static noinline void kfree_traced(const void *x, unsigned long site)
{
	trace_kfree(site, x);
	kfree_untraced(x, site);
}

static noinline void kfree_slowly(const void *x, unsigned long site)
{
	if (unlikely(slab_hooks_on()))
		kfree_traced(x, site);
	else
		kfree_untraced(x, site);
}

/*
 * @s: what kmem_cache_free() was told. A backend without slabs has to believe it.
 * @one: it was, by that; false: one of many
 */
static noinline void free_slowly(struct kmem_cache *s, void *x, unsigned long site, bool one)
{
	struct page *page = slab_page_of(x);
	struct kmem_cache *own = page ? page->slab_cache : NULL;

	if (page && (own == s || !own)) {
		if (unlikely(slab_hooks_on()) && one)
			trace_kmem_cache_free(site, x, s);
		give(s, page, x, site);
	} else if (page) {
		slab_wrong_cache(s, page, x, site);
	} else if (x) {
		slab_bad_free("kmem_cache_free", x, site);
	}
}

void kfree(const void *objp)
{
	if (unlikely(!fast_give_any(objp)))
		kfree_slowly(objp, _RET_IP_);
}
EXPORT_SYMBOL(kfree);

void kfree_site(const void *objp, unsigned long site)
{
	if (unlikely(!fast_give_any(objp)))
		kfree_slowly(objp, site);
}

void kmem_cache_free(struct kmem_cache *s, void *objp)
{
	if (unlikely(!fast_give(s, objp)))
		free_slowly(s, objp, _RET_IP_, true);
}
EXPORT_SYMBOL(kmem_cache_free);

void kmem_cache_free_site(struct kmem_cache *s, void *objp, unsigned long site)
{
	if (unlikely(!fast_give(s, objp)))
		free_slowly(s, objp, site, true);
}

/* Many at once. */

void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p)
{
	unsigned long site = _RET_IP_;
	size_t i = 0;

	while (i < nr) {
		i += fast_give_many(s, nr - i, p + i);
		if (i == nr)
			break;
		if (!s)
			kfree_untraced(p[i], site);
		else if (p[i])
			free_slowly(s, p[i], site, false);
		i++;
	}
}
EXPORT_SYMBOL(kmem_cache_free_bulk);

int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t nr, void **p)
{
	struct wish w = { flags, NUMA_NO_NODE, 0, _RET_IP_ };
	size_t i = 0;

	while (i < nr) {
		if (likely(!(flags & SLAB_GFP_ODD)))
			i += fast_take_many(s, nr - i, p + i);
		if (i == nr)
			break;
		if (!i && fails(s, flags))
			return 0;
		p[i] = alloc_wish(s, &w, false);
		if (!p[i]) {
			kmem_cache_free_bulk(s, i, p);
			return 0;
		}
		i++;
	}
	return nr;
}
EXPORT_SYMBOL(kmem_cache_alloc_bulk);
