// SPDX-License-Identifier: MIT
/*
 * kfree()s an object twice while nothing is recorded, and never allocates again.
 *
 * slabs: slub slab slob
 * args: --no-debug
 * exit: 7
 * expect slub: BUG kmalloc-64 (Not tainted): Object already free 0x
 * expect slab: BUG kmalloc-64 (Not tainted): Object already free 0x
 * expect slob: Object already free 0x
 * expect: nothing held
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static void *a, *b;

static int __init plant_init(void)
{
	a = kmalloc(64, GFP_KERNEL);
	b = kmalloc(64, GFP_KERNEL);
	kfree(READ_ONCE(a));
	kfree(READ_ONCE(b));
	kfree(READ_ONCE(a));
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
