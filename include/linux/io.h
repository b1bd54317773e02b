/* SPDX-License-Identifier: MIT */
/*
 * Memory of devices: mapping it. Document 003.
 *
 * There is no struct device yet, and so none of the devm_ functions.
 */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>
#include <linux/init.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <asm/io.h>
#include <asm/page.h>

/* The first that can be had counts; of RAM, only MEMREMAP_WB can. */
enum {
	MEMREMAP_WB	= 1 << 0,	/* cached */
	MEMREMAP_WT	= 1 << 1,	/* written through */
	MEMREMAP_WC	= 1 << 2,	/* writes combined */
	MEMREMAP_ENC	= 1 << 3,	/* ignored: memory is not encrypted */
	MEMREMAP_DEC	= 1 << 4,
};

/**
 * memremap - an address for memory without side effects, RAM included
 * @flags: one or more of MEMREMAP_*
 * Context: may sleep. Return: the address, or NULL.
 */
void *memremap(resource_size_t offset, size_t size, unsigned long flags);
void memunmap(void *addr);

/*
 * So many accesses of 32 or 64 bits, to ascending addresses, without conversion.
 * @count: how many. Context: any.
 */
void __iowrite32_copy(void __iomem *to, const void *from, size_t count);
void __ioread32_copy(void *to, const void __iomem *from, size_t count);
/** __iowrite64_copy - of 32 bits each, twice as many, on a 32-bit machine */
void __iowrite64_copy(void __iomem *to, const void *from, size_t count);

#endif
