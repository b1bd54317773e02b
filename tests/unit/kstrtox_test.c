// SPDX-License-Identifier: MIT
/* Numbers from text: bases, limits of each type, what is refused. */
#include <kunit/test.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>

static void good_test(struct kunit *test)
{
	unsigned long long ull = 0;
	long long ll = 0;
	unsigned int u = 0;
	int i = 0;
	u8 byte = 0;
	bool b = false;

	KUNIT_EXPECT_EQ(test, kstrtoull("18446744073709551615\n", 10, &ull), 0);
	KUNIT_EXPECT_EQ(test, ull, U64_MAX);
	KUNIT_EXPECT_EQ(test, kstrtoull("0xFFffFFffFFffFFff", 0, &ull), 0);
	KUNIT_EXPECT_EQ(test, ull, U64_MAX);
	KUNIT_EXPECT_EQ(test, kstrtoull("+017", 0, &ull), 0);
	KUNIT_EXPECT_EQ(test, ull, 15ull);
	KUNIT_EXPECT_EQ(test, kstrtoll("-9223372036854775808", 0, &ll), 0);
	KUNIT_EXPECT_EQ(test, ll, S64_MIN);
	KUNIT_EXPECT_EQ(test, kstrtouint("0x1f", 16, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 31u);
	KUNIT_EXPECT_EQ(test, kstrtoint("-2147483648", 10, &i), 0);
	KUNIT_EXPECT_EQ(test, i, INT_MIN);
	KUNIT_EXPECT_EQ(test, kstrtou8("255", 10, &byte), 0);
	KUNIT_EXPECT_EQ(test, byte, 255);
	KUNIT_EXPECT_EQ(test, kstrtoint("0", 0, &i), 0);
	KUNIT_EXPECT_EQ(test, i, 0);
	KUNIT_EXPECT_EQ(test, kstrtobool("on", &b), 0);
	KUNIT_EXPECT_TRUE(test, b);
	KUNIT_EXPECT_EQ(test, kstrtobool("Off", &b), 0);
	KUNIT_EXPECT_FALSE(test, b);
	KUNIT_EXPECT_EQ(test, kstrtobool("y", &b), 0);
	KUNIT_EXPECT_TRUE(test, b);
}

static void bad_test(struct kunit *test)
{
	static const char *const invalid[] = {
		"", "-", "+", "x", "1x", " 1", "1 ", "1\n\n", "0x", "0xg", "--1", "\n", "08",
	};
	unsigned long long ull = 7;
	long long ll = 7;
	int i = 7;
	u8 byte = 7;
	s8 sbyte = 7;
	bool b;

	for (size_t n = 0; n < ARRAY_SIZE(invalid); n++)
		KUNIT_EXPECT_EQ_MSG(test, kstrtoll(invalid[n], 0, &ll), -EINVAL, "\"%s\"",
				    invalid[n]);
	KUNIT_EXPECT_EQ(test, kstrtoull("-1", 0, &ull), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtoull("18446744073709551616", 0, &ull), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtoull("99999999999999999999999", 0, &ull), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtoll("9223372036854775808", 0, &ll), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtoll("-9223372036854775809", 0, &ll), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtoint("2147483648", 0, &i), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtou8("256", 0, &byte), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtos8("-129", 0, &sbyte), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtobool("maybe", &b), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtobool(NULL, &b), -EINVAL);
	/* A refusal leaves the result alone. */
	KUNIT_EXPECT_EQ(test, ull, 7ull);
	KUNIT_EXPECT_EQ(test, i, 7);
	KUNIT_EXPECT_EQ(test, byte, 7);
}

static void simple_test(struct kunit *test)
{
	char *end;

	KUNIT_EXPECT_EQ(test, simple_strtoul("123abc", &end, 10), 123ul);
	KUNIT_EXPECT_STREQ(test, end, "abc");
	KUNIT_EXPECT_EQ(test, simple_strtol("-0x10z", &end, 0), -16l);
	KUNIT_EXPECT_STREQ(test, end, "z");
	KUNIT_EXPECT_EQ(test, simple_strtoull("0xfedcba9876543210", NULL, 16),
			0xfedcba9876543210ull);
	KUNIT_EXPECT_EQ(test, simple_strtoul("zz", &end, 36), 35ul * 36 + 35);
	KUNIT_EXPECT_EQ(test, simple_strtoul("0x", &end, 16), 0ul);
	KUNIT_EXPECT_STREQ(test, end, "x");
}

static struct kunit_case kstrtox_cases[] = {
	KUNIT_CASE(good_test),
	KUNIT_CASE(bad_test),
	KUNIT_CASE(simple_test),
	{}
};

static struct kunit_suite kstrtox_suite = {
	.name = "kstrtox",
	.test_cases = kstrtox_cases,
};
kunit_test_suite(kstrtox_suite);
