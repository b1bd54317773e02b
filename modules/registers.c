// SPDX-License-Identifier: MIT
/*
 * A driver for the device at 0xfd000000, which every built-in machine has: claim its
 * addresses, map them, talk to its registers, give everything back.
 *
 * What to see: /proc/iomem has the driver's line below the device's while it has claimed
 * the addresses; what is written to one register changes another; a bit of the status
 * register goes away when a 1 is written there.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/ioport.h>

#define PREFIX	"[REGISTERS]: "
#define SIZE	0x100

/* Offsets of the registers. */
#define ID		0x00	/* says what the device is */
#define SCRATCH		0x04	/* keeps what is written */
#define CONTROL		0x08
#define STATUS		0x0c
#define FIFO		0x14	/* sixteen words, first in, first out */
#define DOORBELL	0x20	/* n: add up n words of the FIFO */
#define RESULT		0x24	/* their sum */
#define BUFFER		0x80	/* 128 bytes of memory */

#define ID_VALUE	0x51524731
#define CONTROL_ENABLE	0x1
#define CONTROL_RESET	0x2
#define STATUS_DONE	0x1

static unsigned long base = 0xfd000000;
module_param(base, ulong, 0444);
MODULE_PARM_DESC(base, "where the device is");

static void __iomem *regs;

static void add_up(void)
{
	unsigned int i;

	for (i = 1; i <= 10; i++)
		writel(i * i, regs + FIFO);
	writel(10, regs + DOORBELL);
	printk(KERN_INFO PREFIX "the squares up to 100 add up to %u, status %#x\n",
	       readl(regs + RESULT), readl(regs + STATUS));
	writel(STATUS_DONE, regs + STATUS);
	printk(KERN_INFO PREFIX "acknowledged: status %#x\n", readl(regs + STATUS));
}

static void use_memory(void)
{
	static const char text[] = "memory of the device";
	char back[sizeof(text)];

	memcpy_toio(regs + BUFFER, text, sizeof(text));
	memcpy_fromio(back, regs + BUFFER, sizeof(back));
	printk(KERN_INFO PREFIX "in its memory: '%s'\n", back);
}

static int __init registers_init(void)
{
	int err = -ENODEV;

	if (!request_mem_region(base, SIZE, "registers")) {
		printk(KERN_ERR PREFIX "somebody else has the addresses\n");
		return -EBUSY;
	}
	regs = ioremap(base, SIZE);
	if (!regs) {
		err = -ENOMEM;
		goto no_map;
	}
	if (readl(regs + ID) != ID_VALUE) {
		printk(KERN_ERR PREFIX "this is another device: %#x\n", readl(regs + ID));
		goto no_device;
	}
	writel(CONTROL_RESET, regs + CONTROL);
	writel(CONTROL_ENABLE, regs + CONTROL);
	writel(0x12345678, regs + SCRATCH);
	printk(KERN_INFO PREFIX "scratch %#x, seen the other way round %#x\n",
	       readl(regs + SCRATCH), ioread32be(regs + SCRATCH));
	add_up();
	use_memory();
	return 0;

no_device:
	iounmap(regs);
no_map:
	release_mem_region(base, SIZE);
	return err;
}

static void __exit registers_exit(void)
{
	writel(0, regs + CONTROL);
	iounmap(regs);
	release_mem_region(base, SIZE);
	printk(KERN_INFO PREFIX "device was given back\n");
}

module_init(registers_init);
module_exit(registers_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A device's registers, through ioremap() and readl()");
