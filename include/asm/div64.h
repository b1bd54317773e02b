/* SPDX-License-Identifier: MIT */
/* Division of 64 bits by 32, without the compiler's library. */
#ifndef _ASM_DIV64_H
#define _ASM_DIV64_H

#include <linux/types.h>

#if __SIZEOF_LONG__ == 8
/* Divides n, an lvalue, in place; the value is the remainder. */
#define do_div(n, base)							\
	({								\
		u32 __base = (base);					\
		u32 __rem = (u32)((u64)(n) % __base);			\
		(n) = (u64)(n) / __base;				\
		__rem;							\
	})
#else
u32 quarry_do_div(u64 *n, u32 base);
#define do_div(n, base)							\
	({								\
		u64 __n = (n);						\
		u32 __rem = quarry_do_div(&__n, (u32)(base));		\
		(n) = __n;						\
		__rem;							\
	})
#endif

#endif
