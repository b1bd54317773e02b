// SPDX-License-Identifier: MIT
/*
 * Calls functions that do not exist, and one that the kernel does not have.
 *
 * exit: 4
 * expect: undefined: Unknown symbol no_such_function (used in 
 * expect: undefined: Unknown symbol puts (used in 
 * expect: verdict: unknown symbols (exit code 4)
 */
#include <linux/module.h>

extern int no_such_function(void);
extern int puts(const char *s);

static int __init plant_init(void)
{
	puts("kernel code has no stdout");
	return no_such_function();
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
