// SPDX-License-Identifier: MIT
/* Settings: T1 and T2 of lib/sysctl.c, S1 of kernel/sysctl.c, and the files of vm. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "tests/unit/text.h"

static int vec[3], one;
static unsigned int number;
static unsigned long longs[2];
static char line[8];
static const int ten = 10, minus_five = -5;
static const unsigned int most = 4000000000u;
static const unsigned long long_most = 1000;

static struct ctl_table table[] = {
	{ .procname = "vec", .data = vec, .maxlen = sizeof(vec), .mode = 0644,
	  .proc_handler = proc_dointvec },
	{ .procname = "one", .data = &one, .maxlen = sizeof(one), .mode = 0644,
	  .proc_handler = proc_dointvec_minmax, .extra1 = (void *)&minus_five,
	  .extra2 = (void *)&ten },
	{ .procname = "number", .data = &number, .maxlen = sizeof(number), .mode = 0644,
	  .proc_handler = proc_douintvec_minmax, .extra2 = (void *)&most },
	{ .procname = "any", .data = &number, .maxlen = sizeof(number), .mode = 0444,
	  .proc_handler = proc_douintvec },
	{ .procname = "two", .data = longs, .maxlen = sizeof(longs), .mode = 0644,
	  .proc_handler = proc_douintvec },
	{ .procname = "longs", .data = longs, .maxlen = sizeof(longs), .mode = 0644,
	  .proc_handler = proc_doulongvec_minmax, .extra1 = SYSCTL_LONG_ONE,
	  .extra2 = (void *)&long_most },
	{ .procname = "line", .data = line, .maxlen = sizeof(line), .mode = 0644,
	  .proc_handler = proc_dostring },
	{ .procname = "secret", .data = &one, .maxlen = sizeof(one), .mode = 0200,
	  .proc_handler = proc_dointvec },
	{ .procname = "nothing", .mode = 0644 },
	{}
};

static struct ctl_table_header *header;

static int make(struct kunit *test)
{
	memset(vec, 0, sizeof(vec));
	memset(longs, 0, sizeof(longs));
	memset(line, 0, sizeof(line));
	one = 0;
	number = 0;
	header = register_sysctl("test/dir", table);
	return header ? 0 : -ENOMEM;
}

static void unmake(struct kunit *test)
{
	unregister_sysctl_table(header);
}

static struct text text = TEXT(256);

static const char *get(const char *path)
{
	return text_read(&text, path);
}

#define T	"sys/test/dir/"

static void ints_test(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, get(T "vec"), "0\t0\t0\n");
	KUNIT_EXPECT_EQ(test, text_write(T "vec", "1 -2\t0x10\n"), 10l);
	KUNIT_EXPECT_STREQ(test, get(T "vec"), "1\t-2\t16\n");
	/* Fewer: the rest stays. More: what was not looked at is not taken. */
	KUNIT_EXPECT_EQ(test, text_write(T "vec", "  010"), 5l);
	KUNIT_EXPECT_STREQ(test, get(T "vec"), "8\t-2\t16\n");
	KUNIT_EXPECT_EQ(test, text_write(T "vec", "1 2 3 x"), 6l);
	KUNIT_EXPECT_EQ(test, text_write(T "vec", "2147483647 -2147483648"), 22l);
	KUNIT_EXPECT_EQ(test, vec[0], INT_MAX);
	KUNIT_EXPECT_EQ(test, vec[1], INT_MIN);
}

/* T1: not even the good numbers before the bad one are stored. */
static void bad_text_test(struct kunit *test)
{
	static const char *const bad[] = {
		"", "\n", " \t", "x", "7 x", "7 8x", "7,8", "+7", "-", "- 7", "0x", "08",
		"2147483648", "7 -2147483649", "99999999999999999999999999",
		"7 8 18446744073709551616", "0000000000000000000000001",
	};
	size_t i;

	vec[0] = 5;
	for (i = 1; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ_MSG(test, text_write(T "vec", bad[i]), (long)-EINVAL, "'%s'", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, vec[0] + vec[1], 5, "'%s'", bad[i]);
	}
	KUNIT_EXPECT_EQ(test, text_write(T "vec", bad[0]), 0l);
}

static void limits_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, text_write(T "one", "10"), 2l);
	KUNIT_EXPECT_EQ(test, text_write(T "one", "11"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "one", "-6"), (long)-EINVAL);
	KUNIT_EXPECT_STREQ(test, get(T "one"), "10\n");
	KUNIT_EXPECT_EQ(test, text_write(T "one", "-5"), 2l);
	KUNIT_EXPECT_EQ(test, one, -5);
	KUNIT_EXPECT_EQ(test, text_write(T "number", "4000000000"), 10l);
	KUNIT_EXPECT_EQ(test, text_write(T "number", "4000000001"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "number", "-1"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "number", "4294967296"), (long)-EINVAL);
	KUNIT_EXPECT_STREQ(test, get(T "any"), "4000000000\n");
	KUNIT_EXPECT_EQ(test, text_write(T "longs", "1 1000"), 6l);
	KUNIT_EXPECT_EQ(test, text_write(T "longs", "2 1001"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "longs", "0"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "longs", "-1"), (long)-EINVAL);
	KUNIT_EXPECT_STREQ(test, get(T "longs"), "1\t1000\n");
	/* Not an array's handler. */
	KUNIT_EXPECT_STREQ(test, get(T "two"), "error -22");
}

static void strings_test(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, get(T "line"), "\n");
	KUNIT_EXPECT_EQ(test, text_write(T "line", "abc\ndef"), 7l);
	KUNIT_EXPECT_STREQ(test, get(T "line"), "abc\n");
	KUNIT_EXPECT_EQ(test, text_write(T "line", "0123456789"), 10l);
	KUNIT_EXPECT_STREQ(test, line, "0123456");
	KUNIT_EXPECT_STREQ(test, get(T "line"), "0123456\n");
	KUNIT_EXPECT_EQ(test, text_write(T "line", "\n"), 1l);
	KUNIT_EXPECT_STREQ(test, line, "");
}

/* T2, and short buffers, as the handlers see them. */
static void positions_test(struct kunit *test)
{
	char buf[8] = "12";
	size_t len = 2;
	loff_t pos = 3;

	KUNIT_EXPECT_EQ(test, proc_dointvec(&table[0], 1, buf, &len, &pos), 0);
	KUNIT_EXPECT_EQ(test, vec[0], 0);
	KUNIT_EXPECT_EQ(test, pos, 5ll);
	vec[0] = 12345678;
	len = 5;
	pos = 0;
	KUNIT_EXPECT_EQ(test, proc_dointvec(&table[0], 0, buf, &len, &pos), 0);
	KUNIT_EXPECT_EQ(test, len, (size_t)5);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "12345", 5), 0);
	KUNIT_EXPECT_EQ(test, proc_dointvec(&table[0], 0, buf, &len, &pos), 0);
	KUNIT_EXPECT_EQ(test, len, (size_t)0);
	/* A string goes on where it was; not behind its end. */
	pos = 0;
	len = 2;
	memcpy(buf, "abcd", 4);
	KUNIT_EXPECT_EQ(test, proc_dostring(&table[6], 1, buf, &len, &pos), 0);
	KUNIT_EXPECT_EQ(test, proc_dostring(&table[6], 1, buf + 2, &len, &pos), 0);
	KUNIT_EXPECT_STREQ(test, line, "abcd");
	pos = 5;
	KUNIT_EXPECT_EQ(test, proc_dostring(&table[6], 1, buf, &len, &pos), -EINVAL);
	KUNIT_EXPECT_STREQ(test, line, "abcd");
}

static void modes_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, text_write(T "any", "1"), (long)-EACCES);
	KUNIT_EXPECT_STREQ(test, get(T "secret"), "error -13");
	KUNIT_EXPECT_EQ(test, text_write(T "secret", "7"), 1l);
	KUNIT_EXPECT_EQ(test, one, 7);
	KUNIT_EXPECT_STREQ(test, get(T "nothing"), "error -22");
}

/* S1 */
static void directories_test(struct kunit *test)
{
	static struct ctl_table other[] = {
		{ .procname = "other", .data = &one, .maxlen = sizeof(one), .mode = 0644,
		  .proc_handler = proc_dointvec }, {}
	};
	static struct ctl_table sub[] = { { .procname = "sub", .mode = 0555, .child = other }, {} };
	static struct ctl_table top[] = { { .procname = "test", .mode = 0555, .child = sub }, {} };
	struct ctl_table_header *second, *third;

	second = register_sysctl_table(top);
	KUNIT_ASSERT_NOT_NULL(test, second);
	KUNIT_EXPECT_STREQ(test, get("sys/test/sub/other"), "0\n");
	third = register_sysctl("test/sub/deep", other);
	KUNIT_ASSERT_NOT_NULL(test, third);
	unregister_sysctl_table(second);
	KUNIT_EXPECT_STREQ(test, get("sys/test/sub/other"), "error -2");
	KUNIT_EXPECT_STREQ(test, get("sys/test/sub/deep/other"), "0\n");
	unregister_sysctl_table(third);
	KUNIT_EXPECT_STREQ(test, get("sys/test/sub"), "error -2");
	KUNIT_EXPECT_STREQ(test, get(T "one"), "0\n");
	/* A name that is taken: nothing of the table stays. */
	quarry_expect_reports(test, 1);
	other[0].procname = "one";
	KUNIT_EXPECT_NULL(test, register_sysctl("test/dir", other));
	other[0].procname = "other";
	KUNIT_EXPECT_STREQ(test, get(T "one"), "0\n");
	unregister_sysctl_table(NULL);
}

static size_t tables_held;

static void count_tables(void *ctx, const struct quarry_holding *h)
{
	tables_held += !strcmp(h->kind, "sysctl table") && !strcmp(h->detail, "vec");
}

/* A module that forgets its table hears of it. */
static void holdings_test(struct kunit *test)
{
	tables_held = 0;
	quarry_holdings(1, ~(uintptr_t)0, count_tables, NULL);
	KUNIT_EXPECT_EQ(test, tables_held, (size_t)1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ints_test),
	KUNIT_CASE(bad_text_test),
	KUNIT_CASE(limits_test),
	KUNIT_CASE(strings_test),
	KUNIT_CASE(positions_test),
	KUNIT_CASE(modes_test),
	KUNIT_CASE(directories_test),
	KUNIT_CASE(holdings_test),
	{}
};

static struct kunit_suite sysctl_suite = {
	.name = "sysctl", .init = make, .exit = unmake, .test_cases = cases,
};
kunit_test_suite(sysctl_suite);

/* /proc/sys/vm: each setting does what it is for. */

#define VM	"sys/vm/"

static unsigned long sum_of_mins(void)
{
	unsigned long sum = 0;
	struct zone *zone;

	for_each_zone(zone)
		if (!is_highmem(zone))
			sum += min_wmark_pages(zone);
	return sum;
}

static void min_free_test(struct kunit *test)
{
	unsigned long before = sum_of_mins();
	char was[32];

	strscpy(was, get(VM "min_free_kbytes"), sizeof(was));
	KUNIT_EXPECT_EQ(test, simple_strtoul(was, NULL, 10), (unsigned long)min_free_kbytes);
	KUNIT_EXPECT_EQ(test, text_write(VM "min_free_kbytes", "4000\n"), 5l);
	KUNIT_EXPECT_STREQ(test, get(VM "min_free_kbytes"), "4000\n");
	/* A page per zone may be lost in rounding. */
	KUNIT_EXPECT_LE(test, sum_of_mins(), 1000ul);
	KUNIT_EXPECT_GE(test, sum_of_mins(), 1000ul - MAX_NR_ZONES);
	KUNIT_EXPECT_EQ(test, text_write(VM "min_free_kbytes", "-1"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(VM "min_free_kbytes", "1M"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, min_free_kbytes, 4000);
	KUNIT_EXPECT_EQ(test, text_write(VM "min_free_kbytes", was), (long)strlen(was));
	KUNIT_EXPECT_EQ(test, sum_of_mins(), before);
}

static void scale_factor_test(struct kunit *test)
{
	struct zone *zone;

	KUNIT_EXPECT_STREQ(test, get(VM "watermark_scale_factor"), "10\n");
	KUNIT_EXPECT_EQ(test, text_write(VM "watermark_scale_factor", "0"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(VM "watermark_scale_factor", "3001"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(VM "watermark_scale_factor", "3000"), 4l);
	for_each_populated_zone(zone)
		KUNIT_EXPECT_EQ(test, low_wmark_pages(zone) - min_wmark_pages(zone),
				max((unsigned long)((u64)zone_managed_pages(zone) * 3000 / 10000),
				    min_wmark_pages(zone) / 4));
	KUNIT_EXPECT_EQ(test, text_write(VM "watermark_scale_factor", "10"), 2l);
}

static void reserve_ratio_test(struct kunit *test)
{
	struct pglist_data *pgdat = NODE_DATA(0);
	struct zone *dma = &pgdat->node_zones[ZONE_DMA];
	unsigned long above = zone_managed_pages(dma + 1);
	long was = dma->lowmem_reserve[ZONE_DMA32];

	KUNIT_EXPECT_STREQ(test, get(VM "lowmem_reserve_ratio"), "256\t256\t32\n");
	KUNIT_EXPECT_EQ(test, was, (long)(above / 256));
	KUNIT_EXPECT_EQ(test, text_write(VM "lowmem_reserve_ratio", "64"), 2l);
	KUNIT_EXPECT_STREQ(test, get(VM "lowmem_reserve_ratio"), "64\t256\t32\n");
	KUNIT_EXPECT_EQ(test, dma->lowmem_reserve[ZONE_DMA32], (long)(above / 64));
	KUNIT_EXPECT_EQ(test, text_write(VM "lowmem_reserve_ratio", "128 x"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(VM "lowmem_reserve_ratio", "128 -1"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, dma->lowmem_reserve[ZONE_DMA32], (long)(above / 64));
	KUNIT_EXPECT_EQ(test, text_write(VM "lowmem_reserve_ratio", "0"), 1l);
	KUNIT_EXPECT_EQ(test, dma->lowmem_reserve[ZONE_DMA32], 0l);
	KUNIT_EXPECT_EQ(test, text_write(VM "lowmem_reserve_ratio", "256"), 3l);
	KUNIT_EXPECT_EQ(test, dma->lowmem_reserve[ZONE_DMA32], was);
}

static unsigned long objects, dropped;

static unsigned long count_objects(struct shrinker *s, struct shrink_control *sc)
{
	return objects;
}

static unsigned long drop_objects(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n = min(objects, sc->nr_to_scan);

	objects -= n;
	dropped += n;
	return n;
}

static void drop_caches_test(struct kunit *test)
{
	static struct shrinker shrinker = { .count_objects = count_objects,
					    .scan_objects = drop_objects, .seeks = 2 };

	objects = 300;
	dropped = 0;
	KUNIT_ASSERT_EQ(test, register_shrinker(&shrinker, "sysctl_test"), 0);
	KUNIT_EXPECT_EQ(test, text_write(VM "drop_caches", "1"), 1l);
	KUNIT_EXPECT_EQ(test, dropped, 0ul);
	KUNIT_EXPECT_EQ(test, text_write(VM "drop_caches", "5"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(VM "drop_caches", "0"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, dropped, 0ul);
	KUNIT_EXPECT_EQ(test, text_write(VM "drop_caches", "2"), 1l);
	KUNIT_EXPECT_EQ(test, dropped, 300ul);
	KUNIT_EXPECT_STREQ(test, get(VM "drop_caches"), "error -13");
	unregister_shrinker(&shrinker);
}

static struct kunit_case vm_cases[] = {
	KUNIT_CASE(min_free_test),
	KUNIT_CASE(scale_factor_test),
	KUNIT_CASE(reserve_ratio_test),
	KUNIT_CASE(drop_caches_test),
	{}
};

static struct kunit_suite vm_suite = { .name = "sysctl_vm", .test_cases = vm_cases };
kunit_test_suite(vm_suite);

/* The command line: the last of two counts, and what is bad changes nothing. */
static void boot_test(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, get(VM "min_free_kbytes"), "2000\n");
	KUNIT_EXPECT_STREQ(test, get(VM "lowmem_reserve_ratio"), "1\t2\t3\n");
	KUNIT_EXPECT_STREQ(test, get(VM "watermark_scale_factor"), "10\n");
}

static struct kunit_case boot_cases[] = { KUNIT_CASE(boot_test), {} };
static struct kunit_suite boot_suite = { .name = "sysctl_boot", .test_cases = boot_cases };
quarry_suite_on(boot_suite, "x86_64-8g sysctl.vm.min_free_kbytes=1 "
		"sysctl.vm.min_free_kbytes=2000 sysctl/vm.lowmem_reserve_ratio=\"1 2 3\" "
		"sysctl.vm/watermark_scale_factor=3001 sysctl.vm.nothing=1");
