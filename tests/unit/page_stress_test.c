// SPDX-License-Identifier: MIT
/*
 * All CPUs at once: threads that allocate, stamp, check, pass on and free blocks,
 * while interrupts and timers do the same on every CPU, somebody changes the marks,
 * and kswapd collects what CPUs keep. A stamp that changed means that two had one page.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/timer.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define THREADS	8
#define STEPS	20000
#define OWN	64
#define SHARED	64

static struct page *shared[SHARED];	/* page->index has the order */
static atomic_t torn, interrupts_done, running;
static int min_free;

static u32 dice(u32 *seed, u32 n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

static unsigned long stamp_of(const struct page *page)
{
	return page_to_pfn(page) * 2654435761ul + 1;
}

/* The first word of low memory, and private, which is the owner's. */
static void stamp(struct page *page, unsigned int order)
{
	page->index = order;
	page->private = stamp_of(page);
	if (!PageHighMem(page))
		*(unsigned long *)page_address(page) = stamp_of(page);
}

static void drop(struct page *page)
{
	unsigned long *word = PageHighMem(page) ? NULL : page_address(page);

	unsigned int order = (unsigned int)page->index;

	if (page->private != stamp_of(page) || (word && *word != stamp_of(page)) ||
	    page_count(page) != 1)
		atomic_inc(&torn);
	/* By another way each time, as the frame's number will have it. */
	if (PageCompound(page) || (!order && page_to_pfn(page) % 4 == 1))
		put_page(page);
	else if (!order && page_to_pfn(page) % 4 == 2)
		free_cold_page(page);
	else if (word && page_to_pfn(page) % 3 == 0)
		free_pages((unsigned long)word, order);
	else
		__free_pages(page, order);
}

static struct page *get(u32 *seed, bool atomic)
{
	unsigned int order = dice(seed, 4) ? 0 : dice(seed, 6);
	gfp_t gfp = atomic ? GFP_ATOMIC : dice(seed, 2) ? GFP_KERNEL : GFP_HIGHUSER_MOVABLE;
	int nid = (int)dice(seed, machine.nr_nodes);
	struct page *page;

	gfp |= __GFP_NOWARN | (dice(seed, 3) ? 0 : __GFP_COMP) | (dice(seed, 8) ? 0 : ___GFP_COLD);
	switch (dice(seed, 8)) {
	case 0:
		page = alloc_pages_node(nid, gfp | __GFP_THISNODE, order);
		break;
	case 1:
		page = alloc_pages_node(nid, gfp, order);
		break;
	default:
		page = alloc_pages(gfp, order);
	}
	if (page)
		stamp(page, order);
	return page;
}

/* Many at once, kept for a moment. */
static void get_bulk(u32 *seed)
{
	struct page *page[32] = { NULL };
	unsigned long i, n = alloc_pages_bulk_array(GFP_KERNEL | __GFP_NOWARN,
						    1 + dice(seed, ARRAY_SIZE(page)), page);

	for (i = 0; i < n; i++)
		stamp(page[i], 0);
	cond_resched();
	for (i = 0; i < n; i++)
		drop(page[i]);
}

static void in_interrupt_here(void *arg)
{
	u32 seed = (u32)(uintptr_t)arg;
	struct page *page = get(&seed, true), *old;

	if (!page)
		return;
	old = xchg(&shared[dice(&seed, SHARED)], page);
	if (old)
		drop(old);
	atomic_inc(&interrupts_done);
}

struct ticker {
	struct timer_list timer;
	u32 seed;
};

static void in_timer(struct timer_list *timer)
{
	struct ticker *t = from_timer(t, timer, timer);

	/* On one CPU after the other, as it is set anew: their locks say nothing of the seed. */
	WRITE_ONCE(t->seed, READ_ONCE(t->seed) + 1);
	in_interrupt_here((void *)(uintptr_t)READ_ONCE(t->seed));
}

static int worker(void *arg)
{
	u32 seed = (u32)(uintptr_t)arg;
	struct ticker ticker = { .seed = seed << 16 };
	struct page *own[OWN] = { NULL };
	unsigned int i, k;

	timer_setup(&ticker.timer, in_timer, 0);
	for (i = 0; i < STEPS; i++) {
		k = dice(&seed, OWN);
		if (!own[k])
			own[k] = get(&seed, false);
		else if (dice(&seed, 4))
			drop(own[k]), own[k] = NULL;
		else
			own[k] = xchg(&shared[dice(&seed, SHARED)], own[k]);
		if (!dice(&seed, 500))
			quarry_host_cross_call(dice(&seed, machine.nr_cpus), in_interrupt_here,
					       (void *)(uintptr_t)seed);
		if (!dice(&seed, 100))
			mod_timer(&ticker.timer, jiffies);
		if (!dice(&seed, 200))
			get_bulk(&seed);
		if (!dice(&seed, 5000))
			drain_all_pages(NULL);
		if (!dice(&seed, 5000))
			mm_set_min_free_kbytes(min_free / 2 + (int)dice(&seed, (u32)min_free));
		cond_resched();
	}
	del_timer_sync(&ticker.timer);
	for (k = 0; k < OWN; k++)
		if (own[k])
			drop(own[k]);
	atomic_dec(&running);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void all_cpus_test(struct kunit *test)
{
	struct task_struct *thread[THREADS];
	unsigned long free;
	unsigned int i;

	min_free = min_free_kbytes;
	atomic_set(&torn, 0);
	atomic_set(&interrupts_done, 0);
	atomic_set(&running, THREADS);
	for (i = 0; i < THREADS; i++) {
		thread[i] = kthread_create(worker, (void *)(uintptr_t)(i + 1), "worker/%u", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(thread[i]));
	}
	drain_all_pages(NULL);
	free = nr_free_pages();
	for (i = 0; i < THREADS; i++)
		wake_up_process(thread[i]);
	while (atomic_read(&running))
		schedule_timeout_interruptible(1);
	for (i = 0; i < SHARED; i++)
		if (shared[i])
			drop(shared[i]), shared[i] = NULL;
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	for (i = 0; i < THREADS; i++)
		kthread_stop(thread[i]);
	KUNIT_EXPECT_EQ(test, mm_set_min_free_kbytes(min_free), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&torn), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&interrupts_done), 0);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
}

/*
 * Two have a reference to a block. One drops his by __free_pages(), and wherever he is
 * with that an interrupt comes that drops the other: the block is freed once.
 */

#define TIMES	400	/* that an interrupt had a reference to drop */
#define ROUNDS	3000000

static struct page *both;
static unsigned int dropped;

static void drop_other(void *unused)
{
	struct page *page = xchg(&both, NULL);

	if (page) {
		put_page(page);
		WRITE_ONCE(dropped, dropped + 1);
	}
}

static int interrupt_all_the_time(void *cpu)
{
	while (!kthread_should_stop()) {
		quarry_host_cross_call((unsigned int)(uintptr_t)cpu, drop_other, NULL);
		cond_resched();
	}
	return 0;
}

static void share(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	if (!page)
		return;
	get_page(page);
	WRITE_ONCE(both, page);
	__free_pages(page, order);
	page = xchg(&both, NULL);
	if (page)
		put_page(page);
}

static void two_references_test(struct kunit *test)
{
	struct cpumask old = current->cpus_mask;
	struct task_struct *thread;
	unsigned long free;
	unsigned int i;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "interrupts come from another CPU");
	set_cpus_allowed_ptr(current, cpumask_of(0));
	thread = kthread_create(interrupt_all_the_time, (void *)0ul, "interrupter");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	kthread_bind(thread, 1);
	drain_all_pages(NULL);
	free = nr_free_pages();
	dropped = 0;
	wake_up_process(thread);
	for (i = 0; i < ROUNDS && READ_ONCE(dropped) < TIMES; i++) {
		share(GFP_KERNEL | __GFP_COMP, 2);
		share(GFP_KERNEL, 2);
	}
	kthread_stop(thread);
	set_cpus_allowed_ptr(current, &old);
	drain_all_pages(NULL);
	KUNIT_EXPECT_GT(test, dropped, 0u);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_cpus_test),
	KUNIT_CASE(two_references_test),
	{}
};

static struct kunit_suite page_stress_suite = { .name = "page_stress", .test_cases = cases };
kunit_test_suite(page_stress_suite);
static struct kunit_suite page_stress_numa_suite = {
	.name = "page_stress_numa", .test_cases = cases };
quarry_suite_on(page_stress_numa_suite, "numa-4x2g");
static struct kunit_suite page_stress_tiny_suite = {
	.name = "page_stress_tiny", .test_cases = cases };
quarry_suite_on(page_stress_tiny_suite, "tiny-16m");
