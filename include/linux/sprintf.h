/* SPDX-License-Identifier: MIT */
/* Formatted text. Bodies: lib/vsprintf.c, lib/vsscanf.c */
#ifndef _LINUX_SPRINTF_H
#define _LINUX_SPRINTF_H

#include <linux/compiler.h>
#include <linux/linkage.h>
#include <linux/stdarg.h>
#include <linux/types.h>

/*
 * The s*printf functions return the length that the text has or would have; those
 * with "sc" return what was stored, without the final 0. Context: any.
 */
int sprintf(char *buf, const char *fmt, ...) __quarry_sym(sprintf) __printf(2, 3);
int vsprintf(char *buf, const char *fmt, va_list args) __quarry_sym(vsprintf) __printf(2, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...)
	__quarry_sym(snprintf) __printf(3, 4);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__quarry_sym(vsnprintf) __printf(3, 0);
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int sscanf(const char *buf, const char *fmt, ...) __quarry_sym(sscanf) __scanf(2, 3);
int vsscanf(const char *buf, const char *fmt, va_list args)
	__quarry_sym(vsscanf) __scanf(2, 0);

/* From kmalloc(); NULL when there is no memory. May sleep if @gfp lets it. */
char *kasprintf(gfp_t gfp, const char *fmt, ...) __printf(2, 3) __malloc;
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args) __printf(2, 0) __malloc;
const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args) __printf(2, 0);

/* A flag's name, for %pGg and its like. */
struct trace_print_flags {
	unsigned long mask;
	const char *name;
};

/**
 * format_init - choose the secret that %p is hashed with
 * @seed: anything random; the same seed gives the same text
 * Context: boot.
 */
void format_init(u64 seed);

#endif
