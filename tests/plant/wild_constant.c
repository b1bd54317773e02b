// SPDX-License-Identifier: MIT
/*
 * Writes to a constant.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address:
 * expect: #PF: supervisor write access in kernel mode
 * expect: the memory is there, but not for that: a constant, or code
 * expect: @bug
 */
#include <linux/module.h>

static char *volatile text = "constant";

static int __init plant_init(void)
{
	*text = 'C'; /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("Dual MIT/GPL");
