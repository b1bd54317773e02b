/* SPDX-License-Identifier: MIT */
/*
 * Atomic integers of 32 bits (atomic_t), 64 bits (atomic64_t) and a long's
 * (atomic_long_t). An operation that returns a value is a full barrier unless its
 * name ends in _acquire, _release or _relaxed; one that returns none orders nothing.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>

/* i386 aligns a plain s64 to 4, and the compiler would call a library for it. */
typedef s64 __aligned(8) quarry_aligned_s64;

#define __quarry_word32(v)	(&(v)->counter)
#define __quarry_word64(v)	((quarry_aligned_s64 *)&(v)->counter)
#define __quarry_cword64(v)	((const quarry_aligned_s64 *)&(v)->counter)

/* One operation with a result, in one order. P: prefix, T: structure, I: integer, W: word */
#define __ATOMIC_RESULT(P, T, I, W, op, builtin, suffix, order)		\
static __always_inline I P##_##op##_return##suffix(I i, T *v)		\
{									\
	return __atomic_##builtin##_fetch(W(v), i, order);		\
}									\
__ATOMIC_FETCH(P, T, I, W, op, builtin, suffix, order)
#define __ATOMIC_FETCH(P, T, I, W, op, builtin, suffix, order)		\
static __always_inline I P##_fetch_##op##suffix(I i, T *v)		\
{									\
	return __atomic_fetch_##builtin(W(v), i, order);		\
}
#define __ATOMIC_PLAIN(P, T, I, W, op, builtin)				\
static __always_inline void P##_##op(I i, T *v)				\
{									\
	(void)__atomic_fetch_##builtin(W(v), i, __ATOMIC_RELAXED);	\
}
#define __ATOMIC_ARITH(P, T, I, W, op)					\
__ATOMIC_PLAIN(P, T, I, W, op, op)					\
__ATOMIC_RESULT(P, T, I, W, op, op, , __ATOMIC_SEQ_CST)			\
__ATOMIC_RESULT(P, T, I, W, op, op, _acquire, __ATOMIC_ACQUIRE)		\
__ATOMIC_RESULT(P, T, I, W, op, op, _release, __ATOMIC_RELEASE)		\
__ATOMIC_RESULT(P, T, I, W, op, op, _relaxed, __ATOMIC_RELAXED)
#define __ATOMIC_LOGIC(P, T, I, W, op)					\
__ATOMIC_PLAIN(P, T, I, W, op, op)					\
__ATOMIC_FETCH(P, T, I, W, op, op, , __ATOMIC_SEQ_CST)			\
__ATOMIC_FETCH(P, T, I, W, op, op, _acquire, __ATOMIC_ACQUIRE)		\
__ATOMIC_FETCH(P, T, I, W, op, op, _release, __ATOMIC_RELEASE)		\
__ATOMIC_FETCH(P, T, I, W, op, op, _relaxed, __ATOMIC_RELAXED)
/* inc and dec, exchange and compare-and-exchange, in one order. */
#define __ATOMIC_STEP(P, T, I, W, suffix, order)			\
static __always_inline I P##_inc_return##suffix(T *v)			\
{									\
	return __atomic_add_fetch(W(v), 1, order);			\
}									\
static __always_inline I P##_dec_return##suffix(T *v)			\
{									\
	return __atomic_sub_fetch(W(v), 1, order);			\
}									\
static __always_inline I P##_fetch_inc##suffix(T *v)			\
{									\
	return __atomic_fetch_add(W(v), 1, order);			\
}									\
static __always_inline I P##_fetch_dec##suffix(T *v)			\
{									\
	return __atomic_fetch_sub(W(v), 1, order);			\
}									\
static __always_inline I P##_fetch_andnot##suffix(I i, T *v)		\
{									\
	return __atomic_fetch_and(W(v), ~i, order);			\
}									\
static __always_inline I P##_xchg##suffix(T *v, I i)			\
{									\
	return __atomic_exchange_n(W(v), i, order);			\
}									\
static __always_inline bool P##_try_cmpxchg##suffix(T *v, I *old, I i)	\
{									\
	I seen = *old;							\
	bool done = __atomic_compare_exchange_n(W(v), &seen, i, 0, order, \
						__ATOMIC_RELAXED);	\
	if (!done)							\
		*old = seen;						\
	return done;							\
}									\
static __always_inline I P##_cmpxchg##suffix(T *v, I old, I i)		\
{									\
	(void)__atomic_compare_exchange_n(W(v), &old, i, 0, order,	\
					  __ATOMIC_RELAXED);		\
	return old;							\
}
/* The rest, all of it in full order. */
#define __ATOMIC_TYPE(P, T, I, W, CW)					\
static __always_inline I P##_read(const T *v)				\
{									\
	return __atomic_load_n(CW(v), __ATOMIC_RELAXED);		\
}									\
static __always_inline I P##_read_acquire(const T *v)			\
{									\
	return __atomic_load_n(CW(v), __ATOMIC_ACQUIRE);		\
}									\
static __always_inline void P##_set(T *v, I i)				\
{									\
	__atomic_store_n(W(v), i, __ATOMIC_RELAXED);			\
}									\
static __always_inline void P##_set_release(T *v, I i)			\
{									\
	__atomic_store_n(W(v), i, __ATOMIC_RELEASE);			\
}									\
__ATOMIC_ARITH(P, T, I, W, add)						\
__ATOMIC_ARITH(P, T, I, W, sub)						\
__ATOMIC_LOGIC(P, T, I, W, and)						\
__ATOMIC_LOGIC(P, T, I, W, or)						\
__ATOMIC_LOGIC(P, T, I, W, xor)						\
__ATOMIC_STEP(P, T, I, W, , __ATOMIC_SEQ_CST)				\
__ATOMIC_STEP(P, T, I, W, _acquire, __ATOMIC_ACQUIRE)			\
__ATOMIC_STEP(P, T, I, W, _release, __ATOMIC_RELEASE)			\
__ATOMIC_STEP(P, T, I, W, _relaxed, __ATOMIC_RELAXED)			\
static __always_inline void P##_inc(T *v)				\
{									\
	P##_add(1, v);							\
}									\
static __always_inline void P##_dec(T *v)				\
{									\
	P##_sub(1, v);							\
}									\
static __always_inline void P##_andnot(I i, T *v)			\
{									\
	P##_and(~i, v);							\
}									\
static __always_inline bool P##_sub_and_test(I i, T *v)			\
{									\
	return P##_sub_return(i, v) == 0;				\
}									\
static __always_inline bool P##_dec_and_test(T *v)			\
{									\
	return P##_dec_return(v) == 0;					\
}									\
static __always_inline bool P##_inc_and_test(T *v)			\
{									\
	return P##_inc_return(v) == 0;					\
}									\
static __always_inline bool P##_add_negative(I i, T *v)			\
{									\
	return P##_add_return(i, v) < 0;				\
}									\
/* Add unless the value is u; the result is the value before. */	\
static __always_inline I P##_fetch_add_unless(T *v, I a, I u)		\
{									\
	I c = P##_read(v);						\
	do {								\
		if (unlikely(c == u))					\
			break;						\
	} while (!P##_try_cmpxchg(v, &c, c + a));			\
	return c;							\
}									\
static __always_inline bool P##_add_unless(T *v, I a, I u)		\
{									\
	return P##_fetch_add_unless(v, a, u) != u;			\
}									\
static __always_inline bool P##_inc_not_zero(T *v)			\
{									\
	return P##_add_unless(v, 1, 0);					\
}									\
static __always_inline bool P##_inc_unless_negative(T *v)		\
{									\
	I c = P##_read(v);						\
	do {								\
		if (unlikely(c < 0))					\
			return false;					\
	} while (!P##_try_cmpxchg(v, &c, c + 1));			\
	return true;							\
}									\
static __always_inline bool P##_dec_unless_positive(T *v)		\
{									\
	I c = P##_read(v);						\
	do {								\
		if (unlikely(c > 0))					\
			return false;					\
	} while (!P##_try_cmpxchg(v, &c, c - 1));			\
	return true;							\
}									\
/* Returns the value minus one, whether or not it was stored. */	\
static __always_inline I P##_dec_if_positive(T *v)			\
{									\
	I d, c = P##_read(v);						\
	do {								\
		d = c - 1;						\
		if (unlikely(d < 0))					\
			break;						\
	} while (!P##_try_cmpxchg(v, &c, d));				\
	return d;							\
}

__ATOMIC_TYPE(atomic, atomic_t, int, __quarry_word32, __quarry_word32)
__ATOMIC_TYPE(atomic64, atomic64_t, s64, __quarry_word64, __quarry_cword64)

#if __SIZEOF_LONG__ == 8
typedef atomic64_t atomic_long_t;
#define ATOMIC_LONG_INIT(i)	ATOMIC64_INIT(i)
#define __quarry_wordl(v)	((long *)&(v)->counter)
#define __quarry_cwordl(v)	((const long *)&(v)->counter)
#else
typedef atomic_t atomic_long_t;
#define ATOMIC_LONG_INIT(i)	ATOMIC_INIT(i)
#define __quarry_wordl(v)	((long *)&(v)->counter)
#define __quarry_cwordl(v)	((const long *)&(v)->counter)
#endif
__ATOMIC_TYPE(atomic_long, atomic_long_t, long, __quarry_wordl, __quarry_cwordl)

#define atomic_cond_read_acquire(v, c)	smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_cond_read_relaxed(v, c)	smp_cond_load_relaxed(&(v)->counter, (c))

#endif
