// SPDX-License-Identifier: MIT
/*
 * Uses what a function returned without having asked whether it is an error; frees it, first.
 *
 * exit: 8
 * expect: BUG: kfree: bad pointer
 * expect: It is an error code: ask IS_ERR() first.
 * expect: @free
 * expect: BUG: unable to handle page fault for address: fffffffffffffff4
 * expect: the address is an error code or close behind one: -12; ask IS_ERR() first
 * expect: @bug
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

static noinline int *make(void)
{
	return ERR_PTR(-ENOMEM);
}

static int __init plant_init(void)
{
	int *volatile p = make();

	kfree(p); /* free */
	*p = 1; /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("Dual MIT/GPL");
