// SPDX-License-Identifier: MIT
/*
 * Does nothing wrong: it finds that it cannot work, and says so.
 *
 * exit: 5
 * expect: verdict: init_fails: init returned -ENODEV, not loaded, nothing held
 * expect: verdict: init failed (exit code 5)
 */
#include <linux/module.h>

static int __init plant_init(void)
{
	return -ENODEV;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
