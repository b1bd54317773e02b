// SPDX-License-Identifier: MIT
/*
 * The kernel's addresses, drawn to scale: what figure 8-7 of document 004 shows, of the machine
 * that runs. Quarry's own view.
 *
 * M1  Two drawings, each with one scale, which stands above it: all addresses, then the parts of
 *     the vmalloc window that have areas, which would be a character of the first. (Stacks lie
 *     far from the others.) What is left out between two parts is said, with its size.
 * M2  A character stands for a number of bytes, a power of two. It says how much of these is
 *     mapped, and in the second drawing who has most of them.
 * M3  What is smaller than a character is marked with '~': a line of its own with one character,
 *     so that nothing is left out, and nobody takes it for its size.
 *
 * Nothing stands still meanwhile: each area is looked at under the lock, one at a time.
 *
 * Locking: vmap_lock and pcpu_lock, briefly.
 */
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/kmap_local.h"
#include "mm/percpu.h"
#include "mm/vmap.h"

#define CELLS		32u	/* characters of a line */
#define LINES		40u	/* of the first drawing, but for what is smaller than a line */
#define AREA_LINES	24u	/* of the second one, at most */
#define HOLDERS		24u	/* that have a letter */
#define MAX_REGIONS	16
#define MAX_PARTS	8u	/* of the vmalloc window */
#define APART		(VMALLOC_TOTAL / 16)	/* bytes of nothing between two of them */
#define DIGITS		(sizeof(long) == 8 ? 12 : 8)	/* of an address */

/* Bytes of [lo, hi) that are mapped. */
typedef unsigned long mapped_fn(unsigned long lo, unsigned long hi);

struct region {
	unsigned long start, end;
	const char *what;
	mapped_fn *mapped;		/* NULL: nothing ever is */
};

static unsigned long overlap(unsigned long start, unsigned long end, unsigned long lo,
			     unsigned long hi)
{
	start = max(start, lo);
	end = min(end, hi);
	return start < end ? end - start : 0;
}

/* What is mapped in each region. */

/* Where the next range that the direct map shows begins and ends, at or above @pos; ranges overlap. */
static bool next_direct(u64 pos, u64 *start, u64 *end)
{
	unsigned int i;

	*start = U64_MAX;
	*end = 0;
	for (i = 0; i < machine.nr_ranges; i++) {
		const struct quarry_range *r = &machine.ranges[i];
		u64 lo = max_t(u64, pos, round_down(r->start, (u64)PAGE_SIZE));
		u64 hi = round_up(r->end, (u64)PAGE_SIZE);

		if (r->type == QUARRY_DEVICE || r->start >= r->end || lo >= hi || lo > *start)
			continue;
		*end = lo == *start ? max(*end, hi) : hi;
		*start = lo;
	}
	return *start != U64_MAX;
}

static unsigned long direct_mapped(unsigned long lo, unsigned long hi)
{
	u64 pos = __pa(lo), stop = pos + (hi - lo), start = 0, end = 0;
	unsigned long mapped = 0;

	for (; pos < stop && next_direct(pos, &start, &end) && start < stop; pos = end)
		mapped += min(end, stop) - start;
	return mapped;
}

static unsigned long areas_mapped(unsigned long lo, unsigned long hi)
{
	unsigned long mapped = 0, from;
	struct vmap_seen seen;

	for (from = lo; from < hi && vmap_see(from, &seen) && seen.start < hi; from = seen.end)
		mapped += overlap(seen.start, seen.mapped, lo, hi);
	return mapped;
}

static unsigned long pkmap_mapped(unsigned long lo, unsigned long hi)
{
	unsigned long mapped = 0;

	for (; lo < hi; lo += PAGE_SIZE)
		mapped += kmap_to_page((void *)lo) ? PAGE_SIZE : 0;
	return mapped;
}

static unsigned long fixmap_mapped(unsigned long lo, unsigned long hi)
{
	unsigned long mapped = 0;
	struct page *page;

	for (; lo < hi; lo += PAGE_SIZE)
		mapped += kmap_local_to_page(lo, &page) && page ? PAGE_SIZE : 0;
	return mapped;
}

/* Each CPU has its unit; all have the same chunks. */
static unsigned long percpu_mapped(unsigned long lo, unsigned long hi)
{
	unsigned long mapped = 0, unit, flags;
	const struct pcpu_chunk *chunk;
	unsigned int cpu, i;

	spin_lock_irqsave(&pcpu_lock, flags);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		unit = pcpu_area.unit0 + cpu * pcpu_area.stride;
		if (!overlap(unit, unit + pcpu_area.stride, lo, hi))
			continue;
		mapped += overlap(unit, PAGE_ALIGN(unit + pcpu_area.boot_size), lo, hi);
		for (i = 0; i < pcpu_area.nr_places; i++) {
			chunk = pcpu_area.places[i];
			if (chunk && chunk != &pcpu_claimed)
				mapped += overlap(PAGE_ALIGN(unit + chunk->offset),
						  PAGE_ALIGN(unit + chunk->offset + chunk->bytes),
						  lo, hi);
		}
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return mapped;
}

/* The regions. */

static void add_region(struct region *regions, unsigned int *nr, unsigned long start,
		       unsigned long size, const char *what, mapped_fn *mapped)
{
	if (size)
		regions[(*nr)++] = (struct region){ start, start + size, what, mapped };
}

static int by_start(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* All that the machine has, by address, and the gaps between them. */
static unsigned int find_regions(struct region *regions)
{
	unsigned int nr = 0, known, i;

	add_region(regions, &nr, PAGE_OFFSET, (unsigned long)high_memory - PAGE_OFFSET,
		   "direct map of low memory", direct_mapped);
	if (machine.vmalloc_size)
		add_region(regions, &nr, VMALLOC_START, VMALLOC_TOTAL, "vmalloc areas",
			   areas_mapped);
	add_region(regions, &nr, pkmap_base, pkmap_base ? pkmap_slots * PAGE_SIZE : 0,
		   "pkmap, for kmap() of high memory", pkmap_mapped);
	add_region(regions, &nr, machine.fixmap, machine.fixmap_size,
		   "fixmap, for kmap_local_page() and devices", fixmap_mapped);
	add_region(regions, &nr, machine.percpu, pcpu_area.window ? machine.percpu_size : 0,
		   "per-CPU memory", percpu_mapped);
	add_region(regions, &nr, machine.vmemmap, machine.vmemmap_size,
		   "vmemmap, page descriptors", vmemmap_mapped);
	sort(regions, nr, sizeof(*regions), by_start, NULL);
	known = nr;
	for (i = 0; i + 1 < known; i++)
		if (regions[i].end < regions[i + 1].start)
			add_region(regions, &nr, regions[i].end,
				   regions[i + 1].start - regions[i].end, "gap, inaccessible",
				   NULL);
	sort(regions, nr, sizeof(*regions), by_start, NULL);
	return nr;
}

/* Drawing. */

/* "9 GiB", "1.5 MiB": rounded down to a tenth. */
static const char *size_text(char *text, size_t room, unsigned long bytes)
{
	static const char units[][4] = { "B", "KiB", "MiB", "GiB", "TiB" };
	unsigned int unit = 0, tenths;

	while (unit < 4 && bytes >> (10 * unit) >= 1024)
		unit++;
	tenths = unit ? (bytes >> (10 * unit - 10)) % 1024 * 10 / 1024 : 0;
	if (tenths)
		snprintf(text, room, "%lu.%u %s", bytes >> (10 * unit), tenths, units[unit]);
	else
		snprintf(text, room, "%lu %s", bytes >> (10 * unit), units[unit]);
	return text;
}

/* The scale: bytes of a character, so that a span takes so many lines at most. */
static unsigned long cell_of(unsigned long span, unsigned int lines)
{
	unsigned long cell = PAGE_SIZE;

	while (span / cell >= lines * CELLS)
		cell <<= 1;
	return cell;
}

static char mapped_char(const struct region *r, unsigned long lo, unsigned long hi)
{
	unsigned long mapped = r->mapped ? r->mapped(lo, hi) : 0;

	return mapped >= hi - lo ? '#' : mapped ? '+' : '.';
}

/* A line, from @lo on; what lies behind the region's end stays blank. */
static void draw_cells(const struct region *r, unsigned long lo, unsigned long cell, char *line)
{
	unsigned int i;

	memset(line, ' ', CELLS);
	line[CELLS] = '\0';
	for (i = 0; i < CELLS && lo < r->end; i++, lo += min(cell, r->end - lo))
		line[i] = mapped_char(r, lo, lo + min(cell, r->end - lo));
}

static void draw_region(struct seq_file *m, const struct region *r, unsigned long cell)
{
	unsigned long lo = r->start, width = CELLS * cell, size = r->end - r->start;
	char line[CELLS + 1], text[24], of[24];
	bool small = size < cell;

	draw_cells(r, lo, cell, line);
	seq_printf(m, "0x%0*lx %c%s%c %10s  %s", DIGITS,
		   lo, small ? '~' : '|', line, small ? '~' : '|',
		   size_text(text, sizeof(text), size), r->what);
	if (r->mapped)
		seq_printf(m, ": %s mapped", size_text(of, sizeof(of), r->mapped(r->start, r->end)));
	seq_putc(m, '\n');
	for (; r->end - lo > width; ) {
		lo += width;
		draw_cells(r, lo, cell, line);
		seq_printf(m, "%*s |%s|\n", DIGITS + 2, "", line);
	}
}

static void draw_all(struct seq_file *m)
{
	struct region regions[MAX_REGIONS];
	unsigned int nr = find_regions(regions), i;
	unsigned long cell = cell_of(regions[nr - 1].end - regions[0].start, LINES);
	char text[24], of[24];

	seq_printf(m, "Addresses of the kernel, to scale: a character is %s, a line %s\n",
		   size_text(text, sizeof(text), cell),
		   size_text(of, sizeof(of), CELLS * cell));
	seq_puts(m, "# mapped  + partly mapped  . not mapped  ~ smaller than a character\n\n");
	for (i = 0; i < nr; i++)
		draw_region(m, &regions[i], cell);
}

/* Who has which areas. */

struct holder {
	const void *caller;
	const char *kind;		/* NULL: areas that were freed; of the last one: others */
	unsigned long areas, mapped, addresses;
};

struct holders {
	struct holder holder[HOLDERS + 2];	/* by size; then those freed, then all others */
	unsigned int nr;
	struct part { unsigned long start, end; } part[MAX_PARTS];
	unsigned int nr_parts;
	unsigned long bytes[CELLS][HOLDERS + 2];	/* of a line being drawn */
};

#define FREED	HOLDERS
#define OTHERS	(HOLDERS + 1)

static unsigned int holder_of(const struct holders *hs, const struct vmap_seen *seen)
{
	unsigned int i;

	if (seen->dying)
		return FREED;
	for (i = 0; i < hs->nr; i++)
		if (hs->holder[i].caller == seen->caller && hs->holder[i].kind == seen->kind)
			return i;
	return OTHERS;
}

static void extend_parts(struct holders *hs, const struct vmap_seen *seen)
{
	unsigned int nr = hs->nr_parts;

	if (!nr || (seen->start - hs->part[nr - 1].end >= APART && nr < MAX_PARTS))
		hs->part[hs->nr_parts++].start = seen->start;
	hs->part[hs->nr_parts - 1].end = seen->end;
}

static void count_area(struct holders *hs, const struct vmap_seen *seen)
{
	unsigned int i = holder_of(hs, seen);

	if (i == OTHERS && hs->nr < HOLDERS) {
		i = hs->nr++;
		hs->holder[i] = (struct holder){ seen->caller, seen->kind };
	}
	hs->holder[i].areas += seen->areas;
	hs->holder[i].mapped += seen->mapped - seen->start;
	hs->holder[i].addresses += seen->end - seen->start;
	extend_parts(hs, seen);
}

static int by_size(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return x->addresses > y->addresses ? -1 : x->addresses < y->addresses;
}

static char letter(unsigned int holder)
{
	return holder == FREED ? '-' : holder == OTHERS ? '*' : (char)('a' + holder);
}

/* What each character of a line has of whom. Areas that came meanwhile are others. */
static void weigh(struct holders *hs, unsigned long lo, unsigned long cell)
{
	unsigned long end = lo + CELLS * cell, from, at;
	struct vmap_seen seen;
	unsigned int i;

	memset(hs->bytes, 0, sizeof(hs->bytes));
	for (from = lo; from < end && vmap_see(from, &seen) && seen.start < end; from = seen.end) {
		unsigned int who = holder_of(hs, &seen);

		at = max(seen.start, lo);
		for (i = (at - lo) / cell; i < CELLS && lo + i * cell < seen.mapped; i++)
			hs->bytes[i][who] += overlap(seen.start, seen.mapped, lo + i * cell,
						     lo + (i + 1) * cell);
	}
}

static void draw_part(struct seq_file *m, struct holders *hs, const struct part *part,
		      unsigned long cell)
{
	char line[CELLS + 1] = "";
	unsigned int i, k, most;
	unsigned long lo;

	for (lo = part->start; lo < part->end; lo += CELLS * cell) {
		weigh(hs, lo, cell);
		for (i = 0; i < CELLS; i++) {
			for (most = 0, k = 1; k < HOLDERS + 2; k++)
				if (hs->bytes[i][k] > hs->bytes[i][most])
					most = k;
			line[i] = lo + i * cell >= part->end ? ' ' :
				  hs->bytes[i][most] ? letter(most) : '.';
		}
		seq_printf(m, "0x%0*lx |%s|\n", DIGITS, lo, line);
	}
}

static void draw_areas(struct seq_file *m, struct holders *hs)
{
	unsigned long cell, span = 0;
	char text[24], of[24];
	unsigned int i;

	for (i = 0; i < hs->nr_parts; i++)
		span += hs->part[i].end - hs->part[i].start;
	cell = cell_of(span, AREA_LINES);
	seq_printf(m, "\nvmalloc areas, from the first to the last: a character is %s, a line %s\n\n",
		   size_text(text, sizeof(text), cell), size_text(of, sizeof(of), CELLS * cell));
	for (i = 0; i < hs->nr_parts; i++) {
		if (i)
			seq_printf(m, "%*s ~ %s of nothing\n", DIGITS + 2, "",
				   size_text(text, sizeof(text),
					     hs->part[i].start - hs->part[i - 1].end));
		draw_part(m, hs, &hs->part[i], cell);
	}
}

static void show_holders(struct seq_file *m, const struct holders *hs)
{
	unsigned int i;
	char text[24];

	seq_printf(m, "\n  %8s %10s  %s\n", "areas", "mapped", "who has most of a character");
	for (i = 0; i < HOLDERS + 2; i++) {
		const struct holder *h = &hs->holder[i];

		if (!h->areas)
			continue;
		seq_printf(m, "%c %8lu %10s  ", letter(i), h->areas,
			   size_text(text, sizeof(text), h->mapped));
		if (i == FREED)
			seq_puts(m, "freed, waiting to be unmapped\n");
		else if (i == OTHERS)
			seq_puts(m, "others\n");
		else
			seq_printf(m, "%pS, %s\n", h->caller, h->kind);
	}
	seq_puts(m, ".                      nobody, and guard pages\n");
}

/** address_map_show - the view; may sleep */
int address_map_show(struct seq_file *m)
{
	struct holders *hs = kzalloc(sizeof(*hs), GFP_KERNEL);
	struct vmap_seen seen;
	unsigned long from;

	if (!hs)
		return -ENOMEM;
	draw_all(m);
	for (from = 0; vmap_see(from, &seen); from = seen.end)
		count_area(hs, &seen);
	sort(hs->holder, hs->nr, sizeof(hs->holder[0]), by_size, NULL);
	if (hs->nr_parts) {
		draw_areas(m, hs);
		show_holders(m, hs);
	}
	kfree(hs);
	return 0;
}
