/* SPDX-License-Identifier: MIT */
/*
 * insmod and rmmod for shared objects.
 *
 * All functions run in a thread of the booted machine, unless they say otherwise.
 */
#ifndef QUARRY_CMD_LOADER_H
#define QUARRY_CMD_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quarry/kernel.h"

struct build_target;

enum loader_result {
	LOADER_OK,		/* inserted; what init returned is in init_result */
	LOADER_BAD_FILE,	/* not a module that was built for this Quarry */
	LOADER_SYMBOL,		/* symbols that nobody provides */
	LOADER_PARAM,		/* a parameter's value was refused */
	LOADER_REFUSED,		/* by the kernel: the name, no memory */
};

/* A module that is in memory. */
struct loaded_module {
	char *name;
	char *path;
	void *handle;		/* of dlopen() */
	struct module *mod;	/* its descriptor */
	uintptr_t text;		/* its code, up to text_end */
	uintptr_t text_end;
	bool live;		/* init returned 0 */
	int init_result;
	uintptr_t percpu, percpu_end;	/* template of its static per-CPU variables */
	intptr_t percpu_delta;		/* from there to per-CPU pointers */
	const struct loader_export *exports;
	size_t nr_exports;
	struct loaded_module *next;	/* loaded before this one */
};

/* As in the section quarry_ksymtab: struct kernel_symbol of linux/export.h. */
struct loader_export {
	const void *value;
	const char *name;
};

/**
 * loader_insert - load a module, run its init function
 * @t: what build_targets() has made
 * @params: "name=value" strings, ended by NULL
 * @out: gets the module when the result is LOADER_OK; it stays in memory, whatever
 *	init returned, until loader_unmap()
 *
 * What is wrong is said on stderr: every symbol that is missing, one a line.
 */
enum loader_result loader_insert(const struct build_target *t, char *const params[],
				 struct loaded_module **out);

/**
 * loader_remove - run the exit function of a live module
 * @m: the module; its code stays in memory, so that what it holds can be named
 * Return: 0, -EBUSY, or another negative errno.
 */
int loader_remove(struct loaded_module *m);

/**
 * loader_unmap - take a removed module out of memory
 * @m: freed
 *
 * Nothing may call its code any more: a module that still has threads or timers,
 * or a cache with a constructor, must stay until the machine is down.
 */
void loader_unmap(struct loaded_module *m);

/** loader_first - the module that was loaded last; others follow by ->next */
struct loaded_module *loader_first(void);

/** loader_find - the module of a name that was loaded last, perhaps removed since; or NULL */
struct loaded_module *loader_find(const char *name);

/** loader_reset - unmap all modules. Context: the machine is down. */
void loader_reset(void);

#endif
