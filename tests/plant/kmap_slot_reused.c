// SPDX-License-Identifier: MIT
/*
 * The 2.6 era: takes a slot of kmap_atomic() that is in use, and so loses a mapping.
 *
 * args: --machine i386-4g --era 2.6
 * exit: 7
 * expect: BUG: kmap_atomic slot reused: KM_USER0 of CPU
 * expect: @first
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
	char *p, *q;

	page = alloc_page(GFP_HIGHUSER);
	other = alloc_page(GFP_HIGHUSER);
	p = kmap_atomic(page, KM_USER0); /* first */
	q = kmap_atomic(other, KM_USER0); /* bug */
	memcpy(p, q, PAGE_SIZE);
	kunmap_atomic(q, KM_USER0);
	kunmap_atomic(p, KM_USER0);
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
