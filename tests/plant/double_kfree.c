// SPDX-License-Identifier: MIT
/*
 * Frees an object twice.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG kmalloc-64 (Not tainted): Object already free 0x
 * expect: 6b 6b 6b 6b 6b 6b 6b a5
 * expect: Allocated in
 * expect: Freed in
 * expect: @alloc
 * expect: @first
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/slab.h>

static char *p;

static int __init plant_init(void)
{
	p = kmalloc(64, GFP_KERNEL); /* alloc */
	if (!p)
		return -ENOMEM;
	kfree(p); /* first */
	kfree(READ_ONCE(p)); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
