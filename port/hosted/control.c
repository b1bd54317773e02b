/* SPDX-License-Identifier: MIT */
/*
 * The machine's life: up, down, its log, its end.
 *
 * Order of coming up: memory, CPUs, signals, helper thread. Going down is the
 * reverse, after every thread of the machine has ended.
 */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct quarry_hosted_options port_options;

static __thread bool dying_here;	/* this thread is inside port_fatal() */
static int somebody_dies;

struct end {
	enum quarry_fatal kind;
	const char *why;
};

static void tell_fatal(void *arg)
{
	struct end *end = arg;

	port_options.fatal(end->kind, end->why);
}

/**
 * port_fatal - the machine is dead
 * @kind: how
 * @why: one line
 * Context: any, sched.lock not held. Does not return.
 */
_Noreturn void port_fatal(enum quarry_fatal kind, const char *why)
{
	struct end end = { .kind = kind, .why = why };

	port_enter();
	if (dying_here)
		abort();		/* the end itself failed */
	if (__atomic_exchange_n(&somebody_dies, 1, __ATOMIC_ACQ_REL)) {
		for (;;)
			pause();	/* another thread is ending the process */
	}
	dying_here = true;
	if (port_options.fatal)
		port_on_host(tell_fatal, &end);
	abort();
}

struct log_line {
	int level;
	const char *line;
	size_t len;
};

static void log_line(void *arg)
{
	const struct log_line *l = arg;

	port_options.log(l->level, l->line, l->len);
}

void quarry_host_log(int level, const char *line, size_t len)
{
	struct log_line l = { .level = level, .line = line, .len = len };
	unsigned long flags = port_enter();
	int saved = errno;

	if (port_options.log)
		port_on_host(log_line, &l);
	errno = saved;
	port_leave(flags);
}

struct warning {
	const char *format;
	va_list args;
};

static void warn(void *arg)
{
	struct warning *w = arg;
	char line[256];
	int n = vsnprintf(line, sizeof(line), w->format, w->args);

	if (n >= (int)sizeof(line))
		n = sizeof(line) - 1;
	if (n > 0)
		quarry_host_log(4, line, (size_t)n);
}

/* The port's own voice in the kernel's log. */
void port_warn(const char *format, ...)
{
	struct warning w = { .format = format };
	unsigned long flags = port_enter();

	va_start(w.args, format);
	port_on_host(warn, &w);
	va_end(w.args);
	port_leave(flags);
}

_Noreturn void quarry_host_panic(const char *why)
{
	port_fatal(FATAL_PANIC, why);
}

unsigned int quarry_host_cpu(void)
{
	return quarry_hosted_self.cpu;
}

unsigned long quarry_host_irq_save(void)
{
	return quarry_hosted_irq_save();
}

void quarry_host_irq_restore(unsigned long flags)
{
	quarry_hosted_irq_restore(flags);
}

static uint64_t monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t quarry_host_clock(void)
{
	unsigned long flags;
	uint64_t now;

	if (!sched.seeded)
		return monotonic() - sched.epoch;
	flags = port_enter();
	port_lock();
	/* A loop that only looks at the clock must see it move. */
	if (port_me && sched.baton == port_me)
		sched.now += 100;
	now = sched.now;
	port_unlock();
	port_leave(flags);
	return now;
}

static int sched_up(const struct quarry_machine *m)
{
	pthread_condattr_t attr;

	sched.cpus = calloc(m->nr_cpus, sizeof(*sched.cpus));
	if (!sched.cpus)
		return -ENOMEM;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&sched.changed, &attr);
	pthread_condattr_destroy(&attr);
	TAILQ_INIT(&sched.queue);
	LIST_INIT(&sched.threads);
	LIST_INIT(&sched.dead);
	sched.nr_cpus = m->nr_cpus;
	memset(sched.idle, 0, sizeof(sched.idle));
	for (unsigned int i = 0; i < m->nr_cpus; i++) {
		port_irq_init_cpu(&sched.cpus[i]);
		sched.idle[i / PORT_LONG_BITS] |= 1ul << i % PORT_LONG_BITS;
	}
	sched.seeded = port_options.seeded;
	sched.random = port_options.seed;
	sched.epoch = monotonic();
	sched.now = 0;
	sched.baton = NULL;
	sched.live = sched.started = sched.busy = sched.nr_queued = sched.timed = 0;
	sched.blocked = sched.raised = sched.spins = 0;
	sched.running = sched.dying = false;
	return 0;
}

static void sched_down(void)
{
	pthread_cond_destroy(&sched.changed);
	free(sched.cpus);
	sched.cpus = NULL;
	sched.nr_cpus = 0;
	sched.up = false;
}

int quarry_hosted_up(struct quarry_machine *m, const struct quarry_hosted_options *o,
		     char *err, size_t errlen)
{
	int rc;

	if (sched.up || !m->nr_cpus || m->nr_cpus > QUARRY_MAX_CPUS) {
		snprintf(err, errlen, sched.up ? "a machine is up already"
					       : "a machine has 1 to %u CPUs, not %u",
			 QUARRY_MAX_CPUS, m->nr_cpus);
		return sched.up ? -EBUSY : -EINVAL;
	}
	port_options = *o;
	rc = port_memory_up(m, err, errlen);
	if (rc)
		return rc;
	rc = port_devices_up(o, err, errlen);
	if (rc) {
		port_memory_down();
		return rc;
	}
	rc = sched_up(m);
	if (rc)
		goto no_sched;
	rc = port_irq_up();
	if (rc)
		goto no_irq;
	rc = port_fault_up();
	if (rc)
		goto no_fault;
	rc = port_helper_up();
	if (rc)
		goto no_helper;
	port_backtrace_bounds();
	port_symbol_up();
	port_boot_thread = (struct quarry_thread){ .name = "swapper/0" };
	m->boot_thread = &port_boot_thread;
	m->stacks = port_stacks_ours();
	sched.up = true;
	return 0;

no_helper:
	port_fault_down();
no_fault:
	port_irq_down();
no_irq:
	sched_down();
no_sched:
	port_devices_down();
	port_memory_down();
	snprintf(err, errlen, "cannot make the machine's CPUs: %s", strerror(-rc));
	return rc;
}

void quarry_hosted_down(void)
{
	if (!sched.up)
		return;
	port_helper_down();
	port_fault_down();
	port_irq_down();
	port_stacks_free();
	sched_down();
	port_devices_down();
	port_memory_down();
}
