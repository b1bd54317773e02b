// SPDX-License-Identifier: MIT
/* quarry proc: boot a machine, print files of its /proc and of /sys. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "quarry/kernel.h"

struct job {
	int argc;
	char **argv;
};

const char *proc_path(const char *name)
{
	const char *s = name + strspn(name, "/");

	if (strncmp(s, "proc", 4) || (s[4] && s[4] != '/'))
		return name;
	s += 4;
	return s + strspn(s, "/");
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

static void ignore(void *ctx, const char *text, size_t len)
{
}

/* What there is in the last directory of a path that is there. */
static void list_nearest(const char *name)
{
	bool begins = true;
	char dir[256];
	char *slash;

	snprintf(dir, sizeof(dir), "%s", name);
	do {
		slash = strrchr(dir, '/');
		if (slash)
			slash[slash == dir] = '\0';
		else
			*dir = '\0';
	} while (slash > dir && quarry_proc_list(dir, ignore, NULL));
	quarry_proc_list(dir, emit_in_line, &begins);
}

static int complain(const char *name, int err)
{
	bool begins = true;

	if (err == -EISDIR) {
		fprintf(stderr, "quarry: proc: '%s' is a directory, with", name);
		quarry_proc_list(name, emit_in_line, &begins);
	} else if (err == -ENOENT) {
		fprintf(stderr, "quarry: proc: there is no '%s'; there are", name);
		list_nearest(name);
	} else {
		fprintf(stderr, "quarry: proc: %s: %s", name, session_error(err));
	}
	fputc('\n', stderr);
	return err == -ENOENT || err == -EISDIR ? EXIT_USAGE : EXIT_TROUBLE;
}

static int print_files(void *arg)
{
	const struct job *job = arg;

	/* All or nothing: a name that is wrong is said before anything is printed. */
	for (int i = 0; i < job->argc; i++) {
		int err = quarry_proc_read(proc_path(job->argv[i]), ignore, NULL);

		if (err)
			return complain(proc_path(job->argv[i]), err);
	}
	for (int i = 0; i < job->argc; i++) {
		if (job->argc > 1)
			printf("%s%s==> %s <==%s\n", i ? "\n" : "", out_on(1, OUT_BOLD),
			       proc_path(job->argv[i]), out_off(1));
		quarry_proc_read(proc_path(job->argv[i]), out_emit, NULL);
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
