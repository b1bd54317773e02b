/* SPDX-License-Identifier: MIT */
/*
 * Fault injection: what could fail is made to, now and then, by rules that files and
 * boot parameters set. Rules: lib/fault_inject.c; files: kernel/fault.c.
 */
#ifndef _LINUX_FAULT_INJECT_H
#define _LINUX_FAULT_INJECT_H

#include <linux/atomic.h>
#include <linux/limits.h>
#include <linux/ratelimit.h>
#include <linux/types.h>

struct dentry;
struct task_struct;

#define FAULT_NAME_LEN	32

/* Keys: A changed and read without a lock, whole | C fixed before it is used */
struct fault_attr {
	unsigned long probability;	/* A  percent of the calls that come so far */
	unsigned long interval;		/* A  of these only each so manieth */
	atomic_t times;			/* A  failures that are left; -1: no limit */
	atomic_t space;			/* A  units that are let pass before the first */
	unsigned long verbose;		/* A  1: a line for each failure; 2: the stack too */
	bool task_filter;		/* A  only tasks whose make-it-fail is set */
	unsigned long stacktrace_depth;	/* A  callers that are looked at, for these: */
	unsigned long require_start;	/* A  one of them must be in [start, end) */
	unsigned long require_end;	/* A */
	unsigned long reject_start;	/* A  and none in here */
	unsigned long reject_end;	/* A */
	atomic_t count;			/* A  calls that the interval counts */
	struct ratelimit_state ratelimit_state;	/* A  interval, burst: for the lines */
	char name[FAULT_NAME_LEN];	/* C */
	void (*changed)(void);		/* C  called when a file was written; or NULL */
};

#define FAULT_ATTR_INITIALIZER {					\
		.interval = 1,						\
		.times = ATOMIC_INIT(1),				\
		.verbose = 2,						\
		.stacktrace_depth = 32,					\
		.require_end = ULONG_MAX,				\
		.ratelimit_state = RATELIMIT_STATE_INIT_DISABLED,	\
	}
#define DECLARE_FAULT_ATTR(name)	struct fault_attr name = FAULT_ATTR_INITIALIZER

enum fault_flags {
	FAULT_NOWARN = 1,		/* say nothing, whatever attr->verbose is */
};

/**
 * setup_fault_attr - set rules from a boot parameter
 * @attr: changed only if all of @str makes sense
 * @str: "interval,probability,space,times"
 * Context: any. Return: 1; 0, and a line in the log, when @str is not that.
 */
int setup_fault_attr(struct fault_attr *attr, char *str);

/**
 * should_fail_ex - shall this call fail?
 * @attr: the rules
 * @size: units that it takes off attr->space
 * @flags: FAULT_*
 *
 * A task whose fail-nth is set goes by that alone: the N-th call that it makes, of
 * whatever attribute, fails.
 * Context: any. Return: true: do as if there was none of what was asked for.
 */
bool should_fail_ex(struct fault_attr *attr, ssize_t size, int flags);
/** should_fail - should_fail_ex() without flags */
bool should_fail(struct fault_attr *attr, ssize_t size);

/**
 * fault_create_debugfs_attr - files for the rules: probability, interval, times, ...
 * @name: of their directory, and of the attribute in the log
 * @parent: NULL: /sys/kernel/debug
 * @attr: must live for as long as the directory
 * Context: may sleep. Return: the directory, or an ERR_PTR().
 */
struct dentry *fault_create_debugfs_attr(const char *name, struct dentry *parent,
					 struct fault_attr *attr);

/**
 * should_fail_alloc_page - shall a request for 2^order frames fail? (mm/fail_page_alloc.c)
 * Context: any.
 */
bool should_fail_alloc_page(gfp_t gfp, unsigned int order);

struct kmem_cache;
/**
 * should_failslab - shall a request for an object fail? (mm/slab/failslab.c)
 * Context: any. Return: 0, or -ENOMEM: it shall.
 */
int should_failslab(struct kmem_cache *s, gfp_t gfpflags);

/* Quarry's own. */

/** fault_inject_init - no task has a fail-nth. Context: boot. */
void fault_inject_init(void);
/** fault_attr_armed - could should_fail() say yes? Context: any. */
bool fault_attr_armed(const struct fault_attr *attr);
/**
 * fault_set_nth - the n-th call that a task makes shall fail; 0: none
 * Context: any. Afterwards attributes that care must be told: fail_page_alloc_update(),
 * failslab_update().
 */
void fault_set_nth(struct task_struct *task, unsigned int n);
/** fault_nth - calls that are left to that one; 0: it has been, or there is none */
unsigned int fault_nth(const struct task_struct *task);

#endif
