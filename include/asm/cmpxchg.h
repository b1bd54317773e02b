/* SPDX-License-Identifier: MIT */
/* Exchange and compare-and-exchange of a word, with the order that the name says. */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H

#include <linux/compiler.h>
#include <linux/types.h>

#define __quarry_xchg(ptr, v, order)					\
	({								\
		__typeof__(ptr) __xp = (ptr);				\
		__typeof__(*__xp) __xv = (__typeof__(*__xp))(v);		\
		__atomic_exchange_n(__xp, __xv, order);			\
	})
#define __quarry_cmpxchg(ptr, o, n, order)				\
	({								\
		__typeof__(ptr) __cp = (ptr);				\
		__typeof__(*__cp) __co = (__typeof__(*__cp))(o);		\
		__typeof__(*__cp) __cn = (__typeof__(*__cp))(n);		\
		__atomic_compare_exchange_n(__cp, &__co, __cn, 0, order, \
					    __ATOMIC_RELAXED);		\
		__co;							\
	})
/* On failure *oldp is what was found. */
#define __quarry_try_cmpxchg(ptr, oldp, n, order)			\
	({								\
		__typeof__(ptr) __tp = (ptr);				\
		__typeof__(oldp) __to = (oldp);				\
		__atomic_compare_exchange_n(__tp, __to, (n), 0, order,	\
					    __ATOMIC_RELAXED);		\
	})

#define xchg(p, v)			__quarry_xchg(p, v, __ATOMIC_SEQ_CST)
#define xchg_acquire(p, v)		__quarry_xchg(p, v, __ATOMIC_ACQUIRE)
#define xchg_release(p, v)		__quarry_xchg(p, v, __ATOMIC_RELEASE)
#define xchg_relaxed(p, v)		__quarry_xchg(p, v, __ATOMIC_RELAXED)
#define cmpxchg(p, o, n)		__quarry_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define cmpxchg_acquire(p, o, n)	__quarry_cmpxchg(p, o, n, __ATOMIC_ACQUIRE)
#define cmpxchg_release(p, o, n)	__quarry_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define cmpxchg_relaxed(p, o, n)	__quarry_cmpxchg(p, o, n, __ATOMIC_RELAXED)
#define cmpxchg_local(p, o, n)		__quarry_cmpxchg(p, o, n, __ATOMIC_RELAXED)
#define sync_cmpxchg(p, o, n)		cmpxchg(p, o, n)
#define try_cmpxchg(p, o, n)		__quarry_try_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define try_cmpxchg_acquire(p, o, n)	__quarry_try_cmpxchg(p, o, n, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(p, o, n)	__quarry_try_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define try_cmpxchg_relaxed(p, o, n)	__quarry_try_cmpxchg(p, o, n, __ATOMIC_RELAXED)
/* i386 aligns a plain u64 to 4; the operand of these must be aligned to 8. */
typedef u64 __aligned(8) quarry_aligned_u64;
#define cmpxchg64(p, o, n)		cmpxchg((quarry_aligned_u64 *)(p), o, n)
#define xchg64(p, v)			xchg((quarry_aligned_u64 *)(p), v)

#endif
