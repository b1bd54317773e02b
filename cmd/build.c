/* SPDX-License-Identifier: MIT */
/*
 * From a module's sources to a shared object: what the kernel's build does to
 * make foo.ko, for Quarry's headers and in one step.
 *
 * Each source is compiled to an object, a generated source (NAME.mod.c: the
 * module's descriptor) too, and the objects are linked to NAME.ko. All compilers
 * of a command run side by side, up to the number of processors; what one of
 * them prints is kept in a file and shown when it has ended, so that two
 * compilers do not interleave.
 *
 * B1  The link resolves a module's own symbols to itself (-Bsymbolic) and leaves
 *     its global offset table writable and unrelaxed: the loader moves per-CPU
 *     addresses there (P2 in linux/percpu-defs.h). Static ones of several sources
 *     get names of their own between compiler and linker (percpu_names.c).
 * B2  Everything lies in one directory made by mkdtemp(). The list of files in it
 *     is complete before a file is made, and build_cleanup() only calls unlink()
 *     and rmdir(), so a signal handler may call it.
 * B3  No shell: arguments go to posix_spawnp() as they are.
 *
 * Neighbours: kbuild.c reads Makefiles; loader.c takes the result.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build.h"
#include "kbuild.h"
#include "cmd.h"
#include "percpu_names.h"

#ifdef __clang__
#define BUILD_CC "clang"
#else
#define BUILD_CC "gcc"
#endif

extern char **environ;

/* Arguments under construction. */
struct args {
	char **v;
	size_t n;
};

/* A compiler that runs, or shall run. */
struct job {
	struct args args;
	char *output;			/* what it prints goes to this file */
	const char *what;		/* for out_step() */
	pid_t pid;			/* 0: not started */
};

/* Keys: H read by signal handlers too */
static char *build_dir;			/* H */
static char **build_files;		/* H  in build_dir */
static volatile size_t build_nr_files;	/* H */
static bool build_keep;			/* H */

static const int build_signals[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };

void build_say(const char *format, ...)
{
	va_list args;

	out_step_done();
	fputs("quarry: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static _Noreturn void build_no_memory(void)
{
	build_say("no memory");
	exit(EXIT_TROUBLE);
}

void *build_grow(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p)
		build_no_memory();
	return p;
}

char *build_format(const char *format, ...)
{
	va_list args;
	char *s;
	int n;

	va_start(args, format);
	n = vasprintf(&s, format, args);
	va_end(args);
	if (n < 0)
		build_no_memory();
	return s;
}

static void args_add(struct args *a, const char *s)
{
	a->v = build_grow(a->v, (a->n + 2) * sizeof(*a->v));
	a->v[a->n++] = build_format("%s", s);
	a->v[a->n] = NULL;
}

static void args_take(struct args *a, char *s)
{
	args_add(a, s);
	free(s);
}

static void args_free(struct args *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->v[i]);
	free(a->v);
	a->v = NULL;
	a->n = 0;
}

/* Specifications */

static bool file_exists(const char *path)
{
	return !access(path, F_OK);
}

static bool is_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

bool build_looks_like_spec(const char *arg)
{
	return !strchr(arg, '=') || file_exists(arg);
}

struct build_target *build_add(struct build_list *list, const char *name)
{
	struct build_target *t = build_grow(NULL, sizeof(*t));

	memset(t, 0, sizeof(*t));
	t->name = build_format("%s", name);
	for (char *p = t->name; *p; p++) {
		if (*p == '-')
			*p = '_';
	}
	list->targets = build_grow(list->targets, (list->nr + 1) * sizeof(*list->targets));
	list->targets[list->nr++] = t;
	return t;
}

void build_add_source(struct build_target *t, const char *path)
{
	t->sources = build_grow(t->sources, (t->nr_sources + 1) * sizeof(*t->sources));
	t->objects = build_grow(t->objects, (t->nr_sources + 1) * sizeof(*t->objects));
	t->sources[t->nr_sources] = build_format("%s", path);
	t->objects[t->nr_sources++] = NULL;
}

void build_add_flag(struct build_target *t, const char *flag)
{
	size_t n = 0;

	while (t->flags && t->flags[n])
		n++;
	t->flags = build_grow(t->flags, (n + 2) * sizeof(*t->flags));
	t->flags[n] = build_format("%s", flag);
	t->flags[n + 1] = NULL;
}

static bool name_is_good(const char *name)
{
	if (!*name)
		return false;
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name) && *name != '_' && *name != '-')
			return false;
	}
	return true;
}

/* The file's name without directory and ending; to be freed. */
static char *stem_of(const char *path)
{
	const char *base = strrchr(path, '/'), *dot;

	base = base ? base + 1 : path;
	dot = strrchr(base, '.');
	return build_format("%.*s", dot ? (int)(dot - base) : (int)strlen(base), base);
}

static enum build_result parse_directory(const char *dir, struct build_list *list)
{
	static const char *const names[] = { "Kbuild", "Makefile", "makefile" };
	enum build_result result;
	char *file;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		file = build_format("%s/%s", dir, names[i]);
		if (file_exists(file)) {
			result = kbuild_read(file, dir, list);
			free(file);
			return result;
		}
		free(file);
	}
	build_say("%s: no Kbuild or Makefile there", dir);
	return BUILD_USAGE;
}

static enum build_result parse_single(const char *spec, struct build_list *list)
{
	struct build_target *t;
	char *stem;

	if (!file_exists(spec)) {
		build_say("%s: %s", spec, strerror(errno));
		return BUILD_USAGE;
	}
	stem = stem_of(spec);
	t = build_add(list, stem);
	free(stem);
	if (ends_with(spec, ".c")) {
		build_add_source(t, spec);
	} else {
		t->prebuilt = true;
		t->path = realpath(spec, NULL);
	}
	return BUILD_OK;
}

static enum build_result parse_named(const char *spec, const char *colon, struct build_list *list)
{
	char *name = build_format("%.*s", (int)(colon - spec), spec);
	char *files = build_format("%s", colon + 1), *file, *save;
	struct build_target *t = build_add(list, name);

	for (file = strtok_r(files, ",", &save); file; file = strtok_r(NULL, ",", &save))
		build_add_source(t, file);
	free(name);
	free(files);
	if (!t->nr_sources) {
		build_say("%s: no sources behind the colon", spec);
		return BUILD_USAGE;
	}
	return BUILD_OK;
}

static enum build_result check_target(struct build_list *list, size_t i)
{
	struct build_target *t = list->targets[i];

	if (!name_is_good(t->name)) {
		build_say("%s: a module cannot have this name", t->name);
		return BUILD_USAGE;
	}
	for (size_t j = 0; j < i; j++) {
		if (!strcmp(list->targets[j]->name, t->name)) {
			build_say("two modules are named %s", t->name);
			return BUILD_USAGE;
		}
	}
	for (size_t j = 0; j < t->nr_sources; j++) {
		if (!ends_with(t->sources[j], ".c")) {
			build_say("%s: not a C source", t->sources[j]);
			return BUILD_USAGE;
		}
		if (!file_exists(t->sources[j])) {
			build_say("%s: %s", t->sources[j], strerror(errno));
			return BUILD_USAGE;
		}
	}
	return BUILD_OK;
}

enum build_result build_parse(const char *spec, struct build_list *list)
{
	const char *colon = strchr(spec, ':'), *base = strrchr(spec, '/');
	size_t first = list->nr;
	enum build_result result;

	base = base ? base + 1 : spec;
	if (is_directory(spec))
		result = parse_directory(spec, list);
	else if (file_exists(spec) && (!strcmp(base, "Kbuild") || !strcmp(base, "Makefile") ||
				       !strcmp(base, "makefile"))) {
		char *dir = base == spec ? build_format(".") :
			build_format("%.*s", (int)(base - spec) - 1, spec);

		result = kbuild_read(spec, dir, list);
		free(dir);
	} else if (colon && !file_exists(spec))
		result = parse_named(spec, colon, list);
	else if (file_exists(spec) && !ends_with(spec, ".c") && !ends_with(spec, ".ko") &&
		 !ends_with(spec, ".so")) {
		build_say("%s: not a module: it should be a .c file, name:a.c,b.c, a directory "
			  "with a Kbuild file, or a built .ko", spec);
		result = BUILD_USAGE;
	} else
		result = parse_single(spec, list);
	for (size_t i = first; i < list->nr && result == BUILD_OK; i++)
		result = check_target(list, i);
	return result;
}

void build_free(struct build_list *list)
{
	struct build_target *t;

	for (size_t i = 0; i < list->nr; i++) {
		t = list->targets[i];
		for (size_t j = 0; j < t->nr_sources; j++) {
			free(t->sources[j]);
			free(t->objects[j]);
		}
		for (size_t j = 0; t->flags && t->flags[j]; j++)
			free(t->flags[j]);
		free(t->sources);
		free(t->objects);
		free(t->flags);
		free(t->name);
		free(t->path);
		free(t->dir);
		free(t);
	}
	free(list->targets);
	list->targets = NULL;
	list->nr = 0;
}

/* The directory (B2) */

void build_cleanup(void)
{
	if (!build_dir || build_keep)
		return;
	for (size_t i = 0; i < build_nr_files; i++)
		unlink(build_files[i]);
	rmdir(build_dir);
	build_nr_files = 0;
}

static void cleanup_and_die(int sig)
{
	build_cleanup();
	raise(sig);		/* the default action, once this handler returns */
}

static enum build_result make_dir(bool keep)
{
	const char *tmp = getenv("TMPDIR");
	struct sigaction sa = { .sa_handler = cleanup_and_die, .sa_flags = (int)SA_RESETHAND };
	struct sigaction old;
	char *dir;

	if (build_dir)
		return BUILD_OK;
	dir = build_format("%s/quarry-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(dir)) {
		build_say("%s: %s", dir, strerror(errno));
		free(dir);
		return BUILD_TROUBLE;
	}
	build_keep = keep;
	build_dir = dir;
	if (keep) {
		build_say("objects are kept in %s", dir);
		return BUILD_OK;
	}
	atexit(build_cleanup);
	for (size_t i = 0; i < sizeof(build_signals) / sizeof(build_signals[0]); i++) {
		if (!sigaction(build_signals[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(build_signals[i], &sa, NULL);
	}
	return BUILD_OK;
}

/* A file that will be in the directory; the list owns the path. */
static const char *new_file(const char *name)
{
	char **files = build_grow(NULL, (build_nr_files + 1) * sizeof(*files));
	char **old = build_files;

	if (build_nr_files)
		memcpy(files, old, build_nr_files * sizeof(*files));
	files[build_nr_files] = build_format("%s/%s", build_dir, name);
	build_files = files;	/* complete before it is longer: handlers read it */
	build_nr_files++;
	free(old);
	return files[build_nr_files - 1];
}

static const char *new_file_of(const struct build_target *t, const char *suffix)
{
	char *name = build_format("%s%s", t->name, suffix);
	const char *path = new_file(name);

	free(name);
	return path;
}

static bool is_used(const char *path)
{
	for (size_t i = 0; i < build_nr_files; i++) {
		if (!strcmp(build_files[i], path))
			return true;
	}
	return false;
}

/* NAME.ko, or NAME.2.ko: what was loaded once may still be in memory. */
static char *new_module(const struct build_target *t)
{
	char *name = build_format("%s.ko", t->name), *path;

	for (unsigned int i = 2;; i++) {
		path = build_format("%s/%s", build_dir, name);
		if (!is_used(path))
			break;
		free(path);
		free(name);
		name = build_format("%s.%u.ko", t->name, i);
	}
	new_file(name);
	free(name);
	return path;
}

/* Where Quarry's headers are; to be freed, or NULL. */
static char *find_home(void)
{
	const char *env = getenv("QUARRY_HOME");
	char exe[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *candidates[5] = { NULL };
	size_t nr = 0;
	char *home = NULL, *probe;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	if (env && *env)
		candidates[nr++] = build_format("%s", env);
	candidates[nr++] = build_format("%s/../share/quarry", exe);
	candidates[nr++] = build_format("%s/..", exe);
#ifdef QUARRY_SOURCE_ROOT
	candidates[nr++] = build_format("%s", QUARRY_SOURCE_ROOT);
#endif
	for (size_t i = 0; i < nr; i++) {
		probe = build_format("%s/include/linux/kconfig.h", candidates[i]);
		if (!home && file_exists(probe))
			home = realpath(candidates[i], NULL);
		free(probe);
		free(candidates[i]);
		if (i == 0 && env && *env && !home) {
			build_say("QUARRY_HOME=%s: Quarry's headers are not there", env);
			break;
		}
	}
	if (!home && !(env && *env))
		build_say("Quarry's headers are not found: set QUARRY_HOME to the directory that "
			  "has include/linux/");
	return home;
}

/* Running compilers */

static int spawn(struct args *a, const char *output, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, dfl;
	int err;

	sigemptyset(&none);
	sigemptyset(&dfl);
	sigaddset(&dfl, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &dfl);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	err = posix_spawnp(pid, a->v[0], &actions, &attr, a->v, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return err;
}

static void show_output(const char *path)
{
	char buf[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		out_step_done();
		out_raw(STDERR_FILENO, buf, (size_t)n);
	}
	close(fd);
}

/*
 * Run all jobs, some at a time, and wait for the oldest: the process may have other
 * children. The first failure stops what has not begun.
 */
static enum build_result run_jobs(struct job *jobs, size_t nr)
{
	long room = sysconf(_SC_NPROCESSORS_ONLN);
	enum build_result result = BUILD_OK;
	size_t next = 0, oldest = 0;
	struct job *job;
	int status, err;

	if (room < 1)
		room = 1;
	while (oldest < next || (next < nr && result == BUILD_OK)) {
		if (next < nr && next - oldest < (size_t)room && result == BUILD_OK) {
			job = &jobs[next++];
			out_step("%s", job->what);
			err = spawn(&job->args, job->output, &job->pid);
			if (err) {
				build_say("%s: %s", job->args.v[0], strerror(err));
				job->pid = 0;
				result = BUILD_TROUBLE;
			}
			continue;
		}
		job = &jobs[oldest++];
		if (!job->pid)
			continue;
		status = 0;
		while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
			;
		show_output(job->output);
		if (status && result == BUILD_OK)
			result = BUILD_COMPILE;
	}
	out_step_done();
	return result;
}

static void split_words(struct args *a, const char *words)
{
	char *copy = build_format("%s", words), *word, *save;

	for (word = strtok_r(copy, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
		args_add(a, word);
	free(copy);
}

static void add_compiler(struct args *a, const struct build_options *o)
{
	const char *cc = o->cc;

	if (!cc || !*cc)
		cc = getenv("CC");
	if (!cc || !*cc)
		cc = BUILD_CC;
	split_words(a, cc);
	if (!a->n)
		args_add(a, BUILD_CC);
#if defined(__i386__)
	args_add(a, "-m32");
#endif
}

/* The directory of the compiler's own headers; to be freed, or NULL. */
static char *compiler_include(const struct build_options *o)
{
	const char *output = new_file("compiler");
	struct args a = { NULL, 0 };
	char line[PATH_MAX] = "";
	int status = 0, err;
	pid_t pid;
	FILE *f;

	add_compiler(&a, o);
	args_add(&a, "-print-file-name=include");
	err = spawn(&a, output, &pid);
	if (err) {
		build_say("%s: %s", a.v[0], strerror(err));
		args_free(&a);
		return NULL;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	f = fopen(output, "re");
	if (f) {
		if (!fgets(line, sizeof(line), f))
			line[0] = '\0';
		fclose(f);
	}
	line[strcspn(line, "\n")] = '\0';
	if (status || line[0] != '/') {
		show_output(output);
		build_say("%s: not a compiler that quarry can use (gcc or clang)", a.v[0]);
		args_free(&a);
		return NULL;
	}
	args_free(&a);
	return build_format("%s", line);
}

/* Arguments */

static bool is_coverage(const char *flag)
{
	return !strcmp(flag, "--coverage") || !strcmp(flag, "-fprofile-arcs");
}

static bool wants_coverage(const struct build_target *t, const struct build_options *o)
{
	for (size_t i = 0; o->flags && o->flags[i]; i++) {
		if (is_coverage(o->flags[i]))
			return true;
	}
	for (size_t i = 0; t->flags && t->flags[i]; i++) {
		if (is_coverage(t->flags[i]))
			return true;
	}
	return false;
}

/* What every source of every module gets. */
static void add_common(struct args *a, const struct build_options *o, const char *home,
		       const char *include)
{
	static const char *const fixed[] = {
		"-pipe", "-std=gnu11", "-O2", "-g", "-fPIC", "-fno-plt", "-fno-strict-aliasing",
		"-fno-common", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls",
		"-fno-stack-protector", "-fno-delete-null-pointer-checks", "-nostdinc",
		/* Functions that the kernel has too, with formats of its own. */
		"-fno-builtin-printf", "-fno-builtin-sprintf", "-fno-builtin-snprintf",
		"-fno-builtin-vsprintf", "-fno-builtin-vsnprintf", "-fno-builtin-sscanf",
		"-fno-builtin-malloc", "-fno-builtin-free", "-fno-builtin-calloc",
		"-fno-builtin-realloc",
		/* What the kernel's build warns of. */
		"-Wall", "-Wundef", "-Werror=strict-prototypes", "-Wno-trigraphs",
		"-Werror=implicit-function-declaration", "-Werror=implicit-int",
		"-Werror=return-type", "-Werror=incompatible-pointer-types",
		"-Wno-format-security", "-Wno-unused-but-set-variable",
		"-Wno-unused-const-variable", "-Wno-pointer-sign", "-Wno-sign-compare",
		"-DMODULE", "-D__KERNEL__", "-DQUARRY_PORT_HEADER=\"port/hosted/port.h\"",
#if defined(__i386__) || defined(__x86_64__)
		"-Wa,-mrelax-relocations=no",	/* B1: --no-relax is not enough on i386 */
#endif
	};

	add_compiler(a, o);
	/* Without it gcc's <stdint.h> asks for a C library's; memcpy() stays built in. */
	if (!strstr(include, "/clang/")) {
		args_add(a, "-ffreestanding");
		args_add(a, "-fbuiltin");
	}
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		args_add(a, fixed[i]);
	if (strstr(include, "/clang/"))
		args_add(a, "-Wno-gnu-variable-sized-type-not-at-end");
	else
		args_add(a, "-Wno-maybe-uninitialized");
	if (isatty(STDERR_FILENO) && !getenv("NO_COLOR"))
		args_add(a, "-fdiagnostics-color=always");
	args_add(a, "-isystem");
	args_add(a, include);
	args_take(a, build_format("-I%s/include", home));
	args_take(a, build_format("-I%s", home));
	args_add(a, "-include");
	args_add(a, "linux/kconfig.h");
	args_take(a, build_format("-DCONFIG_NR_CPUS=%u", o->nr_cpus));
	if (!o->highmem)
		args_add(a, "-DQUARRY_NO_HIGHMEM");
	if (o->debug)
		args_add(a, "-DCONFIG_DEBUG_PREEMPT=1");
	if (*QUARRY_SANITIZE)
		args_add(a, "-fsanitize=" QUARRY_SANITIZE);
	if (o->era == 26) {
		args_take(a, build_format("-I%s/include/legacy-2.6", home));
		args_add(a, "-include");
		args_add(a, "linux/legacy-2.6.h");
	}
}

static void add_source(struct args *a, const struct build_target *t, const struct build_options *o,
		       const char *source, const char *object)
{
	char *stem = stem_of(source);

	for (char *p = stem; *p; p++) {
		if (*p == '-')
			*p = '_';
	}
	args_take(a, build_format("-DKBUILD_MODNAME=\"%s\"", t->name));
	args_take(a, build_format("-DKBUILD_BASENAME=\"%s\"", stem));
	args_take(a, build_format("-DKBUILD_MODFILE=\"%s\"", t->name));
	free(stem);
	for (size_t i = 0; t->flags && t->flags[i]; i++)
		args_add(a, t->flags[i]);
	for (size_t i = 0; o->flags && o->flags[i]; i++)
		args_add(a, o->flags[i]);
	args_add(a, "-c");
	args_add(a, "-o");
	args_add(a, object);
	args_add(a, source);
}

/* The module's descriptor, and what says for which Quarry it was built. */
static const char *write_mod_c(const struct build_target *t)
{
	const char *path = new_file_of(t, ".mod.c");
	FILE *f = fopen(path, "we");

	if (!f) {
		build_say("%s: %s", path, strerror(errno));
		return NULL;
	}
	fprintf(f, "#include <linux/module.h>\n"
		   "QUARRY_MODULE(%s)\n"
		   "const char quarry_built_for[] __attribute__((__used__, "
		   "__section__(\"quarry_magic\"))) = \"%s\" QUARRY_MODULE_FOR;\n", t->name,
		   BUILD_MAGIC);
	if (fclose(f)) {
		build_say("%s: %s", path, strerror(errno));
		return NULL;
	}
	return path;
}

struct plan {
	struct job *jobs;
	size_t nr;
};

static struct job *plan_job(struct plan *p, const char *verb, const char *file)
{
	char *name = build_format("job%zu.out", build_nr_files);
	struct job *job;

	p->jobs = build_grow(p->jobs, (p->nr + 1) * sizeof(*p->jobs));
	job = &p->jobs[p->nr++];
	memset(job, 0, sizeof(*job));
	job->output = build_format("%s", new_file(name));
	job->what = build_format("%s %s", verb, file);
	free(name);
	return job;
}

static enum build_result plan_run(struct plan *p)
{
	enum build_result result = run_jobs(p->jobs, p->nr);

	for (size_t i = 0; i < p->nr; i++) {
		args_free(&p->jobs[i].args);
		free(p->jobs[i].output);
		free((char *)p->jobs[i].what);
	}
	free(p->jobs);
	p->jobs = NULL;
	p->nr = 0;
	return result;
}

static int plan_compile(struct plan *p, struct build_target *t, const struct build_options *o,
			const char *home, const char *include)
{
	const char *mod_c, *mod_o;
	struct job *job;
	char *suffix, *stem;

	for (size_t i = 0; i < t->nr_sources; i++) {
		stem = stem_of(t->sources[i]);
		suffix = build_format(".%zu.%s.o", i, stem);
		t->objects[i] = build_format("%s", new_file_of(t, suffix));
		free(suffix);
		free(stem);
		job = plan_job(p, "CC", t->sources[i]);
		add_common(&job->args, o, home, include);
		add_source(&job->args, t, o, t->sources[i], t->objects[i]);
	}
	mod_c = write_mod_c(t);
	if (!mod_c)
		return -1;
	mod_o = new_file_of(t, ".mod.o");
	job = plan_job(p, "CC", mod_c);
	add_common(&job->args, o, home, include);
	add_source(&job->args, t, o, mod_c, mod_o);
	return 0;
}

/* B1 */
static enum build_result own_names(struct build_target *t)
{
	const char *why = NULL;

	for (size_t i = 0; i < t->nr_sources && t->nr_sources > 1; i++) {
		if (percpu_names_own(t->objects[i], (unsigned int)i, &why)) {
			build_say("%s: %s", t->objects[i], why);
			return BUILD_TROUBLE;
		}
	}
	return BUILD_OK;
}

static void plan_link(struct plan *p, struct build_target *t, const struct build_options *o)
{
	static const char *const fixed[] = {
		"-shared", "-nostdlib", "-Wl,-Bsymbolic", "-Wl,--no-relax", "-Wl,-z,norelro",
		"-Wl,-z,lazy", "-Wl,-z,noexecstack",
		/* No function of this name: a module's _init and _fini are as good as any other. */
		"-Wl,-init=.none", "-Wl,-fini=.none",
	};
	struct job *job;

	t->path = new_module(t);
	job = plan_job(p, "LD", t->path);
	add_compiler(&job->args, o);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		args_add(&job->args, fixed[i]);
	args_take(&job->args, build_format("-Wl,-soname,%s.ko", t->name));
	args_add(&job->args, "-o");
	args_add(&job->args, t->path);
	for (size_t i = 0; i < t->nr_sources; i++)
		args_add(&job->args, t->objects[i]);
	args_take(&job->args, build_format("%s/%s.mod.o", build_dir, t->name));
	if (wants_coverage(t, o))
		args_add(&job->args, "-lgcov");
	/* Helpers that the compiler calls, such as __popcountdi2; hidden, one copy each. */
	args_add(&job->args, "-lgcc");
}

enum build_result build_targets(struct build_list *list, size_t first,
				const struct build_options *o)
{
	char *home = NULL, *include = NULL;
	enum build_result result;
	struct plan plan = { NULL, 0 };
	bool work = false;

	for (size_t i = first; i < list->nr; i++)
		work |= !list->targets[i]->prebuilt;
	if (!work)
		return BUILD_OK;
	result = make_dir(o->keep);
	if (result != BUILD_OK)
		return result;
	home = find_home();
	include = home ? compiler_include(o) : NULL;
	if (!include) {
		free(home);
		return BUILD_TROUBLE;
	}
	for (size_t i = first; i < list->nr && result == BUILD_OK; i++) {
		if (!list->targets[i]->prebuilt &&
		    plan_compile(&plan, list->targets[i], o, home, include))
			result = BUILD_TROUBLE;
	}
	if (result == BUILD_OK)
		result = plan_run(&plan);
	if (result == BUILD_OK) {
		for (size_t i = first; i < list->nr && result == BUILD_OK; i++) {
			if (list->targets[i]->prebuilt)
				continue;
			result = own_names(list->targets[i]);
			if (result == BUILD_OK)
				plan_link(&plan, list->targets[i], o);
		}
		if (result == BUILD_OK)
			result = plan_run(&plan);
	}
	free(home);
	free(include);
	return result;
}
