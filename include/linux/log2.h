/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

#include <linux/types.h>
#include <linux/bitops.h>

static __always_inline __attribute_const__ bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* Rounded down; of 0: -1. Constant for constants. */
#define ilog2(n)							\
	(__builtin_constant_p(n) ?					\
	 ((n) < 2 ? 0 : 63 - __builtin_clzll((unsigned long long)(n))) : \
	 sizeof(n) <= 4 ? fls((u32)(n)) - 1 : fls64((u64)(n)) - 1)
#define const_ilog2(n)	((n) < 2 ? 0 : 63 - __builtin_clzll((unsigned long long)(n)))

static inline __attribute_const__ unsigned long __roundup_pow_of_two(unsigned long n)
{
	return 1UL << fls_long(n - 1);
}

static inline __attribute_const__ unsigned long __rounddown_pow_of_two(unsigned long n)
{
	return 1UL << (fls_long(n) - 1);
}

#define roundup_pow_of_two(n)						\
	(__builtin_constant_p(n) ?					\
	 ((n) == 1 ? 1UL : (1UL << (const_ilog2((n) - 1) + 1))) :	\
	 __roundup_pow_of_two(n))
#define rounddown_pow_of_two(n)						\
	(__builtin_constant_p(n) ? (1UL << const_ilog2(n)) : __rounddown_pow_of_two(n))

static inline __attribute_const__ int __order_base_2(unsigned long n)
{
	return n > 1 ? (int)fls_long(n - 1) : 0;
}

#define order_base_2(n)							\
	(__builtin_constant_p(n) ?					\
	 (((n) == 0 || (n) == 1) ? 0 : const_ilog2((n) - 1) + 1) :	\
	 __order_base_2(n))
#define bits_per(n)							\
	(__builtin_constant_p(n) ?					\
	 (((n) == 0 || (n) == 1) ? 1 : const_ilog2(n) + 1) :		\
	 ((n) < 2 ? 1 : __order_base_2((unsigned long)(n) + 1)))

#endif
