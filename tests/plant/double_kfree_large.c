// SPDX-License-Identifier: MIT
/*
 * Frees an object twice that is whole pages.
 *
 * slabs: slub slob
 * exit: 7
 * expect: BUG: kfree: bad pointer 0x
 * expect: in a page that is free
 * expect: page_owner tracks the page as freed
 * expect: page last allocated via order 5
 * expect: @alloc
 * expect: page last free stack trace:
 * expect: @first
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/slab.h>

static int __init plant_init(void)
{
	void *p = kmalloc(100000, GFP_KERNEL); /* alloc */

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
