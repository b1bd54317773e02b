// SPDX-License-Identifier: MIT
/*
 * A million random operations against the oracle (page_oracle.c): requests of every
 * order, with every flag, by every function, from tasks on each CPU, interrupts and
 * timers; pages held twice, split, given back by another way than they came.
 *
 * M1  What the oracle says (O1 to O5) holds of every answer.
 * M2  A page comes as A1 of page_alloc.c says, of zeros if asked, and nobody else
 *     writes to it while it is held.
 * M3  Every thousand operations quarry_validate() finds nothing, and what is free,
 *     cached and held is what was free at the start.
 * M4  When all is given back, the same blocks are free as at the start.
 *
 * The operations come in bursts; a burst runs in one context. All are chosen by a
 * seed, which is printed and can be given: page_model_seed=N among the kernel's
 * parameters (quarry test --cmdline page_model_seed=N page_model). Nothing is
 * asserted inside a burst, which may be an interrupt: the first mistake is written
 * down, and ends the case.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"
#include "tests/unit/page_oracle.h"

#define STEPS		260000		/* operations in a case; there are four */
#define VALIDATE	1000
#define SLOTS		3000
#define BULK		48

/* Blocks of the test, by how they may be given back. */
enum form { BLOCK, COMPOUND, EXACT };

struct held {
	struct page *page;
	unsigned int nr;		/* frames */
	unsigned int order;		/* not of EXACT */
	enum form form;
	u32 stamp;
};

/* What sets one case apart from the others. */
struct temper {
	const char *name;
	u32 seed;
	unsigned long leave;		/* pages of each zone that are not set aside */
	unsigned int small;		/* of 16 requests, so many are for order 0 */
	unsigned int interrupts;	/* of 16 bursts */
};

struct model {
	struct oracle oracle;
	const struct temper *temper;
	struct held slot[SLOTS];
	unsigned int nr_held;
	struct list_head aside;		/* largest blocks that keep the machine small */
	u32 random;
	unsigned long step, granted, refused, in_interrupt;
	unsigned int fill;		/* of 16 operations, so many are requests */
	bool atomic;			/* this burst must not sleep */
	bool interrupt;			/* and is nobody's */
	struct completion timer_done;
	struct timer_list timer;
	int min_free;
	/* The first mistake. */
	const char *why;
	struct oracle_request request;
	unsigned long pfn;
};

static u32 base_seed = 20261121;

static int __init set_seed(char *text)
{
	return kstrtou32(text, 0, &base_seed);
}
early_param("page_model_seed", set_seed);

static u32 dice(struct model *m, u32 n)
{
	m->random = m->random * 1664525u + 1013904223u;
	return (u32)(((u64)(m->random >> 4) * n) >> 28);
}

static void wrong(struct model *m, const char *why, unsigned long pfn)
{
	if (!why || m->why)
		return;
	m->why = why;
	m->pfn = pfn;
}

/* Contents (M2). Of a large block, the ends and something in between. */

static u32 word_of(const struct held *h, unsigned int i)
{
	return (h->stamp + i) * 2654435761u | 1;
}

static unsigned int next_stamped(const struct held *h, unsigned int i)
{
	if (PageHighMem(h->page))
		return h->nr;		/* one page is mapped, which is slow enough */
	if (h->nr <= 8)
		return i + 1;
	return i == h->nr - 1 ? h->nr : i ? h->nr - 1 : 1 + h->stamp % (h->nr - 2);
}

static void stamp(struct held *h, u32 number)
{
	unsigned int i;

	h->stamp = number;
	if (PageHighMem(h->page) && number % 4)
		return;
	for (i = 0; i < h->nr; i = next_stamped(h, i)) {
		u32 *word = kmap_local_page(h->page + i);

		word[0] = word[PAGE_SIZE / sizeof(u32) - 1] = word_of(h, i);
		kunmap_local(word);
	}
}

static void check_stamp(struct model *m, const struct held *h)
{
	unsigned int i;

	if (PageHighMem(h->page) && h->stamp % 4)
		return;
	for (i = 0; i < h->nr; i = next_stamped(h, i)) {
		const u32 *word = kmap_local_page(h->page + i);

		if (word[0] != word_of(h, i) ||
		    word[PAGE_SIZE / sizeof(u32) - 1] != word_of(h, i))
			wrong(m, "M2: somebody wrote to a page that we hold",
			      page_to_pfn(h->page) + i);
		kunmap_local(word);
	}
}

static void check_zero(struct model *m, struct page *page, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		void *addr = kmap_local_page(page + i);

		if (memchr_inv(addr, 0, PAGE_SIZE))
			wrong(m, "M2: __GFP_ZERO, but not of zeros", page_to_pfn(page) + i);
		kunmap_local(addr);
	}
}

/* What a block looks like when it comes (M2). */
static void check_fresh(struct model *m, const struct oracle_request *rq, struct page *page,
			bool split)
{
	bool compound = rq->order && (rq->gfp & __GFP_COMP);
	unsigned long i, nr = 1ul << rq->order;

	if (page_private(page) || page->mapping || PageHead(page) != compound)
		wrong(m, "M2: something is left in the first page", page_to_pfn(page));
	if (compound && compound_order(page) != rq->order)
		wrong(m, "M2: compound_order()", page_to_pfn(page));
	for (i = 0; i < nr; i++) {
		bool head = !i && compound, tail = i && compound;
		unsigned long flags = page[i].flags & ~PAGE_PLACE_MASK;

		if (page_ref_count(page + i) != (!i || split) || PageTail(page + i) != tail ||
		    (flags && !head) || PageBuddy(page + i))
			wrong(m, "M2: count or flags", page_to_pfn(page) + i);
		if (tail && compound_head(page + i) != page)
			wrong(m, "M2: a tail of another head", page_to_pfn(page) + i);
	}
}

/* Requests. */

static const gfp_t actions[] = {
	GFP_KERNEL, GFP_KERNEL, GFP_KERNEL, GFP_USER, GFP_USER, GFP_NOFS, GFP_NOIO,
	GFP_ATOMIC, GFP_ATOMIC, GFP_NOWAIT, GFP_KERNEL | __GFP_HIGH,
	GFP_KERNEL | __GFP_NORETRY, GFP_ATOMIC | __GFP_NOMEMALLOC,
	GFP_ATOMIC | __GFP_HARDWALL, GFP_KERNEL | __GFP_RETRY_MAYFAIL,
	GFP_KERNEL | __GFP_NOFAIL,
};

static const gfp_t zone_modifiers[] = {
	0, 0, 0, __GFP_HIGHMEM, __GFP_HIGHMEM, __GFP_DMA, __GFP_DMA32, 0,
};

static gfp_t random_gfp(struct model *m)
{
	gfp_t gfp = actions[dice(m, ARRAY_SIZE(actions))] | __GFP_NOWARN;
	u32 bits = dice(m, 1u << 24);

	gfp |= zone_modifiers[bits & 7];
	bits >>= 3;
	if ((bits & 3) < 2)
		gfp |= bits & 3 ? __GFP_MOVABLE : __GFP_RECLAIMABLE;
	bits >>= 2;
	if (bits & 1)
		gfp |= __GFP_COMP;
	bits >>= 1;
	if (!(bits & 7))
		gfp |= ___GFP_COLD;
	bits >>= 3;
	if (!(bits & 7))
		gfp |= __GFP_THISNODE;
	bits >>= 3;
	if (!(bits & 15))
		gfp |= __GFP_ZERO;
	bits >>= 4;
	if (!(bits & 31))
		gfp |= __GFP_MEMALLOC;
	bits >>= 5;
	if (bits & 1)
		gfp |= __GFP_WRITE | __GFP_ACCOUNT;
	if (m->atomic)
		gfp &= ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_RETRY_MAYFAIL);
	return gfp;
}

static unsigned int random_order(struct model *m)
{
	u32 d = dice(m, 16);

	if (d < m->temper->small)
		return 0;
	return d & 1 ? 1 + dice(m, 3) : dice(m, MAX_ORDER);
}

static void random_request(struct model *m, struct oracle_request *rq)
{
	rq->gfp = random_gfp(m);
	rq->order = random_order(m);
	if (rq->gfp & __GFP_ZERO && rq->order > 3)
		rq->order = dice(m, 4);
	rq->nid = numa_node_id();
	rq->nodes = NULL;
	rq->interrupt = m->interrupt;
	rq->memalloc = current->flags & PF_MEMALLOC;
	rq->mems_allowed = current->mems_allowed;
}

/* Who waits until others free would wait for ever: nobody else is here. */
static void look(struct model *m, struct oracle_request *rq)
{
	oracle_look(&m->oracle, rq);
	if (rq->gfp & (__GFP_NOFAIL | __GFP_RETRY_MAYFAIL) &&
	    (rq->order > 1 || !oracle_has_room(&m->oracle, rq, 0)))
		rq->gfp &= ~(__GFP_NOFAIL | __GFP_RETRY_MAYFAIL);
	m->request = *rq;
}

static bool answer(struct model *m, const struct oracle_request *rq, struct page *page)
{
	if (!page) {
		m->refused++;
		wrong(m, oracle_refused(&m->oracle, rq), 0);
		return false;
	}
	m->granted++;
	wrong(m, oracle_granted(&m->oracle, rq, page), page_to_pfn(page));
	return !m->why;
}

static void keep(struct model *m, struct page *page, unsigned int nr, unsigned int order,
		 enum form form)
{
	struct held *h = &m->slot[m->nr_held++];

	*h = (struct held){ page, nr, order, form, 0 };
	stamp(h, (u32)m->step);
}

static void take_pages(struct model *m)
{
	struct oracle_request rq;
	nodemask_t nodes = NODE_MASK_NONE;
	struct page *page;
	u32 d = dice(m, 16);

	random_request(m, &rq);
	if (d < 6)
		rq.nid = (int)dice(m, machine.nr_nodes);
	if (d < 2) {
		__node_set((int)dice(m, machine.nr_nodes), &nodes);
		__node_set((int)dice(m, machine.nr_nodes), &nodes);
		rq.nodes = &nodes;
	}
	look(m, &rq);
	if (d < 2)
		page = __alloc_pages(rq.gfp, rq.order, rq.nid, &nodes);
	else if (d < 6)
		page = alloc_pages_node(rq.nid, rq.gfp, rq.order);
	else
		page = alloc_pages(rq.gfp, rq.order);
	if (!answer(m, &rq, page))
		return;
	check_fresh(m, &rq, page, false);
	if (rq.gfp & __GFP_ZERO)
		check_zero(m, page, 1u << rq.order);
	keep(m, page, 1u << rq.order, rq.order,
	     rq.order && (rq.gfp & __GFP_COMP) ? COMPOUND : BLOCK);
}

static void take_address(struct model *m)
{
	struct oracle_request rq;
	unsigned long addr;
	u32 d = dice(m, 4);

	random_request(m, &rq);
	rq.gfp &= ~__GFP_HIGHMEM;
	if (d == 0)
		rq.gfp &= ~__GFP_DMA32, rq.gfp |= __GFP_DMA;
	if (d == 1)
		rq.gfp |= __GFP_ZERO, rq.order = 0;
	look(m, &rq);
	addr = d == 0 ? __get_dma_pages(rq.gfp, rq.order) :
	       d == 1 ? get_zeroed_page(rq.gfp) : __get_free_pages(rq.gfp, rq.order);
	if (!answer(m, &rq, addr ? virt_to_page(addr) : NULL))
		return;
	check_fresh(m, &rq, virt_to_page(addr), false);
	if (d == 1)
		check_zero(m, virt_to_page(addr), 1);
	keep(m, virt_to_page(addr), 1u << rq.order, rq.order,
	     rq.order && (rq.gfp & __GFP_COMP) ? COMPOUND : BLOCK);
}

/* As many pages as asked for, and the rest of the block is free at once. */
static void take_exact(struct model *m)
{
	struct oracle_request rq;
	unsigned long nr = 1 + dice(m, dice(m, 8) ? 12 : 200), all;
	struct page *page;
	void *p;

	random_request(m, &rq);
	rq.gfp &= ~(__GFP_HIGHMEM | __GFP_COMP);
	rq.order = (unsigned int)get_order(nr * PAGE_SIZE);
	look(m, &rq);
	p = alloc_pages_exact(nr * PAGE_SIZE - dice(m, PAGE_SIZE), rq.gfp);
	page = p ? virt_to_page(p) : NULL;
	if (!answer(m, &rq, page))
		return;
	all = 1ul << rq.order;
	wrong(m, oracle_freed(&m->oracle, page_to_pfn(page) + nr, all - nr), page_to_pfn(page));
	rq.order = 0;
	for (all = 0; all < nr; all++)
		check_fresh(m, &rq, page + all, true);
	keep(m, page, (unsigned int)nr, 0, EXACT);
}

static void take_bulk(struct model *m)
{
	struct page *array[BULK] = { NULL }, *page, *next;
	unsigned long want = 1 + dice(m, BULK), got;
	struct oracle_request rq;
	bool by_list = dice(m, 2);
	unsigned int i = 0;
	LIST_HEAD(list);

	random_request(m, &rq);
	rq.order = 0;
	rq.nid = (int)dice(m, machine.nr_nodes);
	look(m, &rq);
	got = by_list ? __alloc_pages_bulk(rq.gfp, rq.nid, NULL, (int)want, &list, NULL)
		      : alloc_pages_bulk_array_node(rq.gfp, rq.nid, want, array);
	if (got > want || (got && by_list && list_empty(&list)))
		wrong(m, "the number of pages in bulk", 0);
	if (!got)
		answer(m, &rq, NULL);
	list_for_each_entry_safe(page, next, &list, lru)
		array[i++] = page;
	if (by_list && i != got)
		wrong(m, "the length of the list", 0);
	for (i = 0; i < got && !m->why; i++) {
		if (i)			/* the zones are not what they were */
			oracle_look(&m->oracle, &rq);
		if (!answer(m, &rq, array[i]))
			return;
		check_fresh(m, &rq, array[i], false);
		keep(m, array[i], 1, 0, BLOCK);
	}
}

static void take(struct model *m)
{
	u32 d = dice(m, 16);

	if (m->nr_held + BULK > SLOTS)
		m->fill = 4;
	else if (d < 10)
		take_pages(m);
	else if (d < 13)
		take_address(m);
	else if (d < 15)
		take_exact(m);
	else
		take_bulk(m);
}

/* Giving back. */

static void free_single(struct model *m, struct page *page)
{
	switch (dice(m, 5)) {
	case 0:
		free_cold_page(page);
		break;
	case 1:
		free_hot_page(page);
		break;
	case 2:
		put_page(page);
		break;
	case 3:
		if (!PageHighMem(page)) {
			free_page((unsigned long)page_address(page));
			break;
		}
		fallthrough;
	default:
		__free_page(page);
	}
}

/* Each frame on its own, in some order. */
static void free_split(struct model *m, const struct held *h)
{
	unsigned int step = h->nr > 1 ? 2 * dice(m, h->nr / 2) + 1 : 1, i, at = dice(m, h->nr);
	LIST_HEAD(list);

	if (dice(m, 4)) {
		for (i = 0; i < h->nr; i++, at += step)
			free_single(m, h->page + at % h->nr);
		return;
	}
	for (i = 0; i < h->nr; i++, at += step)
		list_add(&h->page[at % h->nr].lru, &list);
	put_pages_list(&list);
}

static void free_block(struct model *m, struct held *h)
{
	if (!PageHighMem(h->page) && dice(m, 2))
		free_pages((unsigned long)page_address(h->page), h->order);
	else
		__free_pages(h->page, h->order);
}

/* Somebody else has a reference: the frames that this one covers stay until it goes. */
static void free_while_referenced(struct model *m, struct held *h)
{
	struct page *by = h->form == COMPOUND ? h->page + dice(m, h->nr) : h->page;

	get_page(by);
	free_block(m, h);
	if (page_count(h->page) != 1)
		wrong(m, "a page with a reference was freed", page_to_pfn(h->page));
	if (h->form == COMPOUND && (!PageHead(h->page) || !PageTail(h->page + h->nr - 1)))
		wrong(m, "a compound page with a reference was taken apart",
		      page_to_pfn(h->page));
	put_page(by);
}

static void give(struct model *m)
{
	struct held h, *at = &m->slot[dice(m, m->nr_held)];

	h = *at;
	*at = m->slot[--m->nr_held];
	check_stamp(m, &h);
	wrong(m, oracle_freed(&m->oracle, page_to_pfn(h.page), h.nr), page_to_pfn(h.page));
	if (h.form == EXACT) {
		free_pages_exact(page_address(h.page), h.nr * PAGE_SIZE - dice(m, PAGE_SIZE));
		return;
	}
	if (!dice(m, 16)) {
		free_while_referenced(m, &h);
	} else if (h.form == COMPOUND && dice(m, 2)) {
		put_page(h.page);
	} else if (!h.order) {
		free_single(m, h.page);
	} else if (h.form == BLOCK && h.order < 6 && !dice(m, 4)) {
		split_page(h.page, h.order);
		free_split(m, &h);
	} else {
		free_block(m, &h);
	}
}

/* Bursts. */

static void burst(struct model *m)
{
	unsigned int i, n = 1 + dice(m, 16);

	for (i = 0; i < n && !m->why; i++) {
		m->step++;
		m->in_interrupt += m->interrupt;
		if (m->nr_held && dice(m, 16) >= m->fill)
			give(m);
		else
			take(m);
	}
	if (!dice(m, 200))
		drain_local_pages(NULL);
}

static void burst_in_interrupt(void *arg)
{
	struct model *m = arg;

	if (!in_interrupt())
		wrong(m, "an interrupt is none", 0);
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
	switch (dice(m, 3)) {
	case 0:
		local_irq_save(flags);
		burst(m);
		local_irq_restore(flags);
		break;
	default:
		preempt_disable();
		burst(m);
		preempt_enable();
	}
	m->atomic = false;
}

/* A task that frees memory for others, or that may use certain nodes only. */
static void special_task_burst(struct model *m)
{
	nodemask_t mems = current->mems_allowed, few = NODE_MASK_NONE;
	unsigned int flags = current->flags;

	if (dice(m, 4)) {
		__node_set((int)dice(m, machine.nr_nodes), &few);
		__node_set((int)dice(m, machine.nr_nodes), &few);
		current->mems_allowed = few;
	} else {
		current->flags |= PF_MEMALLOC;
	}
	burst(m);
	current->flags = flags;
	current->mems_allowed = mems;
}

/* What an administrator changes; who has nothing to do with it must not notice. */
static void change_marks(struct model *m, int min_free, int ratio)
{
	mm_set_min_free_kbytes(min_free);
	if (!dice(m, 4))
		mm_set_watermark_scale_factor(1 + (int)dice(m, 100));
	sysctl_lowmem_reserve_ratio[ZONE_DMA] = sysctl_lowmem_reserve_ratio[ZONE_DMA32] = ratio;
	setup_per_zone_lowmem_reserve();
}

static void something(struct model *m)
{
	u32 d = dice(m, 16);

	if (d < m->temper->interrupts)
		interrupt(m);
	else if (d == 15)
		atomic_burst(m);
	else if (d == 14)
		special_task_burst(m);
	else
		burst(m);
	if (!dice(m, 100))
		m->fill = 3 + dice(m, 11);
	if (!dice(m, 200))
		set_cpus_allowed_ptr(current, cpumask_of(dice(m, machine.nr_cpus)));
	if (!dice(m, 300))
		drain_all_pages(NULL);
	if (!dice(m, 2000))
		change_marks(m, m->min_free / 2 + (int)dice(m, (u32)m->min_free),
			     dice(m, 2) ? 256 : 32);
}

/* A case. */

static void set_aside(struct model *m)
{
	static const gfp_t from[] = { __GFP_DMA, __GFP_DMA32, 0, __GFP_HIGHMEM };
	struct zone *zone;

	for_each_populated_zone(zone)
		while (zone_free_pages(zone) > m->temper->leave + MAX_ORDER_NR_PAGES) {
			gfp_t gfp = from[zone_idx(zone)] | GFP_NOWAIT | __GFP_THISNODE |
				    __GFP_NOWARN;
			struct page *page = alloc_pages_node(zone->node, gfp, MAX_ORDER - 1);

			if (!page)
				break;
			m->oracle.frames += MAX_ORDER_NR_PAGES;
			bitmap_set(m->oracle.held, page_to_pfn(page), MAX_ORDER_NR_PAGES);
			list_add(&page->lru, &m->aside);
			if (page_zone(page) != zone)
				break;
		}
}

static void give_all(struct model *m)
{
	struct page *page, *next;

	while (m->nr_held)
		give(m);
	list_for_each_entry_safe(page, next, &m->aside, lru) {
		oracle_freed(&m->oracle, page_to_pfn(page), MAX_ORDER_NR_PAGES);
		__free_pages(page, MAX_ORDER - 1);
	}
}

/* M3 */
static void checkpoint(struct kunit *test, struct model *m)
{
	unsigned long cached = 0;
	struct zone *zone;

	KUNIT_ASSERT_EQ(test, quarry_validate(), 0u);
	for_each_populated_zone(zone)
		cached += pcp_count_all(zone);
	KUNIT_ASSERT_EQ(test, nr_free_pages() + cached + m->oracle.frames, m->oracle.at_start);
}

static void expect_right(struct kunit *test, struct model *m)
{
	const struct oracle_request *rq = &m->request;

	if (m->why)
		KUNIT_FAIL(test, "seed %u, operation %lu: %s; pfn %#lx; last request: order %u, node %d, %#x(%pGg)%s%s\n",
			   base_seed, m->step, m->why, m->pfn, rq->order, rq->nid, rq->gfp,
			   &rq->gfp, rq->interrupt ? ", in an interrupt" : "",
			   rq->memalloc ? ", PF_MEMALLOC" : "");
}

static void random_operations_test(struct kunit *test)
{
	struct model *m = vzalloc(sizeof(*m));
	unsigned long next = VALIDATE;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->temper = test->param_value;
	m->random = base_seed * 2654435761u + m->temper->seed;
	m->min_free = min_free_kbytes;
	m->fill = 10;
	INIT_LIST_HEAD(&m->aside);
	init_completion(&m->timer_done);
	timer_setup(&m->timer, burst_in_timer, 0);
	set_cpus_allowed_ptr(current, cpumask_of(0));
	KUNIT_ASSERT_TRUE(test, oracle_init(&m->oracle));
	set_aside(m);
	while (m->step < STEPS && !m->why) {
		something(m);
		if (m->step >= next) {
			checkpoint(test, m);
			next += VALIDATE;
		}
		cond_resched();
	}
	expect_right(test, m);
	give_all(m);
	wrong(m, oracle_all_back(&m->oracle), 0);
	expect_right(test, m);
	checkpoint(test, m);
	kunit_info(test, "seed %u: %lu operations, %lu in interrupts; %lu blocks granted, %lu refused",
		   base_seed, m->step, m->in_interrupt, m->granted, m->refused);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	oracle_exit(&m->oracle);
	vfree(m);
}

static void restore_marks(struct kunit *test)
{
	watermark_reset();
	setup_per_zone_wmarks();
	setup_per_zone_lowmem_reserve();
}

static const struct temper tempers[] = {
	{ "plenty of memory",	1, 64u << 8,	11,	3 },
	{ "large blocks",	2, 12u << 8,	3,	3 },
	{ "mostly interrupts",	3, 8u << 8,	9,	13 },
	{ "hardly any memory",	4, 4u << 8,	7,	5 },
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

static struct kunit_suite page_model_suite = {
	.name = "page_model", .exit = restore_marks, .test_cases = cases };
kunit_test_suite(page_model_suite);
static struct kunit_suite page_model_numa_suite = {
	.name = "page_model_numa", .exit = restore_marks, .test_cases = cases };
quarry_suite_on(page_model_numa_suite, "numa-4x2g");
static struct kunit_suite page_model_i386_suite = {
	.name = "page_model_i386", .exit = restore_marks, .test_cases = cases };
quarry_suite_on(page_model_i386_suite, "i386-4g");
static struct kunit_suite page_model_tiny_suite = {
	.name = "page_model_tiny", .exit = restore_marks, .test_cases = cases };
quarry_suite_on(page_model_tiny_suite, "tiny-16m");
