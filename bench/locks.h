/* SPDX-License-Identifier: MIT */
/* What benchmarks count besides instructions: all that CPUs share is under spinlocks. */
#ifndef BENCH_LOCKS_H
#define BENCH_LOCKS_H

#include <linux/spinlock.h>

/** lock_takings - spinlocks that were taken since boot, on all CPUs */
static inline unsigned long lock_takings(void)
{
	unsigned long sum = 0;
	int rank;

	for (rank = RANK_NONE; rank < NR_LOCK_RANKS; rank++)
		sum += quarry_lock_stats(rank).takes;
	return sum;
}

#endif
