/* SPDX-License-Identifier: MIT */
/*
 * A copy of the slab layer beside the program's: see meson.build and
 * scripts/rename-objects. In a file that was compiled for it, all that the layer defines
 * is the copy's. CONTRACT_BACKEND says which backend that has, "slub", "slab" or "slob".
 */
#ifndef TESTS_CONTRACT_PROGRAM_H
#define TESTS_CONTRACT_PROGRAM_H

#include "mm/internal.h"
#include "mm/slab/layer.h"

/** contract_program_params - the parameters of the program's own layer */
void contract_program_params(struct slab_params *params);

/** contract_program_settle - empty slabs of the program's own layer go back */
void contract_program_settle(void);

/* Kernel parameters of all suites. Keys: C fixed at boot */
extern u32 contract_seed;		/* C  contract_seed= */
extern unsigned int contract_rounds;	/* C  contract_rounds=: of races; 0: a few */

/**
 * contract_steps_begin - from now on CPUs change places inside the layer
 * @seed: where
 * In a program whose layer was compiled for it (steps.c), and run with --seed; elsewhere
 * this does nothing, and contract_steps_end() returns 0.
 */
void contract_steps_begin(u64 seed);
/** contract_steps_end - no longer. Return: a number for the order in which they went. */
u64 contract_steps_end(void);

struct kunit_suite;

/* For suite_init and suite_exit: the machine has booted, the copy has not. */
static inline int contract_boot(struct kunit_suite *suite)
{
	contract_program_params(&slab_params);
	return slab_init();
}

static inline void contract_shutdown(struct kunit_suite *suite)
{
	slab_shutdown();
	mempool_reset();
}

#endif
