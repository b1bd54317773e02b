/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the per-CPU allocator share: mm/percpu.c hands memory
 * out of chunks, mm/percpu_chunk.c makes chunks and the areas they lie in, and
 * mm/percpu_view.c looks at both.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include <linux/build_bug.h>
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
	unsigned long quick;	/* C  of these, those of the fast path: all or, with pcpu_debug, none */
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

/* Why an allocation failed. */
enum pcpu_cause { PCPU_NO_SLEEP, PCPU_NO_PLACE, PCPU_NO_MEMORY, PCPU_NO_MAPPINGS };

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

/** pcpu_is_chunk - is what pcpu_chunk_at() found one that is whole? */
static inline bool pcpu_is_chunk(const struct pcpu_chunk *chunk)
{
	return chunk && chunk != &pcpu_claimed;
}

/*
 * CPUs that the machine does not have: where an address has 64 bits, their copies are where none
 * can be, and the upper 16 bits say whose it would have been. With 32 they are the pointers
 * themselves.
 */
#define PCPU_NOWHERE	0x2100ul	/* bit 8: for processors that ignore the top byte */

static inline unsigned long pcpu_nowhere(unsigned int cpu)
{
	BUILD_BUG_ON(QUARRY_MAX_CPUS > 256);
	return BITS_PER_LONG == 64 ? (PCPU_NOWHERE | cpu) << (BITS_PER_LONG - 16) : 0;
}

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
/** pcpu_chunk_make - an empty, populated chunk for a place; may sleep; NULL: @cause says why */
struct pcpu_chunk *pcpu_chunk_make(unsigned int place, gfp_t gfp, enum pcpu_cause *cause);
/** pcpu_chunk_destroy - give its memory back; process context */
void pcpu_chunk_destroy(struct pcpu_chunk *chunk);

/** pcpu_find_copy - which CPU's copy of which offset is at an address? pcpu_lock is held. */
bool pcpu_find_copy(unsigned long addr, unsigned int *cpu, unsigned long *offset);

extern bool pcpu_debug;	/* C  debug_percpu=on: who gave what back is remembered */
void pcpu_report_reset(void);
/** pcpu_bury - remember what @site gives back now; pcpu_lock is held */
void pcpu_bury(const struct pcpu_chunk *chunk, unsigned int at, unsigned int units,
	       unsigned long site);
/** pcpu_report_bad_free - a bug: the pointer is not one that can be given back */
void pcpu_report_bad_free(unsigned long ptr);
/** pcpu_report_failure - unless the request does not want it, or there were many before */
void pcpu_report_failure(size_t size, size_t align, enum pcpu_cause cause, gfp_t gfp);
/** percpu_misplaced - what an address is to one who takes no per-CPU memory; NULL: none of it */
const char *percpu_misplaced(unsigned long addr);
/** percpu_report_owner - who allocated the per-CPU memory at an address; in a report */
void percpu_report_owner(unsigned long addr);

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
/** percpu_is_nowhere - is it the copy of a CPU that the machine does not have? */
bool percpu_is_nowhere(unsigned long addr);
bool percpu_describe(unsigned long addr);

#endif
