// SPDX-License-Identifier: MIT
/* Reader-writer semaphores: many readers, one writer, nobody overtakes. */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>

static void trylock_test(struct kunit *test)
{
	DECLARE_RWSEM(sem);

	down_read(&sem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 0);
	up_read(&sem);
	up_read(&sem);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 0);
	downgrade_write(&sem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	up_read(&sem);
	up_read(&sem);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&sem));
}

struct scene {
	struct rw_semaphore sem;
	atomic_t order;
};

struct actor {
	struct scene *scene;
	bool write;
	int place;			/* in which order it got in */
	struct task_struct *task;
};

static int act(void *data)
{
	struct actor *a = data;

	if (a->write)
		down_write(&a->scene->sem);
	else
		down_read(&a->scene->sem);
	a->place = atomic_inc_return(&a->scene->order);
	if (a->write)
		up_write(&a->scene->sem);
	else
		up_read(&a->scene->sem);
	return 0;
}

static unsigned int waiting(struct rw_semaphore *sem)
{
	struct list_head *pos;
	unsigned int n = 0;

	spin_lock_irq(&sem->wait_lock);
	list_for_each(pos, &sem->wait_list)
		n++;
	spin_unlock_irq(&sem->wait_lock);
	return n;
}

/* A reader that comes while a writer waits waits behind him. */
static void order_test(struct kunit *test)
{
	struct scene scene = {};
	struct actor actors[] = {
		{ &scene, true }, { &scene, false }, { &scene, false }, { &scene, true },
	};
	unsigned int i;

	init_rwsem(&scene.sem);
	down_read(&scene.sem);
	for (i = 0; i < ARRAY_SIZE(actors); i++) {
		actors[i].task = kthread_create(act, &actors[i], "actor/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, actors[i].task);
		get_task_struct(actors[i].task);
		wake_up_process(actors[i].task);
		while (waiting(&scene.sem) <= i)
			schedule_timeout_uninterruptible(1);
	}
	KUNIT_EXPECT_EQ(test, down_read_trylock(&scene.sem), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&scene.order), 0);
	up_read(&scene.sem);
	for (i = 0; i < ARRAY_SIZE(actors); i++) {
		kthread_stop(actors[i].task);
		put_task_struct(actors[i].task);
	}
	KUNIT_EXPECT_EQ(test, actors[0].place, 1);
	KUNIT_EXPECT_EQ(test, actors[1].place + actors[2].place, 2 + 3);
	KUNIT_EXPECT_EQ(test, actors[3].place, 4);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&scene.sem));
}

struct guarded {
	struct rw_semaphore sem;
	long a, b;			/* equal, for whoever holds the semaphore */
	atomic_t unequal;
};

static int write_both(void *data)
{
	struct guarded *g = data;
	int i;

	for (i = 0; i < 100; i++) {
		down_write(&g->sem);
		g->a++;
		schedule();
		WRITE_ONCE(g->b, g->b + 1);	/* exclusion_test() looks without the lock */
		up_write(&g->sem);
	}
	return 0;
}

static int read_both(void *data)
{
	struct guarded *g = data;
	int i;

	for (i = 0; i < 100; i++) {
		long a;

		down_read(&g->sem);
		a = g->a;
		schedule();
		if (a != g->b)
			atomic_inc(&g->unequal);
		up_read(&g->sem);
	}
	return 0;
}

static void exclusion_test(struct kunit *test)
{
	struct guarded g = {};
	struct task_struct *tasks[4];
	unsigned int i;

	init_rwsem(&g.sem);
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		tasks[i] = kthread_create(i % 2 ? read_both : write_both, &g, "rw/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tasks[i]);
		get_task_struct(tasks[i]);
		wake_up_process(tasks[i]);
	}
	/* Not stopped before they have begun. */
	while (READ_ONCE(g.b) < 200)
		schedule_timeout_uninterruptible(1);
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	KUNIT_EXPECT_EQ(test, g.a, 200l);
	KUNIT_EXPECT_EQ(test, g.b, 200l);
	KUNIT_EXPECT_EQ(test, atomic_read(&g.unequal), 0);
}

static void misuse_test(struct kunit *test)
{
	DECLARE_RWSEM(sem);

	quarry_expect_reports(test, 2);
	up_read(&sem);
	up_write(&sem);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 1);
	up_write(&sem);
}

static struct kunit_case rwsem_cases[] = {
	KUNIT_CASE(trylock_test),
	KUNIT_CASE(order_test),
	KUNIT_CASE(exclusion_test),
	KUNIT_CASE(misuse_test),
	{}
};

static struct kunit_suite rwsem_suite = { .name = "rwsem", .test_cases = rwsem_cases };
kunit_test_suite(rwsem_suite);
