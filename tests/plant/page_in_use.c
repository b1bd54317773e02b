// SPDX-License-Identifier: MIT
/*
 * Frees a page that is locked: somebody still uses it.
 *
 * exit: 7
 * expect: page dumped because: PAGE_FLAGS_CHECK_AT_FREE flag(s) set
 * expect: it is not freed
 * expect: (locked|node=0
 * expect: page_owner tracks the page as allocated
 * expect: @alloc
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
	SetPageLocked(page);
	__free_page(page); /* bug */
	ClearPageLocked(page);
	__free_page(page);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
