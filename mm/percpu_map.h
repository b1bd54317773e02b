/* SPDX-License-Identifier: MIT */
/*
 * Which bytes of a per-CPU chunk are taken (mm/percpu_map.c): pure transitions on
 * two bitmaps, without a lock. A unit is PCPU_MIN_ALLOC_SIZE bytes.
 */
#ifndef MM_PERCPU_MAP_H
#define MM_PERCPU_MAP_H

#include <linux/types.h>

struct pcpu_map {
	unsigned long *taken;	/* a bit per unit */
	unsigned long *start;	/* a bit where an allocation begins */
	unsigned int units;
	unsigned int free;	/* units */
	unsigned int first_free; /* no free unit below; may be too low */
	unsigned int max_run;	/* no larger free run exists; may be too high */
	unsigned int live;	/* allocations */
};

/** pcpu_map_init - all free; the bitmaps are zeroed here */
void pcpu_map_init(struct pcpu_map *map, unsigned long *taken, unsigned long *start,
		   unsigned int units);
/** pcpu_map_take - the lowest place that fits, in units; -1: there is none */
int pcpu_map_take(struct pcpu_map *map, unsigned int units, unsigned int align);
/** pcpu_map_size - units of the allocation that begins at @at; 0: none does */
unsigned int pcpu_map_size(const struct pcpu_map *map, unsigned int at);
/** pcpu_map_give - free the allocation that begins at @at; returns its units */
unsigned int pcpu_map_give(struct pcpu_map *map, unsigned int at);
/** pcpu_map_next - the first allocation that begins at or behind @at; units: none */
unsigned int pcpu_map_next(const struct pcpu_map *map, unsigned int at);
unsigned int pcpu_map_validate(const struct pcpu_map *map);

#endif
