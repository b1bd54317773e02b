/* SPDX-License-Identifier: MIT */
/*
 * Objects smaller than pages: caches of equal objects, and kmalloc().
 * Documents 000, 002, 003, 004. mm/slab/ says how it works: caches.c, kmalloc.c and the
 * backend, slub.c; layer.h is the contract between them.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>

/*
 * Flags of kmem_cache_create(). The first group is debugging, for this cache
 * alone; slub_debug= at boot gives it to any cache.
 */
#define SLAB_CONSISTENCY_CHECKS	((slab_flags_t)0x00000100U) /* check every free and alloc */
#define SLAB_RED_ZONE		((slab_flags_t)0x00000400U) /* guard bytes on both sides */
#define SLAB_POISON		((slab_flags_t)0x00000800U) /* fill free objects */
#define SLAB_STORE_USER		((slab_flags_t)0x00010000U) /* who allocated, who freed */
#define SLAB_TRACE		((slab_flags_t)0x00200000U) /* log every alloc and free */

#define SLAB_KMALLOC		((slab_flags_t)0x00001000U) /* a general cache */
#define SLAB_HWCACHE_ALIGN	((slab_flags_t)0x00002000U) /* do not share cache lines */
#define SLAB_CACHE_DMA		((slab_flags_t)0x00004000U) /* pages from ZONE_DMA */
#define SLAB_CACHE_DMA32	((slab_flags_t)0x00008000U) /* pages from ZONE_DMA32 */
#define SLAB_RECLAIM_ACCOUNT	((slab_flags_t)0x00020000U) /* a shrinker can empty it */
#define SLAB_TEMPORARY		SLAB_RECLAIM_ACCOUNT	    /* short-lived: same grouping */
#define SLAB_PANIC		((slab_flags_t)0x00040000U) /* create or panic */
#define SLAB_TYPESAFE_BY_RCU	((slab_flags_t)0x00080000U) /* freed objects keep their type */
#define SLAB_MEM_SPREAD		((slab_flags_t)0x00100000U) /* for tasks whose cpuset spreads */
#define SLAB_NOLEAKTRACE	((slab_flags_t)0x00800000U) /* holds no pointers that matter */
#define SLAB_NO_MERGE		((slab_flags_t)0x01000000U) /* never shared with a like cache */
#define SLAB_FAILSLAB		((slab_flags_t)0x02000000U) /* failslab's cache-filter means it */
#define SLAB_ACCOUNT		((slab_flags_t)0x04000000U) /* charged to whoever allocates */
#define SLAB_NO_USER_FLAGS	((slab_flags_t)0x10000000U) /* slub_debug= leaves it alone */

/* Those of options that are off, as in a kernel without them. */
#define SLAB_DEBUG_OBJECTS	((slab_flags_t)0)
#define SLAB_KASAN		((slab_flags_t)0)
#define SLAB_SKIP_KFENCE	((slab_flags_t)0)
#define SLAB_NOTRACK		((slab_flags_t)0)	/* kmemcheck's; documents 000, 002 */

/* Quarry's own: the 2.6 era's flags that 6.1 has no bit for any more. */
#define ___SLAB_NO_REAP		0x00000080U	/* empty slabs stay */
#define ___SLAB_DEBUG_INITIAL	0x00000200U	/* the constructor looks at what is freed */

/* What kmalloc(0) returns: not NULL, and nothing may be stored there. */
#define ZERO_SIZE_PTR		((void *)16)
#define ZERO_OR_NULL_PTR(x)	((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define ARCH_KMALLOC_MINALIGN	__alignof__(unsigned long long)
#define ARCH_SLAB_MINALIGN	__alignof__(unsigned long long)

#define KMALLOC_SHIFT_LOW	3
#define KMALLOC_SHIFT_HIGH	(PAGE_SHIFT + 1)
#define KMALLOC_SHIFT_MAX	(MAX_ORDER + PAGE_SHIFT - 1)
#define KMALLOC_MIN_SIZE	(1 << KMALLOC_SHIFT_LOW)
/* The largest general cache; beyond it, whole pages. */
#define KMALLOC_MAX_CACHE_SIZE	(1UL << KMALLOC_SHIFT_HIGH)
#define KMALLOC_MAX_SIZE	(1UL << KMALLOC_SHIFT_MAX)
#define KMALLOC_MAX_ORDER	(KMALLOC_SHIFT_MAX - PAGE_SHIFT)

struct kmem_cache;

/**
 * kmem_cache_create - make a cache of equal objects
 * @name: for people; copied
 * @size: bytes of one object
 * @align: a power of two up to 4,096, or 0
 * @flags: SLAB_*
 * @ctor: called once for each object when its slab is made; NULL: none
 *
 * A cache without @ctor may be shared with one that has like objects, unless the
 * machine booted with slab_nomerge. Context: process context, may sleep.
 * Return: the cache, or NULL (the log says why).
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *));
/** kmem_cache_create_usercopy - the same; only [@useroffset, +@usersize) of an
 *  object is meant to be copied to and from user space */
struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size,
					      unsigned int align, slab_flags_t flags,
					      unsigned int useroffset, unsigned int usersize,
					      void (*ctor)(void *));
/**
 * kmem_cache_destroy - end a cache; every object must have been freed
 * @s: the cache, or NULL
 * A cache with live objects is reported, object by object, and stays as it is.
 * Context: process context, may sleep.
 */
void kmem_cache_destroy(struct kmem_cache *s);
/**
 * kmem_cache_shrink - give empty slabs back to the page allocator
 * Context: process context, interrupts on. Return: 0 when no slab is left.
 */
int kmem_cache_shrink(struct kmem_cache *s);

#define KMEM_CACHE(__struct, __flags)					\
	kmem_cache_create(#__struct, sizeof(struct __struct),		\
			  __alignof__(struct __struct), (__flags), NULL)
#define KMEM_CACHE_USERCOPY(__struct, __flags, __field)			\
	kmem_cache_create_usercopy(#__struct, sizeof(struct __struct),	\
			__alignof__(struct __struct), (__flags),	\
			offsetof(struct __struct, __field),		\
			sizeof(((struct __struct *)0)->__field), NULL)

/**
 * kmem_cache_alloc - one object
 * @s: the cache
 * @flags: what the allocation may do; __GFP_ZERO clears the object
 * Context: as @flags say; any with GFP_ATOMIC. Return: the object or NULL.
 */
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags) __malloc;
/** kmem_cache_alloc_node - one object, from @node's memory if it has any left */
void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node) __malloc;
struct list_lru;
/** kmem_cache_alloc_lru - one object that @lru will keep: which makes no difference here,
 *  where nobody is charged for objects */
static __always_inline void *kmem_cache_alloc_lru(struct kmem_cache *s, struct list_lru *lru,
						  gfp_t flags)
{
	return kmem_cache_alloc(s, flags);
}
/**
 * kmem_cache_free - give an object back to the cache it came from
 * @objp: the object, or NULL
 * Context: any.
 */
void kmem_cache_free(struct kmem_cache *s, void *objp);
/**
 * kmem_cache_alloc_bulk - @nr objects at once
 * Return: @nr, or 0 when there were not enough: then none is allocated.
 */
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t nr, void **p);
/** kmem_cache_free_bulk - @nr objects of one cache; @s NULL: of any general caches */
void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p);

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kmem_cache_alloc(s, flags | __GFP_ZERO);
}

static __always_inline void kfree_bulk(size_t nr, void **p)
{
	kmem_cache_free_bulk(NULL, nr, p);
}

/** kmem_cache_size - bytes of one object, as given at creation */
unsigned int kmem_cache_size(struct kmem_cache *s);
/** slab_is_available - has the slab layer been started? */
bool slab_is_available(void);

/* General caches, by what their pages are for. */
enum kmalloc_cache_type {
	KMALLOC_NORMAL = 0,
	KMALLOC_CGROUP = KMALLOC_NORMAL,
	KMALLOC_RECLAIM,
	KMALLOC_DMA,
	NR_KMALLOC_TYPES
};

/* Keys: C fixed at boot. Index: see __kmalloc_index(). */
#define KMALLOC_INDEXES		18	/* as far as any backend has caches: 128 KiB */
extern struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_INDEXES]; /* C */

static __always_inline enum kmalloc_cache_type kmalloc_type(gfp_t flags)
{
	if (likely(!(flags & (__GFP_DMA | __GFP_RECLAIMABLE))))
		return KMALLOC_NORMAL;
	return flags & __GFP_DMA ? KMALLOC_DMA : KMALLOC_RECLAIM;
}

/*
 * The general cache for a constant size: 1 is 96 bytes, 2 is 192, n from 3 up is
 * 2^n, and 0 is for nothing at all.
 */
static __always_inline unsigned int __kmalloc_index(size_t size)
{
	if (!size)
		return 0;
	if (size <= KMALLOC_MIN_SIZE)
		return KMALLOC_SHIFT_LOW;
	if (size > 64 && size <= 96)
		return 1;
	if (size > 128 && size <= 192)
		return 2;
	return __fls(size - 1) + 1;
}
#define kmalloc_index(s)	__kmalloc_index(s)

void *__kmalloc(size_t size, gfp_t flags) __malloc __alloc_size(1);
void *__kmalloc_node(size_t size, gfp_t flags, int node) __malloc __alloc_size(1);
/** kmalloc_plain - kmalloc_trace() with flags that are known to be kmalloc_plain_flags() */
void *kmalloc_plain(struct kmem_cache *s, gfp_t flags, size_t size) __malloc __alloc_size(3);
/** __kmalloc_plain - __kmalloc() with such flags, for an ordinary general cache */
void *__kmalloc_plain(size_t size, gfp_t flags) __malloc __alloc_size(1);
#define kmalloc_plain_flags(flags)					\
	(__builtin_constant_p(flags) &&					\
	 !((flags) & (__GFP_ZERO | __GFP_DMA32 | __GFP_HIGHMEM | ~__GFP_BITS_MASK)))
/** kmalloc_trace - from general cache @s, where it is known already; @size for the records */
void *kmalloc_trace(struct kmem_cache *s, gfp_t flags, size_t size) __malloc __alloc_size(3);
void *kmalloc_node_trace(struct kmem_cache *s, gfp_t flags, int node, size_t size)
	__malloc __alloc_size(4);
void *kmalloc_large(size_t size, gfp_t flags) __malloc __alloc_size(1);
void *kmalloc_large_node(size_t size, gfp_t flags, int node) __malloc __alloc_size(1);

/**
 * kmalloc - memory that is contiguous, physically too
 * @size: bytes, up to KMALLOC_MAX_SIZE (4 MiB); 0 gives ZERO_SIZE_PTR
 * @flags: GFP_KERNEL where one may sleep, GFP_ATOMIC elsewhere
 *
 * A power of two is aligned to its own size, other sizes to 8 bytes at least.
 * Context: as @flags say. Return: the memory or NULL.
 */
static __always_inline __alloc_size(1) void *kmalloc(size_t size, gfp_t flags)
{
	if (__builtin_constant_p(size)) {
		if (size > KMALLOC_MAX_CACHE_SIZE)
			return kmalloc_large(size, flags);
		if (!size)
			return ZERO_SIZE_PTR;
		if (kmalloc_plain_flags(flags))
			return kmalloc_plain(
				kmalloc_caches[kmalloc_type(flags)][__kmalloc_index(size)], flags,
				size);
		return kmalloc_trace(kmalloc_caches[kmalloc_type(flags)][__kmalloc_index(size)],
				     flags, size);
	}
	if (kmalloc_plain_flags(flags) && kmalloc_type(flags) == KMALLOC_NORMAL)
		return __kmalloc_plain(size, flags);
	return __kmalloc(size, flags);
}

/** kmalloc_node - kmalloc() from @node's memory if it has any left */
static __always_inline __alloc_size(1) void *kmalloc_node(size_t size, gfp_t flags, int node)
{
	if (__builtin_constant_p(size)) {
		if (size > KMALLOC_MAX_CACHE_SIZE)
			return kmalloc_large_node(size, flags, node);
		if (!size)
			return ZERO_SIZE_PTR;
		return kmalloc_node_trace(
			kmalloc_caches[kmalloc_type(flags)][__kmalloc_index(size)], flags, node,
			size);
	}
	return __kmalloc_node(size, flags, node);
}

/**
 * kfree - free what kmalloc() or kmem_cache_alloc() returned
 * @objp: its result, NULL or ZERO_SIZE_PTR
 * Context: any.
 */
void kfree(const void *objp);
/** kfree_sensitive - clear it first */
void kfree_sensitive(const void *objp);
/** ksize - bytes that may be used behind @objp, which may be more than asked for */
size_t ksize(const void *objp);
size_t __ksize(const void *objp);
/** kmalloc_size_roundup - the ksize() that kmalloc(@size) would have */
size_t kmalloc_size_roundup(size_t size);
/**
 * krealloc - change the size, keeping the contents
 * @p: from kmalloc(), or NULL
 * @new_size: bytes; 0 frees @p
 *
 * It stays where it is when there is room behind it (ksize()), and always when @new_size
 * is less. With __GFP_ZERO, what comes behind the contents is zero if each of its
 * allocations was asked for so. Context: as @flags say.
 * Return: the memory, which may have moved; NULL leaves @p as it was.
 */
void *krealloc(const void *p, size_t new_size, gfp_t flags) __must_check __alloc_size(2);

static __always_inline __alloc_size(1) void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

static __always_inline __alloc_size(1) void *kzalloc_node(size_t size, gfp_t flags, int node)
{
	return kmalloc_node(size, flags | __GFP_ZERO, node);
}

/* Arrays of @n elements of @size bytes; NULL when the product does not fit. */

static __always_inline __alloc_size(1, 2) void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	if (__builtin_constant_p(n) && __builtin_constant_p(size))
		return kmalloc(bytes, flags);
	return __kmalloc(bytes, flags);
}

static __always_inline __alloc_size(1, 2) void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kmalloc_array(n, size, flags | __GFP_ZERO);
}

static __always_inline __alloc_size(1, 2) void *
kmalloc_array_node(size_t n, size_t size, gfp_t flags, int node)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return __kmalloc_node(bytes, flags, node);
}

static __always_inline __alloc_size(1, 2) void *
kcalloc_node(size_t n, size_t size, gfp_t flags, int node)
{
	return kmalloc_array_node(n, size, flags | __GFP_ZERO, node);
}

static __always_inline __must_check __alloc_size(2, 3) void *
krealloc_array(void *p, size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return krealloc(p, bytes, flags);
}

/* For functions that allocate on behalf of their caller: it becomes the site. */
void *__kmalloc_track_caller(size_t size, gfp_t flags, unsigned long caller) __alloc_size(1);
void *__kmalloc_node_track_caller(size_t size, gfp_t flags, int node, unsigned long caller)
	__alloc_size(1);
#define kmalloc_track_caller(size, flags) \
	__kmalloc_track_caller(size, flags, (unsigned long)__builtin_return_address(0))
#define kmalloc_node_track_caller(size, flags, node)			\
	__kmalloc_node_track_caller(size, flags, node,			\
				    (unsigned long)__builtin_return_address(0))

/**
 * kvmalloc_node - kmalloc() if that is easy, otherwise vmalloc()
 * @size: bytes
 * @flags: GFP_KERNEL; what may not sleep never falls back to vmalloc()
 * Context: as @flags say. Return: the memory, for kvfree(), or NULL.
 */
void *kvmalloc_node(size_t size, gfp_t flags, int node) __alloc_size(1);
/** kvfree - free what kvmalloc(), kmalloc() or vmalloc() returned; NULL is fine */
void kvfree(const void *addr);
void kvfree_sensitive(const void *addr, size_t len);
/** kvrealloc - change the size from @oldsize to @newsize bytes, keeping the contents */
void *kvrealloc(const void *p, size_t oldsize, size_t newsize, gfp_t flags) __alloc_size(3);

static __always_inline __alloc_size(1) void *kvmalloc(size_t size, gfp_t flags)
{
	return kvmalloc_node(size, flags, NUMA_NO_NODE);
}

static __always_inline __alloc_size(1) void *kvzalloc_node(size_t size, gfp_t flags, int node)
{
	return kvmalloc_node(size, flags | __GFP_ZERO, node);
}

static __always_inline __alloc_size(1) void *kvzalloc(size_t size, gfp_t flags)
{
	return kvmalloc_node(size, flags | __GFP_ZERO, NUMA_NO_NODE);
}

static __always_inline __alloc_size(1, 2) void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return kvmalloc_node(bytes, flags, NUMA_NO_NODE);
}

static __always_inline __alloc_size(1, 2) void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc_array(n, size, flags | __GFP_ZERO);
}

/** kmem_valid_obj - is this the address of, or in, a slab object? */
bool kmem_valid_obj(void *object);
/** kmem_dump_obj - log which object of which cache it is, and who allocated it */
void kmem_dump_obj(void *object);

#endif
