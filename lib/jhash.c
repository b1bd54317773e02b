// SPDX-License-Identifier: MIT
/*
 * Bob Jenkins' lookup3: three words of state, mixed every twelve bytes, and mixed
 * more thoroughly at the end. He put the algorithm into the public domain; this is
 * written from its description: "Hash Functions and Block Ciphers", 2006.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/jhash.h>
#include <asm/unaligned.h>

struct lookup3 {
	u32 a, b, c;
};

static inline void mix(struct lookup3 *s)
{
	s->a -= s->c; s->a ^= rol32(s->c, 4); s->c += s->b;
	s->b -= s->a; s->b ^= rol32(s->a, 6); s->a += s->c;
	s->c -= s->b; s->c ^= rol32(s->b, 8); s->b += s->a;
	s->a -= s->c; s->a ^= rol32(s->c, 16); s->c += s->b;
	s->b -= s->a; s->b ^= rol32(s->a, 19); s->a += s->c;
	s->c -= s->b; s->c ^= rol32(s->b, 4); s->b += s->a;
}

static inline u32 final(struct lookup3 *s)
{
	s->c ^= s->b; s->c -= rol32(s->b, 14);
	s->a ^= s->c; s->a -= rol32(s->c, 11);
	s->b ^= s->a; s->b -= rol32(s->a, 25);
	s->c ^= s->b; s->c -= rol32(s->b, 16);
	s->a ^= s->c; s->a -= rol32(s->c, 4);
	s->b ^= s->a; s->b -= rol32(s->a, 14);
	s->c ^= s->b; s->c -= rol32(s->b, 24);
	return s->c;
}

static inline struct lookup3 start(u32 value)
{
	return (struct lookup3) { value, value, value };
}

u32 jhash(const void *key, u32 length, u32 initval)
{
	struct lookup3 s = start(JHASH_INITVAL + length + initval);
	const u8 *k = key;
	u32 w[3] = { 0, 0, 0 };
	u32 i;

	for (; length > 12; length -= 12, k += 12) {
		s.a += get_unaligned((const u32 *)k);
		s.b += get_unaligned((const u32 *)(k + 4));
		s.c += get_unaligned((const u32 *)(k + 8));
		mix(&s);
	}
	if (!length)
		return s.c;
	for (i = 0; i < length; i++)
		w[i / 4] |= (u32)k[i] << (i % 4 * 8);
	s.a += w[0];
	s.b += w[1];
	s.c += w[2];
	return final(&s);
}
EXPORT_SYMBOL(jhash);

u32 jhash2(const u32 *k, u32 length, u32 initval)
{
	struct lookup3 s = start(JHASH_INITVAL + (length << 2) + initval);

	for (; length > 3; length -= 3, k += 3) {
		s.a += k[0];
		s.b += k[1];
		s.c += k[2];
		mix(&s);
	}
	if (!length)
		return s.c;
	s.a += k[0];
	if (length > 1)
		s.b += k[1];
	if (length > 2)
		s.c += k[2];
	return final(&s);
}
EXPORT_SYMBOL(jhash2);

u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval)
{
	u32 k[3] = { a, b, c };

	return jhash2(k, 3, initval);
}
EXPORT_SYMBOL(jhash_3words);

u32 jhash_2words(u32 a, u32 b, u32 initval)
{
	u32 k[2] = { a, b };

	return jhash2(k, 2, initval);
}
EXPORT_SYMBOL(jhash_2words);

u32 jhash_1word(u32 a, u32 initval)
{
	return jhash2(&a, 1, initval);
}
EXPORT_SYMBOL(jhash_1word);
