/* SPDX-License-Identifier: MIT */
/* What the halves of vsnprintf() know of each other. */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <linux/compiler.h>
#include <linux/stdarg.h>
#include <linux/types.h>

/* Output: counts what does not fit, and stores the rest. */
struct text {
	char *buf;
	size_t size;		/* room, the final 0 included */
	size_t len;		/* of the whole text */
};

enum {
	FMT_LEFT = 1,		/* - */
	FMT_PLUS = 2,		/* + */
	FMT_SPACE = 4,		/* ' ' */
	FMT_ALT = 8,		/* # */
	FMT_ZERO = 16,		/* 0 */
	FMT_UPPER = 32,		/* digits above 9 in capitals */
};

struct fmt_spec {
	unsigned int flags;
	unsigned int base;
	int width;		/* 0: none */
	int precision;		/* -1: none */
	char length;		/* 0, 'H' (hh), 'h', 'l', 'L' (ll), 'z', 't' */
};

static inline void text_char(struct text *t, char c)
{
	if (t->len < t->size)
		t->buf[t->len] = c;
	t->len++;
}

void text_fill(struct text *t, char c, int n);
void text_string(struct text *t, const char *s, size_t len);
/** text_padded - a string in the width that the specification asks for */
void text_padded(struct text *t, const char *s, size_t len, const struct fmt_spec *spec);
/** text_cstring - %s: with NULL and wild pointers named instead of followed */
void text_cstring(struct text *t, const char *s, const struct fmt_spec *spec);
/** text_number - @v, negative if @minus */
void text_number(struct text *t, u64 v, bool minus, const struct fmt_spec *spec);
/** text_hex - "0x" and exactly @bytes bytes' digits */
void text_hex(struct text *t, u64 v, unsigned int bytes);
/** text_decimal - plain */
void text_decimal(struct text *t, s64 v);
void text_format(struct text *t, const char *fmt, va_list args) __printf(2, 0);

/**
 * text_pointer - everything that follows "%p"
 * @fmt: behind the p
 * Return: how many characters of @fmt it took.
 */
size_t text_pointer(struct text *t, const char *fmt, const void *ptr,
		    const struct fmt_spec *spec);

#endif
