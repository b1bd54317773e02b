// SPDX-License-Identifier: MIT
/*
 * Frees a page out of the middle of a compound one.
 *
 * exit: 7
 * expect: page dumped because: a tail of a compound page was freed
 * expect: page_owner tracks the page as allocated
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2); /* alloc */

	if (!page)
		return -ENOMEM;
	__free_page(page + 2); /* bug */
	__free_pages(page, 2);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
