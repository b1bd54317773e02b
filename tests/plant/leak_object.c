// SPDX-License-Identifier: MIT
/*
 * Forgets an object from kmalloc().
 *
 * exit: 6
 * expect: verdict: leak_object: init returned 0, unloaded, still holds 1 thing:
 * expect: kmalloc-
 * expect: @alloc
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/slab.h>

static void *leaked;

static int __init plant_init(void)
{
	leaked = kmalloc(100, GFP_KERNEL); /* alloc */
	return leaked ? 0 : -ENOMEM;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
