// SPDX-License-Identifier: MIT
/* Counters in parts: batches, exact sums, comparison. */
#include <kunit/test.h>
#include <linux/percpu_counter.h>
#include <linux/sched.h>
#include <linux/smp.h>

static void batch_test(struct kunit *test)
{
	struct percpu_counter c;

	KUNIT_ASSERT_EQ(test, percpu_counter_init(&c, 100, GFP_KERNEL), 0);
	preempt_disable();
	percpu_counter_add_batch(&c, 9, 10);
	KUNIT_EXPECT_EQ(test, percpu_counter_read(&c), 100);
	KUNIT_EXPECT_EQ(test, percpu_counter_sum(&c), 109);
	percpu_counter_add_batch(&c, 1, 10);
	KUNIT_EXPECT_EQ(test, percpu_counter_read(&c), 110);
	percpu_counter_add_batch(&c, -9, 10);
	KUNIT_EXPECT_EQ(test, percpu_counter_read(&c), 110);
	percpu_counter_sync(&c);
	KUNIT_EXPECT_EQ(test, percpu_counter_read(&c), 101);
	preempt_enable();
	percpu_counter_set(&c, -5);
	KUNIT_EXPECT_EQ(test, percpu_counter_sum(&c), -5);
	KUNIT_EXPECT_EQ(test, percpu_counter_sum_positive(&c), 0);
	KUNIT_EXPECT_EQ(test, percpu_counter_read_positive(&c), 0);
	percpu_counter_destroy(&c);
	KUNIT_EXPECT_FALSE(test, percpu_counter_initialized(&c));
}

static void add_one(void *info)
{
	percpu_counter_add_batch(info, 1, 1000);
}

static void all_cpus_test(struct kunit *test)
{
	struct percpu_counter c;
	int i;

	KUNIT_ASSERT_EQ(test, percpu_counter_init(&c, 0, GFP_KERNEL), 0);
	for (i = 0; i < 10; i++)
		on_each_cpu(add_one, &c, 1);
	KUNIT_EXPECT_EQ(test, percpu_counter_read(&c), 0);
	KUNIT_EXPECT_EQ(test, percpu_counter_sum(&c), (s64)(10 * nr_cpu_ids));
	percpu_counter_destroy(&c);
}

/* The rough value is far from the truth, and close enough to look. */
static void compare_test(struct kunit *test)
{
	struct percpu_counter c;

	KUNIT_ASSERT_EQ(test, percpu_counter_init(&c, 0, GFP_KERNEL), 0);
	percpu_counter_add(&c, percpu_counter_batch - 1);
	KUNIT_EXPECT_EQ(test, percpu_counter_compare(&c, 1), 1);
	KUNIT_EXPECT_EQ(test, percpu_counter_compare(&c, percpu_counter_batch - 1), 0);
	KUNIT_EXPECT_EQ(test, percpu_counter_compare(&c, 1000000), -1);
	percpu_counter_destroy(&c);
}

static struct kunit_case percpu_counter_cases[] = {
	KUNIT_CASE(batch_test),
	KUNIT_CASE(all_cpus_test),
	KUNIT_CASE(compare_test),
	{}
};

static struct kunit_suite percpu_counter_suite = {
	.name = "percpu_counter",
	.test_cases = percpu_counter_cases,
};
kunit_test_suite(percpu_counter_suite);
