/* SPDX-License-Identifier: MIT */
/* The hosted port's reports: backtraces, names, faults, and other ends of a machine. */
#include "hosted_test.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Backtraces. */

static char found_text[4096];

__attribute__((__noinline__)) static void take_backtrace(void)
{
	uintptr_t pc[32];
	size_t n = quarry_host_backtrace(pc, 32);

	found_text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char text[200];

		if (quarry_host_symbol(pc[i], true, text, sizeof(text)))
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
	CHECK(strstr(found_text, " hosted_reports.c:") || !FAKE_HAVE_DWARF);
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

void test_backtrace(void)
{
	on_machine(1, false, backtraces, NULL);
}

/* Stacks of the core's. */

#define STACK	16384

struct visit {
	char *lo, *inner;	/* a stack, and one to go to from there */
	uintptr_t local;
	uintptr_t host_local;	/* of what ran on the host's stack meanwhile */
	int flag;
};

static char *stack_with_guards(void)
{
	char *p = mmap(NULL, 3 * STACK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED && !mprotect(p + STACK, STACK, PROT_READ | PROT_WRITE));
	return p + STACK;
}

static void on_the_host(void *arg)
{
	struct visit *v = arg;
	char local[4 * STACK];		/* room enough */

	local[0] = fake_sink;
	v->host_local = (uintptr_t)local;
	fake_sink = local[0];
}

static void on_inner(void *arg)
{
	struct visit *v = arg;
	char local = fake_sink;

	v->local = (uintptr_t)&local;
	quarry_hosted_block(on_the_host, v);
	CHECK(v->host_local - (uintptr_t)v->lo >= STACK);
	CHECK(v->host_local - (uintptr_t)v->inner >= STACK);
	hosted_test_outer();
	fake_sink = local;
}

__attribute__((__noinline__)) void hosted_test_visitor(void *arg)
{
	struct visit *v = arg;
	char local = fake_sink;
	pthread_t thread;

	v->local = (uintptr_t)&local;
	CHECK(v->local - (uintptr_t)v->lo < STACK);
	quarry_host_call_on((uintptr_t)v->inner, (uintptr_t)v->inner + STACK, on_inner, v);
	CHECK(v->local - (uintptr_t)v->inner < STACK);
	CHECK(strstr(found_text, "hosted_test_outer+0x"));
	CHECK(strstr(found_text, "hosted_test_visitor+0x"));
	CHECK(strstr(found_text, "hosted_test_sender+0x"));
	CHECK(!strstr(found_text, "port_switch"));
	v->flag = 0;
	CHECK(!pthread_create(&thread, NULL, interrupts_later, &v->flag));
	hosted_test_interrupted(&v->flag);
	pthread_join(thread, NULL);
	CHECK(strstr(found_text, "hosted_test_interrupted+0x"));
	CHECK(strstr(found_text, "hosted_test_sender+0x"));
	quarry_host_sleep(0);
	fake_sink = local;
}

__attribute__((__noinline__)) void hosted_test_sender(void *arg)
{
	struct visit v = { .lo = stack_with_guards(), .inner = stack_with_guards() };

	if (machine.stacks)
		quarry_host_call_on((uintptr_t)v.lo, (uintptr_t)v.lo + STACK, hosted_test_visitor, &v);
	munmap(v.lo - STACK, 3 * STACK);
	munmap(v.inner - STACK, 3 * STACK);
	__asm__ __volatile__("" : : : "memory");
}

void test_stacks(void)
{
	on_machine(1, false, hosted_test_sender, NULL);
}

static void symbols_everywhere(void *arg)
{
	char text[200];
	int *left = arg;

	for (int i = 0; i < 50; i++) {
		CHECK(quarry_host_symbol((uintptr_t)hosted_test_outer, false, text, sizeof(text)));
		CHECK(!strncmp(text, "hosted_test_outer+0x0", 21));
	}
	CHECK(quarry_host_symbol((uintptr_t)hosted_test_outer, false, text, 5) == 4);
	CHECK(!quarry_host_symbol(16, false, text, sizeof(text)));
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
	quarry_host_symbol(fn, false, text, sizeof(text));
	CHECK(strstr(text, " [mod_a]"));
	quarry_hosted_module_removed("mod_a", NULL, fn, fn + 4);
	quarry_host_symbol(fn, false, text, sizeof(text));
	CHECK(!strstr(text, "mod_a"));
}

void test_symbols(void)
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

static void wakes_nobody(void *arg)
{
	usleep(1000);
}

static void wild_write(void *arg)
{
	*(volatile int *)0x2000 = 1;
}

static void traps(void *arg)
{
	__builtin_trap();
}

static void die(void *arg)
{
	const char *how = arg;
	volatile char *direct = (char *)machine.direct_map;

	if (!strcmp(how, "hole")) {
		direct[0xb0010] = 1;
	} else if (!strcmp(how, "device")) {
		fake_sink = direct[0xfee00000];
	} else if (!strcmp(how, "vmalloc")) {
		memset((char *)machine.vmalloc + 64, 0, 100);
	} else if (!strcmp(how, "null")) {
		*(volatile int *)(uintptr_t)fake_sink = 1;
	} else if (!strcmp(how, "overflow")) {
		fake_sink = (char)recurse(0);
	} else if (!strcmp(how, "stall")) {
		quarry_host_sleep(UINT64_MAX);
	} else if (!strcmp(how, "stall after interrupt")) {
		quarry_hosted_interrupt(1, wakes_nobody, NULL);
		quarry_host_sleep(UINT64_MAX);
	} else if (!strcmp(how, "wild write on an idle CPU")) {
		quarry_hosted_interrupt(1, wild_write, NULL);
		quarry_host_sleep(UINT64_MAX);
	} else if (!strcmp(how, "trap on an idle CPU")) {
		quarry_hosted_interrupt(1, traps, NULL);
		quarry_host_sleep(UINT64_MAX);
	} else if (!strcmp(how, "spin")) {
		for (;;)
			quarry_host_relax();
	} else if (!strcmp(how, "panic")) {
		quarry_host_panic("on purpose");
	}
}

int scenario(char *how)
{
	if (!strcmp(how, "number")) {
		fprintf(stderr, "%llx", (unsigned long long)seeded_number());
		return 0;
	}
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

void test_faults(void)
{
	expect_end("hole", 40 + FATAL_FAULT, "fault write offset 0xb0010");
	expect_end("device", 40 + FATAL_FAULT, "fault read offset 0xfee00000");
	expect_end("vmalloc", 40 + FATAL_FAULT, "fault write");
	if (FAKE_HAVE_DWARF && !FAKE_TSAN)
		expect_end("vmalloc", 40 + FATAL_FAULT, "by die+0x");
	/* Where no thread of the machine runs: the helper does it. */
	expect_end("wild write on an idle CPU", 40 + FATAL_FAULT, "fault write");
#if defined(__x86_64__) || defined(__i386__)
	expect_end("trap on an idle CPU", 40 + FATAL_FAULT, "trap invalid opcode");
#endif
	expect_end("overflow", 40 + FATAL_FAULT, "stack overflow");
	if (!FAKE_SANITIZED)
		expect_end("null", -SIGSEGV, "");
	else
		expect_end("null", FAKE_TSAN ? 66 : 1, "Sanitizer");
}

void test_ends(void)
{
	expect_end("stall", 40 + FATAL_STALL, "every thread sleeps, and nothing will wake one");
	expect_end("stall after interrupt", 40 + FATAL_STALL, "every thread sleeps");
	expect_end("spin", 40 + FATAL_STALL, "every CPU spins");
	expect_end("panic", 40 + FATAL_PANIC, "on purpose");
}

void test_seeded_elsewhere(void)
{
	char text[100];

	snprintf(text, sizeof(text), "%llx", (unsigned long long)seeded_number());
	for (int i = 0; i < 5; i++)
		expect_end("number", 0, text);
}
