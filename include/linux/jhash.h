/* SPDX-License-Identifier: MIT */
/* Bob Jenkins' lookup3 hash, from his public-domain description. */
#ifndef _LINUX_JHASH_H
#define _LINUX_JHASH_H

#include <linux/bitops.h>
#include <linux/types.h>

#define JHASH_INITVAL	0xdeadbeef
#define jhash_size(n)	((u32)1 << (n))
#define jhash_mask(n)	(jhash_size(n) - 1)

/** jhash - of @length bytes. Context: any. lib/jhash.c */
u32 jhash(const void *key, u32 length, u32 initval);
/** jhash2 - of @length words of 32 bits */
u32 jhash2(const u32 *k, u32 length, u32 initval);
u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval);
u32 jhash_2words(u32 a, u32 b, u32 initval);
u32 jhash_1word(u32 a, u32 initval);

#endif
