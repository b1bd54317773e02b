// SPDX-License-Identifier: MIT
/*
 * quarry validate: a run of any modules, or of none, in which every invariant of the
 * memory manager is checked, while they are loaded and after they have gone.
 */
#include "cmd.h"

#include <stdio.h>

#include "quarry/quarry.h"

#include "run.h"

unsigned int validate_machine(const char *when)
{
	unsigned int faults = quarry_validate();

	if (faults)
		printf("%s%u fault%s%s\n", out_on(1, OUT_BAD), faults, faults == 1 ? "" : "s",
		       out_off(1));
	else
		printf("%severy invariant holds%s%s\n", out_on(1, OUT_GOOD), when, out_off(1));
	fflush(stdout);
	return faults;
}

/** cmd_validate - quarry validate [options] [MODULE... [param=value...]] */
int cmd_validate(struct quarry_options *o, int argc, char **argv)
{
	return run_modules(o, argc, argv, RUN_VALIDATE);
}
