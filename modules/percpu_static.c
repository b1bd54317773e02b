// SPDX-License-Identifier: MIT
/*
 * A variable that each CPU has for itself, known when the module is compiled.
 * Three threads count in the copy of whatever CPU they run on; nobody needs a
 * lock, because get_cpu_var() keeps the thread on its CPU until put_cpu_var().
 *
 * What to see: the copies, added up at the end, are what the threads have
 * counted; between get and put a thread must not sleep.
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

static DEFINE_PER_CPU(unsigned long, turns);
static struct task_struct *threads[THREADS];
static atomic_long_t total = ATOMIC_LONG_INIT(0);

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		unsigned long *mine = &get_cpu_var(turns);

		(*mine)++;
		put_cpu_var(turns);
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

static int __init percpu_static_init(void)
{
	struct task_struct *task;
	unsigned int i, cpu;

	for_each_possible_cpu(cpu)
		per_cpu(turns, cpu) = 0;

	for (i = 0; i < THREADS; i++) {
		task = kthread_run(count, NULL, "percpu_static/%u", i);
		if (IS_ERR(task)) {
			stop_threads();
			return PTR_ERR(task);
		}
		threads[i] = task;
	}
	printk(KERN_INFO PREFIX "%d threads count in a static per-CPU variable\n", THREADS);
	return 0;
}

static void __exit percpu_static_exit(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	stop_threads();
	for_each_possible_cpu(cpu)
		sum += per_cpu(turns, cpu);
	printk(KERN_INFO PREFIX "static: threads have stopped; the CPUs' counts add up%s\n",
	       sum == (unsigned long)atomic_long_read(&total) ? "" : " to something else");
}

module_init(percpu_static_init);
module_exit(percpu_static_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A static per-CPU variable and three threads");
