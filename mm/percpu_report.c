// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory that was misused: what is wrong with a pointer that was given to
 * free_percpu(), or to kfree(), and why an allocation failed.
 *
 * With debug_percpu=on frees are remembered, the last few of them, with who made them: so
 * that a second one can name the first. No fast path knows of it: free_percpu() then always
 * takes the slow way.
 *
 * Locking: pcpu_lock; nothing is printed while it is held.
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/report.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/percpu.h"

#define MAX_FAILURES	10	/* reports of failed allocations */
#define GRAVES		256	/* a power of two */
#define GRAVE_STACK	8

bool pcpu_debug;

/* What was given back. Keys: L pcpu_lock */
static struct grave {
	unsigned long offset, bytes;	/* L  bytes: 0 in one that was never dug */
	unsigned long allocated;	/* L  by whom */
	unsigned int depth;		/* L */
	uintptr_t freed[GRAVE_STACK];	/* L */
} graves[GRAVES];
static unsigned long nr_graves;		/* L  dug since boot */
static unsigned int failures;		/* L  reports so far */

/* debug_percpu=on */
static int __init debug_percpu_setup(char *arg)
{
	return arg ? kstrtobool(arg, &pcpu_debug) : -EINVAL;
}
early_param("debug_percpu", debug_percpu_setup);

void pcpu_report_reset(void)
{
	memset(graves, 0, sizeof(graves));
	nr_graves = 0;
	failures = 0;
	pcpu_debug = false;
}

/* The stack from @site on: our own frames above it say nothing. */
static unsigned int stack_from(unsigned long site, uintptr_t *stack)
{
	uintptr_t pc[GRAVE_STACK + 6];
	unsigned int n = quarry_host_backtrace(pc, ARRAY_SIZE(pc)), skip;

	for (skip = 0; skip < n && pc[skip] != site; skip++)
		;
	if (skip == n)
		skip = 0;
	n = min_t(unsigned int, n - skip, GRAVE_STACK);
	memcpy(stack, pc + skip, n * sizeof(*pc));
	return n;
}

void pcpu_bury(const struct pcpu_chunk *chunk, unsigned int at, unsigned int units,
	       unsigned long site)
{
	struct grave *grave = &graves[nr_graves++ % GRAVES];

	grave->offset = chunk->offset + at * PCPU_MIN_ALLOC_SIZE;
	grave->bytes = units * PCPU_MIN_ALLOC_SIZE;
	grave->allocated = pcpu_sites[chunk->sites[at]].ip;
	grave->depth = stack_from(site, grave->freed);
}

/* Frees that cannot be. */

enum kind {
	KIND_FOREIGN,		/* nothing of ours */
	KIND_COPY,		/* a CPU's copy */
	KIND_STATIC,
	KIND_INSIDE,		/* of an allocation */
	KIND_BEHIND,		/* at once behind one */
	KIND_FREED,		/* it is known by whom */
	KIND_NOTHING,		/* perhaps no longer */
};

/* What a pointer is, copied so that no lock is held meanwhile. */
struct sight {
	enum kind kind;
	unsigned int cpu;		/* whose copy */
	unsigned long into, bytes;	/* of the allocation */
	struct grave grave;		/* who had it; depth 0: it was not freed */
};

/* pcpu_lock is held here and in what follows. */
static const struct grave *find_grave(unsigned long offset)
{
	unsigned long i, oldest = nr_graves > GRAVES ? nr_graves - GRAVES : 0;

	for (i = nr_graves; i-- > oldest; ) {
		const struct grave *grave = &graves[i % GRAVES];

		if (offset - grave->offset < grave->bytes)
			return grave;
	}
	return NULL;
}

/* The allocation around a unit, if there is one. */
static bool see_allocation(struct sight *sight, const struct pcpu_chunk *chunk, unsigned int unit)
{
	unsigned int begin = pcpu_map_around(&chunk->map, unit);

	if (begin >= chunk->map.units)
		return false;
	sight->bytes = pcpu_map_size(&chunk->map, begin) * PCPU_MIN_ALLOC_SIZE;
	sight->grave.offset = chunk->offset + begin * PCPU_MIN_ALLOC_SIZE;
	sight->grave.allocated = pcpu_sites[chunk->sites[begin]].ip;
	return true;
}

static void see_in_chunk(struct sight *sight, const struct pcpu_chunk *chunk, unsigned long offset)
{
	unsigned int unit = (offset - chunk->offset) / PCPU_MIN_ALLOC_SIZE;
	const struct grave *grave;

	if (see_allocation(sight, chunk, unit)) {
		sight->kind = KIND_INSIDE;
		sight->into = offset - sight->grave.offset;
		return;
	}
	grave = find_grave(offset);
	if (grave) {
		sight->kind = KIND_FREED;
		sight->grave = *grave;
		sight->bytes = grave->bytes;
		sight->into = offset - grave->offset;
		return;
	}
	sight->kind = unit && see_allocation(sight, chunk, unit - 1) ? KIND_BEHIND : KIND_NOTHING;
}

static void see(struct sight *sight, unsigned long ptr)
{
	unsigned long offset = ptr - pcpu_area.base;
	const struct pcpu_chunk *chunk = pcpu_chunk_at(offset);

	*sight = (struct sight) { .kind = KIND_FOREIGN };
	if (!pcpu_area.stride)
		return;
	if (offset < pcpu_area.static_size || (chunk && chunk == pcpu_area.reserved)) {
		sight->kind = KIND_STATIC;
	} else if (pcpu_is_chunk(chunk)) {
		see_in_chunk(sight, chunk, offset);
	} else if (pcpu_find_copy(ptr, &sight->cpu, &offset)) {
		sight->kind = KIND_COPY;
		chunk = pcpu_chunk_at(offset);
		if (pcpu_is_chunk(chunk) && chunk != pcpu_area.reserved)
			see_allocation(sight, chunk, (offset - chunk->offset) / PCPU_MIN_ALLOC_SIZE);
	}
}

static void report_who(const struct grave *grave)
{
	uintptr_t allocated = grave->allocated;

	if (allocated)
		report_stack("Allocated by:", &allocated, 1);
	if (grave->depth)
		report_stack("Freed by:", grave->freed, grave->depth);
}

static const char *words(const struct sight *sight)
{
	static const char *const of[] = {
		[KIND_FOREIGN] = "not a per-CPU pointer:",
		[KIND_COPY] = "not a per-CPU pointer:",
		[KIND_STATIC] = "this is a static per-CPU variable:",
		[KIND_INSIDE] = "not where an allocation begins:",
		[KIND_BEHIND] = "not where an allocation begins:",
		[KIND_FREED] = "this is free already:",
		[KIND_NOTHING] = "nothing is allocated (any more) at",
	};

	return of[sight->kind];
}

void pcpu_report_bad_free(unsigned long ptr)
{
	struct sight sight;
	unsigned long flags;

	spin_lock_irqsave(&pcpu_lock, flags);
	see(&sight, ptr);
	spin_unlock_irqrestore(&pcpu_lock, flags);

	report_begin(REPORT_BUG, "free_percpu(): %s %px", words(&sight), (void *)ptr);
	switch (sight.kind) {
	case KIND_COPY:
		report_line("it is the address of CPU %u's copy: give back the pointer that per_cpu_ptr() was given",
			    sight.cpu);
		break;
	case KIND_STATIC:
		report_line("only what alloc_percpu() has returned is given back");
		break;
	case KIND_INSIDE:
		report_line("it is %lu bytes into one of %lu", sight.into, sight.bytes);
		break;
	case KIND_BEHIND:
		report_line("nothing is allocated there, just behind one of %lu bytes", sight.bytes);
		break;
	case KIND_FREED:
		if (sight.into)
			report_line("it is %lu bytes into what was one of %lu", sight.into,
				    sight.bytes);
		break;
	case KIND_NOTHING:
		if (!pcpu_debug)
			report_line("Who gave it back, if somebody did, would be known with debug_percpu=on.");
		break;
	default:
		break;
	}
	report_who(&sight.grave);
	report_here();
	report_end();
}

const char *percpu_misplaced(unsigned long addr)
{
	struct sight sight;
	unsigned long flags;

	if (!spin_trylock_irqsave(&pcpu_lock, flags))
		return NULL;
	see(&sight, addr);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	switch (sight.kind) {
	case KIND_FOREIGN:
		return NULL;
	case KIND_COPY:
		return sight.bytes ? "a CPU's copy of per-CPU memory: free_percpu() the pointer that led to it"
				   : "a CPU's copy of a static per-CPU variable";
	case KIND_STATIC:
		return "a static per-CPU variable";
	default:
		return "a per-CPU pointer: free_percpu() it";
	}
}

void percpu_report_owner(unsigned long addr)
{
	struct sight sight;
	unsigned long flags;

	if (!spin_trylock_irqsave(&pcpu_lock, flags))
		return;
	see(&sight, addr);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	report_who(&sight.grave);
}

/* Allocations that failed. */

static const char *const causes[] = {
	[PCPU_NO_SLEEP] = "no populated memory is left and this context must not sleep",
	[PCPU_NO_PLACE] = "no new chunk could be made: the areas are full",
	[PCPU_NO_MEMORY] = "no new chunk could be made: there is no memory for it",
	[PCPU_NO_MAPPINGS] = "no new chunk could be made: the machine has no room for more mappings",
};

void pcpu_report_failure(size_t size, size_t align, enum pcpu_cause cause, gfp_t gfp)
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
	pr_warn("allocation failed, size=%zu align=%zu atomic=%d, %s\n", size, align,
		cause == PCPU_NO_SLEEP, causes[cause]);
	dump_stack();
	if (failures == MAX_FAILURES)
		pr_info("limit reached, disable warning\n");
}
