// SPDX-License-Identifier: MIT
/*
 * The C library's strings and memory, for ports that have no C library. Compilers
 * turn loops like these back into calls of the very same function, hence the
 * attribute on each.
 */
#include <linux/export.h>
#include <linux/types.h>
#include <asm/string.h>

#ifdef __clang__
#define PLAIN	__attribute__((__no_builtin__))
#else
#define PLAIN	__attribute__((__optimize__("no-tree-loop-distribute-patterns")))
#endif

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *s, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strcpy(char *dst, const char *src);
char *strncpy(char *dst, const char *src, size_t n);
char *strcat(char *dst, const char *src);
char *strncat(char *dst, const char *src, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);

#define WORD_MASK	(sizeof(long) - 1)

PLAIN void *memcpy(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

#ifdef QUARRY_COPY_BYTES
	QUARRY_COPY_BYTES(d, s, n);
#else
	if ((((unsigned long)d | (unsigned long)s) & WORD_MASK) == 0)
		for (; n >= sizeof(long); n -= sizeof(long)) {
			*(unsigned long *)d = *(const unsigned long *)s;
			d += sizeof(long);
			s += sizeof(long);
		}
	while (n--)
		*d++ = *s++;
#endif
	return dst;
}

PLAIN void *memmove(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if ((unsigned long)d - (unsigned long)s >= n)
		return memcpy(dst, src, n);
	while (n--)
		d[n] = s[n];
	return dst;
}

PLAIN void *memset(void *s, int c, size_t n)
{
	u8 *p = s;

#ifdef QUARRY_FILL_BYTES
	QUARRY_FILL_BYTES(p, c, n);
#else
	unsigned long word = (u8)c * (~0UL / 0xff);

	for (; n && ((unsigned long)p & WORD_MASK); n--)
		*p++ = (u8)c;
	for (; n >= sizeof(long); n -= sizeof(long), p += sizeof(long))
		*(unsigned long *)p = word;
	while (n--)
		*p++ = (u8)c;
#endif
	return s;
}

PLAIN int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

PLAIN void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n; n--, p++)
		if (*p == (u8)c)
			return (void *)p;
	return NULL;
}

PLAIN size_t strnlen(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && s[len])
		len++;
	return len;
}

PLAIN size_t strlen(const char *s)
{
	size_t len = 0;

	while (s[len])
		len++;
	return len;
}

PLAIN int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b)
			return (u8)*a - (u8)*b;
		if (!*a)
			break;
	}
	return 0;
}

PLAIN int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

PLAIN char *strcpy(char *dst, const char *src)
{
	char *d = dst;

	while ((*d++ = *src++))
		;
	return dst;
}

PLAIN char *strncpy(char *dst, const char *src, size_t n)
{
	char *d = dst;

	for (; n && *src; n--)
		*d++ = *src++;
	for (; n; n--)
		*d++ = 0;
	return dst;
}

PLAIN char *strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}

PLAIN char *strncat(char *dst, const char *src, size_t n)
{
	size_t len = strnlen(src, n);
	char *d = dst + strlen(dst);

	memcpy(d, src, len);
	d[len] = 0;
	return dst;
}

PLAIN char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

PLAIN char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (!*s)
			return (char *)last;
	}
}

PLAIN size_t strspn(const char *s, const char *accept)
{
	size_t n = 0;

	while (s[n] && strchr(accept, s[n]))
		n++;
	return n;
}

PLAIN size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}

PLAIN char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}

PLAIN char *strstr(const char *s, const char *what)
{
	size_t n = strlen(what), len = strlen(s);

	for (; len >= n; s++, len--)
		if (!memcmp(s, what, n))
			return (char *)s;
	return NULL;
}
