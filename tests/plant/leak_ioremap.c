// SPDX-License-Identifier: MIT
/*
 * Forgets the addresses of a device.
 *
 * exit: 6
 * expect: ioremap area
 * expect: @map
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/io.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	return ioremap(DEMO, 0x100) ? 0 : -ENOMEM; /* map */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
