/* SPDX-License-Identifier: MIT */
/* What suites for the inside of one backend share, whichever it is. */
#ifndef TESTS_UNIT_BACKEND_H
#define TESTS_UNIT_BACKEND_H

#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

/* Neither shared nor debugged, whatever the machine was booted with. */
#define PLAIN	(SLAB_NO_MERGE | SLAB_NO_USER_FLAGS)

#define OWN_CACHE	"own-cache"

static inline struct kmem_cache *own_cache(struct kunit *test, unsigned int size,
					   slab_flags_t flags)
{
	struct kmem_cache *s = kmem_cache_create(OWN_CACHE, size, 0, PLAIN | flags, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

/* How often a node's lock was taken so far. */
static inline unsigned long node_locks(void)
{
	return quarry_lock_stats(RANK_SLAB_NODE).takes;
}

/* For .init: other hooks than the suites' own would shut the fast half. */
static inline int open_fast(struct kunit *test)
{
	backend_open_fast(true);
	return 0;
}

static inline void restore_fast(struct kunit *test)
{
	backend_open_fast(!slab_hooks_on());
}

/* Objects that are allocated on one CPU and freed on another, by a call across. */

struct remote {
	struct kmem_cache *s;
	void **p;
	unsigned int n;
};

static inline void free_them(void *arg)
{
	struct remote *r = arg;
	unsigned int i;

	for (i = 0; i < r->n; i++)
		kmem_cache_free(r->s, r->p[i]);
}

static inline void alloc_them(void *arg)
{
	struct remote *r = arg;
	unsigned int i;

	for (i = 0; i < r->n; i++)
		r->p[i] = kmem_cache_alloc(r->s, GFP_ATOMIC);
}

#endif
