// SPDX-License-Identifier: MIT
/*
 * Per-CPU page caches: each CPU keeps some free pages of each zone to itself, so
 * that most requests for one page take no lock. Documents: 003, 004.
 *
 * A list per mobility type. Its head is the hot end: pages whose contents this
 * CPU's cache probably still has; requests take from there, and free_hot_page()
 * and __free_page() add there. The tail is the cold one: __GFP_COLD takes there,
 * free_cold_page() adds there, new pages come in there, surplus goes out there.
 *
 * P1  A page in a list is not in the buddy system: its count is 0, it has neither
 *     PageBuddy nor any PG_* flag, and it is not part of NR_FREE_PAGES.
 * P2  count is the length of the three lists together, and at most high between
 *     two operations.
 * P3  A page is in its own zone's lists only.
 * P4  A zone without a cache has batch 0 and never holds a page.
 * P5  A refill leaves the zone its minimum watermark.
 *
 * Locking: none for the lists; they belong to one CPU, with interrupts off.
 * zone->lock is taken once per refill and once per spill, for a batch of pages.
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
#include <linux/percpu-defs.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"

/*
 * Each node has one large zone; two more per node are room for one that is cut at
 * 4 GiB or at the end of the direct map. Zones beyond go without a cache (P4).
 */
#define PAGESETS	(QUARRY_MAX_NODES + QUARRY_MAX_NODES / 2 + MAX_NR_ZONES)

static DEFINE_PER_CPU(struct per_cpu_pageset [PAGESETS], pagesets);
static DEFINE_PER_CPU(struct per_cpu_pageset, no_pageset);
DEFINE_PER_CPU(struct page_fast [1 << FAST_BITS], page_fast);

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

static void init_pageset(struct per_cpu_pages *pcp, int batch)
{
	int t;

	memset(pcp, 0, sizeof(*pcp));
	pcp->batch = batch;
	pcp->high = 6 * batch;
	for (t = 0; t < MIGRATE_PCPTYPES; t++)
		INIT_LIST_HEAD(&pcp->lists[t]);
}

/**
 * pcp_init - give each zone its per-CPU caches, empty
 * Context: boot, after memblock_hand_over(). Return: 0.
 */
int pcp_init(void)
{
	struct zone *zone;
	unsigned int cpu, slot = 0;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		init_pageset(&per_cpu_ptr(&no_pageset, cpu)->pcp, 0);
	for_each_zone(zone) {
		zone->pageset = &no_pageset;
		if (!populated_zone(zone) || slot == PAGESETS)
			continue;
		zone->pageset = &pagesets[slot++];
		for (cpu = 0; cpu < machine.nr_cpus; cpu++)
			init_pageset(&per_cpu_ptr(zone->pageset, cpu)->pcp, batch_of(zone));
	}
	pcp_update_fast();
	return 0;
}

/* What a request with these low bits would try first, on this node. */
static struct page_fast fast_entry(int nid, gfp_t bits)
{
	gfp_t low = bits & (__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM);
	struct page_fast fast = { NULL, 0 };
	struct zoneref *ref;

	if (low & (low - 1) || (bits & GFP_MOVABLE_MASK) == GFP_MOVABLE_MASK)
		return fast;
	ref = node_zonelist(nid, 0)->_zonerefs;
	while (ref->zone && ref->zone_idx > (int)gfp_zone(bits))
		ref++;
	if (ref->zone) {
		fast.zone = ref->zone;
		fast.mark = low_wmark_pages(ref->zone) +
			    ref->zone->lowmem_reserve[gfp_zone(bits)];
	}
	return fast;
}

void pcp_update_fast(void)
{
	unsigned int cpu, bits;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct page_fast *table = *per_cpu_ptr(&page_fast, cpu);

		for (bits = 0; bits <= FAST_MASK; bits++)
			table[bits] = fast_entry(cpu_to_node(cpu), bits);
	}
}

/* P5: how many pages may be moved. One was granted already. */
static int refill_room(const struct zone *zone, const struct per_cpu_pages *pcp)
{
	unsigned long free = zone_free_pages(zone), min = min_wmark_pages(zone);

	if (free <= min + 1)
		return 1;
	return min_t(unsigned long, free - min, pcp->batch ? pcp->batch : 1);
}

/**
 * pcp_refill - take one page, and a batch more into this CPU's cache
 * @zone: from this zone's free blocks
 * @pcp: this CPU's cache of it
 * @mobility: for this list
 * Context: interrupts off, no lock held; takes zone->lock.
 * Return: a page that is in no list; NULL: there is none.
 */
struct page *pcp_refill(struct zone *zone, struct per_cpu_pages *pcp, int mobility)
{
	struct page *first, *page;
	unsigned long flags = zone_lock(zone);
	int n, want = refill_room(zone, pcp);

	first = buddy_alloc(zone, 0, mobility);
	if (!first) {
		zone_unlock(zone, flags);
		return NULL;
	}
	for (n = 1; n < want; n++) {
		page = buddy_alloc(zone, 0, mobility);
		if (!page)
			break;
		list_add_tail(&page->lru, &pcp->lists[mobility]);
	}
	zone_count_free(zone, -n);
	zone_unlock(zone, flags);
	pcp->count += n - 1;
	pcp->refills++;
	return first;
}

/* Moves pages from the cold ends, each list in turn, to the buddy system. */
static void give_back(struct zone *zone, struct per_cpu_pages *pcp, int n)
{
	unsigned long flags = zone_lock(zone);
	int t = 0;

	n = min(n, pcp->count);
	pcp->count -= n;
	pcp->drains++;
	zone_count_free(zone, n);
	while (n) {
		struct page *page;

		while (list_empty(&pcp->lists[t]))
			t = (t + 1) % MIGRATE_PCPTYPES;
		page = list_last_entry(&pcp->lists[t], struct page, lru);
		list_del(&page->lru);
		buddy_free(zone, page, 0);
		n--;
	}
	zone_unlock(zone, flags);
}

/**
 * pcp_spill - give the surplus back, a batch of it
 * Context: interrupts off, no lock held; takes zone->lock.
 */
void pcp_spill(struct zone *zone, struct per_cpu_pages *pcp)
{
	give_back(zone, pcp, pcp->batch ? pcp->batch : 1);
}

static void drain_zone(struct zone *zone)
{
	unsigned long flags;
	struct per_cpu_pages *pcp;

	local_irq_save(flags);
	pcp = &this_cpu_ptr(zone->pageset)->pcp;
	if (pcp->count)
		give_back(zone, pcp, pcp->count);
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
		    READ_ONCE(per_cpu_ptr(z->pageset, cpu)->pcp.count))
			return true;
	return false;
}

/**
 * drain_all_pages - give every CPU's cached pages back
 * @zone: of this zone; NULL: of all
 *
 * Where the caller cannot interrupt other CPUs, only its own are drained.
 * Context: any.
 */
void drain_all_pages(struct zone *zone)
{
	unsigned int cpu;

	drain_local_pages(zone);
	if (irqs_disabled() || in_interrupt())
		return;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		if (has_pages(cpu, zone))
			quarry_host_cross_call(cpu, drain_here, zone);
}
EXPORT_SYMBOL(drain_all_pages);

unsigned long __no_kcsan pcp_count_all(struct zone *zone)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		sum += READ_ONCE(per_cpu_ptr(zone->pageset, cpu)->pcp.count);
	return sum;
}

bool pcp_holds(struct page *page)
{
	struct zone *zone = page_zone(page);
	struct per_cpu_pages *pcp;
	unsigned long flags;
	struct list_head *entry;
	bool found = false;
	int t;

	local_irq_save(flags);
	pcp = &this_cpu_ptr(zone->pageset)->pcp;
	for (t = 0; t < MIGRATE_PCPTYPES; t++)
		list_for_each(entry, &pcp->lists[t])
			found |= entry == &page->lru;
	local_irq_restore(flags);
	return found;
}

void __no_kcsan zone_events(struct zone *zone, unsigned long *allocs, unsigned long *frees)
{
	unsigned int cpu;

	*allocs = READ_ONCE(zone->allocs);
	*frees = READ_ONCE(zone->frees);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct per_cpu_pages *pcp = &per_cpu_ptr(zone->pageset, cpu)->pcp;

		*allocs += READ_ONCE(pcp->allocs);
		*frees += READ_ONCE(pcp->frees);
	}
}

/* Validation. */

static unsigned int fault(unsigned int cpu, const struct zone *zone, const char *rule,
			  const char *what)
{
	pr_err("pcp %s: cpu %u node %d zone %s: %s\n", rule, cpu, zone->node, zone->name, what);
	return 1;
}

static unsigned int check_pcp(unsigned int cpu, struct zone *zone)
{
	struct per_cpu_pages *pcp = &per_cpu_ptr(zone->pageset, cpu)->pcp;
	unsigned int bad = 0;
	int t, n = 0;
	struct page *page;

	for (t = 0; t < MIGRATE_PCPTYPES; t++)
		list_for_each_entry(page, &pcp->lists[t], lru) {
			n++;
			if (page_ref_count(page) || PageBuddy(page) ||
			    page->flags & ~PAGE_PLACE_MASK)
				bad += fault(cpu, zone, "P1", "a cached page is in use");
			if (page_zone(page) != zone)
				bad += fault(cpu, zone, "P3", "another zone's page");
		}
	if (n != pcp->count || (pcp->batch && n > pcp->high))
		bad += fault(cpu, zone, "P2", "the count is wrong");
	if (!pcp->batch && n)
		bad += fault(cpu, zone, "P4", "pages in a cache that is none");
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
