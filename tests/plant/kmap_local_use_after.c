// SPDX-License-Identifier: MIT
/*
 * Reads a page of high memory after kunmap_local().
 *
 * args: --machine i386-4g
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: use after kunmap_local() or kunmap_atomic(): it had frame
 * expect: @map
 * expect: @unmap
 * expect: @bug
 * expect: verdict: fault in init of kmap_local_use_after
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>

static struct page *page;

static int __init plant_init(void)
{
	char *p;

	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	p = kmap_local_page(page); /* map */
	p[5] = 1;
	kunmap_local(p); /* unmap */
	return READ_ONCE(p[5]); /* bug */
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
