/* SPDX-License-Identifier: MIT */
/*
 * The hosted port, as the command that drives it sees it: a Linux process as the
 * machine.
 *
 *	quarry_hosted_up(&machine, &options, err, sizeof(err));
 *	quarry_hosted_run(fn, arg);	fn calls quarry_boot() ... quarry_shutdown()
 *	quarry_hosted_down();
 *
 * This may be repeated as often as one likes. There is one machine at a time.
 */
#ifndef QUARRY_PORT_HOSTED_HOSTED_H
#define QUARRY_PORT_HOSTED_HOSTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quarry/host.h"
#include "quarry/quarry.h"

enum quarry_fatal {
	FATAL_PANIC,	/* the core gave up; logged already */
	FATAL_FAULT,	/* a bad access; quarry_fault() has reported it */
	FATAL_STALL,	/* every thread waits, and nothing can wake one */
};

/* For quarry_hosted_options.page_table: as many levels as such a machine has. */
#define QUARRY_TABLE_FITTING	1

enum quarry_hosted_device_kind {
	DEVICE_MEMORY,		/* pages of zeros */
	DEVICE_COPY,		/* pages with a file's contents, as far as it goes */
	DEVICE_FILE,		/* the file itself: what is written to the device is in it */
	DEVICE_REGISTERS,	/* the model in registers.c; only readl() and its like reach it */
};

#define QUARRY_HOSTED_REGISTERS	0x100	/* bytes that a device with registers has at least */

/* A device; its range is among the machine's, too. */
struct quarry_hosted_device {
	const char *name;	/* for people */
	uint64_t start, end;	/* physical addresses, end excluded; start is page-aligned */
	enum quarry_hosted_device_kind kind;
	const char *file;	/* of DEVICE_COPY and DEVICE_FILE */
};

/**
 * struct quarry_hosted_options - how the machine behaves
 * @seeded: one CPU at a time, chosen by a generator; time is virtual. The same
 *	seed gives the same interleaving.
 * @seed: where the generator starts
 * @devices: what answers at the addresses of QUARRY_DEVICE ranges; where none of them is,
 *	there is plain memory. Pages of two of them are apart.
 * @nr_devices: how many
 * @log: quarry_host_log(). Called from signal handlers and from several threads at
 *	once, with interrupts off, never on a stack of the core's: only what is
 *	async-signal-safe (write(2), say).
 * @fatal: the machine is dead; prints and ends the process. @why is one line. For a
 *	fault it runs on the signal stack of the faulting thread, else in the thread
 *	that noticed. If it returns, the process is aborted.
 * @page_table: beside the process's mappings, keep a page table in software of so many
 *	levels, 2 to 5, or QUARRY_TABLE_FITTING; 0: none
 */
struct quarry_hosted_options {
	bool seeded;
	uint64_t seed;
	const struct quarry_hosted_device *devices;
	unsigned int nr_devices;
	void (*log)(int level, const char *line, size_t len);
	void (*fatal)(enum quarry_fatal kind, const char *why);
	unsigned int page_table;
};

/**
 * quarry_hosted_up - make the memory and the CPUs of a machine
 * @m: in: ranges, nr_ranges, nr_cpus, lowmem_end, dma32_end, pkmap_slots; out:
 *	every window, direct_map, ram_is_zeroed, stacks, boot_thread
 * @o: copied, the devices too
 * @err: gets one line when it fails
 * @errlen: room in @err, in bytes
 *
 * Context: the process's main thread, usually; no machine is up.
 * Return: 0 or a negative errno.
 */
int quarry_hosted_up(struct quarry_machine *m, const struct quarry_hosted_options *o,
		     char *err, size_t errlen);

/**
 * quarry_hosted_run - run a function as the machine's boot thread, on CPU 0
 * @fn: runs on a guarded stack of the port's; other threads live while it runs
 * @arg: its argument
 *
 * Then the machine stops: threads that are left end at their present or next
 * quarry_host_sleep(), without another call into the core. One that never gets there
 * is reported through fatal after some seconds.
 * Context: as quarry_hosted_up(). Blocks until every thread has ended.
 * Return: 0 when @fn has returned, or a negative errno.
 */
int quarry_hosted_run(void (*fn)(void *arg), void *arg);

/**
 * quarry_hosted_down - give everything back
 * Context: as quarry_hosted_up(). Harmless when no machine is up.
 */
void quarry_hosted_down(void);

/**
 * quarry_hosted_check_mappings - does the page table say what the process has mapped?
 * @why: gets one line with the first difference, ever since up
 * @size: room in @why, in bytes
 *
 * Context: any thread, the machine is up. Return: true when it does, or if there is none.
 */
bool quarry_hosted_check_mappings(char *why, size_t size);

/**
 * quarry_hosted_block - leave the CPU while host code blocks
 * @fn: reads a terminal, waits for a compiler; must not call Quarry
 * @arg: its argument
 *
 * In seeded mode the machine, and its clock, stand still meanwhile.
 * Context: a thread of the machine that may sleep.
 */
void quarry_hosted_block(void (*fn)(void *arg), void *arg);

/**
 * quarry_hosted_interrupt - raise an interrupt, without waiting for it
 * @cpu: where; interrupts of one CPU run in the order in which they were raised
 * @fn: called through quarry_interrupt()
 * @arg: its argument
 *
 * In seeded mode it repeats only when a thread of the machine raises it.
 * Context: any thread, any context. Return: 0; -EAGAIN when too many are waiting;
 * -EINVAL: no such CPU.
 */
int quarry_hosted_interrupt(unsigned int cpu, void (*fn)(void *arg), void *arg);

/**
 * quarry_hosted_module_added - code has been loaded with dlopen()
 * @name: the module's, for reports; copied
 * @path: the file; may be NULL when the dynamic linker knows it
 * @lo: first address of its code
 * @hi: end of its code
 * Context: any thread, not in interrupts.
 */
void quarry_hosted_module_added(const char *name, const char *path, uintptr_t lo, uintptr_t hi);

/** quarry_hosted_module_removed - call before dlclose(); arguments as above */
void quarry_hosted_module_removed(const char *name, const char *path, uintptr_t lo,
				  uintptr_t hi);

#endif
