// SPDX-License-Identifier: MIT
/*
 * Kernel stacks and interrupt stacks: S1 to S4 of mm/stack.c, K1 and K2 of kernel/stack.c, and
 * the view. Where stacks are the port's (under sanitizers), what is true there.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/stack.h"
#include "tests/unit/settle.h"
#include "tests/unit/text.h"

#define MANY	300

static void need_ours(struct kunit *test)
{
	if (!stacks_are_ours())
		kunit_skip(test, "stacks are the port's here");
}

static void layout_test(struct kunit *test)
{
	unsigned long lo = (unsigned long)task_stack_page(current), at;
	int local;

	need_ours(test);
	KUNIT_EXPECT_EQ(test, THREAD_SIZE, IS_ENABLED(CONFIG_64BIT) ? 16384ul : 8192ul);
	KUNIT_EXPECT_EQ(test, lo % THREAD_SIZE, 0ul);
	KUNIT_EXPECT_LT(test, (unsigned long)&local - lo, THREAD_SIZE);
	KUNIT_EXPECT_EQ(test, *end_of_stack(current), (unsigned long)STACK_END_MAGIC);
	KUNIT_EXPECT_FALSE(test, task_stack_end_corrupted(current));
	for (at = lo; at < lo + THREAD_SIZE; at += PAGE_SIZE)
		KUNIT_EXPECT_NOT_NULL(test, vmalloc_to_page((void *)at));
	for (at = lo - (THREAD_SIZE - PAGE_SIZE); at < lo; at += PAGE_SIZE)
		KUNIT_EXPECT_NULL(test, vmalloc_to_page((void *)at));
	KUNIT_EXPECT_NULL(test, vmalloc_to_page((void *)(lo + THREAD_SIZE)));
	KUNIT_EXPECT_NOT_NULL(test, init_task.stack);
}

static int global_object;

static void on_stack_test(struct kunit *test)
{
	void *object = kunit_kzalloc(test, 32, GFP_KERNEL);
	int local;

	KUNIT_EXPECT_TRUE(test, object_is_on_stack(&local));
	KUNIT_EXPECT_FALSE(test, object_is_on_stack(&global_object));
	KUNIT_EXPECT_FALSE(test, object_is_on_stack(object));
}

/* How deep a stack was used. */

struct dive {
	unsigned long bytes;		/* to use */
	unsigned long before, after;	/* never used, around that */
};

/* It returns with them written to. */
static noinline void use_kilobytes(unsigned long n)
{
	volatile char here[1024];
	unsigned int i;

	for (i = 0; i < sizeof(here); i++)
		here[i] = 1;
	if (n > 1)
		use_kilobytes(n - 1);
	here[0] = 2;
}

static int diver(void *data)
{
	struct dive *d = data;

	d->before = stack_not_used(current);
	if (d->bytes)
		use_kilobytes(d->bytes >> 10);
	d->after = stack_not_used(current);
	return 0;
}

/* Until the thread has left its CPU. */
static void run_to_end(struct kunit *test, struct task_struct *task)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&task->kthread->exited);
	put_task_struct(task);
	sched_settle();
}

static void dive(struct kunit *test, struct dive *d, unsigned long bytes)
{
	d->bytes = bytes;
	run_to_end(test, kthread_create(diver, d, "diver"));
}

static void high_water_test(struct kunit *test)
{
	struct dive d;

	need_ours(test);
	dive(test, &d, 0);
	KUNIT_EXPECT_EQ(test, d.before, d.after);
	KUNIT_EXPECT_GT(test, d.before, THREAD_SIZE - 2048);	/* to begin takes little */
	KUNIT_EXPECT_LT(test, d.before, THREAD_SIZE);
	dive(test, &d, 5 << 10);
	KUNIT_EXPECT_GE(test, d.before - d.after, (5ul << 10) - 1024);
	KUNIT_EXPECT_LE(test, d.before - d.after, 7ul << 10);
}

static void kept_test(struct kunit *test)
{
	unsigned long free, kib, pages;
	struct dive d;
	unsigned int i;

	need_ours(test);
	sched_forget_dead();
	slab_settle();
	pages = vmalloc_nr_pages();
	kib = global_node_page_state(NR_KERNEL_STACK_KB);
	free = nr_free_pages();
	for (i = 0; i < 20; i++)
		dive(test, &d, 4 << 10);
	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_KERNEL_STACK_KB), kib);
	/* As many are kept as CPUs want. */
	KUNIT_EXPECT_GT(test, vmalloc_nr_pages(), pages);
	KUNIT_EXPECT_LE(test, vmalloc_nr_pages() - pages,
			nr_cpu_ids * 2 * (THREAD_SIZE >> PAGE_SHIFT));
	sched_forget_dead();
	slab_settle();
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
}

/* A stack that is kept is used next, and shows nothing of who had it before. */

static void *stack_seen;

static int see_stack(void *data)
{
	stack_seen = task_stack_page(current);
	*(unsigned long *)data = stack_not_used(current);
	use_kilobytes(4);
	return 0;
}

static void *one_on_cpu(struct kunit *test, unsigned int cpu)
{
	unsigned long unused = 0;

	run_to_end(test, kthread_create_on_cpu(see_stack, &unused, cpu, "kept/%u"));
	KUNIT_EXPECT_GT(test, unused, THREAD_SIZE - 2048);
	return stack_seen;
}

static void reuse_test(struct kunit *test)
{
	void *first;

	need_ours(test);
	set_cpus_allowed_ptr(current, cpumask_of(0));
	task_stacks_drain();
	first = one_on_cpu(test, 0);
	KUNIT_EXPECT_PTR_EQ(test, one_on_cpu(test, 0), first);
	task_stacks_drain();
	KUNIT_EXPECT_NULL(test, vmalloc_to_page(first));
	set_cpus_allowed_ptr(current, cpu_online_mask);
}

/* Many at once. */

static struct {
	struct task_struct *task[MANY];
	unsigned long local[MANY];
	atomic_t wrong, arrived;
	struct completion all;
} many;

static int one_of_many(void *data)
{
	unsigned long i = (unsigned long)data;
	unsigned long lo = (unsigned long)task_stack_page(current);
	int local;

	many.local[i] = (unsigned long)&local;
	if (!object_is_on_stack(&local) ||
	    (lo && ((unsigned long)&local - lo >= THREAD_SIZE || task_stack_end_corrupted(current))))
		atomic_inc(&many.wrong);
	if (atomic_inc_return(&many.arrived) == MANY)
		complete(&many.all);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void many_test(struct kunit *test)
{
	unsigned long kib, free, i, j, shared = 0, each = stacks_are_ours() ? THREAD_SIZE >> 10 : 0;

	sched_forget_dead();
	slab_settle();
	kib = global_node_page_state(NR_KERNEL_STACK_KB);
	free = nr_free_pages();
	atomic_set(&many.wrong, 0);
	atomic_set(&many.arrived, 0);
	init_completion(&many.all);
	for (i = 0; i < MANY; i++) {
		many.task[i] = kthread_run(one_of_many, (void *)i, "many/%lu", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, many.task[i]);
	}
	wait_for_completion(&many.all);
	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_KERNEL_STACK_KB), kib + MANY * each);
	for (i = 0; i < MANY; i++)
		for (j = 0; j < i; j++)
			shared += many.local[i] / THREAD_SIZE == many.local[j] / THREAD_SIZE;
	KUNIT_EXPECT_EQ(test, shared, 0ul);
	KUNIT_EXPECT_EQ(test, atomic_read(&many.wrong), 0);
	for (i = 0; i < MANY; i++)
		kthread_stop(many.task[i]);
	sched_settle();
	KUNIT_EXPECT_EQ(test, global_node_page_state(NR_KERNEL_STACK_KB), kib);
	sched_forget_dead();
	slab_settle();
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

/* Interrupts. */

struct irq_note {
	unsigned long local;
	unsigned int cpu;
	int nested;		/* calls to go */
	unsigned long inner;	/* a local of the innermost */
};

static void note_where(void *info)
{
	struct irq_note *n = info;
	unsigned long flags;
	int local;

	if (!n->local)
		n->local = (unsigned long)&local;
	n->inner = (unsigned long)&local;
	n->cpu = raw_smp_processor_id();
	local_irq_save(flags);
	if (n->nested-- > 0)
		quarry_interrupt(note_where, n);
	local_irq_restore(flags);
}

static void expect_there(struct kunit *test, unsigned int cpu, const struct irq_note *n)
{
	unsigned long lo = per_cpu(irq_stack, cpu);

	KUNIT_EXPECT_EQ(test, n->cpu, cpu);
	KUNIT_EXPECT_LT(test, n->local - lo, IRQ_STACK_SIZE);
	KUNIT_EXPECT_LT(test, n->inner - lo, IRQ_STACK_SIZE);
	KUNIT_EXPECT_LE(test, n->inner, n->local);
	KUNIT_EXPECT_EQ(test, *(unsigned long *)lo, (unsigned long)STACK_END_MAGIC);
	KUNIT_EXPECT_NULL(test, vmalloc_to_page((void *)(lo - PAGE_SIZE)));
	KUNIT_EXPECT_NULL(test, vmalloc_to_page((void *)(lo + IRQ_STACK_SIZE)));
}

/* On each CPU, be it idle, ours or another's. */
static void irq_test(struct kunit *test)
{
	unsigned int cpu, other;

	need_ours(test);
	for_each_online_cpu(cpu) {
		struct irq_note n = { .nested = 0 }, deep = { .nested = 2 };

		quarry_host_cross_call(cpu, note_where, &n);
		expect_there(test, cpu, &n);
		quarry_host_cross_call(cpu, note_where, &deep);
		expect_there(test, cpu, &deep);
		KUNIT_EXPECT_LT(test, deep.inner, deep.local);
		for_each_online_cpu(other)
			KUNIT_EXPECT_TRUE(test, other == cpu ||
				per_cpu(irq_stack, other) != per_cpu(irq_stack, cpu));
	}
	KUNIT_EXPECT_FALSE(test, in_interrupt());
}

/* One that comes while interrupts are off runs when they are on again, on the same stack. */

static int poke(void *data)
{
	struct irq_note *n = data;

	smp_call_function_single(0, note_where, n, 1);
	return 0;
}

static void irq_later_test(struct kunit *test)
{
	struct irq_note n = { .nested = 0 };
	struct task_struct *task;
	unsigned long flags;
	u64 until;

	need_ours(test);
	if (nr_cpu_ids < 2)
		kunit_skip(test, "needs two CPUs");
	set_cpus_allowed_ptr(current, cpumask_of(0));
	task = kthread_create_on_cpu(poke, &n, 1, "poke/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	get_task_struct(task);
	local_irq_save(flags);
	wake_up_process(task);
	until = quarry_host_clock() + 20 * NSEC_PER_MSEC;
	while (quarry_host_clock() < until)
		cpu_relax();
	KUNIT_EXPECT_EQ(test, READ_ONCE(n.local), 0ul);
	local_irq_restore(flags);
	wait_for_completion(&task->kthread->exited);
	expect_there(test, 0, &n);
	put_task_struct(task);
	set_cpus_allowed_ptr(current, cpu_online_mask);
}

static void note_unused(void *info)
{
	unsigned long lo = raw_cpu_read(irq_stack);

	*(unsigned long *)info = stack_unused(lo, IRQ_STACK_SIZE);
}

#define LEFT	512ul		/* bytes */

static noinline void use_down_to(unsigned long lowest)
{
	volatile char here[128];

	here[0] = 1;
	if ((unsigned long)here > lowest)
		use_down_to(lowest);
	here[0] = 2;
}

static void use_most(void *info)
{
	use_down_to(raw_cpu_read(irq_stack) + LEFT);
}

static void irq_high_water_test(struct kunit *test)
{
	unsigned long before, after;

	need_ours(test);
	quarry_host_cross_call(0, note_unused, &before);
	KUNIT_EXPECT_GT(test, before, IRQ_STACK_SIZE / 2);
	KUNIT_EXPECT_LT(test, before, IRQ_STACK_SIZE);
	quarry_host_cross_call(0, use_most, NULL);
	quarry_host_cross_call(0, note_unused, &after);
	KUNIT_EXPECT_LE(test, after, LEFT);
	KUNIT_EXPECT_GT(test, after, LEFT / 4);
}

/* The view. */

static void view_test(struct kunit *test)
{
	struct text *t = text_alloc(test, 32768);
	unsigned long size = 0, used = 0, left = 0;
	char line[64];
	const char *at;

	KUNIT_EXPECT_EQ(test, quarry_proc_read("stacks", text_collect, t), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "    1 init "));
	snprintf(line, sizeof(line), "%5d %-16s", current->pid, current->comm);
	at = strstr(t->buf, line);
	KUNIT_ASSERT_NOT_NULL_MSG(test, at, "%s", t->buf);
	if (!stacks_are_ours()) {
		KUNIT_EXPECT_EQ(test, sscanf(at + strlen(line), "%lu", &size), 1);
		KUNIT_EXPECT_EQ(test, size, (unsigned long)task_thread(current)->stack_size);
		KUNIT_EXPECT_NULL(test, strstr(t->buf, "interrupt stack"));
		return;
	}
	KUNIT_ASSERT_EQ(test, sscanf(at + strlen(line), "%lu %lu %lu", &size, &used, &left), 3);
	KUNIT_EXPECT_EQ(test, size, THREAD_SIZE);
	KUNIT_EXPECT_EQ(test, used + left, size);
	KUNIT_EXPECT_GE(test, left, stack_not_used(current));
	KUNIT_EXPECT_GT(test, used, 200ul);
	snprintf(line, sizeof(line), "\n%5u %-16s%7lu ", nr_cpu_ids - 1, "", IRQ_STACK_SIZE);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(t->buf, line), "%s", t->buf);
}

static struct kunit_case stack_cases[] = {
	KUNIT_CASE(layout_test),
	KUNIT_CASE(on_stack_test),
	KUNIT_CASE(high_water_test),
	KUNIT_CASE(kept_test),
	KUNIT_CASE(reuse_test),
	KUNIT_CASE(many_test),
	KUNIT_CASE(irq_test),
	KUNIT_CASE(irq_later_test),
	KUNIT_CASE(irq_high_water_test),
	KUNIT_CASE(view_test),
	{}
};

static struct kunit_suite stack_suite = { .name = "stack", .test_cases = stack_cases };
kunit_test_suite(stack_suite);

static struct kunit_suite stack_i386_suite = { .name = "stack_i386_4g", .test_cases = stack_cases };
quarry_suite_on(stack_i386_suite, "i386-4g");
