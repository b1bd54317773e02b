/* SPDX-License-Identifier: MIT */
/*
 * `quarry run`: from sources to a verdict.
 *
 * All modules are compiled first, while there is no machine yet. Then it boots;
 * modules are loaded in order, their threads get time to run, and they are
 * unloaded in reverse. What each still holds is looked up between its exit
 * function and the end of its code in memory.
 *
 * R1  A module that cannot be loaded, or whose init fails unexpectedly, ends the
 *     loading: later ones may depend on it. Those that are loaded are unloaded.
 * R2  Code of a module that still holds something stays in memory until the
 *     machine is down: a thread or a timer may run in it, a cache points to its
 *     name there.
 *
 * The shell's insmod and rmmod are here too, built of the same pieces. Neighbours:
 * build.c, loader.c, verdict.c, session.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "cmd.h"
#include "figures.h"
#include "kbuild.h"
#include "loader.h"
#include "machine.h"
#include "run.h"
#include "verdict.h"

#define RUN_THREADS_MS	1000	/* for threads, when --for does not say */
#define RUN_STEP_MS	10
#define RUN_MAX_PARAMS	64	/* of one module */

/* A module of the command line with what was said about it. */
struct plan_module {
	const struct build_target *target;
	char *params[RUN_MAX_PARAMS + 1];
	size_t nr_params;
};

struct run {
	struct quarry_options *o;
	struct build_list list;
	struct plan_module *modules;	/* parallel to list.targets */
	struct loaded_module **loaded;	/* live ones, in load order */
	size_t nr_loaded;
	bool stuck;			/* threads or timers are left behind */
	unsigned int also;		/* RUN_* */
};

static int run_code;			/* the verdict's, once it has been printed */
static bool run_judged;

/* @d: the machine; NULL: any */
static struct build_options build_options(const struct quarry_options *o, char *const *flags,
					  const struct machine_desc *d)
{
	struct build_options b = {
		.cc = o->cc, .flags = flags, .nr_cpus = d ? d->nr_cpus : 1,
		.highmem = !d || machine_has_highmem(d), .era = o->era_26 ? 26 : 0,
		.debug = !o->no_debug, .keep = o->keep,
	};

	return b;
}

/* --cflags as build.c wants them: ended by NULL. */
static char **flags_of(const struct quarry_options *o)
{
	char **flags = build_grow(NULL, (o->cflags.count + 1) * sizeof(*flags));

	for (unsigned int i = 0; i < o->cflags.count; i++)
		flags[i] = (char *)o->cflags.item[i];
	flags[o->cflags.count] = NULL;
	return flags;
}

static int exit_of_build(enum build_result result)
{
	switch (result) {
	case BUILD_OK:
		return EXIT_CLEAN;
	case BUILD_USAGE:
		return EXIT_USAGE;
	case BUILD_COMPILE:
		return EXIT_COMPILE;
	default:
		return EXIT_TROUBLE;
	}
}

static int exit_of_loader(enum loader_result result)
{
	switch (result) {
	case LOADER_OK:
		return EXIT_CLEAN;
	case LOADER_SYMBOL:
		return EXIT_UNDEFINED;
	case LOADER_BAD_FILE:
	case LOADER_PARAM:
		return EXIT_USAGE;
	default:
		return EXIT_TROUBLE;
	}
}

static const char *words_of_loader(enum loader_result result)
{
	switch (result) {
	case LOADER_SYMBOL:
		return "unknown symbols";
	case LOADER_BAD_FILE:
		return "not a module for this quarry";
	case LOADER_PARAM:
		return "a parameter was refused";
	default:
		return "refused by the kernel";
	}
}

/* "name=value" for the last module of the specification, "module.name=value" for any. */
static int add_param(struct run *r, char *arg, size_t first)
{
	const char *dot = strchr(arg, '.'), *eq = strchr(arg, '=');
	struct plan_module *m = &r->modules[r->list.nr - 1];
	char *text = arg;

	for (size_t i = first; dot && dot < eq && i < r->list.nr; i++) {
		const char *name = r->list.targets[i]->name;

		if (strlen(name) == (size_t)(dot - arg) && !strncmp(name, arg, strlen(name))) {
			m = &r->modules[i];
			text = (char *)dot + 1;
			break;
		}
	}
	if (m->nr_params == RUN_MAX_PARAMS) {
		out_error("more than %d parameters for one module", RUN_MAX_PARAMS);
		return EXIT_USAGE;
	}
	m->params[m->nr_params++] = text;
	return EXIT_CLEAN;
}

static int parse_arguments(struct run *r, int argc, char **argv)
{
	size_t first = 0;
	int code;

	for (int i = 0; i < argc; i++) {
		if (!build_looks_like_spec(argv[i])) {
			if (!r->list.nr) {
				out_error("%s: a parameter, but no module before it", argv[i]);
				return EXIT_USAGE;
			}
			code = add_param(r, argv[i], first);
			if (code)
				return code;
			continue;
		}
		first = r->list.nr;
		code = exit_of_build(build_parse(argv[i], &r->list));
		if (code)
			return code;
		r->modules = build_grow(r->modules, r->list.nr * sizeof(*r->modules));
		memset(r->modules + first, 0, (r->list.nr - first) * sizeof(*r->modules));
	}
	if (!r->list.nr && !(r->also & RUN_VALIDATE)) {
		out_error("run: which module? (quarry run --help)");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < r->list.nr; i++)
		r->modules[i].target = r->list.targets[i];
	return EXIT_CLEAN;
}

/* The machine that will be; NULL: it has something wrong, which the session says. */
static const struct machine_desc *planned_machine(const struct quarry_options *o)
{
	static struct machine_desc d;
	struct machine_changes c = { .mem = o->mem, .cpus = o->cpus, .nodes = o->nodes };
	const char *name = o->machine ? o->machine : machine_preset_name(0);
	char err[256] = "", *text;
	bool found = false;
	ssize_t n;
	int fd;

	if (!machine_preset(&d, name, &c, err, sizeof(err)))
		return &d;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		text = build_grow(NULL, 1 << 20);
		n = read(fd, text, 1 << 20);
		close(fd);
		found = n > 0 && !machine_parse(&d, name, text, (size_t)n, err, sizeof(err));
		free(text);
	}
	if (found && o->cpus)
		d.nr_cpus = o->cpus;
	return found ? &d : NULL;
}

static void print_proc(const struct string_list *names, const char *when)
{
	for (unsigned int i = 0; i < names->count; i++) {
		const char *name = names->item[i], *root = *name == '/' ? "" : "/proc/";

		printf("%s%s%s %s:%s\n", out_on(STDOUT_FILENO, OUT_BOLD), root, name, when,
		       out_off(STDOUT_FILENO));
		fflush(stdout);
		if (quarry_proc_read(name, out_emit, NULL)) {
			out_error("%s%s: there is no such file", root, name);
			verdict_misused(*root ? "no such file below /proc" : "no such file");
		}
		fflush(stdout);
	}
}

/* --leaks. What is told once is not told again. */
static void find_leaks(const struct run *r, const char *when)
{
	const char *name = "/sys/kernel/debug/kmemleak";
	const struct string_list file = { &name, 1 };
	long found;

	if (!r->o->leaks)
		return;
	found = quarry_leaks();
	if (found < 0) {
		out_error("--leaks: %s", strerror((int)-found));
		verdict_misused("a search that cannot be made");
	}
	if (found <= 0)
		return;
	verdict_unreachable((size_t)found);
	print_proc(&file, when);
	quarry_proc_write(name, "clear", 5);
}

#define TRACING	"/sys/kernel/tracing/"

static void emit_in_line(void *ctx, const char *text, size_t len)
{
	for (; len; text++, len--)
		fputc(*text == '\n' ? ' ' : *text, stderr);
}

static void no_such_event(const char *name)
{
	fprintf(stderr, "quarry: --trace: there is no event '%s'; there are ", name);
	quarry_proc_read(TRACING "available_events", emit_in_line, NULL);
	fputs("kmem:*\n", stderr);
}

static void begin_trace(const struct string_list *events)
{
	for (unsigned int i = 0; i < events->count; i++) {
		const char *name = events->item[i];
		long err = quarry_proc_append(TRACING "set_event", name, strlen(name));

		if (err >= 0)
			continue;
		if (err == -EINVAL)
			no_such_event(name);
		else
			out_error("--trace %s: %s", name, strerror((int)-err));
		verdict_misused("a trace event that cannot be had");
	}
}

static void print_trace(void)
{
	const char *name = TRACING "trace";
	const struct string_list trace = { &name, 1 };

	quarry_proc_write(TRACING "tracing_on", "0", 1);
	print_proc(&trace, "after");
}

/* A module has left: what does it hold (R2)? */
static void leave(struct run *r, struct loaded_module *m)
{
	size_t held;

	/* While stacks can still be told. */
	quarry_slab_check();
	held = verdict_removed(m, 0);
	if (quarry_module_busy(m->mod)) {
		r->stuck = true;	/* and keeps its per-CPU variables */
		return;
	}
	quarry_module_percpu_free(m->mod);
	/* What was traced will be printed with names. */
	if (!held && !r->o->trace.count)
		loader_unmap(m);
}

/* Return: may loading go on (R1)? */
static bool load(struct run *r, struct plan_module *pm)
{
	struct loaded_module *m = NULL;
	enum loader_result result;
	int returned;

	verdict_phase("init of", pm->target->name);
	result = loader_insert(pm->target, pm->params, &m);
	if (result != LOADER_OK) {
		verdict_not_loaded(pm->target->name, words_of_loader(result),
				   exit_of_loader(result));
		return false;
	}
	verdict_inserted(m);
	if (m->live) {
		r->loaded[r->nr_loaded++] = m;
		return true;
	}
	returned = m->init_result;
	leave(r, m);
	return r->o->expect_init_given && returned == r->o->expect_init;
}

static bool busy(const struct run *r)
{
	for (size_t i = 0; i < r->nr_loaded; i++) {
		if (quarry_module_busy(r->loaded[i]->mod))
			return true;
	}
	return false;
}

static void let_threads_run(struct run *r)
{
	if (r->nr_loaded)
		verdict_phase("the run of", r->loaded[r->nr_loaded - 1]->name);
	figures_begin();
	if (r->o->for_given) {
		if (r->o->for_ms && r->nr_loaded)
			quarry_msleep((unsigned int)r->o->for_ms);
	} else {
		for (unsigned int ms = 0; ms < RUN_THREADS_MS && busy(r); ms += RUN_STEP_MS)
			quarry_msleep(RUN_STEP_MS);
	}
	figures_end();
}

/* --figures */
static void write_figures(const char *name)
{
	int err = figures_write(name);

	if (!err)
		return;
	out_error("--figures: %s: %s", name, strerror(err));
	verdict_trouble("a file that cannot be written");
}

static void unload(struct run *r)
{
	struct loaded_module *m;
	int err;

	while (r->nr_loaded) {
		m = r->loaded[--r->nr_loaded];
		verdict_phase("exit of", m->name);
		err = loader_remove(m);
		if (err)
			verdict_removed(m, err);
		else
			leave(r, m);
	}
}

/* Return: faults. */
static unsigned int check(const struct run *r, const char *when)
{
	fflush(stdout);
	return r->also & RUN_VALIDATE ? validate_machine(when) : 0;
}

/* --fail-nth: a request that nobody made was not refused. */
static void say_fail_nth(const struct run *r)
{
	unsigned int left = quarry_fail_nth_left();

	if (left)
		printf("--fail-nth %u: init asked for memory %u time%s only\n", r->o->fail_nth,
		       r->o->fail_nth - left, r->o->fail_nth - left == 1 ? "" : "s");
}

static int run_body(void *arg)
{
	struct run *r = arg;
	struct verdict_rules rules = {
		.expect_init = r->o->expect_init_given ? r->o->expect_init : 0,
		.strict = r->o->strict,
	};

	verdict_begin(&rules);
	print_proc(&r->o->proc_before, "before");
	begin_trace(&r->o->trace);
	if (r->o->fail_nth)
		quarry_fail_nth(r->o->fail_nth);
	for (size_t i = 0; i < r->list.nr; i++) {
		if (!load(r, &r->modules[i]))
			break;
	}
	if (r->o->fail_nth)
		say_fail_nth(r);
	let_threads_run(r);
	figures_look();
	if (r->also & RUN_MAP && r->nr_loaded)
		map_machine();
	if (r->nr_loaded)
		verdict_faults(check(r, ", modules loaded"));
	if (r->nr_loaded)
		find_leaks(r, "before unloading");
	unload(r);
	verdict_faults(check(r, ""));
	find_leaks(r, "after unloading");
	verdict_phase(NULL, NULL);
	if (r->o->trace.count)
		print_trace();
	print_proc(&r->o->proc, "after");
	if (r->o->figures)
		write_figures(r->o->figures);
	run_code = verdict_print();
	run_judged = true;
	if (r->stuck)
		session_leave_up();
	return run_code;
}

/* The machine has died; see struct session. */
static void last_words(enum quarry_fatal kind, const char *why)
{
	const char *what = "fault";
	int code = EXIT_FAULT;

	if (kind == FATAL_STALL) {
		what = "stall";
		code = EXIT_STALL;
	} else if (kind == FATAL_PANIC) {
		what = "panic";
		if (quarry_incidents().bugs) {	/* BUG() */
			what = "bug";
			code = EXIT_BUG;
		}
	}
	if (run_judged)
		code = run_code ? run_code : code;
	else
		verdict_fatal(what, why, code);
	build_cleanup();
	_exit(code);
}

static int run_all(struct run *r)
{
	char **flags = flags_of(r->o);
	struct build_options b = build_options(r->o, flags, planned_machine(r->o));
	struct session s = {
		.o = r->o, .debug = true, .log_fd = STDOUT_FILENO, .last_words = last_words,
		.log_level = r->o->quiet ? 4 : r->o->verbose ? 7 : 6,
	};
	int code = exit_of_build(build_targets(&r->list, 0, &b));

	free(flags);
	if (!code && r->o->count_requests && !figures_count_requests()) {
		out_error("out of memory");
		code = EXIT_TROUBLE;
	}
	if (code)
		return code;
	r->loaded = build_grow(NULL, r->list.nr * sizeof(*r->loaded));
	run_judged = false;
	code = session_run(&s, run_body, r);
	if (!r->stuck)
		loader_reset();
	free(r->loaded);
	return code;
}

int run_build(const struct quarry_options *o, int argc, char **argv, struct string_list *words)
{
	struct run r = { .o = (struct quarry_options *)o };
	int code = parse_arguments(&r, argc, argv);
	char **flags = flags_of(o);
	struct build_options b = build_options(o, flags, planned_machine(o));

	if (!code)
		code = exit_of_build(build_targets(&r.list, 0, &b));
	for (size_t i = 0; i < r.list.nr && !code; i++) {
		const struct plan_module *m = &r.modules[i];

		words->item = build_grow(words->item, (words->count + 1 + m->nr_params) *
						      sizeof(*words->item));
		words->item[words->count++] = build_format("%s", m->target->path);
		for (size_t j = 0; j < m->nr_params; j++)
			words->item[words->count++] = build_format("%s", m->params[j]);
	}
	free(flags);
	free(r.modules);
	build_free(&r.list);
	return code;
}

int run_modules(struct quarry_options *o, int argc, char **argv, unsigned int also)
{
	struct run r = { .o = o, .also = also };
	int code = parse_arguments(&r, argc, argv);

	if (!code)
		code = run_all(&r);
	free(r.modules);
	build_free(&r.list);
	return code;
}

/** cmd_run - quarry run [options] MODULE... [param=value...] */
int cmd_run(struct quarry_options *o, int argc, char **argv)
{
	return run_modules(o, argc, argv, 0);
}

/* The shell's. */

struct building {
	struct build_list *list;
	const struct build_options *o;
	enum build_result result;
};

static void *build_on_pthread(void *arg)
{
	struct building *b = arg;

	b->result = build_targets(b->list, 0, b->o);
	return NULL;
}

/* Compilers take long, and starting them takes stack: leave the CPU and the thread. */
static void build_off_cpu(void *arg)
{
	struct building *b = arg;
	pthread_t thread;

	if (pthread_create(&thread, NULL, build_on_pthread, b)) {
		b->result = BUILD_TROUBLE;
		return;
	}
	pthread_join(thread, NULL);
}

int run_insmod(const struct quarry_options *o, const char *spec, char *const params[])
{
	static char *const none[] = { NULL };
	struct build_list list = { NULL, 0 };
	char **flags = flags_of(o);
	struct build_options b = build_options(o, flags, session_machine());
	struct building work = { &list, &b, BUILD_OK };
	struct loaded_module *m;
	int code = exit_of_build(build_parse(spec, &list));
	enum loader_result result;
	char error[32];

	if (!code) {
		quarry_hosted_block(build_off_cpu, &work);
		code = exit_of_build(work.result);
	}
	for (size_t i = 0; i < list.nr && !code; i++) {
		result = loader_insert(list.targets[i], i + 1 == list.nr ? params : none, &m);
		code = exit_of_loader(result);
		if (code || m->live)
			continue;
		printf("%s: init returned %s: not loaded\n", m->name,
		       verdict_errno(m->init_result, error, sizeof(error)));
		code = EXIT_INIT;
		if (!quarry_module_busy(m->mod))
			quarry_module_percpu_free(m->mod);
		if (!verdict_show_held(m))
			loader_unmap(m);
	}
	free(flags);
	build_free(&list);
	return code;
}

int run_rmmod(const char *name)
{
	struct loaded_module *m = loader_find(name);
	char users[256] = "";
	int err;

	if (!m || !m->live) {
		out_error("rmmod: %s: not loaded", name);
		return EXIT_TROUBLE;
	}
	err = loader_remove(m);
	if (err) {
		if (err == -EBUSY)
			quarry_module_users(m->mod, users, sizeof(users));
		if (*users)
			out_error("rmmod: %s is in use by %s", name, users);
		else
			out_error("rmmod: %s: %s", name, strerror(-err));
		return EXIT_TROUBLE;
	}
	if (!quarry_module_busy(m->mod))
		quarry_module_percpu_free(m->mod);
	if (verdict_show_held(m))
		return EXIT_LEAK;
	loader_unmap(m);
	return EXIT_CLEAN;
}
