// SPDX-License-Identifier: MIT
/* Makes a zone believe that it has a free page more than it has. */
#include <linux/mm.h>
#include <linux/module.h>

static int __init miscount_init(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	page_zone(page)->vm_stat[NR_FREE_PAGES].counter++;
	__free_page(page);
	return 0;
}

static void __exit miscount_exit(void)
{
}

module_init(miscount_init);
module_exit(miscount_exit);
MODULE_LICENSE("Dual MIT/GPL");
