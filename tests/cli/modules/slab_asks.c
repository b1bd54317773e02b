// SPDX-License-Identifier: MIT
/*
 * Asks for nr objects of size bytes at a time, by kmalloc() and from a cache, frees all
 * but keep of them in the end, and those at exit. again=N pairs besides.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static unsigned int nr = 1000, size = 4000, keep, again;
module_param(nr, uint, 0);
module_param(size, uint, 0);
module_param(keep, uint, 0);
module_param(again, uint, 0);

static struct kmem_cache *cache;
static void **objects;

static void give(unsigned int i)
{
	if (i % 2)
		kfree(objects[i]);
	else if (objects[i])
		kmem_cache_free(cache, objects[i]);
	objects[i] = NULL;
}

static int __init asks_init(void)
{
	unsigned int i;
	int err = 0;

	if (!size)
		return -EINVAL;
	cache = kmem_cache_create("asks", size, 0, SLAB_NO_MERGE, NULL);
	objects = vzalloc(nr * sizeof(*objects));
	if (!cache || !objects)
		err = -ENOMEM;
	for (i = 0; i < nr && !err; i++) {
		objects[i] = i % 2 ? kmalloc(size, GFP_KERNEL) : kmem_cache_alloc(cache, GFP_KERNEL);
		err = objects[i] ? 0 : -ENOMEM;
	}
	for (i = 0; i < again && !err; i++)
		kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	for (i = 0; objects && i < nr; i++)
		if (err || !keep || i % (nr / keep))
			give(i);
	if (err) {
		kmem_cache_destroy(cache);
		vfree(objects);
	}
	return err;
}
module_init(asks_init);

static void __exit asks_exit(void)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		give(i);
	kmem_cache_destroy(cache);
	vfree(objects);
}
module_exit(asks_exit);

MODULE_LICENSE("Dual MIT/GPL");
