// SPDX-License-Identifier: MIT
/*
 * Overwrites the last word of a stack, and nothing beyond.
 *
 * exit: 7
 * expect: BUG: corrupted stack end detected: task insmod/1
 * expect: is 0x12345678, not 0x57ac6e9d
 * expect: corrupted stack end detected inside scheduler
 */
#include <linux/module.h>
#include <linux/delay.h>
#include <linux/sched/task_stack.h>

static int __init plant_init(void)
{
	*end_of_stack(current) = 0x12345678;
	msleep(1);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
