/* SPDX-License-Identifier: MIT */
/* What runs at start, and parameters of the kernel's command line. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/stringify.h>
#include <linux/types.h>

#define __init
#define __exit
#define __initdata
#define __initconst
#define __exitdata
#define __initrodata
#define __meminit
#define __meminitdata
#define __memexit
#define __cpuinit
#define __devinit
#define __devexit
#define __ref
#define __refdata
#define __head

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/* Keys: C constant */
struct obs_kernel_param {
	const char *str;		/* C  "name" or "name=" */
	int (*setup_func)(char *val);	/* C  0 from an early one: understood */
	int early;			/* C */
};

#define __setup_param(str, unique_id, fn, early)			\
	static const struct obs_kernel_param __setup_##unique_id	\
	__attribute__((__used__, __section__("quarry_setup"),		\
		       __aligned__(sizeof(void *)))) = { str, fn, early }
/*
 * Handlers of __setup() return 1 when they understood, those of early_param() 0.
 * Neither may use pages or kmalloc(): __setup() ones have boot memory
 * (linux/bootmem.h), early ones nothing.
 */
#define __setup(str, fn)		__setup_param(str, fn, fn, 0)
#define early_param(str, fn)		__setup_param(str, fn, fn, 1)

enum setup_phase {
	SETUP_EARLY,
	SETUP_LATE,
};

/**
 * setup_parse - run the handlers for the parameters of a command line
 * @cmdline: what the machine was booted with
 * @phase: those of early_param(), while only printk works; or those of __setup(),
 *	the last before boot memory is handed over
 * Context: boot.
 */
void setup_parse(const char *cmdline, enum setup_phase phase);

#endif
