// SPDX-License-Identifier: MIT
/*
 * Numbers from text: kstrto*(), which are strict, and simple_strto*(), which stop
 * at what is not a digit.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "lib/kstrtox.h"

/* Decide the base, and skip what says so. */
static const char *skip_base(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && (s[1] | 0x20) == 'x' && isxdigit(s[2]);

	if (!*base)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return *base == 16 && hex ? s + 2 : s;
}

size_t parse_digits(const char *s, unsigned int base, size_t max, u64 *v, bool *overflow)
{
	u64 n = 0;
	size_t i;

	*overflow = false;
	for (i = 0; i < max; i++) {
		unsigned int digit;

		if (isdigit(s[i]))
			digit = (unsigned int)(s[i] - '0');
		else if (isalpha(s[i]) && isascii(s[i]))
			digit = (unsigned int)((s[i] | 0x20) - 'a' + 10);
		else
			break;
		if (digit >= base)
			break;
		if (n > div_u64(U64_MAX - digit, base))
			*overflow = true;
		n = n * base + digit;
	}
	*v = n;
	return i;
}

static int strict(const char *s, unsigned int base, u64 *v)
{
	bool overflow;
	size_t n;

	s = skip_base(s, &base);
	n = parse_digits(s, base, SIZE_MAX, v, &overflow);
	if (!n)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	s += n;
	if (*s == '\n')
		s++;
	return *s ? -EINVAL : 0;
}

int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	u64 v;
	int err = strict(*s == '+' ? s + 1 : s, base, &v);

	if (!err)
		*res = v;
	return err;
}
EXPORT_SYMBOL(kstrtoull);

int kstrtoll(const char *s, unsigned int base, long long *res)
{
	bool minus = *s == '-';
	u64 v;
	int err = strict(minus || *s == '+' ? s + 1 : s, base, &v);

	if (err)
		return err;
	if (v > (u64)S64_MAX + minus)
		return -ERANGE;
	*res = (long long)(minus ? -v : v);
	return 0;
}
EXPORT_SYMBOL(kstrtoll);

/* The narrower types: parse as the widest, and see whether it fits. */
#define NARROW(name, wide_type, wide, type)				\
int name(const char *s, unsigned int base, type *res)			\
{									\
	wide_type v;							\
	int err = wide(s, base, &v);					\
									\
	if (err)							\
		return err;						\
	if (v != (wide_type)(type)v)					\
		return -ERANGE;						\
	*res = (type)v;							\
	return 0;							\
}									\
EXPORT_SYMBOL(name)

NARROW(kstrtoul, unsigned long long, kstrtoull, unsigned long);
NARROW(kstrtol, long long, kstrtoll, long);
NARROW(kstrtouint, unsigned long long, kstrtoull, unsigned int);
NARROW(kstrtoint, long long, kstrtoll, int);
NARROW(kstrtou16, unsigned long long, kstrtoull, u16);
NARROW(kstrtos16, long long, kstrtoll, s16);
NARROW(kstrtou8, unsigned long long, kstrtoull, u8);
NARROW(kstrtos8, long long, kstrtoll, s8);

int kstrtobool(const char *s, bool *res)
{
	if (!s)
		return -EINVAL;
	switch (s[0]) {
	case 'y': case 'Y': case 't': case 'T': case '1':
		*res = true;
		return 0;
	case 'n': case 'N': case 'f': case 'F': case '0':
		*res = false;
		return 0;
	case 'o': case 'O':
		if ((s[1] | 0x20) == 'n') {
			*res = true;
			return 0;
		}
		if ((s[1] | 0x20) == 'f') {
			*res = false;
			return 0;
		}
	}
	return -EINVAL;
}
EXPORT_SYMBOL(kstrtobool);

unsigned long long simple_strtoull(const char *cp, char **endp, unsigned int base)
{
	bool overflow;
	u64 v;

	cp = skip_base(cp, &base);
	cp += parse_digits(cp, base, SIZE_MAX, &v, &overflow);
	if (endp)
		*endp = (char *)cp;
	return v;
}
EXPORT_SYMBOL(simple_strtoull);

unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)
{
	return (unsigned long)simple_strtoull(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtoul);

long long simple_strtoll(const char *cp, char **endp, unsigned int base)
{
	if (*cp == '-')
		return (long long)-simple_strtoull(cp + 1, endp, base);
	return (long long)simple_strtoull(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtoll);

long simple_strtol(const char *cp, char **endp, unsigned int base)
{
	return (long)simple_strtoll(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtol);
