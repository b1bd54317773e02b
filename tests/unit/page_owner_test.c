// SPDX-License-Identifier: MIT
/* Page owner: O1 and O2 of mm/page_owner.c, its view and its reports. */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/report.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/text.h"

/* What the view says about a frame; "" if it is not there. */

static char para[4096], found[4096], wanted[32];

static void next_text(void *ctx, const char *text, size_t len)
{
	size_t have = strlen(para), i;

	for (i = 0; i < len; i++) {
		if (have < sizeof(para) - 1)
			para[have++] = text[i];
		para[have] = '\0';
		if (have < 2 || para[have - 1] != '\n' || para[have - 2] != '\n')
			continue;
		if (strstr(para, wanted))
			strcpy(found, para);
		have = 0;
		para[0] = '\0';
	}
}

static const char *shown(struct page *page)
{
	snprintf(wanted, sizeof(wanted), "\nPFN %lu type ", page_to_pfn(page));
	para[0] = found[0] = '\0';
	quarry_view("page_owner", next_text, NULL);
	return found;
}

static struct text tail = TEXT(8192);

#define EXPECT_TEXT(test, text, phrase)	\
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text, phrase), "no \"%s\" in %s", phrase, text)
#define EXPECT_NO_TEXT(test, text, phrase)	\
	KUNIT_EXPECT_NULL_MSG(test, strstr(text, phrase), "\"%s\" in %s", phrase, text)

/* Who is seen in stacks. */

static noinline struct page *taker(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	barrier();
	return page;
}

static noinline void giver(struct page *page, unsigned int order)
{
	__free_pages(page, order);
	barrier();
}

static noinline void other_giver(struct page *page, unsigned int order)
{
	free_pages((unsigned long)lowmem_page_address(page), order);
	barrier();
}

/* Not every host knows the names of static functions. */
static bool has_names(void)
{
	char symbol[64];

	snprintf(symbol, sizeof(symbol), "%ps", taker);
	return !strcmp(symbol, "taker");
}

/* Blocks that taker() holds, and their pages. */

static unsigned long held_pages;

static void count(void *ctx, const struct quarry_holding *h)
{
	if (!strcmp(h->kind, "page"))
		held_pages += h->size >> PAGE_SHIFT;
}

static unsigned long held(void)
{
	held_pages = 0;
	quarry_holdings((uintptr_t)taker, (uintptr_t)taker + 100, count, NULL);
	return held_pages;
}

static int on(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, page_owner_on);
	return 0;
}

static void all_back(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, held(), 0ul);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static void view_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL | __GFP_COMP, 3);
	char line[128];
	const char *text = shown(page);

	snprintf(line, sizeof(line), "Page allocated via order 3, mask 0x%x(GFP_KERNEL|__GFP_COMP), pid %d, tgid %d (%s), ts ",
		 GFP_KERNEL | __GFP_COMP, current->pid, current->tgid, current->comm);
	KUNIT_EXPECT_PTR_EQ(test, strstr(text, line), text);
	EXPECT_TEXT(test, text, " ns, free_ts ");
	snprintf(line, sizeof(line), "\nPFN %lu type Unmovable Block %lu type ", page_to_pfn(page),
		 page_to_pfn(page) >> pageblock_order);
	EXPECT_TEXT(test, text, line);
	EXPECT_TEXT(test, text, " Flags 0x");
	EXPECT_TEXT(test, text, "(head|node=");
	if (has_names()) {	/* all frames, the innermost first, each behind a blank */
		const char *inner = strstr(text, "\n taker"), *outer;

		KUNIT_ASSERT_NOT_NULL_MSG(test, inner, "%s", text);
		outer = strstr(inner, "\n view_test");
		KUNIT_ASSERT_NOT_NULL_MSG(test, outer, "%s", text);
		KUNIT_EXPECT_NOT_NULL(test, strchr(outer + 1, '\n')[1] == ' ' ? outer : NULL);
		EXPECT_NO_TEXT(test, text, " alloc_pages+");
	}
	/* The block is shown once, by its first page. */
	KUNIT_EXPECT_STREQ(test, shown(page + 1), "");
	giver(page, 3);
	KUNIT_EXPECT_STREQ(test, shown(page), "");
	all_back(test);
}

static void each_order_test(struct kunit *test)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *page = taker(order & 1 ? GFP_HIGHUSER : GFP_KERNEL, order);
		unsigned long last = (1ul << order) - 1;

		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, held(), 1ul << order);
		KUNIT_EXPECT_EQ(test, page_owner_order(page), (int)order);
		KUNIT_EXPECT_EQ(test, page_owner_order(page + last), (int)order);
		giver(page, order);
		KUNIT_EXPECT_EQ(test, page_owner_order(page), -1);
		KUNIT_EXPECT_EQ(test, page_owner_order(page + last), -1);
		KUNIT_EXPECT_EQ(test, held(), 0ul);
	}
	all_back(test);
}

static void split_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 3);
	unsigned int i;

	split_page(page, 3);
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_EQ(test, held(), 8ul - i);
		EXPECT_TEXT(test, shown(page + i), "Page allocated via order 0, ");
		KUNIT_EXPECT_EQ(test, page_owner_order(page + i), 0);
		giver(page + i, 0);
	}
	all_back(test);
}

/* Freed while somebody has the first page: the others go, in blocks. */
static void held_block_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 4);

	get_page(page);
	giver(page, 4);
	KUNIT_EXPECT_EQ(test, held(), 1ul);
	KUNIT_EXPECT_EQ(test, page_owner_order(page), 0);
	KUNIT_EXPECT_EQ(test, page_owner_order(page + 1), -1);
	KUNIT_EXPECT_EQ(test, page_owner_order(page + 15), -1);
	put_page(page);
	all_back(test);
}

static void bulk_test(struct kunit *test)
{
	struct page *array[16] = { NULL };
	unsigned int i;

	KUNIT_ASSERT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 16, array), 16ul);
	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_EQ(test, page_owner_order(array[i]), 0);
		if (has_names())
			EXPECT_TEXT(test, shown(array[i]), "\n bulk_test");
		__free_page(array[i]);
	}
	all_back(test);
}

static void exact_test(struct kunit *test)
{
	void *p = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
	struct page *page = virt_to_page(p);
	unsigned int i;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, page_owner_order(page + i), 0);
	KUNIT_EXPECT_EQ(test, page_owner_order(page + 5), -1);
	if (has_names())
		EXPECT_TEXT(test, shown(page + 4), "\n exact_test");
	free_pages_exact(p, 5 * PAGE_SIZE);
	all_back(test);
}

/* What the slab layer and vmalloc take is known by who called them. */
static void through_others_test(struct kunit *test)
{
	void *v = vmalloc(PAGE_SIZE);

	if (has_names())
		EXPECT_TEXT(test, shown(vmalloc_to_page(v)), "\n through_others_test");
	vfree(v);
	all_back(test);
}

/* Reports: both stacks. */

static void both_stacks_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 2);
	const char *text;

	giver(page, 2);
	quarry_expect_reports(test, 1);
	log_mark();
	other_giver(page, 2);
	text = log_since_mark(&tail);
	EXPECT_TEXT(test, text, "BUG: Bad page state in process");
	EXPECT_TEXT(test, text, "page dumped because: a free page was freed");
	EXPECT_TEXT(test, text, "page_owner tracks the page as freed");
	EXPECT_TEXT(test, text, "page last allocated via order 2, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL), pid ");
	if (has_names()) {
		const char *taken = strstr(text, " taker");
		const char *title = strstr(text, "page last free stack trace:");
		const char *freed = strstr(text, " giver");
		const char *now = strstr(text, " other_giver");

		KUNIT_EXPECT_TRUE_MSG(test, taken && title && freed && now && taken < title &&
				      title < freed && freed < now,
				      "%s", text);
	}
	all_back(test);
}

static void bad_page_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 0);

	SetPageLocked(page);
	quarry_expect_reports(test, 1);
	log_mark();
	giver(page, 0);
	EXPECT_TEXT(test, log_since_mark(&tail), "page_owner tracks the page as allocated");
	ClearPageLocked(page);
	giver(page, 0);
	all_back(test);
}

/* O2: of all frames of a block, also when some have been given to others since. */
static void freed_frames_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 4);

	giver(page, 4);
	log_mark();
	dump_page(page + 9, "to see who had it");
	EXPECT_TEXT(test, log_since_mark(&tail), "page dumped because: to see who had it");
	EXPECT_TEXT(test, log_since_mark(&tail), "page_owner tracks the page as freed");
	EXPECT_TEXT(test, log_since_mark(&tail), "page last allocated via order 4, ");
	if (has_names())
		EXPECT_TEXT(test, log_since_mark(&tail), " giver");
	all_back(test);
}

static void never_had_test(struct kunit *test)
{
	log_mark();
	dump_page(virt_to_page(__va(0)), NULL);
	EXPECT_TEXT(test, log_since_mark(&tail), "page_owner info is not present (never set?)");
	EXPECT_NO_TEXT(test, log_since_mark(&tail), "page last");
}

/* Orders. */

static void too_high_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 3), *low;

	/* Half of a block, whose other half is free and in a cache of pages. */
	split_page(page, 3);
	giver(page + 7, 0);
	giver(page + 6, 0);
	giver(page + 5, 0);
	giver(page + 3, 0);
	low = page + 2;
	quarry_expect_reports(test, 1);
	log_mark();
	giver(low, 1);
	EXPECT_TEXT(test, log_since_mark(&tail), "freed at a higher order than it was allocated at");
	KUNIT_EXPECT_EQ(test, page_owner_order(low), -1);
	giver(page + 4, 0);
	giver(page + 1, 0);
	giver(page, 0);
	all_back(test);
}

static void too_low_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 3);
	unsigned int order;

	quarry_expect_reports(test, 1);
	log_mark();
	giver(page, 1);
	EXPECT_TEXT(test, log_since_mark(&tail), "freed at a lower order than it was allocated at");
	EXPECT_TEXT(test, log_since_mark(&tail), "page_owner tracks the page as allocated");
	/* What was not freed is still known, as blocks that can be. */
	KUNIT_EXPECT_EQ(test, held(), 6ul);
	KUNIT_EXPECT_EQ(test, page_owner_order(page + 1), -1);
	KUNIT_EXPECT_EQ(test, page_owner_order(page + 2), 1);
	KUNIT_EXPECT_EQ(test, page_owner_order(page + 4), 2);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
	for (order = 1; order < 3; order++) {
		set_page_count(page + (1 << order), 1);
		giver(page + (1 << order), order);
	}
	all_back(test);
}

/* What the caller said, not what the allocator makes of it. */
static void bulk_flags_test(struct kunit *test)
{
	struct page *pages[3] = {};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 3, pages), 3ul);
	for (i = 0; i < 3; i++) {
		log_mark();
		dump_page(pages[i], NULL);
		EXPECT_TEXT(test, log_since_mark(&tail), "gfp_mask 0xcc0(GFP_KERNEL),");
		__free_page(pages[i]);
	}
}

static void inside_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 2);

	quarry_expect_reports(test, 1);
	log_mark();
	giver(page + 1, 0);
	EXPECT_TEXT(test, log_since_mark(&tail), "this page is inside a block that is in use and is not compound");
	EXPECT_TEXT(test, log_since_mark(&tail), "page_owner tracks the page as allocated");
	giver(page, 2);
	page = taker(GFP_KERNEL, 0);
	set_page_count(page, -3);
	quarry_expect_reports(test, 1);
	log_mark();
	giver(page, 0);
	EXPECT_TEXT(test, log_since_mark(&tail), "this page is in use, but its reference count was not");
	set_page_count(page, 1);
	giver(page, 0);
	all_back(test);
}

/* The view is read while CPUs allocate and free. */

static bool stop;

static int churn(void *arg)
{
	struct page *page;
	unsigned int i;

	for (i = 0; !READ_ONCE(stop); i++) {
		page = alloc_pages(GFP_KERNEL, i % 5);
		if (page)
			__free_pages(page, i % 5);
		cond_resched();
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void concurrent_view_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 1);
	struct task_struct *t[3];
	unsigned int i;

	WRITE_ONCE(stop, false);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		t[i] = kthread_run(churn, NULL, "churn/%u", i);
	for (i = 0; i < 20; i++)
		EXPECT_TEXT(test, shown(page), "Page allocated via order 1, ");
	WRITE_ONCE(stop, true);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		kthread_stop(t[i]);
	giver(page, 1);
	all_back(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(view_test),
	KUNIT_CASE(each_order_test),
	KUNIT_CASE(split_test),
	KUNIT_CASE(held_block_test),
	KUNIT_CASE(bulk_test),
	KUNIT_CASE(exact_test),
	KUNIT_CASE(through_others_test),
	KUNIT_CASE(both_stacks_test),
	KUNIT_CASE(bad_page_test),
	KUNIT_CASE(freed_frames_test),
	KUNIT_CASE(never_had_test),
	KUNIT_CASE(too_high_test),
	KUNIT_CASE(too_low_test),
	KUNIT_CASE(bulk_flags_test),
	KUNIT_CASE(inside_test),
	KUNIT_CASE(concurrent_view_test),
	{}
};

static struct kunit_suite page_owner_suite = {
	.name = "page_owner", .init = on, .test_cases = cases };
quarry_suite_on(page_owner_suite, "i386-4g page_owner=on");

static struct kunit_suite page_owner_numa_suite = {
	.name = "page_owner_numa", .init = on, .test_cases = cases };
quarry_suite_on(page_owner_numa_suite, "numa-4x2g page_owner=on page_poison=1");

/* Without it nothing is known, and nothing claimed. */
static void off_test(struct kunit *test)
{
	struct page *page = taker(GFP_KERNEL, 0);

	KUNIT_EXPECT_FALSE(test, page_owner_on);
	KUNIT_EXPECT_EQ(test, page_hooks & PAGE_HOOK_OWNER, 0u);
	KUNIT_EXPECT_EQ(test, held(), 0ul);
	KUNIT_EXPECT_EQ(test, page_owner_order(page), -1);
	giver(page, 0);
	quarry_expect_reports(test, 1);
	log_mark();
	giver(page, 0);
	EXPECT_NO_TEXT(test, log_since_mark(&tail), "page_owner tracks");
	EXPECT_NO_TEXT(test, log_since_mark(&tail), "page last");
	EXPECT_TEXT(test, log_since_mark(&tail), "Call Trace:");
}

static struct kunit_case off_cases[] = {
	KUNIT_CASE(off_test),
	{}
};

static struct kunit_suite page_owner_off_suite = {
	.name = "page_owner_off", .test_cases = off_cases };
quarry_suite_on(page_owner_off_suite, "x86_64-8g");
