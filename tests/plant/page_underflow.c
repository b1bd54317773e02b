// SPDX-License-Identifier: MIT
/*
 * Drops a reference more than it has.
 *
 * exit: 7
 * expect: page dumped because: reference dropped that nobody held
 * expect: page_owner tracks the page as freed
 * expect: @alloc
 * expect: @last
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
	get_page(page + 3);
	put_page(page + 1);
	put_page(page); /* last */
	put_page(page); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
