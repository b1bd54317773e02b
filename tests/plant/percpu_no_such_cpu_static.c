// SPDX-License-Identifier: MIT
/*
 * Writes a static variable's copy of a CPU that the machine does not have.
 *
 * exit: 8
 * expect: per_cpu_ptr() or per_cpu() of CPU 4, and the machine has CPUs 0 to 3
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/percpu.h>

static DEFINE_PER_CPU(int, counter);

static int __init plant_init(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu <= num_possible_cpus(); cpu++)
		per_cpu(counter, cpu) = 1; /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
