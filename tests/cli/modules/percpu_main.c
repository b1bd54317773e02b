// SPDX-License-Identifier: MIT
/* One module of two sources, each with a static per-CPU variable of the same name. */
#include <linux/module.h>
#include <linux/percpu.h>
#include "percpu_parts.h"

static DEFINE_PER_CPU(int, mine) = 5;
DEFINE_PER_CPU(int, ours) = 100;

static int __init percpu_init(void)
{
	int __percpu *other = percpu_other();
	unsigned int cpu, bad = 0;
	int another;

	get_cpu_var(mine) += 5;
	another = percpu_other_add(20);
	this_cpu_add(ours, 3);
	pr_info("%s: mine %d, another %d, ours %d\n", KBUILD_MODNAME, this_cpu_read(mine), another,
		this_cpu_read(ours));
	put_cpu_var(mine);
	for_each_possible_cpu(cpu) {
		bad += per_cpu_ptr(&mine, cpu) == per_cpu_ptr(other, cpu);
		per_cpu(mine, cpu) = 10 * cpu;
		*per_cpu_ptr(other, cpu) = 1000 * cpu;
	}
	for_each_possible_cpu(cpu)
		bad += per_cpu(mine, cpu) != 10 * cpu || *per_cpu_ptr(other, cpu) != 1000 * cpu;
	pr_info("%s: in %u copies each, %u bad\n", KBUILD_MODNAME, num_possible_cpus(), bad);
	return 0;
}

static void __exit percpu_exit(void)
{
}

module_init(percpu_init);
module_exit(percpu_exit);
MODULE_LICENSE("Dual MIT/GPL");
