/* SPDX-License-Identifier: MIT */
/* Functions that are called soon, in a thread. Bodies: kernel/workqueue.c */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/timer.h>
#include <linux/linkage.h>
#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/threads.h>
#include <linux/atomic.h>
#include <linux/cpumask.h>

struct workqueue_struct;
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);
void delayed_work_timer_fn(struct timer_list *t);

/* Keys: C set up by its owner | P the pool's lock */
struct work_struct {
	atomic_long_t data;		/* A  1 while it is pending */
	struct list_head entry;		/* P */
	work_func_t func;		/* C */
	struct workqueue_struct *wq;	/* P  where it was queued last */
	int cpu;			/* P  where it should run; -1: anywhere */
	unsigned long site;		/* P  who queued it */
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;	/* owner of the pending bit */
	int cpu;
};

#define WORK_CPU_UNBOUND	QUARRY_MAX_CPUS

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

#define __WORK_INITIALIZER(n, f)					\
	{ .data = ATOMIC_LONG_INIT(0), .entry = { &(n).entry, &(n).entry }, .func = (f) }
#define __DELAYED_WORK_INITIALIZER(n, f, tflags)			\
	{ .work = __WORK_INITIALIZER((n).work, (f)),			\
	  .timer = __TIMER_INITIALIZER(delayed_work_timer_fn, (tflags) | TIMER_IRQSAFE) }
#define DECLARE_WORK(n, f)	struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define DECLARE_DEFERRABLE_WORK(n, f) \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, TIMER_DEFERRABLE)

#define INIT_WORK(_work, _func)						\
	do {								\
		struct work_struct *__w = (_work);			\
									\
		atomic_long_set(&__w->data, 0);				\
		INIT_LIST_HEAD(&__w->entry);				\
		__w->func = (_func);					\
		__w->wq = NULL;						\
	} while (0)
#define INIT_DELAYED_WORK(_work, _func)					\
	do {								\
		INIT_WORK(&(_work)->work, (_func));			\
		timer_setup(&(_work)->timer, delayed_work_timer_fn, TIMER_IRQSAFE); \
	} while (0)
#define INIT_DEFERRABLE_WORK(_work, _func)	INIT_DELAYED_WORK(_work, _func)
#define INIT_WORK_ONSTACK(_work, _func)		INIT_WORK(_work, _func)
#define INIT_DELAYED_WORK_ONSTACK(_work, _func)	INIT_DELAYED_WORK(_work, _func)
#define destroy_work_on_stack(work)		((void)(work))
#define destroy_delayed_work_on_stack(work)	((void)(work))

/* Bit 0: kernel/workqueue.c, Q1. */
#define work_pending(work)		((atomic_long_read(&(work)->data) & 1) != 0)
#define delayed_work_pending(w)		work_pending(&(w)->work)

enum {
	WQ_UNBOUND		= 1 << 1,
	WQ_FREEZABLE		= 1 << 2,
	WQ_MEM_RECLAIM		= 1 << 3,
	WQ_HIGHPRI		= 1 << 4,
	WQ_CPU_INTENSIVE	= 1 << 5,
	WQ_SYSFS		= 1 << 6,
	WQ_POWER_EFFICIENT	= 1 << 7,
	__WQ_ORDERED		= 1 << 17,

	WQ_MAX_ACTIVE		= 512,
	WQ_DFL_ACTIVE		= WQ_MAX_ACTIVE / 2,

	WORK_BUSY_PENDING	= 1 << 0,
	WORK_BUSY_RUNNING	= 1 << 1,
};

extern struct workqueue_struct *system_wq, *system_highpri_wq, *system_long_wq;
extern struct workqueue_struct *system_unbound_wq, *system_freezable_wq;
extern struct workqueue_struct *system_power_efficient_wq;

/**
 * alloc_workqueue - a queue whose works run in the pool's threads
 * @fmt: its name, printf-like, with the arguments behind @max_active
 * @flags: WQ_*; without WQ_UNBOUND a work runs on the CPU that queued it
 * @max_active: works of this queue that run at a time, per CPU if bound; 0: default
 * Context: may sleep. Return: the queue or NULL.
 */
struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active,
					 ...) __printf(1, 4);
#define alloc_ordered_workqueue(fmt, flags, args...) \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##args)
#define create_workqueue(name)	alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, (name))
#define create_freezable_workqueue(name) \
	alloc_workqueue("%s", WQ_FREEZABLE | WQ_UNBOUND | WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name) \
	alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, name)
/** destroy_workqueue - drain it and free it. Context: may sleep. */
void destroy_workqueue(struct workqueue_struct *wq);

/* Context: any. Return: false when it was pending already. */
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay);
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay);

/* Context: may sleep; not a work of the same queue. */
void flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);
/** flush_work - wait until it is neither pending nor running; false: it was not */
bool flush_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dwork);
/** cancel_work_sync - take it back, wait while it runs; true: it was pending */
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work_sync(struct delayed_work *dwork);
/* Context: any. */
bool cancel_work(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *dwork);
unsigned int work_busy(struct work_struct *work);
struct work_struct *current_work(void);
/** schedule_on_each_cpu - run it on all, and wait. Context: may sleep. 0 or -ENOMEM */
int schedule_on_each_cpu(work_func_t func);

#define queue_work(wq, work)		queue_work_on(WORK_CPU_UNBOUND, (wq), (work))
#define queue_delayed_work(wq, dwork, delay) \
	queue_delayed_work_on(WORK_CPU_UNBOUND, (wq), (dwork), (delay))
#define mod_delayed_work(wq, dwork, delay) \
	mod_delayed_work_on(WORK_CPU_UNBOUND, (wq), (dwork), (delay))
#define schedule_work_on(cpu, work)	queue_work_on((cpu), system_wq, (work))
#define schedule_work(work)		queue_work(system_wq, (work))
#define schedule_delayed_work_on(cpu, dwork, delay) \
	queue_delayed_work_on((cpu), system_wq, (dwork), (delay))
#define schedule_delayed_work(dwork, delay) \
	queue_delayed_work(system_wq, (dwork), (delay))
#define flush_scheduled_work()		flush_workqueue(system_wq)

#endif
