// SPDX-License-Identifier: MIT
/*
 * Frees a block at a lower order than it has: the rest is lost.
 *
 * exit: 7
 * expect: page dumped because: freed at a lower order than it was allocated at
 * expect: the pages behind it stay in use
 * expect: page_owner tracks the page as allocated
 * expect: page last allocated via order 3,
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3); /* alloc */

	if (!page)
		return -ENOMEM;
	__free_pages(page, 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
