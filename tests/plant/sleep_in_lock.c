// SPDX-License-Identifier: MIT
/*
 * Sleeps while it holds a spinlock.
 *
 * exit: 7
 * expect: BUG: 
 * expect: @bug
 * expect: @lock
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/delay.h>

static DEFINE_SPINLOCK(lock);

static int __init plant_init(void)
{
	spin_lock(&lock); /* lock */
	msleep(1); /* bug */
	spin_unlock(&lock);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
