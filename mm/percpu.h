/* SPDX-License-Identifier: MIT */
/*
 * What the two halves of the per-CPU allocator share: mm/percpu.c hands memory
 * out of chunks, mm/percpu_chunk.c makes chunks and the areas they lie in.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include <linux/list.h>
#include <linux/percpu.h>

#include "mm/percpu_map.h"

#define PCPU_CHUNK_SIZE		PCPU_MIN_UNIT_SIZE
/* Below this share per CPU, dynamic memory follows the static variables at once. */
#define PCPU_ROOMY_STRIDE	(64ul << 20)
#define PCPU_MAX_PLACES		8192

/*
 * A range of offsets that is populated in every CPU's unit.
 * Keys: C fixed when it is made | L pcpu_lock
 */
struct pcpu_chunk {
	struct list_head list;	/* L  in the slot for its max_run */
	struct pcpu_map map;	/* L */
	unsigned int slot;	/* L */
	unsigned int place;	/* C  index in pcpu_area.places */
	unsigned long offset;	/* C  from a unit's first byte */
	unsigned long bytes;	/* C  per CPU */
	u16 *sites;		/* L  per unit: index of who allocated there */
	struct page **pages;	/* C  CPU by CPU; NULL: made at boot, or in the direct map */
	bool boot;		/* C  never returned */
};

/* Keys: C fixed at boot | L pcpu_lock */
struct pcpu_area {
	unsigned long base;	/* C  what a per-CPU pointer to offset 0 is */
	unsigned long unit0;	/* C  address of CPU 0's unit */
	unsigned long stride;	/* C  bytes from one CPU's unit to the next one's */
	unsigned long static_size;	/* C  bytes of the template */
	unsigned long boot_size;	/* C  template and modules' reserve */
	unsigned long dynamic;	/* C  offset of the first dynamic chunk */
	bool window;		/* C  units lie in a window and can grow */
	bool ready;		/* C  set by percpu_init_late(): chunks can be made */
	unsigned int nr_places;	/* C */
	struct pcpu_chunk **places;	/* L  by number; in a window, by offset */
	struct pcpu_chunk *reserved;	/* C  the modules' */
	unsigned long nr_pages;	/* L  in use, all CPUs */
};

extern struct pcpu_area pcpu_area;

/** pcpu_unit - address of an offset in one CPU's unit */
static inline void *pcpu_unit(unsigned int cpu, unsigned long offset)
{
	return (void *)(pcpu_area.unit0 + cpu * pcpu_area.stride + offset);
}

/** pcpu_area_setup - units and boot chunks, from boot memory. 0 or -errno */
int pcpu_area_setup(void);
void pcpu_area_forget(void);
/** pcpu_boot_phys - physical address of boot memory in one CPU's unit, in a window */
phys_addr_t pcpu_boot_phys(unsigned int cpu, unsigned long offset);
/** pcpu_chunk_make - an empty, populated chunk for a place; may sleep; NULL */
struct pcpu_chunk *pcpu_chunk_make(unsigned int place, gfp_t gfp);
/** pcpu_chunk_destroy - give its memory back; process context */
void pcpu_chunk_destroy(struct pcpu_chunk *chunk);

/** percpu_each_range - call @fn for each range of addresses of CPUs' copies, a lock held.
 *  Context: any. */
void percpu_each_range(void (*fn)(void *ctx, unsigned long lo, unsigned long hi), void *ctx);

/** percpu_is_pointer - does a per-CPU pointer (not a copy's address) lead here? */
bool percpu_is_pointer(unsigned long addr);
bool percpu_describe(unsigned long addr);

#endif
