// SPDX-License-Identifier: MIT
/*
 * sscanf(): d i u x X o c s [ n %, with *, a width, and hh h l ll z. It ends at the
 * first conversion that does not match, and says how many were stored.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "lib/kstrtox.h"

struct scan_spec {
	bool suppress;
	size_t width;		/* 0: none */
	char length;		/* as in lib/format.h */
};

static const char *parse_spec(const char *fmt, struct scan_spec *spec)
{
	*spec = (struct scan_spec) { 0 };
	if (*fmt == '*') {
		spec->suppress = true;
		fmt++;
	}
	while (isdigit(*fmt))
		spec->width = spec->width * 10 + (size_t)(*fmt++ - '0');
	if (*fmt == 'h' || *fmt == 'l') {
		spec->length = *fmt++;
		if (*fmt == spec->length) {
			spec->length = spec->length == 'h' ? 'H' : 'L';
			fmt++;
		}
	} else if (*fmt == 'L' || *fmt == 'z') {
		spec->length = *fmt++;
	}
	return fmt;
}

static void store(const struct scan_spec *spec, va_list *args, u64 v)
{
	switch (spec->length) {
	case 'H':
		*va_arg(*args, unsigned char *) = (unsigned char)v;
		break;
	case 'h':
		*va_arg(*args, unsigned short *) = (unsigned short)v;
		break;
	case 'l':
		*va_arg(*args, unsigned long *) = (unsigned long)v;
		break;
	case 'L':
		*va_arg(*args, unsigned long long *) = v;
		break;
	case 'z':
		*va_arg(*args, size_t *) = (size_t)v;
		break;
	default:
		*va_arg(*args, unsigned int *) = (unsigned int)v;
	}
}

/* Return: how many characters the number has; 0: there is none. */
static size_t number(const char *s, char conv, const struct scan_spec *spec, u64 *v)
{
	static const char kinds[] = "duixXo";
	static const unsigned char bases[] = { 10, 10, 0, 16, 16, 8 };
	size_t max = spec->width ? spec->width : SIZE_MAX, at = 0, n;
	unsigned int base = bases[strchr(kinds, conv) - kinds];
	bool minus = false, overflow;

	if (*s == '-' || *s == '+') {
		if (conv != 'd' && conv != 'i' && *s == '-')
			return 0;
		minus = *s == '-';
		at++;
	}
	if ((!base || base == 16) && max > at + 2 && s[at] == '0' && (s[at + 1] | 0x20) == 'x' &&
	    isxdigit(s[at + 2])) {
		base = 16;
		at += 2;
	} else if (!base) {
		base = s[at] == '0' ? 8 : 10;
	}
	n = max > at ? parse_digits(s + at, base, max - at, v, &overflow) : 0;
	if (minus)
		*v = -*v;
	return n ? at + n : 0;
}

/* "[a-c]" and "[^...]": sets a bit for each character, returns what is behind. */
static const char *parse_set(const char *fmt, unsigned char set[32])
{
	bool invert = *fmt == '^';
	const char *start;

	memset(set, 0, 32);
	fmt += invert;
	for (start = fmt; *fmt && (*fmt != ']' || fmt == start); fmt++) {
		unsigned int lo = (unsigned char)*fmt, hi = lo;

		if (fmt[1] == '-' && fmt[2] && fmt[2] != ']') {
			hi = (unsigned char)fmt[2];
			fmt += 2;
		}
		for (; lo <= hi; lo++)
			set[lo / 8] |= (unsigned char)(1u << lo % 8);
	}
	for (int i = 0; invert && i < 32; i++)
		set[i] = (unsigned char)~set[i];
	return *fmt ? fmt + 1 : fmt;
}

static size_t in_set(const char *s, const unsigned char set[32], size_t max)
{
	size_t n = 0;

	while (n < max && s[n] && (set[(unsigned char)s[n] / 8] >> (unsigned char)s[n] % 8 & 1))
		n++;
	return n;
}

static size_t word(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] && !isspace(s[n]))
		n++;
	return n;
}

static void store_string(const struct scan_spec *spec, va_list *args, const char *s, size_t n,
			 bool end)
{
	char *to;

	if (spec->suppress)
		return;
	to = va_arg(*args, char *);
	memcpy(to, s, n);
	if (end)
		to[n] = 0;
}

/* One conversion. Return: what is behind it in the text; NULL: no match. */
static const char *convert(const char *s, const char *start, const char **fmt, va_list *args,
			   int *stored)
{
	struct scan_spec spec;
	unsigned char set[32];
	char conv;
	size_t n = 0;
	u64 v;

	*fmt = parse_spec(*fmt, &spec);
	conv = *(*fmt)++;
	if (conv != 'c' && conv != '[' && conv != 'n')
		s = skip_spaces(s);
	switch (conv) {
	case '%':
		return *s == '%' ? s + 1 : NULL;
	case 'n':
		store(&spec, args, (u64)(s - start));
		return s;
	case 'c':
		n = spec.width ? spec.width : 1;
		if (strnlen(s, n) < n)
			return NULL;
		store_string(&spec, args, s, n, false);
		break;
	case 's':
		n = word(s, spec.width ? spec.width : SIZE_MAX);
		if (!n)
			return NULL;
		store_string(&spec, args, s, n, true);
		break;
	case '[':
		*fmt = parse_set(*fmt, set);
		n = in_set(s, set, spec.width ? spec.width : SIZE_MAX);
		if (!n)
			return NULL;
		store_string(&spec, args, s, n, true);
		break;
	case 'd': case 'u': case 'i': case 'x': case 'X': case 'o':
		n = number(s, conv, &spec, &v);
		if (!n)
			return NULL;
		if (!spec.suppress)
			store(&spec, args, v);
		break;
	default:
		return NULL;
	}
	*stored += !spec.suppress;
	return s + n;
}

int vsscanf(const char *buf, const char *fmt, va_list args)
{
	const char *s = buf;
	int stored = 0;
	va_list ap;

	va_copy(ap, args);
	while (s && *fmt) {
		if (isspace(*fmt)) {
			fmt = skip_spaces(fmt);
			s = skip_spaces(s);
		} else if (*fmt == '%') {
			fmt++;
			s = convert(s, buf, &fmt, &ap, &stored);
		} else if (*fmt++ != *s++) {
			break;
		}
	}
	va_end(ap);
	return stored;
}
EXPORT_SYMBOL(vsscanf);

int sscanf(const char *buf, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsscanf(buf, fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL(sscanf);
