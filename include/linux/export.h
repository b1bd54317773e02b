/* SPDX-License-Identifier: MIT */
/* Symbols that modules may use: a table of them, in a section of its own. */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#include <linux/stringify.h>
#include <linux/compiler.h>

struct module;

struct kernel_symbol {
	const void *value;
	const char *name;
};

#ifdef MODULE
extern struct module __this_module;
#define THIS_MODULE	(&__this_module)
#else
#define THIS_MODULE	((struct module *)0)
#endif

#define __EXPORT_SYMBOL(sym)						\
	static const struct kernel_symbol __ksymtab_##sym		\
	__attribute__((__used__, __section__("quarry_ksymtab"),		\
		       __aligned__(sizeof(void *)))) = {		\
		(const void *)&sym, #sym				\
	}

#define EXPORT_SYMBOL(sym)		__EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_GPL(sym)		__EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_NS(sym, ns)	__EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_NS_GPL(sym, ns)	__EXPORT_SYMBOL(sym)

#endif
