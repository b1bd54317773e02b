// SPDX-License-Identifier: MIT
/*
 * quarry compare: the same modules with each allocator of objects, and what it costs.
 *
 * Each allocator is in a program of its own (program.c), so each run is a process: some
 * that are timed, of which the fastest counts; one that counts what is asked for; with
 * --insns, one under callgrind. They leave their figures in a file (figures.h).
 *
 * A signal to all of us ends the run; we outlive it, remove our files, and follow.
 *
 * Modules are compiled once, here, and are the same for all. A run that does not end clean
 * has no figures, but its output is shown.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build.h"
#include "figures.h"
#include "kbuild.h"
#include "run.h"

#define TIMED_RUNS	3
#define MAX_WORDS	64		/* of a command, but for its modules */

enum pass { PASS_TIMED, PASS_REQUESTS, PASS_INSNS };

static const char *const slabs[] = { "slub", "slab", "slob" };

#define NR_SLABS (sizeof(slabs) / sizeof(slabs[0]))

struct comparison {
	const struct quarry_options *o;
	struct string_list words;	/* modules and parameters */
	char dir[PATH_MAX];		/* for our files */
	int signal;			/* that ended a run from outside; 0: none */
	struct row {
		const char *slab;
		int code;		/* an enum quarry_exit */
		struct figures f;
		uint64_t insns;
	} rows[NR_SLABS];
};

static const char *file(const struct comparison *c, const char *name)
{
	static char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", c->dir, name);
	return path;
}

/* The arguments of one run. */
struct command {
	const char *word[MAX_WORDS];
	unsigned int n;
	char *made[MAX_WORDS];		/* those that are not constant */
	unsigned int nr_made;
};

static void add(struct command *cmd, const char *word)
{
	cmd->word[cmd->n++] = word;
}

/* @word: build_format() has made it */
static void add_made(struct command *cmd, char *word)
{
	cmd->made[cmd->nr_made++] = word;
	add(cmd, word);
}

static void free_command(struct command *cmd)
{
	while (cmd->nr_made)
		free(cmd->made[--cmd->nr_made]);
}

/* What describes the machine and the run, as the user gave it. */
static void add_options(struct command *cmd, const struct quarry_options *o)
{
	if (o->machine)
		add_made(cmd, build_format("--machine=%s", o->machine));
	if (o->mem)
		add_made(cmd, build_format("--mem=%" PRIu64, o->mem));
	if (o->cpus)
		add_made(cmd, build_format("--cpus=%u", o->cpus));
	if (o->nodes)
		add_made(cmd, build_format("--nodes=%u", o->nodes));
	if (o->cmdline)
		add_made(cmd, build_format("--cmdline=%s", o->cmdline));
	if (o->seeded)
		add_made(cmd, build_format("--seed=%" PRIu64, o->seed));
	if (o->for_given)
		add_made(cmd, build_format("--for=%" PRIu64 "ms", o->for_ms));
	if (o->expect_init_given)
		add_made(cmd, build_format("--expect-init=%d", o->expect_init));
}

static struct command command(const struct comparison *c, const char *program, const char *slab,
			      enum pass pass)
{
	struct command cmd = { .n = 0 };

	if (pass == PASS_INSNS) {
		add(&cmd, "valgrind");
		add(&cmd, "--tool=callgrind");
		add(&cmd, "--dump-before=figures_begin");
		add(&cmd, "--dump-before=figures_end");
		add_made(&cmd, build_format("--callgrind-out-file=%s", file(c, "insns")));
	}
	add(&cmd, program);
	add(&cmd, "run");
	add(&cmd, "--no-debug");
	add(&cmd, "--color=never");
	add_made(&cmd, build_format("--slab=%s", slab));
	add_made(&cmd, build_format("--figures=%s", file(c, "figures")));
	if (pass == PASS_REQUESTS)
		add(&cmd, "--count-requests");
	add_options(&cmd, c->o);
	return cmd;
}

static const int signals[] = { SIGHUP, SIGINT, SIGTERM };

#define NR_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void handle_signals(void (*handler)(int), struct sigaction *old)
{
	struct sigaction sa = { .sa_handler = handler };

	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &sa, old ? &old[i] : NULL);
}

static void restore_signals(const struct sigaction *old)
{
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &old[i], NULL);
}

/* Was the run ended by somebody who means us, too? */
static int common_signal(int status)
{
	for (size_t i = 0; i < NR_SIGNALS; i++)
		if (WIFSIGNALED(status) && WTERMSIG(status) == signals[i])
			return signals[i];
	return 0;
}

static _Noreturn void become(const struct command *cmd, const struct string_list *words,
			     const char *log)
{
	char **argv = calloc(cmd->n + words->count + 1, sizeof(*argv));
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	handle_signals(SIG_DFL, NULL);
	if (!argv || fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(EXIT_TROUBLE);
	memcpy(argv, cmd->word, cmd->n * sizeof(*argv));
	memcpy(argv + cmd->n, words->item, words->count * sizeof(*argv));
	execvp(argv[0], argv);
	fprintf(stderr, "quarry: %s: %s\n", argv[0], strerror(errno));
	fflush(stderr);
	_exit(EXIT_TROUBLE);
}

static void show_log(const char *name)
{
	char text[4096];
	size_t n;
	FILE *f = fopen(name, "re");

	fflush(stdout);
	while (f && (n = fread(text, 1, sizeof(text), f)) > 0)
		fwrite(text, 1, n, stderr);
	if (f)
		fclose(f);
}

/* Return: an enum quarry_exit, the run's. */
static int run(struct comparison *c, const char *program, const char *slab, enum pass pass)
{
	struct command cmd = command(c, program, slab, pass);
	const char *log = file(c, "log");
	int status, code;
	pid_t pid;

	unlink(log);
	fflush(NULL);
	pid = fork();
	if (!pid)
		become(&cmd, &c->words, log);
	free_command(&cmd);
	if (pid < 0) {
		out_error("compare: cannot start a process: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TROUBLE;
	c->signal = common_signal(status);
	if (c->signal)
		return code;
	if (code)
		out_error("compare: with %s, the run ended with status %d:", slab, code);
	if (code || c->o->verbose)
		show_log(file(c, "log"));
	return code;
}

/* Callgrind has left a file for what was before each mark; those before figures_end() count. */
static uint64_t read_insns(const struct comparison *c)
{
	uint64_t sum = 0, n;
	char name[32], line[256];
	FILE *f;

	for (unsigned int i = 1;; i++) {
		snprintf(name, sizeof(name), "insns.%u", i);
		f = fopen(file(c, name), "re");
		if (!f)
			return sum;
		while (fgets(line, sizeof(line), f))
			if (i % 2 == 0 && sscanf(line, "totals: %" SCNu64, &n) == 1)
				sum += n;
		fclose(f);
		unlink(file(c, name));
	}
}

static int pass(struct comparison *c, struct row *row, const char *program, enum pass pass)
{
	struct figures f;
	int code = run(c, program, row->slab, pass);

	if (code)
		return code;
	if (!figures_read(file(c, "figures"), &f)) {
		out_error("compare: the run with %s has left no figures", row->slab);
		return EXIT_TROUBLE;
	}
	if (pass == PASS_INSNS) {
		row->insns = read_insns(c);
	} else if (pass == PASS_REQUESTS) {
		row->f.asked_most = f.asked_most;
		row->f.held = f.held;
		/* CPUs keep nothing for themselves in this run. */
		row->f.partial = f.partial;
		row->f.live = f.live;
		row->f.kept = f.kept;
	} else {
		if (!row->f.cpu_ns || f.cpu_ns < row->f.cpu_ns)
			row->f.cpu_ns = f.cpu_ns;
		row->f.pages_most = f.pages_most;
	}
	return EXIT_CLEAN;
}

static int measure(struct comparison *c, struct row *row)
{
	char program[PATH_MAX];
	int code = EXIT_CLEAN;

	if (!program_path(row->slab, program, sizeof(program)) || access(program, X_OK)) {
		out_error("compare: %s: %s", program, strerror(errno));
		return EXIT_TROUBLE;
	}
	for (int i = 0; i < TIMED_RUNS && !code; i++) {
		out_step("%s: run %d of %d", row->slab, i + 1, TIMED_RUNS);
		code = pass(c, row, program, PASS_TIMED);
	}
	if (!code) {
		out_step("%s: what is asked for", row->slab);
		code = pass(c, row, program, PASS_REQUESTS);
	}
	if (!code && c->o->insns) {
		out_step("%s: instructions", row->slab);
		code = pass(c, row, program, PASS_INSNS);
	}
	out_step_done();
	return code;
}

static void print_row(const struct comparison *c, const struct row *row)
{
	const struct figures *f = &row->f;

	printf("%-9s", row->slab);
	if (row->code) {
		printf("%11s\n", "failed");
		return;
	}
	printf("%11.2f", (double)f->cpu_ns / 1e6);
	if (c->o->insns)
		printf("%15" PRIu64, row->insns);
	printf("%12" PRIu64 "%13" PRIu64 "%13" PRIu64, f->pages_most, f->asked_most >> 10,
	       f->held >> 10);
	if (f->asked_most)
		printf("%12.3f", (double)f->held / (double)f->asked_most);
	else
		printf("%12s", "-");
	printf("%15" PRIu64 "%12" PRIu64 "%12" PRIu64 "\n", f->partial, f->live >> 10, f->kept >> 10);
}

static void print_table(const struct comparison *c)
{
	printf("%s%-9s%11s", out_on(1, OUT_BOLD), "", "time (ms)");
	if (c->o->insns)
		printf("%15s", "instructions");
	printf("%12s%13s%13s%12s%15s%12s%12s%s\n", "most pages", "asked (KiB)", "held (KiB)",
	       "held/asked", "partial slabs", "live (KiB)", "kept (KiB)", out_off(1));
	for (size_t i = 0; i < NR_SLABS; i++)
		print_row(c, &c->rows[i]);
}

static void clean_up(const struct comparison *c)
{
	unlink(file(c, "log"));
	unlink(file(c, "figures"));
	unlink(file(c, "insns"));
	read_insns(c);			/* and removes what it reads */
	rmdir(c->dir);
}

static void free_words(struct string_list *words)
{
	for (unsigned int i = 0; i < words->count; i++)
		free((char *)words->item[i]);
	free(words->item);
}

static bool have_valgrind(void)
{
	return !system("command -v valgrind >/dev/null 2>&1");
}

int cmd_compare(struct quarry_options *o, int argc, char **argv)
{
	const char *tmp = getenv("TMPDIR");
	struct comparison c = { .o = o };
	struct sigaction old[NR_SIGNALS];
	int code;

	if (!argc) {
		out_error("compare: which module? (quarry compare --help)");
		return EXIT_USAGE;
	}
	if (o->insns && !have_valgrind()) {
		out_error("--insns: valgrind is not installed");
		return EXIT_TROUBLE;
	}
	o->no_debug = true;
	code = run_build(o, argc, argv, &c.words);
	if (code) {
		free_words(&c.words);
		return code;
	}
	snprintf(c.dir, sizeof(c.dir), "%s/quarry-compare.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(c.dir)) {
		out_error("compare: %s: %s", c.dir, strerror(errno));
		return EXIT_TROUBLE;
	}
	handle_signals(SIG_IGN, old);
	for (size_t i = 0; i < NR_SLABS && !c.signal; i++) {
		c.rows[i].slab = slabs[i];
		c.rows[i].code = measure(&c, &c.rows[i]);
		if (c.rows[i].code > code)
			code = c.rows[i].code;
	}
	clean_up(&c);
	free_words(&c.words);
	restore_signals(old);
	if (c.signal)
		raise(c.signal);
	print_table(&c);
	return code;
}
