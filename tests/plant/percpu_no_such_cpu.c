// SPDX-License-Identifier: MIT
/*
 * Asks for the copy of a CPU that the machine does not have.
 *
 * exit: 8
 * expect: per_cpu_ptr() or per_cpu() of CPU 77, and the machine has CPUs 0 to 3
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/percpu.h>

static int __init plant_init(void)
{
	int __percpu *p = alloc_percpu(int);
	int cpu = 77;

	if (!p)
		return -ENOMEM;
	*per_cpu_ptr(p, cpu) = 1; /* bug */
	free_percpu(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
