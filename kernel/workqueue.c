// SPDX-License-Identifier: MIT
/*
 * Work queues. One pool of threads, "kworker/N", serves all queues: what differs from
 * queue to queue is how many of its works may run at a time, and where.
 *
 * Q1  work->data is 0, or seq << 2 | CANCELLING | PENDING. PENDING is set by whoever
 *     queues the work (or arms its timer), and cleared before its function is called.
 * Q2  A pending work whose timer has run out is on pool.pending, in order of seq.
 * Q3  A work does not run twice at a time: it stays pending while a worker runs it.
 * Q4  A worker that begins a work while no other is idle makes another worker first.
 *     So works may wait for works. If there is no memory, they wait for each other.
 * Q5  After its function was called a work may be gone: worker->work is compared only.
 *
 * Bound queues (without WQ_UNBOUND) run a work on the CPU that queued it; the worker
 * moves there. Their max_active counts per CPU.
 *
 * Locking: pool.lock guards everything here, with interrupts off; functions are called
 * without it. It is taken inside no other lock but timers' functions' none.
 */
#include <linux/workqueue.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "kernel/internal.h"
#include "mm/internal.h"

#define PENDING		1ul
#define CANCELLING	2ul
#define SEQ_SHIFT	2
#define FIRST_WORKERS	2
#define MAX_WORKERS	256

/* Keys: P pool.lock | C fixed when it is made */
struct workqueue_struct {
	char name[24];			/* C */
	unsigned int flags;		/* C  WQ_* */
	int max_active;			/* C  per CPU, or in all if unbound */
	unsigned long site;		/* C  who made it */
	struct list_head list;		/* P  in pool.queues */
	bool dying;			/* P */
	int active[];			/* P  works that run, per CPU; [0] if unbound */
};

/* Keys: P pool.lock | C fixed when it is made */
struct worker {
	struct list_head list;		/* P  in pool.workers */
	struct task_struct *task;	/* C */
	struct work_struct *work;	/* P  what it runs (Q5), or NULL */
	work_func_t func;		/* P  its function */
	struct workqueue_struct *wq;	/* P  of that work */
	unsigned long seq;		/* P  of that work */
	bool idle;			/* P */
};

static struct {
	spinlock_t lock;
	struct list_head pending;	/* P */
	struct list_head workers;	/* P */
	struct list_head queues;	/* P */
	unsigned int nr_workers;	/* P  those that are being made included */
	unsigned int nr_idle;		/* P */
	atomic_t numbers;		/* A  workers ever made */
	unsigned long seq;		/* P  of the work queued last */
	bool up;			/* P */
	struct wait_queue_head changed;	/* a work has ended, or was taken back */
} pool;

struct workqueue_struct *system_wq, *system_highpri_wq, *system_long_wq;
struct workqueue_struct *system_unbound_wq, *system_freezable_wq;
struct workqueue_struct *system_power_efficient_wq;
EXPORT_SYMBOL(system_wq);
EXPORT_SYMBOL(system_highpri_wq);
EXPORT_SYMBOL(system_long_wq);
EXPORT_SYMBOL(system_unbound_wq);
EXPORT_SYMBOL(system_freezable_wq);
EXPORT_SYMBOL(system_power_efficient_wq);

static const struct {
	struct workqueue_struct **wq;
	const char *name;
	unsigned int flags;
} system_queues[] = {
	{ &system_wq, "events", 0 },
	{ &system_highpri_wq, "events_highpri", WQ_HIGHPRI },
	{ &system_long_wq, "events_long", 0 },
	{ &system_unbound_wq, "events_unbound", WQ_UNBOUND },
	{ &system_freezable_wq, "events_freezable", WQ_FREEZABLE },
	{ &system_power_efficient_wq, "events_power_efficient", WQ_POWER_EFFICIENT },
};

static unsigned long work_seq(struct work_struct *work)
{
	return (unsigned long)atomic_long_read(&work->data) >> SEQ_SHIFT;
}

static bool is_pending(struct work_struct *work)
{
	return (unsigned long)atomic_long_read(&work->data) & PENDING;
}

static int *active_of(struct workqueue_struct *wq, int cpu)
{
	return &wq->active[wq->flags & WQ_UNBOUND ? 0 : cpu];
}

/* With pool.lock held. */
static struct worker *worker_running(struct work_struct *work)
{
	struct worker *w;

	list_for_each_entry(w, &pool.workers, list)
		if (w->work == work)
			return w;
	return NULL;
}

static struct worker *worker_of(struct task_struct *task)
{
	struct worker *w;

	list_for_each_entry(w, &pool.workers, list)
		if (w->task == task)
			return w;
	return NULL;
}

/* The first work that may run now (Q3). With pool.lock held. */
static struct work_struct *runnable(void)
{
	struct work_struct *work;

	list_for_each_entry(work, &pool.pending, entry)
		if (*active_of(work->wq, work->cpu) < work->wq->max_active &&
		    !worker_running(work))
			return work;
	return NULL;
}

/* With pool.lock held. */
static void wake_idle(void)
{
	struct worker *w;

	list_for_each_entry(w, &pool.workers, list) {
		if (!w->idle)
			continue;
		w->idle = false;
		pool.nr_idle--;
		wake_up_process(w->task);
		return;
	}
}

static int worker_thread(void *data);

/* Context: may sleep. */
static int add_worker(void)
{
	struct worker *w = kzalloc(sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	w->task = kthread_create(worker_thread, w, "kworker/u:%d",
				 atomic_fetch_inc(&pool.numbers));
	if (IS_ERR(w->task)) {
		kfree(w);
		return -ENOMEM;
	}
	spin_lock_irq(&pool.lock);
	list_add_tail(&w->list, &pool.workers);
	w->idle = true;
	pool.nr_idle++;
	spin_unlock_irq(&pool.lock);
	wake_up_process(w->task);
	return 0;
}

/* Q4, with pool.lock held, dropped meanwhile. */
static void keep_one_idle(void)
{
	if (pool.nr_idle || pool.nr_workers >= MAX_WORKERS)
		return;
	pool.nr_workers++;
	spin_unlock_irq(&pool.lock);
	if (add_worker()) {
		spin_lock_irq(&pool.lock);
		pool.nr_workers--;
	} else {
		spin_lock_irq(&pool.lock);
	}
}

static void go_to_cpu(struct workqueue_struct *wq, int cpu)
{
	const struct cpumask *mask = wq->flags & WQ_UNBOUND || !cpu_online(cpu)
				   ? cpu_online_mask : cpumask_of((unsigned int)cpu);

	if (!cpumask_equal(&current->cpus_mask, mask))
		set_cpus_allowed_ptr(current, mask);
}

/* With pool.lock held, dropped meanwhile. */
static void run_work(struct worker *w, struct work_struct *work)
{
	struct workqueue_struct *wq = work->wq;
	work_func_t func = work->func;
	int cpu = work->cpu;

	list_del_init(&work->entry);
	w->work = work;
	w->func = func;
	w->wq = wq;
	w->seq = work_seq(work);
	(*active_of(wq, cpu))++;
	atomic_long_and((long)CANCELLING, &work->data);
	keep_one_idle();
	if (runnable())
		wake_idle();
	spin_unlock_irq(&pool.lock);

	go_to_cpu(wq, cpu);
	func(work);
	kthread_balance(0, "workqueue", (void *)func);

	spin_lock_irq(&pool.lock);
	w->work = NULL;
	w->wq = NULL;
	(*active_of(wq, cpu))--;
	wake_up_all(&pool.changed);
}

static int worker_thread(void *data)
{
	struct worker *w = data;
	struct work_struct *work;

	for (;;) {
		spin_lock_irq(&pool.lock);
		if (w->idle) {
			w->idle = false;
			pool.nr_idle--;
		}
		while ((work = runnable()))
			run_work(w, work);
		w->idle = true;
		pool.nr_idle++;
		set_current_state(TASK_IDLE);
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			spin_unlock_irq(&pool.lock);
			return 0;
		}
		spin_unlock_irq(&pool.lock);
		schedule();
	}
}

/* Q2: a work with PENDING set goes to the pool. With pool.lock held. */
static void enqueue(struct workqueue_struct *wq, struct work_struct *work, int cpu)
{
	unsigned long data = (unsigned long)atomic_long_read(&work->data);

	work->wq = wq;
	work->cpu = cpu >= 0 && cpu < (int)nr_cpu_ids ? cpu : (int)raw_smp_processor_id();
	data = (data & (PENDING | CANCELLING)) | ++pool.seq << SEQ_SHIFT;
	atomic_long_set(&work->data, (long)data);
	list_add_tail(&work->entry, &pool.pending);
	if (runnable())
		wake_idle();
}

/* Q1. With pool.lock held. Return: the caller has the right, and the duty, to queue. */
static bool claim(struct workqueue_struct *wq, struct work_struct *work, unsigned long site)
{
	if ((unsigned long)atomic_long_read(&work->data) & (PENDING | CANCELLING))
		return false;
	if (WARN_ONCE(!work->func, "work without a function queued\n") ||
	    WARN_ONCE(!wq || (wq->dying && !worker_of(current)),
		      "work queued on a workqueue that is being destroyed\n"))
		return false;
	atomic_long_or((long)PENDING, &work->data);
	work->site = site;
	return true;
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	unsigned long flags;
	bool ours;

	spin_lock_irqsave(&pool.lock, flags);
	ours = claim(wq, work, _RET_IP_);
	if (ours)
		enqueue(wq, work, cpu);
	spin_unlock_irqrestore(&pool.lock, flags);
	return ours;
}
EXPORT_SYMBOL(queue_work_on);

/* The timer of a delayed work: PENDING has been set when it was armed. */
void delayed_work_timer_fn(struct timer_list *t)
{
	struct delayed_work *dwork = from_timer(dwork, t, timer);
	unsigned long flags;

	spin_lock_irqsave(&pool.lock, flags);
	enqueue(dwork->wq, &dwork->work, dwork->cpu);
	spin_unlock_irqrestore(&pool.lock, flags);
}
EXPORT_SYMBOL(delayed_work_timer_fn);

/* With pool.lock held. */
static void start_delay(struct workqueue_struct *wq, struct delayed_work *dwork, int cpu,
			unsigned long delay)
{
	dwork->wq = wq;
	dwork->cpu = cpu;
	if (!delay) {
		enqueue(wq, &dwork->work, cpu);
		return;
	}
	dwork->work.wq = wq;
	dwork->timer.expires = jiffies + delay;
	if (cpu >= 0 && cpu < (int)nr_cpu_ids)
		add_timer_on(&dwork->timer, cpu);
	else
		add_timer(&dwork->timer);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay)
{
	unsigned long flags;
	bool ours;

	spin_lock_irqsave(&pool.lock, flags);
	ours = claim(wq, &dwork->work, _RET_IP_);
	if (ours)
		start_delay(wq, dwork, cpu, delay);
	spin_unlock_irqrestore(&pool.lock, flags);
	return ours;
}
EXPORT_SYMBOL(queue_delayed_work_on);

/*
 * Takes a pending work back, from its timer or from the pool. With pool.lock held.
 * Return: 1 it was pending; 0 it was not; -EAGAIN it is on its way between the two.
 */
static int take_back(struct work_struct *work, struct timer_list *timer)
{
	if (!is_pending(work))
		return 0;
	if (list_empty(&work->entry) && !(timer && del_timer(timer)))
		return -EAGAIN;
	list_del_init(&work->entry);
	atomic_long_and(~(long)PENDING, &work->data);
	return 1;
}

static int take_back_wait(struct work_struct *work, struct timer_list *timer,
			  unsigned long *flags)
{
	int ret;

	for (;;) {
		spin_lock_irqsave(&pool.lock, *flags);
		ret = take_back(work, timer);
		if (ret != -EAGAIN)
			return ret;
		spin_unlock_irqrestore(&pool.lock, *flags);
		cpu_relax();
	}
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay)
{
	unsigned long flags;
	int was = take_back_wait(&dwork->work, &dwork->timer, &flags);

	if (claim(wq, &dwork->work, _RET_IP_))
		start_delay(wq, dwork, cpu, delay);
	spin_unlock_irqrestore(&pool.lock, flags);
	return was;
}
EXPORT_SYMBOL(mod_delayed_work_on);

static bool cancel(struct work_struct *work, struct timer_list *timer)
{
	unsigned long flags;
	int was = take_back_wait(work, timer, &flags);

	spin_unlock_irqrestore(&pool.lock, flags);
	if (was)
		wake_up_all(&pool.changed);
	return was;
}

bool cancel_work(struct work_struct *work)
{
	return cancel(work, NULL);
}
EXPORT_SYMBOL(cancel_work);

bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer);
}
EXPORT_SYMBOL(cancel_delayed_work);

static bool is_running(struct work_struct *work, unsigned long seq)
{
	struct worker *w;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&pool.lock, flags);
	w = worker_running(work);
	found = w && (!seq || w->seq == seq);
	spin_unlock_irqrestore(&pool.lock, flags);
	return found;
}

static bool cancel_sync(struct work_struct *work, struct timer_list *timer)
{
	unsigned long flags;
	int was;

	might_sleep();
	if (!work->func)	/* never initialised */
		return false;
	was = take_back_wait(work, timer, &flags);
	atomic_long_or((long)CANCELLING, &work->data);
	spin_unlock_irqrestore(&pool.lock, flags);
	wait_event(pool.changed, !is_running(work, 0));
	/* Others may have cancelled it, too, and somebody queued it since. */
	atomic_long_and(~(long)CANCELLING, &work->data);
	wake_up_all(&pool.changed);
	return was;
}

bool cancel_work_sync(struct work_struct *work)
{
	return cancel_sync(work, NULL);
}
EXPORT_SYMBOL(cancel_work_sync);

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel_sync(&dwork->work, &dwork->timer);
}
EXPORT_SYMBOL(cancel_delayed_work_sync);

/* Is the work that was queued as number @seq still to be done? */
static bool unfinished(struct work_struct *work, unsigned long seq)
{
	unsigned long flags;
	struct worker *w;
	bool ret;

	spin_lock_irqsave(&pool.lock, flags);
	w = worker_running(work);
	ret = (w && w->seq == seq) || (is_pending(work) && work_seq(work) == seq);
	spin_unlock_irqrestore(&pool.lock, flags);
	return ret;
}

bool flush_work(struct work_struct *work)
{
	unsigned long flags, seq = 0;
	struct worker *w;

	might_sleep();
	spin_lock_irqsave(&pool.lock, flags);
	w = worker_running(work);
	if (!list_empty(&work->entry))
		seq = work_seq(work);
	else if (w)
		seq = w->seq;
	spin_unlock_irqrestore(&pool.lock, flags);
	if (!seq)
		return false;
	wait_event(pool.changed, !unfinished(work, seq));
	return true;
}
EXPORT_SYMBOL(flush_work);

bool flush_delayed_work(struct delayed_work *dwork)
{
	unsigned long flags;

	spin_lock_irqsave(&pool.lock, flags);
	if (is_pending(&dwork->work) && del_timer(&dwork->timer))
		enqueue(dwork->wq, &dwork->work, dwork->cpu);
	spin_unlock_irqrestore(&pool.lock, flags);
	return flush_work(&dwork->work);
}
EXPORT_SYMBOL(flush_delayed_work);

/* Works of @wq up to number @seq that are not done. */
static bool queue_busy(struct workqueue_struct *wq, unsigned long seq)
{
	struct work_struct *work;
	struct worker *w;
	unsigned long flags;
	bool busy = false;

	spin_lock_irqsave(&pool.lock, flags);
	list_for_each_entry(work, &pool.pending, entry)
		if (work->wq == wq && work_seq(work) <= seq)
			busy = true;
	list_for_each_entry(w, &pool.workers, list)
		if (w->wq == wq && w->seq <= seq)
			busy = true;
	spin_unlock_irqrestore(&pool.lock, flags);
	return busy;
}

void flush_workqueue(struct workqueue_struct *wq)
{
	unsigned long seq = READ_ONCE(pool.seq);

	might_sleep();
	wait_event(pool.changed, !queue_busy(wq, seq));
}
EXPORT_SYMBOL(flush_workqueue);

/* Works may queue works; we wait until that has stopped. */
void drain_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	wait_event(pool.changed, !queue_busy(wq, ULONG_MAX));
}
EXPORT_SYMBOL(drain_workqueue);

unsigned int work_busy(struct work_struct *work)
{
	return (is_pending(work) ? WORK_BUSY_PENDING : 0) |
	       (is_running(work, 0) ? WORK_BUSY_RUNNING : 0);
}
EXPORT_SYMBOL(work_busy);

struct work_struct *current_work(void)
{
	struct work_struct *work = NULL;
	unsigned long flags;
	struct worker *w;

	spin_lock_irqsave(&pool.lock, flags);
	w = worker_of(current);
	if (w)
		work = w->work;
	spin_unlock_irqrestore(&pool.lock, flags);
	return work;
}
EXPORT_SYMBOL(current_work);

int schedule_on_each_cpu(work_func_t func)
{
	struct work_struct *works = kcalloc(nr_cpu_ids, sizeof(*works), GFP_KERNEL);
	unsigned int cpu;

	if (!works)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		INIT_WORK(&works[cpu], func);
		schedule_work_on((int)cpu, &works[cpu]);
	}
	for_each_online_cpu(cpu)
		flush_work(&works[cpu]);
	cpus_read_unlock();
	kfree(works);
	return 0;
}
EXPORT_SYMBOL(schedule_on_each_cpu);

static struct workqueue_struct *make(unsigned int flags, int max_active, unsigned long site)
{
	unsigned int counts = flags & WQ_UNBOUND ? 1 : nr_cpu_ids;
	struct workqueue_struct *wq = kzalloc(sizeof(*wq) + counts * sizeof(wq->active[0]),
					      GFP_KERNEL);

	if (!wq)
		return NULL;
	wq->flags = flags;
	wq->max_active = max_active ? clamp(max_active, 1, (int)WQ_MAX_ACTIVE) : WQ_DFL_ACTIVE;
	wq->site = site;
	return wq;
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active,
					 ...)
{
	struct workqueue_struct *wq = make(flags, max_active, _RET_IP_);
	va_list args;

	if (!wq)
		return NULL;
	va_start(args, max_active);
	vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	spin_lock_irq(&pool.lock);
	list_add_tail(&wq->list, &pool.queues);
	spin_unlock_irq(&pool.lock);
	return wq;
}
EXPORT_SYMBOL(alloc_workqueue);

void destroy_workqueue(struct workqueue_struct *wq)
{
	if (!wq)
		return;
	spin_lock_irq(&pool.lock);
	wq->dying = true;
	spin_unlock_irq(&pool.lock);
	drain_workqueue(wq);
	spin_lock_irq(&pool.lock);
	list_del(&wq->list);
	spin_unlock_irq(&pool.lock);
	kfree(wq);
}
EXPORT_SYMBOL(destroy_workqueue);

int workqueue_start(void)
{
	unsigned int i;

	memset(&pool, 0, sizeof(pool));
	spin_lock_init(&pool.lock);
	INIT_LIST_HEAD(&pool.pending);
	INIT_LIST_HEAD(&pool.workers);
	INIT_LIST_HEAD(&pool.queues);
	init_waitqueue_head(&pool.changed);
	for (i = 0; i < ARRAY_SIZE(system_queues); i++) {
		*system_queues[i].wq = alloc_workqueue("%s", system_queues[i].flags, 0,
						       system_queues[i].name);
		if (!*system_queues[i].wq)
			return -ENOMEM;
	}
	for (i = 0; i < FIRST_WORKERS; i++) {
		pool.nr_workers++;
		if (add_worker())
			return -ENOMEM;
	}
	return 0;
}

/* Works that are pending are still done, unless they wait for a timer. */
void workqueue_stop(void)
{
	struct workqueue_struct *wq, *next;
	struct worker *w;

	if (!pool.workers.next)		/* never started */
		return;
	while ((w = list_first_entry_or_null(&pool.workers, struct worker, list))) {
		kthread_stop(w->task);
		spin_lock_irq(&pool.lock);
		list_del(&w->list);
		spin_unlock_irq(&pool.lock);
		kfree(w);
	}
	list_for_each_entry_safe(wq, next, &pool.queues, list)
		kfree(wq);
	memset(&pool, 0, sizeof(pool));
}

/* Pending ones, then running ones. */
bool work_nth(unsigned int i, struct kernel_user *user)
{
	struct work_struct *work;
	struct worker *w;
	unsigned long flags;
	bool found = false;

	*user = (struct kernel_user) { .kind = "work", .size = sizeof(*work) };
	spin_lock_irqsave(&pool.lock, flags);
	list_for_each_entry(work, &pool.pending, entry) {
		if (i--)
			continue;
		user->address = (uintptr_t)work;
		user->fn = (uintptr_t)work->func;
		user->site = work->site;
		found = true;
		goto out;
	}
	list_for_each_entry(w, &pool.workers, list) {
		if (!w->work || i--)
			continue;
		user->address = (uintptr_t)w->work;	/* Q5: maybe gone */
		user->fn = (uintptr_t)w->func;
		found = true;
		break;
	}
out:
	spin_unlock_irqrestore(&pool.lock, flags);
	return found;
}

void workqueue_holdings(struct holdings *hs)
{
	unsigned int i;

	for (i = 0;; i++) {
		struct quarry_holding h = { .kind = "workqueue", .size = sizeof(*system_wq) };
		struct workqueue_struct *wq;
		unsigned int n = i;
		char name[sizeof(wq->name)];

		spin_lock_irq(&pool.lock);
		list_for_each_entry(wq, &pool.queues, list) {
			if (n--)
				continue;
			h.address = (uintptr_t)wq;
			h.site = wq->site;
			strscpy(name, wq->name, sizeof(name));
			break;
		}
		spin_unlock_irq(&pool.lock);
		if (!h.address)
			return;
		h.detail = name;
		holding(hs, &h);
	}
}
