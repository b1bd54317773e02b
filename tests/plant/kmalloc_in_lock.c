// SPDX-License-Identifier: MIT
/*
 * Allocates with GFP_KERNEL while it holds a spinlock.
 *
 * exit: 7
 * expect: BUG: sleeping function called from invalid context
 * expect: @bug
 * expect: @lock
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/slab.h>

static DEFINE_SPINLOCK(lock);

static int __init plant_init(void)
{
	void *p;

	spin_lock(&lock); /* lock */
	p = kmalloc(64, GFP_KERNEL); /* bug */
	spin_unlock(&lock);
	kfree(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
