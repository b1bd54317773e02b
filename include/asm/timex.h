/* SPDX-License-Identifier: MIT */
#ifndef _ASM_TIMEX_H
#define _ASM_TIMEX_H

#include <asm/tsc.h>

#define random_get_entropy()	((unsigned long)get_cycles())

#endif
