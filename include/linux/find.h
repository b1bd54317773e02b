/* SPDX-License-Identifier: MIT */
/* Finding bits in maps that are longer than a word. Bodies: lib/find_bit.c */
#ifndef _LINUX_FIND_H
#define _LINUX_FIND_H

#include <linux/types.h>
#include <linux/bits.h>

/* Each returns the number of a bit, or @size (or more than it was) when there is none. */
unsigned long find_first_bit(const unsigned long *addr, unsigned long size);
unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size);
unsigned long find_first_and_bit(const unsigned long *a, const unsigned long *b,
				 unsigned long size);
unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
			    unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset);
unsigned long find_next_and_bit(const unsigned long *a, const unsigned long *b,
				unsigned long size, unsigned long offset);
unsigned long find_next_andnot_bit(const unsigned long *a, const unsigned long *b,
				   unsigned long size, unsigned long offset);
unsigned long find_last_bit(const unsigned long *addr, unsigned long size);
/** find_nth_bit - the bit that has @n set bits below it */
unsigned long find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n);
unsigned long find_next_bit_wrap(const unsigned long *addr, unsigned long size,
				 unsigned long offset);

#define for_each_set_bit(bit, addr, size)				\
	for ((bit) = find_first_bit((addr), (size)); (bit) < (size);	\
	     (bit) = find_next_bit((addr), (size), (bit) + 1))
#define for_each_set_bit_from(bit, addr, size)				\
	for ((bit) = find_next_bit((addr), (size), (bit)); (bit) < (size); \
	     (bit) = find_next_bit((addr), (size), (bit) + 1))
#define for_each_clear_bit(bit, addr, size)				\
	for ((bit) = find_first_zero_bit((addr), (size)); (bit) < (size); \
	     (bit) = find_next_zero_bit((addr), (size), (bit) + 1))
#define for_each_clear_bit_from(bit, addr, size)			\
	for ((bit) = find_next_zero_bit((addr), (size), (bit)); (bit) < (size); \
	     (bit) = find_next_zero_bit((addr), (size), (bit) + 1))
#define for_each_and_bit(bit, a, b, size)				\
	for ((bit) = find_next_and_bit((a), (b), (size), 0); (bit) < (size); \
	     (bit) = find_next_and_bit((a), (b), (size), (bit) + 1))

#endif
