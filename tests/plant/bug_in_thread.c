// SPDX-License-Identifier: MIT
/*
 * A thread's function calls BUG() last: what is before and after it is of other functions.
 *
 * exit: 7
 * expect: kernel BUG at
 * expect: bug_in_thread.c:25 plant_thread
 * expect: bug in thread plant/
 * expect: , during init of bug_in_thread: kernel BUG at
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>

static int broken = 1;

static noinline void before(void)
{
	BUG_ON(READ_ONCE(broken) > 1);
}

/* The line is above. */
static int plant_thread(void *unused)
{
	BUG_ON(READ_ONCE(broken));
	return 0;
}

static int __init plant_init(void)
{
	struct task_struct *task = kthread_run(plant_thread, NULL, "plant");

	before();
	BUG_ON(READ_ONCE(broken) < 0);
	if (IS_ERR(task))
		return PTR_ERR(task);
	msleep(10000);
	return 0;
}

static void __exit plant_exit(void)
{
	BUG_ON(READ_ONCE(broken) > 2);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
