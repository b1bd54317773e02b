/* SPDX-License-Identifier: MIT */
/*
 * The interface of Linux 2.6, as the books about it use it, on top of 6.1's:
 * `quarry run --era 2.6` includes this before a module's first line. Headers that
 * have gone since are in include/legacy-2.6/.
 *
 * What 6.1 has dropped or changed is here as far as the core does it. The rest is
 * not defined, and so fails to compile by its name: a cache's constructor with three
 * arguments, its destructor, SLAB_CTOR_*.
 *
 * Documents 000, 001, 003.
 */
#ifndef _LINUX_LEGACY_2_6_H
#define _LINUX_LEGACY_2_6_H

#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/percpu.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
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

/* Nothing takes pages from a cache behind its back, so this asks for what is so. */
#define SLAB_NO_REAP	((slab_flags_t)0)

/*
 * Five arguments as in 6.1, or six with constructor and destructor, which must be
 * NULL: a function has no place in the list of types.
 */
#define __legacy_null(fn)	_Generic((fn), void *: NULL, int: NULL)
#define __legacy_create5(name, size, align, flags, ctor) \
	(kmem_cache_create)(name, size, align, flags, ctor)
#define __legacy_create6(name, size, align, flags, ctor, dtor)		\
	((void)__legacy_null(dtor),					\
	 (kmem_cache_create)(name, size, align, flags, __legacy_null(ctor)))
#define __legacy_seventh(a, b, c, d, e, f, name, ...)	name
#define kmem_cache_create(...)						\
	__legacy_seventh(__VA_ARGS__, __legacy_create6, __legacy_create5,)(__VA_ARGS__)

/* Mapping for a moment, in a slot that the caller names */

#define __legacy_third(a, b, name, ...)	name
#define __legacy_unmap1(addr)						\
	do {								\
		__kmap_not_a_page(addr);				\
		__kunmap_atomic(addr);					\
	} while (0)
#undef kunmap_atomic
#define kmap_atomic(...)						\
	__legacy_third(__VA_ARGS__, kmap_atomic_type, (kmap_atomic),)(__VA_ARGS__)
#define kunmap_atomic(...)						\
	__legacy_third(__VA_ARGS__, kunmap_atomic_type, __legacy_unmap1,)(__VA_ARGS__)

/* This CPU's copy, by somebody who cannot leave it */

#define __get_cpu_var(var)	(*this_cpu_ptr(&(var)))

/* Locks */

#define SPIN_LOCK_UNLOCKED	__SPIN_LOCK_UNLOCKED(SPIN_LOCK_UNLOCKED)
#define DECLARE_MUTEX(name)	DEFINE_SEMAPHORE(name)
#define init_MUTEX(sem)		sema_init(sem, 1)
#define init_MUTEX_LOCKED(sem)	sema_init(sem, 0)

#endif
