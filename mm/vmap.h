/* SPDX-License-Identifier: MIT */
/*
 * Areas of virtual memory, as the files that fill them see them: mm/vmap.c keeps
 * them; mm/vmalloc.c, mm/ioremap.c and mm/fault.c use them.
 */
#ifndef MM_VMAP_H
#define MM_VMAP_H

#include <linux/vmalloc.h>

#include "mm/internal.h"

#define VMAP_STACK	8	/* callers remembered for each area */

struct vmap_stack {
	unsigned int depth;
	uintptr_t pc[VMAP_STACK];
};

/*
 * An area. Keys: C fixed once it is made | V vmap_lock
 */
struct vmap_record {
	struct vm_struct vm;
	const char *kind;		/* C  "vmalloc area", ... */
	unsigned long requested;	/* C  bytes that were asked for */
	unsigned int mapped;		/* C  pages behind it, the guard left out */
	struct vmap_stack allocated;	/* C */
	struct vmap_stack freed;	/* V  once it is on the way out */
	bool dying;			/* V  freed; its addresses are not, yet */
	struct vmap_record *deferred;	/* V  freed where nobody may sleep */
};

struct vmap_request {
	const char *kind;
	unsigned long size;		/* bytes, without guard */
	unsigned long align;		/* a power of two, at least a page */
	unsigned long lo, hi;		/* where; 0 and 0: anywhere in the window */
	unsigned long flags;		/* VM_* */
	int node;			/* for the records */
	gfp_t gfp;			/* for the records */
	const void *caller;
};

static inline struct vmap_record *to_record(struct vm_struct *vm)
{
	return container_of(vm, struct vmap_record, vm);
}

/** vmap_area_get - addresses for an area; NULL: no addresses or no memory */
struct vmap_record *vmap_area_get(const struct vmap_request *rq);

enum vmap_why {
	VMAP_FREED,		/* taken */
	VMAP_UNKNOWN,		/* no area begins there */
	VMAP_DYING,		/* freed already, put off */
};

/**
 * vmap_area_unmake - the area that begins at an address is nobody's any more
 * @defer: put the rest off; else the caller calls vmap_area_put()
 * @site: who frees it, for reports
 * Context: any. Return: the area, or NULL and @why.
 */
struct vmap_record *vmap_area_unmake(const void *addr, bool defer, unsigned long site,
				     enum vmap_why *why);
/** vmap_area_put - unmap, flush, give addresses and record back. May sleep. */
void vmap_area_put(struct vmap_record *rec);
/** vmap_next_deferred - take one area that was put off; NULL: none is left */
struct vmap_record *vmap_next_deferred(void);
bool vmap_any_deferred(void);

/** vmap_each - call @fn for each area, vmap_lock held. Context: any. */
void vmap_each(void (*fn)(struct vmap_area *va, struct vmap_record *rec));
/** vmap_hold - call @fn with the mapped bytes of the area that begins at @start, unless it
 *  has been freed; it is not unmapped meanwhile. Context: any. */
void vmap_hold(unsigned long start, void (*fn)(void *ctx, unsigned long lo, unsigned long hi),
	       void *ctx);

/** vmap_memories - where addresses are of areas that are gone, maybe others' by now */
void vmap_memories(unsigned long *lo, unsigned long *hi);

/** vmap_get_pages - single pages, from blocks as large as there are; returns how many */
unsigned int vmap_get_pages(struct page **pages, unsigned int nr, int node, gfp_t gfp,
			    unsigned int *max_order);
/** vmap_map_pages - map pages, one call of the port for each contiguous run */
int vmap_map_pages(unsigned long va, struct page **pages, unsigned int nr, unsigned int prot);

/** vmap_warn - "comm: <what>, mode:...", with the stack, unless __GFP_NOWARN */
void vmap_warn(gfp_t gfp, const char *fmt, ...) __printf(2, 3) __cold;
int vmap_init(void);
void vmap_shutdown(void);

#endif
