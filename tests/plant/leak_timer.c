// SPDX-License-Identifier: MIT
/*
 * Leaves a timer armed.
 *
 * exit: 6
 * args: --for 0ms
 * expect: timer
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/jiffies.h>

static void ring(struct timer_list *unused)
{
	pr_info("too late\n");
}

static DEFINE_TIMER(timer, ring);

static int __init plant_init(void)
{
	mod_timer(&timer, jiffies + 100 * HZ);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
