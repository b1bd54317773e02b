// SPDX-License-Identifier: MIT
/*
 * Whole pages: ask the page allocator for a block of 2^3 pages, fill it with
 * numbers, look at some of them, give the block back.
 *
 * What to see: the block is contiguous, so the numbers run on across its page
 * borders; and what was allocated by order has to be freed by the same order.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/gfp.h>
#include <linux/mm.h>

#define PREFIX	"[LOWLEVEL]: "
#define ORDER	3
#define INTS	((PAGE_SIZE << ORDER) / sizeof(int))

static unsigned long block;

static int __init lowlevel_init(void)
{
	int *array;
	unsigned int i;

	block = __get_free_pages(GFP_KERNEL, ORDER);
	if (!block) {
		printk(KERN_ERR PREFIX "no block of order %d\n", ORDER);
		return -ENOMEM;
	}

	array = (int *)block;
	for (i = 0; i < INTS; i++)
		array[i] = i;

	printk(KERN_INFO PREFIX "order %d: %lu bytes, %u integers\n", ORDER, PAGE_SIZE << ORDER,
	       (unsigned int)INTS);
	for (i = 0; i < INTS; i += PAGE_SIZE / sizeof(int))
		printk(KERN_INFO PREFIX "array[%u] = %d\n", i, array[i]);
	printk(KERN_INFO PREFIX "array[%u] = %d\n", (unsigned int)INTS - 1, array[INTS - 1]);
	return 0;
}

static void __exit lowlevel_exit(void)
{
	free_pages(block, ORDER);
	printk(KERN_INFO PREFIX "block freed\n");
}

module_init(lowlevel_init);
module_exit(lowlevel_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A block of pages from the page allocator");
