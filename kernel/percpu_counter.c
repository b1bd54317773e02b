// SPDX-License-Identifier: MIT
/*
 * Counters in parts, one per CPU. A part that reaches the batch moves into count.
 *
 * Locking: lock guards count, with interrupts off; a part is changed by its own CPU
 * with interrupts off, or by anybody who holds the lock and knows that nobody adds.
 */
#include <linux/percpu_counter.h>
#include <linux/cpumask.h>
#include <linux/export.h>

int percpu_counter_batch = 32;
EXPORT_SYMBOL(percpu_counter_batch);

int percpu_counter_init(struct percpu_counter *fbc, s64 amount, gfp_t gfp)
{
	raw_spin_lock_init(&fbc->lock);
	fbc->count = amount;
	fbc->counters = alloc_percpu_gfp(s32, gfp);
	return fbc->counters ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(percpu_counter_init);

void percpu_counter_destroy(struct percpu_counter *fbc)
{
	free_percpu(fbc->counters);
	fbc->counters = NULL;
}
EXPORT_SYMBOL(percpu_counter_destroy);

void percpu_counter_set(struct percpu_counter *fbc, s64 amount)
{
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(*per_cpu_ptr(fbc->counters, cpu), 0);
	fbc->count = amount;
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}
EXPORT_SYMBOL(percpu_counter_set);

void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount, s32 batch)
{
	unsigned long flags;
	s64 part;
	s32 *mine;

	local_irq_save(flags);
	mine = this_cpu_ptr(fbc->counters);
	part = READ_ONCE(*mine) + amount;
	if (part >= batch || part <= -batch) {
		raw_spin_lock(&fbc->lock);
		fbc->count += part;
		WRITE_ONCE(*mine, 0);
		raw_spin_unlock(&fbc->lock);
	} else {
		WRITE_ONCE(*mine, (s32)part);
	}
	local_irq_restore(flags);
}
EXPORT_SYMBOL(percpu_counter_add_batch);

/* Moves this CPU's part. */
void percpu_counter_sync(struct percpu_counter *fbc)
{
	unsigned long flags;
	s32 *mine;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	mine = this_cpu_ptr(fbc->counters);
	fbc->count += READ_ONCE(*mine);
	WRITE_ONCE(*mine, 0);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}
EXPORT_SYMBOL(percpu_counter_sync);

s64 __percpu_counter_sum(struct percpu_counter *fbc)
{
	unsigned long flags;
	unsigned int cpu;
	s64 sum;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	sum = fbc->count;
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(fbc->counters, cpu));
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
	return sum;
}
EXPORT_SYMBOL(__percpu_counter_sum);

int __percpu_counter_compare(struct percpu_counter *fbc, s64 rhs, s32 batch)
{
	s64 count = percpu_counter_read(fbc), away = count - rhs;

	if ((away < 0 ? -away : away) <= (s64)batch * num_online_cpus())
		count = percpu_counter_sum(fbc);
	return count < rhs ? -1 : count > rhs;
}
EXPORT_SYMBOL(__percpu_counter_compare);
