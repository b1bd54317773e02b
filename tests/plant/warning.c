// SPDX-License-Identifier: MIT
/*
 * Warns. That spoils a run only with --strict.
 *
 * args: --strict
 * exit: 7
 * expect: WARNING: 
 * expect: @bug
 * expect: verdict: 1 warning, 0 bugs
 * expect: verdict: warning (--strict) (exit code 7)
 */
#include <linux/module.h>

static int odd = 1;

static int __init plant_init(void)
{
	WARN_ON(READ_ONCE(odd)); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
