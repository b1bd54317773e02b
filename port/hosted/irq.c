/* SPDX-License-Identifier: MIT */
/*
 * Interrupts: a list per CPU, and a signal to the pthread that holds the CPU.
 *
 * The signal says only "look"; what is to be done is in the list, so it does not
 * matter when several become one, or when it reaches a thread that has left the CPU:
 * the next holder looks when it enters.
 *
 * I1  Interrupts of one CPU run one at a time, in the order in which they were
 *     raised, on a thread that has the CPU's identity and irq_off set.
 * I2  What an idle CPU has raised is run in its name by the thread that raised it
 *     (cross calls), that left the CPU (cpu.c), or by the helper.
 * I3  sched.raised counts what is listed or running.
 *
 * Locking: lists under sched.lock; the handlers are called without it.
 */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define POOL	1024	/* interrupts that may wait without a caller who waits too */

static struct port_irq pool[POOL];
static struct port_irq *pool_free;
static struct sigaction old_action;

void port_irq_init_cpu(struct port_cpu *c)
{
	c->first = NULL;
	c->last = &c->first;
}

static void raise_irq(struct port_cpu *c, struct port_irq *irq)
{
	irq->next = NULL;
	*c->last = irq;
	c->last = &irq->next;
	sched.raised++;
}

static struct port_irq *take(struct port_cpu *c)
{
	struct port_irq *irq = c->first;

	if (irq) {
		c->first = irq->next;
		if (!c->first)
			c->last = &c->first;
	}
	return irq;
}

void port_irq_drain(unsigned int cpu)
{
	struct port_cpu *c = &sched.cpus[cpu];
	struct port_irq *irq;

	while ((irq = take(c))) {
		sem_t *done = irq->done;

		port_unlock();
		quarry_interrupt(irq->fn, irq->arg);
		port_lock();
		sched.raised--;
		if (done) {
			sem_post(done);	/* the caller's stack: irq is gone now */
		} else {
			irq->next = pool_free;
			pool_free = irq;
		}
	}
}

/* Run in the name of an idle CPU what is raised there. */
static void borrow(unsigned int cpu)
{
	struct quarry_hosted_self saved = quarry_hosted_self;
	struct port_cpu *c = &sched.cpus[cpu];
	bool outer = port_here.borrows;

	sched.idle[cpu / PORT_LONG_BITS] &= ~(1ul << cpu % PORT_LONG_BITS);
	sched.busy++;
	c->borrowed = true;
	port_here.borrows = true;
	quarry_hosted_self.cpu = cpu;
	quarry_hosted_percpu_set(__per_cpu_offset[cpu]);
	port_irq_drain(cpu);
	quarry_hosted_self.cpu = saved.cpu;
	quarry_hosted_percpu_set(saved.percpu_offset);
	port_here.borrows = outer;
	c->borrowed = false;
	port_cpu_free(cpu);
}

void port_irq_serve_idle(unsigned int cpu)
{
	struct port_cpu *c = &sched.cpus[cpu];

	while (c->first && !c->holder && !c->borrowed)
		borrow(cpu);
}

void port_irq_serve_all_idle(void)
{
	for (unsigned int cpu = 0; cpu < sched.nr_cpus; cpu++)
		port_irq_serve_idle(cpu);
}

void quarry_hosted_irq_pending(void)
{
	int saved = errno;

	do {
		unsigned int cpu;
		bool resched;

		quarry_hosted_self.irq_off = 1;
		quarry_hosted_self.irq_pending = 0;
		cpu = quarry_hosted_self.cpu;
		port_lock();
		resched = sched.cpus[cpu].resched;
		sched.cpus[cpu].resched = false;
		port_irq_drain(cpu);
		port_unlock();
		if (resched)
			quarry_want_resched(cpu);
		__asm__ __volatile__("" : : : "memory");
		quarry_hosted_self.irq_off = 0;
	} while (quarry_hosted_self.irq_pending);
	errno = saved;
}

/*
 * Not inlined anywhere: the kernel calls it, and its frame is the trap's. Where the core has
 * stacks this one is the signal stack, on which handlers do not run: quarry_interrupt() goes
 * to the CPU's. A fault there is handled where this handler's frame is now, so what a
 * backtrace needs of it lies elsewhere.
 */
static void on_signal(int sig, siginfo_t *info, void *context)
{
	static __thread struct port_trap trap;
	uintptr_t host_sp = port_here.host_sp;

	if (quarry_hosted_self.irq_off) {
		quarry_hosted_self.irq_pending = 1;
		return;
	}
	port_here.host_sp = 0;
	/* TSan delivers later than the context says, so there it leads astray. */
	if (PORT_TSAN || !port_context_regs(context, &trap)) {
		quarry_hosted_irq_pending();
		port_here.host_sp = host_sp;
		return;
	}
	trap.over = false;
	trap.frame = (uintptr_t)__builtin_frame_address(0);
	trap.outer = port_trap;
	port_trap = &trap;
	quarry_hosted_irq_pending();
	port_trap = trap.outer;
	port_here.host_sp = host_sp;
}

/* Waits until it has run. Interrupts of this CPU come in meanwhile. */
static void wait_done(sem_t *done)
{
	for (int i = 0; i < 100; i++) {
		if (!sem_trywait(done))
			return;
		if (i % 8 == 7)
			sched_yield();
	}
	while (sem_wait(done))
		;	/* a signal */
}

static void cross_call_seeded(struct port_cpu *c, struct port_irq *irq)
{
	sem_t *done = irq->done;

	raise_irq(c, irq);
	while (sem_trywait(done)) {
		unsigned long flags;

		port_seeded_relax(port_me);
		/* As if we span outside: what others raise here must come in. */
		port_unlock();
		flags = 0;
		quarry_hosted_irq_restore(flags);
		quarry_hosted_irq_save();
		port_lock();
	}
}

void quarry_host_cross_call(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	struct port_irq irq = { .fn = fn, .arg = arg };
	struct port_cpu *c = &sched.cpus[cpu];
	unsigned long flags = port_enter();
	bool here = port_me && port_me->on_cpu;
	sem_t done;

	if (here && quarry_hosted_self.cpu == cpu) {
		quarry_interrupt(fn, arg);
		port_leave(flags);
		return;
	}
	sem_init(&done, 0, 0);
	irq.done = &done;
	port_lock();
	if (!c->holder && !c->borrowed) {
		raise_irq(c, &irq);
		borrow(cpu);
		port_unlock();
	} else if (here && sched.seeded) {
		cross_call_seeded(c, &irq);
		port_unlock();
	} else {
		raise_irq(c, &irq);
		if (c->holder)
			port_kick(cpu);
		port_unlock();
		port_leave(flags);
		wait_done(&done);
		flags = port_enter();
	}
	sem_destroy(&done);
	port_leave(flags);
}

int quarry_hosted_interrupt(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	unsigned long flags;
	struct port_irq *irq;
	struct port_cpu *c;

	if (cpu >= sched.nr_cpus)
		return -EINVAL;
	flags = port_enter();
	port_lock();
	c = &sched.cpus[cpu];
	irq = pool_free;
	if (irq) {
		pool_free = irq->next;
		*irq = (struct port_irq){ .fn = fn, .arg = arg };
		raise_irq(c, irq);
		if (c->holder)
			port_kick(cpu);
		else if (!sched.seeded)
			port_helper_poke();
	}
	port_unlock();
	port_leave(flags);
	return irq ? 0 : -EAGAIN;
}

int port_irq_up(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_RESTART };

	pool_free = NULL;
	for (int i = 0; i < POOL; i++) {
		pool[i].next = pool_free;
		pool_free = &pool[i];
	}
	if (port_stacks_ours())
		action.sa_flags |= SA_ONSTACK;
	action.sa_sigaction = on_signal;
	sigemptyset(&action.sa_mask);
	return sigaction(PORT_IRQ_SIGNAL, &action, &old_action) ? -errno : 0;
}

void port_irq_down(void)
{
	sigaction(PORT_IRQ_SIGNAL, &old_action, NULL);
}
