/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PRANDOM_H
#define _LINUX_PRANDOM_H

#include <linux/types.h>

u32 get_random_u32(void);
void get_random_bytes(void *buf, size_t len);

#define prandom_u32()		get_random_u32()
#define prandom_bytes(buf, n)	get_random_bytes(buf, n)

/* Evenly, but for a rounding error, from [0, ep_ro). */
static inline u32 prandom_u32_max(u32 ep_ro)
{
	return (u32)(((u64)get_random_u32() * ep_ro) >> 32);
}

/* A generator of one's own: the same seed, the same numbers. */
struct rnd_state {
	u32 s1, s2, s3, s4;
};

void prandom_seed_state(struct rnd_state *state, u64 seed);
u32 prandom_u32_state(struct rnd_state *state);
void prandom_bytes_state(struct rnd_state *state, void *buf, size_t nbytes);

#endif
