/* SPDX-License-Identifier: MIT */
/*
 * The interface of Linux 2.6, as the books about it use it, on top of 6.1's:
 * `quarry run --era 2.6` includes this before a module's first line. Headers that
 * have gone since are in include/legacy-2.6/.
 *
 * What 6.1 has dropped or changed is here as far as the core does it. The rest is
 * not defined, and so fails to compile by its name.
 *
 * Documents 000, 001, 003.
 */
#ifndef _LINUX_LEGACY_2_6_H
#define _LINUX_LEGACY_2_6_H

#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/ioport.h>
#include <linux/mempool.h>
#include <linux/percpu.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/slub_def.h>
#include <linux/spinlock.h>

/* Requests */

#define __GFP_WAIT	__GFP_RECLAIM		/* may sleep */
#define __GFP_REPEAT	__GFP_RETRY_MAYFAIL	/* try harder, but may fail */
#define __GFP_COLD	((gfp_t)___GFP_COLD)	/* from the cold end of this CPU's pages */

#define __GFP_NO_GROW	((gfp_t)___GFP_NO_GROW)	/* objects that are there, no new slab */

/* Caches */

typedef struct kmem_cache kmem_cache_t;

#define SLAB_KERNEL	GFP_KERNEL
#define SLAB_ATOMIC	GFP_ATOMIC
#define SLAB_USER	GFP_USER
#define SLAB_NOIO	GFP_NOIO
#define SLAB_NOFS	GFP_NOFS
#define SLAB_DMA	GFP_DMA
#define SLAB_NO_GROW	__GFP_NO_GROW
#define kmem_cache_name(cache)	((const char *)(cache)->name)

/* SLAB's timer leaves the cache its empty slabs. */
#define SLAB_NO_REAP		((slab_flags_t)___SLAB_NO_REAP)
/* The constructor is called with SLAB_CTOR_VERIFY for each object that is freed. */
#define SLAB_DEBUG_INITIAL	((slab_flags_t)___SLAB_DEBUG_INITIAL)
#define SLAB_DEBUG_FREE		SLAB_CONSISTENCY_CHECKS
#define SLAB_MUST_HWCACHE_ALIGN	SLAB_HWCACHE_ALIGN
#define SLAB_DESTROY_BY_RCU	SLAB_TYPESAFE_BY_RCU

/*
 * Six arguments, the last ones constructor and destructor: functions (void *,
 * kmem_cache_t *, unsigned long), or NULL. Five: without destructor, as since 2.6.23;
 * the constructor may be of that type, or of 6.1's.
 */
#define __legacy_hook(fn)						\
	_Generic((fn), slab_hook_26_t *: (fn), void *: (slab_hook_26_t *)NULL,	\
		 int: (slab_hook_26_t *)NULL)
#define __legacy_hook_or_null(fn)	_Generic((fn), slab_hook_26_t *: (fn), default: NULL)
#define __legacy_null_if_hook(fn)	_Generic((fn), slab_hook_26_t *: NULL, default: (fn))
#define __legacy_create5(name, size, align, flags, ctor)		\
	_Generic((ctor),						\
		 slab_hook_26_t *:					\
			kmem_cache_create_26(name, size, align, flags,	\
					     __legacy_hook_or_null(ctor), NULL), \
		 default:						\
			(kmem_cache_create)(name, size, align, flags,	\
					    __legacy_null_if_hook(ctor)))
#define __legacy_create6(name, size, align, flags, ctor, dtor)		\
	kmem_cache_create_26(name, size, align, flags, __legacy_hook(ctor), __legacy_hook(dtor))
#define __legacy_seventh(a, b, c, d, e, f, name, ...)	name
#define kmem_cache_create(...)						\
	__legacy_seventh(__VA_ARGS__, __legacy_create6, __legacy_create5,)(__VA_ARGS__)
/* 0, or 1: objects are left, and so is the cache. */
#define kmem_cache_destroy(cache)	kmem_cache_destroy_26(cache)

/* Memory of devices */

#define ioremap_nocache(phys, size)	ioremap(phys, size)

/* Could it be claimed now? Somebody may be faster: claim it instead. */
static inline int __legacy_check_region(struct resource *root, resource_size_t start,
					resource_size_t n)
{
	if (!__request_region(root, start, n, "check-region", 0))
		return -EBUSY;
	__release_region(root, start, n);
	return 0;
}
#define check_region(start, n)		__legacy_check_region(&ioport_resource, start, n)
#define check_mem_region(start, n)	__legacy_check_region(&iomem_resource, start, n)

/* Memory pools */

/* Functions that make elements took their flags as an int at first. */
#define __legacy_maker(fn)						\
	_Generic((fn), void *(*)(int, void *): (mempool_alloc_t *)(fn), default: (fn))
#define mempool_create(min_nr, alloc, free, data)			\
	(mempool_create)(min_nr, __legacy_maker(alloc), free, data)
/* Two arguments as in 6.1, or three: the last says how memory may be looked for. */
#define __legacy_resize2(pool, nr)	(mempool_resize)(pool, nr)
#define __legacy_resize3(pool, nr, gfp)	((void)(gfp), (mempool_resize)(pool, nr))
#define __legacy_fourth(a, b, c, name, ...)	name
#define mempool_resize(...)						\
	__legacy_fourth(__VA_ARGS__, __legacy_resize3, __legacy_resize2,)(__VA_ARGS__)

/* Mapping for a moment, in a slot that the caller names */

#define __legacy_third(a, b, name, ...)	name
#define __legacy_unmap1(addr)						\
	do {								\
		__kmap_not_a_page(addr);				\
		__kunmap_atomic(addr);					\
	} while (0)
/* Preemption goes off and on in the module itself, whose place a report gives. */
#define __legacy_map2(page, type)					\
	({ preempt_disable(); kmap_atomic_type(page, type); })
#define __legacy_unmap2(addr, type)					\
	do {								\
		__kmap_not_a_page(addr);				\
		kunmap_atomic_type(addr, type);				\
		preempt_enable();					\
	} while (0)
#undef kunmap_atomic
#define kmap_atomic(...)						\
	__legacy_third(__VA_ARGS__, __legacy_map2, (kmap_atomic),)(__VA_ARGS__)
#define kunmap_atomic(...)						\
	__legacy_third(__VA_ARGS__, __legacy_unmap2, __legacy_unmap1,)(__VA_ARGS__)

/* This CPU's copy, by somebody who cannot leave it */

#define __get_cpu_var(var)	(*this_cpu_ptr(&(var)))

/* Locks */

#define SPIN_LOCK_UNLOCKED	__SPIN_LOCK_UNLOCKED(SPIN_LOCK_UNLOCKED)
#define DECLARE_MUTEX(name)	DEFINE_SEMAPHORE(name)
#define init_MUTEX(sem)		sema_init(sem, 1)
#define init_MUTEX_LOCKED(sem)	sema_init(sem, 0)

#endif
