// SPDX-License-Identifier: MIT
/*
 * What makes a mistake harder to use: objects that are cleared (init_on_alloc,
 * init_on_free), objects in any order (slab_freelist_random), links in disguise
 * (slab_freelist_hardened). On any allocator, as far as it has such a thing.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <quarry/quarry.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

#define OBJECTS	256

static bool backend_is(const char *name)
{
	return !strcmp(quarry_slab(), name);
}

/* In none of the classes that are merged. */
static struct kmem_cache *own_cache(struct kunit *test, unsigned int size)
{
	struct kmem_cache *s = kmem_cache_create_usercopy("hard-test", size, 0, 0, 0, size, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_FALSE(test, slab_checked(s));
	return s;
}

/* Cleared. */

static void cleared_test(struct kunit *test)
{
	static const size_t sizes[] = { 1, 8, 40, 64, 100, 192, 500, 1024, 3000, 4096, 8192, 20000,
					128 << 10, 1 << 20 };
	unsigned int i, j, dirty;
	size_t room;
	u8 *p;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = kmalloc(sizes[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		room = ksize(p);
		KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, room));
		memset(p, 0xff, room);
		kfree(p);
		OPTIMIZER_HIDE_VAR(p);
		/* But for what leads to the next one. */
		for (dirty = 0, j = 0; j < room; j++)
			dirty += p[j] != 0;
		KUNIT_EXPECT_LE_MSG(test, dirty, (unsigned int)sizeof(void *), "kmalloc(%zu)",
				    sizes[i]);
		p = kmalloc(sizes[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, ksize(p)));
		kfree(p);
	}
}

/* Objects of a cache, grown and shrunk so that each one has been somebody's. */
static void cleared_cache_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 72);
	void *p[OBJECTS];
	unsigned int i, round;

	for (round = 0; round < 3; round++) {
		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, OBJECTS, p), OBJECTS);
		for (i = 0; i < OBJECTS; i++) {
			KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0, 72));
			memset(p[i], 0xff, 72);
		}
		kmem_cache_free_bulk(s, OBJECTS, p);
	}
	kmem_cache_destroy(s);
}

static struct kunit_case init_cases[] = {
	KUNIT_CASE(cleared_test),
	KUNIT_CASE(cleared_cache_test),
	{},
};

static struct kunit_suite init_suite = { .name = "slab_init", .test_cases = init_cases };
quarry_suite_on(init_suite, "x86_64-8g init_on_alloc=1 init_on_free=1");

/* In any order. */

/* Numbers of the first slab's objects in the order in which they come. Return: how many. */
static unsigned int order_of(struct kunit *test, struct kmem_cache *s, void **p, unsigned int *nr)
{
	struct page *first;
	unsigned int i, n = 0;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, OBJECTS, p), OBJECTS);
	first = virt_to_head_page(p[0]);
	for (i = 0; i < OBJECTS; i++)
		if (virt_to_head_page(p[i]) == first)
			nr[n++] = slab_index(s, (unsigned int)((char *)p[i] -
							      (char *)first->slab_base));
	return n;
}

static unsigned int steps_of(const unsigned int *nr, unsigned int n, unsigned int by)
{
	unsigned int i, steps = 0;

	for (i = 1; i < n; i++)
		steps += nr[i] == nr[i - 1] + by;
	return steps;
}

static void any_order_test(struct kunit *test)
{
	unsigned int nr[2][OBJECTS], n[2], i, j, seen;
	struct kmem_cache *s[2];
	void *p[2][OBJECTS];

	if (backend_is("SLOB"))
		kunit_skip(test, "blocks are taken where they fit");
	for (i = 0; i < 2; i++) {
		s[i] = own_cache(test, 128);
		n[i] = order_of(test, s[i], p[i], nr[i]);
		KUNIT_ASSERT_GE(test, n[i], 16u);
		KUNIT_EXPECT_LT(test, steps_of(nr[i], n[i], 1), n[i] / 2);
		KUNIT_EXPECT_LT(test, steps_of(nr[i], n[i], -1u), n[i] / 2);
		/* Each one once. */
		for (j = 0, seen = 0; j < n[i]; j++)
			seen += nr[i][j];
		KUNIT_EXPECT_EQ(test, seen, n[i] * (n[i] - 1) / 2);
	}
	KUNIT_EXPECT_NE(test, memcmp(nr[0], nr[1], min(n[0], n[1]) * sizeof(nr[0][0])), 0);
	for (i = 0; i < 2; i++) {
		kmem_cache_free_bulk(s[i], OBJECTS, p[i]);
		KUNIT_EXPECT_EQ(test, cache_validate(s[i]), 0u);
		kmem_cache_destroy(s[i]);
	}
}

/* In disguise: no word of a free object is the address of anything in its slab. */
static void disguise_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64);
	unsigned long *word, at;
	unsigned int i, j;
	void *p[8];

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 8, p), 8);
	for (i = 1; i < 8; i++)
		memset(p[i], 0, 64);
	kmem_cache_free_bulk(s, 7, p + 1);
	kmem_cache_shrink(s);
	at = (unsigned long)page_address(virt_to_head_page(p[0]));
	for (i = 1; i < 8; i++) {
		word = p[i];
		OPTIMIZER_HIDE_VAR(word);
		for (j = 0; j < 64 / sizeof(*word); j++)
			KUNIT_EXPECT_GE(test, word[j] - at, 8 * PAGE_SIZE);
		/* Nor is it nothing, where there is a link at all. */
		if (backend_is("SLUB"))
			KUNIT_EXPECT_NOT_NULL(test, memchr_inv(word, 0, 64));
	}
	kmem_cache_free(s, p[0]);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
	kmem_cache_destroy(s);
}

/* Who writes an address there, as it is, does not get what lies at it. */
static void forged_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 64), *t = own_cache(test, 64);
	void *p[8], *q[OBJECTS];
	unsigned long *word;
	unsigned int i;

	if (!backend_is("SLUB"))
		kunit_skip(test, "there are no links in objects");
	KUNIT_EXPECT_NE(test, s->secret, t->secret);
	kmem_cache_destroy(t);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 8, p), 8);
	kmem_cache_free_bulk(s, 7, p + 1);
	kmem_cache_shrink(s);
	word = p[3];
	OPTIMIZER_HIDE_VAR(word);
	word[s->offset / sizeof(*word)] = (unsigned long)p[0];
	quarry_expect_reports(test, 1);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, OBJECTS, q), OBJECTS);
	for (i = 0; i < OBJECTS; i++)
		KUNIT_EXPECT_PTR_NE(test, q[i], p[0]);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	kmem_cache_free_bulk(s, OBJECTS, q);
	kmem_cache_free(s, p[0]);
	/* What was behind the link is lost, so the cache stays. */
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);
}

/* Debugged caches have links of the same kind. */
static void checked_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("hard-test", 64, 0,
						 SLAB_CONSISTENCY_CHECKS | SLAB_POISON |
						 SLAB_RED_ZONE | SLAB_STORE_USER, NULL);
	void *p[OBJECTS];

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, OBJECTS, p), OBJECTS);
	kmem_cache_free_bulk(s, OBJECTS / 2, p);
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 0l);
	kmem_cache_free_bulk(s, OBJECTS / 2, p + OBJECTS / 2);
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 0l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 0l);
	kmem_cache_destroy(s);
}

static struct kunit_case hard_cases[] = {
	KUNIT_CASE(any_order_test),
	KUNIT_CASE(disguise_test),
	KUNIT_CASE(forged_test),
	KUNIT_CASE(checked_test),
	{},
};

static struct kunit_suite hard_suite = { .name = "slab_hardening", .test_cases = hard_cases };
quarry_suite_on(hard_suite, "x86_64-8g slab_freelist_random=1 slab_freelist_hardened=1");
