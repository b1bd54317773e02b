/* SPDX-License-Identifier: MIT */
/* CPUs that come and go. Bodies: kernel/cpu.c */
#ifndef _LINUX_CPU_H_
#define _LINUX_CPU_H_

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/smp.h>

/** cpus_read_lock - no CPU comes or goes until cpus_read_unlock(). May sleep. */
void cpus_read_lock(void);
void cpus_read_unlock(void);
int cpus_read_trylock(void);

/**
 * add_cpu - let a CPU that is not online work again
 * Context: may sleep, not inside cpus_read_lock().
 * Return: 0, also if it is online; -EINVAL: there is no such CPU; the error of a startup
 * function, after what was done has been undone.
 */
int add_cpu(unsigned int cpu);

/**
 * remove_cpu - take a CPU away from all that runs there
 * Threads bound to it go elsewhere until it is back; what it has at hand of free pages and
 * objects goes back to its nodes; its copies of per-CPU variables stay.
 * Context: may sleep, not inside cpus_read_lock().
 * Return: 0, also if it is not online; -EINVAL: there is no such CPU; -EPERM: CPU 0, which
 * stays; the error of a teardown function, and it is online again.
 */
int remove_cpu(unsigned int cpu);

#endif
