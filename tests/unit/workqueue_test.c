// SPDX-License-Identifier: MIT
/* Work queues: where and how many at a time; flushing and cancelling. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

struct job {
	struct work_struct work;
	struct completion begun, go, done;
	unsigned int cpu;
	int runs;
	bool task;
};

static void do_job(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);

	j->cpu = raw_smp_processor_id();
	j->task = in_task() && !in_atomic();
	j->runs++;
	complete(&j->done);
}

static void hold_job(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);

	complete(&j->begun);
	wait_for_completion(&j->go);
	j->runs++;
	complete(&j->done);
}

static void prepare(struct job *j, work_func_t func)
{
	memset(j, 0, sizeof(*j));
	INIT_WORK(&j->work, func);
	init_completion(&j->begun);
	init_completion(&j->go);
	init_completion(&j->done);
}

static void runs_test(struct kunit *test)
{
	struct job j;

	prepare(&j, do_job);
	KUNIT_EXPECT_TRUE(test, schedule_work(&j.work));
	wait_for_completion(&j.done);
	flush_work(&j.work);
	KUNIT_EXPECT_FALSE(test, work_pending(&j.work));
	KUNIT_EXPECT_EQ(test, j.runs, 1);
	KUNIT_EXPECT_TRUE(test, j.task);
	KUNIT_EXPECT_FALSE(test, flush_work(&j.work));
}

static void on_cpu_test(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct job j;

		prepare(&j, do_job);
		KUNIT_EXPECT_TRUE(test, schedule_work_on((int)cpu, &j.work));
		flush_work(&j.work);
		KUNIT_EXPECT_EQ(test, j.cpu, cpu);
	}
}

/* Queued twice before it runs, it runs once; queued while it runs, once more. */
static void pending_test(struct kunit *test)
{
	struct job j;

	prepare(&j, hold_job);
	KUNIT_EXPECT_TRUE(test, schedule_work(&j.work));
	wait_for_completion(&j.begun);
	KUNIT_EXPECT_FALSE(test, work_pending(&j.work));
	KUNIT_EXPECT_EQ(test, work_busy(&j.work), (unsigned int)WORK_BUSY_RUNNING);
	KUNIT_EXPECT_TRUE(test, schedule_work(&j.work));
	KUNIT_EXPECT_FALSE(test, schedule_work(&j.work));
	schedule_timeout_uninterruptible(2);
	/* It does not run twice at a time. */
	KUNIT_EXPECT_FALSE(test, completion_done(&j.begun));
	complete_all(&j.go);
	flush_work(&j.work);
	KUNIT_EXPECT_EQ(test, j.runs, 2);
}

/* More works that wait than there were workers: none waits for another. */
static void many_blocked_test(struct kunit *test)
{
	struct job *j = kunit_kcalloc(test, 8, sizeof(*j), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, j);
	for (i = 0; i < 8; i++) {
		prepare(&j[i], hold_job);
		queue_work(system_unbound_wq, &j[i].work);
	}
	for (i = 0; i < 8; i++)
		wait_for_completion(&j[i].begun);
	for (i = 0; i < 8; i++)
		complete(&j[i].go);
	flush_workqueue(system_unbound_wq);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, j[i].runs, 1);
}

static void ordered_test(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered/%d", 0, 1);
	struct job a, b;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	prepare(&a, hold_job);
	prepare(&b, do_job);
	queue_work(wq, &a.work);
	queue_work(wq, &b.work);
	wait_for_completion(&a.begun);
	schedule_timeout_uninterruptible(2);
	KUNIT_EXPECT_EQ(test, b.runs, 0);
	complete(&a.go);
	flush_workqueue(wq);
	KUNIT_EXPECT_EQ(test, a.runs, 1);
	KUNIT_EXPECT_EQ(test, b.runs, 1);
	destroy_workqueue(wq);
}

static void cancel_test(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("cancel", 0);
	struct job a, b;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	prepare(&a, hold_job);
	prepare(&b, do_job);
	queue_work(wq, &a.work);
	wait_for_completion(&a.begun);
	queue_work(wq, &b.work);
	KUNIT_EXPECT_TRUE(test, cancel_work_sync(&b.work));
	KUNIT_EXPECT_FALSE(test, work_pending(&b.work));
	KUNIT_EXPECT_FALSE(test, cancel_work(&b.work));
	queue_work(wq, &b.work);
	KUNIT_EXPECT_TRUE(test, cancel_work(&b.work));
	KUNIT_EXPECT_FALSE(test, work_pending(&b.work));
	complete(&a.go);
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&a.work));
	KUNIT_EXPECT_EQ(test, a.runs, 1);
	KUNIT_EXPECT_EQ(test, b.runs, 0);
	/* It may be queued again afterwards. */
	KUNIT_EXPECT_TRUE(test, queue_work(wq, &b.work));
	destroy_workqueue(wq);
	KUNIT_EXPECT_EQ(test, b.runs, 1);
}

/* Several who cancel at once, and queue again: the work is on the list at most once. */
struct contended {
	struct work_struct work;
	struct completion done;
	atomic_t runs;
};

static void run_contended(struct work_struct *work)
{
	atomic_inc(&container_of(work, struct contended, work)->runs);
	cond_resched();
}

static int cancel_and_queue(void *data)
{
	struct contended *c = data;
	unsigned int i;

	for (i = 0; i < 200; i++) {
		cancel_work_sync(&c->work);
		schedule_work(&c->work);
		if (i % 4 == 0)
			schedule();
	}
	complete(&c->done);
	return 0;
}

static void contended_cancel_test(struct kunit *test)
{
	struct contended c;
	unsigned int i;
	int runs;

	INIT_WORK(&c.work, run_contended);
	init_completion(&c.done);
	atomic_set(&c.runs, 0);
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kthread_run(cancel_and_queue, &c, "cancel/%u",
							       i));
	for (i = 0; i < 4; i++)
		wait_for_completion(&c.done);
	cancel_work_sync(&c.work);
	KUNIT_EXPECT_FALSE(test, work_pending(&c.work));
	KUNIT_EXPECT_TRUE(test, list_empty(&c.work.entry));
	runs = atomic_read(&c.runs);
	KUNIT_EXPECT_TRUE(test, schedule_work(&c.work));
	flush_work(&c.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.runs), runs + 1);
}

struct delayed {
	struct delayed_work dwork;
	unsigned long when;
	int runs;
	int again;
};

static void do_delayed(struct work_struct *work)
{
	struct delayed *d = container_of(to_delayed_work(work), struct delayed, dwork);

	d->when = jiffies;
	WRITE_ONCE(d->runs, d->runs + 1);
	if (d->again && d->again--)
		schedule_delayed_work(&d->dwork, 1);
}

static void delayed_test(struct kunit *test)
{
	unsigned long expires = jiffies + 3;
	struct delayed d = {};

	INIT_DELAYED_WORK(&d.dwork, do_delayed);
	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&d.dwork, 3));
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&d.dwork));
	KUNIT_EXPECT_FALSE(test, schedule_delayed_work(&d.dwork, 3));
	while (!READ_ONCE(d.runs))
		schedule_timeout_uninterruptible(1);
	flush_delayed_work(&d.dwork);
	KUNIT_EXPECT_TRUE(test, time_after_eq(d.when, expires));
	KUNIT_EXPECT_EQ(test, d.runs, 1);
}

static void delayed_cancel_test(struct kunit *test)
{
	struct delayed d = {};

	INIT_DELAYED_WORK(&d.dwork, do_delayed);
	schedule_delayed_work(&d.dwork, 100000);
	KUNIT_EXPECT_TRUE(test, cancel_delayed_work_sync(&d.dwork));
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work_sync(&d.dwork));
	KUNIT_EXPECT_EQ(test, d.runs, 0);

	/* Flushing does not wait for the time to come. */
	schedule_delayed_work(&d.dwork, 100000);
	flush_delayed_work(&d.dwork);
	KUNIT_EXPECT_EQ(test, d.runs, 1);

	schedule_delayed_work(&d.dwork, 100000);
	KUNIT_EXPECT_TRUE(test, mod_delayed_work(system_wq, &d.dwork, 0));
	flush_delayed_work(&d.dwork);
	KUNIT_EXPECT_EQ(test, d.runs, 2);
}

/* A work that queues itself is stopped for good. */
static void self_queueing_test(struct kunit *test)
{
	struct delayed d = { .again = 1000000 };
	int runs;

	INIT_DELAYED_WORK(&d.dwork, do_delayed);
	schedule_delayed_work(&d.dwork, 0);
	while (READ_ONCE(d.runs) < 3)
		schedule_timeout_uninterruptible(1);
	cancel_delayed_work_sync(&d.dwork);
	runs = READ_ONCE(d.runs);
	schedule_timeout_uninterruptible(4);
	KUNIT_EXPECT_EQ(test, READ_ONCE(d.runs), runs);
}

static void run_again(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);

	j->runs++;
	schedule_work(work);
}

/* Flushing waits for what was queued before, not for what comes after. */
static void flush_ends_test(struct kunit *test)
{
	struct job j;

	prepare(&j, run_again);
	schedule_work(&j.work);
	flush_scheduled_work();
	flush_work(&j.work);
	cancel_work_sync(&j.work);
	KUNIT_EXPECT_GE(test, j.runs, 2);
	KUNIT_EXPECT_FALSE(test, work_pending(&j.work));
}

static atomic_t each_cpu[QUARRY_MAX_CPUS];

static void note_cpu(struct work_struct *work)
{
	atomic_inc(&each_cpu[raw_smp_processor_id()]);
}

static void each_cpu_test(struct kunit *test)
{
	unsigned int cpu;

	memset(each_cpu, 0, sizeof(each_cpu));
	KUNIT_ASSERT_EQ(test, schedule_on_each_cpu(note_cpu), 0);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, atomic_read(&each_cpu[cpu]), 1);
}

static void free_itself(struct work_struct *work)
{
	kfree(container_of(work, struct job, work));
}

static void frees_itself_test(struct kunit *test)
{
	struct job *j = kmalloc(sizeof(*j), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, j);
	prepare(j, free_itself);
	schedule_work(&j->work);
	flush_scheduled_work();
}

static struct kunit_case workqueue_cases[] = {
	KUNIT_CASE(runs_test),
	KUNIT_CASE(on_cpu_test),
	KUNIT_CASE(pending_test),
	KUNIT_CASE(many_blocked_test),
	KUNIT_CASE(ordered_test),
	KUNIT_CASE(cancel_test),
	KUNIT_CASE(contended_cancel_test),
	KUNIT_CASE(delayed_test),
	KUNIT_CASE(delayed_cancel_test),
	KUNIT_CASE(self_queueing_test),
	KUNIT_CASE(flush_ends_test),
	KUNIT_CASE(each_cpu_test),
	KUNIT_CASE(frees_itself_test),
	{}
};

static struct kunit_suite workqueue_suite = {
	.name = "workqueue",
	.test_cases = workqueue_cases,
};
kunit_test_suite(workqueue_suite);
