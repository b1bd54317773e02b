// SPDX-License-Identifier: MIT
/*
 * Leaves a file in debugfs.
 *
 * exit: 6
 * expect: debugfs file
 * expect: left_here
 * expect: verdict: leak (exit code 6)
 */
#include <linux/debugfs.h>
#include <linux/module.h>

static u32 value;

static int __init plant_init(void)
{
	debugfs_create_u32("left_here", 0444, NULL, &value);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
