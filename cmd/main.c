// SPDX-License-Identifier: MIT
/* The `quarry` command: parse, then hand over to a subcommand. */
#include "cmd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

/* In the order of the bits ON_RUN, ON_PROC, ... */
static const char *const names[] = { "run", "proc", "shell", "test", "validate",
				     "compare", "map", NULL };

static int (*const commands[])(struct quarry_options *o, int argc, char **argv) = {
	cmd_run, cmd_proc, cmd_shell, cmd_test, cmd_validate, cmd_compare, cmd_map,
};

/* Output that could not be written is trouble, however well all else went. */
static int finish(int code)
{
	if (out_lost() && code == EXIT_CLEAN) {
		out_error("writing the output failed");
		return EXIT_TROUBLE;
	}
	return code;
}

/*
 * A standard descriptor that is closed would become the machine's memory, and get the
 * log. Open, but in the wrong direction, it fails as a closed one does.
 */
static void fill_standard_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_TROUBLE);
}

int main(int argc, char **argv)
{
	static struct quarry_options o;	/* leak checkers find what it points to */
	char err[512];
	char **given = calloc((size_t)argc + 1, sizeof(*given));
	int first, rc, i = 0;

	fill_standard_fds();
	if (!given)
		return EXIT_TROUBLE;
	memcpy(given, argv, (size_t)argc * sizeof(*given));
	rc = options_parse(&o, argc, argv, &first, names, err, sizeof(err));
	out_init(&o);
	if (rc) {
		out_error("%s", err);
		return EXIT_USAGE;
	}
	if (o.version) {
		puts("quarry " QUARRY_VERSION);
		return finish(EXIT_CLEAN);
	}
	if (o.help) {
		if (o.command)
			help_command(o.command);
		else
			help_main();
		return finish(EXIT_CLEAN);
	}
	if (!o.command) {
		help_usage();
		return EXIT_USAGE;
	}
	rc = program_choose(&o, given);
	free(given);
	if (rc)
		return rc;
	while (strcmp(names[i], o.command))
		i++;
	return finish(commands[i](&o, argc - first, argv + first));
}
