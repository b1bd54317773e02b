/* SPDX-License-Identifier: MIT */
#include "fake_core.h"

#include <stdio.h>
#include <string.h>

unsigned long __per_cpu_offset[QUARRY_MAX_CPUS];
volatile char fake_sink;
int fake_misuses;

static struct fake_cpu cpus[QUARRY_MAX_CPUS];
static int errors;
static struct fake_thread boot;
static uintptr_t direct_map;

struct boot_call {
	struct quarry_machine *m;
	void (*fn)(void *arg);
	void *arg;
};

#define MUST(cond)							\
	do {								\
		if (!(cond)) {						\
			printf("# fake core, line %d: %s\n", __LINE__, #cond); \
			__atomic_fetch_add(&errors, 1, __ATOMIC_RELAXED); \
		}							\
	} while (0)

void fake_core_reset(unsigned int nr_cpus)
{
	memset(cpus, 0, sizeof(cpus));
	memset(__per_cpu_offset, 0, sizeof(__per_cpu_offset));
	__atomic_store_n(&errors, 0, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < nr_cpus; i++)
		__per_cpu_offset[i] = (unsigned long)((char *)&cpus[i] - (char *)&cpus[0]);
}

int fake_core_errors(void)
{
	return __atomic_load_n(&errors, __ATOMIC_RELAXED);
}

struct fake_cpu *fake_cpu(unsigned int cpu)
{
	return &cpus[cpu];
}

struct fake_cpu *fake_this_cpu(void)
{
	return (struct fake_cpu *)((char *)&cpus[0] + QUARRY_PORT_PERCPU_OFFSET());
}

struct fake_thread *fake_current(void)
{
	return fake_this_cpu()->current;
}

void fake_preempt_point(void)
{
	unsigned long flags = quarry_hosted_irq_save();
	bool wanted = fake_this_cpu()->wanted;

	fake_this_cpu()->wanted = false;
	quarry_hosted_irq_restore(flags);
	if (wanted)
		quarry_host_sleep(0);
}

static void boot_main(void *arg)
{
	struct boot_call *call = arg;
	struct fake_cpu *c = fake_this_cpu();

	MUST(c == &cpus[0] && quarry_host_cpu() == 0);
	memset(&boot, 0, sizeof(boot));
	c->inside = 1;
	c->current = &boot;
	call->m->boot_thread->context = &boot;
	/* The port's half of the boot thread is not ours: the mask is. */
	memset(boot.mask, 0xff, sizeof(boot.mask));
	call->m->boot_thread->cpus_allowed = boot.mask;
	boot.t.host = call->m->boot_thread->host;
	call->fn(call->arg);
	fake_this_cpu()->inside = 0;
}

int fake_run(struct quarry_machine *m, void (*fn)(void *arg), void *arg)
{
	struct boot_call call = { m, fn, arg };

	direct_map = m->direct_map;
	return quarry_hosted_run(boot_main, &call);
}

void fake_start(struct fake_thread *thread, const char *name, void (*fn)(void *arg), void *arg)
{
	memset(thread->mask, 0xff, sizeof(thread->mask));
	thread->t.name = name;
	thread->t.fn = fn;
	thread->t.arg = arg;
	thread->t.context = thread;
	thread->t.cpus_allowed = thread->mask;
	MUST(quarry_host_thread_start(&thread->t) == 0);
}

void fake_set_affinity(struct fake_thread *thread, unsigned int cpu)
{
	unsigned int bits = 8 * sizeof(long);

	for (unsigned int i = 0; i < QUARRY_MAX_CPUS / bits; i++)
		__atomic_store_n(&thread->mask[i], i == cpu / bits ? 1ul << cpu % bits : 0,
				 __ATOMIC_RELAXED);
}

/* What the port calls. */

void quarry_thread_in(void *context)
{
	struct fake_cpu *c = fake_this_cpu();

	MUST(c == &cpus[quarry_host_cpu()]);
	MUST(c->inside == 0);
	c->inside = 1;
	c->current = context;
	c->wanted = false;
}

void quarry_thread_out(void)
{
	struct fake_cpu *c = fake_this_cpu();

	MUST(c->inside == 1 && c->in_irq == 0);
	c->inside = 0;
	c->current = NULL;
}

void quarry_want_resched(unsigned int cpu)
{
	MUST(cpu == quarry_host_cpu());
	cpus[cpu].wanted = true;
}

void quarry_interrupt(void (*fn)(void *arg), void *arg)
{
	struct fake_cpu *c = fake_this_cpu();

	MUST(c == &cpus[quarry_host_cpu()]);
	MUST(quarry_hosted_self.irq_off == 1);
	MUST(c->in_irq == 0);
	c->in_irq++;
	fn(arg);
	c->in_irq--;
}

void quarry_device_misused(const char *what)
{
	printf("# fake core: %s\n", what);
	__atomic_fetch_add(&fake_misuses, 1, __ATOMIC_RELAXED);
}

bool quarry_fault(const struct quarry_fault *f)
{
	uintptr_t pc[16];
	size_t n = quarry_host_backtrace(pc, 16);

	if (f->trap)
		fprintf(stderr, "trap %s\n", f->trap);
	else if (f->address < 4096)
		return false;
	fprintf(stderr, "fault %s offset %#lx%s\n", f->write ? "write" : "read",
		(unsigned long)(f->address - direct_map),
		f->stack_overflow ? " stack overflow" : "");
	for (size_t i = 0; i < n; i++) {
		char text[200];

		if (quarry_host_symbol(pc[i], true, text, sizeof(text)))
			fprintf(stderr, "by %s\n", text);
	}
	return true;
}
