/* SPDX-License-Identifier: MIT */
/*
 * From what the user names on the command line to an object that the loader can
 * take: one module specification becomes one or more targets, in load order.
 *
 *	foo.c			one source
 *	name:a.c,b.c		several sources of one module
 *	dir, dir/Makefile	a Kbuild file that says obj-m
 *	foo.ko, foo.so		built already, for Quarry
 */
#ifndef QUARRY_CMD_BUILD_H
#define QUARRY_CMD_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#ifndef QUARRY_SANITIZE
#define QUARRY_SANITIZE ""
#endif
#ifndef QUARRY_VERSION
#define QUARRY_VERSION "0"
#endif

/*
 * In the section quarry_magic of each module: which Quarry it was built for, and
 * linux/module.h's QUARRY_MODULE_FOR: for which machines.
 */
#define BUILD_MAGIC	"quarry " QUARRY_VERSION " sanitize=" QUARRY_SANITIZE
#define BUILD_LOWMEM	" no-highmem"

enum build_result {
	BUILD_OK,
	BUILD_USAGE,		/* the specification makes no sense; said on stderr */
	BUILD_COMPILE,		/* the compiler or linker failed, and has said why */
	BUILD_TROUBLE,		/* the host failed: no compiler, no space, ... */
};

/**
 * struct build_options - how modules are compiled
 * @cc: the compiler, words separated by blanks; NULL: $CC, else gcc
 * @flags: more arguments (-I, -D, --coverage, ...), ended by NULL; may be NULL
 * @nr_cpus: what NR_CPUS is for the module
 * @highmem: the machine has high memory; without it, the module takes short cuts, and
 *	runs on no machine that has
 * @era: 26 for the interfaces of Linux 2.6, else 0
 * @debug: compile the self-checks in (unbalanced preemption)
 * @keep: leave the directory of the objects behind, and say where it is
 */
struct build_options {
	const char *cc;
	char *const *flags;
	unsigned int nr_cpus;
	bool highmem;
	unsigned int era;
	bool debug;
	bool keep;
};

/* One module. Sources and objects are parallel; none when it was built before. */
struct build_target {
	char *name;		/* of the module: no blanks, '-' is '_' */
	char *path;		/* the shared object, once build_targets() was fine */
	char **sources;
	char **objects;
	size_t nr_sources;
	char **flags;		/* ccflags-y of its Kbuild file, ended by NULL */
	char *dir;		/* of the Kbuild file; NULL: the working directory */
	bool prebuilt;
};

struct build_list {
	struct build_target **targets;
	size_t nr;
};

/**
 * build_looks_like_spec - is this argument a module, rather than name=value?
 * @arg: an argument of the command line
 */
bool build_looks_like_spec(const char *arg);

/**
 * build_parse - read one specification
 * @spec: see above
 * @list: gets the targets appended
 * Return: BUILD_OK or BUILD_USAGE; one line on stderr says what is wrong.
 */
enum build_result build_parse(const char *spec, struct build_list *list);

/**
 * build_targets - compile and link what is not built yet
 * @list: from build_parse()
 * @first: number of the first target to look at
 * @o: how
 *
 * Source files compile side by side, as many at once as the host has processors.
 * Context: any thread with a large stack; blocks.
 */
enum build_result build_targets(struct build_list *list, size_t first,
				const struct build_options *o);

/** build_free - forget the targets; their files stay until build_cleanup() */
void build_free(struct build_list *list);

/** build_cleanup - remove the objects, unless they are to be kept */
void build_cleanup(void);

#endif
