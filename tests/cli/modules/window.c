// SPDX-License-Identifier: MIT
/* Reads the first and the last word of a device, and writes others there. */
#include <linux/module.h>
#include <linux/io.h>
#include <linux/ioport.h>

static unsigned long base, size = PAGE_SIZE;
static unsigned int value;
module_param(base, ulong, 0);
module_param(size, ulong, 0);
module_param(value, uint, 0);

static int __init window_init(void)
{
	void __iomem *map;

	if (!request_mem_region(base, size, "window"))
		return -EBUSY;
	map = ioremap(base, size);
	if (!map) {
		release_mem_region(base, size);
		return -ENOMEM;
	}
	pr_info("window: first %#x, last %#x\n", readl(map), readl(map + size - 4));
	if (value) {
		writel(value, map);
		writel(value + 1, map + size - 4);
		/* A plain access is one here: it is memory. */
		pr_info("window: now %#x\n", *(volatile u32 *)map);
	}
	iounmap(map);
	return 0;
}

static void __exit window_exit(void)
{
	release_mem_region(base, size);
}

module_init(window_init);
module_exit(window_exit);

MODULE_LICENSE("Dual MIT/GPL");
