// SPDX-License-Identifier: MIT
/*
 * KUnit itself: suites that fail in every way are run inside a case, and their KTAP is
 * looked at.
 */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <quarry/kernel.h>

#include "tests/unit/text.h"

static struct text *run(struct kunit *test, struct kunit_suite *suite, const char *pattern,
			struct quarry_test_totals *totals)
{
	struct text *t = text_alloc(test, 8192);

	*totals = (struct quarry_test_totals) {};
	quarry_run_suite(suite, 3, pattern, text_collect, t, totals);
	return t;
}

static int cleaned, exited;

static void clean(void *ctx)
{
	cleaned = cleaned * 10 + (int)(long)ctx;
}

static void good(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1 + 1, 2);
	KUNIT_EXPECT_PTR_EQ(test, kunit_get_current_test(), test);
	kunit_info(test, "two\nlines\n");
	kunit_add_action(test, clean, (void *)1l);
	kunit_add_action(test, clean, (void *)2l);
}

static void wrong_value(struct kunit *test)
{
	int five = 5;

	KUNIT_EXPECT_EQ_MSG(test, five, 4, "told you %d times", 2);
	KUNIT_EXPECT_STREQ(test, "a", "b");
}

static void asserts(struct kunit *test)
{
	kunit_add_action(test, clean, (void *)3l);
	KUNIT_ASSERT_TRUE(test, false);
	panic("an assertion ends the case");
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "no %s", "moon");
}

static void warns(struct kunit *test)
{
	WARN_ON(1);
}

static void announces(struct kunit *test)
{
	quarry_expect_reports(test, 1);
	WARN_ON(1);
}

static void announces_too_much(struct kunit *test)
{
	quarry_expect_reports(test, 1);
}

static struct kunit_case inner_cases[] = {
	KUNIT_CASE(good),
	KUNIT_CASE(wrong_value),
	KUNIT_CASE(asserts),
	KUNIT_CASE(skips),
	KUNIT_CASE(warns),
	KUNIT_CASE(announces),
	KUNIT_CASE(announces_too_much),
	{}
};

static void inner_exit(struct kunit *test)
{
	exited++;
}

static struct kunit_suite inner = {
	.name = "inner", .exit = inner_exit, .test_cases = inner_cases,
};

static void results_test(struct kunit *test)
{
	struct quarry_test_totals totals;
	struct text *t;

	cleaned = exited = 0;
	quarry_expect_reports(test, 2);
	t = run(test, &inner, NULL, &totals);
	KUNIT_EXPECT_EQ(test, totals.passed, 2u);
	KUNIT_EXPECT_EQ(test, totals.failed, 4u);
	KUNIT_EXPECT_EQ(test, totals.skipped, 1u);
	KUNIT_EXPECT_EQ(test, exited, 7);
	KUNIT_EXPECT_EQ(test, cleaned, 213);
	KUNIT_EXPECT_PTR_EQ(test, strstr(t->buf, "    KTAP version 1\n    # Subtest: inner\n"
						 "    1..7\n"), &t->buf[0]);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    # good: two\n    # good: lines\n"
						   "    ok 1 - good\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "    Expected five == 4, but\n"
						   "        five == 5 (0x5)\n"
						   "    told you 2 times\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    not ok 3 - asserts\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    ok 4 - skips # SKIP no moon\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    not ok 5 - warns\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    ok 6 - announces\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    not ok 7 - announces_too_much\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\nnot ok 3 - inner\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n# inner: pass:2 fail:4 skip:1 total:7\n"));
}

static void pattern_test(struct kunit *test)
{
	struct quarry_test_totals totals;
	struct text *t = run(test, &inner, "inner.good", &totals);

	KUNIT_EXPECT_EQ(test, totals.passed, 1u);
	KUNIT_EXPECT_EQ(test, totals.failed, 0u);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    1..1\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\nok 3 - inner\n"));
}

static const int params[] = { 2, 3, 4 };

static void describe(const int *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "number %d", *p);
}
KUNIT_ARRAY_PARAM(number, params, describe);

static void is_small(struct kunit *test)
{
	const int *p = test->param_value;

	KUNIT_EXPECT_LT(test, *p, 4);
	KUNIT_EXPECT_EQ(test, test->param_index, *p - 2);
}

static struct kunit_case param_cases[] = {
	KUNIT_CASE_PARAM(is_small, number_gen_params),
	{}
};

static struct kunit_suite param_suite = { .name = "params", .test_cases = param_cases };

static void params_test(struct kunit *test)
{
	struct quarry_test_totals totals;
	struct text *t = run(test, &param_suite, NULL, &totals);

	KUNIT_EXPECT_EQ(test, totals.passed, 2u);
	KUNIT_EXPECT_EQ(test, totals.failed, 1u);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n        ok 2 - number 3\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n        not ok 3 - number 4\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\n    not ok 1 - is_small\n"));
}

static int bad_init(struct kunit *test)
{
	return -EINVAL;
}

static int bad_suite_init(struct kunit_suite *suite)
{
	return -ENOMEM;
}

static struct kunit_case good_cases[] = { KUNIT_CASE(good), {} };
static struct kunit_suite bad_init_suite = {
	.name = "bad_init", .init = bad_init, .test_cases = good_cases,
};
static struct kunit_suite bad_suite = {
	.name = "bad_suite", .suite_init = bad_suite_init, .test_cases = good_cases,
};

static void init_fails_test(struct kunit *test)
{
	struct quarry_test_totals totals;
	struct text *t = run(test, &bad_init_suite, NULL, &totals);

	KUNIT_EXPECT_EQ(test, totals.failed, 1u);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "failed to initialize: -22"));
	t = run(test, &bad_suite, NULL, &totals);
	KUNIT_EXPECT_EQ(test, totals.failed, 1u);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "\nnot ok 3 - bad_suite\n"));
}

static int res_init(struct kunit_resource *res, void *context)
{
	res->data = context;
	return context ? 0 : -EINVAL;
}

static void res_free(struct kunit_resource *res)
{
	*(int *)res->data += 1;
}

static void resource_test(struct kunit *test)
{
	struct kunit_resource named, *found;
	int freed = 0, other = 0;

	KUNIT_EXPECT_NULL(test, kunit_alloc_resource(test, res_init, res_free, GFP_KERNEL, NULL));
	KUNIT_EXPECT_PTR_EQ(test, kunit_alloc_resource(test, res_init, res_free, GFP_KERNEL,
						       &freed), (void *)&freed);
	KUNIT_EXPECT_EQ(test, kunit_add_named_resource(test, NULL, res_free, &named, "n", &other),
			0);
	KUNIT_EXPECT_EQ(test, kunit_add_named_resource(test, NULL, NULL, &named, "n", NULL),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, kunit_add_named_resource(test, NULL, NULL, &named, NULL, NULL),
			-EINVAL);
	found = kunit_find_named_resource(test, "n");
	KUNIT_ASSERT_PTR_EQ(test, found, &named);
	KUNIT_EXPECT_EQ(test, kunit_destroy_named_resource(test, "n"), 0);
	KUNIT_EXPECT_EQ(test, other, 0);	/* we still have it */
	kunit_put_resource(found);
	KUNIT_EXPECT_EQ(test, other, 1);
	KUNIT_EXPECT_EQ(test, kunit_destroy_named_resource(test, "n"), -ENOENT);
	KUNIT_EXPECT_EQ(test, kunit_destroy_resource(test, kunit_resource_instance_match, &freed),
			0);
	KUNIT_EXPECT_EQ(test, freed, 1);
}

static void action_test(struct kunit *test)
{
	cleaned = 0;
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, clean, (void *)1l), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, clean, (void *)2l), 0);
	kunit_remove_action(test, clean, (void *)1l);
	KUNIT_EXPECT_EQ(test, cleaned, 0);
	kunit_release_action(test, clean, (void *)2l);
	KUNIT_EXPECT_EQ(test, cleaned, 2);
}

static void expectations_test(struct kunit *test)
{
	char a[4] = { 1, 2, 3, 4 }, b[4] = { 1, 2, 3, 5 };
	unsigned long big = ~0ul;

	KUNIT_EXPECT_TRUE_MSG(test, big, "all %d bits", 64);
	KUNIT_EXPECT_FALSE(test, !big);
	KUNIT_EXPECT_GT(test, big, 1ul);
	KUNIT_EXPECT_NE(test, -1, 1);
	KUNIT_EXPECT_LE(test, -1, 1);
	KUNIT_EXPECT_GE(test, 1, 1);
	KUNIT_EXPECT_LT_MSG(test, 1, 2, "%s", "less");
	KUNIT_EXPECT_NULL(test, NULL);
	KUNIT_EXPECT_NOT_NULL(test, test);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	KUNIT_EXPECT_STRNEQ(test, "a", "b");
	KUNIT_EXPECT_MEMEQ(test, a, b, 3);
	KUNIT_EXPECT_MEMNEQ(test, a, b, 4);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, test);
	KUNIT_SUCCEED(test);
}

static struct kunit_case kunit_cases[] = {
	KUNIT_CASE(results_test),
	KUNIT_CASE(pattern_test),
	KUNIT_CASE(params_test),
	KUNIT_CASE(init_fails_test),
	KUNIT_CASE(resource_test),
	KUNIT_CASE(action_test),
	KUNIT_CASE(expectations_test),
	{}
};

static struct kunit_suite kunit_suite = { .name = "kunit", .test_cases = kunit_cases };
kunit_test_suite(kunit_suite);
