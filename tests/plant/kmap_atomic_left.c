// SPDX-License-Identifier: MIT
/*
 * Enables preemption instead of kunmap_atomic().
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: preemption enabled with memory still mapped by kmap_atomic()
 * expect: @map
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>
#include <linux/preempt.h>

static struct page *page;

static int __init plant_init(void)
{
	char *p;

	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	p = kmap_atomic(page); /* map */
	WRITE_ONCE(p[0], 1);
	preempt_enable(); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
