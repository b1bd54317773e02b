// SPDX-License-Identifier: MIT
/*
 * Writes to the guard page below another task's stack.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: in the guard page below the kernel stack of task victim/
 * expect: 24 bytes before an area:
 * expect: kernel stack of
 * expect: @bug
 * expect: verdict: fault in init of stack_guard
 */
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/sched/task_stack.h>

static int victim(void *unused)
{
	return 0;
}

static int __init plant_init(void)
{
	struct task_struct *task = kthread_create(victim, NULL, "victim");

	if (IS_ERR(task))
		return PTR_ERR(task);
	*(volatile char *)(task_stack_page(task) - 24) = 1; /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
