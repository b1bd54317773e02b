// SPDX-License-Identifier: MIT
/*
 * Uses its copy without keeping the CPU.
 *
 * exit: 7
 * expect: BUG: using smp_processor_id() in preemptible [00000000] code: insmod/
 * expect: caller is 
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/percpu.h>

static DEFINE_PER_CPU(int, counter);

static int __init plant_init(void)
{
	(*this_cpu_ptr(&counter))++; /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
