/* SPDX-License-Identifier: MIT */
/* readq() and writeq() where there are none: two accesses, the high half first. */
#ifndef _LINUX_IO_64_NONATOMIC_HI_LO_H
#define _LINUX_IO_64_NONATOMIC_HI_LO_H

#include <linux/io.h>

static inline u64 hi_lo_readq(const volatile void __iomem *addr)
{
	u32 hi = readl((const volatile u8 __iomem *)addr + 4);
	u32 lo = readl((const volatile u8 __iomem *)addr);

	return (u64)hi << 32 | lo;
}

static inline void hi_lo_writeq(u64 value, volatile void __iomem *addr)
{
	writel((u32)(value >> 32), (volatile u8 __iomem *)addr + 4);
	writel((u32)(value), (volatile u8 __iomem *)addr);
}

static inline u64 hi_lo_readq_relaxed(const volatile void __iomem *addr)
{
	u32 hi = readl_relaxed((const volatile u8 __iomem *)addr + 4);
	u32 lo = readl_relaxed((const volatile u8 __iomem *)addr);

	return (u64)hi << 32 | lo;
}

static inline void hi_lo_writeq_relaxed(u64 value, volatile void __iomem *addr)
{
	writel_relaxed((u32)(value >> 32), (volatile u8 __iomem *)addr + 4);
	writel_relaxed((u32)(value), (volatile u8 __iomem *)addr);
}

#ifndef readq
#define readq	hi_lo_readq
#endif
#ifndef writeq
#define writeq	hi_lo_writeq
#endif
#ifndef readq_relaxed
#define readq_relaxed	hi_lo_readq_relaxed
#endif
#ifndef writeq_relaxed
#define writeq_relaxed	hi_lo_writeq_relaxed
#endif

#endif
