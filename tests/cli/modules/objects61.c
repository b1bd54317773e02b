// SPDX-License-Identifier: MIT
/* All that 6.1 has for objects, strings and pools, once. */
#include <linux/list.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

struct thing {
	struct rcu_head rcu;
	int number;
	char text[40];
};

static int wrong;
static size_t size = 77;	/* not known to the compiler */
module_param(size, ulong, 0444);

static void check(bool good, int line)
{
	if (!good) {
		pr_info("objects61: line %d\n", line);
		wrong++;
	}
}
#define CHECK(good)	check(good, __LINE__)

static void make(void *object)
{
	((struct thing *)object)->number = 61;
}

static int caches(void)
{
	struct kmem_cache *a, *b, *c;
	struct thing *t, *many[20];

	a = kmem_cache_create("things", sizeof(struct thing), 0,
			      SLAB_HWCACHE_ALIGN | SLAB_PANIC, make);
	b = KMEM_CACHE(thing, SLAB_RECLAIM_ACCOUNT | SLAB_ACCOUNT | SLAB_MEM_SPREAD);
	c = kmem_cache_create_usercopy("copied", sizeof(struct thing), 64, SLAB_TYPESAFE_BY_RCU,
				       offsetof(struct thing, text), sizeof(t->text), NULL);
	if (!b || !c)
		return -ENOMEM;
	t = kmem_cache_alloc(a, GFP_KERNEL);
	CHECK(t->number == 61);
	kmem_cache_free(a, t);
	t = kmem_cache_zalloc(b, GFP_KERNEL);
	CHECK(!t->number && kmem_cache_size(b) == sizeof(*t));
	kmem_cache_free(b, t);
	t = kmem_cache_alloc_node(b, GFP_ATOMIC, numa_node_id());
	kmem_cache_free(b, t);
	t = kmem_cache_alloc_lru(c, NULL, GFP_KERNEL);
	CHECK(!((unsigned long)t % 64));
	kmem_cache_free(c, t);
	CHECK(kmem_cache_alloc_bulk(b, GFP_KERNEL, 20, (void **)many) == 20);
	kmem_cache_free_bulk(b, 20, (void **)many);
	CHECK(!kmem_cache_shrink(b));
	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
	kmem_cache_destroy(c);
	kmem_cache_destroy(NULL);
	return 0;
}

static int sizes(void)
{
	int *p, *q;
	void *all[4] = { kmalloc(10, GFP_KERNEL), kmalloc(size, GFP_NOWAIT),
			 kmalloc_node(size, GFP_KERNEL, 0), kmalloc(1 << 20, GFP_KERNEL) };

	CHECK(ksize(all[1]) >= size && kmalloc_size_roundup(size) == ksize(all[1]));
	kfree_bulk(4, all);
	p = kcalloc(10, sizeof(*p), GFP_KERNEL);
	CHECK(p && !memchr_inv(p, 0, 40));
	q = krealloc(p, size * 3, GFP_KERNEL);
	CHECK(q && !memchr_inv(q, 0, 40));
	q = krealloc_array(q, size, 8, GFP_KERNEL);
	kfree_sensitive(q);
	kfree(kmalloc_array(size, 2, GFP_DMA));
	kfree(kzalloc_node(size, GFP_KERNEL, NUMA_NO_NODE));
	kfree(kcalloc_node(size, 2, GFP_KERNEL, 0));
	kfree(kmalloc_array_node(3, size, GFP_KERNEL | __GFP_RECLAIMABLE, 0));
	kfree(kmalloc_track_caller(size, GFP_KERNEL));
	kfree(kzalloc(0, GFP_KERNEL));
	p = kvmalloc(size << 20, GFP_KERNEL);
	CHECK(is_vmalloc_addr(p));
	kvfree(p);
	p = kvcalloc(size, 3, GFP_KERNEL);
	p = kvrealloc(p, size * 3, size * 300, GFP_KERNEL);
	CHECK(p && !memchr_inv(p, 0, size * 3));
	kvfree_sensitive(p, size * 300);
	kvfree(kvzalloc(size, GFP_KERNEL));
	kvfree(kvmalloc_array(size, 100, GFP_KERNEL));
	kvfree(kvmalloc_node(size, GFP_KERNEL, 0));
	kvfree(kvzalloc_node(size, GFP_KERNEL, 0));
	return 0;
}

static int strings(void)
{
	char *a = kstrdup("abc", GFP_KERNEL), *b = kstrndup("abc", 2, GFP_KERNEL);
	char *c = kmemdup("abc", 4, GFP_KERNEL), *d = kmemdup_nul("abc", 1, GFP_KERNEL);
	char *e = kasprintf(GFP_KERNEL, "%s%s%s%s", a, b, c, d);
	const char *f = kstrdup_const(e, GFP_KERNEL);

	CHECK(f && !strcmp(f, "abcababca"));
	kfree(a);
	kfree(b);
	kfree(c);
	kfree(d);
	kfree(e);
	kfree_const(f);
	return 0;
}

static int grace(void)
{
	struct thing *a = kzalloc(sizeof(*a), GFP_KERNEL), *b = kvzalloc(5 << 20, GFP_KERNEL);

	CHECK(a && b);
	kfree_rcu(a, rcu);
	kvfree_rcu(b, rcu);
	kvfree_rcu(kmalloc(size, GFP_KERNEL));
	rcu_barrier();
	return 0;
}

static int pools(void)
{
	struct kmem_cache *s = KMEM_CACHE(thing, 0);
	mempool_t *a, *b, *c, own;
	void *p;

	if (!s)
		return -ENOMEM;
	a = mempool_create_slab_pool(3, s);
	b = mempool_create_kmalloc_pool(3, size);
	c = mempool_create_page_pool(3, 1);
	CHECK(a && b && c && !mempool_init_slab_pool(&own, 2, s));
	p = mempool_alloc(a, GFP_NOIO);
	CHECK(!mempool_resize(a, 9) && a->min_nr == 9);
	mempool_free(p, a);
	mempool_free(mempool_alloc(b, GFP_ATOMIC), b);
	mempool_free(mempool_alloc(c, GFP_KERNEL), c);
	mempool_free(mempool_alloc(&own, GFP_KERNEL), &own);
	CHECK(mempool_initialized(&own));
	mempool_exit(&own);
	CHECK(!mempool_init_kmalloc_pool(&own, 2, size));
	mempool_exit(&own);
	CHECK(!mempool_init_page_pool(&own, 2, 0));
	mempool_exit(&own);
	mempool_destroy(a);
	mempool_destroy(b);
	mempool_destroy(c);
	mempool_destroy(NULL);
	a = mempool_create_node(2, mempool_alloc_slab, mempool_free_slab, s, GFP_KERNEL, 0);
	CHECK(a && a->curr_nr == 2);
	mempool_destroy(a);
	a = mempool_create(2, mempool_kmalloc, mempool_kfree, (void *)(unsigned long)size);
	CHECK(a && a->curr_nr == 2);
	mempool_destroy(a);
	kmem_cache_destroy(s);
	return 0;
}

static int __init objects61_init(void)
{
	int err = caches() ?: sizes() ?: strings() ?: grace() ?: pools();

	pr_info("objects61: %d wrong\n", wrong);
	return err;
}

static void __exit objects61_exit(void)
{
}

module_init(objects61_init);
module_exit(objects61_exit);
MODULE_LICENSE("Dual MIT/GPL");
