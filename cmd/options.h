/* SPDX-License-Identifier: MIT */
/*
 * The command line, parsed: pure functions over argv, and the table that --help
 * is printed from.
 */
#ifndef QUARRY_CMD_OPTIONS_H
#define QUARRY_CMD_OPTIONS_H

#include "cmd.h"

/* Which subcommand an option belongs to: bits of option_def.commands. */
enum option_command {
	ON_RUN	= 1,
	ON_PROC	= 2,
	ON_SHELL = 4,
	ON_TEST	= 8,
	ON_VALIDATE = 16,
	ON_COMPARE = 32,
	ON_MAP	= 64,
	ON_ALL	= 127,

	ON_BOOTS = ON_ALL & ~ON_COMPARE,

	ON_BUILDS = ON_RUN | ON_SHELL | ON_VALIDATE | ON_COMPARE | ON_MAP,
	ON_MODULES = ON_RUN | ON_SHELL | ON_VALIDATE | ON_MAP,
	ON_RUNS = ON_RUN | ON_VALIDATE | ON_MAP,
};

struct option_def {
	const char *name;	/* without "--"; NULL: only the letter exists */
	char letter;		/* 0: none */
	const char *arg;	/* what its value is called; NULL: it has none */
	unsigned int commands;
	const char *help;
	/* Returns 0, or -1 with @err filled: "'x' is not ..." */
	int (*set)(struct quarry_options *o, const char *value, char *err, size_t errlen);
};

/** options_def - option number @i, in the order of --help; NULL behind the last */
const struct option_def *options_def(unsigned int i);

/**
 * options_parse - read the whole command line
 * @o: filled
 * @argc, @argv: as main() got them; argv is reordered: options first
 * @first: gets the index of the first argument that is neither option nor subcommand
 * @commands: the names of the subcommands, ended by NULL; bit i of
 *	option_def.commands stands for name i
 * @err: gets one line when it fails
 * Return: 0 or -1.
 */
int options_parse(struct quarry_options *o, int argc, char **argv, int *first,
		  const char *const *commands, char *err, size_t errlen);

/** options_free - free the lists; for tests */
void options_free(struct quarry_options *o);

/** option_size - "512M", "8G", "0x1000", in bytes. Return: 0 or -1. */
int option_size(const char *text, uint64_t *bytes);

/** option_duration - "300ms", "2s". Return: 0 or -1. */
int option_duration(const char *text, uint64_t *ms);

/** option_errno - "-12", "-ENOMEM", "ENOMEM" (which is -12 too). Return: 0 or -1. */
int option_errno(const char *text, int *value);

/**
 * option_closest - the name that somebody has probably meant
 * @names: candidates, ended by NULL
 * Return: the one that is at most 2 edits away, or NULL.
 */
const char *option_closest(const char *text, const char *const *names);

/** help_main, help_command, help_usage - help.c: --help, COMMAND --help, and no command */
void help_main(void);
void help_command(const char *command);
void help_usage(void);

#endif
