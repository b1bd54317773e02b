// SPDX-License-Identifier: MIT
/*
 * Counting semaphores. up() hands its count straight to the first waiter, so that
 * who comes later cannot snatch it.
 *
 * S1  While somebody waits, count is 0.
 * S2  A waiter is on the list exactly while it has not been handed a count.
 *
 * Locking: lock guards everything, with interrupts off: up() is called from there.
 */
#include <linux/semaphore.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sched.h>

struct semaphore_waiter {
	struct list_head list;
	struct task_struct *task;
};

/* Return: 0, or -ETIME. */
static int down_common(struct semaphore *sem, long timeout, unsigned int state)
{
	struct semaphore_waiter me = { .task = current };
	unsigned long flags;
	int err = 0;

	might_sleep();
	spin_lock_irqsave(&sem->lock, flags);
	if (sem->count) {
		sem->count--;
		goto out;
	}
	list_add_tail(&me.list, &sem->wait_list);
	while (!list_empty(&me.list)) {
		if (timeout <= 0) {
			list_del(&me.list);
			err = -ETIME;
			break;
		}
		set_current_state(state);
		spin_unlock_irqrestore(&sem->lock, flags);
		timeout = schedule_timeout(timeout);
		spin_lock_irqsave(&sem->lock, flags);
	}
out:
	spin_unlock_irqrestore(&sem->lock, flags);
	return err;
}

void down(struct semaphore *sem)
{
	down_common(sem, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(down);

int down_interruptible(struct semaphore *sem)
{
	return down_common(sem, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(down_interruptible);

int down_killable(struct semaphore *sem)
{
	return down_common(sem, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE);
}
EXPORT_SYMBOL(down_killable);

int down_timeout(struct semaphore *sem, long ticks)
{
	return down_common(sem, ticks, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(down_timeout);

int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&sem->lock, flags);
	taken = sem->count != 0;
	if (taken)
		sem->count--;
	spin_unlock_irqrestore(&sem->lock, flags);
	return !taken;
}
EXPORT_SYMBOL(down_trylock);

void up(struct semaphore *sem)
{
	struct semaphore_waiter *w;
	unsigned long flags;

	spin_lock_irqsave(&sem->lock, flags);
	if (list_empty(&sem->wait_list)) {
		sem->count++;
	} else {
		w = list_first_entry(&sem->wait_list, struct semaphore_waiter, list);
		list_del_init(&w->list);
		wake_up_process(w->task);
	}
	spin_unlock_irqrestore(&sem->lock, flags);
}
EXPORT_SYMBOL(up);
