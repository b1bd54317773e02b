// SPDX-License-Identifier: MIT
/* Wide arithmetic, rounding, minimum and maximum, overflow. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/sizes.h>

/* a * b + c == n, modulo 2^64, with c < b: then a and c are right. */
static void divide_test(struct kunit *test)
{
	for (int i = 0; i < 5000; i++) {
		u64 n = get_random_u64() >> get_random_u32_below(64);
		u64 d = (get_random_u64() >> get_random_u32_below(64)) | 1, rest, q;
		u32 d32 = (u32)(get_random_u32() >> get_random_u32_below(32)) | 1, rest32;
		s32 srest;
		s64 s = (s64)get_random_u64(), sq;
		u64 in_place = n;

		q = div64_u64_rem(n, d, &rest);
		KUNIT_EXPECT_LT(test, rest, d);
		KUNIT_EXPECT_EQ(test, q * d + rest, n);
		KUNIT_EXPECT_EQ(test, div64_u64(n, d), q);
		q = div_u64_rem(n, d32, &rest32);
		KUNIT_EXPECT_LT(test, rest32, d32);
		KUNIT_EXPECT_EQ(test, q * d32 + rest32, n);
		KUNIT_EXPECT_EQ(test, do_div(in_place, d32), rest32);
		KUNIT_EXPECT_EQ(test, in_place, q);
		sq = div_s64_rem(s, (s32)(d32 >> 1 | 1), &srest);
		KUNIT_EXPECT_EQ(test, sq * (s32)(d32 >> 1 | 1) + srest, s);
		KUNIT_EXPECT_TRUE(test, !srest || (srest < 0) == (s < 0));
	}
	KUNIT_EXPECT_EQ(test, div_s64(-7, 2), -3);
	KUNIT_EXPECT_EQ(test, div64_s64(-7, -2), 3);
	KUNIT_EXPECT_EQ(test, div_u64(U64_MAX, 1), U64_MAX);
}

static void multiply_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mul_u64_u32_shr(U64_MAX, U32_MAX, 32), 0xfffffffeffffffffull);
	KUNIT_EXPECT_EQ(test, mul_u64_u32_shr(1000, 3, 1), 1500ull);
	KUNIT_EXPECT_EQ(test, mul_u64_u64_shr(U64_MAX, U64_MAX, 64), U64_MAX - 1);
	KUNIT_EXPECT_EQ(test, mul_u64_u64_shr(U64_MAX, U64_MAX, 0), 1ull);
	KUNIT_EXPECT_EQ(test, mul_u64_u32_div(1ull << 60, 1000, 16), (1ull << 56) * 1000);
	KUNIT_EXPECT_EQ(test, mul_u64_u64_div_u64(U64_MAX, U64_MAX, U64_MAX), U64_MAX);
	KUNIT_EXPECT_EQ(test, mul_u64_u64_div_u64(1ull << 63, 6, 12), 1ull << 62);
	for (int i = 0; i < 1000; i++) {
		u64 a = get_random_u64(), b = get_random_u64() | 1;

		KUNIT_EXPECT_EQ(test, mul_u64_u64_div_u64(a, b, b), a);
	}
}

static void round_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ALIGN(0x1001, 0x1000), 0x2000);
	KUNIT_EXPECT_EQ(test, ALIGN_DOWN(0x1fff, 0x1000), 0x1000);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(0x3000ul, 0x1000));
	KUNIT_EXPECT_EQ(test, round_up(13, 8), 16);
	KUNIT_EXPECT_EQ(test, roundup(13, 5), 15);
	KUNIT_EXPECT_EQ(test, rounddown(13, 5), 10);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP(13, 5), 3);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(13, 5), 3);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(-13, 5), -3);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP_ULL(1ull << 40, 1000), 1099511628ull);
	KUNIT_EXPECT_EQ(test, abs(-5), 5);
	KUNIT_EXPECT_EQ(test, mult_frac(1000000007ul, 3, 7), 428571431ul);
	for (unsigned long x = 0; x < 70000; x += 7) {
		unsigned long r = int_sqrt(x);

		KUNIT_EXPECT_TRUE(test, r * r <= x && (r + 1) * (r + 1) > x);
	}
	KUNIT_EXPECT_EQ(test, int_sqrt64(U64_MAX), U32_MAX);
	/* 4 times the root of low memory's KiB: what min_free_kbytes is made of. */
	KUNIT_EXPECT_EQ(test, int_sqrt(16ul * (SZ_1G / SZ_1K)), 4096ul);
	KUNIT_EXPECT_EQ(test, int_pow(3, 20), 3486784401ull);
}

static void minmax_test(struct kunit *test)
{
	int a = 3, b = 4, calls = 0;

	KUNIT_EXPECT_EQ(test, min(a, b), 3);
	KUNIT_EXPECT_EQ(test, max3(a, b, 2), 4);
	KUNIT_EXPECT_EQ(test, min_t(u8, 257, 2), 1);
	KUNIT_EXPECT_EQ(test, clamp(10, 0, 5), 5);
	KUNIT_EXPECT_EQ(test, clamp_val(a, 4, 9), 4);
	KUNIT_EXPECT_EQ(test, min_not_zero(0, 7), 7);
	swap(a, b);
	KUNIT_EXPECT_EQ(test, a, 4);
	/* Arguments are evaluated once. */
	KUNIT_EXPECT_EQ(test, max(++calls, 0), 1);
	KUNIT_EXPECT_EQ(test, calls, 1);
	BUILD_BUG_ON(min(1, 2) != 1);
}

struct flexible {
	u32 n;
	u64 item[];
};

static void overflow_test(struct kunit *test)
{
	struct flexible *p = NULL;
	size_t size;
	u8 byte;
	int i;

	KUNIT_EXPECT_FALSE(test, check_add_overflow((size_t)1, (size_t)2, &size));
	KUNIT_EXPECT_EQ(test, size, 3ul);
	KUNIT_EXPECT_TRUE(test, check_add_overflow(SIZE_MAX, (size_t)1, &size));
	KUNIT_EXPECT_TRUE(test, check_mul_overflow(INT_MAX, 2, &i));
	KUNIT_EXPECT_TRUE(test, check_sub_overflow((u8)1, (u8)2, &byte));
	KUNIT_EXPECT_TRUE(test, check_shl_overflow(1, 31, &i));
	KUNIT_EXPECT_FALSE(test, check_shl_overflow(1, 30, &i));
	KUNIT_EXPECT_EQ(test, i, 1 << 30);
	KUNIT_EXPECT_EQ(test, array_size(10, 20), 200ul);
	KUNIT_EXPECT_EQ(test, array_size(SIZE_MAX / 2, 3), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, array3_size(SIZE_MAX, 1, 2), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, struct_size(p, item, 4), sizeof(*p) + 32);
	KUNIT_EXPECT_EQ(test, struct_size(p, item, SIZE_MAX / 4), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, size_sub(SIZE_MAX, 1), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, type_max(s64), S64_MAX);
	KUNIT_EXPECT_EQ(test, type_min(s8), -128);
}

static struct kunit_case math_cases[] = {
	KUNIT_CASE(divide_test),
	KUNIT_CASE(multiply_test),
	KUNIT_CASE(round_test),
	KUNIT_CASE(minmax_test),
	KUNIT_CASE(overflow_test),
	{}
};

static struct kunit_suite math_suite = {
	.name = "math",
	.test_cases = math_cases,
};
kunit_test_suite(math_suite);
