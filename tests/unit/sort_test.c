// SPDX-License-Identifier: MIT
/* Sorting and searching arrays; random numbers; hashes. */
#include <kunit/test.h>
#include <linux/bsearch.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/sort.h>

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

static int by_value_down(const void *a, const void *b, const void *priv)
{
	return *(const int *)priv * by_value(a, b);
}

static int swaps;

static void counted_swap(void *a, void *b, int size)
{
	int t = *(int *)a;

	*(int *)a = *(int *)b;
	*(int *)b = t;
	swaps++;
}

static void sort_test(struct kunit *test)
{
	enum { MAX = 500 };
	int *v = kunit_kmalloc(test, MAX * sizeof(int), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, v);
	for (size_t n = 0; n <= MAX; n += n < 8 ? 1 : 41) {
		u32 sum = 0, after = 0;
		int down = -1;

		for (size_t i = 0; i < n; i++) {
			v[i] = (int)get_random_u32_below(n < 100 ? 1000 : 5) - 2;
			sum += (u32)v[i] * (u32)v[i];
		}
		sort(v, n, sizeof(*v), by_value, NULL);
		for (size_t i = 0; i < n; i++) {
			after += (u32)v[i] * (u32)v[i];
			KUNIT_EXPECT_TRUE(test, !i || v[i - 1] <= v[i]);
		}
		KUNIT_EXPECT_EQ(test, after, sum);
		sort_r(v, n, sizeof(*v), by_value_down, NULL, &down);
		for (size_t i = 1; i < n; i++)
			KUNIT_EXPECT_GE(test, v[i - 1], v[i]);
	}
	swaps = 0;
	sort(v, MAX, sizeof(*v), by_value, counted_swap);
	KUNIT_EXPECT_GT(test, swaps, MAX / 2);
	KUNIT_EXPECT_LT(test, swaps, MAX * 10);
}

/* Elements of an odd size. */
static int by_three(const void *a, const void *b)
{
	return memcmp(a, b, 3);
}

static void odd_size_test(struct kunit *test)
{
	char v[] = "eeebbbdddaaaccc";

	sort(v, 5, 3, by_three, NULL);
	KUNIT_EXPECT_STREQ(test, v, "aaabbbcccdddeee");
}

static void bsearch_test(struct kunit *test)
{
	int v[100];

	for (int i = 0; i < 100; i++)
		v[i] = 2 * i;
	for (int n = 0; n <= 100; n++)
		for (int key = -1; key <= 200; key++) {
			bool there = key >= 0 && key % 2 == 0 && key < 2 * n;

			KUNIT_EXPECT_PTR_EQ(test, bsearch(&key, v, (size_t)n, sizeof(*v), by_value),
					    there ? &v[key / 2] : NULL);
		}
}

/* Even enough: 16 buckets of about 1,000 each. */
static void random_test(struct kunit *test)
{
	u32 low[16] = { 0 }, high[16] = { 0 }, small[3] = { 0 };
	struct rnd_state a, b;
	u8 bytes[13] = { 0 };

	for (int i = 0; i < 16000; i++) {
		u64 v = get_random_u64();

		low[v & 15]++;
		high[v >> 60]++;
		small[get_random_u32_below(3)]++;
	}
	for (int i = 0; i < 16; i++) {
		KUNIT_EXPECT_GT(test, low[i], 850u);
		KUNIT_EXPECT_LT(test, low[i], 1150u);
		KUNIT_EXPECT_GT(test, high[i], 850u);
		KUNIT_EXPECT_LT(test, high[i], 1150u);
	}
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_GT(test, small[i], 5000u);
	for (int i = 0; i < 1000; i++)
		KUNIT_EXPECT_LT(test, prandom_u32_max(7), 7u);

	get_random_bytes(bytes, sizeof(bytes));
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(bytes, 0, sizeof(bytes)));
	prandom_seed_state(&a, 42);
	prandom_seed_state(&b, 42);
	for (int i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, prandom_u32_state(&a), prandom_u32_state(&b));
	prandom_seed_state(&b, 43);
	KUNIT_EXPECT_NE(test, prandom_u32_state(&a), prandom_u32_state(&b));
}

static void hash_test(struct kunit *test)
{
	/* From the author's own self-test: hashlittle(), which jhash() is but for the start. */
	static const char text[] = "Four score and seven years ago";
	u32 words[3] = { 1, 2, 3 };

	KUNIT_EXPECT_EQ(test, jhash("", 0, 0), 0xdeadbeefu);
	KUNIT_EXPECT_EQ(test, jhash("", 0, 0xdeadbeef), 0xbd5b7ddeu);
	KUNIT_EXPECT_EQ(test, jhash(text, 30, 0), 0x17770551u);
	KUNIT_EXPECT_EQ(test, jhash(text, 30, 1), 0xcd628161u);
	KUNIT_EXPECT_EQ(test, jhash2(words, 3, 9), jhash_3words(1, 2, 3, 9));
	for (u32 i = 0; i < 100; i++) {
		KUNIT_EXPECT_LT(test, hash_32(i, 5), 32u);
		KUNIT_EXPECT_LT(test, hash_64(i, 7), 128u);
	}
	KUNIT_EXPECT_EQ(test, hash_32(1, 32), 0x61C88647u);
}

static struct kunit_case sort_cases[] = {
	KUNIT_CASE(sort_test),
	KUNIT_CASE(odd_size_test),
	KUNIT_CASE(bsearch_test),
	KUNIT_CASE(random_test),
	KUNIT_CASE(hash_test),
	{}
};

static struct kunit_suite sort_suite = {
	.name = "sort",
	.test_cases = sort_cases,
};
kunit_test_suite(sort_suite);
