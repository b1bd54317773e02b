/* SPDX-License-Identifier: MIT */
/* Locks that wait by spinning. Bodies: lib/spinlock.c */
#ifndef __LINUX_SPINLOCK_H
#define __LINUX_SPINLOCK_H

#include <linux/bottom_half.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/linkage.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>
#include <asm/barrier.h>
#include <asm/processor.h>

/*
 * Each keeps preemption off while the lock is held; _irq and _irqsave keep
 * interrupts off as well, _bh soft interrupts. Taking a lock that this CPU holds
 * already is reported as a bug and stops the machine, instead of hanging.
 * Context: any for _irqsave; else one where the lock's other users cannot interrupt.
 */
void _raw_spin_lock(raw_spinlock_t *lock);
void _raw_spin_lock_bh(raw_spinlock_t *lock);
void _raw_spin_lock_irq(raw_spinlock_t *lock);
unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock);
/* A lock of the same rank is held already, and the caller knows the order of the two. */
void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass);
unsigned long _raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, int subclass);
int _raw_spin_trylock(raw_spinlock_t *lock);
int _raw_spin_trylock_bh(raw_spinlock_t *lock);
int _raw_spin_trylock_irq(raw_spinlock_t *lock);
/* On success interrupts are off and *flags is how they were. */
int _raw_spin_trylock_irqsave(raw_spinlock_t *lock, unsigned long *flags);
void _raw_spin_unlock(raw_spinlock_t *lock);
void _raw_spin_unlock_bh(raw_spinlock_t *lock);
void _raw_spin_unlock_irq(raw_spinlock_t *lock);
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags);

/** spin_lock_set_rank - say where a lock stands in the order. Context: before use. */
static inline void spin_lock_set_rank(spinlock_t *lock, enum lock_rank rank)
{
	lock->rank = (unsigned short)rank;
}

#define raw_spin_lock_init(l)						\
	do {								\
		*(l) = (raw_spinlock_t)__SPIN_LOCK_UNLOCKED(l);		\
	} while (0)
#define raw_spin_lock(l)		_raw_spin_lock(l)
#define raw_spin_lock_nested(l, s)	_raw_spin_lock_nested(l, s)
#define raw_spin_lock_bh(l)		_raw_spin_lock_bh(l)
#define raw_spin_lock_irq(l)		_raw_spin_lock_irq(l)
#define raw_spin_lock_irqsave(l, flags)	((flags) = _raw_spin_lock_irqsave(l))
#define raw_spin_lock_irqsave_nested(l, flags, s) \
	((flags) = _raw_spin_lock_irqsave_nested(l, s))
#define raw_spin_trylock(l)		_raw_spin_trylock(l)
#define raw_spin_trylock_bh(l)		_raw_spin_trylock_bh(l)
#define raw_spin_trylock_irq(l)		_raw_spin_trylock_irq(l)
#define raw_spin_trylock_irqsave(l, flags) _raw_spin_trylock_irqsave(l, &(flags))
#define raw_spin_unlock(l)		_raw_spin_unlock(l)
#define raw_spin_unlock_bh(l)		_raw_spin_unlock_bh(l)
#define raw_spin_unlock_irq(l)		_raw_spin_unlock_irq(l)
#define raw_spin_unlock_irqrestore(l, flags) _raw_spin_unlock_irqrestore(l, flags)
#define raw_spin_is_locked(l)		(READ_ONCE((l)->locked) != 0)

#define spin_lock_init(l)		raw_spin_lock_init(l)
#define spin_lock(l)			raw_spin_lock(l)
#define spin_lock_nested(l, s)		raw_spin_lock_nested(l, s)
#define spin_lock_bh(l)			raw_spin_lock_bh(l)
#define spin_lock_irq(l)		raw_spin_lock_irq(l)
#define spin_lock_irqsave(l, flags)	raw_spin_lock_irqsave(l, flags)
#define spin_lock_irqsave_nested(l, flags, s) raw_spin_lock_irqsave_nested(l, flags, s)
#define spin_trylock(l)			raw_spin_trylock(l)
#define spin_trylock_bh(l)		raw_spin_trylock_bh(l)
#define spin_trylock_irq(l)		raw_spin_trylock_irq(l)
#define spin_trylock_irqsave(l, flags)	raw_spin_trylock_irqsave(l, flags)
#define spin_unlock(l)			raw_spin_unlock(l)
#define spin_unlock_bh(l)		raw_spin_unlock_bh(l)
#define spin_unlock_irq(l)		raw_spin_unlock_irq(l)
#define spin_unlock_irqrestore(l, flags) raw_spin_unlock_irqrestore(l, flags)
#define spin_is_locked(l)		raw_spin_is_locked(l)
#define spin_is_contended(l)		((void)(l), 0)
#define assert_spin_locked(l)		BUG_ON(!raw_spin_is_locked(l))
#define assert_raw_spin_locked(l)	BUG_ON(!raw_spin_is_locked(l))

/* Takes the lock only when the counter goes to 0; true then. */
int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock);
#define atomic_dec_and_lock(atomic, lock) _atomic_dec_and_lock(atomic, lock)

/* Acquisitions of all locks of one rank, and how many of them had to wait. */
struct quarry_lock_stats {
	unsigned long takes, waits;
};

/** quarry_lock_stats - of one rank, on all CPUs since boot. Context: any. */
struct quarry_lock_stats quarry_lock_stats(enum lock_rank rank);
/** spinlock_init - reset statistics and what is known of held locks. Context: boot. */
void spinlock_init(void);

#include <linux/rwlock.h>
#include <linux/atomic.h>

#endif
