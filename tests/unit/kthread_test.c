// SPDX-License-Identifier: MIT
/* Kernel threads: every way to begin and to end. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/smp.h>

/* @data: completed when it has begun; one that is stopped before never begins. */
static int until_stopped(void *data)
{
	if (data)
		complete(data);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 42;
}

static void stop_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(begun);
	struct task_struct *task = kthread_run(until_stopped, &begun, "worker/%d", 7);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wait_for_completion(&begun);
	KUNIT_EXPECT_STREQ(test, task->comm, "worker/7");
	KUNIT_EXPECT_TRUE(test, task->flags & PF_KTHREAD);
	KUNIT_EXPECT_GT(test, task->pid, 1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 42);
}

static void never_woken_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(begun);
	struct task_struct *task = kthread_create(until_stopped, &begun, "a name of 20 letters");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_EXPECT_STREQ(test, task->comm, "a name of 20 le");
	KUNIT_EXPECT_EQ(test, kthread_stop(task), -EINTR);
	KUNIT_EXPECT_FALSE(test, completion_done(&begun));
}

static noinline int deep(int n)
{
	char room[64];

	memset(room, n, sizeof(room));
	barrier_data(room);
	if (READ_ONCE(n) == 10)
		do_exit(7);
	if (n < 20)
		n += deep(n + 1);
	barrier_data(room);
	return n;
}

static int exits(void *data)
{
	return deep(0);
}

static void do_exit_test(struct kunit *test)
{
	struct task_struct *task = kthread_create(exits, NULL, "exits");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	get_task_struct(task);
	wake_up_process(task);
	while (!(READ_ONCE(task->flags) & PF_EXITING))
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 7);
	put_task_struct(task);
}

static int returns(void *data)
{
	complete(data);
	return 3;
}

/* Ended by itself, and stopped by somebody who has no reference: reported, survived. */
static void stop_dead_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *task = kthread_run(returns, &done, "returns"), *p;
	bool there = true;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wait_for_completion(&done);
	while (there) {		/* until it has left its CPU */
		schedule_timeout_uninterruptible(1);
		there = false;
		rcu_read_lock();
		for_each_process(p)
			there |= p == task;
		rcu_read_unlock();
	}
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 3);
}

static void stop_nonsense_test(struct kunit *test)
{
	struct task_struct *none = kunit_kzalloc(test, sizeof(*none), GFP_KERNEL);

	quarry_expect_reports(test, 2);
	KUNIT_EXPECT_EQ(test, kthread_stop(none), -ESRCH);
	KUNIT_EXPECT_EQ(test, kthread_stop(ERR_PTR(-ENOMEM)), -ESRCH);
}

struct place {
	unsigned int cpu;
	int elsewhere;
	struct completion seen;
};

static int stay(void *data)
{
	struct place *p = data;
	int i;

	for (i = 0; i < 50; i++) {
		if (raw_smp_processor_id() != p->cpu)
			p->elsewhere++;
		schedule();
	}
	return until_stopped(&p->seen);
}

static void bind_test(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct place p = { .cpu = cpu };
		struct task_struct *task;

		init_completion(&p.seen);
		task = kthread_run_on_cpu(stay, &p, cpu, "bound/%u");
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		wait_for_completion(&p.seen);
		KUNIT_EXPECT_EQ(test, task_cpu(task), (int)cpu);
		KUNIT_EXPECT_EQ(test, kthread_stop(task), 42);
		KUNIT_EXPECT_EQ(test, p.elsewhere, 0);
	}
	KUNIT_EXPECT_TRUE(test, IS_ERR(kthread_create_on_cpu(stay, NULL, nr_cpu_ids, "no/%u")));
}

/* Bound at once after it was made, by somebody who does not know how far it has come. */
static void bind_later_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		struct place p = { .cpu = i % num_online_cpus() };
		struct task_struct *task = kthread_create(stay, &p, "later/%u", i);

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		init_completion(&p.seen);
		kthread_bind(task, p.cpu);
		wake_up_process(task);
		wait_for_completion(&p.seen);
		KUNIT_EXPECT_EQ(test, kthread_stop(task), 42);
		KUNIT_EXPECT_EQ(test, p.elsewhere, 0);
	}
}

static void affinity_test(struct kunit *test)
{
	struct task_struct *task;
	unsigned int cpu;
	cpumask_t none = {};

	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		KUNIT_EXPECT_EQ(test, raw_smp_processor_id(), cpu);
	}
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, &none), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpu_online_mask), 0);

	task = kthread_run(until_stopped, NULL, "moved");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(task, cpumask_of(1)), 0);
	while (task_cpu(task) != 1)
		schedule_timeout_uninterruptible(1);
	kthread_stop(task);
}

static int parks(void *data)
{
	int *rounds = data;

	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		WRITE_ONCE(*rounds, *rounds + 1);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static void park_test(struct kunit *test)
{
	int rounds = 0, seen;
	struct task_struct *task = kthread_run(parks, &rounds, "parks");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_EXPECT_EQ(test, kthread_park(task), 0);
	seen = READ_ONCE(rounds);
	msleep(20);
	KUNIT_EXPECT_EQ(test, READ_ONCE(rounds), seen);
	kthread_unpark(task);
	while (READ_ONCE(rounds) == seen)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
}

static int unbalanced(void *data)
{
	preempt_disable();
	return 0;
}

static void imbalance_test(struct kunit *test)
{
	struct task_struct *task = kthread_create(unbalanced, NULL, "unbalanced");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	quarry_expect_reports(test, 1);
	get_task_struct(task);
	wake_up_process(task);
	while (!(READ_ONCE(task->flags) & PF_EXITING))
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	put_task_struct(task);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

/* Many come and go; what is left of them does not pile up. */
static void many_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 200; i++) {
		struct task_struct *task = kthread_run(until_stopped, NULL, "many/%u", i);

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		kthread_stop(task);
	}
}

static struct kunit_case kthread_cases[] = {
	KUNIT_CASE(stop_test),
	KUNIT_CASE(never_woken_test),
	KUNIT_CASE(do_exit_test),
	KUNIT_CASE(stop_dead_test),
	KUNIT_CASE(stop_nonsense_test),
	KUNIT_CASE(bind_test),
	KUNIT_CASE(bind_later_test),
	KUNIT_CASE(affinity_test),
	KUNIT_CASE(park_test),
	KUNIT_CASE(imbalance_test),
	KUNIT_CASE(many_test),
	{}
};

static struct kunit_suite kthread_suite = { .name = "kthread", .test_cases = kthread_cases };
kunit_test_suite(kthread_suite);
