// SPDX-License-Identifier: MIT
/*
 * Objects that are made to fail: which requests may (S1 to S5 of mm/slab/failslab.c), by
 * whatever function, and what fail-nth counts.
 */
#include <kunit/test.h>
#include <linux/fault-inject.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "tests/unit/text.h"

#define DIR	"/sys/kernel/debug/failslab/"

/* Opening a file takes objects, too. */
static void set(struct kunit *test, const char *file, const char *text)
{
	unsigned int was = current->make_it_fail;
	char path[96];

	snprintf(path, sizeof(path), "%s%s", *file == '/' ? "" : DIR, file);
	WRITE_ONCE(current->make_it_fail, 0);
	KUNIT_EXPECT_EQ_MSG(test, text_write(path, text),
			    (long)strlen(text), "%s > %s", text, path);
	WRITE_ONCE(current->make_it_fail, was);
}

/* Sure to fail, for ever, silently, and for this thread alone. */
static int be_sure(struct kunit *test)
{
	set(test, "verbose", "0");
	set(test, "times", "-1");
	WRITE_ONCE(current->make_it_fail, 1);
	set(test, "task-filter", "Y");
	set(test, "probability", "100");
	return 0;
}

static void off(struct kunit *test)
{
	fault_set_nth(current, 0);
	WRITE_ONCE(current->make_it_fail, 0);
	fail_page_alloc_init();
	failslab_init();
	KUNIT_EXPECT_FALSE(test, slab_hooks & SLAB_HOOK_FAIL);
}

static bool fails(struct kmem_cache *s, gfp_t gfp)
{
	void *p = s ? kmem_cache_alloc(s, gfp) : kmalloc(64, gfp);

	kfree(p);
	return !p;
}

static void hook_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, slab_hooks & SLAB_HOOK_FAIL);
	set(test, "probability", "0");
	KUNIT_EXPECT_FALSE(test, slab_hooks & SLAB_HOOK_FAIL);
	KUNIT_EXPECT_FALSE(test, fails(NULL, GFP_ATOMIC));
	set(test, "probability", "1");
	set(test, "times", "0");
	KUNIT_EXPECT_FALSE(test, slab_hooks & SLAB_HOOK_FAIL);
	set(test, "/proc/self/fail-nth", "1000");
	KUNIT_EXPECT_TRUE(test, slab_hooks & SLAB_HOOK_FAIL);
	set(test, "/proc/self/fail-nth", "0");
	KUNIT_EXPECT_FALSE(test, slab_hooks & SLAB_HOOK_FAIL);
}

static void which_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, fails(NULL, GFP_ATOMIC));
	KUNIT_EXPECT_FALSE(test, fails(NULL, GFP_KERNEL));
	KUNIT_EXPECT_FALSE(test, fails(NULL, GFP_ATOMIC | __GFP_NOFAIL));
	set(test, "ignore-gfp-wait", "N");
	KUNIT_EXPECT_TRUE(test, fails(NULL, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, fails(NULL, GFP_NOIO | __GFP_ZERO));
	KUNIT_EXPECT_FALSE(test, fails(NULL, GFP_KERNEL | __GFP_NOFAIL));
	WRITE_ONCE(current->make_it_fail, 0);
	KUNIT_EXPECT_FALSE(test, fails(NULL, GFP_KERNEL));
}

static void cache_filter_test(struct kunit *test)
{
	struct kmem_cache *marked, *plain;

	marked = kmem_cache_create("failslab_marked", 64, 0, SLAB_FAILSLAB, NULL);
	plain = kmem_cache_create("failslab_plain", 64, 0, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, marked);
	KUNIT_ASSERT_NOT_NULL(test, plain);
	KUNIT_EXPECT_PTR_NE(test, marked, plain);
	KUNIT_EXPECT_TRUE(test, fails(plain, GFP_ATOMIC));
	KUNIT_EXPECT_TRUE(test, fails(marked, GFP_ATOMIC));
	set(test, "cache-filter", "Y");
	KUNIT_EXPECT_FALSE(test, fails(plain, GFP_ATOMIC));
	KUNIT_EXPECT_FALSE(test, fails(NULL, GFP_ATOMIC));
	KUNIT_EXPECT_TRUE(test, fails(marked, GFP_ATOMIC));
	KUNIT_EXPECT_FALSE(test, fails(marked, GFP_KERNEL));
	kmem_cache_destroy(marked);
	kmem_cache_destroy(plain);
}

/* Whoever asks, by whatever function: NULL, and nothing in the log. */
static void every_door_test(struct kunit *test)
{
	struct quarry_incidents before = quarry_incidents(), after;
	struct kmem_cache *s = kmem_cache_create("failslab", 100, 0, 0, NULL);
	char *kept = kmalloc(16, GFP_KERNEL);
	size_t n = 100;
	void *p, *bulk[8];

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_NOT_NULL(test, kept);
	strcpy(kept, "as it was");
	OPTIMIZER_HIDE_VAR(n);
	set(test, "ignore-gfp-wait", "N");
	KUNIT_EXPECT_NULL(test, kmalloc(100, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc(n, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kzalloc(100, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc_node(100, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, kmalloc_node(n, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, kcalloc(n, 8, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kvmalloc(n, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kstrdup("text", GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmemdup("text", 4, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kasprintf(GFP_KERNEL, "%d", 1));
	KUNIT_EXPECT_NULL(test, krealloc(kept, 3000, GFP_KERNEL));
	KUNIT_EXPECT_STREQ(test, kept, "as it was");
	KUNIT_EXPECT_NULL(test, kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmem_cache_zalloc(s, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmem_cache_alloc_node(s, GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 8, bulk), 0);
	/* These are pages. */
	p = kmalloc(300000, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	kfree(p);
	p = kvmalloc(20 * PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL);
	kvfree(p);
	set(test, "probability", "0");
	kfree(kept);
	KUNIT_EXPECT_FALSE(test, fails(s, GFP_KERNEL));
	kmem_cache_destroy(s);
	after = quarry_incidents();
	KUNIT_EXPECT_EQ(test, after.warnings, before.warnings);
	KUNIT_EXPECT_EQ(test, after.bugs, before.bugs);
}

static void all_requests(struct kunit *test)
{
	set(test, "ignore-gfp-wait", "N");
	set(test, "/sys/kernel/debug/fail_page_alloc/min-order", "0");
	set(test, "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	set(test, "probability", "0");
}

/* Objects and pages are counted together, in the order in which they are asked for. */
static void nth_test(struct kunit *test)
{
	struct page *page[2];
	void *p[3], *spare[24];
	unsigned int nth;

	all_requests(test);
	/* No new slabs meanwhile, which would count too: some blocks are free, no slab is. */
	for (nth = 0; nth < ARRAY_SIZE(spare); nth++)
		spare[nth] = kmalloc(700, GFP_KERNEL);
	for (nth = 0; nth < ARRAY_SIZE(spare); nth += 3) {
		kfree(spare[nth]);
		spare[nth] = NULL;
	}
	for (nth = 1; nth <= 6; nth++) {
		unsigned int failed;

		fault_set_nth(current, nth);
		fail_page_alloc_update();
		failslab_update();
		p[0] = kmalloc(700, GFP_KERNEL);
		page[0] = alloc_page(GFP_KERNEL);
		p[1] = kmalloc(700, GFP_KERNEL);
		p[2] = kmalloc(700, GFP_KERNEL | __GFP_NOFAIL);
		page[1] = alloc_page(GFP_KERNEL);
		failed = (!p[0]) | (!page[0]) << 1 | (!p[1]) << 2 | (!page[1]) << 3 |
			 (!p[2]) << 4;
		KUNIT_EXPECT_EQ_MSG(test, failed, nth > 4 ? 0 : 1u << (nth - 1), "%u", nth);
		KUNIT_EXPECT_EQ(test, fault_nth(current), nth > 4 ? nth - 4 : 0);
		fault_set_nth(current, 0);
		kfree(p[0]);
		kfree(p[1]);
		kfree(p[2]);
		if (page[0])
			__free_page(page[0]);
		if (page[1])
			__free_page(page[1]);
	}
	for (nth = 0; nth < ARRAY_SIZE(spare); nth++)
		kfree(spare[nth]);
}

/* S4 */
static void bulk_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("failslab", 100, 0, SLAB_FAILSLAB, NULL);
	void *p[32];

	KUNIT_ASSERT_NOT_NULL(test, s);
	set(test, "ignore-gfp-wait", "N");
	set(test, "cache-filter", "Y");
	set(test, "interval", "2");
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 32, p), 32);
	kmem_cache_free_bulk(s, 32, p);
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 32, p), 0);
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL | __GFP_ZERO, 32, p), 32);
	kmem_cache_free_bulk(s, 32, p);
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 0l);
	set(test, "probability", "0");
	kmem_cache_destroy(s);
}

/* `space` is in bytes of objects. */
static void space_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("failslab", 96, 0, SLAB_FAILSLAB, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	set(test, "cache-filter", "Y");
	set(test, "space", "200");
	KUNIT_EXPECT_FALSE(test, fails(s, GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, atomic_read(&failslab_rules.attr.space), 104);
	KUNIT_EXPECT_FALSE(test, fails(s, GFP_ATOMIC));
	KUNIT_EXPECT_TRUE(test, fails(s, GFP_ATOMIC));
	set(test, "probability", "0");
	kmem_cache_destroy(s);
}

/* A pool serves from its reserve. */
static void pool_test(struct kunit *test)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 100);
	void *p, *q;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	set(test, "ignore-gfp-wait", "N");
	p = mempool_alloc(pool, GFP_KERNEL);
	q = mempool_alloc(pool, GFP_ATOMIC);
	KUNIT_EXPECT_NOT_NULL(test, p);
	KUNIT_EXPECT_NOT_NULL(test, q);
	KUNIT_EXPECT_NULL(test, mempool_alloc(pool, GFP_ATOMIC));
	mempool_free(p, pool);
	mempool_free(q, pool);
	set(test, "probability", "0");
	mempool_destroy(pool);
}

static void failslab_files_test(struct kunit *test)
{
	static const struct {
		const char *file, *first, *write, *read;
	} files[] = {
		{ "probability", "0\n", "12\n", "12\n" },
		{ "interval", "1\n", "0x10", "16\n" },
		{ "times", "1\n", "-1\n", "-1\n" },
		{ "space", "0\n", "9", "9\n" },
		{ "task-filter", "N\n", "Y\n", "Y\n" },
		{ "ignore-gfp-wait", "Y\n", "0", "N\n" },
		{ "cache-filter", "N\n", "1", "Y\n" },
	};
	unsigned int i;

	off(test);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		expect_file(test, DIR, files[i].file, files[i].first);
		set(test, files[i].file, files[i].write);
		expect_file(test, DIR, files[i].file, files[i].read);
	}
}

static struct kunit_case failslab_cases[] = {
	KUNIT_CASE(hook_test),
	KUNIT_CASE(which_test),
	KUNIT_CASE(cache_filter_test),
	KUNIT_CASE(every_door_test),
	KUNIT_CASE(nth_test),
	KUNIT_CASE(bulk_test),
	KUNIT_CASE(space_test),
	KUNIT_CASE(pool_test),
	KUNIT_CASE(failslab_files_test),
	{}
};

static struct kunit_suite failslab_suite = {
	.name = "failslab", .init = be_sure, .exit = off, .test_cases = failslab_cases,
};
kunit_test_suite(failslab_suite);

/* As the boot parameters say. */
static void failslab_boot_test(struct kunit *test)
{
	int times;

	set(test, "verbose", "0");
	KUNIT_EXPECT_TRUE(test, slab_hooks & SLAB_HOOK_FAIL);
	expect_file(test, DIR, "interval", "2\n");
	expect_file(test, DIR, "probability", "100\n");
	times = atomic_read(&failslab_rules.attr.times);
	KUNIT_EXPECT_GT(test, times, 900);
	KUNIT_EXPECT_TRUE(test, fails(NULL, GFP_ATOMIC) ^ fails(NULL, GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, atomic_read(&failslab_rules.attr.times), times - 1);
	/* slub_debug=A marks caches by their names. */
	set(test, "cache-filter", "Y");
	set(test, "interval", "1");
	KUNIT_EXPECT_TRUE(test, fails(NULL, GFP_ATOMIC));
	KUNIT_EXPECT_FALSE(test, fails(kmalloc_slab(32, GFP_ATOMIC), GFP_ATOMIC));
}

static struct kunit_case failslab_boot_cases[] = {
	KUNIT_CASE(failslab_boot_test),
	{}
};

static struct kunit_suite failslab_boot_suite = {
	.name = "failslab_boot", .test_cases = failslab_boot_cases,
};
quarry_suite_on(failslab_boot_suite, "x86_64-8g failslab=2,100,0,1000 slub_debug=A,kmalloc-64");
