// SPDX-License-Identifier: MIT
/*
 * An interrupt handler that calls itself: its stack is one page.
 *
 * exit: 8
 * expect: BUG: interrupt stack overflow: CPU
 * expect: 4096 bytes, between guard pages
 * expect: in an interrupt handler
 * expect: @bug
 * expect: verdict: fault in init of stack_overflow_irq
 */
#include <linux/module.h>
#include <linux/smp.h>

static noinline int deeper(volatile int *from)
{
	volatile int here[16];

	here[0] = from[0] + 1;
	return deeper(here) + here[0]; /* bug */
}

static void handler(void *info)
{
	volatile int start[1] = { 0 };

	*(int *)info = deeper(start);
}

static int __init plant_init(void)
{
	static int result;
	int cpu = (int)get_cpu();

	/* The other one: on this CPU it would be a call. */
	smp_call_function_single(cpu ? 0 : 1, handler, &result, 1);
	put_cpu();
	return result;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
