// SPDX-License-Identifier: MIT
/*
 * Writes to an element after it has gone back to its pool: to the cache, which the
 * element is from, it is still in use.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: mempool: element
 * expect: was written to in the reserve
 * expect: byte 20 of 80 is 0x01 instead of 0x6b
 * expect: of cache plant_pool
 * expect: @pool
 */
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static mempool_t *pool;

static int __init plant_init(void)
{
	char *p;

	cache = kmem_cache_create("plant_pool", 80, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create_slab_pool(1, cache); /* pool */
	if (!pool) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	p = pool->elements[0];
	WRITE_ONCE(p[20], 1);
	return 0;
}

static void __exit plant_exit(void)
{
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
