/* SPDX-License-Identifier: MIT */
/* The hosted port's CPUs: threads, interrupts, seeded mode. */
#include "hosted_test.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Threads. */

struct pair {
	struct fake_thread thread[2];
	int turn, rounds, left;
};

static void player(void *arg)
{
	struct fake_thread *me = arg;
	struct pair *p = me->data;
	int my = me == &p->thread[1];

	for (int i = 0; i < p->rounds; i++) {
		while (__atomic_load_n(&p->turn, __ATOMIC_ACQUIRE) != my)
			quarry_host_sleep(UINT64_MAX);
		__atomic_store_n(&p->turn, !my, __ATOMIC_RELEASE);
		quarry_host_wake(&p->thread[!my].t);
	}
	one_less(&p->left);
}

static void ping_pong(void *arg)
{
	static struct pair pairs[4];

	for (int i = 0; i < 4; i++) {
		struct pair *p = &pairs[i];

		memset(p, 0, sizeof(*p));
		p->rounds = *(int *)arg;
		p->left = 2;
		for (int k = 0; k < 2; k++) {
			p->thread[k].data = p;
			fake_start(&p->thread[k], "player", player, &p->thread[k]);
		}
	}
	for (int i = 0; i < 4; i++)
		await_zero(&pairs[i].left);
}

void test_ping_pong(void)
{
	static const unsigned int cpus[] = { 1, 2, 3, 8, 256 };
	int rounds = FAKE_SLOW ? 500 : 3000;

	for (int i = 0; i < 5; i++)
		on_machine(cpus[i], false, ping_pong, &rounds);
	rounds = 500;
	on_machine(1, true, ping_pong, &rounds);
	on_machine(4, true, ping_pong, &rounds);
}

static void remembered(void *arg)
{
	struct fake_thread *me = fake_current();
	uint64_t before;

	quarry_host_wake(&me->t);
	quarry_host_wake(&me->t);
	quarry_host_sleep(0);			/* does not use it up */
	quarry_host_sleep(UINT64_MAX);		/* does */
	before = quarry_host_clock();
	nap(5000000);				/* so this one lasts */
	CHECK(quarry_host_clock() - before >= 5000000);
	quarry_host_sleep(1);			/* in the past */
}

void test_remembered_wake(void)
{
	on_machine(2, false, remembered, NULL);
	on_machine(2, true, remembered, NULL);
}

struct crowd {
	struct fake_thread thread[300];
	int left, steps;
};

static void crowd_member(void *arg)
{
	struct crowd *crowd = arg;

	for (int i = 0; i < crowd->steps; i++) {
		fake_this_cpu()->counter++;	/* not atomic: the CPU is ours */
		fake_preempt_point();
		if (i % 7 == 0)
			quarry_host_sleep(0);
		if (i % 50 == 0)
			nap(1000);
	}
	one_less(&crowd->left);
}

static void crowd_of(void *arg)
{
	static struct crowd crowd;
	int n = *(int *)arg;
	unsigned long sum = 0;

	memset(&crowd, 0, sizeof(crowd));
	crowd.left = n;
	crowd.steps = 200;
	for (int i = 0; i < n; i++)
		fake_start(&crowd.thread[i], "crowd", crowd_member, &crowd);
	await_zero(&crowd.left);
	for (unsigned int i = 0; i < machine.nr_cpus; i++)
		sum += fake_cpu(i)->counter;
	CHECK(sum == (unsigned long)n * 200);
}

void test_crowd(void)
{
	int n = 300;

	on_machine(256, false, crowd_of, &n);
	on_machine(3, false, crowd_of, &n);
	n = 40;
	on_machine(1, false, crowd_of, &n);
	on_machine(16, true, crowd_of, &n);
}

/* A thread that never sleeps must still share its CPU, when it looks. */
struct hogs {
	struct fake_thread thread[3];
	int met, left;
};

static void hog(void *arg)
{
	struct hogs *hogs = arg;

	__atomic_fetch_add(&hogs->met, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&hogs->met, __ATOMIC_RELAXED) < 3) {
		fake_preempt_point();
		quarry_host_relax();
	}
	one_less(&hogs->left);
}

static void three_hogs(void *arg)
{
	static struct hogs hogs;

	hogs.met = 0;
	hogs.left = 3;
	for (int i = 0; i < 3; i++)
		fake_start(&hogs.thread[i], "hog", hog, &hogs);
	await_zero(&hogs.left);
}

void test_preemption(void)
{
	on_machine(1, false, three_hogs, NULL);
	on_machine(2, false, three_hogs, NULL);
	on_machine(1, true, three_hogs, NULL);
}

static void pinned(void *arg)
{
	int *left = arg;

	for (unsigned int cpu = 0; cpu < machine.nr_cpus; cpu++) {
		fake_set_affinity(fake_current(), cpu);
		quarry_host_sleep(0);
		CHECK(quarry_host_cpu() == cpu);
		nap(1000);
		CHECK(quarry_host_cpu() == cpu);
	}
	one_less(left);
}

static void many_pinned(void *arg)
{
	static struct fake_thread thread[6];
	int left = 6;

	for (int i = 0; i < 6; i++)
		fake_start(&thread[i], "pinned", pinned, &left);
	await_zero(&left);
}

void test_affinity(void)
{
	on_machine(5, false, many_pinned, NULL);
	on_machine(5, true, many_pinned, NULL);
	on_machine(100, false, many_pinned, NULL);
}

static void reads_terminal(void *arg)
{
	struct timespec ts = { .tv_nsec = 20000000 };

	nanosleep(&ts, NULL);
	__atomic_store_n((int *)arg, 1, __ATOMIC_RELEASE);
}

static void counts(void *arg)
{
	int *n = arg;

	while (!__atomic_load_n(&n[1], __ATOMIC_ACQUIRE)) {
		nap(100000);
		n[0]++;
	}
	one_less(&n[2]);
}

static void blocking(void *arg)
{
	static struct fake_thread thread;
	static int n[3];

	n[0] = n[1] = 0;
	n[2] = 1;
	fake_start(&thread, "counts", counts, n);
	quarry_hosted_block(reads_terminal, &n[1]);
	await_zero(&n[2]);
	CHECK(n[0] > 1);
}

void test_block(void)
{
	on_machine(1, false, blocking, NULL);
}

/* Interrupts. */

static void count_interrupt(void *arg)
{
	struct fake_cpu *c = fake_this_cpu();

	CHECK(c->in_irq == 1);
	CHECK(quarry_host_irq_save() != 0);
	c->counter++;
	if (arg)
		__atomic_fetch_add((int *)arg, 1, __ATOMIC_RELAXED);
}

struct busy {
	struct fake_thread thread[4];
	int stop, left, irq_off;
};

/* Always on its CPU, half of the time with interrupts off. */
static void busy_cpu(void *arg)
{
	struct busy *b = arg;

	while (!__atomic_load_n(&b->stop, __ATOMIC_ACQUIRE)) {
		unsigned long flags = quarry_host_irq_save();
		unsigned long before = fake_this_cpu()->counter;

		for (int i = 0; i < 100; i++)
			quarry_host_relax();
		CHECK(fake_this_cpu()->counter == before);
		quarry_host_irq_restore(flags);
		quarry_host_relax();
		fake_preempt_point();
	}
	one_less(&b->left);
}

static void cross_calls(void *arg)
{
	static struct busy b;
	unsigned long sum = 0;
	int rounds = *(int *)arg, hits = 0;

	memset(&b, 0, sizeof(b));
	b.left = 4;
	for (int i = 0; i < 4; i++)
		fake_start(&b.thread[i], "busy", busy_cpu, &b);
	for (int i = 0; i < rounds; i++) {
		for (unsigned int cpu = 0; cpu < machine.nr_cpus; cpu++) {
			int before = hits;

			quarry_host_cross_call(cpu, count_interrupt, &hits);
			CHECK(hits == before + 1);
		}
		fake_preempt_point();
	}
	__atomic_store_n(&b.stop, 1, __ATOMIC_RELEASE);
	await_zero(&b.left);
	for (unsigned int cpu = 0; cpu < machine.nr_cpus; cpu++)
		sum += fake_cpu(cpu)->counter;
	CHECK(sum == (unsigned long)rounds * machine.nr_cpus);
}

void test_cross_call(void)
{
	int rounds = FAKE_SLOW ? 20 : 100;

	on_machine(3, false, cross_calls, &rounds);
	on_machine(6, false, cross_calls, &rounds);
	on_machine(6, true, cross_calls, &rounds);
	rounds = 2;
	on_machine(256, false, cross_calls, &rounds);
}

static void call_everybody(void *arg)
{
	int *state = arg;

	for (int i = 0; i < 30; i++) {
		for (unsigned int cpu = 0; cpu < machine.nr_cpus; cpu++)
			quarry_host_cross_call(cpu, count_interrupt, &state[0]);
		fake_preempt_point();
		if (i % 8 == 0)
			nap(1000);
	}
	one_less(&state[1]);
}

static void crossfire(void *arg)
{
	static struct fake_thread thread[6];
	int state[2] = { 0, 6 };

	for (int i = 0; i < 6; i++)
		fake_start(&thread[i], "caller", call_everybody, state);
	await_zero(&state[1]);
	CHECK(state[0] == 6 * 30 * (int)machine.nr_cpus);
}

void test_crossfire(void)
{
	on_machine(2, false, crossfire, NULL);
	on_machine(8, false, crossfire, NULL);
	on_machine(4, true, crossfire, NULL);
}

static void *injector(void *arg)
{
	int *state = arg;

	for (int i = 0; i < 2000; i++) {
		while (quarry_hosted_interrupt(i % machine.nr_cpus, count_interrupt, &state[0]))
			usleep(100);
	}
	one_less(&state[1]);
	return NULL;
}

static void injected(void *arg)
{
	static struct busy b;
	int state[2] = { 0, 1 };
	pthread_t thread;

	memset(&b, 0, sizeof(b));
	b.left = 2;
	for (int i = 0; i < 2; i++)
		fake_start(&b.thread[i], "busy", busy_cpu, &b);
	CHECK(!pthread_create(&thread, NULL, injector, state));
	await_zero(&state[1]);
	pthread_join(thread, NULL);
	while (__atomic_load_n(&state[0], __ATOMIC_RELAXED) < 2000)
		nap(100000);
	CHECK(quarry_hosted_interrupt(machine.nr_cpus, count_interrupt, NULL) == -EINVAL);
	__atomic_store_n(&b.stop, 1, __ATOMIC_RELEASE);
	await_zero(&b.left);
}

void test_injection(void)
{
	on_machine(4, false, injected, NULL);
	on_machine(1, false, injected, NULL);
}

/* Everything at once. */

#define CHAOTIC 24

struct chaos {
	struct fake_thread thread[CHAOTIC];
	int left, hits, raised, steps;
};

static void one_step(struct chaos *chaos, struct fake_thread *me, unsigned int r)
{
	unsigned int cpu = r / 64 % machine.nr_cpus;
	unsigned long flags;

	switch (r % 8) {
	case 0:
		quarry_host_sleep(0);
		break;
	case 1:
		nap(r / 64 % 50000);
		break;
	case 2:
	case 3:
		quarry_host_wake(&chaos->thread[r / 64 % CHAOTIC].t);
		break;
	case 4:
		__atomic_fetch_add(&chaos->raised, 1, __ATOMIC_RELAXED);
		quarry_host_cross_call(cpu, count_interrupt, &chaos->hits);
		break;
	case 5:
		if (!quarry_hosted_interrupt(cpu, count_interrupt, &chaos->hits))
			__atomic_fetch_add(&chaos->raised, 1, __ATOMIC_RELAXED);
		break;
	case 6:
		fake_set_affinity(me, cpu);
		quarry_host_sleep(0);
		CHECK(quarry_host_cpu() == cpu);
		break;
	case 7:
		flags = quarry_host_irq_save();
		for (unsigned int i = 0; i < r / 64 % 200; i++)
			quarry_host_relax();
		quarry_host_irq_restore(flags);
		break;
	}
}

static void chaotic(void *arg)
{
	struct fake_thread *me = arg;
	struct chaos *chaos = me->data;
	unsigned int r = (unsigned int)(me - chaos->thread) * 7919 + 1;

	for (int i = 0; i < chaos->steps; i++) {
		r = r * 1103515245 + 12345;
		one_step(chaos, me, r >> 8);
		fake_preempt_point();
	}
	one_less(&chaos->left);
}

static void unleash(void *arg)
{
	static struct chaos chaos;

	memset(&chaos, 0, sizeof(chaos));
	chaos.left = CHAOTIC;
	chaos.steps = *(int *)arg;
	/* All of them exist before one wakes another. */
	for (int i = 0; i < CHAOTIC; i++)
		chaos.thread[i].data = &chaos;
	for (int i = 0; i < CHAOTIC; i++)
		fake_start(&chaos.thread[i], "chaos", chaotic, &chaos.thread[i]);
	await_zero(&chaos.left);
	while (__atomic_load_n(&chaos.hits, __ATOMIC_RELAXED) < chaos.raised)
		nap(100000);
	CHECK(chaos.hits == chaos.raised);
}

void test_chaos(void)
{
	int steps = FAKE_SLOW ? 60 : 150;

	for (unsigned int cpus = 1; cpus <= 64; cpus *= 2) {
		on_machine(cpus, false, unleash, &steps);
		on_machine(cpus, true, unleash, &steps);
	}
}

/* Seeded mode. */

struct trace {
	struct fake_thread thread[5];
	int left, lock;
	unsigned int length;
	uint64_t hash;
};

static void note(struct trace *trace, unsigned int what)
{
	trace->hash = (trace->hash ^ what ^ quarry_host_clock() << 8) * 0x100000001b3ull;
	trace->length++;
}

static void traced(void *arg)
{
	struct fake_thread *me = arg;
	struct trace *trace = me->data;
	unsigned int number = (unsigned int)(me - trace->thread);

	note(trace, (unsigned int)((uintptr_t)&me - machine.direct_map));
	for (int i = 0; i < 60; i++) {
		note(trace, number << 8 | quarry_host_cpu());
		while (__atomic_exchange_n(&trace->lock, 1, __ATOMIC_ACQUIRE))
			quarry_host_relax();
		note(trace, 1000 + number);
		quarry_host_relax();
		__atomic_store_n(&trace->lock, 0, __ATOMIC_RELEASE);
		if (i % 5 == 0)
			nap(number * 1700);
		quarry_host_wake(&trace->thread[(number + 1) % 5].t);
		if (i % 9 == 0)
			quarry_host_cross_call((unsigned int)i % machine.nr_cpus, count_interrupt,
					       NULL);
		fake_preempt_point();
	}
	one_less(&trace->left);
}

static void run_trace(void *arg)
{
	struct trace *trace = arg;

	memset(trace, 0, sizeof(*trace));
	trace->left = 5;
	for (int i = 0; i < 5; i++) {
		trace->thread[i].data = trace;
		fake_start(&trace->thread[i], "traced", traced, &trace->thread[i]);
	}
	while (__atomic_load_n(&trace->left, __ATOMIC_ACQUIRE))
		nap(10000);
	note(trace, 1);
}

void test_seeded(void)
{
	static struct trace trace;
	uint64_t hashes[8];
	int distinct = 0;

	for (unsigned int cpus = 1; cpus <= 3; cpus++) {
		for (int s = 0; s < 8; s++) {
			seed = (uint64_t)s;
			on_machine(cpus, true, run_trace, &trace);
			hashes[s] = trace.hash;
			CHECK(trace.length == 606);
			for (int again = 0; again < 3; again++) {
				on_machine(cpus, true, run_trace, &trace);
				CHECK(trace.hash == hashes[s]);
			}
		}
		for (int s = 1; s < 8; s++)
			distinct += hashes[s] != hashes[0];
	}
	CHECK(distinct >= 20);
	seed = 0;
}

/** seeded_number - what became of one interleaving; the same in every process */
uint64_t seeded_number(void)
{
	static struct trace trace;

	seed = 12345;
	on_machine(3, true, run_trace, &trace);
	seed = 0;
	return trace.hash;
}

static void sleep_long(void *arg)
{
	uint64_t before = quarry_host_clock();

	nap(3600ull * 1000000000);
	CHECK(quarry_host_clock() - before >= 3600ull * 1000000000);
}

void test_virtual_time(void)
{
	time_t before = time(NULL);

	on_machine(2, true, sleep_long, NULL);
	CHECK(time(NULL) - before < 60);
}
