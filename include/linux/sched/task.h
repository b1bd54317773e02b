/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_TASK_H
#define _LINUX_SCHED_TASK_H

#include <linux/sched.h>

/** __put_task_struct - the last reference is gone. kernel/sched.c */
void __put_task_struct(struct task_struct *task);

static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	atomic_inc(&task->usage);
	return task;
}

static inline void put_task_struct(struct task_struct *task)
{
	if (atomic_dec_and_test(&task->usage))
		__put_task_struct(task);
}

#endif
