/* SPDX-License-Identifier: MIT */
/* Warnings and bugs. Bodies: lib/bug.c */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/build_bug.h>
#include <linux/instruction_pointer.h>
#include <linux/once_lite.h>
#include <linux/printk.h>
#include <linux/panic.h>
#include <linux/report.h>

#define CUT_HERE	"------------[ cut here ]------------\n"

void __warn_report(const char *file, int line, const char *fmt, ...) __printf(3, 4) __cold;
__noreturn void __bug_report(const char *file, int line) __cold;

#define BUG()		__bug_report(__FILE__, __LINE__)
#define BUG_ON(condition)						\
	do {								\
		if (unlikely(condition))				\
			BUG();						\
	} while (0)

#define __WARN()		__warn_report(__FILE__, __LINE__, NULL)
#define __WARN_printf(taint, ...) \
	__warn_report(__FILE__, __LINE__, __VA_ARGS__)

#define WARN_ON(condition)						\
	({								\
		int __ret_warn_on = !!(condition);			\
		if (unlikely(__ret_warn_on))				\
			__WARN();					\
		unlikely(__ret_warn_on);				\
	})
#define WARN(condition, ...)						\
	({								\
		int __ret_warn_on = !!(condition);			\
		if (unlikely(__ret_warn_on))				\
			__WARN_printf(TAINT_WARN, __VA_ARGS__);		\
		unlikely(__ret_warn_on);				\
	})
#define WARN_TAINT(condition, taint, ...)	WARN(condition, __VA_ARGS__)
#define WARN_ON_ONCE(condition)		DO_ONCE_LITE_IF(condition, WARN_ON, 1)
#define WARN_ONCE(condition, ...)	DO_ONCE_LITE_IF(condition, WARN, 1, __VA_ARGS__)
#define WARN_TAINT_ONCE(condition, taint, ...) WARN_ONCE(condition, __VA_ARGS__)
#define WARN_ON_SMP(x)			WARN_ON(x)

#define CHECK_DATA_CORRUPTION(condition, ...) WARN(condition, __VA_ARGS__)

#endif
