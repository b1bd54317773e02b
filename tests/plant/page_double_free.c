// SPDX-License-Identifier: MIT
/*
 * Frees a page twice.
 *
 * exit: 7
 * expect: BUG: Bad page state in process
 * expect: page dumped because: a free page was freed
 * expect: page_owner tracks the page as freed
 * expect: page last allocated via order 0, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL)
 * expect: @alloc
 * expect: page last free stack trace:
 * expect: @first
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	struct page *page = alloc_page(GFP_KERNEL); /* alloc */

	if (!page)
		return -ENOMEM;
	__free_page(page); /* first */
	__free_page(page); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
