// SPDX-License-Identifier: MIT
/*
 * How much can kmalloc() give? Ask for one byte, then for twice as much each
 * time, until it says no.
 *
 * What to see: the memory has to be contiguous, and the largest block is one of
 * order 10, 4 MiB. Asking for 8 MiB fails on a machine with any amount of memory;
 * the kernel warns of such a request and shows who made it.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/slab.h>

#define PREFIX	"[KMALLOC]: "

static int __init kmalloc_limit_init(void)
{
	unsigned long size;
	void *p;

	for (size = 1; size; size *= 2) {
		p = kmalloc(size, GFP_KERNEL);
		if (!p) {
			printk(KERN_INFO PREFIX "could not allocate %lu bytes\n", size);
			break;
		}
		kfree(p);
	}
	return 0;
}

static void __exit kmalloc_limit_exit(void)
{
	printk(KERN_INFO PREFIX "nothing to free\n");
}

module_init(kmalloc_limit_init);
module_exit(kmalloc_limit_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("The largest piece of memory that kmalloc() gives");
