// SPDX-License-Identifier: MIT
/*
 * quarry test: the KUnit suites that are linked in, as KTAP.
 *
 * T1  A suite runs on a machine of its own, in a process of its own, so that its
 *     death is one failure and not the end. --no-fork keeps the process, for gdb.
 *     --machine, --mem and so on are for the suites that do not ask for a certain
 *     preset: the others count its pages.
 * T2  A suite's result line is held back until its process has ended well: each
 *     suite has exactly one.
 * T3  The kernel's log is kept aside, and shown where something failed.
 * T4  Beside the machine's mappings a page table in software is kept (--page-table), and
 *     compared with them: a difference fails the suite.
 *
 * The last line is "N passed, N failed[, N skipped]", in cases.
 */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quarry/kernel.h"

#define LOG_SIZE	(256u << 10)	/* bytes of log that are kept; a power of two */
#define SUITE_SECONDS	600		/* a suite that takes longer hangs */

struct entry {
	struct kunit_suite *suite;
	const char *machine;
	unsigned int number;		/* in the plan */
};

/* What a suite's process leaves to its parent. */
struct shared {
	struct quarry_test_totals totals;
	bool done;			/* all cases have run */
	char why[200];			/* it died of; "" */
	char mapping[200];		/* T4: where the table and the mappings differ; "" */
	size_t logged;			/* bytes so far; atomic */
	char log[LOG_SIZE];		/* the last of them */
};

static struct shared *shared;

struct job {
	struct quarry_options *o;
	const char *pattern;
	struct entry e;
	struct session session;
};

/* T3. Async-signal-safe; lines of several CPUs do not mix. */
static void keep_log(int level, const char *line, size_t len)
{
	size_t at;

	if (len > 1024)
		len = 1024;
	at = __atomic_fetch_add(&shared->logged, len + 1, __ATOMIC_RELAXED);
	for (size_t i = 0; i < len; i++)
		shared->log[(at + i) % LOG_SIZE] = line[i];
	shared->log[(at + len) % LOG_SIZE] = '\n';
}

/* Prints the log as diagnostics of the suite and forgets it. */
static void print_log(int fd)
{
	size_t end = shared->logged, at = end > LOG_SIZE ? end - LOG_SIZE : 0, n = 0;
	char line[1100] = "# ";

	if (at)				/* the first line is not whole any more */
		while (at < end && shared->log[at++ % LOG_SIZE] != '\n')
			;
	for (; at < end; at++) {
		line[2 + n++] = shared->log[at % LOG_SIZE];
		if (line[1 + n] == '\n' || n == sizeof(line) - 3) {
			out_raw(fd, line, n + 2);
			n = 0;
		}
	}
	shared->logged = 0;
}

static void last_words(enum quarry_fatal kind, const char *why)
{
	size_t n = strnlen(why, sizeof(shared->why) - 1);

	memcpy(shared->why, why, n);
	shared->why[n] = '\0';
}

/* The same without a parent to tell. */
static void last_words_here(enum quarry_fatal kind, const char *why)
{
	print_log(1);
	out_raw(1, "Bail out! ", 10);
	out_raw(1, why, strlen(why));
	out_raw(1, "\n", 1);
}

static int suite_body(void *arg)
{
	struct job *job = arg;

	quarry_run_suite(job->e.suite, job->e.number, job->pattern, out_emit, NULL,
			 &shared->totals);
	shared->done = true;
	quarry_hosted_check_mappings(shared->mapping, sizeof(shared->mapping));
	return EXIT_CLEAN;
}

static int run_here(struct job *job)
{
	job->session = (struct session){
		.o = job->o,
		.machine = job->e.machine,
		.log_level = 7, .log_fd = 1,
		.log = job->o->verbose ? NULL : keep_log,
		.last_words = job->o->no_fork ? last_words_here : last_words,
		.page_table = job->o->no_page_table ? 0 :
			      job->o->page_table ? job->o->page_table : QUARRY_TABLE_FITTING,
	};
	return session_run(&job->session, suite_body, job);
}

static _Noreturn void suite_process(struct job *job, int out)
{
	int code;

	alarm(SUITE_SECONDS);
	dup2(out, 1);
	close(out);
	code = run_here(job);
	fflush(stdout);
	_exit(code);
}

/* Passes on what the suite prints; keeps the suite's own result (T2) in @held. */
static void relay(int fd, char *held, size_t size)
{
	FILE *f = fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;

	*held = '\0';
	if (!f)
		return;
	while (getline(&line, &room, f) > 0) {
		if (!strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7)) {
			if (*held)
				fputs(held, stdout);
			snprintf(held, size, "%s", line);
		} else {
			fputs(line, stdout);
		}
	}
	free(line);
	fclose(f);
}

/* Why a suite's process ended as it did, or NULL when it is fine. */
static const char *cause(int status)
{
	static char text[280];

	if (*shared->why)
		snprintf(text, sizeof(text), "the machine died: %s", shared->why);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(text, sizeof(text), "not done after %d seconds", SUITE_SECONDS);
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "ended by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (*shared->mapping)
		snprintf(text, sizeof(text), "the page table is not what is mapped: %s",
			 shared->mapping);
	else if (!shared->done)
		snprintf(text, sizeof(text), "the machine did not boot");
	else if (WEXITSTATUS(status))
		snprintf(text, sizeof(text), "ended with status %d", WEXITSTATUS(status));
	else
		return NULL;
	return text;
}

static void judge(struct job *job, const char *why, const char *held, unsigned int failed_before)
{
	if (!why && *held) {
		if (shared->totals.failed > failed_before)
			print_log(1);
		fputs(held, stdout);
		return;
	}
	print_log(1);
	printf("# %s: %s\n", quarry_suite_name(job->e.suite), why ? why : "no result");
	printf("not ok %u - %s\n", job->e.number, quarry_suite_name(job->e.suite));
	shared->totals.failed++;
}

static int run_in_child(struct job *job)
{
	unsigned int failed = shared->totals.failed;
	char held[512];
	int fd[2], status;
	pid_t pid;

	fflush(NULL);
	if (pipe(fd) || (pid = fork()) < 0) {
		out_error("test: cannot start a process: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	if (!pid) {
		close(fd[0]);
		suite_process(job, fd[1]);
	}
	close(fd[1]);
	relay(fd[0], held, sizeof(held));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	judge(job, cause(status), held, failed);
	return EXIT_CLEAN;
}

static int run_entry(struct job *job)
{
	unsigned int failed = shared->totals.failed;
	int rc;

	shared->done = false;
	shared->why[0] = shared->mapping[0] = '\0';
	shared->logged = 0;
	if (!job->o->no_fork)
		return run_in_child(job);
	rc = run_here(job);
	if (shared->totals.failed > failed)
		print_log(1);
	return rc;
}

/* The suites that have a case for the pattern; @list may be NULL. Returns how many. */
static unsigned int select_entries(const char *pattern, struct entry *list)
{
	struct entry e = { NULL, NULL, 0 };
	unsigned int n = 0;

	for (unsigned int i = 0; quarry_test_entry(i, &e.suite, &e.machine); i++) {
		if (!quarry_suite_cases(e.suite, pattern, NULL, NULL))
			continue;
		e.number = ++n;
		if (list)
			list[n - 1] = e;
	}
	return n;
}

static int run_entries(struct job *job, const struct entry *list, unsigned int n)
{
	const struct quarry_test_totals *t = &shared->totals;

	printf("KTAP version 1\n1..%u\n", n);
	for (unsigned int i = 0; i < n; i++) {
		int rc;

		job->e = list[i];
		rc = run_entry(job);
		if (rc)
			return rc;
	}
	printf("%u passed, %u failed", t->passed, t->failed);
	if (t->skipped)
		printf(", %u skipped", t->skipped);
	putchar('\n');
	return t->failed ? EXIT_BUG : EXIT_CLEAN;
}

static int nothing(void *arg)
{
	return EXIT_CLEAN;
}

/* What is wrong with the user's parameters is in the log, which only a failure shows. */
static int try_cmdline(struct quarry_options *o)
{
	struct session s = { .o = o, .log_level = 3, .log_fd = 2 };

	return o->cmdline ? session_run(&s, nothing, NULL) : EXIT_CLEAN;
}

int cmd_test(struct quarry_options *o, int argc, char **argv)
{
	struct job job = { .o = o, .pattern = argc ? argv[0] : NULL };
	unsigned int n = select_entries(job.pattern, NULL);
	struct entry *list = calloc(n + 1, sizeof(*list));
	int rc;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED || !list) {
		out_error("out of memory");
		rc = EXIT_TROUBLE;
	} else if (argc > 1) {
		out_error("test: one pattern at most, but got '%s' too", argv[1]);
		rc = EXIT_USAGE;
	} else if (!n) {
		out_error(job.pattern ? "test: no test matches '%s'; see quarry test --list"
				      : "test: this build has no suites%s",
			  job.pattern ? job.pattern : "");
		rc = EXIT_USAGE;
	} else {
		select_entries(job.pattern, list);
		for (unsigned int i = 0; o->list && i < n; i++)
			quarry_suite_cases(list[i].suite, job.pattern, out_emit, NULL);
		rc = o->list ? EXIT_CLEAN : try_cmdline(o);
		if (!rc && !o->list)
			rc = run_entries(&job, list, n);
	}
	if (shared != MAP_FAILED)
		munmap(shared, sizeof(*shared));
	free(list);
	return rc;
}
