// SPDX-License-Identifier: MIT
/*
 * Mappings of high memory by several tasks, against lists that know no tricks: tasks take
 * turns, in an order that is theirs; each operation's outcome is known beforehand.
 *
 * O1  A page that somebody has from kmap() is at one address of the window, for all; no two
 *     pages are at the same one; so many have it as called kmap() and not yet kunmap().
 * O2  What a task has on its own stack is in the slots of its CPU from the first one on,
 *     in the order of mapping; there it finds it after its turn.
 * O3  A page holds what was last written to it, by whatever mapping.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "mm/highmem.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

enum { TASKS = 4, PAGES = 40, LEFT = 24, DEEPEST = 8, STEPS = 1500 };

/* A page as it should be. Keys: M mutex */
struct ideal {
	struct page *page;
	u32 number;			/* M  what it holds */
	unsigned int users;		/* M  of kmap() */
	void *address;			/* M  while there are any */
};

/* Keys: M mutex | C fixed */
struct model {
	struct mutex mutex;
	struct completion done;		/* of all tasks */
	struct ideal pages[PAGES];	/* M */
	unsigned int in_use;		/* M  pages with users */
	struct rnd_state rnd;		/* M */
	const char *why;		/* M  the first thing that went wrong */
};

/* What a task has mapped for itself. */
struct stack {
	struct ideal *of[DEEPEST];
	u32 *at[DEEPEST];
	unsigned int nr, cpu;
};

static void expect(struct model *m, bool right, const char *why)
{
	if (!right && !m->why)
		m->why = why;
}

static u32 dice(struct model *m, u32 n)
{
	return prandom_u32_state(&m->rnd) % n;
}

static u32 *word(void *page, const struct ideal *of)
{
	return (u32 *)page + page_to_pfn(of->page) % (PAGE_SIZE / sizeof(u32));
}

/* O3, and something new. */
static void use(struct model *m, struct ideal *of, void *address)
{
	u32 *p = word(address, of);

	expect(m, *p == of->number, "a page has changed");
	*p = of->number = prandom_u32_state(&m->rnd);
}

/* O1 */
static void map(struct model *m, struct ideal *of)
{
	unsigned int i;
	void *p;

	/* Nobody is to sleep with the mutex. */
	if (!of->users && m->in_use == LEFT)
		return;
	p = kmap(of->page);
	expect(m, PKMAP_NR(p) < LAST_PKMAP && !offset_in_page(p), "an address outside the window");
	if (of->users++) {
		expect(m, p == of->address, "a second address for a page");
	} else {
		for (i = 0; i < PAGES; i++)
			expect(m, !m->pages[i].users || &m->pages[i] == of ||
			       m->pages[i].address != p, "an address that is another page's");
		m->in_use++;
	}
	of->address = p;
	expect(m, page_address(of->page) == p, "page_address()");
	expect(m, kmap_to_page(p + PAGE_SIZE - 1) == of->page, "kmap_to_page() of the window");
	use(m, of, p);
}

static void unmap(struct model *m, struct ideal *of)
{
	if (!of->users)
		return;
	use(m, of, of->address);
	kunmap(of->page);
	if (!--of->users)
		m->in_use--;
}

/* O2 */
static void push(struct model *m, struct stack *s, struct ideal *of)
{
	if (s->nr == DEEPEST)
		return;
	s->cpu = s->nr ? s->cpu : smp_processor_id();
	s->of[s->nr] = of;
	s->at[s->nr] = kmap_local_page(of->page);
	expect(m, kmap_to_page(s->at[s->nr]) == of->page, "kmap_to_page() of a slot");
	if (s->nr)
		expect(m, (unsigned long)s->at[s->nr] < (unsigned long)s->at[s->nr - 1],
		       "slots go downwards");
	use(m, of, s->at[s->nr]);
	s->nr++;
	expect(m, kmap_local_in_use(smp_processor_id()) == s->nr, "slots in use");
}

static void pop(struct model *m, struct stack *s)
{
	if (!s->nr)
		return;
	s->nr--;
	use(m, s->of[s->nr], s->at[s->nr]);
	kunmap_local(s->at[s->nr]);
	expect(m, !kmap_to_page(s->at[s->nr]), "a slot that was given back");
}

static void atomic(struct model *m, const struct stack *s, struct ideal *a, struct ideal *b)
{
	void *p = kmap_atomic(a->page), *q = kmap_atomic(b->page);

	use(m, a, p);
	use(m, b, q);
	expect(m, kmap_local_in_use(smp_processor_id()) == s->nr + 2, "atomic slots in use");
	kunmap_atomic(q);
	kunmap_atomic(p);
	expect(m, preempt_count() == 0, "preempt_count() after kunmap_atomic()");
}

struct in_interrupt {
	struct model *m;
	struct ideal *of;
};

static void interrupt(void *arg)
{
	struct in_interrupt *i = arg;
	void *p = kmap_atomic(i->of->page);

	use(i->m, i->of, p);
	kunmap_atomic(p);
}

static void be_interrupted(struct model *m, struct ideal *of)
{
	struct in_interrupt i = { m, of };
	unsigned long flags;

	local_irq_save(flags);
	quarry_interrupt(interrupt, &i);
	local_irq_restore(flags);
}

static void look(struct model *m, const struct stack *s)
{
	unsigned int i;

	expect(m, !s->nr || s->cpu == smp_processor_id(), "a task with mappings has moved");
	for (i = 0; i < s->nr; i++)
		use(m, s->of[i], s->at[i]);
	for (i = 0; i < PAGES; i++)
		expect(m, kmap_users(m->pages[i].page) == m->pages[i].users, "kmap_users()");
}

static void step(struct model *m, struct stack *s)
{
	struct ideal *of = &m->pages[dice(m, PAGES)];

	switch (dice(m, 20)) {
	case 0 ... 4:
		map(m, of);
		break;
	case 5 ... 9:
		unmap(m, of);
		break;
	case 10 ... 12:
		push(m, s, of);
		break;
	case 13 ... 15:
		pop(m, s);
		break;
	case 16:
		atomic(m, s, of, &m->pages[dice(m, PAGES)]);
		break;
	case 17:
		be_interrupted(m, of);
		break;
	case 18:
		copy_highpage(m->pages[0].page, of->page);
		memcpy_to_page(m->pages[0].page, page_to_pfn(m->pages[0].page) %
			       (PAGE_SIZE / sizeof(u32)) * sizeof(u32),
			       (char *)&m->pages[0].number, sizeof(u32));
		break;
	default:
		if (!dice(m, 50))
			kmap_flush_unused();
		break;
	}
	look(m, s);
	expect(m, !kmap_validate(), "kmap_validate()");
	preempt_disable();
	expect(m, !kmap_local_validate_cpu(smp_processor_id()), "kmap_local_validate_cpu()");
	preempt_enable();
}

static int take_turns(void *arg)
{
	struct model *m = arg;
	struct stack s = { .nr = 0 };
	unsigned int i;

	for (i = 0; i < STEPS; i++) {
		mutex_lock(&m->mutex);
		step(m, &s);
		mutex_unlock(&m->mutex);
		if (i % 4 == 0)
			schedule_timeout_uninterruptible(0);
	}
	mutex_lock(&m->mutex);
	while (s.nr)
		pop(m, &s);
	mutex_unlock(&m->mutex);
	complete(&m->done);
	return 0;
}

static void model_test(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int ballast = LAST_PKMAP - LEFT, i;
	struct page **pages = kunit_kcalloc(test, ballast, sizeof(*pages), GFP_KERNEL);
	struct kmap_stats before = kmap_stats;

	mutex_init(&m->mutex);
	init_completion(&m->done);
	prandom_seed_state(&m->rnd, 20);
	/* Most of the window is taken, so that the rest is soon used up. */
	for (i = 0; i < ballast; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER);
		kmap(pages[i]);
	}
	for (i = 0; i < PAGES; i++) {
		m->pages[i].page = alloc_page(GFP_HIGHUSER);
		clear_highpage(m->pages[i].page);
	}
	for (i = 0; i < TASKS; i++)
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kthread_run(take_turns, m, "turns/%u", i));
	for (i = 0; i < TASKS; i++)
		wait_for_completion(&m->done);
	KUNIT_EXPECT_NULL_MSG(test, m->why, "%s", m->why);
	KUNIT_EXPECT_GT(test, kmap_stats.flushes - before.flushes, 20ul);
	KUNIT_EXPECT_GT(test, kmap_stats.hits - before.hits, 100ul);
	for (i = 0; i < PAGES; i++) {
		while (m->pages[i].users)
			unmap(m, &m->pages[i]);
		__free_page(m->pages[i].page);
	}
	for (i = 0; i < ballast; i++) {
		kunmap(pages[i]);
		__free_page(pages[i]);
	}
	KUNIT_EXPECT_EQ(test, m->in_use, 0u);
	KUNIT_EXPECT_EQ(test, kmap_stats.waits, before.waits);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static struct kunit_case model_cases[] = {
	KUNIT_CASE(model_test),
	{}
};

static struct kunit_suite model_suite = { .name = "highmem_model", .test_cases = model_cases };
quarry_suite_on(model_suite, "i386-4g");
static struct kunit_suite model_debug_suite = {
	.name = "highmem_model_debug", .test_cases = model_cases,
};
quarry_suite_on(model_debug_suite, "i386-4g debug_kmap=on");
