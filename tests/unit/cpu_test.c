// SPDX-License-Identifier: MIT
/*
 * CPUs that come and go: threads, timers, works and memory of one that goes, what
 * per-CPU data does meanwhile, and the states of linux/cpuhotplug.h.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/text.h"

#define GOES	2u	/* the CPU that does */

static bool enough(struct kunit *test)
{
	if (nr_cpu_ids <= GOES)
		kunit_skip(test, "the machine has %u CPUs", nr_cpu_ids);
	return true;
}

static void bounds_test(struct kunit *test)
{
	unsigned int cpu;

	KUNIT_EXPECT_EQ(test, remove_cpu(0), -EPERM);
	KUNIT_EXPECT_EQ(test, remove_cpu(nr_cpu_ids), -EINVAL);
	KUNIT_EXPECT_EQ(test, add_cpu(nr_cpu_ids), -EINVAL);
	KUNIT_EXPECT_EQ(test, add_cpu(0), 0);
	for (cpu = 1; cpu < nr_cpu_ids; cpu++) {
		KUNIT_EXPECT_EQ(test, remove_cpu(cpu), 0);
		KUNIT_EXPECT_EQ(test, remove_cpu(cpu), 0);
		KUNIT_EXPECT_FALSE(test, cpu_online((int)cpu));
		KUNIT_EXPECT_TRUE(test, cpu_possible((int)cpu) && cpu_present((int)cpu));
		KUNIT_EXPECT_EQ(test, num_online_cpus(), nr_cpu_ids - cpu);
	}
	KUNIT_EXPECT_EQ(test, raw_smp_processor_id(), 0u);
	for (cpu = 1; cpu < nr_cpu_ids; cpu++)
		KUNIT_EXPECT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, num_online_cpus(), nr_cpu_ids);
}

/* Threads that count, each turn with preemption off, on whatever CPU they are. */
struct counter {
	struct task_struct *task;
	unsigned long turns, gone;	/* gone: turns on a CPU that was not online */
};

static DEFINE_PER_CPU(unsigned long, turns);
static bool gone;	/* remove_cpu(GOES) has returned, add_cpu() is not called yet */

static int count(void *data)
{
	struct counter *c = data;

	while (!kthread_should_stop()) {
		/* In this order: what is gone when we look was gone before we were there. */
		bool was_gone = smp_load_acquire(&gone);

		preempt_disable();
		__this_cpu_inc(turns);
		c->turns++;
		if (was_gone && smp_processor_id() == GOES && READ_ONCE(gone))
			c->gone++;
		preempt_enable();
		cond_resched();
	}
	return 0;
}

static void threads_test(struct kunit *test)
{
	struct counter counters[6] = { 0 };
	unsigned long sum = 0, all = 0;
	unsigned int i, cpu;

	enough(test);
	for_each_possible_cpu(cpu)
		per_cpu(turns, cpu) = 0;
	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		counters[i].task = kthread_create(count, &counters[i], "count/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, counters[i].task);
		if (i < 2)
			kthread_bind(counters[i].task, GOES);
		wake_up_process(counters[i].task);
	}
	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
		smp_store_release(&gone, true);
		schedule_timeout_uninterruptible(1);
		WRITE_ONCE(gone, false);
		KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
		schedule_timeout_uninterruptible(1);
	}
	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		kthread_stop(counters[i].task);
		all += counters[i].turns;
		KUNIT_EXPECT_EQ(test, counters[i].gone, 0ul);
		KUNIT_EXPECT_GT(test, counters[i].turns, 0ul);
	}
	for_each_possible_cpu(cpu)
		sum += per_cpu(turns, cpu);
	KUNIT_EXPECT_EQ(test, sum, all);
}

static int note_cpu(void *data)
{
	unsigned int *cpu = data;

	while (!kthread_should_stop()) {
		WRITE_ONCE(*cpu, raw_smp_processor_id());
		schedule_timeout_interruptible(1);
	}
	return 0;
}

/* A bound thread is elsewhere while its CPU is gone, and comes back with it. */
static void bound_test(struct kunit *test)
{
	unsigned int cpu = ~0u, i;
	struct task_struct *task;

	enough(test);
	task = kthread_create_on_cpu(note_cpu, &cpu, GOES, "note/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wake_up_process(task);
	for (i = 0; i < 1000 && READ_ONCE(cpu) != GOES; i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(cpu), GOES);
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	for (i = 0; i < 1000 && READ_ONCE(cpu) == GOES; i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_NE(test, READ_ONCE(cpu), GOES);
	KUNIT_EXPECT_TRUE(test, cpumask_test_cpu(GOES, &task->cpus_mask));
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	for (i = 0; i < 1000 && READ_ONCE(cpu) != GOES; i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(cpu), GOES);
	kthread_stop(task);
}

/* Who removes the CPU on which it runs goes on on another. */
static void own_test(struct kunit *test)
{
	struct cpumask old;

	enough(test);
	cpumask_copy(&old, &current->cpus_mask);
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(GOES)), 0);
	KUNIT_EXPECT_EQ(test, raw_smp_processor_id(), GOES);
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	KUNIT_EXPECT_NE(test, raw_smp_processor_id(), GOES);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(GOES)), -EINVAL);
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	set_cpus_allowed_ptr(current, &old);
}

static struct timer_list timer;
static struct completion fired;
static unsigned int where;

static void fire(struct timer_list *t)
{
	where = raw_smp_processor_id();
	complete(&fired);
}

static void work_fn(struct work_struct *work)
{
	where = raw_smp_processor_id();
}

static void timer_test(struct kunit *test)
{
	struct work_struct work;
	bool late;

	enough(test);
	init_completion(&fired);
	timer_setup(&timer, fire, 0);
	timer.expires = jiffies + 50;
	add_timer_on(&timer, GOES);
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	late = completion_done(&fired);		/* on a busy host: it ran there */
	KUNIT_EXPECT_NE(test, timer.base, GOES + 1);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&fired, 1000), 0ul);
	KUNIT_EXPECT_TRUE(test, late || where != GOES);

	/* One that is armed there now is not lost, either. */
	reinit_completion(&fired);
	timer.expires = jiffies + 1;
	add_timer_on(&timer, GOES);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&fired, 1000), 0ul);
	KUNIT_EXPECT_NE(test, where, GOES);
	del_timer_sync(&timer);

	where = GOES;
	INIT_WORK_ONSTACK(&work, work_fn);
	schedule_work_on(GOES, &work);
	flush_work(&work);
	KUNIT_EXPECT_NE(test, where, GOES);
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	schedule_work_on(GOES, &work);
	flush_work(&work);
	KUNIT_EXPECT_EQ(test, where, GOES);
	destroy_work_on_stack(&work);
}

static unsigned long pages_at_hand(unsigned int cpu)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		pages += pcp_pages(per_cpu_ptr(zone->pageset, cpu));
	return pages;
}

static int use_memory(void *unused)
{
	struct page *pages[20];
	void *objects[200];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = alloc_page(GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		objects[i] = kmalloc(3000, GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		kfree(objects[i]);
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i])
			__free_page(pages[i]);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void memory_test(struct kunit *test)
{
	struct task_struct *task;
	u64 __percpu *value;
	unsigned int i;

	enough(test);
	value = alloc_percpu(u64);
	KUNIT_ASSERT_NOT_NULL(test, value);
	*per_cpu_ptr(value, GOES) = 4711;
	task = kthread_create_on_cpu(use_memory, NULL, GOES, "use/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wake_up_process(task);
	for (i = 0; i < 1000 && !pages_at_hand(GOES); i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_GT(test, pages_at_hand(GOES), 0ul);
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	KUNIT_EXPECT_EQ(test, pages_at_hand(GOES), 0ul);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(value, GOES), 4711ull);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(value, GOES), 4711ull);
	free_percpu(value);
}

/* States: what was called, in which order, on which CPU. */
static struct {
	char text[400];
	size_t len;
	unsigned int stray;		/* calls on another CPU than they should be */
	int fails;			/* this one does, on its way up; -1: down */
} calls;

static void reset(void)
{
	memset(&calls, 0, sizeof(calls));
}

static int called(char letter, bool there, bool up, unsigned int cpu)
{
	bool fails = calls.fails == (up ? letter : -letter);

	calls.stray += (raw_smp_processor_id() == cpu) != there;
	calls.stray += cpu_online((int)cpu) != there;
	calls.len += (size_t)scnprintf(calls.text + calls.len, sizeof(calls.text) - calls.len,
				       "%c%u%s ", up ? letter : letter - 'A' + 'a', cpu,
				       fails ? "!" : "");
	return fails ? -EIO : 0;
}

#define STEP(letter, there)							\
static int up_##letter(unsigned int cpu)					\
{										\
	return called(*#letter, there, true, cpu);				\
}										\
static int down_##letter(unsigned int cpu)					\
{										\
	return called(*#letter, there, false, cpu);				\
}

STEP(A, false)
STEP(B, false)
STEP(C, true)
STEP(D, true)

static void states_test(struct kunit *test)
{
	int a, b, c, d;

	enough(test);
	reset();
	a = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "test:a", up_A, down_A);
	b = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "test:b", up_B, down_B);
	c = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "test:c", up_C, down_C);
	d = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "test:d", up_D, down_D);
	KUNIT_ASSERT_TRUE(test, a > 0 && b > a && c > b && d > c);
	KUNIT_EXPECT_STREQ(test, calls.text, "");

	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	KUNIT_EXPECT_STREQ(test, calls.text, "d2 c2 b2 a2 ");
	reset();
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	KUNIT_EXPECT_STREQ(test, calls.text, "A2 B2 C2 D2 ");
	KUNIT_EXPECT_EQ(test, calls.stray, 0u);

	reset();
	calls.fails = -'C';
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), -EIO);
	KUNIT_EXPECT_STREQ(test, calls.text, "d2 c2! D2 ");
	KUNIT_EXPECT_TRUE(test, cpu_online(GOES));
	reset();
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	reset();
	calls.fails = 'B';
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), -EIO);
	KUNIT_EXPECT_STREQ(test, calls.text, "A2 B2! a2 ");
	reset();
	calls.fails = 'D';
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), -EIO);
	KUNIT_EXPECT_STREQ(test, calls.text, "A2 B2 C2 D2! c2 b2 a2 ");
	KUNIT_EXPECT_FALSE(test, cpu_online(GOES));
	KUNIT_EXPECT_EQ(test, calls.stray, 0u);

	cpuhp_remove_state_nocalls((enum cpuhp_state)b);
	cpuhp_remove_state_nocalls((enum cpuhp_state)d);
	reset();
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	KUNIT_EXPECT_STREQ(test, calls.text, "A2 C2 ");
	cpuhp_remove_state_nocalls((enum cpuhp_state)a);
	cpuhp_remove_state_nocalls((enum cpuhp_state)c);
}

/* At once, for the CPUs that are there. */
static void invoke_test(struct kunit *test)
{
	char want[400] = "";
	unsigned int cpu;
	size_t len = 0;
	int c;

	enough(test);
	KUNIT_EXPECT_EQ(test, remove_cpu(GOES), 0);
	reset();
	c = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "test:c", up_C, down_C);
	KUNIT_ASSERT_GT(test, c, 0);
	for_each_online_cpu(cpu)
		len += (size_t)scnprintf(want + len, sizeof(want) - len, "C%u ", cpu);
	KUNIT_EXPECT_STREQ(test, calls.text, want);
	reset();
	cpuhp_remove_state((enum cpuhp_state)c);
	KUNIT_EXPECT_EQ(test, calls.text[0], 'c');
	KUNIT_EXPECT_EQ(test, calls.stray, 0u);

	reset();
	calls.fails = 'C';	/* the first one */
	KUNIT_EXPECT_EQ(test, cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "test:c", up_C, down_C), -EIO);
	KUNIT_EXPECT_STREQ(test, calls.text, "C0! ");
	reset();
	KUNIT_EXPECT_EQ(test, add_cpu(GOES), 0);
	KUNIT_EXPECT_STREQ(test, calls.text, "");
}

static void no_room_test(struct kunit *test)
{
	int state[CPUHP_BP_PREPARE_DYN_END - CPUHP_BP_PREPARE_DYN + 1];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(state); i++) {
		state[i] = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "test", NULL, NULL);
		KUNIT_EXPECT_GT(test, state[i], 0);
	}
	KUNIT_EXPECT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "test", NULL, NULL),
			-ENOSPC);
	for (i = 0; i < ARRAY_SIZE(state); i++)
		cpuhp_remove_state_nocalls((enum cpuhp_state)state[i]);
	KUNIT_EXPECT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE, "test", NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE, "test", NULL, NULL),
			-EBUSY);
	cpuhp_remove_state_nocalls(CPUHP_AP_ONLINE);
}

/* As a user does. */
#define CPUS	"/sys/devices/system/cpu/"

static void files_test(struct kunit *test)
{
	if (nr_cpu_ids != 4)
		kunit_skip(test, "for a machine with 4 CPUs");
	expect_file(test, CPUS, "online", "0-3\n");
	expect_file(test, CPUS, "offline", "\n");
	KUNIT_EXPECT_EQ(test, text_write(CPUS "cpu2/online", "0\n"), 2l);
	expect_file(test, CPUS, "online", "0-1,3\n");
	expect_file(test, CPUS, "offline", "2\n");
	expect_file(test, CPUS, "possible", "0-3\n");
	expect_file(test, CPUS, "cpu2/online", "0\n");
	expect_file(test, CPUS, "cpu3/online", "1\n");
	KUNIT_EXPECT_EQ(test, text_write(CPUS "cpu2/online", "1\n"), 2l);
	expect_file(test, CPUS, "cpu2/online", "1\n");
	KUNIT_EXPECT_EQ(test, text_write(CPUS "cpu2/online", "x\n"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(CPUS "cpu0/online", "0\n"), (long)-ENOENT);
	KUNIT_EXPECT_EQ(test, text_write(CPUS "cpu4/online", "0\n"), (long)-ENOENT);
	KUNIT_EXPECT_EQ(test, text_write(CPUS "cpu02/online", "0\n"), (long)-ENOENT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bounds_test),
	KUNIT_CASE(threads_test),
	KUNIT_CASE(bound_test),
	KUNIT_CASE(own_test),
	KUNIT_CASE(timer_test),
	KUNIT_CASE(memory_test),
	KUNIT_CASE(states_test),
	KUNIT_CASE(invoke_test),
	KUNIT_CASE(no_room_test),
	KUNIT_CASE(files_test),
	{}
};

static struct kunit_suite cpu_suite = { .name = "cpu", .test_cases = cases };

quarry_suite_on(cpu_suite, "x86_64-8g");

/* Some wait from the boot on to be added. */
static void maxcpus_test(struct kunit *test)
{
	unsigned int cpu = 0;
	struct task_struct *task;

	KUNIT_ASSERT_EQ(test, nr_cpu_ids, 4u);
	expect_file(test, CPUS, "online", "0-1\n");
	expect_file(test, CPUS, "offline", "2-3\n");
	KUNIT_EXPECT_EQ(test, add_cpu(3), 0);
	expect_file(test, CPUS, "online", "0-1,3\n");
	task = kthread_create_on_cpu(note_cpu, &cpu, 3, "note/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wake_up_process(task);
	while (!READ_ONCE(cpu))
		schedule_timeout_uninterruptible(1);
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, cpu, 3u);
}

static struct kunit_case maxcpus_cases[] = {
	KUNIT_CASE(maxcpus_test),
	{}
};

static struct kunit_suite maxcpus_suite = { .name = "cpu_max", .test_cases = maxcpus_cases };

quarry_suite_on(maxcpus_suite, "x86_64-8g maxcpus=2");
