// SPDX-License-Identifier: MIT
/* Constructors, destructors and what goes with them, as one wrote it for 2.6. */
#include <linux/init.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/slab.h>

#define MAGIC	0x26262626

struct thing {
	int magic;
	int used;
	char name[56];
};

static kmem_cache_t *cache;
static int constructed, atomic, verified, destructed, wrong;

static void thing_ctor(void *object, kmem_cache_t *c, unsigned long flags)
{
	struct thing *t = object;

	if (c != cache || !(flags & SLAB_CTOR_CONSTRUCTOR))
		wrong++;
	if (flags & SLAB_CTOR_VERIFY) {
		verified++;
		if (t->magic != MAGIC || t->used)
			printk(KERN_INFO "era26_slab: a thing is freed as it should not be\n");
		return;
	}
	if (flags & SLAB_CTOR_ATOMIC)
		atomic++;
	constructed++;
	t->magic = MAGIC;
	t->used = 0;
}

static void thing_dtor(void *object, kmem_cache_t *c, unsigned long flags)
{
	struct thing *t = object;

	if (c != cache || (flags & SLAB_CTOR_CONSTRUCTOR) || t->magic != MAGIC)
		wrong++;
	destructed++;
}

static void *make(int gfp_mask, void *data)
{
	return kmem_cache_alloc(data, gfp_mask);
}

static void unmake(void *element, void *data)
{
	kmem_cache_free(data, element);
}

/* Made by a request that may sleep, and by one that may not. */
static int construct(void)
{
	struct thing *a, *b;

	cache = kmem_cache_create("era26_things", sizeof(struct thing), 0, SLAB_HWCACHE_ALIGN,
				  thing_ctor, thing_dtor);
	if (!cache)
		return -ENOMEM;
	a = kmem_cache_alloc(cache, SLAB_KERNEL);
	if (!a)
		return -ENOMEM;
	if (strcmp(kmem_cache_name(cache), "era26_things"))
		wrong++;
	printk(KERN_INFO "era26_slab: constructed %s, %s\n", constructed ? "some" : "none",
	       atomic ? "not sleeping" : "perhaps sleeping");
	if (a->magic != MAGIC)
		wrong++;
	/* A user leaves it as constructed. */
	kmem_cache_free(cache, a);
	a = kmem_cache_alloc(cache, SLAB_KERNEL);
	printk(KERN_INFO "era26_slab: destroy of a busy cache returns %d\n",
	       kmem_cache_destroy(cache));
	kmem_cache_free(cache, a);
	printk(KERN_INFO "era26_slab: destroy returns %d\n", kmem_cache_destroy(cache));
	printk(KERN_INFO "era26_slab: %s destructed\n",
	       constructed == destructed ? "all" : "not all");

	cache = kmem_cache_create("era26_atomic", sizeof(struct thing), 0, 0, thing_ctor, NULL);
	b = kmem_cache_alloc(cache, SLAB_ATOMIC);
	printk(KERN_INFO "era26_slab: %s\n", atomic ? "not sleeping" : "perhaps sleeping");
	kmem_cache_free(cache, b);
	return kmem_cache_destroy(cache);
}

static int verify(void)
{
	struct thing *t;

	cache = kmem_cache_create("era26_verify", sizeof(struct thing), 0,
				  SLAB_DEBUG_INITIAL | SLAB_NO_REAP, thing_ctor, thing_dtor);
	if (!cache)
		return -ENOMEM;
	t = kmem_cache_alloc(cache, SLAB_KERNEL);
	t->used = 1;
	kmem_cache_free(cache, t);
	printk(KERN_INFO "era26_slab: verified %d\n", verified);
	return kmem_cache_destroy(cache);
}

static int pools(void)
{
	mempool_t *pool;
	void *element;

	cache = kmem_cache_create("era26_pool", 100, 0, 0, NULL, NULL);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create(2, make, unmake, cache);
	if (!pool)
		return -ENOMEM;
	element = mempool_alloc(pool, SLAB_NOIO);
	if (mempool_resize(pool, 5, SLAB_KERNEL))
		return -ENOMEM;
	printk(KERN_INFO "era26_slab: a pool of %d\n", pool->min_nr);
	mempool_free(element, pool);
	mempool_destroy(pool);
	return kmem_cache_destroy(cache);
}

static int __init era26_slab_init(void)
{
	int err = construct();

	if (!err)
		err = verify();
	if (!err)
		err = pools();
	/* A destructor by itself there is none. */
	if (kmem_cache_create("era26_dtor", 8, 0, 0, NULL, thing_dtor))
		wrong++;
	printk(KERN_INFO "era26_slab: %d wrong\n", wrong);
	return err;
}

static void __exit era26_slab_exit(void)
{
}

module_init(era26_slab_init);
module_exit(era26_slab_exit);
MODULE_LICENSE("Dual MIT/GPL");
