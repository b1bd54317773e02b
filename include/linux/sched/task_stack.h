/* SPDX-License-Identifier: MIT */
/*
 * Kernel stacks (mm/stack.c). A task's has THREAD_SIZE bytes; task->stack is its lowest
 * address, or NULL where the port brings the stacks, and after the task's end.
 */
#ifndef _LINUX_SCHED_TASK_STACK_H
#define _LINUX_SCHED_TASK_STACK_H

#include <linux/magic.h>
#include <linux/sched.h>
#include <asm/page.h>

static inline void *task_stack_page(const struct task_struct *task)
{
	return task->stack;
}

/** end_of_stack - the last word that a task could use; STACK_END_MAGIC is there */
static inline unsigned long *end_of_stack(const struct task_struct *task)
{
	return task->stack;
}

#define task_stack_end_corrupted(task)	(*end_of_stack(task) != STACK_END_MAGIC)

/**
 * object_is_on_stack - is it a local variable of the current task?
 * True for the port's stack, too, on which a thread begins. Context: any.
 */
static inline int object_is_on_stack(const void *obj)
{
	struct quarry_thread *t = task_thread(current);

	return (current->stack &&
		(unsigned long)obj - (unsigned long)current->stack < THREAD_SIZE) ||
	       (unsigned long)obj - t->stack < t->stack_size;
}

/** stack_not_used - bytes at the end of a task's stack that it has never written to */
unsigned long stack_not_used(struct task_struct *task);

#endif
