// SPDX-License-Identifier: MIT
/*
 * Sleeps between get_cpu_var() and put_cpu_var().
 *
 * exit: 7
 * expect: BUG: 
 * expect: @get
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/delay.h>

static DEFINE_PER_CPU(int, counter);

static int __init plant_init(void)
{
	get_cpu_var(counter)++; /* get */
	msleep(1); /* bug */
	put_cpu_var(counter);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
