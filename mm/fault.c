// SPDX-License-Identifier: MIT
/*
 * What to say about an access to an address that is not mapped: which region it
 * is in, which object, how far off, who allocated it and who freed it.
 *
 * The port catches the fault and calls quarry_fault(). What is printed first is
 * the kernel's own text; then comes what only we know. Each part describes its
 * own addresses (X_describe()), with a trylock where it has one: the fault may be
 * its own.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/preempt.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/percpu.h"
#include "mm/stack.h"

/* Offsets in structures that are reached through a NULL pointer. */
#define NULL_REGION	PAGE_SIZE

/* Bytes that debugging fills memory with, read and used as a pointer. */
static const char *poison_pointer(unsigned long addr)
{
	/* The last byte of a free object differs; it is the top one where that matters. */
	unsigned long last = (REPEAT_BYTE(POISON_FREE) & (~0UL >> 8)) |
			     (unsigned long)POISON_END << (BITS_PER_LONG - 8);

	if (addr - REPEAT_BYTE(POISON_FREE) + PAGE_SIZE < 2 * PAGE_SIZE ||
	    addr - last + PAGE_SIZE < 2 * PAGE_SIZE)
		return "made of 0x6b: a pointer read from memory that is free";
	if (addr - REPEAT_BYTE(POISON_INUSE) + PAGE_SIZE < 2 * PAGE_SIZE)
		return "made of 0x5a: a pointer read from memory that nobody has written yet";
	return NULL;
}

static bool has_highmem(void)
{
	return max_pfn > PHYS_PFN(machine.lowmem_end);
}

static void describe_null(unsigned long addr)
{
	if (addr >= (unsigned long)LIST_POISON1 && addr < (unsigned long)LIST_POISON2 + 0x80)
		report_line("near LIST_POISON: perhaps an entry that was deleted from its list");
	if (addr - (unsigned long)ZERO_SIZE_PTR < (unsigned long)ZERO_SIZE_PTR)
		report_line("(kmalloc() of 0 bytes returns 0x%lx: there is nothing to read or write)",
			    (unsigned long)ZERO_SIZE_PTR);
	if (has_highmem())
		report_line("(page_address() of a high-memory page is NULL until kmap())");
}

/* Addresses that would be high memory's if the direct map went on. */
static void describe_high(unsigned long addr)
{
	unsigned long pfn = (addr - PAGE_OFFSET) >> PAGE_SHIFT;

	if (has_highmem() && pfn >= PHYS_PFN(machine.lowmem_end) && pfn < max_pfn)
		report_line("page_to_virt() of frame 0x%lx would be here: it is high memory and has no mapping, kmap() it",
			    pfn);
}

/* In the direct map, behind it, or among the vmalloc areas where there is none. */
static bool describe_linear(unsigned long addr)
{
	unsigned long start = PAGE_OFFSET, end = (unsigned long)high_memory;

	if (addr >= start && addr < end) {
		report_line("in the direct map, physical address 0x%lx, where the machine has no memory",
			    addr - start);
		return true;
	}
	if (is_vmalloc_addr((void *)addr))
		report_line("among the vmalloc areas, where there is none");
	else if (addr >= end && addr - end < VMALLOC_OFFSET)
		report_line("%lu bytes past the end of the direct map, in the gap before the vmalloc areas",
			    addr - end);
	else
		return false;
	describe_high(addr);
	return true;
}

static bool describe_vmemmap(unsigned long addr)
{
	if (!machine.vmemmap_size || addr - machine.vmemmap >= machine.vmemmap_size)
		return false;
	report_line("among the page descriptors: that of frame 0x%lx, which the machine does not have",
		    (unsigned long)((addr - machine.vmemmap) / sizeof(struct page)));
	return true;
}

/* Is this ours? Prints nothing. */
static bool is_ours(const struct quarry_fault *f)
{
	unsigned long addr = f->address;

	if (f->trap || f->stack_overflow || poison_pointer(addr) || percpu_is_nowhere(addr))
		return true;
	if (f->no_mapping)
		return false;
	if (addr < NULL_REGION)
		return true;
	return (addr >= PAGE_OFFSET && addr < (unsigned long)high_memory + VMALLOC_OFFSET) ||
	       is_vmalloc_addr((void *)addr) ||
	       addr - machine.pkmap < (unsigned long)machine.pkmap_slots << PAGE_SHIFT ||
	       addr - machine.fixmap < machine.fixmap_size ||
	       addr - machine.percpu < machine.percpu_size ||
	       addr - machine.vmemmap < machine.vmemmap_size ||
	       percpu_is_pointer(addr) ||
	       (has_highmem() && (addr - PAGE_OFFSET) >> PAGE_SHIFT < max_pfn);
}

/* Eight letters where a pointer should be tell what has been copied over it. */
static bool describe_text(unsigned long addr)
{
	char text[sizeof(addr) + 1] = "";
	unsigned int i, n = 0;

	memcpy(text, &addr, sizeof(addr));
	while (text[n] >= ' ' && text[n] <= '~')
		n++;
	for (i = n; i < sizeof(addr) && !text[i]; i++)
		;
	if (n < 4 || i < sizeof(addr))
		return false;
	report_line("the address is text: \"%s\", copied over a pointer", text);
	return true;
}

/* Poison that something was added to, such as the distance of a CPU's area. */
static bool nearly_poison(unsigned long addr)
{
	unsigned long top = addr >> (BITS_PER_LONG - 16);

	return BITS_PER_LONG == 64 && (top == (POISON_FREE << 8 | POISON_FREE) ||
				       top == (POISON_END << 8 | POISON_FREE));
}

static void describe_foreign(const struct quarry_fault *f)
{
	if (f->refused)
		report_line("the memory is there, but not for that: a constant, or code");
	else if (IS_ERR_VALUE(f->address))
		report_line("the address is an error code or close behind one: %ld; ask IS_ERR() first",
			    (long)f->address);
	else if (nearly_poison(f->address))
		report_line("the address is nearly 0x6b6b...: something was added to a pointer read from memory that is free");
	else if (f->address && !describe_text(f->address))
		report_line("nothing is there: a pointer that was never set, or was overwritten");
}

static void describe(unsigned long addr)
{
	stack_describe(addr);
	if (addr < NULL_REGION)
		describe_null(addr);
	else if (poison_pointer(addr))
		report_line("the address is %s", poison_pointer(addr));
	else if (!vmalloc_describe(addr) && !kmap_describe(addr) && !percpu_describe(addr) &&
		 !describe_vmemmap(addr) && !describe_linear(addr))
		describe_high(addr);
}

/* Off which stack; false: none. */
static bool first_line_of_stack(const struct quarry_fault *f, const struct stack_fault *sf)
{
	if (f->stack_overflow)
		report_begin(REPORT_BUG, "kernel stack overflow: task %s/%d, address %px",
			     current->comm, current->pid, (void *)f->address);
	else if (!sf->kind)
		return false;
	else if (sf->above)
		report_begin(REPORT_BUG, "access past the top of the %s stack: task %s/%d, CPU %u, address %px",
			     sf->kind, current->comm, current->pid, raw_smp_processor_id(),
			     (void *)f->address);
	else if (in_hardirq())
		report_begin(REPORT_BUG, "%s stack overflow: CPU %u, address %px", sf->kind,
			     raw_smp_processor_id(), (void *)f->address);
	else
		report_begin(REPORT_BUG, "%s stack overflow: task %s/%d, address %px", sf->kind,
			     current->comm, current->pid, (void *)f->address);
	return true;
}

static void first_line(const struct quarry_fault *f, const struct stack_fault *sf)
{
	if (f->trap)
		report_begin(REPORT_BUG, "%s: 0000 [#1]", f->trap);
	else if (f->no_mapping && f->address)
		report_begin(REPORT_BUG, "general protection fault, probably for non-canonical address %px",
			     (void *)f->address);
	else if (f->no_mapping)
		report_begin(REPORT_BUG, "general protection fault");
	else if (first_line_of_stack(f, sf))
		return;
	else if (f->address < NULL_REGION)
		report_begin(REPORT_BUG, "kernel NULL pointer dereference, address: %px",
			     (void *)f->address);
	else
		report_begin(REPORT_BUG, "unable to handle page fault for address: %px",
			     (void *)f->address);
}

/* Who did it: the stack from the access on, without the port's handler and us. */
static void report_culprit(uintptr_t pc)
{
	uintptr_t stack[32];
	unsigned int n = quarry_host_backtrace(stack, ARRAY_SIZE(stack)), skip;

	for (skip = 0; skip < n && stack[skip] != pc; skip++)
		;
	if (skip == n)
		skip = 0;
	report_print_modules();
	report_line("CPU: %u PID: %d Comm: %s %s %s", raw_smp_processor_id(), current->pid,
		    current->comm, print_tainted(), UTS_RELEASE);
	report_stack("Call Trace:", stack + skip, n - skip);
}

static void describe_stack(const struct quarry_fault *f, const struct stack_fault *sf)
{
	unsigned long hi = sf->lo + sf->size;

	report_line("this %s stack is 0x%lx-0x%lx, %lu bytes, between guard pages", sf->kind, sf->lo,
		    hi, sf->size);
	if (sf->above)
		report_line("the access is %lu bytes above it: past the end of a local variable",
			    f->address - hi);
	else if (!sf->beyond)
		report_line("the access is %lu bytes below it, in the guard page", sf->lo - f->address);
	else
		report_line("the stack pointer is %lu bytes below it%s", sf->beyond,
			    sf->beyond > PAGE_SIZE ?
			    ": a frame larger than the guard page has stepped over that" : "");
}

static void describe_access(const struct quarry_fault *f, const struct stack_fault *sf)
{
	if (!f->no_mapping)
		report_line("#PF: supervisor %s in kernel mode",
			    f->exec ? "instruction fetch" : f->write ? "write access" :
			    "read access");
	if (f->stack_overflow)
		report_line("it ran off the port's own stack, of %lu bytes, into the guard below",
			    (unsigned long)task_thread(current)->stack_size);
	if (sf->kind)
		describe_stack(f, sf);
	if (f->stack_overflow || (sf->kind && (sf->above || f->address < sf->lo) &&
				  f->address - sf->lo + PAGE_SIZE < sf->size + 2 * PAGE_SIZE))
		return;		/* nothing else is there */
	if (!is_ours(f)) {
		describe_foreign(f);
		return;
	}
	describe(f->address);
	if (f->refused && vmalloc_is_mapped(f->address))
		report_line("the memory is there, but not to be %s: see how it was mapped",
			    f->exec ? "executed" : f->write ? "written to" : "read");
}

bool quarry_fault(const struct quarry_fault *f)
{
	struct stack_fault sf = { 0 };

	if (!machine.nr_cpus)
		return false;
	if (!f->trap && !f->no_mapping)
		stack_explain(&sf, f->address, f->sp);
	if (!f->alone && !sf.kind && !is_ours(f))
		return false;
	first_line(f, &sf);
	if (!f->trap)
		describe_access(f, &sf);
	report_line("RIP: %pS", (void *)f->pc);
	if (in_hardirq())
		report_line("in an interrupt handler");
	else if (preempt_count())
		report_line("preempt_count %#x", preempt_count());
	report_culprit(f->pc);
	report_end();
	return true;
}
