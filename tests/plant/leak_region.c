// SPDX-License-Identifier: MIT
/*
 * Forgets what it has claimed of a device, and of the ports.
 *
 * exit: 6
 * expect: I/O memory region 'a driver', 256 bytes at 0xfd000000
 * expect: I/O port region 'a port', 8 bytes at 0x3f8
 * expect: @claim
 * expect: @ports
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/io.h>
#include <linux/ioport.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	if (!request_mem_region(DEMO, 0x100, "a driver")) /* claim */
		return -EBUSY;
	return request_region(0x3f8, 8, "a port") ? 0 : -EBUSY; /* ports */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
