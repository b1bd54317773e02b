/* SPDX-License-Identifier: MIT */
/* Symbol names. */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#include <linux/compiler.h>

#define __quarry_str_(x)	#x
#define __quarry_str(x)		__quarry_str_(x)

/*
 * A kernel function whose name the C library has too. Hosted, both live in one
 * process, so the symbol gets a name of its own; kernel code does not notice.
 */
#define __quarry_sym(name)	__asm__(__quarry_str(__USER_LABEL_PREFIX__) "quarry_" #name)

#endif
