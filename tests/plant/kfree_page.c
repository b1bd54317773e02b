// SPDX-License-Identifier: MIT
/*
 * Gives a page of the page allocator to kfree().
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG: kfree: bad pointer 0x
 * expect: in a page that is no slab: free_pages() it
 * expect: page_owner tracks the page as allocated
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/gfp.h>
#include <linux/slab.h>

static int __init plant_init(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL); /* alloc */

	if (!page)
		return -ENOMEM;
	kfree((void *)page); /* bug */
	free_page(page);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
