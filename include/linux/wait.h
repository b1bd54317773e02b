/* SPDX-License-Identifier: MIT */
/*
 * Wait queues: threads that sleep until a condition holds. Bodies: mm/wait.c
 *
 * A waiter puts itself on the queue and sets its state before it tests the
 * condition, so a wake-up between the test and the sleep is not lost. The
 * condition is tested again after each wake-up.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>
#include <linux/stddef.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <linux/ktime.h>
#include <asm/current.h>

struct wait_queue_entry;

typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry, unsigned int mode,
				 int flags, void *key);
int default_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
			  void *key);
int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
			     void *key);
int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
			void *key);

#define WQ_FLAG_EXCLUSIVE	0x01
#define WQ_FLAG_WOKEN		0x02

/* Keys: W the queue's lock | C fixed when it is made */
struct wait_queue_entry {
	unsigned int flags;		/* W */
	void *private;			/* C  the task */
	wait_queue_func_t func;		/* C  nonzero: the wake-up was used */
	struct list_head entry;		/* W */
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;		/* W */
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAITQUEUE_INITIALIZER(name, tsk)				\
	{ .private = (tsk), .func = default_wake_function, .entry = { NULL, NULL } }
#define DECLARE_WAITQUEUE(name, tsk) \
	struct wait_queue_entry name = __WAITQUEUE_INITIALIZER(name, tsk)
#define __WAIT_QUEUE_HEAD_INITIALIZER(name)				\
	{ .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = LIST_HEAD_INIT(name.head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name)	DECLARE_WAIT_QUEUE_HEAD(name)
#define DEFINE_WAIT_FUNC(name, function)				\
	struct wait_queue_entry name = {				\
		.private = current,					\
		.func = (function),					\
		.entry = LIST_HEAD_INIT((name).entry),			\
	}
#define DEFINE_WAIT(name)	DEFINE_WAIT_FUNC(name, autoremove_wake_function)

static inline void init_waitqueue_head(struct wait_queue_head *wq_head)
{
	spin_lock_init(&wq_head->lock);
	INIT_LIST_HEAD(&wq_head->head);
}

static inline void init_waitqueue_entry(struct wait_queue_entry *e, struct task_struct *p)
{
	e->flags = 0;
	e->private = p;
	e->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *e, wait_queue_func_t func)
{
	e->flags = 0;
	e->private = NULL;
	e->func = func;
}

static inline void init_wait_entry(struct wait_queue_entry *e, int flags)
{
	e->flags = (unsigned int)flags;
	e->private = current;
	e->func = autoremove_wake_function;
	INIT_LIST_HEAD(&e->entry);
}

#define init_wait(e)	init_wait_entry((e), 0)

/* Without the lock it is a hint: the caller knows of a barrier before it. */
static inline int waitqueue_active(struct wait_queue_head *wq_head)
{
	return !list_empty(&wq_head->head);
}

static inline bool wq_has_single_sleeper(struct wait_queue_head *wq_head)
{
	return list_is_singular(&wq_head->head);
}

static inline bool wq_has_sleeper(struct wait_queue_head *wq_head)
{
	smp_mb();
	return waitqueue_active(wq_head);
}

void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e);
void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *e);
void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e);
/* With wq_head->lock held. */
void __add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e);
void __add_wait_queue_entry_tail(struct wait_queue_head *wq_head, struct wait_queue_entry *e);
void __remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *e);

/**
 * prepare_to_wait - get on a queue and set the state to sleep in
 * @wq_head: the queue
 * @e: the caller's entry; may be queued already
 * @state: TASK_*
 * Context: a thread that may sleep; takes wq_head->lock.
 */
void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *e, int state);
/** prepare_to_wait_exclusive - the same, at the end; true: nobody waited before */
bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *e,
			       int state);
/** prepare_to_wait_event - as e->flags say; 0, there being no signals to report */
long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *e,
			   int state);
/** finish_wait - be running, and off the queue */
void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *e);
/** wait_woken - sleep until woken_wake_function() has run; ticks left */
long wait_woken(struct wait_queue_entry *e, unsigned int mode, long timeout);

/**
 * __wake_up - wake who waits
 * @wq_head: the queue
 * @mode: states that are woken
 * @nr_exclusive: exclusive waiters to wake; 0: all
 * @key: passed to the entries' functions
 * Context: any.
 */
void __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key);
void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr);
void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode, void *key);
void __wake_up_sync(struct wait_queue_head *wq_head, unsigned int mode);

#define wake_up(x)			__wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr)		__wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x)			__wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_locked(x)		__wake_up_locked((x), TASK_NORMAL, 1)
#define wake_up_all_locked(x)		__wake_up_locked((x), TASK_NORMAL, 0)
#define wake_up_sync(x)			__wake_up_sync(x, TASK_NORMAL)
#define wake_up_interruptible(x)	__wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(x, nr)	__wake_up(x, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(x)	__wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(x)	__wake_up_sync((x), TASK_INTERRUPTIBLE)

/*
 * The loop that the macros below share: sleep by @nap until @cond is true, having
 * run it once more than @nap. Its value is that of the entry's last preparation.
 */
#define __wait_until(wq, cond, state, eflags, nap)			\
	({								\
		struct wait_queue_entry __wq_entry;			\
		long __wq_intr;						\
									\
		init_wait_entry(&__wq_entry, (eflags));			\
		for (;;) {						\
			__wq_intr = prepare_to_wait_event(&(wq), &__wq_entry, (state)); \
			if (cond) {					\
				__wq_intr = 0;				\
				break;					\
			}						\
			if (__wq_intr)					\
				break;					\
			nap;						\
		}							\
		finish_wait(&(wq), &__wq_entry);			\
		__wq_intr;						\
	})

/* 0 or, had kernel threads signals, -ERESTARTSYS. */
#define __wait_plain(wq, cond, state, eflags, nap)			\
	({								\
		long __wq_ret = 0;					\
									\
		might_sleep();						\
		if (!(cond))						\
			__wq_ret = __wait_until(wq, cond, state, eflags, nap); \
		(int)__wq_ret;						\
	})

/* Is it over? Time that has run out when @cond comes true counts as one tick left. */
#define __wait_over(cond, left)						\
	({								\
		bool __wq_cond = (cond);				\
									\
		if (__wq_cond && !(left))				\
			(left) = 1;					\
		__wq_cond || !(left);					\
	})

/* Ticks that were left, at least 1 when @cond is true; 0: time ran out. */
#define __wait_timed(wq, cond, timeout, state, eflags)			\
	({								\
		long __wq_left = (timeout);				\
									\
		might_sleep();						\
		if (!__wait_over(cond, __wq_left)) {			\
			long __wq_err = __wait_until(wq, __wait_over(cond, __wq_left), \
				state, eflags, __wq_left = schedule_timeout(__wq_left)); \
			if (__wq_err)					\
				__wq_left = __wq_err;			\
		}							\
		__wq_left;						\
	})

#define wait_event(wq, cond) \
	((void)__wait_plain(wq, cond, TASK_UNINTERRUPTIBLE, 0, schedule()))
#define wait_event_freezable(wq, cond)	wait_event_interruptible(wq, cond)
#define wait_event_interruptible(wq, cond) \
	__wait_plain(wq, cond, TASK_INTERRUPTIBLE, 0, schedule())
#define wait_event_killable(wq, cond) \
	__wait_plain(wq, cond, TASK_KILLABLE, 0, schedule())
#define wait_event_idle(wq, cond) \
	((void)__wait_plain(wq, cond, TASK_IDLE, 0, schedule()))
#define wait_event_interruptible_exclusive(wq, cond) \
	__wait_plain(wq, cond, TASK_INTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, schedule())
#define wait_event_killable_exclusive(wq, cond) \
	__wait_plain(wq, cond, TASK_KILLABLE, WQ_FLAG_EXCLUSIVE, schedule())
#define wait_event_idle_exclusive(wq, cond) \
	((void)__wait_plain(wq, cond, TASK_IDLE, WQ_FLAG_EXCLUSIVE, schedule()))
#define wait_event_exclusive_cmd(wq, cond, cmd1, cmd2)			\
	((void)__wait_plain(wq, cond, TASK_UNINTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, \
			    ({ cmd1; schedule(); cmd2; })))
#define wait_event_cmd(wq, cond, cmd1, cmd2)				\
	((void)__wait_plain(wq, cond, TASK_UNINTERRUPTIBLE, 0,		\
			    ({ cmd1; schedule(); cmd2; })))

#define wait_event_timeout(wq, cond, timeout) \
	__wait_timed(wq, cond, timeout, TASK_UNINTERRUPTIBLE, 0)
#define wait_event_interruptible_timeout(wq, cond, timeout) \
	__wait_timed(wq, cond, timeout, TASK_INTERRUPTIBLE, 0)
#define wait_event_freezable_timeout(wq, cond, timeout) \
	wait_event_interruptible_timeout(wq, cond, timeout)
#define wait_event_killable_timeout(wq, cond, timeout) \
	__wait_timed(wq, cond, timeout, TASK_KILLABLE, 0)
#define wait_event_idle_timeout(wq, cond, timeout) \
	__wait_timed(wq, cond, timeout, TASK_IDLE, 0)
#define wait_event_idle_exclusive_timeout(wq, cond, timeout) \
	__wait_timed(wq, cond, timeout, TASK_IDLE, WQ_FLAG_EXCLUSIVE)

/* @lock is held by the caller, and while @cond is tested. */
#define wait_event_lock_irq(wq, cond, lock)				\
	((void)((cond) || __wait_until(wq, cond, TASK_UNINTERRUPTIBLE, 0, ({ \
		spin_unlock_irq(&(lock));				\
		schedule();						\
		spin_lock_irq(&(lock));					\
	}))))
#define wait_event_interruptible_lock_irq(wq, cond, lock)		\
	((cond) ? 0 : (int)__wait_until(wq, cond, TASK_INTERRUPTIBLE, 0, ({ \
		spin_unlock_irq(&(lock));				\
		schedule();						\
		spin_lock_irq(&(lock));					\
	})))

#endif
