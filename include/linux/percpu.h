/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU memory that comes and goes at run time. Documents 000, 002, 003;
 * static variables are in linux/percpu-defs.h.
 */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/types.h>
#include <linux/percpu-defs.h>
#include <linux/smp.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>
#include <linux/gfp_types.h>

/* Largest size of one allocation, in bytes per CPU. */
#define PCPU_MIN_UNIT_SIZE	(32 << 10)
/* Sizes and alignments are multiples of this many bytes. */
#define PCPU_MIN_ALLOC_SIZE	4
/* Per CPU, kept for the static variables of modules. */
#define PERCPU_MODULE_RESERVE	(64 << 10)

/**
 * __alloc_percpu - zeroed memory, one copy for each possible CPU
 * @size: bytes of one copy, 1 to PCPU_MIN_UNIT_SIZE
 * @align: a power of two, at most a page
 * Context: may sleep.
 * Return: a per-CPU pointer (for per_cpu_ptr() and the like) or NULL.
 */
void __percpu *__alloc_percpu(size_t size, size_t align);
/** __alloc_percpu_gfp - the same; without __GFP_DIRECT_RECLAIM it does not sleep
 *  and takes only memory that is there already */
void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp);
/** free_percpu - give it back; NULL is fine. Context: any but NMI. */
void free_percpu(void __percpu *ptr);
/** per_cpu_ptr_to_phys - physical address of one CPU's copy */
phys_addr_t per_cpu_ptr_to_phys(void *addr);
bool is_kernel_percpu_address(unsigned long addr);
bool __is_kernel_percpu_address(unsigned long addr, unsigned long *can_addr);
/** pcpu_nr_pages - pages in use for per-CPU memory */
unsigned long pcpu_nr_pages(void);

#define alloc_percpu_gfp(type, gfp)					\
	(__typeof__(type) __percpu *)__alloc_percpu_gfp(sizeof(type),	\
							__alignof__(type), gfp)
#define alloc_percpu(type)						\
	(__typeof__(type) __percpu *)__alloc_percpu(sizeof(type),	\
						    __alignof__(type))

/**
 * percpu_alloc_reserved - room for a module's static per-CPU variables
 * @size: bytes; @align: a power of two, at most a page
 * Context: may sleep. Return: a per-CPU pointer to zeroed memory, or NULL; freed
 * by percpu_free_reserved().
 */
void __percpu *percpu_alloc_reserved(size_t size, size_t align);
/** percpu_free_reserved - give that back; free_percpu() refuses it */
void percpu_free_reserved(void __percpu *ptr);

#endif
