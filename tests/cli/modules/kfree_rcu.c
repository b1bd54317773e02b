// SPDX-License-Identifier: MIT
/* Leaves to kfree_rcu() what it has, in init and in exit: that needs no rcu_barrier(). */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct thing {
	int values[10];
	struct rcu_head rcu;
};

static struct thing *small, *large;
static int fail;
module_param(fail, int, 0);

static void take(void)
{
	small = kmalloc(sizeof(*small), GFP_KERNEL);
	large = vmalloc(sizeof(*large));
}

static void give(void)
{
	if (small)
		kfree_rcu(small, rcu);
	if (large)
		kvfree_rcu(large, rcu);
}

static int __init kfree_rcu_init(void)
{
	take();
	give();
	take();
	if (!fail && small && large)
		return 0;
	give();
	return -ENODEV;
}

static void __exit kfree_rcu_exit(void)
{
	give();
}

module_init(kfree_rcu_init);
module_exit(kfree_rcu_exit);

MODULE_LICENSE("Dual MIT/GPL");
