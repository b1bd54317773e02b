/* SPDX-License-Identifier: MIT */
/* Who called. */
#ifndef _LINUX_STACKTRACE_H
#define _LINUX_STACKTRACE_H

#include <linux/types.h>

struct task_struct;

/**
 * stack_trace_save - the callers' return addresses, innermost first
 * @store: gets them
 * @size: room, in entries
 * @skipnr: how many callers to leave out; 0: begin with our caller's own place
 * Context: any. Return: how many.
 */
unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skipnr);
/** stack_trace_print - print entries, one a line, behind @spaces spaces */
void stack_trace_print(const unsigned long *trace, unsigned int nr_entries, int spaces);
int stack_trace_snprint(char *buf, size_t size, const unsigned long *entries,
			unsigned int nr_entries, int spaces);

#endif
