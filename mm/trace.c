// SPDX-License-Identifier: MIT
/*
 * The rings that trace events go into, and which events do.
 *
 * A ring per CPU, of records of one size. Its CPU writes with interrupts off, so
 * there is one writer, whatever context the event comes from, and no lock. When the
 * ring is full the oldest record is overwritten. Others may read meanwhile.
 *
 * T1  Record number n of a CPU is in slot n % slots; next is the number of the next.
 * T2  A slot's seq is n + 1 while it holds all of record n, and 0 while it is written:
 *     who reads it before and after copying knows whether the copy is one record.
 * T3  Rings are only replaced after each CPU was seen with interrupts on: no writer
 *     has an old one any more. Readers and those who replace keep each other out.
 * T4  An event that is on, and each probe, is one in its tracepoint's key.
 *
 * Rings are made when the first event is switched on; by trace_event= before there
 * is a page allocator, so that its first pages are traced, too.
 *
 * Locking: trace.h says who keeps whom out; the writer needs nobody.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kmemleak.h>
#include <linux/math.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/percpu-defs.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/trace.h"

#define SLOT_WORDS	(sizeof(struct trace_entry) / sizeof(long))
#define DEFAULT_SIZE	(1408ul << 10)	/* bytes a CPU, as the kernel's */
#define MEMORY_SHARE	64		/* but all rings together at most this part */

/* Keys: S seq tells (T2) */
struct trace_slot {
	unsigned long seq;		/* S */
	unsigned long word[SLOT_WORDS];	/* S  a struct trace_entry */
};

/* Keys: P owning CPU, interrupts off; others read | R replaced (T3) | M readers' own */
struct trace_cpu {
	struct trace_slot *ring;	/* R  NULL: none */
	unsigned long slots;		/* R */
	unsigned long next;		/* P */
	unsigned long base;		/* M  records before this one were cleared */
	struct trace_slot *fresh;	/* M  while rings are replaced */
	bool early;			/* M  from memblock: never freed */
};

static DEFINE_PER_CPU(struct trace_cpu, trace_cpu);

bool tracing_on;
static unsigned long size_wanted;	/* M  bytes; 0: the default */
static unsigned long generation;	/* M  of the rings */
static bool rings_there;		/* M */
static bool early;			/* M  there is only memblock yet */

/* The command line's, until trace_init(). */
static char boot_events[512];
static unsigned long boot_size;

static int __init trace_event_setup(char *arg)
{
	return arg && strscpy(boot_events, arg, sizeof(boot_events)) >= 0 ? 0 : -EINVAL;
}
early_param("trace_event", trace_event_setup);

static int __init trace_buf_size_setup(char *arg)
{
	if (!arg)
		return -EINVAL;
	boot_size = (unsigned long)memparse(arg, &arg);
	return boot_size && !*arg ? 0 : -EINVAL;
}
early_param("trace_buf_size", trace_buf_size_setup);

/* Writing. */

static unsigned char context_flags(unsigned long irqs_off, unsigned int count)
{
	unsigned char flags = 0;

	if (irqs_off)
		flags |= TRACE_FLAG_IRQS_OFF;
	if (!(raw_cpu_read(quarry_cpu_hot.preempt_count) & PREEMPT_NEED_RESCHED))
		flags |= TRACE_FLAG_NEED_RESCHED;
	if (count & NMI_MASK)
		flags |= TRACE_FLAG_NMI;
	if (count & HARDIRQ_MASK)
		flags |= TRACE_FLAG_HARDIRQ;
	if (count & SOFTIRQ_OFFSET)
		flags |= TRACE_FLAG_SOFTIRQ;
	if ((count & SOFTIRQ_MASK) >> (SOFTIRQ_SHIFT + 1))
		flags |= TRACE_FLAG_BH_OFF;
	return flags;
}

/* T2. Interrupts are off. */
static void write_slot(struct trace_cpu *t, struct trace_slot *ring,
		       const struct trace_entry *entry)
{
	const unsigned long *from = (const unsigned long *)entry;
	unsigned long n = t->next;
	struct trace_slot *slot = &ring[n % t->slots];
	unsigned int i;

	WRITE_ONCE(slot->seq, 0);
	smp_wmb();
	for (i = 0; i < SLOT_WORDS; i++)
		WRITE_ONCE(slot->word[i], from[i]);
	smp_store_release(&slot->seq, n + 1);
	smp_store_release(&t->next, n + 1);
}

void trace_record(const struct trace_event *event, struct trace_common *c, size_t size)
{
	unsigned int count = (unsigned int)preempt_count();
	struct trace_entry entry = {};
	struct trace_slot *ring;
	struct trace_cpu *t;
	unsigned long flags;

	if (!READ_ONCE(tracing_on))
		return;
	local_irq_save(flags);
	t = this_cpu_ptr(&trace_cpu);
	ring = smp_load_acquire(&t->ring);
	if (ring) {
		c->common_type = event->id;
		c->common_flags = context_flags(flags, count);
		c->common_preempt_count = (count & PREEMPT_MASK) >> PREEMPT_SHIFT;
		c->common_pid = current->pid;
		memcpy(entry.data, c, size);
		memcpy(entry.comm, current->comm, sizeof(entry.comm));
		entry.ts = quarry_host_clock();
		write_slot(t, ring, &entry);
	}
	local_irq_restore(flags);
}

/* Reading. */

bool trace_read(unsigned int cpu, unsigned long n, struct trace_entry *entry)
{
	struct trace_cpu *t = per_cpu_ptr(&trace_cpu, cpu);
	unsigned long *to = (unsigned long *)entry;
	struct trace_slot *slot;
	unsigned int i;

	if (!t->ring)
		return false;
	slot = &t->ring[n % t->slots];
	if (smp_load_acquire(&slot->seq) != n + 1)
		return false;
	for (i = 0; i < SLOT_WORDS; i++)
		to[i] = READ_ONCE(slot->word[i]);
	smp_rmb();
	return READ_ONCE(slot->seq) == n + 1;
}

void trace_range(unsigned int cpu, unsigned long *from, unsigned long *end)
{
	struct trace_cpu *t = per_cpu_ptr(&trace_cpu, cpu);

	*end = smp_load_acquire(&t->next);
	*from = t->base;
	if (*end - *from > t->slots)
		*from = *end - t->slots;
}

void trace_count(unsigned int cpu, struct trace_counts *c)
{
	unsigned long from, end;

	trace_range(cpu, &from, &end);
	c->entries = end - from;
	c->written = end - per_cpu_ptr(&trace_cpu, cpu)->base;
}

unsigned long trace_generation(void)
{
	return generation;
}

void trace_clear(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct trace_cpu *t = per_cpu_ptr(&trace_cpu, cpu);

		t->base = smp_load_acquire(&t->next);
	}
}

/* Rings. */

static void nothing(void *unused)
{
}

static void free_ring(struct trace_slot *ring, bool from_memblock)
{
	if (!from_memblock)
		kvfree(ring);
}

/* T3 */
static void remove_rings(void)
{
	unsigned int cpu;

	if (!rings_there)
		return;
	rings_there = false;
	generation++;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct trace_cpu *t = per_cpu_ptr(&trace_cpu, cpu);
		struct trace_slot *ring = t->ring;

		WRITE_ONCE(t->ring, NULL);
		quarry_host_cross_call(cpu, nothing, NULL);
		free_ring(ring, t->early);
		t->next = t->base = 0;
		t->early = false;
	}
}

unsigned long trace_size(bool *there)
{
	unsigned long most;

	if (there)
		*there = rings_there;
	if (size_wanted)
		return size_wanted;
	most = (get_num_physpages() << PAGE_SHIFT) / MEMORY_SHARE / machine.nr_cpus;
	return clamp(round_down(most, PAGE_SIZE), PAGE_SIZE, DEFAULT_SIZE);
}

static struct trace_slot *new_ring(unsigned int cpu, unsigned long bytes)
{
	if (early)
		return memblock_alloc_node(bytes, PAGE_SIZE, cpu_to_node(cpu));
	return kvzalloc_node(bytes, GFP_KERNEL | __GFP_NOWARN, cpu_to_node(cpu));
}

static int make_rings(unsigned long size)
{
	unsigned long slots = size / sizeof(struct trace_slot);
	struct trace_cpu *t;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		t = per_cpu_ptr(&trace_cpu, cpu);
		t->fresh = new_ring(cpu, size);
		if (!t->fresh)
			goto no_memory;
	}
	remove_rings();
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		t = per_cpu_ptr(&trace_cpu, cpu);
		t->slots = slots;
		t->early = early;
		/* Addresses of what has come and gone. */
		kmemleak_no_scan(t->fresh);
		smp_store_release(&t->ring, t->fresh);
		t->fresh = NULL;
	}
	rings_there = true;
	return 0;
no_memory:
	while (cpu--) {
		t = per_cpu_ptr(&trace_cpu, cpu);
		free_ring(t->fresh, early);
		t->fresh = NULL;
	}
	return -ENOMEM;
}

int trace_resize(unsigned long size)
{
	int err = 0;

	if (!size || size > ULONG_MAX - PAGE_SIZE)
		return -EINVAL;
	size = round_up(size, PAGE_SIZE);
	if (rings_there)
		err = make_rings(size);
	if (!err)
		size_wanted = size;
	return err;
}

/* Events. */

void tracepoint_look(struct tracepoint *tp, bool begin)
{
	if (begin) {
		if (!static_key_count(&tp->key) && tp->regfunc)
			tp->regfunc();
		static_key_slow_inc(&tp->key);
	} else {
		static_key_slow_dec(&tp->key);
		if (!static_key_count(&tp->key) && tp->unregfunc)
			tp->unregfunc();
	}
}

int trace_event_set(struct trace_event *event, bool on)
{
	int err;

	if (event->on == on)
		return 0;
	if (on && !rings_there) {
		err = make_rings(trace_size(NULL));
		if (err)
			return err;
	}
	WRITE_ONCE(event->on, on);
	tracepoint_look(event->tp, on);
	return 0;
}

/* Does a pattern of @len characters fit all of @s? */
static bool matches(const char *pattern, size_t len, const char *s)
{
	for (; len; pattern++, len--, s++) {
		if (*pattern == '*') {
			do {
				if (matches(pattern + 1, len - 1, s))
					return true;
			} while (*s++);
			return false;
		}
		if (*pattern != *s)
			return false;
	}
	return !*s;
}

bool trace_pattern_matches(const char *pattern, const struct trace_event *event)
{
	size_t len = strcspn(pattern, ":");

	if (!pattern[len])
		return matches(pattern, len, event->system) || matches(pattern, len, event->name);
	return matches(pattern, len, event->system) &&
	       (!pattern[len + 1] || matches(pattern + len + 1, strlen(pattern + len + 1),
					     event->name));
}

int trace_set(const char *pattern, bool on)
{
	unsigned int i;
	int err = -EINVAL;

	for (i = 0; trace_events[i]; i++) {
		if (!trace_pattern_matches(pattern, trace_events[i]))
			continue;
		err = trace_event_set(trace_events[i], on);
		if (err)
			break;
	}
	return err;
}

/* Start and stop. */

static void set_boot_events(void)
{
	char *rest = boot_events, *name;

	while ((name = strsep(&rest, ",")) != NULL) {
		int err = *name ? trace_set(name, true) : 0;

		if (err)
			pr_err("trace_event=%s: %s\n", name,
			       err == -ENOMEM ? "no memory for the rings" : "there is no such event");
	}
}

void trace_init(void)
{
	unsigned int i, cpu;

	for (i = 0; trace_events[i]; i++) {
		struct trace_event *event = trace_events[i];

		event->id = i + 1;
		event->on = false;
		event->tp->key = (struct static_key)STATIC_KEY_INIT_FALSE;
		event->tp->funcs = NULL;
	}
	trace_kmem_reset();
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		*per_cpu_ptr(&trace_cpu, cpu) = (struct trace_cpu) {};
	rings_there = false;
	generation++;
	size_wanted = round_up(boot_size, PAGE_SIZE);
	tracing_on = true;
	early = true;
	set_boot_events();
	early = false;
	boot_events[0] = '\0';
	boot_size = 0;
}

void trace_shutdown(void)
{
	trace_set("*", false);
	remove_rings();
	boot_events[0] = '\0';
	boot_size = 0;
}
