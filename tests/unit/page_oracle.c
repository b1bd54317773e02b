// SPDX-License-Identifier: MIT
/*
 * The oracle of the page allocator's tests: see page_oracle.h. A bit per frame says
 * who has it; marks and free counts are read, everything else is worked out here.
 *
 * O1  A block is granted out of frames that were free at the start and that nobody
 *     holds, at a multiple of its size, within one zone.
 * O2  Its zone is one that flags, node and masks allow, by the machine's addresses.
 * O3  A zone that comes earlier (nearer node, or higher kind of the same node) is
 *     passed over only if it could not serve above its low mark.
 * O4  What the request leaves of a zone, CPUs' caches included, is its floor at least.
 * O5  A request is refused only if no zone that may serve it has room above the floor
 *     and a block of the order. For who may sleep, what is in CPUs' caches and what is
 *     kept for urgent requests counts as free.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"
#include "tests/unit/page_oracle.h"
#include "tests/unit/settle.h"

/* The machine. */

enum zone_type oracle_kind(unsigned long pfn)
{
	u64 phys = (u64)pfn << PAGE_SHIFT;

	if (phys < machine.dma_end)
		return ZONE_DMA;
	if (phys < machine.dma32_end)
		return ZONE_DMA32;
	return phys < machine.lowmem_end ? ZONE_NORMAL : ZONE_HIGHMEM;
}

int oracle_node(unsigned long pfn)
{
	u64 phys = (u64)pfn << PAGE_SHIFT;
	unsigned int i;

	for (i = 0; i < machine.nr_ranges; i++)
		if (phys >= machine.ranges[i].start && phys < machine.ranges[i].end)
			return (int)machine.ranges[i].node;
	return -1;
}

enum zone_type oracle_highest(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	/* Without such zones all that is mapped is below 4 GiB. */
	if (gfp & __GFP_DMA32)
		return machine.dma32_end ? ZONE_DMA32 : ZONE_NORMAL;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

/* Free blocks. */

static unsigned long zone_blocks(struct zone *zone, u8 *order_at)
{
	unsigned long pages = 0, pfn, flags = zone_lock(zone);
	struct list_head *entry;
	unsigned int order, t, i;

	for (order = 0; order < MAX_ORDER; order++)
		for (t = 0; t < MIGRATE_TYPES; t++)
			list_for_each(entry, &zone->free_area[order].free_list[t]) {
				pfn = page_to_pfn(list_entry(entry, struct page, lru));
				order_at[pfn] = (u8)(order + 1);
				pages += 1ul << order;
			}
	for (i = 0; i < zone->nr_fresh; i++)
		for (pfn = zone->fresh[i].start_pfn; pfn < zone->fresh[i].end_pfn;
		     pfn += MAX_ORDER_NR_PAGES) {
			order_at[pfn] = MAX_ORDER;
			pages += MAX_ORDER_NR_PAGES;
		}
	zone_unlock(zone, flags);
	return pages;
}

unsigned long oracle_blocks(u8 *order_at)
{
	unsigned long pages = 0;
	struct zone *zone;

	memset(order_at, 0, max_pfn);
	for_each_populated_zone(zone)
		pages += zone_blocks(zone, order_at);
	return pages;
}

/* A block that any request may have: what is set apart for urgent ones is not. */
static bool zone_has_block(const struct zone *zone, unsigned int order)
{
	unsigned int t;

	for (; order < MAX_ORDER; order++)
		for (t = 0; t < MIGRATE_PCPTYPES; t++) {
			const struct list_head *list = &zone->free_area[order].free_list[t];

			if (READ_ONCE(list->next) != list)
				return true;
		}
	return zone->fresh_blocks != 0;
}

/* Beginning and end. */

static struct task_struct *reclaimers[QUARRY_MAX_NODES];

/* Nobody wakes them any more; the last one woken goes back to sleep. */
static void stop_reclaimers(void)
{
	int nid;

	for (nid = 0; nid < (int)machine.nr_nodes; nid++) {
		reclaimers[nid] = kswapds[nid].task;
		kswapd_attach(nid, NULL);
		while (reclaimers[nid] && (READ_ONCE(kswapds[nid].asked) ||
		       READ_ONCE(reclaimers[nid]->__state) != TASK_INTERRUPTIBLE))
			schedule_timeout_uninterruptible(1);
	}
}

static void start_reclaimers(void)
{
	int nid;

	for (nid = 0; nid < (int)machine.nr_nodes; nid++)
		kswapd_attach(nid, reclaimers[nid]);
}

/* What is kept for urgent requests is given up, so that blocks may join. */
static void give_up_reserves(void)
{
	struct page_request rq = { .gfp = GFP_KERNEL, .order = MAX_ORDER };
	struct zone *zone;

	for_each_populated_zone(zone)
		highatomic_give_back(zone, &rq);
}

bool oracle_init(struct oracle *o)
{
	struct zone *zone;
	unsigned long pfn;

	memset(o, 0, sizeof(*o));
	o->may = vzalloc(BITS_TO_LONGS(max_pfn) * sizeof(long));
	o->held = vzalloc(BITS_TO_LONGS(max_pfn) * sizeof(long));
	o->blocks = vzalloc(max_pfn);
	o->now = vzalloc(max_pfn);
	for_each_populated_zone(zone)
		if (o->nr_zones < ORACLE_ZONES)
			o->zones[o->nr_zones++].zone = zone;
	rcu_barrier();			/* nothing is freed late, */
	sched_settle();			/* not even the last case's threads */
	vm_unmap_aliases();
	stop_reclaimers();
	if (!o->may || !o->held || !o->blocks || !o->now) {
		oracle_exit(o);
		return false;
	}
	slab_settle();
	give_up_reserves();
	o->at_start = oracle_blocks(o->blocks);
	for (pfn = 0; pfn < max_pfn; pfn++)
		if (o->blocks[pfn])
			bitmap_set(o->may, pfn, 1u << (o->blocks[pfn] - 1));
	return true;
}

const char *oracle_all_back(struct oracle *o)
{
	slab_settle();
	give_up_reserves();
	if (o->frames)
		return "the test still holds frames";
	if (nr_free_pages() != o->at_start || oracle_blocks(o->now) != o->at_start)
		return "pages are missing";
	if (memcmp(o->now, o->blocks, max_pfn))
		return "other blocks than at the start are free";
	return NULL;
}

void oracle_exit(struct oracle *o)
{
	start_reclaimers();
	vfree(o->may);
	vfree(o->held);
	vfree(o->blocks);
	vfree(o->now);
}

/* Requests. */

static bool has_reserves(const struct oracle_request *rq)
{
	if (rq->gfp & __GFP_NOMEMALLOC)
		return false;
	return (rq->gfp & __GFP_MEMALLOC) || (rq->memalloc && !rq->interrupt);
}

unsigned long oracle_floor(const struct zone *zone, const struct oracle_request *rq)
{
	unsigned long min = min_wmark_pages(zone);

	if (has_reserves(rq))
		return 0;
	if (rq->gfp & __GFP_HIGH)
		min -= min / 2;
	if ((rq->gfp & (__GFP_ATOMIC | __GFP_NOMEMALLOC)) == __GFP_ATOMIC)
		min -= min / 4;
	return min + (unsigned long)zone->lowmem_reserve[oracle_highest(rq->gfp)];
}

/* Pages of a zone that are kept from it for more urgent ones. */
static unsigned long kept_from(const struct oracle_request *rq, unsigned long apart)
{
	if (has_reserves(rq) ||
	    (rq->gfp & (__GFP_ATOMIC | __GFP_NOMEMALLOC)) == __GFP_ATOMIC)
		return 0;
	return apart;
}

/* @urgent: as it is allowed when nothing is left */
static bool node_allowed(const struct oracle_request *rq, int nid, bool urgent)
{
	if ((rq->gfp & __GFP_THISNODE) && nid != rq->nid)
		return false;
	if (rq->nodes && !node_isset(nid, *rq->nodes))
		return false;
	if (!(rq->gfp & __GFP_HARDWALL) || rq->interrupt)
		return true;
	return node_isset(nid, rq->mems_allowed) || (urgent && (rq->gfp & __GFP_ATOMIC));
}

static bool zone_may_serve(const struct oracle_request *rq, const struct zone *zone, bool urgent)
{
	return zone_idx(zone) <= (int)oracle_highest(rq->gfp) &&
	       node_allowed(rq, zone->node, urgent);
}

void oracle_look(struct oracle *o, const struct oracle_request *rq)
{
	unsigned int i;

	for (i = 0; i < o->nr_zones; i++) {
		struct oracle_zone *z = &o->zones[i];

		z->free = zone_free_pages(z->zone);
		z->apart = READ_ONCE(z->zone->nr_reserved_highatomic);
		z->block = z->free && (!rq->order || zone_has_block(z->zone, rq->order));
	}
}

bool oracle_has_room(const struct oracle *o, const struct oracle_request *rq, unsigned long spare)
{
	unsigned int i;

	for (i = 0; i < o->nr_zones; i++) {
		const struct oracle_zone *z = &o->zones[i];

		if (zone_may_serve(rq, z->zone, false) && z->block &&
		    z->free >= oracle_floor(z->zone, rq) + kept_from(rq, z->apart) +
			       (1ul << rq->order) + spare)
			return true;
	}
	return false;
}

/* O3: would a request prefer this zone to that one? */
static bool comes_before(const struct oracle_request *rq, const struct zone *a,
			 const struct zone *b)
{
	if (a->node == b->node)
		return zone_idx(a) > zone_idx(b);
	return node_distance(rq->nid, a->node) < node_distance(rq->nid, b->node);
}

static const char *check_preference(const struct oracle *o, const struct oracle_request *rq,
				    const struct zone *got)
{
	unsigned int i;

	for (i = 0; i < o->nr_zones; i++) {
		const struct oracle_zone *z = &o->zones[i];
		unsigned long low = low_wmark_pages(z->zone) +
			(unsigned long)z->zone->lowmem_reserve[oracle_highest(rq->gfp)];

		if (z->zone != got && comes_before(rq, z->zone, got) &&
		    zone_may_serve(rq, z->zone, false) && z->block &&
		    z->free > low + z->apart + (1ul << rq->order))
			return "a zone that comes earlier had enough";
	}
	return NULL;
}

static const char *check_place(struct oracle *o, const struct oracle_request *rq,
			       unsigned long pfn)
{
	unsigned long last = pfn + (1ul << rq->order) - 1, i;
	enum zone_type kind = oracle_kind(pfn);
	int nid = oracle_node(pfn);

	if (last >= max_pfn)
		return "O1: beyond the end of memory";
	if (pfn & ((1ul << rq->order) - 1))
		return "O1: not at a multiple of its size";
	for (i = pfn; i <= last; i++) {
		if (!test_bit(i, o->may))
			return "O1: a frame that was not free at the start";
		if (__test_and_set_bit(i, o->held))
			return "O1: a frame that somebody holds";
	}
	o->frames += 1ul << rq->order;
	if (oracle_kind(last) != kind || oracle_node(last) != nid)
		return "O1: across the end of a zone";
	if (kind > oracle_highest(rq->gfp))
		return "O2: from a zone above those allowed";
	if (!node_allowed(rq, nid, true))
		return "O2: from a node that is not allowed";
	return NULL;
}

const char *oracle_granted(struct oracle *o, const struct oracle_request *rq, struct page *page)
{
	unsigned long pfn = page_to_pfn(page), floor;
	struct zone *zone = page_zone(page);
	const char *why = check_place(o, rq, pfn);

	if (why)
		return why;
	if (zone_idx(zone) != (int)oracle_kind(pfn) || zone->node != oracle_node(pfn))
		return "O2: the page names another zone than its address";
	why = check_preference(o, rq, zone);
	if (why)
		return why;
	floor = oracle_floor(zone, rq) + kept_from(rq, zone->nr_reserved_highatomic);
	if (zone_free_pages(zone) < floor && zone_free_pages(zone) + pcp_count_all(zone) < floor)
		return "O4: it went below the floor of its flags";
	return NULL;
}

const char *oracle_refused(const struct oracle *o, const struct oracle_request *rq)
{
	bool sleeps = rq->gfp & __GFP_DIRECT_RECLAIM;
	unsigned int i;

	if (oracle_has_room(o, rq, 0))
		return "O5: refused, but a zone had room and a block";
	for (i = 0; sleeps && i < o->nr_zones; i++) {
		struct zone *zone = o->zones[i].zone;

		if (zone_may_serve(rq, zone, true) && zone_has_block(zone, rq->order) &&
		    zone_free_pages(zone) >= oracle_floor(zone, rq) + (1ul << rq->order))
			return "O5: refused, though a zone has room now that caches are drained";
	}
	return NULL;
}

const char *oracle_freed(struct oracle *o, unsigned long pfn, unsigned long nr)
{
	o->frames -= nr;
	while (nr--)
		if (!__test_and_clear_bit(pfn++, o->held))
			return "the test frees what it does not have";
	return NULL;
}
