// SPDX-License-Identifier: MIT
/*
 * Frees an object to a cache that it is not from.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG plant_b (Not tainted): Wrong slab cache. Object 0x
 * expect: is from plant_a
 * expect: Allocated in
 * expect: @alloc
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *a, *b;

static int __init plant_init(void)
{
	void *p;

	a = kmem_cache_create("plant_a", 64, 0, 0, NULL);
	b = kmem_cache_create("plant_b", 200, 0, 0, NULL);
	if (!a || !b)
		return -ENOMEM;
	p = kmem_cache_alloc(a, GFP_KERNEL); /* alloc */
	if (p)
		kmem_cache_free(b, p); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
