// SPDX-License-Identifier: MIT
/*
 * Finds itself in a state that it holds to be impossible.
 *
 * exit: 7
 * expect: kernel BUG at 
 * expect: @bug
 */
#include <linux/module.h>

static int impossible = 1;

static int __init plant_init(void)
{
	BUG_ON(READ_ONCE(impossible)); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
