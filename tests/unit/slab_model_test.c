// SPDX-License-Identifier: MIT
/*
 * Random operations against an oracle that knows each live object: its address,
 * its size, what is in it. No two overlap, contents survive, and the whole layer's
 * invariants hold at every checkpoint. Then the same from several CPUs at once.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/sort.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

#define SLOTS	1024
#define STEPS	60000
#define CACHES	5

struct live {
	u8 *p;
	size_t size;		/* bytes that are ours */
	struct kmem_cache *s;	/* NULL: kmalloc() */
	u32 seed;		/* of the contents */
};

struct model {
	struct live slot[SLOTS];
	struct kmem_cache *s[CACHES];
	u32 random;
};

static u32 next_random(u32 *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void write_contents(const struct live *l)
{
	size_t i;

	for (i = 0; i < l->size; i++)
		l->p[i] = (u8)(l->seed + i * 7);
}

static bool contents_ok(const struct live *l)
{
	size_t i;

	for (i = 0; i < l->size; i++)
		if (l->p[i] != (u8)(l->seed + i * 7))
			return false;
	return true;
}

static size_t random_size(u32 *random)
{
	u32 r = next_random(random);

	switch (r % 8) {
	case 0:
		return 1 + r / 8 % 9000;
	case 1:
		return 1 + r / 8 % 70000;
	default:
		return 1 + r / 8 % 300;
	}
}

static void take(struct model *m, struct live *l)
{
	u32 r = next_random(&m->random);
	int node = r / 64 % (machine.nr_nodes + 1);

	if (node == (int)machine.nr_nodes)
		node = NUMA_NO_NODE;
	l->s = r % 2 ? m->s[r / 2 % CACHES] : NULL;
	l->seed = r;
	if (l->s) {
		l->size = kmem_cache_size(l->s);
		l->p = kmem_cache_alloc_node(l->s, GFP_KERNEL, node);
	} else {
		l->size = random_size(&m->random);
		l->p = kmalloc_node(l->size, GFP_KERNEL, node);
	}
}

static void give(struct live *l)
{
	if (l->s)
		kmem_cache_free(l->s, l->p);
	else
		kfree(l->p);
	l->p = NULL;
}

static int by_address(const void *a, const void *b)
{
	const struct live *x = *(const struct live *const *)a;
	const struct live *y = *(const struct live *const *)b;

	return x->p < y->p ? -1 : x->p > y->p;
}

static void expect_no_overlap(struct kunit *test, struct model *m)
{
	struct live **order = kvcalloc(SLOTS, sizeof(*order), GFP_KERNEL);
	unsigned int i, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, order);
	for (i = 0; i < SLOTS; i++)
		if (m->slot[i].p)
			order[n++] = &m->slot[i];
	sort(order, n, sizeof(*order), by_address, NULL);
	for (i = 1; i < n; i++)
		KUNIT_EXPECT_LE(test, (uintptr_t)order[i - 1]->p + order[i - 1]->size,
				(uintptr_t)order[i]->p);
	kvfree(order);
}

/* The counters agree with the oracle. */
static void expect_counts(struct kunit *test, struct model *m)
{
	struct slabinfo info;
	unsigned int i, c;

	for (c = 0; c < CACHES; c++) {
		unsigned long n = 0;

		for (i = 0; i < SLOTS; i++)
			n += m->slot[i].p && m->slot[i].s == m->s[c];
		cache_info(m->s[c], &info);
		KUNIT_EXPECT_EQ(test, info.active_objs, n);
	}
}

static void step(struct kunit *test, struct model *m)
{
	struct live *l = &m->slot[next_random(&m->random) % SLOTS];
	u32 r = next_random(&m->random);
	u8 *moved;

	if (!l->p) {
		take(m, l);
		KUNIT_ASSERT_NOT_NULL(test, l->p);
		write_contents(l);
		return;
	}
	KUNIT_ASSERT_TRUE(test, contents_ok(l));
	if (!l->s && r % 4 == 0) {
		size_t size = random_size(&m->random), kept = min(size, l->size);

		moved = krealloc(l->p, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, moved);
		l->p = moved;
		l->size = kept;
		KUNIT_ASSERT_TRUE(test, contents_ok(l));
		l->size = size;
		write_contents(l);
		return;
	}
	give(l);
	if (r % 512 == 1)
		kmem_cache_shrink(m->s[r / 512 % CACHES]);
}

static struct model *model_start(struct kunit *test, slab_flags_t flags)
{
	static const unsigned int size[CACHES] = { 8, 72, 200, 1000, 5000 };
	static const unsigned int align[CACHES] = { 0, 64, 8, 512, 4096 };
	struct model *m = kvcalloc(1, sizeof(*m), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->random = 12345;
	for (i = 0; i < CACHES; i++) {
		m->s[i] = kmem_cache_create("model", size[i], align[i], SLAB_NO_MERGE | flags,
					    NULL);
		KUNIT_ASSERT_NOT_NULL(test, m->s[i]);
	}
	return m;
}

static void model_end(struct model *m)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		if (m->slot[i].p)
			give(&m->slot[i]);
	for (i = 0; i < CACHES; i++)
		kmem_cache_destroy(m->s[i]);
	kvfree(m);
}

static void run_model(struct kunit *test, slab_flags_t flags, unsigned int steps)
{
	struct model *m = model_start(test, flags);
	unsigned int i;

	for (i = 1; i <= steps; i++) {
		step(test, m);
		if (i % (steps / 20) == 0) {
			expect_no_overlap(test, m);
			expect_counts(test, m);
			KUNIT_ASSERT_EQ(test, slab_validate(), 0u);
		}
	}
	model_end(m);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
}

static void plain_test(struct kunit *test)
{
	run_model(test, SLAB_NO_USER_FLAGS, STEPS);
}

static void debugged_test(struct kunit *test)
{
	run_model(test, SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER,
		  STEPS / 10);
}

/*
 * Several threads, and interrupts on all CPUs, exchange objects through one array:
 * most are freed on another CPU than they came from. An object holds its own
 * address while it lives.
 */
#define SHARED		512
#define THREADS		4
#define ROUNDS		8000

struct exchange {
	struct kmem_cache *s;
	void **slot[SHARED];
	atomic_t wrong, ended;
	u32 irq_random;
};

static void exchange_one(struct exchange *x, u32 *random, gfp_t gfp)
{
	u32 r = next_random(random);
	void **p = NULL;

	if (r % 2) {
		p = kmem_cache_alloc(x->s, gfp);
		if (p && *p == p)
			atomic_inc(&x->wrong);	/* somebody else's */
		if (p)
			*p = p;
	}
	p = __atomic_exchange_n(&x->slot[r / 2 % SHARED], p, __ATOMIC_ACQ_REL);
	if (!p)
		return;
	if (*p != p)
		atomic_inc(&x->wrong);
	*p = NULL;
	kmem_cache_free(x->s, p);
}

static void exchange_interrupt(void *data)
{
	struct exchange *x = data;
	u32 random = __atomic_add_fetch(&x->irq_random, 77777, __ATOMIC_RELAXED);
	unsigned int i;

	for (i = 0; i < 4; i++)
		exchange_one(x, &random, GFP_ATOMIC);
}

static int exchange_thread(void *data)
{
	struct exchange *x = data;
	u32 random = (u32)current->pid * 2654435761u;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		exchange_one(x, &random, GFP_KERNEL);
		if (i % 16 == 0)
			smp_call_function(exchange_interrupt, x, 1);
		if (i % 500 == 0)
			kmem_cache_shrink(x->s);
		if (i % 64 == 0)
			cond_resched();
	}
	atomic_inc(&x->ended);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void concurrent_test(struct kunit *test)
{
	struct exchange *x = kvcalloc(1, sizeof(*x), GFP_KERNEL);
	struct task_struct *k[THREADS];
	struct slabinfo info;
	unsigned int i;

	x->s = kmem_cache_create("exchange", 48, 0, SLAB_NO_MERGE | SLAB_NO_USER_FLAGS, NULL);
	for (i = 0; i < THREADS; i++) {
		k[i] = kthread_run(exchange_thread, x, "exchange/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k[i]);
	}
	while (atomic_read(&x->ended) < THREADS)
		msleep(1);
	for (i = 0; i < THREADS; i++)
		kthread_stop(k[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&x->wrong), 0);
	for (i = 0; i < SHARED; i++)
		kmem_cache_free(x->s, x->slot[i]);
	cache_info(x->s, &info);
	KUNIT_EXPECT_EQ(test, info.active_objs, 0ul);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	kmem_cache_destroy(x->s);
	kvfree(x);
}

static struct kunit_case model_cases[] = {
	KUNIT_CASE(plain_test),
	KUNIT_CASE(debugged_test),
	KUNIT_CASE(concurrent_test),
	{}
};

static struct kunit_suite model_suite = { .name = "slab_model", .test_cases = model_cases };
kunit_test_suite(model_suite);

static struct kunit_suite model_numa_suite = {
	.name = "slab_model_numa_4x2g", .test_cases = model_cases
};
quarry_suite_on(model_numa_suite, "numa-4x2g");
