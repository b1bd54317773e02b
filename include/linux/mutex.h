/* SPDX-License-Identifier: MIT */
/* Locks that sleep. Bodies: kernel/mutex.c */
#ifndef __LINUX_MUTEX_H
#define __LINUX_MUTEX_H

#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>
#include <linux/atomic.h>
#include <asm/processor.h>

struct task_struct;

/* Keys: W wait_lock, or A atomic while nobody waits */
struct mutex {
	struct task_struct *owner;	/* W A  NULL: free */
	spinlock_t wait_lock;
	struct list_head wait_list;	/* W  who wants it, first come first served */
	struct mutex *magic;		/* C  itself: made properly, not destroyed */
};

#define __MUTEX_INITIALIZER(name)					\
	{ .owner = NULL, .wait_lock = __SPIN_LOCK_UNLOCKED((name).wait_lock), \
	  .wait_list = LIST_HEAD_INIT((name).wait_list), .magic = &(name) }
#define DEFINE_MUTEX(name)	struct mutex name = __MUTEX_INITIALIZER(name)
#define mutex_init(m)		__mutex_init((m), #m, NULL)

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
/** mutex_destroy - nobody may use it any more; reports when it is held */
void mutex_destroy(struct mutex *lock);
/** mutex_lock - Context: a thread that may sleep; not the owner */
void mutex_lock(struct mutex *lock);
/** mutex_lock_interruptible - 0, as kernel threads have no signals */
int __must_check mutex_lock_interruptible(struct mutex *lock);
int __must_check mutex_lock_killable(struct mutex *lock);
void mutex_lock_io(struct mutex *lock);
/** mutex_trylock - 1: it is ours now; 0: somebody has it. Context: a thread. */
int mutex_trylock(struct mutex *lock);
/** mutex_unlock - Context: the owner, a thread. Anything else is reported. */
void mutex_unlock(struct mutex *lock);
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock);

static inline bool mutex_is_locked(struct mutex *lock)
{
	return READ_ONCE(lock->owner) != NULL;
}

#define mutex_lock_nested(lock, subclass)	mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)
#define mutex_lock_killable_nested(lock, subclass) mutex_lock_killable(lock)
#define mutex_lock_nest_lock(lock, nest_lock)	mutex_lock(lock)

#endif
