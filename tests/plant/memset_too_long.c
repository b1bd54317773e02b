// SPDX-License-Identifier: MIT
/*
 * Clears more than its object: the bytes behind it, the record of who has it, and the
 * beginning of what is in front of the next one.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG plant_rows (Not tainted): Right Redzone overwritten
 * expect: First byte 0x0 instead of 0xcc
 * expect: the record of who allocated it is overwritten
 * expect: BUG plant_rows (Not tainted): Left Redzone overwritten
 * expect: Allocated in
 * expect: @alloc
 * expect: @first
 * expect: @second
 * expect: nothing held
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct kmem_cache *cache;
static char *p[2];

static int __init plant_init(void)
{
	char *low, *high;
	int i;

	cache = kmem_cache_create("plant_rows", 80, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		p[i] = kmem_cache_alloc(cache, GFP_KERNEL); /* alloc */
		if (!p[i])
			return -ENOMEM;
	}
	low = min(p[0], p[1]);
	high = max(p[0], p[1]);
	memset(low, 0, high - low - 4);
	kmem_cache_free(cache, low); /* first */
	kmem_cache_free(cache, high); /* second */
	return 0;
}

static void __exit plant_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
