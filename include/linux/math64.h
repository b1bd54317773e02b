/* SPDX-License-Identifier: MIT */
/* 64-bit division and multiplication, on 32-bit machines too. */
#ifndef _LINUX_MATH64_H
#define _LINUX_MATH64_H

#include <linux/types.h>
#include <linux/math.h>
#include <asm/div64.h>

#if __SIZEOF_LONG__ == 8
#define div64_long(x, y)	div64_s64((x), (y))
#define div64_ul(x, y)		div64_u64((x), (y))

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = (u32)(dividend % divisor);
	return dividend / divisor;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	*remainder = (s32)(dividend % divisor);
	return dividend / divisor;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline s64 div64_s64(s64 dividend, s64 divisor)
{
	return dividend / divisor;
}
#else
#define div64_long(x, y)	div_s64((x), (y))
#define div64_ul(x, y)		div_u64((x), (y))

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = quarry_do_div(&dividend, divisor);
	return dividend;
}

/** div64_u64_rem - divide, and give the remainder. Context: any. */
u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder);
u64 div64_u64(u64 dividend, u64 divisor);
s64 div64_s64(s64 dividend, s64 divisor);
s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder);
#endif

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	u32 remainder;

	return div_u64_rem(dividend, divisor, &remainder);
}

static inline s64 div_s64(s64 dividend, s32 divisor)
{
	s32 remainder;

	return div_s64_rem(dividend, divisor, &remainder);
}

static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

/** mul_u64_u32_shr - (a * mul) >> shift, with the product's 96 bits; shift < 64 */
u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift);
/** mul_u64_u64_shr - (a * b) >> shift, with the product's 128 bits; shift < 128 */
u64 mul_u64_u64_shr(u64 a, u64 b, unsigned int shift);
/** mul_u64_u32_div - a * mul / divisor, with the product's 96 bits */
u64 mul_u64_u32_div(u64 a, u32 mul, u32 divisor);
/** mul_u64_u64_div_u64 - a * b / c, with the product's 128 bits */
u64 mul_u64_u64_div_u64(u64 a, u64 b, u64 c);

#define DIV64_U64_ROUND_UP(ll, d) \
	({ u64 __d64 = (d); div64_u64((ll) + __d64 - 1, __d64); })
#define DIV64_U64_ROUND_CLOSEST(dividend, divisor) \
	({ u64 __d64 = (divisor); div64_u64((dividend) + __d64 / 2, __d64); })
#define DIV_U64_ROUND_UP(ll, d) \
	({ u32 __d32 = (d); div_u64((ll) + __d32 - 1, __d32); })

#endif
