/* SPDX-License-Identifier: MIT */
/*
 * What is said at the end of a run: per module what init returned and what is
 * still held, and in all how the run is judged.
 */
#ifndef QUARRY_CMD_VERDICT_H
#define QUARRY_CMD_VERDICT_H

#include <stdbool.h>

#include "quarry/quarry.h"
#include "loader.h"

/**
 * struct verdict_rules - what counts as clean
 * @expect_init: what an init function may return beside 0, as a negative errno; 0: nothing
 * @strict: a warning spoils the run
 */
struct verdict_rules {
	int expect_init;
	bool strict;
};

/** verdict_begin - forget the last run; the machine has just booted */
void verdict_begin(const struct verdict_rules *rules);

/** verdict_inserted - a module's init has run (or it was refused) */
void verdict_inserted(const struct loaded_module *m);

/** verdict_not_loaded - a module got nowhere: @why in a few words, with its exit code */
void verdict_not_loaded(const char *name, const char *why, int code);

/**
 * verdict_removed - a module has been unloaded: find out what it still holds
 * @m: its code is still in memory
 * @result: of loader_remove(); -EBUSY says that it could not be unloaded
 * Return: how many things it holds.
 */
size_t verdict_removed(const struct loaded_module *m, int result);

/** verdict_print - print it. Return: the exit code. */
int verdict_print(void);

/**
 * verdict_fatal - print what is known when the machine has died
 * @what: "fault", "panic", "stalled"
 * @why: one line
 * @code: the exit code that goes with it
 *
 * Context: any, signal handlers included. Return: @code.
 */
int verdict_fatal(const char *what, const char *why, int code);

/** verdict_errno - "-ENOMEM" for -12; a number when it has no name */
const char *verdict_errno(int error);

#endif
