// SPDX-License-Identifier: MIT
/*
 * Forgets kunmap_atomic(), and goes on.
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: initcall plant_init
 * expect: returned with memory still mapped by kmap_atomic()
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
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
	p = kmap_atomic(page); /* bug */
	WRITE_ONCE(p[0], 1);
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
