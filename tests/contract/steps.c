// SPDX-License-Identifier: MIT
/*
 * Places inside the slab layer where CPUs change. Its sources are compiled as for the
 * thread sanitizer: each access to memory is a call to one of the functions below, which
 * are not the sanitizer's. Now and then one of them lets the port choose which CPU goes
 * on, and lets interrupts in: with --seed always in the same places.
 *
 * P1  Between contract_steps_begin() and contract_steps_end() only one CPU runs at a time
 *     (--seed), so that the state here needs no lock. Free-running, nobody cares.
 * P2  The order of CPUs, and how far each one got, is mixed into one number.
 */
#include <linux/compiler.h>
#include <linux/smp.h>
#include <linux/types.h>

#include "tests/contract/program.h"

#define APART	24	/* accesses between two places, on average */

static bool stepping;
static unsigned int left;
static u64 state, order;

static u64 next_random(void)
{
	u64 z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static void mix(u64 what)
{
	order = (order ^ what) * 0x100000001b3ull;
}

static noinline void let_others_go(void)
{
	left = 1 + next_random() % (2 * APART - 1);
	mix(left);
	cpu_relax();
	mix(raw_smp_processor_id());
}

static __always_inline void step(void)
{
	if (unlikely(stepping) && !--left)
		let_others_go();
}

void contract_steps_begin(u64 seed)
{
	state = seed;
	order = 0xcbf29ce484222325ull;
	left = 1;
	stepping = true;
}

u64 contract_steps_end(void)
{
	stepping = false;
	return order;
}

/* What the compiler calls. */

#define ACCESS(name)							\
	void __tsan_##name(void *addr);					\
	void __tsan_##name(void *addr) { step(); }

#define ACCESSES(kind)							\
	ACCESS(kind##1) ACCESS(kind##2) ACCESS(kind##4) ACCESS(kind##8) ACCESS(kind##16)

ACCESSES(read)
ACCESSES(write)
ACCESSES(unaligned_read)
ACCESSES(unaligned_write)
ACCESSES(read_write)
ACCESSES(unaligned_read_write)
ACCESSES(volatile_read)
ACCESSES(volatile_write)
ACCESS(func_entry)

#define RANGE(name)							\
	void __tsan_##name(void *addr, unsigned long size);		\
	void __tsan_##name(void *addr, unsigned long size) { step(); }

RANGE(read_range)
RANGE(write_range)

#define NOTHING(name)							\
	void __tsan_##name(void);					\
	void __tsan_##name(void) { }

NOTHING(init)
NOTHING(func_exit)

/* Atomic accesses, which are to be done here; as strong as there are. */

#define FETCH(type, bits, op)						\
	type __tsan_atomic##bits##_fetch_##op(volatile type *p, type v, int order_); \
	type __tsan_atomic##bits##_fetch_##op(volatile type *p, type v, int order_) \
	{								\
		step();							\
		return __atomic_fetch_##op(p, v, __ATOMIC_SEQ_CST);	\
	}

#define EXCHANGE(type, bits, kind)					\
	int __tsan_atomic##bits##_compare_exchange_##kind(volatile type *p, type *old, \
							  type new, int a, int b); \
	int __tsan_atomic##bits##_compare_exchange_##kind(volatile type *p, type *old, \
							  type new, int a, int b) \
	{								\
		step();							\
		return __atomic_compare_exchange_n(p, old, new, false, __ATOMIC_SEQ_CST, \
						   __ATOMIC_SEQ_CST);	\
	}

#define ATOMICS(type, bits)						\
	type __tsan_atomic##bits##_load(const volatile type *p, int order_); \
	type __tsan_atomic##bits##_load(const volatile type *p, int order_) \
	{								\
		step();							\
		return __atomic_load_n(p, __ATOMIC_SEQ_CST);		\
	}								\
	void __tsan_atomic##bits##_store(volatile type *p, type v, int order_); \
	void __tsan_atomic##bits##_store(volatile type *p, type v, int order_) \
	{								\
		step();							\
		__atomic_store_n(p, v, __ATOMIC_SEQ_CST);		\
	}								\
	type __tsan_atomic##bits##_exchange(volatile type *p, type v, int order_); \
	type __tsan_atomic##bits##_exchange(volatile type *p, type v, int order_) \
	{								\
		step();							\
		return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);	\
	}								\
	FETCH(type, bits, add) FETCH(type, bits, sub) FETCH(type, bits, and) \
	FETCH(type, bits, or) FETCH(type, bits, xor) FETCH(type, bits, nand) \
	EXCHANGE(type, bits, strong) EXCHANGE(type, bits, weak)

ATOMICS(u8, 8)
ATOMICS(u16, 16)
ATOMICS(u32, 32)
ATOMICS(u64, 64)

void __tsan_atomic_thread_fence(int order_);
void __tsan_atomic_thread_fence(int order_)
{
	step();
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void __tsan_atomic_signal_fence(int order_);
void __tsan_atomic_signal_fence(int order_)
{
	barrier();
}
