/* SPDX-License-Identifier: MIT */
/* Stacks, for those who run something on one. mm/stack.c has the theory. */
#ifndef MM_STACK_H
#define MM_STACK_H

#include <linux/magic.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <asm/page.h>

#define IRQ_STACK_SIZE	PAGE_SIZE

/* Keys: C fixed at boot */
DECLARE_PER_CPU(unsigned long, irq_stack);	/* C  lowest address; 0: the port's are used */

int stacks_init(void);
void stacks_shutdown(void);
/** stacks_are_ours - do threads and handlers run on stacks of the core's? */
bool stacks_are_ours(void);

/**
 * stack_alloc - a kernel stack of THREAD_SIZE bytes, aligned to that, as stack_clean() leaves it
 * Context: may sleep. Return: NULL: no memory; reported.
 */
void *stack_alloc(int node);
/** stack_free - what stack_alloc() returned, and nobody is on. Context: any. */
void stack_free(void *stack);
/** stack_clean - all of it is as if never used */
void stack_clean(void *stack);
/** stack_account - it is a task's from now on (1), or no longer (-1). Context: any. */
void stack_account(void *stack, int sign);
/** stack_unused - bytes from the lower end of [lo, lo + size) that were never written to */
unsigned long stack_unused(unsigned long lo, unsigned long size);

/** stack_check_task - report, and panic, when the end of a task's stack was overwritten */
void stack_check_task(struct task_struct *task);
/**
 * stack_check_call - report when what has returned has overwritten the end of the task's stack
 * @what: ", after init of " or the like; @who: a name
 * Nothing is on the stack any more that could be damaged: the end is put right, and all goes on.
 */
void stack_check_call(const char *what, const char *who);
/** stack_run_irq - run a handler on this CPU's interrupt stack. Context: interrupts off. */
void stack_run_irq(unsigned long stack, void (*fn)(void *arg), void *arg);

/* What an access has to do with the stack that the code was on. */
struct stack_fault {
	const char *kind;	/* "kernel", "interrupt"; NULL: nothing */
	unsigned long lo, size;	/* that stack */
	bool above;		/* off its upper end; else off its lower one */
	unsigned long beyond;	/* bytes below its lower end where the stack pointer is */
};

/**
 * stack_explain - did the code run off its stack?
 * @addr: what it accessed; @sp: its stack pointer, or 0
 * Context: any.
 */
void stack_explain(struct stack_fault *sf, unsigned long addr, unsigned long sp);
/** stack_describe - in a report: whose stack, or whose guard page, an address is of */
void stack_describe(unsigned long addr);
/** stack_owner - kernel/ knows: the task whose stack begins at @lo; false: nobody's */
bool stack_owner(unsigned long lo, char *comm, pid_t *pid);

#endif
