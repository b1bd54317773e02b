/* SPDX-License-Identifier: MIT */
/*
 * Device registers, and physical addresses of low memory. Accesses are single
 * loads and stores, in program order; the _relaxed forms are not ordered against
 * ordinary memory.
 */
#ifndef _ASM_IO_H
#define _ASM_IO_H

#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/page.h>

#define virt_to_phys(addr)	__pa((const volatile void *)(addr))
#define phys_to_virt(phys)	__va(phys)
#define virt_to_bus(addr)	((unsigned long)virt_to_phys(addr))

/**
 * ioremap - addresses for a device's memory
 * @phys: physical address; @size: bytes; neither need be page-aligned
 * Context: process context; may sleep.
 * Return: an address for readl() and the like, or NULL; RAM is refused.
 */
void __iomem *ioremap(resource_size_t phys, unsigned long size);
#define ioremap_uc(phys, size)	ioremap(phys, size)
/** ioremap_cache - ioremap() that allows caching */
void __iomem *ioremap_cache(resource_size_t phys, unsigned long size);
void iounmap(volatile void __iomem *addr);

#define __QUARRY_IO(bits, sfx)						\
static inline u##bits read##sfx##_relaxed(const volatile void __iomem *addr) \
{									\
	return *(const volatile u##bits *)addr;				\
}									\
static inline void write##sfx##_relaxed(u##bits value, volatile void __iomem *addr) \
{									\
	*(volatile u##bits *)addr = value;				\
}									\
static inline u##bits read##sfx(const volatile void __iomem *addr)	\
{									\
	u##bits value = read##sfx##_relaxed(addr);			\
									\
	rmb();								\
	return value;							\
}									\
static inline void write##sfx(u##bits value, volatile void __iomem *addr) \
{									\
	wmb();								\
	write##sfx##_relaxed(value, addr);				\
}
__QUARRY_IO(8, b)
__QUARRY_IO(16, w)
__QUARRY_IO(32, l)
#if __SIZEOF_LONG__ == 8
__QUARRY_IO(64, q)
#define readq		readq
#define writeq		writeq
#endif
#undef __QUARRY_IO

#define __raw_readb	readb_relaxed
#define __raw_readw	readw_relaxed
#define __raw_readl	readl_relaxed
#define __raw_writeb	writeb_relaxed
#define __raw_writew	writew_relaxed
#define __raw_writel	writel_relaxed
#define ioread8		readb
#define ioread16	readw
#define ioread32	readl
#define iowrite8	writeb
#define iowrite16	writew
#define iowrite32	writel

static inline void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n)
{
	u8 *t = to;
	size_t i;

	for (i = 0; i < n; i++)
		t[i] = readb_relaxed((const volatile u8 *)from + i);
}

static inline void memcpy_toio(volatile void __iomem *to, const void *from, size_t n)
{
	const u8 *f = from;
	size_t i;

	for (i = 0; i < n; i++)
		writeb_relaxed(f[i], (volatile u8 *)to + i);
}

static inline void memset_io(volatile void __iomem *to, int value, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		writeb_relaxed((u8)value, (volatile u8 *)to + i);
}

#endif
