// SPDX-License-Identifier: MIT
/*
 * /sys/kernel/slab/NAME/ and /sys/kernel/debug/slab/NAME/, read and written as a user
 * does, on any allocator.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <quarry/kernel.h>
#include <quarry/quarry.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "tests/unit/text.h"

#define SYS	"/sys/kernel/slab/"
#define DEBUG	"/sys/kernel/debug/slab/"

static struct text text = TEXT(8192);

static const char *read_path(struct kunit *test, const char *path)
{
	text_clear(&text);
	KUNIT_EXPECT_EQ_MSG(test, quarry_proc_read(path, text_collect, &text), 0, "%s", path);
	return text.buf;
}

#define EXPECT_FILE(name, fmt, ...)	do {					\
	char want[128];								\
										\
	snprintf(want, sizeof(want), fmt "\n", ##__VA_ARGS__);			\
	KUNIT_EXPECT_STREQ(test, read_path(test, SYS "attr-test/" name), want);	\
} while (0)

static void make(void *object)
{
	memset(object, 0, 40);
}

static void numbers_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create_usercopy("attr-test", 40, 16,
							  SLAB_RECLAIM_ACCOUNT | SLAB_NO_MERGE,
							  8, 24, make);
	void *p[3];

	KUNIT_ASSERT_NOT_NULL(test, s);
	EXPECT_FILE("aliases", "0");
	EXPECT_FILE("align", "16");
	EXPECT_FILE("cache_dma", "0");
	EXPECT_FILE("ctor", "%pS", (void *)make);
	EXPECT_FILE("destroy_by_rcu", "0");
	EXPECT_FILE("hwcache_align", "0");
	EXPECT_FILE("object_size", "40");
	EXPECT_FILE("objs_per_slab", "%u", s->objects);
	EXPECT_FILE("order", "%u", s->order);
	EXPECT_FILE("reclaim_account", "1");
	EXPECT_FILE("slab_size", "%u", s->size);
	EXPECT_FILE("usersize", "24");
	EXPECT_FILE("poison", "0");
	EXPECT_FILE("red_zone", "0");
	EXPECT_FILE("sanity_checks", "0");
	EXPECT_FILE("store_user", "0");
	EXPECT_FILE("trace", "0");
	EXPECT_FILE("objects", "0");
	EXPECT_FILE("slabs", "0");
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 3, p), 3);
	EXPECT_FILE("objects", "3 N0=3");
	kmem_cache_free_bulk(s, 3, p);
	EXPECT_FILE("objects", "0");
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/shrink", "1"), 1l);
	EXPECT_FILE("slabs", "0");
	EXPECT_FILE("total_objects", "0");
	EXPECT_FILE("partial", "0");
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/shrink", "2"), (long)-EINVAL);
	/* It is not debugged. */
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/validate", "1"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/order", "1"), (long)-EACCES);
	KUNIT_EXPECT_STREQ(test, read_path(test, SYS "attr-test/shrink"), "");
	kmem_cache_destroy(s);
	KUNIT_EXPECT_EQ(test, quarry_proc_read(SYS "attr-test/order", text_collect, &text), -ENOENT);
}

/* What is written is read again, and obeyed; or refused, where there is no such thing. */
static void min_partial_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("attr-test", 600, 0,
						 SLAB_NO_MERGE | SLAB_NO_USER_FLAGS, NULL);
	bool has = !strcmp(quarry_slab(), "SLUB");
	struct slabinfo info;
	void *p[200];

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/min_partial", "many"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/min_partial", "12"), has ? 2l : (long)-EINVAL);
	EXPECT_FILE("min_partial", "%d", has ? 12 : 0);
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/min_partial", "0"), has ? 1l : (long)-EINVAL);
	EXPECT_FILE("min_partial", "0");
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 200, p), 200);
	kmem_cache_free_bulk(s, 200, p);
	KUNIT_EXPECT_EQ(test, cache_validate(s), 0u);	/* from CPUs to lists */
	cache_info(s, &info);
	if (has)
		KUNIT_EXPECT_EQ(test, info.num_slabs, 0ul);
	kmem_cache_destroy(s);
}

/* What is counted is what slabinfo says. */
static void sums_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("attr-test", 600, 0, SLAB_NO_MERGE, NULL);
	struct slabinfo info;
	void *p[100];

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 100, p), 100);
	kmem_cache_free_bulk(s, 41, p);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.active_objs, 59ul);
	EXPECT_FILE("objects", "59 N0=59");
	EXPECT_FILE("slabs", "%lu N0=%lu", info.num_slabs, info.num_slabs);
	EXPECT_FILE("total_objects", "%lu N0=%lu", info.num_objs, info.num_objs);
	if (info.partial_slabs)
		EXPECT_FILE("partial", "%lu N0=%lu", info.partial_slabs, info.partial_slabs);
	kmem_cache_free_bulk(s, 59, p + 41);
	kmem_cache_destroy(s);
}

/* A merged cache is there by all its names. */
static void alias_test(struct kunit *test)
{
	struct kmem_cache *a, *b;

	if (slab_params.nomerge)
		kunit_skip(test, "caches are not merged");
	a = kmem_cache_create("attr-test", 136, 0, 0, NULL);
	b = kmem_cache_create("attr-alias", 136, 0, 0, NULL);
	KUNIT_ASSERT_PTR_EQ(test, a, b);
	EXPECT_FILE("aliases", "%d", a->refcount - 1);
	KUNIT_EXPECT_STREQ(test, read_path(test, SYS "attr-alias/object_size"), "136\n");
	text_clear(&text);
	KUNIT_EXPECT_EQ(test, quarry_proc_list(SYS, text_collect, &text), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "attr-test\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "attr-alias\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "kmalloc-64\n"));
	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
}

static void paths_test(struct kunit *test)
{
	text_clear(&text);
	KUNIT_EXPECT_EQ(test, quarry_proc_list(SYS "kmalloc-64", text_collect, &text), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\ntotal_objects\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\nvalidate\n"));
	KUNIT_EXPECT_EQ(test, quarry_proc_list(SYS "kmalloc-64/order", text_collect, &text), -ENOTDIR);
	KUNIT_EXPECT_EQ(test, quarry_proc_list(SYS "none", text_collect, &text), -ENOENT);
	KUNIT_EXPECT_EQ(test, quarry_proc_read(SYS, text_collect, &text), -EISDIR);
	KUNIT_EXPECT_EQ(test, quarry_proc_read(SYS "kmalloc-64", text_collect, &text), -EISDIR);
	KUNIT_EXPECT_EQ(test, quarry_proc_read(SYS "kmalloc-64/none", text_collect, &text), -ENOENT);
	KUNIT_EXPECT_EQ(test, text_write(SYS "kmalloc-64", "1"), (long)-EISDIR);
	/* Nobody knows who has its objects. */
	KUNIT_EXPECT_EQ(test, quarry_proc_list(DEBUG "kmalloc-64", text_collect, &text), -ENOENT);
}

static noinline void *get_here(struct kmem_cache *s)
{
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	return p;
}

/* Not the same, or the compiler makes one of the two. */
static noinline void *get_there(struct kmem_cache *s)
{
	void *p = kmem_cache_alloc(s, GFP_ATOMIC);

	OPTIMIZER_HIDE_VAR(p);
	return p;
}

static void traces_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("attr-test", 72, 0,
						 SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS |
						 SLAB_RED_ZONE, NULL);
	const char *line;
	char name[40];
	void *p[8];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	snprintf(name, sizeof(name), "%ps", (void *)traces_test);
	if (strcmp(name, "traces_test")) {
		kmem_cache_destroy(s);
		kunit_skip(test, "this port knows no symbols");
	}
	EXPECT_FILE("store_user", "1");
	KUNIT_EXPECT_STREQ(test, read_path(test, DEBUG "attr-test/alloc_traces"), "No data\n");
	for (i = 0; i < 8; i++) {
		OPTIMIZER_HIDE_VAR(i);		/* one place that calls each, not several */
		p[i] = i < 5 ? get_here(s) : get_there(s);
	}
	read_path(test, DEBUG "attr-test/alloc_traces");
	line = text.buf;
	KUNIT_EXPECT_TRUE(test, strstarts(line, "      5 get_here+0x"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, " age="));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, " pid="));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, " cpus="));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, "\n        get_here+0x"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, "\n        traces_test+0x"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, "\n\n      3 get_there+0x"));
	KUNIT_EXPECT_STREQ(test, read_path(test, DEBUG "attr-test/free_traces"),
			   "      8 <not-available>\n\n");
	kmem_cache_free(s, p[7]);
	p[7] = get_here(s);
	read_path(test, DEBUG "attr-test/free_traces");
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "traces_test+0x"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "      7 <not-available>\n"));
	kmem_cache_free_bulk(s, 8, p);
	kmem_cache_destroy(s);
}

static void validate_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("attr-test", 64, 0,
						 SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE, NULL);
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, s);
	p = get_here(s);
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/validate", "1"), 1l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 0l);
	quarry_expect_reports(test, 1);
	p[64] = 0;
	KUNIT_EXPECT_EQ(test, text_write(SYS "attr-test/validate", "1"), 1l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static struct kunit_case attributes_cases[] = {
	KUNIT_CASE(numbers_test),
	KUNIT_CASE(min_partial_test),
	KUNIT_CASE(sums_test),
	KUNIT_CASE(alias_test),
	KUNIT_CASE(paths_test),
	KUNIT_CASE(traces_test),
	KUNIT_CASE(validate_test),
	{},
};

static struct kunit_suite attributes_suite = {
	.name = "slab_attributes", .test_cases = attributes_cases,
};
quarry_suite_on(attributes_suite, "x86_64-8g");
