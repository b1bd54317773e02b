// SPDX-License-Identifier: MIT
/*
 * Where objects come from: nodes, zones, contexts, and memory that runs out.
 *
 * G1  A node that is wished for is preferred; with __GFP_THISNODE it is that or nothing.
 * G2  SLAB_CACHE_DMA and GFP_DMA mean ZONE_DMA, reclaimable objects lie with their like.
 * G3  Any CPU may allocate and free in any context, with flags that do not sleep there.
 * G4  When memory is used up, the answer is NULL, and nothing else is harmed; objects
 *     that are freed can be had again, and all memory comes back.
 */
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/completion.h>

#include "mm/pages.h"
#include "tests/contract/contract.h"
#include "tests/unit/numa.h"

KUNIT_ARRAY_PARAM(flavour, flavours, flavour_name);

static struct kmem_cache *create(struct kunit *test, unsigned int size, slab_flags_t flags)
{
	struct kmem_cache *s = kmem_cache_create("contract", size, 0, flags, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

static unsigned int nid_of(const void *p)
{
	return (unsigned int)page_to_nid(virt_to_page(p));
}

/* Nodes (G1). */

static void wish_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 16, 200, 3000 };
	unsigned int i, k, nid, cpu;
	void *p[100];

	skip_without_low_memory(test);
	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = create(test, sizes[k], flavour_of(test));

		for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
			set_cpus_allowed_ptr(current, cpumask_of(cpu));
			nid = cpu;
			for (i = 0; i < ARRAY_SIZE(p); i++) {
				nid = (nid + 1) % machine.nr_nodes;
				p[i] = kmem_cache_alloc_node(s, i % 3 ? GFP_KERNEL :
							     GFP_ATOMIC | __GFP_THISNODE,
							     (int)nid);
				KUNIT_ASSERT_NOT_NULL(test, p[i]);
				KUNIT_ASSERT_EQ(test, nid_of(p[i]), nid);
			}
			kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
		}
		KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
		kmem_cache_destroy(s);
	}
	set_cpus_allowed_ptr(current, cpu_online_mask);
}

static void kmalloc_wish_test(struct kunit *test)
{
	static const size_t sizes[] = { 8, 96, 100, 1000, 8192, 8193, 40000, 1 << 20 };
	unsigned int i, nid;

	skip_without_low_memory(test);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (nid = 0; nid < machine.nr_nodes; nid++) {
			void *p = kmalloc_node(sizes[i], GFP_KERNEL, (int)nid);
			void *q = kzalloc_node(sizes[i], GFP_KERNEL | __GFP_THISNODE, (int)nid);

			KUNIT_ASSERT_TRUE(test, p && q);
			KUNIT_EXPECT_EQ(test, nid_of(p), nid);
			KUNIT_EXPECT_EQ(test, nid_of(q), nid);
			KUNIT_EXPECT_NULL(test, memchr_inv(q, 0, sizes[i]));
			kfree(p);
			kfree(q);
		}
}

/* Without a wish: the node of the CPU. */
static void near_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 100, flavour_of(test));
	unsigned int cpu, i;
	void *p[50];

	skip_without_low_memory(test);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		for (i = 0; i < ARRAY_SIZE(p); i++) {
			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
			KUNIT_EXPECT_EQ(test, nid_of(p[i]), (unsigned int)cpu_to_mem(cpu));
		}
		kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
	}
	set_cpus_allowed_ptr(current, cpu_online_mask);
	kmem_cache_destroy(s);
}

static LIST_HEAD(taken);

/* Takes all pages that @gfp may have of a node. */
static void use_up(int nid, gfp_t gfp)
{
	unsigned int order = MAX_ORDER;
	struct page *page;

	while (order--)
		while ((page = alloc_pages_node(nid, gfp | __GFP_NOWARN | __GFP_THISNODE,
						order))) {
			page->private = order;
			list_add(&page->lru, &taken);
		}
}

static void release(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &taken, lru)
		__free_pages(page, (unsigned int)page->private);
	INIT_LIST_HEAD(&taken);
}

/* A node without memory: its objects are used up first, then the others serve. */
static void full_node_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 1000, flavour_of(test));
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;
	unsigned int nid = machine.nr_nodes - 1, i;
	void *p[400], *q;

	skip_without_low_memory(test);
	if (machine.nr_nodes < 2)
		kunit_skip(test, "there is one node only");
	contract_settle();
	use_up((int)nid, GFP_ATOMIC);
	use_up((int)nid, GFP_ATOMIC | __GFP_MEMALLOC);
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_alloc_node(s, gfp | __GFP_THISNODE, (int)nid);
		if (!p[i])
			break;
		KUNIT_EXPECT_EQ(test, nid_of(p[i]), nid);
	}
	KUNIT_EXPECT_LT(test, i, (unsigned int)ARRAY_SIZE(p));
	KUNIT_EXPECT_NULL(test, kmalloc_node(20000, gfp | __GFP_THISNODE, (int)nid));
	q = kmem_cache_alloc_node(s, gfp, (int)nid);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_NE(test, nid_of(q), nid);
	kmem_cache_free(s, q);
	q = kmalloc_node(20000, gfp, (int)nid);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_NE(test, nid_of(q), nid);
	kfree(q);
	release();
	while (i--)
		kmem_cache_free(s, p[i]);
	q = kmem_cache_alloc_node(s, GFP_KERNEL | __GFP_THISNODE, (int)nid);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_EQ(test, nid_of(q), nid);
	kmem_cache_free(s, q);
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	kmem_cache_destroy(s);
}

/* Bytes by which slabs grow for 300 objects that one CPU asks for. */
static unsigned long bytes_of_many(struct kunit *test, struct kmem_cache *s, int nid)
{
	unsigned long had = contract_bytes(), has;
	unsigned int i, got = 0;
	void *p[300];

	get_cpu();
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_alloc_node(s, GFP_NOWAIT | __GFP_NOMEMALLOC, nid);
		got += p[i] != NULL;
	}
	put_cpu();
	has = contract_bytes();
	KUNIT_EXPECT_EQ(test, got, (unsigned int)ARRAY_SIZE(p));
	for (i = 0; i < ARRAY_SIZE(p); i++)
		if (p[i])
			kmem_cache_free(s, p[i]);
	kmem_cache_shrink(s);
	return has - min(had, has);
}

/*
 * Many objects by a wish that cannot be granted: they share slabs elsewhere, instead of
 * each having one made for it. The reclaimer, whom want of memory wakes, takes slabs from
 * the CPU, which then gets others; so the best of some rounds counts.
 */
static void expect_shared(struct kunit *test, struct kmem_cache *s, int nid)
{
	unsigned long least = ULONG_MAX, most = 2ul * s->size * 300 + (256 << 10);
	unsigned int round;

	for (round = 0; round < 50 && least > most; round++)
		least = min(least, bytes_of_many(test, s, nid));
	KUNIT_EXPECT_LE(test, least, most);
}

static void full_node_shares_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 200, flavour_of(test));
	int nid = (int)machine.nr_nodes - 1;

	if (machine.nr_nodes < 2)
		kunit_skip(test, "there is one node only");
	if (NODE_DATA(nid)->node_start_pfn < max_low_pfn) {
		use_up(nid, GFP_ATOMIC);
		use_up(nid, GFP_ATOMIC | __GFP_MEMALLOC);
	}
	set_cpus_allowed_ptr(current, cpumask_of(0));
	expect_shared(test, s, nid);
	set_cpus_allowed_ptr(current, cpumask_of_node(nid));
	expect_shared(test, s, nid);
	expect_shared(test, s, NUMA_NO_NODE);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	release();
	KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
	kmem_cache_destroy(s);
}

/* A node that there is not: as if nobody had wished for one. */
static void no_node_test(struct kunit *test)
{
	struct kmem_cache *s = create(test, 200, flavour_of(test));
	static const int none[] = { QUARRY_MAX_NODES, 1000, -2, INT_MAX, INT_MIN };
	unsigned int i;
	void *p, *q;

	expect_shared(test, s, (int)machine.nr_nodes);
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		expect_shared(test, s, none[i]);
		p = kmalloc_node(40, GFP_KERNEL, none[i]);
		q = kmalloc_node(200000, GFP_KERNEL, none[i]);
		KUNIT_EXPECT_TRUE(test, p && q);
		kfree(p);
		kfree(q);
	}
	kmem_cache_destroy(s);
}

/* Zones and mobility (G2). */

static void expect_below(struct kunit *test, const void *p, size_t size, u64 end)
{
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_LE(test, (u64)__pa(p) + size, end);
}

static void dma_test(struct kunit *test)
{
	struct kmem_cache *s;
	unsigned int i;
	size_t size;
	void *p[60];

	if (!machine.dma_end)
		kunit_skip(test, "the machine has no ZONE_DMA");
	s = create(test, 300, flavour_of(test) | SLAB_CACHE_DMA);
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_alloc(s, i % 2 ? GFP_KERNEL : GFP_ATOMIC);
		expect_below(test, p[i], 300, machine.dma_end);
	}
	kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
	kmem_cache_destroy(s);
	for (size = 8; size <= 100000; size += size / 2 + 1) {
		p[0] = kmalloc(size, GFP_KERNEL | GFP_DMA);
		expect_below(test, p[0], size, machine.dma_end);
		kfree(p[0]);
	}
}

static void dma32_test(struct kunit *test)
{
	struct kmem_cache *s;
	unsigned int i;
	void *p[60];

	if (!machine.dma32_end)
		kunit_skip(test, "the machine has no ZONE_DMA32");
	s = create(test, 300, flavour_of(test) | SLAB_CACHE_DMA32);
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		expect_below(test, p[i], 300, 1ull << 32);
	}
	kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
	kmem_cache_destroy(s);
}

static unsigned long reclaimable(void)
{
	return global_node_page_state(NR_SLAB_RECLAIMABLE_B);
}

static unsigned long unreclaimable(void)
{
	return global_node_page_state(NR_SLAB_UNRECLAIMABLE_B);
}

static int mobility_of(const void *p)
{
	struct page *page = virt_to_page(p);

	return pageblock_type_of(page_zone(page), page_to_pfn(page));
}

/* Counted as such, and in blocks of their own while memory is plentiful. */
static void mobility_test(struct kunit *test)
{
	struct kmem_cache *r = create(test, 1000, CONTRACT_PLAIN | SLAB_RECLAIM_ACCOUNT);
	struct kmem_cache *u = create(test, 1000, CONTRACT_PLAIN);
	void **p = kvcalloc(500, sizeof(*p), GFP_KERNEL);
	unsigned long had = reclaimable(), other;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (i = 0; i < 300; i++)
		p[i] = kmem_cache_alloc(r, GFP_KERNEL);
	KUNIT_EXPECT_GE(test, reclaimable(), had + 300 * 1000);
	other = unreclaimable();
	kmem_cache_free_bulk(r, 300, p);
	kmem_cache_shrink(r);
	KUNIT_EXPECT_LE(test, reclaimable(), had);
	/* The cache may have had some memory of its own. */
	KUNIT_EXPECT_LE(test, unreclaimable(), other);
	other = unreclaimable();
	for (i = 0; i < 300; i++)
		p[i] = kmem_cache_alloc(u, GFP_KERNEL);
	KUNIT_EXPECT_GE(test, unreclaimable(), other + 300 * 1000);
	KUNIT_EXPECT_LE(test, reclaimable(), had);
	kmem_cache_free_bulk(u, 300, p);
	kmem_cache_destroy(r);
	kmem_cache_destroy(u);
	for (i = 0; i < 300; i++) {
		p[i] = kmalloc(200 + 7 * i, GFP_KERNEL | __GFP_RECLAIMABLE);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		if (totalram_pages() > 100000)
			KUNIT_EXPECT_EQ(test, mobility_of(p[i]), (int)MIGRATE_RECLAIMABLE);
	}
	KUNIT_EXPECT_GT(test, reclaimable(), had);
	kfree_bulk(300, p);
	/* Where its slabs lie is the cache's business. */
	u = create(test, 1000, CONTRACT_PLAIN);
	for (i = 0; i < 300; i++) {
		p[i] = kmem_cache_alloc(u, GFP_KERNEL | __GFP_RECLAIMABLE);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		if (totalram_pages() > 100000)
			KUNIT_EXPECT_EQ(test, mobility_of(p[i]), (int)MIGRATE_UNMOVABLE);
	}
	kmem_cache_free_bulk(u, 300, p);
	kmem_cache_destroy(u);
	kvfree(p);
}

/* Contexts (G3). */

struct visit {
	struct kunit *test;
	struct kmem_cache *s;
	unsigned int round;
	void *p[64];
	atomic_t wrong;
	struct timer_list timer;
	struct completion done;
};

static void visit(void *arg)
{
	struct visit *v = arg;
	unsigned int i;

	if (!in_interrupt())
		atomic_inc(&v->wrong);
	for (i = 0; i < ARRAY_SIZE(v->p); i++) {
		if (v->p[i]) {
			if (!contract_intact(v->p[i], 90, i))
				atomic_inc(&v->wrong);
			if (i % 2)
				kmem_cache_free(v->s, v->p[i]);
			else
				kfree(v->p[i]);
		}
		v->p[i] = i % 2 ? kmem_cache_alloc(v->s, GFP_ATOMIC) : kmalloc(90, GFP_NOWAIT);
		if (!v->p[i])
			atomic_inc(&v->wrong);
		else
			contract_fill(v->p[i], 90, i);
	}
	kfree(kmalloc(30000, GFP_ATOMIC));
	kfree(krealloc(kzalloc(20, GFP_ATOMIC), 200, GFP_ATOMIC));
}

static void visit_by_timer(struct timer_list *t)
{
	struct visit *v = from_timer(v, t, timer);

	visit(v);
	complete(&v->done);
}

static void contexts_test(struct kunit *test)
{
	struct visit *v = kzalloc(sizeof(*v), GFP_KERNEL);
	unsigned long flags;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, v);
	v->s = create(test, 90, flavour_of(test));
	init_completion(&v->done);
	timer_setup(&v->timer, visit_by_timer, 0);
	for (i = 0; i < 40; i++) {
		quarry_host_cross_call(i % machine.nr_cpus, visit, v);
		if (i % 10 == 0) {
			reinit_completion(&v->done);
			mod_timer(&v->timer, jiffies);
			wait_for_completion(&v->done);
		}
		local_irq_save(flags);
		kmem_cache_free(v->s, kmem_cache_alloc(v->s, GFP_ATOMIC));
		kfree(kmalloc(i * 50, GFP_ATOMIC));
		local_irq_restore(flags);
		preempt_disable();
		kmem_cache_free(v->s, kmem_cache_alloc(v->s, GFP_NOWAIT));
		preempt_enable();
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&v->wrong), 0);
	KUNIT_EXPECT_EQ(test, contract_active(v->s), (unsigned long)ARRAY_SIZE(v->p) / 2);
	for (i = 0; i < ARRAY_SIZE(v->p); i++)
		if (i % 2)
			kmem_cache_free(v->s, v->p[i]);
		else
			kfree(v->p[i]);
	KUNIT_EXPECT_EQ(test, contract_active(v->s), 0ul);
	kmem_cache_destroy(v->s);
	kfree(v);
}

/* Memory that runs out (G4). */

/* Each object holds the address of the one before. Return: how many there were. */
static unsigned long exhaust(struct kmem_cache *s, size_t size, gfp_t gfp, void **list)
{
	unsigned long n = 0;
	void **p;

	while ((p = s ? kmem_cache_alloc(s, gfp) : kmalloc(size, gfp))) {
		*p = *list;
		*list = p;
		n++;
	}
	return n;
}

static void give_all(struct kmem_cache *s, void **list)
{
	void **p;

	while ((p = *list)) {
		*list = *p;
		if (s)
			kmem_cache_free(s, p);
		else
			kfree(p);
	}
}

static void exhaustion_test(struct kunit *test)
{
	static const gfp_t gfps[] = { GFP_KERNEL, GFP_ATOMIC, GFP_NOWAIT };
	struct kmem_cache *s = create(test, 200, flavour_of(test));
	unsigned long n, once, pages;
	void *list = NULL, *bulk[64];
	unsigned int i;

	if (totalram_pages() > 100000)
		kunit_skip(test, "there is too much memory");
	contract_settle();
	pages = nr_free_pages();
	for (i = 0; i < ARRAY_SIZE(gfps); i++) {
		gfp_t gfp = gfps[i] | __GFP_NOWARN;

		n = exhaust(s, 200, gfp, &list);
		KUNIT_EXPECT_EQ(test, contract_active(s), n);
		KUNIT_EXPECT_GT(test, n * 200, 4ul << 20);
		/* All or nothing, and nothing is lost. */
		KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, gfp, ARRAY_SIZE(bulk), bulk), 0);
		KUNIT_EXPECT_EQ(test, contract_active(s), n);
		/* One goes, one comes. */
		kmem_cache_free(s, ({ void **p = list; list = *p; p; }));
		once = exhaust(s, 200, gfp, &list);
		KUNIT_EXPECT_GE(test, once, 1ul);
		KUNIT_EXPECT_EQ(test, contract_active(s), n - 1 + once);
		give_all(s, &list);
		KUNIT_EXPECT_EQ(test, contract_active(s), 0ul);
		KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
		contract_settle();
		KUNIT_EXPECT_GE(test, nr_free_pages() + 8, pages);
	}
	kmem_cache_destroy(s);
}

static void kmalloc_exhaustion_test(struct kunit *test)
{
	static const size_t sizes[] = { 8, 100, 1024, 5000, 8192, 20000, 1 << 20 };
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;
	unsigned long pages = 0;
	void *list = NULL;
	unsigned int i, round;

	if (totalram_pages() > 100000)
		kunit_skip(test, "there is too much memory");
	for (round = 0; round < 2; round++)
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			KUNIT_EXPECT_GT(test, exhaust(NULL, sizes[i], gfp, &list), 0ul);
			give_all(NULL, &list);
			contract_settle();
			if (!pages)
				pages = nr_free_pages();
			KUNIT_EXPECT_EQ(test, nr_free_pages(), pages);
			KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
		}
}

/* Smaller and smaller, until really nothing is left; then everything works again. */
static void last_byte_test(struct kunit *test)
{
	void *list[12] = {}, *q;
	unsigned int i;

	if (totalram_pages() > 100000)
		kunit_skip(test, "there is too much memory");
	for (i = ARRAY_SIZE(list); i-- > 3;)
		exhaust(NULL, 1ul << i, GFP_ATOMIC | __GFP_NOWARN, &list[i]);
	KUNIT_EXPECT_NULL(test, kmem_cache_create("contract", 24, 0, CONTRACT_PLAIN, NULL));
	KUNIT_EXPECT_NULL(test, kvmalloc(100000, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY));
	for (i = 3; i < ARRAY_SIZE(list); i++)
		give_all(NULL, &list[i]);
	q = kmalloc(100000, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, q);
	kfree(q);
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(wish_test, flavour_gen_params),
	KUNIT_CASE(kmalloc_wish_test),
	KUNIT_CASE_PARAM(near_test, flavour_gen_params),
	KUNIT_CASE_PARAM(full_node_test, flavour_gen_params),
	KUNIT_CASE_PARAM(full_node_shares_test, flavour_gen_params),
	KUNIT_CASE_PARAM(no_node_test, flavour_gen_params),
	KUNIT_CASE_PARAM(dma_test, flavour_gen_params),
	KUNIT_CASE_PARAM(dma32_test, flavour_gen_params),
	KUNIT_CASE(mobility_test),
	KUNIT_CASE_PARAM(contexts_test, flavour_gen_params),
	KUNIT_CASE_PARAM(exhaustion_test, flavour_gen_params),
	KUNIT_CASE(kmalloc_exhaustion_test),
	KUNIT_CASE(last_byte_test),
	{}
};

contract_suite(places_suite, "places", cases, NULL);
contract_suite(places_numa_suite, "places_numa", cases, "numa-4x2g");
contract_suite(places_tiny_suite, "places_tiny", cases, "tiny-16m");
contract_suite(places_i386_suite, "places_i386", cases, "i386-4g");
