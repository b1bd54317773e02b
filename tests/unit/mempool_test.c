// SPDX-License-Identifier: MIT
/* Memory pools: the reserve, who gets it, and who waits for it. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "tests/unit/together.h"

/* A source of elements that can run dry, and remembers how it was asked. */
struct source {
	int left;		/* elements that it still gives */
	atomic_t out;		/* elements that it has given */
	gfp_t asked[8];
	unsigned int asks;
};

static DEFINE_SPINLOCK(source_lock);	/* its counts; several may ask at once */

static void *source_alloc(gfp_t gfp, void *data)
{
	struct source *src = data;
	unsigned long flags;
	bool dry;

	spin_lock_irqsave(&source_lock, flags);
	src->asked[src->asks % ARRAY_SIZE(src->asked)] = gfp;
	WRITE_ONCE(src->asks, src->asks + 1);
	dry = READ_ONCE(src->left) <= 0;
	if (!dry)
		src->left--;
	spin_unlock_irqrestore(&source_lock, flags);
	if (dry)
		return NULL;
	atomic_inc(&src->out);
	return kmalloc(16, GFP_ATOMIC);
}

static void source_free(void *element, void *data)
{
	struct source *src = data;

	atomic_dec(&src->out);
	kfree(element);
}

static void create_fills_test(struct kunit *test)
{
	struct source src = { .left = 10 };
	mempool_t *pool = mempool_create(4, source_alloc, source_free, &src);

	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, pool->min_nr, 4);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 4);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 4);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
	mempool_destroy(NULL);
}

/* A reserve that cannot be filled: no pool, and nothing is kept. */
static void create_fails_test(struct kunit *test)
{
	int have;

	for (have = 0; have < 4; have++) {
		struct source src = { .left = have };

		KUNIT_EXPECT_NULL(test, mempool_create(4, source_alloc, source_free, &src));
		KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
	}
}

/* First an easy try, then the reserve; then with all that the caller allows. */
static void order_test(struct kunit *test)
{
	struct source src = { .left = 2 };
	mempool_t *pool = mempool_create(2, source_alloc, source_free, &src);
	void *a, *b;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	src.left = 1;
	src.asks = 0;
	a = mempool_alloc(pool, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, src.asks, 1u);
	KUNIT_EXPECT_EQ(test, src.asked[0] & (__GFP_DIRECT_RECLAIM | __GFP_IO), 0u);
	KUNIT_EXPECT_NE(test, src.asked[0] & __GFP_NOWARN, 0u);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	b = mempool_alloc(pool, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, src.asks, 2u);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 1);
	/* The reserve is filled first. */
	mempool_free(a, pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 3);
	mempool_free(b, pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 2);
	mempool_free(NULL, pool);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

/* What the easy try leaves out, what every try adds, and that nothing else changes. */
static void flags_test(struct kunit *test)
{
	static const gfp_t asked[] = {
		GFP_KERNEL, GFP_NOIO, GFP_NOFS, GFP_ATOMIC, GFP_NOWAIT, GFP_USER | __GFP_DMA,
	};
	const gfp_t always = __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		struct source src = { .left = 1 };
		mempool_t *pool = mempool_create(1, source_alloc, source_free, &src);
		gfp_t easy = (asked[i] | always) & ~(__GFP_DIRECT_RECLAIM | __GFP_IO);
		void *a, *b;

		KUNIT_ASSERT_NOT_NULL(test, pool);
		/* The reserve is looked at before the second try. */
		src.asks = 0;
		a = mempool_alloc(pool, asked[i]);
		KUNIT_EXPECT_EQ(test, src.asks, 1u);
		KUNIT_EXPECT_EQ(test, src.asked[0], easy);
		if (!(asked[i] & __GFP_DIRECT_RECLAIM)) {
			b = mempool_alloc(pool, asked[i]);
			KUNIT_EXPECT_NULL(test, b);
			KUNIT_EXPECT_EQ(test, src.asked[1], easy);
			/* A second try would be the same: there is none. */
			KUNIT_EXPECT_EQ(test, src.asks, 2u);
		}
		mempool_free(a, pool);
		mempool_destroy(pool);
	}
}

/* The second try has all that the caller allows: here it succeeds, and nobody waits. */
static void *grudging_alloc(gfp_t gfp, void *data)
{
	return gfp & __GFP_DIRECT_RECLAIM ? source_alloc(gfp, data) : NULL;
}

static void second_try_test(struct kunit *test)
{
	struct source src = { .left = 2 };
	mempool_t *pool = mempool_create(1, grudging_alloc, source_free, &src);
	void *a, *b;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	a = mempool_alloc(pool, GFP_NOIO);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 0);
	src.asks = 0;
	b = mempool_alloc(pool, GFP_NOIO);
	KUNIT_EXPECT_NOT_NULL(test, b);
	KUNIT_EXPECT_EQ(test, src.asks, 1u);
	KUNIT_EXPECT_EQ(test, src.asked[0],
			GFP_NOIO | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN);
	mempool_free(a, pool);
	mempool_free(b, pool);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

/* Zero is for others to clear; a reserve's elements are as they were left. */
static void zero_test(struct kunit *test)
{
	mempool_t *pool = mempool_create_kmalloc_pool(1, 100);
	void *p;

	quarry_expect_reports(test, 1);
	p = mempool_alloc(pool, GFP_KERNEL | __GFP_ZERO);
	KUNIT_EXPECT_NOT_NULL(test, p);
	mempool_free(p, pool);
	mempool_destroy(pool);
}

/* Sizes that no reserve can have; and none at all, which is one. */
static void odd_sizes_test(struct kunit *test)
{
	struct source src = { .left = 3 };
	mempool_t *pool, own;
	void *p;

	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, mempool_init(&own, -1, source_alloc, source_free, &src), -EINVAL);
	KUNIT_EXPECT_NULL(test, mempool_create_node(INT_MAX, source_alloc, source_free, &src,
						    GFP_KERNEL | __GFP_NOWARN, NUMA_NO_NODE));
	KUNIT_EXPECT_EQ(test, src.asks, 0u);
	pool = mempool_create(0, source_alloc, source_free, &src);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, src.asks, 0u);
	p = mempool_alloc(pool, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	mempool_free(p, pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 0);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 2), 0);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

static void atomic_fails_test(struct kunit *test)
{
	struct source src = { .left = 1 };
	mempool_t *pool = mempool_create(1, source_alloc, source_free, &src);
	void *a = mempool_alloc(pool, GFP_ATOMIC);

	KUNIT_EXPECT_NOT_NULL(test, a);
	KUNIT_EXPECT_NULL(test, mempool_alloc(pool, GFP_ATOMIC));
	/* The machine's last pages are not for those who have a reserve of their own. */
	KUNIT_EXPECT_TRUE(test, src.asked[(src.asks - 1) % ARRAY_SIZE(src.asked)] &
			  __GFP_NOMEMALLOC);
	mempool_free(a, pool);
	mempool_destroy(pool);
}

struct waiter {
	mempool_t *pool;
	atomic_t got;
	void *element;
};

static int wait_for_one(void *data)
{
	struct waiter *w = data;

	w->element = mempool_alloc(w->pool, GFP_KERNEL);
	atomic_set(&w->got, 1);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

/* What may sleep never fails: it waits, and a free wakes it. */
static void waiter_test(struct kunit *test)
{
	struct source src = { .left = 2 };
	mempool_t *pool = mempool_create(2, source_alloc, source_free, &src);
	void *a = mempool_alloc(pool, GFP_KERNEL), *b = mempool_alloc(pool, GFP_KERNEL);
	struct waiter w = { .pool = pool };
	unsigned int asks, i;
	struct task_struct *k;

	asks = src.asks;
	k = kthread_run(wait_for_one, &w, "waiter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
	/* It has tried twice, and sleeps. */
	while (READ_ONCE(src.asks) < asks + 2 || list_empty_careful(&pool->wait.head))
		msleep(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.got), 0);
	mempool_free(a, pool);
	/* Well before it would try again by itself. */
	for (i = 0; i < 2000 && !atomic_read(&w.got); i++)
		msleep(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.got), 1);
	KUNIT_EXPECT_PTR_EQ(test, w.element, a);
	kthread_stop(k);
	mempool_free(w.element, pool);
	mempool_free(b, pool);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

/* More threads than elements: each gets its turn, none gets another's element. */
struct crowd {
	mempool_t *pool;
	atomic_t failed, mixed;
};

static void take_turns(void *data)
{
	struct crowd *c = data;
	unsigned long me = (unsigned long)current, *p;
	int i;

	for (i = 0; i < 200; i++) {
		p = mempool_alloc(c->pool, i % 3 ? GFP_NOIO : GFP_KERNEL);
		if (!p) {
			atomic_inc(&c->failed);
			continue;
		}
		WRITE_ONCE(*p, me);
		if (i % 8 == 0)
			schedule();
		if (READ_ONCE(*p) != me)
			atomic_inc(&c->mixed);
		mempool_free(p, c->pool);
	}
}

static void crowd_test(struct kunit *test)
{
	struct source src = { .left = 3 };
	struct crowd c = { .pool = mempool_create(3, source_alloc, source_free, &src) };

	KUNIT_ASSERT_NOT_NULL(test, c.pool);
	together(test, 8, take_turns, &c, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.failed), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.mixed), 0);
	KUNIT_EXPECT_EQ(test, c.pool->curr_nr, 3);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 3);
	mempool_destroy(c.pool);
}

/* A reserve that grows is there for whoever waits already. */
static void resize_wakes_test(struct kunit *test)
{
	struct source src = { .left = 1 };
	mempool_t *pool = mempool_create(1, source_alloc, source_free, &src);
	void *a = mempool_alloc(pool, GFP_KERNEL);
	struct waiter w = { .pool = pool };
	struct task_struct *k;
	unsigned int i;

	k = kthread_run(wait_for_one, &w, "waiter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
	while (list_empty_careful(&pool->wait.head))
		msleep(1);
	msleep(2);
	WRITE_ONCE(src.left, 1);
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 2), 0);
	for (i = 0; i < 2000 && !atomic_read(&w.got); i++)
		msleep(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.got), 1);
	mempool_free(a, pool);	/* if it waits still */
	kthread_stop(k);
	mempool_free(w.element, pool);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

static void resize_test(struct kunit *test)
{
	struct source src = { .left = 100 };
	mempool_t *pool = mempool_create(4, source_alloc, source_free, &src);
	void *out = mempool_alloc(pool, GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 10), 0);
	KUNIT_EXPECT_EQ(test, pool->min_nr, 10);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 10);
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 2), 0);
	KUNIT_EXPECT_EQ(test, pool->min_nr, 2);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 3);
	/* What is not there comes with the elements that are freed. */
	src.left = 0;
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 3), 0);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	mempool_free(out, pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 3);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

/* All elements are out when the reserve is resized, down and up; all come home. */
static void resize_out_test(struct kunit *test)
{
	struct source src = { .left = 4 };
	mempool_t *pool = mempool_create(4, source_alloc, source_free, &src);
	void *out[4];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	for (i = 0; i < 4; i++)
		out[i] = mempool_alloc(pool, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 0);
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 1), 0);
	KUNIT_EXPECT_EQ(test, pool->min_nr, 1);
	mempool_free(out[0], pool);
	mempool_free(out[1], pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 3);
	KUNIT_EXPECT_EQ(test, mempool_resize(pool, 3), 0);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 1);
	mempool_free(out[2], pool);
	mempool_free(out[3], pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 3);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
}

/*
 * Two who resize at once: the second one begins and ends while the first has got the room
 * that it wants, and has not changed anything yet.
 */
static struct resizer {
	mempool_t *pool;
	struct task_struct *first;
	int min_nr;
	atomic_t turn;		/* 1: the second one's; 2: the first one's again */
} resizer;

static void let_the_other_resize(void *data, unsigned long site, const void *ptr,
				 size_t bytes_req, size_t bytes_alloc, gfp_t gfp_flags, int node)
{
	if (current == resizer.first && !atomic_cmpxchg(&resizer.turn, 0, 1))
		while (atomic_read(&resizer.turn) != 2)
			cpu_relax();
}

static int resize_meanwhile(void *data)
{
	while (atomic_read(&resizer.turn) != 1)
		cpu_relax();
	mempool_resize(resizer.pool, resizer.min_nr);
	atomic_set(&resizer.turn, 2);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void resize_race_test(struct kunit *test)
{
	static const int sizes[][2] = { { 5, 50 }, { 40, 8 }, { 9, 9 } };
	struct source src = { .left = 1000 };
	struct task_struct *k;
	unsigned int i;

	if (num_online_cpus() < 2)
		kunit_skip(test, "there is one CPU only");
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		mempool_t *pool = mempool_create(3, source_alloc, source_free, &src);

		KUNIT_ASSERT_NOT_NULL(test, pool);
		resizer = (struct resizer){ pool, current, sizes[i][1], ATOMIC_INIT(0) };
		set_cpus_allowed_ptr(current, cpumask_of(0));
		k = kthread_create(resize_meanwhile, NULL, "resizer");
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
		kthread_bind(k, 1);
		wake_up_process(k);
		KUNIT_ASSERT_EQ(test, register_trace_kmalloc(let_the_other_resize, NULL), 0);
		KUNIT_EXPECT_EQ(test, mempool_resize(pool, sizes[i][0]), 0);
		unregister_trace_kmalloc(let_the_other_resize, NULL);
		kthread_stop(k);
		/* The one who ends last has it. */
		KUNIT_EXPECT_EQ(test, pool->min_nr, sizes[i][0]);
		KUNIT_EXPECT_EQ(test, pool->curr_nr, sizes[i][0]);
		mempool_destroy(pool);
		KUNIT_EXPECT_EQ(test, atomic_read(&src.out), 0);
	}
	set_cpus_allowed_ptr(current, cpu_online_mask);
}

/* A page of SLOB's has objects of several caches. */
static bool is_from(struct kmem_cache *s, void *object)
{
	struct page *page = virt_to_head_page(object);

	return (page->slab_cache ?: backend_owner(page, object)) == s;
}

static void fill(mempool_t *pool, void **p, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		p[i] = mempool_alloc(pool, GFP_KERNEL);
}

/*
 * While free memory is poisoned, so is the reserve: what is written there is found,
 * once, and so is an element that comes twice or from elsewhere.
 */
static void reserve_checked_test(struct kunit *test)
{
	const slab_flags_t flags = SLAB_POISON | SLAB_NO_MERGE | SLAB_NO_USER_FLAGS;
	struct kmem_cache *s = kmem_cache_create("pool-poison", 100, 0, flags, NULL);
	struct kmem_cache *other = kmem_cache_create("pool-other", 100, 0, flags, NULL);
	mempool_t *pool = mempool_create_slab_pool(2, s);
	u8 *late, *p;
	void *foreign;

	KUNIT_ASSERT_TRUE(test, s && other && pool);
	late = pool->elements[1];
	KUNIT_EXPECT_EQ(test, late[0], POISON_FREE);
	KUNIT_EXPECT_EQ(test, late[99], POISON_END);
	/* Twice in the reserve. */
	quarry_expect_reports(test, 1);
	pool->min_nr = 3;
	pool->elements = krealloc(pool->elements, 3 * sizeof(void *), GFP_KERNEL);
	mempool_free(late, pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	/* From elsewhere. */
	quarry_expect_reports(test, 1);
	foreign = kmem_cache_alloc(other, GFP_KERNEL);
	mempool_free(foreign, pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	kmem_cache_free(other, foreign);
	/* Written to: first byte, last byte. */
	quarry_expect_reports(test, 2);
	late[0] = 1;
	p = pool->elements[0];
	p[99] = 0;
	mempool_destroy(pool);
	kmem_cache_destroy(s);
	kmem_cache_destroy(other);
}

/* What a constructor has made is as it was, also from the reserve. */
static void mark_ctor(void *object)
{
	memset(object, 0x3c, 64);
}

static void constructed_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("pool-ctor", 64, 0, SLAB_POISON, mark_ctor);
	mempool_t *pool = mempool_create_slab_pool(3, s);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(pool->elements[i], 0x3c, 64));
	mempool_destroy(pool);
	kmem_cache_destroy(s);
}

/* Pages of the reserve, high ones too. */
static void page_pool_test(struct kunit *test)
{
	slab_flags_t saved = slab_params.debug;
	struct page *out[4];
	mempool_t *pool;
	u8 *p;

	slab_params.debug |= SLAB_POISON;
	pool = mempool_create_page_pool(2, 1);
	slab_params.debug = saved;
	KUNIT_ASSERT_NOT_NULL(test, pool);
	fill(pool, (void **)out, 2);
	out[2] = alloc_pages(GFP_HIGHUSER, 1);
	out[3] = alloc_pages(GFP_HIGHUSER, 1);
	KUNIT_ASSERT_TRUE(test, out[0] && out[1] && out[2] && out[3]);
	/* Out of the reserve with its own elements, in with others. */
	while (pool->curr_nr)
		__free_pages(pool->elements[--pool->curr_nr], 1);
	mempool_free(out[2], pool);
	mempool_free(out[3], pool);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 2);
	quarry_expect_reports(test, 1);
	p = kmap_local_page(out[2] + 1);
	KUNIT_EXPECT_EQ(test, p[PAGE_SIZE - 1], POISON_END);
	p[77] = 0;
	kunmap_local(p);
	mempool_free(out[0], pool);
	mempool_free(out[1], pool);
	mempool_destroy(pool);
}

/* Helpers that initialise memory of the caller's, in all kinds. */
static void init_helpers_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("pool-init", 80, 0, SLAB_NO_MERGE, NULL);
	mempool_t own = {};
	void *p[6];

	KUNIT_ASSERT_EQ(test, mempool_init_slab_pool(&own, 3, s), 0);
	fill(&own, p, 6);
	KUNIT_EXPECT_TRUE(test, is_from(s, p[5]));
	mempool_free(p[0], &own);
	mempool_free(p[1], &own);
	mempool_free(p[2], &own);
	mempool_free(p[3], &own);
	mempool_free(p[4], &own);
	mempool_free(p[5], &own);
	mempool_exit(&own);
	KUNIT_EXPECT_FALSE(test, mempool_initialized(&own));
	mempool_exit(&own);
	kmem_cache_destroy(s);
	KUNIT_ASSERT_EQ(test, mempool_init_page_pool(&own, 2, 0), 0);
	p[0] = mempool_alloc(&own, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, page_count((struct page *)p[0]), 1);
	mempool_free(p[0], &own);
	mempool_exit(&own);
	KUNIT_ASSERT_EQ(test, mempool_init_node(&own, 2, mempool_kmalloc, mempool_kfree,
						(void *)5000ul, GFP_KERNEL, 0), 0);
	p[0] = mempool_alloc(&own, GFP_ATOMIC);
	KUNIT_EXPECT_GE(test, ksize(p[0]), (size_t)5000);
	mempool_free(p[0], &own);
	mempool_exit(&own);
}

static void helpers_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("pool", 100, 0, SLAB_NO_MERGE, NULL);
	mempool_t *slab = mempool_create_slab_pool(2, s);
	mempool_t *general = mempool_create_kmalloc_pool(2, 300);
	mempool_t *pages = mempool_create_page_pool(2, 1);
	mempool_t own = {};
	struct page *page;
	void *p;

	KUNIT_ASSERT_TRUE(test, slab && general && pages);
	p = mempool_alloc(slab, GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, is_from(s, p));
	mempool_free(p, slab);
	p = mempool_alloc(general, GFP_KERNEL);
	KUNIT_EXPECT_GE(test, ksize(p), (size_t)300);
	mempool_free(p, general);
	page = mempool_alloc(pages, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	mempool_free(page, pages);
	KUNIT_EXPECT_FALSE(test, mempool_initialized(&own));
	mempool_exit(&own);
	KUNIT_EXPECT_EQ(test, mempool_init_kmalloc_pool(&own, 3, 50), 0);
	KUNIT_EXPECT_TRUE(test, mempool_initialized(&own));
	mempool_free(mempool_alloc(&own, GFP_NOIO), &own);
	mempool_exit(&own);
	mempool_destroy(slab);
	mempool_destroy(general);
	mempool_destroy(pages);
	kmem_cache_destroy(s);
}

/* An element is held by whoever took it from the pool. */
static noinline void *take_here(mempool_t *pool)
{
	void *p = mempool_alloc(pool, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	return p;
}

/* M2, of pools whose elements have a short way to their cache. */
static void slab_refill_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("refill", 100, 0,
						 SLAB_NO_MERGE | SLAB_NO_USER_FLAGS, NULL);
	mempool_t *pool = mempool_create_slab_pool(3, s);
	void *p[4];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	fill(pool, p, 4);
	KUNIT_EXPECT_EQ(test, pool->curr_nr, 3);
	/* As if memory had been short twice. */
	pool->curr_nr -= 2;
	kmem_cache_free(s, pool->elements[1]);
	kmem_cache_free(s, pool->elements[2]);
	for (i = 0; i < 4; i++) {
		mempool_free(p[i], pool);
		KUNIT_EXPECT_EQ(test, pool->curr_nr, min(i + 2, 3));
	}
	mempool_destroy(pool);
	kmem_cache_destroy(s);
}

static void owner_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("owned", 100, 0, SLAB_STORE_USER, NULL);
	mempool_t *pool = mempool_create_slab_pool(1, s);
	void *p = take_here(pool);

	KUNIT_EXPECT_LT(test, object_track(s, p, TRACK_ALLOC)->site - (unsigned long)take_here,
			200ul);
	mempool_free(p, pool);
	mempool_destroy(pool);
	kmem_cache_destroy(s);
}

static void count_pool(void *ctx, const struct quarry_holding *h)
{
	if (!strcmp(h->kind, "mempool"))
		++*(unsigned int *)ctx;
}

static void holdings_test(struct kunit *test)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 300);
	unsigned int n = 0;

	quarry_holdings(pool->site, pool->site + 1, count_pool, &n);
	KUNIT_EXPECT_EQ(test, n, 1u);
	mempool_destroy(pool);
}

static struct kunit_case mempool_cases[] = {
	KUNIT_CASE(create_fills_test),
	KUNIT_CASE(create_fails_test),
	KUNIT_CASE(order_test),
	KUNIT_CASE(flags_test),
	KUNIT_CASE(second_try_test),
	KUNIT_CASE(zero_test),
	KUNIT_CASE(odd_sizes_test),
	KUNIT_CASE(atomic_fails_test),
	KUNIT_CASE(waiter_test),
	KUNIT_CASE(crowd_test),
	KUNIT_CASE(resize_wakes_test),
	KUNIT_CASE(resize_test),
	KUNIT_CASE(resize_out_test),
	KUNIT_CASE(resize_race_test),
	KUNIT_CASE(reserve_checked_test),
	KUNIT_CASE(constructed_test),
	KUNIT_CASE(page_pool_test),
	KUNIT_CASE(init_helpers_test),
	KUNIT_CASE(helpers_test),
	KUNIT_CASE(slab_refill_test),
	KUNIT_CASE(owner_test),
	KUNIT_CASE(holdings_test),
	{}
};

static struct kunit_suite mempool_suite = { .name = "mempool", .test_cases = mempool_cases };
kunit_test_suite(mempool_suite);

static struct kunit_suite mempool_i386_suite = {
	.name = "mempool_i386_4g", .test_cases = mempool_cases
};
quarry_suite_on(mempool_i386_suite, "i386-4g");

/* How many blocks of a size there are. Nothing else uses memory meanwhile. */
static unsigned int blocks(size_t size)
{
	void **list = NULL, **p;
	unsigned int n = 0;

	while ((p = kmalloc(size, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY))) {
		*p = list;
		list = p;
		n++;
	}
	while ((p = list)) {
		list = *p;
		kfree(p);
	}
	return n;
}

/* More than the machine has: no pool, and all that was taken for it is back. */
static void too_much_test(struct kunit *test)
{
	const size_t size = 256 << 10;
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;
	unsigned int have = blocks(size);
	mempool_t *pool, own;

	KUNIT_ASSERT_GT(test, have, 5u);
	KUNIT_EXPECT_NULL(test, mempool_create_node(have + 1, mempool_kmalloc, mempool_kfree,
						    (void *)size, gfp, NUMA_NO_NODE));
	KUNIT_EXPECT_EQ(test, blocks(size), have);
	KUNIT_EXPECT_EQ(test, mempool_init_node(&own, have + 1, mempool_kmalloc, mempool_kfree,
						(void *)size, gfp, NUMA_NO_NODE), -ENOMEM);
	KUNIT_EXPECT_FALSE(test, mempool_initialized(&own));
	KUNIT_EXPECT_EQ(test, blocks(size), have);
	pool = mempool_create_kmalloc_pool(1, size);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	mempool_destroy(pool);
	KUNIT_EXPECT_EQ(test, blocks(size), have);
}

static struct kunit_case tiny_cases[] = {
	KUNIT_CASE(too_much_test),
	{}
};

static struct kunit_suite mempool_tiny_suite = {
	.name = "mempool_tiny_16m", .test_cases = tiny_cases
};
quarry_suite_on(mempool_tiny_suite, "tiny-16m");
