/* SPDX-License-Identifier: MIT */
/*
 * The preemption count: what context code runs in, and when a CPU may be given
 * to somebody else.
 *
 * bits 0-7 nesting of preempt_disable() | 8-15 softirq | 16-19 hardirq | 20-23 NMI
 * bit 31 is clear when the CPU is wanted by others, so that preempt_enable() finds
 * out with the one test that it does anyway: the word is zero.
 *
 * The count is per CPU. quarry_thread_out() and quarry_thread_in() carry it with
 * the thread.
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/types.h>

#define PREEMPT_BITS		8
#define SOFTIRQ_BITS		8
#define HARDIRQ_BITS		4
#define NMI_BITS		4
#define PREEMPT_SHIFT		0
#define SOFTIRQ_SHIFT		(PREEMPT_SHIFT + PREEMPT_BITS)
#define HARDIRQ_SHIFT		(SOFTIRQ_SHIFT + SOFTIRQ_BITS)
#define NMI_SHIFT		(HARDIRQ_SHIFT + HARDIRQ_BITS)
#define PREEMPT_OFFSET		(1u << PREEMPT_SHIFT)
#define SOFTIRQ_OFFSET		(1u << SOFTIRQ_SHIFT)
#define HARDIRQ_OFFSET		(1u << HARDIRQ_SHIFT)
#define NMI_OFFSET		(1u << NMI_SHIFT)
#define SOFTIRQ_DISABLE_OFFSET	(2 * SOFTIRQ_OFFSET)
#define PREEMPT_MASK		(((1u << PREEMPT_BITS) - 1) << PREEMPT_SHIFT)
#define SOFTIRQ_MASK		(((1u << SOFTIRQ_BITS) - 1) << SOFTIRQ_SHIFT)
#define HARDIRQ_MASK		(((1u << HARDIRQ_BITS) - 1) << HARDIRQ_SHIFT)
#define NMI_MASK		(((1u << NMI_BITS) - 1) << NMI_SHIFT)
#define PREEMPT_NEED_RESCHED	0x80000000u
#define PREEMPT_ENABLED		PREEMPT_NEED_RESCHED

struct task_struct;

/* Keys: P owning CPU only, its interrupts included */
struct quarry_cpu_hot {
	unsigned int preempt_count;	/* P  as above */
	unsigned int cpu;		/* P  this CPU's number */
	struct task_struct *current_task; /* P  whose thread runs here */
};

#include <linux/percpu-defs.h>

DECLARE_PER_CPU(struct quarry_cpu_hot, quarry_cpu_hot);

static __always_inline int preempt_count(void)
{
	return (int)(raw_cpu_read(quarry_cpu_hot.preempt_count) & ~PREEMPT_NEED_RESCHED);
}

/**
 * preempt_count_add_slow - as preempt_count_add(), and remember who did it
 * Context: any. mm/context.c; for modules that the quarry command compiles.
 */
void preempt_count_add_slow(unsigned int val);
void preempt_count_sub_slow(unsigned int val);
/** preempt_schedule - give up the CPU because somebody else wants it */
void preempt_schedule(void);

/* Set at boot: locks remember where preemption went off, too. mm/context.c */
extern bool quarry_debug_preempt;

#ifdef CONFIG_DEBUG_PREEMPT
#define preempt_count_add(val)	preempt_count_add_slow(val)
#define preempt_count_sub(val)	preempt_count_sub_slow(val)
#define __preempt_dec_and_test() \
	({ preempt_count_sub_slow(1); !raw_cpu_read(quarry_cpu_hot.preempt_count); })
#else
#define preempt_count_add(val)	raw_cpu_add(quarry_cpu_hot.preempt_count, val)
#define preempt_count_sub(val)	raw_cpu_sub(quarry_cpu_hot.preempt_count, val)
#define __preempt_dec_and_test() \
	__percpu_sub_and_test(quarry_cpu_hot.preempt_count, 1)
#endif

#define preempt_disable()						\
	do {								\
		preempt_count_add(1);					\
		barrier();						\
	} while (0)

#define preempt_enable()						\
	do {								\
		barrier();						\
		if (unlikely(__preempt_dec_and_test()))			\
			preempt_schedule();				\
	} while (0)

#define preempt_enable_no_resched()					\
	do {								\
		barrier();						\
		preempt_count_sub(1);					\
	} while (0)
#define preempt_disable_notrace()	preempt_disable()
#define preempt_enable_notrace()	preempt_enable()
#define preempt_check_resched()		do { } while (0)

#define nmi_count()		((unsigned int)preempt_count() & NMI_MASK)
#define hardirq_count()		((unsigned int)preempt_count() & HARDIRQ_MASK)
#define softirq_count()		((unsigned int)preempt_count() & SOFTIRQ_MASK)
#define irq_count()							\
	((unsigned int)preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_nmi()		(nmi_count() != 0)
#define in_hardirq()		(hardirq_count() != 0)
#define in_irq()		in_hardirq()
#define in_softirq()		(softirq_count() != 0)
#define in_serving_softirq()	((softirq_count() & SOFTIRQ_OFFSET) != 0)
#define in_interrupt()		(irq_count() != 0)
#define in_task() \
	(!((unsigned int)preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic()		(preempt_count() != 0)
#define preemptible()		(preempt_count() == 0 && !irqs_disabled())

#endif
