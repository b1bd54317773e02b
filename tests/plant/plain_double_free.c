// SPDX-License-Identifier: MIT
/*
 * Frees an object twice, and another one in between, while nothing is recorded: that is
 * seen when the CPU's objects go back to their slabs.
 *
 * slabs: slub slab slob
 * args: --no-debug
 * exit: 7
 * expect: BUG plant_plain (Not tainted): Object already free 0x
 * expect slub: INFO: freed earlier, by whom is not known: with slub_debug=FZPU it is
 * expect slab: INFO: freed earlier, by whom is not known: with slub_debug=FZPU it is
 * expect slob: INFO: freed by plant_init
 * expect: nothing held
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;

static int __init plant_init(void)
{
	void *p[2];

	/* Like this it is not merged with another cache. */
	cache = kmem_cache_create_usercopy("plant_plain", 64, 0, 0, 0, 64, NULL);
	if (!cache)
		return -ENOMEM;
	if (!kmem_cache_alloc_bulk(cache, GFP_KERNEL, 2, p)) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	kmem_cache_free(cache, p[0]);
	kmem_cache_free(cache, p[1]);
	kmem_cache_free(cache, p[0]);
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
