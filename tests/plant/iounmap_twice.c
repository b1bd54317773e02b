// SPDX-License-Identifier: MIT
/*
 * Gives the addresses of a device back twice.
 *
 * exit: 7
 * args: --strict
 * expect: WARNING: iounmap: bad address
 * expect: use after iounmap
 * expect: @map
 * expect: @first
 * expect: @bug
 * expect: verdict: warning (--strict) (exit code 7)
 */
#include <linux/module.h>
#include <linux/io.h>

#define DEMO	0xfd000000	/* a device with registers, on every built-in machine */

static int __init plant_init(void)
{
	void __iomem *regs = ioremap(DEMO, 0x100); /* map */

	if (!regs)
		return -ENOMEM;
	iounmap(regs); /* first */
	iounmap(regs); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
