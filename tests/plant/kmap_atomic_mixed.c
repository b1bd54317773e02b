// SPDX-License-Identifier: MIT
/*
 * Undoes kmap_atomic() with kunmap_local(), so preemption stays off.
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: kmap_atomic() mapped it, so kunmap_atomic() is due
 * expect: @map
 * expect: @bug
 * expect: returned with preemption imbalance
 * expect: verdict: bug (exit code 7)
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
	p = kmap_atomic(page); /* map */
	WRITE_ONCE(p[0], 1);
	kunmap_local(p); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
