/* SPDX-License-Identifier: MIT */
/* Ranks: the order in which spinlocks are taken. */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/types.h>
#include <quarry/config.h>

/*
 * A CPU that holds a lock takes only locks of higher rank, also in an interrupt that comes
 * in meanwhile; so what is held with interrupts on has the low ranks. RANK_NONE is exempt.
 * Checked when QUARRY_DEBUG is on; the numbers also index the lock statistics.
 */
enum lock_rank {
	RANK_NONE,		/* modules' locks, and others without an order */
	RANK_POOL_LIST,		/* list of memory pools */
	RANK_CACHE_LIST,	/* list of slab caches */
	RANK_SHRINKER,		/* list of shrinkers */
	/* From here on, interrupts are off while they are held. */
	RANK_TASK,		/* task list, run state of tasks */
	RANK_IRQS_OFF = RANK_TASK,
	RANK_MEMPOOL,
	RANK_SLAB_NODE,		/* a cache's lists on one node */
	RANK_VMALLOC,		/* areas of virtual memory */
	RANK_PERCPU,		/* chunks of per-CPU memory */
	RANK_KMAP,		/* the kmap window */
	RANK_MARKS,		/* zones' marks while they are computed */
	RANK_ZONE,		/* zone->lock */
	RANK_PAGE_OWNER,
	RANK_TIMER,
	NR_LOCK_RANKS
};

struct lock_class_key {
	char unused;
};

struct spinlock;
struct lockdep_map {
	struct lock_class_key *key;
};

/* Does this CPU hold it? */
bool quarry_lock_held(const struct spinlock *lock);
#define lockdep_is_held(lock)		quarry_lock_held(lock)
#if QUARRY_DEBUG
/* For spinlocks. */
#define lockdep_assert_held(l)		WARN_ON(!quarry_lock_held(l))
#else
#define lockdep_assert_held(l)		((void)(l))
#endif
#define lockdep_set_class(lock, key)	((void)(key))
#define lockdep_register_key(key)	((void)(key))
#define lockdep_unregister_key(key)	((void)(key))
#define SINGLE_DEPTH_NESTING		1

#endif
