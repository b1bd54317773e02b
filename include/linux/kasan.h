/* SPDX-License-Identifier: MIT */
/*
 * Pauses for the kernel's address sanitizer. As in a kernel built without it,
 * there is nothing to pause: the slab layer's own checks (slub_debug=) never
 * pause, and a hosted build under ASan checks what the compiler instrumented.
 */
#ifndef _LINUX_KASAN_H
#define _LINUX_KASAN_H

#include <linux/types.h>

static inline void kasan_disable_current(void)
{
}

static inline void kasan_enable_current(void)
{
}

#endif
