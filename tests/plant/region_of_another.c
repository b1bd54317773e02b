// SPDX-License-Identifier: MIT
/*
 * Claims addresses that another driver has.
 *
 * exit: 5
 * expect: a driver that is here already has them
 * expect: verdict: region_of_another: init returned -EBUSY
 */
#include <linux/module.h>
#include <linux/io.h>
#include <linux/ioport.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	if (!request_mem_region(DEMO, 0x100, "the first driver"))
		return -EIO;
	if (!request_mem_region(DEMO + 0x80, 0x40, "the second driver")) {
		pr_err("a driver that is here already has them\n");
		release_mem_region(DEMO, 0x100);
		return -EBUSY;
	}
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
