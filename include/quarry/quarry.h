/* SPDX-License-Identifier: MIT */
/*
 * What an embedder calls: describe a machine, boot, look inside, shut down.
 *
 * The memory itself is used through the kernel's interface, in include/linux/.
 * There is one instance; after quarry_shutdown() it can boot again.
 */
#ifndef QUARRY_QUARRY_H
#define QUARRY_QUARRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

struct quarry_thread;

/* Kinds of physical memory, in the order in which overlaps are decided. */
enum quarry_range_type {
	QUARRY_RAM = 1,		/* "usable" */
	QUARRY_RESERVED,
	QUARRY_ACPI,		/* "ACPI data" */
	QUARRY_NVS,		/* "ACPI NVS" */
	QUARRY_UNUSABLE,
	QUARRY_PERSISTENT,
	QUARRY_DEVICE,		/* registers: a target for ioremap */
};

/* [start, end) in bytes, on one node. */
struct quarry_range {
	uint64_t start, end;
	enum quarry_range_type type;
	unsigned int node;
	const char *name;		/* of a device, for people; lives until quarry_shutdown(); NULL */
};

/**
 * struct quarry_machine - the machine to boot on
 *
 * Addresses and sizes are in bytes. A window is a range of virtual addresses
 * that nothing else uses and that quarry_host_map() can fill; a size of 0 means
 * that the machine has none. Ranges may overlap and come in any order.
 */
struct quarry_machine {
	size_t size;			/* sizeof(struct quarry_machine) */
	const char *name;		/* for the log; may be NULL */

	const struct quarry_range *ranges;
	unsigned int nr_ranges;
	unsigned int nr_cpus;
	unsigned int nr_nodes;
	const unsigned int *cpu_node;	/* per CPU; NULL: spread evenly */
	const unsigned char *distance;	/* nr_nodes x nr_nodes; NULL: 10 and 20 */

	uint64_t dma_end;		/* end of ZONE_DMA; 0: no such zone */
	uint64_t dma32_end;		/* end of ZONE_DMA32; 0: no such zone */
	uint64_t lowmem_end;		/* above it is ZONE_HIGHMEM */
	uintptr_t direct_map;		/* where physical address 0 is mapped */

	uintptr_t vmemmap;		/* window for struct page, indexed by frame */
	size_t vmemmap_size;		/* 0: page descriptors in the direct map */
	uintptr_t vmalloc;
	size_t vmalloc_size;
	uintptr_t pkmap;		/* for kmap() */
	unsigned int pkmap_slots;	/* pages; a power of two */
	uintptr_t fixmap;		/* for kmap_atomic() and its like */
	size_t fixmap_size;
	uintptr_t percpu;		/* for per-CPU chunks */
	size_t percpu_size;

	bool ram_is_zeroed;		/* at boot, every byte of it */
	bool stacks;			/* quarry_host_call_on() works: have kernel stacks */
	struct quarry_thread *boot_thread; /* the caller, in tier 3; else NULL */
	const char *cmdline;		/* kernel parameters; NULL: none */
};

/**
 * quarry_boot - bring up the memory manager
 * @m: the machine; copied
 * Context: one thread, CPU 0, interrupts on.
 * Return: 0; -EINVAL (the log says what is wrong with @m), -ENOMEM.
 */
int quarry_boot(const struct quarry_machine *m);

/**
 * quarry_shutdown - forget everything; what was allocated is gone
 * Context: one thread, on CPU 0, with no other thread left.
 */
void quarry_shutdown(void);

/* Calls from the port. */

/**
 * quarry_thread_in - a thread got this CPU
 * @context: from its struct quarry_thread
 */
void quarry_thread_in(void *context);

/** quarry_thread_out - the thread on this CPU is about to leave it */
void quarry_thread_out(void);

/** quarry_want_resched - others wait for this CPU: yield where that is allowed */
void quarry_want_resched(unsigned int cpu);

/**
 * quarry_interrupt - run a handler in hard interrupt context on this CPU
 * @fn: the handler
 * @arg: its argument
 * It runs on the CPU's interrupt stack, if there are such (struct quarry_machine), whichever
 * stack this is called on. Context: interrupts off.
 */
void quarry_interrupt(void (*fn)(void *arg), void *arg);

/**
 * quarry_device_misused - report an access that a device does not know
 * @what: one line: which device, which register, what is wrong
 * Context: as the access; the port holds no lock.
 */
void quarry_device_misused(const char *what);

struct quarry_fault {
	uintptr_t address;
	uintptr_t pc;
	uintptr_t sp;			/* the stack pointer; 0: not known */
	bool write, exec;
	bool stack_overflow;		/* of a stack of the port's own */
	const char *trap;		/* no access: "divide error", "invalid opcode" */
	bool no_mapping;		/* no address at all; 0: the processor does not say which */
	bool refused;			/* something is there, but not for that */
	bool alone;			/* nobody else would say a word: report it, whose it may be */
};

/**
 * quarry_fault - report an access to an address that is not mapped, or a trap
 * @f: what the port knows
 * Context: the faulting thread, on a stack with 16 KiB to spare.
 * Return: true when the address is in one of Quarry's regions, which makes it
 * ours to report, or if nobody else does; false: nothing was printed.
 */
bool quarry_fault(const struct quarry_fault *f);

/* Looking inside. */

/** quarry_slab - which allocator of objects this program is linked with: "SLUB" */
const char *quarry_slab(void);

/* What slabs and large blocks of kmalloc() take. */
struct quarry_slab_use {
	unsigned long pages, pages_most;	/* now, and at most since boot */
	unsigned long partial;		/* slabs (SLOB: pages) with both used and free room */
};

/** quarry_slab_use - look at it. Context: may sleep. */
void quarry_slab_use(struct quarry_slab_use *use);

/* Who wants to know of each object. Context: any, interrupts off, on any CPU. */
struct quarry_slab_watch {
	/* @bytes: that were asked for; @pages: as above, now */
	void (*got)(const void *object, size_t bytes, unsigned long pages);
	void (*gave)(const void *object);
};

/**
 * quarry_slab_watch - look at each object that comes and goes, none of which is fast then
 * @watch: lives until the machine is down; NULL: nobody any more
 * Context: before quarry_boot(), for which it counts.
 */
void quarry_slab_watch(const struct quarry_slab_watch *watch);

typedef void quarry_emit_fn(void *ctx, const char *text, size_t len);

/**
 * quarry_view - print a view, in the format of the /proc file of that name
 * @name: "buddyinfo", "meminfo", "slabinfo", ...
 * @emit: gets the text, in pieces
 * Context: may sleep. Return: 0 or -ENOENT.
 */
int quarry_view(const char *name, quarry_emit_fn *emit, void *ctx);

/**
 * quarry_trace - print the trace events that trace_event= has switched on
 * In the format of /sys/kernel/tracing/trace. With kernel/, read that file instead.
 * Context: may sleep, one caller at a time. Return: 0 or -ENOMEM.
 */
int quarry_trace(quarry_emit_fn *emit, void *ctx);

/** quarry_view_name - the name of view number @i, or NULL behind the last */
const char *quarry_view_name(unsigned int i);

/* Reports so far: "WARNING:" and "BUG:" lines. */
struct quarry_incidents {
	unsigned int warnings, bugs;
};

struct quarry_incidents quarry_incidents(void);

/* Something that is allocated and has an owner. */
struct quarry_holding {
	const char *kind;	/* "page", "object", "cache", "vmalloc area", ... */
	const char *detail;	/* the cache's name, or NULL */
	uintptr_t address;	/* of the memory; of the struct page for "page" */
	size_t size;		/* bytes */
	uintptr_t site;		/* who allocated it */
};

/**
 * quarry_holdings - list what code in an address range has allocated and kept
 * @lo: first address of the code
 * @hi: end of the code
 * @each: called for each holding
 *
 * Pages and objects are known only when page_owner and slub_debug=U are on.
 * Context: may sleep. Return: how many there are.
 */
size_t quarry_holdings(uintptr_t lo, uintptr_t hi,
		       void (*each)(void *ctx, const struct quarry_holding *h),
		       void *ctx);

/**
 * quarry_validate - check every invariant of every part
 * Context: may sleep; nothing else runs. Return: faults found, each one logged.
 */
unsigned int quarry_validate(void);

/**
 * quarry_slab_check - look at all objects, for what would be found when they are used next
 * Writes to freed objects, in caches that are debugged; in others, what was freed and should
 * not have been, and waits with a CPU. Context: may sleep; others may run. Each find is
 * reported.
 */
void quarry_slab_check(void);

#endif
