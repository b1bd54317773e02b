// SPDX-License-Identifier: MIT
/*
 * Destroys a cache that has an object left.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG plant_busy
 * expect: Objects remaining in plant_busy on __kmem_cache_shutdown()
 * expect: @alloc
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static char *p;

static int __init plant_init(void)
{
	cache = kmem_cache_create("plant_busy", 64, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	p = kmem_cache_alloc(cache, GFP_KERNEL); /* alloc */
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
