/* SPDX-License-Identifier: MIT */
/*
 * The hosted port alone, with a core of a few lines in place of the real one.
 * Prints TAP. A test that must kill the machine runs in a process of its own: this
 * program again, with the name of the scenario.
 */
#include "fake_core.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static unsigned int failures;	/* in this test */
static uint64_t seed;

#define CHECK(cond) \
	((cond) ? (void)0 : fail("%s:%d: %s", __FILE__, __LINE__, #cond))

static void fail(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));

static void fail(const char *format, ...)
{
	char line[300];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	printf("# %s\n", line);
	__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
}

/* Machines. */

static struct quarry_machine machine;

static const struct quarry_range plain[] = {
	{ 0x0, 0x9fc00, QUARRY_RAM, 0 },
	{ 0x9fc00, 0xa0000, QUARRY_RESERVED, 0 },
	{ 0x100000, 0x40000000, QUARRY_RAM, 0 },
	{ 0xfee00000, 0xfee01000, QUARRY_DEVICE, 0 },
};

static void plain_machine(unsigned int cpus)
{
	machine = (struct quarry_machine){
		.size = sizeof(machine), .ranges = plain, .nr_ranges = 4, .nr_cpus = cpus,
		.nr_nodes = 1, .dma_end = 16 << 20, .lowmem_end = UINT64_MAX,
	};
}

static void on_fatal(enum quarry_fatal kind, const char *why)
{
	fflush(stdout);
	dprintf(2, "fatal %d: %s\n", kind, why);
	_exit(40 + kind);
}

static void on_log(int level, const char *line, size_t len)
{
	if (write(2, line, len) < 0 || write(2, "\n", 1) < 0)
		_exit(99);
}

static void up(bool seeded)
{
	struct quarry_hosted_options o = {
		.seeded = seeded, .seed = seed, .log = on_log, .fatal = on_fatal,
	};
	char err[200];

	fake_core_reset(machine.nr_cpus);
	if (quarry_hosted_up(&machine, &o, err, sizeof(err))) {
		printf("Bail out! cannot bring the machine up: %s\n", err);
		exit(1);
	}
}

static void run(void (*fn)(void *arg), void *arg)
{
	CHECK(fake_run(&machine, fn, arg) == 0);
	CHECK(fake_core_errors() == 0);
}

static void on_machine(unsigned int cpus, bool seeded, void (*fn)(void *arg), void *arg)
{
	plain_machine(cpus);
	up(seeded);
	run(fn, arg);
	quarry_hosted_down();
}

/* Helpers for code on the machine. */

static void nap(uint64_t ns)
{
	quarry_host_sleep(quarry_host_clock() + ns);
}

static void await_zero(int *left)
{
	while (__atomic_load_n(left, __ATOMIC_ACQUIRE))
		nap(200000);
}

static void one_less(int *left)
{
	__atomic_fetch_sub(left, 1, __ATOMIC_ACQ_REL);
}

/* Life and death. */

static unsigned int count_dir(const char *path)
{
	DIR *dir = opendir(path);
	unsigned int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static unsigned int count_maps(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned int n = 0;
	int c;

	while (f && (c = getc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

static void child_naps(void *arg)
{
	nap(1000);
	one_less(arg);
}

static void short_life(void *arg)
{
	static struct fake_thread child;
	int left = 1;

	fake_start(&child, "child", child_naps, &left);
	await_zero(&left);
	((char *)machine.direct_map)[0x200000] = 1;
}

static void test_up_down(void)
{
	unsigned int fds = 0, maps = 0, threads = 0;

	for (int i = 0; i < 1010; i++) {
		if (i == 10) {	/* libraries and caches have settled */
			fds = count_dir("/proc/self/fd");
			maps = count_maps();
			threads = count_dir("/proc/self/task");
		}
		on_machine(1 + i % 5, i % 3 == 0, short_life, NULL);
	}
	CHECK(count_dir("/proc/self/fd") == fds);
	CHECK(count_maps() <= maps + 4);
	CHECK(count_dir("/proc/self/task") <= threads);
}

static void sleeper(void *arg)
{
	quarry_host_sleep(UINT64_MAX);
	fail("a sleeper went on after the end");
}

static void leave_threads(void *arg)
{
	static struct fake_thread left[8];

	for (int i = 0; i < 8; i++)
		fake_start(&left[i], "left", sleeper, NULL);
	nap(1000000);
}

static void test_leftovers(void)
{
	for (int i = 0; i < 20; i++)
		on_machine(2, i & 1, leave_threads, NULL);
}

/* Memory. */

static void test_direct_map(void)
{
	volatile char *low, *alias;

	plain_machine(2);
	up(false);
	low = (char *)machine.direct_map;
	CHECK(machine.ram_is_zeroed && machine.direct_map % (4 << 20) == 0);
	CHECK(low[0x3ffff000] == 0 && low[0x9ffff] == 0);
	low[0x123456] = 42;
	CHECK(!quarry_host_map(machine.vmalloc, 0x123000, 1, 3));
	alias = (char *)machine.vmalloc;
	CHECK(alias[0x456] == 42);
	alias[0x457] = 43;
	CHECK(low[0x123457] == 43);
	CHECK(!quarry_host_map(machine.vmalloc, 0x200000, 1, 3));
	CHECK(alias[0x456] == 0);
	quarry_host_unmap(machine.vmalloc, 1);
	quarry_host_unmap(machine.vmalloc, 16);
	CHECK(!quarry_host_map(machine.vmalloc, 0xfee00000, 1, 3));
	CHECK(quarry_host_map(machine.vmalloc, 0xa0000, 1, 3) == -EINVAL);
	CHECK(quarry_host_map(machine.vmalloc, 0x9f000, 2, 3) == -EINVAL);
	CHECK(quarry_host_map(machine.vmalloc, 0x3ffff000, 2, 3) == -EINVAL);
	CHECK(quarry_host_map(machine.direct_map, 0x200000, 1, 3) == -EINVAL);
	CHECK(quarry_host_map(machine.vmalloc + 8, 0x200000, 1, 3) == -EINVAL);
	quarry_hosted_down();
	plain_machine(2);
	up(false);
	CHECK(((volatile char *)machine.direct_map)[0x123456] == 0);
	quarry_hosted_down();
}

static void test_windows(void)
{
	static const struct quarry_range pc[] = {
		{ 0x0, 0xa0000, QUARRY_RAM, 0 },
		{ 0x100000, 0xc0000000, QUARRY_RAM, 0 },
		{ 0x30000000, 0x30001000, QUARRY_RESERVED, 0 },
		{ 0x100000000, 0x140000000, QUARRY_RAM, 0 },
	};

	machine = (struct quarry_machine){
		.size = sizeof(machine), .ranges = pc, .nr_ranges = 4, .nr_cpus = 4,
		.nr_nodes = 1, .lowmem_end = 896 << 20, .pkmap_slots = 1024,
	};
	up(false);
	CHECK(machine.vmalloc_size == 120 << 20);
	CHECK(machine.vmalloc == machine.direct_map + (896 << 20) + (8 << 20));
	CHECK(machine.pkmap && machine.fixmap && machine.percpu_size);
	CHECK(machine.vmemmap_size == 0x140000 * 64);
	CHECK(!quarry_host_map(machine.pkmap, 0x13ffff000, 1, 3));
	*(volatile char *)machine.pkmap = 1;
	CHECK(!quarry_host_map(machine.fixmap, 0x13ffff000, 1, 3));
	CHECK(*(volatile char *)machine.fixmap == 1);
	quarry_hosted_down();
}

static void test_terabyte(void)
{
	static const struct quarry_range big[] = {
		{ 0x0, 0x80000000, QUARRY_RAM, 0 },
		{ 0x100000000, 0x10000000000, QUARRY_RAM, 0 },
	};

	if (sizeof(long) < 8 || FAKE_TSAN)	/* TSan leaves less than that free */
		return;
	plain_machine(4);
	machine.ranges = big;
	machine.nr_ranges = 2;
	up(false);
	((volatile char *)machine.direct_map)[(uintptr_t)0xfffffff000] = 7;
	CHECK(!quarry_host_map(machine.vmalloc, 0xfffffff000, 1, 1));
	CHECK(*(volatile char *)machine.vmalloc == 7);
	CHECK(!quarry_host_map(machine.vmemmap + machine.vmemmap_size - 4096, 0x1000, 1, 3));
	quarry_hosted_down();
}

/* One page in two, so that no two mappings merge. */
static void test_no_more_mappings(void)
{
	size_t i, limit = 200000;
	int rc = 0;

	if (getenv("LD_PRELOAD") && strstr(getenv("LD_PRELOAD"), "vgpreload"))
		return;		/* valgrind itself gives up first */
	plain_machine(1);
	up(false);
	if (limit > machine.vmalloc_size / 8192)
		limit = machine.vmalloc_size / 8192;
	for (i = 0; i < limit && !rc; i++)
		rc = quarry_host_map(machine.vmalloc + i * 8192, 0x200000, 1, 3);
	CHECK(rc == -ENOMEM || i == limit);
	quarry_host_unmap(machine.vmalloc, i * 2);
	CHECK(!quarry_host_map(machine.vmalloc, 0x200000, 1, 3));
	quarry_hosted_down();
}

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

static void test_ping_pong(void)
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

static void test_remembered_wake(void)
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

static void test_crowd(void)
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

static void test_preemption(void)
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

static void test_affinity(void)
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

static void test_block(void)
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

static void test_cross_call(void)
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

static void test_crossfire(void)
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

static void test_injection(void)
{
	on_machine(4, false, injected, NULL);
	on_machine(1, false, injected, NULL);
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

static void test_seeded(void)
{
	static struct trace trace;
	uint64_t hashes[8];
	int distinct = 0;

	for (unsigned int cpus = 1; cpus <= 3; cpus++) {
		for (int s = 0; s < 8; s++) {
			seed = (uint64_t)s;
			on_machine(cpus, true, run_trace, &trace);
			hashes[s] = trace.hash;
			CHECK(trace.length == 601);
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

static void sleep_long(void *arg)
{
	uint64_t before = quarry_host_clock();

	nap(3600ull * 1000000000);
	CHECK(quarry_host_clock() - before >= 3600ull * 1000000000);
}

static void test_virtual_time(void)
{
	time_t before = time(NULL);

	on_machine(2, true, sleep_long, NULL);
	CHECK(time(NULL) - before < 60);
}

/* Backtraces. */

static char found_text[4096];

__attribute__((__noinline__)) static void take_backtrace(void)
{
	uintptr_t pc[32];
	size_t n = quarry_host_backtrace(pc, 32);

	found_text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char text[200];

		if (quarry_host_symbol(pc[i], text, sizeof(text)))
			snprintf(found_text + strlen(found_text),
				 sizeof(found_text) - strlen(found_text), "%s\n", text);
	}
	__asm__ __volatile__("" : : : "memory");
}

__attribute__((__noinline__)) void hosted_test_inner(void)
{
	take_backtrace();
	__asm__ __volatile__("" : : : "memory");
}

__attribute__((__noinline__)) void hosted_test_outer(void)
{
	hosted_test_inner();
	__asm__ __volatile__("" : : : "memory");
}

static void backtrace_in_irq(void *arg)
{
	take_backtrace();
	__atomic_store_n((int *)arg, 1, __ATOMIC_RELEASE);
}

__attribute__((__noinline__)) void hosted_test_interrupted(volatile int *flag)
{
	while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
		fake_sink++;
}

static void *interrupts_later(void *arg)
{
	usleep(20000);
	quarry_hosted_interrupt(0, backtrace_in_irq, arg);
	return NULL;
}

static void backtraces(void *arg)
{
	pthread_t thread;
	int flag = 0;

	hosted_test_outer();
	CHECK(strstr(found_text, "hosted_test_inner+0x"));
	CHECK(strstr(found_text, "hosted_test_outer+0x"));
	CHECK(strstr(found_text, "take_backtrace") || !FAKE_HAVE_DWARF);
	CHECK(strstr(found_text, " hosted_test.c:") || !FAKE_HAVE_DWARF);
	if (failures)
		printf("# %s\n", found_text);
	if (FAKE_TSAN)
		return;		/* its signals come from elsewhere */
	CHECK(!pthread_create(&thread, NULL, interrupts_later, &flag));
	hosted_test_interrupted(&flag);
	pthread_join(thread, NULL);
	CHECK(strstr(found_text, "hosted_test_interrupted+0x"));
	if (failures)
		printf("# %s\n", found_text);
}

static void test_backtrace(void)
{
	on_machine(1, false, backtraces, NULL);
}

static void symbols_everywhere(void *arg)
{
	char text[200];
	int *left = arg;

	for (int i = 0; i < 50; i++) {
		CHECK(quarry_host_symbol((uintptr_t)hosted_test_outer, text, sizeof(text)));
		CHECK(!strncmp(text, "hosted_test_outer+0x0", 21));
	}
	CHECK(quarry_host_symbol((uintptr_t)hosted_test_outer, text, 5) == 4);
	CHECK(!quarry_host_symbol(16, text, sizeof(text)));
	if (left)
		one_less(left);
}

static void many_symbols(void *arg)
{
	static struct fake_thread thread[4];
	uintptr_t fn = (uintptr_t)hosted_test_outer;
	char text[200];
	int left = 4;

	for (int i = 0; i < 4; i++)
		fake_start(&thread[i], "symbols", symbols_everywhere, &left);
	await_zero(&left);
	quarry_hosted_module_added("mod_a", NULL, fn, fn + 4);
	quarry_host_symbol(fn, text, sizeof(text));
	CHECK(strstr(text, " [mod_a]"));
	quarry_hosted_module_removed("mod_a", NULL, fn, fn + 4);
	quarry_host_symbol(fn, text, sizeof(text));
	CHECK(!strstr(text, "mod_a"));
}

static void test_symbols(void)
{
	on_machine(2, false, many_symbols, NULL);
}

/* Scenarios that end the machine. */

static int recurse(int n)
{
	volatile char frame[512];

	frame[0] = (char)n;
	return n > 100000000 ? 0 : recurse(n + 1) + frame[0];
}

static void die(void *arg)
{
	const char *how = arg;
	volatile char *direct = (char *)machine.direct_map;

	if (!strcmp(how, "hole"))
		direct[0xb0010] = 1;
	else if (!strcmp(how, "device"))
		fake_sink = direct[0xfee00000];
	else if (!strcmp(how, "vmalloc"))
		memset((char *)machine.vmalloc + 64, 0, 100);
	else if (!strcmp(how, "null"))
		*(volatile int *)(uintptr_t)fake_sink = 1;
	else if (!strcmp(how, "overflow"))
		fake_sink = (char)recurse(0);
	else if (!strcmp(how, "stall"))
		quarry_host_sleep(UINT64_MAX);
	else if (!strcmp(how, "spin"))
		for (;;)
			quarry_host_relax();
	else if (!strcmp(how, "panic"))
		quarry_host_panic("on purpose");
}

static int scenario(char *how)
{
	plain_machine(2);
	up(!strcmp(how, "spin"));
	fake_run(&machine, die, how);
	quarry_hosted_down();
	return 0;
}

/* Runs a scenario; its exit code, or -signal. Its output goes to text. */
static int spawn(const char *how, char *text, size_t size)
{
	char self[4096], *argv[] = { self, "--scenario", (char *)how, NULL };
	posix_spawn_file_actions_t actions;
	int pipes[2], status;
	ssize_t n, len = 0;
	pid_t pid;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n < 0 || pipe(pipes))
		return -1000;
	self[n] = '\0';
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], 2);
	posix_spawn_file_actions_addclose(&actions, pipes[0]);
	if (posix_spawn(&pid, self, &actions, NULL, argv, environ))
		return -1000;
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	while ((size_t)len < size - 1 && (n = read(pipes[0], text + len, size - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(pipes[0]);
	if (waitpid(pid, &status, 0) != pid)
		return -1000;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void expect_end(const char *how, int code, const char *part)
{
	static char text[20000];
	int got = spawn(how, text, sizeof(text));

	if (got != code || !strstr(text, part))
		fail("%s: ended with %d, not %d, and said\n%s", how, got, code, text);
}

static void test_faults(void)
{
	expect_end("hole", 40 + FATAL_FAULT, "fault write offset 0xb0010");
	expect_end("device", 40 + FATAL_FAULT, "fault read offset 0xfee00000");
	expect_end("vmalloc", 40 + FATAL_FAULT, "fault write");
	if (FAKE_HAVE_DWARF && !FAKE_TSAN)
		expect_end("vmalloc", 40 + FATAL_FAULT, "by die+0x");
	expect_end("overflow", 40 + FATAL_FAULT, "stack overflow");
	if (!FAKE_SANITIZED)
		expect_end("null", -SIGSEGV, "");
	else
		expect_end("null", FAKE_TSAN ? 66 : 1, "Sanitizer");
}

static void test_ends(void)
{
	expect_end("stall", 40 + FATAL_STALL, "every thread sleeps, and nothing will wake one");
	expect_end("spin", 40 + FATAL_STALL, "every CPU spins");
	expect_end("panic", 40 + FATAL_PANIC, "on purpose");
}

static void test_refusals(void)
{
	struct quarry_hosted_options o = { .fatal = on_fatal };
	char err[200] = "";

	plain_machine(0);
	CHECK(quarry_hosted_up(&machine, &o, err, sizeof(err)) == -EINVAL && err[0]);
	plain_machine(QUARRY_MAX_CPUS + 1);
	CHECK(quarry_hosted_up(&machine, &o, err, sizeof(err)) == -EINVAL);
	plain_machine(1);
	machine.nr_ranges = 0;
	CHECK(quarry_hosted_up(&machine, &o, err, sizeof(err)) == -EINVAL);
	plain_machine(1);
	up(false);
	CHECK(quarry_hosted_up(&machine, &o, err, sizeof(err)) == -EBUSY);
	quarry_hosted_down();
	quarry_hosted_down();
}

static const struct {
	const char *name;
	void (*fn)(void);
} tests[] = {
	{ "refusals", test_refusals },
	{ "direct map and aliases", test_direct_map },
	{ "windows of an i386", test_windows },
	{ "a machine of 1 TiB", test_terabyte },
	{ "no more mappings", test_no_more_mappings },
	{ "ping-pong", test_ping_pong },
	{ "remembered wake-ups", test_remembered_wake },
	{ "300 threads", test_crowd },
	{ "preemption", test_preemption },
	{ "affinity", test_affinity },
	{ "blocking host code", test_block },
	{ "cross calls", test_cross_call },
	{ "cross calls from everybody to everybody", test_crossfire },
	{ "interrupts from outside", test_injection },
	{ "seeded: same seed, same interleaving", test_seeded },
	{ "seeded: virtual time", test_virtual_time },
	{ "backtraces", test_backtrace },
	{ "symbols", test_symbols },
	{ "faults", test_faults },
	{ "stall, spin, panic", test_ends },
	{ "leftover threads", test_leftovers },
	{ "up and down a thousand times", test_up_down },
};

int main(int argc, char **argv)
{
	unsigned int n = sizeof(tests) / sizeof(tests[0]), failed = 0;

	if (argc == 3 && !strcmp(argv[1], "--scenario"))
		return scenario(argv[2]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n1..%u\n", n);
	for (unsigned int i = 0; i < n; i++) {
		if (argc > 1 && !strstr(tests[i].name, argv[1])) {
			printf("ok %u - %s # SKIP\n", i + 1, tests[i].name);
			continue;
		}
		failures = 0;
		tests[i].fn();
		printf("%s %u - %s\n", failures ? "not ok" : "ok", i + 1, tests[i].name);
		failed += failures != 0;
	}
	return failed != 0;
}
