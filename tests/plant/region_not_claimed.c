// SPDX-License-Identifier: MIT
/*
 * Gives back addresses that it never claimed.
 *
 * exit: 0
 * expect: Trying to free nonexistent resource <00000000fd000000-00000000fd0000ff>
 * expect: verdict: clean
 */
#include <linux/module.h>
#include <linux/io.h>
#include <linux/ioport.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	release_mem_region(DEMO, 0x100);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
