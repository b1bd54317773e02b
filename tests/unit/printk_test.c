// SPDX-License-Identifier: MIT
/* The log: lines, continuations, levels, the ring; reports; rate limits. */
#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/report.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <quarry/kernel.h>

#include "tests/unit/text.h"

/* The end of the log, and what all of it is like. */
struct tail {
	struct text *text;
	unsigned int lines;
	bool malformed;
};

static void collect(void *ctx, const char *text, size_t len)
{
	struct tail *t = ctx;

	t->lines++;
	if (len < 16 || text[0] != '[' || text[len - 1] != '\n')
		t->malformed = true;
	text_keep_end(t->text, text, len);
}

static struct tail *read_log(struct kunit *test)
{
	struct tail *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->text = text_alloc(test, 8192);
	quarry_dmesg(collect, t);
	KUNIT_EXPECT_FALSE(test, t->malformed);
	return t;
}

/* What follows the time in the line that contains @what; NULL: no such line. */
static const char *line_with(struct tail *t, const char *what)
{
	static char line[512];
	char *at = strstr(t->text->buf, what), *end, *start;

	if (!at)
		return NULL;
	for (start = at; start > t->text->buf && start[-1] != '\n'; start--)
		;
	end = strchr(at, '\n');
	start = strchr(start, ']') + 2;
	strscpy(line, start, min(sizeof(line), (size_t)(end - start) + 1));
	return line;
}

static void lines_test(struct kunit *test)
{
	struct tail *t;

	pr_debug("never compiled\n");
	printk(KERN_DEBUG "one %d\n", 1);
	printk(KERN_DEBUG "two\nthree\n");
	printk(KERN_DEBUG "four");
	printk(KERN_DEBUG "five");
	pr_cont(" goes %s", "on");
	pr_cont(" and on\n");
	pr_cont("six alone\n");
	printk("%sseven\n", KERN_DEBUG);
	t = read_log(test);
	KUNIT_EXPECT_STREQ(test, line_with(t, "one 1"), "one 1");
	KUNIT_EXPECT_STREQ(test, line_with(t, "two"), "two");
	KUNIT_EXPECT_STREQ(test, line_with(t, "three"), "three");
	KUNIT_EXPECT_STREQ(test, line_with(t, "four"), "four");
	KUNIT_EXPECT_STREQ(test, line_with(t, "five"), "five goes on and on");
	KUNIT_EXPECT_STREQ(test, line_with(t, "six"), "six alone");
	KUNIT_EXPECT_STREQ(test, line_with(t, "seven"), "seven");
	KUNIT_EXPECT_NULL(test, strstr(t->text->buf, "never"));
	KUNIT_EXPECT_NULL(test, strchr(t->text->buf, KERN_SOH_ASCII));
}

static void length_test(struct kunit *test)
{
	struct tail *t;
	char *s = kunit_kmalloc(test, 3000, GFP_KERNEL);
	int n;

	KUNIT_ASSERT_NOT_NULL(test, s);
	memset(s, 'x', 2999);
	s[2999] = 0;
	n = printk(KERN_DEBUG "long:%s\n", s);
	KUNIT_EXPECT_GT(test, n, 900);
	KUNIT_EXPECT_LT(test, n, 1100);
	t = read_log(test);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->text->buf, "long:xxx"));
}

/* More than the ring holds: the oldest lines go, whole ones. */
static void ring_test(struct kunit *test)
{
	struct tail *t;
	char last[32];
	int i, count = (1 << CONFIG_LOG_BUF_SHIFT) / 40;

	for (i = 0; i < count; i++)
		printk(KERN_DEBUG "ring line number %06d\n", i);
	snprintf(last, sizeof(last), "ring line number %06d", i - 1);
	t = read_log(test);
	KUNIT_EXPECT_STREQ(test, line_with(t, last), last);
	KUNIT_EXPECT_LT(test, t->lines, (unsigned int)count);
	KUNIT_EXPECT_GT(test, t->lines, (unsigned int)count / 2);
}

static void once_test(struct kunit *test)
{
	struct tail *t;
	unsigned int seen = 0;
	const char *at;

	for (int i = 0; i < 3; i++)
		printk_once(KERN_DEBUG "said once\n");
	t = read_log(test);
	for (at = t->text->buf; (at = strstr(at, "said once")); at++)
		seen++;
	KUNIT_EXPECT_EQ(test, seen, 1u);
}

static void ratelimit_test(struct kunit *test)
{
	DEFINE_RATELIMIT_STATE(rs, 3600 * HZ, 3);
	int passed = 0;

	for (int i = 0; i < 10; i++)
		passed += __ratelimit(&rs) != 0;
	KUNIT_EXPECT_EQ(test, passed, 3);
	KUNIT_EXPECT_EQ(test, rs.missed, 7);
	rs.interval = 0;
	KUNIT_EXPECT_NE(test, __ratelimit(&rs), 0);
}

static void warn_test(struct kunit *test)
{
	struct quarry_incidents before = quarry_incidents(), after;
	struct tail *t;

	quarry_expect_reports(test, 3);
	KUNIT_EXPECT_TRUE(test, WARN(3 > 2, "numbers are %s", "odd"));
	KUNIT_EXPECT_TRUE(test, WARN_ON(1));
	KUNIT_EXPECT_FALSE(test, WARN_ON(0));
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, WARN_ON_ONCE(i >= 0));
	after = quarry_incidents();
	KUNIT_EXPECT_EQ(test, after.warnings - before.warnings, 3u);
	KUNIT_EXPECT_EQ(test, after.bugs, before.bugs);
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_WARN), 1);

	t = read_log(test);
	KUNIT_EXPECT_STREQ(test, line_with(t, "cut here"),
			   "------------[ cut here ]------------");
	KUNIT_EXPECT_STREQ(test, line_with(t, "numbers"), "numbers are odd");
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->text->buf, "] WARNING: CPU: "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->text->buf, "printk_test.c:"));
	KUNIT_EXPECT_STREQ(test, line_with(t, "end trace"),
			   "---[ end trace 0000000000000000 ]---");
}

static void report_test(struct kunit *test)
{
	struct quarry_incidents before = quarry_incidents(), after;
	uintptr_t pcs[2] = { 0x10, 0x20 };
	struct tail *t;

	quarry_expect_reports(test, 2);
	report_begin(REPORT_BUG, "something %s", "broke");
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	report_line("detail %d", 5);
	report_stack("taken by:", pcs, 2);
	/* Something breaks while it is reported: part of the same report. */
	report_begin(REPORT_WARNING, "inner");
	report_end();
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	report_end();
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	after = quarry_incidents();
	KUNIT_EXPECT_EQ(test, after.bugs - before.bugs, 1u);
	KUNIT_EXPECT_EQ(test, after.warnings - before.warnings, 1u);

	report_begin(REPORT_NOTE, "only a note");
	report_end();
	KUNIT_EXPECT_EQ(test, quarry_incidents().bugs, after.bugs);

	t = read_log(test);
	KUNIT_EXPECT_STREQ(test, line_with(t, "something"), "BUG: something broke");
	KUNIT_EXPECT_STREQ(test, line_with(t, "detail"), "detail 5");
	KUNIT_EXPECT_STREQ(test, line_with(t, "taken by"), "taken by:");
	KUNIT_EXPECT_STREQ(test, line_with(t, "inner"), "WARNING: inner");
	KUNIT_EXPECT_STREQ(test, line_with(t, "a note"), "only a note");
}

static void hex_dump_test(struct kunit *test)
{
	static const u8 bytes[20] = "0123456789abcdef\x00\x01zA";
	char buf[120];
	u8 back[3];
	char hex[7] = "";

	hex_dump_to_buffer(bytes, 16, 16, 1, buf, sizeof(buf), true);
	KUNIT_EXPECT_STREQ(test, buf,
			   "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef");
	hex_dump_to_buffer(bytes + 16, 4, 16, 1, buf, sizeof(buf), true);
	KUNIT_EXPECT_STREQ(test, buf,
			   "00 01 7a 41                                      ..zA");
	KUNIT_EXPECT_EQ(test, hex_dump_to_buffer(bytes, 16, 16, 1, buf, 6, false), 47);
	KUNIT_EXPECT_STREQ(test, buf, "30 31");
	hex_dump_to_buffer(bytes, 8, 16, 4, buf, sizeof(buf), false);
	KUNIT_EXPECT_STREQ(test, buf, IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ? "30313233 34353637"
								       : "33323130 37363534");
	print_hex_dump(KERN_DEBUG, "dump: ", DUMP_PREFIX_OFFSET, 16, 1, bytes, 20, true);
	KUNIT_EXPECT_STREQ(test, line_with(read_log(test), "dump: 00000010"),
			   "dump: 00000010: 00 01 7a 41                                      ..zA");

	KUNIT_EXPECT_EQ(test, hex2bin(back, "0aFf31", 3), 0);
	KUNIT_EXPECT_EQ(test, back[1], 0xff);
	KUNIT_EXPECT_EQ(test, hex2bin(back, "0g", 1), -EINVAL);
	*bin2hex(hex, back, 3) = 0;
	KUNIT_EXPECT_STREQ(test, hex, "0aff31");
}

static noinline unsigned int save_here(unsigned long *pcs, unsigned int n, unsigned int skip)
{
	unsigned int got = stack_trace_save(pcs, n, skip);

	barrier();
	return got;
}

static void stack_test(struct kunit *test)
{
	unsigned long all[16], skipped[16];
	unsigned int n = save_here(all, 16, 0), m;

	if (n < 3)
		kunit_skip(test, "this port knows no callers");
	m = save_here(skipped, 16, 1);
	KUNIT_EXPECT_GE(test, m, n - 1);
	/* The second entry is the return into this function, once from each call. */
	KUNIT_EXPECT_EQ(test, all[2], skipped[1]);
	KUNIT_EXPECT_EQ(test, save_here(all, 2, 0), 2u);
}

static struct kunit_case printk_cases[] = {
	KUNIT_CASE(lines_test),
	KUNIT_CASE(length_test),
	KUNIT_CASE(ring_test),
	KUNIT_CASE(once_test),
	KUNIT_CASE(ratelimit_test),
	KUNIT_CASE(warn_test),
	KUNIT_CASE(report_test),
	KUNIT_CASE(hex_dump_test),
	KUNIT_CASE(stack_test),
	{}
};

static struct kunit_suite printk_suite = {
	.name = "printk",
	.test_cases = printk_cases,
};
kunit_test_suite(printk_suite);
