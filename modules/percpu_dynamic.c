// SPDX-License-Identifier: MIT
/*
 * The same count, in per-CPU memory that is allocated at run time: alloc_percpu()
 * gives one object per CPU, and a pointer that is good for nothing but finding
 * them.
 *
 * What to see: get_cpu_ptr() and put_cpu_ptr() for this CPU's object, per_cpu_ptr()
 * for another's; and that the threads stop before the memory goes.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/atomic.h>

#define PREFIX	"[PERCPU]: "
#define THREADS	3

struct tally {
	unsigned long turns;
};

static struct tally __percpu *tallies;
static struct task_struct *threads[THREADS];
static atomic_long_t total = ATOMIC_LONG_INIT(0);

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		struct tally *mine = get_cpu_ptr(tallies);

		mine->turns++;
		put_cpu_ptr(tallies);
		atomic_long_inc(&total);
		msleep(100);
	}
	return 0;
}

static void stop_threads(void)
{
	unsigned int i;

	for (i = 0; i < THREADS; i++) {
		if (threads[i])
			kthread_stop(threads[i]);
		threads[i] = NULL;
	}
}

static int __init percpu_dynamic_init(void)
{
	struct task_struct *task;
	unsigned int i;

	tallies = alloc_percpu(struct tally);
	if (!tallies)
		return -ENOMEM;

	for (i = 0; i < THREADS; i++) {
		task = kthread_run(count, NULL, "percpu_dynamic/%u", i);
		if (IS_ERR(task)) {
			stop_threads();
			free_percpu(tallies);
			return PTR_ERR(task);
		}
		threads[i] = task;
	}
	printk(KERN_INFO PREFIX "%d threads count in allocated per-CPU memory\n", THREADS);
	return 0;
}

static void __exit percpu_dynamic_exit(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	stop_threads();
	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(tallies, cpu)->turns;
	printk(KERN_INFO PREFIX "dynamic: threads have stopped; the CPUs' counts add up%s\n",
	       sum == (unsigned long)atomic_long_read(&total) ? "" : " to something else");
	free_percpu(tallies);
}

module_init(percpu_dynamic_init);
module_exit(percpu_dynamic_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Allocated per-CPU memory and three threads");
