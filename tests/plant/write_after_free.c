// SPDX-License-Identifier: MIT
/*
 * Writes to an object that it has freed; the next user's allocation finds it.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG plant_objects (Not tainted): Poison overwritten
 * expect: First byte 0x1 instead of 0x6b
 * expect: 6b 6b 6b 6b 01 6b 6b 6b
 * expect: Allocated in
 * expect: Freed in
 * expect: @alloc
 * expect: @free
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static char *p;

static int __init plant_init(void)
{
	cache = kmem_cache_create("plant_objects", 64, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	p = kmem_cache_alloc(cache, GFP_KERNEL); /* alloc */
	if (!p) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	kmem_cache_free(cache, p); /* free */
	WRITE_ONCE(p[20], 1);
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
