/* SPDX-License-Identifier: MIT */
/* What Quarry is configured as. Force-included into everything that is kernel code. */
#ifndef __LINUX_KCONFIG_H
#define __LINUX_KCONFIG_H

#define CONFIG_SMP		1
#define CONFIG_MMU		1
#define CONFIG_NUMA		1
#define CONFIG_NODES_SHIFT	6
/* Not for a module that runs only on machines without high memory: cmd/build.c. */
#ifndef QUARRY_NO_HIGHMEM
#define CONFIG_HIGHMEM		1
#endif
#define CONFIG_ZONE_DMA		1
#define CONFIG_ZONE_DMA32	1
#define CONFIG_SPARSEMEM	1
#define CONFIG_SPARSEMEM_VMEMMAP 1
#define CONFIG_MODULES		1
#define CONFIG_MODULE_UNLOAD	1
#define CONFIG_KALLSYMS		1
#define CONFIG_PRINTK		1
#define CONFIG_PRINTK_TIME	1
#define CONFIG_BUG		1
#define CONFIG_GENERIC_BUG	1
#define CONFIG_STACKTRACE	1
#define CONFIG_PROC_FS		1
#define CONFIG_SYSCTL		1
#define CONFIG_KUNIT		1
#define CONFIG_PREEMPT		1
#define CONFIG_PREEMPTION	1
#define CONFIG_PREEMPT_COUNT	1
#define CONFIG_PAGE_OWNER	1
#define CONFIG_PAGE_POISONING	1
#define CONFIG_HZ		250
#define CONFIG_HZ_250		1
#define CONFIG_BASE_SMALL	0
#define CONFIG_LOG_BUF_SHIFT	18
#define CONFIG_CONSOLE_LOGLEVEL_DEFAULT 7
#define CONFIG_MESSAGE_LOGLEVEL_DEFAULT 4

/* The build says which slab layer; SLUB when it says nothing. */
#if !defined(CONFIG_SLAB) && !defined(CONFIG_SLOB) && !defined(CONFIG_SLUB)
#define CONFIG_SLUB		1
#endif
#ifdef CONFIG_SLUB
#define CONFIG_SLUB_DEBUG	1
#define CONFIG_SLUB_CPU_PARTIAL	1
#endif

#if __SIZEOF_LONG__ == 8
#define CONFIG_64BIT		1
#define CONFIG_PHYS_ADDR_T_64BIT 1
#else
#define CONFIG_32BIT		1
#define CONFIG_PHYS_ADDR_T_64BIT 1
#endif

#if defined(__x86_64__)
#define CONFIG_X86		1
#define CONFIG_X86_64		1
#elif defined(__i386__)
#define CONFIG_X86		1
#define CONFIG_X86_32		1
#elif defined(__aarch64__)
#define CONFIG_ARM64		1
#elif defined(__riscv)
#define CONFIG_RISCV		1
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define CONFIG_CPU_BIG_ENDIAN	1
#endif

#if defined(__clang__)
#define CONFIG_CC_IS_CLANG	1
#else
#define CONFIG_CC_IS_GCC	1
#define CONFIG_GCC_VERSION	(__GNUC__ * 10000 + __GNUC_MINOR__ * 100 + __GNUC_PATCHLEVEL__)
#endif

/* Which sanitizer is at work, in gcc's words. */
#ifdef __clang__
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__	1
#endif
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__	1
#endif
#endif

/*
 * IS_ENABLED(CONFIG_X) is 1 when CONFIG_X is defined as 1 and 0 when it is not
 * defined, in C and in #if: the pasted name is a macro that brings a comma, and
 * so moves the 1 into second place, only in the first case.
 */
#define __quarry_config_1		0,
#define __quarry_second(a, b, ...)	b
#define __quarry_pick(moved)		__quarry_second(moved 1, 0, 0)
#define __quarry_config(x)		__quarry_pick(__quarry_config_##x)
#define __quarry_is_one(x)		__quarry_config(x)

#define IS_BUILTIN(option)	__quarry_is_one(option)
#define IS_MODULE(option)	__quarry_is_one(option##_MODULE)
#ifdef MODULE
#define __quarry_for_module	1
#else
#define __quarry_for_module	0
#endif
#define IS_REACHABLE(option) \
	(__quarry_is_one(option) || (__quarry_is_one(option##_MODULE) && __quarry_for_module))
#define IS_ENABLED(option)	(__quarry_is_one(option) || __quarry_is_one(option##_MODULE))

#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME		"quarry"
#endif

#endif
