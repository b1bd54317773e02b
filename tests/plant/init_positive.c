// SPDX-License-Identifier: MIT
/*
 * Returns a number from init that is neither 0 nor an error: it is loaded, with a warning.
 *
 * args: --strict
 * exit: 7
 * expect: WARNING: 'init_positive'->init suspiciously returned 3, it should follow 0/-E convention
 * expect: loading module anyway; init is:
 * expect: [init_positive] init_positive.c:
 * expect: verdict: init_positive: init returned 3, unloaded, nothing held
 * expect: verdict: 1 warning, 0 bugs
 * expect: verdict: warning (--strict) (exit code 7)
 */
#include <linux/module.h>

static int __init plant_init(void)
{
	return 3;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
