// SPDX-License-Identifier: MIT
/*
 * Reads an area that has been given back.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: read access
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of use_after_vfree
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static char *area;

static int __init plant_init(void)
{
	area = vmalloc(2 * PAGE_SIZE); /* alloc */
	if (!area)
		return -ENOMEM;
	area[5] = 1;
	vfree(area);
	return READ_ONCE(area[5]); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
