// SPDX-License-Identifier: MIT
/*
 * Random operations on caches and kmalloc() against an oracle that knows each live
 * object: where it is, how large, what is in it. They come in bursts, from tasks on each
 * CPU, interrupts, timers, with interrupts or preemption off.
 *
 * M1  No object lies in another one that lives, from the moment that it is handed out;
 *     it is aligned, of zeros if asked, as its constructor made it, on the node and in
 *     the zone that was asked for.
 * M2  Nobody else writes to an object while it lives.
 * M3  Every thousand operations the layer and the page allocator are valid, and the counts
 *     of each cache are exact.
 * M4  A request is refused only when memory is short.
 * M5  When all is given back and nothing is kept for later, the same blocks of pages
 *     are free as at the start.
 *
 * All is chosen by a seed, which is printed: contract_seed=N among the kernel's
 * parameters (quarry test --cmdline contract_seed=N contract_model). Nothing is
 * asserted inside a burst, which may be an interrupt: the first mistake is written down,
 * and ends the case.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/timer.h>
#include <linux/topology.h>

#include "mm/pages.h"
#include "tests/contract/contract.h"
#include "tests/unit/numa.h"
#include "tests/unit/page_oracle.h"

/* Operations in a case: fewer where each access is watched, and takes its time. */
#ifdef __SANITIZE_THREAD__
#define STEPS		6000
#else
#define STEPS		60000
#endif
#define VALIDATE	1000
#define SLOTS		1500
#define BULK		40
#define CACHES		10
#define NOT_A_CACHE	CACHES	/* from kmalloc() */

/* An object, in the tree by its address. */
struct live {
	struct rb_node node;
	u8 *p;
	size_t size;		/* bytes that are ours */
	u32 stamp;
	unsigned int cache;
};

/* What sets one case apart from the others. */
struct temper {
	const char *name;
	u32 seed;
	slab_flags_t flags;		/* of all caches */
	unsigned long leave;		/* pages of each zone above its marks; 0: all */
	unsigned int large;		/* of 16 sizes, so many are beyond a page */
	unsigned int interrupts;	/* of 16 bursts */
};

struct model {
	const struct temper *temper;
	struct kmem_cache *s[CACHES];
	struct live object[SLOTS], *live[SLOTS];	/* live[]: those first, then free ones */
	unsigned int nr_live, nr_of[CACHES + 1];
	struct rb_root tree;
	struct list_head aside;			/* largest blocks that keep the machine small */
	void *bulk[BULK];
	u32 random;
	unsigned long step, granted, refused, in_interrupt, caches;
	unsigned int fill;			/* of 16 operations, so many are requests */
	bool atomic, interrupt;			/* this burst must not sleep; is nobody's */
	bool knows;				/* kfree() and ksize() are for caches' objects, too */
	struct completion timer_done;
	struct timer_list timer;
	/* The first mistake. */
	const char *why;
	const struct live *at;
};

static u32 dice(struct model *m, u32 n)
{
	return contract_dice(&m->random, n);
}

static void wrong(struct model *m, const char *why, const struct live *at)
{
	if (m->why)
		return;
	m->why = why;
	m->at = at;
}

/* The caches: plain and special ones. */

static void construct(void *object)
{
	memset(object, 0xc7, 200);
}

static const struct kind {
	unsigned int size, align;
	slab_flags_t flags;
	void (*ctor)(void *);
} kinds[CACHES] = {
	{ 8, 0, SLAB_NO_MERGE },
	{ 40, 0, 0 },			/* may be shared */
	{ 44, 0, 0 },
	{ 72, 64, SLAB_NO_MERGE },
	{ 200, 8, SLAB_NO_MERGE, construct },
	{ 96, 0, SLAB_NO_MERGE | SLAB_HWCACHE_ALIGN },
	{ 120, 0, SLAB_NO_MERGE | SLAB_TYPESAFE_BY_RCU },
	{ 1000, 512, SLAB_NO_MERGE | SLAB_RECLAIM_ACCOUNT },
	{ 256, 0, SLAB_NO_MERGE | SLAB_CACHE_DMA },
	{ 5000, 4096, SLAB_NO_MERGE },
};

static bool open_cache(struct model *m, unsigned int i)
{
	const struct kind *k = &kinds[i];

	m->s[i] = kmem_cache_create("contract", k->size, k->align, k->flags | m->temper->flags,
				    k->ctor);
	m->caches += m->s[i] != NULL;
	return m->s[i];
}

/* Contents (M2). Of large objects, the ends. */

#define STAMPED	300

static void stamp(struct live *o, u32 number)
{
	size_t n = min_t(size_t, o->size, STAMPED);

	o->stamp = number;
	contract_fill(o->p, n, number);
	contract_fill(o->p + o->size - n, n, number);
}

static void check_stamp(struct model *m, const struct live *o, size_t size)
{
	size_t n = min_t(size_t, o->size, STAMPED);

	if (o->size < 2 * STAMPED) {	/* the second may lie across the first */
		size_t second = o->size - n;

		if (!contract_intact(o->p, min(second, size), o->stamp))
			wrong(m, "M2: somebody wrote to an object", o);
		if (size == o->size && !contract_intact(o->p + second, n, o->stamp))
			wrong(m, "M2: somebody wrote to an object's end", o);
		return;
	}
	if (!contract_intact(o->p, min(n, size), o->stamp) ||
	    (size == o->size && !contract_intact(o->p + o->size - n, n, o->stamp)))
		wrong(m, "M2: somebody wrote to a large object", o);
}

/* The tree (M1). */

static void insert(struct model *m, struct live *o)
{
	struct rb_node **link = &m->tree.rb_node, *parent = NULL;

	while (*link) {
		struct live *at = rb_entry(*link, struct live, node);

		parent = *link;
		if (o->p + o->size <= at->p) {
			link = &parent->rb_left;
		} else if (at->p + at->size <= o->p) {
			link = &parent->rb_right;
		} else {
			wrong(m, "M1: an object lies in one that lives", at);
			return;
		}
	}
	rb_link_node(&o->node, parent, link);
	rb_insert_color(&o->node, &m->tree);
}

/* Requests. */

static const gfp_t actions[] = {
	GFP_KERNEL, GFP_KERNEL, GFP_KERNEL, GFP_NOFS, GFP_NOIO, GFP_ATOMIC, GFP_ATOMIC,
	GFP_NOWAIT,
};

struct request {
	gfp_t gfp;
	int node;			/* or NUMA_NO_NODE */
	unsigned int cache;
	size_t size;
};

static void random_request(struct model *m, struct request *rq)
{
	rq->gfp = actions[m->atomic ? 5 + dice(m, 3) : dice(m, ARRAY_SIZE(actions))];
	rq->gfp |= __GFP_NOWARN;
	/* Whom nobody kills must not wait for ever. */
	if (m->temper->leave)
		rq->gfp |= __GFP_NORETRY;
	rq->node = dice(m, 4) ? NUMA_NO_NODE : (int)dice(m, machine.nr_nodes);
	if (rq->node != NUMA_NO_NODE && !dice(m, 4))
		rq->gfp |= __GFP_THISNODE;
	rq->cache = dice(m, 2) ? NOT_A_CACHE : dice(m, CACHES);
	if (!dice(m, 5) && !(rq->cache != NOT_A_CACHE && kinds[rq->cache].ctor))
		rq->gfp |= __GFP_ZERO;
	if (rq->cache != NOT_A_CACHE) {
		rq->size = kinds[rq->cache].size;
		return;
	}
	rq->size = 1 + dice(m, dice(m, 16) < m->temper->large ? 70000 : dice(m, 3) ? 300 : 9000);
	if (!dice(m, 16))
		rq->gfp |= dice(m, 2) ? __GFP_RECLAIMABLE : GFP_DMA;
}

static bool wants_dma(const struct request *rq)
{
	return rq->cache == NOT_A_CACHE ? rq->gfp & __GFP_DMA :
					  kinds[rq->cache].flags & SLAB_CACHE_DMA;
}

static void check_place(struct model *m, const struct request *rq, const struct live *o)
{
	size_t align = 8;

	if (rq->cache != NOT_A_CACHE)
		align = max(kinds[rq->cache].align, 8u);
	else if (is_power_of_2(rq->size))
		align = max(rq->size, align);
	if ((uintptr_t)o->p % align)
		wrong(m, "M1: alignment", o);
	if (wants_dma(rq) && machine.dma_end && __pa(o->p) + o->size > machine.dma_end)
		wrong(m, "M1: zone", o);
	if ((rq->gfp & __GFP_THISNODE) && rq->node != NUMA_NO_NODE &&
	    page_to_nid(virt_to_page(o->p)) != rq->node)
		wrong(m, "M1: node", o);
}

static void keep(struct model *m, const struct request *rq, void *p)
{
	struct live *o = m->live[m->nr_live];

	m->granted++;
	*o = (struct live){ .p = p, .size = rq->size, .cache = rq->cache };
	if (rq->gfp & __GFP_ZERO && memchr_inv(p, 0, rq->size))
		wrong(m, "M1: __GFP_ZERO, but not of zeros", o);
	if (rq->cache != NOT_A_CACHE && kinds[rq->cache].ctor && memchr_inv(p, 0xc7, rq->size))
		wrong(m, "M1: not as its constructor made it", o);
	check_place(m, rq, o);
	if ((m->knows || rq->cache == NOT_A_CACHE) && ksize(p) < rq->size)
		wrong(m, "M1: ksize()", o);
	if (rq->cache == NOT_A_CACHE && !dice(m, 8))
		o->size = ksize(p);
	insert(m, o);
	if (m->why)
		return;
	stamp(o, (u32)m->step);
	m->nr_live++;
	m->nr_of[o->cache]++;
}

/* M4 */
static void refuse(struct model *m, const struct request *rq)
{
	m->refused++;
	/* Not each node has a ZONE_DMA. */
	if (!m->temper->leave && !((rq->gfp & __GFP_THISNODE) && wants_dma(rq)))
		wrong(m, "M4: refused, though there is memory", NULL);
}

static void take(struct model *m)
{
	struct request rq;
	void *p;

	random_request(m, &rq);
	if (rq.cache == NOT_A_CACHE)
		p = rq.node != NUMA_NO_NODE ? kmalloc_node(rq.size, rq.gfp, rq.node) :
					      kmalloc(rq.size, rq.gfp);
	else
		p = rq.node != NUMA_NO_NODE ?
			kmem_cache_alloc_node(m->s[rq.cache], rq.gfp, rq.node) :
			kmem_cache_alloc(m->s[rq.cache], rq.gfp);
	if (p)
		keep(m, &rq, p);
	else
		refuse(m, &rq);
}

static void take_bulk(struct model *m)
{
	unsigned int n = dice(m, BULK + 1), i;
	struct request rq;

	random_request(m, &rq);
	rq.node = NUMA_NO_NODE;
	rq.gfp &= ~(__GFP_THISNODE | __GFP_DMA | __GFP_RECLAIMABLE);
	if (rq.cache == NOT_A_CACHE) {
		rq.cache = 0;
		rq.size = kinds[0].size;
	}
	i = (unsigned int)kmem_cache_alloc_bulk(m->s[rq.cache], rq.gfp, n, m->bulk);
	if (i != n) {
		if (i)
			wrong(m, "a part of what was asked for in bulk", NULL);
		refuse(m, &rq);
		return;
	}
	for (i = 0; i < n && !m->why; i++)
		keep(m, &rq, m->bulk[i]);
}

/* Giving back. */

/* Its memory, with nothing of ours known about it any more. */
static void *forget(struct model *m, unsigned int i)
{
	struct live *o = m->live[i];

	check_stamp(m, o, o->size);
	rb_erase(&o->node, &m->tree);
	m->nr_of[o->cache]--;
	m->live[i] = m->live[--m->nr_live];
	m->live[m->nr_live] = o;
	if (o->cache != NOT_A_CACHE && kinds[o->cache].ctor)
		kinds[o->cache].ctor(o->p);
	return o->p;
}

static void give(struct model *m)
{
	unsigned int i = dice(m, m->nr_live), cache = m->live[i]->cache;
	void *p = forget(m, i);

	if (cache != NOT_A_CACHE && (!m->knows || dice(m, 4)))
		kmem_cache_free(m->s[cache], p);
	else if (cache == NOT_A_CACHE && !dice(m, 8))
		kfree_sensitive(p);
	else
		kfree(p);
}

/* Some of one cache, or of all kinds. */
static void give_bulk(struct model *m)
{
	unsigned int n = 0, i = dice(m, m->nr_live), cache = m->live[i]->cache;
	bool any = m->knows && (cache == NOT_A_CACHE || dice(m, 2));

	for (; i < m->nr_live && n < BULK; i++)
		while (i < m->nr_live && n < BULK && (any || m->live[i]->cache == cache))
			m->bulk[n++] = forget(m, i);
	if (any || cache == NOT_A_CACHE)
		kfree_bulk(n, m->bulk);
	else
		kmem_cache_free_bulk(m->s[cache], n, m->bulk);
}

static void resize(struct model *m)
{
	struct live *o = m->live[dice(m, m->nr_live)];
	struct request rq;
	size_t kept;
	u8 *p;

	if (o->cache != NOT_A_CACHE)
		return;
	random_request(m, &rq);
	kept = min(o->size, rq.size);
	p = krealloc(o->p, rq.size, rq.gfp & ~(__GFP_THISNODE | __GFP_ZERO));
	if (!p) {
		rq.gfp &= ~__GFP_THISNODE;
		refuse(m, &rq);
		check_stamp(m, o, o->size);
		return;
	}
	rb_erase(&o->node, &m->tree);
	o->p = p;
	check_stamp(m, o, kept);
	o->size = rq.size;
	insert(m, o);
	stamp(o, (u32)m->step);
}

/* What only tasks do. */

static void shrink(struct model *m)
{
	unsigned int i = dice(m, CACHES);

	if (m->s[i] && !kmem_cache_shrink(m->s[i]) && m->nr_of[i])
		wrong(m, "a cache with live objects has no slab", NULL);
}

/* A cache ends, and another one of its kind is there already. */
static void replace_cache(struct model *m)
{
	unsigned int i = dice(m, CACHES), k;
	struct kmem_cache *old = m->s[i];

	if (m->nr_of[i] > 20)
		return;
	if (!open_cache(m, i)) {
		m->s[i] = old;
		m->refused++;
		if (!m->temper->leave)
			wrong(m, "M4: no cache, though there is memory", NULL);
		return;
	}
	while (m->nr_of[i]) {
		for (k = 0; m->live[k]->cache != i; k++)
			;
		kmem_cache_free(old, forget(m, k));
	}
	kmem_cache_destroy(old);
}

/* Bursts. */

static void operation(struct model *m)
{
	u32 d = dice(m, 16);

	if (m->nr_live && dice(m, 16) >= m->fill) {
		if (d == 0)
			give_bulk(m);
		else
			give(m);
	} else if (m->nr_live && d < 2) {
		resize(m);
	} else if (m->nr_live + BULK > SLOTS) {
		m->fill = 4;
	} else if (d == 2) {
		take_bulk(m);
	} else {
		take(m);
	}
}

static void burst(struct model *m)
{
	unsigned int i, n = 1 + dice(m, 16);

	for (i = 0; i < n && !m->why; i++) {
		m->step++;
		m->in_interrupt += m->interrupt;
		operation(m);
	}
}

static void burst_in_interrupt(void *arg)
{
	struct model *m = arg;

	if (!in_interrupt())
		wrong(m, "an interrupt is none", NULL);
	burst(m);
}

static void burst_in_timer(struct timer_list *timer)
{
	struct model *m = from_timer(m, timer, timer);

	burst_in_interrupt(m);
	complete(&m->timer_done);
}

static void interrupt(struct model *m)
{
	m->atomic = m->interrupt = true;
	if (!dice(m, 300)) {
		reinit_completion(&m->timer_done);
		mod_timer(&m->timer, jiffies);
		wait_for_completion(&m->timer_done);
	} else {
		quarry_host_cross_call(dice(m, machine.nr_cpus), burst_in_interrupt, m);
	}
	m->atomic = m->interrupt = false;
}

static void atomic_burst(struct model *m)
{
	unsigned long flags;

	m->atomic = true;
	if (dice(m, 2)) {
		local_irq_save(flags);
		burst(m);
		local_irq_restore(flags);
	} else {
		preempt_disable();
		burst(m);
		preempt_enable();
	}
	m->atomic = false;
}

static void something(struct model *m)
{
	u32 d = dice(m, 16);

	if (d < m->temper->interrupts)
		interrupt(m);
	else if (d == 15)
		atomic_burst(m);
	else
		burst(m);
	if (!dice(m, 60))
		m->fill = 3 + dice(m, 11);
	if (!dice(m, 50))
		set_cpus_allowed_ptr(current, cpumask_of(dice(m, machine.nr_cpus)));
	if (!dice(m, 30))
		shrink(m);
	if (!dice(m, 20))
		replace_cache(m);
}

/* A case. */

static void set_aside(struct model *m)
{
	static const gfp_t from[] = { __GFP_DMA, __GFP_DMA32, 0, __GFP_HIGHMEM };
	struct zone *zone;

	for_each_populated_zone(zone)
		while (m->temper->leave && zone_free_pages(zone) > high_wmark_pages(zone) +
		       m->temper->leave + MAX_ORDER_NR_PAGES) {
			gfp_t gfp = from[zone_idx(zone)] | GFP_NOWAIT | __GFP_THISNODE |
				    __GFP_NOWARN;
			struct page *page = alloc_pages_node(zone->node, gfp, MAX_ORDER - 1);

			if (!page)
				break;
			list_add(&page->lru, &m->aside);
			if (page_zone(page) != zone)
				break;
		}
}

static void begin(struct kunit *test, struct model *m)
{
	unsigned int i;

	memset(m, 0, sizeof(*m));
	m->temper = test->param_value;
	m->random = contract_seed * 2654435761u + m->temper->seed;
	m->fill = 10;
	INIT_LIST_HEAD(&m->aside);
	init_completion(&m->timer_done);
	timer_setup(&m->timer, burst_in_timer, 0);
	for (i = 0; i < SLOTS; i++)
		m->live[i] = &m->object[i];
	set_cpus_allowed_ptr(current, cpumask_of(0));
	for (i = 0; i < CACHES; i++)
		KUNIT_ASSERT_TRUE(test, open_cache(m, i));
	m->bulk[0] = kmem_cache_alloc(m->s[0], GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m->bulk[0]);
	m->knows = contract_knows(m->bulk[0]);
	kmem_cache_free(m->s[0], m->bulk[0]);
	set_aside(m);
}

static void end(struct model *m)
{
	struct page *page, *next;
	unsigned int i;

	while (m->nr_live)
		give(m);
	for (i = 0; i < CACHES; i++)
		kmem_cache_destroy(m->s[i]);
	list_for_each_entry_safe(page, next, &m->aside, lru)
		__free_pages(page, MAX_ORDER - 1);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	contract_settle();
}

/* Do two of the caches share their objects? */
static unsigned long live_in(const struct model *m, unsigned int i)
{
	unsigned long n = 0;
	unsigned int k;

	for (k = 0; k < CACHES; k++)
		n += m->s[k] == m->s[i] ? m->nr_of[k] : 0;
	return n;
}

/* M3 */
static void checkpoint(struct kunit *test, struct model *m)
{
	unsigned int i;

	contract_wait_for_readers();
	KUNIT_ASSERT_EQ(test, contract_validate(), 0u);
	KUNIT_ASSERT_EQ(test, quarry_validate(), 0u);
	for (i = 0; i < CACHES; i++)
		if (kinds[i].flags & SLAB_NO_MERGE)
			KUNIT_ASSERT_EQ_MSG(test, contract_active(m->s[i]), live_in(m, i), "cache %u", i);
		else	/* others' objects may be there, too */
			KUNIT_ASSERT_GE(test, contract_active(m->s[i]), live_in(m, i));
}

static void run(struct kunit *test, struct model *m, unsigned long steps)
{
	unsigned long next = VALIDATE;

	while (m->step < steps && !m->why) {
		something(m);
		if (m->step >= next) {
			checkpoint(test, m);
			next += VALIDATE;
		}
		cond_resched();
	}
	if (m->why)
		KUNIT_FAIL(test, "seed %u, operation %lu: %s; %zu bytes at %px, cache %u\n",
			   contract_seed, m->step, m->why, m->at ? m->at->size : 0,
			   m->at ? m->at->p : NULL, m->at ? m->at->cache : 0);
}

static void random_operations_test(struct kunit *test)
{
	struct oracle *oracle = vzalloc(sizeof(*oracle));
	struct model *m = vzalloc(sizeof(*m));
	const char *why;

	skip_without_low_memory(test);
	KUNIT_ASSERT_TRUE(test, m && oracle);
	/* Once to fill what is kept for good: room for per-CPU variables, for one. */
	begin(test, m);
	run(test, m, STEPS / 10);
	end(m);
	KUNIT_ASSERT_TRUE(test, oracle_init(oracle));
	contract_settle();
	oracle->at_start = oracle_blocks(oracle->blocks);
	begin(test, m);
	run(test, m, STEPS);
	end(m);
	why = oracle_all_back(oracle);
	KUNIT_EXPECT_STREQ_MSG(test, why ?: "", "", "M5: at the end");
	KUNIT_EXPECT_EQ(test, contract_validate() + quarry_validate(), 0u);
	kunit_info(test, "seed %u: %lu operations, %lu in interrupts; %lu objects granted, %lu refused, %lu caches",
		   contract_seed, m->step, m->in_interrupt, m->granted, m->refused, m->caches);
	oracle_exit(oracle);
	vfree(m);
	vfree(oracle);
}

static const struct temper tempers[] = {
	{ "plenty of memory", 1, SLAB_NO_USER_FLAGS, 0, 2, 3 },
	{ "mostly interrupts", 2, SLAB_NO_USER_FLAGS, 0, 1, 13 },
	{ "large objects, hardly any memory", 3, SLAB_NO_USER_FLAGS, 1u << 8, 8, 4 },
	{ "debugged", 4, CONTRACT_DEBUG, 0, 1, 4 },
	{ "debugged, hardly any memory", 5, CONTRACT_DEBUG, 3u << 8, 3, 4 },
};

static void describe(const struct temper *t, char *desc)
{
	strscpy(desc, t->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(temper, tempers, describe);

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(random_operations_test, temper_gen_params),
	{}
};

contract_suite(model_suite, "model", cases, NULL);
contract_suite(model_numa_suite, "model_numa", cases, "numa-4x2g");
contract_suite(model_tiny_suite, "model_tiny", cases, "tiny-16m");
contract_suite(model_i386_suite, "model_i386", cases, "i386-4g");
