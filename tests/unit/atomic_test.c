// SPDX-License-Identifier: MIT
/* Atomics: what each operation returns; that none is lost among several CPUs. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/refcount.h>

static void returns_test(struct kunit *test)
{
	atomic_t v = ATOMIC_INIT(5);
	int old;

	KUNIT_EXPECT_EQ(test, atomic_add_return(3, &v), 8);
	KUNIT_EXPECT_EQ(test, atomic_fetch_sub(2, &v), 8);
	KUNIT_EXPECT_EQ(test, atomic_fetch_inc(&v), 6);
	KUNIT_EXPECT_EQ(test, atomic_dec_return_relaxed(&v), 6);
	KUNIT_EXPECT_EQ(test, atomic_xchg(&v, 0xf0), 6);
	KUNIT_EXPECT_EQ(test, atomic_fetch_or(0x0f, &v), 0xf0);
	KUNIT_EXPECT_EQ(test, atomic_fetch_and_acquire(0x3c, &v), 0xff);
	KUNIT_EXPECT_EQ(test, atomic_fetch_andnot(0x04, &v), 0x3c);
	KUNIT_EXPECT_EQ(test, atomic_fetch_xor_release(0x01, &v), 0x38);
	KUNIT_EXPECT_EQ(test, atomic_read(&v), 0x39);
	KUNIT_EXPECT_EQ(test, atomic_cmpxchg(&v, 1, 2), 0x39);
	KUNIT_EXPECT_EQ(test, atomic_cmpxchg(&v, 0x39, 2), 0x39);
	old = 7;
	KUNIT_EXPECT_FALSE(test, atomic_try_cmpxchg(&v, &old, 9));
	KUNIT_EXPECT_EQ(test, old, 2);
	KUNIT_EXPECT_TRUE(test, atomic_try_cmpxchg(&v, &old, 9));
	KUNIT_EXPECT_EQ(test, atomic_read_acquire(&v), 9);
}

static void tests_test(struct kunit *test)
{
	atomic_t v = ATOMIC_INIT(1);

	KUNIT_EXPECT_TRUE(test, atomic_dec_and_test(&v));
	KUNIT_EXPECT_FALSE(test, atomic_inc_not_zero(&v));
	KUNIT_EXPECT_TRUE(test, atomic_add_negative(-1, &v));
	KUNIT_EXPECT_TRUE(test, atomic_inc_and_test(&v));
	KUNIT_EXPECT_EQ(test, atomic_dec_if_positive(&v), -1);
	KUNIT_EXPECT_EQ(test, atomic_read(&v), 0);
	KUNIT_EXPECT_TRUE(test, atomic_add_unless(&v, 4, 9));
	KUNIT_EXPECT_FALSE(test, atomic_add_unless(&v, 4, 4));
	KUNIT_EXPECT_EQ(test, atomic_fetch_add_unless(&v, 1, 7), 4);
	KUNIT_EXPECT_FALSE(test, atomic_dec_unless_positive(&v));
	KUNIT_EXPECT_TRUE(test, atomic_inc_unless_negative(&v));
	KUNIT_EXPECT_FALSE(test, atomic_sub_and_test(5, &v));
	KUNIT_EXPECT_TRUE(test, atomic_sub_and_test(1, &v));
}

static void wide_test(struct kunit *test)
{
	atomic64_t v = ATOMIC64_INIT(0x100000000ll);
	atomic_long_t l = ATOMIC_LONG_INIT(0);
	u64 __aligned(8) word = 1;

	KUNIT_EXPECT_EQ(test, atomic64_sub_return(1, &v), 0xffffffffll);
	KUNIT_EXPECT_EQ(test, atomic64_inc_return(&v), 0x100000000ll);
	KUNIT_EXPECT_EQ(test, atomic64_fetch_or(1, &v), 0x100000000ll);
	KUNIT_EXPECT_EQ(test, atomic64_xchg(&v, -1), 0x100000001ll);
	KUNIT_EXPECT_EQ(test, atomic64_cmpxchg(&v, -1, S64_MAX), -1ll);
	KUNIT_EXPECT_EQ(test, atomic64_read(&v), S64_MAX);
	atomic_long_set(&l, LONG_MAX);
	atomic_long_dec(&l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&l), LONG_MAX - 1);
	KUNIT_EXPECT_EQ(test, cmpxchg64(&word, 1, 0x123456789ull), 1ull);
	KUNIT_EXPECT_EQ(test, xchg64(&word, 2), 0x123456789ull);
}

static void words_test(struct kunit *test)
{
	unsigned long map[2] = { 0 };
	void *p = NULL, *q = test;

	KUNIT_EXPECT_FALSE(test, test_and_set_bit(BITS_PER_LONG + 3, map));
	KUNIT_EXPECT_TRUE(test, test_and_set_bit(BITS_PER_LONG + 3, map));
	KUNIT_EXPECT_EQ(test, map[1], 8ul);
	KUNIT_EXPECT_TRUE(test, test_and_change_bit(BITS_PER_LONG + 3, map));
	KUNIT_EXPECT_FALSE(test, test_and_clear_bit(BITS_PER_LONG + 3, map));
	set_bit(0, map);
	KUNIT_EXPECT_TRUE(test, test_bit(0, map));
	KUNIT_EXPECT_EQ(test, set_mask_bits(&map[0], 0xful, 0x6ul), 1ul);
	KUNIT_EXPECT_EQ(test, map[0], 6ul);
	KUNIT_EXPECT_NULL(test, cmpxchg(&p, NULL, q));
	KUNIT_EXPECT_PTR_EQ(test, cmpxchg(&p, NULL, test), q);
	KUNIT_EXPECT_PTR_EQ(test, xchg(&p, NULL), q);
}

static bool released;

static void release(struct kref *kref)
{
	released = true;
}

static void refcount_test(struct kunit *test)
{
	struct kref k;
	refcount_t r = REFCOUNT_INIT(1);

	released = false;
	kref_init(&k);
	kref_get(&k);
	KUNIT_EXPECT_EQ(test, kref_put(&k, release), 0);
	KUNIT_EXPECT_FALSE(test, released);
	KUNIT_EXPECT_EQ(test, kref_put(&k, release), 1);
	KUNIT_EXPECT_TRUE(test, released);
	KUNIT_EXPECT_FALSE(test, kref_get_unless_zero(&k));

	KUNIT_EXPECT_FALSE(test, refcount_dec_not_one(&r));
	KUNIT_EXPECT_TRUE(test, refcount_dec_if_one(&r));
	/* From 0 there is no way back: it sticks, and says so, each time for a new reason. */
	quarry_expect_reports(test, 2);
	refcount_inc(&r);
	KUNIT_EXPECT_EQ(test, refcount_read(&r), (unsigned int)REFCOUNT_SATURATED);
	refcount_inc(&r);
	KUNIT_EXPECT_EQ(test, refcount_read(&r), (unsigned int)REFCOUNT_SATURATED);
}

#define THREADS	3
#define ROUNDS	20000

static atomic_t count;
static atomic64_t wide;
static unsigned long bits[1];
static struct completion done[THREADS];

static int adder(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < ROUNDS; i++) {
		atomic_inc(&count);
		atomic64_add(0x100000001ll, &wide);
		change_bit(me, bits);
	}
	complete(&done[me]);
	return 0;
}

static void threads_test(struct kunit *test)
{
	struct task_struct *t;
	long i;

	atomic_set(&count, 0);
	atomic64_set(&wide, 0);
	bits[0] = 0;
	for (i = 0; i < THREADS; i++) {
		init_completion(&done[i]);
		t = kthread_run(adder, (void *)i, "adder/%ld", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	}
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&done[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&count), THREADS * ROUNDS);
	KUNIT_EXPECT_EQ(test, atomic64_read(&wide), 0x100000001ll * THREADS * ROUNDS);
	KUNIT_EXPECT_EQ(test, bits[0], 0ul);
}

static struct kunit_case atomic_cases[] = {
	KUNIT_CASE(returns_test),
	KUNIT_CASE(tests_test),
	KUNIT_CASE(wide_test),
	KUNIT_CASE(words_test),
	KUNIT_CASE(refcount_test),
	KUNIT_CASE(threads_test),
	{}
};

static struct kunit_suite atomic_suite = {
	.name = "atomic",
	.test_cases = atomic_cases,
};
kunit_test_suite(atomic_suite);
