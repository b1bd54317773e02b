/* SPDX-License-Identifier: MIT */
/* insmod and rmmod inside a session, from source: for `quarry run` and the shell. */
#ifndef QUARRY_CMD_RUN_H
#define QUARRY_CMD_RUN_H

#include "cmd.h"

/* What a run does besides. */
#define RUN_VALIDATE	1u	/* check every invariant; then there may be no module */
#define RUN_MAP		2u	/* print the kernel's addresses while modules are loaded */

/**
 * run_modules - compile, boot, load, unload, judge: `quarry run`
 * @argv: modules, each followed by its parameters
 * @also: RUN_*
 * Return: an enum quarry_exit.
 */
int run_modules(struct quarry_options *o, int argc, char **argv, unsigned int also);

/**
 * run_build - compile what a run of these modules would compile
 * @words: gets the arguments with which `quarry run` takes what has been built
 * Return: an enum quarry_exit.
 */
int run_build(const struct quarry_options *o, int argc, char **argv, struct string_list *words);

/**
 * run_insmod - compile what is not built yet, and load it
 * @o: the options of the command
 * @spec: a module specification (build.h)
 * @params: "name=value" strings, ended by NULL; for the last module of @spec
 *
 * Says on stderr what is wrong, and on stdout what init returned if not 0.
 * Context: a thread of the machine that may sleep.
 * Return: an enum quarry_exit; EXIT_INIT when init failed (nothing stays loaded).
 */
int run_insmod(const struct quarry_options *o, const char *spec, char *const params[]);

/**
 * run_rmmod - unload a module, list what it still holds
 * @name: the module's
 * Context: as above.
 * Return: an enum quarry_exit; EXIT_TROUBLE when it is not loaded or in use.
 */
int run_rmmod(const char *name);

#endif
