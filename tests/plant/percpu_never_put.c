// SPDX-License-Identifier: MIT
/*
 * Never ends what get_cpu_var() began.
 *
 * exit: 7
 * expect: BUG: 
 * expect: returned with preemption imbalance
 * expect: preempt_count is 00000001, was 00000000
 * expect: @get
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/percpu.h>

static DEFINE_PER_CPU(int, counter);

static int __init plant_init(void)
{
	get_cpu_var(counter)++; /* get */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
