// SPDX-License-Identifier: MIT
/*
 * Mutexes: one owner, who is known; the others sleep in order.
 *
 * M1  owner goes from NULL to a task by compare-and-exchange, and back by a store.
 * M2  A waiter is on wait_list before it tries for the last time; who unlocks looks
 *     at wait_list after owner has become NULL. With a full barrier on both sides,
 *     one of them sees the other.
 * M3  Only the owner unlocks; the owner does not lock again. Both are reported, and
 *     the second stops the machine, as it would hang it.
 * M4  magic is the mutex's own address: it was initialised, and not copied.
 *
 * Locking: wait_lock guards wait_list; wake-ups happen inside it, so that a waiter's
 * entry, which is on its stack, is still there.
 */
#include <linux/mutex.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
};

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	lock->owner = NULL;
	spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
	lock->magic = lock;
}
EXPORT_SYMBOL(__mutex_init);

static void report(struct mutex *lock, const char *what)
{
	struct task_struct *owner = READ_ONCE(lock->owner);

	report_begin(REPORT_BUG, "%s", what);
	report_line("%s/%d at mutex %px, whose owner is %s/%d", current->comm, current->pid, lock,
		    owner ? owner->comm : "nobody", owner ? owner->pid : 0);
	report_here();
	report_end();
}

/* M4: survives what works by luck in the kernel, a mutex that is all zeros. */
static void check_magic(struct mutex *lock)
{
	if (likely(READ_ONCE(lock->magic) == lock))
		return;
	if (!lock->magic && !lock->wait_list.next) {
		report(lock, "mutex used without mutex_init()");
		__mutex_init(lock, NULL, NULL);
		return;
	}
	report(lock, lock->magic ? "mutex was destroyed or overwritten" : "mutex was destroyed");
	panic("a mutex that is none");
}

void mutex_destroy(struct mutex *lock)
{
	check_magic(lock);
	if (lock->owner)
		report(lock, "mutex destroyed while it is locked");
	lock->magic = NULL;
}
EXPORT_SYMBOL(mutex_destroy);

static bool try_lock(struct mutex *lock)
{
	struct task_struct *nobody = NULL;

	return try_cmpxchg(&lock->owner, &nobody, current);
}

static void lock_slow(struct mutex *lock, unsigned int state)
{
	struct mutex_waiter me = { .task = current };
	unsigned long flags;

	if (READ_ONCE(lock->owner) == current) {
		report(lock, "recursive locking: the task waits for itself");
		panic("deadlock");
	}
	spin_lock_irqsave(&lock->wait_lock, flags);
	list_add_tail(&me.list, &lock->wait_list);
	for (;;) {
		set_current_state(state);
		if (try_lock(lock))	/* M2 */
			break;
		spin_unlock_irqrestore(&lock->wait_lock, flags);
		schedule();
		spin_lock_irqsave(&lock->wait_lock, flags);
	}
	__set_current_state(TASK_RUNNING);
	list_del(&me.list);
	spin_unlock_irqrestore(&lock->wait_lock, flags);
}

static void lock_common(struct mutex *lock, unsigned int state)
{
	might_sleep();
	check_magic(lock);
	if (!try_lock(lock))
		lock_slow(lock, state);
}

void mutex_lock(struct mutex *lock)
{
	lock_common(lock, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(mutex_lock);

void mutex_lock_io(struct mutex *lock)
{
	lock_common(lock, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(mutex_lock_io);

int mutex_lock_interruptible(struct mutex *lock)
{
	lock_common(lock, TASK_INTERRUPTIBLE);
	return 0;
}
EXPORT_SYMBOL(mutex_lock_interruptible);

int mutex_lock_killable(struct mutex *lock)
{
	lock_common(lock, TASK_KILLABLE);
	return 0;
}
EXPORT_SYMBOL(mutex_lock_killable);

int mutex_trylock(struct mutex *lock)
{
	check_magic(lock);
	if (in_interrupt())
		report(lock, "mutex_trylock() in interrupt context, which owns nothing");
	return try_lock(lock);
}
EXPORT_SYMBOL(mutex_trylock);

void mutex_unlock(struct mutex *lock)
{
	struct mutex_waiter *first;
	unsigned long flags;

	check_magic(lock);
	if (unlikely(READ_ONCE(lock->owner) != current || in_interrupt())) {
		report(lock, !lock->owner ? "mutex_unlock() of a mutex that is not locked"
			     : in_interrupt() ? "mutex_unlock() in interrupt context"
			     : "mutex_unlock() by a task that is not the owner");
		if (!lock->owner)
			return;
	}
	smp_store_release(&lock->owner, NULL);
	smp_mb();	/* M2 */
	if (list_empty(&lock->wait_list))
		return;
	spin_lock_irqsave(&lock->wait_lock, flags);
	if (!list_empty(&lock->wait_list)) {
		first = list_first_entry(&lock->wait_list, struct mutex_waiter, list);
		wake_up_process(first->task);
	}
	spin_unlock_irqrestore(&lock->wait_lock, flags);
}
EXPORT_SYMBOL(mutex_unlock);

/**
 * atomic_dec_and_mutex_lock - count down; at zero, with the mutex held
 * Context: may sleep. Return: 1 when it went to zero: the mutex is ours.
 */
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)
{
	if (atomic_add_unless(cnt, -1, 1))
		return 0;
	mutex_lock(lock);
	if (atomic_dec_and_test(cnt))
		return 1;
	mutex_unlock(lock);
	return 0;
}
EXPORT_SYMBOL(atomic_dec_and_mutex_lock);
