// SPDX-License-Identifier: MIT
/* Uses what provider.c exports. */
#include <linux/module.h>
#include <linux/percpu.h>

extern int provider_number;
int provider_twice(int x);
int getppid(void);
DECLARE_PER_CPU(long, provider_count);
DECLARE_PER_CPU(long[3], provider_row);

/* A pointer to another module's per-CPU variable, in initialised data. */
static long __percpu *pointer = &provider_count;

static int __init user_init(void)
{
	int cpu;

	pr_info("user: twice %d is %d\n", provider_number, provider_twice(provider_number));
	pr_info("user: getppid() is %d\n", getppid());
	for_each_possible_cpu(cpu)
		per_cpu(provider_count, cpu) += 100 * (cpu + 1);
	this_cpu_add(provider_count, 1);
	pr_info("user: pointer %s\n",
		per_cpu_ptr(pointer, 0) == &per_cpu(provider_count, 0) ? "good" : "bad");
	pr_info("user: row %ld %ld\n", per_cpu(provider_row, 1)[0], per_cpu(provider_row, 0)[2]);
	return 0;
}

static void __exit user_exit(void)
{
}

module_init(user_init);
module_exit(user_exit);
MODULE_LICENSE("Dual MIT/GPL");
