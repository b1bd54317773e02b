// SPDX-License-Identifier: MIT
/*
 * Writes to pages that vmap() has mapped to be read.
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: write access
 * expect: 5 bytes into an area that is in use:
 * expect: vmap area of 4096 bytes
 * expect: the memory is there, but not to be written to: see how it was mapped
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of vmap_read_only
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

static int __init plant_init(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *p;

	if (!page)
		return -ENOMEM;
	p = vmap(&page, 1, VM_MAP, PAGE_KERNEL_RO); /* alloc */
	if (!p)
		return -ENOMEM;
	WRITE_ONCE(p[5], 1); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
