// SPDX-License-Identifier: MIT
/* Cross calls: on which CPUs, in which context. */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/smp.h>

static atomic_t calls[QUARRY_MAX_CPUS];
static atomic_t irqs_on;

static void note(void *info)
{
	atomic_inc(&calls[raw_smp_processor_id()]);
	if (!irqs_disabled())
		atomic_inc(&irqs_on);
}

static void reset(void)
{
	memset(calls, 0, sizeof(calls));
	atomic_set(&irqs_on, 0);
}

static unsigned int total(void)
{
	unsigned int cpu, n = 0;

	for_each_online_cpu(cpu)
		n += (unsigned int)atomic_read(&calls[cpu]);
	return n;
}

static void single_test(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		reset();
		KUNIT_EXPECT_EQ(test, smp_call_function_single((int)cpu, note, NULL, 1), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&calls[cpu]), 1);
		KUNIT_EXPECT_EQ(test, total(), 1u);
		KUNIT_EXPECT_EQ(test, atomic_read(&irqs_on), 0);
	}
	KUNIT_EXPECT_EQ(test, smp_call_function_single((int)nr_cpu_ids, note, NULL, 1), -ENXIO);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void all_test(struct kunit *test)
{
	unsigned int me;

	reset();
	on_each_cpu(note, NULL, 1);
	KUNIT_EXPECT_EQ(test, total(), nr_cpu_ids);

	reset();
	me = get_cpu();
	smp_call_function(note, NULL, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&calls[me]), 0);
	put_cpu();
	KUNIT_EXPECT_EQ(test, total(), nr_cpu_ids - 1);
}

static bool is_odd(int cpu, void *info)
{
	return cpu & 1;
}

static void mask_test(struct kunit *test)
{
	cpumask_t mask = {};

	cpumask_set_cpu(0, &mask);
	cpumask_set_cpu(nr_cpu_ids - 1, &mask);
	reset();
	on_each_cpu_mask(&mask, note, NULL, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&calls[0]), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&calls[nr_cpu_ids - 1]), 1);
	KUNIT_EXPECT_EQ(test, total(), 2u);

	reset();
	on_each_cpu_cond(is_odd, note, NULL, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&calls[0]), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&calls[1]), 1);

	reset();
	KUNIT_EXPECT_EQ(test, smp_call_function_any(cpumask_of(1), note, NULL, 1), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&calls[1]), 1);
	KUNIT_EXPECT_EQ(test, total(), 1u);
}

static void get_cpu_test(struct kunit *test)
{
	unsigned int cpu = get_cpu();

	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	KUNIT_EXPECT_EQ(test, cpu, (unsigned int)smp_processor_id());
	put_cpu();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void debug_test(struct kunit *test)
{
	preempt_disable();
	debug_smp_processor_id();
	preempt_enable();
	/* Bound to one CPU it is right as well. */
	set_cpus_allowed_ptr(current, cpumask_of(1));
	KUNIT_EXPECT_EQ(test, debug_smp_processor_id(), 1u);
	set_cpus_allowed_ptr(current, cpu_online_mask);
	quarry_expect_reports(test, 1);
	debug_smp_processor_id();
}

static struct kunit_case smp_cases[] = {
	KUNIT_CASE(single_test),
	KUNIT_CASE(all_test),
	KUNIT_CASE(mask_test),
	KUNIT_CASE(get_cpu_test),
	KUNIT_CASE(debug_test),
	{}
};

static struct kunit_suite smp_suite = { .name = "smp", .test_cases = smp_cases };
kunit_test_suite(smp_suite);
