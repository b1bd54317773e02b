// SPDX-License-Identifier: MIT
/*
 * Writes to a page of high memory after it has been freed, through a mapping that it
 * still has; whoever gets the page next is told.
 *
 * args: --machine i386-4g --cmdline page_poison=1
 *
 * exit: 7
 * expect: BUG: pagealloc: memory corruption
 * expect: written to after it was freed: bytes 2000 to 2008 of page 0 of this block
 * expect: 74 6f 6f 20 6c 61 74 65
 * expect: pagealloc: corrupted page details
 * expect: page_owner tracks the page as freed
 * expect: page last allocated via order 0, migratetype Movable, gfp_mask
 * expect: @alloc
 * expect: page last free stack trace:
 * expect: @free
 * expect: @found
 * expect: verdict: bug (exit code 7)
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER_MOVABLE), *next; /* alloc */
	char *p;

	if (!page)
		return -ENOMEM;
	p = kmap(page);
	__free_page(page); /* free */
	memcpy(p + 2000, "too late", 9);
	kunmap(page);
	next = alloc_page(GFP_HIGHUSER_MOVABLE); /* found */
	if (next)
		__free_page(next);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
