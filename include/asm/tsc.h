/* SPDX-License-Identifier: MIT */
/* A cycle is a nanosecond of the port's clock: it repeats where the clock does. */
#ifndef _ASM_TSC_H
#define _ASM_TSC_H

#include <linux/types.h>
#include <quarry/host.h>

typedef unsigned long long cycles_t;

static inline cycles_t get_cycles(void)
{
	return quarry_host_clock();
}

#define rdtsc()			get_cycles()
#define rdtsc_ordered()		get_cycles()

#endif
