// SPDX-License-Identifier: MIT
/*
 * Sets a bit of a page after it has been freed.
 *
 * args: --cmdline page_poison=1
 *
 * exit: 7
 * expect: BUG: pagealloc: single bit error
 * expect: bytes 77 to 77 of page 1 of this block
 * expect: @free
 * expect: @found
 * expect: verdict: bug (exit code 7)
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 1);

	if (!addr)
		return -ENOMEM;
	free_pages(addr, 1); /* free */
	*(volatile char *)(addr + PAGE_SIZE + 77) ^= 4;
	addr = __get_free_pages(GFP_KERNEL, 1); /* found */
	free_pages(addr, 1);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
