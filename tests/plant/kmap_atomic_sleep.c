// SPDX-License-Identifier: MIT
/*
 * Sleeps between kmap_atomic() and kunmap_atomic().
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: 
 * expect: with memory mapped by kmap_atomic():
 * expect: @map
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>
#include <linux/delay.h>

static struct page *page;

static int __init plant_init(void)
{
	char *p;

	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	p = kmap_atomic(page); /* map */
	p[0] = 1;
	msleep(1); /* bug */
	p[1] = 1;
	kunmap_atomic(p);
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
