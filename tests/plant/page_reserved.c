// SPDX-License-Identifier: MIT
/*
 * Frees the first frame of memory, which is the firmware's.
 *
 * exit: 7
 * expect: page dumped because: a reserved frame was freed
 * expect: it is not freed
 * expect: (reserved|node=0
 * expect: page_owner info is not present (never set?)
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	free_page((unsigned long)__va(0)); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
