/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU variables: how they are defined and reached.
 *
 * P1  A per-CPU pointer is an address p such that CPU c's copy is at
 *     p + __per_cpu_offset[c]. For a static variable of the core, p is its place
 *     in the section quarry_percpu, the template that the copies start from.
 * P2  In a module, p is not the variable's place in the module's own section
 *     but what the loader puts into its global offset table. So a module's
 *     per-CPU variables are global symbols: `static` binds to a dummy, by which
 *     the quarry command knows which are to be their source's alone (cmd/percpu_names.c).
 *     Inside a function there can be none, and the compiler says so.
 * P3  A copy may be touched through this_cpu_*() at any time, through a pointer
 *     only while preemption is off.
 */
#ifndef _LINUX_PERCPU_DEFS_H
#define _LINUX_PERCPU_DEFS_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/threads.h>
#include <linux/cache.h>
#include <quarry/host.h>

#define PER_CPU_BASE_SECTION	"quarry_percpu"

extern unsigned long __per_cpu_offset[QUARRY_MAX_CPUS];
#define per_cpu_offset(cpu)	(__per_cpu_offset[cpu])

#ifdef QUARRY_PORT_PERCPU_OFFSET
#define __my_cpu_offset		QUARRY_PORT_PERCPU_OFFSET()
#else
#define __my_cpu_offset		per_cpu_offset(quarry_host_cpu())
#endif

#ifdef MODULE
#define __PCPU_VISIBLE	__attribute__((__visibility__("default"), __weak__))
/* Declared twice, which is an error inside a function, and what the compiler then says. */
#define __PCPU_OUTSIDE	modules_define_per_CPU_variables_outside_of_functions
/* Not weak: a variable that nobody exports is then an unknown symbol. */
#define DECLARE_PER_CPU_SECTION(type, name, sec)			\
	extern __attribute__((__visibility__("default"))) __typeof__(type) name
#define DEFINE_PER_CPU_SECTION(type, name, sec)				\
	char __pcpu_scope_##name __attribute__((__used__));		\
	static char __PCPU_OUTSIDE __attribute__((__unused__));		\
	static char __PCPU_OUTSIDE __attribute__((__unused__));		\
	extern __PCPU_VISIBLE __typeof__(type) name;			\
	__PCPU_VISIBLE __attribute__((__section__(PER_CPU_BASE_SECTION))) \
	__typeof__(type) name
#else
#define DECLARE_PER_CPU_SECTION(type, name, sec)			\
	extern __attribute__((__section__(PER_CPU_BASE_SECTION)))	\
	__typeof__(type) name
#define DEFINE_PER_CPU_SECTION(type, name, sec)				\
	__attribute__((__section__(PER_CPU_BASE_SECTION)))		\
	__typeof__(type) name
#endif

#define DECLARE_PER_CPU(type, name)	DECLARE_PER_CPU_SECTION(type, name, "")
#define DEFINE_PER_CPU(type, name)	DEFINE_PER_CPU_SECTION(type, name, "")
#define DECLARE_PER_CPU_FIRST(type, name)	DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_FIRST(type, name)	DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name)	DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name)	DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_ALIGNED(type, name)				\
	DECLARE_PER_CPU(type, name) ____cacheline_aligned
#define DEFINE_PER_CPU_ALIGNED(type, name)				\
	DEFINE_PER_CPU(type, name) ____cacheline_aligned
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name)			\
	DECLARE_PER_CPU(type, name) ____cacheline_aligned_in_smp
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name)			\
	DEFINE_PER_CPU(type, name) ____cacheline_aligned_in_smp
#define DECLARE_PER_CPU_PAGE_ALIGNED(type, name)			\
	DECLARE_PER_CPU(type, name) __aligned(QUARRY_PAGE_SIZE)
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name)				\
	DEFINE_PER_CPU(type, name) __aligned(QUARRY_PAGE_SIZE)

#define EXPORT_PER_CPU_SYMBOL(var)	EXPORT_SYMBOL(var)
#define EXPORT_PER_CPU_SYMBOL_GPL(var)	EXPORT_SYMBOL_GPL(var)

/* A per-CPU pointer moved by an offset, without the compiler knowing better. */
#define SHIFT_PERCPU_PTR(p, offset)					\
	((__typeof__(*(p)) *)(void *)((unsigned long)(p) + (offset)))

#define per_cpu_ptr(ptr, cpu)	SHIFT_PERCPU_PTR(ptr, per_cpu_offset(cpu))
#define raw_cpu_ptr(ptr)	SHIFT_PERCPU_PTR(ptr, __my_cpu_offset)
/* Modules that the quarry command compiles are told when the CPU may change. */
#ifdef CONFIG_DEBUG_PREEMPT
unsigned int debug_smp_processor_id(void);
#define this_cpu_ptr(ptr)	SHIFT_PERCPU_PTR(ptr, per_cpu_offset(debug_smp_processor_id()))
#else
#define this_cpu_ptr(ptr)	raw_cpu_ptr(ptr)
#endif
#define per_cpu(var, cpu)	(*per_cpu_ptr(&(var), cpu))

#define get_cpu_var(var)						\
	(*({								\
		preempt_disable();					\
		this_cpu_ptr(&(var));					\
	}))
#define put_cpu_var(var)						\
	do {								\
		(void)&(var);						\
		preempt_enable();					\
	} while (0)
#define get_cpu_ptr(var)						\
	({								\
		preempt_disable();					\
		this_cpu_ptr(var);					\
	})
#define put_cpu_ptr(var)						\
	do {								\
		(void)(var);						\
		preempt_enable();					\
	} while (0)

/* this_cpu_*(), __this_cpu_*() and raw_cpu_*(): one operation, any context. */
#include <asm/percpu.h>

/* Last: it has a per-CPU variable itself, and so may have brought us here. */
#include <linux/preempt.h>

#endif
