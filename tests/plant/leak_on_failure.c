// SPDX-License-Identifier: MIT
/*
 * Fails in init, and forgets on that path what it has allocated.
 *
 * exit: 6
 * expect: verdict: leak_on_failure: init returned -EIO, not loaded, still holds 1 thing:
 * expect: @alloc
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/slab.h>

static void *leaked;

static int __init plant_init(void)
{
	leaked = kmalloc(100, GFP_KERNEL); /* alloc */
	return -EIO;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
