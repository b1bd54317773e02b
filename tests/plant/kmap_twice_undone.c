// SPDX-License-Identifier: MIT
/*
 * Calls kunmap() twice for one kmap().
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: kunmap() of page
 * expect: which is not mapped any more
 * expect: @map
 * expect: @first
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>

static struct page *page;

static int __init plant_init(void)
{
	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	memset(kmap(page), 0, PAGE_SIZE); /* map */
	kunmap(page); /* first */
	kunmap(page); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
