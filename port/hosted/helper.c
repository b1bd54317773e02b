/* SPDX-License-Identifier: MIT */
/*
 * One thread of the port's own: the tick, and interrupts of idle CPUs.
 *
 * It sleeps while no thread is queued and no idle CPU has anything raised. While
 * threads are queued it ticks: it finds them CPUs that their masks have come to
 * include, and asks holders to yield (cpu.c). After the last one it goes on ticking
 * for a little, so that queueing does not cost a wake-up each time.
 *
 * Seeded mode has no helper: there every decision belongs to the generator.
 */
#include "internal.h"

#include <errno.h>
#include <time.h>

#define TICK	4000000		/* nanoseconds */
#define LINGER	8		/* ticks */

/* Keys: L sched.lock */
static struct {
	pthread_t thread;
	pthread_cond_t cond;	/* L  poked or stop */
	bool poked;		/* L  look now */
	bool ticking;		/* L  it will look soon anyway */
	bool stop;		/* L */
} helper;

static bool idle_cpu_raised(void)
{
	if (!sched.raised)
		return false;
	for (unsigned int i = 0; i < sched.nr_cpus; i++) {
		struct port_cpu *c = &sched.cpus[i];

		if (c->first && !c->holder && !c->borrowed)
			return true;
	}
	return false;
}

static bool wait_tick(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_nsec += TICK;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	return pthread_cond_timedwait(&helper.cond, &sched.lock, &ts) == ETIMEDOUT;
}

static void *helper_main(void *arg)
{
	struct port_stack *stack = arg;
	int linger = 0;
	stack_t old;

	port_fault_thread_in(stack, &old);
	port_backtrace_bounds();
	pthread_setname_np(pthread_self(), "quarry-helper");
	port_lock();
	while (!helper.stop) {
		helper.poked = false;
		if (idle_cpu_raised()) {
			port_irq_serve_all_idle();
			if (port_stalled())	/* nobody else is left to notice */
				port_report_stall(NULL, STALL_SLEEP);
		}
		if (sched.nr_queued)
			linger = LINGER;
		helper.ticking = linger > 0;
		if (helper.poked || helper.stop)
			continue;
		if (!helper.ticking)
			pthread_cond_wait(&helper.cond, &sched.lock);
		else if (wait_tick()) {
			linger--;
			port_place_queued();
		}
	}
	port_unlock();
	port_fault_thread_out(&old);
	port_stack_put(stack);
	return NULL;
}

void port_helper_poke(void)
{
	if (helper.ticking && !idle_cpu_raised())
		return;
	helper.poked = true;
	pthread_cond_signal(&helper.cond);
}

int port_helper_up(void)
{
	struct port_stack *stack;
	pthread_condattr_t attr;
	sigset_t all, old;
	int rc;

	if (sched.seeded)
		return 0;
	stack = port_stack_get();	/* for its signal stack: handlers may fault */
	if (!stack)
		return -ENOMEM;
	helper.stop = helper.ticking = helper.poked = false;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&helper.cond, &attr);
	pthread_condattr_destroy(&attr);
	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGPROF);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	rc = pthread_create(&helper.thread, NULL, helper_main, stack);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc) {
		pthread_cond_destroy(&helper.cond);
		port_stack_put(stack);
	}
	return -rc;
}

void port_helper_down(void)
{
	if (sched.seeded)
		return;
	port_lock();
	helper.stop = true;
	pthread_cond_signal(&helper.cond);
	port_unlock();
	pthread_join(helper.thread, NULL);
	pthread_cond_destroy(&helper.cond);
}
