// SPDX-License-Identifier: MIT
/*
 * Maps one page more than the window has slots, and nobody else is there to unmap one.
 *
 * args: -m i386-4g --seed 1
 * exit: 9
 * expect: kmap() has waited for 10 seconds: all 1024 slots are in use
 * expect: mapped by:
 * expect: @kmap
 * expect: verdict: stall in init of kmap_window_full: every thread sleeps
 */
#include <linux/highmem.h>
#include <linux/module.h>

#define PAGES	1025

static struct page *pages[PAGES];

static int __init plant_init(void)
{
	int i;

	for (i = 0; i < PAGES; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER);
		if (!pages[i])
			return -ENOMEM;
		kmap(pages[i]); /* kmap */
	}
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
