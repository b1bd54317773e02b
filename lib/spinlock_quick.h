/* SPDX-License-Identifier: MIT */
/*
 * A spinlock taken inline, by code that keeps interrupts off and holds it for a few
 * instructions: nothing can come between, so the preemption count is left alone.
 * Who does not get it at once, or wants more checks, uses linux/spinlock.h instead.
 *
 * Debug builds want each lock's rank and place, and have none of this.
 */
#ifndef LIB_SPINLOCK_QUICK_H
#define LIB_SPINLOCK_QUICK_H

#include <linux/cache.h>
#include <linux/irqflags.h>
#include <linux/spinlock.h>

/* Keys: P owning CPU; others may read */
struct lock_counts {
	unsigned long takes[NR_LOCK_RANKS];	/* P */
	unsigned long waits[NR_LOCK_RANKS];	/* P */
} ____cacheline_aligned;

extern struct lock_counts lock_counts[QUARRY_MAX_CPUS];

#if !QUARRY_DEBUG
/**
 * spin_trylock_quick - the lock, if it is free; interrupts are off then either way
 * @flags: set to how interrupts were
 */
static __always_inline bool spin_trylock_quick(spinlock_t *lock, unsigned long *flags)
{
	unsigned int me, nobody = 0;

	*flags = arch_local_irq_save();
	me = raw_cpu_read(quarry_cpu_hot.cpu);
	if (unlikely(!__atomic_compare_exchange_n(&lock->locked, &nobody, me + 1, 0,
						  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		return false;
	__percpu_op_add(&lock_counts[me].takes[lock->rank], 1);
	return true;
}

/** spin_unlock_quick - give it back; interrupts stay off */
static __always_inline void spin_unlock_quick(spinlock_t *lock)
{
	__atomic_store_n(&lock->locked, 0u, __ATOMIC_RELEASE);
}
#endif

#endif
