// SPDX-License-Identifier: MIT
/*
 * A cache of our own: objects of one structure, allocated and freed often, from
 * slabs that hold nothing else.
 *
 * What to see: each step that fails undoes the steps before it, in reverse, by
 * jumping to the label that does so; and a cache can only be destroyed when all
 * of its objects are back.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/slab.h>

#define PREFIX	"[SLAB]: "

struct point {
	int x, y;
	char label[16];
};

static struct kmem_cache *point_cache;
static struct point *first, *second;

static int __init slab_example_init(void)
{
	point_cache = kmem_cache_create("slab_example_point", sizeof(struct point), 0,
					SLAB_HWCACHE_ALIGN, NULL);
	if (!point_cache) {
		printk(KERN_ERR PREFIX "no cache\n");
		goto out;
	}

	first = kmem_cache_alloc(point_cache, GFP_KERNEL);
	if (!first) {
		printk(KERN_ERR PREFIX "no first object\n");
		goto out_cache;
	}
	second = kmem_cache_alloc(point_cache, GFP_ATOMIC);
	if (!second) {
		printk(KERN_ERR PREFIX "no second object\n");
		goto out_first;
	}

	first->x = 10;
	first->y = 20;
	*second = *first;
	second->x++;
	printk(KERN_INFO PREFIX "objects of %zu bytes, in the cache %u each\n",
	       sizeof(struct point), kmem_cache_size(point_cache));
	printk(KERN_INFO PREFIX "first is (%d, %d), second is (%d, %d)\n", first->x, first->y,
	       second->x, second->y);
	return 0;

out_first:
	kmem_cache_free(point_cache, first);
out_cache:
	kmem_cache_destroy(point_cache);
out:
	return -ENOMEM;
}

static void __exit slab_example_exit(void)
{
	kmem_cache_free(point_cache, second);
	kmem_cache_free(point_cache, first);
	kmem_cache_destroy(point_cache);
	printk(KERN_INFO PREFIX "objects freed, cache destroyed\n");
}

module_init(slab_example_init);
module_exit(slab_example_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A cache of objects in the slab layer");
