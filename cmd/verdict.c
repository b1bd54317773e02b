/* SPDX-License-Identifier: MIT */
/*
 * What is said at the end of a run.
 *
 *	verdict: slab_example: init returned 0, unloaded, nothing held
 *	verdict: 0 warnings, 0 bugs
 *	verdict: clean
 *
 * One line per module, in the order in which they were loaded, with a line below
 * it for each thing that it still holds; then the count of reports, and of tests
 * if modules bring KUnit suites; then the judgement, which the exit code repeats. A
 * script may rely on the last line.
 *
 * V1  What is held is looked up and put into words while the module's code and
 *     strings are still in memory; printing needs neither.
 * V2  Of several findings the exit code names the gravest: a fault, a bug or a KUnit
 *     test that failed, a leak, a module that would not load, an init that failed.
 * V3  Printing formats into the caller's stack and writes with write(2), so a
 *     signal handler may do it. The records are only ever added to.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quarry/kernel.h"

#include "cmd.h"
#include "kbuild.h"
#include "verdict.h"

#define VERDICT_SHOWN	20	/* groups of holdings, per module */

/* Alike things that are held: same kind, cache, size and call site. */
struct group {
	const char *kind;
	char *detail, *where;
	uintptr_t address;		/* of the first one */
	size_t size, count;
	uintptr_t site;
	struct group *next;
};

enum record_state { RECORD_NOT_LOADED, RECORD_LIVE, RECORD_FAILED, RECORD_UNLOADED, RECORD_STAYS };

struct record {
	char *name;
	enum record_state state;
	bool checked;			/* for what it holds */
	int init_result;
	const char *why;		/* it was not loaded */
	int code;			/* exit code that goes with that */
	size_t held;
	struct group *groups;
	struct record *next;
};

static struct verdict_rules rules;
static struct record *records, **records_end = &records;
static const char *phase_what, *phase_name;
static const char *misused;	/* what was asked for in vain */
static const char *trouble;	/* what the host did not do */
static unsigned int faults;	/* that quarry_validate() found */
static size_t unreachable;	/* objects that quarry_leaks() found */

static void free_groups(struct record *rec)
{
	struct group *g;

	while ((g = rec->groups)) {
		rec->groups = g->next;
		free(g->detail);
		free(g->where);
		free(g);
	}
}

void verdict_begin(const struct verdict_rules *r)
{
	struct record *rec;

	while ((rec = records)) {
		free_groups(rec);
		records = rec->next;
		free(rec->name);
		free(rec);
	}
	records_end = &records;
	rules = *r;
	phase_what = phase_name = misused = trouble = NULL;
	faults = 0;
	unreachable = 0;
}

void verdict_unreachable(size_t n)
{
	unreachable += n;
}

void verdict_misused(const char *what)
{
	misused = what;
}

void verdict_trouble(const char *what)
{
	trouble = what;
}

void verdict_faults(unsigned int n)
{
	faults += n;
}

void verdict_phase(const char *what, const char *name)
{
	phase_what = what;
	phase_name = name;
}

static struct record *add_record(const char *name)
{
	struct record *rec = build_grow(NULL, sizeof(*rec));

	memset(rec, 0, sizeof(*rec));
	rec->name = build_format("%s", name);
	*records_end = rec;
	records_end = &rec->next;
	return rec;
}

void verdict_inserted(const struct loaded_module *m)
{
	struct record *rec = add_record(m->name);

	rec->init_result = m->init_result;
	rec->state = m->live ? RECORD_LIVE : RECORD_FAILED;
}

void verdict_not_loaded(const char *name, const char *why, int code)
{
	struct record *rec = add_record(name);

	rec->why = why;
	rec->code = code;
}

/* The last record of a module. */
static struct record *find_record(const char *name)
{
	struct record *rec, *found = NULL;

	for (rec = records; rec; rec = rec->next) {
		if (!strcmp(rec->name, name))
			found = rec;
	}
	return found;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void collect(void *ctx, const struct quarry_holding *h)
{
	struct record *rec = ctx;
	struct group **p = &rec->groups, *g;

	for (; (g = *p); p = &g->next) {
		if (g->site == h->site && g->size == h->size && !strcmp(g->kind, h->kind) &&
		    same_text(g->detail, h->detail)) {
			g->count++;
			return;
		}
	}
	g = build_grow(NULL, sizeof(*g));
	memset(g, 0, sizeof(*g));
	g->kind = h->kind;
	g->detail = h->detail ? build_format("%s", h->detail) : NULL;
	g->address = h->address;
	g->size = h->size;
	g->site = h->site;
	g->count = 1;
	*p = g;
}

/* Where file and line are known, "+0x12/0x40" says nothing to people. */
static void drop_offset(char *where)
{
	char *plus = strchr(where, '+'), *space = plus ? strchr(plus, ' ') : NULL;

	if (space && strrchr(space, ':'))
		memmove(plus, space, strlen(space) + 1);
}

/* A compiler may have made several call sites of one line. */
static void merge_alike(struct group *first)
{
	struct group **p = &first->next, *g;

	while ((g = *p)) {
		if (g->size != first->size || strcmp(g->kind, first->kind) ||
		    !same_text(g->detail, first->detail) || strcmp(g->where, first->where)) {
			p = &g->next;
			continue;
		}
		first->count += g->count;
		*p = g->next;
		free(g->detail);
		free(g->where);
		free(g);
	}
}

static void find_held(struct record *rec, const struct loaded_module *m)
{
	char where[512];

	rec->held = quarry_holdings(m->text, m->text_end, collect, rec);
	for (struct group *g = rec->groups; g; g = g->next) {
		size_t n = quarry_host_symbol(g->site, true, where, sizeof(where));

		g->where = n ? build_format("%.*s", (int)n, where) :
			build_format("%#lx", (unsigned long)g->site);
		drop_offset(g->where);
	}
	for (struct group *g = rec->groups; g; g = g->next)
		merge_alike(g);
	rec->checked = true;
}

size_t verdict_removed(const struct loaded_module *m, int result)
{
	struct record *rec = find_record(m->name);

	if (!rec)
		return 0;
	if (result) {
		rec->state = RECORD_STAYS;
		return 0;
	}
	if (rec->state == RECORD_LIVE)
		rec->state = RECORD_UNLOADED;
	find_held(rec, m);
	return rec->held;
}

/* V3 */
static void say(enum out_style style, const char *format, ...)
{
	char line[1024];
	va_list args;
	int n, used;

	used = snprintf(line, sizeof(line), "%s", out_on(STDOUT_FILENO, style));
	va_start(args, format);
	n = vsnprintf(line + used, sizeof(line) - 16 - (size_t)used, format, args);
	va_end(args);
	if (n < 0)
		return;
	if (n >= (int)sizeof(line) - 16 - used)
		n = (int)sizeof(line) - 17 - used;
	used += n;
	used += snprintf(line + used, sizeof(line) - (size_t)used, "%s\n",
			 style == OUT_PLAIN ? "" : out_off(STDOUT_FILENO));
	out_raw(STDOUT_FILENO, line, (size_t)used);
}

const char *verdict_errno(int error, char *buf, size_t size)
{
	const char *name = error < 0 ? strerrorname_np(-error) : NULL;

	if (name)
		snprintf(buf, size, "-%s", name);
	else
		snprintf(buf, size, "%d", error);
	return buf;
}

static const char *state_text(enum record_state state)
{
	switch (state) {
	case RECORD_UNLOADED:
		return ", unloaded";
	case RECORD_STAYS:
		return ", stays loaded (in use, or it has no exit function)";
	case RECORD_FAILED:
		return ", not loaded";
	default:
		return "";
	}
}

static bool init_is_fine(const struct record *rec)
{
	return rec->init_result >= 0 || (rules.expect_init && rec->init_result == rules.expect_init);
}

static void print_group(const struct group *g)
{
	const char *detail = g->detail ? g->detail : "", *quote = g->detail ? " '" : "";
	const char *end = g->detail ? "'" : "";

	if (g->count > 1)
		say(OUT_BAD, "         %zu of %s%s%s%s, %zu bytes each, the first at %#lx, from %s",
		    g->count, g->kind, quote, detail, end, g->size, (unsigned long)g->address,
		    g->where);
	else
		say(OUT_BAD, "         %s%s%s%s, %zu bytes at %#lx, from %s", g->kind, quote,
		    detail, end, g->size, (unsigned long)g->address, g->where);
}

static void print_groups(const struct record *rec)
{
	unsigned int shown = 0;

	for (struct group *g = rec->groups; g && shown < VERDICT_SHOWN; g = g->next, shown++)
		print_group(g);
	if (shown == VERDICT_SHOWN)
		say(OUT_BAD, "         and perhaps more");
}

size_t verdict_show_held(const struct loaded_module *m)
{
	struct record rec = { .name = m->name };

	find_held(&rec, m);
	fflush(stdout);
	if (rec.held)
		say(OUT_BAD, "%s still holds:", m->name);
	print_groups(&rec);
	free_groups(&rec);
	return rec.held;
}

static void print_record(const struct record *rec)
{
	enum out_style style = OUT_PLAIN;
	char error[32], held[48] = "";

	if (rec->state == RECORD_NOT_LOADED) {
		say(OUT_BAD, "verdict: %s: not loaded: %s", rec->name, rec->why);
		return;
	}
	if (rec->checked && rec->held)
		snprintf(held, sizeof(held), ", still holds %zu %s:", rec->held,
			 rec->held == 1 ? "thing" : "things");
	else if (rec->checked)
		snprintf(held, sizeof(held), ", nothing held");
	if (rec->held || !init_is_fine(rec))
		style = OUT_BAD;
	else if (rec->init_result > 0)
		style = OUT_WARN;
	say(style, "verdict: %s: init returned %s%s%s", rec->name,
	    verdict_errno(rec->init_result, error, sizeof(error)), state_text(rec->state), held);
	print_groups(rec);
}

static void print_records(void)
{
	struct quarry_incidents seen = quarry_incidents();
	struct quarry_test_totals tests = quarry_module_tests();
	char skipped[32] = "";

	if (tests.skipped)
		snprintf(skipped, sizeof(skipped), ", %u skipped", tests.skipped);
	for (const struct record *rec = records; rec; rec = rec->next)
		print_record(rec);
	say(seen.bugs ? OUT_BAD : seen.warnings ? OUT_WARN : OUT_PLAIN,
	    "verdict: %u warning%s, %u bug%s", seen.warnings, seen.warnings == 1 ? "" : "s",
	    seen.bugs, seen.bugs == 1 ? "" : "s");
	if (unreachable)
		say(OUT_BAD, "verdict: nothing refers to %zu object%s", unreachable,
		    unreachable == 1 ? "" : "s");
	if (tests.passed || tests.failed || tests.skipped)
		say(tests.failed ? OUT_BAD : OUT_PLAIN, "verdict: %u test%s passed, %u failed%s",
		    tests.passed, tests.passed == 1 ? "" : "s", tests.failed, skipped);
}

/* V2. The expected result must be seen at least once, so that a success is noticed. */
static int judge(const char **words)
{
	struct quarry_incidents seen = quarry_incidents();
	bool leak = false, failed = false, expected = !rules.expect_init;
	const struct record *rec, *refused = NULL;

	for (rec = records; rec; rec = rec->next) {
		leak |= rec->held != 0;
		if (rec->state == RECORD_NOT_LOADED && !refused)
			refused = rec;
		failed |= rec->state != RECORD_NOT_LOADED && !init_is_fine(rec);
		expected |= rec->state != RECORD_NOT_LOADED && rules.expect_init &&
			rec->init_result == rules.expect_init;
	}
	if (seen.bugs || (rules.strict && seen.warnings)) {
		*words = seen.bugs ? "bug" : "warning (--strict)";
		return EXIT_BUG;
	}
	if (faults) {
		*words = "an invariant does not hold";
		return EXIT_BUG;
	}
	if (quarry_module_tests().failed) {
		*words = "test failed";
		return EXIT_BUG;
	}
	if (leak || unreachable) {
		*words = "leak";
		return EXIT_LEAK;
	}
	if (refused) {
		*words = refused->why;
		return refused->code;
	}
	if (failed || !expected) {
		*words = failed ? "init failed" : "init did not fail as expected";
		return EXIT_INIT;
	}
	if (misused) {
		*words = misused;
		return EXIT_USAGE;
	}
	if (trouble) {
		*words = trouble;
		return EXIT_TROUBLE;
	}
	*words = "clean";
	return EXIT_CLEAN;
}

int verdict_print(void)
{
	const char *words;
	int code;

	fflush(stdout);
	print_records();
	code = judge(&words);
	if (code == EXIT_CLEAN)
		say(OUT_GOOD, "verdict: clean");
	else
		say(OUT_BAD, "verdict: %s (exit code %d)", words, code);
	return code;
}

void verdict_fatal(const char *what, const char *why, int code)
{
	int pid;
	const char *task = quarry_running(&pid);
	/* What init does meanwhile is not what died. 0: an interrupt on an idle CPU. A stall is
	 * everybody's, whoever notices it. */
	bool elsewhere = task && pid > 1 && code != EXIT_STALL;

	print_records();
	if (phase_what && elsewhere)
		say(OUT_BAD, "verdict: %s in thread %s/%d, during %s %s: %s (exit code %d)", what, task,
		    pid, phase_what, phase_name, why, code);
	else if (phase_what)
		say(OUT_BAD, "verdict: %s in %s %s: %s (exit code %d)", what, phase_what, phase_name,
		    why, code);
	else
		say(OUT_BAD, "verdict: %s: %s (exit code %d)", what, why, code);
}
