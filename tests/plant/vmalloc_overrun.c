// SPDX-License-Identifier: MIT
/*
 * Writes one byte behind an area from vmalloc(): onto its guard page.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: write access
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of vmalloc_overrun
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static char *area;

static int __init plant_init(void)
{
	size_t i;

	area = vmalloc(2 * PAGE_SIZE); /* alloc */
	if (!area)
		return -ENOMEM;
	for (i = 0; i <= 2 * PAGE_SIZE; i++)
		WRITE_ONCE(area[i], 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	vfree(area);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
