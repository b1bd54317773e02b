/* SPDX-License-Identifier: MIT */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

#include <linux/preempt.h>

struct task_struct;

static __always_inline struct task_struct *get_current(void)
{
	return raw_cpu_read(quarry_cpu_hot.current_task);
}

#define current		get_current()

#endif
