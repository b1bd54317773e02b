/* SPDX-License-Identifier: MIT */
/*
 * Sizes of what one entry of each table level maps. The tables themselves are the
 * port's: quarry_host_map() fills them.
 */
#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H

#include <asm/page.h>

#define PUD_SHIFT	30
#define PUD_SIZE	(1UL << PUD_SHIFT)
#define PUD_MASK	(~(PUD_SIZE - 1))

/* Between the end of the direct map and the first area: strays end here. */
#define VMALLOC_OFFSET	(8UL << 20)

#endif
