// SPDX-License-Identifier: MIT
/*
 * Sleeping and waking: what the memory manager itself needs of a scheduler. The
 * port runs the threads; this file turns its sleep and wake into the kernel's task
 * states, ticks and wait queues.
 *
 * W1  A task sleeps only inside quarry_host_sleep(), and only while its state is
 *     not TASK_RUNNING. Whoever makes the state TASK_RUNNING calls
 *     quarry_host_wake() afterwards, which the port remembers: no wake-up is lost
 *     between the test of the state and the sleep.
 * W2  schedule() and schedule_timeout() return with TASK_RUNNING.
 * W3  An entry that autoremove_wake_function() has taken off its queue has an
 *     empty list node; finish_wait() trusts that only after a full look.
 *
 * Locking: a queue's lock guards its list; it is taken from interrupts too, so
 * with interrupts off. Nothing else is taken inside it but the port's own locks.
 */
#include <linux/sched.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "mm/internal.h"

/* Time. */

u64 get_jiffies_64(void)
{
	return div_u64(quarry_host_clock(), TICK_NSEC) + INITIAL_JIFFIES;
}
EXPORT_SYMBOL(get_jiffies_64);

u64 jiffies_clock(u64 ticks)
{
	u64 since_boot = ticks - INITIAL_JIFFIES;

	if (since_boot > div_u64(U64_MAX, TICK_NSEC))
		return U64_MAX - 1;
	return since_boot * TICK_NSEC;
}
EXPORT_SYMBOL(jiffies_clock);

/* Tasks. */

/**
 * wake_up_state - make a task runnable if it sleeps in one of some states
 * @task: which
 * @state: TASK_* bits
 * Context: any. Return: 1 when it slept, else 0.
 */
int wake_up_state(struct task_struct *task, unsigned int state)
{
	unsigned int old;

	/* What the caller wrote before must be seen by the task that we wake. */
	smp_mb();
	old = READ_ONCE(task->__state);
	do {
		if (!(old & state))
			return 0;
	} while (!try_cmpxchg(&task->__state, &old, (unsigned int)TASK_RUNNING));
	quarry_host_wake(task_thread(task));
	return 1;
}
EXPORT_SYMBOL(wake_up_state);

int wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL | TASK_NEW);
}
EXPORT_SYMBOL(wake_up_process);

/* Sleeps until somebody makes us runnable, or the clock reaches @deadline. */
static void sleep_until(u64 deadline)
{
	unsigned int count = schedule_debug();

	current->nvcsw++;
	/* What the waker wrote before is seen here. */
	while (smp_load_acquire(&current->__state) != TASK_RUNNING) {
		if (deadline != U64_MAX && quarry_host_clock() >= deadline)
			break;
		quarry_host_sleep(deadline);
	}
	__set_current_state(TASK_RUNNING);
	__this_cpu_add(quarry_cpu_hot.preempt_count, count);
}

/**
 * schedule - let others run; sleep, if the task's state says so
 * Context: a thread that may sleep.
 */
void schedule(void)
{
	unsigned int count;

	if (READ_ONCE(current->__state) != TASK_RUNNING) {
		sleep_until(U64_MAX);
		return;
	}
	count = schedule_debug();
	quarry_host_sleep(0);
	__this_cpu_add(quarry_cpu_hot.preempt_count, count);
}
EXPORT_SYMBOL(schedule);

void yield(void)
{
	__set_current_state(TASK_RUNNING);
	schedule();
}
EXPORT_SYMBOL(yield);

/**
 * schedule_timeout - sleep, but not for ever
 * @timeout: ticks, from the next one on; MAX_SCHEDULE_TIMEOUT: no limit
 * Context: a thread that may sleep; it has set its state.
 * Return: ticks that are left, 0 when time is up.
 */
long schedule_timeout(long timeout)
{
	u64 until;
	long left;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout < 0) {
		pr_err("schedule_timeout: wrong timeout value %lx\n", timeout);
		dump_stack();
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	until = get_jiffies_64() + (u64)timeout;
	if (READ_ONCE(current->__state) == TASK_RUNNING)
		schedule();
	else
		sleep_until(jiffies_clock(until));
	left = (long)(until - get_jiffies_64());
	return left < 0 ? 0 : left;
}
EXPORT_SYMBOL(schedule_timeout);

long schedule_timeout_interruptible(long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_interruptible);

long schedule_timeout_killable(long timeout)
{
	__set_current_state(TASK_KILLABLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_killable);

long schedule_timeout_uninterruptible(long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_uninterruptible);

long schedule_timeout_idle(long timeout)
{
	__set_current_state(TASK_IDLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_idle);

/**
 * schedule_clock - sleep until the clock reaches a moment
 * @deadline: a quarry_host_clock()
 * Context: a thread that may sleep; it has set its state.
 * Return: false when it was woken before.
 */
bool schedule_clock(u64 deadline)
{
	sleep_until(deadline);
	return quarry_host_clock() >= deadline;
}

/* Wait queues. */

void __add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	list_add(&e->entry, &wq_head->head);
}
EXPORT_SYMBOL(__add_wait_queue);

void __add_wait_queue_entry_tail(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	list_add_tail(&e->entry, &wq_head->head);
}
EXPORT_SYMBOL(__add_wait_queue_entry_tail);

void __remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	list_del(&e->entry);
}
EXPORT_SYMBOL(__remove_wait_queue);

void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	unsigned long flags;

	e->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue(wq_head, e);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}
EXPORT_SYMBOL(add_wait_queue);

void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	unsigned long flags;

	e->flags |= WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue_entry_tail(wq_head, e);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}
EXPORT_SYMBOL(add_wait_queue_exclusive);

void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	__remove_wait_queue(wq_head, e);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}
EXPORT_SYMBOL(remove_wait_queue);

/* Exclusive waiters stand behind the others, so that a wake-up meets those first. */
static bool queue_and_set_state(struct wait_queue_head *wq_head, struct wait_queue_entry *e,
				int state)
{
	unsigned long flags;
	bool was_empty = false;

	spin_lock_irqsave(&wq_head->lock, flags);
	if (list_empty(&e->entry)) {
		was_empty = list_empty(&wq_head->head);
		if (e->flags & WQ_FLAG_EXCLUSIVE)
			__add_wait_queue_entry_tail(wq_head, e);
		else
			__add_wait_queue(wq_head, e);
	}
	set_current_state((unsigned int)state);
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return was_empty;
}

void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *e, int state)
{
	e->flags &= ~WQ_FLAG_EXCLUSIVE;
	queue_and_set_state(wq_head, e, state);
}
EXPORT_SYMBOL(prepare_to_wait);

bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *e,
			       int state)
{
	e->flags |= WQ_FLAG_EXCLUSIVE;
	return queue_and_set_state(wq_head, e, state);
}
EXPORT_SYMBOL(prepare_to_wait_exclusive);

long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *e,
			   int state)
{
	queue_and_set_state(wq_head, e, state);
	return 0;
}
EXPORT_SYMBOL(prepare_to_wait_event);

void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *e)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	/*
	 * Who takes the entry off writes both pointers under the lock, and may be
	 * between the two; only an entry with both of them home is out of reach (W3).
	 */
	if (list_empty_careful(&e->entry))
		return;
	spin_lock_irqsave(&wq_head->lock, flags);
	list_del_init(&e->entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}
EXPORT_SYMBOL(finish_wait);

int default_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
			  void *key)
{
	return wake_up_state(wq_entry->private, mode);
}
EXPORT_SYMBOL(default_wake_function);

int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
			     void *key)
{
	int woken = default_wake_function(wq_entry, mode, flags, key);

	if (woken)
		list_del_init_careful(&wq_entry->entry);
	return woken;
}
EXPORT_SYMBOL(autoremove_wake_function);

int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
			void *key)
{
	/* Pairs with wait_woken(): what was written before the wake-up is seen there. */
	smp_mb();
	wq_entry->flags |= WQ_FLAG_WOKEN;
	return default_wake_function(wq_entry, mode, flags, key);
}
EXPORT_SYMBOL(woken_wake_function);

long wait_woken(struct wait_queue_entry *e, unsigned int mode, long timeout)
{
	set_current_state(mode);
	if (!(READ_ONCE(e->flags) & WQ_FLAG_WOKEN))
		timeout = schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	e->flags &= ~WQ_FLAG_WOKEN;
	smp_mb();
	return timeout;
}
EXPORT_SYMBOL(wait_woken);

/* With the lock held. @nr counts exclusive waiters; 0 never runs out. */
static void wake_entries(struct wait_queue_head *wq_head, unsigned int mode, int nr, void *key)
{
	struct wait_queue_entry *e, *next;

	list_for_each_entry_safe(e, next, &wq_head->head, entry) {
		unsigned int flags = e->flags;	/* the entry may go away in func */
		int woken = e->func(e, mode, 0, key);

		if (woken < 0)
			break;
		if (woken && (flags & WQ_FLAG_EXCLUSIVE) && !--nr)
			break;
	}
}

void __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	wake_entries(wq_head, mode, nr_exclusive, key);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}
EXPORT_SYMBOL(__wake_up);

void __wake_up_sync(struct wait_queue_head *wq_head, unsigned int mode)
{
	__wake_up(wq_head, mode, 1, NULL);
}
EXPORT_SYMBOL(__wake_up_sync);

void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr)
{
	wake_entries(wq_head, mode, nr, NULL);
}
EXPORT_SYMBOL(__wake_up_locked);

void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode, void *key)
{
	wake_entries(wq_head, mode, 1, key);
}
EXPORT_SYMBOL(__wake_up_locked_key);
