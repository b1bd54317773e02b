// SPDX-License-Identifier: MIT
/*
 * Gives back what nobody allocated: static per-CPU variables, the module's first one too.
 *
 * exit: 7
 * expect: BUG: free_percpu(): this is a static per-CPU variable:
 * expect: @first
 * expect: @second
 * expect: both are still there: 5
 * expect: verdict: 0 warnings, 2 bugs
 */
#include <linux/module.h>
#include <linux/percpu.h>

static DEFINE_PER_CPU_ALIGNED(int, one) = 2;
static DEFINE_PER_CPU_ALIGNED(int, two) = 3;

static int __init plant_init(void)
{
	int __percpu *p = &one, *q = &two;

	free_percpu(min(p, q)); /* first */
	free_percpu(max(p, q)); /* second */
	pr_info("both are still there: %d\n", this_cpu_read(one) + this_cpu_read(two));
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
