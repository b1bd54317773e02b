// SPDX-License-Identifier: MIT
/*
 * Waits for something that nobody will do.
 *
 * exit: 9
 * expect: verdict: stall in init of deadlock
 */
#include <linux/module.h>
#include <linux/completion.h>

static DECLARE_COMPLETION(never);

static int __init plant_init(void)
{
	wait_for_completion(&never);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
