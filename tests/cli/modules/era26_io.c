// SPDX-License-Identifier: MIT
/* Ports and memory of devices as drivers of 2.6 claim them. */
#include <linux/module.h>
#include <linux/ioport.h>
#include <asm/io.h>

#define DEMO	0xfd000000

static int __init era26_io_init(void)
{
	void *regs;
	int bad = 0;

	bad |= check_region(0x378, 8) != 0;
	bad |= !request_region(0x378, 8, "short");
	bad |= check_region(0x37f, 1) != -EBUSY;
	release_region(0x378, 8);
	bad |= check_mem_region(0x100000, 4096) != -EBUSY;
	bad |= check_mem_region(DEMO, 0x100) != 0;
	bad |= !request_mem_region(DEMO, 0x100, "silly");
	regs = ioremap_nocache(DEMO, 0x100);
	iowrite32(0xa5, regs + 4);
	bad |= ioread32(regs + 4) != 0xa5;
	bad |= readl(regs + 4) != 0xa5;
	iounmap(regs);
	release_mem_region(DEMO, 0x100);
	printk(KERN_INFO "era26_io: %d bad\n", bad);
	return 0;
}

static void __exit era26_io_exit(void)
{
}

module_init(era26_io_init);
module_exit(era26_io_exit);

MODULE_LICENSE("Dual MIT/GPL");
