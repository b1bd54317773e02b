// SPDX-License-Identifier: MIT
/* kmap and its like, on a machine whose high memory has no address of its own. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "mm/highmem.h"
#include "mm/internal.h"
#include "tests/unit/together.h"

static struct page *high_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_TRUE(test, PageHighMem(page));
	return page;
}

static void low_memory_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *p = page_address(page);

	KUNIT_EXPECT_PTR_EQ(test, kmap(page), p);
	kunmap(page);
	KUNIT_EXPECT_PTR_EQ(test, kmap_local_page(page), p);
	kunmap_local(p);
	KUNIT_EXPECT_PTR_EQ(test, kmap_atomic(page), p);
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	kunmap_atomic(p);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), page);
	__free_page(page);
}

static void kmap_test(struct kunit *test)
{
	struct page *page = high_page(test);
	u32 *p, *q;

	KUNIT_EXPECT_PTR_EQ(test, page_address(page), NULL);
	p = kmap(page);
	KUNIT_EXPECT_LT(test, PKMAP_NR(p), (unsigned long)LAST_PKMAP);
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), (void *)p);
	KUNIT_EXPECT_PTR_EQ(test, kmap(page), (void *)p);
	KUNIT_EXPECT_EQ(test, kmap_users(page), 2u);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), page);
	p[5] = 4711;
	q = kmap_local_page(page);
	KUNIT_EXPECT_EQ(test, q[5], 4711u);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(q), page);
	kunmap_local(q);
	kunmap(page);
	kunmap(page);
	KUNIT_EXPECT_EQ(test, kmap_users(page), 0u);
	kmap_flush_unused();
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), NULL);
	KUNIT_EXPECT_EQ(test, kmap_validate(), 0u);
	__free_page(page);
}

/* More pages than slots, one after the other: the window is flushed on each wrap. */
static void wrap_test(struct kunit *test)
{
	unsigned int n = 3 * LAST_PKMAP, i;
	struct page **pages = kunit_kcalloc(test, n, sizeof(*pages), GFP_KERNEL);
	unsigned long flushes = kmap_stats.flushes, waits = kmap_stats.waits;

	for (i = 0; i < n; i++) {
		pages[i] = high_page(test);
		*(u32 *)kmap(pages[i]) = i;
		kunmap(pages[i]);
	}
	KUNIT_EXPECT_EQ(test, kmap_stats.flushes - flushes, 3ul);
	KUNIT_EXPECT_EQ(test, kmap_stats.waits, waits);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_EQ(test, *(u32 *)kmap(pages[i]), i);
		kunmap(pages[i]);
		__free_page(pages[i]);
	}
	KUNIT_EXPECT_EQ(test, kmap_validate(), 0u);
}

/* Nothing is flushed before the window has been used once; then all that nobody uses is. */
static void no_flush_before_wrap_test(struct kunit *test)
{
	unsigned int n = LAST_PKMAP, i;
	struct page **pages = kunit_kcalloc(test, n + 1, sizeof(*pages), GFP_KERNEL);
	unsigned long flushes;
	void *first;

	for (i = 0; i <= n; i++)
		pages[i] = high_page(test);
	/* Up to the last slot, whatever was mapped before. */
	while (PKMAP_NR(kmap(pages[0])) != LAST_PKMAP - 1) {
		kunmap(pages[0]);
		kmap_flush_unused();
	}
	kunmap(pages[0]);
	flushes = kmap_stats.flushes;
	first = kmap(pages[1]);	/* the wrap */
	KUNIT_EXPECT_EQ(test, PKMAP_NR(first), 0ul);
	KUNIT_EXPECT_EQ(test, kmap_stats.flushes, flushes + 1);
	KUNIT_EXPECT_PTR_EQ(test, page_address(pages[0]), NULL);
	kunmap(pages[1]);
	for (i = 2; i <= n; i++) {
		KUNIT_EXPECT_EQ(test, PKMAP_NR(kmap(pages[i])), (unsigned long)i - 1);
		kunmap(pages[i]);
	}
	/* All slots are used up; what was mapped first is still there, and found again. */
	KUNIT_EXPECT_EQ(test, kmap_stats.flushes, flushes + 1);
	KUNIT_EXPECT_PTR_EQ(test, kmap(pages[1]), first);
	KUNIT_EXPECT_EQ(test, kmap_stats.flushes, flushes + 1);
	/* The next wrap takes all with it but the page in use. */
	KUNIT_EXPECT_EQ(test, PKMAP_NR(kmap(pages[0])), 1ul);
	KUNIT_EXPECT_EQ(test, kmap_stats.flushes, flushes + 2);
	KUNIT_EXPECT_PTR_EQ(test, page_address(pages[1]), first);
	for (i = 2; i <= n; i++)
		KUNIT_EXPECT_PTR_EQ(test, page_address(pages[i]), NULL);
	kunmap(pages[0]);
	kunmap(pages[1]);
	for (i = 0; i <= n; i++)
		__free_page(pages[i]);
	KUNIT_EXPECT_EQ(test, kmap_validate(), 0u);
}

static void kmap_here(void *arg)
{
	struct page **pages = arg;

	pages[2] = kmap(pages[0]);	/* high: refused */
	pages[3] = kmap(pages[1]);
}

/* Where nobody can wait, high memory is refused; low memory is not. Each is reported. */
static void refused_test(struct kunit *test)
{
	struct page *pages[4] = { high_page(test), alloc_page(GFP_KERNEL), (void *)1, NULL };
	unsigned long flags;

	quarry_expect_reports(test, 4);
	local_irq_save(flags);
	quarry_interrupt(kmap_here, pages);
	KUNIT_EXPECT_NULL(test, kmap(pages[0]));	/* interrupts are off here, too */
	local_irq_restore(flags);
	KUNIT_EXPECT_NULL(test, pages[2]);
	KUNIT_EXPECT_PTR_EQ(test, (void *)pages[3], page_address(pages[1]));
	KUNIT_EXPECT_EQ(test, kmap_users(pages[0]), 0u);
	/* Atomic, but a slot is free: reported, and survived as in the kernel. */
	preempt_disable();
	KUNIT_EXPECT_NOT_NULL(test, kmap(pages[0]));
	preempt_enable();
	kunmap(pages[0]);
	__free_page(pages[0]);
	__free_page(pages[1]);
}

/* Any address to its page: the direct map, the window, a CPU's slots; NULL where there is none. */
static void to_page_test(struct kunit *test)
{
	struct page *low = alloc_page(GFP_KERNEL), *high = high_page(test);
	char *p;

	p = page_address(low);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), low);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p + PAGE_SIZE - 1), low);
	p = kmap(high);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), high);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p + PAGE_SIZE - 1), high);
	kunmap(high);
	kmap_flush_unused();
	KUNIT_EXPECT_NULL(test, kmap_to_page(p));
	p = kmap_local_page(high);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p + PAGE_SIZE - 1), high);
	KUNIT_EXPECT_NULL(test, page_address(high));	/* it is this task's alone */
	kunmap_local(p);
	KUNIT_EXPECT_NULL(test, kmap_to_page(p));
	KUNIT_EXPECT_FALSE(test, is_kmap_addr(page_address(low)));
	KUNIT_EXPECT_TRUE(test, is_kmap_addr(p));
	KUNIT_EXPECT_TRUE(test, is_kmap_addr((void *)(PKMAP_ADDR(LAST_PKMAP) - 1)));
	KUNIT_EXPECT_FALSE(test, is_kmap_addr((void *)PKMAP_ADDR(LAST_PKMAP)));
	p = kmap_local_pfn(page_to_pfn(high));
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), high);
	kunmap_local(p);
	p = kmap_atomic_pfn(page_to_pfn(low));
	KUNIT_EXPECT_PTR_EQ(test, p, (char *)page_address(low));
	kunmap_atomic(p);
	p = kmap_atomic_prot(high, PAGE_KERNEL_RO);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), high);
	kunmap_atomic(p);
	__free_page(low);
	__free_page(high);
}

static void meminfo_test(struct kunit *test)
{
	unsigned long managed = 0, free = 0;
	struct sysinfo i;
	struct zone *zone;

	for_each_populated_zone(zone)
		if (is_highmem(zone)) {
			managed += zone_managed_pages(zone);
			free += zone_page_state(zone, NR_FREE_PAGES);
		}
	si_meminfo(&i);
	KUNIT_EXPECT_GT(test, managed, 0ul);
	KUNIT_EXPECT_EQ(test, i.totalhigh, managed);
	KUNIT_EXPECT_EQ(test, i.freehigh, free);
	KUNIT_EXPECT_EQ(test, nr_free_highpages(), free);
	KUNIT_EXPECT_EQ(test, totalhigh_pages(), managed);
}

struct waiter {
	struct page *page;
	void *address;
	struct completion done;
};

static int map_and_tell(void *arg)
{
	struct waiter *w = arg;

	w->address = kmap(w->page);
	complete(&w->done);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void full_window_test(struct kunit *test)
{
	unsigned int n = LAST_PKMAP, i;
	struct page **pages = kunit_kcalloc(test, n, sizeof(*pages), GFP_KERNEL);
	unsigned long waits = kmap_stats.waits;
	struct waiter w = { .page = high_page(test) };
	struct task_struct *task;

	init_completion(&w.done);
	for (i = 0; i < n; i++) {
		pages[i] = high_page(test);
		KUNIT_ASSERT_NOT_NULL(test, kmap(pages[i]));
	}
	task = kthread_run(map_and_tell, &w, "waiter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	while (READ_ONCE(kmap_stats.waits) == waits)
		msleep(1);
	KUNIT_EXPECT_PTR_EQ(test, w.address, NULL);
	kunmap(pages[17]);
	wait_for_completion(&w.done);
	KUNIT_EXPECT_NOT_NULL(test, w.address);
	kthread_stop(task);
	kunmap(w.page);
	__free_page(w.page);
	for (i = 0; i < n; i++) {
		if (i != 17)
			kunmap(pages[i]);
		__free_page(pages[i]);
	}
	KUNIT_EXPECT_EQ(test, kmap_validate(), 0u);
}

static void unbalanced_test(struct kunit *test)
{
	struct page *page = high_page(test);
	void *p;

	quarry_expect_reports(test, 3);
	kunmap(page);
	kmap(page);
	kunmap(page);
	kunmap(page);
	p = kmap_local_page(page);
	kunmap_local(p);
	kunmap_local(p);
	__free_page(page);
}

static void stack_test(struct kunit *test)
{
	struct page *pages[KM_MAX_IDX];
	unsigned int depth = kmap_local_slots(), i;
	u32 *p[KM_MAX_IDX];

	KUNIT_ASSERT_LE(test, depth, (unsigned int)KM_MAX_IDX);
	preempt_disable();
	for (i = 0; i < depth; i++) {
		pages[i] = alloc_page(GFP_ATOMIC | __GFP_HIGHMEM);
		p[i] = kmap_atomic(pages[i]);
		*p[i] = i;
	}
	KUNIT_EXPECT_EQ(test, kmap_local_in_use(smp_processor_id()), depth);
	KUNIT_EXPECT_EQ(test, preempt_count(), (int)depth + 1);
	for (i = depth; i--; ) {
		KUNIT_EXPECT_EQ(test, *p[i], i);
		kunmap_atomic(p[i]);
		__free_page(pages[i]);
	}
	KUNIT_EXPECT_EQ(test, kmap_local_in_use(smp_processor_id()), 0u);
	preempt_enable();
}

static void order_test(struct kunit *test)
{
	struct page *a = high_page(test), *b = high_page(test);
	void *p = kmap_local_page(a), *q = kmap_local_page(b);

	quarry_expect_reports(test, 1);
	kunmap_local(p);
	kunmap_local(q);
	__free_page(a);
	__free_page(b);
}

/* S3: the next mapping of the same name takes the slot; if it is in use, that is reported. */
static void named_test(struct kunit *test)
{
	struct page *a = high_page(test), *b = high_page(test);
	u32 *p, *q, *r;

	quarry_expect_reports(test, 1);
	preempt_disable();
	p = kmap_atomic_type(a, KM_USER0);
	*p = 1;
	q = kmap_atomic_type(b, KM_USER1);
	*q = 2;
	KUNIT_EXPECT_NE(test, (unsigned long)p, (unsigned long)q);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(q), b);
	kunmap_atomic_type(q, KM_USER1);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(q), NULL);
	KUNIT_EXPECT_EQ(test, *p, 1u);
	r = kmap_atomic_type(b, KM_USER0);	/* reported: a is still there */
	KUNIT_EXPECT_PTR_EQ(test, r, p);
	KUNIT_EXPECT_EQ(test, *p, 2u);
	kunmap_atomic_type(r, KM_USER0);
	kunmap_atomic_type(p, KM_USER0);	/* its mapping went with the reuse: no report */
	KUNIT_EXPECT_EQ(test, kmap_local_in_use(smp_processor_id()), 0u);
	p = kmap_atomic_type(a, KM_USER0);	/* free again, so nobody complains */
	KUNIT_EXPECT_EQ(test, *p, 1u);
	kunmap_atomic_type(p, KM_USER0);
	preempt_enable();
	__free_page(a);
	__free_page(b);
}

static void helpers_test(struct kunit *test)
{
	struct page *a = high_page(test), *b = high_page(test);
	char buf[64];
	u8 *p;

	p = kmap_local_page(a);
	memset(p, 0xab, PAGE_SIZE);
	kunmap_local(p);
	memcpy_to_page(a, 100, "highmem", 8);
	copy_highpage(b, a);
	clear_highpage(a);
	memcpy_from_page(buf, b, 100, 8);
	KUNIT_EXPECT_STREQ(test, buf, "highmem");
	zero_user(b, 100, 8);
	p = kmap_local_page(b);
	KUNIT_EXPECT_EQ(test, p[99] + p[100] + p[107] + p[108], 2 * 0xab);
	kunmap_local(p);
	p = kmap_local_page(a);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(p, 0, PAGE_SIZE), NULL);
	kunmap_local(p);
	memset_page(a, 4000, 0x11, 96);
	memcpy_page(b, 8, a, 4092, 4);
	memzero_page(a, 4001, 94);
	memcpy_from_page(buf, b, 7, 6);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\xab\x11\x11\x11\x11\xab", 6), 0);
	p = kmap_local_page(a);
	KUNIT_EXPECT_EQ(test, p[3999] + p[4000] + p[4001] + p[4094] + p[4095], 2 * 0x11);
	memset(p, 1, PAGE_SIZE);
	zero_user_segments(a, 0, 10, 4090, 4096);
	KUNIT_EXPECT_EQ(test, p[0] + p[9] + p[10] + p[4089] + p[4090] + p[4095], 2);
	zero_user_segment(a, 10, 20);
	KUNIT_EXPECT_EQ(test, p[10] + p[19] + p[20], 1);
	kunmap_local(p);
	copy_user_highpage(b, a, 0, NULL);
	clear_user_highpage(a, 0);
	memcpy_from_page(buf, b, 15, 10);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\0\0\0\0\0\1\1\1\1\1", 10), 0);
	__free_page(a);
	__free_page(b);
}

/* Mappings of sleeping tasks stay theirs. */
static void hold_across_sleep(void *arg)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	unsigned int i;
	u32 *p;

	for (i = 0; i < 20; i++) {
		p = kmap_local_page(page);
		*p = task_pid_nr(current) + i;
		msleep(1);
		if (*p != task_pid_nr(current) + i)
			(*(int *)arg)++;
		kunmap_local(p);
		cond_resched();
	}
	__free_page(page);
}

static void sleep_test(struct kunit *test)
{
	int wrong[8] = {};
	unsigned int i;

	together(test, ARRAY_SIZE(wrong), hold_across_sleep, wrong, sizeof(*wrong));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, wrong[i], 0);
	for (i = 0; i < nr_cpu_ids; i++)
		KUNIT_EXPECT_EQ(test, kmap_local_in_use(i), 0u);
}

/* Eight threads share the four slots that are left: all but four of them wait. */
enum { SHARE = 100, LEFT = 4 };

static void churn(void *arg)
{
	struct page **pages = kcalloc(SHARE, sizeof(*pages), GFP_KERNEL);
	unsigned int i, round;
	u32 *p;

	for (i = 0; i < SHARE; i++)
		pages[i] = alloc_page(GFP_HIGHUSER);
	for (round = 0; round < 3; round++)
		for (i = 0; i < SHARE; i++) {
			p = kmap(pages[i]);
			if (round && p[i] != task_pid_nr(current) + i)
				(*(int *)arg)++;
			p[i] = task_pid_nr(current) + i;
			if (i % 8 == 0)
				msleep(1);
			kunmap(pages[i]);
		}
	for (i = 0; i < SHARE; i++)
		__free_page(pages[i]);
	kfree(pages);
}

static void churn_test(struct kunit *test)
{
	unsigned int n = LAST_PKMAP - LEFT, i;
	struct page **pages = kunit_kcalloc(test, n, sizeof(*pages), GFP_KERNEL);
	unsigned long waits = kmap_stats.waits;
	int wrong[8] = {};

	for (i = 0; i < n; i++) {
		pages[i] = high_page(test);
		kmap(pages[i]);
	}
	together(test, ARRAY_SIZE(wrong), churn, wrong, sizeof(*wrong));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, wrong[i], 0);
	KUNIT_EXPECT_GT(test, kmap_stats.waits, waits);
	for (i = 0; i < n; i++) {
		kunmap(pages[i]);
		__free_page(pages[i]);
	}
	KUNIT_EXPECT_EQ(test, kmap_validate(), 0u);
}

static void zero_compound_test(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_HIGHUSER | __GFP_COMP, 1);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset_page(page, PAGE_SIZE - 8, 0x55, 8);
	memset_page(page + 1, 0, 0x55, PAGE_SIZE);
	zero_user(page, PAGE_SIZE - 4, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, *(u8 *)(kmap(page) + PAGE_SIZE - 5), 0x55);
	KUNIT_EXPECT_EQ(test, *(u32 *)(page_address(page) + PAGE_SIZE - 4), 0u);
	kunmap(page);
	KUNIT_EXPECT_EQ(test, *(u32 *)kmap(page + 1), 0u);
	KUNIT_EXPECT_EQ(test, *(u32 *)(page_address(page + 1) + PAGE_SIZE - 4), 0x55555555u);
	kunmap(page + 1);
	__free_pages(page, 1);
}

static struct kunit_case highmem_cases[] = {
	KUNIT_CASE(zero_compound_test),
	KUNIT_CASE(low_memory_test),
	KUNIT_CASE(kmap_test),
	KUNIT_CASE(wrap_test),
	KUNIT_CASE(no_flush_before_wrap_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(to_page_test),
	KUNIT_CASE(meminfo_test),
	KUNIT_CASE(full_window_test),
	KUNIT_CASE(unbalanced_test),
	KUNIT_CASE(stack_test),
	KUNIT_CASE(order_test),
	KUNIT_CASE(named_test),
	KUNIT_CASE(helpers_test),
	KUNIT_CASE(sleep_test),
	KUNIT_CASE(churn_test),
	{}
};

static struct kunit_suite highmem_suite = { .name = "highmem", .test_cases = highmem_cases };
quarry_suite_on(highmem_suite, "i386-4g");

#if BITS_PER_LONG == 32
static void slots_pae_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, LAST_PKMAP, 512u);
}

static struct kunit_case pae_cases[] = {
	KUNIT_CASE(slots_pae_test),
	KUNIT_CASE(kmap_test),
	KUNIT_CASE(wrap_test),
	KUNIT_CASE(no_flush_before_wrap_test),
	KUNIT_CASE(full_window_test),
	KUNIT_CASE(churn_test),
	{}
};

static struct kunit_suite pae_suite = { .name = "highmem_pae", .test_cases = pae_cases };
quarry_suite_on(pae_suite, "x86_64-8g");
#else
static void slots_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, LAST_PKMAP, 1024u);
}

static struct kunit_case slots_cases[] = {
	KUNIT_CASE(slots_test),
	{}
};

static struct kunit_suite slots_suite = { .name = "highmem_slots", .test_cases = slots_cases };
quarry_suite_on(slots_suite, "i386-4g");
#endif

static struct kunit_case lowmem_cases[] = {
	KUNIT_CASE(low_memory_test),
	{}
};

static struct kunit_suite lowmem_suite = { .name = "kmap_lowmem", .test_cases = lowmem_cases };
kunit_test_suite(lowmem_suite);
