// SPDX-License-Identifier: MIT
/*
 * A workload for `quarry compare`: objects of the sizes that kernels have, many at a time,
 * of many caches and of kmalloc(), which are freed in another order than they came. A tenth
 * stays until exit: what slabs they keep shows how well the others' room can be used. The
 * same seed makes the same requests, whichever allocator serves them.
 *
 * Parameters: live=N objects at a time, rounds=N times half of them are replaced, keep=N
 * percent stay until exit, seed=N.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static unsigned int live = 20000;
module_param(live, uint, 0444);
static unsigned int rounds = 20;
module_param(rounds, uint, 0444);
static unsigned int keep = 10;
module_param(keep, uint, 0444);
static unsigned int seed = 1;
module_param(seed, uint, 0444);

/* Structures of a kernel: bytes, and how many of a hundred objects they are. */
static const struct kind {
	const char *name;
	unsigned int size, percent;
} kinds[] = {
	{ "wl_vma", 152, 12 }, { "wl_dentry", 192, 12 }, { "wl_inode", 600, 7 },
	{ "wl_file", 232, 5 }, { "wl_anon", 80, 6 }, { "wl_chain", 64, 8 },
	{ "wl_radix", 576, 3 }, { "wl_buffer", 104, 5 }, { "wl_kobject", 96, 3 },
	{ "wl_bio", 184, 2 }, { "wl_request", 280, 1 }, { "wl_skb", 232, 3 },
	{ "wl_signal", 1088, 1 }, { "wl_task", 3200, 1 },
};

/* kmalloc(): most are small. Sizes are from half of the bound up to it. */
static const struct {
	unsigned int bound, percent;
} general[] = {
	{ 16, 5 }, { 32, 8 }, { 64, 8 }, { 128, 4 }, { 256, 3 }, { 512, 1 }, { 1024, 1 },
	{ 4096, 1 },
};

/* An object of a cache (kind), or, without one, kmalloc()'s. */
struct object {
	void *p;
	unsigned int size;
	struct kmem_cache *cache;
};

static struct kmem_cache *caches[ARRAY_SIZE(kinds)];
static struct object *objects;
static u64 state;

static unsigned int dice(unsigned int n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(state >> 33) % n;
}

static void choose(struct object *o)
{
	unsigned int i, percent = dice(100);

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (percent < kinds[i].percent) {
			*o = (struct object){ NULL, kinds[i].size, caches[i] };
			return;
		}
		percent -= kinds[i].percent;
	}
	for (i = 0; i < ARRAY_SIZE(general) - 1 && percent >= general[i].percent; i++)
		percent -= general[i].percent;
	*o = (struct object){ NULL, general[i].bound - dice(general[i].bound / 2), NULL };
}

static int get(struct object *o)
{
	choose(o);
	o->p = o->cache ? kmem_cache_alloc(o->cache, GFP_KERNEL) : kmalloc(o->size, GFP_KERNEL);
	if (!o->p)
		return -ENOMEM;
	/* As an owner does: the ends are written. */
	*(u8 *)o->p = (u8)o->size;
	((u8 *)o->p)[o->size - 1] = (u8)o->size;
	return 0;
}

static void put(struct object *o)
{
	if (!o->p)
		return;
	WARN_ON(((u8 *)o->p)[o->size - 1] != (u8)o->size);
	if (o->cache)
		kmem_cache_free(o->cache, o->p);
	else
		kfree(o->p);
	o->p = NULL;
}

/* A round: half of the objects go, chosen by chance, and others come in their place. */
static int replace_half(void)
{
	unsigned int i, n;
	int err = 0;

	for (n = 0; n < live / 2; n++)
		put(&objects[dice(live)]);
	for (i = 0; i < live && !err; i++)
		if (!objects[i].p)
			err = get(&objects[i]);
	return err;
}

static int work(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < live && !err; i++)
		err = get(&objects[i]);
	for (i = 0; i < rounds && !err; i++)
		err = replace_half();
	for (i = 0; i < live; i++)
		if (dice(100) >= keep)
			put(&objects[i]);
	return err;
}

static void clean_up(void)
{
	unsigned int i;

	for (i = 0; i < live; i++)
		put(&objects[i]);
	for (i = 0; i < ARRAY_SIZE(caches); i++)
		kmem_cache_destroy(caches[i]);
	vfree(objects);
}

static int __init slab_workload_init(void)
{
	unsigned int i;
	int err = -ENOMEM;

	if (!live || live > 10000000)
		return -EINVAL;
	state = seed;
	objects = vzalloc(array_size(live, sizeof(*objects)));
	if (!objects)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(caches); i++) {
		caches[i] = kmem_cache_create(kinds[i].name, kinds[i].size, 0, 0, NULL);
		if (!caches[i])
			goto out;
	}
	err = work();
	if (!err)
		return 0;
out:
	clean_up();
	return err;
}
module_init(slab_workload_init);

static void __exit slab_workload_exit(void)
{
	clean_up();
}
module_exit(slab_workload_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("objects of kernel-like sizes, for a comparison of allocators");
