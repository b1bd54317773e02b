// SPDX-License-Identifier: MIT
/*
 * Gives an area back twice.
 *
 * exit: 0
 * expect: Trying to vfree() nonexistent vm area
 * expect: vmalloc area of 5000 bytes
 * expect: @bug
 * expect: @alloc
 * expect: @free
 * expect: verdict: 1 warning
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static int __init plant_init(void)
{
	char *area = vmalloc(5000); /* alloc */

	if (!area)
		return -ENOMEM;
	area[5] = 1;
	vfree(area); /* free */
	vfree(area); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
