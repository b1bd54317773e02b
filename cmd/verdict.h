/* SPDX-License-Identifier: MIT */
/*
 * What is said at the end of a run: per module what init returned and what is
 * still held, and in all how the run is judged.
 */
#ifndef QUARRY_CMD_VERDICT_H
#define QUARRY_CMD_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

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

/**
 * verdict_phase - what happens now, for the case that it is the last thing
 * @what: "init of", "exit of", "after init of"; not copied
 * @name: a module's; not copied
 */
void verdict_phase(const char *what, const char *name);

/** verdict_misused - the user has asked for what is not there; @what: a constant text */
void verdict_misused(const char *what);

/** verdict_trouble - the host did not do what the user has asked for; @what: a constant text */
void verdict_trouble(const char *what);

/** verdict_faults - so many invariants did not hold */
void verdict_faults(unsigned int n);

/** verdict_unreachable - nothing refers to so many objects: a leak */
void verdict_unreachable(size_t n);

/** verdict_inserted - a module's init has run */
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

/** verdict_errno - "-ENOMEM" for -12; a number when it has no name. @buf, @size: for it */
const char *verdict_errno(int error, char *buf, size_t size);

/** verdict_show_held - print what a module holds, outside of a verdict. Return: how much */
size_t verdict_show_held(const struct loaded_module *m);

/** verdict_print - print it. Return: the exit code. */
int verdict_print(void);

/**
 * verdict_fatal - print what is known when the machine has died
 * @what: "fault", "panic", "stall"
 * @why: one line
 * @code: the exit code that goes with it
 * Context: any, signal handlers included.
 */
void verdict_fatal(const char *what, const char *why, int code);

#endif
