// SPDX-License-Identifier: MIT
/*
 * Frees an address inside its object, and then the object.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG plant_inside (Not tainted): Invalid object pointer 0x
 * expect: that is 16 bytes into object 0x
 * expect: 51 51 51 51
 * expect: Allocated in
 * expect: @alloc
 * expect: @bug
 * expect: FIX plant_inside: Object at 0x
 * expect: nothing held
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct kmem_cache *cache;

static int __init plant_init(void)
{
	char *p;

	cache = kmem_cache_create("plant_inside", 100, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	p = kmem_cache_alloc(cache, GFP_KERNEL); /* alloc */
	if (!p) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	memset(p, 0x51, 100);
	kmem_cache_free(cache, p + 16); /* bug */
	kmem_cache_free(cache, p);
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
