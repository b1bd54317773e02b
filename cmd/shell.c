// SPDX-License-Identifier: MIT
/*
 * quarry shell: a booted machine, and commands from the standard input.
 *
 * S1  A command that fails says so and the shell goes on; only the machine's
 *     death ends it early, with the exit code of that.
 * S2  What blocks (reading, compiling) does so off the CPU, so that the machine's
 *     threads run meanwhile.
 * S3  A module that still holds something stays in memory when it is removed; if
 *     it still has threads at the end, the machine is not shut down.
 */
#include "cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "loader.h"
#include "options.h"
#include "quarry/kernel.h"
#include "run.h"

#define MAX_WORDS	64

struct shell {
	struct session session;
	const struct quarry_options *o;
	char *line;
	size_t room;
	bool prompt, at_end;
	bool clean;			/* no module has left a thread behind */
};

static struct shell shell;

/* Words of a line, ended by NULL. */
struct words {
	int count;
	char *word[MAX_WORDS + 1];
};

static void say(const char *what, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

static void say(const char *what, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "%s: %s\n", what, text);
}

static void insmod(struct words *w)
{
	if (w->count < 2)
		say("insmod", "which module? insmod MODULE [PARAM=VALUE...]");
	else
		run_insmod(shell.o, w->word[1], &w->word[2]);
}

static void rmmod(struct words *w)
{
	for (int i = 1; i < w->count; i++)
		run_rmmod(w->word[i]);
	if (w->count < 2)
		say("rmmod", "which module? lsmod lists them");
}

/* Files: below /proc, or, with a slash in front, wherever there are any. */

static void cat(struct words *w)
{
	for (int i = 1; i < w->count; i++) {
		int err = quarry_proc_read(proc_path(w->word[i]), out_emit, NULL);

		if (err)
			say("cat", "%s: %s", w->word[i], strerror(-err));
	}
	if (w->count < 2)
		say("cat", "which file? ls lists them");
}

static void ls(struct words *w)
{
	const char *path = w->count > 1 ? w->word[1] : "";
	int err = quarry_proc_list(proc_path(path), out_emit, NULL);

	if (err)
		say("ls", "%s: %s", path, strerror(-err));
}

static void lsmod(struct words *w)
{
	char users[256] = "";

	printf("%-24s %8s  %s\n", "Module", "Size", "Used by");
	for (struct loaded_module *m = loader_first(); m; m = m->next) {
		unsigned long size = (unsigned long)(m->text_end - m->text);

		if (m->live) {
			unsigned int count = quarry_module_users(m->mod, users, sizeof(users));

			printf("%-24s %8lu  %u%s%s\n", m->name, size, count, *users ? " " : "", users);
		} else {
			printf("%-24s %8lu  removed, still in memory\n", m->name, size);
		}
	}
}

/* echo TEXT... > FILE, or >> FILE: then the second '>' is a word, too. */
static void echo(struct words *w)
{
	char text[512] = "";
	size_t n = 0;
	int i;
	bool more;
	long rc;

	for (i = 1; i < w->count && strcmp(w->word[i], ">"); i++) {
		int k = snprintf(text + n, sizeof(text) - n, "%s%s", i > 1 ? " " : "", w->word[i]);

		n += (size_t)k;
		if (n >= sizeof(text) - 1) {
			say("echo", "the text is too long");
			return;
		}
	}
	text[n++] = '\n';
	if (i == w->count) {
		out_emit(NULL, text, n);
		return;
	}
	more = i + 1 < w->count && !strcmp(w->word[i + 1], ">");
	i += more;
	if (i + 2 != w->count) {
		say("echo", "one file belongs behind '>'");
		return;
	}
	rc = (more ? quarry_proc_append : quarry_proc_write)(proc_path(w->word[i + 1]), text, n);
	if (rc < 0)
		say("echo", "%s: %s", w->word[i + 1], strerror((int)-rc));
}

struct meminfo {
	char text[4096];
	size_t len;
};

static void collect(void *ctx, const char *text, size_t len)
{
	struct meminfo *m = ctx;
	size_t room = sizeof(m->text) - 1 - m->len;

	if (len > room)
		len = room;
	memcpy(m->text + m->len, text, len);
	m->len += len;
	m->text[m->len] = '\0';
}

static unsigned long kilobytes(const struct meminfo *m, const char *name)
{
	const char *s = strstr(m->text, name);

	return s ? strtoul(s + strlen(name), NULL, 10) : 0;
}

static void free_memory(struct words *w)
{
	struct meminfo m = { .len = 0 };
	unsigned long total, unused;

	if (quarry_proc_read("meminfo", collect, &m)) {
		say("free", "there is no /proc/meminfo");
		return;
	}
	total = kilobytes(&m, "MemTotal:");
	unused = kilobytes(&m, "MemFree:");
	printf("%6s %12s %12s %12s\n", "KiB", "total", "used", "free");
	printf("%6s %12lu %12lu %12lu\n", "memory", total, total - unused, unused);
	total = kilobytes(&m, "HighTotal:");
	unused = kilobytes(&m, "HighFree:");
	if (total)
		printf("%6s %12lu %12lu %12lu\n", "high", total, total - unused, unused);
}

static void dmesg(struct words *w)
{
	quarry_dmesg(out_emit, NULL);
}

static void map(struct words *w)
{
	map_machine();
}

static void validate(struct words *w)
{
	validate_machine("");
}

static void sleep_for(struct words *w)
{
	uint64_t ms;

	if (w->count != 2 || option_duration(w->word[1], &ms))
		say("sleep", "how long? For example: sleep 300ms");
	else
		quarry_msleep((unsigned int)ms);
}

static void leave(struct words *w)
{
	shell.at_end = true;
}

static void help(struct words *w);

static const struct {
	const char *name, *args, *about;
	void (*fn)(struct words *w);
} commands[] = {
	{ "insmod", "MODULE [PARAM=VALUE...]", "compile and load a module, run its init", insmod },
	{ "rmmod", "NAME...", "run its exit, say what it still holds", rmmod },
	{ "lsmod", "", "list the modules", lsmod },
	{ "cat", "FILE...", "print files below /proc, or /sys/...", cat },
	{ "ls", "[DIRECTORY]", "list a directory: /proc, or /sys/...", ls },
	{ "echo", "TEXT [> FILE]", "write to a file; >> adds where that matters", echo },
	{ "dmesg", "", "print the kernel's log", dmesg },
	{ "free", "", "how much memory is used", free_memory },
	{ "sleep", "DURATION", "let the machine run, such as 300ms", sleep_for },
	{ "map", "", "the kernel's addresses, to scale", map },
	{ "validate", "", "check every invariant of the memory manager", validate },
	{ "help", "", "print this", help },
	{ "exit", "", "unload the modules, shut down (also: end of input)", leave },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(struct words *w)
{
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		int n = printf("%s %s", commands[i].name, commands[i].args);

		printf("%*s%s\n", 34 - n, "", commands[i].about);
	}
}

/* Splits a line into words; '>' is a word of its own, "..." and '...' keep blanks. */
static int split(char *s, struct words *w)
{
	for (w->count = 0;; s++) {
		char *out, quote = 0, stop;

		s += strspn(s, " \t\r\n");
		if (!*s || *s == '#')
			break;
		if (w->count + 2 > MAX_WORDS)
			return -1;
		out = s;
		if (*s != '>')
			w->word[w->count++] = s;
		for (; *s && (quote || !strchr(" \t\r\n>", *s)); s++) {
			if (quote ? *s == quote : *s == '"' || *s == '\'')
				quote = quote ? 0 : *s;
			else
				*out++ = *s;
		}
		stop = *s;
		*out = '\0';
		if (stop == '>')
			w->word[w->count++] = (char *)">";
		if (!stop)
			break;
	}
	w->word[w->count] = NULL;
	return 0;
}

static void execute(struct words *w)
{
	const char *names[NR_COMMANDS + 1], *close;
	size_t i;

	for (i = 0; i < NR_COMMANDS; i++) {
		names[i] = commands[i].name;
		if (!strcmp(names[i], w->word[0])) {
			commands[i].fn(w);
			return;
		}
	}
	names[i] = NULL;
	close = option_closest(w->word[0], names);
	say(w->word[0], close ? "unknown command; did you mean '%s'?"
			      : "unknown command; 'help' lists them%s", close ? close : "");
}

static void read_line(void *arg)
{
	if (shell.prompt) {
		printf("%squarry>%s ", out_on(1, OUT_BOLD), out_off(1));
		fflush(stdout);
	}
	if (getline(&shell.line, &shell.room, stdin) < 0) {
		shell.at_end = true;
		if (shell.prompt)
			putchar('\n');
	}
}

/* S3: the last loaded goes first; threads that stay need the machine that they run on. */
static bool unload_all(void)
{
	struct loaded_module *m, *next;
	bool busy = false;

	for (m = loader_first(); m; m = next) {
		next = m->next;
		if (m->live)
			run_rmmod(m->name);
	}
	for (m = loader_first(); m; m = m->next)
		busy |= m->mod && quarry_module_busy(m->mod);
	return !busy;
}

static int run_shell(void *arg)
{
	static struct words w;

	/* The boot is in dmesg; from now on the user sees what the kernel says. */
	if (!shell.o->quiet)
		shell.session.log_level = 7;
	for (;;) {
		quarry_hosted_block(read_line, NULL);
		if (shell.at_end)
			break;
		if (split(shell.line, &w))
			say("quarry", "more than %d words", MAX_WORDS);
		else if (w.count)
			execute(&w);
		fflush(stdout);
		if (shell.at_end)
			break;
	}
	shell.clean = unload_all();
	if (!shell.clean)
		session_leave_up();
	return EXIT_CLEAN;
}

/* S1. What was compiled goes away with us; the rest is as the session would do it. */
static void last_words(enum quarry_fatal kind, const char *why)
{
	static const char stalled[] = "quarry: the machine stalled: ";
	static const char died[] = "quarry: the machine died: ";

	if (kind == FATAL_STALL)
		out_raw(2, stalled, sizeof(stalled) - 1);
	else
		out_raw(2, died, sizeof(died) - 1);
	out_raw(2, why, strlen(why));
	out_raw(2, "\n", 1);
	build_cleanup();
}

int cmd_shell(struct quarry_options *o, int argc, char **argv)
{
	int rc;

	if (argc) {
		out_error("shell: takes no argument, but got '%s'; commands come from the input",
			  argv[0]);
		return EXIT_USAGE;
	}
	shell = (struct shell){
		.session = { .o = o, .debug = true, .log_level = o->verbose ? 7 : 3, .log_fd = 1,
			     .last_words = last_words },
		.o = o,
		.prompt = isatty(0) && isatty(1),
	};
	rc = session_run(&shell.session, run_shell, NULL);
	if (shell.clean)
		loader_reset();
	build_cleanup();
	free(shell.line);
	return rc;
}
