/* SPDX-License-Identifier: MIT */
/*
 * Who called us: the chain of frame pointers.
 *
 * Everything is compiled with frame pointers, so a frame is {caller's frame, return
 * address}. The chain is only followed upwards on a stack, from one stack to another, and
 * inside the stacks of the calling thread, so a broken one ends the walk and never faults.
 * Where a signal handler interrupted something, the walk goes on with the registers of what it
 * interrupted.
 *
 * The C library has no frame pointers, and gcc gives none to a function that calls
 * nothing and keeps nothing on the stack. When such a one is interrupted or faults, the
 * first frame is its caller's already, and where the caller was is only in the word that
 * the call pushed: caller_of_leaf() looks for it.
 *
 * Locking: none, no calls: any context will do, a fault's too.
 */
#include "internal.h"

#include <ucontext.h>

__thread struct port_trap *port_trap;

/* The stack of a thread that is not the machine's; 0: unknown. */
static __thread uintptr_t bounds_lo, bounds_hi;

extern char __executable_start[], etext[];

void port_backtrace_bounds(void)
{
	pthread_attr_t attr;
	void *lo;
	size_t size;

	if (bounds_hi || pthread_getattr_np(pthread_self(), &attr))
		return;
	if (!pthread_attr_getstack(&attr, &lo, &size)) {
		bounds_lo = (uintptr_t)lo;
		bounds_hi = (uintptr_t)lo + size;
	}
	pthread_attr_destroy(&attr);
}

/**
 * port_context_regs - where a signal struck
 * @context: the handler's third argument
 * @trap: gets pc, fp, sp
 * Return: false when this processor is not known here.
 */
bool port_context_regs(const void *context, struct port_trap *trap)
{
	const ucontext_t *uc = context;

#if defined(__x86_64__)
	trap->pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	trap->fp = (uintptr_t)uc->uc_mcontext.gregs[REG_RBP];
	trap->sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
#elif defined(__i386__)
	trap->pc = (uintptr_t)uc->uc_mcontext.gregs[REG_EIP];
	trap->fp = (uintptr_t)uc->uc_mcontext.gregs[REG_EBP];
	trap->sp = (uintptr_t)uc->uc_mcontext.gregs[REG_ESP];
#elif defined(__aarch64__)
	trap->pc = uc->uc_mcontext.pc;
	trap->fp = uc->uc_mcontext.regs[29];
	trap->sp = uc->uc_mcontext.sp;
#else
	(void)uc;
	return false;
#endif
	return true;
}

static bool within(uintptr_t at, size_t n, uintptr_t lo, uintptr_t hi)
{
	return at >= lo && hi > n && at <= hi - n;
}

/* The end of the stack of the thread's on which there are n bytes at this address; 0: none. */
static uintptr_t stack_of(uintptr_t at, size_t n)
{
	const struct port_stack *s = port_here.own;

	if (at % sizeof(uintptr_t))
		return 0;
	for (const struct port_visit *v = port_here.visit; v; v = v->outer) {
		if (within(at, n, v->lo, v->hi))
			return v->hi;
	}
	if (s && within(at, n, (uintptr_t)s->signal_lo, (uintptr_t)s->signal_hi))
		return (uintptr_t)s->signal_hi;
	if (s && port_me && within(at, n, (uintptr_t)s->lo, (uintptr_t)s->hi))
		return (uintptr_t)s->hi;
	return within(at, n, bounds_lo, bounds_hi) ? bounds_hi : 0;
}

static bool on_stack(uintptr_t at, size_t n)
{
	return stack_of(at, n) != 0;
}

static bool is_our_code(uintptr_t pc)
{
	return (pc >= (uintptr_t)__executable_start && pc < (uintptr_t)etext) ||
	       port_symbol_in_module(pc);
}

/* Does a call instruction end here? */
static PORT_NO_SANITIZE bool is_return(uintptr_t pc)
{
	if (!is_our_code(pc) || !is_our_code(pc - 8))
		return false;
#if defined(__x86_64__) || defined(__i386__)
	const unsigned char *p = (const unsigned char *)pc;

	if (p[-5] == 0xe8)	/* relative */
		return true;
	for (int len = 2; len <= 7; len++) {	/* through a register or memory */
		if (p[-len] == 0xff && (p[1 - len] & 0x38) == 0x10)
			return true;
	}
	return false;
#else
	return true;
#endif
}

/**
 * port_is_return - may a call be what is before this address? Not of code that is not ours: that
 * is not looked at, and taken for granted.
 */
bool port_is_return(uintptr_t pc)
{
	return !is_our_code(pc) || is_return(pc);
}

/* The return address of a function that has no frame, or none yet; 0: it has one. */
static PORT_NO_SANITIZE uintptr_t caller_of_leaf(const struct port_trap *trap)
{
	const uintptr_t *sp = (const uintptr_t *)trap->sp;
	int words = is_our_code(trap->pc) ? 1 : 8;

	if (on_stack(trap->sp, 2 * sizeof(*sp)) && sp[0] == trap->fp && is_return(sp[1]))
		return sp[1];
	for (int i = 0; i < words && on_stack((uintptr_t)(sp + i), sizeof(*sp)); i++) {
		if (is_return(sp[i]))
			return sp[i];
	}
	return 0;
}

#define MOST_CHANGES	16u

struct walk {
	uintptr_t *pc;
	size_t n, found;
	uintptr_t fp;
	const struct port_trap *trap;	/* whose handler comes next */
	unsigned int changes;		/* of the stack, so far */
};

/*
 * Have we come to a signal stack on which another signal has begun since? Of the handler that
 * ran there nothing is left but what it interrupted.
 */
static bool lost(const struct walk *w)
{
	return w->trap && port_trap->over && w->trap == port_trap->outer &&
	       stack_of(w->fp, 1) == stack_of(w->trap->frame, 1);
}

static void record(struct walk *w, uintptr_t pc)
{
	if (w->found < w->n)
		w->pc[w->found++] = pc;
}

/* From one stack to another: over the frames of port_switch() and of what called that. */
static PORT_NO_SANITIZE bool step_stack(struct walk *w, uintptr_t next)
{
	/* More often than there are stacks: a chain that was overwritten, and leads back. */
	if (!on_stack(next, 2 * sizeof(uintptr_t)) || w->changes++ > MOST_CHANGES)
		return false;
	w->fp = *(const uintptr_t *)next;
	return true;
}

/* From a signal handler to what it interrupted. */
static PORT_NO_SANITIZE bool step_trap(struct walk *w)
{
	const struct port_trap *trap = w->trap;
	uintptr_t leaf = caller_of_leaf(trap);

	record(w, trap->pc);
	w->fp = trap->fp;
	w->trap = trap->outer;
	if (leaf && port_is_switch(leaf))
		return lost(w) || step_stack(w, trap->fp);
	if (leaf)
		record(w, leaf);
	return true;
}

static PORT_NO_SANITIZE bool step(struct walk *w)
{
	uintptr_t next, ret;

	if (w->trap && (w->fp == w->trap->frame || lost(w)))
		return step_trap(w);
	next = ((const uintptr_t *)w->fp)[0];
	ret = ((const uintptr_t *)w->fp)[1];
	if (!ret || (port_me && w->fp == port_me->top))
		return false;
	if (next && stack_of(next, 1) && stack_of(next, 1) != stack_of(w->fp, 1)) {
		w->fp = next;
		return lost(w) || step_stack(w, next);
	}
	record(w, ret);
	if (next <= w->fp)
		return false;
	w->fp = next;
	return true;
}

PORT_NO_SANITIZE size_t quarry_host_backtrace(uintptr_t *pc, size_t n)
{
	struct walk w = {
		.pc = pc, .n = n, .fp = (uintptr_t)__builtin_frame_address(0), .trap = port_trap,
	};

	while (w.found < n && on_stack(w.fp, 2 * sizeof(uintptr_t)) && step(&w))
		;
	return w.found;
}
