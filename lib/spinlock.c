// SPDX-License-Identifier: MIT
/*
 * Spinlocks.
 *
 * S1  locked is 0, or the number of the owning CPU plus 1. So a CPU that finds its
 *     own number would wait for itself for ever: that is reported, and is the end.
 * S2  Preemption stays off while a spinlock is held, so locker and unlocker are
 *     the same CPU. Only a thread that slept with the lock held breaks this; that
 *     has been reported then, and we cope: see waits_for_itself().
 * S3  When QUARRY_DEBUG is on, a CPU's held[] lists the locks that it holds, and a
 *     lock of a rank not above all of theirs is reported; so is one of RANK_IRQS_OFF or
 *     above that is taken with interrupts on.
 *
 * Waiting only reads (test and test-and-set), so that the owner keeps its line.
 * Statistics are counted per CPU and per rank, by CPU number and not in a per-CPU
 * variable: locks are taken before those exist.
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/report.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "lib/lib.h"
#include "lib/spinlock_quick.h"

#define HELD_MAX	16
#define STUCK_NS	(20ull * 1000 * 1000 * 1000)	/* a lock is never held that long */
#define LOOK_AT_CLOCK	0xffffu				/* rounds of waiting, a mask */

struct lock_counts lock_counts[QUARRY_MAX_CPUS];

#if QUARRY_DEBUG
/* Keys: P owning CPU */
static struct lock_cpu {
	const spinlock_t *held[HELD_MAX];	/* P */
	unsigned int nr_held;			/* P */
} ____cacheline_aligned lock_cpus[QUARRY_MAX_CPUS];
#endif

#ifdef __SANITIZE_THREAD__
unsigned int quarry_fence_word;
EXPORT_SYMBOL(quarry_fence_word);
#endif

void (*quarry_softirq_hook)(void);
EXPORT_SYMBOL(quarry_softirq_hook);

void spinlock_init(void)
{
	memset(lock_counts, 0, sizeof(lock_counts));
#if QUARRY_DEBUG
	memset(lock_cpus, 0, sizeof(lock_cpus));
#endif
	quarry_softirq_hook = NULL;
}

struct quarry_lock_stats quarry_lock_stats(enum lock_rank rank)
{
	struct quarry_lock_stats sum = { 0 };
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		sum.takes += READ_ONCE(lock_counts[cpu].takes[rank]);
		sum.waits += READ_ONCE(lock_counts[cpu].waits[rank]);
	}
	return sum;
}
EXPORT_SYMBOL(quarry_lock_stats);

/* Preemption, with the place remembered where somebody wants to know. */

static __always_inline void lock_preempt_disable(void)
{
	if (unlikely(quarry_debug_preempt))
		preempt_count_add_slow(1);
	else
		preempt_count_add(1);
	barrier();
}

static __always_inline void lock_preempt_enable(void)
{
	barrier();
	if (unlikely(quarry_debug_preempt)) {
		preempt_count_sub_slow(1);
		if (!raw_cpu_read(quarry_cpu_hot.preempt_count))
			preempt_schedule();
	} else {
		preempt_enable();
	}
}

static __always_inline unsigned int this_cpu_nr(void)
{
	return raw_cpu_read(quarry_cpu_hot.cpu);
}

/* Ranks. */

#if QUARRY_DEBUG
static void check_irqs(const spinlock_t *lock)
{
	if (lock->rank < RANK_IRQS_OFF || irqs_disabled())
		return;
	report_begin(REPORT_BUG, "spinlock of rank %u is taken with interrupts on", lock->rank);
	report_line("lock %px: an interrupt may want it, or one of a lower rank", lock);
	report_here();
	report_end();
}

/* An interrupt between two of these steps would find held[] half changed. */
static void note_held(const spinlock_t *lock, bool check, bool nested)
{
	struct lock_cpu *c = &lock_cpus[this_cpu_nr()];
	unsigned long flags;
	unsigned int i;

	check_irqs(lock);
	flags = arch_local_irq_save();
	for (i = 0; check && lock->rank && i < c->nr_held; i++) {
		const spinlock_t *h = c->held[i];

		if (!h->rank || h->rank < lock->rank || (nested && h->rank == lock->rank))
			continue;
		report_begin(REPORT_BUG, "spinlock order: rank %u is taken while rank %u is held",
			     lock->rank, h->rank);
		report_line("lock %px, held %px", lock, h);
		report_here();
		report_end();
		break;
	}
	if (c->nr_held < HELD_MAX)
		c->held[c->nr_held++] = lock;
	arch_local_irq_restore(flags);
}

static void note_released(const spinlock_t *lock)
{
	struct lock_cpu *c = &lock_cpus[this_cpu_nr()];
	unsigned long flags = arch_local_irq_save();
	unsigned int i = c->nr_held;

	while (i--)
		if (c->held[i] == lock) {
			c->nr_held--;
			memmove(&c->held[i], &c->held[i + 1],
				(c->nr_held - i) * sizeof(c->held[0]));
			break;
		}
	arch_local_irq_restore(flags);
}
#else
#define note_held(lock, check, nested)	do { } while (0)
#define note_released(lock)		do { } while (0)
#endif

/* Waiting. */

static void stuck(const spinlock_t *lock, const char *what)
{
	report_begin(REPORT_BUG, "spinlock %s on CPU#%u", what, this_cpu_nr());
	report_line("lock: %px (%pS), owner CPU: %d", lock, lock, (int)lock->locked - 1);
	report_here();
	report_end();
	panic("spinlock %s", what);
}

/*
 * We hold it already, unless a thread went to sleep with it, and this CPU was given
 * to us: then nothing else keeps preemption off here but the call that we are in.
 */
static bool waits_for_itself(unsigned int owner, unsigned int me)
{
	return owner == me && preempt_count() != 1;
}

/*
 * The time spent waiting. A pause between two looks at the clock counts as a tenth
 * of a second at most, or a debugger's stop would look like a deadlock.
 */
struct patience {
	u64 last, waited;
	unsigned int rounds;
};

static bool lost_patience(struct patience *p)
{
	u64 now;

	if (++p->rounds & LOOK_AT_CLOCK)
		return false;
	now = lib_clock();
	if (p->last)
		p->waited += min(now - p->last, (u64)100 * 1000 * 1000);
	p->last = now;
	return p->waited > STUCK_NS;
}

static noinline void spin_wait(spinlock_t *lock, unsigned int me)
{
	struct patience patience = { 0 };
	unsigned int owner;

	__percpu_op_add(&lock_counts[me - 1].waits[lock->rank], 1);
	do {
		while ((owner = READ_ONCE(lock->locked)) != 0) {
			if (unlikely(waits_for_itself(owner, me)))
				stuck(lock, "recursion");
			if (unlikely(lost_patience(&patience)))
				stuck(lock, "lockup");
			cpu_relax();
		}
	} while (!__atomic_compare_exchange_n(&lock->locked, &owner, me, 0,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
}

/* Preemption is off. */
static __always_inline void acquire(spinlock_t *lock, bool nested)
{
	unsigned int me = this_cpu_nr() + 1, free = 0;

	if (unlikely(!__atomic_compare_exchange_n(&lock->locked, &free, me, 0,
						  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		spin_wait(lock, me);
	__percpu_op_add(&lock_counts[me - 1].takes[lock->rank], 1);
	note_held(lock, true, nested);
}

/* All of it, out of line, so that who gets the lock at once saves no registers. */
static noinline void lock_slowly(spinlock_t *lock)
{
	lock_preempt_disable();
	acquire(lock, false);
}

static noinline unsigned long lock_slowly_irqs(spinlock_t *lock, unsigned long flags)
{
	lock_slowly(lock);
	return flags;
}

/* False: nothing has been done yet. */
static __always_inline bool acquire_at_once(spinlock_t *lock)
{
	unsigned int me, free = 0;

	if (unlikely(quarry_debug_preempt))
		return false;
	preempt_count_add(1);
	barrier();
	me = this_cpu_nr() + 1;
	if (unlikely(!__atomic_compare_exchange_n(&lock->locked, &free, me, 0,
						  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))) {
		preempt_count_sub(1);
		return false;
	}
	__percpu_op_add(&lock_counts[me - 1].takes[lock->rank], 1);
	note_held(lock, true, false);
	return true;
}

static __always_inline bool try_acquire(spinlock_t *lock)
{
	unsigned int me = this_cpu_nr() + 1, free = 0;

	if (READ_ONCE(lock->locked) ||
	    !__atomic_compare_exchange_n(&lock->locked, &free, me, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return false;
	__percpu_op_add(&lock_counts[me - 1].takes[lock->rank], 1);
	note_held(lock, false, false);
	return true;
}

static noinline void not_locked(spinlock_t *lock)
{
	report_begin(REPORT_BUG, "spinlock already unlocked on CPU#%u", this_cpu_nr());
	report_line("lock: %px (%pS)", lock, lock);
	report_here();
	report_end();
}

static __always_inline void release(spinlock_t *lock)
{
	note_released(lock);
	if (unlikely(!READ_ONCE(lock->locked)))
		not_locked(lock);
	__atomic_store_n(&lock->locked, 0u, __ATOMIC_RELEASE);
}

bool quarry_lock_held(const struct spinlock *lock)
{
	return READ_ONCE(lock->locked) == this_cpu_nr() + 1;
}
EXPORT_SYMBOL(quarry_lock_held);

void _raw_spin_lock(raw_spinlock_t *lock)
{
	if (unlikely(!acquire_at_once(lock)))
		lock_slowly(lock);
}
EXPORT_SYMBOL(_raw_spin_lock);

void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)
{
	lock_preempt_disable();
	acquire(lock, true);
}
EXPORT_SYMBOL(_raw_spin_lock_nested);

void _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	local_bh_disable();
	lock_preempt_disable();
	acquire(lock, false);
}
EXPORT_SYMBOL(_raw_spin_lock_bh);

void _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	local_irq_disable();
	lock_preempt_disable();
	acquire(lock, false);
}
EXPORT_SYMBOL(_raw_spin_lock_irq);

unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = arch_local_irq_save();

	if (unlikely(!acquire_at_once(lock)))
		return lock_slowly_irqs(lock, flags);
	return flags;
}
EXPORT_SYMBOL(_raw_spin_lock_irqsave);

unsigned long _raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, int subclass)
{
	unsigned long flags = arch_local_irq_save();

	lock_preempt_disable();
	acquire(lock, true);
	return flags;
}
EXPORT_SYMBOL(_raw_spin_lock_irqsave_nested);

int _raw_spin_trylock(raw_spinlock_t *lock)
{
	lock_preempt_disable();
	if (try_acquire(lock))
		return 1;
	lock_preempt_enable();
	return 0;
}
EXPORT_SYMBOL(_raw_spin_trylock);

int _raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	local_bh_disable();
	if (_raw_spin_trylock(lock))
		return 1;
	local_bh_enable();
	return 0;
}
EXPORT_SYMBOL(_raw_spin_trylock_bh);

int _raw_spin_trylock_irqsave(raw_spinlock_t *lock, unsigned long *flags)
{
	*flags = arch_local_irq_save();
	if (_raw_spin_trylock(lock))
		return 1;
	arch_local_irq_restore(*flags);
	return 0;
}
EXPORT_SYMBOL(_raw_spin_trylock_irqsave);

int _raw_spin_trylock_irq(raw_spinlock_t *lock)
{
	unsigned long flags;

	return _raw_spin_trylock_irqsave(lock, &flags);
}
EXPORT_SYMBOL(_raw_spin_trylock_irq);

static noinline void unlock_slowly(spinlock_t *lock)
{
	release(lock);
	lock_preempt_enable();
}

static noinline void unlock_slowly_irqs(spinlock_t *lock, unsigned long flags)
{
	release(lock);
	arch_local_irq_restore(flags);
	lock_preempt_enable();
}

/* Interrupts came meanwhile. */
static noinline void unlocked_irqs_pending(void)
{
	arch_local_irq_pending();
	lock_preempt_enable();
}

void _raw_spin_unlock(raw_spinlock_t *lock)
{
	if (unlikely(quarry_debug_preempt || !READ_ONCE(lock->locked)))
		return unlock_slowly(lock);
	note_released(lock);
	__atomic_store_n(&lock->locked, 0u, __ATOMIC_RELEASE);
	preempt_enable();
}
EXPORT_SYMBOL(_raw_spin_unlock);

void _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	release(lock);
	lock_preempt_enable();
	local_bh_enable();
}
EXPORT_SYMBOL(_raw_spin_unlock_bh);

/*
 * Interrupts come on before preemption does, as preempt_enable() may find that the
 * CPU is wanted, and can give it up only with interrupts on.
 */
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	if (unlikely(quarry_debug_preempt || !READ_ONCE(lock->locked)))
		return unlock_slowly_irqs(lock, flags);
	note_released(lock);
	__atomic_store_n(&lock->locked, 0u, __ATOMIC_RELEASE);
	if (unlikely(arch_local_irq_restore_quick(flags)))
		return unlocked_irqs_pending();
	preempt_enable();
}
EXPORT_SYMBOL(_raw_spin_unlock_irqrestore);

void _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	_raw_spin_unlock_irqrestore(lock, 0);
}
EXPORT_SYMBOL(_raw_spin_unlock_irq);

int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock(lock);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock(lock);
	return 0;
}
EXPORT_SYMBOL(_atomic_dec_and_lock);
