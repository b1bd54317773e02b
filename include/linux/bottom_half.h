/* SPDX-License-Identifier: MIT */
/* Keeping soft interrupts off this CPU. */
#ifndef _LINUX_BH_H
#define _LINUX_BH_H

#include <linux/preempt.h>

/*
 * Whoever runs soft interrupts (kernel/) sets this; called with soft interrupts
 * allowed again, when the last local_bh_enable() of a thread allows them.
 */
extern void (*quarry_softirq_hook)(void);	/* lib/spinlock.c */

static inline void local_bh_disable(void)
{
	preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
	barrier();
}

static inline void local_bh_enable(void)
{
	barrier();
	/* All but one, so that nothing preempts us before the soft interrupts ran. */
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET - 1);
	if (unlikely(quarry_softirq_hook != NULL) && !in_interrupt())
		quarry_softirq_hook();
	preempt_enable();
}

#endif
