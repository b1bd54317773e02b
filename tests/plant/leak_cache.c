// SPDX-License-Identifier: MIT
/*
 * Forgets to destroy its cache, which is empty.
 *
 * exit: 6
 * expect: cache 'plant_leaked'
 * expect: @alloc
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;

static int __init plant_init(void)
{
	cache = kmem_cache_create("plant_leaked", 48, 0, 0, NULL); /* alloc */
	return cache ? 0 : -ENOMEM;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
