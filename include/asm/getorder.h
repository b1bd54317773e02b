/* SPDX-License-Identifier: MIT */
#ifndef _ASM_GETORDER_H
#define _ASM_GETORDER_H

#include <asm/bitops.h>
#include <asm/page.h>

/** get_order - the smallest order whose block holds @size bytes; @size is not 0 */
static __always_inline __attribute_const__ unsigned int get_order(unsigned long size)
{
	unsigned long last = (size - 1) >> PAGE_SHIFT;

	return last ? __fls(last) + 1 : 0;
}

#endif
