/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

#include <linux/const.h>
#include <linux/types.h>
#include <linux/build_bug.h>

/*
 * The kernel refuses to compare different types. So do we: the comparison of the
 * two addresses is a constraint violation unless they point to the same type.
 */
#define __minmax_pick(x, op, y)	((x) op (y) ? (x) : (y))
#define __minmax_both_const(x, y) (__is_constexpr(x) && __is_constexpr(y))
#define __minmax_once(x, y, ux, uy, op)					\
	({								\
		__typeof__(x) ux = (x);					\
		__typeof__(y) uy = (y);					\
		__minmax_pick(ux, op, uy);				\
	})
#define __minmax(x, y, op)						\
	__builtin_choose_expr(						\
		sizeof((__typeof__(x) *)1 == (__typeof__(y) *)1) &&	\
			__minmax_both_const(x, y),			\
		__minmax_pick(x, op, y),				\
		__minmax_once(x, y, __UNIQUE_ID(__x), __UNIQUE_ID(__y), op))

#define min(x, y)		__minmax(x, y, <)
#define max(x, y)		__minmax(x, y, >)
#define min3(x, y, z)		min((__typeof__(x))min(x, y), z)
#define max3(x, y, z)		max((__typeof__(x))max(x, y), z)
#define min_t(type, x, y)	__minmax((type)(x), (type)(y), <)
#define max_t(type, x, y)	__minmax((type)(x), (type)(y), >)
#define min_not_zero(x, y)						\
	({								\
		__typeof__(x) __mnz_x = (x);				\
		__typeof__(y) __mnz_y = (y);				\
		__mnz_x == 0 ? __mnz_y :				\
			(__mnz_y == 0 ? __mnz_x : min(__mnz_x, __mnz_y)); \
	})

#define clamp(val, lo, hi)	min((__typeof__(val))max(val, lo), hi)
#define clamp_t(type, val, lo, hi) min_t(type, max_t(type, val, lo), hi)
#define clamp_val(val, lo, hi)	clamp_t(__typeof__(val), val, lo, hi)

#define swap(a, b)							\
	do {								\
		__typeof__(a) __swap_tmp = (a);				\
		(a) = (b);						\
		(b) = __swap_tmp;					\
	} while (0)
#define in_range(val, start, len) \
	((u64)(val) >= (u64)(start) && (u64)(val) - (u64)(start) < (u64)(len))

#endif
