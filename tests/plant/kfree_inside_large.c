// SPDX-License-Identifier: MIT
/*
 * Gives an address inside an object of whole pages to kfree().
 *
 * slabs: slub slob
 * exit: 7
 * expect: BUG: kfree: bad pointer 0x
 * expect: inside a block of pages, not at its start
 * expect: page_owner tracks the page as allocated
 * expect: page last allocated via order 5
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/slab.h>

static int __init plant_init(void)
{
	char *p = kmalloc(100000, GFP_KERNEL); /* alloc */

	if (!p)
		return -ENOMEM;
	kfree(p + 4096); /* bug */
	kfree(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
