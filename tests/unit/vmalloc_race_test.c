// SPDX-License-Identifier: MIT
/*
 * Two and three CPUs at once that make and free areas: short rounds, whose steps are chosen
 * by the seed and the round's number.
 *
 * R1  Each page of an area has its owner's mark while the area lives, and nobody else's.
 * R2  After a round everything is back: areas, addresses, pages.
 *
 * Free-running, the host decides who goes when. With --seed, in a program whose areas have
 * places where CPUs change (contract/steps.c), an interleaving is the round's number:
 *
 *	steps-slub test --seed 1 --cmdline contract_rounds=5000 vmalloc_race
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/vmap.h"
#include "tests/contract/contract.h"
#include "tests/contract/crew.h"

#define SLOTS	5
#define ROUNDS	200	/* if nobody asks for more */

struct race {
	struct crew crew;
	unsigned long *slot[SLOTS];	/* exchanged by all */
	struct page *pages[4];		/* for vmap() */
	atomic_t wrong;
	unsigned long others;		/* pages of areas that are none of ours, stacks mostly */
};

static struct race *race_of(struct worker *w)
{
	return container_of(w->crew, struct race, crew);
}

/* The first word of each page says which area it is of, the second of the first how many. */

static unsigned long *mark(unsigned long *p, unsigned long pages)
{
	unsigned long at;

	for (at = 0; p && at < pages; at++)
		p[at * (PAGE_SIZE / sizeof(*p))] = (unsigned long)p + at;
	if (p)
		p[1] = pages;
	return p;
}

static unsigned long *unmark(struct race *r, unsigned long *p)
{
	unsigned long at, pages = p ? p[1] : 0;

	for (at = 0; at < pages; at++) {
		unsigned long *word = &p[at * (PAGE_SIZE / sizeof(*p))];

		if (*word != (unsigned long)p + at)
			atomic_inc(&r->wrong);
		*word = 0;
	}
	return p;
}

static unsigned long *put(struct worker *w, unsigned long *p)
{
	return __atomic_exchange_n(&race_of(w)->slot[dice(w, SLOTS)], p, __ATOMIC_ACQ_REL);
}

static void free_interrupt(void *p)
{
	vfree(p);
}

/* One of the ways to free an area. */
static void free_one(struct worker *w, unsigned long *p)
{
	unmark(race_of(w), p);
	switch (dice(w, 5)) {
	case 0:
		vfree_atomic(p);
		break;
	case 1:
		quarry_host_cross_call(dice(w, w->crew->workers), free_interrupt, p);
		break;
	default:
		vfree(p);
	}
}

static void exchange(struct worker *w)
{
	unsigned long pages = 1 + dice(w, 4), *p = NULL;

	if (dice(w, 3))
		p = mark(vmalloc(pages * PAGE_SIZE), pages);
	if (p && (!find_vm_area(p) || !vmalloc_to_page(p) ||
		  vmalloc_to_page((char *)p + pages * PAGE_SIZE)))
		atomic_inc(&race_of(w)->wrong);
	free_one(w, put(w, p));
}

/* Somebody else may free it just now; it is, or it is not. */
static void look(struct worker *w)
{
	unsigned long *p = READ_ONCE(race_of(w)->slot[dice(w, SLOTS)]);
	struct page *page = p ? vmalloc_to_page(p) : NULL;

	find_vm_area(p);
	if (page && !pfn_valid(page_to_pfn(page)))
		atomic_inc(&race_of(w)->wrong);
}

/* Pages that are the caller's again at once: nobody may reach them any more. */
static void map(struct worker *w)
{
	struct race *r = race_of(w);
	bool ram = dice(w, 2);
	void *p = ram ? vm_map_ram(r->pages, ARRAY_SIZE(r->pages), NUMA_NO_NODE) :
			vmap(r->pages, ARRAY_SIZE(r->pages), VM_MAP, PAGE_KERNEL);

	if (!p || vmalloc_to_page(p + PAGE_SIZE) != r->pages[1] || ram == !!find_vm_area(p))
		atomic_inc(&r->wrong);
	if (ram)
		vm_unmap_ram(p, ARRAY_SIZE(r->pages));
	else
		vunmap(p);
}

static void step(struct worker *w)
{
	switch (dice(w, 10)) {
	case 0:
		vm_unmap_aliases();
		break;
	case 1:
		map(w);
		break;
	case 2:
		free_vm_area(get_vm_area(PAGE_SIZE << dice(w, 3), VM_MAP));
		break;
	case 3: case 4:
		look(w);
		break;
	default:
		exchange(w);
	}
}

static void work(struct worker *w)
{
	unsigned int steps = 4 + dice(w, 8), i;

	for (i = 0; i < steps; i++) {
		step(w);
		cond_resched();
	}
}

/* R2 */
static void check_round(struct kunit *test, struct race *r, unsigned long areas)
{
	struct vmap_lazy_stats stats;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		vfree(unmark(r, r->slot[i]));
		r->slot[i] = NULL;
	}
	vm_unmap_aliases();
	vmap_lazy_stats(&stats);
	KUNIT_ASSERT_EQ_MSG(test, atomic_read(&r->wrong), 0, "round %u", r->crew.round);
	KUNIT_ASSERT_EQ_MSG(test, stats.areas + stats.vmalloc_pages + stats.addresses, 0ul, "round %u",
			    r->crew.round);
	KUNIT_ASSERT_EQ_MSG(test, vmap_space.nr, areas, "round %u", r->crew.round);
	KUNIT_ASSERT_EQ_MSG(test, vmalloc_nr_pages(), r->others, "round %u",
			    r->crew.round);
	KUNIT_ASSERT_EQ_MSG(test, vmalloc_validate(), 0u, "round %u", r->crew.round);
}

static u64 one_round(struct kunit *test, struct race *r)
{
	static const unsigned long most[] = { 0, 12, 1000 };	/* that wait: none, some, all */
	unsigned long areas = vmap_space.nr;
	u64 order;

	vmap_lazy_set(most[r->crew.round % ARRAY_SIZE(most)]);
	order = crew_round(&r->crew);
	check_round(test, r, areas);
	return order;
}

static void start(struct kunit *test, struct race *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(r->pages); i++) {
		r->pages[i] = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, r->pages[i]);
	}
	crew_start(test, &r->crew, work, false);
	task_stacks_drain();
	r->others = vmalloc_nr_pages();
}

static void stop(struct race *r)
{
	unsigned int i;

	crew_stop(&r->crew);
	for (i = 0; i < ARRAY_SIZE(r->pages); i++)
		__free_page(r->pages[i]);
}

/* Rounds with a different order each, if CPUs change where they are told to. */
static void race_test(struct kunit *test)
{
	unsigned int rounds = contract_rounds ?: ROUNDS, orders = 0;
	struct race *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	unsigned long before = vmap_lazy_max;
	u64 order, last = 0;

	KUNIT_ASSERT_NOT_NULL(test, r);
	vm_unmap_aliases();
	start(test, r);
	for (r->crew.round = 0; r->crew.round < rounds; r->crew.round++) {
		order = one_round(test, r);
		orders += order && order != last;
		last = order;
	}
	stop(r);
	vmap_lazy_set(before);
	if (last)
		KUNIT_EXPECT_GT(test, orders, rounds - rounds / 8);
	kunit_info(test, "%u rounds, %u orders", rounds, orders);
}

static struct kunit_case vmalloc_race_cases[] = {
	KUNIT_CASE(race_test),
	{}
};

static struct kunit_suite vmalloc_race_suite = {
	.name = "vmalloc_race", .test_cases = vmalloc_race_cases,
};
kunit_test_suite(vmalloc_race_suite);
