/* SPDX-License-Identifier: MIT */
/*
 * Tasks. A task is a thread of the port's (struct quarry_thread) with the
 * kernel's bookkeeping around it.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/preempt.h>
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/irqflags.h>
#include <linux/spinlock.h>
#include <linux/list.h>
#include <linux/jiffies.h>
#include <asm/current.h>
#include <asm/kmap_types.h>
#include <asm/processor.h>
#include <quarry/host.h>

#define TASK_COMM_LEN		16

#define TASK_RUNNING		0x0000
#define TASK_INTERRUPTIBLE	0x0001
#define TASK_UNINTERRUPTIBLE	0x0002
#define __TASK_STOPPED		0x0004
#define TASK_DEAD		0x0080
#define TASK_WAKEKILL		0x0100
#define TASK_PARKED		0x0040
#define TASK_NOLOAD		0x0400
#define TASK_NEW		0x0800
#define TASK_IDLE		(TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define PF_EXITING		0x00000004
#define PF_MEMALLOC		0x00000800
#define PF_KTHREAD		0x00200000
#define PF_KSWAPD		0x00020000
#define PF_MEMALLOC_NOFS	0x00040000
#define PF_MEMALLOC_NOIO	0x00080000
#define PF_NO_SETAFFINITY	0x04000000

#define MAX_SCHEDULE_TIMEOUT	LONG_MAX

struct mm_struct;
struct cred;
struct signal_struct;
struct kthread;
struct kunit;

/* Keys: O the task itself | C fixed when it is made | A atomic | T the task list's lock */
struct task_struct {
	unsigned int __state;		/* A  TASK_* */
	unsigned int flags;		/* O  PF_* */
	pid_t pid;			/* C */
	pid_t tgid;			/* C */
	char comm[TASK_COMM_LEN];	/* O */
	unsigned int saved_preempt;	/* O  while it has no CPU */
	unsigned int cpu;		/* O  where it runs, or ran last */
	void *stack;			/* T  lowest address of its kernel stack, or NULL */
	struct quarry_thread thread;	/* C  the port's half, unless it is */
	struct quarry_thread *boot_thread; /* C  the embedder's own, for init_task */
	cpumask_t cpus_mask;		/* A  where it may run */
	cpumask_t cpus_usable;		/* A  those that are online; if none is, all that are */
	nodemask_t mems_allowed;	/* O  for __GFP_HARDWALL */
	struct list_head tasks;		/* T */
	atomic_t usage;			/* A  references to this structure */
	struct kthread *kthread;	/* C  kernel/kthread.c's half */
	struct kunit *kunit_test;	/* C  the case that runs in it */
	struct mm_struct *mm;		/* C  NULL: a kernel thread */
	const struct cred *cred;	/* C */
	struct signal_struct *signal;	/* C */
	unsigned long min_flt, maj_flt;	/* O */
	unsigned long nvcsw, nivcsw;	/* O  times it gave up its CPU, was asked to */
	int prio, static_prio;		/* O */
	unsigned int irq_saved;		/* O */
	unsigned long atomic_site;	/* O  who disabled preemption last; 0: nobody */
	uintptr_t atomic_stack[8];	/* O  and the callers; debugging */
	unsigned int atomic_depth;	/* O  how many of them */
	uintptr_t enabled_site;		/* O  who enabled it last; debugging */
	bool atomic_reported;		/* O  a sleep with preemption off, since then */
	struct kmap_ctrl kmap_ctrl;	/* O  mm/kmap_local.c */
	unsigned long private;		/* O  allocator's recursion guards */
	unsigned int fail_nth;		/* A  linux/fault-inject.h: calls to the one that fails */
	bool make_it_fail;		/* A  a task filter lets it fail */
};

extern struct task_struct init_task;

/** task_thread - the port's half of a task, for quarry_host_wake() */
static inline struct quarry_thread *task_thread(struct task_struct *task)
{
	return task->boot_thread ? task->boot_thread : &task->thread;
}

#define task_pid_nr(t)		((t)->pid)

#define __set_current_state(s)	WRITE_ONCE(current->__state, (s))
/* The store is ordered before the test of the condition that follows. */
#define set_current_state(s)						\
	do {								\
		WRITE_ONCE(current->__state, (s));			\
		smp_mb();						\
	} while (0)
#define get_current_state()	READ_ONCE(current->__state)

/* mm/wait.c: sleeping, as far as the memory manager itself needs it. */
void schedule(void);
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_killable(long timeout);
long schedule_timeout_idle(long timeout);
/** schedule_clock - sleep until a quarry_host_clock(); false: woken before */
bool schedule_clock(u64 deadline);
int wake_up_process(struct task_struct *task);
int wake_up_state(struct task_struct *task, unsigned int state);
void yield(void);

/* mm/context.c */
int __cond_resched(void);
#define cond_resched()		__cond_resched()
bool need_resched(void);
void __might_sleep(const char *file, int line);
/* Nothing forbids it, and nobody wants this CPU. */
static __always_inline bool may_sleep_here(void)
{
	return raw_cpu_read(quarry_cpu_hot.preempt_count) == PREEMPT_ENABLED && !irqs_disabled();
}

#define might_sleep()							\
	do {								\
		if (unlikely(!may_sleep_here()))			\
			__might_sleep(__FILE__, __LINE__);		\
	} while (0)
#define might_sleep_if(cond)	do { if (cond) might_sleep(); } while (0)

/* kernel/sched.c; a core without kernel/ has none of these. */
int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask);
void do_exit(long code) __noreturn;
static inline int task_cpu(const struct task_struct *task)
{
	return (int)READ_ONCE(task->cpu);
}
void set_user_nice(struct task_struct *task, long nice);

#endif
