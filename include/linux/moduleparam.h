/* SPDX-License-Identifier: MIT */
/* Parameters of modules: "name=value". Bodies: kernel/params.c */
#ifndef _LINUX_MODULE_PARAMS_H
#define _LINUX_MODULE_PARAMS_H

#include <linux/init.h>
#include <linux/stringify.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/build_bug.h>
#include <linux/export.h>

struct kernel_param;

#define KERNEL_PARAM_OPS_FL_NOARG	1	/* "name" alone will do */

/* Keys: C constant */
struct kernel_param_ops {
	unsigned int flags;					/* C */
	int (*set)(const char *val, const struct kernel_param *kp); /* C */
	int (*get)(char *buffer, const struct kernel_param *kp); /* C  text and line break */
	void (*free)(void *arg);				/* C */
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max;
	unsigned int elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

/* Keys: C constant */
struct kernel_param {
	const char *name;			/* C */
	const char *module;			/* C  prefix on the kernel's command line */
	const struct kernel_param_ops *ops;	/* C */
	u16 perm;				/* C */
	s8 level;				/* C */
	u8 flags;				/* C */
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
};

#define __module_param_call(name_, ops_, arg_, perm_)			\
	static const struct kernel_param __UNIQUE_ID(param)		\
	__attribute__((__used__, __section__("quarry_params"),		\
		       __aligned__(sizeof(void *)))) = {		\
		.name = #name_, .module = KBUILD_MODNAME, .ops = (ops_), \
		.perm = (perm_), .level = -1, .arg = (void *)(arg_)	\
	}

#define module_param_cb(name, ops, arg, perm) \
	__module_param_call(name, ops, arg, perm)
#define module_param_call(name, set_, get_, arg, perm)			\
	static const struct kernel_param_ops __param_ops_##name =	\
		{ .set = (set_), .get = (get_) };			\
	__module_param_call(name, &__param_ops_##name, arg, perm)
#define module_param_named(name, value, type, perm)			\
	param_check_##type(name, &(value));				\
	__module_param_call(name, &param_ops_##type, &value, perm);	\
	__MODULE_INFO(parmtype, #name ":" #type)
#define module_param(name, type, perm)	module_param_named(name, name, type, perm)
#define module_param_unsafe(name, type, perm)	module_param(name, type, perm)
#define module_param_named_unsafe(name, value, type, perm) \
	module_param_named(name, value, type, perm)
#define module_param_string(name, string, len, perm)			\
	static const struct kparam_string __param_string_##name = { len, string }; \
	__module_param_call(name, &param_ops_string, &__param_string_##name, perm); \
	__MODULE_INFO(parmtype, #name ":string")
#define module_param_array_named(name, array, type, nump, perm)		\
	param_check_##type(name, &(array)[0]);				\
	static const struct kparam_array __param_arr_##name = {		\
		.max = sizeof(array) / sizeof((array)[0]), .num = nump,	\
		.ops = &param_ops_##type,				\
		.elemsize = sizeof((array)[0]), .elem = array };	\
	__module_param_call(name, &param_array_ops, &__param_arr_##name, perm); \
	__MODULE_INFO(parmtype, #name ":array of " #type)
#define module_param_array(name, type, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)

/* A pointer to a variable of the right type, or a warning that becomes an error. */
#define __param_check(name, p, type) \
	static inline type __always_unused *__check_##name(void) { return (p); } \
	extern int __param_check_##name
#define param_check_byte(name, p)	__param_check(name, p, unsigned char)
#define param_check_short(name, p)	__param_check(name, p, short)
#define param_check_ushort(name, p)	__param_check(name, p, unsigned short)
#define param_check_int(name, p)	__param_check(name, p, int)
#define param_check_uint(name, p)	__param_check(name, p, unsigned int)
#define param_check_long(name, p)	__param_check(name, p, long)
#define param_check_ulong(name, p)	__param_check(name, p, unsigned long)
#define param_check_ullong(name, p)	__param_check(name, p, unsigned long long)
#define param_check_hexint(name, p)	param_check_uint(name, p)
#define param_check_charp(name, p)	__param_check(name, p, char *)
#define param_check_bool(name, p)	__param_check(name, p, bool)
#define param_check_bool_enable_only(name, p)	param_check_bool(name, p)
#define param_check_invbool(name, p)	__param_check(name, p, bool)

/* stdbool.h's `bool` may have become _Bool on its way here. */
#define param_check__Bool(name, p)	param_check_bool(name, p)
#define param_ops__Bool			param_ops_bool

#define __DECLARE_PARAM_OPS(type)					\
	extern const struct kernel_param_ops param_ops_##type;		\
	int param_set_##type(const char *val, const struct kernel_param *kp); \
	int param_get_##type(char *buffer, const struct kernel_param *kp)
__DECLARE_PARAM_OPS(byte);
__DECLARE_PARAM_OPS(short);
__DECLARE_PARAM_OPS(ushort);
__DECLARE_PARAM_OPS(int);
__DECLARE_PARAM_OPS(uint);
__DECLARE_PARAM_OPS(long);
__DECLARE_PARAM_OPS(ulong);
__DECLARE_PARAM_OPS(ullong);
__DECLARE_PARAM_OPS(hexint);
__DECLARE_PARAM_OPS(charp);
__DECLARE_PARAM_OPS(bool);
__DECLARE_PARAM_OPS(bool_enable_only);
__DECLARE_PARAM_OPS(invbool);
#undef __DECLARE_PARAM_OPS
extern const struct kernel_param_ops param_ops_string;
extern const struct kernel_param_ops param_array_ops;
int param_set_copystring(const char *val, const struct kernel_param *kp);
int param_get_string(char *buffer, const struct kernel_param *kp);
int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int min,
			  unsigned int max);

#define kernel_param_lock(mod)		((void)(mod))
#define kernel_param_unlock(mod)	((void)(mod))

/* "tag=text" in the section quarry_modinfo, as modinfo(8) shows it. */
#define __MODULE_INFO(tag, info)					\
	static const char __UNIQUE_ID(modinfo)[]			\
	__attribute__((__used__, __section__("quarry_modinfo"), __aligned__(1))) = \
		#tag "=" info
#define MODULE_PARM_DESC(_parm, desc)	__MODULE_INFO(parm, #_parm ":" desc)

#endif
