// SPDX-License-Identifier: MIT
/*
 * KUnit's runner: suites, cases, their output in KTAP.
 *
 * N1  A case's init and function run in one thread, its exit in another, so that each
 *     may be ended by an assertion. The runner waits; it gives a thread TIMEOUT.
 * N2  A case fails when it says so, when init fails, when its thread does not end, or
 *     when the number of WARNINGs and BUGs meanwhile is not what it announced.
 * N3  All that a case allocated through KUnit is given back before its result is said.
 * N4  A case's structure outlives a thread that did not end: it is never freed then.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <quarry/quarry.h>

#include "kernel/internal.h"
#include "kernel/kunit.h"

#define TIMEOUT		(300 * HZ)	/* as Linux has it */
#define LINE_SIZE	400

/* Where the output goes, and what came of it. */
struct output {
	quarry_emit_fn *emit;
	void *ctx;
	const char *indent;
};

struct run {
	struct kunit test;
	struct kunit_suite *suite;
	struct kunit_case *test_case;
	struct output *out;
};

extern const struct kunit_section __start_quarry_kunit[] __weak;
extern const struct kunit_section __stop_quarry_kunit[] __weak;

static __printf(2, 3) void put(struct output *o, const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list args;
	size_t len;

	va_start(args, fmt);
	len = (size_t)scnprintf(line, sizeof(line) - 1, "%s", o->indent);
	len += (size_t)vscnprintf(line + len, sizeof(line) - 1 - len, fmt, args);
	va_end(args);
	line[len++] = '\n';
	o->emit(o->ctx, line, len);
}

void kunit_line(struct kunit *test, const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list args;

	va_start(args, fmt);
	vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	put(container_of(test, struct run, test)->out, "%s", line);
}

void kunit_say(struct kunit *test, const char *level, const char *fmt, ...)
{
	char text[LINE_SIZE - 64], *at = text;
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Each line is one of diagnostics, or it would be taken for a result. */
	while (*at) {
		size_t len = strcspn(at, "\n");

		kunit_line(test, "# %s: %.*s", test->name, (int)len, at);
		at += len + (at[len] == '\n');
	}
}
EXPORT_SYMBOL(kunit_say);

struct kunit *kunit_get_current_test(void)
{
	return current->kunit_test;
}
EXPORT_SYMBOL(kunit_get_current_test);

void quarry_expect_reports(struct kunit *test, unsigned int n)
{
	test->expected_reports += n;
}
EXPORT_SYMBOL(quarry_expect_reports);

void __kunit_mark_skipped(struct kunit *test, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(test->status_comment, sizeof(test->status_comment), fmt, args);
	va_end(args);
	if (READ_ONCE(test->status) == KUNIT_SUCCESS)
		WRITE_ONCE(test->status, KUNIT_SKIPPED);
}
EXPORT_SYMBOL(__kunit_mark_skipped);

/* Ends the thread that asserts: the case's own, or one that the case made. */
void __kunit_abort(struct kunit *test)
{
	kthread_exit(0);
}
EXPORT_SYMBOL(__kunit_abort);

/* One case. */

/* What the runner has against a case; no place in the source. */
static __printf(2, 3) void fail(struct run *r, const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	WRITE_ONCE(r->test.status, KUNIT_FAILURE);
	kunit_line(&r->test, "# %s: %s", r->test.name, text);
}

static int case_thread(void *data)
{
	struct run *r = data;
	int err = 0;

	if (r->suite->init)
		err = r->suite->init(&r->test);
	if (err)
		fail(r, "failed to initialize: %d", err);
	else if (r->test.status == KUNIT_SUCCESS)
		r->test_case->run_case(&r->test);
	return 0;
}

static int exit_thread(void *data)
{
	struct run *r = data;

	r->suite->exit(&r->test);
	return 0;
}

/* N1. Return: did it end? */
static bool run_in_thread(struct run *r, int (*fn)(void *data))
{
	struct task_struct *task = kthread_create(fn, r, "kunit_try_catch");
	bool ended;

	if (IS_ERR(task)) {
		fail(r, "no thread for the case: %ld", PTR_ERR(task));
		return true;
	}
	get_task_struct(task);
	task->kunit_test = &r->test;
	r->test.thread = task;
	wake_up_process(task);
	ended = wait_for_completion_timeout(&task->kthread->exited, TIMEOUT) != 0;
	if (ended)
		task_stacks_drain();	/* or its stack would go behind the next case's back */
	else
		fail(r, "the case does not end: given up after %d seconds", TIMEOUT / HZ);
	put_task_struct(task);
	return ended;
}

static unsigned int reports(void)
{
	struct quarry_incidents i = quarry_incidents();

	return i.warnings + i.bugs;
}

static struct run *new_run(struct kunit_suite *suite, struct kunit_case *c, const void *param,
			   int index, struct output *out)
{
	struct run *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return NULL;
	r->suite = suite;
	r->test_case = c;
	r->out = out;
	r->test.name = c->name;
	r->test.param_value = param;
	r->test.param_index = index;
	spin_lock_init(&r->test.lock);
	INIT_LIST_HEAD(&r->test.resources);
	return r;
}

/* @comment: KUNIT_STATUS_COMMENT_SIZE bytes, gets why it was skipped. */
static enum kunit_status run_one(struct kunit_suite *suite, struct kunit_case *c,
				 const void *param, int index, struct output *out, char *comment)
{
	struct run *r = new_run(suite, c, param, index, out);
	unsigned int seen, before = reports();
	enum kunit_status status;

	*comment = '\0';
	if (!r) {
		put(out, "    # %s: no memory for the case", c->name);
		return KUNIT_FAILURE;
	}
	if (!run_in_thread(r, case_thread))
		return KUNIT_FAILURE;	/* N4 */
	if (suite->exit && !run_in_thread(r, exit_thread))
		return KUNIT_FAILURE;
	kunit_cleanup(&r->test);
	seen = reports() - before;
	if (seen != r->test.expected_reports)
		fail(r, "%u warnings and bugs were reported, %u were expected", seen,
		     r->test.expected_reports);
	status = (enum kunit_status)r->test.status;
	strscpy(comment, r->test.status_comment, KUNIT_STATUS_COMMENT_SIZE);
	kfree(r);
	return status;
}

static void count(struct quarry_test_totals *totals, enum kunit_status status)
{
	if (status == KUNIT_SUCCESS)
		totals->passed++;
	else if (status == KUNIT_FAILURE)
		totals->failed++;
	else
		totals->skipped++;
}

static void result(struct output *o, enum kunit_status status, unsigned int number,
		   const char *name, const char *comment)
{
	const char *ok = status == KUNIT_FAILURE ? "not ok" : "ok";

	if (status == KUNIT_SKIPPED)
		put(o, "%s %u - %s # SKIP %s", ok, number, name, comment);
	else
		put(o, "%s %u - %s", ok, number, name);
}

/* A case for each parameter, one level deeper. */
static enum kunit_status run_params(struct kunit_suite *suite, struct kunit_case *c,
				    struct output *out, struct quarry_test_totals *totals,
				    char *comment)
{
	struct output deeper = { out->emit, out->ctx, "        " };
	enum kunit_status worst = KUNIT_SKIPPED;
	const void *param = NULL;
	unsigned int i;

	put(&deeper, "KTAP version 1");
	put(&deeper, "# Subtest: %s", c->name);
	for (i = 0;; i++) {
		char desc[KUNIT_PARAM_DESC_SIZE] = "";
		enum kunit_status status;

		param = c->generate_params(param, desc);
		if (!param)
			break;
		if (!*desc)
			snprintf(desc, sizeof(desc), "param-%u", i);
		status = run_one(suite, c, param, (int)i, &deeper, comment);
		result(&deeper, status, i + 1, desc, comment);
		count(totals, status);
		if (status == KUNIT_FAILURE || (status == KUNIT_SUCCESS && worst == KUNIT_SKIPPED))
			worst = status;
	}
	put(&deeper, "1..%u", i);
	strcpy(comment, i ? "all parameters skipped" : "no parameters");
	return worst;
}

/* Suites. */

static bool wanted(const struct kunit_suite *suite, const struct kunit_case *c,
		   const char *pattern)
{
	char name[LINE_SIZE];

	if (!pattern)
		return true;
	snprintf(name, sizeof(name), "%s.%s", suite->name, c->name);
	return strstr(name, pattern) != NULL;
}

unsigned int quarry_suite_cases(const struct kunit_suite *suite, const char *pattern,
				quarry_emit_fn *emit, void *ctx)
{
	struct output out = { emit, ctx, "" };
	struct kunit_case *c;
	unsigned int n = 0;

	kunit_suite_for_each_test_case(suite, c) {
		if (!wanted(suite, c, pattern))
			continue;
		n++;
		if (emit)
			put(&out, "%s.%s", suite->name, c->name);
	}
	return n;
}

static void run_cases(struct kunit_suite *suite, const char *pattern, struct output *out,
		      struct quarry_test_totals *cases, struct quarry_test_totals *totals)
{
	char comment[KUNIT_STATUS_COMMENT_SIZE];
	struct kunit_case *c;
	unsigned int number = 0;

	kunit_suite_for_each_test_case(suite, c) {
		if (!wanted(suite, c, pattern))
			continue;
		if (c->generate_params) {
			c->status = run_params(suite, c, out, totals, comment);
		} else {
			c->status = run_one(suite, c, NULL, 0, out, comment);
			count(totals, c->status);
		}
		count(cases, c->status);
		result(out, c->status, ++number, c->name, comment);
	}
}

void quarry_run_suite(struct kunit_suite *suite, unsigned int number, const char *pattern,
		      quarry_emit_fn *emit, void *ctx, struct quarry_test_totals *totals)
{
	struct output top = { emit, ctx, "" }, out = { emit, ctx, "    " };
	unsigned int plan = quarry_suite_cases(suite, pattern, NULL, NULL);
	struct quarry_test_totals cases = {}, all = {};
	enum kunit_status status = KUNIT_SUCCESS;
	/* Nothing goes behind the back of a case that counts pages. */
	bool reaps = slab_reap_stop();
	int err = 0;

	put(&out, "KTAP version 1");
	put(&out, "# Subtest: %s", suite->name);
	if (suite->suite_init)
		err = suite->suite_init(suite);
	put(&out, "1..%u", err ? 0 : plan);
	if (err) {
		put(&out, "# failed to initialize (%d)", err);
		all.failed++;
	} else {
		run_cases(suite, pattern, &out, &cases, &all);
	}
	if (!err && suite->suite_exit)
		suite->suite_exit(suite);
	if (reaps)
		slab_reap_start();
	if (plan > 1 && !err) {
		put(&top, "# %s: pass:%u fail:%u skip:%u total:%u", suite->name, cases.passed,
		    cases.failed, cases.skipped, cases.passed + cases.failed + cases.skipped);
		put(&top, "# Totals: pass:%u fail:%u skip:%u total:%u", all.passed, all.failed,
		    all.skipped, all.passed + all.failed + all.skipped);
	}
	if (all.failed)
		status = KUNIT_FAILURE;
	else if (!all.passed)
		status = KUNIT_SKIPPED;
	result(&top, status, number, suite->name, plan ? "all cases skipped" : "no case matches");
	totals->passed += all.passed;
	totals->failed += all.failed;
	totals->skipped += all.skipped;
}

const char *quarry_suite_name(const struct kunit_suite *suite)
{
	return suite->name;
}

bool quarry_test_entry(unsigned int i, struct kunit_suite **suite, const char **machine)
{
	const struct kunit_section *s = __start_quarry_kunit + i;

	if (s >= __stop_quarry_kunit)
		return false;
	*suite = s->suite;
	*machine = s->machine;
	return true;
}

static struct quarry_test_totals module_tests;	/* by whoever inserts modules: one at a time */

void kunit_start(void)
{
	module_tests = (struct quarry_test_totals){};
}

struct quarry_test_totals quarry_module_tests(void)
{
	return module_tests;
}

/* A module's suites: what is emitted is whole lines. */
static void emit_to_log(void *ctx, const char *text, size_t len)
{
	printk(KERN_INFO "%.*s", (int)len, text);
}

void kunit_run_module(const struct kunit_section *start, const struct kunit_section *end)
{
	const struct kunit_section *s;

	if (start >= end)
		return;
	printk(KERN_INFO "KTAP version 1\n");
	printk(KERN_INFO "1..%u\n", (unsigned int)(end - start));
	for (s = start; s < end; s++)
		quarry_run_suite(s->suite, (unsigned int)(s - start) + 1, NULL, emit_to_log, NULL,
				 &module_tests);
}
