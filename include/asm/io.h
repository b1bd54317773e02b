/* SPDX-License-Identifier: MIT */
/*
 * Device registers, and physical addresses of low memory. Document 003.
 *
 * Each access is one load or store of the width that its name says, in program order. The
 * _relaxed forms are not ordered against ordinary memory. Registers are little-endian; the
 * __raw_ forms, and those that repeat an access, do not convert.
 *
 * Where the port has devices that are not memory (QUARRY_PORT_IO_READ in quarry/host.h), an
 * access goes to it first. A dereference of an address from ioremap() does not.
 */
#ifndef _ASM_IO_H
#define _ASM_IO_H

#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>
#include <asm/page.h>
#include <quarry/host.h>

#define virt_to_phys(addr)	__pa((const volatile void *)(addr))
#define phys_to_virt(phys)	__va(phys)
#define virt_to_bus(addr)	((unsigned long)virt_to_phys(addr))

/*
 * Addresses of a device's memory. Bodies: mm/ioremap.c
 */

/**
 * ioremap - addresses for a device's memory
 * @phys: physical address; @size: bytes; neither need be page-aligned
 * Context: process context; may sleep.
 * Return: an address for readl() and the like, or NULL; RAM is refused.
 */
void __iomem *ioremap(resource_size_t phys, unsigned long size);
/** ioremap_uc - ioremap() that is not cached for certain; as ioremap() is, here */
void __iomem *ioremap_uc(resource_size_t phys, unsigned long size);
/** ioremap_wc - ioremap() that allows to combine writes, as for a frame buffer */
void __iomem *ioremap_wc(resource_size_t phys, unsigned long size);
/** ioremap_wt - ioremap() that allows to cache what is read */
void __iomem *ioremap_wt(resource_size_t phys, unsigned long size);
/** ioremap_cache - ioremap() that allows caching */
void __iomem *ioremap_cache(resource_size_t phys, unsigned long size);
/** ioremap_np - ioremap() whose writes are waited for; NULL, as on x86: there are none such */
void __iomem *ioremap_np(resource_size_t phys, unsigned long size);
/** iounmap - give the addresses back. Context: may sleep. NULL is allowed. */
void iounmap(volatile void __iomem *addr);

#define ioremap_uc	ioremap_uc
#define ioremap_wc	ioremap_wc
#define ioremap_wt	ioremap_wt
#define ioremap_cache	ioremap_cache
#define ioremap_np	ioremap_np

/*
 * One access.
 */

#ifndef QUARRY_PORT_IO_READ
#define QUARRY_PORT_IO_READ(addr, bytes, value)		0
#define QUARRY_PORT_IO_WRITE(addr, bytes, value)	0
#endif

#define __QUARRY_IO(bits, sfx)						\
static inline u##bits __raw_read##sfx(const volatile void __iomem *addr) \
{									\
	uint64_t value;							\
									\
	if (QUARRY_PORT_IO_READ(addr, bits / 8, &value))		\
		return (u##bits)value;					\
	return *(const volatile u##bits *)addr;				\
}									\
static inline void __raw_write##sfx(u##bits value, volatile void __iomem *addr) \
{									\
	if (!QUARRY_PORT_IO_WRITE(addr, bits / 8, value))		\
		*(volatile u##bits *)addr = value;			\
}

#define __QUARRY_LE(bits, sfx, to_cpu, to_le)				\
static inline u##bits read##sfx##_relaxed(const volatile void __iomem *addr) \
{									\
	return to_cpu(__raw_read##sfx(addr));				\
}									\
static inline void write##sfx##_relaxed(u##bits value, volatile void __iomem *addr) \
{									\
	__raw_write##sfx(to_le(value), addr);				\
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
}									\
static inline void reads##sfx(const volatile void __iomem *addr, void *to, unsigned int count) \
{									\
	u##bits value;							\
									\
	for (; count; count--, to = (u8 *)to + sizeof(value)) {		\
		value = __raw_read##sfx(addr);				\
		__builtin_memcpy(to, &value, sizeof(value));		\
	}								\
}									\
static inline void writes##sfx(volatile void __iomem *addr, const void *from, unsigned int count) \
{									\
	u##bits value;							\
									\
	for (; count; count--, from = (const u8 *)from + sizeof(value)) { \
		__builtin_memcpy(&value, from, sizeof(value));		\
		__raw_write##sfx(value, addr);				\
	}								\
}

#define __QUARRY_AS_IS(x)	(x)

__QUARRY_IO(8, b)
__QUARRY_IO(16, w)
__QUARRY_IO(32, l)
__QUARRY_LE(8, b, __QUARRY_AS_IS, __QUARRY_AS_IS)
__QUARRY_LE(16, w, le16_to_cpu, cpu_to_le16)
__QUARRY_LE(32, l, le32_to_cpu, cpu_to_le32)
#if __SIZEOF_LONG__ == 8
__QUARRY_IO(64, q)
__QUARRY_LE(64, q, le64_to_cpu, cpu_to_le64)
#define readq		readq
#define writeq		writeq
#define readq_relaxed	readq_relaxed
#define writeq_relaxed	writeq_relaxed
#define readsq		readsq
#define writesq		writesq
#define __raw_readq	__raw_readq
#define __raw_writeq	__raw_writeq
#endif
#undef __QUARRY_IO
#undef __QUARRY_LE
#undef __QUARRY_AS_IS

#define __raw_readb	__raw_readb
#define __raw_readw	__raw_readw
#define __raw_readl	__raw_readl
#define __raw_writeb	__raw_writeb
#define __raw_writew	__raw_writew
#define __raw_writel	__raw_writel
#define readb		readb
#define readw		readw
#define readl		readl
#define writeb		writeb
#define writew		writew
#define writel		writel
#define readb_relaxed	readb_relaxed
#define readw_relaxed	readw_relaxed
#define readl_relaxed	readl_relaxed
#define writeb_relaxed	writeb_relaxed
#define writew_relaxed	writew_relaxed
#define writel_relaxed	writel_relaxed
#define readsb		readsb
#define readsw		readsw
#define readsl		readsl
#define writesb		writesb
#define writesw		writesw
#define writesl		writesl

/*
 * The same by other names, which take I/O ports, too, where there are such.
 */

static inline unsigned int ioread8(const volatile void __iomem *addr)
{
	return readb(addr);
}

static inline unsigned int ioread16(const volatile void __iomem *addr)
{
	return readw(addr);
}

static inline unsigned int ioread32(const volatile void __iomem *addr)
{
	return readl(addr);
}

static inline unsigned int ioread16be(const volatile void __iomem *addr)
{
	return __swab16(readw(addr));
}

static inline unsigned int ioread32be(const volatile void __iomem *addr)
{
	return __swab32(readl(addr));
}

static inline void iowrite8(u8 value, volatile void __iomem *addr)
{
	writeb(value, addr);
}

static inline void iowrite16(u16 value, volatile void __iomem *addr)
{
	writew(value, addr);
}

static inline void iowrite32(u32 value, volatile void __iomem *addr)
{
	writel(value, addr);
}

static inline void iowrite16be(u16 value, volatile void __iomem *addr)
{
	writew(__swab16(value), addr);
}

static inline void iowrite32be(u32 value, volatile void __iomem *addr)
{
	writel(__swab32(value), addr);
}

static inline void ioread8_rep(const volatile void __iomem *addr, void *to, unsigned long count)
{
	readsb(addr, to, (unsigned int)count);
}

static inline void ioread16_rep(const volatile void __iomem *addr, void *to, unsigned long count)
{
	readsw(addr, to, (unsigned int)count);
}

static inline void ioread32_rep(const volatile void __iomem *addr, void *to, unsigned long count)
{
	readsl(addr, to, (unsigned int)count);
}

static inline void iowrite8_rep(volatile void __iomem *addr, const void *from, unsigned long count)
{
	writesb(addr, from, (unsigned int)count);
}

static inline void iowrite16_rep(volatile void __iomem *addr, const void *from,
				 unsigned long count)
{
	writesw(addr, from, (unsigned int)count);
}

static inline void iowrite32_rep(volatile void __iomem *addr, const void *from,
				 unsigned long count)
{
	writesl(addr, from, (unsigned int)count);
}

#if __SIZEOF_LONG__ == 8
static inline u64 ioread64(const volatile void __iomem *addr)
{
	return readq(addr);
}

static inline u64 ioread64be(const volatile void __iomem *addr)
{
	return __swab64(readq(addr));
}

static inline void iowrite64(u64 value, volatile void __iomem *addr)
{
	writeq(value, addr);
}

static inline void iowrite64be(u64 value, volatile void __iomem *addr)
{
	writeq(__swab64(value), addr);
}
#define ioread64	ioread64
#define ioread64be	ioread64be
#define iowrite64	iowrite64
#define iowrite64be	iowrite64be
#endif

/*
 * Many bytes, in accesses as wide as their place in the device allows. Bodies: lib/iomem.c.
 * Context: any.
 */

void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n);
void memcpy_toio(volatile void __iomem *to, const void *from, size_t n);
void memset_io(volatile void __iomem *to, int value, size_t n);
#define memcpy_fromio	memcpy_fromio
#define memcpy_toio	memcpy_toio
#define memset_io	memset_io

#endif
