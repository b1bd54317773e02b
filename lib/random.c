// SPDX-License-Identifier: MIT
/*
 * Random numbers for tests and simulations: one counter, each value of which is
 * scrambled, so that drawing is a single atomic addition. Whoever boots with the
 * same seed and draws in the same order gets the same numbers.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/random.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "lib/lib.h"

#define STEP	0x9e3779b97f4a7c15ll	/* odd: all 2^64 values come before one repeats */

u64 quarry_random_seed;
static atomic64_t state;

void random_init(void)
{
	u64 seed = quarry_random_seed ? quarry_random_seed : lib_clock();

	atomic64_set(&state, (s64)lib_mix(seed + 1));
	format_init(lib_mix(seed + 2));
}

u64 get_random_u64(void)
{
	return lib_mix((u64)atomic64_add_return_relaxed(STEP, &state));
}
EXPORT_SYMBOL(get_random_u64);

u32 get_random_u32(void)
{
	return (u32)(get_random_u64() >> 32);
}
EXPORT_SYMBOL(get_random_u32);

u16 get_random_u16(void)
{
	return (u16)(get_random_u64() >> 48);
}
EXPORT_SYMBOL(get_random_u16);

u8 get_random_u8(void)
{
	return (u8)(get_random_u64() >> 56);
}
EXPORT_SYMBOL(get_random_u8);

/*
 * The upper half of the product is even once the lowest few results of the lower
 * half, which would make some numbers more frequent, are drawn again.
 */
u32 get_random_u32_below(u32 ceil)
{
	u64 product = (u64)get_random_u32() * ceil;

	if (ceil && (u32)product < ceil) {
		u32 uneven = -ceil % ceil;

		while ((u32)product < uneven)
			product = (u64)get_random_u32() * ceil;
	}
	return (u32)(product >> 32);
}
EXPORT_SYMBOL(get_random_u32_below);

void get_random_bytes(void *buf, size_t len)
{
	u8 *p = buf;

	while (len) {
		u64 v = get_random_u64();
		size_t n = len < sizeof(v) ? len : sizeof(v);

		memcpy(p, &v, n);
		p += n;
		len -= n;
	}
}
EXPORT_SYMBOL(get_random_bytes);

/* A generator of one's own is the same thing, with the counter in s1 and s2. */
void prandom_seed_state(struct rnd_state *st, u64 seed)
{
	u64 start = lib_mix(seed);

	st->s1 = (u32)start;
	st->s2 = (u32)(start >> 32);
	st->s3 = st->s4 = 0;
}
EXPORT_SYMBOL(prandom_seed_state);

u32 prandom_u32_state(struct rnd_state *st)
{
	u64 v = ((u64)st->s2 << 32 | st->s1) + (u64)STEP;

	st->s1 = (u32)v;
	st->s2 = (u32)(v >> 32);
	return (u32)(lib_mix(v) >> 32);
}
EXPORT_SYMBOL(prandom_u32_state);

void prandom_bytes_state(struct rnd_state *st, void *buf, size_t nbytes)
{
	u8 *p = buf;

	while (nbytes--)
		*p++ = (u8)prandom_u32_state(st);
}
EXPORT_SYMBOL(prandom_bytes_state);
