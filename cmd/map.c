// SPDX-License-Identifier: MIT
/* quarry map: the kernel's addresses, to scale: of a machine as it boots, or while modules live. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "quarry/kernel.h"

#include "run.h"

void map_machine(void)
{
	int err = quarry_proc_read("address_map", out_emit, NULL);

	if (err)
		out_error("map: %s", strerror(-err));
	fflush(stdout);
}

static int just_map(void *arg)
{
	map_machine();
	return EXIT_CLEAN;
}

/** cmd_map - quarry map [options] [MODULE... [param=value...]] */
int cmd_map(struct quarry_options *o, int argc, char **argv)
{
	struct session s = { .o = o, .log_level = o->verbose ? 7 : 3, .log_fd = 2 };

	return argc ? run_modules(o, argc, argv, RUN_MAP) : session_run(&s, just_map, NULL);
}
