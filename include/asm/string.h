/* SPDX-License-Identifier: MIT */
/* Processors that copy and fill by one instruction, for lib/string_libc.c. */
#ifndef _ASM_STRING_H
#define _ASM_STRING_H

#if defined(__x86_64__) || defined(__i386__)
#define QUARRY_COPY_BYTES(d, s, n) \
	__asm__ __volatile__("rep movsb" : "+D"(d), "+S"(s), "+c"(n) : : "memory")
#define QUARRY_FILL_BYTES(d, c, n) \
	__asm__ __volatile__("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory")
#endif

#endif
