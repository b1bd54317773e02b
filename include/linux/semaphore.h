/* SPDX-License-Identifier: MIT */
/* A count that is taken down and put up. Bodies: kernel/semaphore.c */
#ifndef __LINUX_SEMAPHORE_H
#define __LINUX_SEMAPHORE_H

#include <linux/list.h>
#include <linux/spinlock.h>

/* Keys: L lock */
struct semaphore {
	spinlock_t lock;
	unsigned int count;		/* L  how many may still come in */
	struct list_head wait_list;	/* L */
};

#define __SEMAPHORE_INITIALIZER(name, n)				\
	{ .lock = __SPIN_LOCK_UNLOCKED((name).lock), .count = (n),	\
	  .wait_list = LIST_HEAD_INIT((name).wait_list) }
#define DEFINE_SEMAPHORE(name)	struct semaphore name = __SEMAPHORE_INITIALIZER(name, 1)

static inline void sema_init(struct semaphore *sem, int val)
{
	spin_lock_init(&sem->lock);
	sem->count = (unsigned int)val;
	INIT_LIST_HEAD(&sem->wait_list);
}

/* Context: a thread that may sleep. */
void down(struct semaphore *sem);
int __must_check down_interruptible(struct semaphore *sem);
int __must_check down_killable(struct semaphore *sem);
/** down_timeout - 0, or -ETIME after @jiffies ticks */
int __must_check down_timeout(struct semaphore *sem, long jiffies_);
/* Context: any. down_trylock() is 0 when it got the semaphore. */
int __must_check down_trylock(struct semaphore *sem);
void up(struct semaphore *sem);

#endif
