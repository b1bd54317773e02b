// SPDX-License-Identifier: MIT
/* Completions: counts, complete_all(), time-outs. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/smp.h>

static void counts_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);

	KUNIT_EXPECT_FALSE(test, completion_done(&done));
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&done));
	complete(&done);
	complete(&done);
	KUNIT_EXPECT_TRUE(test, completion_done(&done));
	KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&done));
	wait_for_completion(&done);
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&done));
}

static void all_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	int i;

	complete_all(&done);
	for (i = 0; i < 5; i++)
		wait_for_completion(&done);
	complete(&done);	/* for good stays for good */
	KUNIT_EXPECT_EQ(test, done.done, UINT_MAX);
	reinit_completion(&done);
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&done));
}

static void timeout_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	unsigned long before = jiffies;

	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&done, 2), 0ul);
	KUNIT_EXPECT_GE(test, (long)(jiffies - before), 2);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&done, 0), 0ul);
	KUNIT_EXPECT_TRUE(test, list_empty(&done.wait.head));
	complete(&done);
	KUNIT_EXPECT_GE(test, wait_for_completion_timeout(&done, 5), 1ul);
	complete(&done);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&done, 0), 1ul);
}

static void complete_in_interrupt(void *arg)
{
	complete(arg);
}

static void interrupt_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);

	KUNIT_ASSERT_EQ(test, smp_call_function_single(1, complete_in_interrupt, &done, 1), 0);
	wait_for_completion(&done);
}

struct pair {
	struct completion ping, pong;
	int rounds;
};

static int answer(void *data)
{
	struct pair *p = data;
	int i;

	for (i = 0; i < p->rounds; i++) {
		wait_for_completion(&p->ping);
		complete(&p->pong);
	}
	return p->rounds;
}

static void ping_pong_test(struct kunit *test)
{
	struct pair p = { .rounds = 200 };
	struct task_struct *task;
	int i;

	init_completion(&p.ping);
	init_completion(&p.pong);
	task = kthread_create(answer, &p, "answer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	get_task_struct(task);
	wake_up_process(task);
	for (i = 0; i < p.rounds; i++) {
		complete(&p.ping);
		wait_for_completion(&p.pong);
	}
	KUNIT_EXPECT_EQ(test, kthread_stop(task), p.rounds);
	put_task_struct(task);
}

static struct kunit_case completion_cases[] = {
	KUNIT_CASE(counts_test),
	KUNIT_CASE(all_test),
	KUNIT_CASE(timeout_test),
	KUNIT_CASE(interrupt_test),
	KUNIT_CASE(ping_pong_test),
	{}
};

static struct kunit_suite completion_suite = {
	.name = "completion",
	.test_cases = completion_cases,
};
kunit_test_suite(completion_suite);
