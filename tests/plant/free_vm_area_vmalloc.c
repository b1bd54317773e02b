// SPDX-License-Identifier: MIT
/*
 * Gives an area of vmalloc() to free_vm_area(), which does not free pages.
 *
 * exit: 0
 * expect: WARNING: free_vm_area() of memory that vmalloc() allocated
 * expect: vfree() is for that, and is done
 * expect: allocated by plant_init
 * expect: @bug
 * expect: verdict: 1 warning, 0 bugs
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static int __init plant_init(void)
{
	void *p = vmalloc(5000);

	if (!p)
		return -ENOMEM;
	free_vm_area(find_vm_area(p)); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
