// SPDX-License-Identifier: MIT
/*
 * Objects of caches, as every backend must make them.
 *
 * N1  An object is aligned as its cache was asked to, lies apart from all others that
 *     live, and keeps what is written to all of its bytes until it is freed.
 * N2  It is as its constructor made it when it is handed out, if it was so when it was
 *     freed.
 * N3  slabinfo's counts are exact when nothing changes; what a cache took from the page
 *     allocator is given back with it.
 * N4  A cache with live objects is not destroyed, but reported, and stays as it was.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/smp.h>

#include "tests/contract/contract.h"

KUNIT_ARRAY_PARAM(flavour, flavours, flavour_name);

#define CROWD	1500

static struct kmem_cache *create(struct kunit *test, unsigned int size, unsigned int align,
				 slab_flags_t flags)
{
	struct kmem_cache *s = kmem_cache_create("contract", size, align, flags, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

static void **array(struct kunit *test, size_t n)
{
	void **p = kvcalloc(n + 1, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

/* Alignment (N1). */

static void aligned(struct kunit *test, unsigned int size, unsigned int align)
{
	struct kmem_cache *s = create(test, size, align, flavour_of(test));
	void *p[40];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_alloc(s, i % 3 ? GFP_KERNEL : GFP_ATOMIC);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		KUNIT_EXPECT_EQ_MSG(test, (uintptr_t)p[i] % max(align, 8u), (uintptr_t)0,
				    "object %u, %u bytes at %u", i, size, align);
		contract_fill(p[i], size, i);
	}
	KUNIT_EXPECT_TRUE(test, contract_apart(p, ARRAY_SIZE(p), size));
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		KUNIT_EXPECT_TRUE(test, contract_intact(p[i], size, i));
		kmem_cache_free(s, p[i]);
	}
	kmem_cache_destroy(s);
}

static void alignment_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 1, 8, 24, 100, 520, 3000, 5000 };
	unsigned int align, i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		aligned(test, sizes[i], 0);
		for (align = 1; align <= 4096; align *= 2)
			aligned(test, sizes[i], align);
	}
}

/* No object lies in more lines than it must. */
static void cache_lines_test(struct kunit *test)
{
	unsigned int size, i;

	for (size = 1; size <= 300; size += size < 70 ? 1 : 13) {
		struct kmem_cache *s = create(test, size, 0,
					      flavour_of(test) | SLAB_HWCACHE_ALIGN);
		void *p[30];

		for (i = 0; i < ARRAY_SIZE(p); i++) {
			uintptr_t first, last;

			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			first = (uintptr_t)p[i] / L1_CACHE_BYTES;
			last = ((uintptr_t)p[i] + size - 1) / L1_CACHE_BYTES;
			KUNIT_EXPECT_EQ_MSG(test, last - first,
					    (uintptr_t)(size - 1) / L1_CACHE_BYTES,
					    "%u bytes at %px", size, p[i]);
		}
		kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
		kmem_cache_destroy(s);
	}
}

/*
 * Nobody else is in the lines of an object of more than half a line, or aligned to a whole
 * one: neither others of its cache, nor of other caches, nor kmalloc()'s.
 */
static void own_lines_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 1, 16, 32, 33, 40, 64, 65, 100, 129, 200, 300 };
	enum { EACH = 40, ALL = 2 * EACH * ARRAY_SIZE(sizes) };
	struct extent *e = kvcalloc(ALL, sizeof(*e), GFP_KERNEL);
	struct kmem_cache *s[ARRAY_SIZE(sizes)];
	void **p = array(test, ALL);
	unsigned int i, k, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, e);
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		s[k] = create(test, sizes[k], sizes[k] <= L1_CACHE_BYTES / 2 ? L1_CACHE_BYTES : 0,
			      flavour_of(test) | SLAB_HWCACHE_ALIGN);
	for (i = 0; i < EACH; i++) {
		for (k = 0; k < ARRAY_SIZE(sizes); k++) {
			p[n] = kmem_cache_alloc(s[k], GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[n]);
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED((uintptr_t)p[n], L1_CACHE_BYTES));
			e[n] = (struct extent){ (uintptr_t)p[n], L1_CACHE_ALIGN(sizes[k]) };
			n++;
			p[n] = kmalloc(8 + 13 * n % 120, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[n]);
			e[n] = (struct extent){ (uintptr_t)p[n], ksize(p[n]) };
			n++;
		}
	}
	KUNIT_EXPECT_FALSE(test, contract_overlap(e, n));
	for (i = 0; i < n; i += 2) {
		kmem_cache_free(s[i / 2 % ARRAY_SIZE(sizes)], p[i]);
		kfree(p[i + 1]);
	}
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		kmem_cache_destroy(s[k]);
	kvfree(p);
	kvfree(e);
}

/* Constructors (N2). */

#define BUILT	0x5eed1e55c0ffee00ull

struct built {
	u64 magic;
	u32 uses;
	u8 more[37];
};

static atomic_t constructed;

static void construct(void *object)
{
	struct built *b = object;

	atomic_inc(&constructed);
	b->magic = BUILT;
	b->uses = 0;
	memset(b->more, 0x77, sizeof(b->more));
}

static bool is_built(const struct built *b)
{
	return b->magic == BUILT && !memchr_inv(b->more, 0x77, sizeof(b->more));
}

static void constructor_test(struct kunit *test)
{
	struct built **p = (struct built **)array(test, CROWD);
	struct kmem_cache *s;
	unsigned int round, i;

	atomic_set(&constructed, 0);
	s = kmem_cache_create("contract", sizeof(struct built), 0, flavour_of(test), construct);
	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_EQ(test, atomic_read(&constructed), 0);
	for (round = 0; round < 4; round++) {
		for (i = 0; i < CROWD; i++) {
			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			KUNIT_ASSERT_TRUE_MSG(test, is_built(p[i]), "round %u, object %u", round,
					      i);
			memset(p[i], 0xdd, sizeof(struct built));
		}
		KUNIT_EXPECT_GE(test, atomic_read(&constructed), CROWD);
		KUNIT_EXPECT_TRUE(test, contract_apart((void **)p, CROWD, sizeof(struct built)));
		for (i = 0; i < CROWD; i++) {
			/* As the constructor left it: that is what a user owes. */
			p[i]->magic = BUILT;
			memset(p[i]->more, 0x77, sizeof(p[i]->more));
			kmem_cache_free(s, p[i]);
		}
		if (round % 2)
			kmem_cache_shrink(s);
	}
	kmem_cache_destroy(s);
	/* None runs when nobody has allocated. */
	i = atomic_read(&constructed);
	s = kmem_cache_create("contract", sizeof(struct built), 0, flavour_of(test), construct);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_EQ(test, (unsigned int)atomic_read(&constructed), i);
	kvfree(p);
}

/* In bulk, and on behalf of an interrupt, they are constructed, too. */
static void constructor_bulk_test(struct kunit *test)
{
	void **p = array(test, CROWD);
	struct kmem_cache *s;
	unsigned int i, round;

	s = kmem_cache_create("contract", sizeof(struct built), 64, flavour_of(test), construct);
	KUNIT_ASSERT_NOT_NULL(test, s);
	for (round = 0; round < 3; round++) {
		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, CROWD, p), CROWD);
		for (i = 0; i < CROWD; i++)
			KUNIT_ASSERT_TRUE(test, is_built(p[i]));
		kmem_cache_free_bulk(s, CROWD, p);
	}
	kmem_cache_destroy(s);
	kvfree(p);
}

/* Live objects (N1). */

/* Caches of all sizes side by side; every other object goes and comes. */
static void crowd_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 8, 17, 40, 96, 200, 700, 2048, 6000 };
	struct extent *e = kvmalloc_array(CROWD, sizeof(*e), GFP_KERNEL);
	struct kmem_cache *s[ARRAY_SIZE(sizes)];
	void **p = array(test, CROWD);
	unsigned int i, round, k;

	KUNIT_ASSERT_NOT_NULL(test, e);
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		s[k] = create(test, sizes[k], 0, flavour_of(test));
	for (round = 0; round < 5; round++) {
		for (i = round % 3; i < CROWD; i += 1 + round % 3) {
			k = i % ARRAY_SIZE(sizes);
			if (p[i]) {
				KUNIT_ASSERT_TRUE(test, contract_intact(p[i], sizes[k], i));
				kmem_cache_free(s[k], p[i]);
			}
			p[i] = kmem_cache_alloc(s[k], GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			contract_fill(p[i], sizes[k], i);
		}
		for (i = 0; i < CROWD; i++)
			e[i] = (struct extent){ (uintptr_t)p[i], sizes[i % ARRAY_SIZE(sizes)] };
		KUNIT_ASSERT_FALSE(test, contract_overlap(e, CROWD));
	}
	for (i = 0; i < CROWD; i++) {
		k = i % ARRAY_SIZE(sizes);
		KUNIT_EXPECT_TRUE(test, contract_intact(p[i], sizes[k], i));
		kmem_cache_free(s[k], p[i]);
	}
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		kmem_cache_destroy(s[k]);
	kvfree(p);
	kvfree(e);
}

static void size_test(struct kunit *test)
{
	unsigned int size;

	for (size = 1; size <= 10000; size += 1 + size / 3) {
		struct kmem_cache *s = create(test, size, 0, flavour_of(test));
		void *p = kmem_cache_alloc(s, GFP_KERNEL);

		KUNIT_EXPECT_EQ(test, kmem_cache_size(s), size);
		KUNIT_ASSERT_NOT_NULL(test, p);
		if (contract_knows(p)) {
			KUNIT_EXPECT_GE(test, ksize(p), (size_t)size);
			memset(p, 0xa5, ksize(p));
		}
		kmem_cache_free(s, p);
		kmem_cache_destroy(s);
	}
}

static void zeroed_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 1, 8, 60, 512, 4096, 9000 };
	unsigned int i, k, round;
	void *p[50];

	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = create(test, sizes[k], 0, flavour_of(test));

		for (round = 0; round < 4; round++) {
			for (i = 0; i < ARRAY_SIZE(p); i++)
				p[i] = i % 2 ? kmem_cache_zalloc(s, GFP_KERNEL) :
				       kmem_cache_alloc_node(s, GFP_ATOMIC | __GFP_ZERO,
							     (int)(i % machine.nr_nodes));
			if (round == 3) {
				kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
				KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(
					s, GFP_KERNEL | __GFP_ZERO, ARRAY_SIZE(p), p),
					(int)ARRAY_SIZE(p));
			}
			for (i = 0; i < ARRAY_SIZE(p); i++) {
				KUNIT_ASSERT_NOT_NULL(test, p[i]);
				KUNIT_ASSERT_NULL(test, memchr_inv(p[i], 0, sizes[k]));
				memset(p[i], 0xff, sizes[k]);
			}
			kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
		}
		kmem_cache_destroy(s);
	}
}

/* Freeing nothing does nothing. */
static void nothing_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 100, 0, flavour_of(test));

	kmem_cache_free(s, NULL);
	kmem_cache_free_bulk(s, 0, NULL);
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
	kmem_cache_destroy(s);
	kmem_cache_destroy(NULL);
}

static void skip_unless_known(struct kunit *test, struct kmem_cache *s)
{
	void *p = kmem_cache_alloc(s, GFP_KERNEL);
	bool knows = p && contract_knows(p);

	kmem_cache_free(s, p);
	if (knows)
		return;
	kmem_cache_destroy(s);
	kunit_skip(test, "only the cache knows its objects");
}

/* Objects of caches are kfree()'s, too. */
static void kfree_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 72, 0, flavour_of(test));
	unsigned int i;
	void **p;

	skip_unless_known(test, s);
	p = array(test, 300);
	for (i = 0; i < 300; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, contract_active(s), 300ul);
	for (i = 0; i < 200; i++)
		kfree(p[i]);
	kfree_bulk(100, p + 200);
	KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
	kmem_cache_destroy(s);
	kvfree(p);
}

/* Bulk. */

static void shuffle(void **p, unsigned int n, u32 *seed)
{
	unsigned int i;

	for (i = n; i > 1; i--) {
		unsigned int k = contract_dice(seed, i);

		swap(p[i - 1], p[k]);
	}
}

static void bulk_of(struct kunit *test, struct kmem_cache *s, unsigned int n, void **p)
{
	unsigned int i;
	u32 seed = n;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, n % 2 ? GFP_KERNEL : GFP_ATOMIC, n, p),
			(int)n);
	KUNIT_EXPECT_NULL(test, p[n]);
	KUNIT_EXPECT_EQ(test, contract_active(s), (unsigned long)n);
	KUNIT_EXPECT_TRUE(test, contract_apart(p, n, kmem_cache_size(s)));
	for (i = 0; i < n; i++)
		contract_fill(p[i], kmem_cache_size(s), i);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_TRUE(test, contract_intact(p[i], kmem_cache_size(s), i));
	switch (n % 4) {
	case 0:
		for (i = 0; i < n; i++)
			kmem_cache_free(s, p[i]);
		break;
	case 1:
		shuffle(p, n, &seed);
		fallthrough;
	case 2:
		kmem_cache_free_bulk(s, n, p);
		break;
	default:
		kmem_cache_free_bulk(s, n / 2, p);
		kmem_cache_free_bulk(s, n - n / 2, p + n / 2);
	}
	KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
	memset(p, 0, (n + 1) * sizeof(*p));
}

static void bulk_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 64, 0, flavour_of(test));
	void **p = array(test, 1000);
	unsigned int n;

	for (n = 0; n <= 1000; n += n < 40 ? 1 : n % 64 == 0 ? 1 : n % 64 == 1 ? 40 : 7)
		bulk_of(test, s, n, p);
	bulk_of(test, s, 1000, p);
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	kmem_cache_destroy(s);
	kvfree(p);
}

/* Of several caches and of kmalloc() at once: only the objects say whose they are. */
static void mixed_bulk_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 64, 0, flavour_of(test)), *t;
	unsigned int i;
	u32 seed = 5;
	void **p;

	skip_unless_known(test, s);
	t = create(test, 1000, 0, flavour_of(test));
	p = array(test, 600);
	for (i = 0; i < 600; i++)
		p[i] = i % 3 == 0 ? kmem_cache_alloc(s, GFP_KERNEL) :
		       i % 3 == 1 ? kmem_cache_alloc(t, GFP_KERNEL) :
				    kmalloc(8 + i * 31, GFP_KERNEL);
	for (i = 0; i < 600; i++)
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
	shuffle(p, 600, &seed);
	kfree_bulk(600, p);
	KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
	KUNIT_EXPECT_EQ(test, contract_active(t), 0ul);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
	kvfree(p);
}

/* Accounting (N3). */

static void accounting_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 120, 0, flavour_of(test));
	void **p = array(test, CROWD);
	unsigned long live = 0;
	struct slabinfo info;
	unsigned int i, step;
	u32 seed = 77;

	info = contract_count(s);
	KUNIT_EXPECT_EQ(test, info.active_objs, 0ul);
	KUNIT_EXPECT_EQ(test, info.active_slabs, 0ul);
	for (step = 0; step < 3000; step++) {
		i = contract_dice(&seed, CROWD);
		if (p[i])
			kmem_cache_free(s, p[i]), p[i] = NULL, live--;
		else
			p[i] = kmem_cache_alloc(s, GFP_KERNEL), live++;
		if (step % 61)
			continue;
		info = contract_count(s);
		KUNIT_ASSERT_EQ(test, info.active_objs, live);
		KUNIT_EXPECT_GE(test, info.num_objs, info.active_objs);
		KUNIT_EXPECT_GE(test, info.num_slabs, info.active_slabs);
		if (step % 7 == 0)
			KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), live ? 1 : 0);
	}
	for (i = 0; i < CROWD; i++)
		kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	info = contract_count(s);
	KUNIT_EXPECT_EQ(test, info.num_slabs, 0ul);
	KUNIT_EXPECT_EQ(test, info.num_objs, 0ul);
	kmem_cache_destroy(s);
	kvfree(p);
}

static void live_and_die(struct kunit *test, void **p)
{
	struct kmem_cache *s = create(test, 520, 0, flavour_of(test));
	unsigned long before = contract_bytes();
	unsigned int i;

	for (i = 0; i < CROWD; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_GE(test, contract_bytes(), before + 520ul * CROWD);
	for (i = 0; i < CROWD; i++)
		kmem_cache_free(s, p[i]);
	kmem_cache_destroy(s);
}

/* All that it took. Once to fill what the layer keeps for the next cache. */
static void given_back_test(struct kunit *test)
{
	void **p = array(test, CROWD);
	unsigned long bytes = 0, pages = 0;
	unsigned int round;

	for (round = 0; round < 4; round++) {
		live_and_die(test, p);
		contract_settle();
		if (round > 1) {
			KUNIT_EXPECT_EQ(test, contract_bytes(), bytes);
			KUNIT_EXPECT_EQ(test, nr_free_pages(), pages);
		}
		bytes = contract_bytes();
		pages = nr_free_pages();
	}
	kvfree(p);
}

/* Shrinking takes nothing from anybody. */
static void shrink_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 256, 0, flavour_of(test));
	void **p = array(test, CROWD);
	unsigned int i;

	for (i = 0; i < CROWD; i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		contract_fill(p[i], 256, i);
	}
	for (i = 0; i < CROWD; i++)
		if (i % 16)
			kmem_cache_free(s, p[i]);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 1);
	for (i = 0; i < CROWD; i++) {
		if (i % 16 == 0) {
			KUNIT_EXPECT_TRUE(test, contract_intact(p[i], 256, i));
			kmem_cache_free(s, p[i]);
		}
	}
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	kmem_cache_destroy(s);
	kvfree(p);
}

/* Destruction (N4). */

static void destroy_refused_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 100, 0, flavour_of(test));
	struct quarry_incidents before = quarry_incidents();
	void *p[70];
	unsigned int i, round;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		contract_fill(p[i], 100, i);
	}
	quarry_expect_reports(test, 3);
	for (round = 0; round < 3; round++) {
		unsigned int left = round == 2 ? 1 : ARRAY_SIZE(p) >> round;

		for (i = left; i < ARRAY_SIZE(p) >> (round ? round - 1 : 0); i++)
			kmem_cache_free(s, p[i]);
		kmem_cache_destroy(s);
		KUNIT_EXPECT_EQ(test, quarry_incidents().bugs + quarry_incidents().warnings,
				before.bugs + before.warnings + round + 1);
		KUNIT_ASSERT_TRUE(test, contract_is_listed(s));
		KUNIT_EXPECT_EQ(test, contract_active(s), (unsigned long)left);
		for (i = 0; i < left; i++)
			KUNIT_EXPECT_TRUE(test, contract_intact(p[i], 100, i));
	}
	/* It serves on, and goes when it is empty. */
	p[1] = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p[1]);
	KUNIT_EXPECT_STREQ(test, s->name, "contract");
	kmem_cache_free(s, p[1]);
	kmem_cache_free(s, p[0]);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_FALSE(test, contract_is_listed(s));
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
}

/* Objects that other CPUs keep for themselves are no reason to refuse. */

struct elsewhere {
	struct kmem_cache *s;
	void *p[200];
};

static void take_elsewhere(void *arg)
{
	struct elsewhere *e = arg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(e->p); i++)
		e->p[i] = kmem_cache_alloc(e->s, GFP_ATOMIC);
}

static void give_elsewhere(void *arg)
{
	struct elsewhere *e = arg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(e->p); i++)
		kmem_cache_free(e->s, e->p[i]);
}

static void destroy_from_afar_test(struct kunit *test)
{
	struct elsewhere *e = kzalloc(sizeof(*e), GFP_KERNEL);
	unsigned int from, to;

	KUNIT_ASSERT_NOT_NULL(test, e);
	for (from = 0; from < machine.nr_cpus; from++) {
		for (to = 0; to < machine.nr_cpus; to++) {
			e->s = create(test, 40, 0, flavour_of(test));
			smp_call_function_single((int)from, take_elsewhere, e, 1);
			KUNIT_ASSERT_TRUE(test, contract_apart(e->p, ARRAY_SIZE(e->p), 40));
			smp_call_function_single((int)to, give_elsewhere, e, 1);
			KUNIT_EXPECT_EQ(test, contract_active(e->s), 0ul);
			kmem_cache_destroy(e->s);
			KUNIT_EXPECT_FALSE(test, contract_is_listed(e->s));
		}
	}
	kfree(e);
}

/* Caches that share objects end one by one. */
static void destroy_merged_test(struct kunit *test)
{
	struct kmem_cache *s[3];
	void *p[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		s[i] = create(test, 1112, 0, 0);
		p[i] = kmem_cache_alloc(s[i], GFP_KERNEL);
		contract_fill(p[i], 1112, i);
	}
	KUNIT_EXPECT_TRUE(test, contract_apart(p, 3, 1112));
	for (i = 0; i < 3; i++) {
		unsigned int k;

		for (k = i; k < 3; k++)
			KUNIT_EXPECT_TRUE(test, contract_intact(p[k], 1112, k));
		kmem_cache_free(s[i], p[i]);
		kmem_cache_destroy(s[i]);
	}
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
}

/* The last name of a shared cache whose objects live. */
static void destroy_merged_refused_test(struct kunit *test)
{
	struct kmem_cache *a = create(test, 1112, 0, 0), *b = create(test, 1112, 0, 0);
	void *p = kmem_cache_alloc(b, GFP_KERNEL);

	if (a != b) {
		kmem_cache_destroy(a);
		kmem_cache_free(b, p);
		kmem_cache_destroy(b);
		kunit_skip(test, "this machine merges nothing");
	}
	kmem_cache_destroy(a);
	KUNIT_ASSERT_TRUE(test, contract_is_listed(b));
	quarry_expect_reports(test, 1);
	kmem_cache_destroy(b);
	KUNIT_ASSERT_TRUE(test, contract_is_listed(b));
	kmem_cache_free(b, p);
	kmem_cache_destroy(b);
	KUNIT_EXPECT_FALSE(test, contract_is_listed(b));
}

/* Many caches. */

static void many_caches_test(struct kunit *test)
{
	const unsigned int n = totalram_pages() > 100000 ? 4000 : 400;
	struct kmem_cache **s = (struct kmem_cache **)array(test, n);
	void **p = array(test, n);
	char name[32];
	unsigned int i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "contract-%u", i);
		s[i] = kmem_cache_create(name, 16 + i % 200, 0, CONTRACT_PLAIN, NULL);
		KUNIT_ASSERT_NOT_NULL(test, s[i]);
		p[i] = kmem_cache_alloc(s[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		contract_fill(p[i], 16 + i % 200, i);
	}
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "contract-%u", i);
		KUNIT_EXPECT_STREQ(test, s[i]->name, name);
		KUNIT_EXPECT_EQ(test, contract_active(s[i]), 1ul);
		KUNIT_EXPECT_TRUE(test, contract_intact(p[i], 16 + i % 200, i));
	}
	/* From the middle to both ends. */
	for (i = 0; i < n; i++) {
		unsigned int k = i % 2 ? n / 2 + i / 2 : n / 2 - 1 - i / 2;

		kmem_cache_free(s[k], p[k]);
		kmem_cache_destroy(s[k]);
	}
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	kvfree(s);
	kvfree(p);
}

/* Who looks at all objects (the search for leaks, reports) sees each one that lives, once. */

struct seen {
	struct kmem_cache *s[3];
	void *p[3][300];
	unsigned int n[3];		/* of p[] */
	unsigned int times[3][300];
	unsigned int strange;
};

static unsigned long see(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	struct seen *seen = ctx;
	unsigned int i, k;

	for (k = 0; k < ARRAY_SIZE(seen->s); k++) {
		if (s != seen->s[k])
			continue;
		for (i = 0; i < seen->n[k] && seen->p[k][i] != object; i++)
			;
		if (i < seen->n[k])
			seen->times[k][i]++;
		else
			seen->strange++;
		return 1;
	}
	return 0;
}

static void expect_seen(struct kunit *test, struct seen *seen, bool first_only, unsigned long sum)
{
	unsigned int i, k, wrong = 0, all = 0;

	for (k = 0; k < ARRAY_SIZE(seen->s); k++) {
		unsigned int times = k == 0 || !first_only;

		for (i = 0; i < seen->n[k]; i++)
			wrong += seen->times[k][i] != times;
		all += times * seen->n[k];
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	KUNIT_EXPECT_EQ(test, seen->strange, 0u);
	KUNIT_EXPECT_EQ(test, sum, (unsigned long)all);
	memset(seen->times, 0, sizeof(seen->times));
}

static void each_object_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 40, 200, 3000 };
	struct seen *seen = kvzalloc(sizeof(*seen), GFP_KERNEL);
	unsigned int i, k;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		seen->s[k] = create(test, sizes[k], 0, flavour_of(test));
		for (i = 0; i < ARRAY_SIZE(seen->p[k]); i++)
			seen->p[k][i] = kmem_cache_alloc(seen->s[k], GFP_KERNEL);
		/* Those that this CPU keeps are nobody's. */
		for (i = 250 - k; i < ARRAY_SIZE(seen->p[k]); i++)
			kmem_cache_free(seen->s[k], seen->p[k][i]);
		seen->n[k] = 250 - k;
	}
	expect_seen(test, seen, false, cache_each_object_of_all(see, seen));
	expect_seen(test, seen, true, cache_each_object(seen->s[0], see, seen));
	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		kmem_cache_free_bulk(seen->s[k], seen->n[k], seen->p[k]);
		seen->n[k] = 0;
		KUNIT_EXPECT_EQ(test, cache_each_object(seen->s[k], see, seen), 0ul);
		kmem_cache_destroy(seen->s[k]);
	}
	kvfree(seen);
}

/* Objects that keep their type as long as somebody reads them. */

struct watched {
	struct built *p[64];
	atomic_t reading, wrong;
	bool done;
};

/* Reads freed objects, in one long critical section. */
static int reader(void *arg)
{
	struct watched *w = arg;
	unsigned int i;

	rcu_read_lock();
	atomic_set(&w->reading, 1);
	for (i = 0; !READ_ONCE(w->done); i = (i + 1) % ARRAY_SIZE(w->p)) {
		if (READ_ONCE(w->p[i]->magic) != BUILT)
			atomic_inc(&w->wrong);
		cpu_relax();
	}
	rcu_read_unlock();
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void typesafe_test(struct kunit *test)
{
	struct watched *w = kzalloc(sizeof(*w), GFP_KERNEL);
	struct task_struct *task;
	struct kmem_cache *s;
	void *other[200];
	unsigned int i;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	KUNIT_ASSERT_NOT_NULL(test, w);
	s = kmem_cache_create("contract", sizeof(struct built), 0,
			      flavour_of(test) | SLAB_TYPESAFE_BY_RCU, construct);
	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < ARRAY_SIZE(w->p); i++)
		w->p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	task = kthread_run(reader, w, "contract/reader");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	while (!atomic_read(&w->reading))
		msleep(1);
	kmem_cache_free_bulk(s, ARRAY_SIZE(w->p), (void **)w->p);
	kmem_cache_shrink(s);
	/* Whoever got those pages now would be seen. */
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		other[i] = kmalloc(sizeof(struct built), GFP_KERNEL);
		memset(other[i], 0xee, sizeof(struct built));
	}
	for (i = 0; i < 50; i++) {
		unsigned long page = __get_free_page(GFP_KERNEL);

		memset((void *)page, 0xee, PAGE_SIZE);
		free_page(page);
	}
	WRITE_ONCE(w->done, true);
	kthread_stop(task);
	/* Nobody reads any more: the memory is not the cache's for ever. */
	kmem_cache_shrink(s);
	contract_wait_for_readers();
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	KUNIT_EXPECT_EQ(test, contract_count(s).num_objs, 0ul);
	for (i = 0; i < ARRAY_SIZE(w->p); i++)
		KUNIT_EXPECT_FALSE(test, virt_to_head_page(w->p[i])->slab_cache == s);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->wrong), 0);
	kfree_bulk(ARRAY_SIZE(other), other);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_FALSE(test, contract_is_listed(s));
	kfree(w);
}

/* A cache whose readers are not done yet ends when they are. */
static int late_reader(void *arg)
{
	struct watched *w = arg;
	unsigned long until;
	unsigned int i;

	rcu_read_lock();
	atomic_set(&w->reading, 1);
	for (until = jiffies + 3; time_before(jiffies, until); cpu_relax())
		for (i = 0; i < ARRAY_SIZE(w->p); i++)
			if (READ_ONCE(w->p[i]->magic) != BUILT)
				atomic_inc(&w->wrong);
	WRITE_ONCE(w->done, true);
	rcu_read_unlock();
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void typesafe_end_test(struct kunit *test)
{
	struct watched *w = kzalloc(sizeof(*w), GFP_KERNEL);
	struct task_struct *task;
	struct kmem_cache *s;
	unsigned int i;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	KUNIT_ASSERT_NOT_NULL(test, w);
	s = kmem_cache_create("contract", sizeof(struct built), 0,
			      flavour_of(test) | SLAB_TYPESAFE_BY_RCU, construct);
	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < ARRAY_SIZE(w->p); i++)
		w->p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	task = kthread_run(late_reader, w, "contract/reader");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	while (!atomic_read(&w->reading))
		cpu_relax();
	kmem_cache_free_bulk(s, ARRAY_SIZE(w->p), (void **)w->p);
	kmem_cache_shrink(s);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(w->done));
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->wrong), 0);
	kfree(w);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(alignment_test, flavour_gen_params),
	KUNIT_CASE_PARAM(cache_lines_test, flavour_gen_params),
	KUNIT_CASE_PARAM(own_lines_test, flavour_gen_params),
	KUNIT_CASE_PARAM(constructor_test, flavour_gen_params),
	KUNIT_CASE_PARAM(constructor_bulk_test, flavour_gen_params),
	KUNIT_CASE_PARAM(crowd_test, flavour_gen_params),
	KUNIT_CASE_PARAM(size_test, flavour_gen_params),
	KUNIT_CASE_PARAM(zeroed_test, flavour_gen_params),
	KUNIT_CASE_PARAM(nothing_test, flavour_gen_params),
	KUNIT_CASE_PARAM(kfree_test, flavour_gen_params),
	KUNIT_CASE_PARAM(bulk_test, flavour_gen_params),
	KUNIT_CASE_PARAM(mixed_bulk_test, flavour_gen_params),
	KUNIT_CASE_PARAM(accounting_test, flavour_gen_params),
	KUNIT_CASE_PARAM(given_back_test, flavour_gen_params),
	KUNIT_CASE_PARAM(shrink_test, flavour_gen_params),
	KUNIT_CASE_PARAM(destroy_refused_test, flavour_gen_params),
	KUNIT_CASE_PARAM(destroy_from_afar_test, flavour_gen_params),
	KUNIT_CASE(destroy_merged_test),
	KUNIT_CASE(destroy_merged_refused_test),
	KUNIT_CASE(many_caches_test),
	KUNIT_CASE_PARAM(each_object_test, flavour_gen_params),
	KUNIT_CASE_PARAM(typesafe_test, flavour_gen_params),
	KUNIT_CASE_PARAM(typesafe_end_test, flavour_gen_params),
	{}
};

contract_suite(objects_suite, "objects", cases, NULL);
contract_suite(objects_numa_suite, "objects_numa", cases, "numa-4x2g");
contract_suite(objects_tiny_suite, "objects_tiny", cases, "tiny-16m");
contract_suite(objects_i386_suite, "objects_i386", cases, "i386-4g slab_nomerge");
contract_suite(objects_cleared_suite, "objects_cleared", cases,
	       "x86_64-8g init_on_alloc=1 init_on_free=1");
