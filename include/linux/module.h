/* SPDX-License-Identifier: MIT */
/* Modules. Bodies: kernel/module.c */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/list.h>
#include <linux/stat.h>
#include <linux/compiler.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/stringify.h>
#include <linux/moduleparam.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/version.h>
#include <linux/gfp.h>
#include <linux/rcupdate.h>
#include <linux/percpu.h>
#include <asm/page.h>

#define MODULE_NAME_LEN		(64 - sizeof(unsigned long))

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING,
	MODULE_STATE_GOING,
	MODULE_STATE_UNFORMED,
};

/* What tells a loader that __this_module is one, and of the same layout. */
#define QUARRY_MODULE_MAGIC	0x51726d31u

struct kernel_param;
struct kunit_section;

/*
 * Keys: C constant, from NAME.mod.c | L fixed when it is loaded | M the list of
 * modules' lock | A atomic
 */
struct module {
	unsigned int magic;			/* C  QUARRY_MODULE_MAGIC */
	unsigned int size;			/* C  sizeof(struct module) */
	char name[MODULE_NAME_LEN];		/* C */
	int (*init)(void);			/* C  may be NULL */
	void (*exit)(void);			/* C  may be NULL */
	char *percpu_start, *percpu_end;	/* C  template of per-CPU variables */
	const struct kernel_param *params_start, *params_end;	/* C */
	const struct kernel_symbol *syms_start, *syms_end;	/* C */
	const struct kunit_section *kunit_start, *kunit_end;	/* C */
	const char *modinfo_start, *modinfo_end;	/* C  "tag=text" strings */
	enum module_state state;		/* M */
	struct list_head list;			/* M */
	atomic_t refcnt;			/* A  try_module_get()s */
	void *percpu;				/* L  this machine's copies; NULL: none */
	uintptr_t text, text_end;		/* L  its code */
	const char *version;			/* L  MODULE_VERSION() or NULL */
};

#ifdef MODULE
/* They end in a semicolon: much code has none behind them. */
#define module_init(initfn)						\
	static inline initcall_t __maybe_unused __inittest(void) { return initfn; } \
	int init_module(void)						\
		__attribute__((__alias__(#initfn), __visibility__("hidden")));
#define module_exit(exitfn)						\
	static inline exitcall_t __maybe_unused __exittest(void) { return exitfn; } \
	void cleanup_module(void)					\
		__attribute__((__alias__(#exitfn), __visibility__("hidden")));
#define early_initcall(fn)		module_init(fn)
#define core_initcall(fn)		module_init(fn)
#define postcore_initcall(fn)		module_init(fn)
#define arch_initcall(fn)		module_init(fn)
#define subsys_initcall(fn)		module_init(fn)
#define fs_initcall(fn)			module_init(fn)
#define rootfs_initcall(fn)		module_init(fn)
#define device_initcall(fn)		module_init(fn)
#define late_initcall(fn)		module_init(fn)
#else
/* Built in: quarry_kernel_start() calls them, lower levels first. */
struct quarry_initcall {
	initcall_t fn;
	unsigned int level;
};
#define __define_initcall(fn_, level_)					\
	static const struct quarry_initcall __initcall_##fn_		\
	__attribute__((__used__, __section__("quarry_initcalls"),	\
		       __aligned__(sizeof(void *)))) = { fn_, level_ }
#define early_initcall(fn)		__define_initcall(fn, 0)
#define core_initcall(fn)		__define_initcall(fn, 1)
#define postcore_initcall(fn)		__define_initcall(fn, 2)
#define arch_initcall(fn)		__define_initcall(fn, 3)
#define subsys_initcall(fn)		__define_initcall(fn, 4)
#define fs_initcall(fn)			__define_initcall(fn, 5)
#define rootfs_initcall(fn)		__define_initcall(fn, 5)
#define device_initcall(fn)		__define_initcall(fn, 6)
#define late_initcall(fn)		__define_initcall(fn, 7)
#define module_init(fn)			device_initcall(fn)
#define module_exit(fn)							\
	static inline exitcall_t __maybe_unused __exittest_##fn(void) { return fn; } \
	extern int __exittest_decl
#endif

#define MODULE_INFO(tag, info)		__MODULE_INFO(tag, info)
#define MODULE_LICENSE(_license)		MODULE_INFO(license, _license)
#define MODULE_AUTHOR(_author)		MODULE_INFO(author, _author)
#define MODULE_DESCRIPTION(_description)	MODULE_INFO(description, _description)
#define MODULE_VERSION(_version)		MODULE_INFO(version, _version)
#define MODULE_ALIAS(_alias)		MODULE_INFO(alias, _alias)
#define MODULE_SOFTDEP(dep)		MODULE_INFO(softdep, dep)
#define MODULE_FIRMWARE(_firmware)	MODULE_INFO(firmware, _firmware)
#define MODULE_IMPORT_NS(ns)		MODULE_INFO(import_ns, #ns)
#define MODULE_DEVICE_TABLE(type, name)	extern const int __mod_##type##__##name##_device_table

/* Behind the text that says for which Quarry a module was built: for which machines. */
#ifdef CONFIG_HIGHMEM
#define QUARRY_MODULE_FOR	""
#else
#define QUARRY_MODULE_FOR	" no-highmem"
#endif

/**
 * QUARRY_MODULE - the whole of NAME.mod.c, behind an include of this header
 * @modname: the module's name, not quoted
 *
 * The bounds of a section that the module does not have are NULL.
 */
#define __QUARRY_BOUNDS(section)					\
	extern char __start_##section[] __attribute__((__weak__, __visibility__("hidden"))); \
	extern char __stop_##section[] __attribute__((__weak__, __visibility__("hidden")))
#define QUARRY_MODULE(modname)						\
	__QUARRY_BOUNDS(quarry_percpu);					\
	__QUARRY_BOUNDS(quarry_params);					\
	__QUARRY_BOUNDS(quarry_ksymtab);				\
	__QUARRY_BOUNDS(quarry_kunit);					\
	__QUARRY_BOUNDS(quarry_modinfo);				\
	extern int init_module(void) __attribute__((__weak__, __visibility__("hidden"))); \
	extern void cleanup_module(void)				\
		__attribute__((__weak__, __visibility__("hidden")));	\
	struct module __this_module = {					\
		.magic = QUARRY_MODULE_MAGIC,				\
		.size = sizeof(struct module),				\
		.name = #modname,					\
		.init = init_module,					\
		.exit = cleanup_module,					\
		.percpu_start = __start_quarry_percpu,			\
		.percpu_end = __stop_quarry_percpu,			\
		.params_start = (const struct kernel_param *)__start_quarry_params, \
		.params_end = (const struct kernel_param *)__stop_quarry_params, \
		.syms_start = (const struct kernel_symbol *)__start_quarry_ksymtab, \
		.syms_end = (const struct kernel_symbol *)__stop_quarry_ksymtab, \
		.kunit_start = (const struct kunit_section *)__start_quarry_kunit, \
		.kunit_end = (const struct kunit_section *)__stop_quarry_kunit, \
		.modinfo_start = __start_quarry_modinfo,		\
		.modinfo_end = __stop_quarry_modinfo,			\
		.state = MODULE_STATE_UNFORMED,				\
	};

static inline bool module_is_live(struct module *mod)
{
	return mod->state != MODULE_STATE_GOING;
}

/** try_module_get - keep a module from being removed; NULL (built in) is fine */
bool try_module_get(struct module *module);
void __module_get(struct module *module);
void module_put(struct module *module);
int module_refcount(struct module *mod);
/** find_module - by name. Context: may sleep. */
struct module *find_module(const char *name);
struct module *__module_address(unsigned long addr);
struct module *__module_text_address(unsigned long addr);
bool is_module_address(unsigned long addr);
void __noreturn __module_put_and_kthread_exit(struct module *mod, long code);
#define module_put_and_kthread_exit(code) __module_put_and_kthread_exit(THIS_MODULE, code)
#define module_name(mod)							\
	({ struct module *__mod = (mod); __mod ? __mod->name : "kernel"; })
/** symbol_get - the address of an exported symbol, or NULL */
void *__symbol_get(const char *symbol);
void __symbol_put(const char *symbol);
#define symbol_get(x)	((__typeof__(&x))(__symbol_get(#x)))
#define symbol_put(x)	__symbol_put(#x)

struct notifier_block;
int register_module_notifier(struct notifier_block *nb);
int unregister_module_notifier(struct notifier_block *nb);

#endif
