/* SPDX-License-Identifier: MIT */
/* Stacks, each different one kept once and known by a number. Bodies: mm/stack_depot.c */
#ifndef _LINUX_STACKDEPOT_H
#define _LINUX_STACKDEPOT_H

#include <linux/gfp_types.h>
#include <linux/types.h>

typedef u32 depot_stack_handle_t;

/* Bits of a handle that the caller may use as it likes. */
#define STACK_DEPOT_EXTRA_BITS	5

/** stack_depot_want_early_init - the depot is to be there at boot. Context: early_param. */
void stack_depot_want_early_init(void);
/** stack_depot_early_init - forget everything; make the depot if somebody wants it. Return: 0. */
int stack_depot_early_init(void);
/**
 * stack_depot_init - make the depot, if there is none yet
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int stack_depot_init(void);

/**
 * stack_depot_save - keep a stack
 * @entries: return addresses, innermost first
 * @nr_entries: how many; at most 256 are kept
 * @gfp_flags: how memory may be got, if any is needed
 * Context: any but NMI; what @gfp_flags say.
 * Return: its number, the same for the same stack; 0: no memory, no depot, no stack.
 */
depot_stack_handle_t stack_depot_save(unsigned long *entries, unsigned int nr_entries,
				      gfp_t gfp_flags);
/**
 * __stack_depot_save - stack_depot_save(), and more
 * @extra_bits: the caller's own, in the handle's upper bits
 * @can_alloc: false: do with what the depot has
 */
depot_stack_handle_t __stack_depot_save(unsigned long *entries, unsigned int nr_entries,
					unsigned int extra_bits, gfp_t gfp_flags,
					bool can_alloc);
unsigned int stack_depot_get_extra_bits(depot_stack_handle_t handle);

/**
 * stack_depot_fetch - the stack of a number
 * @entries: gets the place of its entries, which never change
 * Context: any, no lock. Return: how many; 0: there is no such stack.
 */
unsigned int stack_depot_fetch(depot_stack_handle_t handle, unsigned long **entries);
/** stack_depot_print - print it, an entry a line. Context: any. */
void stack_depot_print(depot_stack_handle_t stack);
/** stack_depot_snprint - the same to a buffer, behind @spaces spaces; returns the length */
int stack_depot_snprint(depot_stack_handle_t handle, char *buf, size_t size, int spaces);

#endif
