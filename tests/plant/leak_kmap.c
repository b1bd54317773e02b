// SPDX-License-Identifier: MIT
/*
 * Forgets kunmap().
 *
 * args: --machine i386-4g
 * exit: 6
 * expect: kmap() of a page, 4096 bytes
 * expect: @bug
 * expect: verdict: leak (exit code 6)
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
	memset(kmap(page), 0, PAGE_SIZE); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
