/* SPDX-License-Identifier: MIT */
/* Hashes by multiplication with the golden ratio; the upper bits are the good ones. */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

#include <asm/types.h>
#include <linux/compiler.h>
#include <asm/bitsperlong.h>

#define GOLDEN_RATIO_32	0x61C88647
#define GOLDEN_RATIO_64	0x61C8864680B583EBull
#if BITS_PER_LONG == 32
#define GOLDEN_RATIO_PRIME GOLDEN_RATIO_32
#define hash_long(val, bits) hash_32(val, bits)
#else
#define GOLDEN_RATIO_PRIME GOLDEN_RATIO_64
#define hash_long(val, bits) hash_64(val, bits)
#endif

static inline u32 __hash_32(u32 val)
{
	return val * GOLDEN_RATIO_32;
}

static inline u32 hash_32(u32 val, unsigned int bits)
{
	return __hash_32(val) >> (32 - bits);
}

static __always_inline u32 hash_64(u64 val, unsigned int bits)
{
#if BITS_PER_LONG == 64
	return (u32)(val * GOLDEN_RATIO_64 >> (64 - bits));
#else
	return hash_32((u32)val ^ __hash_32((u32)(val >> 32)), bits);
#endif
}

static inline u32 hash_ptr(const void *ptr, unsigned int bits)
{
	return (u32)hash_long((unsigned long)ptr, bits);
}

static inline u32 hash32_ptr(const void *ptr)
{
	unsigned long val = (unsigned long)ptr;

#if BITS_PER_LONG == 64
	val ^= val >> 32;
#endif
	return (u32)val;
}

#endif
