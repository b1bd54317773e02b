// SPDX-License-Identifier: MIT
/*
 * SLOB: caches in common pages, the block that was given back last, misuse, footprint.
 * Runs in the program that has this backend; S1 to S12 are in mm/slab/slob.c. What happens
 * inside of one page is in slob_page_test.c.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/slab/slob.h"
#include "tests/unit/backend.h"
#include "tests/unit/numa.h"


static struct slob_node *here(void)
{
	return slob_nodes[numa_mem_id()];
}

static unsigned long pages(void)
{
	unsigned long sum = 0;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		sum += slob_nodes[nid]->nr_pages + slob_nodes[nid]->nr_map_pages;
	return sum;
}

static unsigned long held(void)
{
	unsigned long bytes = 0;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		bytes += node_page_state(NODE_DATA(nid), NR_SLAB_UNRECLAIMABLE_B) +
			 node_page_state(NODE_DATA(nid), NR_SLAB_RECLAIMABLE_B);
	return bytes;
}

static struct page *page_of(const void *p)
{
	return virt_to_page(p);
}

static void expect_valid(struct kunit *test)
{
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		KUNIT_EXPECT_EQ(test, slob_node_check(slob_nodes[nid]), 0u);
}

static void finish(struct kunit *test)
{
	expect_valid(test);
	restore_fast(test);
}

/* Sizes. */

static void sizes_test(struct kunit *test)
{
	size_t size;
	void *p, *q;

	for (size = 1; size <= SLOB_MAX; size += 1 + size / 50) {
		p = kmalloc(size, GFP_KERNEL);
		q = kmalloc_node(size, GFP_KERNEL, numa_mem_id());
		KUNIT_ASSERT_TRUE(test, p && q);
		KUNIT_EXPECT_EQ(test, ksize(p), ALIGN(size, 8));
		KUNIT_EXPECT_EQ(test, ksize(q), ALIGN(size, 8));
		memset(p, 1, size);
		memset(q, 2, size);
		kfree(p);
		kfree(q);
	}
}

/* No header: a page has as many of a power of two as fit. */
static void powers_test(struct kunit *test)
{
	void *p[64];
	unsigned int size, i, n;
	unsigned long before;

	for (size = 64; size <= 2048; size *= 2) {
		n = 64 * 64 / size;
		/* The DMA kind is nobody else's here. */
		before = pages();
		for (i = 0; i < n; i++) {
			p[i] = kmalloc(size, GFP_KERNEL | GFP_DMA);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED((uintptr_t)p[i], size));
		}
		KUNIT_EXPECT_LE(test, pages(), before + 2);
		for (i = 1; i < n; i++)
			KUNIT_EXPECT_PTR_EQ(test, page_of(p[i]), page_of(p[0]));
		for (i = 0; i < n; i++)
			kfree(p[i]);
		kmem_cache_shrink(kmalloc_caches[KMALLOC_DMA][6]);
		KUNIT_EXPECT_LE(test, pages(), before);
	}
}

/* S5, S6 */
static void classes_test(struct kunit *test)
{
	struct kmem_cache *large = own_cache(test, 2000, SLAB_CACHE_DMA32);
	struct kmem_cache *small = own_cache(test, 40, SLAB_CACHE_DMA32);
	unsigned long before = pages();
	void *l[5], *s[4];
	unsigned int i;

	/* Without a page of their own, small ones fill what large ones have left. */
	l[0] = kmem_cache_alloc(large, GFP_KERNEL);
	s[0] = kmem_cache_alloc(small, GFP_KERNEL);
	l[1] = kmem_cache_alloc(large, GFP_KERNEL);
	s[1] = kmem_cache_alloc(small, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, slob_class(page_of(l[0])), SLOB_LARGE);
	KUNIT_EXPECT_PTR_EQ(test, page_of(s[0]), page_of(l[0]));
	KUNIT_EXPECT_PTR_EQ(test, page_of(l[1]), page_of(l[0]));
	KUNIT_EXPECT_PTR_EQ(test, page_of(s[1]), page_of(l[0]));
	KUNIT_EXPECT_LE(test, pages(), before + 2);
	/* When they have one it comes first, even where another hole is tighter. */
	s[2] = kmem_cache_alloc(small, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, slob_class(page_of(s[2])), SLOB_SMALL);
	kmem_cache_free(small, s[0]);
	kmem_cache_shrink(small);
	s[3] = kmem_cache_alloc(small, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, page_of(s[3]), page_of(s[2]));
	/* No large one goes there, unless there are no more pages. */
	l[2] = kmem_cache_alloc(large, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, slob_class(page_of(l[2])), SLOB_LARGE);
	l[3] = kmem_cache_alloc(large, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, page_of(l[3]), page_of(l[2]));
	KUNIT_EXPECT_NULL(test, fast_take(large));
	l[4] = slow_take(large, GFP_KERNEL | ___GFP_NO_GROW, NUMA_NO_NODE);
	KUNIT_EXPECT_PTR_EQ(test, page_of(l[4]), page_of(s[2]));
	expect_valid(test);
	for (i = 0; i < ARRAY_SIZE(l); i++)
		kmem_cache_free(large, l[i]);
	for (i = 1; i < ARRAY_SIZE(s); i++)
		kmem_cache_free(small, s[i]);
	kmem_cache_destroy(small);
	kmem_cache_destroy(large);
	KUNIT_EXPECT_LE(test, pages(), before);
}

/* The page with the tightest hole is used, whichever was used last. */
static void tightest_test(struct kunit *test)
{
	struct kmem_cache *s[3];
	void *p[2][2], *q;
	unsigned int i;

	s[0] = own_cache(test, 3000, SLAB_CACHE_DMA32);
	s[1] = own_cache(test, 1900, SLAB_CACHE_DMA32);
	s[2] = own_cache(test, 1064, SLAB_CACHE_DMA32);
	for (i = 0; i < 2; i++)
		p[i][0] = kmem_cache_alloc(s[i], GFP_KERNEL);
	/* 1096 and 2196 bytes are free. */
	q = kmem_cache_alloc(s[2], GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, page_of(q), page_of(p[0][0]));
	kmem_cache_free(s[2], q);
	for (i = 0; i < 2; i++)
		kmem_cache_free(s[i], p[i][0]);
	for (i = 0; i < 3; i++)
		kmem_cache_destroy(s[i]);
}

/* S7: caches share pages, unless their objects are of one size. */
static void lanes_test(struct kunit *test)
{
	struct kmem_cache *s[4];
	void *p[4][20];
	unsigned int i, j;
	struct page *page;

	s[0] = own_cache(test, 48, SLAB_CACHE_DMA32);
	s[1] = own_cache(test, 56, SLAB_CACHE_DMA32);
	s[2] = own_cache(test, 48, SLAB_CACHE_DMA32);
	s[3] = own_cache(test, 44, SLAB_CACHE_DMA32);
	KUNIT_EXPECT_EQ(test, s[0]->slob_lane, s[1]->slob_lane);
	KUNIT_EXPECT_NE(test, s[0]->slob_lane, s[2]->slob_lane);
	KUNIT_EXPECT_NE(test, s[3]->slob_lane, s[0]->slob_lane);
	KUNIT_EXPECT_NE(test, s[3]->slob_lane, s[2]->slob_lane);
	for (j = 0; j < 20; j++)
		for (i = 0; i < 4; i++)
			p[i][j] = kmem_cache_alloc(s[i], GFP_KERNEL);
	page = page_of(p[0][0]);
	for (j = 0; j < 20; j++)
		for (i = 0; i < 4; i++) {
			KUNIT_EXPECT_PTR_EQ(test, backend_owner(page_of(p[i][j]), p[i][j]), s[i]);
			KUNIT_EXPECT_EQ(test, page_of(p[i][j]) == page, i < 2);
		}
	/* A number that is free again is the next one's. */
	for (j = 0; j < 20; j++)
		for (i = 0; i < 4; i++)
			kfree(p[i][j]);
	kmem_cache_destroy(s[0]);
	s[0] = own_cache(test, 41, SLAB_CACHE_DMA32);
	KUNIT_EXPECT_EQ(test, s[0]->slob_lane, s[1]->slob_lane);
	for (i = 0; i < 4; i++)
		kmem_cache_destroy(s[i]);
}

static void kinds_test(struct kunit *test)
{
	void *p[3] = {
		kmalloc(100, GFP_KERNEL), kmalloc(100, GFP_KERNEL | __GFP_RECLAIMABLE),
		kmalloc(100, GFP_KERNEL | GFP_DMA),
	};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, slob_kind(page_of(p[i])), SLOB_KIND_OF_TYPE(i));
		KUNIT_EXPECT_PTR_EQ(test, backend_owner(page_of(p[i]), p[i]),
				    kmalloc_caches[i][7]);
	}
	KUNIT_EXPECT_EQ(test, (unsigned int)page_zonenum(page_of(p[2])), (unsigned int)ZONE_DMA);
	for (i = 0; i < 3; i++)
		kfree(p[i]);
}

/* S11 */

static void last_test(struct kunit *test)
{
	void *p = kmalloc(100, GFP_KERNEL), *q = kmalloc(200, GFP_KERNEL);
	unsigned long locks;

	if (machine.nr_nodes > 1)
		kunit_skip(test, "it is known on one node only");
	kfree(p);
	KUNIT_EXPECT_TRUE(test, slob_is_last(p));
	locks = node_locks();
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(97, GFP_KERNEL), p);
	KUNIT_EXPECT_FALSE(test, slob_is_last(p));
	kfree(p);
	KUNIT_EXPECT_EQ(test, node_locks(), locks);
	/* Another one takes its place, and it goes to its page. */
	kfree(q);
	KUNIT_EXPECT_EQ(test, node_locks(), locks + 1);
	KUNIT_EXPECT_TRUE(test, slob_is_last(q));
	KUNIT_EXPECT_FALSE(test, slob_is_last(p));
	/* Not aligned as a power of two must be: it stays. */
	p = kmalloc(63, GFP_KERNEL);
	kfree(p);
	q = kmalloc(64, GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((uintptr_t)q, 64));
	KUNIT_EXPECT_EQ(test, slob_is_last(p), p != q);
	kfree(q);
	kmem_cache_shrink(kmalloc_caches[KMALLOC_NORMAL][6]);
	KUNIT_EXPECT_FALSE(test, slob_is_last(q));
}

/* An interrupt inside of a fast path goes around. */
static void claimed_test(struct kunit *test)
{
	struct slob_cpu *c;
	void *p, *q;

	p = kmalloc(100, GFP_KERNEL);
	q = kmalloc(100, GFP_KERNEL);
	preempt_disable();
	c = raw_cpu_ptr(&slob_cpu);
	slob_swap_last(NULL, 0);
	kfree(p);
	c->claimed = 1;
	p = kmalloc(100, GFP_ATOMIC);
	KUNIT_EXPECT_FALSE(test, slob_is_last(p));
	kfree(q);
	KUNIT_EXPECT_FALSE(test, slob_is_last(q));
	c->claimed = 0;
	preempt_enable();
	kfree(p);
}

/* Objects' states. */

static unsigned int constructed;

static void construct(void *p)
{
	constructed++;
	memset(p, 0x3c, 24);
}

static void constructor_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("slob-ctor", 24, 0, PLAIN, construct);
	unsigned int i, before = constructed;
	u8 *p;

	for (i = 0; i < 10; i++) {
		p = kmem_cache_alloc(s, GFP_KERNEL);
		KUNIT_EXPECT_EQ(test, constructed, before + i + 1);
		KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x3c, 24));
		memset(p, 0, 24);
		kmem_cache_free(s, p);
	}
	kmem_cache_destroy(s);
}

static void readers_of(struct kunit *test, unsigned int size)
{
	struct kmem_cache *s = own_cache(test, size, SLAB_TYPESAFE_BY_RCU);
	struct slabinfo info;
	u8 *p, *q, *r;

	p = kmem_cache_alloc(s, GFP_KERNEL);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	memset(p, 0x77, size);
	rcu_read_lock();
	kmem_cache_free(s, p);
	r = kmem_cache_alloc(s, GFP_ATOMIC);
	KUNIT_EXPECT_PTR_NE(test, r, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x77, size));
	rcu_read_unlock();
	backend_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.active_objs, 2ul);
	kmem_cache_free(s, q);
	rcu_barrier();
	kmem_cache_free(s, r);
	rcu_barrier();
	backend_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.active_objs, 0ul);
	KUNIT_EXPECT_EQ(test, info.num_slabs, 0ul);
	kmem_cache_destroy(s);
}

/* In a block, and in pages of its own. */
static void readers_test(struct kunit *test)
{
	unsigned long before = held();

	readers_of(test, 40);
	readers_of(test, 4080);
	readers_of(test, 6000);
	KUNIT_EXPECT_LE(test, held(), before);
}

/* Misuse that is seen without debugging. */

static void twice_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 72, 0);
	void *p = kmalloc(72, GFP_KERNEL), *q = kmalloc(72, GFP_KERNEL), *r;

	quarry_expect_reports(test, 5);
	kfree(p);
	kfree(p);
	kfree(q);
	kfree(p);	/* in its page by now */
	kfree(q);
	r = kmem_cache_alloc(s, GFP_KERNEL);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	kmem_cache_free(s, r);
	kmem_cache_free(s, r);
	kmem_cache_free(s, p);
	kmem_cache_free(s, r);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 2l);
	KUNIT_EXPECT_EQ(test, backend_shrink(s, false), 0ul);
	kmem_cache_destroy(s);
}

static void inside_test(struct kunit *test)
{
	char *p = kmalloc(100, GFP_KERNEL);

	quarry_expect_reports(test, 3);
	memset(p, 0, 100);
	kfree(p + 8);
	kfree(p + 1);
	kfree(page_of(p)->slob_map);	/* S8: nobody's object */
	KUNIT_EXPECT_EQ(test, ksize(p), (size_t)104);
	kfree(p);
}

static void wrong_cache_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 80, 0), *same = own_cache(test, 80, 0);
	struct kmem_cache *other = own_cache(test, 88, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL), *q = kmalloc(80, GFP_KERNEL);

	quarry_expect_reports(test, 3);
	kmem_cache_free(same, p);
	kmem_cache_free(other, p);
	kmem_cache_free(s, q);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&same->errors), 1l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&other->errors), 1l);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&s->errors), 1l);
	KUNIT_EXPECT_EQ(test, backend_shrink(s, false), 1ul);
	kmem_cache_free(s, p);
	kfree(q);
	kmem_cache_destroy(s);
	kmem_cache_destroy(same);
	kmem_cache_destroy(other);
}

/* A user of freed memory: the page goes on without what is behind the damage. */
static void damage_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 400, SLAB_CACHE_DMA32);
	void *p[10];
	unsigned int i;

	quarry_expect_reports(test, 1);
	for (i = 0; i < 10; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	slow_give(s, page_of(p[2]), p[2], 0);
	memset(p[2], 0x5a, 400);
	slow_give(s, page_of(p[5]), p[5], 0);
	expect_valid(test);
	p[5] = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p[5]);
	for (i = 0; i < 10; i++)
		if (i != 2)
			kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_EQ(test, backend_shrink(s, false), 0ul);
	kmem_cache_destroy(s);
	expect_valid(test);
}

/* Each invariant that is broken is found. */
static void validate_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 3904, SLAB_CACHE_DMA32);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);
	struct page *page = page_of(p);
	struct slob_node *n = slob_nodes[page_to_nid(page)];

	page->slob_free++;
	KUNIT_EXPECT_GE(test, slob_node_check(n), 1u);		/* S1 */
	page->slob_free--;
	slob_mark(page->slob_map, 500);
	KUNIT_EXPECT_GE(test, slob_node_check(n), 1u);		/* S2 */
	slob_unmark(page->slob_map, 500);
	page->slob_first = 0;
	KUNIT_EXPECT_GE(test, slob_node_check(n), 1u);		/* S3 */
	page->slob_first = 488;
	page->slob_max -= 20;
	KUNIT_EXPECT_GE(test, slob_node_check(n), 1u);		/* S4 */
	page->slob_max += 20;
	n->nr_pages++;
	KUNIT_EXPECT_GE(test, slob_node_check(n), 2u);		/* S8, S9 */
	n->nr_pages--;
	KUNIT_EXPECT_EQ(test, slob_node_check(n), 0u);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static unsigned long count_one(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	*(uintptr_t *)ctx ^= (uintptr_t)object;
	return 1;
}

static void each_object_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 40, 0), *t = own_cache(test, 40, 0);
	uintptr_t sum = 0, seen = 0;
	void *p[200], *q[200];
	unsigned int i;

	for (i = 0; i < 200; i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		q[i] = kmem_cache_alloc(t, GFP_KERNEL);
		sum ^= (uintptr_t)p[i];
	}
	KUNIT_EXPECT_EQ(test, backend_each_object(s, count_one, &seen), 200ul);
	KUNIT_EXPECT_EQ(test, seen, sum);
	kmem_cache_free(s, p[0]);
	KUNIT_EXPECT_EQ(test, backend_each_object(s, count_one, &seen), 199ul);
	for (i = 0; i < 200; i++) {
		if (i)
			kmem_cache_free(s, p[i]);
		kmem_cache_free(t, q[i]);
	}
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

/* Footprint. */

/* What a running kernel's /proc/slabinfo has, and how often. */
static const struct {
	unsigned short size;
	unsigned char often;
} usual[] = {
	{ 192, 20 }, { 1080, 6 }, { 648, 6 }, { 104, 12 }, { 576, 6 }, { 200, 14 }, { 80, 8 },
	{ 256, 8 }, { 128, 10 }, { 40, 4 }, { 64, 8 }, { 24, 4 }, { 176, 2 }, { 704, 2 },
	{ 136, 3 }, { 48, 3 }, { 320, 1 }, { 1088, 1 }, { 2112, 1 }, { 232, 2 },
}, kmallocs[] = {
	{ 8, 6 }, { 16, 10 }, { 24, 6 }, { 32, 14 }, { 40, 6 }, { 64, 16 }, { 72, 3 },
	{ 96, 6 }, { 128, 8 }, { 192, 6 }, { 256, 6 }, { 512, 4 }, { 1024, 3 }, { 2048, 2 },
	{ 4096, 1 }, { 56, 4 }, { 88, 3 }, { 120, 3 }, { 200, 3 }, { 360, 2 }, { 13, 4 },
	{ 27, 3 }, { 1500, 1 },
};

static u32 seed;

static unsigned int random_below(unsigned int n)
{
	seed = seed * 1664525 + 1013904223;
	return (u32)(((u64)seed * n) >> 32);
}

struct load {
	struct kmem_cache *s[ARRAY_SIZE(usual)];
	void **p;
	unsigned short *size;
	u8 *cache;		/* 255: kmalloc */
	unsigned int n;
	unsigned long wanted;
};

static void load_take(struct kunit *test, struct load *l, unsigned int i)
{
	unsigned int r, c;

	if (random_below(3)) {
		for (c = 0, r = random_below(121); r >= usual[c].often; c++)
			r -= usual[c].often;
		l->cache[i] = (u8)c;
		l->size[i] = usual[c].size;
		l->p[i] = kmem_cache_alloc(l->s[c], GFP_KERNEL);
	} else {
		for (c = 0, r = random_below(120); r >= kmallocs[c].often; c++)
			r -= kmallocs[c].often;
		l->cache[i] = 255;
		l->size[i] = kmallocs[c].size;
		l->p[i] = kmalloc(l->size[i], GFP_KERNEL);
	}
	KUNIT_ASSERT_NOT_NULL(test, l->p[i]);
	l->wanted += l->size[i];
}

static void load_give(struct load *l, unsigned int i)
{
	l->wanted -= l->size[i];
	if (l->cache[i] == 255)
		kfree(l->p[i]);
	else
		kmem_cache_free(l->s[l->cache[i]], l->p[i]);
}

/* Bytes held, bitmaps included, for a hundred that were asked for: at once; after churn. */
static void footprint_test(struct kunit *test)
{
	struct load *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);
	unsigned long before, percent;
	unsigned int i, k;

	l->n = totalram_pages() > 50000 ? 100000 : 15000;
	l->p = vzalloc(l->n * sizeof(*l->p));
	l->size = vzalloc(l->n * sizeof(*l->size));
	l->cache = vzalloc(l->n);
	for (i = 0; i < ARRAY_SIZE(usual); i++)
		l->s[i] = own_cache(test, usual[i].size, 0);
	seed = 1;
	before = held();
	for (i = 0; i < l->n; i++)
		load_take(test, l, i);
	percent = (held() - before) / (l->wanted / 1000);
	kunit_info(test, "%u objects, %lu bytes: held %lu.%lu%%", l->n, l->wanted, percent / 10,
		   percent % 10);
	KUNIT_EXPECT_LE(test, percent, 1025ul);
	for (i = 0; i < l->n; i++) {
		k = random_below(l->n);
		load_give(l, k);
		load_take(test, l, k);
	}
	percent = (held() - before) / (l->wanted / 1000);
	kunit_info(test, "after as many random exchanges: held %lu.%lu%%", percent / 10,
		   percent % 10);
	/* Fewer objects have fewer holes to choose from. */
	KUNIT_EXPECT_LE(test, percent, l->n == 100000 ? 1055ul : 1080ul);
	expect_valid(test);
	for (i = 0; i < l->n; i++)
		load_give(l, i);
	for (i = 0; i < ARRAY_SIZE(usual); i++)
		kmem_cache_destroy(l->s[i]);
	KUNIT_EXPECT_LE(test, held(), before);
	vfree(l->p);
	vfree(l->size);
	vfree(l->cache);
}

/* A page of bitmaps serves 64 pages of blocks, and goes with the last of them. */
static void bitmaps_test(struct kunit *test)
{
	struct kmem_cache *s = own_cache(test, 4000, SLAB_CACHE_DMA32);
	unsigned long before = here()->nr_map_pages;
	void **p = kvcalloc(300, sizeof(*p), GFP_KERNEL);
	unsigned int i;

	for (i = 0; i < 300; i++)
		p[i] = kmem_cache_alloc_node(s, GFP_KERNEL, (int)here()->nid);
	KUNIT_EXPECT_GE(test, here()->nr_map_pages, before + 300 / 64);
	KUNIT_EXPECT_LE(test, here()->nr_map_pages, before + 300 / 64 + 1);
	for (i = 0; i < 300; i++)
		kmem_cache_free(s, p[i]);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_LE(test, here()->nr_map_pages, before + 1);
	kvfree(p);
}

static void nodes_test(struct kunit *test)
{
	struct kmem_cache *s;
	unsigned int nid;
	void *p, *q;

	skip_without_low_memory(test);
	s = own_cache(test, 300, 0);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		p = kmem_cache_alloc_node(s, GFP_KERNEL, (int)nid);
		q = kmalloc_node(300, GFP_KERNEL | __GFP_THISNODE, (int)nid);
		KUNIT_EXPECT_EQ(test, page_to_nid(page_of(p)), (int)nid);
		KUNIT_EXPECT_EQ(test, page_to_nid(page_of(q)), (int)nid);
		kmem_cache_free(s, p);
		kfree(q);
	}
	kmem_cache_destroy(s);
}

static struct kunit_case slob_backend_cases[] = {
	KUNIT_CASE(sizes_test),
	KUNIT_CASE(powers_test),
	KUNIT_CASE(classes_test),
	KUNIT_CASE(tightest_test),
	KUNIT_CASE(lanes_test),
	KUNIT_CASE(kinds_test),
	KUNIT_CASE(last_test),
	KUNIT_CASE(claimed_test),
	KUNIT_CASE(constructor_test),
	KUNIT_CASE(readers_test),
	KUNIT_CASE(twice_test),
	KUNIT_CASE(inside_test),
	KUNIT_CASE(wrong_cache_test),
	KUNIT_CASE(damage_test),
	KUNIT_CASE(validate_test),
	KUNIT_CASE(each_object_test),
	KUNIT_CASE(footprint_test),
	KUNIT_CASE(bitmaps_test),
	KUNIT_CASE(nodes_test),
	{}
};

static struct kunit_suite slob_backend_suite = {
	.name = "slob_backend", .init = open_fast, .exit = finish,
	.test_cases = slob_backend_cases,
};
kunit_test_suite(slob_backend_suite);

static struct kunit_suite slob_backend_tiny_suite = {
	.name = "slob_backend_tiny_16m", .init = open_fast, .exit = finish,
	.test_cases = slob_backend_cases,
};
quarry_suite_on(slob_backend_tiny_suite, "tiny-16m");

static struct kunit_suite slob_backend_numa_suite = {
	.name = "slob_backend_numa_4x2g", .init = open_fast, .exit = finish,
	.test_cases = slob_backend_cases,
};
quarry_suite_on(slob_backend_numa_suite, "numa-4x2g");
