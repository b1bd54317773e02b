// SPDX-License-Identifier: MIT
/*
 * Frees a page as two, when the other one is free already.
 *
 * exit: 7
 * expect: page dumped because: freed at a higher order than it was allocated at
 * expect: it is freed at its own order
 * expect: page_owner tracks the page as allocated
 * expect: page last allocated via order 0,
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1); /* alloc */

	if (!page)
		return -ENOMEM;
	split_page(page, 1);
	__free_page(page + 1);
	__free_pages(page, 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
