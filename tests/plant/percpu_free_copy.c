// SPDX-License-Identifier: MIT
/*
 * Gives per-CPU memory back by the address of one CPU's copy.
 *
 * exit: 7
 * expect: BUG: free_percpu(): not a per-CPU pointer:
 * expect: it is the address of CPU 1's copy: give back the pointer that per_cpu_ptr() was given
 * expect: @alloc
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
	free_percpu((int __percpu *)per_cpu_ptr(p, 1)); /* bug */
	free_percpu(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
