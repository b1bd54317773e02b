// SPDX-License-Identifier: MIT
/* Takes blocks until there are none, and gives them back. */
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>

static unsigned int order;
module_param(order, uint, 0444);

static int __init fill_init(void)
{
	struct page *page, *next;
	unsigned int blocks = 0;
	LIST_HEAD(taken);

	while ((page = alloc_pages(GFP_KERNEL, order))) {
		list_add(&page->lru, &taken);
		blocks++;
	}
	pr_info("fill: %u blocks of order %u\n", blocks, order);
	list_for_each_entry_safe(page, next, &taken, lru)
		__free_pages(page, order);
	return 0;
}

static void __exit fill_exit(void)
{
}

module_init(fill_init);
module_exit(fill_exit);
MODULE_LICENSE("Dual MIT/GPL");
