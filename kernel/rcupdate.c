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
 * U5  A callback leaves the list of its batch with bottom halves off already: who has looked
 *     for it there, and then waits for a grace period, waits until it has returned.
 * U6  When a module leaves, callbacks in its code are taken off and never called, because
 *     the code may go. They are remembered: each is something that the module holds.
 *
 * Locking: callbacks_lock guards the lists, with interrupts off.
 */
#include <linux/rcupdate.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "mm/slab/layer.h"

#define FREE_OFFSET_END	4096ul
#define MANY		10000u	/* callbacks */
#define NR_SITES	256u	/* a power of two */

static DEFINE_SPINLOCK(callbacks_lock);
static struct rcu_head *callbacks;		/* callbacks_lock */
static struct rcu_head **callbacks_end = &callbacks;	/* callbacks_lock */
static unsigned int nr_callbacks;		/* callbacks_lock; others may read */
static struct rcu_head *batch;			/* callbacks_lock  still to be called */
static rcu_callback_t called;			/* callbacks_lock  the one that is, or NULL */
static unsigned long batches;			/* written by rcu_thread */
static atomic_t hurried;			/* those who wait */
static struct task_struct *rcu_thread;

/*
 * Who asked for a callback, which a head has no room for. By the head's address; one that comes
 * later may take the place of another, whose site is not known then.
 */
static struct {
	const struct rcu_head *head;
	unsigned long site;
} sites[NR_SITES];				/* callbacks_lock */

/* U6. Copies: the memory of the head may go with the module. */
struct cancelled {
	struct list_head list;			/* callbacks_lock */
	struct kernel_user user;
};

static LIST_HEAD(cancelled);			/* callbacks_lock */

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

static unsigned int site_slot(const struct rcu_head *head)
{
	return (unsigned int)((uintptr_t)head / sizeof(void *) * 2654435761u >> 8) % NR_SITES;
}

/* @site: who asked; 0: to free, which is no callback of anybody's */
static void enqueue(struct rcu_head *head, rcu_callback_t func, unsigned long site)
{
	unsigned int nr, slot = site_slot(head);
	unsigned long flags;

	head->func = func;
	head->next = NULL;
	spin_lock_irqsave(&callbacks_lock, flags);
	if (site) {
		sites[slot].head = head;
		sites[slot].site = site;
	}
	WRITE_ONCE(*callbacks_end, head);
	callbacks_end = &head->next;
	nr = nr_callbacks + 1;
	WRITE_ONCE(nr_callbacks, nr);
	spin_unlock_irqrestore(&callbacks_lock, flags);
	if (rcu_thread && (nr == 1 || nr == MANY))
		wake_up_process(rcu_thread);
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	enqueue(head, func, _RET_IP_);
}
EXPORT_SYMBOL(call_rcu);

void kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	if (head) {
		/* U3 */
		enqueue(head, (rcu_callback_t)((char *)head - (char *)ptr), 0);
		return;
	}
	synchronize_rcu();
	kvfree(ptr);
}
EXPORT_SYMBOL(kvfree_call_rcu);

static bool is_free(const struct rcu_head *head)
{
	return (unsigned long)head->func < FREE_OFFSET_END;
}

static void begin_batch(void)
{
	spin_lock_irq(&callbacks_lock);
	batch = callbacks;
	callbacks = NULL;
	callbacks_end = &callbacks;
	WRITE_ONCE(nr_callbacks, 0);
	spin_unlock_irq(&callbacks_lock);
}

/* U5. Return: the next of the batch, with bottom halves off unless it is_free(); or NULL */
static struct rcu_head *begin_callback(void)
{
	struct rcu_head *head;

	spin_lock_irq(&callbacks_lock);
	head = batch;
	if (head)
		batch = head->next;
	if (head && !is_free(head)) {
		called = head->func;
		preempt_count_add(SOFTIRQ_OFFSET);
	}
	spin_unlock_irq(&callbacks_lock);
	return head;
}

/* U2 */
static void run_callback(struct rcu_head *head)
{
	rcu_callback_t func = head->func;
	unsigned int before;

	if (is_free(head)) {
		kvfree((char *)head - (unsigned long)func);
		return;
	}
	before = (unsigned int)preempt_count();
	func(head);
	kthread_balance(before, "RCU callback", (void *)func);
	spin_lock_irq(&callbacks_lock);
	called = NULL;
	spin_unlock_irq(&callbacks_lock);
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
	struct rcu_head *head;

	gather();
	begin_batch();
	WRITE_ONCE(batches, batches + 1);
	synchronize_rcu();
	while ((head = begin_callback()))
		run_callback(head);
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

/* Callbacks in code that goes (U6). */

static bool is_in(rcu_callback_t func, uintptr_t lo, uintptr_t hi)
{
	return (uintptr_t)func >= lo && (uintptr_t)func < hi;
}

/* Those of a list that are in [lo, hi) go to the end of another. Return: how many. */
static unsigned int move_those_in(struct rcu_head **from, uintptr_t lo, uintptr_t hi,
				  struct rcu_head ***to)
{
	struct rcu_head *head;
	unsigned int n = 0;

	while ((head = *from)) {
		if (!is_in(head->func, lo, hi)) {
			from = &head->next;
			continue;
		}
		WRITE_ONCE(*from, head->next);
		head->next = NULL;
		**to = head;
		*to = &head->next;
		n++;
	}
	return n;
}

static struct rcu_head *take_those_in(uintptr_t lo, uintptr_t hi)
{
	struct rcu_head *list = NULL, **end = &list;
	unsigned int n;

	spin_lock_irq(&callbacks_lock);
	move_those_in(&batch, lo, hi, &end);
	n = move_those_in(&callbacks, lo, hi, &end);
	WRITE_ONCE(nr_callbacks, nr_callbacks - n);
	for (callbacks_end = &callbacks; *callbacks_end;)
		callbacks_end = &(*callbacks_end)->next;
	spin_unlock_irq(&callbacks_lock);
	return list;
}

/* Without memory it is lost; then the verdict has other things to say. */
static void remember(const struct rcu_head *head)
{
	struct cancelled *c = kzalloc(sizeof(*c), GFP_KERNEL | __GFP_NOWARN);
	unsigned int slot = site_slot(head);

	if (!c)
		return;
	c->user = (struct kernel_user) { .kind = "RCU callback", .address = (uintptr_t)head,
					 .size = sizeof(*head), .fn = (uintptr_t)head->func };
	scnprintf(c->user.detail, sizeof(c->user.detail), "%ps", (void *)head->func);
	c->user.detail[strcspn(c->user.detail, " ")] = '\0';	/* whose it is, is known */
	spin_lock_irq(&callbacks_lock);
	if (sites[slot].head == head)
		c->user.site = sites[slot].site;
	list_add_tail(&c->list, &cancelled);
	spin_unlock_irq(&callbacks_lock);
}

static bool is_called(uintptr_t lo, uintptr_t hi)
{
	bool ret;

	spin_lock_irq(&callbacks_lock);
	ret = is_in(called, lo, hi);
	spin_unlock_irq(&callbacks_lock);
	return ret;
}

unsigned int rcu_cancel(uintptr_t lo, uintptr_t hi)
{
	struct rcu_head *head, *next;
	unsigned int n = 0;

	/* One that is being called may ask to be called again. */
	do {
		for (head = take_those_in(lo, hi); head; head = next) {
			next = head->next;
			remember(head);
			n++;
		}
		synchronize_rcu();
	} while (is_called(lo, hi) || rcu_pending(lo, hi));
	return n;
}

static unsigned int count_in(const struct rcu_head *head, uintptr_t lo, uintptr_t hi)
{
	unsigned int n = 0;

	for (; head; head = head->next)
		n += is_in(head->func, lo, hi);
	return n;
}

unsigned int rcu_pending(uintptr_t lo, uintptr_t hi)
{
	unsigned long flags;
	unsigned int n;

	spin_lock_irqsave(&callbacks_lock, flags);
	n = count_in(batch, lo, hi) + count_in(callbacks, lo, hi);
	spin_unlock_irqrestore(&callbacks_lock, flags);
	return n;
}

bool rcu_cancelled_nth(unsigned int i, struct kernel_user *user)
{
	struct cancelled *c;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&callbacks_lock, flags);
	list_for_each_entry(c, &cancelled, list) {
		if (i--)
			continue;
		*user = c->user;
		found = true;
		break;
	}
	spin_unlock_irqrestore(&callbacks_lock, flags);
	return found;
}

static void forget_cancelled(void)
{
	struct cancelled *c;

	while ((c = list_first_entry_or_null(&cancelled, struct cancelled, list))) {
		list_del(&c->list);
		kfree(c);
	}
}

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
	batch = NULL;
	called = NULL;
	memset(sites, 0, sizeof(sites));
	INIT_LIST_HEAD(&cancelled);
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
	forget_cancelled();
}
