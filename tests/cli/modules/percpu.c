// SPDX-License-Identifier: MIT
/* Static per-CPU variables of a module: initial values, arrays, one copy per CPU. */
#include <linux/module.h>
#include <linux/percpu.h>

struct pair {
	int first, second;
};

static DEFINE_PER_CPU(struct pair, pair) = { 3, 4 };
static DEFINE_PER_CPU(char [100], text) = "start";
static DEFINE_PER_CPU(long, zero);
static struct pair __percpu *kept = &pair;

static int __init percpu_init(void)
{
	int cpu, bad = 0;

	for_each_possible_cpu(cpu) {
		bad += per_cpu(pair, cpu).second != 4 || per_cpu(text, cpu)[1] != 't';
		bad += per_cpu(zero, cpu) != 0;
		per_cpu(pair, cpu).first = cpu;
		per_cpu(zero, cpu) = 10 + cpu;
	}
	for_each_possible_cpu(cpu)
		bad += per_cpu_ptr(kept, cpu)->first != cpu || per_cpu(zero, cpu) != 10 + cpu;
	pr_info("percpu: %d CPUs, %d bad\n", num_possible_cpus(), bad);
	return 0;
}

static void __exit percpu_exit(void)
{
}

module_init(percpu_init);
module_exit(percpu_exit);
MODULE_LICENSE("Dual MIT/GPL");
