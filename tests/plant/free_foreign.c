// SPDX-License-Identifier: MIT
/*
 * Frees memory that is no object: static data, a page, an address that is none.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: kfree: bad pointer 0x
 * expect: It is not an address of memory that Quarry manages.
 * expect: @static
 * expect: kmem_cache_free: bad pointer 0x
 * expect: It is in a page that is no slab: free_pages() it.
 * expect: @page
 * expect: kfree: bad pointer 0x0000000000001000
 * expect: @number
 * expect: nothing held
 * expect: verdict: 0 warnings, 3 bugs
 */
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/slab.h>

static char data[64];

static int __init plant_init(void)
{
	struct kmem_cache *cache = kmem_cache_create("plant_foreign", 64, 0, 0, NULL);
	unsigned long page = __get_free_page(GFP_KERNEL);

	if (!cache || !page) {
		kmem_cache_destroy(cache);
		free_page(page);
		return -ENOMEM;
	}
	kfree(data); /* static */
	kmem_cache_free(cache, (void *)page); /* page */
	kfree((void *)0x1000); /* number */
	free_page(page);
	kmem_cache_destroy(cache);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
