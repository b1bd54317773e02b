/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the page allocator know of each other:
 *
 *	page_alloc.c	the interface; the fast path
 *	gfp.c		what a request may do, zone by zone; the slow path
 *	pcp.c		order-0 pages of each CPU
 *	buddy.c		free blocks of a zone
 *	zones.c		where frames, zones and nodes are
 */
#ifndef MM_PAGES_H
#define MM_PAGES_H

#include <linux/fault-inject.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/percpu-defs.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/topology.h>

/* memblock.c: what it does, to any lists. */

struct memblock;
struct memblock_type;
int memblock_type_add(struct memblock_type *type, phys_addr_t base, phys_addr_t end, int nid);
int memblock_type_remove(struct memblock_type *type, phys_addr_t base, phys_addr_t end);
phys_addr_t memblock_room(const struct memblock *mb, phys_addr_t size, phys_addr_t align,
			  phys_addr_t start, phys_addr_t end, int nid);
void memblock_next(const struct memblock *mb, u64 *idx, int nid, bool free,
		   phys_addr_t *start, phys_addr_t *end, int *out_nid);

/* zones.c and mem_map.c */

/* Frames that have a struct page, whole blocks of the largest order. */
struct frame_range {
	unsigned long start_pfn, end_pfn;
	int nid;
};

unsigned int frame_range_count(void);
const struct frame_range *frame_range(unsigned int i);
/**
 * mem_map_used - the first frame from @pfn on that somebody may have had
 * For who looks at all descriptors: to read one that was never written takes memory from
 * the host. Never-used frames come in largest blocks, so it need be asked at their borders only.
 */
unsigned long mem_map_used(unsigned long pfn);
/** zone_give - free frames [start, end) of a zone for the first time; returns pages */
unsigned long zone_give(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn);
/** zones_ready - all frames are given: compute marks and print totals */
void zones_ready(unsigned long free_pages);
const char *zone_name(enum zone_type type);
/** zone_known - does this kind of machine have such zones at all? */
bool zone_known(enum zone_type z);
/**
 * zone_highest - the highest kind of zone of this machine that may serve a request
 * @gfp: its flags
 *
 * Other than gfp_zone() it knows that without ZONE_DMA32 all memory that is mapped for
 * good lies below 4 GiB, so that __GFP_DMA32 doesn't fall down to the 16 MiB of ZONE_DMA.
 */
enum zone_type zone_highest(gfp_t gfp);

/* zone->lock, counted. */
static inline unsigned long zone_lock(struct zone *zone)
{
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	zone->lock_takings++;
	return flags;
}

static inline void zone_unlock(struct zone *zone, unsigned long flags)
{
	spin_unlock_irqrestore(&zone->lock, flags);
}

static inline unsigned long zone_free_pages(const struct zone *zone)
{
	return (unsigned long)READ_ONCE(zone->vm_stat[NR_FREE_PAGES].counter);
}

/* Under zone->lock, so that no atomic is needed. */
static inline void zone_count_free(struct zone *zone, long pages)
{
	WRITE_ONCE(zone->vm_stat[NR_FREE_PAGES].counter,
		   zone->vm_stat[NR_FREE_PAGES].counter + pages);
}

/* Pages that go out, not by way of a CPU's cache. Interrupts are off. */
static inline void zone_count_alloc(struct zone *zone, unsigned long pages)
{
	raw_cpu_ptr(zone->pageset)->direct += pages;
}

/* Pages of @zone went to a request that had rather had some of another node's zone. */
static inline void zone_count_miss(struct zone *zone, struct zone *rather, unsigned long pages)
{
	atomic_long_add((long)pages, &zone->numa_miss);
	atomic_long_add((long)pages, &rather->numa_foreign);
}

/* buddy.c: zone->lock held; the caller counts NR_FREE_PAGES. */

struct page *buddy_alloc(struct zone *zone, unsigned int order, int mobility);
void buddy_free(struct zone *zone, struct page *page, unsigned int order);

/* Types of pageblocks are stored such that memory of zeros says "movable". */
static inline int pageblock_type_of(const struct zone *zone, unsigned long pfn)
{
	return READ_ONCE(zone->pageblock_types[(pfn - zone->pageblock_base) >>
					       pageblock_order]) ^ MIGRATE_MOVABLE;
}

/** buddy_block_of - the free block that a frame lies in, or NULL */
struct page *buddy_block_of(struct page *page);
/** buddy_is_fresh - has this frame never been handed to anybody? */
bool buddy_is_fresh(const struct zone *zone, unsigned long pfn);
/** buddy_fresh_end - where the frames that nobody has had and that begin at @pfn end; @pfn
 *  itself: somebody has had it */
unsigned long buddy_fresh_end(const struct zone *zone, unsigned long pfn);
/** buddy_thaw - list a frame's block, which is fresh, as an ordinary one: still free */
void buddy_thaw(struct zone *zone, unsigned long pfn);
/** buddy_has_block - is there a free block of at least this order? */
bool buddy_has_block(const struct zone *zone, unsigned int order);
/** buddy_put - put a free block on a list as it is, not joined. zone->lock held. */
void buddy_put(struct zone *zone, struct page *page, unsigned int order, int type);
/** buddy_take - take a free block off its list. zone->lock held. */
void buddy_take(struct zone *zone, struct page *page, unsigned int order);
/**
 * buddy_retype - give a pageblock another mobility type, its free blocks too
 * @of: any page of it
 * Context: zone->lock held. Return: pages of it that are free.
 */
unsigned long buddy_retype(struct zone *zone, const struct page *of, int type);

/* pcp.c */

/*
 * What a CPU needs to know to serve a request from its own pages: looked up by
 * the bits of the request that choose a zone and a list.
 * Keys: P owning CPU, interrupts off; changed at boot and by sysctl
 */
#define FAST_BITS	5
#define FAST_MASK	((1u << FAST_BITS) - 1)
struct page_fast {
	struct pcp_list *list;		/* P  of order 0 in the zone of first choice */
	const atomic_long_t *free;	/* P  the zone's free pages; 0 for no zone */
	unsigned long mark;		/* P  there must be more than this */
	struct zone *zone;		/* P  NULL: the long way */
};

DECLARE_PER_CPU(struct page_fast [1 << FAST_BITS], page_fast);

/*
 * The order-0 list that a page goes back to, by the place bits of its flags;
 * those of other orders follow it. Keys: C fixed at boot
 */
extern struct pcp_list __percpu *page_home[1 << (ZONES_WIDTH + NODES_WIDTH + LISTS_WIDTH)];

/** page_set_list - say to which of a CPU's lists a page goes when it is freed */
static inline void page_set_list(struct page *page, unsigned long list)
{
	page->flags = (page->flags & ~(LISTS_MASK << LISTS_PGSHIFT)) |
		      (list & LISTS_MASK) << LISTS_PGSHIFT;
}

static inline struct pcp_list *pcp_list_of(struct zone *zone, int mobility, unsigned int order)
{
	return &raw_cpu_ptr(zone->pageset)->lists[mobility * NR_PCP_ORDERS + order];
}

/* The mobility to list a page of this pageblock under. */
static inline int pcp_mobility_of(const struct zone *zone, const struct page *page)
{
	int type = pageblock_type_of(zone, page_to_pfn(page));

	return type < MIGRATE_PCPTYPES ? type : MIGRATE_UNMOVABLE;
}

/* Where an order-0 page goes. Interrupts are off. */
static __always_inline struct pcp_list *page_list(struct page *page)
{
	return raw_cpu_ptr(page_home[page->flags >> LISTS_PGSHIFT]);
}

/* Interrupts are off. NULL: the list is empty. */
static __always_inline struct page *pcp_pop(struct pcp_list *list)
{
	struct list_head *entry = list->pages.next, *next;

	if (unlikely(entry == &list->pages))
		return NULL;
	next = entry->next;
	list->pages.next = next;
	next->prev = &list->pages;
	list->count--;
	list->allocs++;
	return list_entry(entry, struct page, lru);
}

/** pcp_get - a block from this CPU's cache, refilled if empty. Context: any. */
struct page *pcp_get(struct zone *zone, int mobility, unsigned int order, bool cold);
/** pcp_give - a block to this CPU's cache. Context: any. */
void pcp_give(struct zone *zone, struct page *page, unsigned int order, bool cold);
struct page *pcp_refill(struct zone *zone, struct pcp_list *list, int mobility,
			unsigned int order);
/**
 * pcp_update_fast - what every CPU knows of marks and hooks is out of date
 * Context: boot, or a task that may sleep.
 */
void pcp_update_fast(void);
/**
 * pcp_update_marks - what a zone keeps has changed: all CPUs' marks for those requests
 * that try this zone first
 * Context: any, zone->lock not held.
 */
void pcp_update_marks(const struct zone *zone);
/** pcp_pages - pages in one CPU's cache of a zone; read as it is */
unsigned long pcp_pages(const struct per_cpu_pages *pcp);
/** pcp_high - pages that these hold at most, in all lists together */
unsigned long pcp_high(const struct per_cpu_pages *pcp);
unsigned long pcp_count_all(struct zone *zone);
/** pcp_holds - is this page in this CPU's cache? For reports: it searches. */
bool pcp_holds(struct page *page);
/** zone_events - pages allocated from and freed to a zone since boot */
void zone_events(struct zone *zone, unsigned long *allocs, unsigned long *frees);

/* gfp.c */

#define ALLOC_WMARK_MASK	3u	/* an enum zone_watermarks */
#define ALLOC_HIGH		4u	/* half of min may be used */
#define ALLOC_HARDER		8u	/* and a quarter of the rest */
#define ALLOC_NO_WATERMARKS	16u	/* all of it */
#define ALLOC_CPUSET		32u	/* only nodes in current->mems_allowed */

/* A request, taken apart. */
struct page_request {
	gfp_t gfp;
	unsigned int order;
	unsigned int flags;		/* ALLOC_* */
	int nid;			/* preferred node */
	enum zone_type highest;		/* kind of zone */
	int mobility;
	const nodemask_t *nodes;	/* or NULL: any */
};

bool page_request_init(struct page_request *rq, gfp_t gfp, unsigned int order, int nid,
		       const nodemask_t *nodes);
struct page *page_request_serve(struct page_request *rq);
unsigned long zone_floor(const struct zone *zone, const struct page_request *rq);
bool zone_allowed(const struct zone *zone, const struct page_request *rq);
void gfp_reset(void);

/* page_alloc.c */

/*
 * What is done to each page that comes or goes beyond the ordinary. Any of them
 * sends all requests the long way; none costs the fast path nothing.
 */
enum page_hook {
	PAGE_HOOK_OWNER		= 1,	/* page_owner.c: record who */
	PAGE_HOOK_INIT		= 2,	/* init_on_alloc=, init_on_free= */
	PAGE_HOOK_POISON	= 4,	/* page_poison.c: fill when freed, check when allocated */
	PAGE_HOOK_TRACE		= 8,	/* trace events are on */
	PAGE_HOOK_FAIL		= 16,	/* fault injection is armed */
};
extern unsigned int page_hooks;		/* C  changed by page_hooks_set() */
/** page_hooks_set - switch one on or off. Context: boot, or a task that may sleep. */
void page_hooks_set(enum page_hook hook, bool on);

/** fail_page_alloc - is this request made to fail? Once per request. Context: any. */
static inline bool fail_page_alloc(gfp_t gfp, unsigned int order)
{
	return unlikely(READ_ONCE(page_hooks) & PAGE_HOOK_FAIL) && should_fail_alloc_page(gfp, order);
}

/** page_prep - make one frame, taken from the buddy system, a page in use */
void page_prep(struct page *page, gfp_t gfp, unsigned long site);
/** page_take - a block from one zone, its pages cache first; not prepared yet */
struct page *page_take(struct zone *zone, const struct page_request *rq);
/** free_page_array - __free_page() for each of many, in as large blocks as they make. Any. */
void free_page_array(struct page **pages, unsigned int nr);
void page_alloc_reset(void);

/* page_owner.c */

void page_owner_shutdown(void);

/* stack_depot.c; the interface proper is in linux/stackdepot.h. */

struct stack_depot_stats {
	unsigned long stacks;		/* kept */
	unsigned long refused;		/* not kept: no room */
	unsigned long bytes;		/* that they take */
	unsigned int slabs, max_slabs;	/* memory for them, of 16 KiB each */
};

void stack_depot_stats(struct stack_depot_stats *s);
void stack_depot_shutdown(void);

/* page_poison.c */

extern bool page_poison_on;		/* C  changed by page_poison_set() */
void page_poison_shutdown(void);
/** page_poison_set - switch it on or off. Context: nobody else uses pages. */
void page_poison_set(bool on);
/** page_poison_fill - a block is being freed: fill it, and remember that. Context: any. */
void page_poison_fill(struct page *page, unsigned int order);
/** page_poison_check - it is being allocated: report what was written since. Context: any. */
void page_poison_check(struct page *page, unsigned int order);

/* page_check.c */

/** page_report_foreign - report that what was freed by address is no page of ours */
void page_report_foreign(unsigned long addr);

/* page_report.c */

/**
 * page_report_bad - report a page that is not as it should be
 * @page: the page; it is left as it is
 * @what: what is wrong
 * @now: what becomes of it; NULL: nobody held it, and what it is, is found out
 * Context: any.
 */
void page_report_bad(struct page *page, const char *what, const char *now);
/** show_free_areas - log each zone's free memory, marks and blocks */
void show_free_areas(void);

#endif
