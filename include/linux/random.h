/* SPDX-License-Identifier: MIT */
/*
 * Random numbers, for tests and simulations: whoever knows the seed knows all of
 * them. Bodies: lib/random.c
 */
#ifndef _LINUX_RANDOM_H
#define _LINUX_RANDOM_H

#include <linux/types.h>
#include <linux/prandom.h>

/* Where the generator begins at boot; 0: from quarry_host_clock(). Set before boot. */
extern u64 quarry_random_seed;
/** random_init - start the generator from quarry_random_seed. Context: boot. */
void random_init(void);

void get_random_bytes(void *buf, size_t len);
u8 get_random_u8(void);
u16 get_random_u16(void);
u32 get_random_u32(void);
u64 get_random_u64(void);
/** get_random_u32_below - evenly from [0, ceil). Context: any. */
u32 get_random_u32_below(u32 ceil);

#define get_random_int()	get_random_u32()
#define get_random_long()	((unsigned long)get_random_u64())
#define get_random_bytes_wait(buf, nbytes) ({ get_random_bytes(buf, nbytes); 0; })
#define wait_for_random_bytes()	0
#define rng_is_initialized()	true

#endif
