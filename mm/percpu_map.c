// SPDX-License-Identifier: MIT
/*
 * The map of a per-CPU chunk: first fit on a bitmap. A second bitmap marks where
 * allocations begin, so that freeing needs no size and a chunk needs no headers inside.
 *
 * M1  An allocation is a run of taken units; the first and only the first has its
 *     start bit. It ends before the next start bit or free unit. What lies behind the
 *     last unit, in the last word, is taken and begins there.
 * M2  free is the number of units that are not taken.
 * M3  A word's bit in any is set if and only if a unit of it is free; that in pair, if
 *     an even unit and the one behind it are.
 * M4  No run of free units is longer than max_run, counted from its first even unit; an
 *     odd one alone counts as well. The hint may be stale to that side.
 * M5  More than one unit begin at an even one.
 *
 * One or two units, aligned to their size, cost the same however many live: M3 leads to
 * the word, and there it is. More of them cost a look at each word with a free pair
 * before their place. Taking leaves max_run alone; a search that fails makes it small
 * enough that the next one is not begun, until giving back widens it.
 *
 * Locking: the caller's.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "mm/percpu_map.h"

#define FAR	2	/* words: how far freeing looks for the ends of a run */

/* Bits b to b + n - 1 of a word; n is not 0. */
static inline unsigned long bits(unsigned int b, unsigned int n)
{
	return ~0ul >> (BITS_PER_LONG - n) << b;
}

static inline bool has_bit(unsigned long word, unsigned int at)
{
	return word >> at % BITS_PER_LONG & 1;
}

size_t pcpu_map_bytes(unsigned int units)
{
	size_t words = BITS_TO_LONGS(units);

	return words * sizeof(struct pcpu_word) + 2 * BITS_TO_LONGS(words) * sizeof(long);
}

void pcpu_map_init(struct pcpu_map *map, void *mem, unsigned int units)
{
	unsigned int w, rest = units % BITS_PER_LONG;

	memset(mem, 0, pcpu_map_bytes(units));
	*map = (struct pcpu_map) {
		.words = mem, .units = units, .free = units, .max_run = units,
		.nr_words = BITS_TO_LONGS(units), .nr_sums = BITS_TO_LONGS(BITS_TO_LONGS(units)),
	};
	map->any = (unsigned long *)(map->words + map->nr_words);
	map->pair = map->any + map->nr_sums;
	for (w = 0; w < map->nr_words; w++) {
		map->words[w].free = ~0ul;
		if (rest && w == map->nr_words - 1) {
			map->words[w].free = bits(0, rest);
			map->words[w].start = 1ul << rest;
		}
		pcpu_map_sum_up(map, w);
	}
}

/* Searching. */

/* The first word at or behind @w whose bit is set; nr_words: none is. */
static unsigned int next_word(const struct pcpu_map *map, const unsigned long *sums,
			      unsigned int w)
{
	unsigned int i = w / BITS_PER_LONG;
	unsigned long sum;

	if (i >= map->nr_sums)
		return map->nr_words;
	sum = sums[i] >> w % BITS_PER_LONG << w % BITS_PER_LONG;
	while (!sum) {
		if (++i >= map->nr_sums)
			return map->nr_words;
		sum = sums[i];
	}
	return i * BITS_PER_LONG + __ffs(sum);
}

/* The bits at which @units free ones begin, all in the word. */
static unsigned long runs(unsigned long free, unsigned int units)
{
	unsigned int have = 1, more;

	for (; have < units && free; have += more) {
		more = min(have, units - have);
		free &= free >> more;
	}
	return free;
}

static inline unsigned long aligned_bits(unsigned int align)
{
	/* 1, 2, 4 ... 32 */
	static const unsigned long masks[] = {
		~0ul, (unsigned long)0x5555555555555555ull, (unsigned long)0x1111111111111111ull,
		(unsigned long)0x0101010101010101ull, (unsigned long)0x0001000100010001ull,
		(unsigned long)0x0000000100000001ull,
	};

	return align < BITS_PER_LONG ? masks[__ffs(align)] : 1;
}

/*
 * The place that fits in the free run at the end of a word, going on behind it; -1. *w
 * becomes the last word looked at.
 */
static int across(struct pcpu_map *map, unsigned int *w, unsigned int units, unsigned int align)
{
	unsigned long taken = ~map->words[*w].free;
	unsigned int tail = *w * BITS_PER_LONG + (taken ? __fls(taken) + 1 : 0);
	unsigned int at = ALIGN(tail, align), end = at + units;

	if (at / BITS_PER_LONG != *w || end > map->units)
		return -1;
	while ((*w + 1) * BITS_PER_LONG < end) {
		taken = ~map->words[++*w].free;
		map->looked++;
		if (taken && *w * BITS_PER_LONG + __ffs(taken) < end)
			return -1;
	}
	return at;
}

/* The lowest place of any size and alignment; -1. */
static int search(struct pcpu_map *map, unsigned int units, unsigned int align)
{
	const unsigned long *sums = units > 1 ? map->pair : map->any;	/* M5 */
	unsigned int w, last;
	unsigned long found;
	int at;

	for (w = next_word(map, sums, 0); w < map->nr_words; w = next_word(map, sums, w)) {
		map->looked++;
		found = units > BITS_PER_LONG ? 0 : runs(map->words[w].free, units);
		/* An alignment beyond a word is one of the word. */
		if (align > BITS_PER_LONG && w % (align / BITS_PER_LONG))
			found = 0;
		found &= aligned_bits(align);
		if (found)
			return w * BITS_PER_LONG + __ffs(found);
		last = w;
		if (units > 1) {
			at = across(map, &last, units, align);
			if (at >= 0)
				return at;
		}
		/* What blocked it may have room behind it. */
		w = max(w + 1, last);
	}
	return -1;
}

/* Marks a place, free or taken, that may lie in several words. */
static void mark(struct pcpu_map *map, unsigned int at, unsigned int units, bool free)
{
	unsigned int b = at % BITS_PER_LONG, w = at / BITS_PER_LONG, n;

	map->words[w].start ^= 1ul << b;
	map->free += free ? units : -units;
	for (; units; units -= n, b = 0, w++) {
		n = min(units, (unsigned int)BITS_PER_LONG - b);
		map->words[w].free ^= bits(b, n);
		pcpu_map_sum_up(map, w);
	}
}

int pcpu_map_take(struct pcpu_map *map, unsigned int units, unsigned int align)
{
	int at = -1;

	if (units <= map->max_run && units <= 2 && align <= units) {
		at = pcpu_map_take_small(map, units);
	} else if (units <= map->max_run) {
		at = search(map, units, align);
		if (at >= 0)
			mark(map, at, units, false);
	}
	/* M4: a longer run from an even unit on would have a place. */
	if (at < 0)
		map->max_run = min(map->max_run, align == 1 ? 0 : max(1u, units + align - 3));
	return at;
}

/* What is taken. */

/* As pcpu_map_size(), where something begins. */
static unsigned int size_of(const struct pcpu_map *map, unsigned int at)
{
	unsigned int w = at / BITS_PER_LONG, b = at % BITS_PER_LONG;
	unsigned long ends = (map->words[w].start | map->words[w].free) & ~1ul << b;

	while (!ends) {
		if (++w == map->nr_words)
			return map->units - at;
		ends = map->words[w].start | map->words[w].free;
	}
	return w * BITS_PER_LONG + __ffs(ends) - at;
}

unsigned int pcpu_map_size(const struct pcpu_map *map, unsigned int at)
{
	if (at >= map->units || !has_bit(map->words[at / BITS_PER_LONG].start, at))
		return 0;
	return size_of(map, at);
}

unsigned int pcpu_map_next(const struct pcpu_map *map, unsigned int at)
{
	unsigned int w = at / BITS_PER_LONG;
	unsigned long start;

	if (at >= map->units)
		return map->units;
	start = map->words[w].start >> at % BITS_PER_LONG << at % BITS_PER_LONG;
	while (!start) {
		if (++w == map->nr_words)
			return map->units;
		start = map->words[w].start;
	}
	return min(map->units, w * BITS_PER_LONG + (unsigned int)__ffs(start));
}

unsigned int pcpu_map_around(const struct pcpu_map *map, unsigned int at)
{
	unsigned int w = at / BITS_PER_LONG, begin;
	unsigned long start;

	if (at >= map->units)
		return map->units;
	start = map->words[w].start & bits(0, at % BITS_PER_LONG + 1);
	while (!start) {
		if (!w)
			return map->units;
		start = map->words[--w].start;
	}
	begin = w * BITS_PER_LONG + __fls(start);
	return begin + size_of(map, begin) > at ? begin : map->units;
}

unsigned int pcpu_map_live(const struct pcpu_map *map)
{
	unsigned int w, live = 0;

	for (w = 0; w < map->nr_words; w++)
		live += hweight_long(map->words[w].start);
	return live - (map->units % BITS_PER_LONG != 0);
}

/* Giving back. */

/* The length, as M4 counts, of the free run around a unit; UINT_MAX: too long to look at. */
static unsigned int run_around(const struct pcpu_map *map, unsigned int at)
{
	unsigned int w = at / BITS_PER_LONG, n, begin, end;
	unsigned long taken = ~map->words[w].free;
	unsigned long above = taken >> at % BITS_PER_LONG << at % BITS_PER_LONG;
	unsigned long below = taken & bits(0, at % BITS_PER_LONG + 1);

	for (n = 0; !above && w + n + 1 < map->nr_words; above = ~map->words[w + ++n].free)
		if (n == FAR)
			return UINT_MAX;
	end = (w + n) * BITS_PER_LONG + (above ? __ffs(above) : BITS_PER_LONG);
	for (n = 0; !below && n < w; below = ~map->words[w - ++n].free)
		if (n == FAR)
			return UINT_MAX;
	begin = (w - n) * BITS_PER_LONG + (below ? __fls(below) + 1 : 0);
	return max(1u, end - ALIGN(begin, 2));
}

/* The run there, if that is short enough to look at; else what no run can exceed. */
void pcpu_map_widen(struct pcpu_map *map, unsigned int at)
{
	map->max_run = min(map->free, max(map->max_run, run_around(map, at)));
}

unsigned int pcpu_map_give(struct pcpu_map *map, unsigned int at)
{
	unsigned int units;

	if (!pcpu_map_give_quick(map, at, &units)) {
		units = pcpu_map_size(map, at);
		if (!units)
			return 0;
		mark(map, at, units, true);
	}
	if (map->max_run < map->free)
		pcpu_map_widen(map, at);
	return units;
}

/* M1 to M4. */

static bool sums_are_right(const struct pcpu_map *map)
{
	unsigned int w;

	for (w = 0; w < map->nr_words; w++) {
		unsigned long free = map->words[w].free;

		if (test_bit(w, map->any) != !!free ||
		    test_bit(w, map->pair) != !!pcpu_pairs(free))
			return false;
	}
	return next_word(map, map->any, map->nr_words) == map->nr_words;
}

unsigned int pcpu_map_validate(const struct pcpu_map *map)
{
	unsigned int at, free = 0, run = 0, longest = 0;
	bool inside = false, bad_start = false, bad_sums = !sums_are_right(map);

	for (at = 0; at < map->nr_words * BITS_PER_LONG; at++) {
		const struct pcpu_word *word = &map->words[at / BITS_PER_LONG];
		bool is_free = has_bit(word->free, at);

		if (has_bit(word->start, at)) {
			inside = true;
			bad_start |= is_free || at > map->units;
		} else if (at == map->units) {
			bad_start = true;
		}
		if (!is_free) {
			bad_start |= !inside;
			run = 0;
			continue;
		}
		bad_start |= at >= map->units;
		inside = false;
		free++;
		run += run || at % 2 == 0;	/* M4 */
		longest = max(longest, max(run, 1u));
	}
	if (!bad_start && !bad_sums && free == map->free && map->max_run >= longest)
		return 0;
	pr_err("percpu: map is wrong: M1 %d, M2 %u/%u, M3 %d, M4 %u/%u\n", bad_start, map->free,
	       free, bad_sums, map->max_run, longest);
	return 1;
}
