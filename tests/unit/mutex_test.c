// SPDX-License-Identifier: MIT
/* Mutexes and semaphores: exclusion, order, and what is reported. */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/semaphore.h>

#include "tests/unit/together.h"

#define THREADS	4
#define ROUNDS	200

struct counted {
	struct mutex lock;
	unsigned long counter;
	int inside;
	int worst;
};

static void count(void *data)
{
	struct counted *c = data;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_lock(&c->lock);
		c->inside++;
		c->worst = max(c->worst, c->inside);
		if (i % 8 == 0)
			schedule();	/* others run while we hold it */
		c->counter++;
		c->inside--;
		mutex_unlock(&c->lock);
	}
}

static void exclusion_test(struct kunit *test)
{
	struct counted c = {};

	mutex_init(&c.lock);
	together(test, THREADS, count, &c, 0);
	KUNIT_EXPECT_EQ(test, c.counter, (unsigned long)THREADS * ROUNDS);
	KUNIT_EXPECT_EQ(test, c.worst, 1);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&c.lock));
	KUNIT_EXPECT_TRUE(test, list_empty(&c.lock.wait_list));
	mutex_destroy(&c.lock);
}

static void trylock_test(struct kunit *test)
{
	DEFINE_MUTEX(lock);

	KUNIT_EXPECT_EQ(test, mutex_trylock(&lock), 1);
	KUNIT_EXPECT_EQ(test, mutex_trylock(&lock), 0);
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&lock));
	KUNIT_EXPECT_PTR_EQ(test, lock.owner, current);
	mutex_unlock(&lock);
	KUNIT_EXPECT_EQ(test, mutex_lock_interruptible(&lock), 0);
	mutex_unlock(&lock);
}

static int unlock_it(void *data)
{
	mutex_unlock(data);
	return 0;
}

static void wait_end(struct task_struct *task)
{
	get_task_struct(task);
	wake_up_process(task);
	while (!(READ_ONCE(task->flags) & PF_EXITING))
		schedule_timeout_uninterruptible(1);
	kthread_stop(task);
	put_task_struct(task);
}

static void wrong_owner_test(struct kunit *test)
{
	DEFINE_MUTEX(lock);
	struct task_struct *task = kthread_create(unlock_it, &lock, "thief");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	quarry_expect_reports(test, 1);
	mutex_lock(&lock);
	wait_end(task);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&lock));
}

static void not_locked_test(struct kunit *test)
{
	DEFINE_MUTEX(lock);

	quarry_expect_reports(test, 1);
	mutex_unlock(&lock);
	KUNIT_EXPECT_EQ(test, mutex_trylock(&lock), 1);
	mutex_unlock(&lock);
}

static void atomic_context_test(struct kunit *test)
{
	DEFINE_MUTEX(lock);

	quarry_expect_reports(test, 1);
	preempt_disable();
	mutex_lock(&lock);
	preempt_enable();
	mutex_unlock(&lock);
}

static void not_initialised_test(struct kunit *test)
{
	static struct mutex lock;

	memset(&lock, 0, sizeof(lock));
	quarry_expect_reports(test, 1);
	mutex_lock(&lock);
	mutex_unlock(&lock);
	mutex_lock(&lock);
	mutex_unlock(&lock);
}

static void destroy_locked_test(struct kunit *test)
{
	DEFINE_MUTEX(lock);

	quarry_expect_reports(test, 1);
	mutex_lock(&lock);
	mutex_destroy(&lock);
}

static void dec_and_lock_test(struct kunit *test)
{
	DEFINE_MUTEX(lock);
	atomic_t n = ATOMIC_INIT(2);

	KUNIT_EXPECT_EQ(test, atomic_dec_and_mutex_lock(&n, &lock), 0);
	KUNIT_EXPECT_EQ(test, atomic_dec_and_mutex_lock(&n, &lock), 1);
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&lock));
	mutex_unlock(&lock);
}

static int take(void *data)
{
	down(data);
	up(data);
	return 0;
}

static void semaphore_test(struct kunit *test)
{
	struct semaphore sem;
	struct task_struct *task;

	sema_init(&sem, 2);
	down(&sem);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 0);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_timeout(&sem, 2), -ETIME);
	KUNIT_EXPECT_TRUE(test, list_empty(&sem.wait_list));

	task = kthread_create(take, &sem, "taker");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	get_task_struct(task);
	wake_up_process(task);
	for (;;) {
		bool waits;

		spin_lock_irq(&sem.lock);
		waits = !list_empty(&sem.wait_list);
		spin_unlock_irq(&sem.lock);
		if (waits)
			break;
		schedule_timeout_uninterruptible(1);
	}
	/* What is put up goes to the one who waits, so nobody else can have it. */
	up(&sem);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	put_task_struct(task);
	KUNIT_EXPECT_EQ(test, sem.count, 1u);
	up(&sem);
	KUNIT_EXPECT_EQ(test, sem.count, 2u);
}

static struct kunit_case mutex_cases[] = {
	KUNIT_CASE(exclusion_test),
	KUNIT_CASE(trylock_test),
	KUNIT_CASE(wrong_owner_test),
	KUNIT_CASE(not_locked_test),
	KUNIT_CASE(atomic_context_test),
	KUNIT_CASE(not_initialised_test),
	KUNIT_CASE(destroy_locked_test),
	KUNIT_CASE(dec_and_lock_test),
	KUNIT_CASE(semaphore_test),
	{}
};

static struct kunit_suite mutex_suite = { .name = "mutex", .test_cases = mutex_cases };
kunit_test_suite(mutex_suite);
