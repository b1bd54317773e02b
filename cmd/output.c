// SPDX-License-Identifier: MIT
/*
 * What the user sees: colours (only where somebody looks), errors, progress.
 *
 * stdout is line-buffered, so that lines of printf() and the kernel's log, which
 * goes through write(2), keep their order, also in a pipe.
 */
#include "cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool colors[3];		/* by file descriptor */
static bool progress_line;	/* a terminal: steps overwrite each other */
static bool progress_verbose;
static bool step_shown;
static bool lost;			/* output that write(2) would not take */

static bool want_color(enum quarry_color color, int fd)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	return isatty(fd) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

void out_init(const struct quarry_options *o)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	colors[1] = want_color(o->color, 1);
	colors[2] = want_color(o->color, 2);
	progress_verbose = o->verbose;
	progress_line = isatty(2) && !o->quiet && !o->verbose;
}

static bool colored(int fd)
{
	return fd >= 0 && fd < 3 && colors[fd];
}

const char *out_on(int fd, enum out_style style)
{
	static const char *const sequence[] = {
		[OUT_PLAIN] = "", [OUT_BOLD] = "\033[1m", [OUT_DIM] = "\033[2m",
		[OUT_GOOD] = "\033[32m", [OUT_WARN] = "\033[33m", [OUT_BAD] = "\033[1;31m",
	};

	return colored(fd) ? sequence[style] : "";
}

const char *out_off(int fd)
{
	return colored(fd) ? "\033[0m" : "";
}

void out_error(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	out_step_done();
	fprintf(stderr, "%squarry:%s %s\n", out_on(2, OUT_BAD), out_off(2), text);
}

bool out_lost(void)
{
	return fflush(stdout) || ferror(stdout) || lost;
}

void out_raw(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			lost |= fd == STDOUT_FILENO;
			return;
		}
		text += n;
		len -= (size_t)n;
	}
}

void out_emit(void *ctx, const char *text, size_t len)
{
	fwrite(text, 1, len, stdout);
}

void out_step(const char *format, ...)
{
	char text[256];
	va_list args;

	if (!progress_line && !progress_verbose)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, progress_line ? "\r\033[K%.70s" : "%s\n", text);
	step_shown = progress_line;
}

void out_step_done(void)
{
	if (step_shown)
		fputs("\r\033[K", stderr);
	step_shown = false;
}
