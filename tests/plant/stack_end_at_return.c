// SPDX-License-Identifier: MIT
/*
 * Overwrites the last word of its stack in init and in exit, and returns: nobody leaves
 * the CPU in between.
 *
 * exit: 7
 * args: --for 0ms
 * expect: BUG: corrupted stack end detected: task insmod/1, after init of stack_end_at_return
 * expect: is 0x12345678, not 0x57ac6e9d
 * expect: BUG: corrupted stack end detected: task rmmod/1, after exit of stack_end_at_return
 * expect: is 0x87654321, not 0x57ac6e9d
 * expect: verdict: stack_end_at_return: init returned 0, unloaded, nothing held
 * expect: verdict: 0 warnings, 2 bugs
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/sched/task_stack.h>

static int __init plant_init(void)
{
	*end_of_stack(current) = 0x12345678;
	return 0;
}

static void __exit plant_exit(void)
{
	*end_of_stack(current) = 0x87654321;
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
