/* SPDX-License-Identifier: MIT */
/*
 * Operations on this CPU's copy of a variable that an interrupt on the same CPU
 * cannot split: for integers, enums, bool and pointers. x86 has them as single
 * instructions without a lock; elsewhere a relaxed atomic does it. What is larger than a
 * long is done with interrupts off.
 */
#ifndef _ASM_PERCPU_H
#define _ASM_PERCPU_H

#include <linux/compiler.h>
#include <asm/irqflags.h>

/*
 * This CPU's copy: in the port's segment, or behind an address. Assembly gets the address
 * and the prefix: clang forgets the segment of an operand.
 */
#if defined(QUARRY_PORT_PERCPU_SEGMENT) && !defined(__SANITIZE_THREAD__) && \
	!defined(__SANITIZE_ADDRESS__)
#define __percpu_here(pcp)						\
	(*(__typeof__(pcp) QUARRY_PORT_PERCPU_SEGMENT *)(unsigned long)&(pcp))
#define __percpu_operand(type, pcp)	(*(type *)(unsigned long)&(pcp))
#define __percpu_prefix			QUARRY_PORT_PERCPU_PREFIX
#else
#define __percpu_here(pcp)		(*raw_cpu_ptr(&(pcp)))
#define __percpu_operand(type, pcp)	(*(type *)raw_cpu_ptr(&(pcp)))
#define __percpu_prefix			""
#endif

#define __percpu_fits(pcp)	(sizeof(pcp) <= sizeof(long))
/* The unsigned integer of a variable's size, and its copy as one. */
#define __percpu_uint(pcp)						\
	__typeof__(__builtin_choose_expr(sizeof(pcp) == 1, (u8)0,	\
		   __builtin_choose_expr(sizeof(pcp) == 2, (u16)0,	\
		   __builtin_choose_expr(sizeof(pcp) == 4, (u32)0, (u64)0))))
#define __percpu_slot(pcp)	(*(__percpu_uint(pcp) *)raw_cpu_ptr(&(pcp)))
/* A value, as the variable would have it, as such an integer. */
#define __percpu_pack(pcp, val)						\
	({								\
		__typeof__(pcp) __pcpu_val = (__typeof__(pcp))(val);	\
		(__percpu_uint(pcp))__pcpu_val;				\
	})

#define __percpu_irqs_off(what)						\
	do {								\
		unsigned long __flags = arch_local_irq_save();		\
		what;							\
		arch_local_irq_restore(__flags);			\
	} while (0)

#if (defined(__x86_64__) || defined(__i386__)) && !defined(__SANITIZE_THREAD__)

#ifdef __x86_64__
#define __percpu_if_64(what)	what
#else
#define __percpu_if_64(what)
#endif
/* insn(suffix, type, register, register or constant, ...) for a variable that fits. */
#define __percpu_sized(pcp, insn, ...)					\
	do {								\
		switch (sizeof(pcp)) {					\
		case 1:							\
			insn("b", u8, "q", "qi", pcp, __VA_ARGS__);	\
			break;						\
		case 2:							\
			insn("w", u16, "r", "ri", pcp, __VA_ARGS__);	\
			break;						\
		case 4:							\
			insn("l", u32, "r", "ri", pcp, __VA_ARGS__);	\
			break;						\
		default:						\
			__percpu_if_64(insn("q", u64, "r", "re", pcp, __VA_ARGS__);) \
			break;						\
		}							\
	} while (0)

#define __percpu_insn_op(sz, type, reg, any, pcp, op, val)		\
	__asm__ __volatile__(op sz " %1, " __percpu_prefix "%0"		\
			     : "+m"(__percpu_operand(type, pcp))	\
			     : any((type)(val)) : "cc")
#define __percpu_insn_xadd(sz, type, reg, any, pcp, val)		\
	do {								\
		type __was = (type)(val);				\
		__asm__ __volatile__("xadd" sz " %0, " __percpu_prefix "%1" \
				     : "+" reg(__was), "+m"(__percpu_operand(type, pcp)) \
				     : : "cc");				\
		(val) += __was;						\
	} while (0)
#define __percpu_insn_cmpxchg(sz, type, reg, any, pcp, old, new)	\
	do {								\
		type __was = (type)(old);				\
		__asm__ __volatile__("cmpxchg" sz " %2, " __percpu_prefix "%1" \
				     : "+a"(__was), "+m"(__percpu_operand(type, pcp)) \
				     : reg((type)(new)) : "cc", "memory"); \
		(old) = __was;						\
	} while (0)

#define __percpu_add(pcp, val)		__percpu_sized(pcp, __percpu_insn_op, "add", val)
#define __percpu_and(pcp, val)		__percpu_sized(pcp, __percpu_insn_op, "and", val)
#define __percpu_or(pcp, val)		__percpu_sized(pcp, __percpu_insn_op, "or", val)
/* @val becomes the sum. */
#define __percpu_add_return(pcp, val)	__percpu_sized(pcp, __percpu_insn_xadd, val)
/* @old becomes what was there. */
#define __percpu_cmpxchg(pcp, old, new)	__percpu_sized(pcp, __percpu_insn_cmpxchg, old, new)
/* @val becomes what was there. Not by xchg, which locks. */
#define __percpu_xchg(pcp, val)						\
	do {								\
		__percpu_uint(pcp) __seen = __percpu_pack(pcp, raw_cpu_read(pcp)), __old; \
		do {							\
			__old = __seen;					\
			__percpu_cmpxchg(pcp, __seen, val);		\
		} while (__seen != __old);				\
		(val) = __old;						\
	} while (0)

/* Given where it is: adds to 4 bytes or a long. */
#define __percpu_op_add(p, v)						\
	do {								\
		if (sizeof(*(p)) == 4) {				\
			__asm__ __volatile__("addl %1, %0" : "+m"(*(u32 *)(p)) \
					     : "ri"((u32)(v)) : "cc");	\
		} else {						\
			__percpu_if_64(__asm__ __volatile__("addq %1, %0" : "+m"(*(u64 *)(p)) \
							    : "re"((u64)(v)) : "cc");) \
		}							\
	} while (0)
#define __percpu_sub_and_test(pcp, v)					\
	({								\
		bool __zero;						\
		__asm__ __volatile__("subl %2, " __percpu_prefix "%0"	\
				     : "+m"(__percpu_operand(u32, pcp)), "=@ccz"(__zero) \
				     : "er"((u32)(v)) : "cc", "memory"); \
		__zero;							\
	})

#else

#define __percpu_add(pcp, val) \
	((void)__atomic_fetch_add(&__percpu_slot(pcp), (val), __ATOMIC_RELAXED))
#define __percpu_and(pcp, val) \
	((void)__atomic_fetch_and(&__percpu_slot(pcp), (val), __ATOMIC_RELAXED))
#define __percpu_or(pcp, val) \
	((void)__atomic_fetch_or(&__percpu_slot(pcp), (val), __ATOMIC_RELAXED))
#define __percpu_add_return(pcp, val) \
	((void)((val) = __atomic_add_fetch(&__percpu_slot(pcp), (val), __ATOMIC_RELAXED)))
#define __percpu_xchg(pcp, val) \
	((void)((val) = __atomic_exchange_n(&__percpu_slot(pcp), (val), __ATOMIC_RELAXED)))
#define __percpu_cmpxchg(pcp, old, new)					\
	((void)__atomic_compare_exchange_n(&__percpu_slot(pcp), &(old), (new), 0, \
					   __ATOMIC_RELAXED, __ATOMIC_RELAXED))
#define __percpu_op_add(p, v) \
	((void)__atomic_fetch_add((p), (v), __ATOMIC_RELAXED))
#define __percpu_sub_and_test(pcp, v) \
	(__atomic_sub_fetch(raw_cpu_ptr(&(pcp)), (v), __ATOMIC_RELAXED) == 0)

#endif

#define raw_cpu_read(pcp)						\
	({								\
		__typeof__(pcp) __here;					\
		if (__percpu_fits(pcp))					\
			__here = *(volatile __typeof__(__percpu_here(pcp)) *)&__percpu_here(pcp); \
		else							\
			__percpu_irqs_off(__here = *raw_cpu_ptr(&(pcp))); \
		__here;							\
	})
#define raw_cpu_write(pcp, val)						\
	do {								\
		__typeof__(pcp) __new = (val);				\
		if (__percpu_fits(pcp))					\
			*(volatile __typeof__(__percpu_here(pcp)) *)&__percpu_here(pcp) = __new; \
		else							\
			__percpu_irqs_off(*raw_cpu_ptr(&(pcp)) = __new); \
	} while (0)
#define raw_cpu_add(pcp, val)						\
	do {								\
		__percpu_uint(pcp) __val = __percpu_pack(pcp, val);	\
		if (__percpu_fits(pcp))					\
			__percpu_add(pcp, __val);			\
		else							\
			__percpu_irqs_off(__percpu_slot(pcp) += __val);	\
	} while (0)
#define raw_cpu_and(pcp, val)						\
	do {								\
		__percpu_uint(pcp) __val = __percpu_pack(pcp, val);	\
		if (__percpu_fits(pcp))					\
			__percpu_and(pcp, __val);			\
		else							\
			__percpu_irqs_off(__percpu_slot(pcp) &= __val);	\
	} while (0)
#define raw_cpu_or(pcp, val)						\
	do {								\
		__percpu_uint(pcp) __val = __percpu_pack(pcp, val);	\
		if (__percpu_fits(pcp))					\
			__percpu_or(pcp, __val);			\
		else							\
			__percpu_irqs_off(__percpu_slot(pcp) |= __val);	\
	} while (0)
#define raw_cpu_add_return(pcp, val)					\
	({								\
		__percpu_uint(pcp) __val = __percpu_pack(pcp, val);	\
		if (__percpu_fits(pcp))					\
			__percpu_add_return(pcp, __val);		\
		else							\
			__percpu_irqs_off(__val = __percpu_slot(pcp) += __val); \
		(__typeof__(pcp))__val;					\
	})
#define raw_cpu_xchg(pcp, nval)						\
	({								\
		__percpu_uint(pcp) __val = __percpu_pack(pcp, nval);	\
		if (__percpu_fits(pcp))					\
			__percpu_xchg(pcp, __val);			\
		else							\
			__percpu_irqs_off(__percpu_uint(pcp) __old = __percpu_slot(pcp); \
					  __percpu_slot(pcp) = __val; __val = __old); \
		(__typeof__(pcp))__val;					\
	})
#define raw_cpu_cmpxchg(pcp, oval, nval)				\
	({								\
		__percpu_uint(pcp) __expect = __percpu_pack(pcp, oval);	\
		__percpu_uint(pcp) __val = __percpu_pack(pcp, nval);	\
		if (__percpu_fits(pcp))					\
			__percpu_cmpxchg(pcp, __expect, __val);		\
		else							\
			__percpu_irqs_off(__percpu_uint(pcp) __old = __percpu_slot(pcp); \
					  if (__old == __expect)	\
						  __percpu_slot(pcp) = __val; \
					  __expect = __old);		\
		(__typeof__(pcp))__expect;				\
	})
#define raw_cpu_sub(pcp, val)	raw_cpu_add(pcp, -(__typeof__(pcp))(val))
#define raw_cpu_inc(pcp)	raw_cpu_add(pcp, 1)
#define raw_cpu_dec(pcp)	raw_cpu_add(pcp, -(__typeof__(pcp))1)
#define raw_cpu_sub_return(pcp, val)	raw_cpu_add_return(pcp, -(__typeof__(pcp))(val))
#define raw_cpu_inc_return(pcp)	raw_cpu_add_return(pcp, 1)
#define raw_cpu_dec_return(pcp)	raw_cpu_add_return(pcp, -(__typeof__(pcp))1)

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

/*
 * The same where nothing else may come between on this CPU, neither interrupt nor
 * another thread. Modules that the quarry command compiles are told if one may.
 */
void __this_cpu_preempt_check(const char *op);
#ifdef CONFIG_DEBUG_PREEMPT
#define __percpu_check(op)	__this_cpu_preempt_check(op)
#else
#define __percpu_check(op)	((void)0)
#endif

#define __this_cpu_read(pcp)						\
	({ __percpu_check("read"); raw_cpu_read(pcp); })
#define __this_cpu_write(pcp, val)					\
	do { __percpu_check("write"); raw_cpu_write(pcp, val); } while (0)
#define __this_cpu_add(pcp, val)					\
	do { __percpu_check("add"); raw_cpu_add(pcp, val); } while (0)
#define __this_cpu_and(pcp, val)					\
	do { __percpu_check("and"); raw_cpu_and(pcp, val); } while (0)
#define __this_cpu_or(pcp, val)						\
	do { __percpu_check("or"); raw_cpu_or(pcp, val); } while (0)
#define __this_cpu_add_return(pcp, val)					\
	({ __percpu_check("add_return"); raw_cpu_add_return(pcp, val); })
#define __this_cpu_xchg(pcp, nval)					\
	({ __percpu_check("xchg"); raw_cpu_xchg(pcp, nval); })
#define __this_cpu_cmpxchg(pcp, o, n)					\
	({ __percpu_check("cmpxchg"); raw_cpu_cmpxchg(pcp, o, n); })
#define __this_cpu_sub(pcp, val)	__this_cpu_add(pcp, -(__typeof__(pcp))(val))
#define __this_cpu_inc(pcp)		__this_cpu_add(pcp, 1)
#define __this_cpu_dec(pcp)		__this_cpu_sub(pcp, 1)
#define __this_cpu_sub_return(pcp, val)	__this_cpu_add_return(pcp, -(__typeof__(pcp))(val))
#define __this_cpu_inc_return(pcp)	__this_cpu_add_return(pcp, 1)
#define __this_cpu_dec_return(pcp)	__this_cpu_add_return(pcp, -(__typeof__(pcp))1)

#endif
