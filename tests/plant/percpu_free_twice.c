// SPDX-License-Identifier: MIT
/*
 * Gives per-CPU memory back twice.
 *
 * exit: 7
 * expect: BUG: free_percpu(): this is free already:
 * expect: Allocated by:
 * expect: @alloc
 * expect: Freed by:
 * expect: @free
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/percpu.h>

static int __init plant_init(void)
{
	int __percpu *p = alloc_percpu(int); /* alloc */

	if (!p)
		return -ENOMEM;
	free_percpu(p); /* free */
	free_percpu(p); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
