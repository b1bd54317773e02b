/* SPDX-License-Identifier: MIT */
/*
 * Reading a Kbuild file, as far as it says which modules there are: obj-m, the
 * lists of objects behind each module, the compiler flags.
 *
 * The language is make's, as far as out-of-tree modules speak it: assignments
 * (= := += ?=), continued lines, comments, ifeq ifneq ifdef ifndef else endif,
 * $(NAME) and $(NAME:.c=.o). Rules and their recipes are skipped: they are about
 * calling a kernel's build. KERNELRELEASE is set, as it is when the kernel's
 * build reads the file; src, obj, M, PWD, CURDIR are the file's directory.
 *
 * K1  A make function ($(shell ...) and the like) is an error where its value
 *     matters, with the line that brought it, and nothing elsewhere. So values
 *     stay unexpanded until somebody wants them.
 *
 * One file is read at a time, in one thread. Neighbours: build.c compiles.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kbuild.h"

#define KBUILD_DEPTH	32	/* of conditionals, of variables in variables */

struct kbuild_var {
	char *name, *value;
	unsigned int line;		/* that set it last */
	struct kbuild_var *next;
};

struct kbuild {
	const char *file, *dir;
	struct kbuild_var *vars;
	unsigned int line;
	bool in_rule;			/* a line with a tab is a recipe */
	unsigned int depth;		/* open conditionals */
	struct {
		bool live, taken;	/* this branch counts; some branch did */
	} cond[KBUILD_DEPTH];
};

static struct kbuild_var *kbuild_find(struct kbuild *k, const char *name, size_t len)
{
	struct kbuild_var *v;

	for (v = k->vars; v; v = v->next) {
		if (strlen(v->name) == len && !memcmp(v->name, name, len))
			return v;
	}
	return NULL;
}

static void kbuild_set(struct kbuild *k, const char *name, const char *value)
{
	struct kbuild_var *v = kbuild_find(k, name, strlen(name));
	char *copy = build_format("%s", value);

	if (!v) {
		v = build_grow(NULL, sizeof(*v));
		v->name = build_format("%s", name);
		v->value = NULL;
		v->next = k->vars;
		k->vars = v;
	}
	free(v->value);
	v->value = copy;
	v->line = k->line;
}

static void kbuild_append(struct kbuild *k, const char *name, const char *value)
{
	struct kbuild_var *v = kbuild_find(k, name, strlen(name));
	char *both;

	if (!v) {
		kbuild_set(k, name, value);
		return;
	}
	both = build_format("%s %s", v->value, value);
	free(v->value);
	v->value = both;
}

/* A string that grows at its end. */
struct text {
	char *s;
	size_t len;
};

static void text_add(struct text *t, const char *s, size_t len)
{
	t->s = build_grow(t->s, t->len + len + 1);
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

static char *kbuild_expand(struct kbuild *k, const char *s, int depth, const char **bad);

/* $(NAME:.c=.o): the words of @value with another ending. */
static void text_add_substituted(struct text *out, char *value, const char *rule, size_t len)
{
	const char *eq = memchr(rule, '=', len);
	size_t from_len, to_len, n;
	char *word, *save;

	if (!eq) {
		text_add(out, value, strlen(value));
		return;
	}
	from_len = (size_t)(eq - rule);
	to_len = len - from_len - 1;
	for (word = strtok_r(value, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		n = strlen(word);
		if (n >= from_len && !memcmp(word + n - from_len, rule, from_len)) {
			text_add(out, word, n - from_len);
			text_add(out, eq + 1, to_len);
		} else {
			text_add(out, word, n);
		}
		text_add(out, " ", 1);
	}
}

/* What $(...) means; @ref is what is between the parentheses. */
static void kbuild_expand_ref(struct kbuild *k, struct text *out, const char *ref, size_t len,
			      int depth, const char **bad)
{
	char *name, *colon, *value;
	struct kbuild_var *v;
	char *inner = build_format("%.*s", (int)len, ref);

	name = kbuild_expand(k, inner, depth + 1, bad);
	free(inner);
	if (strpbrk(name, " \t,")) {
		if (!*bad)
			*bad = ref - 2;
		free(name);
		return;
	}
	colon = strchr(name, ':');
	v = kbuild_find(k, name, colon ? (size_t)(colon - name) : strlen(name));
	if (v) {
		value = kbuild_expand(k, v->value, depth + 1, bad);
		if (colon)
			text_add_substituted(out, value, colon + 1, strlen(colon + 1));
		else
			text_add(out, value, strlen(value));
		free(value);
	}
	free(name);
}

/* The text with its variables replaced; *bad gets the first thing not understood. */
static char *kbuild_expand(struct kbuild *k, const char *s, int depth, const char **bad)
{
	struct text out = { NULL, 0 };

	text_add(&out, "", 0);
	if (depth > KBUILD_DEPTH) {
		if (!*bad)
			*bad = s;
		return out.s;
	}
	while (*s) {
		size_t plain = strcspn(s, "$");
		char open, close;
		const char *end;
		int level = 1;

		text_add(&out, s, plain);
		s += plain;
		if (!*s)
			break;
		open = s[1];
		if (open == '$') {
			text_add(&out, "$", 1);
			s += 2;
			continue;
		}
		if (open != '(' && open != '{') {	/* $@ and its like */
			s += open ? 2 : 1;
			continue;
		}
		close = open == '(' ? ')' : '}';
		for (end = s + 2; *end && level; end++)
			level += (*end == open) - (*end == close);
		if (level) {
			if (!*bad)
				*bad = s;
			break;
		}
		kbuild_expand_ref(k, &out, s + 2, (size_t)(end - s) - 3, depth, bad);
		s = end;
	}
	return out.s;
}

/* The words that a variable stands for, or NULL after a line on stderr (K1). */
static char *kbuild_value(struct kbuild *k, const char *name)
{
	struct kbuild_var *v = kbuild_find(k, name, strlen(name));
	const char *bad = NULL;
	char *value;

	value = kbuild_expand(k, v ? v->value : "", 0, &bad);
	if (bad) {
		build_say("%s:%u: %s is too clever for quarry: %.40s", k->file, v->line, name, bad);
		free(value);
		return NULL;
	}
	return value;
}

static char *strip(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

/* "(a,b)", "\"a\" \"b\"": are the two sides of an ifeq the same? */
static bool kbuild_same(struct kbuild *k, char *args)
{
	const char *bad = NULL;
	char *left, *right, *a, *b, *p;
	int level = 0;
	bool same;

	args = strip(args);
	if (*args == '(') {
		left = args + 1;
		for (p = left; *p && (level || *p != ','); p++)
			level += (*p == '(') - (*p == ')');
		right = *p ? p + 1 : p;
		*p = '\0';
		p = strrchr(right, ')');
		if (p)
			*p = '\0';
	} else {
		char quote = *args;

		left = *args ? args + 1 : args;
		p = strchr(left, quote);
		if (!p)
			return false;
		*p = '\0';
		right = strip(p + 1);
		if (*right)
			right++;
		p = *right ? right + strlen(right) - 1 : right;
		*p = '\0';
	}
	a = kbuild_expand(k, left, 0, &bad);
	b = kbuild_expand(k, right, 0, &bad);
	same = !strcmp(strip(a), strip(b));
	free(a);
	free(b);
	return same;
}

static bool kbuild_live(const struct kbuild *k)
{
	return !k->depth || k->cond[k->depth - 1].live;
}

static bool word_is(const char *s, const char *word, char **rest)
{
	size_t n = strlen(word);

	if (strncmp(s, word, n) || (s[n] && !isspace((unsigned char)s[n]) && s[n] != '('))
		return false;
	*rest = (char *)s + n;
	return true;
}

static bool kbuild_condition(struct kbuild *k, char *s)
{
	char *args = s;

	if (word_is(s, "ifeq", &args))
		return kbuild_same(k, args);
	if (word_is(s, "ifneq", &args))
		return !kbuild_same(k, args);
	if (word_is(s, "ifdef", &args)) {
		args = strip(args);
		return kbuild_find(k, args, strlen(args));
	}
	word_is(s, "ifndef", &args);
	args = strip(args);
	return !kbuild_find(k, args, strlen(args));
}

static bool starts_condition(const char *s)
{
	char *rest;

	return word_is(s, "ifeq", &rest) || word_is(s, "ifneq", &rest) ||
	       word_is(s, "ifdef", &rest) || word_is(s, "ifndef", &rest);
}

/* Conditionals. Return: 1: it was one; 0: it was not; -1: they do not nest. */
static int kbuild_directive(struct kbuild *k, char *s)
{
	char *rest;
	bool outer;

	if (starts_condition(s)) {
		if (k->depth == KBUILD_DEPTH)
			return -1;
		outer = kbuild_live(k);
		k->cond[k->depth].live = outer && kbuild_condition(k, s);
		/* Inside a branch that does not count, no branch does. */
		k->cond[k->depth].taken = !outer || k->cond[k->depth].live;
		k->depth++;
		return 1;
	}
	if (word_is(s, "else", &rest)) {
		if (!k->depth)
			return -1;
		rest = strip(rest);
		k->cond[k->depth - 1].live = !k->cond[k->depth - 1].taken &&
			(!starts_condition(rest) || kbuild_condition(k, rest));
		k->cond[k->depth - 1].taken |= k->cond[k->depth - 1].live;
		return 1;
	}
	if (word_is(s, "endif", &rest)) {
		if (!k->depth)
			return -1;
		k->depth--;
		return 1;
	}
	return 0;
}

static void kbuild_assign(struct kbuild *k, char *line, char *eq)
{
	char *value = strip(eq + 1), *name, *expanded;
	const char *bad = NULL;
	char op = eq > line ? eq[-1] : '=';

	if (strchr(":+?", op))
		eq--;
	else
		op = '=';
	while (op == ':' && eq > line && eq[-1] == ':')
		eq--;
	*eq = '\0';
	name = strip(line);
	if (!strncmp(name, "export ", 7))
		name = strip(name + 7);
	name = kbuild_expand(k, name, 0, &bad);
	if (op == '+') {
		kbuild_append(k, name, value);
	} else if (op != '?' || !kbuild_find(k, name, strlen(name))) {
		bad = NULL;
		expanded = op == ':' ? kbuild_expand(k, value, 0, &bad) : NULL;
		kbuild_set(k, name, expanded && !bad ? expanded : value);
		free(expanded);
	}
	free(name);
}

/* One line, continuations joined. Return: 0, or -1 when it cannot be right. */
static int kbuild_line(struct kbuild *k, char *line)
{
	bool tab = line[0] == '\t';
	char *s, *eq, *colon;
	int d;

	if (tab && k->in_rule)
		return 0;
	s = strip(line);
	d = kbuild_directive(k, s);
	if (d)
		return d < 0 ? -1 : 0;
	if (!*s || !kbuild_live(k))
		return 0;
	eq = strchr(s, '=');
	colon = strchr(s, ':');
	if (eq && (!colon || colon + 1 == eq || colon > eq || colon[1] == ':' ||
		   strcspn(s, "$") < (size_t)(colon - s))) {
		k->in_rule = false;
		kbuild_assign(k, s, eq);
	} else if (colon) {
		k->in_rule = true;
	}
	return 0;
}

static enum build_result kbuild_parse(struct kbuild *k, FILE *f)
{
	struct text line = { NULL, 0 };
	enum build_result result = BUILD_OK;
	unsigned int number = 0;
	char *buf = NULL, *hash;
	size_t room = 0;
	ssize_t n;
	bool more;

	while (result == BUILD_OK && (n = getline(&buf, &room, f)) >= 0) {
		if (!line.len)
			k->line = number + 1;
		number++;
		while (n && (buf[n - 1] == '\n' || buf[n - 1] == '\r'))
			buf[--n] = '\0';
		more = n && buf[n - 1] == '\\';
		if (more)
			buf[n - 1] = ' ';
		text_add(&line, buf, (size_t)n);
		if (more)
			continue;
		hash = strchr(line.s, '#');
		if (hash)
			*hash = '\0';
		if (kbuild_line(k, line.s)) {
			build_say("%s:%u: this does not match: %s", k->file, k->line,
				  strip(line.s));
			result = BUILD_USAGE;
		}
		line.len = 0;
	}
	free(buf);
	free(line.s);
	return result;
}

/* -I relative to the Kbuild file, where that is what is meant. */
static void kbuild_flag(struct build_target *t, const char *dir, const char *flag)
{
	char *path;

	if (!strncmp(flag, "-I", 2) && flag[2] && flag[2] != '/') {
		path = build_format("-I%s/%s", dir, flag + 2);
		if (!access(path + 2, F_OK)) {
			build_add_flag(t, path);
			free(path);
			return;
		}
		free(path);
	}
	build_add_flag(t, flag);
}

static int kbuild_flags(struct kbuild *k, struct build_target *t)
{
	static const char *const names[] = { "ccflags-y", "subdir-ccflags-y", "EXTRA_CFLAGS" };
	char *value, *word, *save;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = kbuild_value(k, names[i]);
		if (!value)
			return -1;
		for (word = strtok_r(value, " \t", &save); word;
		     word = strtok_r(NULL, " \t", &save))
			kbuild_flag(t, k->dir, word);
		free(value);
	}
	return 0;
}

/* The objects of one list ("foo-objs"). Return: how many, or -1. */
static int kbuild_objects(struct kbuild *k, struct build_target *t, const char *stem,
			  const char *suffix)
{
	char *name = build_format("%s-%s", stem, suffix), *value, *word, *save, *path;
	int count = 0;
	size_t n;

	value = kbuild_value(k, name);
	free(name);
	if (!value)
		return -1;
	for (word = strtok_r(value, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		n = strlen(word);
		if (n < 3 || strcmp(word + n - 2, ".o")) {
			build_say("%s: %s-%s: %s is not an object (name.o)", k->file, stem, suffix,
				  word);
			count = -1;
			break;
		}
		path = build_format("%s/%.*s.c", k->dir, (int)(n - 2), word);
		build_add_source(t, path);
		free(path);
		count++;
	}
	free(value);
	return count;
}

static enum build_result kbuild_module(struct kbuild *k, struct build_list *list, char *word)
{
	size_t n = strlen(word);
	struct build_target *t;
	const char *base;
	int objs, y;
	char *path;

	if (n && word[n - 1] == '/') {
		path = build_format("%s/%.*s", k->dir, (int)(n - 1), word);
		enum build_result result = build_parse(path, list);

		free(path);
		return result;
	}
	if (n < 3 || strcmp(word + n - 2, ".o")) {
		build_say("%s: obj-m: %s is not an object (name.o)", k->file, word);
		return BUILD_USAGE;
	}
	word[n - 2] = '\0';
	base = strrchr(word, '/');
	t = build_add(list, base ? base + 1 : word);
	t->dir = build_format("%s", k->dir);
	objs = kbuild_objects(k, t, word, "objs");
	y = kbuild_objects(k, t, word, "y");
	if (objs < 0 || y < 0 || kbuild_flags(k, t))
		return BUILD_USAGE;
	if (!objs && !y) {
		path = build_format("%s/%s.c", k->dir, word);
		build_add_source(t, path);
		free(path);
	}
	return BUILD_OK;
}

static enum build_result kbuild_modules(struct kbuild *k, struct build_list *list)
{
	enum build_result result = BUILD_OK;
	char *value = kbuild_value(k, "obj-m"), *word, *save;

	if (!value)
		return BUILD_USAGE;
	word = strtok_r(value, " \t", &save);
	if (!word) {
		build_say("%s: no modules here: there is no obj-m", k->file);
		result = BUILD_USAGE;
	}
	for (; word && result == BUILD_OK; word = strtok_r(NULL, " \t", &save))
		result = kbuild_module(k, list, word);
	free(value);
	return result;
}

enum build_result kbuild_read(const char *file, const char *dir, struct build_list *list)
{
	static const char *const here[] = { "src", "obj", "M", "PWD", "CURDIR", "srctree" };
	struct kbuild k = { .file = file, .dir = dir };
	enum build_result result;
	struct kbuild_var *v;
	FILE *f = fopen(file, "re");

	if (!f) {
		build_say("%s: %s", file, strerror(errno));
		return BUILD_USAGE;
	}
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		kbuild_set(&k, here[i], dir);
	kbuild_set(&k, "KERNELRELEASE", "6.1.0");
	kbuild_set(&k, "CONFIG_MODULES", "y");
	result = kbuild_parse(&k, f);
	fclose(f);
	if (result == BUILD_OK)
		result = kbuild_modules(&k, list);
	while ((v = k.vars)) {
		k.vars = v->next;
		free(v->name);
		free(v->value);
		free(v);
	}
	return result;
}
