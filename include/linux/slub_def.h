/* SPDX-License-Identifier: MIT */
/*
 * What a cache looks like inside. One layout for every backend: what differs
 * between them is behind cpu_slab and node[].
 */
#ifndef _LINUX_SLUB_DEF_H
#define _LINUX_SLUB_DEF_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/atomic.h>
#include <linux/spinlock_types.h>
#include <linux/mmzone.h>

struct kmem_cache_cpu;	/* what one CPU has of a cache: the backend's */

/*
 * What one node has of a cache.
 * Keys: N list_lock | A atomic
 */
struct kmem_cache_node {
	spinlock_t list_lock;
	unsigned long nr_partial;	/* N  length of partial */
	struct list_head partial;	/* N  slabs with free objects, not frozen */
	struct list_head full;		/* N  slabs without; debugged caches only */
	/* SLUB: what CPUs leave for each other, slub_magazine.c */
	void **depot;			/* N  bundles of objects; the first word: the next one */
	unsigned int depot_objects;	/* N  objects in them */
	atomic_long_t nr_slabs;		/* A  all slabs of the cache on this node */
	atomic_long_t total_objects;	/* A  objects in them, free or not */
	/* SLAB: a full list always, and */
	struct list_head free;		/* N  slabs with no object in use */
	unsigned long nr_free;		/* N  length of free */
	unsigned long free_objects;	/* N  free ones in the slabs; shared ones are not */
	unsigned long free_limit;	/* C  no empty slab goes at once while there are fewer */
	void **shared;			/* N  objects at 1 to shared_avail; NULL: no room yet */
	unsigned int shared_avail;	/* N */
	bool shared_touched;		/* N  some were taken in this period */
	bool free_touched;		/* N  the same of slabs on free */
	atomic_t colour_next;		/* A  slabs made: colours take turns */
};

/* What SLAB knows of a cache. Keys: C fixed when the cache is made */
struct slab_layout {
	unsigned int limit;		/* C  objects in a CPU's array, at first */
	unsigned int limit_max;		/* C  the same, at most */
	unsigned int shared;		/* C  batches in a node's shared array; 0: there is none */
	unsigned int shared_limit;	/* C  objects in it */
	unsigned int colours;		/* C  different ones, at least 1 */
	unsigned int colour_off;	/* C  bytes from one to the next */
	unsigned int bufctl_size;	/* C  bytes of an object descriptor: 1 or 2 */
	struct kmem_cache *slabp_cache;	/* C  for slab descriptors outside; NULL: inside */
};

/*
 * What linux/legacy-2.6.h makes the 2.6 era's interface of. Document 003; mm/slab/era26.c
 * says when constructors and destructors are called, and with which flags.
 */
typedef void slab_hook_26_t(void *object, struct kmem_cache *s, unsigned long flags);

#define SLAB_CTOR_CONSTRUCTOR	0x001ul	/* construct; without it: destruct */
#define SLAB_CTOR_ATOMIC	0x002ul	/* it must not sleep */
#define SLAB_CTOR_VERIFY	0x004ul	/* only look whether it is as constructed */

/** kmem_cache_create_26 - kmem_cache_create() with constructor and destructor; a
 *  destructor goes with a constructor only. Parameters and context as there. */
struct kmem_cache *kmem_cache_create_26(const char *name, size_t size, size_t align,
					unsigned long flags, slab_hook_26_t *ctor,
					slab_hook_26_t *dtor);
/** kmem_cache_destroy_26 - kmem_cache_destroy(); 0, or 1: it has objects, and stays */
int kmem_cache_destroy_26(struct kmem_cache *s);

/* Keys: C fixed when the cache is made | L slab_lock | A atomic */
struct kmem_cache {
	union {
		unsigned long lane;	/* C  SLUB: where magazines are, for fast_take() */
		unsigned long slob;	/* C  SLOB: what is taken for an object; 0: slowly */
	};
	union {
		unsigned long give_lane; /* C  and for fast_give(); 0: nowhere */
		unsigned long slob_lane; /* C  SLOB: slab_lane of pages its objects are in */
	};
	struct kmem_cache_cpu __percpu *cpu_slab; /* C */
	slab_flags_t flags;		/* C  SLAB_*; kunit tests change debug bits */
	unsigned int offset;		/* C  of the free pointer in a free object, bytes */
	unsigned int size;		/* C  from one object to the next, bytes */
	unsigned int object_size;	/* L  what the user gets; merging may raise it */
	unsigned int reciprocal;	/* C  2^32 / size, rounded up */
	unsigned int order;		/* C  pages of a slab, log2 */
	unsigned int objects;		/* C  in a slab of that order */
	unsigned int min_order;		/* C  what is tried when that order is not there */
	unsigned int min_partial;	/* C  empty slabs a node keeps */
	unsigned int cpu_partial;	/* C  slabs a CPU keeps on partial */
	unsigned int magazine;		/* C  objects that a magazine may have */
	unsigned int inuse;		/* C  end of the payload and its right red zone */
	unsigned int align;		/* C  bytes */
	unsigned int red_left_pad;	/* C  bytes in front of the payload */
	gfp_t allocflags;		/* C  for each slab's pages */
	unsigned long secret;		/* C  that links are disguised with; 0: they are not */
	/* Called by slab_construct() and slab_destruct() only, mm/slab/layer.h. */
	union {
		void (*ctor)(void *object);	/* C  NULL: none */
		slab_hook_26_t *ctor_26;	/* C  if flags have SLAB_CALLS_26 */
	};
	slab_hook_26_t *dtor;		/* C  NULL: none */
	unsigned int useroffset;	/* C  part of the object for user copies: offset */
	unsigned int usersize;		/* C  and size; 0: none */
	int refcount;			/* L  users: 1 and the aliases; -1: the layer itself */
	unsigned int pins;		/* L  walkers that look at it: not to be freed yet */
	union {
		struct slab_layout slab;	/* C */
		struct kmem_cache *slob_next;	/* SLOB: mm/slab/slob_cache.c */
	};
	const char *name;		/* C */
	unsigned long site;		/* C  who made it */
	struct list_head list;		/* L  on slab_caches */
	struct list_head aliases;	/* L  struct slab_alias */
	atomic_long_t errors;		/* A  faults reported in it */
	struct kmem_cache_node *node[QUARRY_MAX_NODES]; /* C  as many as there are nodes */
};

/**
 * validate_slab_cache - check all objects of a cache, as far as its flags allow
 * Context: process context, interrupts on. Return: slabs found to be bad.
 */
long validate_slab_cache(struct kmem_cache *s);

#endif
