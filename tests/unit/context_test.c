// SPDX-License-Identifier: MIT
/* Contexts: the preemption count's bits, and what is reported when they forbid. */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "tests/unit/together.h"

static void count_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	preempt_disable();
	preempt_disable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 2);
	KUNIT_EXPECT_TRUE(test, in_atomic());
	KUNIT_EXPECT_FALSE(test, in_interrupt());
	KUNIT_EXPECT_TRUE(test, in_task());
	preempt_enable();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_TRUE(test, preemptible());
}

static void lock_counts_test(struct kunit *test)
{
	DEFINE_SPINLOCK(lock);
	unsigned long flags;

	spin_lock(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	spin_unlock(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);

	spin_lock_irqsave(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void irq_nesting_test(struct kunit *test)
{
	unsigned long outer, inner;

	local_irq_save(outer);
	local_irq_save(inner);
	local_irq_restore(inner);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_restore(outer);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

struct seen {
	unsigned int cpu;
	bool hard, task, atomic;
};

static void look(void *arg)
{
	struct seen *seen = arg;

	seen->cpu = raw_smp_processor_id();
	seen->hard = in_hardirq();
	seen->task = in_task();
	seen->atomic = in_atomic();
}

static void interrupt_context_test(struct kunit *test)
{
	struct seen seen = {};
	unsigned int other;
	int err;

	/* Not the CPU that we are on: there it would be a mere call. */
	other = !get_cpu();
	err = smp_call_function_single((int)other, look, &seen, 1);
	put_cpu();
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, seen.cpu, other);
	KUNIT_EXPECT_TRUE(test, seen.hard);
	KUNIT_EXPECT_FALSE(test, seen.task);
	KUNIT_EXPECT_TRUE(test, seen.atomic);
	KUNIT_EXPECT_FALSE(test, in_hardirq());
}

static void sleeping_in_atomic_test(struct kunit *test)
{
	quarry_expect_reports(test, 1);
	preempt_disable();
	might_sleep();
	preempt_enable();
	might_sleep();
}

static void scheduling_while_atomic_test(struct kunit *test)
{
	quarry_expect_reports(test, 1);
	preempt_disable();
	schedule_timeout_uninterruptible(1);
	/* The count was put back, so that one mistake is one report. */
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

/* A task's count stays with it while other tasks use its CPU. */
static void hold_and_count(void *arg)
{
	int i;

	for (i = 0; i < 200; i++) {
		preempt_disable();
		if (preempt_count() != 1)
			*(int *)arg = preempt_count();
		preempt_enable();
		cond_resched();
	}
}

static void count_follows_task_test(struct kunit *test)
{
	int wrong[8] = {};
	unsigned int i;

	together(test, ARRAY_SIZE(wrong), hold_and_count, wrong, sizeof(*wrong));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, wrong[i], 0);
}

static struct kunit_case context_cases[] = {
	KUNIT_CASE(count_test),
	KUNIT_CASE(lock_counts_test),
	KUNIT_CASE(irq_nesting_test),
	KUNIT_CASE(interrupt_context_test),
	KUNIT_CASE(sleeping_in_atomic_test),
	KUNIT_CASE(scheduling_while_atomic_test),
	KUNIT_CASE(count_follows_task_test),
	{}
};

static struct kunit_suite context_suite = {
	.name = "context",
	.test_cases = context_cases,
};
kunit_test_suite(context_suite);
