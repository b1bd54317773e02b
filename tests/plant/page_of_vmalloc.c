// SPDX-License-Identifier: MIT
/*
 * Gives memory of vmalloc() to free_page().
 *
 * exit: 7
 * expect: which is not a page's address
 * expect: it is vmalloc memory: vfree() gives it back
 * expect: 0 bytes into an area that is in use:
 * expect: vmalloc area of 8192 bytes
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	void *p = vmalloc(8192); /* alloc */

	if (!p)
		return -ENOMEM;
	free_page((unsigned long)p); /* bug */
	vfree(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
