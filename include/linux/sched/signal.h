/* SPDX-License-Identifier: MIT */
/* Kernel threads ignore signals, and there are no others: none is ever pending. */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

static inline int signal_pending(struct task_struct *p)
{
	return 0;
}

static inline int fatal_signal_pending(struct task_struct *p)
{
	return 0;
}

static inline int signal_pending_state(unsigned int state, struct task_struct *p)
{
	return 0;
}

/* Walks all tasks. Context: under rcu_read_lock() or with preemption off. */
#define for_each_process(p) \
	for ((p) = next_task(&init_task); (p) != &init_task; (p) = next_task(p))
/** next_task - the one behind @p in the list of tasks, which is a ring */
struct task_struct *next_task(struct task_struct *p);

#endif
