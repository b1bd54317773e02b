// SPDX-License-Identifier: MIT
/*
 * Forgets two blocks of pages, from one place.
 *
 * exit: 6
 * expect: still holds 2 things:
 * expect: 2 of page
 * expect: 8192 bytes each
 * expect: @alloc
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/gfp.h>

static unsigned long leaked[2];

static int __init plant_init(void)
{
	int i;

	for (i = 0; i < 2; i++)
		leaked[i] = __get_free_pages(GFP_KERNEL, 1); /* alloc */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
