// SPDX-License-Identifier: MIT
/*
 * Reads half of a register.
 *
 * exit: 7
 * args: --strict
 * expect: WARNING: device demo: readw() of ID, at 0x0: it is 32 bits wide
 * expect: @bug
 * expect: verdict: 1 warning, 0 bugs
 */
#include <linux/module.h>
#include <linux/io.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	void __iomem *regs = ioremap(DEMO, 0x100);
	unsigned int i;

	if (!regs)
		return -ENOMEM;
	for (i = 0; i < 10; i++)
		readw(regs); /* bug */
	iounmap(regs);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
