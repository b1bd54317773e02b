// SPDX-License-Identifier: MIT
/*
 * Writes to the guard page between two areas from vmalloc(), nearer to the first.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: write access
 * expect: 100 bytes past the end of an area: in the guard page behind it
 * expect: vmalloc area of 4096 bytes
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of vmalloc_guard
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static char *first, *second;

static int __init plant_init(void)
{
	first = vmalloc(PAGE_SIZE); /* alloc */
	second = vmalloc(PAGE_SIZE);
	if (!first || !second)
		return -ENOMEM;
	WRITE_ONCE(first[PAGE_SIZE + 100], 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	vfree(first);
	vfree(second);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
