// SPDX-License-Identifier: MIT
/*
 * Leaves a thread running.
 *
 * args: --for 50ms
 * exit: 6
 * expect: thread
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/err.h>

static int forever(void *unused)
{
	for (;;)
		msleep(10);
	return 0;
}

static int __init plant_init(void)
{
	struct task_struct *task = kthread_run(forever, NULL, "plant");

	return PTR_ERR_OR_ZERO(task);
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
