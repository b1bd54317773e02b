// SPDX-License-Identifier: MIT
/*
 * Frees a compound page at another order than its own.
 *
 * exit: 7
 * expect: page dumped because: a compound page was freed at another order
 * expect: it is freed at its own order
 * expect: page last allocated via order 3,
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3); /* alloc */

	if (!page)
		return -ENOMEM;
	__free_pages(page, 2); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
