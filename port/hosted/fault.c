/* SPDX-License-Identifier: MIT */
/*
 * Faults: an access to an address where the machine has nothing mapped; traps.
 *
 * The handler runs on the thread's signal stack, because the other one may be what
 * has overflowed. If the address is the machine's, the core reports it and the run
 * ends; also if it is not, but was kernel code's and there is nobody else to tell. If there
 * is (a sanitizer's handler), or it was none of the machine's threads, the handler that was
 * there before or the default action is put back, and the instruction runs again. A
 * debugger has stopped there before us anyway.
 *
 * F1  A fault while a fault is handled is never reported: it goes to the old handler.
 * F2  Interrupts are off during the report.
 */
#include "internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static struct {
	int sig;
	const char *trap;	/* what a processor calls it; NULL: an access */
	struct sigaction old;
} caught[] = {
	{ .sig = SIGSEGV },
	{ .sig = SIGBUS },
	{ .sig = SIGFPE, .trap = "divide error" },
	{ .sig = SIGILL, .trap = "invalid opcode" },
};

#define NR_CAUGHT	(sizeof(caught) / sizeof(caught[0]))

static __thread bool in_fault;

/* What the processor says about the access; false where we cannot tell. */
static void decode(const ucontext_t *uc, struct quarry_fault *f)
{
#if defined(__x86_64__) || defined(__i386__)
	f->write = uc->uc_mcontext.gregs[REG_ERR] & 2;
	f->exec = uc->uc_mcontext.gregs[REG_ERR] & 16;
#elif defined(__aarch64__)
	/* A list of records of {magic, size}; the one wanted holds the syndrome. */
	const unsigned char *p = uc->uc_mcontext.__reserved;
	const unsigned char *end = p + sizeof(uc->uc_mcontext.__reserved);

	while (p + 16 <= end) {
		uint32_t head[2];
		uint64_t esr;

		memcpy(head, p, sizeof(head));
		if (!head[0] || head[1] < 16)
			break;
		if (head[0] == 0x45535201) {	/* ESR_MAGIC */
			memcpy(&esr, p + 8, sizeof(esr));
			f->write = esr >> 26 == 0x24 && esr & 64;
			break;
		}
		p += head[1];
	}
#endif
	if (f->pc == f->address)
		f->exec = true;
}

static size_t nr_of(int sig)
{
	size_t i = 0;

	while (caught[i].sig != sig)
		i++;
	return i;
}

/* Is it the core's code that runs, or a module's? */
static bool in_core(void)
{
	return port_here.borrows || (port_me && port_me->on_cpu);
}

/* Kernel code, and no handler before ours? */
static bool alone(int sig)
{
	return caught[nr_of(sig)].old.sa_handler == SIG_DFL && in_core();
}

/* What the core does not report all the same: so that a death has a reason. */
static void say_foreign(int sig, const siginfo_t *info, uintptr_t pc)
{
	char where[256] = "", line[512], address[32] = "no possible address";
	size_t n = quarry_host_symbol(pc, false, where, sizeof(where));
	int len;

	if (!alone(sig))
		return;
	if (info->si_code != SI_KERNEL)
		snprintf(address, sizeof(address), "%p", info->si_addr);
	len = snprintf(line, sizeof(line),
		       "access to %s by %.*s: not an address of the machine; left to the debugger",
		       address, n ? (int)n : 1, n ? where : "?");
	quarry_host_log(0, line, (size_t)len);
}

/* Leaves it to whoever was here before us. */
static void pass_on(int sig, const siginfo_t *info)
{
	sigaction(sig, &caught[nr_of(sig)].old, NULL);
	if (info->si_code <= 0)	/* sent, not suffered: it would not come again */
		pthread_kill(pthread_self(), sig);
}

/*
 * x86-64 does not say which address it was when that is not a canonical one, such as
 * poison. It was in a register: ask the core about each that has such a value; if it knows
 * none, the first one may be it.
 */
static bool report_noncanonical(int sig, const ucontext_t *uc, struct quarry_fault *f)
{
	uintptr_t first = 0;
#if defined(__x86_64__)
	static const int regs[] = {
		REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_RBP, REG_R8, REG_R9,
		REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
	};

	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		f->address = (uintptr_t)uc->uc_mcontext.gregs[regs[i]];
		if (!(f->address >> 47) || f->address >> 47 == 0x1ffff)
			continue;
		if (quarry_fault(f))
			return true;
		first = first ? first : f->address;
	}
#endif
	f->address = first;
	f->no_mapping = true;
	f->alone = alone(sig);
	return quarry_fault(f);
}

static bool report(int sig, const siginfo_t *info, const ucontext_t *uc,
		   const struct port_trap *trap)
{
	struct quarry_fault f = {
		.address = (uintptr_t)info->si_addr, .pc = trap->pc, .sp = trap->sp,
		.trap = caught[nr_of(sig)].trap,
	};
	const struct port_stack *own = port_here.own;
	bool ours = port_memory_ours(f.address);

	if (f.trap)
		return info->si_code > 0 && in_core() && quarry_fault(&f);
	if (info->si_code == SI_KERNEL && sig == SIGSEGV && in_core())
		return report_noncanonical(sig, uc, &f);
	if (info->si_code <= 0 || info->si_code == SI_KERNEL)
		return false;	/* no address known */
	if (sig == SIGBUS) {
		if (ours)
			port_fatal(FATAL_FAULT, "the host has no memory left for the machine's");
		return false;
	}
	if (own)
		f.stack_overflow = f.address - (uintptr_t)own->guard <
				   (uintptr_t)(own->lo - own->guard);
	decode(uc, &f);
	f.refused = info->si_code == SEGV_ACCERR;
	f.alone = alone(sig);
	/*
	 * Addresses elsewhere (a null pointer) are the core's to judge, but only if it is
	 * its code that runs.
	 */
	if (!ours && !f.stack_overflow && !in_core())
		return false;
	return quarry_fault(&f) || f.stack_overflow;
}

static bool on_signal_stack(uintptr_t at)
{
	const struct port_stack *own = port_here.own;

	return own && at >= (uintptr_t)own->signal_lo && at < (uintptr_t)own->signal_hi;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	unsigned long flags = port_enter();
	uintptr_t host_sp = port_here.host_sp;
	struct port_trap trap = { 0 };
	int saved = errno;

	if (in_fault) {
		pass_on(sig, info);
		errno = saved;
		return;
	}
	in_fault = true;
	port_context_regs(context, &trap);
	trap.frame = (uintptr_t)__builtin_frame_address(0);
	trap.outer = port_trap;
	/* Left for an interrupt stack, the signal stack begins anew. */
	trap.over = trap.outer && on_signal_stack(trap.outer->frame) && !on_signal_stack(trap.sp);
	port_trap = &trap;
	port_here.host_sp = 0;
	if (report(sig, info, context, &trap))
		port_fatal(FATAL_FAULT, caught[nr_of(sig)].trap ?: "bad access");
	if (info->si_code > 0)
		say_foreign(sig, info, trap.pc);
	port_here.host_sp = host_sp;
	port_trap = trap.outer;
	in_fault = false;
	pass_on(sig, info);
	errno = saved;
	/* Not port_leave(): nothing may run on this stack. */
	quarry_hosted_self.irq_off = flags;
}

/**
 * port_fault_thread_in - the caller's signals get a stack of their own
 * @old: gets what it had; a sanitizer wants it back
 */
void port_fault_thread_in(const struct port_stack *stack, stack_t *old)
{
	stack_t ss = {
		.ss_sp = stack->signal_lo,
		.ss_size = (size_t)(stack->signal_hi - stack->signal_lo),
	};

	port_here.own = stack;
	sigaltstack(&ss, old);
}

void port_fault_thread_out(const stack_t *old)
{
	port_here.own = NULL;
	sigaltstack(old, NULL);
}

int port_fault_up(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	action.sa_sigaction = on_fault;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < NR_CAUGHT; i++) {
		if (sigaction(caught[i].sig, &action, &caught[i].old)) {
			int rc = -errno;

			while (i--)
				sigaction(caught[i].sig, &caught[i].old, NULL);
			return rc;
		}
	}
	return 0;
}

void port_fault_down(void)
{
	for (size_t i = 0; i < NR_CAUGHT; i++)
		sigaction(caught[i].sig, &caught[i].old, NULL);
}
