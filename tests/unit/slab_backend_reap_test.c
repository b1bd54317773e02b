// SPDX-License-Identifier: MIT
/*
 * SLAB: what the timer takes and what it leaves. Runs in the program that has this
 * backend; Q1 to Q4 are in mm/slab/slab_reap.c. A period is a call of backend_reap().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/slab/slab_impl.h"
#include "tests/unit/backend.h"

#define OBJECTS	1000
/* More than it takes to get rid of anything, a fifth at a time. */
#define PERIODS	100

static unsigned long slabs(struct kmem_cache *s)
{
	struct slabinfo info;

	backend_info(s, &info);
	return info.num_slabs;
}

/* Use many objects on this CPU, then none. */
static void use(struct kunit *test, struct kmem_cache *s)
{
	void **p = kvcalloc(OBJECTS, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, OBJECTS, p), OBJECTS);
	kmem_cache_free_bulk(s, OBJECTS, p);
	kvfree(p);
}

static void reap(struct kmem_cache *s, unsigned int periods)
{
	while (periods--)
		backend_reap(s);
}

static bool any_array(struct kmem_cache *s)
{
	bool found = false;
	unsigned int i;

	for (i = 0; i < machine.nr_cpus; i++)
		found |= array_of_cpu(s, i)->entry != NULL;
	for (i = 0; i < machine.nr_nodes; i++)
		found |= s->node[i]->shared != NULL;
	return found;
}

/* In the end all of it goes, the arrays' own memory included. */
static void all_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	unsigned long before, now;
	unsigned int i;

	use(test, s);
	before = slabs(s);
	KUNIT_EXPECT_GT(test, before, 10ul);
	KUNIT_EXPECT_TRUE(test, any_array(s));
	for (i = 0; i < PERIODS; i++) {
		reap(s, 1);
		now = slabs(s);
		KUNIT_EXPECT_LE(test, now, before);
		before = now;
		KUNIT_EXPECT_EQ(test, s->node[0]->nr_slabs.counter >= (long)s->node[0]->nr_free,
				true);
	}
	KUNIT_EXPECT_EQ(test, slabs(s), 0ul);
	KUNIT_EXPECT_FALSE(test, any_array(s));
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	/* And it is as good as new. */
	use(test, s);
	KUNIT_EXPECT_GT(test, slabs(s), 10ul);
	kmem_cache_destroy(s);
}

/* Q1: what is used is left alone for a period, and goes by fifths after it. */
static void array_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	unsigned int i, limit = s->slab.limit, fifth = DIV_ROUND_UP(limit, 5);
	struct slab_array *a;
	void *p[120];
	unsigned int cpu;

	preempt_disable();
	cpu = raw_smp_processor_id();
	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	backend_validate(s);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		kmem_cache_free(s, p[i]);
	preempt_enable();
	a = array_of_cpu(s, cpu);
	KUNIT_ASSERT_EQ(test, a->avail, limit);
	KUNIT_EXPECT_EQ(test, a->touched, 1u);
	reap(s, 1);
	KUNIT_EXPECT_EQ(test, a->avail, limit);
	KUNIT_EXPECT_EQ(test, a->touched, 0u);
	reap(s, 1);
	KUNIT_EXPECT_EQ(test, a->avail, limit - fifth);
	/* The oldest went. */
	KUNIT_EXPECT_PTR_EQ(test, a->entry[1], p[fifth]);
	reap(s, 4);
	KUNIT_EXPECT_EQ(test, a->avail, 0u);
	KUNIT_EXPECT_NOT_NULL(test, a->entry);
	reap(s, 1);
	KUNIT_EXPECT_NULL(test, a->entry);
	KUNIT_EXPECT_EQ(test, a->limit, 0u);
	kmem_cache_destroy(s);
}

/* An array that has grown is as it was when its CPU has calmed down. */
static void calm_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 512, 0);
	void **p = kvcalloc(OBJECTS, sizeof(*p), GFP_KERNEL);
	struct slab_array *a;
	unsigned int i, cpu;

	KUNIT_ASSERT_NOT_NULL(test, p);
	preempt_disable();
	cpu = raw_smp_processor_id();
	for (i = 0; i < OBJECTS; i++)
		p[i] = kmem_cache_alloc(s, GFP_ATOMIC);
	for (i = 0; i < OBJECTS; i++)
		kmem_cache_free(s, p[i]);
	preempt_enable();
	a = array_of_cpu(s, cpu);
	KUNIT_EXPECT_GT(test, a->limit, s->slab.limit);
	reap(s, 1);		/* the end of that period */
	KUNIT_EXPECT_GT(test, a->limit, s->slab.limit);
	reap(s, 1);
	KUNIT_EXPECT_EQ(test, a->limit, s->slab.limit);
	KUNIT_EXPECT_LE(test, a->avail, s->slab.limit);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* Q3: slabs on the free list that served in the last period are left for one more. */
static void free_list_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 1024, 0);
	struct kmem_cache_node *n;
	unsigned long had;
	unsigned int i;

	use(test, s);
	backend_validate(s);		/* all to the slabs */
	for (i = 0; i < machine.nr_nodes; i++)
		s->node[i]->free_touched = true;
	had = slabs(s);
	reap(s, 1);
	KUNIT_EXPECT_EQ(test, slabs(s), had);
	reap(s, 1);
	KUNIT_EXPECT_LT(test, slabs(s), had);
	n = s->node[0];
	KUNIT_EXPECT_GE(test, slabs(s) + machine.nr_nodes *
			DIV_ROUND_UP(n->free_limit, 5 * s->objects), had);
	kmem_cache_destroy(s);
}

/* Objects in use keep their slabs, and nothing else does. */
static void in_use_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	memset(p, 0x33, 256);
	use(test, s);
	reap(s, PERIODS);
	KUNIT_EXPECT_EQ(test, slabs(s), 1ul);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x33, 256));
	kmem_cache_free(s, p);
	reap(s, PERIODS);
	KUNIT_EXPECT_EQ(test, slabs(s), 0ul);
	kmem_cache_destroy(s);
}

/* Q4, I7 */
static void no_reap_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 2048, SLAB_NO_REAP);
	unsigned long had;

	use(test, s);
	had = slabs(s);
	/* Not even what is more than the limit goes. */
	KUNIT_EXPECT_GE(test, had * s->objects, (unsigned long)OBJECTS);
	reap(s, PERIODS);
	KUNIT_EXPECT_EQ(test, slabs(s), had);
	KUNIT_EXPECT_TRUE(test, any_array(s));
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	KUNIT_EXPECT_EQ(test, slabs(s), 0ul);
	kmem_cache_destroy(s);
}

static void typesafe_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, SLAB_TYPESAFE_BY_RCU);
	unsigned long had;

	use(test, s);
	had = slabs(s);
	reap(s, PERIODS);
	KUNIT_EXPECT_EQ(test, slabs(s), had);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	KUNIT_EXPECT_EQ(test, slabs(s), 0ul);
	KUNIT_EXPECT_FALSE(test, any_array(s));
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kmem_cache_destroy(s);
}

/* All caches at once, as the timer does it. */
static void timer_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, slab_reap_period(), 2u);
	use(test, s);
	for (i = 0; i < PERIODS; i++)
		slab_reap();
	KUNIT_EXPECT_EQ(test, slabs(s), 0ul);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	kmem_cache_destroy(s);
}

/* And the timer does it: within a period, nothing is touched any more. Suites run without. */
static void period_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	struct slab_array *a;
	void *p[2];

	preempt_disable();
	p[0] = kmem_cache_alloc(s, GFP_ATOMIC);	/* of a new slab, beside the array */
	p[1] = kmem_cache_alloc(s, GFP_ATOMIC);
	kmem_cache_free_bulk(s, 2, p);
	a = this_array(s);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, a->touched, 1u);
	slab_reap_start();
	while (READ_ONCE(a->touched))
		schedule_timeout_uninterruptible(HZ / 10);
	slab_reap_stop();
	kmem_cache_destroy(s);
}

/* Q5: at once, and nothing of what is to stay. */
static void pressure_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0), *stays = own_cache(test, 256, SLAB_NO_REAP);
	unsigned long had, kept, pages = 0, free;
	unsigned int nid;

	use(test, s);
	use(test, stays);
	kept = slabs(stays);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		slab_reclaim(nid, false);
	had = slabs(s);
	KUNIT_EXPECT_LT(test, had * s->objects, (unsigned long)OBJECTS);
	free = nr_free_pages();
	for (nid = 0; nid < machine.nr_nodes; nid++)
		pages += slab_reclaim(nid, true);
	drain_all_pages(NULL);
	KUNIT_EXPECT_GE(test, pages, had << s->order);
	KUNIT_EXPECT_GE(test, nr_free_pages(), free + pages);
	KUNIT_EXPECT_EQ(test, slabs(s), 0ul);
	KUNIT_EXPECT_EQ(test, slabs(stays), kept);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	kmem_cache_destroy(stays);
	kmem_cache_destroy(s);
}

static struct kunit_case slab_reap_cases[] = {
	KUNIT_CASE(all_test),
	KUNIT_CASE(array_test),
	KUNIT_CASE(calm_test),
	KUNIT_CASE(free_list_test),
	KUNIT_CASE(in_use_test),
	KUNIT_CASE(no_reap_test),
	KUNIT_CASE(typesafe_test),
	KUNIT_CASE(timer_test),
	KUNIT_CASE(period_test),
	KUNIT_CASE(pressure_test),
	{}
};

static struct kunit_suite slab_reap_suite = {
	.name = "slab_backend_reap", .init = open_fast, .exit = restore_fast,
	.test_cases = slab_reap_cases,
};
kunit_test_suite(slab_reap_suite);

static struct kunit_suite slab_reap_numa_suite = {
	.name = "slab_backend_reap_numa_4x2g", .init = open_fast, .exit = restore_fast,
	.test_cases = slab_reap_cases,
};
quarry_suite_on(slab_reap_numa_suite, "numa-4x2g");
