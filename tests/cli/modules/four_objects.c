// SPDX-License-Identifier: MIT
/* Asks for objects four times, the last one of a cache of its own, and unwinds. */
#include <linux/module.h>
#include <linux/slab.h>

static int marked;
module_param(marked, int, 0444);

static struct kmem_cache *cache;
static void *objects[4];

static void give_back(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		kfree(objects[i]);
		objects[i] = NULL;
	}
	kmem_cache_destroy(cache);
}

static void *get(int i)
{
	switch (i) {
	case 0:
		return kmalloc(100, GFP_KERNEL);
	case 1:
		return kzalloc(3000, GFP_ATOMIC);
	case 2:
		return kmemdup("four", 5, GFP_KERNEL);
	}
	return kmem_cache_alloc(cache, GFP_KERNEL);
}

static int __init four_init(void)
{
	int i;

	cache = kmem_cache_create("four_objects", 72, 0,
				  (marked ? SLAB_FAILSLAB : 0) | SLAB_NO_MERGE, NULL);
	if (!cache)
		return -ENOMEM;
	for (i = 0; i < 4; i++) {
		objects[i] = get(i);
		if (!objects[i]) {
			pr_info("four_objects: none for number %d\n", i + 1);
			give_back();
			return -ENOMEM;
		}
	}
	return 0;
}

static void __exit four_exit(void)
{
	give_back();
}

module_init(four_init);
module_exit(four_exit);
MODULE_LICENSE("Dual MIT/GPL");
