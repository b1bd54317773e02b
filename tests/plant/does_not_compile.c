// SPDX-License-Identifier: MIT
/*
 * Calls a function that has not been declared.
 *
 * exit: 3
 * expect: implicit declaration
 * expect: @bug
 */
#include <linux/module.h>

static int __init plant_init(void)
{
	return nobody_declared_this(); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
