/* SPDX-License-Identifier: MIT */
/* readq() and writeq() where there are none: two accesses, the low half first. */
#ifndef _LINUX_IO_64_NONATOMIC_LO_HI_H
#define _LINUX_IO_64_NONATOMIC_LO_HI_H

#include <linux/io.h>

static inline u64 lo_hi_readq(const volatile void __iomem *addr)
{
	u32 lo = readl((const volatile u8 __iomem *)addr);
	u32 hi = readl((const volatile u8 __iomem *)addr + 4);

	return (u64)hi << 32 | lo;
}

static inline void lo_hi_writeq(u64 value, volatile void __iomem *addr)
{
	writel((u32)(value), (volatile u8 __iomem *)addr);
	writel((u32)(value >> 32), (volatile u8 __iomem *)addr + 4);
}

static inline u64 lo_hi_readq_relaxed(const volatile void __iomem *addr)
{
	u32 lo = readl_relaxed((const volatile u8 __iomem *)addr);
	u32 hi = readl_relaxed((const volatile u8 __iomem *)addr + 4);

	return (u64)hi << 32 | lo;
}

static inline void lo_hi_writeq_relaxed(u64 value, volatile void __iomem *addr)
{
	writel_relaxed((u32)(value), (volatile u8 __iomem *)addr);
	writel_relaxed((u32)(value >> 32), (volatile u8 __iomem *)addr + 4);
}

#ifndef readq
#define readq	lo_hi_readq
#endif
#ifndef writeq
#define writeq	lo_hi_writeq
#endif
#ifndef readq_relaxed
#define readq_relaxed	lo_hi_readq_relaxed
#endif
#ifndef writeq_relaxed
#define writeq_relaxed	lo_hi_writeq_relaxed
#endif

#endif
