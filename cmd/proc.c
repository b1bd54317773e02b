// SPDX-License-Identifier: MIT
/* quarry proc: boot a machine, print files of its /proc. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "quarry/kernel.h"

struct job {
	int argc;
	char **argv;
};

static const char *below_proc(const char *name)
{
	while (!strncmp(name, "/proc/", 6))
		name += 6;
	return name;
}

/* The names of a directory, in one line; @ctx says whether a name begins here. */
static void emit_in_line(void *ctx, const char *text, size_t len)
{
	bool *begins = ctx;

	for (; len; text++, len--) {
		if (*text != '\n')
			fprintf(stderr, *begins ? " %c" : "%c", *text);
		*begins = *text == '\n';
	}
}

static int complain(const char *name, int err)
{
	bool begins = true;

	if (err == -EISDIR) {
		fprintf(stderr, "quarry: proc: '%s' is a directory, with", name);
		quarry_proc_list(name, emit_in_line, &begins);
	} else if (err == -ENOENT) {
		fprintf(stderr, "quarry: proc: there is no '%s'; there are", name);
		quarry_proc_list("", emit_in_line, &begins);
	} else {
		fprintf(stderr, "quarry: proc: %s: %s", name, strerror(-err));
	}
	fputc('\n', stderr);
	return err == -ENOENT || err == -EISDIR ? EXIT_USAGE : EXIT_TROUBLE;
}

static void ignore(void *ctx, const char *text, size_t len)
{
}

static int print_files(void *arg)
{
	const struct job *job = arg;

	/* All or nothing: a name that is wrong is said before anything is printed. */
	for (int i = 0; i < job->argc; i++) {
		int err = quarry_proc_read(below_proc(job->argv[i]), ignore, NULL);

		if (err)
			return complain(below_proc(job->argv[i]), err);
	}
	for (int i = 0; i < job->argc; i++) {
		if (job->argc > 1)
			printf("%s%s==> %s <==%s\n", i ? "\n" : "", out_on(1, OUT_BOLD),
			       below_proc(job->argv[i]), out_off(1));
		quarry_proc_read(below_proc(job->argv[i]), out_emit, NULL);
	}
	return EXIT_CLEAN;
}

int cmd_proc(struct quarry_options *o, int argc, char **argv)
{
	struct job job = { argc, argv };
	struct session s = { .o = o, .log_level = o->verbose ? 7 : 3, .log_fd = 2 };

	if (argc)
		return session_run(&s, print_files, &job);
	out_error("proc: which file? For example: quarry proc meminfo buddyinfo");
	return EXIT_USAGE;
}
