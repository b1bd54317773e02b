// SPDX-License-Identifier: MIT
/*
 * SLAB: descriptors, lists, colours, arrays, and what goes wrong. Runs in the program that
 * has this backend; I1 to I9 are in mm/slab/slab.c, J1 to J4 in mm/slab/slab_cache.c.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "mm/internal.h"
#include "mm/slab/slab_impl.h"
#include "tests/unit/backend.h"
#include "tests/unit/numa.h"

#define MANY	2000

static void **pointers(struct kunit *test, unsigned int n)
{
	void **p = kvcalloc(n, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static struct slabinfo info_of(struct kmem_cache *s)
{
	struct slabinfo info;

	backend_info(s, &info);
	return info;
}

static struct slab *slab_of(const void *x)
{
	return page_slab(virt_to_head_page(x));
}

static struct kmem_cache_node *here(struct kmem_cache *s)
{
	return s->node[this_array(s)->nid];
}

/* Descriptors (I8). */

static void inside_test(struct kunit *test)
{
	unsigned int size;

	for (size = 8; size < 512; size += 8) {
		struct kmem_cache *s = own_cache(test, size, 0);
		void *p = kmem_cache_alloc(s, GFP_KERNEL);

		KUNIT_EXPECT_NULL(test, s->slab.slabp_cache);
		KUNIT_EXPECT_PTR_EQ(test, (void *)slab_of(p), page_address(virt_to_head_page(p)));
		/* The object descriptors are between the slab's and the first object. */
		KUNIT_EXPECT_GE(test, (uintptr_t)virt_to_head_page(p)->slab_base,
				(uintptr_t)(slab_of(p) + 1) + s->objects * s->slab.bufctl_size);
		kmem_cache_free(s, p);
		kmem_cache_destroy(s);
	}
}

static void outside_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 512, 1024, 2048, 4096, 8192, 32768 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct kmem_cache *s = own_cache(test, sizes[i], 0), *general;
		unsigned long before;
		void *p;

		general = s->slab.slabp_cache;
		KUNIT_ASSERT_NOT_NULL(test, general);
		KUNIT_EXPECT_TRUE(test, strstarts(general->name, "kmalloc-"));
		KUNIT_EXPECT_FALSE(test, general->flags & SLAB_CACHE_DMA);
		KUNIT_EXPECT_GE(test, general->object_size,
				(unsigned int)sizeof(struct slab) + s->objects * s->slab.bufctl_size);
		before = info_of(general).active_objs;
		p = kmem_cache_alloc(s, GFP_KERNEL);
		KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(slab_of(p))->slab_cache, general);
		KUNIT_EXPECT_PTR_EQ(test, slab_of(p)->page, virt_to_head_page(p));
		KUNIT_EXPECT_EQ(test, info_of(general).active_objs, before + 1);
		kmem_cache_free(s, p);
		KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
		KUNIT_EXPECT_EQ(test, info_of(general).active_objs, before);
		kmem_cache_destroy(s);
	}
}

/* Large objects whose slab has room left for the descriptor. */
static void leftover_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 600, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	KUNIT_EXPECT_NULL(test, s->slab.slabp_cache);
	KUNIT_EXPECT_PTR_EQ(test, (void *)slab_of(p), page_address(virt_to_head_page(p)));
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

/* J1 */
static void waste_test(struct kunit *test)
{
	unsigned int size, bytes;

	for (size = 32; size <= 4096; size += 88) {
		struct kmem_cache *s = own_cache(test, size, 0);

		bytes = PAGE_SIZE << s->order;
		KUNIT_EXPECT_LE(test, bytes - s->objects * s->size, bytes / 8);
		KUNIT_EXPECT_LE(test, s->order, slab_params.max_order);
		KUNIT_EXPECT_GE(test, (unsigned int)(PAGE_SIZE << s->min_order), s->size);
		kmem_cache_destroy(s);
	}
}

/* Of objects whose numbers need two bytes, each one comes and goes. */
static void wide_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 8, 0);
	unsigned int i, n = 3 * s->objects;
	void **p = pointers(test, n);

	KUNIT_EXPECT_EQ(test, s->slab.bufctl_size, 2u);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, n, p), (int)n);
	for (i = 0; i < n; i++)
		*(u64 *)p[i] = i;
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, *(u64 *)p[i], (u64)i);
	kmem_cache_free_bulk(s, n, p);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	KUNIT_EXPECT_EQ(test, info_of(s).active_objs, 0ul);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* Colours (I9). */

static unsigned int colour_of(struct kmem_cache *s, const void *x)
{
	struct page *page = virt_to_head_page(x);
	unsigned long start = (unsigned long)page->slab_base - (unsigned long)page_address(page);

	return (unsigned int)(start / s->slab.colour_off);
}

static void colour_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("slab-test", 360, 8, PLAIN, NULL);
	unsigned int i, n, before = 0, seen[64] = {}, first, turn;
	void **p, *last = NULL;

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_GE(test, s->slab.colours, 2u);
	KUNIT_EXPECT_EQ(test, s->slab.colour_off, (unsigned int)L1_CACHE_BYTES);
	n = 4 * s->slab.colours * s->objects;
	p = pointers(test, n);
	first = ~0u;
	preempt_disable();
	for (i = 0; i < n; i++) {
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
		first = min(first, colour_of(s, p[i]));
	}
	preempt_enable();
	for (i = 0; i < n; i++) {
		struct page *page = virt_to_head_page(p[i]);
		char *end = (char *)page_address(page) + (PAGE_SIZE << compound_order(page));

		turn = colour_of(s, p[i]) - first;
		KUNIT_ASSERT_LT(test, turn, s->slab.colours);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((uintptr_t)p[i], 8));
		KUNIT_EXPECT_LE(test, (uintptr_t)p[i] + 360, (uintptr_t)end);
		seen[turn]++;
		/* Slabs are made one after the other here: each has the next colour. */
		if (last && virt_to_head_page(last) != page)
			KUNIT_EXPECT_EQ(test, turn, (before + 1) % s->slab.colours);
		before = turn;
		last = p[i];
	}
	for (i = 0; i < s->slab.colours; i++)
		KUNIT_EXPECT_EQ(test, seen[i], n / s->slab.colours);
	kmem_cache_free_bulk(s, n, p);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* Coarser alignment makes coarser colours; without room there is one. */
static void colour_off_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("slab-test", 256, 256, PLAIN, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_EQ(test, s->slab.colour_off, 256u);
	kmem_cache_destroy(s);
	s = own_cache(test, 4096, 0);
	KUNIT_EXPECT_EQ(test, s->slab.colours, 1u);
	kmem_cache_destroy(s);
}

/* The three lists (I3). */

static unsigned int length(struct list_head *list)
{
	struct list_head *at;
	unsigned int n = 0;

	list_for_each(at, list)
		n++;
	return n;
}

static void expect_lists(struct kunit *test, struct kmem_cache *s, unsigned int full,
			 unsigned int partial, unsigned int empty)
{
	/* What is in arrays goes to the slabs first. */
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	KUNIT_EXPECT_EQ(test, length(&here(s)->full), full);
	KUNIT_EXPECT_EQ(test, length(&here(s)->partial), partial);
	KUNIT_EXPECT_EQ(test, length(&here(s)->free), empty);
}

static void three_lists_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	unsigned int i, n = s->objects;
	void **p = pointers(test, 3 * n);

	preempt_disable();
	for (i = 0; i < 3 * n; i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	preempt_enable();
	expect_lists(test, s, 3, 0, 0);
	kmem_cache_free(s, p[0]);
	expect_lists(test, s, 2, 1, 0);
	for (i = 1; i < n; i++)
		if (virt_to_head_page(p[i]) == virt_to_head_page(p[0]))
			kmem_cache_free(s, p[i]);
	expect_lists(test, s, 2, 0, 1);
	kmem_cache_free(s, p[n]);
	expect_lists(test, s, 1, 1, 1);
	/* Partial slabs serve first, then free ones. */
	p[n] = kmem_cache_alloc(s, GFP_KERNEL);
	expect_lists(test, s, 2, 0, 1);
	p[0] = kmem_cache_alloc(s, GFP_KERNEL);
	expect_lists(test, s, 2, 1, 0);
	KUNIT_EXPECT_EQ(test, info_of(s).num_slabs, 3ul);
	KUNIT_EXPECT_EQ(test, info_of(s).active_slabs, 3ul);
	kmem_cache_free(s, p[0]);
	kmem_cache_free_bulk(s, 2 * n, p + n);
	expect_lists(test, s, 0, 0, 3);
	KUNIT_EXPECT_EQ(test, info_of(s).active_slabs, 0ul);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	expect_lists(test, s, 0, 0, 0);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* I5 */
static void surplus_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 2048, 0);
	void **p = pointers(test, 5 * MANY);
	unsigned long objects;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 5 * MANY, p), 5 * MANY);
	KUNIT_EXPECT_GE(test, info_of(s).num_objs, 5ul * MANY);
	kmem_cache_free_bulk(s, 5 * MANY, p);
	objects = info_of(s).num_objs;
	KUNIT_EXPECT_EQ(test, info_of(s).active_objs, 0ul);
	KUNIT_EXPECT_LE(test, objects, machine.nr_nodes * (here(s)->free_limit + s->objects) +
			machine.nr_cpus * s->slab.limit_max + s->slab.shared_limit +
			/* slabs that arrays hold one object of */
			s->objects * (s->slab.limit_max + s->slab.shared_limit));
	KUNIT_EXPECT_LE(test, objects, 4ul * MANY);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* Arrays. */

/* Last in, first out. */
static void hot_object_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 96, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL), *q;

	kmem_cache_free(s, p);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, p, q);
	kmem_cache_free(s, q);
	kmem_cache_destroy(s);
}

static void limits_test(struct kunit *test)
{
	static const struct {
		unsigned int size, limit;
	} table[] = { { 32, 120 }, { 256, 120 }, { 264, 54 }, { 1024, 54 }, { 1032, 24 },
		      { 4096, 24 }, { 5000, 8 }, { 131072, 8 }, { 200000, 1 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		struct kmem_cache *s = own_cache(test, table[i].size, 0);
		struct slabinfo info = info_of(s);

		KUNIT_EXPECT_EQ(test, info.limit, table[i].limit);
		KUNIT_EXPECT_EQ(test, info.batchcount, (table[i].limit + 1) / 2);
		KUNIT_EXPECT_EQ(test, info.shared != 0,
				table[i].size <= 4096 && machine.nr_cpus > 1);
		KUNIT_EXPECT_LT(test, s->slab.limit_max, ARRAY_POINTERS);
		KUNIT_EXPECT_LT(test, s->slab.shared_limit, ARRAY_POINTERS);
		kmem_cache_destroy(s);
	}
}

/* A batch comes at a time, and goes at a time; between, no lock. */
static void batch_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	unsigned int i, batch = info_of(s).batchcount, n;
	struct slab_array *a;
	void *p[200];
	unsigned long locks;

	preempt_disable();
	a = this_array(s);
	KUNIT_EXPECT_EQ(test, a->limit, 0u);
	p[0] = kmem_cache_alloc(s, GFP_ATOMIC);
	n = min(batch, s->objects - 1);
	KUNIT_EXPECT_EQ(test, a->limit, s->slab.limit);
	KUNIT_EXPECT_EQ(test, a->avail, n);
	locks = node_locks();
	for (i = 1; i <= n; i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_EQ(test, node_locks(), locks);
	KUNIT_EXPECT_EQ(test, a->avail, 0u);
	p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_GT(test, node_locks(), locks);
	for (i++; i <= s->slab.limit; i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	backend_validate(s);		/* empties the array */
	KUNIT_EXPECT_EQ(test, a->avail, 0u);
	a->visits = 0;
	locks = node_locks();
	for (i = 0; i < s->slab.limit; i++)
		kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_EQ(test, node_locks(), locks);
	KUNIT_EXPECT_EQ(test, a->avail, s->slab.limit);
	kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_GT(test, node_locks(), locks);
	KUNIT_EXPECT_EQ(test, a->avail, s->slab.limit - batch + 1);
	/* The oldest went, to the shared array if there is one. */
	KUNIT_EXPECT_PTR_EQ(test, a->entry[1], p[batch]);
	if (s->slab.shared) {
		KUNIT_EXPECT_EQ(test, here(s)->shared_avail, batch);
		KUNIT_EXPECT_PTR_EQ(test, here(s)->shared[1], p[0]);
		KUNIT_EXPECT_EQ(test, info_of(s).shared_avail, (unsigned long)batch);
	}
	preempt_enable();
	KUNIT_EXPECT_EQ(test, info_of(s).active_objs, 0ul);
	kmem_cache_destroy(s);
}

/* Who goes to the node again and again gets a larger array. */
static void growing_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 512, 0);
	void **p = pointers(test, MANY);
	struct slab_array *a;
	unsigned int i;

	preempt_disable();
	a = this_array(s);
	for (i = 0; i < MANY; i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_EQ(test, a->limit, s->slab.limit_max);
	KUNIT_EXPECT_GT(test, s->slab.limit_max, s->slab.limit);
	for (i = 0; i < MANY; i++) {
		kmem_cache_free(s, p[i]);
		KUNIT_EXPECT_LE(test, a->avail, s->slab.limit_max);
	}
	preempt_enable();
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* Another CPU of the same node, or nr_cpus. */
static unsigned int neighbour(void)
{
	unsigned int cpu, me = raw_smp_processor_id();

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		if (cpu != me && cpu_to_mem(cpu) == cpu_to_mem(me))
			return cpu;
	return cpu;
}

/* What one CPU has too much of, another one gets, without a slab being touched. */
static void shared_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	unsigned int i, j, batch = info_of(s).batchcount, n = s->slab.limit + 1, found = 0;
	void **p = pointers(test, n), *q;
	struct remote r = { .s = s, .p = p, .n = n };
	unsigned long in_slabs;

	if (neighbour() == machine.nr_cpus)
		kunit_skip(test, "there is one CPU only");
	alloc_them(&r);
	kmem_cache_shrink(s);		/* arrays are as at first */
	smp_call_function_single(neighbour(), free_them, &r, 1);
	KUNIT_EXPECT_EQ(test, here(s)->shared_avail, batch);
	in_slabs = here(s)->free_objects;
	preempt_disable();
	q = kmem_cache_alloc(s, GFP_ATOMIC);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, here(s)->shared_avail, 0u);
	KUNIT_EXPECT_EQ(test, here(s)->free_objects, in_slabs);
	for (i = 0; i < n; i++)
		found += p[i] == q;
	KUNIT_EXPECT_EQ(test, found, 1u);
	/* Whoever frees most: nothing is lost. */
	kmem_cache_free(s, q);
	for (j = 0; j < 5; j++) {
		smp_call_function_single(neighbour(), alloc_them, &r, 1);
		KUNIT_EXPECT_EQ(test, info_of(s).active_objs, (unsigned long)n);
		free_them(&r);
		KUNIT_EXPECT_EQ(test, info_of(s).active_objs, 0ul);
	}
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* I6: an interrupt that finds the claim leaves arrays alone. */
static void claimed_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	void *mine[3], *p[100];
	struct slab_array *a;
	unsigned int i, j, avail;

	for (i = 0; i < ARRAY_SIZE(mine); i++)
		mine[i] = kmem_cache_alloc(s, GFP_KERNEL);
	preempt_disable();
	a = this_array(s);
	avail = a->avail;
	raw_cpu_ptr(&slab_busy)->claimed = 1;
	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	for (i = 0; i < ARRAY_SIZE(mine); i++)
		kmem_cache_free(s, mine[i]);
	KUNIT_EXPECT_EQ(test, a->avail, avail);
	raw_cpu_ptr(&slab_busy)->claimed = 0;
	preempt_enable();
	for (i = 0; i < ARRAY_SIZE(p); i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, p[i], p[j]);
	KUNIT_EXPECT_EQ(test, info_of(s).active_objs, (unsigned long)ARRAY_SIZE(p));
	kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kmem_cache_destroy(s);
}

static void shut_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL), *many[2];

	backend_open_fast(false);
	KUNIT_EXPECT_NULL(test, fast_take(s));
	KUNIT_EXPECT_NULL(test, fast_take_size(64, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, fast_take_many(s, 2, many), (size_t)0);
	KUNIT_EXPECT_FALSE(test, fast_give(s, p));
	KUNIT_EXPECT_FALSE(test, fast_give_any(p));
	KUNIT_EXPECT_EQ(test, fast_give_many(s, 1, &p), (size_t)0);
	backend_open_fast(true);
	KUNIT_EXPECT_FALSE(test, fast_give_any(NULL));
	KUNIT_EXPECT_FALSE(test, fast_give_any(&p));
	KUNIT_EXPECT_FALSE(test, fast_give(kmalloc_caches[0][6], p));
	preempt_disable();
	KUNIT_EXPECT_TRUE(test, fast_give(s, p));
	KUNIT_EXPECT_FALSE(test, fast_give(s, p));
	KUNIT_EXPECT_PTR_EQ(test, fast_take(s), p);
	preempt_enable();
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

/* Budgets: takings of list_lock per 1,000 allocations, each with its free. */
static void locks_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 32, 64, 192, 256, 1024, 2048 };
	void **p = pointers(test, 1000);
	unsigned long locks;
	unsigned int i, k, round;

	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = own_cache(test, sizes[k], 0);
		struct remote r = { .s = s, .p = p, .n = 1000 };

		kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
		locks = node_locks();
		for (i = 0; i < 1000; i++)
			kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
		KUNIT_EXPECT_EQ(test, node_locks(), locks);
		for (round = 0; round < 3; round++) {
			locks = node_locks();
			alloc_them(&r);
			free_them(&r);
		}
		KUNIT_EXPECT_LE(test, node_locks() - locks, 20ul);
		/* In the first rounds slabs are made, as more objects lie about now. */
		for (round = 0; round < 6 && neighbour() < machine.nr_cpus; round++) {
			locks = node_locks();
			alloc_them(&r);
			smp_call_function_single(neighbour(), free_them, &r, 1);
			if (round > 2)
				KUNIT_EXPECT_LE(test, node_locks() - locks, 40ul);
		}
		kmem_cache_destroy(s);
	}
	kvfree(p);
}

/* I4 */
static void nodes_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	struct slab_array *a;
	unsigned int avail, nid, i;
	unsigned long free;
	void *p;

	skip_without_low_memory(test);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		p = kmem_cache_alloc_node(s, GFP_KERNEL, nid);
		KUNIT_EXPECT_EQ(test, (unsigned int)page_to_nid(virt_to_page(p)), nid);
		preempt_disable();
		a = this_array(s);
		avail = a->avail;
		free = s->node[nid]->free_objects;
		kmem_cache_free(s, p);
		if ((int)nid == a->nid) {
			KUNIT_EXPECT_EQ(test, a->avail, avail + 1);
		} else {
			KUNIT_EXPECT_EQ(test, a->avail, avail);
			KUNIT_EXPECT_EQ(test, s->node[nid]->free_objects, free + 1);
		}
		for (i = 1; i <= a->avail; i++)
			KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(a->entry[i])), a->nid);
		preempt_enable();
	}
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kmem_cache_destroy(s);
}

static void hold_all(int nid, unsigned int order, struct list_head *held)
{
	const gfp_t gfp = GFP_NOWAIT | __GFP_THISNODE | __GFP_NOWARN | __GFP_NOMEMALLOC;
	struct page *page;

	while ((page = alloc_pages_node(nid, gfp, order))) {
		page->private = order;
		list_add(&page->lru, held);
	}
}

/* A node without memory: its CPUs' objects come from slabs elsewhere, not each from its own. */
static void full_node_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void **p = pointers(test, MANY);
	unsigned int i, elsewhere = 0;
	struct page *page, *next;
	LIST_HEAD(held);
	int nid, order;

	if (machine.nr_nodes < 2)
		kunit_skip(test, "there is one node only");
	skip_without_low_memory(test);
	preempt_disable();
	nid = this_array(s)->nid;
	for (order = MAX_ORDER - 1; order >= 0; order--)
		hold_all(nid, order, &held);
	for (i = 0; i < MANY; i++) {
		hold_all(nid, 0, &held);	/* others may have freed some */
		p[i] = kmem_cache_alloc(s, GFP_NOWAIT | __GFP_NOMEMALLOC);
		if (p[i])
			elsewhere += page_to_nid(virt_to_page(p[i])) != nid;
	}
	preempt_enable();
	list_for_each_entry_safe(page, next, &held, lru)
		__free_pages(page, page->private);
	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
	KUNIT_EXPECT_GT(test, elsewhere, 3 * MANY / 4u);
	KUNIT_EXPECT_LE(test, info_of(s).num_slabs, 2ul * MANY / s->objects);
	kmem_cache_free_bulk(s, MANY, p);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* General caches: 32 bytes to 128 KiB, 96 and 192 among them. */
static void general_test(struct kunit *test)
{
	static const struct {
		size_t size, got;
		const char *name;
	} table[] = { { 1, 32, "kmalloc-32" }, { 33, 64, "kmalloc-64" }, { 65, 96, "kmalloc-96" },
		      { 97, 128, "kmalloc-128" }, { 192, 192, "kmalloc-192" },
		      { 8193, 16384, "kmalloc-16k" }, { 131072, 131072, "kmalloc-128k" } };
	unsigned int i;
	void *p;

	if (slab_params.debug)
		kunit_skip(test, "debugging changes the sizes");
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		p = kmalloc(table[i].size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_STREQ(test, virt_to_head_page(p)->slab_cache->name, table[i].name);
		KUNIT_EXPECT_EQ(test, ksize(p), table[i].got);
		kfree(p);
	}
	p = kmalloc(131073, GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, PageSlab(virt_to_head_page(p)));
	kfree(p);
}

/* Constructors leave something that survives in free objects: no link is written there. */
static unsigned int constructed;

static void construct(void *object)
{
	memset(object, 0x5c, 64);
	constructed++;
}

static void constructor_test(struct kunit *test)
{
	struct kmem_cache *s;
	void *p[300];
	unsigned int i, round;

	constructed = 0;
	s = kmem_cache_create("slab-test", 64, 0, PLAIN, construct);
	KUNIT_ASSERT_NOT_NULL(test, s);
	for (round = 0; round < 3; round++) {
		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, ARRAY_SIZE(p), p), 300);
		for (i = 0; i < ARRAY_SIZE(p); i++)
			KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0x5c, 64));
		kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
		KUNIT_EXPECT_EQ(test, (unsigned long)constructed, info_of(s).num_objs);
	}
	kmem_cache_destroy(s);
}

/* Kernel-like sizes, 100,000 of them live: at most 15 % more is held than asked for. */
static void footprint_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 32, 56, 64, 96, 104, 128, 192, 232, 256, 320, 448,
					      512, 600, 704, 1024, 1088, 2048, 4096 };
	static const unsigned int weight[] = { 12, 8, 14, 6, 8, 10, 14, 6, 6, 3, 2, 4, 3, 1, 2, 1,
					       1, 1 };
	unsigned long asked = 0, held = 0, n = 100000, i, at = 0;
	struct kmem_cache *s[ARRAY_SIZE(sizes)];
	unsigned int k, step;
	void **p = pointers(test, n);
	u8 *which = kvcalloc(n, 1, GFP_KERNEL);

	if (totalram_pages() < 100000)
		kunit_skip(test, "there is too little memory");
	KUNIT_ASSERT_NOT_NULL(test, which);
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		s[k] = own_cache(test, sizes[k], 0);
	while (at < n)
		for (k = 0; k < ARRAY_SIZE(sizes); k++)
			for (step = 0; step < weight[k] && at < n; step++, at++) {
				p[at] = kmem_cache_alloc(s[k], GFP_KERNEL);
				KUNIT_ASSERT_NOT_NULL(test, p[at]);
				which[at] = k;
				asked += sizes[k];
			}
	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct slabinfo info = info_of(s[k]);

		held += info.num_slabs * (PAGE_SIZE << s[k]->order);
		if (s[k]->slab.slabp_cache)
			held += info.num_slabs * s[k]->slab.slabp_cache->size;
	}
	KUNIT_EXPECT_LE(test, held * 100, asked * 115);
	kunit_info(test, "%lu bytes held for %lu\n", held, asked);
	for (i = 0; i < n; i++)
		kmem_cache_free(s[which[i]], p[i]);
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		kmem_cache_destroy(s[k]);
	kvfree(which);
	kvfree(p);
}

/* What goes wrong. */

static void misuse_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 96, 0), *t = own_cache(test, 640, 0);
	char *p = kmem_cache_alloc(s, GFP_KERNEL), *q = kmem_cache_alloc(s, GFP_KERNEL);
	char *r = kmem_cache_alloc(s, GFP_KERNEL);

	quarry_expect_reports(test, 5);
	kmem_cache_free(t, p);		/* the wrong cache */
	kmem_cache_free(s, p);
	kmem_cache_free(s, p);		/* twice, at once */
	kmem_cache_free(s, q + 4);	/* inside an object */
	kmem_cache_shrink(s);
	kmem_cache_free(s, p);		/* twice, when it is in its slab */
	kmem_cache_free(s, q);
	kmem_cache_free(s, r);
	/* Twice, and another one between: seen when it goes back to the slab. */
	preempt_disable();
	kmem_cache_free(s, q);
	preempt_enable();
	kmem_cache_shrink(s);
	KUNIT_EXPECT_EQ(test, info_of(s).active_objs, 0ul);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

/* Validation sees what breaks the invariants. */
static void validate_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 128, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);
	struct kmem_cache_node *n = s->node[page_to_nid(virt_to_page(p))];
	struct slab *slab = slab_of(p);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	slab->inuse++;				/* I2 */
	KUNIT_EXPECT_GT(test, backend_validate(s), 0u);
	slab->inuse--;
	i = slab->free;
	slab->free = bufctl(s, slab, i);	/* I1: one is nowhere */
	KUNIT_EXPECT_GT(test, backend_validate(s), 0u);
	slab->free = i;
	n->free_objects++;			/* I3 */
	KUNIT_EXPECT_GT(test, backend_validate(s), 0u);
	n->free_objects--;
	list_move(&slab->list, &n->full);	/* I3 */
	KUNIT_EXPECT_GT(test, backend_validate(s), 0u);
	list_move(&slab->list, &n->partial);
	slab->page->slab_lane = 0;		/* J3 */
	KUNIT_EXPECT_GT(test, backend_validate(s), 0u);
	slab->page->slab_lane = (unsigned long)s->cpu_slab;
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static unsigned long mark(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	*(u64 *)object += 1;
	return 1;
}

/* In use is what users have, wherever else free ones lie. */
static void each_object_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	void **p = pointers(test, MANY);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL | __GFP_ZERO, MANY, p), MANY);
	for (i = 0; i < MANY; i += 3)
		kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_EQ(test, backend_each_object(s, mark, NULL),
			(unsigned long)(MANY - DIV_ROUND_UP(MANY, 3)));
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, *(u64 *)p[i], (u64)(i % 3 != 0));
	for (i = 0; i < MANY; i++)
		if (i % 3)
			kmem_cache_free(s, p[i]);
	kvfree(p);
	kmem_cache_destroy(s);
}

static struct kunit_case slab_backend_cases[] = {
	KUNIT_CASE(inside_test),
	KUNIT_CASE(outside_test),
	KUNIT_CASE(leftover_test),
	KUNIT_CASE(waste_test),
	KUNIT_CASE(wide_test),
	KUNIT_CASE(colour_test),
	KUNIT_CASE(colour_off_test),
	KUNIT_CASE(three_lists_test),
	KUNIT_CASE(surplus_test),
	KUNIT_CASE(hot_object_test),
	KUNIT_CASE(limits_test),
	KUNIT_CASE(batch_test),
	KUNIT_CASE(growing_test),
	KUNIT_CASE(shared_test),
	KUNIT_CASE(claimed_test),
	KUNIT_CASE(shut_test),
	KUNIT_CASE(locks_test),
	KUNIT_CASE(nodes_test),
	KUNIT_CASE(full_node_test),
	KUNIT_CASE(general_test),
	KUNIT_CASE(constructor_test),
	KUNIT_CASE(footprint_test),
	KUNIT_CASE(misuse_test),
	KUNIT_CASE(validate_test),
	KUNIT_CASE(each_object_test),
	{}
};

static struct kunit_suite slab_backend_suite = {
	.name = "slab_backend", .init = open_fast, .exit = restore_fast,
	.test_cases = slab_backend_cases,
};
kunit_test_suite(slab_backend_suite);

static struct kunit_suite slab_backend_numa_suite = {
	.name = "slab_backend_numa_4x2g", .init = open_fast, .exit = restore_fast,
	.test_cases = slab_backend_cases,
};
quarry_suite_on(slab_backend_numa_suite, "numa-4x2g");
