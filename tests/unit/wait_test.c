// SPDX-License-Identifier: MIT
/* Sleeping, waking and wait queues: who is woken, and what time-outs return. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/wait.h>

struct shared {
	struct wait_queue_head wq;
	atomic_t woken;
	bool go;
	bool exclusive;
};

static int waiter(void *data)
{
	struct shared *s = data;

	if (s->exclusive) {
		DEFINE_WAIT(entry);

		prepare_to_wait_exclusive(&s->wq, &entry, TASK_UNINTERRUPTIBLE);
		schedule();
		finish_wait(&s->wq, &entry);
	} else {
		wait_event(s->wq, READ_ONCE(s->go));
	}
	atomic_inc(&s->woken);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static unsigned int queued(struct shared *s)
{
	struct wait_queue_entry *e;
	unsigned int n = 0;

	spin_lock_irq(&s->wq.lock);
	list_for_each_entry(e, &s->wq.head, entry)
		n++;
	spin_unlock_irq(&s->wq.lock);
	return n;
}

/* Starts @n waiters and sees them asleep on the queue. */
static void start(struct kunit *test, struct shared *s, struct task_struct **tasks,
		  unsigned int n)
{
	unsigned int i;

	init_waitqueue_head(&s->wq);
	for (i = 0; i < n; i++) {
		tasks[i] = kthread_run(waiter, s, "waiter/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tasks[i]);
	}
	while (queued(s) < n)
		schedule_timeout_uninterruptible(1);
	for (i = 0; i < n; i++)
		while (READ_ONCE(tasks[i]->__state) == TASK_RUNNING)
			schedule_timeout_uninterruptible(1);
}

static void stop(struct kunit *test, struct task_struct **tasks, unsigned int n)
{
	while (n--)
		KUNIT_EXPECT_EQ(test, kthread_stop(tasks[n]), 0);
}

static void wait_event_test(struct kunit *test)
{
	struct shared s = {};
	struct task_struct *tasks[3];

	start(test, &s, tasks, 3);
	/* A wake-up without the condition leaves them on the queue. */
	wake_up_all(&s.wq);
	while (queued(&s) < 3)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&s.woken), 0);

	WRITE_ONCE(s.go, true);
	wake_up_all(&s.wq);
	stop(test, tasks, 3);
	KUNIT_EXPECT_EQ(test, atomic_read(&s.woken), 3);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&s.wq));
}

static void exclusive_test(struct kunit *test)
{
	struct shared s = { .exclusive = true };
	struct task_struct *tasks[4];

	start(test, &s, tasks, 4);
	wake_up(&s.wq);
	KUNIT_EXPECT_EQ(test, queued(&s), 3u);
	wake_up_nr(&s.wq, 2);
	KUNIT_EXPECT_EQ(test, queued(&s), 1u);
	/* They sleep uninterruptibly: this wake-up is for others. */
	wake_up_interruptible_all(&s.wq);
	KUNIT_EXPECT_EQ(test, queued(&s), 1u);
	wake_up_all(&s.wq);
	KUNIT_EXPECT_EQ(test, queued(&s), 0u);
	while (atomic_read(&s.woken) < 4)
		schedule_timeout_uninterruptible(1);
	stop(test, tasks, 4);
}

static void order_test(struct kunit *test)
{
	DECLARE_WAIT_QUEUE_HEAD(wq);
	DEFINE_WAIT(first);
	DEFINE_WAIT(second);
	DEFINE_WAIT(third);

	KUNIT_EXPECT_TRUE(test, prepare_to_wait_exclusive(&wq, &first, TASK_RUNNING));
	KUNIT_EXPECT_FALSE(test, prepare_to_wait_exclusive(&wq, &second, TASK_RUNNING));
	prepare_to_wait(&wq, &third, TASK_RUNNING);
	/* Others stand in front of the exclusive ones, who keep their order. */
	KUNIT_EXPECT_PTR_EQ(test, wq.head.next, &third.entry);
	KUNIT_EXPECT_PTR_EQ(test, third.entry.next, &first.entry);
	KUNIT_EXPECT_PTR_EQ(test, first.entry.next, &second.entry);
	finish_wait(&wq, &first);
	finish_wait(&wq, &second);
	finish_wait(&wq, &third);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&wq));
}

static void timeout_test(struct kunit *test)
{
	DECLARE_WAIT_QUEUE_HEAD(wq);
	unsigned long before = jiffies;

	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, false, 3), 0);
	KUNIT_EXPECT_GE(test, (long)(jiffies - before), 3);
	/* True at once: all the time is left; true and no time: one tick. */
	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, true, 7), 7);
	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, true, 0), 1);
	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, false, 0), 0);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible(wq, true), 0);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&wq));
}

static void schedule_timeout_test(struct kunit *test)
{
	unsigned long before = jiffies;

	KUNIT_EXPECT_EQ(test, schedule_timeout_uninterruptible(2), 0);
	KUNIT_EXPECT_GE(test, (long)(jiffies - before), 2);
	KUNIT_EXPECT_EQ(test, READ_ONCE(current->__state), (unsigned int)TASK_RUNNING);

	/* One who is running does not sleep. */
	KUNIT_EXPECT_GT(test, schedule_timeout(100000), 90000);
}

static int sleep_long(void *data)
{
	long *left = data;

	*left = schedule_timeout_interruptible(1000000);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void wake_early_test(struct kunit *test)
{
	long left = 0;
	struct task_struct *task = kthread_run(sleep_long, &left, "sleeper");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	while (READ_ONCE(task->__state) != TASK_INTERRUPTIBLE)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, wake_up_state(task, TASK_UNINTERRUPTIBLE), 0);
	KUNIT_EXPECT_EQ(test, wake_up_process(task), 1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	KUNIT_EXPECT_GT(test, left, 900000);
	KUNIT_EXPECT_LE(test, left, 1000000);
}

/* A wake-up between the state and the sleep is not lost. */
static void no_lost_wakeup_test(struct kunit *test)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	KUNIT_EXPECT_EQ(test, wake_up_process(current), 1);
	schedule();	/* or this would be for ever */
	KUNIT_EXPECT_EQ(test, wake_up_process(current), 0);
}

static void jiffies_test(struct kunit *test)
{
	unsigned long now = jiffies;

	KUNIT_EXPECT_TRUE(test, time_after(now + 1, now));
	KUNIT_EXPECT_TRUE(test, time_before(now, now + LONG_MAX));
	KUNIT_EXPECT_TRUE(test, time_after(5ul, (unsigned long)-5));
	KUNIT_EXPECT_TRUE(test, time_after_eq(now, now));
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(1), 1ul);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(4), 1ul);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(5), 2ul);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(1000), (unsigned long)HZ);
	KUNIT_EXPECT_EQ(test, jiffies_to_msecs(HZ), 1000u);
	KUNIT_EXPECT_EQ(test, usecs_to_jiffies(4001), 2ul);
	KUNIT_EXPECT_EQ(test, (long)(jiffies - INITIAL_JIFFIES) < 0, false);
	/* The moment at which a tick begins is its first. */
	KUNIT_EXPECT_EQ(test, jiffies_clock(INITIAL_JIFFIES + 3ull), 3ull * TICK_NSEC);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(wait_event_test),
	KUNIT_CASE(exclusive_test),
	KUNIT_CASE(order_test),
	KUNIT_CASE(timeout_test),
	KUNIT_CASE(schedule_timeout_test),
	KUNIT_CASE(wake_early_test),
	KUNIT_CASE(no_lost_wakeup_test),
	KUNIT_CASE(jiffies_test),
	{}
};

static struct kunit_suite wait_suite = { .name = "wait", .test_cases = wait_cases };
kunit_test_suite(wait_suite);
