// SPDX-License-Identifier: MIT
/*
 * The page allocator's interface: blocks of 2^order frames.
 * Documents: 000, 002, 003, 004.
 *
 * Most requests are for one page, with ordinary flags, on this CPU's node, while
 * the zone is above its low mark: alloc_pages() serves these from this CPU's cache,
 * __free_pages() puts them back there, in about forty instructions each. To need so
 * few, both call nothing but what they end with. Other ordinary requests take
 * alloc_ordinary(); all else goes to gfp.c, zone by zone.
 *
 * A1  A page that is handed out has a count of 1 and no PG_* flag but PG_head of
 *     a compound page. The other pages of a block that is not compound have a
 *     count of 0.
 * A2  A page that comes back must have a count of 0 after its last reference is
 *     dropped, no PG_* flag of PAGE_FLAGS_CHECK_AT_FREE, no mapping, and no
 *     page_type. What does not is reported and stays out of circulation.
 * A3  What is called with a reference, an address or a list never sleeps to free.
 *
 * The allocation site is the caller of the function that a module calls; it is
 * recorded when page_owner is on.
 *
 * Locking: interrupts off around this CPU's lists; zone->lock for larger blocks.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysinfo.h>
#include <linux/topology.h>

#include <trace/events/kmem.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/slab/layer.h"

/* Flags that change nothing while the zone is above its low mark. */
#define FAST_FLAGS							\
	(__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM | __GFP_MOVABLE |	\
	 __GFP_RECLAIMABLE | __GFP_HIGH | __GFP_ATOMIC | __GFP_IO | __GFP_FS | \
	 __GFP_RECLAIM | __GFP_WRITE | __GFP_NOWARN |			\
	 __GFP_RETRY_MAYFAIL | __GFP_NORETRY | __GFP_COMP | __GFP_MEMALLOC | \
	 __GFP_NOMEMALLOC | __GFP_ACCOUNT)

static bool oversize_reported;

void page_alloc_reset(void)
{
	oversize_reported = false;
}

/* Each page that comes or goes takes the long way: parameters ask for something. */
unsigned int page_hooks;

void page_hooks_set(enum page_hook hook, bool on)
{
	if (on)
		__atomic_fetch_or(&page_hooks, (unsigned int)hook, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&page_hooks, ~(unsigned int)hook, __ATOMIC_RELAXED);
	pcp_update_fast();
}

void page_hooks_init(void)
{
	page_hooks_set(PAGE_HOOK_OWNER, page_owner_on);
	page_hooks_set(PAGE_HOOK_INIT, slab_params.init_on_alloc || slab_params.init_on_free);
}

/* Preparing what is handed out (A1). */

static void prep_compound_page(struct page *page, unsigned int order)
{
	unsigned long i, nr = 1ul << order;

	__SetPageHead(page);
	page[1].compound_order = order;
	for (i = 1; i < nr; i++)
		set_compound_head(page + i, page);
}

static void destroy_compound_page(struct page *page, unsigned int order)
{
	unsigned long i, nr = 1ul << order;

	__ClearPageHead(page);
	for (i = 1; i < nr; i++)
		clear_compound_head(page + i);
}

static void zero_pages(struct page *page, unsigned int order)
{
	unsigned long i;

	if (!PageHighMem(page)) {
		memset(lowmem_page_address(page), 0, PAGE_SIZE << order);
		return;
	}
	for (i = 0; i < 1ul << order; i++)
		clear_highpage(page + i);
}

static struct page *prep_more(struct page *page, gfp_t gfp, unsigned int order,
			      unsigned long site)
{
	if (page_poison_on)
		page_poison_check(page, order);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
	if ((gfp & __GFP_ZERO) || slab_params.init_on_alloc)
		zero_pages(page, order);
	if (page_owner_on)
		__set_page_owner(page, order, gfp, site);
	return page;
}

static __always_inline struct page *prep_single(struct page *page)
{
	page->private = 0;
	set_page_count(page, 1);
	return page;
}

static __always_inline struct page *prep(struct page *page, gfp_t gfp, unsigned int order,
					 unsigned long site)
{
	prep_single(page);
	if ((order && (gfp & __GFP_COMP)) || (gfp & __GFP_ZERO) || unlikely(READ_ONCE(page_hooks)))
		return prep_more(page, gfp, order, site);
	return page;
}

void page_prep(struct page *page, gfp_t gfp, unsigned long site)
{
	prep(page, gfp, 0, site);
}

/* Taking. */

/* With zone->lock held. */
static __always_inline struct page *buddy_grab(struct zone *zone, unsigned int order,
					       int mobility)
{
	struct page *page = buddy_alloc(zone, order, mobility);

	if (page) {
		zone_count_free(zone, -(long)(1ul << order));
		zone_count_alloc(zone, 1ul << order);
	}
	return page;
}

static struct page *buddy_get(struct zone *zone, unsigned int order, int mobility)
{
	unsigned long flags = zone_lock(zone);
	struct page *page = buddy_grab(zone, order, mobility);

	zone_unlock(zone, flags);
	return page;
}

struct page *page_take(struct zone *zone, const struct page_request *rq)
{
	if (rq->order < NR_PCP_ORDERS && rq->mobility < MIGRATE_PCPTYPES)
		return pcp_get(zone, rq->mobility, rq->order, rq->gfp & ___GFP_COLD);
	return buddy_get(zone, rq->order, rq->mobility);
}

/* This CPU's entry for a request; interrupts may be on, see fast_open(). */
static __always_inline const struct page_fast *fast_of(gfp_t gfp)
{
	return &(*raw_cpu_ptr(&page_fast))[gfp & FAST_MASK];
}

/* May one page be had there, and @more? */
static __always_inline bool fast_open(const struct page_fast *fast, unsigned long more)
{
	return (unsigned long)READ_ONCE(fast->free->counter) > READ_ONCE(fast->mark) + more;
}

/* A request that may sleep is no place to be in with interrupts or preemption off. */
static __always_inline bool may_be_here(gfp_t gfp, unsigned long irqs_off)
{
	return !(gfp & __GFP_DIRECT_RECLAIM) ||
	       !(irqs_off | (raw_cpu_read(quarry_cpu_hot.preempt_count) ^ PREEMPT_ENABLED));
}

/* A block that nobody can have. Said once in a machine's life, as the kernel does. */
static noinline struct page *refuse_oversize(gfp_t gfp)
{
	if (!(gfp & __GFP_NOWARN) && !oversize_reported) {
		oversize_reported = true;
		WARN_ON(1);
	}
	return NULL;
}

static noinline struct page *alloc_slowly(gfp_t gfp, unsigned int order, int nid,
					  const nodemask_t *nodes, unsigned long site)
{
	struct page_request rq;
	struct page *page;

	/* Says so if the caller must not sleep; lets others run who want to. */
	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	if (unlikely(order >= MAX_ORDER))
		return refuse_oversize(gfp);
	if (unlikely(!page_request_init(&rq, gfp, order, nid, nodes)))
		return NULL;
	if (fail_page_alloc(gfp, order))
		return NULL;
	page = page_request_serve(&rq);
	if (page)
		prep(page, gfp, order, site);
	trace_mm_page_alloc(page, order, gfp, rq.mobility);
	return page;
}

/* Interrupts came while they were off. */
static noinline struct page *irqs_pending(struct page *page)
{
	arch_local_irq_pending();
	return page;
}

static noinline struct page *irqs_pending_prep(struct page *page, gfp_t gfp, unsigned int order,
					       unsigned long site)
{
	return prep_more(irqs_pending(page), gfp, order, site);
}

static noinline struct page *alloc_after_all(gfp_t gfp, unsigned int order, unsigned long irqs,
					     unsigned long site)
{
	local_irq_restore(irqs);
	return alloc_slowly(gfp, order, numa_node_id(), NULL, site);
}

/* From the buddy system. Interrupts are off; @irqs says how they were. */
static noinline struct page *alloc_large(gfp_t gfp, unsigned int order, struct zone *zone,
					 unsigned long irqs, unsigned long site)
{
	struct page *page;

	spin_lock(&zone->lock);
	zone->lock_takings++;
	page = buddy_grab(zone, order, gfp_migratetype(gfp));
	spin_unlock(&zone->lock);
	local_irq_restore(irqs);
	if (unlikely(!page))
		return alloc_slowly(gfp, order, numa_node_id(), NULL, site);
	prep_single(page);
	if (gfp & (__GFP_COMP | __GFP_ZERO))
		return prep_more(page, gfp, order, site);
	return page;
}

/*
 * What is not for one page, or is to be zeroed, but is ordinary otherwise: from this
 * CPU's cache or the buddy system, if the zone of first choice is above its low mark.
 */
static noinline struct page *alloc_ordinary(gfp_t gfp, unsigned int order, unsigned long site)
{
	const struct page_fast *fast;
	unsigned long irqs;
	struct page *page;

	if (gfp & ~(FAST_FLAGS | __GFP_ZERO) || order >= MAX_ORDER)
		return alloc_slowly(gfp, order, numa_node_id(), NULL, site);
	local_irq_save(irqs);
	fast = fast_of(gfp);
	if (unlikely(!fast_open(fast, (1ul << order) - 1) || !may_be_here(gfp, irqs)))
		return alloc_after_all(gfp, order, irqs, site);
	if (order >= NR_PCP_ORDERS)
		return alloc_large(gfp, order, fast->zone, irqs, site);
	page = pcp_pop(fast->list + order);
	if (unlikely(!page))
		return alloc_after_all(gfp, order, irqs, site);
	prep_single(page);
	if (unlikely(arch_local_irq_restore_quick(irqs)))
		return irqs_pending_prep(page, gfp, order, site);
	if (gfp & (__GFP_COMP | __GFP_ZERO))
		return prep_more(page, gfp, order, site);
	return page;
}

/* Inlined into what a module calls, so that _RET_IP_ is where that was called. */
static __always_inline struct page *alloc_here(gfp_t gfp, unsigned int order)
{
	const struct page_fast *fast;
	unsigned long flags;
	struct page *page;

	if (unlikely(order | (gfp & ~FAST_FLAGS)))
		return alloc_ordinary(gfp, order, _RET_IP_);
	local_irq_save(flags);
	fast = fast_of(gfp);
	if (unlikely(!fast_open(fast, 0) || !may_be_here(gfp, flags)))
		return alloc_after_all(gfp, 0, flags, _RET_IP_);
	page = pcp_pop(fast->list);
	if (unlikely(!page))
		return alloc_after_all(gfp, 0, flags, _RET_IP_);
	prep_single(page);
	if (unlikely(arch_local_irq_restore_quick(flags)))
		return irqs_pending(page);
	return page;
}

/**
 * alloc_pages - allocate 2^order frames that follow each other
 * @gfp: GFP_*: where from, and what may be done to get them
 * @order: 0 to MAX_ORDER - 1
 *
 * From the node of the CPU that runs the caller, or the nearest with memory.
 * Context: any; may sleep with __GFP_DIRECT_RECLAIM (GFP_KERNEL and its like).
 * Return: the first frame's struct page, or NULL and a report in the log (none
 * with __GFP_NOWARN). Documents 000, 002, 003, 004.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return alloc_here(gfp, order);
}
EXPORT_SYMBOL(alloc_pages);

static __always_inline struct page *alloc_near(gfp_t gfp, unsigned int order, int nid)
{
	if (nid == numa_node_id())
		return alloc_here(gfp, order);
	return alloc_slowly(gfp, order, nid, NULL, _RET_IP_);
}

/**
 * __alloc_pages - alloc_pages() from a given node
 * @gfp: as above
 * @order: as above
 * @nid: tried first; with __GFP_THISNODE the only one
 * @nodes: only these nodes; NULL: any
 */
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int nid, nodemask_t *nodes)
{
	if (nodes)
		return alloc_slowly(gfp, order, nid, nodes, _RET_IP_);
	return alloc_near(gfp, order, nid);
}
EXPORT_SYMBOL(__alloc_pages);

/* High memory has no address to return. */
static bool refuse_highmem(gfp_t gfp, const char *function)
{
	if (likely(!(gfp & __GFP_HIGHMEM)))
		return false;
	report_begin(REPORT_BUG, "%s() cannot return high memory, mode:%#x(%pGg)", function,
		     gfp, &gfp);
	report_line("use alloc_pages() and kmap() for high memory");
	report_here();
	report_end();
	return true;
}

/**
 * __get_free_pages - alloc_pages() that returns an address
 *
 * __GFP_HIGHMEM is refused, with a report.
 * Return: the address of the first frame, or 0.
 */
unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (refuse_highmem(gfp, __func__))
		return 0;
	page = alloc_here(gfp, order);
	return page ? (unsigned long)lowmem_page_address(page) : 0;
}
EXPORT_SYMBOL(__get_free_pages);

/** get_zeroed_page - one page of zeros; its address, or 0 */
unsigned long get_zeroed_page(gfp_t gfp)
{
	struct page *page;

	if (refuse_highmem(gfp, __func__))
		return 0;
	page = alloc_ordinary(gfp | __GFP_ZERO, 0, _RET_IP_);
	return page ? (unsigned long)lowmem_page_address(page) : 0;
}
EXPORT_SYMBOL(get_zeroed_page);

/* Giving back. */

static noinline void buddy_give(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long flags = zone_lock(zone);

	buddy_free(zone, page, order);
	zone_count_free(zone, 1ul << order);
	zone->frees += 1ul << order;
	zone_unlock(zone, flags);
}

/* Reports a page that must not be freed, and keeps it (A2). */
static bool keep_bad(struct page *page, const char *why)
{
	page_report_bad(page, why, "it is not freed");
	set_page_count(page, 1);
	return false;
}

/* Something about the page is unusual. False: it must not be freed. */
static noinline bool check_unusual(struct page *page, unsigned int *order)
{
	if (PageReserved(page))
		return keep_bad(page, "a reserved frame was freed");
	if (PageSlab(page))
		return keep_bad(page, "a slab page was freed as a page");
	if (page->flags & PAGE_FLAGS_CHECK_AT_FREE)
		return keep_bad(page, "PAGE_FLAGS_CHECK_AT_FREE flag(s) set");
	if (page->mapping)
		return keep_bad(page, "non-NULL mapping");
	if (page->page_type != PAGE_TYPE_NONE)
		return keep_bad(page, "nonzero mapcount");
	if (PageHead(page)) {
		if (compound_order(page) != *order) {
			page_report_bad(page, "a compound page was freed at another order",
					"it is freed at its own order");
			*order = compound_order(page);
		}
		destroy_compound_page(page, *order);
	}
	page->flags &= PAGE_PLACE_MASK;
	return true;
}

/*
 * In the middle of a block that is freed at too high an order another one begins, as each
 * is at a multiple of its size: in use, or free in the buddy system. (Or free in a CPU's
 * cache: that is what only page_owner sees.)
 */
static __always_inline bool is_whole(const struct page *page, unsigned int order)
{
	unsigned long more = (1ul << order) - 1;
	const struct page *middle = page + (1ul << order >> 1), *last = page + more;

	return !((page_to_pfn(page) & more) | (unsigned int)page_ref_count(middle) |
		 ((page->flags ^ last->flags) >> NODES_PGSHIFT)) && !PageBuddy(middle);
}

static noinline bool check_block(struct page *page, unsigned int order)
{
	if (is_whole(page, order))
		return true;
	if (page_to_pfn(page) & ((1ul << order) - 1))
		return keep_bad(page, "freed at an order that it is not aligned to");
	if (page_ref_count(page + (1ul << order >> 1)))
		return keep_bad(page, "freed at too high an order: pages behind are in use");
	return keep_bad(page, "freed at too high an order: pages behind are not its own");
}

/* The last reference is gone, and there is something about the page or the block. */
static noinline void page_free_slowly(struct page *page, unsigned int order, bool cold,
				      unsigned long site)
{
	if ((page->flags & ~PAGE_PLACE_MASK) || page->mapping ||
	    page->page_type != PAGE_TYPE_NONE)
		if (!check_unusual(page, &order))
			return;
	if (order && !check_block(page, order))
		return;
	if (page_owner_on)
		order = __reset_page_owner(page, order, site);
	trace_mm_page_free(page, order);
	if (slab_params.init_on_free)
		zero_pages(page, order);
	if (page_poison_on)
		page_poison_fill(page, order);
	if (order < NR_PCP_ORDERS)
		pcp_give(page_zone(page), page, order, cold);
	else
		buddy_give(page, order);
}

/* Is there something about a page that is about to be freed? */
static __always_inline bool is_unusual(const struct page *page)
{
	return ((page->flags & PAGE_FLAGS_WORD) | (unsigned long)page->mapping) ||
	       page->page_type != PAGE_TYPE_NONE;
}

/* To the hot end of this CPU's list. False: it is full, or closed. */
static __always_inline bool page_push(struct pcp_list *list, struct page *page)
{
	struct list_head *first;

	if (unlikely(list->count >= list->limit))
		return false;
	list->count++;
	first = list->pages.next;
	page->lru.next = first;
	page->lru.prev = &list->pages;
	first->prev = &page->lru;
	list->pages.next = &page->lru;
	return true;
}

static noinline void page_free_after_all(struct page *page, unsigned int order,
					 unsigned long irqs, unsigned long site)
{
	local_irq_restore(irqs);
	page_free_slowly(page, order, false, site);
}

static __always_inline void page_free_block(struct page *page, unsigned int order,
					    unsigned long site)
{
	unsigned long irqs;

	if (unlikely(READ_ONCE(page_hooks) || !is_whole(page, order)))
		return page_free_slowly(page, order, false, site);
	if (order >= NR_PCP_ORDERS)
		return buddy_give(page, order);
	local_irq_save(irqs);
	if (unlikely(!page_push(page_list(page) + order, page)))
		return page_free_after_all(page, order, irqs, site);
	if (unlikely(arch_local_irq_restore_quick(irqs)))
		irqs_pending(NULL);
}

/*
 * The last reference to a page is gone, or to a compound one of @order. Inlined, as
 * alloc_here() is.
 */
static __always_inline void page_free(struct page *page, unsigned int order)
{
	unsigned long irqs;

	if (unlikely(is_unusual(page)))
		return page_free_slowly(page, order, false, _RET_IP_);
	local_irq_save(irqs);
	if (unlikely(!page_push(page_list(page), page)))
		return page_free_after_all(page, 0, irqs, _RET_IP_);
	if (unlikely(arch_local_irq_restore_quick(irqs)))
		irqs_pending(NULL);
}

/* A page that somebody else holds, or that was free already, when it is freed. */
static noinline void still_held(struct page *page)
{
	if (page_ref_count(page) < 0)
		bad_page_ref(page, "a free page was freed");
}

/* All but the first page of a block that is not compound. */
static noinline void free_others(struct page *page, unsigned int order, unsigned long site)
{
	while (order-- > 0) {
		struct page *part = page + (1ul << order);

		if (page_ref_count(part))
			page_report_bad(part, "freed at too high an order: pages behind are in use",
					"it is not freed");
		else if (PageBuddy(part))
			page_report_bad(part, "freed at too high an order: pages behind are not its own",
					NULL);
		else
			page_free_slowly(part, order, false, site);
	}
}

/*
 * A block that can't be freed as a whole by who drops a reference now. Our reference keeps
 * it as it is until we let go; what others do to it then must not matter.
 */
static noinline void free_block_slowly(struct page *page, unsigned int order, unsigned long site)
{
	bool apart = page_ref_count(page) > 0 && !PageHead(page);

	if (order >= MAX_ORDER)
		return page_report_bad(page, "freed at an order that no block has", "it is not freed");
	if (apart) {
		peel_page_owner(page, 0);
		free_others(page, order, site);
	}
	if (page_ref_dec_and_test(page))
		page_free_slowly(page, apart ? 0 : order, false, site);
	else
		still_held(page);
}

/* More than one page. */
static noinline void free_block(struct page *page, unsigned int order, unsigned long site)
{
	if (unlikely(order >= MAX_ORDER || !page_ref_freeze(page, 1)))
		return free_block_slowly(page, order, site);
	if (unlikely(is_unusual(page)))
		return page_free_slowly(page, order, false, site);
	page_free_block(page, order, site);
}

/**
 * __free_pages - drop a reference to a block; the last one frees it
 * @page: from alloc_pages()
 * @order: the order that it was allocated with
 *
 * If somebody else still holds the first page of a block that is not compound,
 * the others are freed now and that one with its last reference.
 * Context: any.
 */
void __free_pages(struct page *page, unsigned int order)
{
	if (unlikely(order))
		free_block(page, order, _RET_IP_);
	else if (likely(page_ref_dec_and_test(page)))
		page_free(page, 0);
	else
		still_held(page);
}
EXPORT_SYMBOL(__free_pages);

/** free_pages - __free_pages() by address; 0 is let pass. Context: any. */
void free_pages(unsigned long addr, unsigned int order)
{
	struct page *page = virt_to_page(addr);

	if (!addr)
		return;
	if (unlikely(!virt_addr_valid(addr))) {
		page_report_foreign(addr);
		return;
	}
	if (unlikely(order))
		free_block(page, order, _RET_IP_);
	else if (likely(page_ref_dec_and_test(page)))
		page_free(page, 0);
	else
		still_held(page);
}
EXPORT_SYMBOL(free_pages);

void free_hot_page(struct page *page)
{
	if (put_page_testzero(page))
		page_free(page, 0);
}
EXPORT_SYMBOL(free_hot_page);

void free_cold_page(struct page *page)
{
	if (put_page_testzero(page))
		page_free_slowly(page, 0, true, _RET_IP_);
}
EXPORT_SYMBOL(free_cold_page);

void __put_page(struct page *page)
{
	page_free(page, compound_order(page));
}
EXPORT_SYMBOL(__put_page);

/** put_pages_list - put_page() for each page on a list, linked by lru */
void put_pages_list(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru)
		if (put_page_testzero(page))
			__put_page(page);
	INIT_LIST_HEAD(pages);
}
EXPORT_SYMBOL(put_pages_list);

void bad_page_ref(struct page *page, const char *what)
{
	int count = page_ref_count(page);

	/* As it was before; a count below zero would be reported for ever. */
	set_page_count(page, 0);
	/* A descriptor that nobody has written yet may be boot memory's, which has users. */
	if (page->page_type == PAGE_TYPE_UNTOUCHED && pfn_to_online_page(page_to_pfn(page)) &&
	    PageReserved(page)) {
		if (count > 0) {
			page_ref_add(page, count);
			return;
		}
		what = "a reserved frame was freed";
	}
	page_report_bad(page, PageTail(page) ? "a tail of a compound page was freed" : what, NULL);
	if (count > 1)
		set_page_count(page, count);
}
EXPORT_SYMBOL(bad_page_ref);

/* Pages that follow each other from @pages on, and whose last reference was ours: gone now. */
static unsigned int drop_run(struct page **pages, unsigned int nr)
{
	struct page *first = pages[0];
	unsigned long pfn = page_to_pfn(first);
	unsigned int most = 1u << min_t(unsigned int, MAX_ORDER - 1, pfn ? __ffs(pfn) : MAX_ORDER);
	unsigned int n;

	most = min(most, nr);
	for (n = 0; n < most; n++) {
		struct page *page = first + n;

		if (pages[n] != page || is_unusual(page) ||
		    (page->flags ^ first->flags) >> NODES_PGSHIFT || !page_ref_freeze(page, 1))
			break;
	}
	return n;
}

/**
 * free_page_array - __free_page() for each of many, in as large blocks as they make
 * @pages: single pages; blocks that were split are joined again if nobody else has a part
 * @nr: how many
 * Context: any.
 */
void free_page_array(struct page **pages, unsigned int nr)
{
	unsigned int i, n, order;

	for (i = 0; i < nr; ) {
		n = READ_ONCE(page_hooks) ? 0 : drop_run(pages + i, nr - i);
		if (!n)
			__free_page(pages[i++]);
		/* The first page is aligned to more than n; so is what is left after each block. */
		for (; n; n -= 1u << order, i += 1u << order) {
			order = ilog2(n);
			page_free_block(pages[i], order, _RET_IP_);
		}
	}
}

/* More than one. */

/**
 * split_page - make a block's pages independent, each with a count of 1
 * @page: a block that is not compound
 * @order: its order
 */
void split_page(struct page *page, unsigned int order)
{
	unsigned long i, list;

	if (WARN_ON(PageCompound(page) || !page_count(page)))
		return;
	list = pcp_mobility_of(page_zone(page), page);
	page_set_list(page, list);
	for (i = 1; i < 1ul << order; i++) {
		page_set_list(page + i, list);
		set_page_count(page + i, 1);
	}
	split_page_owner(page, 1u << order);
}
EXPORT_SYMBOL(split_page);

static void *exact_nid(int nid, size_t size, gfp_t gfp, unsigned long site)
{
	unsigned int order;
	unsigned long used, all;
	struct page *page;

	if (!size || WARN_ON_ONCE(gfp & __GFP_COMP))
		gfp &= ~__GFP_COMP;
	if (!size || refuse_highmem(gfp, "alloc_pages_exact"))
		return NULL;
	order = get_order(size);
	page = nid == numa_node_id() ? alloc_ordinary(gfp, order, site)
				     : alloc_slowly(gfp, order, nid, NULL, site);
	if (!page)
		return NULL;
	split_page(page, order);
	used = PAGE_ALIGN(size) >> PAGE_SHIFT;
	for (all = 1ul << order; used < all; used++)
		__free_page(page + used);
	return lowmem_page_address(page);
}

/**
 * alloc_pages_exact - pages that follow each other, as many as needed
 * @size: bytes; rounded up to pages, not to a power of two
 * @gfp: GFP_*, without __GFP_HIGHMEM and __GFP_COMP
 * Return: their address, or NULL. Free with free_pages_exact().
 */
void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	return exact_nid(numa_node_id(), size, gfp, _RET_IP_);
}
EXPORT_SYMBOL(alloc_pages_exact);

void *alloc_pages_exact_nid(int nid, size_t size, gfp_t gfp)
{
	return exact_nid(nid, size, gfp, _RET_IP_);
}
EXPORT_SYMBOL(alloc_pages_exact_nid);

/** free_pages_exact - give back what alloc_pages_exact() returned for @size */
void free_pages_exact(void *virt, size_t size)
{
	unsigned long addr = (unsigned long)virt, end = addr + PAGE_ALIGN(size);

	for (; addr < end; addr += PAGE_SIZE)
		free_page(addr);
}
EXPORT_SYMBOL(free_pages_exact);

/* Where the next page of a bulk request goes. */
struct bulk {
	struct list_head *list;
	struct page **array;
	unsigned long done, want;
};

/* Pages that are in the array already count as done. */
static __always_inline bool bulk_next(struct bulk *b)
{
	while (b->array && b->done < b->want && b->array[b->done])
		b->done++;
	return b->done < b->want;
}

static __always_inline void bulk_put(struct bulk *b, struct page *page)
{
	if (b->array)
		b->array[b->done] = page;
	else
		list_add(&page->lru, b->list);
	b->done++;
}

static __always_inline struct list_head *bulk_one(struct page **slot, struct list_head *entry)
{
	*slot = prep_single(list_entry(entry, struct page, lru));
	return entry->next;
}

/*
 * As much of a list as fits, up to a slot that is taken; the list's links are mended
 * once, at the end. Four at a time: a page's share is then about seven instructions.
 * Interrupts are off.
 */
static void bulk_pop(struct bulk *b, struct pcp_list *list)
{
	struct list_head *entry = list->pages.next;
	struct page **slot = b->array + b->done;
	unsigned long left = min(b->want - b->done, (unsigned long)list->count), n = left;

	for (; left >= 4 && !((unsigned long)slot[0] | (unsigned long)slot[1] |
			      (unsigned long)slot[2] | (unsigned long)slot[3]); left -= 4) {
		entry = bulk_one(&slot[0], entry);
		entry = bulk_one(&slot[1], entry);
		entry = bulk_one(&slot[2], entry);
		entry = bulk_one(&slot[3], entry);
		slot += 4;
	}
	for (; left && !*slot; left--)
		entry = bulk_one(slot++, entry);
	n -= left;
	b->done += n;
	list->pages.next = entry;
	entry->prev = &list->pages;
	list->count -= (int)n;
	list->allocs += n;
}

/* From this CPU's cache, refilled as long as the zone is above its low mark. */
static void bulk_take(struct bulk *b, gfp_t gfp)
{
	const struct page_fast *fast;
	unsigned long flags;
	struct page *page;

	local_irq_save(flags);
	fast = fast_of(gfp);
	while (may_be_here(gfp, flags) && bulk_next(b) &&
	       fast_open(fast, b->want - b->done - 1)) {
		if (b->array && !list_empty(&fast->list->pages)) {
			bulk_pop(b, fast->list);
			continue;
		}
		page = pcp_pop(fast->list);
		if (!page)
			page = pcp_refill(fast->zone, fast->list, gfp_migratetype(gfp), 0);
		if (!page)
			break;
		bulk_put(b, prep_single(page));
	}
	local_irq_restore(flags);
}

/* One more where hooks have closed the way through the cache: what is there cheaply. */
static noinline struct page *bulk_more(gfp_t gfp, int nid, const nodemask_t *nodes,
				       unsigned long site)
{
	gfp_t cheap = (gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL)) | __GFP_NOWARN;
	struct page_request rq;
	struct page *page;

	if (!page_request_init(&rq, cheap, 0, nid, nodes) || fail_page_alloc(gfp, 0))
		return NULL;
	page = page_request_serve(&rq);
	if (page)
		prep(page, gfp, 0, site);
	trace_mm_page_alloc(page, 0, gfp, rq.mobility);
	return page;
}

/**
 * __alloc_pages_bulk - many single pages at once
 * @gfp: GFP_*
 * @nid: preferred node
 * @nodes: only these nodes; NULL: any
 * @nr_pages: how many are wanted
 * @list: they are added here, linked by lru; or NULL, and
 * @array: they are put where it has NULL; pages that are there already count
 *
 * Takes what is there cheaply; at least one page is tried for in earnest.
 * Context: as for alloc_pages().
 * Return: pages on the list, or in the array from its start.
 */
unsigned long __alloc_pages_bulk(gfp_t gfp, int nid, nodemask_t *nodes, int nr_pages,
				 struct list_head *list, struct page **array)
{
	struct bulk b = { list, array, 0, nr_pages > 0 ? nr_pages : 0 };
	unsigned long before;
	struct page *page;

	bulk_next(&b);
	before = b.done;
	if (!nodes && !(gfp & ~FAST_FLAGS) && nid == numa_node_id())
		bulk_take(&b, gfp);
	/* One in earnest. */
	while (bulk_next(&b) && (b.done == before || READ_ONCE(page_hooks))) {
		page = b.done == before ? alloc_slowly(gfp, 0, nid, nodes, _RET_IP_) :
					  bulk_more(gfp, nid, nodes, _RET_IP_);
		if (!page)
			break;
		bulk_put(&b, page);
	}
	return b.done;
}
EXPORT_SYMBOL(__alloc_pages_bulk);

/* Totals. */

unsigned long nr_free_pages(void)
{
	return global_zone_page_state(NR_FREE_PAGES);
}
EXPORT_SYMBOL(nr_free_pages);

/** nr_free_buffer_pages - low memory above the high marks, free or not */
unsigned long nr_free_buffer_pages(void)
{
	unsigned long sum = 0;
	struct zone *zone;

	for_each_zone(zone) {
		unsigned long size = zone_managed_pages(zone);

		if (!is_highmem(zone) && size > high_wmark_pages(zone))
			sum += size - high_wmark_pages(zone);
	}
	return sum;
}
EXPORT_SYMBOL(nr_free_buffer_pages);

unsigned long get_num_physpages(void)
{
	struct pglist_data *pgdat;
	unsigned long pages = 0;

	for_each_online_pgdat(pgdat)
		pages += pgdat->node_present_pages;
	return pages;
}
EXPORT_SYMBOL(get_num_physpages);

unsigned long totalhigh_pages(void)
{
	struct zone *zone;
	unsigned long pages = 0;

	for_each_zone(zone)
		if (is_highmem(zone))
			pages += zone_managed_pages(zone);
	return pages;
}
EXPORT_SYMBOL(totalhigh_pages);

/* Pages that a zone's high mark and reserves keep. */
static long zone_kept(const struct zone *zone)
{
	long reserve = 0;
	int j;

	for (j = 0; j < MAX_NR_ZONES; j++)
		reserve = max(reserve, READ_ONCE(zone->lowmem_reserve[j]));
	return min(reserve + (long)high_wmark_pages(zone), (long)zone_managed_pages(zone));
}

/**
 * si_mem_available - pages that a new user may have without harm
 *
 * Those that are free above the marks and reserves, and what slabs and freed areas that wait
 * to be unmapped could give back: but some of that is in use, so without half of it, or the
 * low marks if these are less.
 * Return: pages; Linux's Documentation/filesystems/proc.rst, MemAvailable.
 */
long si_mem_available(void)
{
	unsigned long more = (global_node_page_state(NR_SLAB_RECLAIMABLE_B) >> PAGE_SHIFT) +
			     vmap_waiting_pages(), low = 0;
	long pages = (long)nr_free_pages();
	struct zone *zone;

	for_each_zone(zone) {
		low += low_wmark_pages(zone);
		pages -= zone_kept(zone);
	}
	return max(pages + (long)(more - min(more / 2, low)), 0l);
}
EXPORT_SYMBOL(si_mem_available);

static unsigned long free_highmem(int nid)
{
	struct zone *zone;
	unsigned long pages = 0;

	for_each_zone(zone)
		if (is_highmem(zone) && (nid == NUMA_NO_NODE || zone->node == nid))
			pages += zone_page_state(zone, NR_FREE_PAGES);
	return pages;
}

/** si_meminfo - memory in total, in pages; there is no swap and no page cache */
void si_meminfo(struct sysinfo *val)
{
	memset(val, 0, sizeof(*val));
	val->totalram = totalram_pages();
	val->freeram = nr_free_pages();
	val->totalhigh = totalhigh_pages();
	val->freehigh = free_highmem(NUMA_NO_NODE);
	val->mem_unit = PAGE_SIZE;
}
EXPORT_SYMBOL(si_meminfo);

void si_meminfo_node(struct sysinfo *val, int nid)
{
	struct pglist_data *pgdat = NODE_DATA(nid);
	int z;

	memset(val, 0, sizeof(*val));
	for (z = 0; z < MAX_NR_ZONES; z++) {
		val->totalram += zone_managed_pages(&pgdat->node_zones[z]);
		val->freeram += zone_page_state(&pgdat->node_zones[z], NR_FREE_PAGES);
	}
	val->totalhigh = zone_managed_pages(&pgdat->node_zones[ZONE_HIGHMEM]);
	val->freehigh = free_highmem(nid);
	val->mem_unit = PAGE_SIZE;
}
EXPORT_SYMBOL(si_meminfo_node);
