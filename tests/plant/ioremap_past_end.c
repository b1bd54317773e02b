// SPDX-License-Identifier: MIT
/*
 * Reads a register beyond what was mapped.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: past the end of an area
 * expect: ioremap area of 256 bytes
 * expect: @bug
 * expect: @map
 */
#include <linux/module.h>
#include <linux/io.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	void __iomem *regs = ioremap(DEMO, 0x100); /* map */

	if (!regs)
		return -ENOMEM;
	return readl(regs + PAGE_SIZE); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
