// SPDX-License-Identifier: MIT
/*
 * Calls itself for ever.
 *
 * exit: 8
 * expect: BUG: kernel stack overflow: task insmod/1, address
 * expect: bytes, between guard pages
 * expect: @bug
 * expect: verdict: fault in init of stack_overflow
 */
#include <linux/module.h>

static noinline int deeper(volatile int *from)
{
	volatile int here[64];

	here[0] = from[0] + 1;
	return deeper(here) + here[0]; /* bug */
}

static int __init plant_init(void)
{
	volatile int start[1] = { 0 };

	return deeper(start);
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
