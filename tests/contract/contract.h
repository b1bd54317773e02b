/* SPDX-License-Identifier: MIT */
/*
 * What a slab allocator promises, whichever backend it is made of: mm/slab/backend.h
 * and linux/slab.h. The suites in this folder use only those names and what is here,
 * so that each may be compiled for several backends in one program, beside the program's
 * own layer; what other parts allocate, kstrdup() and memory pools, is that one's.
 *
 *	objects_test.c	caches: alignment, constructors, accounting, destruction
 *	places_test.c	nodes, zones, contexts, memory that runs out
 *	sizes_test.c	kmalloc() and what is made of it
 *	model_test.c	random operations against an oracle
 *	race_test.c	two and three CPUs, interleaved by a seed
 *	failure_test.c	each allocation inside the layer fails once, and for good
 */
#ifndef TESTS_CONTRACT_CONTRACT_H
#define TESTS_CONTRACT_CONTRACT_H

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include "tests/contract/program.h"

/*
 * contract_suite - a suite, and the machine that it needs. For a copy of the layer, whose
 * backend CONTRACT_BACKEND names, it has the copy's life around it; otherwise it is for
 * the program's own layer.
 */
#ifdef CONTRACT_BACKEND
#define CONTRACT_SUITE(suffix)						\
	.name = "contract_" CONTRACT_BACKEND "_" suffix,		\
	.suite_init = contract_boot, .suite_exit = contract_shutdown
#else
#define CONTRACT_SUITE(suffix)	.name = "contract_" suffix
#endif

#define contract_suite(suite, suffix, cases, machine)			\
	contract_suite_with(suite, suffix, cases, machine, NULL, NULL)
/* The same, with work before and after each case. */
#define contract_suite_with(suite, suffix, cases, machine, before, after) \
	static struct kunit_suite suite = { CONTRACT_SUITE(suffix),	\
		.init = before, .exit = after, .test_cases = cases };	\
	quarry_suite_on(suite, machine)

/* Neither shared nor debugged, whatever the machine was booted with. */
#define CONTRACT_PLAIN	(SLAB_NO_MERGE | SLAB_NO_USER_FLAGS)
#define CONTRACT_DEBUG	(SLAB_NO_MERGE | SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | \
			 SLAB_POISON | SLAB_STORE_USER)

/* A kind of cache that a case is repeated with. */
struct flavour {
	const char *name;
	slab_flags_t flags;
};

static const struct flavour flavours[] = {
	{ "plain", CONTRACT_PLAIN },
	{ "cache lines", CONTRACT_PLAIN | SLAB_HWCACHE_ALIGN },
	{ "reclaimable", CONTRACT_PLAIN | SLAB_RECLAIM_ACCOUNT },
	{ "debugged", CONTRACT_DEBUG },
	{ "checked only", SLAB_NO_MERGE | SLAB_CONSISTENCY_CHECKS },
};

static inline void flavour_name(const struct flavour *f, char *name)
{
	strscpy(name, f->name, KUNIT_PARAM_DESC_SIZE);
}

static inline slab_flags_t flavour_of(struct kunit *test)
{
	return ((const struct flavour *)test->param_value)->flags;
}

/*
 * contract_knows - does the backend know whose object this is, by its address alone? SLOB
 * does not, of objects of caches: they have no header, so kfree() and ksize() are not for
 * them.
 */
static inline bool contract_knows(const void *object)
{
	struct page *page = virt_to_head_page(object);

	return page->slab_cache || backend_owner(page, object);
}

/* Counts. */

static inline struct slabinfo contract_count(struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return info;
}

/** contract_active - objects that users have */
static inline unsigned long contract_active(struct kmem_cache *s)
{
	return contract_count(s).active_objs;
}

/** contract_bytes - all that slabs, and large blocks, take */
static inline unsigned long contract_bytes(void)
{
	return global_node_page_state(NR_SLAB_RECLAIMABLE_B) +
	       global_node_page_state(NR_SLAB_UNRECLAIMABLE_B);
}

/** contract_validate - faults in the layer, each one logged */
static inline unsigned int contract_validate(void)
{
	return slab_validate();
}

static inline unsigned int contract_validate_cache(struct kmem_cache *s)
{
	return cache_validate(s);
}

static inline bool contract_is_listed(const struct kmem_cache *wanted)
{
	struct kmem_cache *s;
	bool found = false;

	for (s = cache_next(NULL); s; s = cache_next(s))
		found |= s == wanted;
	return found;
}

/**
 * contract_wait_for_readers - what they could look at is not counted any more. Twice: a
 * backend may collect objects while others wait.
 */
static inline void contract_wait_for_readers(void)
{
	rcu_barrier();
	rcu_barrier();
}

/** contract_settle - nothing is kept for later: what is left belongs to somebody */
static inline void contract_settle(void)
{
	struct kmem_cache *s;

	contract_wait_for_readers();
	vm_unmap_aliases();
	/* Twice: what describes one cache's slabs may be objects of another. */
	for (s = cache_next(NULL); s; s = cache_next(s))
		kmem_cache_shrink(s);
	for (s = cache_next(NULL); s; s = cache_next(s))
		kmem_cache_shrink(s);
	contract_program_settle();
	drain_all_pages(NULL);
}

/* Contents: each byte depends on its place and on a number. */

static inline void contract_fill(void *p, size_t size, u32 number)
{
	u8 *byte = p;
	size_t i;

	for (i = 0; i < size; i++)
		byte[i] = (u8)(number + i * 7 + (i >> 8));
}

static inline bool contract_intact(const void *p, size_t size, u32 number)
{
	const u8 *byte = p;
	size_t i;

	for (i = 0; i < size; i++)
		if (byte[i] != (u8)(number + i * 7 + (i >> 8)))
			return false;
	return true;
}

/* Overlap. */

struct extent {
	uintptr_t start;
	size_t size;
};

static inline int extent_order(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/** contract_overlap - do any of @n extents overlap? Sorts them. */
static inline bool contract_overlap(struct extent *e, size_t n)
{
	size_t i;

	sort(e, n, sizeof(*e), extent_order, NULL);
	for (i = 1; i < n; i++)
		if (e[i - 1].start + e[i - 1].size > e[i].start)
			return true;
	return false;
}

/** contract_apart - are these objects of one size all there, and apart? */
static inline bool contract_apart(void **p, size_t n, size_t size)
{
	struct extent *e = kvmalloc_array(n + 1, sizeof(*e), GFP_KERNEL);
	bool apart = e != NULL;
	size_t i;

	for (i = 0; apart && i < n; i++) {
		apart = p[i] != NULL;
		e[i] = (struct extent){ (uintptr_t)p[i], size };
	}
	apart = apart && !contract_overlap(e, n);
	kvfree(e);
	return apart;
}

/* Chance. */

static inline u32 contract_dice(u32 *state, u32 n)
{
	*state = *state * 1664525u + 1013904223u;
	return (u32)(((u64)(*state >> 4) * n) >> 28);
}

#endif
