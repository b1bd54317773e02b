// SPDX-License-Identifier: MIT
/* RCU: a grace period lasts as long as a reader; callbacks; lists. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "kernel/internal.h"

struct reader {
	struct completion reading;
	bool leave, left;
};

static int read_for_long(void *data)
{
	struct reader *r = data;
	unsigned long until;

	rcu_read_lock();
	complete(&r->reading);
	/* Nobody can say so where this is the only CPU. */
	until = jiffies + msecs_to_jiffies(20);
	while (!READ_ONCE(r->leave) && (num_online_cpus() > 1 || time_before(jiffies, until)))
		cpu_relax();
	WRITE_ONCE(r->left, true);
	rcu_read_unlock();
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static int let_go(void *data)
{
	struct reader *r = data;

	msleep(10);
	WRITE_ONCE(r->leave, true);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void waits_for_reader_test(struct kunit *test)
{
	struct reader r = {};
	struct task_struct *reader, *helper;

	init_completion(&r.reading);
	reader = kthread_run(read_for_long, &r, "reader");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reader);
	wait_for_completion(&r.reading);
	helper = kthread_run(let_go, &r, "helper");
	if (IS_ERR(helper))
		WRITE_ONCE(r.leave, true);
	synchronize_rcu();
	KUNIT_EXPECT_TRUE(test, READ_ONCE(r.left));
	kthread_stop(reader);
	if (!IS_ERR(helper))
		kthread_stop(helper);
}

/* A reader who leaves by himself after a while, and @wait that must outlast him. */
static void outlasts_reader(struct kunit *test, void (*wait)(void *data), void *data)
{
	struct task_struct *reader, *helper;
	struct reader r = {};

	init_completion(&r.reading);
	reader = kthread_run(read_for_long, &r, "reader");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reader);
	wait_for_completion(&r.reading);
	helper = kthread_run(let_go, &r, "helper");
	if (IS_ERR(helper))
		WRITE_ONCE(r.leave, true);
	wait(data);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(r.left));
	WRITE_ONCE(r.leave, true);
	kthread_stop(reader);
	if (!IS_ERR(helper))
		kthread_stop(helper);
}

static void wait_for_callback(void *data)
{
	rcu_barrier();
}

static void free_and_wait(void *data)
{
	kvfree_rcu(data);
}

static void destroy_cache(void *data)
{
	kmem_cache_destroy(data);
}

static void all_wait_for_reader_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("rcu_test", 64, 0, SLAB_TYPESAFE_BY_RCU, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	outlasts_reader(test, wait_for_callback, NULL);
	outlasts_reader(test, free_and_wait, kmalloc(100, GFP_KERNEL));
	outlasts_reader(test, destroy_cache, s);
}

static void idle_test(struct kunit *test)
{
	synchronize_rcu();
	synchronize_rcu_expedited();
}

struct object {
	struct rcu_head rcu;
	struct completion *done;
	bool softirq;
	int value;
};

static void object_done(struct rcu_head *head)
{
	struct object *o = container_of(head, struct object, rcu);

	o->softirq = in_serving_softirq();
	complete(o->done);
}

static void call_rcu_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct object o = { .done = &done };

	call_rcu(&o.rcu, object_done);
	wait_for_completion(&done);
	KUNIT_EXPECT_TRUE(test, o.softirq);
	rcu_barrier();
}

static void barrier_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct object *o = kunit_kcalloc(test, 20, sizeof(*o), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, o);
	for (i = 0; i < 20; i++) {
		o[i].done = &done;
		call_rcu(&o[i].rcu, object_done);
	}
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, done.done, 20u);
}

struct pad_then_head {
	char pad[100];
	struct rcu_head rcu;
};

struct counted {
	struct rcu_head rcu;
};

static atomic_t called;

static void count_call(struct rcu_head *head)
{
	atomic_inc(&called);
	kfree(container_of(head, struct counted, rcu));
}

/* Many callbacks have few grace periods, one in a tick; who waits need not wait for that. */
static void gather_test(struct kunit *test)
{
	unsigned long batches, began;
	unsigned int n = 0;

	rcu_barrier();
	atomic_set(&called, 0);
	batches = rcu_batches();
	began = jiffies;
	while (jiffies - began < 5 && n < 9000) {	/* 10,000 do not wait */
		struct counted *c = kmalloc(sizeof(*c), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, c);
		call_rcu(&c->rcu, count_call);
		n++;
		udelay(2);
		cond_resched();
	}
	KUNIT_EXPECT_LE(test, rcu_batches() - batches, jiffies - began + 1);
	batches = rcu_batches();
	rcu_barrier();
	KUNIT_EXPECT_LE(test, rcu_batches() - batches, 2ul);
	KUNIT_EXPECT_EQ(test, (unsigned int)atomic_read(&called), n);
}

static int read_without_end(void *sections)
{
	while (!kthread_should_stop()) {
		rcu_read_lock();
		WRITE_ONCE(*(unsigned int *)sections, *(unsigned int *)sections + 1);
		udelay(300);
		rcu_read_unlock();
	}
	return 0;
}

/* Between two sections of a reader there is hardly ever a moment to be seen without one. */
static void hog_test(struct kunit *test)
{
	unsigned int cpu = (raw_smp_processor_id() + 1) % num_online_cpus(), sections = 0, i;
	struct task_struct *t;

	if (num_online_cpus() < 2)
		kunit_skip(test, "there is one CPU only");
	t = kthread_create_on_cpu(read_without_end, &sections, cpu, "hog/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	wake_up_process(t);
	while (!READ_ONCE(sections))
		schedule_timeout_uninterruptible(1);
	for (i = 0; i < 10; i++)
		synchronize_rcu();
	kthread_stop(t);
}

static void kfree_rcu_test(struct kunit *test)
{
	struct pad_then_head *a = kmalloc(sizeof(*a), GFP_KERNEL);
	struct pad_then_head *b = kvmalloc(64 << 10, GFP_KERNEL), *none = NULL;

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	kfree_rcu(a, rcu);
	kvfree_rcu(b, rcu);
	kvfree_rcu(none, rcu);
	kvfree_rcu(none);
	rcu_barrier();
	a = kmalloc(sizeof(*a), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, a);
	kvfree_rcu(a);
}

static struct again {
	struct rcu_head rcu;	/* its record stays */
	struct completion begun;
	atomic_t calls;
} again;

/* Takes its time, and asks to be called again. */
static void call_again(struct rcu_head *head)
{
	int calls = atomic_inc_return(&again.calls);

	complete(&again.begun);
	mdelay(10);
	if (calls < 20)		/* else rcu_cancel() does not work, and the test fails */
		call_rcu(head, call_again);
}

static unsigned int cancel_calls_of(rcu_callback_t fn)
{
	return rcu_cancel((uintptr_t)fn, (uintptr_t)fn + 1);
}

static bool is_cancelled(const struct rcu_head *head, struct kernel_user *user)
{
	unsigned int i;

	for (i = 0; rcu_cancelled_nth(i, user); i++)
		if (user->address == (uintptr_t)head)
			return true;
	return false;
}

/* Who goes is not called: what waits for him goes, before and behind what others wait for. */
static void cancel_test(struct kunit *test)
{
	static struct object before, behind;	/* the records of those cancelled stay */
	DECLARE_COMPLETION_ONSTACK(done);
	struct counted *c = kmalloc(sizeof(*c), GFP_KERNEL);
	struct kernel_user user;
	char name[40];

	KUNIT_ASSERT_NOT_NULL(test, c);
	rcu_barrier();
	before.done = behind.done = &done;
	atomic_set(&called, 0);
	call_rcu(&before.rcu, object_done);
	call_rcu(&c->rcu, count_call);
	call_rcu(&behind.rcu, object_done);
	KUNIT_EXPECT_EQ(test, rcu_pending((uintptr_t)object_done, (uintptr_t)object_done + 1), 2u);
	KUNIT_EXPECT_EQ(test, cancel_calls_of(object_done), 2u);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&called), 1);
	KUNIT_EXPECT_EQ(test, done.done, 0u);
	KUNIT_EXPECT_EQ(test, cancel_calls_of(object_done), 0u);
	KUNIT_EXPECT_TRUE(test, is_cancelled(&before.rcu, &user));
	KUNIT_EXPECT_TRUE(test, is_cancelled(&behind.rcu, &user));
	KUNIT_EXPECT_EQ(test, user.fn, (uintptr_t)object_done);
	KUNIT_EXPECT_STREQ(test, user.kind, "RCU callback");
	/* A port without debugging information does not know static functions' names. */
	scnprintf(name, sizeof(name), "%ps", (void *)object_done);
	KUNIT_EXPECT_STREQ(test, user.detail, name);
	KUNIT_EXPECT_EQ(test, user.size, sizeof(struct rcu_head));
	KUNIT_EXPECT_NE(test, user.site, (uintptr_t)0);
}

/* One that is being called, and asks again: it returns, and is not called again. */
static void cancel_called_test(struct kunit *test)
{
	uintptr_t fn = (uintptr_t)call_again;
	int calls;

	init_completion(&again.begun);
	atomic_set(&again.calls, 0);
	call_rcu(&again.rcu, call_again);
	wait_for_completion(&again.begun);
	KUNIT_EXPECT_EQ(test, cancel_calls_of(call_again), 1u);
	calls = atomic_read(&again.calls);
	KUNIT_EXPECT_EQ(test, rcu_pending(fn, fn + 1), 0u);
	rcu_barrier();
	msleep(5);
	KUNIT_EXPECT_EQ(test, atomic_read(&again.calls), calls);
}

static void sleeping_reader_test(struct kunit *test)
{
	quarry_expect_reports(test, 1);
	rcu_read_lock();
	synchronize_rcu();
	rcu_read_unlock();
}

struct item {
	struct list_head list;
	int value;
};

static void list_test(struct kunit *test)
{
	struct item items[4], *pos;
	LIST_HEAD(head);
	int i, sum = 0;

	KUNIT_EXPECT_NULL(test, list_first_or_null_rcu(&head, struct item, list));
	for (i = 0; i < 4; i++) {
		items[i].value = 1 << i;
		list_add_tail_rcu(&items[i].list, &head);
	}
	rcu_read_lock();
	list_for_each_entry_rcu(pos, &head, list) {
		if (pos == &items[1])	/* a reader on it finds his way */
			list_del_rcu(&items[1].list);
		sum += pos->value;
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, sum, 15);
	KUNIT_EXPECT_PTR_EQ(test, items[0].list.next, &items[2].list);
	KUNIT_EXPECT_PTR_EQ(test, items[2].list.prev, &items[0].list);
}

static struct kunit_case rcu_cases[] = {
	KUNIT_CASE(waits_for_reader_test),
	KUNIT_CASE(all_wait_for_reader_test),
	KUNIT_CASE(idle_test),
	KUNIT_CASE(call_rcu_test),
	KUNIT_CASE(barrier_test),
	KUNIT_CASE(gather_test),
	KUNIT_CASE(hog_test),
	KUNIT_CASE(kfree_rcu_test),
	KUNIT_CASE(cancel_test),
	KUNIT_CASE(cancel_called_test),
	KUNIT_CASE(sleeping_reader_test),
	KUNIT_CASE(list_test),
	{}
};

static struct kunit_suite rcu_suite = { .name = "rcu", .test_cases = rcu_cases };
kunit_test_suite(rcu_suite);
