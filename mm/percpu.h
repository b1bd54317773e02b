/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the per-CPU allocator share: mm/percpu.c hands memory
 * out of chunks, mm/percpu_chunk.c makes chunks and the areas they lie in, and
 * mm/percpu_view.c looks at both.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/spinlock_types.h>

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
	unsigned int empty;	/* C  units, all of them free; UINT_MAX: it is never returned */
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
	unsigned long reach;	/* C  bytes from there to the last place's end; 0: no window */
	bool window;		/* C  units lie in a window and can grow */
	bool ready;		/* C  set by percpu_init_late(): chunks can be made */
	unsigned int nr_places;	/* C */
	unsigned int free_place;	/* L  none is free below */
	unsigned long looked;	/* L  chunks that searches have looked at */
	struct pcpu_chunk **places;	/* L  by number; in a window, by offset */
	struct pcpu_chunk *reserved;	/* C  the modules' */
	struct pcpu_chunk *small;	/* L  the last that served one or two units */
	unsigned long nr_pages;	/* L  in use, all CPUs */
	unsigned long boot_pages;	/* C  of these, those that are never returned */
	unsigned int nr_empty;	/* L  chunks that could be returned */
};

#define PCPU_SITES	1024	/* a power of two */
#define PCPU_SLOTS	27	/* runs of up to 2^14 units: 64 KiB */

/*
 * Who allocated: a hash of call sites, so that a unit needs two bytes. Entry 0 is for
 * those that find no room.
 */
struct pcpu_site {
	unsigned long ip;	/* L */
	u32 units;		/* L  of each CPU, in use */
	u32 live;		/* L  allocations */
};

extern struct pcpu_area pcpu_area;
extern struct pcpu_site pcpu_sites[PCPU_SITES];
extern spinlock_t pcpu_lock;
/* At a place where a chunk is being made or unmade. Nothing is in it. */
extern struct pcpu_chunk pcpu_claimed;

/** pcpu_unit - address of an offset in one CPU's unit */
static inline void *pcpu_unit(unsigned int cpu, unsigned long offset)
{
	return (void *)(pcpu_area.unit0 + cpu * pcpu_area.stride + offset);
}

/** pcpu_chunk_at - the chunk around an offset, or NULL, or pcpu_claimed. pcpu_lock is held. */
struct pcpu_chunk *pcpu_chunk_at(unsigned long offset);

/** pcpu_slot - the slot of chunks with a free run of so many units (D2) */
static inline unsigned int pcpu_slot(unsigned int run)
{
	return run < 16 ? run : min_t(unsigned int, __fls(run) + 12, PCPU_SLOTS - 1);
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

/* What there is beside the template. Bytes are per CPU. */
struct pcpu_sums {
	unsigned int chunks, empty;	/* of dynamic memory */
	unsigned int live;		/* allocations there */
	unsigned long bytes, used;	/* there */
	unsigned long reserved;		/* in use of the modules' reserve */
};

/** percpu_sum - Context: any */
void percpu_sum(struct pcpu_sums *sums);

/** percpu_each_range - call @fn for each range of addresses of CPUs' copies, a lock held.
 *  Context: any. */
void percpu_each_range(void (*fn)(void *ctx, unsigned long lo, unsigned long hi), void *ctx);

/** percpu_is_pointer - does a per-CPU pointer (not a copy's address) lead here? */
bool percpu_is_pointer(unsigned long addr);
bool percpu_describe(unsigned long addr);

#endif
