// SPDX-License-Identifier: MIT
/*
 * Forgets an area from vmalloc().
 *
 * exit: 6
 * expect: vmalloc area
 * expect: @alloc
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static void *leaked;

static int __init plant_init(void)
{
	leaked = vmalloc(3 * PAGE_SIZE); /* alloc */
	return leaked ? 0 : -ENOMEM;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
