// SPDX-License-Identifier: MIT
/*
 * Arithmetic wider than the machine's. On 32-bit machines the compiler would call
 * its own library for 64-bit division, which a kernel is not linked with.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/math64.h>

#if __SIZEOF_LONG__ == 4
/* Schoolbook: shift in one bit of the dividend at a time, subtract where it goes. */
u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	u64 quotient = 0, rest = 0;
	int bit;

	if (!(divisor >> 32)) {
		quotient = dividend;
		*remainder = quarry_do_div(&quotient, (u32)divisor);
		return quotient;
	}
	for (bit = 63; bit >= 0; bit--) {
		rest = (rest << 1) | ((dividend >> bit) & 1);
		if (rest >= divisor) {
			rest -= divisor;
			quotient |= 1ull << bit;
		}
	}
	*remainder = rest;
	return quotient;
}
EXPORT_SYMBOL(div64_u64_rem);

u64 div64_u64(u64 dividend, u64 divisor)
{
	u64 rest;

	return div64_u64_rem(dividend, divisor, &rest);
}
EXPORT_SYMBOL(div64_u64);

s64 div64_s64(s64 dividend, s64 divisor)
{
	u64 q = div64_u64(dividend < 0 ? -(u64)dividend : (u64)dividend,
			  divisor < 0 ? -(u64)divisor : (u64)divisor);

	return (dividend < 0) != (divisor < 0) ? (s64)-q : (s64)q;
}
EXPORT_SYMBOL(div64_s64);

s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	u64 q = dividend < 0 ? -(u64)dividend : (u64)dividend;
	u32 rest = quarry_do_div(&q, divisor < 0 ? -(u32)divisor : (u32)divisor);

	*remainder = dividend < 0 ? -(s32)rest : (s32)rest;
	return (dividend < 0) != (divisor < 0) ? (s64)-q : (s64)q;
}
EXPORT_SYMBOL(div_s64_rem);

/*
 * Two digits to base 2^32: the upper one is divided by the machine; what is left
 * of it is below the divisor, and is divided together with the lower digit, bit
 * by bit.
 */
u32 quarry_do_div(u64 *n, u32 base)
{
	u32 hi = (u32)(*n >> 32), lo = (u32)*n, rest, quotient = 0;
	int bit;

	rest = hi % base;
	hi /= base;
	if (!rest) {
		*n = ((u64)hi << 32) | (lo / base);
		return lo % base;
	}
	for (bit = 31; bit >= 0; bit--) {
		bool carry = rest >> 31;

		rest = (rest << 1) | ((lo >> bit) & 1);
		if (carry || rest >= base) {
			rest -= base;
			quotient |= 1u << bit;
		}
	}
	*n = ((u64)hi << 32) | quotient;
	return rest;
}
EXPORT_SYMBOL(quarry_do_div);
#endif

struct u128 {
	u64 hi, lo;
};

static struct u128 multiply(u64 a, u64 b)
{
	u64 ll = mul_u32_u32((u32)a, (u32)b), lh = mul_u32_u32((u32)a, (u32)(b >> 32));
	u64 hl = mul_u32_u32((u32)(a >> 32), (u32)b);
	u64 hh = mul_u32_u32((u32)(a >> 32), (u32)(b >> 32));
	u64 mid = (ll >> 32) + (u32)lh + (u32)hl;

	return (struct u128) {
		.hi = hh + (lh >> 32) + (hl >> 32) + (mid >> 32),
		.lo = (mid << 32) | (u32)ll,
	};
}

u64 mul_u64_u64_shr(u64 a, u64 b, unsigned int shift)
{
	struct u128 p = multiply(a, b);

	if (!shift)
		return p.lo;
	if (shift < 64)
		return (p.lo >> shift) | (p.hi << (64 - shift));
	return p.hi >> (shift - 64);
}
EXPORT_SYMBOL(mul_u64_u64_shr);

u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	return mul_u64_u64_shr(a, mul, shift);
}
EXPORT_SYMBOL(mul_u64_u32_shr);

u64 mul_u64_u64_div_u64(u64 a, u64 b, u64 c)
{
	struct u128 p = multiply(a, b);
	u64 rest, quotient = 0;
	int bit;

	if (!p.hi)
		return div64_u64(p.lo, c);
	/* A quotient of more than 64 bits is cut, as unsigned arithmetic does. */
	div64_u64_rem(p.hi, c, &rest);
	for (bit = 63; bit >= 0; bit--) {
		bool carry = rest >> 63;

		rest = (rest << 1) | ((p.lo >> bit) & 1);
		if (carry || rest >= c) {
			rest -= c;
			quotient |= 1ull << bit;
		}
	}
	return quotient;
}
EXPORT_SYMBOL(mul_u64_u64_div_u64);

u64 mul_u64_u32_div(u64 a, u32 mul, u32 divisor)
{
	return mul_u64_u64_div_u64(a, mul, divisor);
}
EXPORT_SYMBOL(mul_u64_u32_div);

/* From the highest bit down: keep it if the square still fits. */
static u32 root(u64 x)
{
	u64 r = 0, bit;

	for (bit = 1ull << 31; bit; bit >>= 1)
		if (mul_u32_u32((u32)(r | bit), (u32)(r | bit)) <= x)
			r |= bit;
	return (u32)r;
}

unsigned long int_sqrt(unsigned long x)
{
	return root(x);
}
EXPORT_SYMBOL(int_sqrt);

#if __SIZEOF_LONG__ == 4
u32 int_sqrt64(u64 x)
{
	return root(x);
}
EXPORT_SYMBOL(int_sqrt64);
#endif

u64 int_pow(u64 base, unsigned int exp)
{
	u64 result = 1;

	for (; exp; exp >>= 1, base *= base)
		if (exp & 1)
			result *= base;
	return result;
}
EXPORT_SYMBOL(int_pow);
