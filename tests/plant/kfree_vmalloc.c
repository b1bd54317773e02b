// SPDX-License-Identifier: MIT
/*
 * Gives an address from vmalloc() to kfree().
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: vmalloc
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static void *area;

static int __init plant_init(void)
{
	area = vmalloc(PAGE_SIZE); /* alloc */
	if (!area)
		return -ENOMEM;
	kfree(area); /* bug */
	vfree(area);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
