/* SPDX-License-Identifier: MIT */
/*
 * What a port supplies: the whole of Quarry's demands on the world below it.
 *
 * The functions come in tiers. An embedder who wants page frames and objects
 * only writes tier 0; each further tier buys what its heading says. No function
 * may call back into Quarry unless its comment says so.
 *
 * A CPU is an execution token with a number from 0 to nr_cpus - 1. Exactly one
 * thread runs on a CPU at a time; it leaves the CPU only inside
 * quarry_host_sleep(). An interrupt runs on the CPU that it interrupts.
 *
 * The hot functions have an inline form. A port that wants it names a header in
 * QUARRY_PORT_HEADER (compiled into the core and into modules), which may define
 *
 *	QUARRY_PORT_CPU()		quarry_host_cpu()
 *	QUARRY_PORT_PERCPU_OFFSET()	this CPU's entry of __per_cpu_offset[]
 *	QUARRY_PORT_PERCPU_SEGMENT	x86: a named address space whose base is that entry;
 *					QUARRY_PORT_PERCPU_PREFIX: in templates of asm
 *	QUARRY_PORT_PERCPU_CHANGED()	called after __per_cpu_offset[] changed
 *	QUARRY_PORT_LANE(), QUARRY_PORT_HOME(), QUARRY_PORT_LANE_SET(lane, home)
 *					two words that the core keeps where the code that
 *					runs finds them at once (a register, the thread's
 *					own memory); it sets them when a thread gets a CPU
 *					and around interrupts
 *	QUARRY_PORT_IRQ_SAVE()		quarry_host_irq_save()
 *	QUARRY_PORT_IRQ_RESTORE(flags)	quarry_host_irq_restore(flags)
 *	QUARRY_PORT_IRQ_RESTORE_QUICK(flags), QUARRY_PORT_IRQ_PENDING()
 *					the same in two parts, the second called if the
 *					first is nonzero: so that the first needs no call
 *	QUARRY_PORT_RELAX()		quarry_host_relax()
 *	QUARRY_PORT_IO_READ(addr, bytes, value), QUARRY_PORT_IO_WRITE(addr, bytes, value)
 *					an access to a device's memory by readl() and its like,
 *					of 1, 2, 4 or 8 bytes; *value gets what was read.
 *					Nonzero: done. 0: the device answers to plain loads
 *					and stores. Without them, every device does
 */
#ifndef QUARRY_HOST_H
#define QUARRY_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tier 0: always. */

/**
 * quarry_host_log - write one line of the kernel's log
 * @level: 0 (emergency) to 7 (debug)
 * @line: the text, without a line break; not terminated
 * @len: its length in bytes
 *
 * Context: any, interrupts included, several CPUs at once. Must not sleep and
 * must not allocate from Quarry.
 */
void quarry_host_log(int level, const char *line, size_t len);

/**
 * quarry_host_panic - stop for good
 * @why: one line; it has been logged already
 *
 * Context: any. Does not return.
 */
_Noreturn void quarry_host_panic(const char *why);

/**
 * quarry_host_cpu - the number of the CPU that runs the caller
 * Context: any.
 */
unsigned int quarry_host_cpu(void);

/**
 * quarry_host_irq_save - keep interrupts off this CPU
 * Context: any.
 * Return: 0 when interrupts were on before, another value when they were off.
 */
unsigned long quarry_host_irq_save(void);

/**
 * quarry_host_irq_restore - undo quarry_host_irq_save()
 * @flags: its result; 0 turns interrupts on and lets pending ones in
 * Context: any.
 */
void quarry_host_irq_restore(unsigned long flags);

/* Tier 1: more than one CPU. */

/**
 * quarry_host_relax - called in a loop that waits for another CPU
 * Context: any. Must not give up the CPU, in the sense above.
 */
void quarry_host_relax(void);

/**
 * quarry_host_cross_call - run a function in interrupt context on another CPU
 * @cpu: which one; may be the caller's own
 * @fn: called through quarry_interrupt()
 * @arg: its argument
 *
 * Context: interrupts on, no lock held. Returns when @fn has returned.
 */
void quarry_host_cross_call(unsigned int cpu, void (*fn)(void *arg), void *arg);

/* Tier 2: mappings (vmalloc, ioremap, kmap of high memory). */

enum quarry_prot {
	QUARRY_PROT_READ	= 1,
	QUARRY_PROT_WRITE	= 2,
	QUARRY_PROT_EXEC	= 4,
	QUARRY_PROT_NOCACHE	= 8,
};

/**
 * quarry_host_map - map physically contiguous pages
 * @va: virtual address, page-aligned, inside a window of the machine's
 * @pa: physical address, page-aligned
 * @pages: how many pages of QUARRY_PAGE_SIZE
 * @prot: bits of enum quarry_prot
 *
 * What was mapped there is replaced. Context: any; callers keep calls for the
 * same addresses apart.
 * Return: 0, or a negative errno when the machine has no room for the mapping.
 */
int quarry_host_map(uintptr_t va, uint64_t pa, size_t pages, unsigned int prot);

/**
 * quarry_host_unmap - make pages inaccessible again
 * @va: virtual address, page-aligned
 * @pages: how many pages; some may have no mapping
 *
 * Other CPUs may see the old mapping until quarry_host_flush(). Context: any.
 */
void quarry_host_unmap(uintptr_t va, size_t pages);

/**
 * quarry_host_flush - forget cached translations, on every CPU
 * @va: virtual address, page-aligned
 * @pages: how many pages
 * Context: any context that may do a cross call.
 */
void quarry_host_flush(uintptr_t va, size_t pages);

/* Tier 3: threads that sleep. */

/**
 * struct quarry_thread - a thread, as the core describes it to the port
 * @name: for people; valid for the thread's life
 * @fn: what it runs; it ends by returning
 * @arg: the argument of @fn
 * @cpus_allowed: bit map of QUARRY_MAX_CPUS bits, read each time that the port
 *	chooses a CPU for the thread; NULL: all
 * @context: passed to quarry_thread_in() each time the thread gets a CPU
 * @stack: the lowest address of the stack on which @fn begins, written by the port before
 *	that; 0: not told
 * @stack_size: bytes of it
 * @host: the port's own
 */
struct quarry_thread {
	const char *name;
	void (*fn)(void *arg);
	void *arg;
	const unsigned long *cpus_allowed;
	void *context;
	uintptr_t stack;
	size_t stack_size;
	void *host;
};

/**
 * quarry_host_clock - nanoseconds since some fixed moment, never going back
 * Context: any.
 */
uint64_t quarry_host_clock(void);

/**
 * quarry_host_sleep - give up the CPU
 * @deadline: return at this quarry_host_clock() at the latest; 0: let others
 *	run and return as soon as a CPU is free; UINT64_MAX: no deadline
 *
 * Returns at once when quarry_host_wake() has been called for this thread since
 * its last return from here with @deadline not 0. The thread may be on another
 * CPU afterwards. Calls quarry_thread_out() and quarry_thread_in().
 * Context: a thread; interrupts on, preemption on.
 */
void quarry_host_sleep(uint64_t deadline);

/**
 * quarry_host_wake - end another thread's quarry_host_sleep()
 * @t: the thread. A wake-up of a thread that does not sleep is remembered, once.
 * Context: any, interrupts included.
 */
void quarry_host_wake(struct quarry_thread *t);

/**
 * quarry_host_thread_start - make a thread and let it run
 * @t: lives until the thread has ended: until quarry_thread_out() after its fn returned
 * Context: a thread that may sleep.
 * Return: 0 or a negative errno.
 */
int quarry_host_thread_start(struct quarry_thread *t);

/* Optional: stacks. */

/**
 * quarry_host_call_on - call a function on another stack
 * @lo: the lowest address of the stack, page-aligned; below it nothing is mapped
 * @hi: its end
 * @fn: the function; it may sleep, if the caller may, and end up on another CPU
 * @arg: its argument
 *
 * With this, and vmalloc, threads run on kernel stacks of the core's, of THREAD_SIZE bytes, but
 * for their first and last steps, and interrupt handlers on their CPU's, of a page: see
 * struct quarry_machine.stacks. Functions of the port are called on these too; those that need
 * more than a few hundred bytes have to find more. A fault below @lo is to be handled on yet
 * another stack. At quarry_shutdown() stacks that threads are on stay mapped.
 *
 * Without, the stacks are the port's, and of the size that it likes: at least 16 KiB (8 KiB
 * where a long has 32 bits), with something unmapped below. That is also right for checkers
 * that want to know all stacks, or make frames larger.
 * Context: any, interrupts included. Returns when @fn has.
 */
void quarry_host_call_on(uintptr_t lo, uintptr_t hi, void (*fn)(void *arg), void *arg);

/* Optional: reports. The core has weak ones that know nothing. */

/**
 * quarry_host_backtrace - who called us
 * @pc: filled with return addresses, innermost first
 * @n: room in @pc
 * Context: any. Return: how many were found.
 */
size_t quarry_host_backtrace(uintptr_t *pc, size_t n);

/**
 * quarry_host_symbol - describe a code address
 * @pc: the address
 * @returns: a call was to return there, so the call is meant: it may be the last instruction
 *	of its function. The offset is @pc's all the same. A place where something was
 *	interrupted is none, even if quarry_host_backtrace() has found it.
 * @buf: gets "name+0x10/0x40 [module] file.c:12", as much of it as is known
 * @size: room in @buf, in bytes
 * Context: any. Return: length of the text; 0 when nothing is known.
 */
size_t quarry_host_symbol(uintptr_t pc, bool returns, char *buf, size_t size);

/**
 * quarry_host_roots - where pointers may be that nothing else refers to
 * @frame: of the caller's stack, what lies above is told
 * @fn: called with each range [lo, hi): data of the program (@owner 0) and of what was loaded
 *	later (@owner: an address of its code), and stacks of threads (@owner 0), with their
 *	registers
 * @ctx: its first argument
 *
 * @fn reads the ranges, while other threads may write there. It takes no lock, and does not
 * sleep. Context: a thread.
 */
void quarry_host_roots(uintptr_t frame,
		       void (*fn)(void *ctx, uintptr_t owner, uintptr_t lo, uintptr_t hi), void *ctx);

/* The inline forms. */
#ifdef QUARRY_PORT_HEADER
#include QUARRY_PORT_HEADER
#endif

#endif
