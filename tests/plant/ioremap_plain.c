// SPDX-License-Identifier: MIT
/*
 * Reads a register as if it were memory.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: registers are reached by readl(), writel() and their like only
 * expect: @bug
 * expect: @map
 */
#include <linux/module.h>
#include <linux/io.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	u32 *regs = (__force u32 *)ioremap(DEMO, 0x100); /* map */

	if (!regs)
		return -ENOMEM;
	return READ_ONCE(regs[1]); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
