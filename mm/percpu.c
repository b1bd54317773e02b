// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory at run time: alloc_percpu() and its like. Documents 000, 002, 003.
 *
 * Chunks (mm/percpu_chunk.c) hang in slots by the largest run that they may have
 * free, so that an allocation looks at chunks that can serve it, fullest first.
 * In a chunk it is first fit on a bitmap (mm/percpu_map.c). A chunk is made when
 * none can serve a request that may sleep, and returned when it is empty and there
 * is another empty one.
 *
 * D1  Memory is zero when it is handed out, in every CPU's copy.
 * D2  A chunk is in the slot that its map's max_run says; a full one in slot 0,
 *     which is never searched.
 * D3  sites[] at an allocation's first unit is the index of who made it.
 * D4  Before percpu_init_late() only boot chunks serve; so does a request that
 *     must not sleep, plus whatever chunks are there.
 *
 * The reserve for modules' static variables is a chunk of its own, in no slot.
 * When it is full they go to the others: here nothing limits how far a variable
 * may be from its code.
 *
 * Locking: pcpu_lock guards everything but the making and the destruction of a
 * chunk, which happen on chunks that nobody else knows of.
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/percpu.h"

#define NR_SLOTS	16	/* runs of up to 2^14 units: 64 KiB */
#define NR_SITES	1024	/* a power of two */
#define MAX_FAILURES	10	/* reports of failed allocations */
/* What of a request's flags the making of a chunk heeds. */
#define GROW_FLAGS	(GFP_KERNEL | __GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

unsigned long __per_cpu_offset[QUARRY_MAX_CPUS];
EXPORT_SYMBOL(__per_cpu_offset);

static DEFINE_SPINLOCK_RANKED(pcpu_lock, RANK_PERCPU);
static struct list_head slots[NR_SLOTS];	/* L  D2 */
static unsigned int nr_empty;			/* L  chunks that could be returned */
static unsigned int failures;			/* L  reports so far */

/* Who allocated: a hash of call sites, so that a unit needs two bytes. Entry 0 is
 * for those that find no room. Keys: L pcpu_lock */
static struct {
	unsigned long ip;	/* L */
	unsigned long bytes;	/* L  per CPU, in use */
	unsigned int live;	/* L */
} sites[NR_SITES];

static void offsets_changed(void)
{
#ifdef QUARRY_PORT_PERCPU_CHANGED
	QUARRY_PORT_PERCPU_CHANGED();
#endif
}

static u16 site_index(unsigned long ip)
{
	unsigned int i, at = (ip ^ ip >> 10) & (NR_SITES - 1);

	for (i = 0; i < 32; i++, at = (at + 1) & (NR_SITES - 1)) {
		if (!at)
			continue;
		if (!sites[at].live)
			sites[at].ip = ip;
		if (sites[at].ip == ip)
			return at;
	}
	return 0;
}

/* Slots. */

static inline unsigned int slot_of(unsigned int run)
{
	return run ? min_t(unsigned int, __fls(run) + 1, NR_SLOTS - 1) : 0;
}

static void reslot(struct pcpu_chunk *chunk)
{
	unsigned int slot = slot_of(chunk->map.max_run);

	if (slot == chunk->slot || chunk == pcpu_area.reserved)
		return;
	chunk->slot = slot;
	list_move(&chunk->list, &slots[slot]);
}

/* A new chunk joins those that serve. */
static void publish(struct pcpu_chunk *chunk)
{
	pcpu_area.places[chunk->place] = chunk;
	chunk->slot = slot_of(chunk->map.max_run);
	list_add(&chunk->list, &slots[chunk->slot]);
	if (!chunk->boot) {
		pcpu_area.nr_pages += machine.nr_cpus * (chunk->bytes >> PAGE_SHIFT);
		nr_empty++;
	}
}

/* The chunk around an offset, or NULL. */
static struct pcpu_chunk *chunk_at(unsigned long offset)
{
	struct pcpu_chunk *chunk = pcpu_area.reserved;
	unsigned int i;

	if (!chunk || offset - chunk->offset < chunk->bytes)
		return chunk;
	if (pcpu_area.window) {
		unsigned long place = (offset - pcpu_area.dynamic) / PCPU_CHUNK_SIZE;

		if (offset < pcpu_area.dynamic || place >= pcpu_area.nr_places)
			return NULL;
		chunk = pcpu_area.places[place];
		return chunk == pcpu_area.reserved ? NULL : chunk;
	}
	for (i = 0; i < pcpu_area.nr_places; i++) {
		chunk = pcpu_area.places[i];
		if (chunk && offset - chunk->offset < chunk->bytes)
			return chunk;
	}
	return NULL;
}

/* Handing out. */

/* Takes memory out of one chunk. The offset, or 0: it has no room. */
static unsigned long take_from(struct pcpu_chunk *chunk, unsigned int units,
			       unsigned int align, unsigned long ip)
{
	bool was_empty = !chunk->map.live;
	int at = pcpu_map_take(&chunk->map, units, align);

	reslot(chunk);
	if (at < 0)
		return 0;
	if (was_empty && !chunk->boot)
		nr_empty--;
	chunk->sites[at] = site_index(ip);
	sites[chunk->sites[at]].live++;
	sites[chunk->sites[at]].bytes += units * PCPU_MIN_ALLOC_SIZE;
	return chunk->offset + at * PCPU_MIN_ALLOC_SIZE;
}

static unsigned long take_from_slots(unsigned int units, unsigned int align, unsigned long ip)
{
	struct pcpu_chunk *chunk, *next;
	unsigned long offset;
	unsigned int slot;

	for (slot = slot_of(units); slot < NR_SLOTS; slot++)
		list_for_each_entry_safe(chunk, next, &slots[slot], list) {
			if (chunk->map.max_run < units)
				continue;
			offset = take_from(chunk, units, align, ip);
			if (offset)
				return offset;
		}
	return 0;
}

/* A place for a new chunk, marked with the reserved one so that nobody else takes it
 * and no lookup succeeds; -1: there is none. */
static int claim_place(void)
{
	unsigned int i;

	for (i = 0; i < pcpu_area.nr_places; i++)
		if (!pcpu_area.places[i]) {
			pcpu_area.places[i] = pcpu_area.reserved;
			return i;
		}
	return -1;
}

/* Makes one more chunk and lets it serve. May sleep. */
static bool grow(gfp_t gfp)
{
	struct pcpu_chunk *chunk;
	unsigned long flags;
	int place;

	spin_lock_irqsave(&pcpu_lock, flags);
	place = claim_place();
	spin_unlock_irqrestore(&pcpu_lock, flags);
	if (place < 0)
		return false;
	chunk = pcpu_chunk_make(place, gfp);
	spin_lock_irqsave(&pcpu_lock, flags);
	if (chunk)
		publish(chunk);
	else
		pcpu_area.places[place] = NULL;
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return chunk != NULL;
}

/* Returns chunks that are empty, all but one. Process context. */
static void reap(void)
{
	struct pcpu_chunk *chunk, *next;
	unsigned long flags;
	LIST_HEAD(dead);
	unsigned int place, slot;

	/* Where empty chunks are: all that are made later have this size. */
	slot = slot_of((pcpu_area.window ? PCPU_CHUNK_SIZE : pcpu_area.stride) /
		       PCPU_MIN_ALLOC_SIZE);

	spin_lock_irqsave(&pcpu_lock, flags);
	list_for_each_entry_safe(chunk, next, &slots[slot], list) {
		if (nr_empty <= 1)
			break;
		if (chunk->boot || chunk->map.live)
			continue;
		list_move(&chunk->list, &dead);
		pcpu_area.places[chunk->place] = pcpu_area.reserved;
		pcpu_area.nr_pages -= machine.nr_cpus * (chunk->bytes >> PAGE_SHIFT);
		nr_empty--;
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
	list_for_each_entry_safe(chunk, next, &dead, list) {
		place = chunk->place;
		pcpu_chunk_destroy(chunk);
		spin_lock_irqsave(&pcpu_lock, flags);
		pcpu_area.places[place] = NULL;
		spin_unlock_irqrestore(&pcpu_lock, flags);
	}
}

static void report_failure(size_t size, size_t align, bool atomic, gfp_t gfp)
{
	unsigned long flags;
	bool say;

	if (gfp & __GFP_NOWARN)
		return;
	spin_lock_irqsave(&pcpu_lock, flags);
	say = failures < MAX_FAILURES && ++failures;
	spin_unlock_irqrestore(&pcpu_lock, flags);
	if (!say)
		return;
	pr_warn("allocation failed, size=%zu align=%zu atomic=%d, %s\n", size, align, atomic,
		atomic ? "no populated memory is left and this context must not sleep"
		       : "no new chunk could be made");
	dump_stack();
	if (failures == MAX_FAILURES)
		pr_info("limit reached, disable warning\n");
}

static void __percpu *pcpu_alloc(size_t size, size_t align, bool reserved, gfp_t gfp,
				 unsigned long ip)
{
	bool may_sleep = gfpflags_allow_blocking(gfp) && pcpu_area.ready;
	unsigned int units, cpu, align_units;
	unsigned long flags, offset = 0;

	if (WARN(!size || size > PCPU_MIN_UNIT_SIZE || align > PAGE_SIZE || !align ||
		 !is_power_of_2(align),
		 "illegal size (%zu) or align (%zu) for percpu allocation\n", size, align))
		return NULL;
	if (may_sleep) {
		might_sleep();
		/* Told once, a request that must not sleep goes on as one. */
		may_sleep = preemptible();
	}
	units = DIV_ROUND_UP(size, PCPU_MIN_ALLOC_SIZE);
	align_units = max_t(size_t, align / PCPU_MIN_ALLOC_SIZE, 1);
	for (;;) {
		spin_lock_irqsave(&pcpu_lock, flags);
		if (reserved)
			offset = take_from(pcpu_area.reserved, units, align_units, ip);
		if (!offset)
			offset = take_from_slots(units, align_units, ip);
		spin_unlock_irqrestore(&pcpu_lock, flags);
		if (offset || !may_sleep || !grow(gfp & GROW_FLAGS))
			break;
	}
	if (!offset) {
		report_failure(size, align, !may_sleep, gfp);
		return NULL;
	}
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		memset(pcpu_unit(cpu, offset), 0, units * PCPU_MIN_ALLOC_SIZE);
	return (void __percpu *)(pcpu_area.base + offset);
}

void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return pcpu_alloc(size, align, false, GFP_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(__alloc_percpu);

void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	return pcpu_alloc(size, align, false, gfp, _RET_IP_);
}
EXPORT_SYMBOL(__alloc_percpu_gfp);

void __percpu *percpu_alloc_reserved(size_t size, size_t align)
{
	return pcpu_alloc(size, align, true, GFP_KERNEL, _RET_IP_);
}

/* Taking back. */

static void report_bad_free(unsigned long ptr, const char *what)
{
	report_begin(REPORT_BUG, "free_percpu(): %s %px", what, (void *)ptr);
	report_here();
	report_end();
}

void free_percpu(void __percpu *ptr)
{
	unsigned long offset = (unsigned long)ptr - pcpu_area.base, flags;
	struct pcpu_chunk *chunk;
	unsigned int at, units = 0;
	bool surplus;

	if (!ptr)
		return;
	spin_lock_irqsave(&pcpu_lock, flags);
	chunk = chunk_at(offset);
	if (chunk) {
		at = (offset - chunk->offset) / PCPU_MIN_ALLOC_SIZE;
		if (!((offset - chunk->offset) % PCPU_MIN_ALLOC_SIZE))
			units = pcpu_map_give(&chunk->map, at);
		if (units) {
			sites[chunk->sites[at]].live--;
			sites[chunk->sites[at]].bytes -= units * PCPU_MIN_ALLOC_SIZE;
			reslot(chunk);
			if (!chunk->map.live && !chunk->boot)
				nr_empty++;
		}
	}
	surplus = nr_empty > 1;
	spin_unlock_irqrestore(&pcpu_lock, flags);

	if (!chunk)
		report_bad_free((unsigned long)ptr, "not a per-CPU pointer:");
	else if (!units)
		report_bad_free((unsigned long)ptr, "nothing is allocated (any more) at");
	/* Elsewhere the next free in process context does it. */
	if (unlikely(surplus) && preemptible())
		reap();
}
EXPORT_SYMBOL(free_percpu);

/* Questions. */

/* Which CPU's copy of which offset is at an address? */
static bool find_copy(unsigned long addr, unsigned int *cpu, unsigned long *offset)
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
		return chunk_at(*offset) != NULL;
	}
	for (c = 0; !pcpu_area.window && c < machine.nr_cpus; c++) {
		*cpu = c;
		*offset = in_area - c * pcpu_area.stride;
		if (chunk_at(*offset))
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
	if (find_copy((unsigned long)addr, &cpu, &offset)) {
		chunk = chunk_at(offset);
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
	struct pcpu_chunk *chunk = chunk_at(offset);
	unsigned int at, begin;

	if (!chunk)
		return 0;
	at = (offset - chunk->offset) / PCPU_MIN_ALLOC_SIZE;
	for (begin = at; begin && !test_bit(begin, chunk->map.start); begin--)
		;
	return begin + pcpu_map_size(&chunk->map, begin) > at ? sites[chunk->sites[begin]].ip : 0;
}

bool percpu_is_pointer(unsigned long addr)
{
	unsigned long offset = addr - pcpu_area.base, flags;
	bool found;

	if (!pcpu_area.stride || !spin_trylock_irqsave(&pcpu_lock, flags))
		return false;
	found = chunk_at(offset) != NULL;
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return found;
}

/**
 * percpu_describe - say what an address has to do with per-CPU memory; in a report
 * Return: false: nothing.
 */
bool percpu_describe(unsigned long addr)
{
	unsigned long offset = addr - pcpu_area.base, site = 0, flags;
	bool copy, pointer;

	if (!pcpu_area.stride || !spin_trylock_irqsave(&pcpu_lock, flags))
		return false;
	copy = pcpu_area.window && addr - machine.percpu < machine.percpu_size;
	pointer = !copy && chunk_at(offset);
	if (copy)
		offset = (addr - pcpu_area.unit0) % pcpu_area.stride;
	if (copy || pointer)
		site = site_at(offset);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	if (pointer)
		report_line("this is a per-CPU pointer: reach a copy with per_cpu_ptr() or get_cpu_ptr()");
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

		if (!chunk || chunk == pcpu_area.reserved)
			continue;
		*at = pcpu_map_next(&chunk->map, *at);
		if (*at >= chunk->map.units)
			continue;
		*h = (struct quarry_holding) {
			.kind = "per-CPU memory",
			.address = pcpu_area.base + chunk->offset + *at * PCPU_MIN_ALLOC_SIZE,
			.size = pcpu_map_size(&chunk->map, *at) * PCPU_MIN_ALLOC_SIZE,
			.site = sites[chunk->sites[*at]].ip,
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

struct chunk_sums {
	unsigned int chunks, empty;
	unsigned long bytes, used;	/* per CPU */
};

static void sum_chunks(struct chunk_sums *sums)
{
	unsigned int i;

	for (i = 0; i < pcpu_area.nr_places; i++) {
		const struct pcpu_chunk *chunk = pcpu_area.places[i];

		if (!chunk || chunk == pcpu_area.reserved)
			continue;
		sums->chunks++;
		sums->empty += !chunk->map.live;
		sums->bytes += chunk->bytes;
		sums->used += (chunk->map.units - chunk->map.free) * PCPU_MIN_ALLOC_SIZE;
	}
}

/** percpu_show - the view "percpu": areas, chunks, and each call site's share */
int percpu_show(struct seq_file *m)
{
	struct chunk_sums sums = { 0 };
	unsigned long flags, reserved, site, bytes;
	unsigned int i, live;

	spin_lock_irqsave(&pcpu_lock, flags);
	sum_chunks(&sums);
	reserved = (pcpu_area.reserved->map.units - pcpu_area.reserved->map.free) *
		   PCPU_MIN_ALLOC_SIZE;
	spin_unlock_irqrestore(&pcpu_lock, flags);
	seq_printf(m, "CPUs:           %u\nTotal:          %lu kB\n", machine.nr_cpus,
		   pcpu_nr_pages() << (PAGE_SHIFT - 10));
	seq_printf(m, "Static:         %lu bytes per CPU\n", pcpu_area.static_size);
	seq_printf(m, "Module reserve: %lu of %d bytes per CPU\n", reserved, PERCPU_MODULE_RESERVE);
	seq_printf(m, "Dynamic:        %lu of %lu bytes per CPU in %u chunks, %u of them empty\n",
		   sums.used, sums.bytes, sums.chunks, sums.empty);
	seq_puts(m, "\n    bytes  objects  all CPUs  allocated by\n");
	for (i = 0; i < NR_SITES; i++) {
		spin_lock_irqsave(&pcpu_lock, flags);
		site = sites[i].ip;
		bytes = sites[i].bytes;
		live = sites[i].live;
		spin_unlock_irqrestore(&pcpu_lock, flags);
		if (live)
			seq_printf(m, "%9lu %8u %9lu  %pS\n", bytes, live,
				   bytes * machine.nr_cpus, (void *)site);
	}
	return 0;
}

unsigned int percpu_validate(void)
{
	unsigned int i, faults = 0, empty = 0;
	unsigned long flags;

	spin_lock_irqsave(&pcpu_lock, flags);
	for (i = 0; i < pcpu_area.nr_places; i++) {
		struct pcpu_chunk *chunk = pcpu_area.places[i];

		if (!chunk || chunk == pcpu_area.reserved)
			continue;
		faults += pcpu_map_validate(&chunk->map);
		empty += !chunk->boot && !chunk->map.live;
		if (chunk->slot != slot_of(chunk->map.max_run)) {
			pr_err("D2 is broken: chunk %u is in slot %u\n", i, chunk->slot);
			faults++;
		}
	}
	if (pcpu_area.reserved)
		faults += pcpu_map_validate(&pcpu_area.reserved->map);
	if (empty != nr_empty) {
		pr_err("%u chunks are empty, counted %u\n", empty, nr_empty);
		faults++;
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return faults;
}

/* Boot. */

int setup_per_cpu_areas(void)
{
	unsigned int i;
	int err;

	nr_empty = failures = 0;
	memset(sites, 0, sizeof(sites));
	for (i = 0; i < NR_SLOTS; i++)
		INIT_LIST_HEAD(&slots[i]);
	err = pcpu_area_setup();
	if (err)
		return err;
	for (i = 0; i < pcpu_area.nr_places; i++)
		if (pcpu_area.places[i])
			publish(pcpu_area.places[i]);
	for (i = 0; i < machine.nr_cpus; i++)
		__per_cpu_offset[i] = pcpu_area.unit0 + i * pcpu_area.stride - pcpu_area.base;
	offsets_changed();
	for (i = 0; i < machine.nr_cpus; i++)
		context_init_cpu(i);
	return 0;
}

int percpu_init_late(void)
{
	pcpu_area.ready = true;
	return 0;
}

void percpu_shutdown(void)
{
	memset(__per_cpu_offset, 0, sizeof(__per_cpu_offset));
	offsets_changed();
	pcpu_area_forget();
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

			if (chunk && chunk != pcpu_area.reserved)
				fn(ctx, unit + chunk->offset, unit + chunk->offset + chunk->bytes);
		}
	}
	spin_unlock_irqrestore(&pcpu_lock, flags);
}
