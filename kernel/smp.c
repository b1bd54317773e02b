// SPDX-License-Identifier: MIT
/*
 * Functions on other CPUs, by the port's cross call; on this one with interrupts off,
 * as if it had been called, too.
 */
#include <linux/smp.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <quarry/host.h>

#include "kernel/internal.h"

/* With preemption off, so that "this CPU" and "the others" stay what they are. */
static void call_on(unsigned int cpu, smp_call_func_t func, void *info)
{
	unsigned long flags;

	if (cpu != raw_smp_processor_id()) {
		quarry_host_cross_call(cpu, func, info);
		return;
	}
	local_irq_save(flags);
	func(info);
	local_irq_restore(flags);
}

/**
 * smp_call_function_single - run a function on one CPU
 * @cpu: which; may be this one
 * Context: interrupts on. Return: 0, or -ENXIO when there is no such CPU.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	if ((unsigned int)cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -ENXIO;
	preempt_disable();
	WARN_ON_ONCE(cpu != (int)raw_smp_processor_id() && irqs_disabled());
	call_on((unsigned int)cpu, func, info);
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(smp_call_function_single);

/** smp_call_function_any - on this CPU if it is in @mask, else on the first one */
int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait)
{
	unsigned int cpu;
	int ret;

	preempt_disable();
	cpu = raw_smp_processor_id();
	if (!cpumask_test_cpu((int)cpu, mask))
		cpu = cpumask_first(mask);
	ret = smp_call_function_single((int)cpu, func, info, wait);
	preempt_enable();
	return ret;
}
EXPORT_SYMBOL(smp_call_function_any);

static void call_mask(const struct cpumask *mask, smp_cond_func_t cond, smp_call_func_t func,
		      void *info, bool self)
{
	unsigned int cpu, me;

	preempt_disable();
	WARN_ON_ONCE(irqs_disabled());
	me = raw_smp_processor_id();
	for_each_cpu_and(cpu, mask, cpu_online_mask) {
		if ((cpu == me && !self) || (cond && !cond((int)cpu, info)))
			continue;
		call_on(cpu, func, info);
	}
	preempt_enable();
}

/** smp_call_function_many - on each CPU of @mask but this one */
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info,
			    bool wait)
{
	call_mask(mask, NULL, func, info, false);
}
EXPORT_SYMBOL(smp_call_function_many);

/** smp_call_function - on each CPU but this one */
void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	call_mask(cpu_online_mask, NULL, func, info, false);
}
EXPORT_SYMBOL(smp_call_function);

/** on_each_cpu - on each CPU, this one included */
void on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	call_mask(cpu_online_mask, NULL, func, info, true);
}
EXPORT_SYMBOL(on_each_cpu);

void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)
{
	call_mask(mask, NULL, func, info, true);
}
EXPORT_SYMBOL(on_each_cpu_mask);

void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask)
{
	call_mask(mask, cond, func, info, true);
}
EXPORT_SYMBOL(on_each_cpu_cond_mask);

void on_each_cpu_cond(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait)
{
	call_mask(cpu_online_mask, cond, func, info, true);
}
EXPORT_SYMBOL(on_each_cpu_cond);

/* May the running thread change CPU while it uses the number? */
static bool cpu_may_change(void)
{
	return preemptible() && cpumask_weight(&current->cpus_mask) > 1;
}

/* Places that have been reported, so that a loop says it once. */
static unsigned long reported[32];

void smp_start(void)
{
	memset(reported, 0, sizeof(reported));
}

static bool is_new(unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reported); i++) {
		unsigned long none = 0;

		if (__atomic_compare_exchange_n(&reported[i], &none, ip, 0, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
		if (none == ip)
			return false;
	}
	return false;
}

static noinline void report_preemptible(const char *what, const char *op, unsigned long ip)
{
	if (!is_new(ip))
		return;
	report_begin(REPORT_BUG, "using %s%s() in preemptible [%08x] code: %s/%d", what, op,
		     preempt_count(), current->comm, current->pid);
	report_line("caller is %pS", (void *)ip);
	report_here();
	report_end();
}

unsigned int debug_smp_processor_id(void)
{
	if (unlikely(cpu_may_change()))
		report_preemptible("smp_processor_id", "", _RET_IP_);
	return raw_smp_processor_id();
}
EXPORT_SYMBOL(debug_smp_processor_id);

void __this_cpu_preempt_check(const char *op)
{
	if (unlikely(cpu_may_change()))
		report_preemptible("__this_cpu_", op, _RET_IP_);
}
EXPORT_SYMBOL(__this_cpu_preempt_check);
