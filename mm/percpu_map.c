// SPDX-License-Identifier: MIT
/*
 * The map of a per-CPU chunk: first fit on a bitmap, with two hints that make it
 * short. A second bitmap marks where allocations begin, so that freeing needs no
 * size and a chunk needs no headers inside.
 *
 * M1  An allocation is a run of taken units; the first and only the first has its
 *     start bit. It ends before the next start bit or free unit.
 * M2  free is the number of units that are not taken; live that of start bits.
 * M3  No unit below first_free is free.
 * M4  No run of free units is longer than max_run.
 *
 * Both hints may be stale to the safe side. A search that fails makes max_run
 * exact enough: whatever failed once fails next time without a search.
 *
 * Locking: the caller's.
 */
#include <linux/align.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/printk.h>

#include "mm/percpu_map.h"

#define FAR	128	/* units: how far freeing looks for the ends of a run */

void pcpu_map_init(struct pcpu_map *map, unsigned long *taken, unsigned long *start,
		   unsigned int units)
{
	bitmap_zero(taken, units);
	bitmap_zero(start, units);
	*map = (struct pcpu_map) {
		.taken = taken, .start = start, .units = units, .free = units, .max_run = units,
	};
}

int pcpu_map_take(struct pcpu_map *map, unsigned int units, unsigned int align)
{
	unsigned int at, end, from;

	if (units > map->max_run)
		return -1;
	from = find_next_zero_bit(map->taken, map->units, map->first_free);
	map->first_free = from;
	for (;;) {
		at = ALIGN(from, align);
		if (at + units > map->units)
			break;
		end = find_next_bit(map->taken, at + units, at);
		if (end >= at + units)
			goto found;
		from = find_next_zero_bit(map->taken, map->units, end + 1);
	}
	if (align == 1)
		map->max_run = units - 1;
	return -1;
found:
	bitmap_set(map->taken, at, units);
	__set_bit(at, map->start);
	map->free -= units;
	map->max_run = min(map->max_run, map->free);
	map->live++;
	if (at == map->first_free)
		map->first_free = at + units;
	return at;
}

unsigned int pcpu_map_size(const struct pcpu_map *map, unsigned int at)
{
	unsigned int end;

	if (at >= map->units || !test_bit(at, map->start))
		return 0;
	end = find_next_zero_bit(map->taken, map->units, at + 1);
	return find_next_bit(map->start, end, at + 1) - at;
}

/* Where the free run that ends before @at begins; not looked for below @limit. */
static unsigned int run_begin(const struct pcpu_map *map, unsigned int at, unsigned int limit)
{
	while (at > limit) {
		unsigned int word = (at - 1) / BITS_PER_LONG, bit = (at - 1) % BITS_PER_LONG;
		unsigned long taken = map->taken[word] << (BITS_PER_LONG - 1 - bit);

		if (taken)
			return at - (BITS_PER_LONG - 1 - __fls(taken));
		at = word * BITS_PER_LONG;
	}
	return at;
}

/*
 * M4, after [at, at + units) became free: the run around it, if that is short enough
 * to look at; else what no run can exceed.
 */
static void widen_max_run(struct pcpu_map *map, unsigned int at, unsigned int units)
{
	unsigned int limit, begin, end;

	if (map->max_run >= map->free - units) {
		map->max_run = map->free;
		return;
	}
	limit = min(map->units, at + units + FAR);
	end = find_next_bit(map->taken, limit, at + units);
	begin = run_begin(map, at, at > FAR ? at - FAR : 0);
	if ((end == limit && limit < map->units) || (at > FAR && begin <= at - FAR))
		map->max_run = map->free;
	else
		map->max_run = max(map->max_run, end - begin);
}

unsigned int pcpu_map_give(struct pcpu_map *map, unsigned int at)
{
	unsigned int units = pcpu_map_size(map, at);

	if (!units)
		return 0;
	bitmap_clear(map->taken, at, units);
	__clear_bit(at, map->start);
	map->free += units;
	map->live--;
	map->first_free = min(map->first_free, at);
	widen_max_run(map, at, units);
	return units;
}

unsigned int pcpu_map_next(const struct pcpu_map *map, unsigned int at)
{
	return find_next_bit(map->start, map->units, at);
}

unsigned int pcpu_map_validate(const struct pcpu_map *map)
{
	unsigned int at, free = 0, live = 0, run = 0, longest = 0, first = map->units;
	bool inside = false, bad_start = false;

	for (at = 0; at < map->units; at++) {
		if (test_bit(at, map->start)) {
			live++;
			inside = true;
			bad_start |= !test_bit(at, map->taken);
		}
		if (test_bit(at, map->taken)) {
			bad_start |= !inside;
			run = 0;
			continue;
		}
		inside = false;
		free++;
		first = min(first, at);
		longest = max(longest, ++run);
	}
	if (!bad_start && free == map->free && live == map->live && map->first_free <= first &&
	    map->max_run >= longest)
		return 0;
	pr_err("percpu: map is wrong: M1 %d, M2 %u/%u free, %u/%u live, M3 %u/%u, M4 %u/%u\n",
	       bad_start, map->free, free, map->live, live, map->first_free, first,
	       map->max_run, longest);
	return 1;
}
