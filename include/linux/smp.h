/* SPDX-License-Identifier: MIT */
/* This CPU and the others. */
#ifndef __LINUX_SMP_H
#define __LINUX_SMP_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>

typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);

#define raw_smp_processor_id()	raw_cpu_read(quarry_cpu_hot.cpu)
/** debug_smp_processor_id - this CPU's number; reports when it may change under us */
unsigned int debug_smp_processor_id(void);
#ifdef CONFIG_DEBUG_PREEMPT
#define smp_processor_id()	debug_smp_processor_id()
#else
#define smp_processor_id()	raw_smp_processor_id()
#endif
#define get_cpu()		({ preempt_disable(); raw_smp_processor_id(); })
#define put_cpu()		preempt_enable()

/*
 * kernel/smp.c. The function runs with interrupts off, in interrupt context on
 * other CPUs. @wait makes no difference: it has always run when these return.
 * Context: interrupts on, no spinlock that the function takes.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait);
int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info,
			  int wait);
void smp_call_function(smp_call_func_t func, void *info, int wait);
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info,
			    bool wait);
void on_each_cpu(smp_call_func_t func, void *info, int wait);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait);
void on_each_cpu_cond(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait);
void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask);

#endif
