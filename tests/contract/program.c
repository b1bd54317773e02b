// SPDX-License-Identifier: MIT
/*
 * What copies of the slab layer are told of the program's own one, whose parameters the
 * machine was booted with. Not compiled for a backend.
 */
#include "tests/contract/program.h"

void contract_program_params(struct slab_params *params)
{
	*params = slab_params;
}
