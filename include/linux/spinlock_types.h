/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SPINLOCK_TYPES_H
#define __LINUX_SPINLOCK_TYPES_H

#include <linux/types.h>
#include <linux/lockdep.h>

/*
 * The same in every build, so that a module and a core with other checks agree.
 * Keys: A atomic | C fixed when it is made
 */
typedef struct spinlock {
	unsigned int locked;	/* A  0: free; else the owning CPU's number plus 1 */
	unsigned short rank;	/* C  enum lock_rank */
	unsigned short spare;
} spinlock_t;

typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name)	{ .locked = 0, .rank = RANK_NONE }
#define __SPIN_LOCK_RANKED(r)		{ .locked = 0, .rank = (r) }
#define __RAW_SPIN_LOCK_UNLOCKED(name)	__SPIN_LOCK_UNLOCKED(name)
#define DEFINE_SPINLOCK(x)		spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define DEFINE_SPINLOCK_RANKED(x, r)	spinlock_t x = __SPIN_LOCK_RANKED(r)
#define DEFINE_RAW_SPINLOCK(x)		raw_spinlock_t x = __SPIN_LOCK_UNLOCKED(x)

/* Many readers or one writer. Keys: A atomic */
typedef struct rwlock {
	int count;		/* A  readers; -1: a writer */
	unsigned int owner;	/* A  the writing CPU's number plus 1, or 0 */
} rwlock_t;

#define __RW_LOCK_UNLOCKED(name)	{ 0, 0 }
#define DEFINE_RWLOCK(x)		rwlock_t x = __RW_LOCK_UNLOCKED(x)

#endif
