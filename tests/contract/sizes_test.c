// SPDX-License-Identifier: MIT
/*
 * kmalloc(), and what is made of it, as every backend must make it.
 *
 * K1  Any size from 1 byte to 4 MiB is served: apart from all else that lives, ksize()
 *     bytes large, at least as many as were asked for, and as kmalloc_size_roundup() said.
 * K2  A power of two is aligned to itself, all else to 8 bytes.
 * K3  krealloc() keeps what was there, and leaves the old memory alone when it fails.
 * K4  What is not had cannot be freed: NULL and ZERO_SIZE_PTR are nothing.
 */
#include <linux/overflow.h>
#include <linux/smp.h>

#include "mm/pages.h"
#include "tests/contract/contract.h"

/* Where another cache, or another order, begins to serve. */
static const size_t borders[] = {
	8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 12288, 16384, 32768,
	65536, 131072, 262144, 524288, 1048576, 2097152, 4194304,
};

#define NEAR	5	/* bytes on both sides of a border */

/* The largest that this machine has for sure. */
static size_t largest(void)
{
	return totalram_pages() > 100000 ? KMALLOC_MAX_SIZE : 256 << 10;
}

/* Calls fn with each size near a border. */
static void near_borders(struct kunit *test, void (*fn)(struct kunit *test, size_t size))
{
	unsigned int i;
	size_t size;

	for (i = 0; i < ARRAY_SIZE(borders); i++)
		for (size = borders[i] - NEAR; size <= borders[i] + NEAR; size++)
			if (size && size <= largest())
				fn(test, size);
}

/* Of large blocks, the ends: each byte of 4 MiB takes long. */
static void fill(u8 *p, size_t size, u32 number)
{
	if (size <= 20000) {
		contract_fill(p, size, number);
		return;
	}
	contract_fill(p, 100, number);
	contract_fill(p + size - 100, 100, number + 1);
}

static bool intact(const u8 *p, size_t size, u32 number)
{
	if (size <= 20000)
		return contract_intact(p, size, number);
	return contract_intact(p, 100, number) && contract_intact(p + size - 100, 100, number + 1);
}

/* K1, K2 */
static void expect_fit(struct kunit *test, const void *p, size_t size)
{
	KUNIT_ASSERT_NOT_NULL_MSG(test, p, "%zu bytes", size);
	KUNIT_EXPECT_GE_MSG(test, ksize(p), size, "%zu bytes", size);
	KUNIT_EXPECT_EQ_MSG(test, ksize(p), kmalloc_size_roundup(size), "%zu bytes", size);
	KUNIT_EXPECT_EQ_MSG(test, (uintptr_t)p % (is_power_of_2(size) ? max(size, (size_t)8) : 8),
			    (uintptr_t)0, "%zu bytes at %px", size, p);
}

static void one_size(struct kunit *test, size_t size)
{
	u8 *p[9];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmalloc(size, GFP_KERNEL | (i % 2 ? __GFP_ZERO : 0));
		expect_fit(test, p[i], size);
		if (i % 2)
			KUNIT_EXPECT_NULL_MSG(test, memchr_inv(p[i], 0, size), "%zu bytes", size);
		fill(p[i], ksize(p[i]), i);
	}
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		KUNIT_EXPECT_TRUE_MSG(test, intact(p[i], ksize(p[i]), i), "%zu bytes", size);
		kfree(p[i]);
	}
}

static void borders_test(struct kunit *test)
{
	near_borders(test, one_size);
}

static void small_sizes_test(struct kunit *test)
{
	size_t size;

	for (size = 1; size <= 2100; size++)
		one_size(test, size);
	for (; size <= 10000; size += 57)
		one_size(test, size);
}

/* All kinds of memory at once. */
static void apart_test(struct kunit *test)
{
	const unsigned int n = 3000;
	struct extent *e = kvmalloc_array(n, sizeof(*e), GFP_KERNEL);
	void **p = kvcalloc(n, sizeof(*p), GFP_KERNEL);
	size_t *size = kvcalloc(n, sizeof(*size), GFP_KERNEL);
	unsigned int i, round;
	u32 seed = 4711;

	KUNIT_ASSERT_TRUE(test, e && p && size);
	for (round = 0; round < 4; round++) {
		for (i = 0; i < n; i++) {
			if (contract_dice(&seed, 3) == 0)
				continue;
			if (p[i])
				KUNIT_ASSERT_TRUE(test, contract_intact(p[i], size[i], i));
			kfree(p[i]);
			size[i] = 1 + contract_dice(&seed, 1u << contract_dice(&seed, 13));
			p[i] = kmalloc(size[i], contract_dice(&seed, 2) ? GFP_KERNEL : GFP_ATOMIC);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			contract_fill(p[i], size[i], i);
		}
		for (i = 0; i < n; i++)
			e[i] = (struct extent){ (uintptr_t)p[i], size[i] };
		KUNIT_ASSERT_FALSE(test, contract_overlap(e, n));
	}
	for (i = 0; i < n; i++)
		kfree(p[i]);
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	kvfree(size);
	kvfree(p);
	kvfree(e);
}

/* Sizes that the compiler knows go another way in. */
#define CONSTANT(size)							\
	do {								\
		void *p = kmalloc(size, GFP_KERNEL);			\
		void *q = kzalloc(size, GFP_ATOMIC);			\
		void *r = kmalloc_node(size, GFP_KERNEL, 0);		\
									\
		expect_fit(test, p, size);				\
		expect_fit(test, q, size);				\
		expect_fit(test, r, size);				\
		KUNIT_EXPECT_NULL(test, memchr_inv(q, 0, size));	\
		memset(p, 1, size);					\
		memset(r, 2, size);					\
		KUNIT_EXPECT_NULL(test, memchr_inv(q, 0, size));	\
		kfree(p);						\
		kfree(q);						\
		kfree(r);						\
	} while (0)

static void constants_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		CONSTANT(1);
		CONSTANT(8);
		CONSTANT(9);
		CONSTANT(16);
		CONSTANT(33);
		CONSTANT(64);
		CONSTANT(65);
		CONSTANT(96);
		CONSTANT(97);
		CONSTANT(128);
		CONSTANT(192);
		CONSTANT(193);
		CONSTANT(1000);
		CONSTANT(2048);
		CONSTANT(4096);
		CONSTANT(8192);
		CONSTANT(8193);
		CONSTANT(65536);
		CONSTANT(1000000);
	}
}

/* Nothing (K4). */
static void nothing_test(struct kunit *test)
{
	void *none[4] = { NULL, ZERO_SIZE_PTR, NULL, ZERO_SIZE_PTR };
	size_t zero = 0;

	OPTIMIZER_HIDE_VAR(zero);
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kmalloc_node(zero, GFP_KERNEL, 0), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kcalloc(zero, 10, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, kvmalloc(zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, krealloc(NULL, zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_PTR_EQ(test, krealloc(ZERO_SIZE_PTR, zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_EQ(test, ksize(ZERO_SIZE_PTR), (size_t)0);
	KUNIT_EXPECT_EQ(test, ksize(NULL), (size_t)0);
	KUNIT_EXPECT_EQ(test, kmalloc_size_roundup(zero), (size_t)0);
	kfree(NULL);
	kfree(ZERO_SIZE_PTR);
	kfree_bulk(ARRAY_SIZE(none), none);
	kvfree(NULL);
	kvfree(ZERO_SIZE_PTR);
	kfree_sensitive(NULL);
	kfree_sensitive(ZERO_SIZE_PTR);
	kvfree_sensitive(NULL, 10);
}

static void overflow_test(struct kunit *test)
{
	size_t half = SIZE_MAX / 2 + 1, beyond = KMALLOC_MAX_SIZE + 1, all = SIZE_MAX;
	void *p;

	OPTIMIZER_HIDE_VAR(half);
	OPTIMIZER_HIDE_VAR(beyond);
	OPTIMIZER_HIDE_VAR(all);
	KUNIT_EXPECT_NULL(test, kmalloc_array(half, 2, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kcalloc(2, half, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc_array_node(half, 2, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, kcalloc_node(half, 4, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, kvmalloc_array(half, 4, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc(beyond, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, kmalloc(all, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, kmalloc(half, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, kmalloc_node(beyond, GFP_ATOMIC | __GFP_NOWARN, 0));
	p = kcalloc(10, 10, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100));
	KUNIT_EXPECT_NULL(test, krealloc_array(p, half, 2, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100));
	kfree(p);
}

/* krealloc() (K3) */

static void realloc_test(struct kunit *test)
{
	static const size_t sizes[] = {
		1, 7, 8, 9, 31, 32, 33, 64, 96, 97, 150, 192, 200, 1000, 2048, 2049, 4096, 5000,
		8192, 8193, 20000, 100000,
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (k = 0; k < ARRAY_SIZE(sizes); k++) {
			u8 *p = kmalloc(sizes[i], GFP_KERNEL), *q;
			size_t kept = min(sizes[i], sizes[k]), room;

			KUNIT_ASSERT_NOT_NULL(test, p);
			room = ksize(p);
			contract_fill(p, sizes[i], i);
			q = krealloc(p, sizes[k], k % 2 ? GFP_KERNEL : GFP_ATOMIC);
			KUNIT_ASSERT_NOT_NULL(test, q);
			KUNIT_EXPECT_TRUE(test, contract_intact(q, kept, i));
			KUNIT_EXPECT_GE(test, ksize(q), sizes[k]);
			if (sizes[k] <= room)
				KUNIT_EXPECT_PTR_EQ(test, q, p);
			memset(q, 0x5c, sizes[k]);
			kfree(q);
		}
}

static void realloc_fails_test(struct kunit *test)
{
	u8 *p = kmalloc(3000, GFP_KERNEL), *q;
	size_t beyond = KMALLOC_MAX_SIZE + 1;

	OPTIMIZER_HIDE_VAR(beyond);
	contract_fill(p, 3000, 9);
	KUNIT_EXPECT_NULL(test, krealloc(p, beyond, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_TRUE(test, contract_intact(p, 3000, 9));
	q = krealloc(p, KMALLOC_MAX_SIZE, GFP_KERNEL | __GFP_NOWARN);
	if (q) {
		KUNIT_EXPECT_TRUE(test, contract_intact(q, 3000, 9));
		p = q;
	}
	KUNIT_EXPECT_PTR_EQ(test, krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	p = krealloc(ZERO_SIZE_PTR, 100, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 1, 100);
	kfree(p);
	p = krealloc(NULL, 100, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100));
	kfree(p);
}

static void sensitive_test(struct kunit *test)
{
	static const size_t sizes[] = { 8, 100, 1000, 6000, 50000 };
	unsigned int i, k, left;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *p = kmalloc(sizes[i], GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(p);
		memset(p, 0x99, sizes[i]);
		kfree_sensitive(p);
		/* Free memory, but nobody has it yet; a link, and poison, may be there. */
		for (left = k = 0; k < sizes[i]; k++)
			left += ((volatile u8 *)p)[k] == 0x99;
		KUNIT_EXPECT_LT(test, left, 8u);
	}
}

/* Large blocks are counted as long as they live. */
static void accounting_test(struct kunit *test)
{
	unsigned long before = contract_bytes();
	size_t size;
	void *p;

	for (size = 256 << 10; size <= largest(); size *= 2) {
		p = kmalloc(size - 100, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, contract_bytes(), before + size);
		kfree(p);
		KUNIT_EXPECT_EQ(test, contract_bytes(), before);
	}
}

/* kvmalloc() */

static void kv_size(struct kunit *test, size_t size)
{
	u8 *p = kvmalloc(size, GFP_KERNEL), *q;

	KUNIT_ASSERT_NOT_NULL(test, p);
	fill(p, size, 1);
	q = kvrealloc(p, size, size + 3000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, q);
	if (size <= 20000)
		KUNIT_EXPECT_TRUE(test, contract_intact(q, size, 1));
	p = kvrealloc(q, size + 3000, 1, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, p, q);
	kvfree_sensitive(p, size);
	p = kvzalloc_node(size, GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, size));
	kvfree(p);
}

static void kvmalloc_test(struct kunit *test)
{
	size_t size;

	for (size = 1; size < 6 << 20; size = size * 3 + 5)
		if (size < 4 * largest())
			kv_size(test, size);
}

/* Freed on another CPU, from an interrupt. */

#define MANY	400

static void free_them(void *arg)
{
	void **p = arg;
	unsigned int i;

	for (i = 0; i < MANY; i++)
		kfree(p[i]);
}

static void elsewhere_test(struct kunit *test)
{
	void **p = kvcalloc(MANY, sizeof(*p), GFP_KERNEL);
	unsigned int cpu, i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		for (i = 0; i < MANY; i++) {
			p[i] = kmalloc(1 + i * 23, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
		}
		quarry_host_cross_call(cpu, free_them, p);
	}
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	kvfree(p);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(borders_test),
	KUNIT_CASE(small_sizes_test),
	KUNIT_CASE(apart_test),
	KUNIT_CASE(constants_test),
	KUNIT_CASE(nothing_test),
	KUNIT_CASE(overflow_test),
	KUNIT_CASE(realloc_test),
	KUNIT_CASE(realloc_fails_test),
	KUNIT_CASE(sensitive_test),
	KUNIT_CASE(accounting_test),
	KUNIT_CASE(kvmalloc_test),
	KUNIT_CASE(elsewhere_test),
	{}
};

contract_suite(sizes_suite, "sizes", cases, NULL);
contract_suite(sizes_numa_suite, "sizes_numa", cases, "numa-4x2g");
contract_suite(sizes_tiny_suite, "sizes_tiny", cases, "tiny-16m");
contract_suite(sizes_i386_suite, "sizes_i386", cases, "i386-4g");
contract_suite(sizes_cleared_suite, "sizes_cleared", cases,
	       "x86_64-8g init_on_alloc=1 init_on_free=1");
contract_suite(sizes_debug_suite, "sizes_debug", cases, "x86_64-8g slub_debug=FZPU");
