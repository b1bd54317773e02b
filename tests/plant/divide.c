// SPDX-License-Identifier: MIT
/*
 * Divides by zero.
 *
 * exit: 8
 * expect: BUG: divide error: 0000 [#1]
 * expect: @bug
 * expect: verdict: fault in init of divide: divide error (exit code 8)
 */
#include <linux/module.h>

static int parts;

static int __init plant_init(void)
{
	pr_info("each gets %d\n", 100 / READ_ONCE(parts)); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
