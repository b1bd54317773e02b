/* SPDX-License-Identifier: MIT */
/* Finding bits in a word, and changing bits that others change too. */
#ifndef _ASM_BITOPS_H
#define _ASM_BITOPS_H

#include <linux/types.h>
#include <linux/bits.h>
#include <linux/compiler.h>

/*
 * Where the instruction set has no such instruction (base RISC-V), the builtin
 * would be a call into the compiler's library, which a kernel does not have.
 */
#if defined(__riscv) && !defined(__riscv_zbb)
#define QUARRY_COUNT_ZEROS	1
unsigned int quarry_ctz64(u64 word);	/* lib/find_bit.c */
unsigned int quarry_clz64(u64 word);
#define __quarry_ctzl(w) \
	(__builtin_constant_p(w) ? (unsigned int)__builtin_ctzl(w) : quarry_ctz64(w))
#define __quarry_clzl(w)						\
	(__builtin_constant_p(w) ? (unsigned int)__builtin_clzl(w) :	\
	 quarry_clz64(w) - (64 - BITS_PER_LONG))
#define __quarry_clzll(w) \
	(__builtin_constant_p(w) ? (unsigned int)__builtin_clzll(w) : quarry_clz64(w))
#else
#define __quarry_ctzl(w)	((unsigned int)__builtin_ctzl(w))
#define __quarry_clzl(w)	((unsigned int)__builtin_clzl(w))
#define __quarry_clzll(w)	((unsigned int)__builtin_clzll(w))
#endif

/* Number of the lowest and of the highest bit set; the word is not 0. */
static __always_inline unsigned long __ffs(unsigned long word)
{
	return __quarry_ctzl(word);
}

static __always_inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __quarry_clzl(word);
}

/* Number of the lowest bit that is clear; the word is not ~0. */
static __always_inline unsigned long ffz(unsigned long word)
{
	return __ffs(~word);
}

/* As above, counted from 1, and 0 when there is none. */
static __always_inline int ffs(int x)
{
	return x ? (int)__quarry_ctzl((unsigned long)(unsigned int)x) + 1 : 0;
}

static __always_inline int fls(unsigned int x)
{
	return x ? BITS_PER_LONG - (int)__quarry_clzl((unsigned long)x) : 0;
}

static __always_inline int fls64(u64 x)
{
	return x ? 64 - (int)__quarry_clzll(x) : 0;
}

static __always_inline unsigned long __ffs64(u64 word)
{
#if BITS_PER_LONG == 32
	if ((u32)word == 0)
		return __ffs((u32)(word >> 32)) + 32;
#endif
	return __ffs((unsigned long)word);
}

static inline unsigned int fls_long(unsigned long l)
{
	return l ? (unsigned int)__fls(l) + 1 : 0;
}

/* Atomic; those that return a value order memory as well. */
static __always_inline void set_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(addr + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(addr + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void change_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_xor(addr + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *addr)
{
	unsigned long m = BIT_MASK(nr);

	return (__atomic_fetch_or(addr + BIT_WORD(nr), m, __ATOMIC_SEQ_CST) & m) != 0;
}

static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	unsigned long m = BIT_MASK(nr);

	return (__atomic_fetch_and(addr + BIT_WORD(nr), ~m, __ATOMIC_SEQ_CST) & m) != 0;
}

static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *addr)
{
	unsigned long m = BIT_MASK(nr);

	return (__atomic_fetch_xor(addr + BIT_WORD(nr), m, __ATOMIC_SEQ_CST) & m) != 0;
}

static __always_inline bool test_and_set_bit_lock(long nr, volatile unsigned long *addr)
{
	unsigned long m = BIT_MASK(nr);

	return (__atomic_fetch_or(addr + BIT_WORD(nr), m, __ATOMIC_ACQUIRE) & m) != 0;
}

static __always_inline void clear_bit_unlock(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(addr + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELEASE);
}

static __always_inline bool test_bit(long nr, const volatile unsigned long *addr)
{
	return (__atomic_load_n(addr + BIT_WORD(nr), __ATOMIC_RELAXED) >>
		(nr % BITS_PER_LONG)) & 1;
}

static __always_inline bool test_bit_acquire(long nr, const volatile unsigned long *addr)
{
	return (__atomic_load_n(addr + BIT_WORD(nr), __ATOMIC_ACQUIRE) >>
		(nr % BITS_PER_LONG)) & 1;
}

/* Nobody else changes the word. */
static __always_inline void __set_bit(long nr, volatile unsigned long *addr)
{
	addr[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static __always_inline void __clear_bit(long nr, volatile unsigned long *addr)
{
	addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static __always_inline void __clear_bit_unlock(long nr, volatile unsigned long *addr)
{
	__atomic_store_n(addr + BIT_WORD(nr), addr[BIT_WORD(nr)] & ~BIT_MASK(nr),
			 __ATOMIC_RELEASE);
}

static __always_inline void __change_bit(long nr, volatile unsigned long *addr)
{
	addr[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

static __always_inline bool __test_and_set_bit(long nr, volatile unsigned long *addr)
{
	unsigned long old = addr[BIT_WORD(nr)];

	addr[BIT_WORD(nr)] = old | BIT_MASK(nr);
	return (old & BIT_MASK(nr)) != 0;
}

static __always_inline bool __test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	unsigned long old = addr[BIT_WORD(nr)];

	addr[BIT_WORD(nr)] = old & ~BIT_MASK(nr);
	return (old & BIT_MASK(nr)) != 0;
}

static __always_inline bool __test_and_change_bit(long nr, volatile unsigned long *addr)
{
	unsigned long old = addr[BIT_WORD(nr)];

	addr[BIT_WORD(nr)] = old ^ BIT_MASK(nr);
	return (old & BIT_MASK(nr)) != 0;
}

/* How many bits are set. */
static __always_inline unsigned int hweight32(unsigned int w)
{
	w -= (w >> 1) & 0x55555555u;
	w = (w & 0x33333333u) + ((w >> 2) & 0x33333333u);
	w = (w + (w >> 4)) & 0x0f0f0f0fu;
	return (w * 0x01010101u) >> 24;
}

static __always_inline unsigned int hweight16(unsigned int w)
{
	return hweight32(w & 0xffff);
}

static __always_inline unsigned int hweight8(unsigned int w)
{
	return hweight32(w & 0xff);
}

static __always_inline unsigned int hweight64(u64 w)
{
	return hweight32((u32)w) + hweight32((u32)(w >> 32));
}

static __always_inline unsigned long hweight_long(unsigned long w)
{
	return sizeof(w) == 4 ? hweight32((u32)w) : hweight64(w);
}

#endif
