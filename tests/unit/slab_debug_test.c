// SPDX-License-Identifier: MIT
/*
 * The detectors: each mistake is found, counted once, repaired, and nothing else is
 * found afterwards.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/poison.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

#define FZPU	(SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)

static struct kmem_cache *debug_cache(struct kunit *test, unsigned int size, slab_flags_t flags)
{
	struct kmem_cache *s = kmem_cache_create("debug-test", size, 0,
						 flags | SLAB_NO_USER_FLAGS, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

static long faults(struct kmem_cache *s)
{
	return atomic_long_read(&s->errors);
}

/* @n faults so far, all of them repaired. */
static void expect_faults(struct kunit *test, struct kmem_cache *s, long n)
{
	KUNIT_EXPECT_EQ(test, faults(s), n);
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 0l);
	KUNIT_EXPECT_EQ(test, faults(s), n);
}

/* The compiler must not know that this is out of bounds. */
static u8 *hidden(void *p)
{
	OPTIMIZER_HIDE_VAR(p);
	return p;
}

static void clean_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 8, 13, 64, 100, 1000, 5000 };
	void *p[50];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct kmem_cache *s = debug_cache(test, sizes[i], FZPU);

		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 50, p), 50);
		memset(p[3], 0xff, sizes[i]);
		kmem_cache_free_bulk(s, 25, p);
		expect_faults(test, s, 0);
		kmem_cache_free_bulk(s, 25, p + 25);
		expect_faults(test, s, 0);
		kmem_cache_destroy(s);
	}
}

/* D1, D2: what memory looks like. */
static void patterns_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));

	KUNIT_EXPECT_NULL(test, memchr_inv(p, POISON_FREE, 63));
	KUNIT_EXPECT_EQ(test, p[63], POISON_END);
	KUNIT_EXPECT_EQ(test, p[64], SLUB_RED_ACTIVE);
	KUNIT_EXPECT_EQ(test, p[-1], SLUB_RED_ACTIVE);
	memset(p, 0, 64);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, POISON_FREE, 63));
	KUNIT_EXPECT_EQ(test, p[63], POISON_END);
	KUNIT_EXPECT_EQ(test, p[64], SLUB_RED_INACTIVE);
	KUNIT_EXPECT_EQ(test, p[-1], SLUB_RED_INACTIVE);
	kmem_cache_destroy(s);
}

static void overrun_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));

	quarry_expect_reports(test, 2);
	p[64] = 0x12;			/* found by the check of all objects */
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 1);
	p[65] = 0x34;			/* found when it is freed */
	kmem_cache_free(s, p);
	expect_faults(test, s, 2);
	kmem_cache_destroy(s);
}

static void underrun_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));

	quarry_expect_reports(test, 1);
	p[-1] = 0x12;
	kmem_cache_free(s, p);
	expect_faults(test, s, 1);
	kmem_cache_destroy(s);
}

static void use_after_free_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));

	quarry_expect_reports(test, 3);
	kmem_cache_free(s, p);
	p[5] = 0x12;
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 1);
	memset(p, 0, 64);		/* all of it: still one report */
	KUNIT_EXPECT_PTR_EQ(test, kmem_cache_alloc(s, GFP_KERNEL), p);
	expect_faults(test, s, 2);
	kmem_cache_free(s, p);
	p[63] = 0;			/* the last byte has a pattern of its own */
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 3);
	kmem_cache_destroy(s);
}

static void double_free_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, SLAB_CONSISTENCY_CHECKS);
	void *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));
	void *q = hidden(kmem_cache_alloc(s, GFP_KERNEL));

	quarry_expect_reports(test, 2);
	kmem_cache_free(s, p);
	kmem_cache_free(s, p);
	kmem_cache_free(s, q);
	kmem_cache_free(s, p);		/* no longer the first on the list */
	expect_faults(test, s, 2);
	kmem_cache_destroy(s);
}

static void invalid_pointer_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));

	quarry_expect_reports(test, 2);
	kmem_cache_free(s, p + 8);
	kmem_cache_free(s, p - 8);
	expect_faults(test, s, 2);
	kmem_cache_free(s, p);
	expect_faults(test, s, 2);
	kmem_cache_destroy(s);
}

static void wrong_cache_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU), *t = debug_cache(test, 64, FZPU);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	quarry_expect_reports(test, 1);
	kmem_cache_free(t, p);
	expect_faults(test, s, 0);
	expect_faults(test, t, 1);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

/* D4: a link that leads nowhere. What is behind it is lost, and nothing else. */
static void broken_link_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));
	void *q, *r;

	quarry_expect_reports(test, 1);
	kmem_cache_free(s, p);
	*(unsigned long *)(p + s->offset) = 0x1234;
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 1);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	r = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, q, p);
	KUNIT_EXPECT_TRUE(test, r && r != q);
	kmem_cache_free(s, q);
	kmem_cache_free(s, r);
	expect_faults(test, s, 1);
}

/* The same, found by whoever gets the object, whatever the cache is checked for. */
static void broken_link_taken_test(struct kunit *test)
{
	static const slab_flags_t flags[] = {
		FZPU, SLAB_CONSISTENCY_CHECKS, SLAB_RED_ZONE, SLAB_POISON, SLAB_STORE_USER,
	};
	struct slabinfo info;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct kmem_cache *s = debug_cache(test, 64, flags[i]);
		u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));
		struct page *page = virt_to_head_page(p);
		void *q;

		quarry_expect_reports(test, 1);
		kmem_cache_free(s, p);
		*(unsigned long *)(p + s->offset) = 0x1234;
		KUNIT_EXPECT_PTR_EQ(test, kmem_cache_alloc(s, GFP_KERNEL), p);
		/* What was behind it is lost; another slab serves. */
		q = kmem_cache_alloc(s, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, q);
		KUNIT_EXPECT_PTR_NE(test, virt_to_head_page(q), page);
		kmem_cache_free(s, q);
		kmem_cache_free(s, p);
		expect_faults(test, s, 1);
		cache_info(s, &info);
		KUNIT_EXPECT_EQ(test, info.active_objs, page->slab_units - 1ul);
		KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	}
}

/* What is written after the last allocation is found when the slab goes. */
static void late_write_test(struct kunit *test)
{
	static const struct {
		slab_flags_t flags;
		unsigned int at;
	} late[] = {
		{ SLAB_POISON, 10 }, { SLAB_POISON, 63 }, { SLAB_RED_ZONE, 64 },
		{ SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE, 64 }, { FZPU, 10 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(late); i++) {
		struct kmem_cache *s = debug_cache(test, 64, late[i].flags);
		u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL));

		quarry_expect_reports(test, 1);
		kmem_cache_free(s, p);
		p[late[i].at] = 1;
		kmem_cache_destroy(s);
	}
}

/* A list that ends early or goes round: the slab and its node stay in order. */
static void wrong_list_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	u8 *p[4];
	unsigned int i;

	quarry_expect_reports(test, 3);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 4, (void **)p), 4);
	kmem_cache_free(s, p[0]);
	kmem_cache_free(s, p[1]);
	*(void **)(hidden(p[1]) + s->offset) = NULL;
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 1);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	/* What was found is used again. */
	KUNIT_EXPECT_PTR_EQ(test, kmem_cache_alloc(s, GFP_KERNEL), p[1]);

	kmem_cache_free(s, p[1]);
	*(void **)(hidden(p[1]) + s->offset) = p[1];
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 2);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	for (i = 0; i < 2; i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
	}
	/* The same, found by a free. */
	kmem_cache_free(s, p[1]);
	*(void **)(hidden(p[1]) + s->offset) = p[1];
	kmem_cache_free(s, p[0]);
	KUNIT_EXPECT_EQ(test, faults(s), 3);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	/* Found by a free that is refused: nothing is left of the list. */
	quarry_expect_reports(test, 2);
	kmem_cache_free(s, p[2]);
	*(void **)(hidden(p[2]) + s->offset) = p[2];
	kmem_cache_free(s, p[2]);
	KUNIT_EXPECT_EQ(test, faults(s), 5);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
	kmem_cache_free(s, p[3]);
	expect_faults(test, s, 5);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
}

static void padding_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 40, SLAB_CONSISTENCY_CHECKS | SLAB_POISON);
	struct page *page;
	u8 *p = hidden(kmem_cache_alloc(s, GFP_KERNEL)), *end;

	page = virt_to_head_page(p);
	end = (u8 *)page_address(page) + (PAGE_SIZE << s->order);
	if ((PAGE_SIZE << s->order) % s->size == 0)
		kunit_skip(test, "the objects fill the slab");
	quarry_expect_reports(test, 1);
	end[-1] = 0;
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	expect_faults(test, s, 1);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static noinline void *alloc_here(struct kmem_cache *s)
{
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	return p;
}

static void owners_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, SLAB_STORE_USER);
	unsigned long start = jiffies;
	void *p = alloc_here(s);
	struct track *t = object_track(s, p, TRACK_ALLOC);
	unsigned int i;
	bool nested = false;

	KUNIT_EXPECT_EQ(test, t->pid, current->pid);
	KUNIT_EXPECT_TRUE(test, time_in_range(t->when, start, jiffies));
	KUNIT_EXPECT_GE(test, t->site, (unsigned long)alloc_here);
	KUNIT_EXPECT_LT(test, t->site, (unsigned long)alloc_here + 200);
	KUNIT_EXPECT_EQ(test, object_track(s, p, TRACK_FREE)->site, 0ul);
	for (i = 1; i < t->depth; i++)
		nested |= t->stack[i] - (unsigned long)owners_test < 4096;
	if (t->depth > 1)
		KUNIT_EXPECT_TRUE(test, nested);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_NE(test, object_track(s, p, TRACK_FREE)->site, 0ul);
	kmem_cache_destroy(s);
}

/* Constructed objects and those under RCU keep their contents when they are free. */
static void fill(void *object)
{
	memset(object, 0x3c, 64);
}

static void kept_contents_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("kept", 64, 0, FZPU | SLAB_NO_USER_FLAGS, fill);
	struct kmem_cache *t = debug_cache(test, 64, FZPU | SLAB_TYPESAFE_BY_RCU);
	u8 *p = kmem_cache_alloc(s, GFP_KERNEL), *q = kmem_cache_alloc(t, GFP_KERNEL);

	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x3c, 64));
	kmem_cache_free(s, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(hidden(p), 0x3c, 64));
	memset(q, 0x11, 64);
	kmem_cache_free(t, q);
	KUNIT_EXPECT_NULL(test, memchr_inv(hidden(q), 0x11, 64));
	expect_faults(test, s, 0);
	expect_faults(test, t, 0);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

static void live_objects_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 64, FZPU);
	void *p[200];

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 200, p), 200);
	kmem_cache_free_bulk(s, 198, p);
	quarry_expect_reports(test, 1);
	kmem_cache_destroy(s);
	kmem_cache_free_bulk(s, 2, p + 198);
	kmem_cache_destroy(s);
}

/* H3: a few empty slabs stay, until memory is short. */
static void reclaim_test(struct kunit *test)
{
	struct kmem_cache *s = debug_cache(test, 1000, FZPU);
	struct slabinfo info;
	unsigned int nid;
	void *p[100];

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 100, p), 100);
	kmem_cache_free_bulk(s, 100, p);
	cache_info(s, &info);
	KUNIT_EXPECT_GT(test, info.num_slabs, 0ul);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		slab_reclaim((int)nid, false);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.num_slabs, 0ul);
	kmem_cache_destroy(s);
}

static void init_switches_test(struct kunit *test)
{
	struct slab_params saved = slab_params;
	bool on = slab_hooks & SLAB_HOOK_INIT;
	struct kmem_cache *s = debug_cache(test, 200, SLAB_NO_MERGE);
	u8 *p = kmem_cache_alloc(s, GFP_KERNEL), *last, *q[200];
	unsigned int n = 0, found = 0;

	slab_params.init_on_alloc = true;
	slab_hooks_set(SLAB_HOOK_INIT, true);
	memset(p, 0xff, 200);
	kmem_cache_free(s, p);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 200));
	slab_params.init_on_alloc = false;
	slab_params.init_on_free = true;
	/* Two, so that one of them has a link to the other. */
	last = kmem_cache_alloc(s, GFP_KERNEL);
	memset(p, 0xff, 200);
	memset(last, 0xff, 200);
	kmem_cache_free(s, p);
	kmem_cache_free(s, last);
	/* All but the link; and that is gone when it is handed out. */
	KUNIT_EXPECT_NULL(test, memchr_inv(hidden(p), 0, s->offset));
	/* The same ones again: others have not been through a free yet. */
	while (found < 2 && n < ARRAY_SIZE(q)) {
		q[n] = kmem_cache_alloc(s, GFP_KERNEL);
		if (q[n] == p || q[n] == last) {
			KUNIT_EXPECT_NULL(test, memchr_inv(q[n], 0, 200));
			found++;
		}
		n++;
	}
	KUNIT_EXPECT_EQ(test, found, 2u);
	slab_params = saved;
	slab_hooks_set(SLAB_HOOK_INIT, on);
	kmem_cache_free_bulk(s, n, (void **)q);
	kmem_cache_destroy(s);
}

/* D5: what kmalloc() was not asked for. On a machine where all caches are checked. */

static u8 *asked_for(struct kunit *test, size_t size)
{
	u8 *p = hidden(kmalloc(size, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static void expect_reported(struct kunit *test, struct kmem_cache *s, const u8 *p, long n)
{
	long before = faults(s);

	quarry_expect_reports(test, (unsigned int)n);
	kfree(p);
	KUNIT_EXPECT_EQ(test, faults(s) - before, n);
}

static void slack_test(struct kunit *test)
{
	static const size_t sizes[] = { 1, 5, 63, 100, 129, 1025, 5000 };
	struct kmem_cache *s;
	unsigned int i;
	u8 *p;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		s = kmalloc_slab(sizes[i], GFP_KERNEL);
		p = asked_for(test, sizes[i]);
		memset(p, 0xff, sizes[i]);
		expect_reported(test, s, p, 0);
		p = asked_for(test, sizes[i]);
		p[sizes[i]] = 0;
		expect_reported(test, s, p, 1);
		p = asked_for(test, sizes[i]);
		p[s->object_size - 1] = 0;	/* and repaired: once is enough */
		quarry_expect_reports(test, 1);
		KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
		expect_reported(test, s, p, 0);
	}
	p = hidden(kzalloc(100, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100));
	KUNIT_EXPECT_EQ(test, p[100], SLUB_RED_ACTIVE);
	kfree(p);
	/* The next user may not care: all of it is his. */
	s = kmalloc_slab(100, GFP_KERNEL);
	p = hidden(kmem_cache_alloc(s, GFP_KERNEL));
	memset(p, 0, s->object_size);
	expect_reported(test, s, p, 0);
}

static void slack_given_test(struct kunit *test)
{
	struct kmem_cache *s = kmalloc_slab(100, GFP_KERNEL);
	u8 *p = asked_for(test, 100);

	KUNIT_EXPECT_EQ(test, ksize(p), (size_t)s->object_size);
	memset(p, 1, s->object_size);
	expect_reported(test, s, p, 0);

	p = hidden(kmalloc(kmalloc_size_roundup(100), GFP_KERNEL));
	memset(p, 1, kmalloc_size_roundup(100));
	expect_reported(test, s, p, 0);

	p = asked_for(test, 100);
	memset(p, 1, 100);
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)krealloc(p, 110, GFP_KERNEL), p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 1, 100));
	memset(p, 1, 110);
	p[110] = 0;
	expect_reported(test, s, p, 1);

	p = asked_for(test, 100);
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)krealloc(p, 50, GFP_KERNEL), p);
	p[50] = 0;
	expect_reported(test, s, p, 1);
	kfree_sensitive(asked_for(test, 100));

	/* Of what is free, nothing is anybody's. */
	p = asked_for(test, 100);
	kfree(p);
	ksize(p);
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 0l);

	/* Moved: it is looked at once more. */
	p = asked_for(test, 100);
	p[100] = 0;
	quarry_expect_reports(test, 1);
	kfree(krealloc(p, 1000, GFP_KERNEL));

	/* Nothing of what was nobody's goes along. */
	p = hidden(krealloc(asked_for(test, 100), 200, GFP_KERNEL | __GFP_ZERO));
	KUNIT_EXPECT_NULL(test, memchr_inv(p + 100, 0, 100));
	kfree(p);
	validate_slab_cache(s);
}

/* Who looks meanwhile takes nothing for a mistake. */
static int reallocate(void *done)
{
	unsigned int i;
	u8 *p;

	for (i = 0; i < 20000; i++) {
		p = hidden(kmalloc(65 + i % 60, GFP_KERNEL));
		p = krealloc(p, 65 + i % 61, GFP_KERNEL);
		if (p && i % 2)
			memset(p, 1, ksize(p));
		kfree(p);
	}
	atomic_set_release((atomic_t *)done, 1);
	return 0;
}

static void slack_race_test(struct kunit *test)
{
	struct kmem_cache *s = kmalloc_slab(100, GFP_KERNEL);
	atomic_t done = ATOMIC_INIT(0);
	struct task_struct *t = kthread_create(reallocate, &done, "reallocate");
	long wrong = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	kthread_bind(t, (raw_smp_processor_id() + 1) % num_online_cpus());
	wake_up_process(t);
	while (!atomic_read_acquire(&done)) {
		wrong += validate_slab_cache(s);
		cond_resched();
	}
	/* It has ended by itself: what is awaited is that it is gone. */
	wrong += validate_slab_cache(s);
	KUNIT_EXPECT_EQ(test, wrong, 0l);
}

static struct kunit_case slack_cases[] = {
	KUNIT_CASE(slack_test),
	KUNIT_CASE(slack_given_test),
	KUNIT_CASE(slack_race_test),
	{}
};

static struct kunit_suite slack_suite = { .name = "slab_debug_slack", .test_cases = slack_cases };
quarry_suite_on(slack_suite, "x86_64-8g slub_debug=FZPU");

static struct kunit_case debug_cases[] = {
	KUNIT_CASE(clean_test),
	KUNIT_CASE(patterns_test),
	KUNIT_CASE(overrun_test),
	KUNIT_CASE(underrun_test),
	KUNIT_CASE(use_after_free_test),
	KUNIT_CASE(double_free_test),
	KUNIT_CASE(invalid_pointer_test),
	KUNIT_CASE(wrong_cache_test),
	KUNIT_CASE(broken_link_test),
	KUNIT_CASE(broken_link_taken_test),
	KUNIT_CASE(late_write_test),
	KUNIT_CASE(wrong_list_test),
	KUNIT_CASE(padding_test),
	KUNIT_CASE(owners_test),
	KUNIT_CASE(kept_contents_test),
	KUNIT_CASE(live_objects_test),
	KUNIT_CASE(reclaim_test),
	KUNIT_CASE(init_switches_test),
	{}
};

static struct kunit_suite debug_suite = { .name = "slab_debug", .test_cases = debug_cases };
kunit_test_suite(debug_suite);
