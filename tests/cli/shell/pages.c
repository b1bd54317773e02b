// SPDX-License-Identifier: MIT
/* Allocates and frees one block, of an order that says whose it is, for the trace. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>

static struct page *block;

static int __init pages_init(void)
{
	block = alloc_pages(GFP_KERNEL | __GFP_ZERO, 5);
	return block ? 0 : -ENOMEM;
}

static void __exit pages_exit(void)
{
	__free_pages(block, 5);
}

module_init(pages_init);
module_exit(pages_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A block of order 5");
