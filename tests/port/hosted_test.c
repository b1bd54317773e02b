/* SPDX-License-Identifier: MIT */
/*
 * The hosted port alone, with a core of a few lines in place of the real one.
 * Prints TAP. hosted_threads.c has the CPUs, hosted_reports.c what ends a machine; a
 * test that must kill one runs in a process of its own: this program again, with the
 * name of the scenario.
 */
#include "hosted_test.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct quarry_machine machine;
unsigned int failures, page_table;
uint64_t seed;

void fail(const char *format, ...)
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

static const struct quarry_range plain[] = {
	{ 0x0, 0x9fc00, QUARRY_RAM, 0 },
	{ 0x9fc00, 0xa0000, QUARRY_RESERVED, 0 },
	{ 0x100000, 0x40000000, QUARRY_RAM, 0 },
	{ 0xfee00000, 0xfee01000, QUARRY_DEVICE, 0 },
};

void plain_machine(unsigned int cpus)
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

void up(bool seeded)
{
	struct quarry_hosted_options o = {
		.seeded = seeded, .seed = seed, .log = on_log, .fatal = on_fatal,
		.page_table = page_table,
	};
	char err[200];

	fake_core_reset(machine.nr_cpus);
	if (quarry_hosted_up(&machine, &o, err, sizeof(err))) {
		printf("Bail out! cannot bring the machine up: %s\n", err);
		exit(1);
	}
}

void run(void (*fn)(void *arg), void *arg)
{
	CHECK(fake_run(&machine, fn, arg) == 0);
	CHECK(fake_core_errors() == 0);
}

void on_machine(unsigned int cpus, bool seeded, void (*fn)(void *arg), void *arg)
{
	plain_machine(cpus);
	up(seeded);
	run(fn, arg);
	quarry_hosted_down();
}

/* Helpers for code on the machine. */

void nap(uint64_t ns)
{
	quarry_host_sleep(quarry_host_clock() + ns);
}

void await_zero(int *left)
{
	while (__atomic_load_n(left, __ATOMIC_ACQUIRE))
		nap(200000);
}

void one_less(int *left)
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
	CHECK(count_maps() <= maps + (FAKE_SANITIZED ? 200 : 4));
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
	CHECK(machine.vmemmap_size >= 0x140000 * 64);
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
static void no_more_mappings(void)
{
	size_t i, limit = 200000;
	char why[200];
	int rc = 0;

	plain_machine(1);
	up(false);
	if (limit > machine.vmalloc_size / 8192)
		limit = machine.vmalloc_size / 8192;
	for (i = 0; i < limit && !rc; i++)
		rc = quarry_host_map(machine.vmalloc + i * 8192, 0x200000, 1, 3);
	CHECK(rc == -ENOMEM || i == limit);
	if (!quarry_hosted_check_mappings(why, sizeof(why)))
		fail("after %zu mappings: %s", i, why);
	/* Not even a smaller one, or another one in its place; and what is left is told. */
	quarry_host_map(machine.vmalloc, 0x400000, 3, 3);
	quarry_host_unmap(machine.vmalloc + 8192, 1);
	quarry_host_map(machine.vmalloc + 16384, 0x500000, 1, 1);
	if (!quarry_hosted_check_mappings(why, sizeof(why)))
		fail("at the limit: %s", why);
	quarry_host_unmap(machine.vmalloc, i * 2);
	CHECK(!quarry_host_map(machine.vmalloc, 0x200000, 1, 3));
	if (!quarry_hosted_check_mappings(why, sizeof(why)))
		fail("below it again: %s", why);
	quarry_hosted_down();
}

struct place {
	uintptr_t at;		/* of a local variable */
	int left;
};

static void say_place(void *arg)
{
	struct place *place = arg;
	char local = 0;

	place->at = (uintptr_t)&local;
	one_less(&place->left);
}

/* How often a thread without a stack is asked for must not matter to later ones. */
static void no_more_stacks(void *arg)
{
	uintptr_t windows_end = machine.vmemmap + machine.vmemmap_size;
	size_t bytes = (size_t)1 << 30, at = 0;
	struct place place = { .left = 1 };
	static struct fake_thread refused, thread;
	char *pages = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(pages != MAP_FAILED);
	while (at < bytes && !mprotect(pages + at, 4096, PROT_READ))
		at += 8192;
	refused.t.name = "refused";
	for (int i = 0; i < 20000 && at < bytes && !failures; i++)
		CHECK(quarry_host_thread_start(&refused.t) == -ENOMEM);
	munmap(pages, bytes);
	fake_start(&thread, "placed", say_place, &place);
	await_zero(&place.left);
	CHECK(place.at - windows_end < (uintptr_t)(sizeof(long) < 8 ? 128 << 20 : 5ll << 30));
}

static void test_no_more_stacks(void)
{
	if (getenv("LD_PRELOAD") && strstr(getenv("LD_PRELOAD"), "vgpreload"))
		return;
	on_machine(1, false, no_more_stacks, NULL);
}

static void test_no_more_mappings(void)
{
	if (getenv("LD_PRELOAD") && strstr(getenv("LD_PRELOAD"), "vgpreload"))
		return;		/* valgrind itself gives up first */
	no_more_mappings();
	page_table = QUARRY_TABLE_FITTING;
	no_more_mappings();
	page_table = 0;
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
	{ "devices: files, memory and registers, mapped whole and in parts", test_devices },
	{ "a machine of 1 TiB", test_terabyte },
	{ "no more mappings", test_no_more_mappings },
	{ "no mappings for a stack", test_no_more_stacks },
	{ "the page table follows the mappings", test_page_table },
	{ "mappings that the page table does not have", test_page_table_differs },
	{ "page tables for each 4 GiB", test_page_table_slices },
	{ "page tables that cannot be", test_page_table_refused },
	{ "ping-pong", test_ping_pong },
	{ "remembered wake-ups", test_remembered_wake },
	{ "300 threads", test_crowd },
	{ "preemption", test_preemption },
	{ "affinity", test_affinity },
	{ "blocking host code", test_block },
	{ "cross calls", test_cross_call },
	{ "cross calls from everybody to everybody", test_crossfire },
	{ "interrupts from outside", test_injection },
	{ "chaos", test_chaos },
	{ "seeded: same seed, same interleaving", test_seeded },
	{ "seeded: the same in another process", test_seeded_elsewhere },
	{ "seeded: virtual time", test_virtual_time },
	{ "backtraces", test_backtrace },
	{ "symbols", test_symbols },
	{ "stacks of the core's", test_stacks },
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
