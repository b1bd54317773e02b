// SPDX-License-Identifier: MIT
/*
 * Policy: G1 to G4 of mm/gfp.c. Where memory comes from, how deep each kind of
 * request may go (to the page), and what each modifier changes.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/oom.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/topology.h>

#include "tests/unit/held.h"
#include "tests/unit/numa.h"

/* Each zone is left with the floor of this request, or was not to be touched. */
static void expect_floors(struct kunit *test, gfp_t gfp, unsigned int flags)
{
	struct page_request rq;
	struct zone *zone;

	KUNIT_ASSERT_TRUE(test, page_request_init(&rq, gfp, 0, numa_node_id(), NULL));
	rq.flags = flags;
	for_each_populated_zone(zone) {
		unsigned long floor = zone_floor(zone, &rq), free = zone_free_pages(zone);

		if (zone_idx(zone) > (int)rq.highest || free < floor)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, free, floor, "zone %s", zone->name);
	}
}

/* Marks. */

static void marks_test(struct kunit *test)
{
	unsigned long lowmem = 0, kbytes = 0;
	struct zone *zone;

	for_each_zone(zone)
		if (!is_highmem(zone))
			lowmem += zone_managed_pages(zone);
	kbytes = int_sqrt((lowmem << (PAGE_SHIFT - 10)) * 16);
	KUNIT_EXPECT_EQ(test, (unsigned long)min_free_kbytes,
			clamp_t(unsigned long, kbytes, 128, 262144));
	for_each_populated_zone(zone) {
		unsigned long min = min_wmark_pages(zone);

		if (!is_highmem(zone))
			KUNIT_EXPECT_EQ(test, min, (unsigned long)
					div64_u64((u64)(min_free_kbytes >> (PAGE_SHIFT - 10)) *
						  zone_managed_pages(zone), lowmem));
		else
			KUNIT_EXPECT_EQ(test, min, clamp(zone_managed_pages(zone) / 1024,
							 32ul, 128ul));
		KUNIT_EXPECT_EQ(test, low_wmark_pages(zone), min + min / 4);
		KUNIT_EXPECT_EQ(test, high_wmark_pages(zone), min + min / 2);
	}
}

/* M1, M2: the design's marks until somebody says how large the gap is to be. */
static void scale_factor_test(struct kunit *test)
{
	struct zone *zone;

	KUNIT_EXPECT_EQ(test, watermark_scale_factor, 10);
	KUNIT_EXPECT_EQ(test, mm_set_watermark_scale_factor(0), -EINVAL);
	KUNIT_EXPECT_EQ(test, mm_set_watermark_scale_factor(3001), -EINVAL);
	KUNIT_EXPECT_EQ(test, watermark_scale_factor, 10);
	KUNIT_EXPECT_EQ(test, mm_set_watermark_scale_factor(150), 0);
	KUNIT_EXPECT_EQ(test, watermark_scale_factor, 150);
	for_each_populated_zone(zone) {
		unsigned long min = min_wmark_pages(zone);
		unsigned long gap = max(min / 4, zone_managed_pages(zone) * 150 / 10000);

		KUNIT_EXPECT_EQ(test, low_wmark_pages(zone), min + gap);
		KUNIT_EXPECT_EQ(test, high_wmark_pages(zone), min + 2 * gap);
	}
}

/* A change counts at once: for the next request, on any CPU. */
static void min_free_changes_test(struct kunit *test)
{
	struct zone *zone = first_zone(GFP_KERNEL);
	unsigned long min = min_wmark_pages(zone);
	int kbytes = min_free_kbytes;
	unsigned int cpu;

	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, mm_set_min_free_kbytes(-1), -EINVAL);
	KUNIT_EXPECT_EQ(test, mm_set_min_free_kbytes(kbytes / 2), 0);
	KUNIT_EXPECT_LE(test, min_wmark_pages(zone), min / 2 + 1);
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	exhaust(GFP_KERNEL);
	expect_floors(test, GFP_KERNEL, WMARK_MIN);
	KUNIT_EXPECT_EQ(test, mm_set_min_free_kbytes(0), 0);
	exhaust(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, zone_free_pages(zone), 0ul);
	KUNIT_EXPECT_EQ(test, mm_set_min_free_kbytes(kbytes), 0);
	KUNIT_EXPECT_EQ(test, min_wmark_pages(zone), min);
	for_each_online_cpu(cpu)
		if (cpu_to_node(cpu) == numa_node_id())
			KUNIT_EXPECT_EQ(test, (*per_cpu_ptr(&page_fast, cpu))[GFP_KERNEL & FAST_MASK].mark,
					low_wmark_pages(zone));
	all_back(test);
}

/* Marks and reserves change under the feet of others, who get all their pages. */
static int busy(void *unused)
{
	while (!kthread_should_stop()) {
		struct page *page = alloc_page(GFP_KERNEL), *block = alloc_pages(GFP_KERNEL, 4);

		if (page)
			__free_page(page);
		if (block)
			__free_pages(block, 4);
		cond_resched();
	}
	return 0;
}

static void marks_change_under_load_test(struct kunit *test)
{
	struct task_struct *helper = kthread_run(busy, NULL, "busy");
	int kbytes = min_free_kbytes, i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(helper));
	for (i = 0; i < 200; i++) {
		mm_set_min_free_kbytes(kbytes + i % 7 * 4);
		sysctl_lowmem_reserve_ratio[ZONE_DMA] = 200 + i % 3;
		setup_per_zone_lowmem_reserve();
		cond_resched();
	}
	kthread_stop(helper);
	sysctl_lowmem_reserve_ratio[ZONE_DMA] = 256;
	setup_per_zone_lowmem_reserve();
	mm_set_min_free_kbytes(kbytes);
	KUNIT_EXPECT_EQ(test, quarry_validate(), 0u);
}

static void lowmem_reserve_test(struct kunit *test)
{
	static const int ratio[] = { 256, 256, 32 };
	struct pglist_data *pgdat;
	int i, j, k;

	for_each_online_pgdat(pgdat)
		for (i = 0; i < MAX_NR_ZONES; i++)
			for (j = 0; j < MAX_NR_ZONES; j++) {
				struct zone *zone = &pgdat->node_zones[i];
				unsigned long above = 0;

				for (k = i + 1; k <= j; k++)
					above += zone_managed_pages(&pgdat->node_zones[k]);
				if (i == ZONE_HIGHMEM || !managed_zone(zone))
					above = 0;
				KUNIT_EXPECT_EQ(test, zone->lowmem_reserve[j],
						(long)(above ? above / ratio[i] : 0));
			}
}

/* How deep: the exact page. */

static void gfp_kernel_stops_at_min_test(struct kunit *test)
{
	exhaust(GFP_KERNEL);
	expect_floors(test, GFP_KERNEL, WMARK_MIN);
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_TRUE(test, hold(GFP_ATOMIC, 0));
	all_back(test);
}

static void gfp_high_stops_at_half_test(struct kunit *test)
{
	exhaust(GFP_KERNEL | __GFP_HIGH);
	expect_floors(test, GFP_KERNEL, WMARK_MIN | ALLOC_HIGH);
	all_back(test);
}

static void gfp_atomic_goes_deeper_test(struct kunit *test)
{
	struct zone *zone;

	exhaust(GFP_ATOMIC);
	expect_floors(test, GFP_ATOMIC, WMARK_MIN | ALLOC_HIGH | ALLOC_HARDER);
	/* Its numbers, not only its formula: 3/8 of min where nothing is reserved. */
	zone = node_zonelist(numa_node_id(), 0)->_zonerefs[0].zone;
	if (!is_highmem(zone)) {
		unsigned long min = min_wmark_pages(zone);

		min -= min / 2;
		KUNIT_EXPECT_EQ(test, zone_free_pages(zone), min - min / 4);
	}
	all_back(test);
}

static void pf_memalloc_takes_all_test(struct kunit *test)
{
	unsigned int old = current->flags;

	current->flags |= PF_MEMALLOC;
	KUNIT_EXPECT_FALSE(test, gfp_pfmemalloc_allowed(GFP_KERNEL | __GFP_NOMEMALLOC));
	exhaust(GFP_KERNEL | __GFP_NOMEMALLOC);
	expect_floors(test, GFP_KERNEL, WMARK_MIN);
	exhaust(GFP_KERNEL);
	expect_floors(test, GFP_KERNEL, ALLOC_NO_WATERMARKS);
	current->flags = old;
	KUNIT_EXPECT_FALSE(test, hold(GFP_ATOMIC, 0));
	all_back(test);
}

static void gfp_memalloc_takes_all_test(struct kunit *test)
{
	exhaust(GFP_KERNEL | __GFP_MEMALLOC);
	expect_floors(test, GFP_KERNEL, ALLOC_NO_WATERMARKS);
	all_back(test);
}

static void lower_zones_are_protected_test(struct kunit *test)
{
	exhaust(GFP_HIGHUSER);
	expect_floors(test, GFP_HIGHUSER, WMARK_MIN);
	/* A request that could not have used the zones above gets what was kept. */
	exhaust(GFP_KERNEL);
	expect_floors(test, GFP_KERNEL, WMARK_MIN);
	exhaust(GFP_KERNEL | GFP_DMA);
	expect_floors(test, GFP_KERNEL | GFP_DMA, WMARK_MIN);
	all_back(test);
}

/* Where from. */

static enum zone_type kind_of(gfp_t gfp)
{
	struct page *page = alloc_page(gfp);
	enum zone_type kind = page ? page_zonenum(page) : __MAX_NR_ZONES;

	if (page)
		__free_page(page);
	return kind;
}

static enum zone_type highest_populated(enum zone_type limit)
{
	struct zoneref *ref = node_zonelist(numa_node_id(), 0)->_zonerefs;

	while (ref->zone_idx > (int)limit)
		ref++;
	return ref->zone_idx;
}

static void zone_modifiers_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL), highest_populated(ZONE_NORMAL));
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_DMA), ZONE_DMA);
	KUNIT_EXPECT_EQ(test, kind_of(GFP_HIGHUSER), highest_populated(ZONE_HIGHMEM));
	KUNIT_EXPECT_EQ(test, kind_of(GFP_KERNEL | __GFP_DMA32),
			highest_populated(machine.dma32_end ? ZONE_DMA32 : ZONE_NORMAL));
}

/* Preference: a zone serves only while no zone above it has enough for its low mark. */
static void fallback_goes_down_test(struct kunit *test)
{
	struct zoneref *first = node_zonelist(numa_node_id(), 0)->_zonerefs, *ref;
	struct page_request rq;
	unsigned int kinds = 0;

	page_request_init(&rq, GFP_HIGHUSER, MAX_ORDER - 1, numa_node_id(), NULL);
	while (hold(GFP_HIGHUSER, MAX_ORDER - 1)) {
		struct zone *zone = page_zone(list_first_entry(&held, struct page, lru));

		kinds |= 1u << zone_idx(zone);
		if (zone_free_pages(zone) < zone_floor(zone, &rq))
			break;		/* low marks no longer count */
		for (ref = first; ref->zone != zone; ref++)
			KUNIT_ASSERT_TRUE(test, zone_free_pages(ref->zone) <
					  zone_floor(ref->zone, &rq) + MAX_ORDER_NR_PAGES ||
					  !buddy_has_block(ref->zone, MAX_ORDER - 1));
	}
	for (ref = first; ref->zone; ref++)
		if (zone_managed_pages(ref->zone) > zone_floor(ref->zone, &rq) + SZ_4K)
			KUNIT_EXPECT_TRUE(test, kinds & 1u << ref->zone_idx);
	all_back(test);
}

static void dma_only_from_dma_test(struct kunit *test)
{
	struct zone *zone;

	exhaust(GFP_KERNEL | GFP_DMA);
	expect_floors(test, GFP_KERNEL | GFP_DMA, WMARK_MIN);
	for_each_populated_zone(zone)
		if (zone_idx(zone) != ZONE_DMA)
			KUNIT_EXPECT_GT(test, zone_free_pages(zone), high_wmark_pages(zone));
	all_back(test);
}

static void invalid_mixes_test(struct kunit *test)
{
	static const gfp_t bad[] = {
		GFP_KERNEL | __GFP_DMA | __GFP_HIGHMEM,
		GFP_KERNEL | __GFP_DMA | __GFP_DMA32,
		GFP_KERNEL | __GFP_DMA32 | __GFP_HIGHMEM,
		GFP_KERNEL | __GFP_MOVABLE | __GFP_RECLAIMABLE,
		GFP_KERNEL | __GFP_NOFAIL | __GFP_NORETRY,
		GFP_NOWAIT | __GFP_NOFAIL,
		GFP_KERNEL | 0x40000000u,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		/* Also where a page is ready that nobody would have to look for. */
		__free_page(alloc_page(GFP_KERNEL));
		quarry_expect_reports(test, 1);
		KUNIT_EXPECT_NULL(test, alloc_page(bad[i]));
	}
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_NULL(test, alloc_pages_node(QUARRY_MAX_NODES, GFP_KERNEL, 0));
}

static void invalid_node_test(struct kunit *test)
{
	if (machine.nr_nodes == QUARRY_MAX_NODES)
		kunit_skip(test, "every node exists");
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_NULL(test, alloc_pages_node(machine.nr_nodes, GFP_KERNEL, 0));
}

/* What is done about it. */

static unsigned long sleeps_of_a_failing(gfp_t gfp)
{
	unsigned long before = current->nvcsw;
	struct page *page = alloc_page(gfp | __GFP_NOWARN);

	if (page)
		__free_page(page);
	return page ? 0 : current->nvcsw - before;
}

static void who_sleeps_and_repeats_test(struct kunit *test)
{
	exhaust(GFP_ATOMIC);
	KUNIT_EXPECT_EQ(test, sleeps_of_a_failing(GFP_NOWAIT), 0ul);
	KUNIT_EXPECT_EQ(test, sleeps_of_a_failing(GFP_ATOMIC), 0ul);
	KUNIT_EXPECT_EQ(test, sleeps_of_a_failing(GFP_KERNEL | __GFP_NORETRY), 0ul);
	KUNIT_EXPECT_EQ(test, sleeps_of_a_failing(GFP_KERNEL | __GFP_RETRY_MAYFAIL |
						  __GFP_NORETRY), 0ul);
	KUNIT_EXPECT_GE(test, sleeps_of_a_failing(GFP_KERNEL | __GFP_RETRY_MAYFAIL), 16ul);
	all_back(test);
}

static int free_one_later(void *unused)
{
	struct page *page;

	while (!kthread_should_stop()) {
		schedule_timeout_interruptible(1);
		if (list_empty(&held))
			continue;
		page = list_first_entry(&held, struct page, lru);
		list_del(&page->lru);
		__free_pages(page, page->private);
	}
	return 0;
}

/* G4: it waits until somebody else frees. */
static void nofail_waits_test(struct kunit *test)
{
	struct task_struct *helper = kthread_create(free_one_later, NULL, "free_one_later");
	struct page *page;

	KUNIT_ASSERT_FALSE(test, IS_ERR(helper));
	quiesce(test);
	exhaust(GFP_ATOMIC);
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	wake_up_process(helper);
	page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	kthread_stop(helper);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page)
		__free_page(page);
	release();
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
}

/* It complains meanwhile; the complaint is what lets the helper free something. */
static int free_when_it_complains(void *unused)
{
	while (!log_count("waiting for a block of order 0"))
		schedule_timeout_interruptible(1);
	return free_one_later(NULL);
}

static void nofail_complains_test(struct kunit *test)
{
	struct task_struct *helper = kthread_create(free_when_it_complains, NULL, "listener");
	unsigned int often = nofail_complain;
	struct page *page;

	KUNIT_ASSERT_FALSE(test, IS_ERR(helper));
	KUNIT_EXPECT_EQ(test, often, 10u * HZ);
	KUNIT_EXPECT_EQ(test, log_count("waiting for a block of order 0"), 0u);
	quiesce(test);
	exhaust(GFP_ATOMIC);
	nofail_complain = 3;
	wake_up_process(helper);
	page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	KUNIT_EXPECT_NOT_NULL(test, page);
	kthread_stop(helper);
	nofail_complain = often;
	if (page)
		__free_page(page);
	release();
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
}

/* Mixes that the kernel frowns upon are named once, and let pass. */
static void dubious_mixes_test(struct kunit *test)
{
	struct page_request rq;

	gfp_mixes_forget();
	quarry_expect_reports(test, 2);
	KUNIT_EXPECT_TRUE(test, page_request_init(&rq, GFP_KERNEL | __GFP_ATOMIC, 0,
						  numa_node_id(), NULL));
	KUNIT_EXPECT_EQ(test, rq.gfp, (gfp_t)GFP_KERNEL);
	page_request_init(&rq, GFP_KERNEL | __GFP_ATOMIC, 0, numa_node_id(), NULL);
	KUNIT_EXPECT_EQ(test, rq.gfp, (gfp_t)GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, page_request_init(&rq, GFP_KERNEL | __GFP_NOFAIL, 2,
						  numa_node_id(), NULL));
	page_request_init(&rq, GFP_KERNEL | __GFP_NOFAIL, 2, numa_node_id(), NULL);
	KUNIT_EXPECT_TRUE(test, page_request_init(&rq, GFP_KERNEL | __GFP_NOFAIL, 1,
						  numa_node_id(), NULL));
}

/* The last step: whoever registered to be asked. */
static unsigned int oom_calls;

static int give_one(struct notifier_block *nb, unsigned long unused, void *freed)
{
	oom_calls++;
	KUNIT_EXPECT_TRUE(kunit_get_current_test(), current->flags & PF_MEMALLOC);
	if (oom_calls < 2)
		return NOTIFY_OK;
	drop(0, 1);
	*(unsigned long *)freed += 1;
	return NOTIFY_OK;
}

static void oom_notifiers_test(struct kunit *test)
{
	struct notifier_block nb = { .notifier_call = give_one };

	oom_calls = 0;
	/* There is a single page to drop, and the last one held is of the first zone. */
	KUNIT_ASSERT_TRUE(test, hold(GFP_KERNEL, 0));
	exhaust(GFP_KERNEL | __GFP_DMA);
	hold(GFP_KERNEL, 0);
	exhaust(GFP_KERNEL);
	register_oom_notifier(&nb);
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOWAIT, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_DMA, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_RETRY_MAYFAIL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_THISNODE, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_NOFS, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL | __GFP_NORETRY, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, PAGE_ALLOC_COSTLY_ORDER + 1));
	KUNIT_EXPECT_EQ(test, oom_calls, 0u);
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, oom_calls, 1u);
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, oom_calls, 2u);
	unregister_oom_notifier(&nb);
	all_back(test);
}

/* Failure explained. The report is for people, so it is read as text. */

static void report_of(gfp_t gfp, unsigned int order, int nid, nodemask_t *nodes)
{
	struct reclaim_effort effort = { .rounds = 3, .freed = 17 };
	struct page_request rq;

	page_request_init(&rq, gfp, order, nid, nodes);
	rq.flags = WMARK_MIN | (rq.flags & ALLOC_CPUSET);
	page_failure_forget();
	page_report_failure(&rq, &effort);
}

static void report_numbers_test(struct kunit *test)
{
	struct zone *zone = first_zone(GFP_KERNEL);
	char text[160];

	exhaust(GFP_KERNEL);
	report_of(GFP_KERNEL, 1, numa_node_id(), NULL);
	all_back(test);
	snprintf(text, sizeof(text), "%s: page allocation failure: order:1, mode:0xcc0(GFP_KERNEL), nodemask=(null),mems_allowed=%*pbl\n",
		 current->comm, nodemask_pr_args(&node_states[N_MEMORY]));
	KUNIT_EXPECT_EQ(test, log_count(text), 1u);
	snprintf(text, sizeof(text), "Node %d %s: %lu pages free, 2 wanted, must keep %lu (mark %lu, lowmem_reserve 0, for atomic requests 0)",
		 zone->node, zone->name, min_wmark_pages(zone), min_wmark_pages(zone),
		 min_wmark_pages(zone));
	KUNIT_EXPECT_EQ(test, log_count(text), 1u);
	KUNIT_EXPECT_EQ(test, log_count("reclaim: 3 rounds, 17 objects freed by shrinkers"), 1u);
	KUNIT_EXPECT_EQ(test, log_count("Mem-Info:"), 1u);
}

static void report_no_block_test(struct kunit *test)
{
	struct zone *zone = first_zone(GFP_KERNEL);
	struct page *page, *next;
	unsigned long nr = 0;
	char text[120];

	/* Every second page of the zone is free. */
	while (hold(GFP_NOWAIT, 0))
		;
	list_for_each_entry_safe(page, next, &held, lru)
		if (page_zone(page) == zone && page_to_pfn(page) & 1) {
			list_del(&page->lru);
			__free_page(page);
			nr++;
		}
	drain_all_pages(NULL);
	KUNIT_ASSERT_GT(test, nr, 100ul);
	report_of(GFP_KERNEL, MAX_ORDER - 1, numa_node_id(), NULL);
	snprintf(text, sizeof(text), "Node %d %s: no block of order %u although %lu pages are free",
		 zone->node, zone->name, MAX_ORDER - 1, zone_free_pages(zone));
	if (zone_free_pages(zone) >= min_wmark_pages(zone) + MAX_ORDER_NR_PAGES)
		KUNIT_EXPECT_EQ(test, log_count(text), 1u);
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, MAX_ORDER - 1));
	all_back(test);
}

static void report_ratelimit_test(struct kunit *test)
{
	unsigned int before = log_count("page allocation failure"), i;

	exhaust(GFP_NOWAIT);
	page_failure_forget();
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, log_count("page allocation failure"), before + 1);
	KUNIT_EXPECT_EQ(test, log_count("reclaim: none, the request must not sleep"), 1u);
	page_failure_forget();
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, log_count("page allocation failure"), before + 1);
	all_back(test);
}

/* Pages that a CPU keeps are found before a request fails. */
static void hoarded_pages_are_found_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	exhaust(GFP_KERNEL);
	/* It goes to this CPU's cache, where NR_FREE_PAGES does not see it. */
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, hold(GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, hold(GFP_KERNEL, 0));
	all_back(test);
}

/* One more than there is room for: said once, whatever is asked. */
static void oversize_test(struct kunit *test)
{
	quarry_expect_reports(test, 1);
	page_alloc_reset();
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL | __GFP_NOWARN, MAX_ORDER));
	page_alloc_reset();
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL, MAX_ORDER));
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL, MAX_ORDER + 20));
}

static void zero_test(struct kunit *test)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 2), *p = (unsigned long *)addr;
	unsigned int i, dirty = 0;

	KUNIT_ASSERT_NE(test, addr, 0ul);
	memset(p, 0xa5, 4 * PAGE_SIZE);
	free_pages(addr, 2);
	addr = __get_free_pages(GFP_KERNEL | __GFP_ZERO, 2);
	p = (unsigned long *)addr;
	for (i = 0; i < 4 * PAGE_SIZE / sizeof(*p); i++)
		dirty += p[i] != 0;
	KUNIT_EXPECT_EQ(test, dirty, 0u);
	free_pages(addr, 2);
}

static void sleeping_in_atomic_context_test(struct kunit *test)
{
	struct page *page;

	quarry_expect_reports(test, 1);
	preempt_disable();
	page = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, page);
	__free_page(page);
	page = alloc_page(GFP_ATOMIC);
	__free_page(page);
	preempt_enable();
}

static void task_scope_test(struct kunit *test)
{
	unsigned int old = current->flags;
	struct page_request rq;

	current->flags |= PF_MEMALLOC_NOFS;
	page_request_init(&rq, GFP_KERNEL, 0, numa_node_id(), NULL);
	KUNIT_EXPECT_EQ(test, rq.gfp, (gfp_t)GFP_NOFS);
	current->flags = old | PF_MEMALLOC_NOIO;
	page_request_init(&rq, GFP_KERNEL, 0, numa_node_id(), NULL);
	KUNIT_EXPECT_EQ(test, rq.gfp, (gfp_t)GFP_NOIO);
	current->flags = old;
}

/* Nodes. */

static int node_of(gfp_t gfp, int nid)
{
	struct page *page = alloc_pages_node(nid, gfp, 0);
	int got = page ? page_to_nid(page) : -1;

	if (page)
		__free_page(page);
	return got;
}

static void nodes_test(struct kunit *test)
{
	int nid;

	skip_without_low_memory(test);
	for (nid = 0; nid < (int)machine.nr_nodes; nid++) {
		KUNIT_EXPECT_EQ(test, node_of(GFP_KERNEL, nid), nid);
		KUNIT_EXPECT_EQ(test, node_of(GFP_KERNEL | __GFP_THISNODE, nid), nid);
	}
	KUNIT_EXPECT_EQ(test, node_of(GFP_KERNEL, NUMA_NO_NODE), numa_node_id());
}

static void thisnode_does_not_fall_back_test(struct kunit *test)
{
	int nid = machine.nr_nodes - 1;
	struct page *page;

	while ((page = alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN,
					MAX_ORDER - 1))) {
		KUNIT_ASSERT_EQ(test, page_to_nid(page), nid);
		page->private = MAX_ORDER - 1;
		list_add(&page->lru, &held);
	}
	page = alloc_pages_node(nid, GFP_KERNEL, MAX_ORDER - 1);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_NE(test, page_to_nid(page), nid);
	page->private = MAX_ORDER - 1;
	list_add(&page->lru, &held);
	all_back(test);
}

static void hardwall_test(struct kunit *test)
{
	nodemask_t old = current->mems_allowed, only = NODE_MASK_NONE;
	int nid = machine.nr_nodes - 1, here = numa_node_id();

	skip_without_low_memory(test);
	__node_set(nid, &only);
	current->mems_allowed = only;
	KUNIT_EXPECT_EQ(test, node_of(GFP_USER, here), nid);
	KUNIT_EXPECT_EQ(test, node_of(GFP_KERNEL, here), here);
	/* Nowhere it may be: only a request that cannot wait goes there all the same. */
	current->mems_allowed = NODE_MASK_NONE;
	KUNIT_EXPECT_EQ(test, node_of(GFP_USER | __GFP_NOWARN, here), -1);
	KUNIT_EXPECT_EQ(test, node_of(GFP_ATOMIC | __GFP_HARDWALL, here), here);
	current->mems_allowed = old;
}

static void nodemask_test(struct kunit *test)
{
	nodemask_t only = NODE_MASK_NONE;
	int nid = machine.nr_nodes - 1;
	struct page *page;

	skip_without_low_memory(test);
	__node_set(nid, &only);
	page = __alloc_pages(GFP_KERNEL, 0, 0, &only);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), nid);
	__free_page(page);
}

/* Each node that was not used, and why. */
static void report_nodes_test(struct kunit *test)
{
	nodemask_t old = current->mems_allowed, only = NODE_MASK_NONE;

	__node_set(1, &only);
	report_of(GFP_KERNEL | __GFP_THISNODE, 0, 1, NULL);
	KUNIT_EXPECT_GE(test, log_count("Node 0 DMA: not used: __GFP_THISNODE allows"), 1u);
	report_of(GFP_KERNEL, 0, 1, &only);
	KUNIT_EXPECT_EQ(test, log_count("nodemask=1,mems_allowed="), 1u);
	KUNIT_EXPECT_GE(test, log_count("Node 0 DMA: not used: the node is not in the request's nodemask"), 1u);
	current->mems_allowed = only;
	report_of(GFP_USER, 0, 1, NULL);
	KUNIT_EXPECT_EQ(test, log_count("nodemask=(null),mems_allowed=1"), 1u);
	current->mems_allowed = old;
	KUNIT_EXPECT_GE(test, log_count("Node 0 DMA: not used: the node is not in the task's mems_allowed"), 1u);
	report_of(GFP_KERNEL | __GFP_DMA, 0, 1, NULL);
	KUNIT_EXPECT_GE(test, log_count(": not used: zones of this kind"), 1u);
}

static struct kunit_case report_cases[] = {
	KUNIT_CASE(report_numbers_test),
	KUNIT_CASE(report_no_block_test),
	KUNIT_CASE(report_ratelimit_test),
	{}
};

static struct kunit_suite gfp_report_suite = {
	.name = "gfp_report", .init = quiesce, .test_cases = report_cases };
quarry_suite_on(gfp_report_suite, "tiny-16m");

static struct kunit_case report_numa_cases[] = {
	KUNIT_CASE(report_nodes_test),
	{}
};

static struct kunit_suite gfp_report_numa_suite = {
	.name = "gfp_report_numa", .init = quiesce, .test_cases = report_numa_cases };
quarry_suite_on(gfp_report_numa_suite, "numa-4x2g");

static struct kunit_case scale_cases[] = {
	KUNIT_CASE(scale_factor_test),
	{}
};

static struct kunit_suite gfp_scale_suite = {
	.name = "gfp_scale", .init = quiesce, .test_cases = scale_cases };
quarry_suite_on(gfp_scale_suite, "x86_64-8g");

static struct kunit_case cases[] = {
	KUNIT_CASE(marks_test),
	KUNIT_CASE(min_free_changes_test),
	KUNIT_CASE(marks_change_under_load_test),
	KUNIT_CASE(nofail_complains_test),
	KUNIT_CASE(dubious_mixes_test),
	KUNIT_CASE(oom_notifiers_test),
	KUNIT_CASE(lowmem_reserve_test),
	KUNIT_CASE(gfp_kernel_stops_at_min_test),
	KUNIT_CASE(gfp_high_stops_at_half_test),
	KUNIT_CASE(gfp_atomic_goes_deeper_test),
	KUNIT_CASE(pf_memalloc_takes_all_test),
	KUNIT_CASE(gfp_memalloc_takes_all_test),
	KUNIT_CASE(lower_zones_are_protected_test),
	KUNIT_CASE(zone_modifiers_test),
	KUNIT_CASE(fallback_goes_down_test),
	KUNIT_CASE(dma_only_from_dma_test),
	KUNIT_CASE(invalid_mixes_test),
	KUNIT_CASE(invalid_node_test),
	KUNIT_CASE(who_sleeps_and_repeats_test),
	KUNIT_CASE(nofail_waits_test),
	KUNIT_CASE(hoarded_pages_are_found_test),
	KUNIT_CASE(oversize_test),
	KUNIT_CASE(zero_test),
	KUNIT_CASE(sleeping_in_atomic_context_test),
	KUNIT_CASE(task_scope_test),
	{}
};

static struct kunit_suite gfp_tiny_suite = {
	.name = "gfp_tiny", .init = quiesce, .test_cases = cases };
quarry_suite_on(gfp_tiny_suite, "tiny-16m");
static struct kunit_suite gfp_i386_suite = {
	.name = "gfp_i386", .init = quiesce, .test_cases = cases };
quarry_suite_on(gfp_i386_suite, "i386-4g");
static struct kunit_suite gfp_suite = {
	.name = "gfp", .init = quiesce, .test_cases = cases };
kunit_test_suite(gfp_suite);

static struct kunit_case numa_cases[] = {
	KUNIT_CASE(marks_test),
	KUNIT_CASE(lowmem_reserve_test),
	KUNIT_CASE(nodes_test),
	KUNIT_CASE(thisnode_does_not_fall_back_test),
	KUNIT_CASE(hardwall_test),
	KUNIT_CASE(nodemask_test),
	{}
};

static struct kunit_suite gfp_numa_suite = {
	.name = "gfp_numa", .init = quiesce, .test_cases = numa_cases };
quarry_suite_on(gfp_numa_suite, "numa-4x2g");
