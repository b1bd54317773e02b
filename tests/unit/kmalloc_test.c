// SPDX-License-Identifier: MIT
/* kmalloc() and what is made of it. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

/* Each size gets memory of its own that is large enough, and powers of two are aligned. */
static void sizes_test(struct kunit *test)
{
	size_t size;

	for (size = 1; size <= 70000; size += size < 300 ? 1 : 317) {
		u8 *p = kmalloc(size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_GE(test, ksize(p), size);
		KUNIT_EXPECT_EQ(test, kmalloc_size_roundup(size), ksize(p));
		memset(p, 0xa1, ksize(p));
		kfree(p);
	}
	for (size = 8; size <= KMALLOC_MAX_SIZE; size *= 2) {
		void *p = kmalloc(size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, ksize(p), max(size, (size_t)1 << backend_kmalloc_min));
		KUNIT_EXPECT_EQ(test, (unsigned long)p % min_t(size_t, size, PAGE_SIZE), 0ul);
		kfree(p);
	}
}

static struct kmem_cache *cache_of(const void *object)
{
	struct page *page = virt_to_head_page(object);

	return page->slab_cache ?: backend_owner(page, object);
}

/* A constant size and a variable one come from the same cache. */
#define CONSTANT(size)							\
	do {								\
		void *p = kmalloc(size, GFP_KERNEL);			\
									\
		KUNIT_EXPECT_PTR_EQ(test, cache_of(p), kmalloc_slab(size, GFP_KERNEL)); \
		KUNIT_EXPECT_GE(test, kmalloc_slab(size, GFP_KERNEL)->object_size, size##u); \
		kfree(p);						\
	} while (0)

static void constant_test(struct kunit *test)
{
	CONSTANT(1);
	CONSTANT(8);
	CONSTANT(9);
	CONSTANT(64);
	CONSTANT(65);
	CONSTANT(96);
	CONSTANT(97);
	CONSTANT(128);
	CONSTANT(129);
	CONSTANT(192);
	CONSTANT(193);
	CONSTANT(4097);
	CONSTANT(8192);
	KUNIT_EXPECT_STREQ(test, kmalloc_slab(97, GFP_KERNEL)->name, "kmalloc-128");
	KUNIT_EXPECT_STREQ(test, kmalloc_slab(70, GFP_KERNEL)->name, "kmalloc-96");
	KUNIT_EXPECT_STREQ(test, kmalloc_slab(8192, GFP_DMA)->name, "dma-kmalloc-8k");
	KUNIT_EXPECT_STREQ(test, kmalloc_slab(8, __GFP_RECLAIMABLE)->name,
			   backend_kmalloc_min == 3 ? "kmalloc-rcl-8" : "kmalloc-rcl-32");
}

static void nothing_test(struct kunit *test)
{
	size_t zero = 0;

	OPTIMIZER_HIDE_VAR(zero);
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_EQ(test, ksize(ZERO_SIZE_PTR), (size_t)0);
	KUNIT_EXPECT_EQ(test, ksize(NULL), (size_t)0);
	kfree(NULL);
	kfree(ZERO_SIZE_PTR);
	kvfree(NULL);
	kfree_sensitive(NULL);
}

static void zeroed_test(struct kunit *test)
{
	static const size_t sizes[] = { 8, 60, 500, 4000, 20000 };
	unsigned int i, round;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (round = 0; round < 3; round++) {
			void *p = kzalloc(sizes[i], GFP_KERNEL);

			KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, sizes[i]));
			memset(p, 0xff, sizes[i]);
			kfree(p);
		}
}

static void overflow_test(struct kunit *test)
{
	size_t half = SIZE_MAX / 2 + 1;
	void *p;

	OPTIMIZER_HIDE_VAR(half);
	KUNIT_EXPECT_NULL(test, kmalloc_array(half, 2, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kcalloc(2, half, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kvmalloc_array(half, 4, GFP_KERNEL));
	p = kcalloc(10, 10, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, krealloc_array(p, half, 2, GFP_KERNEL));
	kfree(p);
}

static void limit_test(struct kunit *test)
{
	void *p = kmalloc(4 << 20, GFP_KERNEL);

	KUNIT_EXPECT_NOT_NULL(test, p);
	kfree(p);
	KUNIT_EXPECT_NULL(test, kmalloc(8 << 20, GFP_KERNEL | __GFP_NOWARN));
}

static void zones_test(struct kunit *test)
{
	void *dma, *big;

	if (!machine.dma_end)
		kunit_skip(test, "the machine has no ZONE_DMA");
	dma = kmalloc(100, GFP_KERNEL | GFP_DMA);
	big = kmalloc(20000, GFP_KERNEL | GFP_DMA);
	KUNIT_ASSERT_TRUE(test, dma && big);
	KUNIT_EXPECT_LT(test, __pa(dma), (phys_addr_t)machine.dma_end);
	KUNIT_EXPECT_LT(test, __pa(big), (phys_addr_t)machine.dma_end);
	kfree(dma);
	kfree(big);
}

static void krealloc_test(struct kunit *test)
{
	u8 *p = kmalloc(30, GFP_KERNEL), *q;
	size_t size, have;

	memset(p, 0x42, 30);
	/* There is room: it stays where it is. */
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, 32, GFP_KERNEL), p);
	for (size = 100; size < 300000; size *= 3) {
		have = ksize(p);
		memset(p, 0x42, have);
		q = krealloc(p, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, q);
		KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x42, have));
		p = q;
	}
	KUNIT_EXPECT_NULL(test, krealloc(p, KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x42, 30));
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	p = krealloc(NULL, 10, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	kfree(p);
}

/* Within its size class nothing moves, up and down; what was there stays. */
static void krealloc_in_place_test(struct kunit *test)
{
	u8 *p = kmalloc(200, GFP_KERNEL), *q;
	size_t room = ksize(p), size;

	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 0x17, 200);
	for (size = room; size; size -= 1 + size / 7) {
		q = krealloc(p, size, GFP_KERNEL);
		KUNIT_ASSERT_PTR_EQ(test, q, p);
		KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x17, min_t(size_t, size, 200)));
	}
	q = krealloc(p, room, GFP_NOWAIT);
	KUNIT_EXPECT_PTR_EQ(test, q, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x17, 200));
	q = krealloc(p, room + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_TRUE(test, q != p);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x17, 200));
	kfree(q);
	/* Whole pages: the same. */
	p = kmalloc(300000, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, ksize(p), GFP_KERNEL), p);
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, 1, GFP_KERNEL), p);
	kfree(p);
	q = krealloc(ZERO_SIZE_PTR, 50, GFP_KERNEL);
	KUNIT_ASSERT_FALSE(test, ZERO_OR_NULL_PTR(q));
	q[49] = 1;
	kfree(q);
	KUNIT_EXPECT_PTR_EQ(test, krealloc(NULL, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

/* Whatever is asked for with zeroes each time has them behind its contents. */
static void krealloc_zero_test(struct kunit *test)
{
	static const size_t sizes[] = { 20, 31, 32, 33, 90, 96, 130, 1000, 5000, 9000, 40000, 70000 };
	size_t have = 10;
	unsigned int i;
	u8 *p, *q;

	/* Freed memory that is not zero, for all these sizes. */
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = kmalloc(sizes[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		memset(p, 0xee, ksize(p));
		kfree(p);
	}
	p = kzalloc(have, GFP_KERNEL);
	memset(p, 0x55, have);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		q = krealloc(p, sizes[i], GFP_KERNEL | __GFP_ZERO);
		KUNIT_ASSERT_NOT_NULL(test, q);
		KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x55, have));
		KUNIT_EXPECT_NULL(test, memchr_inv(q + have, 0, sizes[i] - have));
		p = q;
	}
	p = krealloc_array(p, 30000, 3, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x55, have));
	KUNIT_EXPECT_NULL(test, memchr_inv(p + have, 0, 90000 - have));
	kfree(p);
}

/* The last "bad pointer" in the log, and the line behind it. */
static char blame[2][120];
static unsigned int blame_at;

static void look_for_blame(void *ctx, const char *line, size_t len)
{
	if (strnstr(line, "bad pointer", len))
		blame_at = 0;
	if (blame_at < 2)
		strscpy(blame[blame_at++], line, min(len + 1, sizeof(blame[0])));
}

static void expect_blamed(struct kunit *test, const char *what, const char *who)
{
	char name[40];

	blame_at = 2;
	quarry_dmesg(look_for_blame, NULL);
	snprintf(name, sizeof(name), "BUG: %s:", what);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(blame[0], name), "%s", blame[0]);
	snprintf(name, sizeof(name), "%ps", (void *)expect_blamed);
	if (!strcmp(name, "expect_blamed"))	/* this port knows symbols */
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(blame[1], who), "%s", blame[1]);
}

/* What is no allocation is reported, and stays the caller's. */
static void krealloc_mistake_test(struct kunit *test)
{
	char on_stack[16], *p = on_stack;

	OPTIMIZER_HIDE_VAR(p);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_NULL(test, krealloc(p, 100, GFP_KERNEL));
	expect_blamed(test, "krealloc", "krealloc_mistake_test");
}

/* One report for a mistake, about who made it. */
static void blame_test(struct kunit *test)
{
	static char fixed[16];
	char on_stack[16], *p = on_stack, *q = fixed;

	OPTIMIZER_HIDE_VAR(p);
	OPTIMIZER_HIDE_VAR(q);
	quarry_expect_reports(test, 3);
	KUNIT_EXPECT_EQ(test, ksize(p), (size_t)0);
	expect_blamed(test, "ksize", "blame_test");
	kfree_sensitive(p);
	expect_blamed(test, "kfree_sensitive", "blame_test");
	kvfree_sensitive(q, 0);		/* a stack may be an area: then this calls vfree() */
	expect_blamed(test, "kfree", "blame_test");
}

/* Arrays on nodes, arrays of nothing, and the other ways to have none. */
static void arrays_test(struct kunit *test)
{
	size_t half = SIZE_MAX / 2 + 1, none = 0;
	int *p;

	OPTIMIZER_HIDE_VAR(half);
	OPTIMIZER_HIDE_VAR(none);
	KUNIT_EXPECT_NULL(test, kmalloc_array_node(half, 2, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, kcalloc_node(2, half, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, kvcalloc(half, 2, GFP_KERNEL));
	KUNIT_EXPECT_PTR_EQ(test, kcalloc(none, 8, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kmalloc_array_node(8, none, GFP_KERNEL, 0), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kzalloc_node(none, GFP_KERNEL, NUMA_NO_NODE), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kvzalloc(none, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kmemdup("", none, GFP_KERNEL), ZERO_SIZE_PTR);
	kvfree(ZERO_SIZE_PTR);
	kfree_sensitive(ZERO_SIZE_PTR);
	kvfree_sensitive(ZERO_SIZE_PTR, 0);
	p = kcalloc_node(100, sizeof(*p), GFP_KERNEL, NUMA_NO_NODE);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100 * sizeof(*p)));
	kfree(p);
	p = kmalloc_array_node(100, sizeof(*p), GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(p)), 0);
	kfree(p);
	p = kzalloc_node(20000, GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 20000));
	kfree(p);
}

/* kfree() takes whatever the layer has given out. */
static void kfree_anything_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("kfree", 72, 0, SLAB_NO_MERGE, NULL);
	void *p[6];

	KUNIT_ASSERT_NOT_NULL(test, s);
	kfree(kmem_cache_alloc(s, GFP_KERNEL));
	kfree_sensitive(kmem_cache_zalloc(s, GFP_KERNEL));
	kvfree(kmem_cache_alloc_node(s, GFP_KERNEL, 0));
	kfree_const(kstrdup_const("a", GFP_KERNEL));
	p[0] = kmalloc(8, GFP_KERNEL);
	p[1] = kmalloc(300, GFP_ATOMIC | __GFP_RECLAIMABLE);
	p[2] = NULL;
	p[3] = kmalloc(100000, GFP_KERNEL);
	p[4] = ZERO_SIZE_PTR;
	p[5] = kmem_cache_alloc(s, GFP_NOWAIT);
	kfree_bulk(6, p);
	/* All of its objects are back. */
	kmem_cache_destroy(s);
}

static void sensitive_test(struct kunit *test)
{
	u8 *p = kmalloc(1000, GFP_KERNEL);
	unsigned int i, left = 0;

	memset(p, 0x99, 1000);
	kfree_sensitive(p);
	/* Free memory, but nobody has it yet; its link, and poison, may be there. */
	for (i = 0; i < 1000; i++)
		left += p[i] == 0x99;
	KUNIT_EXPECT_LT(test, left, 8u);
}

static void kvmalloc_test(struct kunit *test)
{
	u8 *small = kvmalloc(100, GFP_KERNEL), *big = kvmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL);
	u8 *p;

	KUNIT_EXPECT_FALSE(test, is_vmalloc_addr(small));
	KUNIT_ASSERT_TRUE(test, is_vmalloc_addr(big));
	big[KMALLOC_MAX_SIZE] = 1;
	memset(small, 0x31, 100);
	p = kvrealloc(small, 100, 100000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x31, 100));
	KUNIT_EXPECT_PTR_EQ(test, kvrealloc(p, 100000, 50, GFP_KERNEL), p);
	/* What may not sleep gets no vmalloc area. */
	KUNIT_EXPECT_NULL(test, kvmalloc(KMALLOC_MAX_SIZE + 1, GFP_NOWAIT | __GFP_NOWARN));
	kvfree(p);
	kvfree(big);
	p = kvzalloc(3 * KMALLOC_MAX_SIZE, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100000));
	kvfree_sensitive(p, 3 * KMALLOC_MAX_SIZE);
	p = kvcalloc(3, KMALLOC_MAX_SIZE, GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(p));
	kvfree(p);
	p = kvmalloc_node(60, GFP_ATOMIC, 0);
	KUNIT_EXPECT_FALSE(test, is_vmalloc_addr(p));
	kvfree_sensitive(p, 60);
	p = kvzalloc_node(500, GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 500));
	kvfree(p);
	kvfree_sensitive(NULL, 10);
	/* From nothing, and from an area to a larger one. */
	p = kvrealloc(NULL, 0, 100, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 0x66, 100);
	p = kvrealloc(p, 100, KMALLOC_MAX_SIZE + 1, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, is_vmalloc_addr(p));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x66, 100));
	p = kvrealloc(p, KMALLOC_MAX_SIZE + 1, 2 * KMALLOC_MAX_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, is_vmalloc_addr(p));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x66, 100));
	kvfree(p);
}

/* What is asked of the page allocator when there is another way. */
static gfp_t asked;

static void note_gfp(void *data, unsigned long site, const void *ptr, size_t bytes_req,
		     size_t bytes_alloc, gfp_t gfp_flags, int node)
{
	if (current == data)
		asked = gfp_flags;
}

static void kvmalloc_flags_test(struct kunit *test)
{
	static const struct {
		size_t size;
		gfp_t gfp, asked;
	} ways[] = {
		{ 100, GFP_KERNEL, GFP_KERNEL },
		{ PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL, GFP_KERNEL | __GFP_NOFAIL },
		{ 100000, GFP_KERNEL, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY },
		{ 100000, GFP_KERNEL | __GFP_NOFAIL, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY },
		{ 100000, GFP_KERNEL | __GFP_RETRY_MAYFAIL,
		  GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN },
		{ 100000, GFP_NOWAIT, GFP_NOWAIT | __GFP_NOWARN | __GFP_NORETRY },
	};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, register_trace_kmalloc(note_gfp, current), 0);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		void *p = kvmalloc(ways[i].size, ways[i].gfp);

		KUNIT_EXPECT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ_MSG(test, asked, ways[i].asked, "row %u", i);
		kvfree(p);
	}
	unregister_trace_kmalloc(note_gfp, current);
}

/* A size that nobody can mean: no attempt, and it is said unless that is unwanted. */
static void kvmalloc_limit_test(struct kunit *test)
{
	size_t size = (size_t)INT_MAX + 1;

	OPTIMIZER_HIDE_VAR(size);
	KUNIT_EXPECT_NULL(test, kvmalloc(size, GFP_KERNEL | __GFP_NOWARN));
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_NULL(test, kvmalloc(size, GFP_KERNEL));
}

/* What the general caches round up to: never less, never more than ksize() says. */
static void roundup_test(struct kunit *test)
{
	size_t size, up;

	KUNIT_EXPECT_EQ(test, kmalloc_size_roundup(0), (size_t)0);
	KUNIT_EXPECT_EQ(test, kmalloc_size_roundup(SIZE_MAX), SIZE_MAX);
	for (size = 1; size < 3 * PAGE_SIZE; size += 13) {
		up = kmalloc_size_roundup(size);
		KUNIT_EXPECT_GE(test, up, size);
		KUNIT_EXPECT_EQ(test, kmalloc_size_roundup(up), up);
	}
}

static void strings_test(struct kunit *test)
{
	char *s = kstrdup("hello", GFP_KERNEL), *t = kstrndup("hello", 3, GFP_KERNEL);
	char *u = kmemdup_nul("hello", 2, GFP_KERNEL), *v = kmemdup("hello", 6, GFP_KERNEL);
	const char *w = kstrdup_const("constant", GFP_KERNEL);

	KUNIT_EXPECT_STREQ(test, s, "hello");
	KUNIT_EXPECT_STREQ(test, t, "hel");
	KUNIT_EXPECT_STREQ(test, u, "he");
	KUNIT_EXPECT_STREQ(test, v, "hello");
	KUNIT_EXPECT_STREQ(test, w, "constant");
	KUNIT_EXPECT_NULL(test, kstrdup(NULL, GFP_KERNEL));
	kfree(s);
	kfree(t);
	kfree(u);
	kfree(v);
	kfree_const(w);
	KUNIT_EXPECT_NULL(test, kstrndup(NULL, 3, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmemdup_nul(NULL, 3, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kstrdup_const(NULL, GFP_KERNEL));
	kfree_const(NULL);
	/* No further than the string goes, and bytes, not characters. */
	t = kstrndup("hi", 100, GFP_KERNEL);
	KUNIT_EXPECT_STREQ(test, t, "hi");
	u = kmemdup_nul("a\0b", 3, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, u);
	KUNIT_EXPECT_EQ(test, memcmp(u, "a\0b", 4), 0);
	kfree(t);
	kfree(u);
}

static char *formatted(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	s = kvasprintf(gfp, fmt, args);
	va_end(args);
	return s;
}

static void formatted_test(struct kunit *test)
{
	char *s = kasprintf(GFP_KERNEL, "%s-%d", "cpu", 17);
	char *t = formatted(GFP_ATOMIC, "%0200d", 1);
	char *u = kasprintf(GFP_KERNEL, "%s", "");

	KUNIT_EXPECT_STREQ(test, s, "cpu-17");
	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_EXPECT_EQ(test, strlen(t), (size_t)200);
	KUNIT_EXPECT_EQ(test, t[199], '1');
	KUNIT_EXPECT_STREQ(test, u, "");
	kfree(s);
	kfree(t);
	kfree(u);
}

/* Each is told apart, reported, and survived. */
static void bad_free_test(struct kunit *test)
{
	void *area = vmalloc(100), *pages = (void *)__get_free_pages(GFP_KERNEL, 1);
	char *large = kmalloc(100000, GFP_KERNEL), *at = large, on_stack[16];
	void *stack = on_stack;

	OPTIMIZER_HIDE_VAR(stack);
	OPTIMIZER_HIDE_VAR(at);
	quarry_expect_reports(test, 7);
	kfree(area);
	kfree(stack);
	kfree(pages);
	kfree(at + 4096);
	kfree(at + 8);
	kfree(large);
	OPTIMIZER_HIDE_VAR(at);
	kfree(at);
	kfree((void *)0x1234567);
	vfree(area);
	free_pages((unsigned long)pages, 1);
}

static void reclaimable_test(struct kunit *test)
{
	void *p = kmalloc(200, GFP_KERNEL | __GFP_RECLAIMABLE);
	unsigned long bytes;

	KUNIT_EXPECT_STREQ(test, cache_of(p)->name, "kmalloc-rcl-256");
	bytes = global_node_page_state(NR_SLAB_RECLAIMABLE_B);
	KUNIT_EXPECT_GE(test, bytes, (unsigned long)PAGE_SIZE);
	kfree(p);
}

/* Large blocks are accounted as long as they live. */
static void accounting_test(struct kunit *test)
{
	unsigned long before = global_node_page_state(NR_SLAB_UNRECLAIMABLE_B);
	void *p = kmalloc(256 << 10, GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_SLAB_UNRECLAIMABLE_B),
			before + (256 << 10));
	kfree(p);
	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_SLAB_UNRECLAIMABLE_B), before);
}

static struct kunit_case kmalloc_cases[] = {
	KUNIT_CASE(sizes_test),
	KUNIT_CASE(constant_test),
	KUNIT_CASE(nothing_test),
	KUNIT_CASE(zeroed_test),
	KUNIT_CASE(overflow_test),
	KUNIT_CASE(limit_test),
	KUNIT_CASE(zones_test),
	KUNIT_CASE(krealloc_test),
	KUNIT_CASE(krealloc_in_place_test),
	KUNIT_CASE(krealloc_zero_test),
	KUNIT_CASE(krealloc_mistake_test),
	KUNIT_CASE(blame_test),
	KUNIT_CASE(arrays_test),
	KUNIT_CASE(kfree_anything_test),
	KUNIT_CASE(sensitive_test),
	KUNIT_CASE(kvmalloc_test),
	KUNIT_CASE(kvmalloc_flags_test),
	KUNIT_CASE(kvmalloc_limit_test),
	KUNIT_CASE(roundup_test),
	KUNIT_CASE(strings_test),
	KUNIT_CASE(formatted_test),
	KUNIT_CASE(bad_free_test),
	KUNIT_CASE(reclaimable_test),
	KUNIT_CASE(accounting_test),
	{}
};

static struct kunit_suite kmalloc_suite = { .name = "kmalloc", .test_cases = kmalloc_cases };
kunit_test_suite(kmalloc_suite);

static struct kunit_suite kmalloc_i386_suite = {
	.name = "kmalloc_i386_4g", .test_cases = kmalloc_cases
};
quarry_suite_on(kmalloc_i386_suite, "i386-4g");
