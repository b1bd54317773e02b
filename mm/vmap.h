/* SPDX-License-Identifier: MIT */
/*
 * Areas of virtual memory, as the files that fill them see them:
 *
 *	vmap_area.c	addresses
 *	vmap.c		areas: made, looked up, mapped, unmade
 *	vmap_block.c	small ones of vm_map_ram(), many in an area
 *	vmap_lazy.c	those that are dying: unmapped many at a time
 *	vmap_report.c	explaining addresses, views, validation
 *
 * vmalloc.c and ioremap.c put something behind them.
 */
#ifndef MM_VMAP_H
#define MM_VMAP_H

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap_area.h"

#define VMAP_STACK	8	/* callers remembered for each area */

struct vmap_stack {
	unsigned int depth;
	uintptr_t pc[VMAP_STACK];
};

/* Who made and who freed an area. Keys: C fixed once it is made | V vmap_lock */
struct vmap_history {
	struct vmap_stack allocated;	/* C */
	struct vmap_stack freed;	/* V  once it is dying */
};

/*
 * An area. Keys: C fixed once it is ready | V vmap_lock | L the same, but once it has been
 * taken off the list of the dying: who did that
 */
struct vmap_record {
	struct vm_struct vm;
	struct vmap_area va;		/* V */
	const char *kind;		/* C  "vmalloc area", ... */
	unsigned long requested;	/* C  bytes that were asked for */
	struct page **pages;		/* C  those mapped, or NULL: nothing, or a device */
	struct page *single;		/* C  what pages points to, if there is one page only */
	unsigned int mapped;		/* C  pages behind it, the guard left out */
	unsigned int flags;		/* C  VMAP_* */
	bool dying;			/* V  freed; its addresses are not, yet */
	unsigned char waiting;		/* V  VMAP_WAITS, VMAP_GOES; 0: neither */
	struct list_head dead;		/* L  where it waits */
	/* Of the first area of a range that waits as one: */
	struct list_head parts;		/* L  the others, by address */
	unsigned int areas;		/* L  how many there are, */
	unsigned long held_vmalloc;	/* L  pages that they own and NR_VMALLOC_PAGES counts */
	unsigned long held_other;	/* L  that they own besides */
	struct vmap_history history[];	/* one, if vmap_debug */
};

/* vmap_record.waiting */
#define VMAP_WAITS	1	/* others may join it */
#define VMAP_GOES	2	/* somebody unmaps it */

/* vmap_record.flags */
#define VMAP_RAM	1u		/* vm_map_ram(): not for find_vm_area() and vfree() */
#define VMAP_BLOCK	2u		/* besides, for many of its mappings */
#define VMAP_KSTACK	4u		/* a stack (mm/stack.c): kept at shutdown, no leak */

struct vmap_request {
	const char *kind;
	unsigned long size;		/* bytes, without guard */
	unsigned long align;		/* a power of two, at least a page */
	unsigned long lo, hi;		/* where; 0 and 0: anywhere in the window */
	unsigned long flags;		/* VM_* */
	unsigned int record_flags;	/* VMAP_* */
	int node;			/* for records and pages */
	gfp_t gfp;			/* for the records */
	gfp_t zone;			/* for the pages: a zone modifier */
	pgprot_t prot;			/* of the mapping */
	const void *caller;
};

/*
 * debug_vmalloc=on: histories are kept, and a freed area faults at once (vmap_lazy.c).
 * Keys: C fixed at boot | V vmap_lock
 */
extern bool vmap_debug;			/* C */
extern struct kmem_cache *vmap_record_cache; /* C  NULL: there is no window */
extern spinlock_t vmap_lock;
extern struct vmap_space vmap_space;	/* V */
extern unsigned long vmap_lazy_max;	/* C  pages of addresses that may wait; 0: none */

static inline struct vmap_record *to_record(struct vm_struct *vm)
{
	return container_of(vm, struct vmap_record, vm);
}

static inline struct vmap_record *va_record(struct vmap_area *va)
{
	return container_of(va, struct vmap_record, va);
}

/** vmap_ready - is an area in use, and all of its record written? vmap_lock held. */
static inline bool vmap_ready(const struct vmap_record *rec)
{
	return !rec->dying && !(smp_load_acquire(&rec->vm.flags) & VM_UNINITIALIZED);
}

/* Do its pages go with the area, or are they the caller's? */
static inline bool vmap_owns_pages(const struct vmap_record *rec)
{
	return rec->vm.flags & (VM_ALLOC | VM_MAP_PUT_PAGES);
}

/* vmap.c */

/**
 * vmap_area_get - addresses for an area, VM_UNINITIALIZED
 * Context: may sleep if rq->gfp says so. Return: NULL: no addresses or no memory; reported.
 */
struct vmap_record *vmap_area_get(const struct vmap_request *rq);
/** vmap_area_ready - all is written, all is mapped: others may look */
static inline void vmap_area_ready(struct vmap_record *rec)
{
	smp_store_release(&rec->vm.flags, rec->vm.flags & ~VM_UNINITIALIZED);
}

enum vmap_how {
	VMAP_NOW,		/* the caller calls vmap_area_put() at once */
	VMAP_LAZY,		/* the same, unless areas like this one may wait */
	VMAP_LATER,		/* all is done by somebody who may sleep */
	VMAP_NOW_RAM,		/* as VMAP_NOW; for those with VMAP_RAM, and only for them */
};

enum vmap_why {
	VMAP_FREED,		/* done, or to be done by the caller */
	VMAP_UNKNOWN,		/* no area begins there */
	VMAP_DYING,		/* freed already, put off */
};

/**
 * vmap_area_unmake - the area that begins at an address is nobody's any more
 * @site: who frees it, for reports
 * Context: any.
 * Return: the area, if the caller is to put it; NULL: @why says why not.
 */
struct vmap_record *vmap_area_unmake(const void *addr, enum vmap_how how, unsigned long site,
				     enum vmap_why *why);
/** vmap_area_put - unmap, flush, free the pages that it owns, addresses, record. May sleep. */
void vmap_area_put(struct vmap_record *rec);
/** vmap_area_drop - addresses of a dying area, or range, go. vmap_lock held. */
void vmap_area_drop(struct vmap_record *rec);
/** vmap_record_free - what is left of a dropped one */
static inline void vmap_record_free(struct vmap_record *rec)
{
	if (rec->pages != &rec->single)
		kvfree(rec->pages);
	kmem_cache_free(vmap_record_cache, rec);
}

/** vmap_each - call @fn for each area, dying ones included, vmap_lock held. Context: any. */
void vmap_each(void (*fn)(struct vmap_record *rec));
/** vmap_hold - call @fn with the mapped bytes of the area that begins at @start, unless it
 *  has been freed; it is not unmapped meanwhile. Context: any. */
void vmap_hold(unsigned long start, void (*fn)(void *ctx, unsigned long lo, unsigned long hi),
	       void *ctx);

/** vmap_get_pages - single pages, from blocks as large as there are; returns how many */
unsigned int vmap_get_pages(struct page **pages, unsigned int nr, int node, gfp_t gfp,
			    unsigned int *max_order);
/** vmap_map_pages - map pages, one call of the port for each contiguous run */
int vmap_map_pages(unsigned long va, struct page **pages, unsigned int nr, unsigned int prot);
/** vmap_count_nodes - vmap_count_pages() where there are several nodes */
void vmap_count_nodes(struct page **pages, unsigned int nr, int sign);

/** vmap_count_pages - pages that belong to areas come (1) or go (-1) */
static inline void vmap_count_pages(struct page **pages, unsigned int nr, int sign)
{
	if (unlikely(machine.nr_nodes > 1))
		vmap_count_nodes(pages, nr, sign);
	else
		mod_node_page_state(NODE_DATA(0), NR_VMALLOC_PAGES, sign * (long)nr);
}

/** vmap_warn - "comm: <what>, mode:...", with the stack, unless __GFP_NOWARN */
void vmap_warn(gfp_t gfp, const char *fmt, ...) __printf(2, 3) __cold;
int vmap_init(void);
void vmap_shutdown(void);

/* vmap_block.c */

#define VMAP_BLOCK_MOST	32u	/* pages of a mapping in a block */

enum vmap_block_result {
	VMAP_BLOCK_NONE,	/* the address is in no block */
	VMAP_BLOCK_DONE,
	VMAP_BLOCK_UNKNOWN,	/* no mapping begins there */
	VMAP_BLOCK_WRONG,	/* it has another number of pages; it stays */
};

/* A mapping in a block. */
struct vmap_mapping {
	unsigned long start, size;
	const void *caller;
};

/**
 * vmap_block_map - map up to VMAP_BLOCK_MOST pages at addresses in a block of this CPU's
 * @rq: align, node, gfp, prot, caller; the rest is filled in
 * Context: may sleep. Return: the first byte; NULL, reported.
 */
void *vmap_block_map(struct page **pages, unsigned int count, struct vmap_request *rq);
/** vmap_block_unmap - undo that; @mapped: how many pages begin there, if it is another number */
enum vmap_block_result vmap_block_unmap(const void *mem, unsigned int count,
					unsigned int *mapped);
/** vmap_block_purge - flush what was unmapped, and let idle blocks go. Context: process. */
void vmap_block_purge(void);
/** vmap_block_flushes - for blocks, since boot */
unsigned long vmap_block_flushes(void);
void vmap_block_init(void);

/* Of a record with VMAP_BLOCK, vmap_lock held: */

/** vmap_block_page - the page behind an address, or NULL */
struct page *vmap_block_page(const struct vmap_record *rec, unsigned long addr);
/** vmap_block_mapping - the mapping that an address is in, or in the guard page of; false: none */
bool vmap_block_mapping(const struct vmap_record *rec, unsigned long addr,
			struct vmap_mapping *mapping);
/** vmap_block_next - the first mapping at or above an address; false: none */
bool vmap_block_next(const struct vmap_record *rec, unsigned long from,
		     struct vmap_mapping *mapping);
/** vmap_block_mapped - bytes that are mapped */
unsigned long vmap_block_mapped(const struct vmap_record *rec);
unsigned int vmap_block_validate(const struct vmap_record *rec);

/* vmap_lazy.c */

/** vmap_retire - a dying area waits for vmap_purge(). vmap_lock held. */
void vmap_retire(struct vmap_record *rec);
/** vmap_find_part - vmap_part_at() where the range has several */
struct vmap_record *vmap_find_part(struct vmap_record *rec, unsigned long addr);

/** vmap_part_at - which area of a range that waits an address is of. vmap_lock held. */
static inline struct vmap_record *vmap_part_at(struct vmap_record *rec, unsigned long addr)
{
	return likely(addr - (unsigned long)rec->vm.addr < rec->vm.size) ? rec :
	       vmap_find_part(rec, addr);
}
/**
 * vmap_purge - unmap and free all that waits
 * @wait: also for those who are at it, if that is possible
 * Context: process; sleeps only to wait. Return: pages freed.
 */
unsigned long vmap_purge(bool wait);
/** vmap_purge_due - the same for ranges that are long, or all if too much waits. Context: process. */
void vmap_purge_due(void);
bool vmap_is_due(void);
/** vmap_purge_soon - let somebody who may sleep call vmap_purge_due(). kernel/vpurge.c has it.
 *  Context: any but NMI. */
void vmap_purge_soon(void);
/** vmap_free_pages - what an area owns, after it is unmapped and flushed. May sleep. */
unsigned long vmap_free_pages(struct vmap_record *rec);
/** vmap_may_wait - may a dying area that owns its pages wait? */
static inline bool vmap_may_wait(void)
{
	return READ_ONCE(vmap_lazy_max);
}
void vmap_lazy_init(void);
/** vmap_lazy_validate - faults in the list of the dying, each one logged */
unsigned int vmap_lazy_validate(void);

#define VMAP_ENOUGH	64	/* areas unmapped in one call: to wait for more gains nothing */
#define VMAP_BRIDGE	(64ul << PAGE_SHIFT)	/* free addresses within a range, at most */

/* For views and tests. Keys: V vmap_lock */
struct vmap_lazy_stats {
	unsigned long areas;		/* V  waiting now, */
	unsigned long ranges;		/* V  as so many ranges */
	unsigned long addresses;	/* V  that they take, in pages */
	unsigned long vmalloc_pages;	/* V  that they own and NR_VMALLOC_PAGES counts */
	unsigned long other_pages;	/* V  that they own besides */
	unsigned long purged, calls;	/* V  areas since boot, and unmappings that it took */
};

void vmap_lazy_stats(struct vmap_lazy_stats *stats);
/** vmap_lazy_set - from now on so many pages of addresses may wait, at most. Tests. */
void vmap_lazy_set(unsigned long pages);

/* vmap_report.c */

/* An area as it is seen while others live on. Addresses. */
struct vmap_seen {
	unsigned long start, mapped, end;	/* of it; of what is mapped; of the guard page */
	const char *kind;
	const void *caller;
	unsigned int areas;			/* more than one only of those freed, as a range */
	bool dying;
};

/** vmap_see - the area that contains @from, or else begins next; false: there is none.
 *  Context: any. */
bool vmap_see(unsigned long from, struct vmap_seen *seen);

#define VMAP_GRAVES	64	/* areas freed lately that are remembered */

/** vmap_bury - remember an area that goes. vmap_lock held. */
void vmap_bury(const struct vmap_record *rec);
/** vmap_forget_graves - all that is remembered; boot */
void vmap_forget_graves(void);
/** vmap_memories - where addresses are of areas that are gone, maybe others' by now */
void vmap_memories(unsigned long *lo, unsigned long *hi);

#endif
