// SPDX-License-Identifier: MIT
/*
 * Frees what kmalloc() gave to a cache of its own.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG plant_own (Not tainted): Wrong slab cache. Object 0x
 * expect: is from kmalloc-64
 * expect: Allocated in
 * expect: @alloc
 * expect: @bug
 * expect: FIX plant_own: Object at 0x
 * expect: nothing held
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;

static int __init plant_init(void)
{
	void *p;

	cache = kmem_cache_create("plant_own", 64, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	p = kmalloc(64, GFP_KERNEL); /* alloc */
	if (!p) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	kmem_cache_free(cache, p); /* bug */
	kfree(p);
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
