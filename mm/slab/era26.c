// SPDX-License-Identifier: MIT
/*
 * Caches as Linux 2.6 made them: constructors that are told the cache and whether they
 * may sleep, destructors, a kmem_cache_destroy() that returns what came of it. Modules
 * come here through linux/legacy-2.6.h. Document 003; checklist B3, B4.
 *
 *  E1 A constructor runs once for each object of a slab when the slab is made, with
 *     SLAB_CTOR_CONSTRUCTOR; with SLAB_CTOR_ATOMIC too when the request that the slab
 *     is made for may not sleep, so that the constructor must not either.
 *  E2 A destructor runs once for each object of a slab before the slab's memory goes
 *     back, whenever that is. Nobody says beforehand whether it may sleep.
 *  E3 With SLAB_DEBUG_INITIAL the constructor is called for each object that is freed,
 *     with SLAB_CTOR_VERIFY: it changes nothing and looks whether the object is again
 *     as constructed.
 *
 *  E4 Nothing is merged: kmem_cache_destroy_26() says whether this cache has objects.
 *
 * Locking: none; none is held while they run. Neighbours: caches.c, the backends.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/report.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

void slab_construct_26(struct kmem_cache *s, void *object, gfp_t gfp)
{
	unsigned long flags = SLAB_CTOR_CONSTRUCTOR;

	if (!gfpflags_allow_blocking(gfp))
		flags |= SLAB_CTOR_ATOMIC;
	s->ctor_26(object, s, flags);
}

void slab_destruct_26(struct kmem_cache *s, void *object)
{
	s->dtor(object, s, 0);
}

void slab_verify_26(struct kmem_cache *s, struct page *page, void *object)
{
	unsigned long off = (unsigned long)object - (unsigned long)slab_object(s, page, 0);

	/* What is no object is for others to report. */
	if (!(s->flags & SLAB_CALLS_26) || off % s->size || off / s->size >= page->slab_units)
		return;
	s->ctor_26(object, s, SLAB_CTOR_CONSTRUCTOR | SLAB_CTOR_ATOMIC | SLAB_CTOR_VERIFY);
}

struct kmem_cache *kmem_cache_create_26(const char *name, size_t size, size_t align,
					unsigned long flags, slab_hook_26_t *ctor,
					slab_hook_26_t *dtor)
{
	struct kmem_cache want = {
		.name = name, .object_size = size, .align = align, .flags = flags,
		.ctor_26 = ctor, .dtor = dtor, .site = _RET_IP_,
	};

	/* Larger than the fields that they were put into: refused as what they are. */
	if (want.object_size != size)
		want.object_size = UINT_MAX;
	if (want.align != align)
		want.align = UINT_MAX;
	return cache_create(&want, (ctor ? SLAB_CALLS_26 : 0) | SLAB_NO_MERGE);
}
EXPORT_SYMBOL(kmem_cache_create_26);

int kmem_cache_destroy_26(struct kmem_cache *s)
{
	return s && !cache_destroy(s, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_destroy_26);
