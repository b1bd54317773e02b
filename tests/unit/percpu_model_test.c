// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory against a naive oracle: random sizes and alignments, taken and given
 * back by threads that change CPU and by interrupts; and what it costs when very many
 * allocations live. D1 to D4 are in mm/percpu.c, M1 to M5 in mm/percpu_map.c.
 *
 * With --seed the CPUs' steps are interleaved as a generator says.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/percpu.h"
#include "tests/unit/together.h"

#define MINE	120	/* allocations of one task, at most */

struct piece {
	char __percpu *p;
	size_t size;
	u8 key;
};

/* Keys: T the task | C fixed */
struct task {
	struct piece have[MINE];	/* T */
	struct rnd_state rnd;		/* T */
	unsigned int nr;		/* C */
	unsigned int steps;		/* C */
	unsigned int failed;		/* T  requests */
	const char *wrong;		/* T  the first mistake */
};

static u32 pick(struct task *t, u32 below)
{
	return prandom_u32_state(&t->rnd) % below;
}

static void expect(struct task *t, bool right, const char *what)
{
	if (!right && !t->wrong)
		t->wrong = what;
}

static void fill(const struct piece *h)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(h->p, cpu), h->key + cpu, h->size);
}

static bool intact(const struct piece *h)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (memchr_inv(per_cpu_ptr(h->p, cpu), (u8)(h->key + cpu), h->size))
			return false;
	return true;
}

static bool zeroed(const struct piece *h)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (memchr_inv(per_cpu_ptr(h->p, cpu), 0, h->size))
			return false;
	return true;
}

/* Small ones mostly; now and then one that needs a chunk for itself. */
static size_t pick_size(struct task *t)
{
	switch (pick(t, 16)) {
	case 0:
		return 1 + pick(t, 4);
	case 1 ... 6:
		return 8;
	case 7 ... 11:
		return 1 + pick(t, 200);
	case 12 ... 14:
		return 1 + pick(t, 3000);
	default:
		return PCPU_MIN_UNIT_SIZE >> pick(t, 4);
	}
}

struct request {
	size_t size, align;
	char __percpu *p;
};

static void alloc_here(void *arg)
{
	struct request *r = arg;

	r->p = __alloc_percpu_gfp(r->size, r->align, GFP_NOWAIT | __GFP_NOWARN);
}

static void free_here(void *p)
{
	free_percpu(p);
}

/* From this task, or from an interrupt on some CPU. */
static void take(struct task *t, struct piece *h)
{
	struct request r = { .size = pick_size(t), .align = 1ul << pick(t, 4) };
	bool irq = pick(t, 5) == 0;

	if (pick(t, 8) == 0)
		r.align = 1ul << pick(t, PAGE_SHIFT + 1);
	if (irq)
		smp_call_function_single((int)pick(t, nr_cpu_ids), alloc_here, &r, 1);
	else
		r.p = __alloc_percpu(r.size, r.align);
	if (!r.p) {
		t->failed += !irq;
		return;
	}
	*h = (struct piece) { .p = r.p, .size = r.size, .key = pick(t, 256) };
	expect(t, (unsigned long)per_cpu_ptr(h->p, 0) % r.align == 0, "not aligned");
	expect(t, (unsigned long)per_cpu_ptr(h->p, nr_cpu_ids - 1) % r.align == 0,
	       "the last CPU's copy is not aligned");
	expect(t, zeroed(h), "not zero");
	fill(h);
}

static void give(struct task *t, struct piece *h)
{
	expect(t, intact(h), "somebody else wrote to it");
	if (pick(t, 5) == 0)
		smp_call_function_single((int)pick(t, nr_cpu_ids), free_here, h->p, 1);
	else
		free_percpu(h->p);
	h->p = NULL;
}

static void move(struct task *t)
{
	set_cpus_allowed_ptr(current, cpumask_of(pick(t, nr_cpu_ids)));
	set_cpus_allowed_ptr(current, cpu_online_mask);
}

static void work(void *task)
{
	struct task *t = task;
	unsigned int step, i;

	for (step = 0; step < t->steps; step++) {
		i = pick(t, MINE);
		if (t->have[i].p)
			give(t, &t->have[i]);
		else
			take(t, &t->have[i]);
		if (step % 64 == 0)
			move(t);
		cond_resched();
	}
}

static size_t units_of(const struct piece *h)
{
	return DIV_ROUND_UP(h->size, PCPU_MIN_ALLOC_SIZE);
}

/* No two of what all have overlap, and nothing else is counted. */
static void check_all(struct kunit *test, struct task *tasks, unsigned int nr,
		      const struct pcpu_sums *before)
{
	const struct piece *all[8 * MINE];
	unsigned int n = 0, i, j, units = 0;
	struct pcpu_sums sums;

	for (i = 0; i < nr * MINE; i++)
		if (tasks[i / MINE].have[i % MINE].p)
			all[n++] = &tasks[i / MINE].have[i % MINE];
	for (i = 0; i < n; i++) {
		units += units_of(all[i]);
		for (j = 0; j < i; j++)
			if (all[i]->p < all[j]->p + all[j]->size &&
			    all[j]->p < all[i]->p + all[i]->size)
				KUNIT_FAIL(test, "%px and %px overlap", all[i]->p, all[j]->p);
	}
	percpu_sum(&sums);
	KUNIT_EXPECT_EQ(test, sums.live - before->live, n);
	KUNIT_EXPECT_EQ(test, (sums.used - before->used) / PCPU_MIN_ALLOC_SIZE, (size_t)units);
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
}

static void give_all(void *task)
{
	struct task *t = task;
	unsigned int i;

	for (i = 0; i < MINE; i++)
		if (t->have[i].p)
			give(t, &t->have[i]);
}

/* One empty chunk may be kept; what interrupts have emptied, a free in process context returns. */
static void check_nothing_left(struct kunit *test, const struct pcpu_sums *before,
			       unsigned long pages)
{
	struct pcpu_sums sums;

	free_percpu(__alloc_percpu(1, 1));
	percpu_sum(&sums);
	KUNIT_EXPECT_EQ(test, sums.live, before->live);
	KUNIT_EXPECT_EQ(test, sums.used, before->used);
	KUNIT_EXPECT_LE(test, sums.chunks, before->chunks + 1);
	KUNIT_EXPECT_LE(test, pcpu_nr_pages(),
			pages + nr_cpu_ids * (PCPU_CHUNK_SIZE / PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
}

static struct task *new_tasks(struct kunit *test, unsigned int nr, unsigned int steps)
{
	struct task *tasks = kunit_kcalloc(test, nr, sizeof(*tasks), GFP_KERNEL);
	unsigned int i;

	for (i = 0; tasks && i < nr; i++) {
		tasks[i].nr = i;
		tasks[i].steps = steps;
		prandom_seed_state(&tasks[i].rnd, 77 + i);
	}
	return tasks;
}

static void alone_test(struct kunit *test)
{
	struct task *t = new_tasks(test, 1, 60);
	unsigned long pages = pcpu_nr_pages();
	struct pcpu_sums before;
	unsigned int round;

	KUNIT_ASSERT_NOT_NULL(test, t);
	percpu_sum(&before);
	for (round = 0; round < 40; round++) {
		work(t);
		check_all(test, t, 1, &before);
	}
	KUNIT_EXPECT_STREQ(test, t->wrong ?: "", "");
	KUNIT_EXPECT_EQ(test, t->failed, 0u);
	give_all(t);
	KUNIT_EXPECT_STREQ(test, t->wrong ?: "", "");
	check_nothing_left(test, &before, pages);
}

static void together_test(struct kunit *test)
{
	enum { TASKS = 5 };
	struct task *tasks = new_tasks(test, TASKS, 400);
	unsigned long pages = pcpu_nr_pages();
	struct pcpu_sums before;
	unsigned int i, round;

	KUNIT_ASSERT_NOT_NULL(test, tasks);
	percpu_sum(&before);
	for (round = 0; round < 4; round++) {
		together(test, TASKS, work, tasks, sizeof(*tasks));
		check_all(test, tasks, TASKS, &before);
	}
	together(test, TASKS, give_all, tasks, sizeof(*tasks));
	for (i = 0; i < TASKS; i++) {
		KUNIT_EXPECT_STREQ_MSG(test, tasks[i].wrong ?: "", "", "task %u", i);
		KUNIT_EXPECT_EQ(test, tasks[i].failed, 0u);
	}
	check_nothing_left(test, &before, pages);
}

/* How much searches look at: words of maps, and chunks. */
struct looks {
	unsigned long words, chunks;
};

static struct looks looks_since(struct looks before)
{
	struct looks now = { .chunks = pcpu_area.looked - before.chunks };
	unsigned int i;

	for (i = 0; i < pcpu_area.nr_places; i++)
		if (pcpu_area.places[i])
			now.words += pcpu_area.places[i]->map.looked;
	now.words -= before.words;
	return now;
}

/* Keys: T the task */
struct crowd {
	void __percpu **p;	/* T */
	unsigned int live;	/* T */
	struct rnd_state rnd;	/* T */
};

/* @n times: what is at a random place goes, something of this size comes. */
static struct looks replace_some(struct kunit *test, struct crowd *c, unsigned int n, size_t size,
				 size_t align)
{
	struct looks before = looks_since((struct looks) { 0 }), looks;
	unsigned int i, at;

	for (i = 0; i < n; i++) {
		at = prandom_u32_state(&c->rnd) % c->live;
		free_percpu(c->p[at]);
		c->p[at] = __alloc_percpu(size, align);
		if (!c->p[at])
			KUNIT_FAIL(test, "no memory");
	}
	looks = looks_since(before);
	kunit_info(test, "%u live, %u times %zu bytes: %lu words, %lu chunks", c->live, n, size,
		   looks.words, looks.chunks);
	return looks;
}

/* Returns what 24 bytes cost where there are holes of all kinds. */
static struct looks crowd_test(struct kunit *test, unsigned int live)
{
	enum { SOME = 5000 };
	struct crowd c = { .p = vzalloc(live * sizeof(*c.p)) };
	struct looks begin = looks_since((struct looks) { 0 }), looks;
	struct pcpu_sums sums;
	unsigned int slowly;

	prandom_seed_state(&c.rnd, 3);
	for (; c.live < live; c.live++) {
		c.p[c.live] = alloc_percpu(u64);
		if (!c.p[c.live])
			KUNIT_FAIL(test, "no memory after %u", c.live);
	}
	/*
	 * A chunk fails once, and the next one is looked at. Nearly all take the fast path,
	 * that looks at none; but no debug build does, nor who is to give way, as with --seed.
	 */
	looks = looks_since(begin);
	percpu_sum(&sums);
	slowly = QUARRY_DEBUG || need_resched() ? live : live / 10;
	KUNIT_EXPECT_LE(test, looks.chunks, slowly + 4ul * sums.chunks);
	KUNIT_EXPECT_EQ(test, looks.words, 0ul);

	/* A word is found by its sums, whatever lives. */
	looks = replace_some(test, &c, SOME, 8, 8);
	KUNIT_EXPECT_EQ(test, looks.words, 0ul);
	KUNIT_EXPECT_LE(test, looks.chunks, 2ul * SOME);
	looks = replace_some(test, &c, SOME, 4, 4);
	KUNIT_EXPECT_EQ(test, looks.words, 0ul);
	KUNIT_EXPECT_LE(test, looks.chunks, 2ul * SOME);
	replace_some(test, &c, SOME, 12, 4);
	looks = replace_some(test, &c, SOME, 8, 8);
	KUNIT_EXPECT_EQ(test, looks.words, 0ul);
	KUNIT_EXPECT_LE(test, looks.chunks, 2ul * SOME);
	looks = replace_some(test, &c, SOME, 24, 8);
	KUNIT_EXPECT_LE(test, looks.chunks, 4ul * SOME);
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
	while (c.live)
		free_percpu(c.p[--c.live]);
	vfree(c.p);
	return looks;
}

/* With a hundred thousand live, a request looks at hardly more than with three thousand. */
static void many_test(struct kunit *test)
{
	unsigned long pages = pcpu_nr_pages();
	struct looks few = crowd_test(test, 3000), many = crowd_test(test, 100000);

	KUNIT_EXPECT_LE(test, many.words, 2 * few.words);
	KUNIT_EXPECT_LE(test, pcpu_nr_pages(),
			pages + nr_cpu_ids * (PCPU_CHUNK_SIZE / PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, percpu_validate(), 0u);
}

static struct kunit_case percpu_model_cases[] = {
	KUNIT_CASE(alone_test),
	KUNIT_CASE(together_test),
	{}
};

static struct kunit_suite percpu_model_suite = {
	.name = "percpu_model", .test_cases = percpu_model_cases,
};
kunit_test_suite(percpu_model_suite);

static struct kunit_suite percpu_model_i386_suite = {
	.name = "percpu_model_i386", .test_cases = percpu_model_cases,
};
quarry_suite_on(percpu_model_i386_suite, "i386-4g");

static struct kunit_case percpu_many_cases[] = {
	KUNIT_CASE(many_test),
	{}
};

static struct kunit_suite percpu_many_suite = {
	.name = "percpu_many", .test_cases = percpu_many_cases,
};
kunit_test_suite(percpu_many_suite);
