/* SPDX-License-Identifier: MIT */
/*
 * Which bytes of a per-CPU chunk are taken (mm/percpu_map.c): pure transitions on
 * two bitmaps, without a lock. A unit is PCPU_MIN_ALLOC_SIZE bytes.
 */
#ifndef MM_PERCPU_MAP_H
#define MM_PERCPU_MAP_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/types.h>

/* A word of both bitmaps: whoever looks at one looks at the other. */
struct pcpu_word {
	unsigned long free;	/* a bit per unit */
	unsigned long start;	/* a bit where an allocation begins */
};

struct pcpu_map {
	struct pcpu_word *words;
	unsigned long *any;	/* a bit per word: a unit is free there */
	unsigned long *pair;	/* a bit per word: two are, the first of them even */
	unsigned int units;
	unsigned int nr_words;
	unsigned int nr_sums;	/* words of any, and of pair */
	unsigned int free;	/* units */
	unsigned int max_run;	/* units that may be had at once; may be too high */
	unsigned long looked;	/* words that searches have looked at */
};

/** pcpu_map_bytes - what pcpu_map_init() needs for so many units */
size_t pcpu_map_bytes(unsigned int units);
/** pcpu_map_init - all free; @mem is as aligned as a long, and zeroed here */
void pcpu_map_init(struct pcpu_map *map, void *mem, unsigned int units);
/** pcpu_map_take - the lowest place that fits, in units; -1: there is none.
 *  @align: a power of two, for more than one unit at least 2 */
int pcpu_map_take(struct pcpu_map *map, unsigned int units, unsigned int align);
/** pcpu_map_size - units of the allocation that begins at @at; 0: none does */
unsigned int pcpu_map_size(const struct pcpu_map *map, unsigned int at);
/** pcpu_map_give - free the allocation that begins at @at; returns its units; 0: none does */
unsigned int pcpu_map_give(struct pcpu_map *map, unsigned int at);
/** pcpu_map_next - the first allocation that begins at or behind @at; units: none */
unsigned int pcpu_map_next(const struct pcpu_map *map, unsigned int at);
/** pcpu_map_around - where the allocation that has unit @at begins; units: it is free */
unsigned int pcpu_map_around(const struct pcpu_map *map, unsigned int at);
/** pcpu_map_live - how many allocations there are */
unsigned int pcpu_map_live(const struct pcpu_map *map);
unsigned int pcpu_map_validate(const struct pcpu_map *map);

/* The fast halves: what lies in one word. */

/* The even bits of pairs that are free. */
static __always_inline unsigned long pcpu_pairs(unsigned long free)
{
	return free & free >> 1 & (unsigned long)0x5555555555555555ull;
}

/* M3 for one word. */
static __always_inline void pcpu_map_sum_up(struct pcpu_map *map, unsigned int w)
{
	unsigned long bit = 1ul << w % BITS_PER_LONG, free = map->words[w].free;
	unsigned long *any = map->any + w / BITS_PER_LONG, *pair = map->pair + w / BITS_PER_LONG;

	*any = free ? *any | bit : *any & ~bit;
	*pair = pcpu_pairs(free) ? *pair | bit : *pair & ~bit;
}

/* One unit, or two that begin at an even one: the word is known (M3). -1: there is none. */
static __always_inline int pcpu_map_take_small(struct pcpu_map *map, unsigned int units)
{
	const unsigned long *sums = units == 2 ? map->pair : map->any;
	unsigned long free, sum, fits;
	struct pcpu_word *word;
	unsigned int i, w, b;

	for (i = 0; !(sum = sums[i]);)
		if (++i == map->nr_sums)
			return -1;
	w = i * BITS_PER_LONG + __ffs(sum);
	word = map->words + w;
	free = word->free;
	fits = units == 2 ? pcpu_pairs(free) : free;
	b = __ffs(fits);
	word->start |= 1ul << b;
	free &= ~(1ul << b);
	if (units == 2)
		free &= ~(2ul << b);
	word->free = free;
	fits = units == 2 ? fits & (fits - 1) : pcpu_pairs(free);
	if (unlikely(!fits))
		pcpu_map_sum_up(map, w);
	map->free -= units;
	return w * BITS_PER_LONG + b;
}

/*
 * pcpu_map_give() of what ends in its first word. False: it does not, or nothing is there;
 * nothing has been done. M4 is the caller's: pcpu_map_widen() where max_run < free.
 */
static __always_inline bool pcpu_map_give_quick(struct pcpu_map *map, unsigned int at,
						unsigned int *units)
{
	unsigned int w = at / BITS_PER_LONG, b = at % BITS_PER_LONG;
	struct pcpu_word *word = map->words + w;
	unsigned long ends, start, free;

	if (unlikely(at >= map->units))
		return false;
	start = word->start;
	free = word->free;
	if (unlikely(!(start >> b & 1)))
		return false;
	/* Where it ends, bits counted from its first one. */
	ends = (start | free) >> b & ~1ul;
	if (unlikely(!ends))
		return false;
	word->start = start ^ 1ul << b;
	word->free = free | (ends ^ (ends - 1)) >> 1 << b;
	if (unlikely(!pcpu_pairs(free)))
		pcpu_map_sum_up(map, w);
	*units = __ffs(ends);
	map->free += *units;
	return true;
}

/** pcpu_map_widen - M4, after what began at @at became free */
void pcpu_map_widen(struct pcpu_map *map, unsigned int at);

#endif
