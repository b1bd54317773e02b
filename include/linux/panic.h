/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PANIC_H
#define _LINUX_PANIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#define TAINT_WARN	9
#define TAINT_OOT_MODULE 12

/** panic - log it and stop the machine. Context: any. Does not return. */
__noreturn void panic(const char *fmt, ...) __printf(1, 2) __cold;
void add_taint(unsigned int flag, int lockdep_ok);
int test_taint(unsigned int flag);
unsigned long get_taint(void);
/** print_tainted - "Not tainted", or "Tainted: " and a letter each */
const char *print_tainted(void);

enum lockdep_ok {
	LOCKDEP_STILL_OK,
	LOCKDEP_NOW_UNRELIABLE,
};

#endif
