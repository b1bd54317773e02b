// SPDX-License-Identifier: MIT
/*
 * Contexts: whose code runs on a CPU, and what it may do there.
 *
 * A CPU's quarry_cpu_hot holds the running task and the preemption count
 * (linux/preempt.h has its bits). This file moves both along when a thread
 * changes CPU, enters and leaves interrupts, and reports code that sleeps where
 * it must not.
 *
 * X1  quarry_cpu_hot.current_task is never NULL after context_init().
 * X2  While a task has no CPU, its count is in saved_preempt.
 * X3  atomic_site and atomic_stack tell where the count last left zero, provided
 *     quarry_debug_preempt is on and the code that did it was compiled to say so.
 * X4  All idle CPUs share idle_task, so nobody writes to it.
 *
 * Before the per-CPU areas exist, CPU 0 uses the template itself.
 *
 * Locking: none; all state belongs to one CPU or to the running task.
 */
#include <linux/sched.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/report.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/kmap_local.h"
#include "mm/lane.h"
#include "mm/stack.h"

DEFINE_PER_CPU(struct quarry_cpu_hot, quarry_cpu_hot);
EXPORT_PER_CPU_SYMBOL(quarry_cpu_hot);

struct task_struct init_task;
EXPORT_SYMBOL(init_task);

/* What is current on a CPU that no thread has: interrupts may run there (X4). */
static struct task_struct idle_task;

bool quarry_debug_preempt;
EXPORT_SYMBOL(quarry_debug_preempt);

/**
 * context_init_cpu - reset a CPU's quarry_cpu_hot
 * @cpu: its number; __per_cpu_offset[] must lead to its copy
 * Context: boot.
 */
void context_init_cpu(unsigned int cpu)
{
	struct quarry_cpu_hot *hot = per_cpu_ptr(&quarry_cpu_hot, cpu);

	hot->preempt_count = PREEMPT_ENABLED;
	hot->cpu = cpu;
	hot->current_task = cpu ? &idle_task : &init_task;
}

static void task_init(struct task_struct *task, const char *name)
{
	memset(task, 0, sizeof(*task));
	task->__state = TASK_RUNNING;
	task->saved_preempt = PREEMPT_ENABLED;
	task->usage.counter = 1;
	strscpy(task->comm, name, sizeof(task->comm));
	INIT_LIST_HEAD(&task->tasks);
	task->thread.name = task->comm;
	task->thread.context = task;
	task->thread.cpus_allowed = cpumask_bits(&task->cpus_usable);
	/* How many there are is not known yet. */
	bitmap_fill(cpumask_bits(&task->cpus_mask), QUARRY_MAX_CPUS);
	task->cpus_usable = task->cpus_mask;
	nodes_setall(task->mems_allowed);
}

void context_init(void)
{
	quarry_debug_preempt = false;
	task_init(&init_task, "swapper");
	task_init(&idle_task, "swapper");
	context_init_cpu(0);
}

static int __init debug_preempt_setup(char *arg)
{
	return kstrtobool(arg && *arg ? arg : "1", &quarry_debug_preempt);
}
early_param("debug_preempt", debug_preempt_setup);

/* Moving between CPUs. */

void quarry_thread_in(void *context)
{
	struct quarry_cpu_hot *hot = raw_cpu_ptr(&quarry_cpu_hot);
	struct task_struct *task = context ? context : &init_task;

	lane_enter_thread();
	/* Others look who runs here: set_cpus_allowed_ptr(). */
	WRITE_ONCE(hot->current_task, task);
	WRITE_ONCE(task->cpu, hot->cpu);
	/* Nobody has asked for the CPU yet: it was only just given to us. */
	hot->preempt_count = task->saved_preempt | PREEMPT_NEED_RESCHED;
	if (unlikely(task->kmap_ctrl.nr))
		kmap_switch_in(task);
}

void quarry_thread_out(void)
{
	struct quarry_cpu_hot *hot = raw_cpu_ptr(&quarry_cpu_hot);
	struct task_struct *task = hot->current_task;

	if (task->stack)
		stack_check_task(task);
	if (unlikely(kmap_pinned()))
		kmap_switch_out(task);
	task->saved_preempt = hot->preempt_count | PREEMPT_NEED_RESCHED;
	WRITE_ONCE(hot->current_task, &idle_task);
	hot->preempt_count = PREEMPT_ENABLED;
	if (unlikely(READ_ONCE(task->__state) == TASK_DEAD)) {
		/* Between two threads: init_task only stands in, it must not be written to. */
		hot->preempt_count = PREEMPT_ENABLED + 1;
		quarry_task_gone(task);
		hot->preempt_count = PREEMPT_ENABLED;
		quarry_task_left();
	}
}

/* A core without kernel/ makes no threads that could end. */
void __weak quarry_task_gone(struct task_struct *task)
{
}

void __weak quarry_task_left(void)
{
}

bool context_is_idle(void)
{
	return current == &idle_task;
}

void quarry_want_resched(unsigned int cpu)
{
	struct quarry_cpu_hot *hot = per_cpu_ptr(&quarry_cpu_hot, cpu);

	__atomic_fetch_and(&hot->preempt_count, ~PREEMPT_NEED_RESCHED, __ATOMIC_RELAXED);
}

bool need_resched(void)
{
	return !(raw_cpu_read(quarry_cpu_hot.preempt_count) & PREEMPT_NEED_RESCHED);
}
EXPORT_SYMBOL(need_resched);

/* Takes the wish back and lets others run. */
static void give_way(void)
{
	struct quarry_cpu_hot *hot = raw_cpu_ptr(&quarry_cpu_hot);

	__atomic_fetch_or(&hot->preempt_count, PREEMPT_NEED_RESCHED, __ATOMIC_RELAXED);
	hot->current_task->nivcsw++;
	quarry_host_sleep(0);
}

void preempt_schedule(void)
{
	if (!irqs_disabled() && need_resched() && !preempt_count())
		give_way();
}
EXPORT_SYMBOL(preempt_schedule);

int __cond_resched(void)
{
	if (likely(!need_resched()) || preempt_count() || irqs_disabled())
		return 0;
	give_way();
	return 1;
}
EXPORT_SYMBOL(__cond_resched);

/* Interrupts. */

void run_on_cpu(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	preempt_disable();
	if (cpu == smp_processor_id())
		fn(arg);
#if QUARRY_MAX_CPUS > 1
	else
		quarry_host_cross_call(cpu, fn, arg);
#endif
	preempt_enable();
}

/* Or the thread below would be blamed. */
static __cold void mend_imbalance(unsigned int before, const void *fn)
{
	unsigned int now = (unsigned int)preempt_count();

	report_begin(REPORT_BUG, "interrupt handler %pS returned with preemption imbalance", fn);
	report_line("preempt_count is %08x, was %08x: %s", now, before,
		    now > before ? "disabled more often than enabled"
				 : "enabled more often than disabled");
	report_end();
	__this_cpu_add(quarry_cpu_hot.preempt_count, before - now);
}

void quarry_interrupt(void (*fn)(void *arg), void *arg)
{
	struct quarry_lane lane = lane_enter_interrupt();
	/* A handler that is called from a handler goes on where it is. */
	unsigned long stack = in_hardirq() ? 0 : raw_cpu_read(irq_stack);
	unsigned int before;

	__this_cpu_add(quarry_cpu_hot.preempt_count, HARDIRQ_OFFSET);
	before = (unsigned int)preempt_count();
	if (stack)
		stack_run_irq(stack, fn, arg);
	else
		fn(arg);
	kmap_leave(before, "interrupt handler", (const void *)fn);
	if (unlikely((unsigned int)preempt_count() != before))
		mend_imbalance(before, (const void *)fn);
	__this_cpu_sub(quarry_cpu_hot.preempt_count, HARDIRQ_OFFSET);
	lane_set(lane);
}

/* Who made us atomic. */

static void remember_site(unsigned long site)
{
	struct task_struct *task = current;

	task->atomic_site = site;
	task->atomic_depth = quarry_host_backtrace(task->atomic_stack,
						   ARRAY_SIZE(task->atomic_stack));
}

void preempt_count_add_slow(unsigned int val)
{
	bool first = !preempt_count();

	__this_cpu_add(quarry_cpu_hot.preempt_count, val);
	if (first && quarry_debug_preempt && current != &idle_task)
		remember_site(_RET_IP_);
}
EXPORT_SYMBOL(preempt_count_add_slow);

void preempt_count_sub_slow(unsigned int val)
{
	unsigned int have = preempt_count();

	if (unlikely((have & PREEMPT_MASK) < (val & PREEMPT_MASK))) {
		report_begin(REPORT_BUG, "preemption enabled more often than disabled");
		report_line("%s/%d, count 0x%08x, at %pS", current->comm, current->pid, have,
			    (void *)_RET_IP_);
		if (current->enabled_site)
			report_stack("enabled before by:", &current->enabled_site, 1);
		report_stack_here("Call Trace:");
		report_end();
		return;
	}
	__this_cpu_sub(quarry_cpu_hot.preempt_count, val);
	if (!preempt_count() && current != &idle_task) {
		current->atomic_site = 0;
		current->enabled_site = _RET_IP_;
		current->atomic_reported = false;
	}
	if (!preempt_count() && unlikely(kmap_atomic_held()))
		kmap_preempt_enabled(_RET_IP_);
}
EXPORT_SYMBOL(preempt_count_sub_slow);

/* Sleeping where one must not. */

static void report_atomic_place(void)
{
	struct task_struct *task = current;

	if (!preempt_count())
		report_line("interrupts are disabled");
	else if (in_hardirq())
		report_line("this is interrupt context");
	else if (in_serving_softirq())
		report_line("this is softirq context (a timer's function, for example)");
	else if (!task->atomic_site)
		report_line("preempt_count %#x; where it was raised is not known", preempt_count());
	else {
		report_line("Preemption disabled at:");
		report_line("%pS", (void *)task->atomic_site);
		report_stack("taken by:", task->atomic_stack, task->atomic_depth);
	}
	if (kmap_atomic_held())
		kmap_report_atomic();
}

/* Once from preempt_disable() to preempt_enable(), if the latter will tell us. */
static bool reported_already(void)
{
	bool was = current->atomic_reported && quarry_debug_preempt;

	current->atomic_reported = preempt_count() != 0;
	return was && preempt_count();
}

void __might_sleep(const char *file, int line)
{
	bool irqs_off = irqs_disabled();

	if (likely(!preempt_count() && !irqs_off))
		return __cond_resched(), (void)0;
	if (reported_already())
		return;
	report_begin(REPORT_BUG, "sleeping function called from invalid context at %s:%d",
		     file, line);
	report_line("in_atomic(): %d, irqs_disabled(): %d, pid: %d, name: %s", in_atomic(),
		    irqs_off, current->pid, current->comm);
	report_line("preempt_count: %x, expected: 0", preempt_count());
	report_atomic_place();
	report_stack_here("Call Trace:");
	report_end();
}
EXPORT_SYMBOL(__might_sleep);

/**
 * schedule_debug - report a task that gives up its CPU in atomic context
 *
 * The kernel survives this, and so do we: the count is zero while the task sleeps.
 * It is put back then, or whoever ends the section would be reported as well.
 * Context: called by schedule() before it sleeps.
 */
unsigned int schedule_debug(void)
{
	unsigned int count = (unsigned int)preempt_count();

	if (likely(!count && !irqs_disabled()))
		return 0;
	if (!reported_already()) {
		report_begin(REPORT_BUG, "scheduling while atomic: %s/%d/0x%08x", current->comm,
			     current->pid, count);
		report_atomic_place();
		report_stack_here("Call Trace:");
		report_end();
	}
	if (in_hardirq() || in_serving_softirq())
		panic("scheduling in interrupt context");
	__this_cpu_sub(quarry_cpu_hot.preempt_count, count);
	if (irqs_disabled())
		local_irq_enable();
	return count;
}

/* A port without reports of its own knows no callers and no names. */

__weak size_t quarry_host_backtrace(uintptr_t *pc, size_t n)
{
	return 0;
}

__weak size_t quarry_host_symbol(uintptr_t pc, bool returns, char *buf, size_t size)
{
	return 0;
}
