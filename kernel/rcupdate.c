// SPDX-License-Identifier: MIT
/*
 * Read-copy update. A reader keeps preemption off, so he keeps his CPU. A CPU whose
 * preemption count is zero when an interrupt comes has no reader, and whoever begins
 * to read there afterwards begins after everything that happened before the interrupt.
 *
 * U1  A grace period is over when each CPU was seen so once since it began, or with another
 *     task than before, or one that has given way since. Who reads is asked to.
 * U2  Callbacks are called by the thread "rcu_gp", with bottom halves off, in the
 *     order of call_rcu().
 * U3  A head's func below FREE_OFFSET_END is no function but the head's offset in an
 *     object that is to be freed.
 * U4  Callbacks gather for a tick before their grace period begins, because that disturbs
 *     every CPU; but not when there are many, nor while somebody waits for them.
 *
 * Locking: callbacks_lock guards the list, with interrupts off.
 */
#include <linux/rcupdate.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "kernel/internal.h"
#include "mm/slab/layer.h"

#define FREE_OFFSET_END	4096ul
#define MANY		10000u	/* callbacks */

static DEFINE_SPINLOCK(callbacks_lock);
static struct rcu_head *callbacks;		/* callbacks_lock */
static struct rcu_head **callbacks_end = &callbacks;	/* callbacks_lock */
static unsigned int nr_callbacks;		/* callbacks_lock; others may read */
static unsigned long batches;			/* written by rcu_thread */
static atomic_t hurried;			/* those who wait */
static struct task_struct *rcu_thread;

struct look {
	bool quiet;
	const struct task_struct *task;	/* whom we have seen reading there */
	unsigned long switches;
};

/* U1. We are one interrupt deep ourselves, unless this is the caller's own CPU. */
static void look(void *arg)
{
	struct look *l = arg;
	unsigned int count = (unsigned int)preempt_count();

	l->quiet = !(count & (PREEMPT_MASK | SOFTIRQ_MASK | NMI_MASK)) &&
		   (count & HARDIRQ_MASK) <= HARDIRQ_OFFSET;
	if (!l->quiet) {
		unsigned long switches = current->nvcsw + current->nivcsw;

		l->quiet = l->task && (l->task != current || l->switches != switches);
		l->task = current;
		l->switches = switches;
		quarry_want_resched(raw_smp_processor_id());
	}
}

static bool cpu_is_quiet(unsigned int cpu, struct look *l)
{
	/* This CPU runs us, who may sleep: no reader. */
	if (cpu == raw_smp_processor_id())
		return true;
	quarry_host_cross_call(cpu, look, l);
	return l->quiet;
}

void synchronize_rcu(void)
{
	unsigned int cpu;

	might_sleep();
	smp_mb();
	/* Those that are going, too: a reader may not have left yet. */
	for_each_possible_cpu(cpu) {
		struct look l = {};

		while (!cpu_is_quiet(cpu, &l))
			quarry_host_sleep(quarry_host_clock() + 100000);
	}
	smp_mb();
}
EXPORT_SYMBOL(synchronize_rcu);

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	unsigned long flags;
	unsigned int nr;

	head->func = func;
	head->next = NULL;
	spin_lock_irqsave(&callbacks_lock, flags);
	WRITE_ONCE(*callbacks_end, head);
	callbacks_end = &head->next;
	nr = nr_callbacks + 1;
	WRITE_ONCE(nr_callbacks, nr);
	spin_unlock_irqrestore(&callbacks_lock, flags);
	if (rcu_thread && (nr == 1 || nr == MANY))
		wake_up_process(rcu_thread);
}
EXPORT_SYMBOL(call_rcu);

void kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	if (head) {
		/* U3 */
		call_rcu(head, (rcu_callback_t)((char *)head - (char *)ptr));
		return;
	}
	synchronize_rcu();
	kvfree(ptr);
}
EXPORT_SYMBOL(kvfree_call_rcu);

static struct rcu_head *take_callbacks(void)
{
	struct rcu_head *list;

	spin_lock_irq(&callbacks_lock);
	list = callbacks;
	callbacks = NULL;
	callbacks_end = &callbacks;
	WRITE_ONCE(nr_callbacks, 0);
	spin_unlock_irq(&callbacks_lock);
	return list;
}

/* U2 */
static void run_callback(struct rcu_head *head)
{
	rcu_callback_t func = head->func;
	unsigned int before;

	if ((unsigned long)func < FREE_OFFSET_END) {
		kvfree((char *)head - (unsigned long)func);
		return;
	}
	preempt_count_add(SOFTIRQ_OFFSET);
	before = (unsigned int)preempt_count();
	func(head);
	kthread_balance(before, "RCU callback", (void *)func);
	preempt_count_sub(SOFTIRQ_OFFSET);
}

/* U4 */
static void gather(void)
{
	u64 until = jiffies_clock(get_jiffies_64() + 1);

	for (;;) {
		set_current_state(TASK_IDLE);
		if (READ_ONCE(nr_callbacks) >= MANY || atomic_read(&hurried) ||
		    kthread_should_stop() || quarry_host_clock() >= until)
			break;
		schedule_clock(until);
	}
	__set_current_state(TASK_RUNNING);
}

static void run_batch(void)
{
	struct rcu_head *head, *next;

	gather();
	head = take_callbacks();
	WRITE_ONCE(batches, batches + 1);
	synchronize_rcu();
	for (; head; head = next) {
		next = head->next;
		run_callback(head);
	}
}

unsigned long rcu_batches(void)
{
	return READ_ONCE(batches);
}

static int rcu_loop(void *data)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (READ_ONCE(callbacks)) {
			__set_current_state(TASK_RUNNING);
			run_batch();
		} else if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			return 0;
		} else {
			schedule();
		}
	}
}

struct barrier_head {
	struct rcu_head rcu;
	struct completion done;
};

static void barrier_done(struct rcu_head *head)
{
	complete(&container_of(head, struct barrier_head, rcu)->done);
}

void rcu_barrier(void)
{
	struct barrier_head b;

	init_completion(&b.done);
	atomic_inc(&hurried);
	call_rcu(&b.rcu, barrier_done);
	if (rcu_thread)
		wake_up_process(rcu_thread);
	wait_for_completion(&b.done);
	atomic_dec(&hurried);
}
EXPORT_SYMBOL(rcu_barrier);

/* What waits is memory that may be had: who needs it hurries, and waits. */

static unsigned long count_waiting(struct shrinker *shrinker, struct shrink_control *sc)
{
	return READ_ONCE(nr_callbacks) ?: SHRINK_EMPTY;
}

static unsigned long hurry_waiting(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long nr = READ_ONCE(nr_callbacks);

	if (!nr || current == rcu_thread || !preemptible())
		return SHRINK_STOP;
	rcu_barrier();
	return nr;
}

static struct shrinker rcu_shrinker = {
	.count_objects = count_waiting, .scan_objects = hurry_waiting, .seeks = DEFAULT_SEEKS,
	.batch = 1,
};

/* Objects of SLAB_TYPESAFE_BY_RCU caches may be looked at until then. */

void slab_call_after_readers(struct rcu_head *head, void (*fn)(struct rcu_head *head))
{
	call_rcu(head, fn);
}

void slab_wait_for_readers(void)
{
	synchronize_rcu();
	if (rcu_thread)
		rcu_barrier();
}

int rcu_start(void)
{
	struct task_struct *task;

	spin_lock_init(&callbacks_lock);
	callbacks = NULL;
	callbacks_end = &callbacks;
	nr_callbacks = 0;
	atomic_set(&hurried, 0);
	rcu_thread = NULL;
	task = kthread_start(rcu_loop, NULL, "rcu_gp");
	if (IS_ERR(task))
		return (int)PTR_ERR(task);
	rcu_thread = task;
	return register_shrinker(&rcu_shrinker, "rcu-callbacks");
}

/* What is pending is still called: the thread ends with an empty list. */
void rcu_stop(void)
{
	struct task_struct *task = rcu_thread;

	if (task)
		unregister_shrinker(&rcu_shrinker);
	rcu_thread = NULL;
	if (task)
		kthread_stop(task);
}
