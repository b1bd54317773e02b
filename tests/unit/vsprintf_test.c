// SPDX-License-Identifier: MIT
/* Formats, one by one, against the text that the kernel's documentation shows. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/string.h>

/* Format with room, and check length and text; then with less and less room. */
static void check(struct kunit *test, int line, const char *want, const char *fmt,
		  va_list args)
{
	char buf[256];
	size_t room, len = strlen(want);
	va_list ap;

	va_copy(ap, args);
	KUNIT_EXPECT_EQ_MSG(test, vsnprintf(buf, sizeof(buf), fmt, ap), (int)len, "line %d",
			    line);
	va_end(ap);
	KUNIT_EXPECT_STREQ_MSG(test, buf, want, "line %d", line);

	for (room = 0; room <= len; room++) {
		memset(buf, 0x7f, sizeof(buf));
		va_copy(ap, args);
		KUNIT_EXPECT_EQ_MSG(test, vsnprintf(buf, room, fmt, ap), (int)len, "line %d",
				    line);
		va_end(ap);
		if (room) {
			KUNIT_EXPECT_EQ(test, buf[room - 1], '\0');
			KUNIT_EXPECT_EQ(test, memcmp(buf, want, room - 1), 0);
		}
		KUNIT_EXPECT_EQ(test, buf[room], 0x7f);
	}
}

/* Not checked by the compiler, which knows only the C library's formats. */
static void check_line(struct kunit *test, int line, const char *want, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	check(test, line, want, fmt, args);
	va_end(args);
}

#define IS(want, fmt, ...)	check_line(test, __LINE__, want, fmt, ##__VA_ARGS__)

/* For the few calls of snprintf() itself below. */
#pragma GCC diagnostic ignored "-Wformat"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#endif

static void integers_test(struct kunit *test)
{
	IS("0 -1 2147483647 -2147483648", "%d %i %d %d", 0, -1, INT_MAX, INT_MIN);
	IS("18446744073709551615 -9223372036854775808", "%llu %lld", U64_MAX, S64_MIN);
	IS("ff FF 0xff 0XFF 377 0377", "%x %X %#x %#X %o %#o", 255, 255, 255, 255, 255, 255);
	IS("0x0 0", "%#x %#o", 0, 0);
	IS("+5 -5  5", "%+d %+d % d", 5, -5, 5);
	IS("-1 255 -1 65535", "%hhd %hhu %hd %hu", 255, -1, 65535, -1);
	IS("12345678901 12345678901", "%Lu %qd", 12345678901ull, 12345678901ll);
	IS("4294967295 -1", "%zu %zd", (size_t)4294967295u, (ssize_t)-1);
	IS("a%b c", "a%%b %c", 'c');
}

static void padding_test(struct kunit *test)
{
	IS("[   42|42   |00042|-0042]", "[%5d|%-5d|%05d|%05d]", 42, 42, 42, -42);
	IS("[00042|  042|042  ]", "[%.5d|%5.3d|%-5.3d]", 42, 42, 42);
	IS("[   42|42   ]", "[%*d|%*d]", 5, 42, -5, 42);
	IS("[0x002a|  0x2a|0x2a  ]", "[%#06x|%#6x|%-#6x]", 42, 42, 42);
	IS("[0|0|  0]", "[%.0d|%.1d|%3.0d]", 0, 0, 0);
	IS("[    x|x    ]", "[%5c|%-5c]", 'x', 'x');
}

static void strings_test(struct kunit *test)
{
	IS("[abc|  abc|abc  |ab|   ab]", "[%s|%5s|%-5s|%.2s|%*.*s]", "abc", "abc", "abc", "abc",
	   5, 2, "abc");
	IS("(null) [(nul]", "%s [%.4s]", (char *)NULL, (char *)NULL);
	IS("(efault) (efault)", "%s %s", (char *)16, (char *)ERR_PTR(-EINVAL));
	IS("", "%s", "");
}

static void pointer_test(struct kunit *test)
{
	char a[40], b[40], raw[40];
	void *p = test;

	IS(sizeof(long) == 8 ? "0000000000000000" : "00000000", "%p", NULL);
	IS(sizeof(long) == 8 ? "ffffffffffffffea" : "ffffffea", "%p", ERR_PTR(-EINVAL));
	IS(sizeof(long) == 8 ? "0000000012345678" : "12345678", "%px", (void *)0x12345678);

	/* The same pointer always looks the same, and never like itself. */
	snprintf(a, sizeof(a), "%p", p);
	snprintf(b, sizeof(b), "%pK", p);
	snprintf(raw, sizeof(raw), "%px", p);
	KUNIT_EXPECT_EQ(test, strlen(a), 2 * sizeof(void *));
	KUNIT_EXPECT_STREQ(test, a, b);
	KUNIT_EXPECT_STRNEQ(test, a, raw);
	snprintf(b, sizeof(b), "%p", p + 1);
	KUNIT_EXPECT_STRNEQ(test, a, b);
	snprintf(b, sizeof(b), "[%*p]", 20, p);
	KUNIT_EXPECT_EQ(test, strlen(b), 22ul);
}

static void symbol_test(struct kunit *test)
{
	char full[200], name[200];

	snprintf(full, sizeof(full), "%pS", (void *)int_sqrt);
	snprintf(name, sizeof(name), "%ps", (void *)int_sqrt);
	if (!str_has_prefix(full, "int_sqrt"))
		kunit_skip(test, "this port knows no symbols");
	KUNIT_EXPECT_EQ(test, str_has_prefix(full, "int_sqrt+0x0/0x"), strlen("int_sqrt+0x0/0x"));
	KUNIT_EXPECT_STREQ(test, name, "int_sqrt");
	KUNIT_EXPECT_NULL(test, strstr(full, ".c:"));
}

static void addresses_test(struct kunit *test)
{
	static const u8 ip4[4] = { 192, 168, 1, 20 };
	static const u8 ip6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1 };
	static const u8 loopback[16] = { [15] = 1 }, any[16];
	static const u8 mapped[16] = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = 7 };
	static const u8 mac[6] = { 0x00, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e };
	static const u8 uuid[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	phys_addr_t phys = 0x12345678;

	IS("192.168.1.20 192.168.001.020", "%pI4 %pi4", ip4, ip4);
	IS("20.1.168.192", "%pI4l", ip4);
	IS("2001:0db8:0000:0000:0001:0000:0000:0001", "%pI6", ip6);
	IS("20010db8000000000001000000000001", "%pi6", ip6);
	IS("2001:db8::1:0:0:1 ::1 ::", "%pI6c %pI6c %pI6c", ip6, loopback, any);
	IS("::ffff:10.0.0.7", "%pI6c", mapped);
	IS("00:1a:2b:3c:4d:5e 00-1a-2b-3c-4d-5e 001a2b3c4d5e 5e:4d:3c:2b:1a:00",
	   "%pM %pMF %pm %pMR", mac, mac, mac, mac);
	IS("00010203-0405-0607-0809-0a0b0c0d0e0f", "%pUb", uuid);
	IS("03020100-0504-0706-0809-0A0B0C0D0E0F", "%pUL", uuid);
	IS("0x0000000012345678 0x0000000012345678", "%pa %pap", &phys, &phys);
}

static void bytes_test(struct kunit *test)
{
	static const u8 b[4] = { 0x00, 0x01, 0xab, 0xff };
	DECLARE_BITMAP(map, 80) = { 0 };

	IS("00 01 ab ff|00:01:ab:ff|00-01-ab-ff|0001abff", "%*ph|%*phC|%*phD|%*phN",
	   4, b, 4, b, 4, b, 4, b);
	bitmap_set(map, 0, 3);
	bitmap_set(map, 7, 1);
	bitmap_set(map, 70, 10);
	IS("ffc0,00000000,00000087", "%*pb", 80, map);
	IS("0-2,7,70-79", "%*pbl", 80, map);
	IS("07", "%*pb", 5, map);
	IS("", "%*pbl", 0, map);
}

static void resource_test(struct kunit *test)
{
	struct resource r = { .start = 0x60000000, .end = 0x6fffffff, .flags = IORESOURCE_MEM };

	IS("[mem 0x60000000-0x6fffffff flags 0x200]", "%pr", &r);
	IS("[mem 0x60000000-0x6fffffff]", "%pR", &r);
	r.end = 0x160000000ull;
	IS("[mem 0x0000000060000000-0x0000000160000000]", "%pR", &r);
	r = (struct resource) { .start = 0x60, .end = 0x6f, .flags = IORESOURCE_IO };
	IS("[io  0x0060-0x006f]", "%pR", &r);
}

static char *nested(char *buf, size_t size, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	snprintf(buf, size, "<%pV> %d", &vaf, 9);
	va_end(args);
	return buf;
}

static void others_test(struct kunit *test)
{
	char buf[64];

	IS("-EINVAL [-ENOMEM   ] -EPROBE_DEFER", "%pe [%-10pe] %pe", ERR_PTR(-EINVAL),
	   ERR_PTR(-ENOMEM), ERR_PTR(-EPROBE_DEFER));
	IS("-1234", "%pe", ERR_PTR(-1234));
	KUNIT_EXPECT_STREQ(test, nested(buf, sizeof(buf), "a%db%s", 1, "c"), "<a1bc> 9");
	IS("(null)", "%pI4", NULL);
}

/* %n and what nobody knows end the text, with one warning for all of them. */
static void refused_test(struct kunit *test)
{
	char buf[32];
	int n = 77;

	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, snprintf(buf, sizeof(buf), "ab%nc", &n), 2);
	KUNIT_EXPECT_STREQ(test, buf, "ab");
	KUNIT_EXPECT_EQ(test, n, 77);
	KUNIT_EXPECT_EQ(test, snprintf(buf, sizeof(buf), "%f", 1.5), 0);
}

static void returns_test(struct kunit *test)
{
	char buf[8];
	char *s;

	KUNIT_EXPECT_EQ(test, snprintf(NULL, 0, "%d", 12345), 5);
	KUNIT_EXPECT_EQ(test, scnprintf(buf, sizeof(buf), "%s", "0123456789"), 7);
	KUNIT_EXPECT_EQ(test, scnprintf(buf, 0, "%s", "0123456789"), 0);
	KUNIT_EXPECT_EQ(test, scnprintf(buf, sizeof(buf), "%s", "0123"), 4);
	KUNIT_EXPECT_EQ(test, sprintf(buf, "%d", 42), 2);
	s = kasprintf(GFP_KERNEL, "%s-%d", "long enough not to fit anywhere else", 7);
	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_STREQ(test, s, "long enough not to fit anywhere else-7");
	kfree(s);
}

static void scan_test(struct kunit *test)
{
	int a = 0, b = 0, n = 0;
	unsigned int x = 0;
	unsigned long long big = 0;
	unsigned char byte = 0;
	char word[16], set[16], c[3] = "";

	KUNIT_EXPECT_EQ(test, sscanf("12 -7 0xff", "%d %d %x", &a, &b, &x), 3);
	KUNIT_EXPECT_EQ(test, a, 12);
	KUNIT_EXPECT_EQ(test, b, -7);
	KUNIT_EXPECT_EQ(test, x, 255u);
	KUNIT_EXPECT_EQ(test, sscanf("0x10 010 10", "%i %i %i", &a, &b, &n), 3);
	KUNIT_EXPECT_EQ(test, a, 16);
	KUNIT_EXPECT_EQ(test, b, 8);
	KUNIT_EXPECT_EQ(test, n, 10);
	KUNIT_EXPECT_EQ(test, sscanf("123456", "%3d%n%*1d%hhu", &a, &n, &byte), 2);
	KUNIT_EXPECT_EQ(test, a, 123);
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, byte, 56);
	KUNIT_EXPECT_EQ(test, sscanf("18446744073709551615", "%llu", &big), 1);
	KUNIT_EXPECT_EQ(test, big, U64_MAX);
	KUNIT_EXPECT_EQ(test, sscanf("hello abc-42", "%s %[a-c]-%d", word, set, &a), 3);
	KUNIT_EXPECT_STREQ(test, word, "hello");
	KUNIT_EXPECT_STREQ(test, set, "abc");
	KUNIT_EXPECT_EQ(test, a, 42);
	KUNIT_EXPECT_EQ(test, sscanf("xyz,w", "%[^,],%2c", set, c), 1);
	KUNIT_EXPECT_STREQ(test, set, "xyz");
	KUNIT_EXPECT_EQ(test, sscanf("a1", "b%d", &a), 0);
	KUNIT_EXPECT_EQ(test, sscanf("", "%d", &a), 0);
}

static struct kunit_case vsprintf_cases[] = {
	KUNIT_CASE(integers_test),
	KUNIT_CASE(padding_test),
	KUNIT_CASE(strings_test),
	KUNIT_CASE(pointer_test),
	KUNIT_CASE(symbol_test),
	KUNIT_CASE(addresses_test),
	KUNIT_CASE(bytes_test),
	KUNIT_CASE(resource_test),
	KUNIT_CASE(others_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(returns_test),
	KUNIT_CASE(scan_test),
	{}
};

static struct kunit_suite vsprintf_suite = {
	.name = "vsprintf",
	.test_cases = vsprintf_cases,
};
kunit_test_suite(vsprintf_suite);
