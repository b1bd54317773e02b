// SPDX-License-Identifier: MIT
/*
 * Strings: what the kernel has and the C library has not, or has not everywhere.
 * The C library's own functions are in lib/string_libc.c.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src);

	if (size) {
		size_t n = min(len, size - 1);

		memcpy(dst, src, n);
		dst[n] = 0;
	}
	return len;
}
EXPORT_SYMBOL(strlcpy);

size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t have = strnlen(dst, size);

	if (WARN_ON(have >= size))
		return have + strlen(src);
	return have + strlcpy(dst + have, src, size - have);
}
EXPORT_SYMBOL(strlcat);

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size || WARN_ON_ONCE(size > INT_MAX))
		return -E2BIG;
	len = strnlen(src, size);
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = 0;
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return (ssize_t)len;
}
EXPORT_SYMBOL(strscpy);

ssize_t strscpy_pad(char *dst, const char *src, size_t size)
{
	ssize_t len = strscpy(dst, src, size);

	if (len >= 0 && (size_t)len + 1 < size)
		memset(dst + len + 1, 0, size - (size_t)len - 1);
	return len;
}
EXPORT_SYMBOL(strscpy_pad);

char *stpcpy(char *dst, const char *src)
{
	size_t len = strlen(src);

	memcpy(dst, src, len + 1);
	return dst + len;
}
EXPORT_SYMBOL(stpcpy);

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		int d = (int)tolower(*a) - (int)tolower(*b);

		if (d || !*a)
			return d;
	}
	return 0;
}
EXPORT_SYMBOL(strncasecmp);

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}
EXPORT_SYMBOL(strcasecmp);

char *strnchrnul(const char *s, size_t count, int c)
{
	while (count-- && *s && *s != (char)c)
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(strnchrnul);

char *strchrnul(const char *s, int c)
{
	return strnchrnul(s, SIZE_MAX, c);
}
EXPORT_SYMBOL(strchrnul);

char *strnchr(const char *s, size_t count, int c)
{
	for (; count--; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}
EXPORT_SYMBOL(strnchr);

char *strnstr(const char *s, const char *what, size_t len)
{
	size_t n = strlen(what);

	for (; n <= len; s++, len--)
		if (!memcmp(s, what, n))
			return (char *)s;
	return NULL;
}
EXPORT_SYMBOL(strnstr);

char *strsep(char **s, const char *delim)
{
	char *start = *s, *end;

	if (!start)
		return NULL;
	end = strpbrk(start, delim);
	if (end)
		*end++ = 0;
	*s = end;
	return start;
}
EXPORT_SYMBOL(strsep);

char *skip_spaces(const char *s)
{
	while (isspace(*s))
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(skip_spaces);

char *strim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace(s[len - 1]))
		len--;
	s[len] = 0;
	return skip_spaces(s);
}
EXPORT_SYMBOL(strim);

char *strreplace(char *s, char old, char new)
{
	for (; *s; s++)
		if (*s == old)
			*s = new;
	return s;
}
EXPORT_SYMBOL(strreplace);

void *memscan(void *s, int c, size_t n)
{
	u8 *p = s;

	while (n && *p != (u8)c) {
		p++;
		n--;
	}
	return p;
}
EXPORT_SYMBOL(memscan);

/* Poison is checked with this, so whole words at a time where they are aligned. */
void *memchr_inv(const void *s, int c, size_t n)
{
	const u8 *p = s;
	unsigned long word = (u8)c * (~0UL / 0xff);

	for (; n && !IS_ALIGNED((unsigned long)p, sizeof(long)); p++, n--)
		if (*p != (u8)c)
			return (void *)p;
	for (; n >= sizeof(long); p += sizeof(long), n -= sizeof(long))
		if (*(const unsigned long *)p != word)
			break;
	for (; n; p++, n--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}
EXPORT_SYMBOL(memchr_inv);

int bcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n);
}
EXPORT_SYMBOL(bcmp);

void *memset16(u16 *s, u16 v, size_t count)
{
	u16 *p = s;

	while (count--)
		*p++ = v;
	return s;
}
EXPORT_SYMBOL(memset16);

void *memset32(u32 *s, u32 v, size_t count)
{
	u32 *p = s;

	while (count--)
		*p++ = v;
	return s;
}
EXPORT_SYMBOL(memset32);

void *memset64(u64 *s, u64 v, size_t count)
{
	u64 *p = s;

	while (count--)
		*p++ = v;
	return s;
}
EXPORT_SYMBOL(memset64);

/* Equal, but for one line break at the end. */
bool sysfs_streq(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == *b)
		return true;
	if (!*a && *b == '\n' && !b[1])
		return true;
	return *a == '\n' && !a[1] && !*b;
}
EXPORT_SYMBOL(sysfs_streq);

int match_string(const char *const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (!strcmp(array[i], string))
			return (int)i;
	return -EINVAL;
}
EXPORT_SYMBOL(match_string);

int __sysfs_match_string(const char *const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (sysfs_streq(array[i], string))
			return (int)i;
	return -EINVAL;
}
EXPORT_SYMBOL(__sysfs_match_string);

void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count, int pad)
{
	size_t n = min(count, dest_len);

	memcpy(dest, src, n);
	memset((u8 *)dest + n, pad, dest_len - n);
}
EXPORT_SYMBOL(memcpy_and_pad);

void memzero_explicit(void *s, size_t count)
{
	memset(s, 0, count);
	barrier_data(s);
}
EXPORT_SYMBOL(memzero_explicit);

/*
 * Duplicates are allocated in the name of the caller, who then holds them.
 */
static char *duplicate(const char *s, size_t len, gfp_t gfp, unsigned long caller)
{
	char *copy = __kmalloc_track_caller(len + 1, gfp, caller);

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = 0;
	}
	return copy;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? duplicate(s, strlen(s), gfp, _RET_IP_) : NULL;
}
EXPORT_SYMBOL(kstrdup);

char *kstrndup(const char *s, size_t len, gfp_t gfp)
{
	return s ? duplicate(s, strnlen(s, len), gfp, _RET_IP_) : NULL;
}
EXPORT_SYMBOL(kstrndup);

char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	return s ? duplicate(s, len, gfp, _RET_IP_) : NULL;
}
EXPORT_SYMBOL(kmemdup_nul);

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *copy = __kmalloc_track_caller(len, gfp, _RET_IP_);

	if (copy)
		memcpy(copy, src, len);
	return copy;
}
EXPORT_SYMBOL(kmemdup);

/*
 * The kernel saves the copy of a string that is in its read-only data. What is
 * read-only is not known here, so there is always a copy.
 */
const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return s ? duplicate(s, strlen(s), gfp, _RET_IP_) : NULL;
}
EXPORT_SYMBOL(kstrdup_const);

void kfree_const(const void *x)
{
	kfree(x);
}
EXPORT_SYMBOL(kfree_const);

void **__memcat_p(void **a, void **b)
{
	size_t na = 0, nb = 0;
	void **both;

	while (a[na])
		na++;
	while (b[nb])
		nb++;
	both = __kmalloc_track_caller((na + nb + 1) * sizeof(void *), GFP_KERNEL, _RET_IP_);
	if (!both)
		return NULL;
	memcpy(both, a, na * sizeof(void *));
	memcpy(both + na, b, (nb + 1) * sizeof(void *));
	return both;
}
EXPORT_SYMBOL(__memcat_p);
