/* SPDX-License-Identifier: MIT */
/*
 * Tracepoints: named places in the code that others may look at. While nobody does,
 * trace_NAME() is a test of an integer. Bodies: mm/trace.c, kernel/tracepoint.c
 *
 * DECLARE_TRACE() in a header makes, of a tracepoint NAME:
 *	trace_NAME(args)	what the code calls
 *	trace_NAME_enabled()	is anybody looking?
 *	register_trace_NAME(probe, data), unregister_trace_NAME(probe, data)
 * DEFINE_TRACE() in one source file makes the rest. A probe is called with @data in
 * front of the arguments, in the context of the code, preemption off.
 */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/jump_label.h>
#include <linux/preempt.h>
#include <linux/types.h>

struct tracepoint_func {
	void *func;		/* NULL: the end */
	void *data;
};

/* Keys: A atomic | R replaced as a whole, freed after a grace period | C constant */
struct tracepoint {
	const char *name;		/* C */
	struct static_key key;		/* A  who looks: probes, and its trace event */
	struct tracepoint_func *funcs;	/* R  NULL: no probe */
	void (*regfunc)(void);		/* C  before somebody begins to look, or NULL */
	void (*unregfunc)(void);	/* C  after the last has stopped, or NULL */
};

/**
 * tracepoint_probe_register - use register_trace_NAME() instead: it has types
 * Context: may sleep. Return: 0, -EEXIST, -EINVAL, -ENOMEM.
 */
int tracepoint_probe_register(struct tracepoint *tp, void *probe, void *data);
/** tracepoint_probe_unregister - 0 or -ENOENT; waits until nobody is in the probe */
int tracepoint_probe_unregister(struct tracepoint *tp, void *probe, void *data);
void tracepoint_synchronize_unregister(void);
/** for_each_kernel_tracepoint - call a function with each tracepoint; modules look for names */
void for_each_kernel_tracepoint(void (*fct)(struct tracepoint *tp, void *priv), void *priv);

#define PARAMS(args...)		args
#define TP_PROTO(args...)	args
#define TP_ARGS(args...)	args

#define DECLARE_TRACE(name, proto, args)				\
	extern struct tracepoint __tracepoint_##name;			\
	void __do_trace_##name(proto);					\
	static inline bool trace_##name##_enabled(void)			\
	{								\
		return static_key_false(&__tracepoint_##name.key);	\
	}								\
	static inline void trace_##name(proto)				\
	{								\
		if (static_key_false(&__tracepoint_##name.key))		\
			__do_trace_##name(args);			\
	}								\
	static inline int register_trace_##name(void (*probe)(void *data, proto), void *data) \
	{								\
		return tracepoint_probe_register(&__tracepoint_##name, (void *)probe, data); \
	}								\
	static inline int unregister_trace_##name(void (*probe)(void *data, proto), void *data) \
	{								\
		return tracepoint_probe_unregister(&__tracepoint_##name, (void *)probe, data); \
	}

/* Calls the probes of a tracepoint, in the order of their registration. */
#define __TRACE_CALL_PROBES(__name, proto, args...)			\
	do {								\
		const struct tracepoint_func *__f;			\
									\
		preempt_disable();					\
		__f = smp_load_acquire(&__tracepoint_##__name.funcs);	\
		for (; __f && __f->func; __f++)				\
			((void (*)(void *, proto))__f->func)(__f->data, args); \
		preempt_enable();					\
	} while (0)

#define DEFINE_TRACE_FN(_name, _reg, _unreg, proto, args)		\
	struct tracepoint __tracepoint_##_name = {			\
		.name = #_name, .regfunc = _reg, .unregfunc = _unreg,	\
	};								\
	void __do_trace_##_name(proto)					\
	{								\
		__TRACE_CALL_PROBES(_name, PARAMS(proto), args);	\
	}
#define DEFINE_TRACE(name, proto, args)	\
	DEFINE_TRACE_FN(name, NULL, NULL, PARAMS(proto), PARAMS(args))

#define EXPORT_TRACEPOINT_SYMBOL(name)					\
	EXPORT_SYMBOL(__tracepoint_##name);				\
	EXPORT_SYMBOL(__do_trace_##name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name)	EXPORT_TRACEPOINT_SYMBOL(name)

#endif
