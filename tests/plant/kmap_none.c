// SPDX-License-Identifier: MIT
/*
 * Computes the address of a page of high memory, which has none.
 *
 * args: --machine i386-4g
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: it is high memory and has no mapping, kmap() it
 * expect: @bug
 * expect: verdict: fault in init of kmap_none
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
	p = page_to_virt(page);
	WRITE_ONCE(p[0], 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
