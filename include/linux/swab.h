/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SWAB_H
#define _LINUX_SWAB_H

#include <linux/types.h>

/* Written out: on base RISC-V the builtins are calls into the compiler's library. */
static inline __attribute_const__ u16 __swab16(u16 x)
{
	return (u16)((x << 8) | (x >> 8));
}

static inline __attribute_const__ u32 __swab32(u32 x)
{
	return (x << 24) | ((x & 0xff00u) << 8) | ((x >> 8) & 0xff00u) | (x >> 24);
}

static inline __attribute_const__ u64 __swab64(u64 x)
{
	return ((u64)__swab32((u32)x) << 32) | __swab32((u32)(x >> 32));
}

#define swab16(x)	__swab16(x)
#define swab32(x)	__swab32(x)
#define swab64(x)	__swab64(x)

static inline void swab16s(u16 *p)
{
	*p = __swab16(*p);
}

static inline void swab32s(u32 *p)
{
	*p = __swab32(*p);
}

static inline void swab64s(u64 *p)
{
	*p = __swab64(*p);
}

#endif
