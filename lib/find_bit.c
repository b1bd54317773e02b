// SPDX-License-Identifier: MIT
/*
 * Finding bits in maps longer than a word, a word at a time. Bits of the last
 * word behind the map's end are never looked at.
 *
 * Where the instruction set cannot count zeros, that is done here as well; there
 * linux/bitops.h's inline functions call us.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/minmax.h>

#ifdef QUARRY_COUNT_ZEROS
unsigned int quarry_ctz64(u64 word)
{
	unsigned int n = 0, step;

	for (step = 32; step; step >>= 1)
		if (!(word & ((1ull << step) - 1))) {
			word >>= step;
			n += step;
		}
	return n;
}
EXPORT_SYMBOL(quarry_ctz64);

unsigned int quarry_clz64(u64 word)
{
	unsigned int n = 0, step;

	for (step = 32; step; step >>= 1)
		if (!(word >> (64 - step))) {
			word <<= step;
			n += step;
		}
	return n;
}
EXPORT_SYMBOL(quarry_clz64);
#endif

/*
 * The search that all share. @word(i) gives word i with the wanted bits set; it is
 * an expression, so that each search compiles to its own tight loop.
 */
#define FIND(size, offset, word)					\
	do {								\
		unsigned long __size = (size), __at = (offset), i, w;	\
									\
		if (__at >= __size)					\
			return __size;					\
		i = __at / BITS_PER_LONG;				\
		w = (word) & (~0UL << (__at % BITS_PER_LONG));		\
		while (!w) {						\
			if (++i * BITS_PER_LONG >= __size)		\
				return __size;				\
			w = (word);					\
		}							\
		return min(i * BITS_PER_LONG + __ffs(w), __size);	\
	} while (0)

unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
			    unsigned long offset)
{
	FIND(size, offset, READ_ONCE(addr[i]));
}
EXPORT_SYMBOL(find_next_bit);

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset)
{
	FIND(size, offset, ~READ_ONCE(addr[i]));
}
EXPORT_SYMBOL(find_next_zero_bit);

unsigned long find_next_and_bit(const unsigned long *a, const unsigned long *b,
				unsigned long size, unsigned long offset)
{
	FIND(size, offset, READ_ONCE(a[i]) & READ_ONCE(b[i]));
}
EXPORT_SYMBOL(find_next_and_bit);

unsigned long find_next_andnot_bit(const unsigned long *a, const unsigned long *b,
				   unsigned long size, unsigned long offset)
{
	FIND(size, offset, READ_ONCE(a[i]) & ~READ_ONCE(b[i]));
}
EXPORT_SYMBOL(find_next_andnot_bit);

unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_bit(addr, size, 0);
}
EXPORT_SYMBOL(find_first_bit);

unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}
EXPORT_SYMBOL(find_first_zero_bit);

unsigned long find_first_and_bit(const unsigned long *a, const unsigned long *b,
				 unsigned long size)
{
	return find_next_and_bit(a, b, size, 0);
}
EXPORT_SYMBOL(find_first_and_bit);

unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
	unsigned long i = BITS_TO_LONGS(size);
	unsigned long mask = size % BITS_PER_LONG ? ~0UL >> (BITS_PER_LONG - size % BITS_PER_LONG)
						  : ~0UL;

	while (i--) {
		unsigned long w = READ_ONCE(addr[i]) & mask;

		if (w)
			return i * BITS_PER_LONG + __fls(w);
		mask = ~0UL;
	}
	return size;
}
EXPORT_SYMBOL(find_last_bit);

unsigned long find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n)
{
	unsigned long bit;

	for_each_set_bit(bit, addr, size)
		if (!n--)
			return bit;
	return size;
}
EXPORT_SYMBOL(find_nth_bit);

unsigned long find_next_bit_wrap(const unsigned long *addr, unsigned long size,
				 unsigned long offset)
{
	unsigned long bit = find_next_bit(addr, size, offset);

	if (bit < size)
		return bit;
	bit = find_next_bit(addr, min(offset, size), 0);
	return bit < offset ? bit : size;
}
EXPORT_SYMBOL(find_next_bit_wrap);
