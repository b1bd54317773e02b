// SPDX-License-Identifier: MIT
/* Constructors and destructors: when, how often, with which flags, in which context. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

#define PLAIN		(SLAB_NO_MERGE | SLAB_NO_USER_FLAGS)
#define CHECKED		(SLAB_NO_USER_FLAGS | SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | \
			 SLAB_POISON | SLAB_STORE_USER)
#define CONSTRUCTED	0xc0c0c0c0u
#define DESTRUCTED	0xd0d0d0d0u

struct thing {
	unsigned int state;
	unsigned int user;
	char body[72];
};

static int constructed, atomic, verified, unlike, wrong;
static atomic_t nr_destructed;		/* some by who waits for readers */
static struct kmem_cache *expected;	/* NULL: it is being made */

static void reset(void)
{
	constructed = atomic = verified = unlike = wrong = 0;
	atomic_set(&nr_destructed, 0);
	expected = NULL;
}

static int destructed(void)
{
	return atomic_read(&nr_destructed);
}

/* What nobody can do who holds a lock of the slab layer. */
static void use_the_layer(void)
{
	kfree(kmalloc(sizeof(struct thing), GFP_ATOMIC));
}

static void ctor(void *object, struct kmem_cache *s, unsigned long flags)
{
	struct thing *t = object;

	if (s != expected || !(flags & SLAB_CTOR_CONSTRUCTOR))
		wrong++;
	if (flags & SLAB_CTOR_VERIFY) {
		verified++;
		if (t->state != CONSTRUCTED || t->user)
			unlike++;
		return;
	}
	if (flags & SLAB_CTOR_ATOMIC)
		atomic++;
	else
		might_sleep();
	use_the_layer();
	constructed++;
	t->state = CONSTRUCTED;
	t->user = 0;
}

static void dtor(void *object, struct kmem_cache *s, unsigned long flags)
{
	struct thing *t = object;

	if (s != expected || flags || t->state != CONSTRUCTED)
		wrong++;
	use_the_layer();
	t->state = DESTRUCTED;
	atomic_inc(&nr_destructed);
}

static struct kmem_cache *make_of(struct kunit *test, size_t size, slab_flags_t flags)
{
	reset();
	expected = kmem_cache_create_26("era26-test", size, 0, flags, ctor, dtor);
	KUNIT_ASSERT_NOT_NULL(test, expected);
	KUNIT_EXPECT_EQ(test, constructed, 0);
	return expected;
}

static struct kmem_cache *make(struct kunit *test, slab_flags_t flags)
{
	return make_of(test, sizeof(struct thing), flags);
}

/* Each object once when its memory comes, and once before it goes. */
static void life_of(struct kunit *test, size_t size, slab_flags_t flags)
{
	struct kmem_cache *s = make_of(test, size, flags);
	struct thing *p[200];
	int i, round, before;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 200; i++) {
			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			KUNIT_EXPECT_EQ(test, p[i]->state, CONSTRUCTED);
			p[i]->user = 1;
		}
		KUNIT_EXPECT_GE(test, constructed - destructed(), 200);
		for (i = 0; i < 200; i++)
			kmem_cache_free(s, p[i]);
		KUNIT_EXPECT_GE(test, constructed, destructed());
		before = destructed();
		kmem_cache_shrink(s);
		KUNIT_EXPECT_GE(test, destructed(), before);
	}
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(s), 0);
	KUNIT_EXPECT_EQ(test, constructed, destructed());
	KUNIT_EXPECT_EQ(test, atomic, 0);
	KUNIT_EXPECT_EQ(test, verified, 0);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Small ones, and such that need pages. */
static void life(struct kunit *test, slab_flags_t flags)
{
	life_of(test, sizeof(struct thing), flags);
	life_of(test, 6000, flags);
}

static void life_test(struct kunit *test)
{
	life(test, PLAIN);
}

static void life_checked_test(struct kunit *test)
{
	life(test, CHECKED);
}

static void life_rcu_test(struct kunit *test)
{
	life(test, PLAIN | SLAB_TYPESAFE_BY_RCU);
}

/* What a user changed stays changed: an object is not constructed again. */
static void not_again_test(struct kunit *test)
{
	struct kmem_cache *s = make(test, PLAIN | SLAB_NO_REAP);
	struct thing *p = kmem_cache_alloc(s, GFP_KERNEL), *q;
	int before = constructed;

	p->user = 77;
	kmem_cache_free(s, p);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	if (q == p && constructed == before)
		KUNIT_EXPECT_EQ(test, q->user, 77u);
	kmem_cache_free(s, q);
	kmem_cache_destroy(s);
}

/* Whether it may sleep is the request's: interrupts off, or on. */
static void atomic_flag_test(struct kunit *test)
{
	static const struct {
		gfp_t gfp;
		bool sleeps;
	} requests[] = {
		{ GFP_KERNEL, true }, { GFP_NOIO, true }, { GFP_NOFS, true },
		{ GFP_ATOMIC, false }, { GFP_NOWAIT, false },
	};
	unsigned long flags;
	unsigned int i;
	void *p;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		struct kmem_cache *s = make(test, PLAIN);

		if (requests[i].sleeps) {
			p = kmem_cache_alloc(s, requests[i].gfp);
		} else {
			local_irq_save(flags);
			p = kmem_cache_alloc(s, requests[i].gfp);
			local_irq_restore(flags);
		}
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_GT(test, constructed, 0);
		KUNIT_EXPECT_EQ(test, atomic, requests[i].sleeps ? 0 : constructed);
		kmem_cache_free(s, p);
		kmem_cache_destroy(s);
		KUNIT_EXPECT_EQ(test, constructed, destructed());
		KUNIT_EXPECT_EQ(test, wrong, 0);
	}
}

/* SLAB_DEBUG_INITIAL: a look at each object that is freed, whichever way. */
static void verify(struct kunit *test, slab_flags_t flags)
{
	struct kmem_cache *s = make(test, SLAB_DEBUG_INITIAL | flags);
	struct thing *p[4];
	void *inside;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 4, (void **)p), 4);
	KUNIT_EXPECT_EQ(test, verified, 0);
	p[1]->user = 1;
	kmem_cache_free(s, p[0]);
	KUNIT_EXPECT_EQ(test, verified, 1);
	KUNIT_EXPECT_EQ(test, unlike, 0);
	kmem_cache_free(s, p[1]);
	KUNIT_EXPECT_EQ(test, unlike, 1);
	kfree(p[2]);
	KUNIT_EXPECT_EQ(test, verified, 3);
	/* What is no object is reported, not looked at. */
	inside = &p[3]->body[4];
	quarry_expect_reports(test, 1);
	kmem_cache_free(s, inside);
	KUNIT_EXPECT_EQ(test, verified, 3);
	kmem_cache_free_bulk(s, 1, (void **)&p[3]);
	KUNIT_EXPECT_EQ(test, verified, 4);
	KUNIT_EXPECT_EQ(test, unlike, 1);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_EQ(test, constructed, destructed());
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void verify_test(struct kunit *test)
{
	verify(test, SLAB_NO_USER_FLAGS);
}

static void verify_checked_test(struct kunit *test)
{
	verify(test, CHECKED);
}

/* Only those of the 2.6 era know about looking. */
static void plain_ctor(void *object)
{
	constructed++;
}

static void verify_other_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("no-verify", 64, 0, SLAB_DEBUG_INITIAL,
						 plain_ctor);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);
	int before = constructed;

	KUNIT_ASSERT_NOT_NULL(test, p);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_EQ(test, constructed, before);
	kmem_cache_destroy(s);
}

/* A cache in use is kept, and says so. */
static void destroy_test(struct kunit *test)
{
	struct kmem_cache *s = make(test, PLAIN);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(s), 1);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(s), 0);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(NULL), 0);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(s), 1);
	KUNIT_EXPECT_EQ(test, constructed, destructed());
}

/* Two that are alike are two. */
static void not_merged_test(struct kunit *test)
{
	struct kmem_cache *a = kmem_cache_create_26("alike-a", 120, 0, 0, NULL, NULL);
	struct kmem_cache *b = kmem_cache_create_26("alike-b", 120, 0, 0, NULL, NULL);
	void *p = kmem_cache_alloc(a, GFP_KERNEL);

	KUNIT_EXPECT_TRUE(test, a && b && a != b);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(b), 0);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(a), 1);
	kmem_cache_free(a, p);
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(a), 0);
}

static void refused_test(struct kunit *test)
{
	size_t huge = SIZE_MAX / 2;
	struct kmem_cache *s;

	reset();
	KUNIT_EXPECT_NULL(test, kmem_cache_create_26("dtor", 8, 0, 0, NULL, dtor));
	KUNIT_EXPECT_NULL(test, kmem_cache_create_26("huge", huge + 9, 0, 0, ctor, dtor));
	KUNIT_EXPECT_NULL(test, kmem_cache_create_26("align", 8, huge + 9, 0, ctor, dtor));
	KUNIT_EXPECT_NULL(test, kmem_cache_create("inside", 8, 0, SLAB_CALLS_26, plain_ctor));
	/* A constructor alone, and neither. */
	s = kmem_cache_create_26("ctor", sizeof(struct thing), 0, PLAIN, ctor, NULL);
	expected = s;
	KUNIT_ASSERT_NOT_NULL(test, s);
	kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(s), 0);
	KUNIT_EXPECT_GT(test, constructed, 0);
	s = kmem_cache_create_26("none", 30, 0, PLAIN, NULL, NULL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	kmem_cache_free(s, kmem_cache_zalloc(s, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, kmem_cache_destroy_26(s), 0);
	KUNIT_EXPECT_EQ(test, destructed() + wrong, 0);
}

static struct kunit_case era26_cases[] = {
	KUNIT_CASE(life_test),
	KUNIT_CASE(life_checked_test),
	KUNIT_CASE(life_rcu_test),
	KUNIT_CASE(not_again_test),
	KUNIT_CASE(atomic_flag_test),
	KUNIT_CASE(verify_test),
	KUNIT_CASE(verify_checked_test),
	KUNIT_CASE(verify_other_test),
	KUNIT_CASE(destroy_test),
	KUNIT_CASE(not_merged_test),
	KUNIT_CASE(refused_test),
	{}
};

static struct kunit_suite era26_suite = { .name = "slab_era26", .test_cases = era26_cases };
kunit_test_suite(era26_suite);

static struct kunit_suite era26_tiny_suite = {
	.name = "slab_era26_tiny_16m", .test_cases = era26_cases
};
quarry_suite_on(era26_tiny_suite, "tiny-16m");

static struct kunit_suite era26_numa_suite = {
	.name = "slab_era26_numa_4x2g", .test_cases = era26_cases
};
quarry_suite_on(era26_numa_suite, "numa-4x2g");
