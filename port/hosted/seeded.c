/* SPDX-License-Identifier: MIT */
/*
 * Seeded mode: an interleaving is a number.
 *
 * Several threads may hold CPUs, but only the one with the baton runs; the others
 * stand where they last called the port, as if their CPUs were slow. At each such
 * call the generator chooses who goes on. Nothing else decides anything: not the
 * host's scheduler, not its clock, not the order in which pthreads start.
 *
 * D1  Every choice is made by the thread with the baton, under sched.lock, from
 *     lists whose order depends on earlier choices only.
 * D2  Time moves by a fixed step with each choice, and to the earliest deadline when
 *     nobody can run.
 * D3  A thread with a CPU and without the baton waits in port_wait_for_cpu().
 */
#include "internal.h"

#define STEP	1000u		/* nanoseconds that a choice takes */
#define SPINS	4000000u	/* choices in spin loops alone: that many is a deadlock */

/* splitmix64 */
uint64_t port_random(unsigned int below)
{
	uint64_t z = sched.random += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	z ^= z >> 31;
	return z % below;
}

/* Ends the sleep of everybody whose deadline has come, earliest first. */
static void ring_alarms(void)
{
	while (sched.timed) {
		struct port_thread *pt, *first = NULL;

		LIST_FOREACH(pt, &sched.threads, all) {
			if (pt->sleeping && pt->deadline <= sched.now &&
			    (!first || pt->deadline < first->deadline ||
			     (pt->deadline == first->deadline && pt->number < first->number)))
				first = pt;
		}
		if (!first)
			return;
		port_stop_sleeping(first);
		port_make_ready(first);
	}
}

static bool advance_to_deadline(void)
{
	struct port_thread *pt;
	uint64_t at = UINT64_MAX;

	LIST_FOREACH(pt, &sched.threads, all) {
		if (pt->sleeping && pt->deadline < at)
			at = pt->deadline;
	}
	if (at == UINT64_MAX)
		return false;
	if (at > sched.now)
		sched.now = at;
	ring_alarms();
	return true;
}

static void tick(void)
{
	sched.now += STEP;
	if (sched.timed)
		ring_alarms();
	if (sched.nr_queued)
		port_place_queued();
	if (sched.raised)
		port_irq_serve_all_idle();
}

static unsigned int count_holders(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < sched.nr_cpus; i++)
		n += sched.cpus[i].holder != NULL;
	return n;
}

static struct port_thread *holder_number(unsigned int k)
{
	for (unsigned int i = 0; i < sched.nr_cpus; i++) {
		if (sched.cpus[i].holder && !k--)
			return sched.cpus[i].holder;
	}
	return NULL;
}

static void pass_baton(struct port_thread *to)
{
	sched.baton = to;
	if (to && to != port_me)
		pthread_cond_signal(&to->cond);
}

/* Back with the baton: what was raised here meanwhile comes in when it may. */
static void stand(struct port_thread *me)
{
	port_wait_for_cpu(me);
	if (sched.cpus[me->cpu].first)
		quarry_hosted_self.irq_pending = 1;
}

void port_seeded_switch(struct port_thread *me, bool may_leave)
{
	unsigned int others = 0, n;
	struct port_thread *pt;

	sched.spins = 0;
	tick();
	n = count_holders();
	if (may_leave && !port_cpu_allowed(me, me->cpu)) {
		port_cpu_release(me);
		port_make_ready(me);
		port_seeded_next(me);
		stand(me);
		return;
	}
	if (may_leave) {
		TAILQ_FOREACH(pt, &sched.queue, link)
			others += port_cpu_allowed(pt, me->cpu);
	}
	if (n + others > 1) {
		unsigned int k = (unsigned int)port_random(n + others);

		if (k >= n) {	/* to one of those who wait for this CPU */
			port_cpu_release(me);
			port_make_ready(me);
			port_seeded_next(me);
		} else {
			pass_baton(holder_number(k));
		}
	}
	stand(me);
}

void port_seeded_relax(struct port_thread *me)
{
	unsigned int n;

	tick();
	n = count_holders();
	if (sched.timed)
		sched.spins = 0;
	else if (++sched.spins > SPINS)
		port_report_stall(me, "every CPU spins, and nothing will end it");
	if (n > 1)
		pass_baton(holder_number((unsigned int)port_random(n)));
	stand(me);
}

void port_seeded_next(struct port_thread *me)
{
	sched.spins = 0;
	tick();
	while (sched.running && !sched.dying) {
		unsigned int n = count_holders();

		if (n) {
			pass_baton(holder_number((unsigned int)port_random(n)));
			return;
		}
		if (!advance_to_deadline())
			port_report_stall(me, STALL_SLEEP);
	}
	pass_baton(NULL);	/* the machine stands */
}
