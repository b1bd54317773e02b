// SPDX-License-Identifier: MIT
/* SLUB: which slab serves what, frees from elsewhere, interrupts inside a fast path. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/vmstat.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/slub.h"
#include "tests/unit/backend.h"
#include "tests/unit/numa.h"

#define MANY	2000

static unsigned long active_objects(struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return info.active_objs;
}

/* Last in, first out: the object is still in the CPU's cache. */
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

/* One slab's objects: all different, evenly spaced, and then comes another slab. */
static void fill_slab_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 512, 0);
	unsigned int i, n = s->objects;
	void **p = kcalloc(n + 1, sizeof(*p), GFP_KERNEL);
	struct page *page;

	for (i = 0; i <= n; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	page = virt_to_head_page(p[0]);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(p[i]), page);
		KUNIT_EXPECT_PTR_EQ(test, p[i], slab_object(s, page, i));
	}
	KUNIT_EXPECT_PTR_NE(test, virt_to_head_page(p[n]), page);
	KUNIT_EXPECT_EQ(test, active_objects(s), (unsigned long)n + 1);
	kmem_cache_free_bulk(s, n + 1, p);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	kfree(p);
	kmem_cache_destroy(s);
}

/* Partial slabs serve before new ones are made. */
static void partial_first_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	struct slabinfo before, after;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, p), MANY);
	for (i = 0; i < MANY; i += 2)
		kmem_cache_free(s, p[i]);
	cache_info(s, &before);
	for (i = 0; i < MANY; i += 2)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	cache_info(s, &after);
	KUNIT_EXPECT_EQ(test, before.num_slabs, after.num_slabs);
	KUNIT_EXPECT_EQ(test, after.active_objs, (unsigned long)MANY);
	kmem_cache_free_bulk(s, MANY, p);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* U5: what is empty goes back to the page allocator, but for a few slabs. */
static void surplus_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	struct slabinfo info;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, p), MANY);
	cache_info(s, &info);
	KUNIT_EXPECT_GE(test, info.num_slabs, (unsigned long)(MANY / s->objects));
	kmem_cache_free_bulk(s, MANY, p);
	cache_info(s, &info);
	KUNIT_EXPECT_LE(test, info.num_slabs,
			(unsigned long)(s->min_partial * machine.nr_nodes + s->cpu_partial + 2 +
					3 * s->magazine / s->objects));
	kvfree(p);
	kmem_cache_destroy(s);
}

/* G1: while memory is short, empty slabs go, and at last what magazines hold. */
static void reclaim_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	struct slabinfo info;
	unsigned int nid;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, p), MANY);
	kmem_cache_free_bulk(s, MANY, p);
	kvfree(p);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		backend_reclaim(s, nid, false);
	cache_info(s, &info);
	KUNIT_EXPECT_GT(test, info.num_slabs, 0ul);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		backend_reclaim(s, nid, true);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.num_slabs, 0ul);
	kmem_cache_destroy(s);
}

/* Who gives a cache's empty slabs back, and is not done with it when the cache is to end. */
struct reclaimer {
	struct kmem_cache *s;
	struct completion has_them;
	bool seen;		/* by walkers, though it is about to end */
};

static bool about_to_end(const struct kmem_cache *s)
{
	bool end;

	spin_lock(&slab_lock);
	end = !s->refcount;
	spin_unlock(&slab_lock);
	return end;
}

static int reclaim_slowly(void *arg)
{
	struct reclaimer *r = arg;
	struct page *page, *next;
	struct kmem_cache *s;
	unsigned int nid;
	LIST_HEAD(dead);

	r->s = slab_pin(OWN_CACHE, strlen(OWN_CACHE));
	for (nid = 0; nid < machine.nr_nodes; nid++)
		slab_collect_empty(r->s->node[nid], &dead);
	complete(&r->has_them);
	while (!about_to_end(r->s))
		msleep(1);
	for (s = cache_next(NULL); s; s = cache_next(s))
		r->seen |= s == r->s;
	msleep(2);
	list_for_each_entry_safe(page, next, &dead, slab_list)
		slub_discard(r->s, page);
	slab_unpin(r->s);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

/* C3: no object is left, and that is found out when nobody else looks at the cache. */
static void destroy_waits_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	struct reclaimer r = { NULL };
	struct task_struct *task;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, p), MANY);
	kmem_cache_free_bulk(s, MANY, p);
	kvfree(p);
	KUNIT_ASSERT_EQ(test, backend_validate(s), 0u);		/* which empties magazines */
	KUNIT_ASSERT_GT(test, slabs_of(s), 0ul);
	init_completion(&r.has_them);
	task = kthread_run(reclaim_slowly, &r, "reclaimer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wait_for_completion(&r.has_them);
	kmem_cache_destroy(s);
	kthread_stop(task);
	KUNIT_EXPECT_FALSE(test, r.seen);
	KUNIT_EXPECT_NULL(test, slab_pin(OWN_CACHE, strlen(OWN_CACHE)));
}

/* U7 */
static void typesafe_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, SLAB_TYPESAFE_BY_RCU);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	struct slabinfo full, kept;
	unsigned long bytes;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, p), MANY);
	for (i = 0; i < MANY; i++)
		memset(p[i], 0x11, 256);
	cache_info(s, &full);
	bytes = global_node_page_state(NR_SLAB_UNRECLAIMABLE_B);
	kmem_cache_free_bulk(s, MANY, p);
	cache_info(s, &kept);
	KUNIT_EXPECT_EQ(test, kept.num_slabs, full.num_slabs);
	KUNIT_EXPECT_EQ(test, kept.active_objs, 0ul);
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0x11, 256));
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	cache_info(s, &kept);
	KUNIT_EXPECT_EQ(test, kept.num_objs, 0ul);
	KUNIT_EXPECT_EQ(test, kept.active_objs, 0ul);
	rcu_barrier();
	KUNIT_EXPECT_LT(test, global_node_page_state(NR_SLAB_UNRECLAIMABLE_B), bytes);
	kvfree(p);
	kmem_cache_destroy(s);
}

static unsigned int another_cpu(void)
{
	return machine.nr_cpus - 1 - (raw_smp_processor_id() == machine.nr_cpus - 1);
}

/* Allocated here, freed there, and the other way round. */
static void remote_free_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	struct remote r = { .s = s, .p = p, .n = MANY };
	unsigned int round;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	for (round = 0; round < 3; round++) {
		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, p), MANY);
		smp_call_function_single(another_cpu(), free_them, &r, 1);
		KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
		smp_call_function_single(another_cpu(), alloc_them, &r, 1);
		KUNIT_EXPECT_EQ(test, active_objects(s), (unsigned long)MANY);
		free_them(&r);
		KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
		KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	}
	kvfree(p);
	kmem_cache_destroy(s);
}

/* What an interrupt does with the cache, and what it got. */
struct visit {
	struct kmem_cache *s;
	void *p[100];
};

static void visit(void *arg)
{
	struct visit *v = arg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v->p); i++)
		v->p[i] = kmem_cache_alloc(v->s, GFP_ATOMIC);
	for (i = 0; i < ARRAY_SIZE(v->p); i += 2)
		kmem_cache_free(v->s, v->p[i]);
}

/* An interrupt has a lane of its own: what is half done in ours stays as it is. */
static void lanes_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	struct visit v = { .s = s };
	struct magazine *m, before;
	void *mine[20];
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 20, mine), 20);
	kmem_cache_free_bulk(s, 20, mine);
	preempt_disable();
	m = lane_magazine(s->lane, lane_home());
	m->claimed = 1;
	before = *m;
	quarry_interrupt(visit, &v);
	if (LANES_APART || !slab_hooks) {
		KUNIT_EXPECT_PTR_EQ(test, m->top, before.top);
		KUNIT_EXPECT_PTR_EQ(test, m->slots, before.slots);
	}
	m->claimed = 0;
	preempt_enable();
	for (i = 1; i < ARRAY_SIZE(v.p); i += 2) {
		KUNIT_ASSERT_NOT_NULL(test, v.p[i]);
		for (j = 1; j < i; j += 2)
			KUNIT_EXPECT_PTR_NE(test, v.p[i], v.p[j]);
	}
	KUNIT_EXPECT_EQ(test, active_objects(s), 50ul);
	for (i = 1; i < ARRAY_SIZE(v.p); i += 2)
		kmem_cache_free(s, v.p[i]);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	kmem_cache_destroy(s);
}

/* Where an interrupt may come unannounced, it finds the claim, and goes around the magazine. */
static void claim_test(struct kunit *test)
{
	struct magazine *m, before;
	struct kmem_cache *s;
	void *mine[20], *p;

	if (LANES_APART)
		kunit_skip(test, "interrupts have lanes of their own");
	s = own_cache(test, 64, 0);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 20, mine), 20);
	kmem_cache_free_bulk(s, 20, mine);
	preempt_disable();
	m = lane_magazine(s->lane, lane_home());
	m->claimed = 1;
	before = *m;
	p = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_PTR_EQ(test, m->top, before.top);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_PTR_EQ(test, m->top, before.top);
	m->top = m->slots ? m->slots + 1 : m->top;
	p = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_EQ(test, magazine_count(m), 0u);
	m->top = before.top;
	m->claimed = 0;
	preempt_enable();
	kmem_cache_free(s, p);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	kmem_cache_destroy(s);
}

/* Somebody else who wants what is in our magazines waits while we are at it. */
static int shrink_there(void *arg)
{
	struct visit *v = arg;

	WRITE_ONCE(v->p[0], v);
	kmem_cache_shrink(v->s);
	WRITE_ONCE(v->p[1], v);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void shrink_waits_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	struct visit v = { .s = s };
	struct magazine *m, before;
	struct task_struct *task;
	unsigned int i;
	void *mine[20];

	if (machine.nr_cpus < 2 || slab_hooks)
		kunit_skip(test, "there is one CPU only, or magazines are shut");
	set_cpus_allowed_ptr(current, cpumask_of(0));
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 20, mine), 20);
	kmem_cache_free_bulk(s, 20, mine);
	task = kthread_create(shrink_there, &v, "shrink");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	kthread_bind(task, 1);
	preempt_disable();
	m = lane_magazine(s->lane, lane_home());
	m->claimed = 1;
	before = *m;
	wake_up_process(task);
	while (!READ_ONCE(v.p[0]))
		cpu_relax();
	for (i = 0; i < 100000; i++)
		cpu_relax();
	KUNIT_EXPECT_PTR_EQ(test, READ_ONCE(m->top), before.top);
	KUNIT_EXPECT_PTR_EQ(test, READ_ONCE(m->slots), before.slots);
	KUNIT_EXPECT_NULL(test, READ_ONCE(v.p[1]));
	WRITE_ONCE(m->claimed, 0u);
	preempt_enable();
	while (!READ_ONCE(v.p[1]))
		msleep(1);
	KUNIT_EXPECT_NULL(test, READ_ONCE(m->slots));
	kthread_stop(task);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	kmem_cache_destroy(s);
}

/* What is counted of slabs that are full, in between and empty, on lists and on a CPU. */
static void counts_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 512, 0);
	unsigned int n = s->objects, i;
	void **p = kcalloc(3 * n, sizeof(*p), GFP_KERNEL);
	struct slabinfo info;
	bool on = slab_hooks & SLAB_HOOK_FAIL;

	KUNIT_ASSERT_NOT_NULL(test, p);
	slab_hooks_set(SLAB_HOOK_FAIL, true);		/* magazines are shut */
	set_cpus_allowed_ptr(current, cpumask_of(0));
	for (i = 0; i < 3 * n; i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		cache_info(s, &info);
		KUNIT_EXPECT_EQ(test, info.active_objs, i + 1ul);
		KUNIT_EXPECT_EQ(test, info.active_slabs, i / n + 1ul);
		KUNIT_EXPECT_EQ(test, info.partial_slabs, (i + 1) % n ? 1ul : 0ul);
	}
	for (i = n; i < 2 * n; i++)
		kmem_cache_free(s, p[i]);
	kmem_cache_free(s, p[2 * n]);
	for (i = 0; i < 2; i++) {
		cache_info(s, &info);
		KUNIT_EXPECT_EQ(test, info.num_slabs, 3ul);
		KUNIT_EXPECT_EQ(test, info.num_objs, 3ul * n);
		KUNIT_EXPECT_EQ(test, info.active_slabs, 2ul);
		KUNIT_EXPECT_EQ(test, info.partial_slabs, 1ul);
		KUNIT_EXPECT_EQ(test, info.active_objs, 2ul * n - 1);
		KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);	/* from CPUs to lists */
	}
	kmem_cache_free_bulk(s, n, p);
	kmem_cache_free_bulk(s, n - 1, p + 2 * n + 1);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	slab_hooks_set(SLAB_HOOK_FAIL, on);
	kfree(p);
	kmem_cache_destroy(s);
}

/* The fast path takes no lock; batches take few. */
static void locks_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	void **p = kvcalloc(1000, sizeof(*p), GFP_KERNEL);
	unsigned long takes;
	unsigned int i;

	kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
	takes = quarry_lock_stats(RANK_SLAB_NODE).takes;
	for (i = 0; i < 1000; i++)
		kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, quarry_lock_stats(RANK_SLAB_NODE).takes, takes);
	for (i = 0; i < 1000; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	for (i = 0; i < 1000; i++)
		kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_LE(test, quarry_lock_stats(RANK_SLAB_NODE).takes, takes + 40);
	kvfree(p);
	kmem_cache_destroy(s);
}

static unsigned int depot_objects(struct kmem_cache *s)
{
	unsigned int nid, sum = 0;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		sum += s->node[nid]->depot_objects;
	return sum;
}

/* G4: from CPU to CPU in bundles, though each object is of another slab than the one before. */
static void remote_locks_test(struct kunit *test)
{
	struct remote r = { .n = 1000 };
	struct slabinfo before, after;
	unsigned long takes = 0;
	unsigned int i, round;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	if (!magazines_open)
		kunit_skip(test, "magazines are shut");
	/* Not so large that the magazines of a small machine are small. */
	r.s = own_cache(test, 256, 0);
	r.p = kvcalloc(r.n, sizeof(*r.p), GFP_KERNEL);
	for (round = 0; round < 10; round++) {
		if (round == 5) {
			cache_info(r.s, &before);
			takes = quarry_lock_stats(RANK_SLAB_NODE).takes;
		}
		for (i = 0; i < r.n; i++)
			r.p[i * 7 % r.n] = kmem_cache_alloc(r.s, GFP_KERNEL);
		smp_call_function_single(another_cpu(), free_them, &r, 1);
	}
	KUNIT_EXPECT_LE(test, quarry_lock_stats(RANK_SLAB_NODE).takes, takes + 5 * 40);
	KUNIT_EXPECT_GT(test, depot_objects(r.s), 0u);
	cache_info(r.s, &after);
	KUNIT_EXPECT_EQ(test, after.num_slabs, before.num_slabs);
	KUNIT_EXPECT_EQ(test, after.active_objs, 0ul);
	KUNIT_EXPECT_EQ(test, cache_validate(r.s), 0u);
	KUNIT_EXPECT_EQ(test, depot_objects(r.s), 0u);
	kvfree(r.p);
	kmem_cache_destroy(r.s);
}

/* G4: a depot has a limit, and goes as soon as memory is short. */
static void depot_test(struct kunit *test)
{
	struct kmem_cache *s;
	unsigned int n, nid;
	void **p;

	if (!magazines_open)
		kunit_skip(test, "magazines are shut");
	s = own_cache(test, 256, 0);
	n = 5 * s->magazine;
	p = kvcalloc(n, sizeof(*p), GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, n, p), (int)n);
	kmem_cache_free_bulk(s, n, p);
	KUNIT_EXPECT_GT(test, depot_objects(s), s->magazine);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		KUNIT_EXPECT_LE(test, s->node[nid]->depot_objects, 2 * s->magazine);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		backend_reclaim(s, nid, false);
	KUNIT_EXPECT_EQ(test, depot_objects(s), 0u);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	kvfree(p);
	kmem_cache_destroy(s);
}

struct wish {
	struct kmem_cache *s;
	int node;
	void *p;
};

static void alloc_wished(void *arg)
{
	struct wish *w = arg;

	w->p = kmem_cache_alloc_node(w->s, GFP_ATOMIC, w->node);
}

/* Of another node, if there is one; else any other. */
static unsigned int far_cpu(int node)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		if (cpu_to_mem((int)cpu) != node)
			return cpu;
	return another_cpu();
}

/* G4: another CPU, another node's as well, takes from the depot before it makes a slab. */
static void depot_far_test(struct kunit *test)
{
	struct slabinfo before, after;
	unsigned int n, in_depot;
	struct wish w;
	void **p;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	if (!magazines_open)
		kunit_skip(test, "magazines are shut");
	w.s = own_cache(test, 1024, 0);
	n = 2 * w.s->magazine;
	p = kvcalloc(n, sizeof(*p), GFP_KERNEL);
	preempt_disable();
	w.node = numa_mem_id();
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(w.s, GFP_ATOMIC, n, p), (int)n);
	kmem_cache_free_bulk(w.s, n, p);
	preempt_enable();
	cache_info(w.s, &before);
	in_depot = depot_objects(w.s);
	KUNIT_EXPECT_EQ(test, w.s->node[w.node]->nr_partial, 0ul);
	smp_call_function_single((int)far_cpu(w.node), alloc_wished, &w, 1);
	KUNIT_EXPECT_LT(test, depot_objects(w.s), in_depot);
	cache_info(w.s, &after);
	KUNIT_EXPECT_EQ(test, after.num_slabs, before.num_slabs);
	KUNIT_EXPECT_EQ(test, after.active_objs, 1ul);
	kmem_cache_free(w.s, w.p);
	KUNIT_EXPECT_EQ(test, cache_validate(w.s), 0u);
	kvfree(p);
	kmem_cache_destroy(w.s);
}

/* V1 */
static void waste_test(struct kunit *test)
{
	unsigned int size, slab;

	for (size = 8; size <= 2048; size += 104) {
		struct kmem_cache *s = own_cache(test, size, 0);

		slab = PAGE_SIZE << s->order;
		KUNIT_EXPECT_LE(test, slab - s->objects * s->size, slab / 8);
		KUNIT_EXPECT_GE(test, s->objects, min(4 * (fls(machine.nr_cpus) + 1),
					(int)((PAGE_SIZE << slab_params.max_order) / s->size)));
		KUNIT_EXPECT_LE(test, s->order, slab_params.max_order);
		KUNIT_EXPECT_GE(test, (unsigned int)(PAGE_SIZE << s->min_order), s->size);
		kmem_cache_destroy(s);
	}
}

/* All or nothing. */
static void bulk_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 128, 0);
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL | __GFP_ZERO, MANY, p), MANY);
	for (i = 0; i < MANY; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0, 128));
		*(void **)p[i] = p[i];
	}
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_PTR_EQ(test, *(void **)p[i], p[i]);
	KUNIT_EXPECT_EQ(test, active_objects(s), (unsigned long)MANY);
	/* With holes. */
	for (i = 5; i < MANY; i += 10) {
		kmem_cache_free(s, p[i]);
		p[i] = NULL;
	}
	kmem_cache_free_bulk(s, MANY, p);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	for (i = 0; i < 100; i++)
		p[i] = i % 7 ? kmalloc(8 + 100 * i, GFP_KERNEL) : NULL;
	kfree_bulk(100, p);
	kvfree(p);
	kmem_cache_destroy(s);
}

/* Without any detector: what the descriptors and lists themselves tell. */
static void misuse_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0), *t = own_cache(test, 640, 0);
	char *p = kmem_cache_alloc(s, GFP_KERNEL), *q = kmem_cache_alloc(s, GFP_KERNEL);

	quarry_expect_reports(test, 3);
	kmem_cache_free(t, p);		/* the wrong cache */
	kmem_cache_free(s, p);
	kmem_cache_free(s, p);		/* twice, at once */
	kmem_cache_shrink(s);
	kmem_cache_free(s, q + 8);	/* inside an object */
	kmem_cache_free(s, q);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

/* With the magazines shut, each free goes to its slab: which sees at least this. */
static void misuse_slowly_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0), *t = own_cache(test, 64, 0);
	bool on = slab_hooks & SLAB_HOOK_FAIL;
	void *p, *q;

	slab_hooks_set(SLAB_HOOK_FAIL, true);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, p && q);
	quarry_expect_reports(test, 3);
	kmem_cache_free(s, per_cpu_ptr(s->cpu_slab, raw_smp_processor_id())->freelist);
	kmem_cache_free(s, p);
	kmem_cache_free(s, p);			/* the first one on the slab's list */
	p = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	KUNIT_EXPECT_EQ(test, active_objects(s), 2ul);
	kmem_cache_free(s, p);
	kmem_cache_free(s, q);
	kmem_cache_free(s, p);			/* more than there are */
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	/* To a cache whose objects look the same: it is not believed. */
	quarry_expect_reports(test, 1);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	kmem_cache_free(t, p);
	KUNIT_EXPECT_EQ(test, active_objects(s), 1ul);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_EQ(test, active_objects(s), 0ul);
	KUNIT_EXPECT_EQ(test, active_objects(t), 0ul);
	kmem_cache_destroy(t);
	slab_hooks_set(SLAB_HOOK_FAIL, on);
	kmem_cache_destroy(s);
}

/* The newest object of a full magazine once more: seen at once. */
static void misuse_full_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	struct magazine *m;
	unsigned int i = 0;
	void *p[200];

	if (slab_hooks)
		kunit_skip(test, "magazines are shut");
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, ARRAY_SIZE(p), p), 200);
	quarry_expect_reports(test, 1);
	preempt_disable();
	m = lane_magazine(s->lane, lane_home());
	do {
		kmem_cache_free(s, p[i++]);
	} while (m->top != m->end && i < ARRAY_SIZE(p));
	kmem_cache_free(s, p[i - 1]);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	kmem_cache_free_bulk(s, ARRAY_SIZE(p) - i, p + i);
	kmem_cache_destroy(s);
}

/* Twice, and not in a row: seen when the magazine is emptied. */
static void misuse_apart_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL), *q = kmem_cache_alloc(s, GFP_KERNEL);

	if (slab_hooks)
		kunit_skip(test, "magazines are shut");
	quarry_expect_reports(test, 1);
	kmem_cache_free(s, p);
	kmem_cache_free(s, q);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	KUNIT_EXPECT_EQ(test, backend_validate(s), 0u);
	kmem_cache_destroy(s);
}

/* G1: as many as the cache's magazines may have. What is in one twice is seen as it leaves. */
static void few_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 32 << 10, 0);
	struct magazine *m;
	unsigned int i, n;
	void *p[20];

	if (slab_hooks)
		kunit_skip(test, "magazines are shut");
	s->magazine = 8;	/* as on a small machine */
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, ARRAY_SIZE(p), p), 20);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 1);
	preempt_disable();
	m = lane_magazine(s->lane, lane_home());
	for (i = 0; i < s->magazine + 2; i++)
		kfree(p[i]);
	KUNIT_EXPECT_LE(test, magazine_count(m), s->magazine);
	/* Room for two. */
	for (n = 0; m->top + 2 > m->end; n++)
		p[n] = kmem_cache_alloc(s, GFP_ATOMIC);
	while (m->top + 2 < m->end)
		kfree(p[i++]);
	quarry_expect_reports(test, 1);
	kfree(p[i]);
	kfree(p[i++]);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 0l);
	kfree(p[i++]);	/* for which there is no room */
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	preempt_enable();
	kmem_cache_free_bulk(s, ARRAY_SIZE(p) - i, p + i);
	kmem_cache_free_bulk(s, n, p);
	kmem_cache_destroy(s);
}

/* U6: a full slab of another node that gets an object back is that node's. */
static void far_free_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 512, 0);
	bool on = slab_hooks & SLAB_HOOK_FAIL;
	unsigned int i, n = s->objects, nid = machine.nr_nodes - 1;
	void *p[64];

	skip_without_low_memory(test);
	if (machine.nr_nodes < 2)
		kunit_skip(test, "there is one node only");
	KUNIT_ASSERT_LE(test, n, (unsigned int)ARRAY_SIZE(p));
	slab_hooks_set(SLAB_HOOK_FAIL, true);
	set_cpus_allowed_ptr(current, cpumask_of(0));
	for (i = 0; i < n; i++)
		p[i] = kmem_cache_alloc_node(s, GFP_KERNEL, (int)nid);
	KUNIT_EXPECT_EQ(test, s->node[nid]->nr_partial, 0ul);
	kmem_cache_free(s, p[3]);
	KUNIT_EXPECT_EQ(test, s->node[nid]->nr_partial, 1ul);
	KUNIT_EXPECT_NULL(test, per_cpu_ptr(s->cpu_slab, 0)->partial);
	p[3] = p[--n];
	kmem_cache_free_bulk(s, n, p);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	slab_hooks_set(SLAB_HOOK_FAIL, on);
	kmem_cache_destroy(s);
}

static void nodes_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 256, 0);
	void *p[64];
	unsigned int i, nid;

	skip_without_low_memory(test);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		for (i = 0; i < ARRAY_SIZE(p); i++) {
			p[i] = kmem_cache_alloc_node(s, GFP_KERNEL, nid);
			KUNIT_EXPECT_EQ(test, (unsigned int)page_to_nid(virt_to_page(p[i])), nid);
		}
		kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
		p[0] = kmalloc_node(3000, GFP_KERNEL, nid);
		KUNIT_EXPECT_EQ(test, (unsigned int)page_to_nid(virt_to_page(p[0])), nid);
		kfree(p[0]);
	}
	/* Without a wish: this CPU's node. */
	preempt_disable();
	p[0] = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(p[0])), numa_mem_id());
	preempt_enable();
	kmem_cache_free(s, p[0]);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	kmem_cache_destroy(s);
}

static struct kunit_case slub_cases[] = {
	KUNIT_CASE(hot_object_test),
	KUNIT_CASE(fill_slab_test),
	KUNIT_CASE(partial_first_test),
	KUNIT_CASE(surplus_test),
	KUNIT_CASE(reclaim_test),
	KUNIT_CASE(destroy_waits_test),
	KUNIT_CASE(typesafe_test),
	KUNIT_CASE(remote_free_test),
	KUNIT_CASE(lanes_test),
	KUNIT_CASE(shrink_waits_test),
	KUNIT_CASE(counts_test),
	KUNIT_CASE(claim_test),
	KUNIT_CASE(locks_test),
	KUNIT_CASE(remote_locks_test),
	KUNIT_CASE(depot_test),
	KUNIT_CASE(depot_far_test),
	KUNIT_CASE(waste_test),
	KUNIT_CASE(bulk_test),
	KUNIT_CASE(misuse_test),
	KUNIT_CASE(misuse_slowly_test),
	KUNIT_CASE(misuse_full_test),
	KUNIT_CASE(misuse_apart_test),
	KUNIT_CASE(few_test),
	KUNIT_CASE(far_free_test),
	KUNIT_CASE(nodes_test),
	{}
};

static struct kunit_suite slub_suite = { .name = "slub", .test_cases = slub_cases };
kunit_test_suite(slub_suite);

static struct kunit_suite slub_numa_suite = { .name = "slub_numa_4x2g", .test_cases = slub_cases };
quarry_suite_on(slub_numa_suite, "numa-4x2g");
