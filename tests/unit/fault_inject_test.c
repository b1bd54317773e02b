// SPDX-License-Identifier: MIT
/*
 * Fault injection: which call fails, counted exactly (F1 to F8 of lib/fault_inject.c),
 * and which page requests may (P1 to P4 of mm/fail_page_alloc.c).
 */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fault-inject.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/text.h"

#define DIR	"/sys/kernel/debug/fail_page_alloc/"

static struct fault_attr attr;

/* Sure to fail, for ever, and silent. */
static int be_sure(struct kunit *test)
{
	attr = (struct fault_attr) FAULT_ATTR_INITIALIZER;
	attr.probability = 100;
	attr.verbose = 0;
	atomic_set(&attr.times, -1);
	return 0;
}

/* A bit for each of @n calls, 1 for one that failed; the first is the lowest. */
static u64 calls(unsigned int n, ssize_t size)
{
	u64 failed = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		failed |= (u64)should_fail(&attr, size) << i;
	return failed;
}

static void initializer_test(struct kunit *test)
{
	DECLARE_FAULT_ATTR(fresh);

	KUNIT_EXPECT_EQ(test, fresh.interval, 1ul);
	KUNIT_EXPECT_EQ(test, fresh.probability, 0ul);
	KUNIT_EXPECT_EQ(test, atomic_read(&fresh.times), 1);
	KUNIT_EXPECT_EQ(test, fresh.verbose, 2ul);
	KUNIT_EXPECT_EQ(test, fresh.stacktrace_depth, 32ul);
	KUNIT_EXPECT_EQ(test, fresh.require_end, ULONG_MAX);
	KUNIT_EXPECT_FALSE(test, fault_attr_armed(&fresh));
	KUNIT_EXPECT_FALSE(test, should_fail(&fresh, 1));
}

static void probability_test(struct kunit *test)
{
	unsigned int i, failed = 0;
	u64 first;

	KUNIT_EXPECT_EQ(test, calls(64, 1), ~0ull);
	attr.probability = 0;
	KUNIT_EXPECT_EQ(test, calls(64, 1), 0ull);

	attr.probability = 30;
	for (i = 0; i < 10000; i++)
		failed += should_fail(&attr, 1);
	KUNIT_EXPECT_GT(test, failed, 2500u);
	KUNIT_EXPECT_LT(test, failed, 3500u);
	/* The dice are those of the seed. */
	quarry_random_seed = 7;
	random_init();
	first = calls(64, 1);
	random_init();
	KUNIT_EXPECT_EQ(test, calls(64, 1), first);
	KUNIT_EXPECT_NE(test, calls(64, 1), first);
	quarry_random_seed = 0;
	random_init();
}

static void interval_test(struct kunit *test)
{
	attr.interval = 4;
	KUNIT_EXPECT_EQ(test, calls(16, 1), 0x8888ull);
	attr.interval = 3;
	/* 16 calls were counted: the 18th is next. */
	KUNIT_EXPECT_EQ(test, calls(6, 1), 0x12ull);
	attr.interval = 0;
	KUNIT_EXPECT_EQ(test, calls(4, 1), 0xfull);
}

static void times_test(struct kunit *test)
{
	atomic_set(&attr.times, 3);
	attr.interval = 2;
	KUNIT_EXPECT_TRUE(test, fault_attr_armed(&attr));
	KUNIT_EXPECT_EQ(test, calls(16, 1), 0x2aull);
	KUNIT_EXPECT_EQ(test, atomic_read(&attr.times), 0);
	KUNIT_EXPECT_FALSE(test, fault_attr_armed(&attr));
	atomic_set(&attr.times, -1);
	attr.interval = 1;
	calls(5, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&attr.times), -1);
}

static void space_test(struct kunit *test)
{
	atomic_set(&attr.space, 3);
	KUNIT_EXPECT_EQ(test, calls(8, 1), 0xfcull);
	KUNIT_EXPECT_EQ(test, atomic_read(&attr.space), 0);
	atomic_set(&attr.space, 20);
	KUNIT_EXPECT_EQ(test, calls(1, 8), 0ull);
	KUNIT_EXPECT_EQ(test, atomic_read(&attr.space), 12);
	KUNIT_EXPECT_EQ(test, calls(4, 8), 0xeull);
}

static void task_filter_test(struct kunit *test)
{
	attr.task_filter = true;
	KUNIT_EXPECT_EQ(test, calls(8, 1), 0ull);
	current->make_it_fail = true;
	KUNIT_EXPECT_EQ(test, calls(8, 1), 0xffull);
	preempt_count_add(HARDIRQ_OFFSET);
	KUNIT_EXPECT_EQ(test, calls(8, 1), 0ull);
	attr.task_filter = false;
	KUNIT_EXPECT_EQ(test, calls(8, 1), 0xffull);
	preempt_count_sub(HARDIRQ_OFFSET);
	current->make_it_fail = false;
}

static void fail_nth_test(struct kunit *test)
{
	DECLARE_FAULT_ATTR(other);
	unsigned int nth;
	u64 irq;

	for (nth = 1; nth < 10; nth++) {
		fault_set_nth(current, nth);
		/* Above all other rules, which would let all fail; then they count again. */
		KUNIT_EXPECT_EQ(test, calls(10, 1) & ((1u << nth) - 1), 1ull << (nth - 1));
		KUNIT_EXPECT_EQ(test, fault_nth(current), 0u);
		KUNIT_EXPECT_EQ(test, calls(4, 1), 0xfull);
	}
	/* Calls of any attribute count, an interrupt's do not. */
	attr.probability = 0;
	other.verbose = 0;
	fault_set_nth(current, 3);
	KUNIT_EXPECT_TRUE(test, fault_attr_armed(&attr));
	KUNIT_EXPECT_FALSE(test, should_fail(&attr, 1));
	preempt_count_add(HARDIRQ_OFFSET);
	irq = calls(8, 1);
	preempt_count_sub(HARDIRQ_OFFSET);
	KUNIT_EXPECT_EQ(test, irq, 0ull);
	KUNIT_EXPECT_FALSE(test, should_fail(&other, 1));
	KUNIT_EXPECT_EQ(test, fault_nth(current), 1u);
	KUNIT_EXPECT_TRUE(test, should_fail(&other, 1));
	KUNIT_EXPECT_FALSE(test, should_fail(&other, 1));
	KUNIT_EXPECT_FALSE(test, fault_attr_armed(&attr));
	fault_set_nth(current, 5);
	fault_set_nth(current, 0);
	KUNIT_EXPECT_FALSE(test, fault_attr_armed(&attr));
}

/* Return: did the call fail? @ip: gets the place of ours that it came from. */
static noinline bool ask(unsigned long *ip)
{
	bool failed = should_fail(&attr, 1);

	*ip = _RET_IP_;
	return failed;
}

/* Two callers of it, at one place each, however often the compiler copies loops. */
static noinline bool ask_here(unsigned long *ip)
{
	bool failed = ask(ip);

	barrier();
	return failed;
}

static noinline bool ask_there(unsigned long *ip)
{
	bool failed = ask(ip);

	barrier_data(ip);
	return failed;
}

static void stack_filter_test(struct kunit *test)
{
	unsigned long here = 0, there;
	bool failed[4];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i == 1) {
			attr.require_start = here;
			attr.require_end = here + 1;
		} else if (i == 2) {
			attr.reject_start = here;
			attr.reject_end = here + 1;
		} else if (i == 3) {
			attr.reject_end = 0;
			attr.stacktrace_depth = 0;
		}
		failed[i] = ask_here(&here);
	}
	KUNIT_EXPECT_TRUE(test, failed[0]);
	KUNIT_EXPECT_TRUE(test, failed[1]);
	KUNIT_EXPECT_FALSE(test, failed[2]);
	KUNIT_EXPECT_FALSE(test, failed[3]);
	attr.stacktrace_depth = 32;
	KUNIT_EXPECT_TRUE(test, ask_here(&here));
	KUNIT_EXPECT_FALSE(test, ask_there(&there));
	KUNIT_EXPECT_NE(test, here, there);
}

static void setup_test(struct kunit *test)
{
	static char *const bad[] = { "", "1,2,3", "1,2,3,4x", "1,2,3,4,5", "a,b,c,d", "1 2 3 4" };
	char good[] = "10,50,7,-1";
	unsigned int i;

	attr = (struct fault_attr) FAULT_ATTR_INITIALIZER;
	KUNIT_EXPECT_EQ(test, setup_fault_attr(&attr, good), 1);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, setup_fault_attr(&attr, bad[i]), 0, "%s", bad[i]);
	KUNIT_EXPECT_EQ(test, attr.interval, 10ul);
	KUNIT_EXPECT_EQ(test, attr.probability, 50ul);
	KUNIT_EXPECT_EQ(test, atomic_read(&attr.space), 7);
	KUNIT_EXPECT_EQ(test, atomic_read(&attr.times), -1);
}

static void log_test(struct kunit *test)
{
	static const char head[] = "FAULT_INJECTION: forcing a failure.";
	unsigned int before = log_count(head), stacks = log_count("Call Trace:");

	strscpy(attr.name, "fail_test", sizeof(attr.name));
	calls(1, 1);
	should_fail_ex(&attr, 1, FAULT_NOWARN);
	KUNIT_EXPECT_EQ(test, log_count(head), before);
	attr.verbose = 1;
	should_fail_ex(&attr, 1, FAULT_NOWARN);
	KUNIT_EXPECT_EQ(test, log_count(head), before);
	attr.interval = 2;
	atomic_set(&attr.count, 1);
	calls(1, 1);
	KUNIT_EXPECT_EQ(test, log_count(head), before + 1);
	KUNIT_EXPECT_EQ(test, log_count("name fail_test, interval 2, probability 100, space 0, times -1"),
			1u);
	KUNIT_EXPECT_EQ(test, log_count("Call Trace:"), stacks);
	attr.verbose = 2;
	attr.interval = 1;
	calls(1, 1);
	KUNIT_EXPECT_EQ(test, log_count(head), before + 2);
	KUNIT_EXPECT_EQ(test, log_count("Call Trace:"), stacks + 1);
	/* No more than two in a long while. */
	attr.verbose = 1;
	ratelimit_state_init(&attr.ratelimit_state, 1000 * HZ, 2);
	calls(10, 1);
	KUNIT_EXPECT_EQ(test, log_count(head), before + 4);
}

/* Page requests. */

static void set(struct kunit *test, const char *file, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), "%s%s", *file == '/' ? "" : DIR, file);
	KUNIT_EXPECT_EQ_MSG(test, text_write(path, text),
			    (long)strlen(text), "%s > %s", text, path);
}

static bool fails(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	if (page)
		__free_pages(page, order);
	return !page;
}

static int pages_be_sure(struct kunit *test)
{
	set(test, "verbose", "0\n");
	set(test, "times", "-1\n");
	/* This thread only: who takes the case down must get its memory. */
	set(test, "/proc/self/make-it-fail", "1");
	set(test, "task-filter", "Y");
	set(test, "probability", "100\n");
	return 0;
}

static void pages_off(struct kunit *test)
{
	fail_page_alloc_init();
}

static void hook_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, page_hooks & PAGE_HOOK_FAIL);
	set(test, "probability", "0");
	KUNIT_EXPECT_FALSE(test, page_hooks & PAGE_HOOK_FAIL);
	set(test, "probability", "1");
	set(test, "times", "0");
	KUNIT_EXPECT_FALSE(test, page_hooks & PAGE_HOOK_FAIL);
	set(test, "/proc/self/fail-nth", "1000");
	KUNIT_EXPECT_TRUE(test, page_hooks & PAGE_HOOK_FAIL);
	set(test, "/proc/self/fail-nth", "0");
	KUNIT_EXPECT_FALSE(test, page_hooks & PAGE_HOOK_FAIL);
}

static void which_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, fails(GFP_ATOMIC, 1));
	KUNIT_EXPECT_FALSE(test, fails(GFP_ATOMIC, 0));
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL, 1));
	KUNIT_EXPECT_FALSE(test, fails(GFP_ATOMIC | __GFP_HIGHMEM, 1));
	set(test, "min-order", "3");
	KUNIT_EXPECT_FALSE(test, fails(GFP_ATOMIC, 2));
	KUNIT_EXPECT_TRUE(test, fails(GFP_ATOMIC, 3));
	set(test, "min-order", "0");
	KUNIT_EXPECT_TRUE(test, fails(GFP_ATOMIC, 0));
	set(test, "ignore-gfp-highmem", "N");
	KUNIT_EXPECT_TRUE(test, fails(GFP_ATOMIC | __GFP_HIGHMEM, 1));
	KUNIT_EXPECT_FALSE(test, fails(GFP_HIGHUSER, 1));
	set(test, "ignore-gfp-wait", "N");
	KUNIT_EXPECT_TRUE(test, fails(GFP_HIGHUSER, 1));
	KUNIT_EXPECT_TRUE(test, fails(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL | __GFP_NOFAIL, 0));
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL | __GFP_NOFAIL, 1));
}

static void all_requests(struct kunit *test)
{
	set(test, "min-order", "0");
	set(test, "ignore-gfp-highmem", "N");
	set(test, "ignore-gfp-wait", "N");
}

static void nofail_is_not_counted_test(struct kunit *test)
{
	all_requests(test);
	set(test, "/proc/self/fail-nth", "2");
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL | __GFP_NOFAIL, 0));
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL | __GFP_NOFAIL, 0));
	KUNIT_EXPECT_TRUE(test, fails(GFP_KERNEL, 0));
}

/* Whoever asks, by whatever function: NULL, and nothing in the log. */
static void every_door_test(struct kunit *test)
{
	struct quarry_incidents before = quarry_incidents(), after;
	unsigned int said = log_count("page allocation failure");
	struct page *bulk[8] = {};
	LIST_HEAD(list);

	all_requests(test);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_ZERO));
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_HIGHUSER_MOVABLE));
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL | __GFP_COMP, 3));
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL, MAX_ORDER - 1));
	KUNIT_EXPECT_NULL(test, alloc_pages_node(0, GFP_KERNEL, 0));
	KUNIT_EXPECT_NULL(test, __alloc_pages(GFP_KERNEL, 0, 0, &node_online_map));
	KUNIT_EXPECT_NULL(test, alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, __get_free_page(GFP_KERNEL), 0ul);
	KUNIT_EXPECT_EQ(test, get_zeroed_page(GFP_KERNEL), 0ul);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 8, bulk), 0ul);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_list(GFP_KERNEL, 8, &list), 0ul);
	after = quarry_incidents();
	KUNIT_EXPECT_EQ(test, after.warnings, before.warnings);
	KUNIT_EXPECT_EQ(test, after.bugs, before.bugs);
	KUNIT_EXPECT_EQ(test, log_count("page allocation failure"), said);
}

static void nth_page_test(struct kunit *test)
{
	struct page *pages[8];
	unsigned int i, nth;

	all_requests(test);
	set(test, "probability", "0");
	for (nth = 1; nth <= 8; nth++) {
		char text[8];

		snprintf(text, sizeof(text), "%u", nth);
		set(test, "/proc/self/fail-nth", text);
		for (i = 0; i < 8; i++)
			pages[i] = alloc_pages(GFP_KERNEL, i % 3);
		for (i = 0; i < 8; i++) {
			KUNIT_EXPECT_EQ_MSG(test, !pages[i], i + 1 == nth, "%u of %u", i, nth);
			if (pages[i])
				__free_pages(pages[i], i % 3);
		}
		expect_file(test, DIR, "/proc/self/fail-nth", "0\n");
	}
	set(test, "/proc/self/fail-nth", "1000000");
	KUNIT_EXPECT_FALSE(test, fails(GFP_KERNEL, 0));
	KUNIT_EXPECT_LT(test, fault_nth(current), 1000000u);
	KUNIT_EXPECT_GT(test, fault_nth(current), 999900u);
}

/* `space` is in pages. */
static void space_of_pages_test(struct kunit *test)
{
	set(test, "space", "24");
	KUNIT_EXPECT_FALSE(test, fails(GFP_ATOMIC, 4));
	KUNIT_EXPECT_EQ(test, atomic_read(&fail_page_alloc_rules.attr.space), 8);
	KUNIT_EXPECT_FALSE(test, fails(GFP_ATOMIC, 2));
	KUNIT_EXPECT_TRUE(test, fails(GFP_ATOMIC, 2));
}

static void files_test(struct kunit *test)
{
	static const struct {
		const char *file, *first, *write, *read;
	} files[] = {
		{ "probability", "0\n", "12\n", "12\n" },
		{ "interval", "1\n", "0x10", "16\n" },
		{ "times", "1\n", "-1\n", "-1\n" },
		{ "space", "0\n", "9", "9\n" },
		{ "verbose", "2\n", "1", "1\n" },
		{ "verbose_ratelimit_interval_ms", "0\n", "5000", "5000\n" },
		{ "verbose_ratelimit_burst", "10\n", "3", "3\n" },
		{ "task-filter", "N\n", "Y\n", "Y\n" },
		{ "stacktrace-depth", "32\n", "1000", "64\n" },
		{ "ignore-gfp-wait", "Y\n", "0", "N\n" },
		{ "ignore-gfp-highmem", "Y\n", "n", "N\n" },
		{ "min-order", "1\n", "4", "4\n" },
		{ "/proc/self/fail-nth", "0\n", "100000", NULL },
		{ "/proc/self/make-it-fail", "0\n", "1\n", "1\n" },
	};
	unsigned int i;

	pages_off(test);
	set(test, "/proc/self/make-it-fail", "0");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		expect_file(test, DIR, files[i].file, files[i].first);
		set(test, files[i].file, files[i].write);
		if (files[i].read)
			expect_file(test, DIR, files[i].file, files[i].read);
	}
	KUNIT_EXPECT_TRUE(test, current->make_it_fail);
	set(test, "/proc/self/make-it-fail", "0");
	KUNIT_EXPECT_EQ(test, fail_page_alloc_rules.attr.ratelimit_state.interval, 5 * HZ);
}

static void bad_writes_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, text_write(DIR "probability", "x"), -22l);
	KUNIT_EXPECT_EQ(test, text_write(DIR "times", "-2"), -22l);
	KUNIT_EXPECT_EQ(test, text_write("/proc/self/make-it-fail", "2"), -22l);
	KUNIT_EXPECT_EQ(test, text_write("/proc/self/make-it-fail", ""), -22l);
	KUNIT_EXPECT_EQ(test, text_write("/proc/self/fail-nth", "-1"), -22l);
	expect_file(test, DIR, "probability", "100\n");
	expect_file(test, DIR, "times", "-1\n");
}

/* Somebody's own attribute gets the same files. */
static void own_files_test(struct kunit *test)
{
	struct dentry *parent = debugfs_create_dir("fault_test", NULL), *dir;

	be_sure(test);
	dir = fault_create_debugfs_attr("fail_test", parent, &attr);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dir));
	KUNIT_EXPECT_STREQ(test, attr.name, "fail_test");
	set(test, "/sys/kernel/debug/fault_test/fail_test/times", "2");
	KUNIT_EXPECT_EQ(test, calls(4, 1), 3ull);
	expect_file(test, DIR, "/sys/kernel/debug/fault_test/fail_test/times", "0\n");
	KUNIT_EXPECT_TRUE(test, IS_ERR(fault_create_debugfs_attr("fail_test", parent, &attr)));
	debugfs_remove(parent);
}

static struct kunit_case rules_cases[] = {
	KUNIT_CASE(initializer_test),
	KUNIT_CASE(probability_test),
	KUNIT_CASE(interval_test),
	KUNIT_CASE(times_test),
	KUNIT_CASE(space_test),
	KUNIT_CASE(task_filter_test),
	KUNIT_CASE(fail_nth_test),
	KUNIT_CASE(stack_filter_test),
	KUNIT_CASE(setup_test),
	KUNIT_CASE(log_test),
	KUNIT_CASE(own_files_test),
	{}
};

static struct kunit_suite rules_suite = {
	.name = "fault_inject",
	.init = be_sure,
	.test_cases = rules_cases,
};
kunit_test_suite(rules_suite);

static struct kunit_case pages_cases[] = {
	KUNIT_CASE(hook_test),
	KUNIT_CASE(which_test),
	KUNIT_CASE(nofail_is_not_counted_test),
	KUNIT_CASE(every_door_test),
	KUNIT_CASE(nth_page_test),
	KUNIT_CASE(space_of_pages_test),
	KUNIT_CASE(files_test),
	KUNIT_CASE(bad_writes_test),
	{}
};

static struct kunit_suite pages_suite = {
	.name = "fail_page_alloc",
	.init = pages_be_sure,
	.exit = pages_off,
	.test_cases = pages_cases,
};
kunit_test_suite(pages_suite);

/* As the boot parameter says. */
static void boot_test(struct kunit *test)
{
	int times;

	set(test, "verbose", "0");
	KUNIT_EXPECT_TRUE(test, page_hooks & PAGE_HOOK_FAIL);
	expect_file(test, DIR, "interval", "2\n");
	expect_file(test, DIR, "probability", "100\n");
	expect_file(test, DIR, "space", "0\n");
	/* Nobody who asked for more than a page was refused more often than that. */
	times = atomic_read(&fail_page_alloc_rules.attr.times);
	KUNIT_EXPECT_GT(test, times, 900);
	KUNIT_EXPECT_LE(test, times, 1000);
	KUNIT_EXPECT_TRUE(test, fails(GFP_ATOMIC, 1) ^ fails(GFP_ATOMIC, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&fail_page_alloc_rules.attr.times), times - 1);
}

static struct kunit_case boot_cases[] = {
	KUNIT_CASE(boot_test),
	{}
};

static struct kunit_suite boot_suite = {
	.name = "fail_page_alloc_boot",
	.test_cases = boot_cases,
};
quarry_suite_on(boot_suite, "x86_64-8g fail_page_alloc=2,100,0,1000");
