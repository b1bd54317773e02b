/* SPDX-License-Identifier: MIT */
/*
 * Pauses for the kernel's address sanitizer. As in a kernel built without it,
 * there is nothing to pause: the slab layer's own checks (slub_debug=) never
 * pause, and a hosted build under ASan checks what the compiler instrumented.
 */
#ifndef _LINUX_KASAN_H
#define _LINUX_KASAN_H

#include <linux/kconfig.h>
#include <linux/types.h>

/* The slab layer's: nobody may touch these bytes, or anybody may again. mm/slab/asan.c */
#ifdef __SANITIZE_ADDRESS__
void __asan_poison_memory_region(const volatile void *addr, size_t size);
void __asan_unpoison_memory_region(const volatile void *addr, size_t size);
int __asan_address_is_poisoned(const volatile void *addr);

#define kasan_poison(addr, size)	__asan_poison_memory_region(addr, size)
#define kasan_unpoison(addr, size)	__asan_unpoison_memory_region(addr, size)
#define kasan_is_poisoned(addr)		(__asan_address_is_poisoned(addr) != 0)
#endif

static inline void kasan_disable_current(void)
{
}

static inline void kasan_enable_current(void)
{
}

#endif
