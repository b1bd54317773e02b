// SPDX-License-Identifier: MIT
/*
 * Random requests against an oracle that knows, for each frame, who has it: no
 * frame is handed out twice, none is lost, each lies where its request said, and
 * every VALIDATE steps the invariants of all parts hold.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define STEPS		200000
#define VALIDATE	10000
#define SLOTS		600

/* A block that the model believes to have. */
struct held {
	struct page *page;
	unsigned int order;
	bool compound;
};

struct model {
	struct held slot[SLOTS];
	unsigned long frames;		/* held, in all slots */
	unsigned long free_at_start;
	unsigned char *owned;		/* a byte per frame, up to max_pfn */
	u32 seed;
};

static u32 dice(struct model *m, u32 n)
{
	m->seed = m->seed * 1664525u + 1013904223u;
	return (m->seed >> 8) % n;
}

static const gfp_t kinds[] = {
	GFP_KERNEL, GFP_ATOMIC, GFP_NOWAIT, GFP_HIGHUSER, GFP_HIGHUSER_MOVABLE,
	GFP_KERNEL | __GFP_RECLAIMABLE, GFP_KERNEL | __GFP_DMA, GFP_KERNEL | __GFP_DMA32,
	GFP_USER, GFP_NOFS | __GFP_NORETRY,
};

static void mark(struct kunit *test, struct model *m, const struct held *h, bool taken)
{
	unsigned long pfn = page_to_pfn(h->page), i;

	for (i = pfn; i < pfn + (1ul << h->order); i++) {
		KUNIT_ASSERT_LT(test, i, max_pfn);
		KUNIT_ASSERT_EQ(test, (bool)m->owned[i], !taken);
		m->owned[i] = taken;
	}
	m->frames += taken ? 1ul << h->order : -(1ul << h->order);
}

static void take(struct kunit *test, struct model *m, struct held *h)
{
	gfp_t gfp = kinds[dice(m, ARRAY_SIZE(kinds))] | __GFP_NOWARN;
	int nid = dice(m, machine.nr_nodes);
	bool strict = !dice(m, 4);

	h->order = dice(m, 3) ? dice(m, 3) : dice(m, MAX_ORDER);
	h->compound = dice(m, 2);
	if (h->compound)
		gfp |= __GFP_COMP;
	if (strict)
		gfp |= __GFP_THISNODE;
	h->page = strict || dice(m, 2) ? alloc_pages_node(nid, gfp, h->order)
				       : alloc_pages(gfp, h->order);
	if (!h->page)
		return;
	if (strict)
		KUNIT_ASSERT_EQ(test, page_to_nid(h->page), nid);
	KUNIT_ASSERT_EQ(test, page_count(h->page), 1);
	KUNIT_ASSERT_LE(test, (int)page_zonenum(h->page), (int)gfp_zone(gfp));
	KUNIT_ASSERT_EQ(test, page_to_pfn(h->page) & ((1ul << h->order) - 1), 0ul);
	KUNIT_ASSERT_EQ(test, PageHead(h->page), h->compound && h->order);
	mark(test, m, h, true);
}

static void give(struct kunit *test, struct model *m, struct held *h)
{
	mark(test, m, h, false);
	switch (dice(m, 4)) {
	case 0:
		if (h->compound || !h->order) {
			put_page(h->page);
			break;
		}
		fallthrough;
	case 1:
		if (!PageHighMem(h->page)) {
			free_pages((unsigned long)page_address(h->page), h->order);
			break;
		}
		fallthrough;
	case 2:
		if (!h->order) {
			free_cold_page(h->page);
			break;
		}
		fallthrough;
	default:
		__free_pages(h->page, h->order);
	}
	h->page = NULL;
}

/* What is free, cached and held is what was free at the start. */
static void balance(struct kunit *test, struct model *m)
{
	unsigned long cached = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		cached += pcp_count_all(zone);
	KUNIT_ASSERT_EQ(test, nr_free_pages() + cached + m->frames, m->free_at_start);
	KUNIT_ASSERT_EQ(test, buddy_validate(), 0u);
	KUNIT_ASSERT_EQ(test, pcp_validate(), 0u);
}

static void run(struct kunit *test, u32 seed)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int step, i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->owned = vzalloc(max_pfn);
	KUNIT_ASSERT_NOT_NULL(test, m->owned);
	m->seed = seed;
	drain_all_pages(NULL);
	m->free_at_start = nr_free_pages();
	for (step = 0; step < STEPS; step++) {
		struct held *h = &m->slot[dice(m, SLOTS)];

		if (h->page)
			give(test, m, h);
		else
			take(test, m, h);
		if (!dice(m, 5000))
			drain_all_pages(NULL);
		if (step % VALIDATE == 0)
			balance(test, m);
		cond_resched();
	}
	for (i = 0; i < SLOTS; i++)
		if (m->slot[i].page)
			give(test, m, &m->slot[i]);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), m->free_at_start);
	balance(test, m);
	vfree(m->owned);
}

static void random_requests_test(struct kunit *test)
{
	kunit_info(test, "seed 1");
	run(test, 1);
}

static void more_random_requests_test(struct kunit *test)
{
	kunit_info(test, "seed 20261121");
	run(test, 20261121);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(random_requests_test),
	KUNIT_CASE(more_random_requests_test),
	{}
};

static struct kunit_suite page_model_suite = { .name = "page_model", .test_cases = cases };
kunit_test_suite(page_model_suite);
static struct kunit_suite page_model_numa_suite = {
	.name = "page_model_numa", .test_cases = cases };
quarry_suite_on(page_model_numa_suite, "numa-4x2g");
static struct kunit_suite page_model_i386_suite = {
	.name = "page_model_i386", .test_cases = cases };
quarry_suite_on(page_model_i386_suite, "i386-4g");
static struct kunit_suite page_model_tiny_suite = {
	.name = "page_model_tiny", .test_cases = cases };
quarry_suite_on(page_model_tiny_suite, "tiny-16m");
