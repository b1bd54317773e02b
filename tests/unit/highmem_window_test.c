// SPDX-License-Identifier: MIT
/*
 * 200 MiB of high memory, all of it filled and looked at through kmap()'s window of 4 MiB,
 * by eight threads at once.
 *
 * Four threads are holders: each maps a batch of a quarter of the window, fills or checks it
 * all, then lets go of it. The others map a page at a time. So the batches alone fill
 * the window, and whoever comes then sleeps.
 *
 * That they cannot lock each other out: holders need together no more slots than there
 * are; the others hold none while they wait for one, and need no other one while they hold one.
 *
 * W1  Every page has what was written to it, whoever looks, and by whichever mapping.
 * W2  Sleepers and wake-ups are counted; in the end all that slept has been woken.
 * W3  In the end no slot is in use.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/highmem.h"
#include "mm/internal.h"

enum { THREADS = 8, HOLDERS = 4, PHASES = 2 };

#ifdef __SANITIZE_THREAD__
#define MEMORY		(40ul << 20)	/* a tenth of the speed */
#else
#define MEMORY		(200ul << 20)
#endif

/* Keys: C fixed before the threads begin */
struct window_test {
	struct page **pages;		/* C  all of them */
	unsigned int share, batch;	/* C  pages of each thread, and at a time */
	struct completion full;		/* the first batches fill the window */
	struct completion go_on;	/* somebody sleeps for a slot */
	struct completion written;	/* all pages */
	atomic_t batches, writers, wrong;
};

struct worker {
	struct window_test *t;
	unsigned int nr;
};

static u32 word_of(const struct page *page, unsigned int i)
{
	return (u32)page_to_pfn(page) * 2654435761u + i;
}

static void fill(const struct page *page, u32 *p)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*p); i++)
		p[i] = word_of(page, i);
}

static void check(struct window_test *t, const struct page *page, const u32 *p)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*p); i++)
		if (p[i] != word_of(page, i)) {
			atomic_inc(&t->wrong);
			return;
		}
}

/* The first batches of all holders stay until somebody has found the window full. */
static void wait_until_full(struct window_test *t)
{
	if (atomic_inc_return(&t->batches) == HOLDERS)
		complete_all(&t->full);
	wait_for_completion(&t->go_on);
}

static void in_batches(struct window_test *t, struct page **pages, bool write)
{
	unsigned int first, i, n;

	for (first = 0; first < t->share; first += n) {
		n = min(t->batch, t->share - first);
		for (i = first; i < first + n; i++)
			kmap(pages[i]);
		if (write && !first)
			wait_until_full(t);
		for (i = first; i < first + n; i++) {
			if (write)
				fill(pages[i], page_address(pages[i]));
			else
				check(t, pages[i], page_address(pages[i]));
		}
		for (i = first; i < first + n; i++)
			kunmap(pages[i]);
	}
}

static void one_by_one(struct window_test *t, struct page **pages, bool write)
{
	unsigned int i;
	u32 *p;

	/* Not before there is no slot left. */
	if (write)
		wait_for_completion(&t->full);
	for (i = 0; i < t->share; i++) {
		if (write) {
			fill(pages[i], kmap(pages[i]));
			kunmap(pages[i]);
		} else if (i % 3 == 0) {
			check(t, pages[i], kmap(pages[i]));
			kunmap(pages[i]);
		} else if (i % 3 == 1) {
			p = kmap_atomic(pages[i]);
			check(t, pages[i], p);
			kunmap_atomic(p);
		} else {
			p = kmap_local_page(pages[i]);
			check(t, pages[i], p);
			kunmap_local(p);
			cond_resched();
		}
	}
}

static int work(void *arg)
{
	struct worker *w = arg;
	struct window_test *t = w->t;
	unsigned int other = (w->nr + 3) % THREADS, phase;

	for (phase = 0; phase < PHASES; phase++) {
		struct page **pages = t->pages + (phase ? other : w->nr) * t->share;

		if (w->nr < HOLDERS)
			in_batches(t, pages, !phase);
		else
			one_by_one(t, pages, !phase);
		if (phase)
			continue;
		if (atomic_inc_return(&t->writers) == THREADS)
			complete_all(&t->written);
		wait_for_completion(&t->written);
	}
	return 0;
}

static struct window_test *prepare(struct kunit *test)
{
	struct window_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int n = MEMORY >> PAGE_SHIFT, i;

	init_completion(&t->full);
	init_completion(&t->go_on);
	init_completion(&t->written);
	t->share = n / THREADS;
	t->batch = LAST_PKMAP / HOLDERS;
	t->pages = vzalloc(array_size(n, sizeof(*t->pages)));
	KUNIT_ASSERT_NOT_NULL(test, t->pages);
	for (i = 0; i < n; i++) {
		t->pages[i] = alloc_page(GFP_HIGHUSER);
		KUNIT_ASSERT_NOT_NULL(test, t->pages[i]);
		KUNIT_ASSERT_TRUE(test, PageHighMem(t->pages[i]));
	}
	return t;
}

/* The view, as people read it. */
static void expect_view(struct kunit *test, unsigned long waits)
{
	char *buf = kunit_kzalloc(test, 4096, GFP_KERNEL), line[80];
	struct seq_file m = { .buf = buf, .size = 4096 };

	KUNIT_EXPECT_EQ(test, highmem_show(&m), 0);
	snprintf(line, sizeof(line), "Window:       %u slots at %lx: 0 in use", LAST_PKMAP,
		 PKMAP_BASE);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(buf, line), "%s", buf);
	snprintf(line, sizeof(line), "Full:         %lu sleeps for a slot, %lu woken, 0 asleep now\n",
		 waits, waits);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(buf, line), "%s", buf);
	KUNIT_EXPECT_NULL(test, strstr(buf, "mapped by"));
}

static void window_test(struct kunit *test)
{
	struct window_test *t = prepare(test);
	struct kmap_stats before = kmap_stats;
	struct task_struct *tasks[THREADS];
	struct worker workers[THREADS];
	unsigned int i, n = THREADS * t->share, mapped;

	for (i = 0; i < THREADS; i++) {
		workers[i] = (struct worker) { t, i };
		tasks[i] = kthread_create(work, &workers[i], "window/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tasks[i]);
		get_task_struct(tasks[i]);
		wake_up_process(tasks[i]);
	}
	wait_for_completion(&t->full);
	while (READ_ONCE(kmap_stats.waits) < before.waits + THREADS - HOLDERS)
		msleep(1);
	complete_all(&t->go_on);
	for (i = 0; i < THREADS; i++) {
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&t->wrong), 0);
	/* W2: all pages once, and again but for two of three of those that were checked singly. */
	mapped = n + HOLDERS * t->share + (THREADS - HOLDERS) * DIV_ROUND_UP(t->share, 3);
	KUNIT_EXPECT_EQ(test, kmap_stats.maps + kmap_stats.hits - before.maps - before.hits,
			(unsigned long)mapped);
	KUNIT_EXPECT_GE(test, kmap_stats.flushes - before.flushes,
			(kmap_stats.maps - before.maps) / LAST_PKMAP - 1);
	KUNIT_EXPECT_GE(test, kmap_stats.waits - before.waits, (unsigned long)(THREADS - HOLDERS));
	KUNIT_EXPECT_EQ(test, kmap_stats.wakes - before.wakes, kmap_stats.waits - before.waits);
	expect_view(test, kmap_stats.waits);
	kunit_info(test, "%u pages through %u slots: %lu sleeps, %lu wake-ups, %lu flushes", n,
		   LAST_PKMAP, kmap_stats.waits - before.waits, kmap_stats.wakes - before.wakes,
		   kmap_stats.flushes - before.flushes);
	kmap_flush_unused();
	for (i = 0; i < n; i++) {
		KUNIT_ASSERT_EQ(test, kmap_users(t->pages[i]), 0u);
		KUNIT_ASSERT_NULL(test, page_address(t->pages[i]));
		__free_page(t->pages[i]);
	}
	vfree(t->pages);
	KUNIT_EXPECT_EQ(test, kmap_validate(), 0u);
}

static struct kunit_case window_cases[] = {
	KUNIT_CASE(window_test),
	{}
};

static struct kunit_suite window_suite = { .name = "highmem_window", .test_cases = window_cases };
quarry_suite_on(window_suite, "i386-4g");

#if BITS_PER_LONG == 32
/* With PAE the window is half as large. */
static struct kunit_suite window_pae_suite = {
	.name = "highmem_window_pae", .test_cases = window_cases,
};
quarry_suite_on(window_pae_suite, "x86_64-8g");
#endif
