/* SPDX-License-Identifier: MIT */
/*
 * The small kernel around the memory manager, as a port's command drives it:
 * start it, insert modules, read /proc, run suites. An embedder of the memory
 * manager alone never needs this header.
 */
#ifndef QUARRY_KERNEL_H
#define QUARRY_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quarry.h"

struct module;

/**
 * quarry_kernel_start - timers, work queues, /proc, the log's ring
 * Context: after quarry_boot(), the boot thread. Return: 0 or a negative errno.
 */
int quarry_kernel_start(void);

/**
 * quarry_kernel_stop - end the kernel's own threads
 * Context: the boot thread, before quarry_shutdown().
 */
void quarry_kernel_stop(void);

/**
 * quarry_module_insert - what insmod does, for code that is in memory already
 * @mod: its descriptor (every module has one, named __this_module)
 * @text: first address of its code, for reports and for who holds what
 * @text_end: end of its code
 * @params: "name=value" strings, ended by NULL
 * @init_result: gets what its init function returned
 *
 * Context: a thread that may sleep.
 * Return: 0; -EINVAL or -ENOENT for a parameter (logged), -EEXIST, -ENOMEM.
 * A failing init function is not an error here: the module is not live then.
 */
int quarry_module_insert(struct module *mod, uintptr_t text, uintptr_t text_end,
			 char *const params[], int *init_result);

/**
 * quarry_module_remove - what rmmod does
 * @name: the module's
 * Context: a thread that may sleep.
 * Return: 0; -ENOENT; -EBUSY while it is in use or has no exit function.
 */
int quarry_module_remove(const char *name);

/**
 * quarry_module_use - @user refers to what @of exports: it must go first
 * Context: may sleep. Both are loaded; ends with @user's removal. Return: 0 or -ENOMEM.
 */
int quarry_module_use(struct module *user, struct module *of);

/**
 * quarry_module_users - who keeps a module from being removed
 * @buf: gets the names of modules that use it, with commas between
 * Context: any. Return: references, those of modules included.
 */
unsigned int quarry_module_users(const struct module *mod, char *buf, size_t size);

/**
 * quarry_module_percpu - where a loaded module's static per-CPU variables live
 * @mod: its descriptor
 * @start: its template
 * @size: bytes of the template
 * @delta: gets what is added to an address in the template
 *
 * The loader calls it before quarry_module_insert() and adds @delta to each
 * pointer into the template that the dynamic linker has filled in.
 * Return: 0 or -ENOMEM.
 */
int quarry_module_percpu(struct module *mod, uintptr_t *start, size_t *size,
			 intptr_t *delta);

/** quarry_module_percpu_free - give back what quarry_module_percpu() took */
void quarry_module_percpu_free(struct module *mod);

const char *quarry_module_name(const struct module *mod);
bool quarry_module_live(const struct module *mod);
/**
 * quarry_running - the name of the task that the caller is on, which lives as long as that
 * @pid: gets its number; init's, on which modules are loaded, is 1
 * Context: any, a fault's too. Return: NULL: none.
 */
const char *quarry_running(int *pid);

/** quarry_module_busy - kthreads, timers, works, RCU callbacks that the module still has running */
unsigned int quarry_module_busy(const struct module *mod);

/** quarry_symbol_exported - is there an EXPORT_SYMBOL for this address? */
bool quarry_symbol_exported(const void *address);

/**
 * quarry_fail_nth - make a request of modules' init functions for memory fail
 * @n: the n-th of those to come, for pages or an object, of whatever order and flags (but
 *	__GFP_NOFAIL); 0: none
 *
 * Rules for fail_page_alloc and failslab that would let some pass are set aside.
 * Context: may sleep.
 */
void quarry_fail_nth(unsigned int n);
/** quarry_fail_nth_left - requests that are still to come up to that one; 0: it has been */
unsigned int quarry_fail_nth_left(void);

/**
 * quarry_leaks - look for objects that nothing refers to
 * What was found is in /sys/kernel/debug/kmemleak. Context: may sleep; who moves pointers
 * meanwhile may make it miss some. Return: how many are new; -ENOMEM; -ENOSYS: slub_debug=U
 * or kmemleak=on is needed.
 */
long quarry_leaks(void);

/** quarry_msleep - let the machine run for a while */
void quarry_msleep(unsigned int ms);

/**
 * quarry_proc_read - the text of a file
 * @path: "/sys/kernel/debug/x"; without a slash in front it is below /proc:
 *	"slabinfo", "sys/vm/min_free_kbytes"
 * Context: may sleep. Return: 0, -ENOENT, -EISDIR.
 */
int quarry_proc_read(const char *path, quarry_emit_fn *emit, void *ctx);

/** quarry_proc_write - write to a file, as the shell's '>'. Return: bytes or -errno. */
long quarry_proc_write(const char *path, const char *text, size_t len);

/** quarry_proc_append - as the shell's '>>'; few files make a difference */
long quarry_proc_append(const char *path, const char *text, size_t len);

/** quarry_proc_list - emit the names in a directory, one a line */
int quarry_proc_list(const char *path, quarry_emit_fn *emit, void *ctx);

/** quarry_dmesg - emit the ring of the kernel's log, oldest line first */
void quarry_dmesg(quarry_emit_fn *emit, void *ctx);

struct quarry_test_totals {
	unsigned int passed, failed, skipped;
};

struct kunit_suite;

/**
 * quarry_run_suite - run one KUnit suite and print its KTAP
 * @suite: the suite
 * @number: its number in the plan
 * @pattern: only cases whose "suite.case" contains it; NULL: all
 * @emit: gets the KTAP
 */
void quarry_run_suite(struct kunit_suite *suite, unsigned int number,
		      const char *pattern, quarry_emit_fn *emit, void *ctx,
		      struct quarry_test_totals *totals);

/**
 * quarry_module_tests - how the suites of modules went since the last start
 * Their KTAP is in the log. Context: any.
 */
struct quarry_test_totals quarry_module_tests(void);

const char *quarry_suite_name(const struct kunit_suite *suite);

/**
 * quarry_test_entry - the suites that are linked in
 * @i: its number, from 0
 * @suite: gets the suite
 * @machine: gets the name of the preset that it wants; NULL: the default
 * Context: any, also without a machine. Return: false behind the last.
 */
bool quarry_test_entry(unsigned int i, struct kunit_suite **suite, const char **machine);

/**
 * quarry_suite_cases - list cases of a suite as "suite.case", one a line
 * @pattern: only cases whose "suite.case" contains it; NULL: all
 * @emit: gets the lines; NULL: only count
 * Context: any, also without a machine. Return: how many there are.
 */
unsigned int quarry_suite_cases(const struct kunit_suite *suite, const char *pattern,
				quarry_emit_fn *emit, void *ctx);

#endif
