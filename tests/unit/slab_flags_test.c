// SPDX-License-Identifier: MIT
/* What each flag of kmem_cache_create() means, and the other ways to get objects. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

/* Neither shared nor debugged, whatever the machine was booted with. */
#define PLAIN	(SLAB_NO_MERGE | SLAB_NO_USER_FLAGS)

static struct kmem_cache *make(struct kunit *test, unsigned int size, unsigned int align,
			       slab_flags_t flags)
{
	struct kmem_cache *s = kmem_cache_create("flags-test", size, align, flags, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

/* Each flag by itself makes a cache that works; each other bit is refused. */
static void each_bit_test(struct kunit *test)
{
	const slab_flags_t known =
		SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER |
		SLAB_TRACE | SLAB_DEBUG_INITIAL | SLAB_NO_REAP | SLAB_KMALLOC |
		SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | SLAB_CACHE_DMA32 | SLAB_RECLAIM_ACCOUNT |
		SLAB_PANIC | SLAB_TYPESAFE_BY_RCU | SLAB_MEM_SPREAD | SLAB_NOLEAKTRACE |
		SLAB_NO_MERGE | SLAB_ACCOUNT | SLAB_NO_USER_FLAGS | SLAB_NOTRACK |
		SLAB_TEMPORARY | SLAB_FAILSLAB | SLAB_DEBUG_OBJECTS | SLAB_KASAN;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		slab_flags_t flag = (slab_flags_t)1 << bit;
		struct kmem_cache *s = kmem_cache_create("bit", 60, 0, flag, NULL);
		void *p[3];

		if (!(flag & known)) {
			KUNIT_EXPECT_NULL(test, s);
			continue;
		}
		KUNIT_ASSERT_NOT_NULL(test, s);
		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 3, p), 3);
		memset(p[1], 0xff, 60);
		kmem_cache_free_bulk(s, 3, p);
		KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 0l);
		kmem_cache_destroy(s);
	}
}

static void alignment_refused_test(struct kunit *test)
{
	unsigned int align;

	for (align = 1; align <= 8200; align++) {
		bool fits = is_power_of_2(align) && align <= 4096;
		struct kmem_cache *s;

		/* Not all that many lines in the log. */
		if (!fits && align % 977 && align != 3 && align != 8192)
			continue;
		s = kmem_cache_create("odd", 40, align, PLAIN, NULL);
		KUNIT_EXPECT_EQ(test, s != NULL, fits);
		kmem_cache_destroy(s);
	}
}

/* Objects of any size, aligned to anything, do not overlap. */
static void sizes_and_alignments_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 1, 7, 24, 100, 4095, 4097, 9000 };
	unsigned int i, j, align;
	u8 *p[9];

	for (align = 1; align <= 4096; align *= 4)
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct kmem_cache *s = make(test, sizes[i], align, PLAIN);

			for (j = 0; j < ARRAY_SIZE(p); j++) {
				p[j] = kmem_cache_alloc(s, GFP_KERNEL);
				KUNIT_ASSERT_NOT_NULL(test, p[j]);
				KUNIT_EXPECT_EQ(test, (unsigned long)p[j] % align, 0ul);
				memset(p[j], j + 1, sizes[i]);
			}
			for (j = 0; j < ARRAY_SIZE(p); j++)
				KUNIT_EXPECT_NULL(test, memchr_inv(p[j], j + 1, sizes[i]));
			kmem_cache_free_bulk(s, ARRAY_SIZE(p), (void **)p);
			kmem_cache_destroy(s);
		}
}

/* Pages from the zone that the flag names. */
static void zones_test(struct kunit *test)
{
	struct kmem_cache *s;
	void *p;

	if (!machine.dma_end || !machine.dma32_end)
		kunit_skip(test, "the machine has not both zones");
	s = make(test, 300, 0, PLAIN | SLAB_CACHE_DMA);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_LT(test, __pa(p), (phys_addr_t)machine.dma_end);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	s = make(test, 300, 0, PLAIN | SLAB_CACHE_DMA32);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_LT(test, __pa(p), (phys_addr_t)machine.dma32_end);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_NULL(test, kmem_cache_create("both", 8, 0, SLAB_CACHE_DMA | SLAB_CACHE_DMA32,
						  NULL));
}

/* What a shrinker could free is counted as such. */
static void reclaim_account_test(struct kunit *test)
{
	unsigned long reclaimable = global_node_page_state(NR_SLAB_RECLAIMABLE_B);
	struct kmem_cache *s = make(test, 1000, 0, PLAIN | SLAB_RECLAIM_ACCOUNT);
	void *p[64];

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 64, p), 64);
	KUNIT_EXPECT_GE(test, global_node_page_state(NR_SLAB_RECLAIMABLE_B),
			reclaimable + 64 * 1000);
	kmem_cache_free_bulk(s, 64, p);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_SLAB_RECLAIMABLE_B), reclaimable);
}

/* Readers may look at a freed object: it is as its user left it. */
static void typesafe_test(struct kunit *test)
{
	struct kmem_cache *s = make(test, 200, 0, PLAIN | SLAB_TYPESAFE_BY_RCU);
	u8 *p[40];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 40, (void **)p), 40);
	for (i = 0; i < 40; i++)
		memset(p[i], 0x80 + i, 200);
	rcu_read_lock();
	for (i = 0; i < 40; i++)
		kmem_cache_free(s, p[i]);
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0x80 + i, 200));
	rcu_read_unlock();
	kmem_cache_destroy(s);
}

/* Poison: 6b, and a5 at the end, while an object is free. */
static void poison_test(struct kunit *test)
{
	struct kmem_cache *s = make(test, 48, 0, SLAB_POISON | SLAB_NO_USER_FLAGS);
	u8 *p = kmem_cache_alloc(s, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x6b, 47));
	KUNIT_EXPECT_EQ(test, p[47], 0xa5);
	memset(p, 0, 48);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x6b, 47));
	KUNIT_EXPECT_EQ(test, p[47], 0xa5);
	/* A write meanwhile is found when it is allocated again, by this flag alone. */
	p[5] = 1;
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_PTR_EQ(test, kmem_cache_alloc(s, GFP_KERNEL), (void *)p);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static void red_zone_test(struct kunit *test)
{
	struct kmem_cache *s = make(test, 48, 0, SLAB_RED_ZONE | SLAB_NO_USER_FLAGS);
	u8 *p = kmem_cache_alloc(s, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	OPTIMIZER_HIDE_VAR(p);
	quarry_expect_reports(test, 4);
	p[48] = 1;
	p[-1] = 1;
	KUNIT_EXPECT_EQ(test, validate_slab_cache(s), 1l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 2l);
	/* Found when it is freed, too; what was found has been repaired. */
	p[48] = 2;
	p[-1] = 2;
	kmem_cache_free(s, p);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 4l);
	kmem_cache_destroy(s);
}

/* The part for user copies must lie inside; such a cache is its own. */
static void usercopy_test(struct kunit *test)
{
	static const struct {
		unsigned int offset, size;
		bool good;
	} parts[] = {
		{ 0, 0, true }, { 0, 64, true }, { 60, 4, true }, { 63, 1, true }, { 64, 0, true },
		{ 0, 65, false }, { 64, 1, false }, { 65, 0, false }, { ~0u, 2, false },
		{ 2, ~0u, false },
	};
	struct kmem_cache *s;
	unsigned int i;
	void *p;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		s = kmem_cache_create_usercopy("user", 64, 0, PLAIN, parts[i].offset,
					       parts[i].size, NULL);
		KUNIT_EXPECT_EQ(test, s != NULL, parts[i].good);
		if (s) {
			KUNIT_EXPECT_EQ(test, s->usersize, parts[i].size);
			p = kmem_cache_zalloc(s, GFP_KERNEL);
			KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 64));
			kmem_cache_free(s, p);
		}
		kmem_cache_destroy(s);
	}
}

struct sample {
	long number;
	char text[24];
};

static void macros_test(struct kunit *test)
{
	struct kmem_cache *s = KMEM_CACHE(sample, SLAB_HWCACHE_ALIGN | SLAB_PANIC);
	struct kmem_cache *u = KMEM_CACHE_USERCOPY(sample, SLAB_ACCOUNT, text);
	struct sample *p = kmem_cache_alloc_lru(s, NULL, GFP_KERNEL | __GFP_ZERO);

	KUNIT_EXPECT_EQ(test, kmem_cache_size(s), (unsigned int)sizeof(struct sample));
	KUNIT_EXPECT_EQ(test, u->useroffset, (unsigned int)offsetof(struct sample, text));
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, sizeof(*p)));
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	kmem_cache_destroy(u);
}

/* All or none; a bulk request that fails keeps nothing. */
static void bulk_test(struct kunit *test)
{
	const gfp_t as_they_are = GFP_NOWAIT | __GFP_NOWARN | (gfp_t)___GFP_NO_GROW;
	struct kmem_cache *s = make(test, 500, 0, PLAIN);
	struct slabinfo info;
	bool shared = !strcmp(backend_name, "SLOB");
	void *p[100], *more[250];
	int i;

	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 0, p), 0);
	/* SLOB's pages are all caches': there may be room that was not this cache's. */
	if (!shared)
		KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, as_they_are, 1, p), 0);
	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL | __GFP_ZERO, 100, p), 100);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0, 500));
	/* Every other one, so that no slab is empty: an empty one may go at once. */
	for (i = 0; i < 50; i++) {
		swap(p[i], p[2 * i]);
		kmem_cache_free(s, p[i]);
	}
	if (!shared)
		KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, as_they_are, 250, more), 0);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.active_objs, 50ul);
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, as_they_are, 40, p), 40);
	kmem_cache_free_bulk(s, 40, p);
	kmem_cache_free_bulk(s, 0, p);
	kfree_bulk(0, p);
	kmem_cache_shrink(s);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.active_objs, 50ul);
	kmem_cache_free_bulk(s, 50, p + 50);
	kmem_cache_destroy(s);
}

static struct kunit_case flag_cases[] = {
	KUNIT_CASE(each_bit_test),
	KUNIT_CASE(alignment_refused_test),
	KUNIT_CASE(sizes_and_alignments_test),
	KUNIT_CASE(zones_test),
	KUNIT_CASE(reclaim_account_test),
	KUNIT_CASE(typesafe_test),
	KUNIT_CASE(poison_test),
	KUNIT_CASE(red_zone_test),
	KUNIT_CASE(usercopy_test),
	KUNIT_CASE(macros_test),
	KUNIT_CASE(bulk_test),
	{}
};

static struct kunit_suite flags_suite = { .name = "slab_flags", .test_cases = flag_cases };
kunit_test_suite(flags_suite);

/* Objects from each node that has low memory, and from nowhere else if that is said. */
static void nodes_test(struct kunit *test)
{
	struct kmem_cache *s = make(test, 700, 0, PLAIN);
	void *p[20];
	int nid, i;

	for_each_node_state(nid, N_NORMAL_MEMORY) {
		for (i = 0; i < 20; i++) {
			p[i] = kmem_cache_alloc_node(s, GFP_KERNEL | __GFP_THISNODE, nid);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(p[i])), nid);
		}
		kmem_cache_free_bulk(s, 20, p);
		p[0] = kmalloc_node(900, GFP_KERNEL, nid);
		p[1] = kmalloc_node(90000, GFP_KERNEL, nid);
		p[2] = kcalloc_node(10, 17, GFP_KERNEL, nid);
		p[3] = kvmalloc_node(5000, GFP_KERNEL, nid);
		for (i = 0; i < 4; i++) {
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(p[i])), nid);
			kfree(p[i]);
		}
	}
	p[0] = kmem_cache_alloc_node(s, GFP_KERNEL, NUMA_NO_NODE);
	KUNIT_EXPECT_NOT_NULL(test, p[0]);
	kmem_cache_free(s, p[0]);
	kmem_cache_destroy(s);
}

static struct kunit_case node_cases[] = {
	KUNIT_CASE(nodes_test),
	{}
};

static struct kunit_suite nodes_suite = { .name = "slab_nodes", .test_cases = node_cases };
quarry_suite_on(nodes_suite, "numa-4x2g");
