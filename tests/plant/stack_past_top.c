// SPDX-License-Identifier: MIT
/*
 * Clears a local array, and all that is above it: what called this function, and more.
 *
 * exit: 8
 * expect: BUG: access past the top of the kernel stack: task insmod/1
 * expect: past the end of a local variable
 * expect: verdict: fault in init of stack_past_top
 */
#include <linux/module.h>
#include <asm/page.h>

static noinline int clear(size_t size)
{
	char here[100], *p = here;
	size_t i;

	OPTIMIZER_HIDE_VAR(p);
	for (i = 0; i < size; i++)	/* memset() may begin at the end */
		WRITE_ONCE(p[i], 0);
	return READ_ONCE(p[0]);
}

static int __init plant_init(void)
{
	return clear(THREAD_SIZE);
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
