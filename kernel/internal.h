/* SPDX-License-Identifier: MIT */
/*
 * What the files of the small kernel know of each other.
 *
 * Start order (kernel/start.c): tasks, timers, RCU, work queues, names and /proc, modules,
 * then initcalls. Stop in reverse. Each X_start() resets all that X knows.
 */
#ifndef KERNEL_INTERNAL_H
#define KERNEL_INTERNAL_H

#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <quarry/kernel.h>
#include <quarry/quarry.h>

struct holdings;
struct kernel_param;
struct module;
struct seq_file;

/* kernel/kthread.c: the part of a task that linux/kthread.h talks about. */
struct kthread {
	int (*fn)(void *data);		/* C  what it runs */
	void *data;			/* C */
	unsigned long flags;		/* A  KTHREAD_* */
	struct completion exited;
	struct completion parked;
	long result;			/* O  of fn, before exited */
	unsigned long site;		/* C  who made it */
	void *jmp[5];			/* O  the way out of do_exit() */
};

/** kthread_start - make a thread of the kernel's own and wake it; NULL: no memory */
struct task_struct *kthread_start(int (*fn)(void *data), void *data, const char *name);
/** kthread_balance - report and repair a preemption count that is not @before
 *  @what: "initcall", "timer", ...; @fn: whose fault it is */
void kthread_balance(unsigned int before, const char *what, const void *fn);

/* A thread, timer, work or notifier: whose code will run, and who saw to that. */
struct kernel_user {
	const char *kind;
	char detail[48];		/* a name, or nothing */
	uintptr_t address;
	size_t size;			/* bytes of the structure */
	uintptr_t fn;
	uintptr_t site;			/* 0: not known */
};

struct stack_use {
	pid_t pid;
	char comm[TASK_COMM_LEN];
	bool ours;			/* else the port's: left is not known */
	unsigned long size, left;	/* bytes */
};

/* kernel/smp.c */
void smp_start(void);

/* kernel/cpu.c */
void cpu_start(void);
/** cpuhp_nth - registered hotplug state number @i */
bool cpuhp_nth(unsigned int i, struct kernel_user *user);

/* kernel/sched.c */
void sched_start(void);
/** sched_settle - wait for threads that are on their way out. Context: may sleep. */
void sched_settle(void);
/** sched_stop - and forget what is kept of the dead */
void sched_stop(void);
/** sched_adopt - a task that was just made enters the list and gets a pid */
void sched_adopt(struct task_struct *task);
/** sched_cpus_changed - CPUs came or went. sched_set_mask - where a task may run */
void sched_cpus_changed(void);
void sched_set_mask(struct task_struct *task, const struct cpumask *mask);
/** sched_leave_cpu - the current task, which may not use that CPU any more, leaves it */
void sched_leave_cpu(unsigned int cpu);
/** sched_disown - the port would not start it */
void sched_disown(struct task_struct *task);
/** sched_leave - the current task is about to end */
void sched_leave(void);
/** sched_find - is this a task, alive or not long dead? Takes a reference. */
bool sched_find(struct task_struct *task, bool *dead);
/** sched_forget_dead - free the task structures that are kept for reports */
void sched_forget_dead(void);
/** thread_nth - thread number @i; false: no more */
bool thread_nth(unsigned int i, struct kernel_user *user);

/** task_stack_nth - stack of task number @i; false: no more */
bool task_stack_nth(unsigned int i, struct stack_use *use);

/* kernel/stack.c */
int task_stacks_start(void);
/** task_stacks_stop - tasks have ended. May sleep. */
void task_stacks_stop(void);
/** task_stack_make - a task gets a kernel stack, where they are ours. 0 or -ENOMEM. May sleep. */
int task_stack_make(struct task_struct *task, int node);
/** task_stack_give - a task has left its stack for ever; NULL: it had none. Context: any. */
void task_stack_give(void *stack);
/** task_stack_ends - remember how much a task that is about to end has used */
void task_stack_ends(struct task_struct *task);
/** task_stacks_drain - free the stacks that are kept for tasks to come. May sleep. */
void task_stacks_drain(void);
/** task_stacks_leave - the same of those that a CPU keeps on which no task runs. May sleep. */
void task_stacks_leave(unsigned int cpu);
/** on_task_stack - call a function on the current task's kernel stack */
void on_task_stack(void (*fn)(void *arg), void *arg);
int stacks_show(struct seq_file *m, void *v);

/* kernel/timer.c */
int timers_start(void);
void timers_stop(void);
/** timers_leave - a CPU is gone: its timers go to this one */
void timers_leave(unsigned int cpu);
/** timer_nth - armed timer number @i, a delayed work's included; false: no more */
bool timer_nth(unsigned int i, struct kernel_user *user);

/* kernel/rcupdate.c */
int rcu_start(void);
void rcu_stop(void);
/** rcu_batches - grace periods that callbacks have waited for */
unsigned long rcu_batches(void);
/**
 * rcu_cancel - code in [lo, hi) is about to go: its callbacks are not called any more
 * Each is remembered, as something that is held. Waits for a grace period, and for one that is
 * being called. Context: may sleep. Return: how many were cancelled.
 */
unsigned int rcu_cancel(uintptr_t lo, uintptr_t hi);
/** rcu_pending - callbacks in [lo, hi) that are still to be called. Context: any. */
unsigned int rcu_pending(uintptr_t lo, uintptr_t hi);
/** rcu_cancelled_nth - callback number @i that rcu_cancel() has cancelled; false: no more */
bool rcu_cancelled_nth(unsigned int i, struct kernel_user *user);

/* kernel/workqueue.c */
int workqueue_start(void);
void workqueue_stop(void);
/** work_nth - pending or running work number @i */
bool work_nth(unsigned int i, struct kernel_user *user);
void workqueue_holdings(struct holdings *hs);

/* kernel/vpurge.c */
void vpurge_start(void);
/** vpurge_stop - and wait until it does nothing any more. May sleep. */
void vpurge_stop(void);

/* kernel/kswapd.c */
int kswapd_start(void);
void kswapd_stop(void);

/* kernel/slab_reap.c */
void slab_reap_start(void);
/** slab_reap_stop - and wait until it does nothing any more; was it on? May sleep. */
bool slab_reap_stop(void);

/* kernel/notifier.c */
void notifier_start(void);
/** notifier_nth - number @i of the blocks in the chain of register_oom_notifier() */
bool notifier_nth(unsigned int i, struct kernel_user *user);

/* kernel/params.c */
/**
 * params_parse - set one parameter
 * @doing: the module's name, for messages
 * @arg: "name=value" or "name"
 * Return: 0; -ENOENT: no such parameter (nothing logged); another error (logged).
 */
int params_parse(const char *doing, const char *arg, const struct kernel_param *start,
		 const struct kernel_param *end);
/** params_free - give back what charp parameters hold */
void params_free(const struct kernel_param *start, const struct kernel_param *end);
/** params_boot - parameters of what is built in, from the command line */
void params_boot(const char *cmdline);
void params_start(void);

/* kernel/module.c */
void modules_start(void);
void modules_stop(void);
int modules_show(struct seq_file *m);

/* kernel/proc.c; the tree of names is in kernel/nodes.h. */
int proc_start(void);

/* kernel/fault.c */
/** fault_start - the files of fault injection; 0 or an error */
int fault_start(void);
/** kmemleak_start - its file. Return: 0 or -ENOMEM. */
int kmemleak_start(void);
/** fault_fail_nth - the n-th call of the current task shall fail; 0: none. May sleep. */
void fault_fail_nth(unsigned int n);
/** fault_init_begins, fault_init_ended - around a module's init: quarry_fail_nth() */
void fault_init_begins(void);
void fault_init_ended(void);

/* kernel/tracepoint.c */
struct mutex;
extern struct mutex trace_mutex;	/* who changes what mm/trace.h says M of, or reads it */
void tracepoints_start(void);
/** tracepoints_stop - forget the probes that are left */
void tracepoints_stop(void);
/** probe_nth - probe number @i of a tracepoint */
bool probe_nth(unsigned int i, struct kernel_user *user);

/* kernel/tracefs.c */
int tracefs_start(void);

/* kernel/sysctl.c */
int sysctl_start(void);
/** sysctl_boot - obey the sysctl.* parameters of a command line */
void sysctl_boot(const char *cmdline);
void sysctl_holdings(struct holdings *hs);

/* kernel/kunit.c */
struct kunit_section;
/** kunit_start - forget how the suites of modules went */
void kunit_start(void);

/** kunit_run_module - the suites of a module that was loaded; KTAP goes to the log */
void kunit_run_module(const struct kunit_section *start, const struct kunit_section *end);

/* kernel/start.c */
const char *boot_command_line(void);
/** kernel_busy - threads, timers, works and RCU callbacks whose function lies in [lo, hi) */
unsigned int kernel_busy(uintptr_t lo, uintptr_t hi);

#endif
