// SPDX-License-Identifier: MIT
/* kmalloc() and what is made of it. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

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
		KUNIT_EXPECT_EQ(test, ksize(p), size);
		KUNIT_EXPECT_EQ(test, (unsigned long)p % min_t(size_t, size, PAGE_SIZE), 0ul);
		kfree(p);
	}
}

/* A constant size and a variable one come from the same cache. */
#define CONSTANT(size)							\
	do {								\
		void *p = kmalloc(size, GFP_KERNEL);			\
									\
		KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(p)->slab_cache, \
				    kmalloc_slab(size, GFP_KERNEL));	\
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
	KUNIT_EXPECT_STREQ(test, kmalloc_slab(8, __GFP_RECLAIMABLE)->name, "kmalloc-rcl-8");
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
	size_t size;

	memset(p, 0x42, 30);
	/* There is room: it stays where it is. */
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, 32, GFP_KERNEL), p);
	for (size = 100; size < 300000; size *= 3) {
		q = krealloc(p, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, q);
		KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x42, 30));
		p = q;
	}
	KUNIT_EXPECT_NULL(test, krealloc(p, KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x42, 30));
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	p = krealloc(NULL, 10, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	kfree(p);
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
}

/* Each is told apart, reported, and survived. */
static void bad_free_test(struct kunit *test)
{
	void *area = vmalloc(100), *pages = (void *)__get_free_pages(GFP_KERNEL, 1);
	char *large = kmalloc(100000, GFP_KERNEL), *at = large, on_stack[16];
	void *stack = on_stack;

	OPTIMIZER_HIDE_VAR(stack);
	OPTIMIZER_HIDE_VAR(at);
	quarry_expect_reports(test, 6);
	kfree(area);
	kfree(stack);
	kfree(pages);
	kfree(at + 4096);
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

	KUNIT_EXPECT_STREQ(test, virt_to_head_page(p)->slab_cache->name, "kmalloc-rcl-256");
	bytes = global_node_page_state(NR_SLAB_RECLAIMABLE_B);
	KUNIT_EXPECT_GE(test, bytes, (unsigned long)PAGE_SIZE);
	kfree(p);
}

/* Large blocks are accounted as long as they live. */
static void accounting_test(struct kunit *test)
{
	unsigned long before = global_node_page_state(NR_SLAB_UNRECLAIMABLE_B);
	void *p = kmalloc(64 << 10, GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_SLAB_UNRECLAIMABLE_B), before + (64 << 10));
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
	KUNIT_CASE(sensitive_test),
	KUNIT_CASE(kvmalloc_test),
	KUNIT_CASE(strings_test),
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
