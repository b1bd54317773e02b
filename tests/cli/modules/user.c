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
	int cpu, bad = 0;

	pr_info("user: twice %d is %d\n", provider_number, provider_twice(provider_number));
	pr_info("user: getppid() is %d\n", getppid());
	for_each_possible_cpu(cpu)
		per_cpu(provider_count, cpu) += 100 * (cpu + 1);
	this_cpu_add(provider_count, 1);
	/* Any operation, on one element, too; it ends as it was. */
	bad += this_cpu_xchg(provider_row[1], 70) != 2;
	bad += this_cpu_cmpxchg(provider_row[1], 70, 3) != 70;
	bad += this_cpu_dec_return(provider_row[1]) != 2;
	bad += get_cpu_var(provider_row)[2] != 3;
	put_cpu_var(provider_row);
	pr_info("user: %d bad\n", bad);
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
