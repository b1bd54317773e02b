/* SPDX-License-Identifier: MIT */
/*
 * Operations on this CPU's copy of a variable that an interrupt on the same CPU
 * cannot split. x86 has them as single instructions; elsewhere a relaxed atomic
 * does it.
 */
#ifndef _ASM_PERCPU_H
#define _ASM_PERCPU_H

#include <linux/compiler.h>

#if (defined(__x86_64__) || defined(__i386__)) && !defined(__SANITIZE_THREAD__)
#define __percpu_add_one(p, v, sz)					\
	__asm__ __volatile__("add" sz " %1, %0"				\
			     : "+m"(*(p)) : "er"(v) : "cc")
#define __percpu_op_add(p, v)						\
	do {								\
		if (sizeof(*(p)) == 4)					\
			__percpu_add_one((u32 *)(p), (u32)(unsigned long)(v), "l"); \
		else if (sizeof(*(p)) == 8 && sizeof(long) == 8)	\
			__percpu_add_one((unsigned long *)(p), (unsigned long)(v), "q"); \
		else							\
			(void)__atomic_fetch_add((p), (v), __ATOMIC_RELAXED); \
	} while (0)
#define __percpu_sub_and_test(ptr, v)					\
	({								\
		unsigned int *__p = raw_cpu_ptr(ptr);			\
		bool __zero;						\
		__asm__ __volatile__("subl %2, %0"			\
				     : "+m"(*__p), "=@ccz"(__zero)	\
				     : "er"((unsigned int)(v)) : "cc", "memory"); \
		__zero;							\
	})
#else
#define __percpu_op_add(p, v) \
	((void)__atomic_fetch_add((p), (v), __ATOMIC_RELAXED))
#define __percpu_sub_and_test(ptr, v) \
	(__atomic_sub_fetch(raw_cpu_ptr(ptr), (v), __ATOMIC_RELAXED) == 0)
#endif

#define raw_cpu_read(pcp)	READ_ONCE(*raw_cpu_ptr(&(pcp)))
#define raw_cpu_write(pcp, val)	WRITE_ONCE(*raw_cpu_ptr(&(pcp)), val)
#define raw_cpu_add(pcp, val)						\
	do {								\
		__typeof__(&(pcp)) __pcp = raw_cpu_ptr(&(pcp));		\
		__percpu_op_add(__pcp, (__typeof__(pcp))(val));		\
	} while (0)
#define raw_cpu_sub(pcp, val)	raw_cpu_add(pcp, -(__typeof__(pcp))(val))
#define raw_cpu_inc(pcp)	raw_cpu_add(pcp, 1)
#define raw_cpu_dec(pcp)	raw_cpu_add(pcp, -(__typeof__(pcp))1)
#define raw_cpu_and(pcp, val) \
	((void)__atomic_fetch_and(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define raw_cpu_or(pcp, val) \
	((void)__atomic_fetch_or(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define raw_cpu_add_return(pcp, val)					\
	__atomic_add_fetch(raw_cpu_ptr(&(pcp)), (__typeof__(pcp))(val),	\
			   __ATOMIC_RELAXED)
#define raw_cpu_sub_return(pcp, val)					\
	raw_cpu_add_return(pcp, -(__typeof__(pcp))(val))
#define raw_cpu_inc_return(pcp)	raw_cpu_add_return(pcp, 1)
#define raw_cpu_dec_return(pcp)	raw_cpu_add_return(pcp, -(__typeof__(pcp))1)
#define raw_cpu_xchg(pcp, nval)						\
	__atomic_exchange_n(raw_cpu_ptr(&(pcp)), (nval), __ATOMIC_RELAXED)
#define raw_cpu_cmpxchg(pcp, oval, nval)				\
	({								\
		__typeof__(pcp) __old = (oval);				\
		__atomic_compare_exchange_n(raw_cpu_ptr(&(pcp)), &__old, (nval), \
			0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);		\
		__old;							\
	})

#define this_cpu_read(pcp)		raw_cpu_read(pcp)
#define this_cpu_write(pcp, val)	raw_cpu_write(pcp, val)
#define this_cpu_add(pcp, val)		raw_cpu_add(pcp, val)
#define this_cpu_sub(pcp, val)		raw_cpu_sub(pcp, val)
#define this_cpu_inc(pcp)		raw_cpu_inc(pcp)
#define this_cpu_dec(pcp)		raw_cpu_dec(pcp)
#define this_cpu_and(pcp, val)		raw_cpu_and(pcp, val)
#define this_cpu_or(pcp, val)		raw_cpu_or(pcp, val)
#define this_cpu_add_return(pcp, val)	raw_cpu_add_return(pcp, val)
#define this_cpu_sub_return(pcp, val)	raw_cpu_sub_return(pcp, val)
#define this_cpu_inc_return(pcp)	raw_cpu_inc_return(pcp)
#define this_cpu_dec_return(pcp)	raw_cpu_dec_return(pcp)
#define this_cpu_xchg(pcp, nval)	raw_cpu_xchg(pcp, nval)
#define this_cpu_cmpxchg(pcp, o, n)	raw_cpu_cmpxchg(pcp, o, n)

#define __this_cpu_read(pcp)		raw_cpu_read(pcp)
#define __this_cpu_write(pcp, val)	raw_cpu_write(pcp, val)
#define __this_cpu_add(pcp, val)	raw_cpu_add(pcp, val)
#define __this_cpu_sub(pcp, val)	raw_cpu_sub(pcp, val)
#define __this_cpu_inc(pcp)		raw_cpu_inc(pcp)
#define __this_cpu_dec(pcp)		raw_cpu_dec(pcp)
#define __this_cpu_and(pcp, val)	raw_cpu_and(pcp, val)
#define __this_cpu_or(pcp, val)		raw_cpu_or(pcp, val)
#define __this_cpu_add_return(pcp, val)	raw_cpu_add_return(pcp, val)
#define __this_cpu_sub_return(pcp, val)	raw_cpu_sub_return(pcp, val)
#define __this_cpu_inc_return(pcp)	raw_cpu_inc_return(pcp)
#define __this_cpu_dec_return(pcp)	raw_cpu_dec_return(pcp)
#define __this_cpu_xchg(pcp, nval)	raw_cpu_xchg(pcp, nval)
#define __this_cpu_cmpxchg(pcp, o, n)	raw_cpu_cmpxchg(pcp, o, n)

#endif
