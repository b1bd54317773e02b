/* SPDX-License-Identifier: MIT */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#include <linux/compiler.h>
#include <quarry/host.h>

/* In a loop that waits for another CPU. */
#ifdef QUARRY_PORT_RELAX
#define cpu_relax()	QUARRY_PORT_RELAX()
#else
#define cpu_relax()	quarry_host_relax()
#endif

#define prefetch(x)	__builtin_prefetch((const void *)(x), 0, 3)
#define prefetchw(x)	__builtin_prefetch((const void *)(x), 1, 3)

#endif
