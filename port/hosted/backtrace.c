/* SPDX-License-Identifier: MIT */
/*
 * Who called us: the chain of frame pointers.
 *
 * Everything is compiled with frame pointers, so a frame is {caller's frame, return
 * address}. The chain is only followed upwards and inside the stacks of the calling
 * thread, so a broken one ends the walk and never faults. Where a signal handler
 * interrupted something, the walk goes on with the registers of what it interrupted.
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

/* Does the thread have n bytes of stack at this address, and up to where? */
static bool on_stack(uintptr_t at, size_t n)
{
	const struct port_stack *s = port_me ? port_me->stack : NULL;

	if (at % sizeof(uintptr_t))
		return false;
	if (!s)
		return at >= bounds_lo && bounds_hi > n && at <= bounds_hi - n;
	return (at >= (uintptr_t)s->lo && at <= (uintptr_t)s->hi - n) ||
	       (at >= (uintptr_t)s->signal_lo && at <= (uintptr_t)s->signal_hi - n);
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

PORT_NO_SANITIZE size_t quarry_host_backtrace(uintptr_t *pc, size_t n)
{
	const struct port_trap *trap = port_trap;
	uintptr_t fp = (uintptr_t)__builtin_frame_address(0);
	size_t found = 0;

	while (found < n && on_stack(fp, 2 * sizeof(uintptr_t))) {
		uintptr_t next, ret, leaf;

		if (trap && fp == trap->frame) {
			pc[found++] = trap->pc;
			leaf = caller_of_leaf(trap);
			if (leaf && found < n)
				pc[found++] = leaf;
			fp = trap->fp;
			trap = trap->outer;
			continue;
		}
		next = ((const uintptr_t *)fp)[0];
		ret = ((const uintptr_t *)fp)[1];
		if (!ret || (port_me && fp == port_me->top))
			break;
		pc[found++] = ret;
		if (next <= fp)
			break;
		fp = next;
	}
	return found;
}
