// SPDX-License-Identifier: MIT
/*
 * Per-CPU areas: a unit of memory for each CPU, and the chunks inside.
 *
 * A unit begins with a copy of the template (the section quarry_percpu) and room
 * for modules; dynamic chunks follow. Chunk k lies at the same offset in every
 * unit, so that one offset per CPU, __per_cpu_offset[], leads from a per-CPU
 * pointer to any copy.
 *
 *	window:		unit c at percpu + c * stride, chunks mapped where needed
 *	no window:	units side by side in the direct map; a further chunk is a
 *			block with the same stride, wherever there is room for it
 *
 *	0          static_size        boot_size          dynamic
 *	| template | modules' reserve | (gap in a window) | chunk 0 | chunk 1 | ...
 *
 * C1  Per-CPU pointers are base + offset, base being the template's address. In a
 *     roomy window dynamic offsets start at half the stride: the pointers then lie
 *     far from the core's own data, and dereferencing one faults.
 * C2  A chunk's memory is populated in every unit or in none.
 * C3  In a window, the last page of a unit is never populated.
 *
 * Locking: none here; mm/percpu.c publishes and withdraws chunks.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/percpu.h"
#include "mm/vmap.h"

extern char __start_quarry_percpu[] __attribute__((__visibility__("hidden")));
extern char __stop_quarry_percpu[] __attribute__((__visibility__("hidden")));

#define RW	(QUARRY_PROT_READ | QUARRY_PROT_WRITE)

struct pcpu_area pcpu_area;
struct pcpu_chunk pcpu_claimed;

/* Where a unit's boot memory is. Keys: C fixed at boot */
static struct {
	phys_addr_t fixed, dynamic;	/* C  from offset 0, from pcpu_area.dynamic */
} boot_phys[QUARRY_MAX_CPUS];

static inline unsigned int chunk_pages(const struct pcpu_chunk *chunk)
{
	return chunk->bytes >> PAGE_SHIFT;
}

static inline unsigned int map_units(unsigned long bytes)
{
	return bytes / PCPU_MIN_ALLOC_SIZE;
}

/* Boot. */

static void *boot_memory(size_t size, unsigned int cpu)
{
	void *p = memblock_alloc_node(size, PAGE_SIZE, machine.cpu_node[cpu]);

	if (!p)
		pr_err("percpu: no boot memory for CPU %u: %zu bytes\n", cpu, size);
	return p;
}

/* Puts boot memory behind [offset, offset + size) of a unit in the window. */
static int populate_unit(unsigned int cpu, unsigned long offset, size_t size, phys_addr_t *phys)
{
	void *p = boot_memory(size, cpu);
	int err;

	if (!p)
		return -ENOMEM;
	*phys = __pa(p);
	err = quarry_host_map((uintptr_t)pcpu_unit(cpu, offset), *phys, size >> PAGE_SHIFT, RW);
	if (err)
		pr_err("percpu: the port cannot map CPU %u's area: %d\n", cpu, err);
	pcpu_area.nr_pages += size >> PAGE_SHIFT;
	return err;
}

static struct pcpu_chunk *boot_chunk(unsigned long offset, unsigned long bytes)
{
	unsigned int units = map_units(bytes);
	struct pcpu_chunk *chunk;
	char *p;

	p = memblock_alloc(sizeof(*chunk) + pcpu_map_bytes(units) + units * sizeof(u16),
			   sizeof(long long));
	if (!p)
		return NULL;
	chunk = (struct pcpu_chunk *)p;
	p += sizeof(*chunk);
	pcpu_map_init(&chunk->map, p, units);
	chunk->sites = (u16 *)(p + pcpu_map_bytes(units));
	chunk->offset = offset;
	chunk->bytes = bytes;
	chunk->boot = true;
	chunk->empty = UINT_MAX;
	INIT_LIST_HEAD(&chunk->list);
	return chunk;
}

/*
 * Zones and the slab layer's first fifty caches want per-CPU memory before chunks can be
 * made: some 4 KiB for every node.
 */
static unsigned int boot_chunks(void)
{
	return 1 + machine.nr_nodes / 6;
}

static int layout_window(void)
{
	struct pcpu_area *a = &pcpu_area;

	a->stride = ALIGN_DOWN(machine.percpu_size / machine.nr_cpus, PAGE_SIZE);
	a->unit0 = machine.percpu;
	a->dynamic = a->stride >= PCPU_ROOMY_STRIDE ? ALIGN_DOWN(a->stride / 2, PAGE_SIZE)
						    : a->boot_size;
	if (a->stride < a->dynamic + boot_chunks() * PCPU_CHUNK_SIZE + PAGE_SIZE) {
		pr_err("percpu: the window has %lu bytes per CPU, %lu are needed\n", a->stride,
		       (unsigned long)(a->dynamic + boot_chunks() * PCPU_CHUNK_SIZE + PAGE_SIZE));
		return -EINVAL;
	}
	a->nr_places = min_t(unsigned long, PCPU_MAX_PLACES,
			     (a->stride - a->dynamic - PAGE_SIZE) / PCPU_CHUNK_SIZE);
	a->reach = a->nr_places * PCPU_CHUNK_SIZE;
	a->quick = pcpu_debug ? 0 : a->reach;
	return 0;
}

static int layout_direct(void)
{
	struct pcpu_area *a = &pcpu_area;
	void *p;

	a->dynamic = a->boot_size;
	a->stride = a->boot_size + boot_chunks() * PCPU_CHUNK_SIZE;
	a->nr_places = boot_chunks() + 64;
	p = memblock_alloc(a->stride * machine.nr_cpus, PAGE_SIZE);
	if (!p) {
		pr_err("percpu: no boot memory: %lu bytes for each of %u CPUs\n", a->stride,
		       machine.nr_cpus);
		return -ENOMEM;
	}
	a->unit0 = (unsigned long)p;
	a->nr_pages = (a->stride * machine.nr_cpus) >> PAGE_SHIFT;
	return 0;
}

static int make_units(void)
{
	struct pcpu_area *a = &pcpu_area;
	unsigned int cpu;
	int err = a->window ? layout_window() : layout_direct();

	for (cpu = 0; !err && cpu < machine.nr_cpus; cpu++) {
		if (a->window) {
			err = populate_unit(cpu, 0, a->boot_size, &boot_phys[cpu].fixed);
			if (!err)
				err = populate_unit(cpu, a->dynamic,
						    boot_chunks() * PCPU_CHUNK_SIZE,
						    &boot_phys[cpu].dynamic);
		}
		if (!err)
			memcpy(pcpu_unit(cpu, offset_in_page(__start_quarry_percpu)),
			       __start_quarry_percpu,
			       __stop_quarry_percpu - __start_quarry_percpu);
	}
	return err;
}

static int make_boot_chunks(void)
{
	struct pcpu_area *a = &pcpu_area;
	unsigned long begin = PAGE_ALIGN(a->static_size);
	unsigned int i;

	a->places = memblock_alloc(a->nr_places * sizeof(*a->places), sizeof(long));
	a->reserved = boot_chunk(begin, a->boot_size - begin);
	if (!a->places || !a->reserved)
		return -ENOMEM;
	for (i = 0; i < boot_chunks(); i++) {
		a->places[i] = boot_chunk(a->dynamic + i * PCPU_CHUNK_SIZE, PCPU_CHUNK_SIZE);
		if (!a->places[i])
			return -ENOMEM;
		a->places[i]->place = i;
	}
	return 0;
}

int pcpu_area_setup(void)
{
	struct pcpu_area *a = &pcpu_area;
	int err;

	memset(a, 0, sizeof(*a));
	a->window = machine.percpu_size != 0;
	/* Whole pages apart, so that a variable's copies are aligned as it is. */
	a->base = (unsigned long)__start_quarry_percpu & PAGE_MASK;
	a->static_size = (unsigned long)__stop_quarry_percpu - a->base;
	a->boot_size = PAGE_ALIGN(a->static_size) + PERCPU_MODULE_RESERVE;
	err = make_units();
	if (!err)
		err = make_boot_chunks();
	a->boot_pages = a->nr_pages;
	if (!err)
		pr_info("percpu: Embedded %lu pages/cpu s%lu r%d d%u u%lu\n",
			(a->boot_size + boot_chunks() * PCPU_CHUNK_SIZE) >> PAGE_SHIFT,
			a->static_size, PERCPU_MODULE_RESERVE,
			boot_chunks() * PCPU_CHUNK_SIZE, a->stride);
	return err;
}

phys_addr_t pcpu_boot_phys(unsigned int cpu, unsigned long offset)
{
	if (offset < pcpu_area.boot_size)
		return boot_phys[cpu].fixed + offset;
	return boot_phys[cpu].dynamic + (offset - pcpu_area.dynamic);
}

void pcpu_area_forget(void)
{
	if (pcpu_area.window && pcpu_area.stride) {
		size_t pages = (pcpu_area.stride * machine.nr_cpus) >> PAGE_SHIFT;

		quarry_host_unmap(machine.percpu, pages);
		quarry_host_flush(machine.percpu, pages);
	}
	memset(&pcpu_area, 0, sizeof(pcpu_area));
}

/* Chunks made later. */

static void depopulate(struct pcpu_chunk *chunk)
{
	unsigned int cpu, i, nr = chunk_pages(chunk);

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		quarry_host_unmap((uintptr_t)pcpu_unit(cpu, chunk->offset), nr);
	quarry_host_flush((uintptr_t)pcpu_unit(0, chunk->offset),
			  ((machine.nr_cpus - 1) * pcpu_area.stride + chunk->bytes) >> PAGE_SHIFT);
	for (i = 0; i < machine.nr_cpus * nr; i++)
		if (chunk->pages[i])
			__free_page(chunk->pages[i]);
	kvfree(chunk->pages);
	chunk->pages = NULL;
}

/* Areas that wait to be unmapped take host mappings, too: without them there may be enough. */
static int map_unit(void *unit, struct page **pages, unsigned int nr)
{
	int err = vmap_map_pages((unsigned long)unit, pages, nr, RW);

	if (likely(!err))
		return 0;
	vm_unmap_aliases();
	return vmap_map_pages((unsigned long)unit, pages, nr, RW);
}

static int populate(struct pcpu_chunk *chunk, gfp_t gfp, enum pcpu_cause *cause)
{
	unsigned int cpu, nr = chunk_pages(chunk), order;
	int err = 0;

	chunk->pages = kvcalloc(machine.nr_cpus * nr, sizeof(struct page *), gfp);
	if (!chunk->pages)
		return -ENOMEM;
	for (cpu = 0; cpu < machine.nr_cpus && !err; cpu++) {
		struct page **pages = chunk->pages + cpu * nr;

		if (vmap_get_pages(pages, nr, machine.cpu_node[cpu], gfp | __GFP_HIGHMEM,
				   &order) < nr)
			err = -ENOMEM;
		else if ((err = map_unit(pcpu_unit(cpu, chunk->offset), pages, nr)))
			*cause = PCPU_NO_MAPPINGS;
	}
	if (err)
		depopulate(chunk);
	return err;
}

static size_t direct_size(const struct pcpu_chunk *chunk)
{
	return (machine.nr_cpus - 1) * pcpu_area.stride + chunk->bytes;
}

static int place_chunk(struct pcpu_chunk *chunk, gfp_t gfp, enum pcpu_cause *cause)
{
	void *block;

	if (pcpu_area.window) {
		chunk->offset = pcpu_area.dynamic + chunk->place * PCPU_CHUNK_SIZE;
		return populate(chunk, gfp, cause);
	}
	if (direct_size(chunk) > PAGE_SIZE << (MAX_ORDER - 1))
		return -ENOMEM;
	block = alloc_pages_exact(direct_size(chunk), gfp | __GFP_NOWARN);
	if (!block)
		return -ENOMEM;
	chunk->offset = (unsigned long)block - pcpu_area.unit0;
	return 0;
}

struct pcpu_chunk *pcpu_chunk_make(unsigned int place, gfp_t gfp, enum pcpu_cause *cause)
{
	unsigned long bytes = pcpu_area.window ? PCPU_CHUNK_SIZE : pcpu_area.stride;
	unsigned int units = map_units(bytes);
	struct pcpu_chunk *chunk = kzalloc(sizeof(*chunk), gfp);
	void *words = kmalloc(pcpu_map_bytes(units), gfp);
	u16 *sites = kvcalloc(units, sizeof(u16), gfp);

	*cause = PCPU_NO_MEMORY;
	if (!chunk || !words || !sites)
		goto fail;
	chunk->place = place;
	chunk->bytes = bytes;
	chunk->empty = units;
	chunk->sites = sites;
	INIT_LIST_HEAD(&chunk->list);
	pcpu_map_init(&chunk->map, words, units);
	if (!place_chunk(chunk, gfp, cause))
		return chunk;
fail:
	kvfree(sites);
	kfree(words);
	kfree(chunk);
	return NULL;
}

void pcpu_chunk_destroy(struct pcpu_chunk *chunk)
{
	if (pcpu_area.window)
		depopulate(chunk);
	else
		free_pages_exact(pcpu_unit(0, chunk->offset), direct_size(chunk));
	kvfree(chunk->sites);
	kfree(chunk->map.words);
	kfree(chunk);
}
