// SPDX-License-Identifier: MIT
/*
 * Reader-writer semaphores. Who comes to a semaphore that somebody waits for waits
 * behind him, reader or writer, so neither can starve.
 *
 * R1  count is the number of readers, or -1 for a writer, who is owner.
 * R2  Whoever lets go hands the semaphore to the first waiter, or to all readers at
 *     the front: count includes them before they wake. A waiter is on the list
 *     exactly while it has not been handed anything.
 *
 * Locking: wait_lock guards everything. A waiter leaves with the lock taken, so its
 * entry, which is on its stack, outlives the wake-up.
 */
#include <linux/rwsem.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct rwsem_waiter {
	struct list_head list;		/* empty: granted (R2) */
	struct task_struct *task;
	bool write;
};

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	sem->count = 0;
	sem->owner = NULL;
	spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
}
EXPORT_SYMBOL(__init_rwsem);

static void report(struct rw_semaphore *sem, const char *what)
{
	report_begin(REPORT_BUG, "%s", what);
	report_line("%s/%d at rw_semaphore %px, count %d", current->comm, current->pid, sem,
		    sem->count);
	report_here();
	report_end();
}

static bool take(struct rw_semaphore *sem, bool write, struct task_struct *task)
{
	if (write ? sem->count != 0 : sem->count < 0)
		return false;
	sem->count = write ? -1 : sem->count + 1;
	sem->owner = write ? task : NULL;
	return true;
}

/* R2 */
static void hand_on(struct rw_semaphore *sem)
{
	while (!list_empty(&sem->wait_list)) {
		struct rwsem_waiter *w = list_first_entry(&sem->wait_list,
							  struct rwsem_waiter, list);

		if (!take(sem, w->write, w->task))
			break;
		list_del_init(&w->list);
		wake_up_process(w->task);
	}
}

static void down_common(struct rw_semaphore *sem, bool write, unsigned int state)
{
	struct rwsem_waiter me = { .task = current, .write = write };
	unsigned long flags;

	might_sleep();
	spin_lock_irqsave(&sem->wait_lock, flags);
	if (list_empty(&sem->wait_list) && take(sem, write, current))
		goto out;
	if (sem->owner == current) {
		spin_unlock_irqrestore(&sem->wait_lock, flags);
		report(sem, "recursive locking: the writer waits for itself");
		panic("deadlock");
	}
	list_add_tail(&me.list, &sem->wait_list);
	while (!list_empty(&me.list)) {
		set_current_state(state);
		spin_unlock_irqrestore(&sem->wait_lock, flags);
		schedule();
		spin_lock_irqsave(&sem->wait_lock, flags);
	}
out:
	spin_unlock_irqrestore(&sem->wait_lock, flags);
}

static int try_common(struct rw_semaphore *sem, bool write)
{
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&sem->wait_lock, flags);
	taken = list_empty(&sem->wait_list) && take(sem, write, current);
	spin_unlock_irqrestore(&sem->wait_lock, flags);
	return taken;
}

void down_read(struct rw_semaphore *sem)
{
	down_common(sem, false, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(down_read);

int down_read_interruptible(struct rw_semaphore *sem)
{
	down_common(sem, false, TASK_INTERRUPTIBLE);
	return 0;
}
EXPORT_SYMBOL(down_read_interruptible);

int down_read_killable(struct rw_semaphore *sem)
{
	down_common(sem, false, TASK_KILLABLE);
	return 0;
}
EXPORT_SYMBOL(down_read_killable);

int down_read_trylock(struct rw_semaphore *sem)
{
	return try_common(sem, false);
}
EXPORT_SYMBOL(down_read_trylock);

void down_write(struct rw_semaphore *sem)
{
	down_common(sem, true, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(down_write);

int down_write_killable(struct rw_semaphore *sem)
{
	down_common(sem, true, TASK_KILLABLE);
	return 0;
}
EXPORT_SYMBOL(down_write_killable);

int down_write_trylock(struct rw_semaphore *sem)
{
	return try_common(sem, true);
}
EXPORT_SYMBOL(down_write_trylock);

void up_read(struct rw_semaphore *sem)
{
	unsigned long flags;
	bool held;

	spin_lock_irqsave(&sem->wait_lock, flags);
	held = sem->count > 0;
	if (held && !--sem->count)
		hand_on(sem);
	spin_unlock_irqrestore(&sem->wait_lock, flags);
	if (!held)
		report(sem, "up_read() of a semaphore that has no reader");
}
EXPORT_SYMBOL(up_read);

/* Lets go of the writer's hold, and keeps @readers of it. */
static void release_write(struct rw_semaphore *sem, int readers, const char *who)
{
	struct task_struct *owner;
	unsigned long flags;

	spin_lock_irqsave(&sem->wait_lock, flags);
	owner = sem->owner;
	if (sem->count < 0) {
		sem->count = readers;
		sem->owner = NULL;
		hand_on(sem);
	}
	spin_unlock_irqrestore(&sem->wait_lock, flags);
	if (owner != current)
		report(sem, who);
}

void up_write(struct rw_semaphore *sem)
{
	release_write(sem, 0, "up_write() by a task that is not the writer");
}
EXPORT_SYMBOL(up_write);

void downgrade_write(struct rw_semaphore *sem)
{
	release_write(sem, 1, "downgrade_write() by a task that is not the writer");
}
EXPORT_SYMBOL(downgrade_write);
