/* SPDX-License-Identifier: MIT */
/*
 * Boot memory as document 003 shows it: zeroed, cache-aligned or page-aligned,
 * the _low forms below ZONE_DMA's end. Running out of it is the end of the boot.
 * Its users are linked in; the handlers of __setup() are where they may call it.
 */
#ifndef _LINUX_BOOTMEM_H
#define _LINUX_BOOTMEM_H

#include <linux/memblock.h>

struct pglist_data;

void *__alloc_bootmem(unsigned long size, unsigned long align, unsigned long goal);
void *__alloc_bootmem_nopanic(unsigned long size, unsigned long align, unsigned long goal);
void *__alloc_bootmem_low(unsigned long size, unsigned long align);
/** __alloc_bootmem_node - on this node, or on any other if it is full */
void *__alloc_bootmem_node(struct pglist_data *pgdat, unsigned long size, unsigned long align,
			   unsigned long goal);
/** free_bootmem - give back physical memory, in bytes */
void free_bootmem(unsigned long physaddr, unsigned long size);

#define BOOTMEM_ALIGN			64
#define alloc_bootmem(x)		__alloc_bootmem(x, BOOTMEM_ALIGN, 0)
#define alloc_bootmem_nopanic(x)	__alloc_bootmem_nopanic(x, BOOTMEM_ALIGN, 0)
#define alloc_bootmem_pages(x)		__alloc_bootmem(x, PAGE_SIZE, 0)
#define alloc_bootmem_low(x)		__alloc_bootmem_low(x, BOOTMEM_ALIGN)
#define alloc_bootmem_low_pages(x)	__alloc_bootmem_low(x, PAGE_SIZE)
#define alloc_bootmem_node(pgdat, x) \
	__alloc_bootmem_node(pgdat, x, BOOTMEM_ALIGN, 0)
#define alloc_bootmem_pages_node(pgdat, x) \
	__alloc_bootmem_node(pgdat, x, PAGE_SIZE, 0)
#define free_bootmem_node(pgdat, physaddr, size)	free_bootmem(physaddr, size)

#endif
