// SPDX-License-Identifier: MIT
/*
 * Kernel threads: made asleep, run when first woken, ended by returning, by
 * do_exit() or by kthread_stop().
 *
 * K1  The first wake-up makes the state TASK_RUNNING. A thread that is stopped before
 *     never runs its function; its result is -EINTR.
 * K2  Two references: the thread's own, dropped when it has left its last CPU, and
 *     none for the maker, who must hold one to use the task after its end. So
 *     kthread_stop() takes one while it waits.
 * K3  A thread ends with the preemption count that it began with; what is too much
 *     is reported and taken away.
 *
 * do_exit() leaves by a jump back into thread_entry(), because to a port a thread
 * ends by returning.
 */
#include <linux/kthread.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/numa.h>
#include <linux/report.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

enum {
	KTHREAD_SHOULD_STOP,
	KTHREAD_SHOULD_PARK,
	KTHREAD_IS_PARKED,
};

/* One allocation, so that nothing can fail half-way. */
struct kthread_task {
	struct task_struct task;
	struct kthread kthread;
};

void kthread_balance(unsigned int before, const char *what, const void *fn)
{
	bool irqs_off = irqs_disabled();
	unsigned int now;

	kmap_leave(before, what, fn);
	now = (unsigned int)preempt_count();
	if (likely(now == before && !irqs_off))
		return;
	if (now != before) {
		report_begin(REPORT_BUG, "%s %pS returned with preemption imbalance", what, fn);
		report_line("preempt_count is %08x, was %08x: %s", now, before,
			    now > before ? "disabled more often than enabled"
					 : "enabled more often than disabled");
		if (now > before && current->atomic_site) {
			report_line("Preemption disabled at:");
			report_line("%pS", (void *)current->atomic_site);
			report_stack("taken by:", current->atomic_stack, current->atomic_depth);
		} else if (now > before) {
			report_line("where it was disabled is not known");
		}
		report_end();
		__this_cpu_add(quarry_cpu_hot.preempt_count, before - now);
		current->atomic_site = 0;
	}
	if (irqs_off) {
		report_begin(REPORT_BUG, "%s %pS returned with interrupts disabled", what, fn);
		report_end();
		local_irq_enable();
	}
}

/* Runs the function unless the thread is to stop before it has begun (K1). */
static void run_function(struct kthread *k)
{
	/* What was written before the wake-up is seen here. */
	while (smp_load_acquire(&current->__state) != TASK_RUNNING)
		quarry_host_sleep(UINT64_MAX);
	/* kthread_bind() may have come before we slept: then we are not where we belong. */
	set_cpus_allowed_ptr(current, &current->cpus_mask);
	if (test_bit(KTHREAD_SHOULD_STOP, &k->flags)) {
		k->result = -EINTR;
		return;
	}
	if (test_bit(KTHREAD_SHOULD_PARK, &k->flags))
		kthread_parkme();
	k->result = k->fn(k->data);
}

static noinline void run_and_catch_exit(struct kthread *k)
{
	if (!__builtin_setjmp(k->jmp))
		run_function(k);
}

static void on_own_stack(void *arg)
{
	struct kthread *k = arg;

	run_and_catch_exit(k);
	kthread_balance(0, "thread", k->fn);
	task_stack_ends(current);
}

static void thread_entry(void *arg)
{
	struct task_struct *task = current;
	struct kthread *k = task->kthread;

	on_task_stack(on_own_stack, k);
	sched_leave();
	complete_all(&k->exited);
	/* From here on, leaving the CPU is for good: quarry_thread_out() looks. */
	WRITE_ONCE(task->__state, TASK_DEAD);
}

/**
 * kthread_exit - end the current thread
 * @result: what kthread_stop() returns
 * Context: a kernel thread. Does not return.
 */
void kthread_exit(long result)
{
	struct kthread *k = current->kthread;

	if (in_interrupt())
		panic("Aiee, killing interrupt handler!");
	if (!k)
		panic("Attempted to kill init! exitcode=0x%08lx", (unsigned long)result);
	k->result = result;
	__builtin_longjmp(k->jmp, 1);
}
EXPORT_SYMBOL(kthread_exit);

void kthread_complete_and_exit(struct completion *done, long code)
{
	if (done)
		complete(done);
	kthread_exit(code);
}
EXPORT_SYMBOL(kthread_complete_and_exit);

static __printf(6, 0) struct task_struct *create(int (*fn)(void *data), void *data, int node,
						 const struct cpumask *mask, unsigned long site,
						 const char *fmt, va_list args)
{
	struct kthread_task *kt;
	struct task_struct *task;

	might_sleep();
	kt = kzalloc_node(sizeof(*kt), GFP_KERNEL, node);
	if (!kt)
		return ERR_PTR(-ENOMEM);
	task = &kt->task;
	task->kthread = &kt->kthread;
	kt->kthread.fn = fn;
	kt->kthread.data = data;
	kt->kthread.site = site;
	init_completion(&kt->kthread.exited);
	init_completion(&kt->kthread.parked);

	task->__state = TASK_UNINTERRUPTIBLE;
	task->flags = PF_KTHREAD;
	task->saved_preempt = PREEMPT_ENABLED;
	task->prio = task->static_prio = 120;
	task->mems_allowed = current->mems_allowed;
	atomic_set(&task->usage, 1);
	vsnprintf(task->comm, sizeof(task->comm), fmt, args);
	if (mask) {
		cpumask_copy(&task->cpus_mask, mask);
		task->flags |= PF_NO_SETAFFINITY;
		task->cpu = cpumask_first(mask);
	} else {
		cpumask_setall(&task->cpus_mask);
	}
	task->thread.name = task->comm;
	task->thread.fn = thread_entry;
	task->thread.cpus_allowed = cpumask_bits(&task->cpus_usable);
	task->thread.context = task;
	if (task_stack_make(task, node)) {
		kfree(kt);
		return ERR_PTR(-ENOMEM);
	}
	sched_adopt(task);
	if (quarry_host_thread_start(&task->thread)) {
		sched_disown(task);
		task_stack_give(task->stack);
		kfree(kt);
		return ERR_PTR(-ENOMEM);
	}
	return task;
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...)
{
	struct task_struct *task;
	va_list args;

	va_start(args, namefmt);
	task = create(threadfn, data, node, NULL, _RET_IP_, namefmt, args);
	va_end(args);
	return task;
}
EXPORT_SYMBOL(kthread_create_on_node);

static __printf(5, 6) struct task_struct *create_bound(int (*fn)(void *data), void *data,
						       unsigned int cpu, unsigned long site,
						       const char *fmt, ...)
{
	struct task_struct *task;
	va_list args;

	va_start(args, fmt);
	task = create(fn, data, NUMA_NO_NODE, cpumask_of(cpu), site, fmt, args);
	va_end(args);
	return task;
}

struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt)
{
	char name[TASK_COMM_LEN];

	if (cpu >= nr_cpu_ids)
		return ERR_PTR(-EINVAL);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(name, sizeof(name), namefmt, cpu);
#pragma GCC diagnostic pop
	return create_bound(threadfn, data, cpu, _RET_IP_, "%s", name);
}
EXPORT_SYMBOL(kthread_create_on_cpu);

struct task_struct *kthread_start(int (*fn)(void *data), void *data, const char *name)
{
	return kthread_run(fn, data, "%s", name);
}

void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask)
{
	WARN_ON(READ_ONCE(k->__state) != TASK_UNINTERRUPTIBLE);
	sched_set_mask(k, mask);
	k->flags |= PF_NO_SETAFFINITY;
}
EXPORT_SYMBOL(kthread_bind_mask);

void kthread_bind(struct task_struct *k, unsigned int cpu)
{
	kthread_bind_mask(k, cpumask_of(cpu));
}
EXPORT_SYMBOL(kthread_bind);

const char *quarry_running(int *pid)
{
	const struct task_struct *task = get_current();

	*pid = task ? task->pid : 0;
	return task ? task->comm : NULL;
}

bool kthread_should_stop(void)
{
	struct kthread *k = current->kthread;

	return k && test_bit(KTHREAD_SHOULD_STOP, &k->flags);
}
EXPORT_SYMBOL(kthread_should_stop);

bool kthread_freezable_should_stop(bool *was_frozen)
{
	if (was_frozen)
		*was_frozen = false;
	return kthread_should_stop();
}
EXPORT_SYMBOL(kthread_freezable_should_stop);

bool __kthread_should_park(struct task_struct *k)
{
	return test_bit(KTHREAD_SHOULD_PARK, &k->kthread->flags);
}
EXPORT_SYMBOL(__kthread_should_park);

bool kthread_should_park(void)
{
	return current->kthread && __kthread_should_park(current);
}
EXPORT_SYMBOL(kthread_should_park);

void *kthread_data(struct task_struct *task)
{
	return task->kthread->data;
}
EXPORT_SYMBOL(kthread_data);

void *kthread_func(struct task_struct *task)
{
	return task->kthread ? (void *)task->kthread->fn : NULL;
}
EXPORT_SYMBOL(kthread_func);

/** kthread_parkme - sleep while somebody wants us parked. Context: a kernel thread. */
void kthread_parkme(void)
{
	struct kthread *k = current->kthread;

	for (;;) {
		set_current_state(TASK_PARKED);
		if (!test_bit(KTHREAD_SHOULD_PARK, &k->flags))
			break;
		if (!test_and_set_bit(KTHREAD_IS_PARKED, &k->flags))
			complete(&k->parked);
		schedule();
	}
	clear_bit(KTHREAD_IS_PARKED, &k->flags);
	__set_current_state(TASK_RUNNING);
}
EXPORT_SYMBOL(kthread_parkme);

/** kthread_park - make a thread park itself, and wait for it. 0, -ENOSYS, -EBUSY */
int kthread_park(struct task_struct *task)
{
	struct kthread *k = task->kthread;

	if (WARN_ON(task->flags & PF_EXITING))
		return -ENOSYS;
	if (WARN_ON_ONCE(test_bit(KTHREAD_SHOULD_PARK, &k->flags)))
		return -EBUSY;
	reinit_completion(&k->parked);
	set_bit(KTHREAD_SHOULD_PARK, &k->flags);
	if (task != current) {
		wake_up_process(task);
		wait_for_completion(&k->parked);
	}
	return 0;
}
EXPORT_SYMBOL(kthread_park);

void kthread_unpark(struct task_struct *task)
{
	clear_bit(KTHREAD_SHOULD_PARK, &task->kthread->flags);
	wake_up_state(task, TASK_PARKED);
}
EXPORT_SYMBOL(kthread_unpark);

int kthread_stop(struct task_struct *task)
{
	struct kthread *k;
	bool dead;
	int result;

	might_sleep();
	if (IS_ERR_OR_NULL(task) || !sched_find(task, &dead)) {
		report_begin(REPORT_BUG, "kthread_stop of something that is no thread: %px", task);
		report_line("a thread that has ended is gone, unless get_task_struct() was called");
		report_here();
		report_end();
		return -ESRCH;
	}
	k = task->kthread;
	if (dead || !k) {
		report_begin(REPORT_BUG, "kthread_stop of %s/%d, which has ended: use after free",
			     task->comm, task->pid);
		report_line("whoever stops a thread that may end by itself needs get_task_struct()");
		report_here();
		report_end();
		return k ? (int)k->result : -ESRCH;
	}
	set_bit(KTHREAD_SHOULD_STOP, &k->flags);
	kthread_unpark(task);
	wake_up_process(task);
	wait_for_completion(&k->exited);
	result = (int)k->result;
	put_task_struct(task);
	return result;
}
EXPORT_SYMBOL(kthread_stop);
