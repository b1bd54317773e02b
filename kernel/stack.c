// SPDX-License-Identifier: MIT
/*
 * Tasks and their kernel stacks: who has which, a store of some for tasks to come, and how much
 * of them was used (/proc/stacks).
 *
 * K1  A task has its stack from before its thread is made until it has left its last CPU; by
 *     then the thread is back on the stack that the port gave it.
 * K2  Each CPU keeps up to CACHED stacks of tasks that ended there, because mapping one costs
 *     more than writing zeroes to it. They count as no task's (KernelStack:).
 * K3  task->stack of others is read under tasks_lock, by way of the task list: it goes when the
 *     task goes (kernel/sched.c).
 * K4  init's own program runs on the stack that the embedder called quarry_boot() on. Code that
 *     it makes the kernel call, as of modules, runs on init's kernel stack.
 *
 * Locking: slots of the store are taken and given with atomic exchanges, from any CPU.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched/task_stack.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/stack.h"

#define CACHED	2

static DEFINE_PER_CPU(void *, cached_stacks[CACHED]);	/* A */

/* The task that has used most of its stack, among those that have ended. */
static struct {
	spinlock_t lock;
	bool any;		/* L */
	pid_t pid;		/* L */
	char comm[TASK_COMM_LEN]; /* L */
	unsigned long left;	/* L  bytes */
} deepest;

static bool tell_deepest;	/* fixed at boot */

static int __init debug_stack_usage_setup(char *arg)
{
	return kstrtobool(arg && *arg ? arg : "1", &tell_deepest);
}
early_param("debug_stack_usage", debug_stack_usage_setup);

/* Having one. */

static void *take_cached(void)
{
	void **slots = raw_cpu_ptr(cached_stacks), *stack = NULL;
	unsigned int i;

	for (i = 0; i < CACHED && !stack; i++)
		if (READ_ONCE(slots[i]))
			stack = xchg(&slots[i], NULL);
	return stack;
}

static bool keep_cached(void *stack)
{
	void **slots = raw_cpu_ptr(cached_stacks);
	unsigned int i;

	for (i = 0; i < CACHED; i++)
		if (!READ_ONCE(slots[i]) && !cmpxchg(&slots[i], NULL, stack))
			return true;
	return false;
}

int task_stack_make(struct task_struct *task, int node)
{
	void *stack;

	if (!stacks_are_ours())
		return 0;
	stack = take_cached();
	if (stack)
		stack_clean(stack);
	else
		stack = stack_alloc(node);
	if (!stack)
		return -ENOMEM;
	stack_account(stack, 1);
	task->stack = stack;
	return 0;
}

void task_stack_give(void *stack)
{
	if (!stack)
		return;
	stack_account(stack, -1);
	if (!keep_cached(stack))
		stack_free(stack);
}

static void free_cached(unsigned int cpu)
{
	void **slots = per_cpu_ptr(cached_stacks, cpu);
	unsigned int i;

	for (i = 0; i < CACHED; i++) {
		void *stack = xchg(&slots[i], NULL);

		if (stack)
			stack_free(stack);
	}
}

void task_stacks_drain(void)
{
	unsigned int cpu;

	sched_settle();
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		free_cached(cpu);
	vm_unmap_aliases();
}

void task_stacks_leave(unsigned int cpu)
{
	sched_settle();
	free_cached(cpu);
}

/* Running on it. */

void on_task_stack(void (*fn)(void *arg), void *arg)
{
	unsigned long lo = (unsigned long)current->stack;

	if (!lo || (unsigned long)&lo - lo < THREAD_SIZE)
		fn(arg);
	else
		quarry_host_call_on(lo, lo + THREAD_SIZE, fn, arg);
}

/* How much was used. */

void task_stack_ends(struct task_struct *task)
{
	unsigned long flags, left;
	bool most;

	if (!task->stack)
		return;
	left = stack_not_used(task);
	spin_lock_irqsave(&deepest.lock, flags);
	most = !deepest.any || left < deepest.left;
	if (most) {
		deepest.any = true;
		deepest.left = left;
		deepest.pid = task->pid;
		memcpy(deepest.comm, task->comm, sizeof(deepest.comm));
	}
	spin_unlock_irqrestore(&deepest.lock, flags);
	if (most && tell_deepest)
		pr_info("%s (%d) used greatest stack depth: %lu bytes left\n", task->comm,
			task->pid, left);
}

static void show_use(struct seq_file *m, unsigned long size, unsigned long left)
{
	seq_printf(m, "%7lu %7lu %7lu", size, size - left, left);
}

static void show_tasks(struct seq_file *m)
{
	struct stack_use use;
	unsigned int i;

	seq_puts(m, "  PID COMM                SIZE    USED    LEFT\n");
	for (i = 0; task_stack_nth(i, &use); i++) {
		seq_printf(m, "%5d %-16s", use.pid, use.comm);
		if (use.ours)
			show_use(m, use.size, use.left);
		else	/* nobody keeps it zero */
			seq_printf(m, "%7lu       -       -", use.size);
		seq_putc(m, '\n');
	}
}

static void show_deepest(struct seq_file *m)
{
	unsigned long flags, left;
	char comm[TASK_COMM_LEN];
	bool any;
	pid_t pid;

	spin_lock_irqsave(&deepest.lock, flags);
	any = deepest.any;
	pid = deepest.pid;
	left = deepest.left;
	memcpy(comm, deepest.comm, sizeof(comm));
	spin_unlock_irqrestore(&deepest.lock, flags);
	if (!any)
		return;
	seq_puts(m, "deepest of those that have ended:\n");
	seq_printf(m, "%5d %-16s", pid, comm);
	show_use(m, THREAD_SIZE, left);
	seq_putc(m, '\n');
}

int stacks_show(struct seq_file *m, void *v)
{
	unsigned int cpu;

	show_tasks(m);
	show_deepest(m);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		unsigned long lo = per_cpu(irq_stack, cpu);

		if (!lo)
			continue;
		if (!cpu)
			seq_puts(m, "  CPU interrupt stack     SIZE    USED    LEFT\n");
		seq_printf(m, "%5u %-16s", cpu, "");
		show_use(m, IRQ_STACK_SIZE, stack_unused(lo, IRQ_STACK_SIZE));
		seq_putc(m, '\n');
	}
	return 0;
}

/* Start and stop. */

int task_stacks_start(void)
{
	unsigned int cpu, i;

	spin_lock_init(&deepest.lock);
	deepest.any = false;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		for (i = 0; i < CACHED; i++)
			per_cpu_ptr(cached_stacks, cpu)[i] = NULL;
	return task_stack_make(&init_task, NUMA_NO_NODE);
}

void task_stacks_stop(void)
{
	task_stack_give(init_task.stack);
	init_task.stack = NULL;
	task_stacks_drain();
}
