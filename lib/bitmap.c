// SPDX-License-Identifier: MIT
/*
 * Operations on whole maps of bits.
 *
 * M1  What lies behind the map's last bit, in its last word, has no influence on a
 *     result; in a destination it may be anything afterwards.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>

bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	unsigned int i, whole = nbits / BITS_PER_LONG;

	for (i = 0; i < whole; i++)
		if (a[i] != b[i])
			return false;
	return !(nbits % BITS_PER_LONG) ||
	       !((a[i] ^ b[i]) & BITMAP_LAST_WORD_MASK(nbits));
}
EXPORT_SYMBOL(__bitmap_equal);

void __bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int nbits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = ~src[i];
}
EXPORT_SYMBOL(__bitmap_complement);

/* Towards bit 0; what comes in at the top is 0. */
void __bitmap_shift_right(unsigned long *dst, const unsigned long *src,
			  unsigned int shift, unsigned int nbits)
{
	unsigned int i, words = BITS_TO_LONGS(nbits), off = shift / BITS_PER_LONG;
	unsigned int rem = shift % BITS_PER_LONG;
	unsigned long mask = BITMAP_LAST_WORD_MASK(nbits);

	for (i = 0; i < words; i++) {
		unsigned long lo = 0, hi = 0;

		if (i + off < words)
			lo = i + off == words - 1 ? src[i + off] & mask : src[i + off];
		if (rem && i + off + 1 < words)
			hi = i + off + 1 == words - 1 ? src[i + off + 1] & mask
						      : src[i + off + 1];
		dst[i] = rem ? (lo >> rem) | (hi << (BITS_PER_LONG - rem)) : lo;
	}
}
EXPORT_SYMBOL(__bitmap_shift_right);

void __bitmap_shift_left(unsigned long *dst, const unsigned long *src,
			 unsigned int shift, unsigned int nbits)
{
	unsigned int i, off = shift / BITS_PER_LONG, rem = shift % BITS_PER_LONG;

	for (i = BITS_TO_LONGS(nbits); i--;) {
		unsigned long hi = i >= off ? src[i - off] : 0;
		unsigned long lo = rem && i > off ? src[i - off - 1] : 0;

		dst[i] = rem ? (hi << rem) | (lo >> (BITS_PER_LONG - rem)) : hi;
	}
}
EXPORT_SYMBOL(__bitmap_shift_left);

/* Combine word by word; whether a bit is set in the result. */
#define COMBINE(dst, expr, nbits)					\
	do {								\
		unsigned int i, whole = (nbits) / BITS_PER_LONG;	\
		unsigned long any = 0;					\
									\
		for (i = 0; i < whole; i++)				\
			any |= (dst)[i] = (expr);			\
		if ((nbits) % BITS_PER_LONG)				\
			any |= (dst)[i] = (expr) & BITMAP_LAST_WORD_MASK(nbits); \
		return any != 0;					\
	} while (0)

bool __bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	COMBINE(dst, a[i] & b[i], nbits);
}
EXPORT_SYMBOL(__bitmap_and);

bool __bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		     unsigned int nbits)
{
	COMBINE(dst, a[i] & ~b[i], nbits);
}
EXPORT_SYMBOL(__bitmap_andnot);

void __bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		 unsigned int nbits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = a[i] | b[i];
}
EXPORT_SYMBOL(__bitmap_or);

void __bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = a[i] ^ b[i];
}
EXPORT_SYMBOL(__bitmap_xor);

bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return find_first_and_bit(a, b, nbits) < nbits;
}
EXPORT_SYMBOL(__bitmap_intersects);

bool __bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return find_next_andnot_bit(a, b, nbits, 0) >= nbits;
}
EXPORT_SYMBOL(__bitmap_subset);

unsigned int __bitmap_weight(const unsigned long *bitmap, unsigned int nbits)
{
	unsigned int i, w = 0, whole = nbits / BITS_PER_LONG;

	for (i = 0; i < whole; i++)
		w += hweight_long(bitmap[i]);
	if (nbits % BITS_PER_LONG)
		w += hweight_long(bitmap[i] & BITMAP_LAST_WORD_MASK(nbits));
	return w;
}
EXPORT_SYMBOL(__bitmap_weight);

void bitmap_set(unsigned long *map, unsigned int start, unsigned int len)
{
	while (len) {
		unsigned int bit = start % BITS_PER_LONG;
		unsigned int n = min(len, (unsigned int)BITS_PER_LONG - bit);

		map[start / BITS_PER_LONG] |= (~0UL >> (BITS_PER_LONG - n)) << bit;
		start += n;
		len -= n;
	}
}
EXPORT_SYMBOL(bitmap_set);

void bitmap_clear(unsigned long *map, unsigned int start, unsigned int len)
{
	while (len) {
		unsigned int bit = start % BITS_PER_LONG;
		unsigned int n = min(len, (unsigned int)BITS_PER_LONG - bit);

		map[start / BITS_PER_LONG] &= ~((~0UL >> (BITS_PER_LONG - n)) << bit);
		start += n;
		len -= n;
	}
}
EXPORT_SYMBOL(bitmap_clear);

unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr,
					     unsigned long align_mask,
					     unsigned long align_offset)
{
	for (;;) {
		unsigned long index = find_next_zero_bit(map, size, start), end, busy;

		index = ((index + align_offset + align_mask) & ~align_mask) - align_offset;
		end = index + nr;
		if (end > size)
			return end;
		busy = find_next_bit(map, end, index);
		if (busy >= end)
			return index;
		start = busy + 1;
	}
}
EXPORT_SYMBOL(bitmap_find_next_zero_area_off);

unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
					 unsigned long start, unsigned int nr,
					 unsigned long align_mask)
{
	return bitmap_find_next_zero_area_off(map, size, start, nr, align_mask, 0);
}
EXPORT_SYMBOL(bitmap_find_next_zero_area);

static int list_number(const char **s, unsigned int *n)
{
	u64 v = 0;

	if (!isdigit(**s))
		return -EINVAL;
	for (; isdigit(**s); (*s)++) {
		v = v * 10 + (u64)(**s - '0');
		if (v > INT_MAX)
			return -ERANGE;
	}
	*n = (unsigned int)v;
	return 0;
}

int bitmap_parselist(const char *buf, unsigned long *map, int nbits)
{
	bitmap_zero(map, (unsigned int)nbits);
	for (;;) {
		unsigned int from, to;
		int err;

		while (isspace(*buf) || *buf == ',')
			buf++;
		if (!*buf)
			return 0;
		err = list_number(&buf, &from);
		to = from;
		if (!err && *buf == '-') {
			buf++;
			err = list_number(&buf, &to);
		}
		if (err)
			return err;
		if (*buf && *buf != ',' && !isspace(*buf))
			return -EINVAL;
		if (to < from)
			return -EINVAL;
		if (to >= (unsigned int)nbits)
			return -ERANGE;
		bitmap_set(map, from, to - from + 1);
	}
}
EXPORT_SYMBOL(bitmap_parselist);

int bitmap_allocate_region(unsigned long *bitmap, unsigned int pos, int order)
{
	unsigned int nr = 1u << order;

	if (find_next_bit(bitmap, pos + nr, pos) < pos + nr)
		return -EBUSY;
	bitmap_set(bitmap, pos, nr);
	return 0;
}
EXPORT_SYMBOL(bitmap_allocate_region);

int bitmap_find_free_region(unsigned long *bitmap, unsigned int bits, int order)
{
	unsigned int pos, nr = 1u << order;

	for (pos = 0; pos + nr <= bits; pos += nr)
		if (!bitmap_allocate_region(bitmap, pos, order))
			return (int)pos;
	return -ENOMEM;
}
EXPORT_SYMBOL(bitmap_find_free_region);

void bitmap_release_region(unsigned long *bitmap, unsigned int pos, int order)
{
	bitmap_clear(bitmap, pos, 1u << order);
}
EXPORT_SYMBOL(bitmap_release_region);

void bitmap_from_arr32(unsigned long *bitmap, const u32 *buf, unsigned int nbits)
{
	unsigned int i, words = DIV_ROUND_UP(nbits, 32);

	bitmap_zero(bitmap, nbits);
	for (i = 0; i < words; i++)
		bitmap[i * 32 / BITS_PER_LONG] |= (unsigned long)buf[i]
						  << (i * 32 % BITS_PER_LONG);
	if (nbits % BITS_PER_LONG)
		bitmap[nbits / BITS_PER_LONG] &= BITMAP_LAST_WORD_MASK(nbits);
}
EXPORT_SYMBOL(bitmap_from_arr32);

void bitmap_to_arr32(u32 *buf, const unsigned long *bitmap, unsigned int nbits)
{
	unsigned int i, words = DIV_ROUND_UP(nbits, 32);

	for (i = 0; i < words; i++)
		buf[i] = (u32)(bitmap[i * 32 / BITS_PER_LONG] >> (i * 32 % BITS_PER_LONG));
	if (nbits % 32)
		buf[words - 1] &= ~0u >> (32 - nbits % 32);
}
EXPORT_SYMBOL(bitmap_to_arr32);

unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)
{
	return kmalloc(bitmap_size(nbits), flags);
}
EXPORT_SYMBOL(bitmap_alloc);

unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return bitmap_alloc(nbits, flags | __GFP_ZERO);
}
EXPORT_SYMBOL(bitmap_zalloc);

unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node)
{
	return kmalloc_node(bitmap_size(nbits), flags, node);
}
EXPORT_SYMBOL(bitmap_alloc_node);

unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node)
{
	return bitmap_alloc_node(nbits, flags | __GFP_ZERO, node);
}
EXPORT_SYMBOL(bitmap_zalloc_node);

void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}
EXPORT_SYMBOL(bitmap_free);
