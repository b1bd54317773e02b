// SPDX-License-Identifier: MIT
/*
 * Adds to its copy by two instructions without keeping the CPU; says the number of a CPU
 * that it may have left.
 *
 * exit: 7
 * expect: BUG: using __this_cpu_add() in preemptible [00000000] code: insmod/
 * expect: @add
 * expect: BUG: using smp_processor_id() in preemptible [00000000] code: insmod/
 * expect: @number
 * expect: verdict: 0 warnings, 2 bugs
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

static DEFINE_PER_CPU(int, counter);

static int __init plant_init(void)
{
	__this_cpu_inc(counter); /* add */
	pr_info("CPU %d\n", smp_processor_id()); /* number */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
