/* SPDX-License-Identifier: MIT */
/*
 * CPUs are tokens. A thread runs the machine's code while it holds one.
 *
 * A thread is in one of these states, and sched.lock guards every change:
 *
 *	on_cpu		it holds cpus[cpu]
 *	queued		ready; every CPU that it may use is taken
 *	sleeping	until quarry_host_wake() or its deadline
 *
 * S1  cpus[c].holder is the one thread with on_cpu and cpu == c; NULL and !borrowed
 *     means idle, and sched.idle has exactly the idle CPUs.
 * S2  While a thread is queued, no idle CPU is in its mask, except that a mask may
 *     have been widened since; the tick repairs that.
 * S3  A CPU never lies idle with interrupts raised: who leaves it runs them.
 * S4  A wake-up is never lost: it ends the sleep, or woken remembers it.
 *
 * Whoever releases a CPU hands it to the first queued thread that may use it, and
 * that thread finds itself the holder when it wakes. A thread that queues asks the
 * holder of one CPU to yield, by an interrupt that calls quarry_want_resched() there;
 * helper.c repeats this as a tick while anybody is queued.
 *
 * In seeded mode one holder at a time runs, the one with sched.baton; seeded.c picks.
 */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef __x86_64__
#include <asm/prctl.h>
#include <sys/auxv.h>

#define HWCAP2_FSGSBASE	(1ul << 1)
#endif

struct port_sched sched = { .lock = PTHREAD_MUTEX_INITIALIZER };
__thread struct quarry_hosted_self quarry_hosted_self = { .irq_off = 1 };
__thread struct port_thread *port_me;

/*
 * The core may be writing the mask: any value of a word is a good answer, so this
 * is not a race worth a report.
 */
static PORT_NO_SANITIZE unsigned long mask_word(const struct port_thread *pt, size_t i)
{
	const unsigned long *mask = pt->t ? pt->t->cpus_allowed : NULL;

	return mask ? ((const volatile unsigned long *)mask)[i] : ~0ul;
}

/* A mask without any CPU of this machine cannot be meant: it counts as all. */
static bool mask_is_empty(const struct port_thread *pt)
{
	for (size_t i = 0; i * PORT_LONG_BITS < sched.nr_cpus; i++) {
		unsigned long word = mask_word(pt, i);

		if (sched.nr_cpus - i * PORT_LONG_BITS < PORT_LONG_BITS)
			word &= (1ul << (sched.nr_cpus - i * PORT_LONG_BITS)) - 1;
		if (word)
			return false;
	}
	return true;
}

bool port_cpu_allowed(const struct port_thread *pt, unsigned int cpu)
{
	return (mask_word(pt, cpu / PORT_LONG_BITS) >> cpu % PORT_LONG_BITS & 1) ||
	       mask_is_empty(pt);
}

static bool is_idle(unsigned int cpu)
{
	return sched.idle[cpu / PORT_LONG_BITS] >> cpu % PORT_LONG_BITS & 1;
}

/* An idle CPU for a thread: the one it had, else any; -1: none. */
static int pick_idle(const struct port_thread *pt)
{
	unsigned long found[PORT_CPU_WORDS];
	unsigned int n = 0, k;
	bool all;

	if (!sched.seeded && is_idle(pt->cpu) && port_cpu_allowed(pt, pt->cpu))
		return (int)pt->cpu;
	all = mask_is_empty(pt);
	for (size_t i = 0; i < PORT_CPU_WORDS; i++) {
		found[i] = sched.idle[i] & (all ? ~0ul : mask_word(pt, i));
		n += (unsigned int)__builtin_popcountl(found[i]);
	}
	if (!n)
		return -1;
	k = sched.seeded ? port_random(n) : 0;
	for (size_t i = 0; i < PORT_CPU_WORDS; i++) {
		for (; found[i]; found[i] &= found[i] - 1) {
			if (!k--)
				return (int)(i * PORT_LONG_BITS) + __builtin_ctzl(found[i]);
		}
	}
	return -1;
}

/**
 * port_cpu_give - make a thread the holder of a CPU that is idle
 * Context: sched.lock held.
 */
void port_cpu_give(unsigned int cpu, struct port_thread *pt)
{
	sched.idle[cpu / PORT_LONG_BITS] &= ~(1ul << cpu % PORT_LONG_BITS);
	sched.cpus[cpu].holder = pt;
	sched.cpus[cpu].resched = false;
	sched.busy++;
	pt->cpu = cpu;
	pt->on_cpu = true;
	if (pt != port_me)
		pthread_cond_signal(&pt->cond);
}

static void dequeue(struct port_thread *pt)
{
	TAILQ_REMOVE(&sched.queue, pt, link);
	pt->queued = false;
	sched.nr_queued--;
}

/* Somebody who waits for this CPU; in seeded mode the generator says which. */
static struct port_thread *pick_queued(unsigned int cpu)
{
	struct port_thread *pt, *first = NULL;
	unsigned int n = 0, k;

	TAILQ_FOREACH(pt, &sched.queue, link) {
		if (!port_cpu_allowed(pt, cpu))
			continue;
		if (!sched.seeded)
			return pt;
		if (!first)
			first = pt;
		n++;
	}
	if (n < 2)
		return first;
	k = port_random(n);
	TAILQ_FOREACH(pt, &sched.queue, link) {
		if (port_cpu_allowed(pt, cpu) && !k--)
			return pt;
	}
	return first;
}

/**
 * port_cpu_free - a CPU has lost its holder or borrower: hand it on
 * Context: sched.lock held; its interrupts have been run (S3).
 */
void port_cpu_free(unsigned int cpu)
{
	struct port_thread *next;

	sched.busy--;
	sched.cpus[cpu].resched = false;
	sched.idle[cpu / PORT_LONG_BITS] |= 1ul << cpu % PORT_LONG_BITS;
	next = sched.nr_queued && !sched.dying ? pick_queued(cpu) : NULL;
	if (next) {
		dequeue(next);
		port_cpu_give(cpu, next);
	}
}

/**
 * port_cpu_release - the caller leaves its CPU
 *
 * Interrupts that are still raised there are run first, unless somebody takes the
 * CPU and with it the interrupts.
 * Context: sched.lock held, dropped and taken again; quarry_thread_out() is done.
 */
void port_cpu_release(struct port_thread *me)
{
	unsigned int cpu = me->cpu;

	me->on_cpu = false;
	sched.cpus[cpu].holder = NULL;
	port_cpu_free(cpu);
	port_irq_serve_idle(cpu);
}

/**
 * port_kick - make the holder of a CPU look at what is raised there
 * Context: sched.lock held.
 */
void port_kick(unsigned int cpu)
{
	struct port_thread *holder = sched.cpus[cpu].holder;

	if (holder == port_me)
		quarry_hosted_self.irq_pending = 1;
	else if (!sched.seeded)	/* there it looks when it gets the baton */
		pthread_kill(holder->pthread, PORT_IRQ_SIGNAL);
}

static void ask_for_cpu(unsigned int cpu)
{
	struct port_cpu *c = &sched.cpus[cpu];

	if (!c->holder || c->resched)
		return;
	c->resched = true;
	port_kick(cpu);
}

/* Asks the holder of one CPU that the thread may use to yield. */
static void ask_for_any(struct port_thread *pt)
{
	for (unsigned int i = 0; i < sched.nr_cpus; i++) {
		unsigned int cpu = (pt->cpu + i) % sched.nr_cpus;

		if (!sched.cpus[cpu].resched && port_cpu_allowed(pt, cpu)) {
			ask_for_cpu(cpu);
			return;
		}
	}
}

/**
 * port_make_ready - give a thread an idle CPU or queue it
 * Context: sched.lock held; the thread neither holds a CPU nor sleeps.
 */
void port_make_ready(struct port_thread *pt)
{
	int cpu = pick_idle(pt);

	if (cpu >= 0) {
		port_cpu_give((unsigned int)cpu, pt);
		return;
	}
	TAILQ_INSERT_TAIL(&sched.queue, pt, link);
	pt->queued = true;
	sched.nr_queued++;
	if (sched.seeded)
		return;
	ask_for_any(pt);
	port_helper_poke();
}

/**
 * port_place_queued - one tick: see to everybody who is queued
 * Context: sched.lock held.
 */
void port_place_queued(void)
{
	struct port_thread *pt, *next;

	for (pt = TAILQ_FIRST(&sched.queue); pt; pt = next) {
		int cpu = pick_idle(pt);

		next = TAILQ_NEXT(pt, link);
		if (cpu >= 0) {
			dequeue(pt);
			port_cpu_give((unsigned int)cpu, pt);
		} else if (!sched.seeded) {
			ask_for_any(pt);
		}
	}
}

/* The machine goes down: the thread ends here, wherever it slept. */
static _Noreturn void leave_for_good(struct port_thread *me)
{
	port_unlock();
	siglongjmp(me->out, 1);
}

/**
 * port_wait_for_cpu - wait until the caller may run
 * Context: sched.lock held, dropped meanwhile. Does not return when the machine
 * goes down.
 */
void port_wait_for_cpu(struct port_thread *me)
{
	while (!sched.dying && !(me->on_cpu && (!sched.seeded || sched.baton == me)))
		pthread_cond_wait(&me->cond, &sched.lock);
	if (sched.dying)
		leave_for_good(me);
}

#if defined(QUARRY_PORT_PERCPU_SEGMENT) && !PORT_TSAN && !PORT_ASAN
/*
 * The kernel refuses bases in the upper half, so the machine lies above the program where
 * it can (memory.c). Where it does not, newer processors let us set any base.
 */
static void set_segment(unsigned long base)
{
	if (!syscall(SYS_arch_prctl, ARCH_SET_GS, base))
		return;
	if (!(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE))
		quarry_host_panic("the program lies above the machine's memory, and this processor has no wrgsbase");
	__asm__ __volatile__("wrgsbase %0" : : "r"(base) : "memory");
}
#else
static void set_segment(unsigned long base)
{
	(void)base;
}
#endif

/* A system call, so only when it is another one. */
void quarry_hosted_percpu_set(unsigned long offset)
{
	if (quarry_hosted_self.percpu_offset == offset && quarry_hosted_self.segment_set)
		return;
	quarry_hosted_self.percpu_offset = offset;
	quarry_hosted_self.segment_set = 1;
	set_segment(offset);
}

void port_cpu_enter(struct port_thread *me)
{
	struct port_cpu *c = &sched.cpus[me->cpu];

	quarry_hosted_self.cpu = me->cpu;
	quarry_hosted_percpu_set(__per_cpu_offset[me->cpu]);
	if (c->first || c->resched)
		quarry_hosted_self.irq_pending = 1;
	port_unlock();
}

/* The way back from quarry_host_sleep(): on a CPU, maybe a new one. */
static void come_back(struct port_thread *me)
{
	port_cpu_enter(me);
	quarry_thread_in(me->t ? me->t->context : NULL);
	if (sched.seeded)
		quarry_want_resched(me->cpu);
}

/* Nothing runs, and nothing that is known here will change that. */
bool port_stalled(void)
{
	return sched.running && !sched.dying && !sched.busy && !sched.nr_queued &&
	       !sched.timed && !sched.blocked && !sched.raised;
}

struct stall {
	struct port_thread *me;
	const char *how;
};

static void report_stall(void *arg)
{
	struct port_thread *me = ((struct stall *)arg)->me, *pt;
	const char *how = ((struct stall *)arg)->how;
	char why[256];
	int n;

	n = snprintf(why, sizeof(why), "%s:", how);
	LIST_FOREACH(pt, &sched.threads, all) {
		if (n < (int)sizeof(why) - 40)
			n += snprintf(why + n, sizeof(why) - (size_t)n, " %s", pt->name);
	}
	if (me && !me->on_cpu) {	/* who reports may look into the machine */
		if (me->sleeping)
			port_stop_sleeping(me);
		if (is_idle(me->cpu))
			port_cpu_give(me->cpu, me);
		sched.baton = me;
		come_back(me);
	} else {
		port_unlock();
	}
	port_fatal(FATAL_STALL, why);
}

_Noreturn void port_report_stall(struct port_thread *me, const char *how)
{
	struct stall stall = { .me = me, .how = how };

	port_on_host(report_stall, &stall);
	abort();
}

/* Waits on the real clock for a wake-up or the deadline, without a CPU. */
static void wait_awake(struct port_thread *me)
{
	while (me->sleeping && !sched.dying) {
		struct timespec ts;
		uint64_t at;

		if (me->deadline == UINT64_MAX || sched.seeded) {
			pthread_cond_wait(&me->cond, &sched.lock);
			continue;
		}
		at = me->deadline + sched.epoch;
		if (at < sched.epoch || at / 1000000000u > INT32_MAX)
			at = INT32_MAX * (uint64_t)1000000000u;
		ts.tv_sec = (time_t)(at / 1000000000u);
		ts.tv_nsec = (long)(at % 1000000000u);
		if (pthread_cond_timedwait(&me->cond, &sched.lock, &ts) == ETIMEDOUT &&
		    me->sleeping && quarry_host_clock() >= me->deadline) {
			port_stop_sleeping(me);
			port_make_ready(me);
		}
	}
}

void port_stop_sleeping(struct port_thread *pt)
{
	if (pt->deadline != UINT64_MAX)
		sched.timed--;
	pt->sleeping = false;
}

/* Lets others have the CPU if they want it; ready to go on at once. */
static void yield(struct port_thread *me)
{
	bool must = !port_cpu_allowed(me, me->cpu);

	if (sched.seeded) {
		port_seeded_switch(me, true);
		return;
	}
	if (!must && !(sched.nr_queued && pick_queued(me->cpu)))
		return;
	port_cpu_release(me);
	port_make_ready(me);
	port_wait_for_cpu(me);
}

static void fall_asleep(struct port_thread *me, uint64_t deadline)
{
	/* All registers that callers may have pointers in go on the stack, for roots.c. */
	__builtin_unwind_init();
	me->asleep = (uintptr_t)__builtin_frame_address(0) - 256;
	me->sleeping = true;
	me->deadline = deadline;
	if (deadline != UINT64_MAX)
		sched.timed++;
	port_cpu_release(me);
	if (sched.seeded)
		port_seeded_next(me);
	else if (me->sleeping && port_stalled())
		port_report_stall(me, STALL_SLEEP);
	wait_awake(me);
	port_wait_for_cpu(me);
}

void quarry_host_sleep(uint64_t deadline)
{
	struct port_thread *me = port_me;
	unsigned long flags = port_enter();
	int saved = errno;

	if (__atomic_load_n(&sched.dying, __ATOMIC_RELAXED)) {
		port_lock();
		leave_for_good(me);	/* the core may be gone already */
	}
	quarry_thread_out();
	if (deadline && deadline != UINT64_MAX && quarry_host_clock() >= deadline) {
		port_lock();
		me->woken = false;
		port_unlock();
		deadline = 0;
	}
	port_lock();
	if (sched.dying)
		leave_for_good(me);
	if (!deadline) {
		yield(me);
	} else {
		if (!me->woken)
			fall_asleep(me, deadline);
		else if (sched.seeded)
			port_seeded_switch(me, false);
		me->woken = false;
	}
	come_back(me);
	errno = saved;
	port_leave(flags);
}

void quarry_host_wake(struct quarry_thread *t)
{
	unsigned long flags = port_enter();
	int saved = errno;
	struct port_thread *pt;

	port_lock();
	pt = t->host;
	if (pt && pt->sleeping) {
		port_stop_sleeping(pt);
		port_make_ready(pt);
	} else if (pt) {
		pt->woken = true;
	}
	if (sched.seeded && port_me && sched.baton == port_me && port_me->on_cpu)
		port_seeded_switch(port_me, false);
	port_unlock();
	errno = saved;
	port_leave(flags);
}

void quarry_host_relax(void)
{
	static __thread unsigned int spins;
	unsigned long flags = port_enter();

	if (sched.seeded) {
		port_lock();
		if (port_me && sched.baton == port_me && port_me->on_cpu)
			port_seeded_relax(port_me);
		port_unlock();
	} else if (++spins % 64) {
#if defined(__x86_64__) || defined(__i386__)
		__builtin_ia32_pause();
#else
		__asm__ __volatile__("" : : : "memory");
#endif
	} else {
		sched_yield();	/* whom we wait for may not even be running */
	}
#if PORT_TSAN
	/* TSan delivers signals late: look ourselves. */
	if (!flags && port_me)
		quarry_hosted_self.irq_pending = 1;
#endif
	port_leave(flags);
}

void quarry_hosted_block(void (*fn)(void *arg), void *arg)
{
	struct port_thread *me = port_me;
	unsigned long flags;

	flags = port_enter();
	if (!me || sched.seeded) {
		port_on_host(fn, arg);
		port_leave(flags);
		return;
	}
	quarry_thread_out();
	port_lock();
	sched.blocked++;
	port_cpu_release(me);
	port_unlock();
	port_on_host(fn, arg);
	port_lock();
	sched.blocked--;
	if (sched.dying)
		leave_for_good(me);
	port_make_ready(me);
	port_wait_for_cpu(me);
	come_back(me);
	port_leave(flags);
}
