/* SPDX-License-Identifier: MIT */
/* Many readers or one writer, sleeping. Bodies: kernel/rwsem.c */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>
#include <linux/atomic.h>

struct task_struct;

/* Keys: W wait_lock */
struct rw_semaphore {
	int count;			/* W  readers; -1: a writer */
	spinlock_t wait_lock;
	struct list_head wait_list;	/* W  in order; nobody overtakes */
	struct task_struct *owner;	/* W  the writer */
};

#define __RWSEM_INITIALIZER(name)					\
	{ .count = 0, .wait_lock = __SPIN_LOCK_UNLOCKED((name).wait_lock), \
	  .wait_list = LIST_HEAD_INIT((name).wait_list), .owner = NULL }
#define DECLARE_RWSEM(name)	struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define init_rwsem(sem)		__init_rwsem((sem), #sem, NULL)

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key);
/* Context: a thread that may sleep; the try forms, up and downgrade do not sleep. */
void down_read(struct rw_semaphore *sem);
int __must_check down_read_interruptible(struct rw_semaphore *sem);
int __must_check down_read_killable(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int __must_check down_write_killable(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
/** downgrade_write - the writer becomes a reader, and lets other readers in */
void downgrade_write(struct rw_semaphore *sem);

static inline int rwsem_is_locked(struct rw_semaphore *sem)
{
	return READ_ONCE(sem->count) != 0;
}

static inline int rwsem_is_contended(struct rw_semaphore *sem)
{
	return !list_empty(&sem->wait_list);
}

#define down_read_nested(sem, subclass)		down_read(sem)
#define down_write_nested(sem, subclass)	down_write(sem)

#endif
