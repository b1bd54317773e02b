/* SPDX-License-Identifier: MIT */
/* What the kernel's code expects of its compiler: attributes and barriers. */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#include <linux/compiler_attributes.h>
#include <linux/compiler_types.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define barrier()	__asm__ __volatile__("" : : : "memory")
#define barrier_data(p)	__asm__ __volatile__("" : : "r"(p) : "memory")
#define unreachable()	__builtin_unreachable()

#define OPTIMIZER_HIDE_VAR(var)	__asm__("" : "=r"(var) : "0"(var))
#define RELOC_HIDE(ptr, off) \
	({ unsigned long __p = (unsigned long)(ptr); (__typeof__(ptr))(__p + (off)); })
#define __UNIQUE_ID(prefix)	__PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)

#include <asm/rwonce.h>

#endif
