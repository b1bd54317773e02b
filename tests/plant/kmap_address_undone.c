// SPDX-License-Identifier: MIT
/*
 * Gives kunmap() the address that kmap() returned, not the page.
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: kunmap() of the address
 * expect: it takes the page
 * expect: @bug
 * expect: kmap() of a page, 4096 bytes
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>

static struct page *page;

static int __init plant_init(void)
{
	void *p;

	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	p = kmap(page);
	memset(p, 0, PAGE_SIZE);
	kunmap(p); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
