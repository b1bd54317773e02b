// SPDX-License-Identifier: MIT
/*
 * Maps memory as if it were a device.
 *
 * exit: 7
 * args: --strict
 * expect: ioremap on RAM at 0x0000000000100000 - 0x00000000001000ff
 * expect: @bug
 * expect: verdict: warning (--strict) (exit code 7)
 */
#include <linux/module.h>
#include <linux/io.h>

static int __init plant_init(void)
{
	return ioremap(0x100000, 0x100) ? -EIO : 0; /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
