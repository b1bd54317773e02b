/* SPDX-License-Identifier: MIT */
/*
 * What the files of the command know of each other: the parsed options, the
 * subcommands, a session on a booted machine.
 *
 *	main.c		picks the subcommand
 *	options.c	arguments to struct quarry_options (a pure function)
 *	machine.c	a file of memory-map lines to struct machine_desc (pure)
 *	device.c	a device's description (pure)
 *	presets.c	the built-in machines (pure)
 *	help.c		--help, from the table of options
 *	program.c	the program for --slab
 *	session.c	boots a machine, runs a function on it, takes it down
 *	output.c	colours, errors, writing without stdio
 *	run.c, build.c, loader.c, verdict.c	`quarry run`
 *	figures.c	what a run has cost
 *	compare.c	`quarry compare`: runs with each allocator
 *	map.c, proc.c, shell.c, test.c		the other subcommands
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/hosted/hosted.h"

/* Documented in quarry(1) and --help; scripts depend on the numbers. */
enum quarry_exit {
	EXIT_CLEAN = 0,
	EXIT_TROUBLE = 1,	/* ours or the system's: no memory, no file */
	EXIT_USAGE = 2,		/* arguments, a machine file */
	EXIT_COMPILE = 3,	/* a module would not compile */
	EXIT_UNDEFINED = 4,	/* a module needs a symbol that nothing exports */
	EXIT_INIT = 5,		/* init did not return what was expected */
	EXIT_LEAK = 6,		/* something was still held at unload */
	EXIT_BUG = 7,		/* BUG:, with --strict also WARNING:, or a KUnit test failed */
	EXIT_FAULT = 8,		/* an access that a kernel would have died of, or a panic */
	EXIT_STALL = 9,		/* every thread waits, and nothing can wake one */
};

/* Strings in the order in which they were given; they live as long as argv. */
struct string_list {
	const char **item;
	unsigned int count;
};

enum quarry_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Everything that the command line can say. What was not said is 0 or NULL. */
struct quarry_options {
	const char *command;		/* "run"; NULL: none was given */
	bool help, version;

	/* the machine */
	const char *machine;		/* a preset or a file; NULL: the default */
	uint64_t mem;			/* bytes */
	unsigned int cpus, nodes;
	struct string_list devices;	/* as machine_device_parse() has them */
	const char *cmdline;		/* kernel parameters */
	const char *slab;		/* "slub", "slab", "slob"; NULL: as the machine has it;
					 * "all" makes a comparison of a run */
	bool seeded;			/* --seed was given */
	uint64_t seed;
	bool no_debug;			/* neither slub_debug nor page_owner */

	/* modules */
	const char *cc;			/* --cc; NULL: $CC, or what Quarry was built with */
	struct string_list cflags;	/* "-Idir", "-DNAME=1": ready for the compiler */
	bool era_26;			/* --era 2.6 */
	bool keep;			/* keep what was built */

	/* a run */
	bool for_given;
	uint64_t for_ms;		/* --for: how long threads may run before unload */
	struct string_list proc_before;	/* /proc files to print before the first init */
	struct string_list proc;	/* and after the last exit */
	struct string_list trace;	/* events to trace in between, and to print */
	bool expect_init_given;
	int expect_init;		/* what init shall return, such as -EAGAIN */
	bool strict;			/* warnings count as bugs */
	bool leaks;			/* look for objects that nothing refers to */
	unsigned int fail_nth;		/* the request of init for memory that fails; 0: none */
	const char *figures;		/* file for what the run has cost; NULL: none */
	bool count_requests;		/* bytes that are asked for, too */

	/* a comparison */
	bool insns;			/* count instructions */

	/* suites */
	bool list;
	bool no_fork;			/* all suites in this process, for gdb */
	bool no_page_table;		/* --page-table=off */
	unsigned int page_table;	/* its levels; 0: what the machine has */

	/* output */
	bool quiet, verbose;
	enum quarry_color color;
};

/*
 * The subcommands. argc, argv: the arguments that are not options, argv[0] is
 * the first of them and argv[argc] is NULL. They return an enum quarry_exit.
 */
int cmd_run(struct quarry_options *o, int argc, char **argv);
int cmd_proc(struct quarry_options *o, int argc, char **argv);
/** proc_path - a file's name as quarry_proc_read() has it: /proc/x and proc/x are x */
const char *proc_path(const char *name);
int cmd_shell(struct quarry_options *o, int argc, char **argv);
int cmd_test(struct quarry_options *o, int argc, char **argv);
int cmd_validate(struct quarry_options *o, int argc, char **argv);
int cmd_compare(struct quarry_options *o, int argc, char **argv);
int cmd_map(struct quarry_options *o, int argc, char **argv);
/** map_machine - print the kernel's addresses. Context: a thread of the machine. */
void map_machine(void);

/**
 * validate_machine - check every invariant, print what comes out
 * @when: behind "every invariant holds"
 * Context: a thread of the machine. Return: faults.
 */
unsigned int validate_machine(const char *when);

/**
 * struct session - how a machine is brought up for a subcommand
 * @o: the options; @o->machine, mem, cpus, nodes, cmdline and seed are used
 * @machine: boot this preset, as it is, instead of what @o says; behind it may
 *	come a blank and kernel parameters; NULL: no
 * @debug: turn on slub_debug and page_owner (unless @o->no_debug), so that
 *	quarry_holdings() knows pages and objects
 * @log_level: kernel log lines above this level (0 to 7) are not printed
 * @log_fd: where they go
 * @log: called instead of printing; async-signal-safe, several threads at once
 * @last_words: called when the machine dies, before the process ends with
 *	EXIT_FAULT or EXIT_STALL; may use out_raw() and what is async-signal-safe;
 *	may itself end the process with _exit(). NULL: none
 * @page_table: as in struct quarry_hosted_options. At the end, with the machine shut down,
 *	the mappings are checked against it; a difference is EXIT_BUG, and said on stderr
 */
struct session {
	const struct quarry_options *o;
	const char *machine;
	bool debug;
	int log_level;
	int log_fd;
	void (*log)(int level, const char *line, size_t len);
	void (*last_words)(enum quarry_fatal kind, const char *why);
	unsigned int page_table;
};

/**
 * session_run - boot a machine, run a function on it, shut it down
 * @s: lives until the return
 * @body: called on the boot thread after quarry_boot() and quarry_kernel_start();
 *	may sleep; the machine is still up when it returns
 * @arg: its argument
 *
 * Return: what @body returned; EXIT_USAGE for a bad machine, EXIT_TROUBLE when
 * the machine would not boot; both have been said on stderr.
 */
int session_run(const struct session *s, int (*body)(void *arg), void *arg);

/** session_error - an error of the machine of the last session, in words. Return: until the next call */
const char *session_error(int err);

/**
 * session_leave_up - do not shut the machine down when the body returns
 *
 * For a body that leaves threads of a module behind, which nobody can stop: they
 * run on until the process ends. No other session may follow. Context: the body.
 */
void session_leave_up(void);

struct machine_desc;
/** session_machine - the machine that is up, or was up last */
const struct machine_desc *session_machine(void);

/* program.c */

/**
 * program_choose - go on as the program that has the allocator of objects that is wanted
 * @o: --slab; without it, the machine's own one is taken where it is installed
 * @argv: as main() got it
 * Context: before anything has been printed or started.
 * Return: EXIT_CLEAN, this program is the one; EXIT_TROUBLE, which has been said. Else it
 * does not return.
 */
int program_choose(const struct quarry_options *o, char **argv);
/** program_path - where the program for "slub", "slab" or "slob" should lie; false: nobody
 *  knows */
bool program_path(const char *slab, char *path, size_t size);

/* output.c */

enum out_style { OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_GOOD, OUT_WARN, OUT_BAD };

/** out_init - line-buffer stdout, decide about colours */
void out_init(const struct quarry_options *o);
/** out_on, out_off - escape sequences for a stream's style, or "" */
const char *out_on(int fd, enum out_style style);
const char *out_off(int fd);
/** out_error - "quarry: ..." on stderr, one line */
void out_error(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
/** out_lost - could some of the output not be written? Flushes it. */
bool out_lost(void);

/** out_raw - write all of a text with write(2); async-signal-safe */
void out_raw(int fd, const char *text, size_t len);
/** out_emit - a quarry_emit_fn that writes to stdout */
void out_emit(void *ctx, const char *text, size_t len);
/** out_step - what is being done now ("CC driver.c"); only with a terminal or --verbose */
void out_step(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
/** out_step_done - wipe the line of out_step(), if there is one */
void out_step_done(void);

#endif
