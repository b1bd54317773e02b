// SPDX-License-Identifier: MIT
/* Timers: when, where and in which context they run; how they are stopped. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>

struct shot {
	struct timer_list timer;
	struct completion fired;
	unsigned long when;
	unsigned int cpu;
	bool softirq, task, atomic;
	int number;
	unsigned int again;		/* times to arm itself */
};

static atomic_t sequence;

static void shoot(struct timer_list *t)
{
	struct shot *s = from_timer(s, t, timer);

	s->when = jiffies;
	s->cpu = raw_smp_processor_id();
	s->softirq = in_serving_softirq();
	s->task = in_task();
	s->atomic = in_atomic();
	s->number = atomic_inc_return(&sequence);
	if (s->again) {
		s->again--;
		mod_timer(&s->timer, jiffies + 1);
		return;
	}
	complete(&s->fired);
}

static void prepare(struct shot *s)
{
	memset(s, 0, sizeof(*s));
	timer_setup(&s->timer, shoot, 0);
	init_completion(&s->fired);
}

static void fires_test(struct kunit *test)
{
	unsigned long expires = jiffies + 2;
	struct shot s;

	prepare(&s);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, expires), 0);
	KUNIT_EXPECT_TRUE(test, timer_pending(&s.timer));
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_TRUE(test, time_after_eq(s.when, expires));
	KUNIT_EXPECT_TRUE(test, s.softirq);
	KUNIT_EXPECT_FALSE(test, s.task);
	KUNIT_EXPECT_TRUE(test, s.atomic);
	del_timer_sync(&s.timer);
}

static void on_cpu_test(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct shot s;

		prepare(&s);
		s.timer.expires = jiffies + 1;
		add_timer_on(&s.timer, (int)cpu);
		wait_for_completion(&s.fired);
		KUNIT_EXPECT_EQ(test, s.cpu, cpu);
		del_timer_sync(&s.timer);
	}
}

static void delete_test(struct kunit *test)
{
	struct shot s;

	prepare(&s);
	KUNIT_EXPECT_EQ(test, del_timer(&s.timer), 0);
	mod_timer(&s.timer, jiffies + 3);
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies + 2), 1);
	KUNIT_EXPECT_EQ(test, del_timer_sync(&s.timer), 1);
	KUNIT_EXPECT_EQ(test, del_timer_sync(&s.timer), 0);
	schedule_timeout_uninterruptible(5);
	KUNIT_EXPECT_EQ(test, s.number, 0);
}

static void pending_and_reduce_test(struct kunit *test)
{
	unsigned long now = jiffies;
	struct shot s;

	prepare(&s);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&s.timer, now + 1000), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, now + 1000), 0);
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, now + 2000), 1);
	KUNIT_EXPECT_EQ(test, s.timer.expires, now + 1000);
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, now + 500), 1);
	KUNIT_EXPECT_EQ(test, s.timer.expires, now + 500);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&s.timer, now + 800), 1);
	KUNIT_EXPECT_EQ(test, s.timer.expires, now + 800);
	KUNIT_EXPECT_EQ(test, del_timer_sync(&s.timer), 1);
}

/* Armed out of order on one CPU, they run in the order of their times. */
static void order_test(struct kunit *test)
{
	static const unsigned int delays[] = { 5, 1, 4, 2, 3 };
	struct shot *s = kunit_kcalloc(test, ARRAY_SIZE(delays), sizeof(*s), GFP_KERNEL);
	unsigned long start = jiffies + 2;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	atomic_set(&sequence, 0);
	for (i = 0; i < ARRAY_SIZE(delays); i++) {
		prepare(&s[i]);
		s[i].timer.expires = start + delays[i];
		add_timer_on(&s[i].timer, 0);
	}
	for (i = 0; i < ARRAY_SIZE(delays); i++)
		wait_for_completion(&s[i].fired);
	for (i = 0; i < ARRAY_SIZE(delays); i++) {
		KUNIT_EXPECT_EQ(test, s[i].number, (int)delays[i]);
		del_timer_sync(&s[i].timer);
	}
}

static void periodic_test(struct kunit *test)
{
	struct shot s;

	prepare(&s);
	s.again = 5;
	atomic_set(&sequence, 0);
	mod_timer(&s.timer, jiffies);
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_EQ(test, atomic_read(&sequence), 6);
	del_timer_sync(&s.timer);
}

static void slow_fn(struct timer_list *t)
{
	struct shot *s = from_timer(s, t, timer);

	complete(&s->fired);
	mdelay(20);
	WRITE_ONCE(s->number, 1);
}

/* del_timer_sync() returns when the function has. */
static void sync_test(struct kunit *test)
{
	struct shot s;

	prepare(&s);
	s.timer.function = slow_fn;
	s.timer.expires = jiffies;
	add_timer_on(&s.timer, (int)(raw_smp_processor_id() + 1) % (int)nr_cpu_ids);
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_EQ(test, del_timer_sync(&s.timer), 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.number), 1);
}

static bool armed_again;

static void overlapping_fn(struct timer_list *t)
{
	struct shot *s = from_timer(s, t, timer);

	s->cpu = raw_smp_processor_id();
	if (atomic_inc_return(&sequence) > 1)
		WRITE_ONCE(s->number, 1);
	complete(&s->fired);
	while (!READ_ONCE(armed_again))
		cpu_relax();
	mdelay(20);
	atomic_dec(&sequence);
}

/* A timer that is armed again while its function runs waits for it, on the same CPU. */
static void not_twice_at_once_test(struct kunit *test)
{
	unsigned int cpu, other;
	struct shot s;

	if (nr_cpu_ids == 1)
		kunit_skip(test, "one CPU");
	prepare(&s);
	s.timer.function = overlapping_fn;
	s.timer.expires = jiffies;
	atomic_set(&sequence, 0);
	armed_again = false;
	cpu = get_cpu();
	other = (cpu + 1) % nr_cpu_ids;
	add_timer_on(&s.timer, (int)other);
	while (!completion_done(&s.fired))
		cpu_relax();
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies), 0);
	WRITE_ONCE(armed_again, true);
	put_cpu();
	wait_for_completion(&s.fired);
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_EQ(test, s.cpu, other);
	del_timer_sync(&s.timer);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.number), 0);
}

/* Bottom halves off keep the CPU's timers away, and let them in at once afterwards. */
static void bottom_half_test(struct kunit *test)
{
	unsigned int cpu;
	struct shot s;

	prepare(&s);
	local_bh_disable();
	cpu = raw_smp_processor_id();
	mod_timer(&s.timer, jiffies);
	mdelay(20);
	KUNIT_EXPECT_FALSE(test, completion_done(&s.fired));
	local_bh_enable();
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_EQ(test, s.cpu, cpu);
	del_timer_sync(&s.timer);
}

static void leaks_count(struct timer_list *t)
{
	struct shot *s = from_timer(s, t, timer);

	preempt_disable();
	complete(&s->fired);
}

static void imbalance_test(struct kunit *test)
{
	struct shot s;

	prepare(&s);
	s.timer.function = leaks_count;
	quarry_expect_reports(test, 1);
	mod_timer(&s.timer, jiffies);
	wait_for_completion(&s.fired);
	del_timer_sync(&s.timer);
}

static void not_set_up_test(struct kunit *test)
{
	struct timer_list timer = {};

	quarry_expect_reports(test, 1);
	mod_timer(&timer, jiffies + 1);
	KUNIT_EXPECT_FALSE(test, timer_pending(&timer));
}

static void delays_test(struct kunit *test)
{
	u64 before = ktime_get_ns();

	udelay(50);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, 50000ull);
	before = ktime_get_ns();
	msleep(3);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, 3000000ull);
	before = ktime_get_ns();
	usleep_range(200, 400);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, 200000ull);
	KUNIT_EXPECT_EQ(test, msleep_interruptible(1), 0ul);
}

static void ktime_test(struct kunit *test)
{
	ktime_t a = ktime_set(3, 500000000), b = ms_to_ktime(1250);
	struct timespec64 ts = ktime_to_timespec64(ktime_sub(b, a));

	KUNIT_EXPECT_EQ(test, ktime_to_ns(a), 3500000000ll);
	KUNIT_EXPECT_EQ(test, ktime_us_delta(a, b), 2250000ll);
	KUNIT_EXPECT_EQ(test, ktime_ms_delta(b, a), -2250ll);
	KUNIT_EXPECT_EQ(test, ts.tv_sec, -3ll);
	KUNIT_EXPECT_EQ(test, ts.tv_nsec, 750000000l);
	KUNIT_EXPECT_EQ(test, timespec64_to_ns(&ts), -2250000000ll);
	KUNIT_EXPECT_LT(test, timespec64_compare(&ts, &(struct timespec64){ 0, 0 }), 0);
}

/*
 * A timer that has begun to run does run, even while its CPU is wanted: who waits for
 * it on the same CPU may have preemption off.
 */
static int delete_on_cpu_0(void *arg)
{
	struct shot s;
	unsigned int i;

	prepare(&s);
	for (i = 0; i < 200; i++) {
		s.timer.expires = jiffies;
		add_timer_on(&s.timer, 0);
		schedule();
		preempt_disable();
		del_timer_sync(&s.timer);
		preempt_enable();
	}
	complete(arg);
	return 0;
}

static void sync_same_cpu_test(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *task[2];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(task); i++) {
		task[i] = kthread_create(delete_on_cpu_0, &done, "delete/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task[i]);
		kthread_bind(task[i], 0);
		wake_up_process(task[i]);
	}
	for (i = 0; i < ARRAY_SIZE(task); i++)
		wait_for_completion(&done);
}

static struct kunit_case timer_cases[] = {
	KUNIT_CASE(fires_test),
	KUNIT_CASE(on_cpu_test),
	KUNIT_CASE(delete_test),
	KUNIT_CASE(pending_and_reduce_test),
	KUNIT_CASE(order_test),
	KUNIT_CASE(periodic_test),
	KUNIT_CASE(sync_test),
	KUNIT_CASE(not_twice_at_once_test),
	KUNIT_CASE(sync_same_cpu_test),
	KUNIT_CASE(bottom_half_test),
	KUNIT_CASE(imbalance_test),
	KUNIT_CASE(not_set_up_test),
	KUNIT_CASE(delays_test),
	KUNIT_CASE(ktime_test),
	{}
};

static struct kunit_suite timer_suite = { .name = "timer", .test_cases = timer_cases };
kunit_test_suite(timer_suite);
