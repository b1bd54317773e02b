/* SPDX-License-Identifier: MIT */
/* Threads that do something at the same time, each of them to its end. */
#ifndef TESTS_UNIT_TOGETHER_H
#define TESTS_UNIT_TOGETHER_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>

struct one_of_many {
	void (*fn)(void *arg);
	void *arg;
	struct completion done;
	struct task_struct *task;
};

static inline int do_to_the_end(void *data)
{
	struct one_of_many *one = data;

	one->fn(one->arg);
	complete(&one->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/*
 * together - @fn in @n threads, eight at most: with @args, with @step bytes more, and so on
 *
 * All have begun and ended when this returns. (A thread that is stopped before it has begun
 * never begins, so who only starts and stops threads does not know what they have done.)
 */
static inline void together(struct kunit *test, unsigned int n, void (*fn)(void *arg),
			    void *args, size_t step)
{
	struct one_of_many all[8];
	unsigned int i;

	KUNIT_ASSERT_LE(test, n, (unsigned int)ARRAY_SIZE(all));
	for (i = 0; i < n; i++) {
		struct one_of_many *one = &all[i];

		one->fn = fn;
		one->arg = (void *)((uintptr_t)args + i * step);
		init_completion(&one->done);
		one->task = kthread_run(do_to_the_end, one, "together/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, one->task);
	}
	for (i = 0; i < n; i++)
		wait_for_completion(&all[i].done);
	for (i = 0; i < n; i++)
		kthread_stop(all[i].task);
}

#endif
