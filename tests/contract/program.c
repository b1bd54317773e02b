// SPDX-License-Identifier: MIT
/*
 * What copies of the slab layer are told of the program, whose parameters the machine was
 * booted with. Not compiled for a backend.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "tests/contract/program.h"

void contract_program_params(struct slab_params *params)
{
	*params = slab_params;
}

void contract_program_settle(void)
{
	struct kmem_cache *s;

	for (s = cache_next(NULL); s; s = cache_next(s))
		kmem_cache_shrink(s);
}

u32 contract_seed = 20261121;
unsigned int contract_rounds;

static int __init set_seed(char *text)
{
	return kstrtou32(text ? text : "", 0, &contract_seed);
}
early_param("contract_seed", set_seed);

static int __init set_rounds(char *text)
{
	return kstrtouint(text ? text : "", 0, &contract_rounds);
}
early_param("contract_rounds", set_rounds);

__weak void contract_steps_begin(u64 seed)
{
}

__weak u64 contract_steps_end(void)
{
	return 0;
}
