// SPDX-License-Identifier: MIT
/*
 * Formatted text: the printf family in the kernel's dialect. Pointers (%p and all
 * that may follow it) are in lib/format_pointer.c.
 *
 * F1  The result is the length that the text has, whatever the room; with room
 *     for at least one byte the text is always ended with 0.
 * F2  No format writes to memory other than the buffer: %n is refused.
 * F3  There is no floating point; what is not known ends the text, with a warning.
 *
 * Locking: none. Context: any.
 */
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lib/format.h"

void text_fill(struct text *t, char c, int n)
{
	while (n-- > 0)
		text_char(t, c);
}

void text_string(struct text *t, const char *s, size_t len)
{
	if (t->len < t->size)
		memcpy(t->buf + t->len, s, min(len, t->size - t->len));
	t->len += len;
}

void text_padded(struct text *t, const char *s, size_t len, const struct fmt_spec *spec)
{
	int pad = spec->width > 0 && (size_t)spec->width > len ? spec->width - (int)len : 0;

	if (!(spec->flags & FMT_LEFT))
		text_fill(t, ' ', pad);
	text_string(t, s, len);
	if (spec->flags & FMT_LEFT)
		text_fill(t, ' ', pad);
}

void text_cstring(struct text *t, const char *s, const struct fmt_spec *spec)
{
	if (!s)
		s = "(null)";
	else if ((unsigned long)s < 4096 || IS_ERR(s))
		s = "(efault)";
	text_padded(t, s, spec->precision >= 0 ? strnlen(s, (size_t)spec->precision) : strlen(s),
		    spec);
}

/* Digits of v, last one first. Return: how many. */
static int digits(char *out, u64 v, unsigned int base, bool upper)
{
	int n = 0;

	if (base == 10) {
		/* 32 bits are enough for nearly all numbers, and divide faster. */
		while (v >> 32)
			out[n++] = (char)('0' + do_div(v, 10));
		for (u32 w = (u32)v; w || !n; w /= 10)
			out[n++] = (char)('0' + w % 10);
		return n;
	}
	do {
		unsigned int d = (unsigned int)v & (base - 1);

		out[n++] = upper ? hex_asc_upper[d] : hex_asc[d];
		v >>= base == 16 ? 4 : 3;
	} while (v);
	return n;
}

void text_number(struct text *t, u64 v, bool minus, const struct fmt_spec *spec)
{
	char buf[24], sign = 0;
	int n = digits(buf, v, spec->base, spec->flags & FMT_UPPER), prefix = 0, zeros, pad;

	if (minus)
		sign = '-';
	else if (spec->flags & FMT_PLUS)
		sign = '+';
	else if (spec->flags & FMT_SPACE)
		sign = ' ';
	if ((spec->flags & FMT_ALT) && spec->base == 16)
		prefix = 2;
	else if ((spec->flags & FMT_ALT) && spec->base == 8 && v)
		prefix = 1;

	zeros = max(spec->precision - n, 0);
	pad = spec->width - n - zeros - prefix - (sign ? 1 : 0);
	if ((spec->flags & (FMT_ZERO | FMT_LEFT)) == FMT_ZERO && spec->precision < 0 && pad > 0) {
		zeros = pad;
		pad = 0;
	}
	if (!(spec->flags & FMT_LEFT))
		text_fill(t, ' ', pad);
	if (sign)
		text_char(t, sign);
	if (prefix)
		text_char(t, '0');
	if (prefix == 2)
		text_char(t, spec->flags & FMT_UPPER ? 'X' : 'x');
	text_fill(t, '0', zeros);
	while (n--)
		text_char(t, buf[n]);
	if (spec->flags & FMT_LEFT)
		text_fill(t, ' ', pad);
}

void text_hex(struct text *t, u64 v, unsigned int bytes)
{
	const struct fmt_spec spec = {
		.flags = FMT_ALT, .base = 16, .precision = (int)bytes * 2,
	};

	text_number(t, v, false, &spec);
}

void text_decimal(struct text *t, s64 v)
{
	const struct fmt_spec spec = { .base = 10, .precision = -1 };

	text_number(t, v < 0 ? -(u64)v : (u64)v, v < 0, &spec);
}

/* Flags, width, precision and length. Return: where the conversion's letter is. */
static const char *parse_spec(const char *fmt, struct fmt_spec *spec, va_list *args)
{
	static const char flag_chars[] = "-+ #0";

	*spec = (struct fmt_spec) { .base = 10, .precision = -1 };
	for (const char *f; *fmt && (f = strchr(flag_chars, *fmt)); fmt++)
		spec->flags |= 1u << (f - flag_chars);

	if (*fmt == '*') {
		spec->width = va_arg(*args, int);
		if (spec->width < 0) {
			spec->width = -spec->width;
			spec->flags |= FMT_LEFT;
		}
		fmt++;
	} else {
		while (isdigit(*fmt))
			spec->width = spec->width * 10 + (*fmt++ - '0');
	}
	if (*fmt == '.') {
		fmt++;
		spec->precision = 0;
		if (*fmt == '*') {
			spec->precision = max(va_arg(*args, int), 0);
			fmt++;
		} else {
			while (isdigit(*fmt))
				spec->precision = spec->precision * 10 + (*fmt++ - '0');
		}
	}

	if (*fmt == 'h' || *fmt == 'l') {
		spec->length = *fmt++;
		if (*fmt == spec->length) {
			spec->length = spec->length == 'h' ? 'H' : 'L';
			fmt++;
		}
	} else if (*fmt && strchr("Lqztj", *fmt)) {
		spec->length = *fmt == 'q' || *fmt == 'j' ? 'L' : *fmt;
		fmt++;
	}
	return fmt;
}

static u64 unsigned_arg(const struct fmt_spec *spec, va_list *args)
{
	switch (spec->length) {
	case 'L':
		return va_arg(*args, unsigned long long);
	case 'l':
		return va_arg(*args, unsigned long);
	case 'z':
	case 't':
		return va_arg(*args, size_t);
	case 'h':
		return (unsigned short)va_arg(*args, int);
	case 'H':
		return (unsigned char)va_arg(*args, int);
	}
	return va_arg(*args, unsigned int);
}

static s64 signed_arg(const struct fmt_spec *spec, va_list *args)
{
	switch (spec->length) {
	case 'L':
		return va_arg(*args, long long);
	case 'l':
		return va_arg(*args, long);
	case 'z':
	case 't':
		return va_arg(*args, ptrdiff_t);
	case 'h':
		return (short)va_arg(*args, int);
	case 'H':
		return (signed char)va_arg(*args, int);
	}
	return va_arg(*args, int);
}

/* One conversion. Return: what is behind it, or NULL when it is not known. */
static const char *convert(struct text *t, const char *fmt, va_list *args)
{
	struct fmt_spec spec;
	s64 v;

	fmt = parse_spec(fmt, &spec, args);
	switch (*fmt++) {
	case '%':
		text_char(t, '%');
		break;
	case 'c': {
		char c = (char)va_arg(*args, int);

		text_padded(t, &c, 1, &spec);
		break;
	}
	case 's':
		text_cstring(t, va_arg(*args, const char *), &spec);
		break;
	case 'p':
		fmt += text_pointer(t, fmt, va_arg(*args, const void *), &spec);
		break;
	case 'd':
	case 'i':
		v = signed_arg(&spec, args);
		text_number(t, v < 0 ? -(u64)v : (u64)v, v < 0, &spec);
		break;
	case 'X':
		spec.flags |= FMT_UPPER;
		fallthrough;
	case 'x':
		spec.base = 16;
		goto number;
	case 'o':
		spec.base = 8;
		fallthrough;
	case 'u':
number:
		spec.flags &= ~(unsigned int)(FMT_PLUS | FMT_SPACE);
		text_number(t, unsigned_arg(&spec, args), false, &spec);
		break;
	default:
		return NULL;
	}
	return fmt;
}

void text_format(struct text *t, const char *fmt, va_list args)
{
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		const char *from = fmt, *next;

		while (*fmt && *fmt != '%')
			fmt++;
		text_string(t, from, (size_t)(fmt - from));
		if (!*fmt)
			break;
		next = convert(t, fmt + 1, &ap);
		if (!next) {
			/* What follows would take arguments of unknown size (F3). */
			WARN_ONCE(1, "Please remove unsupported %s in format string\n", fmt);
			break;
		}
		fmt = next;
	}
	va_end(ap);
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct text t = { .buf = buf, .size = size };

	if (WARN_ON_ONCE(size > INT_MAX))
		return 0;
	text_format(&t, fmt, args);
	if (size)
		buf[min(t.len, size - 1)] = 0;
	return (int)t.len;
}
EXPORT_SYMBOL(vsnprintf);

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int n = vsnprintf(buf, size, fmt, args);

	if (!size)
		return 0;
	return (size_t)n < size ? n : (int)size - 1;
}
EXPORT_SYMBOL(vscnprintf);

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL(snprintf);

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL(scnprintf);

int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}
EXPORT_SYMBOL(vsprintf);

int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, INT_MAX, fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL(sprintf);

static char *format_new(gfp_t gfp, unsigned long caller, const char *fmt, va_list args)
{
	va_list again;
	size_t len;
	char *s;

	va_copy(again, args);
	len = (size_t)vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	s = __kmalloc_track_caller(len + 1, gfp, caller);
	if (s)
		vsnprintf(s, len + 1, fmt, args);
	return s;
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	return format_new(gfp, _RET_IP_, fmt, args);
}
EXPORT_SYMBOL(kvasprintf);

const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args)
{
	return format_new(gfp, _RET_IP_, fmt, args);
}
EXPORT_SYMBOL(kvasprintf_const);

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	s = format_new(gfp, _RET_IP_, fmt, args);
	va_end(args);
	return s;
}
EXPORT_SYMBOL(kasprintf);
