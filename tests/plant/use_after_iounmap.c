// SPDX-License-Identifier: MIT
/*
 * Reads a register when its addresses have been given back.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: read access
 * expect: use after iounmap: 4 bytes into what was this:
 * expect: ioremap area of 256 bytes
 * expect: @bug
 * expect: @map
 * expect: verdict: fault in init of use_after_iounmap
 */
#include <linux/module.h>
#include <linux/io.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	void __iomem *regs = ioremap(DEMO, 0x100); /* map */

	if (!regs)
		return -ENOMEM;
	iounmap(regs);
	return readl(regs + 4); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
