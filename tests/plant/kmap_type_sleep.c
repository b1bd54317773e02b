// SPDX-License-Identifier: MIT
/*
 * The 2.6 era: sleeps between kmap_atomic() and kunmap_atomic().
 *
 * args: --machine i386-4g --era 2.6
 * exit: 7
 * expect: BUG: 
 * expect: Preemption disabled at:
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
	p = kmap_atomic(page, KM_USER0); /* map */
	p[0] = 1;
	msleep(1); /* bug */
	kunmap_atomic(p, KM_USER0);
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
