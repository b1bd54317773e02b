// SPDX-License-Identifier: MIT
/*
 * Locks for many readers or one writer.
 *
 * W1  count is the number of readers, or -1 while a writer has the lock.
 * W2  Readers go first: an interrupt may take a lock for reading that the code it
 *     interrupts has taken for reading, even while a writer waits.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/rwlock.h>

static __always_inline unsigned int me(void)
{
	return raw_cpu_read(quarry_cpu_hot.cpu) + 1;
}

static void check_owner(rwlock_t *lock)
{
	if (READ_ONCE(lock->owner) != me())
		return;
	report_begin(REPORT_BUG, "rwlock recursion on CPU#%u", me() - 1);
	report_line("lock: %px (%pS), held for writing", lock, lock);
	report_here();
	report_end();
	panic("rwlock recursion");
}

static bool try_read(rwlock_t *lock)
{
	int c = READ_ONCE(lock->count);

	return c >= 0 && __atomic_compare_exchange_n(&lock->count, &c, c + 1, 0,
						     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static bool try_write(rwlock_t *lock)
{
	int free = 0;

	if (!__atomic_compare_exchange_n(&lock->count, &free, -1, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return false;
	WRITE_ONCE(lock->owner, me());
	return true;
}

void _raw_read_lock(rwlock_t *lock)
{
	preempt_disable();
	while (!try_read(lock)) {
		check_owner(lock);
		cpu_relax();
	}
}
EXPORT_SYMBOL(_raw_read_lock);

void _raw_write_lock(rwlock_t *lock)
{
	preempt_disable();
	while (!try_write(lock)) {
		check_owner(lock);
		cpu_relax();
	}
}
EXPORT_SYMBOL(_raw_write_lock);

int _raw_read_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (try_read(lock))
		return 1;
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(_raw_read_trylock);

int _raw_write_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (try_write(lock))
		return 1;
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(_raw_write_trylock);

static __always_inline void release_read(rwlock_t *lock)
{
	__atomic_fetch_sub(&lock->count, 1, __ATOMIC_RELEASE);
}

static __always_inline void release_write(rwlock_t *lock)
{
	WRITE_ONCE(lock->owner, 0u);
	__atomic_store_n(&lock->count, 0, __ATOMIC_RELEASE);
}

#define RWLOCK_VARIANTS(kind)						\
void _raw_##kind##_unlock(rwlock_t *lock)				\
{									\
	release_##kind(lock);						\
	preempt_enable();						\
}									\
EXPORT_SYMBOL(_raw_##kind##_unlock);					\
									\
void _raw_##kind##_lock_bh(rwlock_t *lock)				\
{									\
	local_bh_disable();						\
	_raw_##kind##_lock(lock);					\
}									\
EXPORT_SYMBOL(_raw_##kind##_lock_bh);					\
									\
void _raw_##kind##_unlock_bh(rwlock_t *lock)				\
{									\
	_raw_##kind##_unlock(lock);					\
	local_bh_enable();						\
}									\
EXPORT_SYMBOL(_raw_##kind##_unlock_bh);					\
									\
unsigned long _raw_##kind##_lock_irqsave(rwlock_t *lock)		\
{									\
	unsigned long flags = arch_local_irq_save();			\
									\
	_raw_##kind##_lock(lock);					\
	return flags;							\
}									\
EXPORT_SYMBOL(_raw_##kind##_lock_irqsave);				\
									\
void _raw_##kind##_unlock_irqrestore(rwlock_t *lock, unsigned long flags) \
{									\
	release_##kind(lock);						\
	arch_local_irq_restore(flags);					\
	preempt_enable();						\
}									\
EXPORT_SYMBOL(_raw_##kind##_unlock_irqrestore);				\
									\
void _raw_##kind##_lock_irq(rwlock_t *lock)				\
{									\
	local_irq_disable();						\
	_raw_##kind##_lock(lock);					\
}									\
EXPORT_SYMBOL(_raw_##kind##_lock_irq);					\
									\
void _raw_##kind##_unlock_irq(rwlock_t *lock)				\
{									\
	_raw_##kind##_unlock_irqrestore(lock, 0);			\
}									\
EXPORT_SYMBOL(_raw_##kind##_unlock_irq)

RWLOCK_VARIANTS(read);
RWLOCK_VARIANTS(write);
