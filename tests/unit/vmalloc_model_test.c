// SPDX-License-Identifier: MIT
/*
 * Areas on several CPUs, against a list of ranges that knows no tricks: tasks take turns, in
 * an order that is theirs; each operation's outcome is known beforehand.
 *
 * O1  An area goes where the lowest gap is between areas that live, and ranges of those that
 *     wait to be unmapped.
 * O2  What waits is what vfree() was told, less the ranges that were long, or the longest of too
 *     many; its pages are nobody else's until then.
 * O3  What an area holds is what its owner wrote.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/vmap.h"

#define TASKS	3u
#define SLOTS	48
#define RANGES	4096
#define STEPS	3000	/* of each task */

enum fate { LIVE, WAITING, FOREIGN, GONE };

struct range {
	unsigned long start, end;	/* with the guard page */
	struct page *page;		/* the first one */
	enum fate fate;
};

struct slot {
	u32 *p;
	unsigned long pages;
};

/* Keys: M mutex | C fixed */
struct model {
	struct mutex mutex;
	struct completion done;		/* of all tasks */
	struct range ranges[RANGES];	/* M  by address */
	unsigned int nr;		/* M */
	struct slot slots[SLOTS];	/* M */
	struct rnd_state rnd;		/* M */
	unsigned int cpus;		/* M  those that have been here, a bit each */
	unsigned long most;		/* C  pages of addresses that may wait */
	const char *why;		/* M  the first thing that went wrong */
};

static struct model *the_model;		/* for vmap_each() */

static void expect(struct model *m, bool right, const char *why)
{
	if (!right && !m->why)
		m->why = why;
}

static u32 dice(struct model *m, u32 n)
{
	return prandom_u32_state(&m->rnd) % n;
}

/* The oracle's ranges. */

/* Do two neighbours wait as one range? What is between them is nobody's. */
static bool together(const struct range *a, const struct range *b)
{
	return a->fate == WAITING && b->fate == WAITING && b->start - a->end <= VMAP_BRIDGE;
}

/* The last of those that wait together with the i-th. */
static unsigned int last_of(const struct model *m, unsigned int i)
{
	while (i + 1 < m->nr && together(&m->ranges[i], &m->ranges[i + 1]))
		i++;
	return i;
}

static unsigned long waiting(const struct model *m)
{
	unsigned long pages = 0;
	unsigned int i, last;

	for (i = 0; i < m->nr; i = last + 1) {
		last = last_of(m, i);
		if (m->ranges[i].fate == WAITING)
			pages += (m->ranges[last].end - m->ranges[i].start) >> PAGE_SHIFT;
	}
	return pages;
}

static unsigned long lowest_gap(const struct model *m, unsigned long size)
{
	unsigned long at = VMALLOC_START;
	unsigned int i;

	for (i = 0; i < m->nr && m->ranges[i].start - at < size; i++) {
		i = last_of(m, i);
		at = m->ranges[i].end;
	}
	return at;
}

static void add(struct model *m, struct range range)
{
	unsigned int i;

	if (m->nr == RANGES) {
		m->why = "there are too many areas";
		return;
	}
	for (i = m->nr++; i > 0 && m->ranges[i - 1].start > range.start; i--)
		m->ranges[i] = m->ranges[i - 1];
	m->ranges[i] = range;
}

static void drop_fate(struct model *m, enum fate fate)
{
	unsigned int i, kept = 0;

	for (i = 0; i < m->nr; i++)
		if (m->ranges[i].fate != fate)
			m->ranges[kept++] = m->ranges[i];
	m->nr = kept;
}

static struct range *range_at(struct model *m, const void *p)
{
	unsigned int i;

	for (i = 0; i < m->nr; i++)
		if (m->ranges[i].start == (unsigned long)p)
			return &m->ranges[i];
	return NULL;
}

/* All that waits has been purged. */
static void purged(struct model *m)
{
	drop_fate(m, WAITING);
}

static void add_foreign(struct vmap_record *rec)
{
	add(the_model, (struct range) { rec->va.va_start, rec->va.va_end, NULL, FOREIGN });
}

/* Operations. */

static void fill(const struct slot *s, u32 number)
{
	unsigned long at;

	for (at = 0; at < s->pages; at++)
		s->p[at * (PAGE_SIZE / sizeof(u32))] = number + at;
}

static bool intact(const struct slot *s, u32 number)
{
	unsigned long at;

	for (at = 0; at < s->pages; at++)
		if (s->p[at * (PAGE_SIZE / sizeof(u32))] != number + at)
			return false;
	return true;
}

/* A range is long, or all together are too much. */
static bool is_due(const struct model *m)
{
	unsigned int i, last;

	for (i = 0; i < m->nr; i = last + 1) {
		last = last_of(m, i);
		if (last - i + 1 >= VMAP_ENOUGH)
			return true;
	}
	return waiting(m) > m->most;
}

/* Ranges of so many areas, up to twice as many, go. */
static void purge_ranges(struct model *m, unsigned int areas, unsigned int most)
{
	unsigned int i, k, last;

	for (i = 0; i < m->nr; i = last + 1) {
		last = last_of(m, i);
		if (m->ranges[i].fate == WAITING && last - i + 1 >= areas && last - i < most)
			for (k = i; k <= last; k++)
				m->ranges[k].fate = GONE;
	}
	drop_fate(m, GONE);
}

/* What vmalloc() and its like do first, and vfree() last. */
static void purge_if_due(struct model *m)
{
	unsigned long enough = waiting(m) > m->most ? m->most / 2 : ULONG_MAX;
	unsigned int areas = VMAP_ENOUGH;

	if (!is_due(m))
		return;
	purge_ranges(m, areas, UINT_MAX);
	while ((areas /= 2) && waiting(m) > enough)
		purge_ranges(m, areas, 2 * areas - 1);
}

static void made(struct model *m, struct slot *s, unsigned long expected, u32 number)
{
	expect(m, (unsigned long)s->p == expected, "O1: an area is not where the lowest gap is");
	add(m, (struct range) { (unsigned long)s->p, (unsigned long)s->p + (s->pages + 1) * PAGE_SIZE,
				vmalloc_to_page(s->p), LIVE });
	expect(m, find_vm_area(s->p) && find_vm_area(s->p)->addr == s->p, "an area is not found");
	fill(s, number);
}

static void take(struct model *m, struct slot *s, u32 number)
{
	unsigned long expected;

	purge_if_due(m);
	s->pages = 1 + dice(m, dice(m, 8) ? 5 : 40);
	expected = lowest_gap(m, (s->pages + 1) * PAGE_SIZE);
	s->p = dice(m, 2) ? vmalloc(s->pages * PAGE_SIZE) : vzalloc(s->pages * PAGE_SIZE);
	if (!s->p)
		m->why = "no memory";
	else
		made(m, s, expected, number);
}

/* The same pages a second time; what is written here is seen there. */
static void map_again(struct model *m, const struct slot *of)
{
	struct vm_struct *vm = find_vm_area(of->p);
	struct slot s = { .pages = of->pages };
	unsigned long expected;

	purge_if_due(m);
	expected = lowest_gap(m, (s.pages + 1) * PAGE_SIZE);
	s.p = vmap(vm->pages, s.pages, VM_MAP, PAGE_KERNEL);
	expect(m, (unsigned long)s.p == expected, "O1: a vmap() area is not where the lowest gap is");
	if (!s.p)
		return;
	expect(m, intact(&s, (u32)(of - m->slots)), "O3: two mappings differ");
	vunmap(s.p);
	purge_if_due(m);
	expect(m, !find_vm_area(s.p), "an area is found that is gone");
}

static void give(struct model *m, struct slot *s)
{
	struct range *range = range_at(m, s->p);
	bool atomic = !dice(m, 4);

	struct page *page = range->page;

	range->fate = WAITING;
	if (atomic)
		vfree_atomic(s->p);
	else
		vfree(s->p);
	expect(m, !find_vm_area(s->p), "an area is found that is gone");
	if (!atomic)
		purge_if_due(m);
	if (range_at(m, s->p))
		expect(m, page_count(page) == 1, "O2: a page is free that an area reaches");
	s->p = NULL;
}

static void count(struct model *m)
{
	struct vmap_lazy_stats stats;

	vmap_lazy_stats(&stats);
	expect(m, stats.addresses == waiting(m), "O2: what waits is not what was freed");
}

static void turn(struct model *m)
{
	u32 number = dice(m, SLOTS);
	struct slot *s = &m->slots[number];

	m->cpus |= 1u << raw_smp_processor_id();
	if (s->p)
		expect(m, intact(s, number), "O3: an area's contents have changed");
	if (!s->p)
		take(m, s, number);
	else if (!dice(m, 6))
		map_again(m, s);
	else
		give(m, s);
	if (!dice(m, 100)) {
		vm_unmap_aliases();
		purged(m);
	}
	count(m);
}

static int task(void *arg)
{
	struct model *m = arg;
	unsigned int i;

	for (i = 0; i < STEPS; i++) {
		mutex_lock(&m->mutex);
		if (!m->why)
			turn(m);
		mutex_unlock(&m->mutex);
		cond_resched();
	}
	complete(&m->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void run(struct kunit *test, unsigned long most)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct task_struct *tasks[TASKS];
	unsigned long before = vmap_lazy_max;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	vpurge_stop();			/* what waits, waits for us */
	vm_unmap_aliases();
	vmap_lazy_set(most);
	m->most = most;
	mutex_init(&m->mutex);
	init_completion(&m->done);
	prandom_seed_state(&m->rnd, 1965);
	the_model = m;
	for (i = 0; i < TASKS; i++) {
		tasks[i] = kthread_create(task, m, "model/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tasks[i]);
		kthread_bind(tasks[i], i % machine.nr_cpus);
	}
	vmap_each(add_foreign);		/* their stacks, for example */
	for (i = 0; i < TASKS; i++)
		wake_up_process(tasks[i]);
	for (i = 0; i < TASKS; i++)
		wait_for_completion(&m->done);
	for (i = 0; i < TASKS; i++)
		kthread_stop(tasks[i]);
	KUNIT_EXPECT_STREQ(test, m->why ?: "", "");
	KUNIT_EXPECT_EQ(test, hweight32(m->cpus), min(machine.nr_cpus, TASKS));
	for (i = 0; i < SLOTS; i++)
		vfree(m->slots[i].p);
	vmap_lazy_set(before);
	vpurge_start();
	KUNIT_EXPECT_EQ(test, vmalloc_validate(), 0u);
}

static void few_wait_test(struct kunit *test)
{
	run(test, 120);
}

/* More than there are slots: the bound is never met. */
static void many_wait_test(struct kunit *test)
{
	run(test, 1ul << 20);
}

static void none_waits_test(struct kunit *test)
{
	run(test, 0);
}

static struct kunit_case vmalloc_model_cases[] = {
	KUNIT_CASE(few_wait_test),
	KUNIT_CASE(many_wait_test),
	KUNIT_CASE(none_waits_test),
	{}
};

static struct kunit_suite vmalloc_model_suite = {
	.name = "vmalloc_model", .test_cases = vmalloc_model_cases,
};
kunit_test_suite(vmalloc_model_suite);

static struct kunit_suite vmalloc_model_debug_suite = {
	.name = "vmalloc_model_debug", .test_cases = vmalloc_model_cases,
};
quarry_suite_on(vmalloc_model_debug_suite, "x86_64-8g debug_vmalloc=on");
