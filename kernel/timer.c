// SPDX-License-Identifier: MIT
/*
 * Timers. Each CPU has a tree of the timers that were armed on it, ordered by expiry,
 * and a thread bound to it, "ktimers/N", that sleeps until the first of them is due
 * and calls its function in soft interrupt context.
 *
 * The thread needs the CPU, so code with preemption or bottom halves off keeps timers
 * of its CPU away, and local_bh_enable() lets them in: what soft interrupts promise.
 *
 * I1  timer->base is the CPU plus 1 while the timer is in that CPU's tree, else 0.
 * I2  base->running is the timer whose function is being called, which may have been
 *     freed by it: it is compared, never followed.
 * I3  A thread that sleeps has looked at the tree after setting its state, and who
 *     puts a new first timer into a tree wakes its thread.
 * I4  The thread keeps its CPU from detaching a timer to the end of its function: who
 *     waits for that on the same CPU may spin.
 * I5  A timer whose function is being called is armed on that CPU again, unless the caller
 *     names one: so its function does not run twice at once.
 *
 * Locking: timers_lock guards all trees, with interrupts off: timers are rare here,
 * and a timer may move between CPUs. Functions are called without it.
 */
#include <linux/timer.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/rbtree.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "kernel/internal.h"

/* Keys: L timers_lock | C fixed at start */
struct timer_base {
	struct rb_root_cached tree;	/* L */
	struct task_struct *thread;	/* C */
	const struct timer_list *running; /* L */
};

static DEFINE_SPINLOCK_RANKED(timers_lock, RANK_TIMER);
static struct timer_base bases[QUARRY_MAX_CPUS];

static struct timer_list *to_timer(const struct rb_node *node)
{
	return rb_entry(node, struct timer_list, node);
}

static bool earlier(struct rb_node *a, const struct rb_node *b)
{
	return time_before(to_timer(a)->expires, to_timer(b)->expires);
}

static struct timer_list *first_timer(struct timer_base *base)
{
	struct rb_node *node = rb_first_cached(&base->tree);

	return node ? to_timer(node) : NULL;
}

/* I1 */
static bool detach(struct timer_list *timer)
{
	if (!timer->base)
		return false;
	rb_erase_cached(&timer->node, &bases[timer->base - 1].tree);
	WRITE_ONCE(timer->base, 0);
	return true;
}

static void attach(struct timer_list *timer, unsigned int cpu, unsigned long expires,
		   unsigned long site)
{
	struct timer_base *base = &bases[cpu];

	timer->expires = expires;
	timer->site = site;
	WRITE_ONCE(timer->base, cpu + 1);
	if (rb_add_cached(&timer->node, &base->tree, earlier) && base->thread)
		wake_up_process(base->thread);	/* I3 */
}

static struct timer_base *base_running(const struct timer_list *timer)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (bases[cpu].running == timer)
			return &bases[cpu];
	return NULL;
}

enum arm { ARM_ALWAYS, ARM_IF_PENDING, ARM_IF_EARLIER };

static int arm(struct timer_list *timer, unsigned long expires, enum arm how, int cpu,
	       unsigned long site)
{
	const struct timer_base *running;
	unsigned long flags;
	bool pending;

	if (unlikely(!timer->function)) {
		WARN(1, "timer %px armed before timer_setup()\n", timer);
		return 0;
	}
	spin_lock_irqsave(&timers_lock, flags);
	pending = timer->base != 0;
	if ((how == ARM_IF_PENDING && !pending) ||
	    (how == ARM_IF_EARLIER && pending && !time_before(expires, timer->expires)))
		goto out;
	detach(timer);
	if (cpu < 0) {
		running = base_running(timer);
		cpu = running ? (int)(running - bases) : (int)raw_smp_processor_id();	/* I5 */
	}
	attach(timer, (unsigned int)cpu, expires, site);
out:
	spin_unlock_irqrestore(&timers_lock, flags);
	return pending;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, ARM_ALWAYS, -1, _RET_IP_);
}
EXPORT_SYMBOL(mod_timer);

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, ARM_IF_PENDING, -1, _RET_IP_);
}
EXPORT_SYMBOL(mod_timer_pending);

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, ARM_IF_EARLIER, -1, _RET_IP_);
}
EXPORT_SYMBOL(timer_reduce);

void add_timer(struct timer_list *timer)
{
	if (WARN_ON(timer_pending(timer)))
		return;
	arm(timer, timer->expires, ARM_ALWAYS, -1, _RET_IP_);
}
EXPORT_SYMBOL(add_timer);

void add_timer_on(struct timer_list *timer, int cpu)
{
	if (WARN_ON(timer_pending(timer) || (unsigned int)cpu >= nr_cpu_ids))
		return;
	arm(timer, timer->expires, ARM_ALWAYS, cpu, _RET_IP_);
}
EXPORT_SYMBOL(add_timer_on);

int del_timer(struct timer_list *timer)
{
	unsigned long flags;
	bool pending;

	spin_lock_irqsave(&timers_lock, flags);
	pending = detach(timer);
	spin_unlock_irqrestore(&timers_lock, flags);
	return pending;
}
EXPORT_SYMBOL(del_timer);

int try_to_del_timer_sync(struct timer_list *timer)
{
	unsigned long flags;
	int ret = -1;

	spin_lock_irqsave(&timers_lock, flags);
	if (!base_running(timer))
		ret = detach(timer);
	spin_unlock_irqrestore(&timers_lock, flags);
	return ret;
}
EXPORT_SYMBOL(try_to_del_timer_sync);

/* A timer's function that waits for itself to return would wait for ever. */
static bool called_from(const struct timer_list *timer)
{
	unsigned int cpu;

	/* Its CPU may be gone, and the thread be on another. */
	if (in_serving_softirq())
		for_each_possible_cpu(cpu)
			if (bases[cpu].thread == current)
				return READ_ONCE(bases[cpu].running) == timer;
	return false;
}

int del_timer_sync(struct timer_list *timer)
{
	int ret;

	if (WARN(in_hardirq() && !(timer->flags & TIMER_IRQSAFE),
		 "del_timer_sync() in interrupt context\n"))
		return del_timer(timer);
	if (called_from(timer)) {
		report_begin(REPORT_BUG, "del_timer_sync() in the timer's own function");
		report_here();
		report_end();
		return del_timer(timer);
	}
	while ((ret = try_to_del_timer_sync(timer)) < 0)
		cpu_relax();
	return ret;
}
EXPORT_SYMBOL(del_timer_sync);

/*
 * Calls one function. The timer may be gone when it returns. With timers_lock held,
 * dropped meanwhile.
 */
static void call(struct timer_base *base, struct timer_list *timer)
{
	void (*fn)(struct timer_list *timer) = timer->function;
	unsigned int before;

	/* I4: before anybody can see the timer detached. */
	preempt_count_add(SOFTIRQ_OFFSET);
	detach(timer);
	base->running = timer;
	spin_unlock_irq(&timers_lock);
	__set_current_state(TASK_RUNNING);
	before = (unsigned int)preempt_count();
	fn(timer);
	kthread_balance(before, "timer", (void *)fn);
	spin_lock_irq(&timers_lock);
	WRITE_ONCE(base->running, NULL);
	spin_unlock_irq(&timers_lock);
	preempt_count_sub(SOFTIRQ_OFFSET);
	cond_resched();
	spin_lock_irq(&timers_lock);
}

/* Calls what is due. Return: when the next one is, as a quarry_host_clock(). */
static u64 run_due(struct timer_base *base)
{
	struct timer_list *timer;
	u64 next = U64_MAX;

	spin_lock_irq(&timers_lock);
	while ((timer = first_timer(base))) {
		u64 now = get_jiffies_64();
		long ticks = (long)(timer->expires - (unsigned long)now);

		if (ticks > 0) {
			next = jiffies_clock(now + (u64)ticks);
			break;
		}
		call(base, timer);
	}
	spin_unlock_irq(&timers_lock);
	return next;
}

static int timer_thread(void *data)
{
	struct timer_base *base = data;

	while (!kthread_should_stop()) {
		u64 next;

		set_current_state(TASK_IDLE);
		next = run_due(base);
		/* Running: functions were called, or a timer was armed meanwhile. */
		if (READ_ONCE(current->__state) != TASK_RUNNING && !kthread_should_stop())
			schedule_clock(next);
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

int timers_start(void)
{
	unsigned int cpu;

	spin_lock_init(&timers_lock);
	spin_lock_set_rank(&timers_lock, RANK_TIMER);
	memset(bases, 0, sizeof(bases));
	for_each_possible_cpu(cpu) {
		struct task_struct *task;

		bases[cpu].tree = RB_ROOT_CACHED;
		task = kthread_create_on_cpu(timer_thread, &bases[cpu], cpu, "ktimers/%u");
		if (IS_ERR(task))
			return (int)PTR_ERR(task);
		bases[cpu].thread = task;
		wake_up_process(task);
	}
	return 0;
}

void timers_stop(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct task_struct *task = bases[cpu].thread;

		if (!task)
			continue;
		bases[cpu].thread = NULL;
		kthread_stop(task);
	}
}

void timers_leave(unsigned int cpu)
{
	struct timer_list *timer;
	unsigned long flags;

	spin_lock_irqsave(&timers_lock, flags);
	while ((timer = first_timer(&bases[cpu]))) {
		detach(timer);
		attach(timer, raw_smp_processor_id(), timer->expires, timer->site);
	}
	spin_unlock_irqrestore(&timers_lock, flags);
}

static struct timer_list *nth(unsigned int i)
{
	struct rb_node *node;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		for (node = rb_first_cached(&bases[cpu].tree); node; node = rb_next(node))
			if (!i--)
				return to_timer(node);
	return NULL;
}

static void describe(struct timer_list *timer, struct kernel_user *user)
{
	struct delayed_work *dwork = container_of(timer, struct delayed_work, timer);

	*user = (struct kernel_user) { .kind = "timer", .address = (uintptr_t)timer,
				       .size = sizeof(*timer) };
	user->fn = (uintptr_t)timer->function;
	user->site = timer->site;
	if (timer->function == delayed_work_timer_fn) {
		user->kind = "delayed work";
		user->address = (uintptr_t)dwork;
		user->size = sizeof(*dwork);
		user->fn = (uintptr_t)dwork->work.func;
		user->site = dwork->work.site;
	}
}

bool timer_nth(unsigned int i, struct kernel_user *user)
{
	struct timer_list *timer;
	unsigned long flags;

	spin_lock_irqsave(&timers_lock, flags);
	timer = nth(i);
	if (timer)
		describe(timer, user);
	spin_unlock_irqrestore(&timers_lock, flags);
	return timer != NULL;
}
