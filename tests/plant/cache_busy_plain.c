// SPDX-License-Identifier: MIT
/*
 * Destroys a cache that has many objects left, of which nobody has kept a record; then
 * frees them, and destroys it again.
 *
 * slabs: slub slab slob
 * args: --no-debug
 * exit: 7
 * expect: BUG plant_busy
 * expect: Objects remaining in plant_busy on __kmem_cache_shutdown()
 * expect: Object 0x
 * expect: and 36 more
 * expect: Who allocated them is not known. With slub_debug=U,plant_busy it would be.
 * expect: kmem_cache_destroy plant_busy: Slab cache still has objects
 * expect: @destroy
 * expect: nothing held
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static void *p[150];

static int __init plant_init(void)
{
	/* Like this it is not merged with another cache. */
	cache = kmem_cache_create_usercopy("plant_busy", 48, 0, 0, 0, 48, NULL);
	if (!cache)
		return -ENOMEM;
	if (!kmem_cache_alloc_bulk(cache, GFP_KERNEL, 150, p)) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	kmem_cache_free_bulk(cache, 50, p + 100);
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache); /* destroy */
	kmem_cache_free_bulk(cache, 100, p);
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
