/* SPDX-License-Identifier: MIT */
/* Order of memory accesses between CPUs. */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

#ifdef __SANITIZE_THREAD__
/* ThreadSanitizer understands no fences, but that two CPUs change the same word. */
extern unsigned int quarry_fence_word;	/* lib/spinlock.c */
#define smp_mb()	((void)__atomic_fetch_add(&quarry_fence_word, 1u, __ATOMIC_SEQ_CST))
#define smp_rmb()	((void)__atomic_fetch_add(&quarry_fence_word, 1u, __ATOMIC_ACQ_REL))
#define smp_wmb()	((void)__atomic_fetch_add(&quarry_fence_word, 1u, __ATOMIC_ACQ_REL))
#else
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)
#endif

/* Towards devices too. */
#if defined(__x86_64__)
#define mb()		__asm__ __volatile__("mfence" : : : "memory")
#define rmb()		__asm__ __volatile__("lfence" : : : "memory")
#define wmb()		__asm__ __volatile__("sfence" : : : "memory")
#elif defined(__i386__)
#define mb()		__asm__ __volatile__("lock; addl $0, -4(%%esp)" : : : "memory", "cc")
#define rmb()		mb()
#define wmb()		mb()
#elif defined(__aarch64__)
#define mb()		__asm__ __volatile__("dsb sy" : : : "memory")
#define rmb()		__asm__ __volatile__("dsb ld" : : : "memory")
#define wmb()		__asm__ __volatile__("dsb st" : : : "memory")
#elif defined(__riscv)
#define mb()		__asm__ __volatile__("fence iorw, iorw" : : : "memory")
#define rmb()		__asm__ __volatile__("fence ir, ir" : : : "memory")
#define wmb()		__asm__ __volatile__("fence ow, ow" : : : "memory")
#else
#define mb()		smp_mb()
#define rmb()		smp_rmb()
#define wmb()		smp_wmb()
#endif
#define dma_rmb()	smp_rmb()
#define dma_wmb()	smp_wmb()
#define dma_mb()	smp_mb()

#define smp_store_release(p, v)		__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_load_acquire(p)		__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_mb(var, value)					\
	do {								\
		WRITE_ONCE(var, value);					\
		smp_mb();						\
	} while (0)
#define smp_mb__before_atomic()		smp_mb()
#define smp_mb__after_atomic()		smp_mb()
#define smp_mb__after_spinlock()	smp_mb()
#define smp_mb__after_unlock_lock()	smp_mb()
#define smp_acquire__after_ctrl_dep()	smp_rmb()

#define smp_cond_load_relaxed(ptr, cond_expr)				\
	({								\
		__typeof__(*(ptr)) VAL;					\
		for (;;) {						\
			VAL = READ_ONCE(*(ptr));			\
			if (cond_expr)					\
				break;					\
			cpu_relax();					\
		}							\
		VAL;							\
	})
#define smp_cond_load_acquire(ptr, cond_expr)				\
	({								\
		__typeof__(*(ptr)) __scla = smp_cond_load_relaxed(ptr, cond_expr); \
		smp_acquire__after_ctrl_dep();				\
		__scla;							\
	})

#endif
