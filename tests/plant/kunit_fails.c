// SPDX-License-Identifier: MIT
/*
 * Brings KUnit cases of which one fails. Its init returns 0 all the same.
 *
 * exit: 7
 * expect: not ok 1 - planted
 * expect: @bug
 * expect: verdict: 0 warnings, 0 bugs
 * expect: verdict: 1 test passed, 1 failed
 * expect: verdict: test failed (exit code 7)
 */
#include <linux/module.h>
#include <kunit/test.h>

static void plant_good(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 2 + 2, 4);
}

static void plant_bad(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 2 + 2, 5); /* bug */
}

static struct kunit_case plant_cases[] = {
	KUNIT_CASE(plant_good),
	KUNIT_CASE(plant_bad),
	{}
};

static struct kunit_suite plant_suite = { .name = "planted", .test_cases = plant_cases };

kunit_test_suite(plant_suite);

MODULE_LICENSE("Dual MIT/GPL");
