/* SPDX-License-Identifier: MIT */
/* Reports of what went wrong, one at a time. Bodies: lib/bug.c */
#ifndef _LINUX_REPORT_H
#define _LINUX_REPORT_H

#include <linux/compiler.h>
#include <linux/types.h>

enum report_kind {
	REPORT_WARNING,		/* "WARNING: " */
	REPORT_BUG,		/* "BUG: " */
	REPORT_NOTE,		/* no prefix, not counted, not cut off from the log */
	REPORT_SLAB,		/* a bug, in the form of the slab layer's reports: no prefix */
};

/**
 * report_begin - start a report, count it, print its first line
 * @kind: what it is
 * @fmt: the first line, without a line break
 *
 * Until report_end() no other CPU's report comes in between, and this CPU stays
 * this thread's. A report inside a report of the same CPU becomes part of it.
 * Context: any.
 */
void report_begin(enum report_kind kind, const char *fmt, ...) __printf(2, 3) __cold;
/** report_line - another line, without a line break. Context: inside a report. */
void report_line(const char *fmt, ...) __printf(1, 2) __cold;
/**
 * report_stack - print return addresses, one a line
 * @title: the line above them; NULL: none
 * @pcs: innermost first
 * @n: how many
 * Context: any.
 */
void report_stack(const char *title, const uintptr_t *pcs, unsigned int n) __cold;
/** report_stack_here - print the stack of the caller. Context: any. */
void report_stack_here(const char *title) __cold;
/** report_here - CPU, task, modules and the stack of the caller. Context: any. */
void report_here(void) __cold;
/** report_end - the line that ends a report */
void report_end(void) __cold;

/** report_init - forget reports, what was done once, and locks. Context: boot. */
void report_init(void);

/**
 * report_print_modules - print "Modules linked in:" with the names
 * Weak; kernel/module.c has the real one.
 */
void report_print_modules(void);

#endif
