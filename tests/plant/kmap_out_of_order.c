// SPDX-License-Identifier: MIT
/*
 * Undoes two mappings in the order in which they were made.
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: out of order: a later mapping is still there
 * expect: @later
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>

static struct page *page, *other;

static int __init plant_init(void)
{
	void *p, *q;

	page = alloc_page(GFP_HIGHUSER);
	other = alloc_page(GFP_HIGHUSER);
	p = kmap_local_page(page);
	q = kmap_local_page(other); /* later */
	copy_page(p, q);
	kunmap_local(p); /* bug */
	kunmap_local(q);
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
	__free_page(other);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
