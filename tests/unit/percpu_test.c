// SPDX-License-Identifier: MIT
/* Per-CPU memory: every CPU its own copy, handed out, given back, reported. */
#include <kunit/test.h>
#include <linux/fault-inject.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "mm/internal.h"
#include "mm/percpu.h"
#include "tests/unit/together.h"

static DEFINE_PER_CPU(int, plain) = 7;
static DEFINE_PER_CPU(long[4], array);
static DEFINE_PER_CPU_ALIGNED(u64, lined);
static DEFINE_PER_CPU_PAGE_ALIGNED(char[PAGE_SIZE], paged);

static void static_test(struct kunit *test)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, per_cpu(plain, cpu), 7);
		KUNIT_EXPECT_EQ(test, per_cpu(array, cpu)[3], 0l);
		KUNIT_EXPECT_EQ(test, (unsigned long)per_cpu_ptr(&lined, cpu) % SMP_CACHE_BYTES, 0ul);
		KUNIT_EXPECT_EQ(test, offset_in_page(per_cpu_ptr(&paged, cpu)), 0ul);
		per_cpu(plain, cpu) = 100 + cpu;
		per_cpu(array, cpu)[cpu & 3] = cpu;
	}
	for_each_possible_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, per_cpu(plain, cpu), 100 + cpu);
		KUNIT_EXPECT_EQ(test, per_cpu(array, cpu)[cpu & 3], (long)cpu);
		per_cpu(plain, cpu) = 7;
	}
	get_cpu_var(plain)++;
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	put_cpu_var(plain);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void add_one(void *ptr)
{
	this_cpu_inc(*(int __percpu *)ptr);
}

static void each_cpu_its_own_test(struct kunit *test)
{
	int __percpu *p = alloc_percpu(int);
	int cpu, round;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (round = 0; round < 3; round++)
		for_each_online_cpu(cpu)
			smp_call_function_single(cpu, add_one, p, 1);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(p, cpu), 3);
	free_percpu(p);
}

/* D1, and alignment. */
static void zero_and_aligned_test(struct kunit *test)
{
	size_t align, size;
	int cpu, round;

	for (align = 1; align <= PAGE_SIZE; align *= 2)
		for (round = 0; round < 2; round++) {
			char __percpu *p;

			size = align + 3;
			p = __alloc_percpu(size, align);
			KUNIT_ASSERT_NOT_NULL(test, p);
			for_each_possible_cpu(cpu) {
				char *copy = per_cpu_ptr(p, cpu);

				KUNIT_EXPECT_EQ(test, (unsigned long)copy % align, 0ul);
				KUNIT_EXPECT_PTR_EQ(test, memchr_inv(copy, 0, size), NULL);
				memset(copy, 0xee, size);
			}
			free_percpu(p);
		}
}

/*
 * The first chunk of each CPU's unit: copies of the template, the modules' reserve behind
 * it, then dynamic memory; the same offsets on every CPU.
 */
static void first_chunk_test(struct kunit *test)
{
	const struct pcpu_area *a = &pcpu_area;
	unsigned long base = a->base, here = (unsigned long)&plain - base;
	void __percpu *p = percpu_alloc_reserved(64, 64);
	unsigned long reserved = (unsigned long)p - base;
	int cpu;

	KUNIT_EXPECT_LT(test, here, a->static_size);
	KUNIT_EXPECT_EQ(test, a->boot_size, PAGE_ALIGN(a->static_size) + PERCPU_MODULE_RESERVE);
	KUNIT_EXPECT_GE(test, reserved, PAGE_ALIGN(a->static_size));
	KUNIT_EXPECT_LT(test, reserved, a->boot_size);
	KUNIT_EXPECT_GE(test, a->dynamic, a->boot_size);
	KUNIT_EXPECT_TRUE(test, a->places[0]->boot);
	KUNIT_EXPECT_EQ(test, a->places[0]->offset, a->dynamic);
	for_each_possible_cpu(cpu) {
		unsigned long unit = a->unit0 + cpu * a->stride;

		KUNIT_EXPECT_EQ(test, (unsigned long)per_cpu_ptr(&plain, cpu), unit + here);
		KUNIT_EXPECT_EQ(test, (unsigned long)per_cpu_ptr(p, cpu), unit + reserved);
		KUNIT_EXPECT_EQ(test, per_cpu_offset(cpu), unit - base);
	}
	percpu_free_reserved(p);
	/* It stays, whatever comes and goes. */
	for (cpu = 0; cpu < 3; cpu++)
		free_percpu(__alloc_percpu(PCPU_MIN_UNIT_SIZE, 8));
	KUNIT_EXPECT_TRUE(test, a->places[0] && a->places[0]->boot);
}

/* Bytes in use of dynamic memory, per CPU. */
static unsigned long used(void)
{
	struct pcpu_sums sums;

	percpu_sum(&sums);
	return sums.used;
}

/* Any size from a byte, at any alignment up to a page; each costs its size in units. */
static void sizes_test(struct kunit *test)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 64, 65, 255, 256, 257,
					4095, 4096, 4097, 12288, PCPU_MIN_UNIT_SIZE };
	unsigned long before = used(), align;
	unsigned int i;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (align = 1; align <= PAGE_SIZE; align *= 2) {
			char __percpu *p = __alloc_percpu(sizes[i], align);

			KUNIT_ASSERT_NOT_NULL(test, p);
			KUNIT_EXPECT_EQ(test, used() - before,
					(unsigned long)ALIGN(sizes[i], PCPU_MIN_ALLOC_SIZE));
			for_each_possible_cpu(cpu) {
				char *copy = per_cpu_ptr(p, cpu);

				KUNIT_EXPECT_EQ(test, (unsigned long)copy % align, 0ul);
				KUNIT_EXPECT_PTR_EQ(test, memchr_inv(copy, 0, sizes[i]), NULL);
				memset(copy, 0x5a, sizes[i]);
			}
			free_percpu(p);
		}
	KUNIT_EXPECT_EQ(test, used(), before);
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
}

/* Chunks come when they are needed and go when they are empty. */
static void grow_and_shrink_test(struct kunit *test)
{
	enum { N = 300 };
	unsigned long before = pcpu_nr_pages(), most;
	void __percpu **p = kunit_kcalloc(test, N, sizeof(*p), GFP_KERNEL);
	int cpu, i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < N; i++) {
			p[i] = __alloc_percpu(1000, 8);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			for_each_possible_cpu(cpu)
				memset(per_cpu_ptr(p[i], cpu), i + cpu, 1000);
		}
		KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
		most = pcpu_nr_pages();
		KUNIT_EXPECT_GT(test, most, before + N * 1000 / PAGE_SIZE / 2);
		for (i = 0; i < N; i++)
			for_each_possible_cpu(cpu)
				KUNIT_ASSERT_PTR_EQ(test, memchr_inv(per_cpu_ptr(p[i], cpu),
								     (u8)(i + cpu), 1000), NULL);
		for (i = 0; i < N; i++)
			free_percpu(p[(i * 7) % N]);
		KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
		/* One empty chunk may stay. */
		KUNIT_EXPECT_LE(test, pcpu_nr_pages(),
				before + nr_cpu_ids * (PCPU_CHUNK_SIZE / PAGE_SIZE));
	}
}

static void atomic_test(struct kunit *test)
{
	enum { N = 600 };
	void __percpu **p = kunit_kcalloc(test, N, sizeof(*p), GFP_KERNEL);
	unsigned long before = pcpu_nr_pages();
	int i;

	preempt_disable();
	for (i = 0; i < N; i++) {
		p[i] = __alloc_percpu_gfp(1024, 8, GFP_NOWAIT | __GFP_NOWARN);
		if (!p[i])
			break;
	}
	preempt_enable();
	KUNIT_EXPECT_GT(test, i, 0);
	KUNIT_EXPECT_LT(test, i, N);
	KUNIT_EXPECT_EQ(test, pcpu_nr_pages(), before);
	while (i--)
		free_percpu(p[i]);
}

/*
 * Where one must not sleep, what is there is given, and no chunk is made; from any
 * context, with interrupts off, and by GFP_ATOMIC in a thread that could sleep.
 */
static void alloc_one(void *arg)
{
	*(void __percpu **)arg = __alloc_percpu_gfp(8, 8, GFP_ATOMIC);
}

static void free_one(void *p)
{
	free_percpu(p);
}

static void atomic_contexts_test(struct kunit *test)
{
	void __percpu *full = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 8), *p;
	unsigned long before = used(), pages = pcpu_nr_pages(), flags;
	int cpu;

	for_each_online_cpu(cpu) {
		smp_call_function_single(cpu, alloc_one, &p, 1);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, used() - before, 8ul);
		smp_call_function_single(cpu, free_one, p, 1);
		KUNIT_EXPECT_EQ(test, used(), before);
	}
	local_irq_save(flags);
	p = __alloc_percpu_gfp(12, 4, GFP_NOWAIT);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	free_percpu(p);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_restore(flags);
	KUNIT_EXPECT_NOT_NULL(test, p);
	/* As large as a chunk, and no chunk is empty. */
	KUNIT_EXPECT_PTR_EQ(test, __alloc_percpu_gfp(PCPU_MIN_UNIT_SIZE, 8,
						     GFP_ATOMIC | __GFP_NOWARN), NULL);
	KUNIT_EXPECT_EQ(test, pcpu_nr_pages(), pages);
	KUNIT_EXPECT_EQ(test, used(), before);
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
	free_percpu(full);
}

/*
 * Each allocation that the making of a chunk needs fails: once, and from there on for good.
 * The request fails, or has got by without; nothing is left, and the next one succeeds.
 */
static void fail_from(unsigned int n, bool for_good)
{
	struct fail_page_alloc_rules *r = &fail_page_alloc_rules;

	r->attr.probability = for_good && n ? 100 : 0;
	atomic_set(&r->attr.space, n ? (int)n - 1 : 0);
	fault_set_nth(current, for_good ? 0 : n);
	fail_page_alloc_update();
	failslab_update();
}

static bool grow_once(struct kunit *test, unsigned int n, bool for_good)
{
	unsigned long before = used(), pages = pcpu_nr_pages();
	struct pcpu_sums sums, after;
	void __percpu *p;
	bool through;

	percpu_sum(&sums);
	fail_from(n, for_good);
	p = __alloc_percpu_gfp(PCPU_MIN_UNIT_SIZE, 8, GFP_KERNEL | __GFP_NOWARN);
	through = for_good ? atomic_read(&fail_page_alloc_rules.attr.space) > 0 : fault_nth(current);
	fail_from(0, false);
	percpu_sum(&after);
	KUNIT_EXPECT_EQ_MSG(test, used() - before, p ? (unsigned long)PCPU_MIN_UNIT_SIZE : 0ul,
			    "failure %u", n);
	KUNIT_EXPECT_EQ_MSG(test, after.chunks - sums.chunks, p ? 1u : 0u, "failure %u", n);
	if (!p)
		KUNIT_EXPECT_EQ_MSG(test, pcpu_nr_pages(), pages, "failure %u", n);
	KUNIT_EXPECT_EQ_MSG(test, percpu_validate(), 0u, "failure %u", n);
	KUNIT_EXPECT_TRUE(test, p || !through);
	free_percpu(p);
	KUNIT_EXPECT_EQ(test, used(), before);
	return through;
}

static void growth_fails_test(struct kunit *test)
{
	struct fail_page_alloc_rules *r = &fail_page_alloc_rules;
	void __percpu *full = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 8), *p;
	unsigned int most = 500 + nr_cpu_ids * (PCPU_CHUNK_SIZE / PAGE_SIZE), n, for_good;

	r->min_order = 0;
	r->ignore_gfp_highmem = r->ignore_gfp_wait = false;
	r->attr.verbose = 0;
	r->attr.task_filter = true;
	atomic_set(&r->attr.times, -1);
	current->make_it_fail = true;
	for (for_good = 0; for_good < 2; for_good++) {
		/* Each of the first; of the pages of many CPUs, some. */
		for (n = 1; n < most; n += 1 + n / 64) {
			/* No empty chunk is kept: each request needs a new one. */
			p = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 8);
			free_percpu(full);
			full = p;
			if (pcpu_area.nr_empty) {
				p = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 8);
				KUNIT_EXPECT_EQ(test, pcpu_area.nr_empty, 0u);
			} else {
				p = NULL;
			}
			if (grow_once(test, n, for_good)) {
				free_percpu(p);
				break;
			}
			free_percpu(p);
		}
		kunit_info(test, "through at %u%s", n, for_good ? ", for good" : "");
		KUNIT_EXPECT_GT(test, n, 2u);
		KUNIT_EXPECT_LT(test, n, most);
	}
	current->make_it_fail = false;
	fail_page_alloc_init();
	failslab_init();
	p = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 8);
	KUNIT_EXPECT_NOT_NULL(test, p);
	free_percpu(p);
	free_percpu(full);
}

static void alloc_in_atomic_is_reported_test(struct kunit *test)
{
	void __percpu *p;

	quarry_expect_reports(test, 1);
	preempt_disable();
	p = __alloc_percpu(8, 8);
	preempt_enable();
	free_percpu(p);
}

static void misuse_test(struct kunit *test)
{
	int __percpu *p = alloc_percpu(int);
	u64 __percpu *q = alloc_percpu(u64);
	static int foreign;

	quarry_expect_reports(test, 9);
	KUNIT_EXPECT_PTR_EQ(test, __alloc_percpu(0, 4), NULL);
	KUNIT_EXPECT_PTR_EQ(test, __alloc_percpu(PCPU_MIN_UNIT_SIZE + 1, 4), NULL);
	KUNIT_EXPECT_PTR_EQ(test, __alloc_percpu(8, 3), NULL);
	KUNIT_EXPECT_PTR_EQ(test, __alloc_percpu(8, 2 * PAGE_SIZE), NULL);
	free_percpu(NULL);
	free_percpu(p);
	free_percpu(p);
	free_percpu(&foreign);
	free_percpu((char __percpu *)q + 4);
	free_percpu(&plain);
	free_percpu(per_cpu_ptr(q, 1));
	free_percpu(q);
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
}

static void reserved_test(struct kunit *test)
{
	void __percpu *p = percpu_alloc_reserved(5000, 64), *q;
	unsigned long offset = (unsigned long)p - pcpu_area.base;

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_GE(test, offset, pcpu_area.static_size);
	KUNIT_EXPECT_LT(test, offset, pcpu_area.boot_size);
	quarry_expect_reports(test, 1);
	free_percpu(p);		/* a static variable's, to everybody else */
	q = percpu_alloc_reserved(PCPU_MIN_UNIT_SIZE, 64);
	percpu_free_reserved(percpu_alloc_reserved(PCPU_MIN_UNIT_SIZE, 64));
	percpu_free_reserved(p);
	percpu_free_reserved(q);
	p = percpu_alloc_reserved(5000, 64);
	KUNIT_EXPECT_EQ(test, (unsigned long)p - pcpu_area.base, offset);
	percpu_free_reserved(p);
}

static void phys_test(struct kunit *test)
{
	void __percpu *p[80];
	unsigned int i;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = __alloc_percpu(1024, 8);
		for_each_possible_cpu(cpu) {
			u32 *copy = per_cpu_ptr(p[i], cpu);
			phys_addr_t phys = per_cpu_ptr_to_phys(copy);

			*copy = i * 1000 + cpu;
			if (phys < machine.lowmem_end)
				KUNIT_EXPECT_EQ(test, *(u32 *)__va(phys), i * 1000 + cpu);
			KUNIT_EXPECT_EQ(test, offset_in_page(phys), offset_in_page(copy));
		}
	}
	for (i = 0; i < ARRAY_SIZE(p); i++)
		free_percpu(p[i]);
	for_each_possible_cpu(cpu) {
		per_cpu(plain, cpu) = 55 + cpu;
		KUNIT_EXPECT_EQ(test, *(int *)__va(per_cpu_ptr_to_phys(per_cpu_ptr(&plain, cpu))),
				55 + cpu);
		per_cpu(plain, cpu) = 7;
	}
	KUNIT_EXPECT_TRUE(test, is_kernel_percpu_address((unsigned long)per_cpu_ptr(&plain, 1)));
	KUNIT_EXPECT_FALSE(test, is_kernel_percpu_address((unsigned long)test));
}

static void count_holding(void *ctx, const struct quarry_holding *h)
{
	*(size_t *)ctx += h->size;
}

static void holdings_test(struct kunit *test)
{
	uintptr_t lo = (uintptr_t)holdings_test;
	void __percpu *p = __alloc_percpu(100, 4), *q = __alloc_percpu(60, 4);
	size_t bytes = 0;

	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, lo + 1024, count_holding, &bytes), (size_t)2);
	KUNIT_EXPECT_EQ(test, bytes, (size_t)160);
	free_percpu(p);
	free_percpu(q);
	KUNIT_EXPECT_EQ(test, quarry_holdings(lo, lo + 1024, NULL, NULL), (size_t)0);
}

/* Several tasks at once, each checking that what it has is its own. */
static void churn(void *arg)
{
	enum { N = 60 };
	void __percpu *p[N] = {};
	struct rnd_state rnd;
	unsigned int step, i;
	int cpu;

	prandom_seed_state(&rnd, task_pid_nr(current));
	for (step = 0; step < 3000; step++) {
		i = prandom_u32_state(&rnd) % N;
		if (p[i]) {
			for_each_possible_cpu(cpu)
				if (*(u32 *)per_cpu_ptr(p[i], cpu) != task_pid_nr(current) + i)
					(*(int *)arg)++;
			free_percpu(p[i]);
			p[i] = NULL;
			continue;
		}
		p[i] = __alloc_percpu(4 + prandom_u32_state(&rnd) % 1500, 4);
		if (!p[i])
			(*(int *)arg)++;
		else
			for_each_possible_cpu(cpu)
				*(u32 *)per_cpu_ptr(p[i], cpu) = task_pid_nr(current) + i;
		cond_resched();
	}
	for (i = 0; i < N; i++)
		free_percpu(p[i]);
}

static void churn_test(struct kunit *test)
{
	int wrong[6] = {};
	unsigned int i;

	together(test, ARRAY_SIZE(wrong), churn, wrong, sizeof(*wrong));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, wrong[i], 0);
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
}

static struct kunit_case percpu_cases[] = {
	KUNIT_CASE(static_test),
	KUNIT_CASE(each_cpu_its_own_test),
	KUNIT_CASE(zero_and_aligned_test),
	KUNIT_CASE(first_chunk_test),
	KUNIT_CASE(sizes_test),
	KUNIT_CASE(grow_and_shrink_test),
	KUNIT_CASE(atomic_test),
	KUNIT_CASE(atomic_contexts_test),
	KUNIT_CASE(growth_fails_test),
	KUNIT_CASE(alloc_in_atomic_is_reported_test),
	KUNIT_CASE(misuse_test),
	KUNIT_CASE(reserved_test),
	KUNIT_CASE(phys_test),
	KUNIT_CASE(holdings_test),
	KUNIT_CASE(churn_test),
	{}
};

static struct kunit_suite percpu_suite = { .name = "percpu", .test_cases = percpu_cases };
kunit_test_suite(percpu_suite);

static struct kunit_suite percpu_i386_suite = {
	.name = "percpu_i386_4g", .test_cases = percpu_cases,
};
quarry_suite_on(percpu_i386_suite, "i386-4g");
