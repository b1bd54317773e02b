/* SPDX-License-Identifier: MIT */
/* Rounding. */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

#include <linux/types.h>
#include <asm/div64.h>
#include <uapi/linux/const.h>

#define __round_mask(x, y)	((__typeof__(x))((y) - 1))
/* To a power of two. */
#define round_up(x, y)		((((x) - 1) | __round_mask(x, y)) + 1)
#define round_down(x, y)	((x) & ~__round_mask(x, y))

#define DIV_ROUND_UP		__KERNEL_DIV_ROUND_UP
#define DIV_ROUND_DOWN_ULL(ll, d) \
	({ unsigned long long __tmp = (ll); do_div(__tmp, d); __tmp; })
#define DIV_ROUND_UP_ULL(ll, d)	\
	DIV_ROUND_DOWN_ULL((unsigned long long)(ll) + (d) - 1, (d))
#if __SIZEOF_LONG__ == 8
#define DIV_ROUND_UP_SECTOR_T(ll, d) DIV_ROUND_UP(ll, d)
#else
#define DIV_ROUND_UP_SECTOR_T(ll, d) DIV_ROUND_UP_ULL(ll, d)
#endif

/* To a multiple of anything. */
#define roundup(x, y)							\
	({								\
		__typeof__(y) __roundup_to = (y);			\
		(((x) + (__roundup_to - 1)) / __roundup_to) * __roundup_to; \
	})
#define rounddown(x, y)							\
	({								\
		__typeof__(x) __rounddown_x = (x);			\
		__rounddown_x - (__rounddown_x % (y));			\
	})
#define DIV_ROUND_CLOSEST(x, divisor)					\
	({								\
		__typeof__(x) __drc_x = (x);				\
		__typeof__(divisor) __drc_d = (divisor);		\
		(((__typeof__(x))-1) > 0 || ((__typeof__(divisor))-1) > 0 || \
		 ((__drc_x > 0) == (__drc_d > 0))) ?			\
			((__drc_x + (__drc_d / 2)) / __drc_d) :		\
			((__drc_x - (__drc_d / 2)) / __drc_d);		\
	})
#define DIV_ROUND_CLOSEST_ULL(x, divisor)				\
	({								\
		unsigned long long __drc_n = (x) + (divisor) / 2;	\
		do_div(__drc_n, divisor);				\
		__drc_n;						\
	})
#define mult_frac(x, numer, denom)					\
	({								\
		__typeof__(x) __mf_q = (x) / (denom);			\
		__typeof__(x) __mf_r = (x) % (denom);			\
		(__mf_q * (numer)) + ((__mf_r * (numer)) / (denom));	\
	})

#define abs(x)								\
	({								\
		__typeof__(x) __abs_x = (x);				\
		__abs_x < 0 ? (__typeof__(x))-__abs_x : __abs_x;	\
	})
#define abs_diff(a, b)							\
	({								\
		__typeof__(a) __ad_a = (a);				\
		__typeof__(b) __ad_b = (b);				\
		__ad_a > __ad_b ? __ad_a - __ad_b : __ad_b - __ad_a;	\
	})

static inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u32)(((u64)val * ep_ro) >> 32);
}

/** int_sqrt - the square root, rounded down. Context: any. */
unsigned long int_sqrt(unsigned long x);
/** int_pow - @base to the power of @exp, modulo 2^64. Context: any. */
u64 int_pow(u64 base, unsigned int exp);
#if __SIZEOF_LONG__ == 8
#define int_sqrt64(x)	((u32)int_sqrt(x))
#else
u32 int_sqrt64(u64 x);
#endif

#endif
