// SPDX-License-Identifier: MIT
/* Exports a function, a variable, and per-CPU variables, for user.c. */
#include <linux/module.h>
#include <linux/percpu.h>

int provider_twice(int x)
{
	return 2 * x;
}
EXPORT_SYMBOL(provider_twice);

int provider_number = 21;
EXPORT_SYMBOL_GPL(provider_number);

/* The C library has a function of this name: ours must win. */
int getppid(void)
{
	return -42;
}
EXPORT_SYMBOL(getppid);

DEFINE_PER_CPU(long, provider_count) = 5;
EXPORT_PER_CPU_SYMBOL(provider_count);
DEFINE_PER_CPU(long[3], provider_row) = { 1, 2, 3 };
EXPORT_PER_CPU_SYMBOL_GPL(provider_row);

static int __init provider_init(void)
{
	pr_info("provider: cpu 0 starts with %ld\n", per_cpu(provider_count, 0));
	return 0;
}

static void __exit provider_exit(void)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(provider_count, cpu);
	pr_info("provider: sum %ld\n", sum);
}

module_init(provider_init);
module_exit(provider_exit);
MODULE_LICENSE("Dual MIT/GPL");
