// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory, looked at: which copy an address is, what is held, what it costs, and
 * whether D2 and D3 of mm/percpu.c are true. Nothing is changed here.
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/report.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/percpu.h"

bool pcpu_find_copy(unsigned long addr, unsigned int *cpu, unsigned long *offset)
{
	unsigned long in_area = addr - pcpu_area.unit0;
	unsigned int c;

	if (!pcpu_area.stride)
		return false;
	if (in_area < pcpu_area.stride * machine.nr_cpus) {
		*cpu = in_area / pcpu_area.stride;
		*offset = in_area % pcpu_area.stride;
		if (*offset < pcpu_area.boot_size)
			return true;
		return pcpu_is_chunk(pcpu_chunk_at(*offset));
	}
	for (c = 0; !pcpu_area.window && c < machine.nr_cpus; c++) {
		*cpu = c;
		*offset = in_area - c * pcpu_area.stride;
		if (pcpu_is_chunk(pcpu_chunk_at(*offset)))
			return true;
	}
	return false;
}

phys_addr_t per_cpu_ptr_to_phys(void *addr)
{
	unsigned long flags, offset, in_chunk;
	phys_addr_t phys = 0;
	struct pcpu_chunk *chunk;
	unsigned int cpu;

	if (!pcpu_area.window)
		return __pa(addr);
	spin_lock_irqsave(&pcpu_lock, flags);
	if (pcpu_find_copy((unsigned long)addr, &cpu, &offset)) {
		chunk = pcpu_chunk_at(offset);
		in_chunk = chunk ? offset - chunk->offset : 0;
		if (chunk && chunk->pages)
			phys = page_to_phys(chunk->pages[cpu * (chunk->bytes >> PAGE_SHIFT) +
							 (in_chunk >> PAGE_SHIFT)]) +
			       offset_in_page(addr);
		else
			phys = pcpu_boot_phys(cpu, offset);
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return phys;
}
EXPORT_SYMBOL(per_cpu_ptr_to_phys);

bool __is_kernel_percpu_address(unsigned long addr, unsigned long *can_addr)
{
	unsigned long in_area = addr - pcpu_area.unit0;

	if (!pcpu_area.stride || in_area >= pcpu_area.stride * machine.nr_cpus ||
	    in_area % pcpu_area.stride >= pcpu_area.static_size)
		return false;
	if (can_addr)
		*can_addr = pcpu_area.unit0 + in_area % pcpu_area.stride;
	return true;
}

bool is_kernel_percpu_address(unsigned long addr)
{
	return __is_kernel_percpu_address(addr, NULL);
}

unsigned long pcpu_nr_pages(void)
{
	return READ_ONCE(pcpu_area.nr_pages);
}

/* Who allocated what is at an offset; 0: not known. */
static unsigned long site_at(unsigned long offset)
{
	struct pcpu_chunk *chunk = pcpu_chunk_at(offset);
	unsigned int begin;

	if (!pcpu_is_chunk(chunk))
		return 0;
	begin = pcpu_map_around(&chunk->map, (offset - chunk->offset) / PCPU_MIN_ALLOC_SIZE);
	return begin < chunk->map.units ? pcpu_sites[chunk->sites[begin]].ip : 0;
}

bool percpu_is_pointer(unsigned long addr)
{
	unsigned long offset = addr - pcpu_area.base, flags;
	bool found;

	if (!pcpu_area.stride || !spin_trylock_irqsave(&pcpu_lock, flags))
		return false;
	found = pcpu_is_chunk(pcpu_chunk_at(offset));
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return found;
}

bool percpu_is_nowhere(unsigned long addr)
{
	unsigned long tag = BITS_PER_LONG == 64 ? addr >> (BITS_PER_LONG - 16) : 0;
	unsigned long ptr = addr & (~0ul >> 16), offset = ptr - pcpu_area.base;

	/* The pointer is in another register if the processor was to add the two. */
	return pcpu_area.stride && tag >= (PCPU_NOWHERE | machine.nr_cpus) &&
	       tag < PCPU_NOWHERE + QUARRY_MAX_CPUS &&
	       (ptr < PAGE_SIZE || offset < pcpu_area.boot_size || percpu_is_pointer(ptr));
}

static void describe_nowhere(unsigned long addr)
{
	unsigned long cpu = addr >> (BITS_PER_LONG - 16) & ~PCPU_NOWHERE;

	report_line("per_cpu_ptr() or per_cpu() of CPU %lu, and the machine has CPUs 0 to %u", cpu,
		    machine.nr_cpus - 1);
	percpu_report_owner(addr & (~0ul >> 16));
}

/**
 * percpu_describe - say what an address has to do with per-CPU memory; in a report
 * Return: false: nothing.
 */
bool percpu_describe(unsigned long addr)
{
	unsigned long offset = addr - pcpu_area.base, site = 0, flags;
	bool copy, pointer;

	if (percpu_is_nowhere(addr)) {
		describe_nowhere(addr);
		return true;
	}
	if (!pcpu_area.stride || !spin_trylock_irqsave(&pcpu_lock, flags))
		return false;
	copy = pcpu_area.window && addr - machine.percpu < machine.percpu_size;
	pointer = !copy && pcpu_is_chunk(pcpu_chunk_at(offset));
	if (copy)
		offset = (addr - pcpu_area.unit0) % pcpu_area.stride;
	if (copy || pointer)
		site = site_at(offset);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	if (pointer)
		report_line("this is a per-CPU pointer: reach a copy with per_cpu_ptr() or get_cpu_ptr()%s",
			    BITS_PER_LONG == 64 ? "" : ", of a CPU that the machine has");
	else if (copy)
		report_line("in the per-CPU area of CPU %lu, where no memory is",
			    (addr - pcpu_area.unit0) / pcpu_area.stride);
	if (site)
		report_line("allocated by %pS", (void *)site);
	return pointer || copy;
}

/* One allocation at or behind a cursor; false: there are no more. */
static bool next_holding(unsigned int *place, unsigned int *at, struct quarry_holding *h)
{
	for (; *place < pcpu_area.nr_places; (*place)++, *at = 0) {
		struct pcpu_chunk *chunk = pcpu_area.places[*place];

		if (!pcpu_is_chunk(chunk))
			continue;
		*at = pcpu_map_next(&chunk->map, *at);
		if (*at >= chunk->map.units)
			continue;
		*h = (struct quarry_holding) {
			.kind = "per-CPU memory",
			.address = pcpu_area.base + chunk->offset + *at * PCPU_MIN_ALLOC_SIZE,
			.size = pcpu_map_size(&chunk->map, *at) * PCPU_MIN_ALLOC_SIZE,
			.site = pcpu_sites[chunk->sites[*at]].ip,
		};
		(*at)++;
		return true;
	}
	return false;
}

void percpu_holdings(struct holdings *hs)
{
	unsigned int place = 0, at = 0;
	struct quarry_holding h;
	unsigned long flags;
	bool more;

	do {
		spin_lock_irqsave(&pcpu_lock, flags);
		do
			more = next_holding(&place, &at, &h);
		while (more && (h.site < hs->lo || h.site >= hs->hi));
		spin_unlock_irqrestore(&pcpu_lock, flags);
		if (more)
			holding(hs, &h);
	} while (more);
}

/* What the areas cost and who has how much of them. */

void percpu_sum(struct pcpu_sums *sums)
{
	unsigned long flags;
	unsigned int i;

	*sums = (struct pcpu_sums) { 0 };
	spin_lock_irqsave(&pcpu_lock, flags);
	for (i = 0; i < pcpu_area.nr_places; i++) {
		const struct pcpu_chunk *chunk = pcpu_area.places[i];

		if (!pcpu_is_chunk(chunk))
			continue;
		sums->chunks++;
		sums->empty += chunk->map.free == chunk->map.units;
		sums->bytes += chunk->bytes;
		sums->used += (chunk->map.units - chunk->map.free) * PCPU_MIN_ALLOC_SIZE;
		sums->live += pcpu_map_live(&chunk->map);
	}
	if (pcpu_area.reserved)
		sums->reserved = (pcpu_area.reserved->map.units - pcpu_area.reserved->map.free) *
				 PCPU_MIN_ALLOC_SIZE;
	spin_unlock_irqrestore(&pcpu_lock, flags);
}

/** percpu_show - the view "percpu": areas, chunks, and each call site's share */
int percpu_show(struct seq_file *m)
{
	unsigned long flags, site, bytes;
	struct pcpu_sums sums;
	unsigned int i, live;

	percpu_sum(&sums);
	seq_printf(m, "CPUs:           %u\nTotal:          %lu kB\n", machine.nr_cpus,
		   pcpu_nr_pages() << (PAGE_SHIFT - 10));
	seq_printf(m, "Static:         %lu bytes per CPU\n", pcpu_area.static_size);
	seq_printf(m, "Module reserve: %lu of %d bytes per CPU\n", sums.reserved,
		   PERCPU_MODULE_RESERVE);
	seq_printf(m, "Dynamic:        %lu of %lu bytes per CPU in %u chunks, %u of them empty\n",
		   sums.used, sums.bytes, sums.chunks, sums.empty);
	seq_puts(m, "\n    bytes  objects  all CPUs  allocated by\n");
	for (i = 0; i < PCPU_SITES; i++) {
		spin_lock_irqsave(&pcpu_lock, flags);
		site = pcpu_sites[i].ip;
		bytes = pcpu_sites[i].units * PCPU_MIN_ALLOC_SIZE;
		live = pcpu_sites[i].live;
		spin_unlock_irqrestore(&pcpu_lock, flags);
		if (live)
			seq_printf(m, "%9lu %8u %9lu  %pS\n", bytes, live,
				   bytes * machine.nr_cpus, (void *)site);
	}
	return 0;
}

/* D3. What the chunks say about each call site is counted here; pcpu_lock is held. */
static struct {
	u32 units, live;
} counted[PCPU_SITES];

static void count_sites(const struct pcpu_chunk *chunk)
{
	const struct pcpu_map *map = &chunk->map;
	unsigned int at;

	for (at = pcpu_map_next(map, 0); at < map->units; at = pcpu_map_next(map, at + 1)) {
		unsigned int site = chunk->sites[at] % PCPU_SITES;

		counted[site].units += pcpu_map_size(map, at);
		counted[site].live++;
	}
}

static unsigned int validate_sites(void)
{
	unsigned int i, faults = 0;

	for (i = 0; i < PCPU_SITES; i++) {
		const struct pcpu_site *site = &pcpu_sites[i];

		if (site->units == counted[i].units && site->live == counted[i].live)
			continue;
		pr_err("D3 is broken: %pS has %u units in %u, counted %u in %u\n",
		       (void *)site->ip, counted[i].units, counted[i].live, site->units, site->live);
		faults++;
	}
	return faults;
}

static unsigned int validate_chunk(const struct pcpu_chunk *chunk)
{
	unsigned int faults = pcpu_map_validate(&chunk->map);

	count_sites(chunk);
	if (chunk != pcpu_area.reserved && chunk->slot != pcpu_slot(chunk->map.max_run)) {
		pr_err("D2 is broken: chunk %u is in slot %u\n", chunk->place, chunk->slot);
		faults++;
	}
	return faults;
}

unsigned int percpu_validate(void)
{
	unsigned int i, faults = 0, empty = 0;
	unsigned long flags, pages = 0;

	spin_lock_irqsave(&pcpu_lock, flags);
	memset(counted, 0, sizeof(counted));
	for (i = 0; i < pcpu_area.nr_places; i++) {
		const struct pcpu_chunk *chunk = pcpu_area.places[i];

		if (!pcpu_is_chunk(chunk))
			continue;
		faults += validate_chunk(chunk);
		empty += chunk->map.free == chunk->empty;
		pages += chunk->boot ? 0 : machine.nr_cpus * (chunk->bytes >> PAGE_SHIFT);
	}
	if (pcpu_area.reserved)
		faults += validate_chunk(pcpu_area.reserved) + validate_sites();
	if (empty != pcpu_area.nr_empty || pages != pcpu_area.nr_pages - pcpu_area.boot_pages) {
		pr_err("%u chunks are empty, counted %u; %lu pages, counted %lu\n", empty,
		       pcpu_area.nr_empty, pages, pcpu_area.nr_pages - pcpu_area.boot_pages);
		faults++;
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return faults;
}

/* For who looks at them from outside. */
void percpu_each_range(void (*fn)(void *ctx, unsigned long lo, unsigned long hi), void *ctx)
{
	unsigned long flags;
	unsigned int cpu, i;

	spin_lock_irqsave(&pcpu_lock, flags);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		unsigned long unit = (unsigned long)pcpu_unit(cpu, 0);

		fn(ctx, unit, unit + pcpu_area.boot_size);
		for (i = 0; i < pcpu_area.nr_places; i++) {
			const struct pcpu_chunk *chunk = pcpu_area.places[i];

			if (pcpu_is_chunk(chunk))
				fn(ctx, unit + chunk->offset, unit + chunk->offset + chunk->bytes);
		}
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
}
