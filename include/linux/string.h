/* SPDX-License-Identifier: MIT */
/* Strings and memory. Bodies: lib/string.c; the C library's basics: lib/string_libc.c */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/errno.h>
#include <linux/stdarg.h>
#include <linux/linkage.h>
#include <linux/build_bug.h>
#include <linux/array_size.h>

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

/* -ffreestanding turns builtins off by name; these are the ones that pay. */
#define memcpy(d, s, n)		__builtin_memcpy(d, s, n)
#define memmove(d, s, n)	__builtin_memmove(d, s, n)
#define memset(s, c, n)		__builtin_memset(s, c, n)
#define memcmp(a, b, n)		__builtin_memcmp(a, b, n)
#define strlen(s)		__builtin_strlen(s)
#define strcmp(a, b)		__builtin_strcmp(a, b)

/* The rest may be in the C library as well, so each has a symbol of its own. */
size_t strlcpy(char *dst, const char *src, size_t size) __quarry_sym(strlcpy);
size_t strlcat(char *dst, const char *src, size_t size) __quarry_sym(strlcat);
/** strscpy - copy, always end with 0. Return: length, or -E2BIG when it was cut. */
ssize_t strscpy(char *dst, const char *src, size_t size);
ssize_t strscpy_pad(char *dst, const char *src, size_t size);
char *stpcpy(char *dst, const char *src) __quarry_sym(stpcpy);
int strcasecmp(const char *a, const char *b) __quarry_sym(strcasecmp);
int strncasecmp(const char *a, const char *b, size_t n) __quarry_sym(strncasecmp);
char *strchrnul(const char *s, int c) __quarry_sym(strchrnul);
char *strnchrnul(const char *s, size_t count, int c);
char *strnchr(const char *s, size_t count, int c);
char *strnstr(const char *s, const char *what, size_t len) __quarry_sym(strnstr);
char *strsep(char **s, const char *delim) __quarry_sym(strsep);
char *skip_spaces(const char *s);
char *strim(char *s);
char *strreplace(char *s, char old, char new);
void *memscan(void *s, int c, size_t n);
/** memchr_inv - the first byte that is not @c, or NULL */
void *memchr_inv(const void *s, int c, size_t n);
int bcmp(const void *a, const void *b, size_t n) __quarry_sym(bcmp);
void *memset16(u16 *s, u16 v, size_t count);
void *memset32(u32 *s, u32 v, size_t count);
void *memset64(u64 *s, u64 v, size_t count);
bool sysfs_streq(const char *a, const char *b);
int match_string(const char *const *array, size_t n, const char *string);
int __sysfs_match_string(const char *const *array, size_t n, const char *string);
#define sysfs_match_string(a, s)	__sysfs_match_string(a, ARRAY_SIZE(a), s)
void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count, int pad);
void memzero_explicit(void *s, size_t count);

static inline char *strstrip(char *s)
{
	return strim(s);
}

static inline void *memset_l(unsigned long *p, unsigned long v, size_t n)
{
	return sizeof(long) == 4 ? memset32((u32 *)p, (u32)v, n) :
				   memset64((u64 *)p, (u64)v, n);
}

static inline void *memset_p(void **p, void *v, size_t n)
{
	return memset_l((unsigned long *)p, (unsigned long)v, n);
}

/* From kmalloc(); NULL when there is no memory. */
char *kstrdup(const char *s, gfp_t gfp) __malloc;
const char *kstrdup_const(const char *s, gfp_t gfp);
char *kstrndup(const char *s, size_t len, gfp_t gfp);
void *kmemdup(const void *src, size_t len, gfp_t gfp);
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp);
void kfree_const(const void *x);

/**
 * memcat_p - two arrays of pointers, each ended by NULL, as a new one
 * Context: may sleep. Return: the array, for kfree(), or NULL.
 */
void **__memcat_p(void **a, void **b);
#define memcat_p(a, b)							\
	({								\
		BUILD_BUG_ON_MSG(!__same_type(*(a), *(b)),		\
				 "type mismatch in memcat_p()");	\
		(__typeof__(*a) *)__memcat_p((void **)(a), (void **)(b)); \
	})

/* To and from arrays of bytes that need not end with 0. */
#define strtomem_pad(dest, src, pad)					\
	do {								\
		const size_t __stm_room = sizeof(dest);			\
		const char *__stm_from = (src);				\
									\
		BUILD_BUG_ON(!__same_type(*(dest), char) &&		\
			     !__same_type(*(dest), unsigned char));	\
		memcpy_and_pad(dest, __stm_room, __stm_from,		\
			       strnlen(__stm_from, __stm_room), pad);	\
	} while (0)
#define strtomem(dest, src)						\
	do {								\
		const size_t __stm_room = sizeof(dest);			\
		const char *__stm_from = (src);				\
									\
		BUILD_BUG_ON(!__same_type(*(dest), char) &&		\
			     !__same_type(*(dest), unsigned char));	\
		memcpy(dest, __stm_from, strnlen(__stm_from, __stm_room)); \
	} while (0)

/* From behind a member, or from a member on, to the end of the object. */
#define memset_after(obj, v, member)					\
	({								\
		u8 *__msa_p = (u8 *)(obj);				\
		__typeof__(v) __msa_v = (v);				\
		memset(__msa_p + offsetofend(__typeof__(*(obj)), member), __msa_v, \
		       sizeof(*(obj)) - offsetofend(__typeof__(*(obj)), member)); \
	})
#define memset_startat(obj, v, member)					\
	({								\
		u8 *__mss_p = (u8 *)(obj);				\
		__typeof__(v) __mss_v = (v);				\
		memset(__mss_p + offsetof(__typeof__(*(obj)), member), __mss_v, \
		       sizeof(*(obj)) - offsetof(__typeof__(*(obj)), member)); \
	})

/* The part behind the last slash. */
static inline const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

/* The prefix's length when @str begins with it, else 0. */
static __always_inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(str, prefix, len) == 0 ? len : 0;
}

#endif
