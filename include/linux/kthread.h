/* SPDX-License-Identifier: MIT */
/* Threads of the kernel's. Bodies: kernel/kthread.c */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/numa.h>
#include <linux/sched.h>

struct completion;

/**
 * kthread_create_on_node - make a thread; it does nothing until it is woken
 * @threadfn: what it runs; its result is that of kthread_stop()
 * @data: its argument
 * @node: where its memory should be; NUMA_NO_NODE: anywhere
 * @namefmt: its name, printf-like
 * Context: may sleep. Return: the task, or ERR_PTR(-ENOMEM).
 */
struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...) __printf(4, 5);
/** kthread_create_on_cpu - one bound to a CPU, whose number fills the %u in @namefmt */
struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt);
#define kthread_create(threadfn, data, namefmt, arg...) \
	kthread_create_on_node(threadfn, data, NUMA_NO_NODE, namefmt, ##arg)
#define kthread_run(threadfn, data, namefmt, ...)			\
	({								\
		struct task_struct *__k =				\
			kthread_create(threadfn, data, namefmt, ##__VA_ARGS__); \
									\
		if (!IS_ERR(__k))					\
			wake_up_process(__k);				\
		__k;							\
	})

static inline struct task_struct *kthread_run_on_cpu(int (*threadfn)(void *data), void *data,
						     unsigned int cpu, const char *namefmt)
{
	struct task_struct *p = kthread_create_on_cpu(threadfn, data, cpu, namefmt);

	if (!IS_ERR(p))
		wake_up_process(p);
	return p;
}

/** kthread_bind - only on this CPU; before the thread's first wake-up */
void kthread_bind(struct task_struct *k, unsigned int cpu);
void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask);
/**
 * kthread_stop - ask a thread to end, and wait until it has
 * @k: alive, or the caller holds a reference
 * Context: may sleep. Return: what its function returned; -EINTR: it never ran.
 */
int kthread_stop(struct task_struct *k);
bool kthread_should_stop(void);
bool __kthread_should_park(struct task_struct *k);
bool kthread_should_park(void);
bool kthread_freezable_should_stop(bool *was_frozen);
int kthread_park(struct task_struct *k);
void kthread_unpark(struct task_struct *k);
void kthread_parkme(void);
void *kthread_data(struct task_struct *k);
void *kthread_func(struct task_struct *k);
void __noreturn kthread_exit(long result);
void __noreturn kthread_complete_and_exit(struct completion *done, long code);

#endif
