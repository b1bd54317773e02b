// SPDX-License-Identifier: MIT
/*
 * Per-CPU page caches: each CPU keeps some free blocks of each zone to itself, so
 * that most requests take no lock. Documents: 003, 004.
 *
 * A list per mobility type and order, up to order 4: splitting and joining blocks
 * of these costs more than their memory is worth; of larger ones, less. A list's
 * head is the hot end: pages whose contents this CPU's cache probably still has;
 * requests take from there, and free_hot_page() and __free_pages() add there. The
 * tail is the cold one: __GFP_COLD takes there, free_cold_page() adds there, new
 * blocks come in there, surplus goes out there.
 *
 * P1  A page in a list is not in the buddy system: its count is 0, it has neither
 *     PageBuddy nor any PG_* flag, and it is not part of NR_FREE_PAGES.
 * P2  count is the length of a list, and at most high between two operations.
 * P3  A page is in its own zone's lists only.
 * P4  limit is high, or 0 while page_hooks ask for the long way.
 * P5  A refill leaves the zone its minimum watermark.
 * P6  grown is what the high marks are above their first values, in pages; at most
 *     room. A zone with plenty of free pages lets a list that overflows grow, so that
 *     a task that takes and gives back more than high pages at a time needs no lock
 *     either; a drain takes it all back.
 *
 * Locking: none for the lists; they belong to one CPU, with interrupts off.
 * zone->lock is taken once per refill and once per spill, for a batch of pages.
 * fast_lock while a CPU's page_fast is written, so that who computes last writes last.
 *
 * Neighbours: page_alloc.c has the fast path that pops and pushes; buddy.c is
 * where pages come from.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"

/* For requests and pages that have no zone with a cache: always empty, never open. */
static DEFINE_PER_CPU(struct per_cpu_pages, no_pageset);
DEFINE_PER_CPU(struct page_fast [1 << FAST_BITS], page_fast);
struct pcp_list __percpu *page_home[1 << (ZONES_WIDTH + NODES_WIDTH + LISTS_WIDTH)];
static const atomic_long_t no_pages;
static DEFINE_SPINLOCK_RANKED(fast_lock, RANK_MARKS);
static bool ready;			/* C  pcp_init() is through */

/*
 * Pages moved at a time: a four-thousandth of the zone, which a few hundred CPUs
 * can hold on to without hurting, but at most 63; one less than a power of two,
 * so that refills by different CPUs do not line up on the same cache colours.
 */
static int batch_of(const struct zone *zone)
{
	unsigned long pages = zone_managed_pages(zone) / 4096;

	pages = clamp(pages, 1ul, 64ul);
	return pages == 1 ? 1 : (int)rounddown_pow_of_two(pages) - 1;
}

/* Blocks of an order that are moved at a time. */
static inline int batch_blocks(const struct per_cpu_pages *pcp, unsigned int order)
{
	return max(pcp->batch >> order, 1);
}

static inline unsigned int list_order(const struct per_cpu_pages *pcp,
				      const struct pcp_list *list)
{
	return (unsigned int)(list - pcp->lists) % NR_PCP_ORDERS;
}

/* P2, P4 */
static void set_high(struct pcp_list *list, int high)
{
	list->high = high;
	list->limit = READ_ONCE(page_hooks) ? 0 : high;
}

/* The high marks as they are at first: six batches in blocks of each order. */
static void reset_high(struct per_cpu_pages *pcp)
{
	int i;

	for (i = 0; i < NR_PCP_LISTS; i++)
		set_high(&pcp->lists[i], 6 * batch_blocks(pcp, i % NR_PCP_ORDERS));
	pcp->grown = 0;
}

static void init_pageset(struct per_cpu_pages *pcp, const struct zone *zone)
{
	int i;

	memset(pcp, 0, sizeof(*pcp));
	for (i = 0; i < NR_PCP_LISTS; i++)
		INIT_LIST_HEAD(&pcp->lists[i].pages);
	if (!zone)
		return;
	pcp->batch = batch_of(zone);
	pcp->room = (int)min(zone_managed_pages(zone) / 8 / machine.nr_cpus, 1ul << 16);
	reset_high(pcp);
}

/* All of a zone's entries in page_home[]. */
static void set_home(struct zone *zone)
{
	unsigned int at = (zone_idx(zone) << NODES_WIDTH | zone->node) << LISTS_WIDTH, t;

	for (t = 0; t < 1u << LISTS_WIDTH; t++)
		page_home[at + t] = &zone->pageset->lists[t < MIGRATE_PCPTYPES ?
							   t * NR_PCP_ORDERS : 0];
}

static void update_cpu(unsigned int cpu);

/**
 * pcp_init - give each zone its per-CPU caches, empty
 * Context: boot, after memblock_hand_over(). Return: 0 or -ENOMEM.
 */
int pcp_init(void)
{
	struct zone *zone;
	unsigned int cpu, i;

	ready = false;
	spin_lock_init(&fast_lock);
	spin_lock_set_rank(&fast_lock, RANK_MARKS);
	for (i = 0; i < ARRAY_SIZE(page_home); i++)
		page_home[i] = &no_pageset.lists[0];
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		init_pageset(per_cpu_ptr(&no_pageset, cpu), NULL);
	for_each_zone(zone) {
		zone->pageset = &no_pageset;
		if (!populated_zone(zone))
			continue;
		zone->pageset = alloc_percpu(struct per_cpu_pages);
		if (!zone->pageset) {
			pr_err("pcp: no per-CPU memory for node %d, zone %s\n", zone->node,
			       zone->name);
			return -ENOMEM;
		}
		for (cpu = 0; cpu < machine.nr_cpus; cpu++)
			init_pageset(per_cpu_ptr(zone->pageset, cpu), zone);
		set_home(zone);
	}
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		update_cpu(cpu);
	ready = true;
	return 0;
}

/** pcp_shutdown - no CPU has caches any more, until pcp_init() */
void pcp_shutdown(void)
{
	ready = false;
}

/* What a request with these low bits would try first, on this node. */
static struct page_fast fast_entry(unsigned int cpu, gfp_t bits)
{
	gfp_t low = bits & (__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM);
	struct page_fast fast = { per_cpu_ptr(&no_pageset, cpu)->lists, &no_pages, 0, NULL };
	enum zone_type highest;
	struct zoneref *ref;
	struct zone *zone;

	if (READ_ONCE(page_hooks) || low & (low - 1) || (bits & GFP_MOVABLE_MASK) == GFP_MOVABLE_MASK)
		return fast;
	highest = zone_highest(bits);
	ref = node_zonelist(cpu_to_node(cpu), 0)->_zonerefs;
	while (ref->zone && ref->zone_idx > (int)highest)
		ref++;
	zone = ref->zone;
	if (zone) {
		fast.list = &per_cpu_ptr(zone->pageset, cpu)->lists[gfp_migratetype(bits) *
								    NR_PCP_ORDERS];
		fast.free = &zone->vm_stat[NR_FREE_PAGES];
		fast.mark = zone_fast_mark(zone, highest);
		fast.zone = zone;
	}
	return fast;
}

static void update_cpu(unsigned int cpu)
{
	struct page_fast *table = *per_cpu_ptr(&page_fast, cpu);
	unsigned long flags;
	struct zone *zone;
	unsigned int bits;
	int i;

	spin_lock_irqsave(&fast_lock, flags);
	for (bits = 0; bits <= FAST_MASK; bits++)
		table[bits] = fast_entry(cpu, bits);
	spin_unlock_irqrestore(&fast_lock, flags);
	for_each_populated_zone(zone) {
		struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);

		for (i = 0; i < NR_PCP_LISTS; i++)
			set_high(&pcp->lists[i], pcp->lists[i].high);
	}
}

static void update_here(void *unused)
{
	unsigned long flags;

	local_irq_save(flags);
	update_cpu(smp_processor_id());
	local_irq_restore(flags);
}

void pcp_update_fast(void)
{
	unsigned int cpu;

	for (cpu = 0; ready && cpu < machine.nr_cpus; cpu++)
		quarry_host_cross_call(cpu, update_here, NULL);
}

void pcp_update_marks(const struct zone *zone)
{
	unsigned int cpu, bits;
	unsigned long flags;

	spin_lock_irqsave(&fast_lock, flags);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct page_fast *table = *per_cpu_ptr(&page_fast, cpu);

		for (bits = 0; bits <= FAST_MASK; bits++)
			if (table[bits].zone == zone)
				WRITE_ONCE(table[bits].mark, zone_fast_mark(zone, zone_highest(bits)));
	}
	spin_unlock_irqrestore(&fast_lock, flags);
}

/* P5: how many blocks may be moved. One was granted already. */
static int refill_room(const struct zone *zone, const struct per_cpu_pages *pcp,
		       unsigned int order)
{
	unsigned long free = zone_free_pages(zone);
	unsigned long keep = min_wmark_pages(zone) + (1ul << order) +
			     READ_ONCE(zone->nr_reserved_highatomic);

	if (free <= keep)
		return 1;
	return (int)min_t(unsigned long, (free - keep) >> order, batch_blocks(pcp, order) - 1) + 1;
}

/**
 * pcp_refill - take one block, and a batch more into this CPU's cache
 * @zone: from this zone's free blocks
 * @list: this CPU's, of @mobility and @order
 * Context: interrupts off, no lock held; takes zone->lock.
 * Return: a block that is in no list; NULL: there is none.
 */
struct page *pcp_refill(struct zone *zone, struct pcp_list *list, int mobility,
			unsigned int order)
{
	struct per_cpu_pages *pcp = raw_cpu_ptr(zone->pageset);
	struct page *first, *page;
	unsigned long flags = zone_lock(zone);
	int n, want = refill_room(zone, pcp, order);

	first = buddy_alloc(zone, order, mobility);
	if (!first) {
		zone_unlock(zone, flags);
		return NULL;
	}
	page_set_list(first, mobility);
	for (n = 1; n < want; n++) {
		page = buddy_alloc(zone, order, mobility);
		if (!page)
			break;
		page_set_list(page, mobility);
		list_add_tail(&page->lru, &list->pages);
	}
	zone_count_free(zone, -((long)n << order));
	zone_unlock(zone, flags);
	list->count += n - 1;
	list->allocs++;
	pcp->in += (unsigned long)n << order;
	pcp->refills++;
	return first;
}

struct page *pcp_get(struct zone *zone, int mobility, unsigned int order, bool cold)
{
	struct pcp_list *list;
	struct page *page;
	unsigned long flags;

	local_irq_save(flags);
	list = pcp_list_of(zone, mobility, order);
	if (cold && !list_empty(&list->pages))
		list_move(list->pages.prev, &list->pages);
	page = pcp_pop(list);
	if (!page)
		page = pcp_refill(zone, list, mobility, order);
	local_irq_restore(flags);
	return page;
}

/* Moves blocks from a list's cold end to the buddy system. */
static void give_back(struct zone *zone, struct per_cpu_pages *pcp, struct pcp_list *list, int n)
{
	unsigned int order = list_order(pcp, list);
	unsigned long flags = zone_lock(zone);
	struct page *page;

	n = min(n, list->count);
	list->count -= n;
	pcp->drains++;
	pcp->out += (unsigned long)n << order;
	zone_count_free(zone, (long)n << order);
	while (n--) {
		page = list_last_entry(&list->pages, struct page, lru);
		list_del(&page->lru);
		buddy_free(zone, page, order);
	}
	zone_unlock(zone, flags);
}

/* The list is full: it grows (P6), or a batch goes back. */
static void make_room(struct zone *zone, struct per_cpu_pages *pcp, struct pcp_list *list)
{
	unsigned int order = list_order(pcp, list);
	int blocks = batch_blocks(pcp, order), pages = blocks << order;

	if (pcp->grown + pages <= pcp->room &&
	    zone_free_pages(zone) > high_wmark_pages(zone) + (unsigned long)pcp->room) {
		pcp->grown += pages;
		set_high(list, list->high + blocks);
	} else {
		give_back(zone, pcp, list, blocks);
	}
}

void pcp_give(struct zone *zone, struct page *page, unsigned int order, bool cold)
{
	int mobility = pcp_mobility_of(zone, page);
	struct pcp_list *list;
	unsigned long flags;

	page_set_list(page, mobility);
	local_irq_save(flags);
	list = pcp_list_of(zone, mobility, order);
	if (list->count >= list->high)
		make_room(zone, raw_cpu_ptr(zone->pageset), list);
	if (cold)
		list_add_tail(&page->lru, &list->pages);
	else
		list_add(&page->lru, &list->pages);
	list->count++;
	local_irq_restore(flags);
}

static void drain_zone(struct zone *zone)
{
	struct per_cpu_pages *pcp;
	unsigned long flags;
	int i;

	local_irq_save(flags);
	pcp = this_cpu_ptr(zone->pageset);
	for (i = 0; i < NR_PCP_LISTS; i++)
		if (pcp->lists[i].count)
			give_back(zone, pcp, &pcp->lists[i], pcp->lists[i].count);
	if (pcp->grown)
		reset_high(pcp);
	local_irq_restore(flags);
}

/**
 * drain_local_pages - give this CPU's cached pages back
 * @zone: of this zone; NULL: of all
 * Context: any.
 */
void drain_local_pages(struct zone *zone)
{
	struct zone *z;

	for_each_populated_zone(z)
		if (!zone || z == zone)
			drain_zone(z);
}
EXPORT_SYMBOL(drain_local_pages);

static void drain_here(void *arg)
{
	drain_local_pages(arg);
}

static __no_kcsan bool has_pages(unsigned int cpu, struct zone *zone)
{
	struct zone *z;

	for_each_populated_zone(z)
		if ((!zone || z == zone) &&
		    pcp_pages(per_cpu_ptr(z->pageset, cpu)))
			return true;
	return false;
}

/**
 * drain_all_pages - give every CPU's cached pages back
 * @zone: of this zone; NULL: of all
 *
 * Only its own are drained where the caller may not wait for other CPUs: with interrupts
 * or preemption off, or a lock held that one of them may be waiting for.
 * Context: any.
 */
void drain_all_pages(struct zone *zone)
{
	unsigned int cpu;

	drain_local_pages(zone);
	if (!preemptible())
		return;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		if (has_pages(cpu, zone))
			quarry_host_cross_call(cpu, drain_here, zone);
}
EXPORT_SYMBOL(drain_all_pages);

void drain_cpu_pages(unsigned int cpu)
{
	if (has_pages(cpu, NULL))
		run_on_cpu(cpu, drain_here, NULL);
}

unsigned long __no_kcsan pcp_pages(const struct per_cpu_pages *pcp)
{
	unsigned long pages = 0;
	int i;

	for (i = 0; i < NR_PCP_LISTS; i++)
		pages += (unsigned long)READ_ONCE(pcp->lists[i].count) << i % NR_PCP_ORDERS;
	return pages;
}

unsigned long __no_kcsan pcp_high(const struct per_cpu_pages *pcp)
{
	unsigned long pages = 0;
	int i;

	for (i = 0; i < NR_PCP_LISTS; i++)
		pages += (unsigned long)READ_ONCE(pcp->lists[i].high) << i % NR_PCP_ORDERS;
	return pages;
}

unsigned long pcp_count_all(struct zone *zone)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		sum += pcp_pages(per_cpu_ptr(zone->pageset, cpu));
	return sum;
}

bool pcp_holds(struct page *page)
{
	struct per_cpu_pages *pcp;
	struct list_head *entry;
	unsigned long flags;
	bool found = false;
	int i;

	local_irq_save(flags);
	pcp = this_cpu_ptr(page_zone(page)->pageset);
	for (i = 0; i < NR_PCP_LISTS; i++)
		list_for_each(entry, &pcp->lists[i].pages)
			found |= entry == &page->lru;
	local_irq_restore(flags);
	return found;
}

void __no_kcsan zone_events(struct zone *zone, unsigned long *allocs, unsigned long *frees)
{
	unsigned int cpu;
	int i;

	*allocs = 0;
	*frees = READ_ONCE(zone->frees);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);
		unsigned long got = 0;

		for (i = 0; i < NR_PCP_LISTS; i++)
			got += READ_ONCE(pcp->lists[i].allocs) << i % NR_PCP_ORDERS;
		*allocs += got + READ_ONCE(pcp->direct);
		/* What came in and is not there any more was handed out; the rest was freed. */
		*frees += got + pcp_pages(pcp) + READ_ONCE(pcp->out) - READ_ONCE(pcp->in);
	}
}

/* Validation. */

static unsigned int fault(unsigned int cpu, const struct zone *zone, const char *rule,
			  const char *what)
{
	pr_err("pcp %s: cpu %u node %d zone %s: %s\n", rule, cpu, zone->node, zone->name, what);
	return 1;
}

static unsigned int check_block(unsigned int cpu, const struct zone *zone, struct page *page,
				unsigned int order)
{
	unsigned int bad = 0;
	unsigned long i;

	for (i = 0; i < 1ul << order; i++)
		if (page_ref_count(page + i) || PageBuddy(page + i) ||
		    page[i].flags & ~PAGE_PLACE_MASK)
			bad += fault(cpu, zone, "P1", "a cached page is in use");
	if (page_zone(page) != zone)
		bad += fault(cpu, zone, "P3", "another zone's page");
	return bad;
}

static unsigned int check_pcp(unsigned int cpu, struct zone *zone)
{
	struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);
	long base = 0, high = 0;
	unsigned int bad = 0, i;

	for (i = 0; i < NR_PCP_LISTS; i++) {
		struct pcp_list *list = &pcp->lists[i];
		unsigned int order = i % NR_PCP_ORDERS;
		struct page *page;
		int n = 0;

		list_for_each_entry(page, &list->pages, lru) {
			n++;
			bad += check_block(cpu, zone, page, order);
		}
		if (n != list->count || n > list->high)
			bad += fault(cpu, zone, "P2", "the count is wrong");
		if (list->limit != (READ_ONCE(page_hooks) ? 0 : list->high))
			bad += fault(cpu, zone, "P4", "the limit is wrong");
		base += 6l * batch_blocks(pcp, order) << order;
		high += (long)list->high << order;
	}
	if (high - base != pcp->grown || pcp->grown > pcp->room)
		bad += fault(cpu, zone, "P6", "the marks have not grown by what was counted");
	return bad;
}

unsigned int pcp_validate(void)
{
	struct zone *zone;
	unsigned int cpu, bad = 0;

	for_each_populated_zone(zone)
		for (cpu = 0; cpu < machine.nr_cpus; cpu++)
			bad += check_pcp(cpu, zone);
	return bad;
}
