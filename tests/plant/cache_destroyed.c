// SPDX-License-Identifier: MIT
/*
 * Takes an object from a cache that it has destroyed.
 *
 * slabs: slub slab slob
 * exit: 8
 * expect: a pointer read from memory that is free
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static int __init plant_init(void)
{
	struct kmem_cache *cache = kmem_cache_create("plant", 40, 0, 0, NULL);

	if (!cache)
		return -ENOMEM;
	kmem_cache_destroy(cache);
	return !kmem_cache_alloc(cache, GFP_KERNEL); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("Dual MIT/GPL");
