// SPDX-License-Identifier: MIT
/*
 * Gives per-CPU memory to kfree(), and a CPU's copy of it.
 *
 * exit: 7
 * expect: It is a per-CPU pointer: free_percpu() it.
 * expect: It is a CPU's copy of per-CPU memory: free_percpu() the pointer that led to it.
 * expect: Allocated by:
 * expect: @alloc
 * expect: @pointer
 * expect: @copy
 * expect: verdict: 0 warnings, 2 bugs
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>

static int __init plant_init(void)
{
	int __percpu *p = alloc_percpu(int); /* alloc */

	if (!p)
		return -ENOMEM;
	kfree((void *)p); /* pointer */
	kfree(per_cpu_ptr(p, 1)); /* copy */
	free_percpu(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
