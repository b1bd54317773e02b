/* SPDX-License-Identifier: MIT */
/*
 * NR_CPUS sizes arrays and bounds loops in modules, so the `quarry` command sets
 * it to the machine's CPUs when it compiles one. The core's own tables, and
 * every layout that core and modules share, use QUARRY_MAX_CPUS.
 */
#ifndef _LINUX_THREADS_H
#define _LINUX_THREADS_H

#include <quarry/config.h>

#ifdef CONFIG_NR_CPUS
#define NR_CPUS		CONFIG_NR_CPUS
#else
#define NR_CPUS		QUARRY_MAX_CPUS
#endif

#define PID_MAX_DEFAULT	0x8000

#endif
