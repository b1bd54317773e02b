// SPDX-License-Identifier: MIT
/*
 * The list of tasks: numbers, where they may run, and what is left of them when
 * they have ended.
 *
 * T1  A task is on init_task.tasks from the moment it is made until it has left its
 *     last CPU (quarry_task_gone()).
 * T2  After that it is on `ended` while somebody has a reference.
 * T3  A task_struct whose last reference is gone stays on `dead` for a while, so that
 *     kthread_stop() on a thread that has ended can say so instead of running wild.
 *     At most DEAD_MAX are kept, the oldest goes first.
 * T4  cpus_usable is cpus_mask without the CPUs that are not online; if nothing is left, all
 *     that are. It changes with either of them. The port reads it without the lock.
 *
 * Locking: tasks_lock guards the lists; taken with interrupts off.
 */
#include <linux/sched.h>
#include <linux/cred.h>
#include <linux/export.h>
#include <linux/fault-inject.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"
#include "mm/stack.h"

#define DEAD_MAX	32

static DEFINE_SPINLOCK_RANKED(tasks_lock, RANK_TASK);
static LIST_HEAD(ended);		/* tasks_lock */
static LIST_HEAD(dead);			/* tasks_lock */
static unsigned int nr_dead;		/* tasks_lock */
static pid_t last_pid;			/* tasks_lock */
static atomic_t leaving;		/* called sched_leave(), but not yet quarry_task_left() */

void sched_start(void)
{
	spin_lock_init(&tasks_lock);
	spin_lock_set_rank(&tasks_lock, RANK_TASK);
	INIT_LIST_HEAD(&init_task.tasks);
	INIT_LIST_HEAD(&ended);
	INIT_LIST_HEAD(&dead);
	nr_dead = 0;
	last_pid = 1;
	atomic_set(&leaving, 0);
	init_task.pid = init_task.tgid = 1;
	init_task.prio = init_task.static_prio = 120;
	strscpy(init_task.comm, "init", sizeof(init_task.comm));
}

void sched_settle(void)
{
	while (atomic_read_acquire(&leaving))
		quarry_host_sleep(quarry_host_clock() + 20000);
}

void sched_stop(void)
{
	sched_settle();
	sched_forget_dead();
}

/* T4. With tasks_lock held. Whoever reads meanwhile finds at least one that may be used. */
static void update_usable(struct task_struct *task)
{
	struct cpumask now;

	if (!cpumask_and(&now, &task->cpus_mask, cpu_online_mask))
		cpumask_copy(&now, cpu_online_mask);
	cpumask_or(&task->cpus_usable, &task->cpus_usable, &now);
	smp_wmb();
	cpumask_copy(&task->cpus_usable, &now);
}

void sched_cpus_changed(void)
{
	struct task_struct *task;
	unsigned long flags;

	spin_lock_irqsave(&tasks_lock, flags);
	update_usable(&init_task);
	list_for_each_entry(task, &init_task.tasks, tasks)
		update_usable(task);
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void sched_set_mask(struct task_struct *task, const struct cpumask *mask)
{
	unsigned long flags;

	spin_lock_irqsave(&tasks_lock, flags);
	if (mask != &task->cpus_mask)
		cpumask_copy(&task->cpus_mask, mask);
	update_usable(task);
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void sched_leave_cpu(unsigned int cpu)
{
	while (raw_smp_processor_id() == cpu)
		quarry_host_sleep(0);
}

void sched_adopt(struct task_struct *task)
{
	unsigned long flags;

	spin_lock_irqsave(&tasks_lock, flags);
	update_usable(task);
	if (++last_pid >= PID_MAX_DEFAULT)
		last_pid = 300;
	task->pid = task->tgid = last_pid;
	list_add_tail(&task->tasks, &init_task.tasks);
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void sched_disown(struct task_struct *task)
{
	unsigned long flags;

	spin_lock_irqsave(&tasks_lock, flags);
	list_del_init(&task->tasks);
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void sched_leave(void)
{
	WRITE_ONCE(current->flags, current->flags | PF_EXITING);
	fault_set_nth(current, 0);
	atomic_inc(&leaving);
}

/* T1; interrupts are off, and this task will not run again. */
void quarry_task_gone(struct task_struct *task)
{
	unsigned long flags;
	void *stack;

	spin_lock_irqsave(&tasks_lock, flags);
	list_move_tail(&task->tasks, &ended);
	stack = task->stack;
	task->stack = NULL;
	spin_unlock_irqrestore(&tasks_lock, flags);
	task_stack_give(stack);
	put_task_struct(task);
}

/* Whoever waits for it may take the machine down: sched_settle(). */
void quarry_task_left(void)
{
	(void)atomic_dec_return_release(&leaving);
}

/* T3 */
void __put_task_struct(struct task_struct *task)
{
	struct task_struct *oldest = NULL;
	unsigned long flags;

	spin_lock_irqsave(&tasks_lock, flags);
	list_move_tail(&task->tasks, &dead);
	if (++nr_dead > DEAD_MAX) {
		oldest = list_first_entry(&dead, struct task_struct, tasks);
		list_del(&oldest->tasks);
		nr_dead--;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	kfree(oldest);
}
EXPORT_SYMBOL(__put_task_struct);

void sched_forget_dead(void)
{
	struct task_struct *task, *next;
	unsigned long flags;
	LIST_HEAD(list);

	spin_lock_irqsave(&tasks_lock, flags);
	list_splice_init(&dead, &list);
	nr_dead = 0;
	spin_unlock_irqrestore(&tasks_lock, flags);
	list_for_each_entry_safe(task, next, &list, tasks)
		kfree(task);
}

bool sched_find(struct task_struct *task, bool *is_dead)
{
	struct task_struct *t;
	unsigned long flags;
	bool found = false;

	*is_dead = false;
	spin_lock_irqsave(&tasks_lock, flags);
	list_for_each_entry(t, &init_task.tasks, tasks)
		if (t == task)
			found = true;
	list_for_each_entry(t, &ended, tasks)
		if (t == task)
			found = true;
	list_for_each_entry(t, &dead, tasks)
		if (t == task)
			found = *is_dead = true;
	if (found && !*is_dead)
		get_task_struct(task);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return found;
}

bool thread_nth(unsigned int i, struct kernel_user *user)
{
	struct task_struct *t;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&tasks_lock, flags);
	list_for_each_entry(t, &init_task.tasks, tasks) {
		if (i--)
			continue;
		*user = (struct kernel_user) { .kind = "thread", .address = (uintptr_t)t,
					       .size = sizeof(*t) };
		strscpy(user->detail, t->comm, sizeof(user->detail));
		/* One that is on its way out runs none of its function's code. */
		if (t->kthread && READ_ONCE(t->__state) != TASK_DEAD) {
			user->fn = (uintptr_t)t->kthread->fn;
			user->site = t->kthread->site;
		}
		found = true;
		break;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return found;
}

static void look_at_stack(struct task_struct *t, struct stack_use *use)
{
	*use = (struct stack_use) { .pid = t->pid, .ours = t->stack != NULL };
	memcpy(use->comm, t->comm, sizeof(use->comm));
	use->size = use->ours ? THREAD_SIZE : task_thread(t)->stack_size;
	use->left = use->ours ? stack_not_used(t) : 0;
}

bool task_stack_nth(unsigned int i, struct stack_use *use)
{
	struct task_struct *t;
	unsigned long flags;
	bool found = !i;

	spin_lock_irqsave(&tasks_lock, flags);
	if (!i) {
		look_at_stack(&init_task, use);
	} else {
		list_for_each_entry(t, &init_task.tasks, tasks) {
			if (--i)
				continue;
			look_at_stack(t, use);
			found = true;
			break;
		}
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return found;
}

/* For a report, whoever holds the lock. */
bool stack_owner(unsigned long lo, char *comm, pid_t *pid)
{
	struct task_struct *t, *owner = NULL;
	unsigned long flags;

	if (!spin_trylock_irqsave(&tasks_lock, flags))
		return false;
	if (lo && (unsigned long)init_task.stack == lo)
		owner = &init_task;
	list_for_each_entry(t, &init_task.tasks, tasks)
		if (lo && (unsigned long)t->stack == lo)
			owner = t;
	if (owner) {
		memcpy(comm, owner->comm, TASK_COMM_LEN);
		*pid = owner->pid;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return owner != NULL;
}

struct task_struct *next_task(struct task_struct *p)
{
	struct task_struct *next;
	unsigned long flags;

	spin_lock_irqsave(&tasks_lock, flags);
	next = list_next_entry(p, tasks);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return next;
}
EXPORT_SYMBOL(next_task);

struct look {
	const struct task_struct *task;
	bool here;
};

static void look_for(void *arg)
{
	struct look *look = arg;

	look->here = current == look->task;
	if (look->here)
		quarry_want_resched(raw_smp_processor_id());
}

/*
 * It may be on its way to a CPU that was chosen by the old mask. The port chooses, and calls,
 * under one lock: so who is not there when we call has been, or will be sent by the new mask.
 */
static void wait_until_allowed(struct task_struct *task)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct look look = { .task = task, .here = true };

		while (!cpumask_test_cpu((int)cpu, &task->cpus_usable) &&
		       READ_ONCE(task->__state) != TASK_DEAD) {
			quarry_host_cross_call(cpu, look_for, &look);
			if (!look.here)
				break;
			quarry_host_sleep(quarry_host_clock() + 50000);
		}
	}
}

/**
 * set_cpus_allowed_ptr - say where a task may run
 * @task: any
 * @mask: at least one of the machine's CPUs
 * Context: may sleep, until the task has left a CPU that it may not use any more.
 * Return: 0, or -EINVAL when no CPU of @mask is there.
 */
int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask)
{
	if (!cpumask_intersects(mask, cpu_online_mask))
		return -EINVAL;
	sched_set_mask(task, mask);
	/* Who has high memory mapped stays until it is unmapped. */
	while (task == current && !kmap_pinned() &&
	       !cpumask_test_cpu((int)raw_smp_processor_id(), &task->cpus_usable))
		quarry_host_sleep(0);
	if (task != current)
		wait_until_allowed(task);
	return 0;
}
EXPORT_SYMBOL(set_cpus_allowed_ptr);

/**
 * set_user_nice - note a task's priority
 * @nice: -20 to 19
 *
 * The port's threads are all alike: the number is kept, and read back.
 */
void set_user_nice(struct task_struct *task, long nice)
{
	if (nice >= -20 && nice <= 19)
		task->prio = task->static_prio = 120 + (int)nice;
}
EXPORT_SYMBOL(set_user_nice);

void do_exit(long code)
{
	kthread_exit(code);
}
EXPORT_SYMBOL(do_exit);
