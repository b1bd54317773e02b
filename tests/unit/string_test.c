// SPDX-License-Identifier: MIT
/* Strings: the kernel's own, and the command line's. */
#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

static void copy_test(struct kunit *test)
{
	char buf[8];

	KUNIT_EXPECT_EQ(test, strscpy(buf, "1234567", sizeof(buf)), 7);
	KUNIT_EXPECT_EQ(test, strscpy(buf, "12345678", sizeof(buf)), -E2BIG);
	KUNIT_EXPECT_STREQ(test, buf, "1234567");
	KUNIT_EXPECT_EQ(test, strscpy(buf, "x", 0), -E2BIG);
	KUNIT_EXPECT_EQ(test, strlcpy(buf, "123456789", sizeof(buf)), 9ul);
	KUNIT_EXPECT_STREQ(test, buf, "1234567");
	strcpy(buf, "ab");
	KUNIT_EXPECT_EQ(test, strlcat(buf, "cdefghij", sizeof(buf)), 10ul);
	KUNIT_EXPECT_STREQ(test, buf, "abcdefg");
	memset(buf, 'x', sizeof(buf));
	KUNIT_EXPECT_EQ(test, strscpy_pad(buf, "ab", sizeof(buf)), 2);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + 2, 0, 6));
	KUNIT_EXPECT_PTR_EQ(test, stpcpy(buf, "abc"), buf + 3);
}

static void search_test(struct kunit *test)
{
	char s[] = "  a,b;;c  ", list[] = "a,b;;c", *p = list;
	const char *const names[] = { "one", "two", NULL };

	KUNIT_EXPECT_STREQ(test, strim(s), "a,b;;c");
	KUNIT_EXPECT_STREQ(test, strsep(&p, ",;"), "a");
	KUNIT_EXPECT_STREQ(test, strsep(&p, ",;"), "b");
	KUNIT_EXPECT_STREQ(test, strsep(&p, ",;"), "");
	KUNIT_EXPECT_STREQ(test, strsep(&p, ",;"), "c");
	KUNIT_EXPECT_NULL(test, strsep(&p, ",;"));
	KUNIT_EXPECT_STREQ(test, skip_spaces(" \t\nx "), "x ");
	KUNIT_EXPECT_NULL(test, strnchr("abcdef", 3, 'd'));
	KUNIT_EXPECT_STREQ(test, strnchr("abcdef", 4, 'd'), "def");
	KUNIT_EXPECT_STREQ(test, strchrnul("abc", 'x'), "");
	KUNIT_EXPECT_STREQ(test, strnstr("hello world", "o w", 11), "o world");
	KUNIT_EXPECT_NULL(test, strnstr("hello world", "o w", 6));
	KUNIT_EXPECT_EQ(test, match_string(names, 3, "two"), 1);
	KUNIT_EXPECT_EQ(test, match_string(names, 3, "three"), -EINVAL);
	KUNIT_EXPECT_TRUE(test, sysfs_streq("on\n", "on"));
	KUNIT_EXPECT_TRUE(test, sysfs_streq("on", "on\n"));
	KUNIT_EXPECT_FALSE(test, sysfs_streq("on\nx", "on"));
	KUNIT_EXPECT_STREQ(test, kbasename("/a/b/c.c"), "c.c");
	KUNIT_EXPECT_STREQ(test, kbasename("c.c"), "c.c");
	KUNIT_EXPECT_EQ(test, str_has_prefix("prefix", "pre"), 3ul);
	KUNIT_EXPECT_EQ(test, str_has_prefix("prefix", "fix"), 0ul);
	KUNIT_EXPECT_EQ(test, strcasecmp("HeLLo", "hEllO"), 0);
	KUNIT_EXPECT_LT(test, strncasecmp("abc", "ABD", 3), 0);
	KUNIT_EXPECT_EQ(test, strncasecmp("abc", "ABD", 2), 0);
	strreplace(list, ';', '.');
	KUNIT_EXPECT_EQ(test, strlen(list), 1ul);
}

/* Every offset and length around a word's size, with one byte that is wrong. */
static void memchr_inv_test(struct kunit *test)
{
	u8 buf[64];
	size_t from, len, bad;

	memset(buf, 0x6b, sizeof(buf));
	for (from = 0; from < 9; from++)
		for (len = 0; len < 40; len++) {
			KUNIT_EXPECT_NULL(test, memchr_inv(buf + from, 0x6b, len));
			for (bad = from; bad < from + len; bad++) {
				buf[bad] = 0x6a;
				KUNIT_EXPECT_PTR_EQ(test, memchr_inv(buf + from, 0x6b, len),
						    buf + bad);
				buf[bad] = 0x6b;
			}
		}
}

struct shape {
	u32 a, b, c;
	u8 bytes[12];
};

static void fill_test(struct kunit *test)
{
	struct shape s;
	u64 wide[3];
	char fixed[4];

	memset(&s, 1, sizeof(s));
	memset_after(&s, 0, b);
	KUNIT_EXPECT_EQ(test, s.b, 0x01010101u);
	KUNIT_EXPECT_NULL(test, memchr_inv(&s.c, 0, sizeof(s) - 8));
	memset(&s, 1, sizeof(s));
	memset_startat(&s, 7, bytes);
	KUNIT_EXPECT_EQ(test, s.c, 0x01010101u);
	KUNIT_EXPECT_NULL(test, memchr_inv(s.bytes, 7, sizeof(s.bytes)));

	strtomem_pad(s.bytes, "abc", '-');
	KUNIT_EXPECT_MEMEQ(test, s.bytes, "abc---------", 12);
	memset(fixed, 'x', 4);
	strtomem(fixed, "ab");
	KUNIT_EXPECT_MEMEQ(test, fixed, "abxx", 4);
	strtomem(fixed, "abcdef");
	KUNIT_EXPECT_MEMEQ(test, fixed, "abcd", 4);
	memset64(wide, 0x0102030405060708ull, 3);
	KUNIT_EXPECT_EQ(test, wide[2], 0x0102030405060708ull);
}

static void duplicate_test(struct kunit *test)
{
	int x = 1, y = 2, z = 3;
	int *a[] = { &x, &y, NULL }, *b[] = { &z, NULL }, **both;
	char *s = kstrdup("hello", GFP_KERNEL), *n = kstrndup("hello", 2, GFP_KERNEL);
	char *m = kmemdup("hello", 6, GFP_KERNEL);
	const char *c = kstrdup_const("const", GFP_KERNEL);

	KUNIT_EXPECT_STREQ(test, s, "hello");
	KUNIT_EXPECT_STREQ(test, n, "he");
	KUNIT_EXPECT_STREQ(test, m, "hello");
	KUNIT_EXPECT_STREQ(test, c, "const");
	KUNIT_EXPECT_NULL(test, kstrdup(NULL, GFP_KERNEL));
	kfree(s);
	kfree(n);
	kfree(m);
	kfree_const(c);

	both = memcat_p(a, b);
	KUNIT_ASSERT_NOT_NULL(test, both);
	KUNIT_EXPECT_PTR_EQ(test, both[0], &x);
	KUNIT_EXPECT_PTR_EQ(test, both[2], &z);
	KUNIT_EXPECT_NULL(test, both[3]);
	kfree(both);
}

static void ctype_test(struct kunit *test)
{
	int c;

	for (c = 0; c < 128; c++) {
		bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
		bool digit = c >= '0' && c <= '9';
		bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

		KUNIT_EXPECT_EQ_MSG(test, isupper(c), upper, "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, islower(c), lower, "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, isalnum(c), upper || lower || digit, "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, isxdigit(c), hex, "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, isspace(c), c == ' ' || (c >= 9 && c <= 13), "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, isprint(c), c >= 32 && c < 127, "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, ispunct(c), c > 32 && c < 127 && !isalnum(c), "%d", c);
		KUNIT_EXPECT_EQ_MSG(test, iscntrl(c), c < 32 || c == 127, "%d", c);
	}
	KUNIT_EXPECT_EQ(test, toupper('q'), 'Q');
	KUNIT_EXPECT_EQ(test, tolower('Q'), 'q');
	KUNIT_EXPECT_EQ(test, tolower('['), '[');
}

static void cmdline_test(struct kunit *test)
{
	char line[] = "quiet mem=4G name=\"two words\" \"q=x y\" last", *s = line, *p, *v;
	char opts[] = "3,-4,5-7", *o = opts;
	int n, ints[8];

	s = next_arg(s, &p, &v);
	KUNIT_EXPECT_STREQ(test, p, "quiet");
	KUNIT_EXPECT_NULL(test, v);
	s = next_arg(s, &p, &v);
	KUNIT_EXPECT_STREQ(test, p, "mem");
	KUNIT_EXPECT_STREQ(test, v, "4G");
	s = next_arg(s, &p, &v);
	KUNIT_EXPECT_STREQ(test, p, "name");
	KUNIT_EXPECT_STREQ(test, v, "two words");
	s = next_arg(s, &p, &v);
	KUNIT_EXPECT_STREQ(test, p, "q");
	KUNIT_EXPECT_STREQ(test, v, "x y");
	s = next_arg(s, &p, &v);
	KUNIT_EXPECT_STREQ(test, p, "last");
	KUNIT_EXPECT_STREQ(test, s, "");

	KUNIT_EXPECT_EQ(test, get_option(&o, &n), 2);
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, get_option(&o, &n), 2);
	KUNIT_EXPECT_EQ(test, n, -4);
	get_options("1,3-6,9", ARRAY_SIZE(ints), ints);
	KUNIT_EXPECT_EQ(test, ints[0], 6);
	KUNIT_EXPECT_EQ(test, ints[1], 1);
	KUNIT_EXPECT_EQ(test, ints[5], 6);
	KUNIT_EXPECT_EQ(test, ints[6], 9);

	KUNIT_EXPECT_EQ(test, memparse("64K", NULL), 65536ull);
	KUNIT_EXPECT_EQ(test, memparse("0x10m@4", &p), 16ull << 20);
	KUNIT_EXPECT_STREQ(test, p, "@4");
	KUNIT_EXPECT_EQ(test, memparse("1T", NULL), 1ull << 40);
	KUNIT_EXPECT_EQ(test, memparse("512", NULL), 512ull);
	KUNIT_EXPECT_TRUE(test, parse_option_str("a,bc,d", "bc"));
	KUNIT_EXPECT_FALSE(test, parse_option_str("a,bcd", "bc"));
}

static char early_value[32];
static unsigned int early_calls, late_calls;

static int early_handler(char *val)
{
	early_calls++;
	strscpy(early_value, val ? val : "(none)", sizeof(early_value));
	return 0;
}
early_param("quarry_unit_test", early_handler);

static int late_handler(char *val)
{
	late_calls++;
	return 1;
}
__setup("quarry_late_test=", late_handler);

/* Handlers are found by name, "-" for "_" too, each in its phase. */
static void setup_test(struct kunit *test)
{
	early_calls = late_calls = 0;
	setup_parse("a quarry-unit_test=\"x y\" quarry_unit_testing quarry_late_test=1",
		    SETUP_EARLY);
	KUNIT_EXPECT_EQ(test, early_calls, 1u);
	KUNIT_EXPECT_EQ(test, late_calls, 0u);
	KUNIT_EXPECT_STREQ(test, early_value, "x y");
	setup_parse("quarry_unit_test", SETUP_EARLY);
	KUNIT_EXPECT_STREQ(test, early_value, "(none)");
	setup_parse("quarry_unit_test quarry_late_test=1 quarry_late_test", SETUP_LATE);
	KUNIT_EXPECT_EQ(test, early_calls, 2u);
	KUNIT_EXPECT_EQ(test, late_calls, 2u);
}

static void byteorder_test(struct kunit *test)
{
	u8 b[10] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	KUNIT_EXPECT_EQ(test, get_unaligned_le32(b + 1), 0x04030201u);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(b + 1), 0x01020304u);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(b + 1), 0x0102030405060708ull);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(b + 3), 0x0403);
	put_unaligned_be16(0xabcd, b + 5);
	KUNIT_EXPECT_EQ(test, b[5], 0xab);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(cpu_to_be32(0x12345678)), 0x12345678u);
	KUNIT_EXPECT_EQ(test, swab64(0x0102030405060708ull), 0x0807060504030201ull);
}

static struct kunit_case string_cases[] = {
	KUNIT_CASE(copy_test),
	KUNIT_CASE(search_test),
	KUNIT_CASE(memchr_inv_test),
	KUNIT_CASE(fill_test),
	KUNIT_CASE(duplicate_test),
	KUNIT_CASE(ctype_test),
	KUNIT_CASE(cmdline_test),
	KUNIT_CASE(setup_test),
	KUNIT_CASE(byteorder_test),
	{}
};

static struct kunit_suite string_suite = {
	.name = "string",
	.test_cases = string_cases,
};
kunit_test_suite(string_suite);
