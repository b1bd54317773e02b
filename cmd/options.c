// SPDX-License-Identifier: MIT
/*
 * From argv to struct quarry_options.
 *
 * One table says what options there are, which subcommands take them and what
 * --help says of them. Options may stand anywhere, before or after the
 * subcommand, up to "--": --name VALUE, --name=VALUE, -nVALUE, -n VALUE.
 *
 * O1  No option is accepted and then ignored: one that a subcommand does not take
 *     is an error there.
 * O2  Every message is one line: which option, what it was given, what it wants.
 */
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define MAX_OPTIONS	64	/* entries of the table */

static int __attribute__((__format__(__printf__, 3, 4)))
refuse(char *err, size_t errlen, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err, errlen, format, args);
	va_end(args);
	return -1;
}

/* The digits of a number, decimal or 0x...; NULL: none, or too many. */
static const char *number(const char *s, uint64_t *value)
{
	char *end;

	if (*s < '0' || *s > '9')
		return NULL;
	errno = 0;
	*value = strtoull(s, &end, s[0] == '0' && (s[1] | 32) == 'x' ? 16 : 10);
	return errno ? NULL : end;
}

int option_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	const char *s = number(text, bytes), *unit;
	unsigned int shift;

	if (!s)
		return -1;
	if (!*s)
		return 0;
	unit = strchr(units, *s & ~32);
	if (!unit || !*unit || s[1])
		return -1;
	shift = 10 * (unsigned int)(unit - units + 1);
	if (*bytes > UINT64_MAX >> shift)
		return -1;
	*bytes <<= shift;
	return 0;
}

int option_duration(const char *text, uint64_t *ms)
{
	const char *s = number(text, ms);

	if (!s || *ms > INT_MAX)
		return -1;
	if (!strcmp(s, "s"))
		*ms *= 1000;
	else if (strcmp(s, "ms"))
		return -1;
	return *ms > INT_MAX ? -1 : 0;
}

int option_errno(const char *text, int *value)
{
	/* What kernel code returns to kernel code; the C library has no names for it. */
	static const struct {
		const char *name;
		int value;
	} more[] = {
		{ "EWOULDBLOCK", EWOULDBLOCK }, { "ERESTARTSYS", 512 }, { "ENOIOCTLCMD", 515 },
		{ "EPROBE_DEFER", 517 }, { "ENOTSUPP", 524 },
	};
	const char *name = text + (*text == '-'), *s;
	uint64_t n;

	s = number(name, &n);
	if (s && !*s && n <= INT_MAX) {
		*value = *text == '-' ? -(int)n : (int)n;
		return 0;
	}
	for (int e = 1; e < 134; e++) {
		const char *known = strerrorname_np(e);

		if (known && !strcmp(known, name)) {
			*value = -e;
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if (!strcmp(more[i].name, name)) {
			*value = -more[i].value;
			return 0;
		}
	}
	return -1;
}

/* Letters to insert, drop or change; exact as long as it is below @limit. */
static unsigned int edits(const char *a, const char *b, unsigned int limit)
{
	unsigned int drop, insert, change, best;

	while (*a && *a == *b)
		a++, b++;
	if (!*a && !*b)
		return 0;
	if (!limit)
		return 1;
	drop = *a ? edits(a + 1, b, limit - 1) : limit;
	insert = *b ? edits(a, b + 1, limit - 1) : limit;
	change = *a && *b ? edits(a + 1, b + 1, limit - 1) : limit;
	best = drop < insert ? drop : insert;
	return 1 + (change < best ? change : best);
}

/* How far @text is from @name; two edits turn a short word into any other. */
static unsigned int distance(const char *text, const char *name)
{
	size_t len = strlen(text), to = strlen(name);
	unsigned int n = edits(text, name, 2);

	if (n > 1 && len > 2 && !strncmp(text, name, len))
		return 1;
	return n == 2 && len != to && len < 6 ? 3 : n;
}

const char *option_closest(const char *text, const char *const *names)
{
	const char *best = NULL;
	unsigned int least = 3;

	for (; *names; names++) {
		unsigned int n = distance(text, *names);

		if (n < least && n < strlen(*names)) {
			least = n;
			best = *names;
		}
	}
	return best;
}

static int append(struct string_list *l, const char *text)
{
	const char **item = realloc(l->item, (l->count + 1) * sizeof(*item));

	if (!item)
		return -1;
	l->item = item;
	l->item[l->count] = strdup(text);
	return l->item[l->count++] ? 0 : -1;
}

static int append_names(struct string_list *l, const char *value, char *err, size_t errlen)
{
	char *copy = strdup(value), *rest = copy, *name;
	int rc = copy ? 0 : -1;

	while (!rc && (name = strsep(&rest, ","))) {
		if (!strncmp(name, "/proc/", 6))
			name += 6;
		if (!*name)
			rc = refuse(err, errlen, "'%s' has an empty name; use a,b", value);
		else
			rc = append(l, name);
	}
	free(copy);
	return rc;
}

#define SETTER(name) \
	static int set_##name(struct quarry_options *o, const char *v, char *err, size_t errlen)

#define FLAG(name, field)	\
	SETTER(name)		\
	{			\
		o->field = true; \
		return 0;	\
	}

FLAG(help, help)
FLAG(version, version)
FLAG(no_debug, no_debug)
FLAG(keep, keep)
FLAG(strict, strict)
FLAG(leaks, leaks)
FLAG(count_requests, count_requests)
FLAG(insns, insns)
FLAG(list, list)
FLAG(no_fork, no_fork)
FLAG(quiet, quiet)
FLAG(verbose, verbose)

SETTER(machine)
{
	o->machine = v;
	return *v ? 0 : refuse(err, errlen, "the name is empty");
}

SETTER(mem)
{
	if (!option_size(v, &o->mem) && o->mem)
		return 0;
	return refuse(err, errlen, "'%s' is not a size; use a number with K, M, G or T", v);
}

static int set_count(unsigned int *field, unsigned int most, const char *v, char *err,
		     size_t errlen)
{
	uint64_t n;
	const char *end = number(v, &n);

	if (!end || *end || !n || n > most)
		return refuse(err, errlen, "'%s' is not a number from 1 to %u", v, most);
	*field = (unsigned int)n;
	return 0;
}

SETTER(cpus)
{
	return set_count(&o->cpus, QUARRY_MAX_CPUS, v, err, errlen);
}

SETTER(nodes)
{
	return set_count(&o->nodes, QUARRY_MAX_NODES, v, err, errlen);
}

SETTER(device)
{
	if (append(&o->devices, v))
		return refuse(err, errlen, "out of memory");
	return *v ? 0 : refuse(err, errlen, "the value is empty");
}

SETTER(cmdline)
{
	o->cmdline = v;
	return 0;
}

SETTER(slab)
{
	o->slab = v;
	if (!strcmp(v, "slub") || !strcmp(v, "slab") || !strcmp(v, "slob") || !strcmp(v, "all"))
		return 0;
	return refuse(err, errlen, "'%s' is none of slub, slab, slob", v);
}

SETTER(page_table)
{
	o->no_page_table = !strcmp(v, "off");
	o->page_table = 0;
	if (o->no_page_table)
		return 0;
	if (*v < '2' || *v > '5' || v[1])
		return refuse(err, errlen, "'%s' is neither a number from 2 to 5 nor 'off'", v);
	o->page_table = (unsigned int)(*v - '0');
	return 0;
}

SETTER(seed)
{
	const char *end = number(v, &o->seed);

	o->seeded = true;
	return end && !*end ? 0 : refuse(err, errlen, "'%s' is not a number", v);
}

SETTER(era)
{
	o->era_26 = !strcmp(v, "2.6");
	if (o->era_26 || !strcmp(v, "6.1"))
		return 0;
	return refuse(err, errlen, "'%s' is not an era; there are 2.6 and 6.1", v);
}

SETTER(for)
{
	o->for_given = true;
	if (!option_duration(v, &o->for_ms))
		return 0;
	return refuse(err, errlen, "'%s' is not a duration; use a number with ms or s", v);
}

SETTER(proc)
{
	return append_names(&o->proc, v, err, errlen);
}

SETTER(proc_before)
{
	return append_names(&o->proc_before, v, err, errlen);
}

SETTER(trace)
{
	return append_names(&o->trace, v, err, errlen);
}

SETTER(figures)
{
	o->figures = v;
	return *v ? 0 : refuse(err, errlen, "the name is empty");
}

SETTER(fail_nth)
{
	return set_count(&o->fail_nth, INT_MAX, v, err, errlen);
}

SETTER(expect_init)
{
	o->expect_init_given = true;
	if (!option_errno(v, &o->expect_init))
		return 0;
	return refuse(err, errlen, "'%s' is neither a number nor the name of an error, "
				   "such as -EAGAIN", v);
}

SETTER(cc)
{
	o->cc = v;
	return *v ? 0 : refuse(err, errlen, "the name is empty");
}

static int set_cflag(struct quarry_options *o, const char *flag, const char *v, char *err,
		     size_t errlen)
{
	char *text = malloc(strlen(v) + 3);
	int rc;

	if (!*v || !text) {
		free(text);
		return refuse(err, errlen, *v ? "out of memory" : "the value is empty");
	}
	rc = append(&o->cflags, strcat(strcpy(text, flag), v));
	free(text);
	return rc;
}

SETTER(include)
{
	return set_cflag(o, "-I", v, err, errlen);
}

SETTER(define)
{
	return set_cflag(o, "-D", v, err, errlen);
}

SETTER(color)
{
	if (!strcmp(v, "auto"))
		o->color = COLOR_AUTO;
	else if (!strcmp(v, "always"))
		o->color = COLOR_ALWAYS;
	else if (!strcmp(v, "never"))
		o->color = COLOR_NEVER;
	else
		return refuse(err, errlen, "'%s' is none of auto, always, never", v);
	return 0;
}

static const struct option_def options[] = {
	{ "machine", 'm', "NAME|FILE", ON_ALL,
	  "the machine: a preset, or a file of the\n"
	  "BIOS-e820 or /proc/iomem lines of a real one", set_machine },
	{ "mem", 0, "SIZE", ON_ALL, "memory of a preset: a number with K, M, G or T", set_mem },
	{ "cpus", 0, "N", ON_ALL, "number of CPUs", set_cpus },
	{ "nodes", 0, "N", ON_ALL, "number of NUMA nodes of a preset", set_nodes },
	{ "device", 0, "NAME,0xSTART-0xEND,KIND[,FILE]", ON_BOOTS,
	  "one more device: memory, copy (of FILE), file (FILE\n"
	  "itself), or registers; may be given several times", set_device },
	{ "cmdline", 0, "STRING", ON_ALL, "kernel parameters", set_cmdline },
	{ "slab", 0, "slub|slab|slob", ON_BOOTS, "the allocator of objects (slub; of tiny-16m: slob);\n"
	  "'run --slab=all' is 'compare'", set_slab },
	{ "seed", 0, "N", ON_ALL, "one CPU at a time, chosen by a generator: the same\n"
	  "number gives the same interleaving; time is virtual", set_seed },
	{ "no-debug", 0, NULL, ON_MODULES,
	  "without slub_debug, page_owner, debug_vmalloc, debug_kmap and\ndebug_percpu: nobody records who allocated what", set_no_debug },

	{ "era", 0, "2.6|6.1", ON_BUILDS, "which kernel's interface (6.1)", set_era },
	{ "cc", 0, "COMMAND", ON_BUILDS, "the compiler (default: $CC, else gcc)", set_cc },
	{ NULL, 'I', "DIR", ON_BUILDS, "look for headers there too", set_include },
	{ NULL, 'D', "NAME[=VALUE]", ON_BUILDS, "define a macro", set_define },
	{ "keep", 0, NULL, ON_BUILDS, "keep what was compiled, and say where", set_keep },

	{ "for", 0, "DURATION", ON_RUNS | ON_COMPARE, "let threads run so long before unloading, such as\n"
	  "300ms or 2s", set_for },
	{ "expect-init", 0, "VALUE", ON_RUNS | ON_COMPARE, "what init shall return: a number or -ENAME",
	  set_expect_init },
	{ "fail-nth", 0, "N", ON_RUNS, "the N-th time that init needs memory, there is none",
	  set_fail_nth },
	{ "strict", 0, NULL, ON_RUNS, "warnings count as bugs", set_strict },
	{ "leaks", 0, NULL, ON_RUN, "look for objects that nothing refers to, before modules\n"
	  "are unloaded and afterwards", set_leaks },
	{ "proc-before", 0, "NAME,...", ON_RUN, "print these /proc files before the first init",
	  set_proc_before },
	{ "proc", 0, "NAME,...", ON_RUN, "and these after the last exit", set_proc },
	{ "trace", 0, "EVENT,...", ON_RUN, "trace events such as kmem:mm_page_alloc from before\n"
	  "the first init, and print them after the last exit", set_trace },

	{ "figures", 0, "FILE", ON_RUN, "write what the run has cost to FILE", set_figures },
	{ "count-requests", 0, NULL, ON_RUN, "for --figures, count the bytes that objects are asked\n"
	  "for; slower", set_count_requests },

	{ "insns", 0, NULL, ON_COMPARE, "count instructions, too; needs valgrind", set_insns },

	{ "list", 0, NULL, ON_TEST, "print the names of the tests, run none", set_list },
	{ "no-fork", 0, NULL, ON_TEST, "run all suites in this process, for a debugger", set_no_fork },
	{ "page-table", 0, "2..5|off", ON_TEST, "levels of the page table that mappings are checked\n"
	  "against (what the machine has)", set_page_table },

	{ "quiet", 'q', NULL, ON_ALL, "print less", set_quiet },
	{ "verbose", 'v', NULL, ON_ALL, "print more: the kernel's log, each step", set_verbose },
	{ "color", 0, "auto|always|never", ON_ALL, "colours (auto: on a terminal)", set_color },
	{ "help", 'h', NULL, ON_ALL, "print this", set_help },
	{ "version", 'V', NULL, ON_ALL, "print the version", set_version },
};

#define NR_OPTIONS (sizeof(options) / sizeof(options[0]))
_Static_assert(NR_OPTIONS <= MAX_OPTIONS, "struct parse has a bit for each");

const struct option_def *options_def(unsigned int i)
{
	return i < NR_OPTIONS ? &options[i] : NULL;
}

/* State of one options_parse(). */
struct parse {
	struct quarry_options *o;
	int argc, next;			/* next: index of the argument behind this one */
	char **argv;
	uint64_t given;			/* bit i: option i was */
	char *err;
	size_t errlen;
};

static const char *spelling(const struct option_def *d)
{
	static char text[32];

	if (d->name)
		snprintf(text, sizeof(text), "--%s", d->name);
	else
		snprintf(text, sizeof(text), "-%c", d->letter);
	return text;
}

/* @value: what was attached to the option, or NULL. */
static int apply(struct parse *p, const struct option_def *d, const char *value)
{
	char why[256];

	if (!d->arg && value)
		return refuse(p->err, p->errlen, "%s takes no value", spelling(d));
	if (d->arg && !value) {
		if (p->next >= p->argc)
			return refuse(p->err, p->errlen, "%s needs a value: %s", spelling(d), d->arg);
		value = p->argv[p->next++];
	}
	p->given |= 1ull << (d - options);
	strcpy(why, "out of memory");
	if (d->set(p->o, value, why, sizeof(why)))
		return refuse(p->err, p->errlen, "%s: %s", spelling(d), why);
	return 0;
}

static int unknown(struct parse *p, const char *name, size_t len)
{
	const char *names[NR_OPTIONS + 1], *close;
	char text[64];
	unsigned int n = 0;

	for (unsigned int i = 0; i < NR_OPTIONS; i++)
		if (options[i].name)
			names[n++] = options[i].name;
	names[n] = NULL;
	snprintf(text, sizeof(text), "%.*s", (int)(len < 60 ? len : 60), name);
	close = option_closest(text, names);
	if (close)
		return refuse(p->err, p->errlen, "unknown option '--%s'; did you mean '--%s'?",
			      text, close);
	return refuse(p->err, p->errlen, "unknown option '--%s'; see quarry --help", text);
}

static int long_option(struct parse *p, const char *arg)
{
	const char *name = arg + 2, *eq = strchr(name, '=');
	size_t len = eq ? (size_t)(eq - name) : strlen(name);

	for (unsigned int i = 0; i < NR_OPTIONS; i++) {
		const struct option_def *d = &options[i];

		if (d->name && strlen(d->name) == len && !memcmp(d->name, name, len))
			return apply(p, d, eq ? eq + 1 : NULL);
	}
	return unknown(p, name, len);
}

static int short_options(struct parse *p, const char *arg)
{
	for (const char *s = arg + 1; *s; s++) {
		const struct option_def *d = options;

		while (d < options + NR_OPTIONS && d->letter != *s)
			d++;
		if (d == options + NR_OPTIONS)
			return refuse(p->err, p->errlen, "unknown option '-%c'; see quarry --help", *s);
		if (d->arg)
			return apply(p, d, s[1] ? s + 1 : NULL);
		if (apply(p, d, NULL))
			return -1;
	}
	return 0;
}

/* "run --slab=all" is another command; what that does not take is refused (O1). */
static int run_all(struct parse *p)
{
	unsigned int i = 0;

	while (options[i].set != set_slab)
		i++;
	if (!p->o->slab || strcmp(p->o->slab, "all"))
		return 0;
	if (strcmp(p->o->command, "run"))
		return refuse(p->err, p->errlen, "--slab: 'all' is for 'quarry run'");
	p->o->command = "compare";
	p->o->slab = NULL;
	p->given &= ~(1ull << i);
	return 0;
}

/* O1 */
static int check_command(struct parse *p, const char *const *commands)
{
	const char *name = p->o->command;
	unsigned int i = 0;

	if (!name)
		return 0;
	if (run_all(p))
		return -1;
	name = p->o->command;
	while (commands[i] && strcmp(commands[i], name))
		i++;
	if (!commands[i]) {
		const char *close = option_closest(name, commands);

		if (close)
			return refuse(p->err, p->errlen, "unknown command '%s'; did you mean '%s'?",
				      name, close);
		return refuse(p->err, p->errlen, "unknown command '%s'; see quarry --help", name);
	}
	for (unsigned int j = 0; j < NR_OPTIONS; j++)
		if ((p->given & 1ull << j) && !(options[j].commands & 1u << i))
			return refuse(p->err, p->errlen, "%s is not for 'quarry %s'",
				      spelling(&options[j]), name);
	if (p->o->quiet && p->o->verbose)
		return refuse(p->err, p->errlen, "--quiet and --verbose contradict each other");
	return 0;
}

int options_parse(struct quarry_options *o, int argc, char **argv, int *first,
		  const char *const *commands, char *err, size_t errlen)
{
	struct parse p = { .o = o, .argc = argc, .argv = argv, .next = 1, .err = err, .errlen = errlen };
	char **operands = calloc((size_t)argc + 1, sizeof(*operands));
	int n = 0, rc = 0;
	bool all_operands = false;

	memset(o, 0, sizeof(*o));
	if (!operands)
		return refuse(err, errlen, "out of memory");
	while (!rc && p.next < argc) {
		char *arg = argv[p.next++];

		if (all_operands || *arg != '-' || !arg[1]) {
			if (o->command)
				operands[n++] = arg;
			else
				o->command = arg;
		} else if (!strcmp(arg, "--")) {
			all_operands = true;
		} else {
			rc = arg[1] == '-' ? long_option(&p, arg) : short_options(&p, arg);
		}
	}
	if (!rc)
		rc = check_command(&p, commands);
	*first = argc - n;
	if (!rc)
		memcpy(&argv[*first], operands, (size_t)n * sizeof(*operands));
	free(operands);
	return rc;
}

static void free_list(struct string_list *l)
{
	for (unsigned int i = 0; i < l->count; i++)
		free((char *)l->item[i]);
	free(l->item);
	*l = (struct string_list){ NULL, 0 };
}

void options_free(struct quarry_options *o)
{
	free_list(&o->cflags);
	free_list(&o->devices);
	free_list(&o->proc);
	free_list(&o->proc_before);
	free_list(&o->trace);
}
