/* SPDX-License-Identifier: MIT */
/* What suites share that read files, views and the log: room for a text, and what it says. */
#ifndef TESTS_UNIT_TEXT_H
#define TESTS_UNIT_TEXT_H

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <quarry/kernel.h>

struct text {
	char *buf;		/* its end is a '\0' */
	size_t room;		/* bytes of buf */
	size_t len;		/* bytes of the text */
};

/* An empty one, of a file or of a block. */
#define TEXT(bytes)	{ .buf = (char [bytes]) {}, .room = (bytes) }

/* An empty one, for as long as the case runs. */
static inline struct text *text_alloc(struct kunit *test, size_t room)
{
	struct text *t = kunit_kzalloc(test, sizeof(*t) + room, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->buf = (char *)(t + 1);
	t->room = room;
	return t;
}

static inline void text_clear(struct text *t)
{
	t->len = 0;
	t->buf[0] = '\0';
}

/* A quarry_emit_fn; @ctx: the text. What there is no room for is left out. */
static inline void text_collect(void *ctx, const char *s, size_t len)
{
	struct text *t = ctx;

	len = min(len, t->room - 1 - t->len);
	memcpy(t->buf + t->len, s, len);
	t->len += len;
	t->buf[t->len] = '\0';
}

/* The same, but it is the beginning that goes. */
static inline void text_keep_end(void *ctx, const char *s, size_t len)
{
	struct text *t = ctx;
	size_t most = t->room - 1, left;

	if (len > most) {
		s += len - most;
		len = most;
	}
	left = min(t->len, most - len);
	memmove(t->buf, t->buf + t->len - left, left);
	t->len = left;
	text_collect(t, s, len);
}

/* The text of a file, or of the error. */
static inline const char *text_read(struct text *t, const char *path)
{
	int err;

	text_clear(t);
	err = quarry_proc_read(path, text_collect, t);
	if (err)
		snprintf(t->buf, t->room, "error %d", err);
	return t->buf;
}

/* A file says @want. @file: below @dir, or anywhere if it begins with a slash. */
static inline void expect_file(struct kunit *test, const char *dir, const char *file,
			       const char *want)
{
	struct text text = TEXT(64);
	char path[96];

	snprintf(path, sizeof(path), "%s%s", *file == '/' ? "" : dir, file);
	KUNIT_EXPECT_STREQ_MSG(test, text_read(&text, path), want, "%s", path);
}

/* Writes to a file. Return: bytes or -errno. */
static inline long text_write(const char *path, const char *s)
{
	return quarry_proc_write(path, s, strlen(s));
}

/* The log. */

struct log_search {
	const char *text;
	unsigned int found;
};

static inline void log_look(void *ctx, const char *line, size_t len)
{
	struct log_search *search = ctx;

	search->found += strnstr(line, search->text, len) != NULL;
}

/* How many lines of the log have this text. */
static inline unsigned int log_count(const char *text)
{
	struct log_search search = { text, 0 };

	quarry_dmesg(log_look, &search);
	return search.found;
}

/* As much of the end of the log as there is room for. */
static inline const char *log_end(struct text *t)
{
	text_clear(t);
	quarry_dmesg(text_keep_end, t);
	return t->buf;
}

/* From the last place on that says @what; NULL: there is none. */
static inline const char *log_from_last(struct text *t, const char *what)
{
	const char *at, *last = NULL;

	for (at = log_end(t); (at = strstr(at, what)); at++)
		last = at;
	return last;
}

#define LOG_MARK	"a case reads the log from here on"

static inline void log_mark(void)
{
	pr_info(LOG_MARK "\n");
}

/* The log since the last mark, or the end of it, if that is long. */
static inline const char *log_since_mark(struct text *t)
{
	return log_from_last(t, LOG_MARK) ?: t->buf;
}

#endif
