// SPDX-License-Identifier: MIT
/*
 * Writes to a page of high memory without kmap().
 *
 * args: --machine i386-4g
 * exit: 8
 * expect: BUG: kernel NULL pointer dereference
 * expect: NULL until kmap()
 * expect: @bug
 * expect: verdict: fault in init of no_kmap
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>
#include <linux/mm.h>

static struct page *page;

static int __init plant_init(void)
{
	char *p;

	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	p = page_address(page);
	*(volatile char *)p = 1; /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
