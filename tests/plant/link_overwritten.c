// SPDX-License-Identifier: MIT
/*
 * Writes over the link of a free object, where links are disguised: it is seen when the
 * object is used next, and what cannot be found any more stays unused.
 *
 * slabs: slub
 * args: --no-debug --cmdline slab_freelist_hardened=1
 * exit: 7
 * expect: BUG plant_links (Not tainted): Freepointer corrupt
 * expect: a user of freed memory has written there
 * expect: 41 41 41 41 41 41 41 41
 * expect: FIX plant_links: Free list ends behind object 0x
 * expect: link_overwritten: 2 more
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct kmem_cache *cache;

static int __init plant_init(void)
{
	void *p[3];

	cache = kmem_cache_create_usercopy("plant_links", 64, 0, 0, 0, 64, NULL);
	if (!cache)
		return -ENOMEM;
	if (!kmem_cache_alloc_bulk(cache, GFP_KERNEL, 3, p)) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	kmem_cache_free(cache, p[1]);
	kmem_cache_free(cache, p[2]);
	kmem_cache_shrink(cache);
	memset(p[1], 0x41, 64);
	if (kmem_cache_alloc_bulk(cache, GFP_KERNEL, 2, p + 1))
		pr_info("link_overwritten: 2 more\n");
	kmem_cache_free_bulk(cache, 3, p);
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
