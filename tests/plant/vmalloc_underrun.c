// SPDX-License-Identifier: MIT
/*
 * Writes four bytes before an area from vmalloc().
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: write access
 * expect: 4 bytes before an area
 * expect: vmalloc area of 5000 bytes
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of vmalloc_underrun
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static u32 *area;

static int __init plant_init(void)
{
	area = vmalloc(5000); /* alloc */
	if (!area)
		return -ENOMEM;
	WRITE_ONCE(area[-1], 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	vfree(area);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
