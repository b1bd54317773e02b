/* SPDX-License-Identifier: MIT */
/*
 * Soft interrupts. They run in threads that are bound to their CPU (kernel/timer.c,
 * kernel/rcupdate.c), with SOFTIRQ_OFFSET in the preemption count. So a section
 * that raised the count keeps them off its CPU, and lets them in when it ends.
 */
#ifndef _LINUX_BH_H
#define _LINUX_BH_H

#include <linux/preempt.h>

static __always_inline void local_bh_disable(void)
{
	preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
	barrier();
}

static __always_inline void local_bh_enable(void)
{
	barrier();
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET);
	if (unlikely(!raw_cpu_read(quarry_cpu_hot.preempt_count)))
		preempt_schedule();
}

#define _local_bh_enable()	local_bh_enable()

#endif
