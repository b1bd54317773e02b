/* SPDX-License-Identifier: MIT */
/*
 * Threads of the machine: pthreads, on host stacks (stack.c).
 *
 * A thread announces its end by moving to sched.dead; its pthread is joined and its
 * stack reused when the next thread starts or the machine goes down. The struct
 * quarry_thread may be gone after the thread's last quarry_thread_out(), so before it
 * the two are cut apart: a wake-up that comes too late finds no thread.
 */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE	5	/* seconds that a thread may take to end at the last */

struct quarry_thread port_boot_thread;

/* Whoever still holds a reference to the core's thread cannot reach us any more. */
static void forget(struct port_thread *me)
{
	port_lock();
	me->t->host = NULL;
	me->t = NULL;
	port_unlock();
}

/* The thread's last words; its CPU goes to somebody else. */
static void end(struct port_thread *me)
{
	port_lock();
	me->t = NULL;
	LIST_REMOVE(me, all);
	sched.live--;
	if (me->boot) {		/* the core is down: nobody may go on */
		sched.running = false;
		__atomic_store_n(&sched.dying, true, __ATOMIC_RELAXED);
	}
	if (me->sleeping)	/* cut off by the end of the machine */
		port_stop_sleeping(me);
	if (me->queued) {
		TAILQ_REMOVE(&sched.queue, me, link);
		sched.nr_queued--;
	}
	if (me->on_cpu) {
		port_cpu_release(me);
		if (sched.seeded)
			port_seeded_next(me);
		else if (port_stalled())
			port_report_stall(me, STALL_SLEEP);
	}
	if (!me->boot)
		LIST_INSERT_HEAD(&sched.dead, me, all);
	pthread_cond_broadcast(&sched.changed);
	port_unlock();
}

static void *thread_main(void *arg)
{
	struct port_thread *me = arg;
	void (*fn)(void *arg) = me->t->fn;
	void *fn_arg = me->t->arg;
	stack_t old;

	me->top = (uintptr_t)__builtin_frame_address(0);
	port_me = me;
	port_trap = NULL;
	me->here = &port_here;
	port_fault_thread_in(me->stack, &old);
	pthread_setname_np(pthread_self(), me->name);	/* as far as it fits */
	if (!sigsetjmp(me->out, 0)) {
		port_lock();
		port_wait_for_cpu(me);
		port_cpu_enter(me);
		if (!me->boot)
			quarry_thread_in(me->t->context);
		if (sched.seeded && !me->boot)
			quarry_want_resched(me->cpu);
		port_leave(0);
		fn(fn_arg);
		port_enter();
		forget(me);
		if (!me->boot)
			quarry_thread_out();
	}
	port_stack_home();
	end(me);
	port_fault_thread_out(&old);
	return NULL;
}

static struct port_thread *make(struct quarry_thread *t, int *rc)
{
	struct port_thread *pt = calloc(1, sizeof(*pt));
	pthread_condattr_t attr;

	*rc = -ENOMEM;
	if (!pt)
		return NULL;
	pt->stack = port_stack_get();
	if (!pt->stack) {
		free(pt);
		return NULL;
	}
	pt->t = t;
	snprintf(pt->name, sizeof(pt->name), "%.15s", t->name ? t->name : "?");
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pt->cond, &attr);
	pthread_condattr_destroy(&attr);
	*rc = 0;
	return pt;
}

static void unmake(struct port_thread *pt)
{
	pthread_cond_destroy(&pt->cond);
	port_stack_put(pt->stack);
	free(pt);
}

/* Starts the pthread; it waits until it is given a CPU. Leaves sched.lock held if it can. */
static int launch(struct port_thread *pt)
{
	pthread_attr_t attr;
	int rc;

	pthread_attr_init(&attr);
	rc = pthread_attr_setstack(&attr, pt->stack->lo, (size_t)(pt->stack->hi - pt->stack->lo));
	if (!rc)
		rc = pthread_create(&pt->pthread, &attr, thread_main, pt);
	pthread_attr_destroy(&attr);
	if (rc)
		return -rc;
	port_lock();
	pt->number = sched.started++;
	pt->cpu = pt->boot ? 0 : pt->number % sched.nr_cpus;
	pt->t->host = pt;
	pt->t->stack = (uintptr_t)pt->stack->lo;
	pt->t->stack_size = (size_t)(pt->stack->hi - pt->stack->lo);
	LIST_INSERT_HEAD(&sched.threads, pt, all);
	sched.live++;
	return 0;
}

/* Joins the pthreads that have ended. */
static void reap(void)
{
	for (;;) {
		struct port_thread *pt;

		port_lock();
		pt = LIST_FIRST(&sched.dead);
		if (pt)
			LIST_REMOVE(pt, all);
		port_unlock();
		if (!pt)
			return;
		pthread_join(pt->pthread, NULL);
		unmake(pt);
	}
}

struct start {
	struct quarry_thread *t;
	int rc;
};

static void start_thread(void *arg)
{
	struct start *s = arg;
	struct quarry_thread *t = s->t;
	struct port_thread *pt;
	int rc;

	reap();
	pt = make(t, &rc);
	if (pt) {
		rc = launch(pt);
		if (!rc) {
			port_make_ready(pt);
			if (sched.seeded && port_me && sched.baton == port_me)
				port_seeded_switch(port_me, false);
			port_unlock();
		} else {
			unmake(pt);
		}
	}
	s->rc = rc == -EAGAIN ? -ENOMEM : rc;
}

int quarry_host_thread_start(struct quarry_thread *t)
{
	unsigned long flags = port_enter();
	struct start s = { .t = t };
	int saved = errno;

	port_on_host(start_thread, &s);
	errno = saved;
	port_leave(flags);
	return s.rc;
}

int quarry_hosted_run(void (*fn)(void *arg), void *arg)
{
	struct quarry_thread *t = &port_boot_thread;
	struct port_thread *pt;
	int rc;

	if (!sched.up || port_me || sched.running)
		return -EINVAL;
	t->fn = fn;
	t->arg = arg;
	t->context = NULL;
	t->cpus_allowed = NULL;
	pt = make(t, &rc);
	if (!pt)
		return rc;
	pt->boot = true;
	rc = launch(pt);
	if (rc) {
		unmake(pt);
		return rc;
	}
	sched.running = true;
	port_cpu_give(0, pt);
	sched.baton = pt;
	pthread_cond_signal(&pt->cond);
	port_unlock();
	pthread_join(pt->pthread, NULL);
	unmake(pt);
	port_threads_down();
	return 0;
}

/* Gets everybody who holds a CPU to a place where it can end. */
static void hurry_all(void)
{
	struct port_thread *pt;

	LIST_FOREACH(pt, &sched.threads, all) {
		pthread_cond_signal(&pt->cond);
		if (pt->on_cpu && !sched.seeded) {
			sched.cpus[pt->cpu].resched = true;
			port_kick(pt->cpu);
		}
	}
}

/**
 * port_threads_down - end every thread that is left
 * Context: not a thread of the machine.
 */
void port_threads_down(void)
{
	struct timespec ts;
	char why[80];

	port_lock();
	__atomic_store_n(&sched.dying, true, __ATOMIC_RELAXED);
	for (int waited = 0; sched.live;) {
		hurry_all();
		clock_gettime(CLOCK_MONOTONIC, &ts);
		ts.tv_nsec += 20000000;
		if (ts.tv_nsec >= 1000000000) {
			ts.tv_nsec -= 1000000000;
			ts.tv_sec++;
		}
		if (pthread_cond_timedwait(&sched.changed, &sched.lock, &ts) == ETIMEDOUT)
			waited++;
		if (waited < PATIENCE * 50 || !sched.live)
			continue;
		snprintf(why, sizeof(why), "thread %s does not end",
			 LIST_FIRST(&sched.threads)->name);
		port_unlock();
		port_fatal(FATAL_STALL, why);
	}
	__atomic_store_n(&sched.dying, false, __ATOMIC_RELAXED);
	port_unlock();
	reap();
}
