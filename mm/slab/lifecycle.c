// SPDX-License-Identifier: MIT
/*
 * A cache's inner life, for checked caches and for the backend's: opened, shrunk, counted,
 * validated, closed; and the first two caches, which hold what caches are made of.
 *
 *  L1 node[] of an open cache has an entry for each node.
 *  L2 boot_cache and boot_node_cache are opened before kmem_cache_alloc() works, so their
 *     nodes are static.
 *
 * Locking: see each function in layer.h.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"

static struct kmem_cache boot_cache, boot_node_cache;
static struct kmem_cache_node boot_nodes[2][QUARRY_MAX_NODES];

/* Nodes. */

static void init_node(struct kmem_cache_node *n)
{
	memset(n, 0, sizeof(*n));
	spin_lock_init(&n->list_lock);
	spin_lock_set_rank(&n->list_lock, RANK_SLAB_NODE);
	INIT_LIST_HEAD(&n->partial);
	INIT_LIST_HEAD(&n->full);
}

static void free_nodes(struct kmem_cache *s)
{
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		if (s->node[nid])
			kmem_cache_free(&boot_node_cache, s->node[nid]);
}

static int make_nodes(struct kmem_cache *s)
{
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		s->node[nid] = kmem_cache_alloc_node(&boot_node_cache, GFP_KERNEL, nid);
		if (!s->node[nid]) {
			free_nodes(s);
			return -ENOMEM;
		}
		init_node(s->node[nid]);
	}
	return 0;
}

/* Opened and closed. */

static void choose_allocflags(struct kmem_cache *s)
{
	s->allocflags = __GFP_COMP;
	if (s->flags & SLAB_CACHE_DMA)
		s->allocflags |= GFP_DMA;
	if (s->flags & SLAB_CACHE_DMA32)
		s->allocflags |= GFP_DMA32;
	if (s->flags & SLAB_RECLAIM_ACCOUNT)
		s->allocflags |= __GFP_RECLAIMABLE;
}

/* What is left to do when the nodes are there. */
static int open_with_nodes(struct kmem_cache *s)
{
	choose_allocflags(s);
	if (!slab_checked(s))
		return backend_open(s);
	backend_open_checked(s);
	return slab_lay_out(s);
}

int cache_open(struct kmem_cache *s)
{
	int err = make_nodes(s);

	if (err)
		return err;
	err = open_with_nodes(s);
	if (err)
		free_nodes(s);
	return err;
}

void cache_close(struct kmem_cache *s)
{
	if (!slab_checked(s))
		backend_close(s);
	free_nodes(s);
}

/* In between. */

unsigned long cache_empty(struct kmem_cache *s, bool last)
{
	slab_asan_drain(s);
	return slab_checked(s) ? checked_shrink(s, last) : backend_shrink(s, last);
}

void cache_info(struct kmem_cache *s, struct slabinfo *info)
{
	slab_asan_drain(s);
	memset(info, 0, sizeof(*info));
	if (slab_checked(s))
		checked_info(s, info);
	else
		backend_info(s, info);
}

unsigned long cache_each_object(struct kmem_cache *s,
				unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						    void *object, void *ctx), void *ctx)
{
	slab_asan_drain(s);
	return slab_checked(s) ? checked_each_object(s, fn, ctx) : backend_each_object(s, fn, ctx);
}

__weak unsigned long backend_each_object_of_all(unsigned long (*fn)(struct kmem_cache *s,
								    struct page *page,
								    void *object, void *ctx),
						void *ctx)
{
	unsigned long sum = 0;
	struct kmem_cache *s;

	for (s = cache_next(NULL); s; s = cache_next(s))
		if (!slab_checked(s))
			sum += backend_each_object(s, fn, ctx);
	return sum;
}

unsigned long cache_each_object_of_all(unsigned long (*fn)(struct kmem_cache *s,
							   struct page *page, void *object,
							   void *ctx), void *ctx)
{
	unsigned long sum = 0;
	struct kmem_cache *s;

	slab_asan_drain(NULL);
	for (s = cache_next(NULL); s; s = cache_next(s))
		if (slab_checked(s))
			sum += checked_each_object(s, fn, ctx);
	return sum + backend_each_object_of_all(fn, ctx);
}

unsigned int cache_validate(struct kmem_cache *s)
{
	slab_asan_drain(s);
	return slab_checked(s) ? checked_validate(s) : backend_validate(s);
}

/* The first caches. */

/* struct kmem_cache, with as many entries in node[] as there are nodes. */
static unsigned int cache_struct_size(void)
{
	return offsetof(struct kmem_cache, node) +
	       machine.nr_nodes * sizeof(struct kmem_cache_node *);
}

struct kmem_cache *cache_struct_alloc(void)
{
	return kmem_cache_zalloc(&boot_cache, GFP_KERNEL);
}

bool cache_of_caches(const struct kmem_cache *s)
{
	return s == &boot_cache;
}

void cache_struct_free(struct kmem_cache *s)
{
	kmem_cache_free(&boot_cache, s);
}

int cache_open_static(struct kmem_cache *s, const char *name, unsigned int size,
		      struct kmem_cache_node *nodes)
{
	unsigned int nid;
	int err;

	memset(s, 0, sizeof(*s));
	s->name = name;
	s->object_size = size;
	s->align = L1_CACHE_BYTES;
	s->flags = cache_flags(size, SLAB_HWCACHE_ALIGN | SLAB_NO_MERGE, name);
	s->refcount = -1;
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		s->node[nid] = &nodes[nid];
		init_node(s->node[nid]);
	}
	err = open_with_nodes(s);
	if (!err)
		cache_register(s);
	return err;
}

int cache_boot(void)
{
	int err = cache_open_static(&boot_node_cache, "kmem_cache_node",
				    sizeof(struct kmem_cache_node), boot_nodes[0]);

	if (!err)
		err = cache_open_static(&boot_cache, "kmem_cache", cache_struct_size(),
					boot_nodes[1]);
	return err;
}

void cache_boot_reset(void)
{
	memset(&boot_cache, 0, sizeof(boot_cache));
	memset(&boot_node_cache, 0, sizeof(boot_node_cache));
}
