// SPDX-License-Identifier: MIT
/*
 * Frees that are none: an address that is not that of a page of ours. What is wrong
 * with a page that is one, page_alloc.c knows.
 *
 * Locking: none; each part describes its own addresses with a trylock.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/report.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/percpu.h"

static const char *whose(unsigned long addr)
{
	if (is_vmalloc_addr((void *)addr))
		return "vmalloc memory: vfree() gives it back";
	if (addr - machine.pkmap < (unsigned long)machine.pkmap_slots << PAGE_SHIFT ||
	    addr - machine.fixmap < machine.fixmap_size)
		return "a mapping: unmap it, and free the page that it maps";
	if (addr - machine.percpu < machine.percpu_size || percpu_is_pointer(addr))
		return "per-CPU memory: free_percpu() gives it back";
	if (addr - machine.vmemmap < machine.vmemmap_size)
		return "a struct page: __free_pages() takes it";
	if (addr >= PAGE_OFFSET && addr < (unsigned long)high_memory)
		return "in the direct map, but the machine has no memory there";
	return "no memory of the machine's: no allocator has returned it";
}

void page_report_foreign(unsigned long addr)
{
	report_begin(REPORT_BUG, "free_pages() of %px, which is not a page's address",
		     (void *)addr);
	report_line("it is %s", whose(addr));
	if (!vmalloc_describe(addr) && !kmap_describe(addr))
		percpu_describe(addr);
	report_here();
	report_end();
}
