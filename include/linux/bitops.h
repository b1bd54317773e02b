/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <asm/types.h>
#include <linux/bits.h>
#include <linux/math.h>
#include <asm/bitops.h>
#include <asm/barrier.h>

#define BITS_PER_TYPE(type)	(sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_LONGS(nr)	__KERNEL_DIV_ROUND_UP(nr, BITS_PER_TYPE(long))
#define BITS_TO_U64(nr)		__KERNEL_DIV_ROUND_UP(nr, BITS_PER_TYPE(u64))
#define BITS_TO_U32(nr)		__KERNEL_DIV_ROUND_UP(nr, BITS_PER_TYPE(u32))
#define BITS_TO_BYTES(nr)	__KERNEL_DIV_ROUND_UP(nr, BITS_PER_TYPE(char))

static inline int get_bitmask_order(unsigned int count)
{
	return fls(count);
}

static inline u64 rol64(u64 word, unsigned int shift)
{
	return (word << (shift & 63)) | (word >> ((-shift) & 63));
}

static inline u64 ror64(u64 word, unsigned int shift)
{
	return (word >> (shift & 63)) | (word << ((-shift) & 63));
}

static inline u32 rol32(u32 word, unsigned int shift)
{
	return (word << (shift & 31)) | (word >> ((-shift) & 31));
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << ((-shift) & 31));
}

static inline u16 rol16(u16 word, unsigned int shift)
{
	return (u16)((word << (shift & 15)) | (word >> ((-shift) & 15)));
}

static inline u16 ror16(u16 word, unsigned int shift)
{
	return (u16)((word >> (shift & 15)) | (word << ((-shift) & 15)));
}

static inline u8 rol8(u8 word, unsigned int shift)
{
	return (u8)((word << (shift & 7)) | (word >> ((-shift) & 7)));
}

static inline u8 ror8(u8 word, unsigned int shift)
{
	return (u8)((word >> (shift & 7)) | (word << ((-shift) & 7)));
}

/* @index: the number of the sign bit. */
static __always_inline s32 sign_extend32(u32 value, int index)
{
	u8 shift = (u8)(31 - index);

	return (s32)(value << shift) >> shift;
}

static __always_inline s64 sign_extend64(u64 value, int index)
{
	u8 shift = (u8)(63 - index);

	return (s64)(value << shift) >> shift;
}

/* Logarithms to base 2, rounded up; 0 for 0. */
static inline int get_count_order(unsigned int count)
{
	return count == 0 ? -1 : fls(--count);
}

static inline int get_count_order_long(unsigned long l)
{
	return l == 0UL ? -1 : (int)fls_long(--l);
}

static __always_inline void assign_bit(long nr, volatile unsigned long *addr, bool value)
{
	if (value)
		set_bit(nr, addr);
	else
		clear_bit(nr, addr);
}

static __always_inline void __assign_bit(long nr, volatile unsigned long *addr, bool value)
{
	if (value)
		__set_bit(nr, addr);
	else
		__clear_bit(nr, addr);
}

#define __ptr_set_bit(nr, addr)		__set_bit(nr, (unsigned long *)(addr))
#define __ptr_clear_bit(nr, addr)	__clear_bit(nr, (unsigned long *)(addr))
#define __ptr_test_bit(nr, addr)	test_bit(nr, (unsigned long *)(addr))

/* Atomically: *ptr = (*ptr & ~mask) | bits; the value is the old one. */
#define set_mask_bits(ptr, mask, bits)					\
	({								\
		const __typeof__(*(ptr)) __smb_mask = (mask), __smb_bits = (bits); \
		__typeof__(*(ptr)) __smb_old = __atomic_load_n(ptr, __ATOMIC_RELAXED); \
		while (!__atomic_compare_exchange_n(ptr, &__smb_old,	\
				(__smb_old & ~__smb_mask) | __smb_bits,	\
				0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))	\
			;						\
		__smb_old;						\
	})

#include <linux/find.h>

#endif
