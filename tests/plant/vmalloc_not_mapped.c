// SPDX-License-Identifier: MIT
/*
 * Reads an area that has addresses only.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: read access
 * expect: 5 bytes into an area, where nothing is mapped:
 * expect: of 16384 bytes
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of vmalloc_not_mapped
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static int __init plant_init(void)
{
	struct vm_struct *area = get_vm_area(4 * PAGE_SIZE, VM_IOREMAP); /* alloc */

	if (!area)
		return -ENOMEM;
	pr_info("%d\n", READ_ONCE(((char *)area->addr)[5])); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
