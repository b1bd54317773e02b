/* SPDX-License-Identifier: MIT */
/*
 * Operations on this CPU's copy of a variable that an interrupt on the same CPU
 * cannot split. x86 has them as single instructions; elsewhere a relaxed atomic
 * does it.
 */
#ifndef _ASM_PERCPU_H
#define _ASM_PERCPU_H

#include <linux/compiler.h>

/* This CPU's copy: in the port's segment, or behind an address. */
#if defined(QUARRY_PORT_PERCPU_SEGMENT) && !defined(__SANITIZE_THREAD__) && \
	!defined(__SANITIZE_ADDRESS__)
#define __percpu_here(pcp)						\
	(*(__typeof__(pcp) QUARRY_PORT_PERCPU_SEGMENT *)(unsigned long)&(pcp))
#define __percpu_word(type, pcp)					\
	(*(type QUARRY_PORT_PERCPU_SEGMENT *)(unsigned long)&(pcp))
#else
#define __percpu_here(pcp)		(*raw_cpu_ptr(&(pcp)))
#define __percpu_word(type, pcp)	(*(type *)raw_cpu_ptr(&(pcp)))
#endif

#if (defined(__x86_64__) || defined(__i386__)) && !defined(__SANITIZE_THREAD__)
#define __add_one(word, v, sz) \
	__asm__ __volatile__("add" sz " %1, %0" : "+m"(word) : "er"(v) : "cc")
/* Adds to a variable of 4 or 8 bytes, given as words of both sizes. */
#define __add_here(size, word4, word8, v)				\
	do {								\
		if ((size) == 4)					\
			__add_one(word4, (u32)(unsigned long)(v), "l");	\
		else							\
			__add_one(word8, (unsigned long)(v), "q");	\
	} while (0)
#define __add_fits(size)	((size) == 4 || ((size) == 8 && sizeof(long) == 8))
#define __percpu_sub_and_test(pcp, v)					\
	({								\
		bool __zero;						\
		__asm__ __volatile__("subl %2, %0"			\
				     : "+m"(__percpu_word(u32, pcp)), "=@ccz"(__zero) \
				     : "er"((u32)(v)) : "cc", "memory"); \
		__zero;							\
	})
#else
#define __add_here(size, word4, word8, v)	((void)(v))
#define __add_fits(size)			0
#define __percpu_sub_and_test(pcp, v) \
	(__atomic_sub_fetch(raw_cpu_ptr(&(pcp)), (v), __ATOMIC_RELAXED) == 0)
#endif

#define raw_cpu_add(pcp, val)						\
	do {								\
		__typeof__(pcp) __val = (__typeof__(pcp))(val);		\
		if (__add_fits(sizeof(pcp)))				\
			__add_here(sizeof(pcp), __percpu_word(u32, pcp), \
				   __percpu_word(unsigned long, pcp), __val); \
		else							\
			(void)__atomic_fetch_add(raw_cpu_ptr(&(pcp)), __val, \
						 __ATOMIC_RELAXED);	\
	} while (0)
/* The same, given where it is. */
#define __percpu_op_add(p, v)						\
	do {								\
		if (__add_fits(sizeof(*(p))))				\
			__add_here(sizeof(*(p)), *(u32 *)(p), *(unsigned long *)(p), v); \
		else							\
			(void)__atomic_fetch_add((p), (v), __ATOMIC_RELAXED); \
	} while (0)

#define raw_cpu_read(pcp)						\
	({								\
		__typeof__(pcp) __here = *(volatile __typeof__(__percpu_here(pcp)) *)&__percpu_here(pcp); \
		__here;							\
	})
#define raw_cpu_write(pcp, val)						\
	((void)(*(volatile __typeof__(__percpu_here(pcp)) *)&__percpu_here(pcp) = (val)))
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
