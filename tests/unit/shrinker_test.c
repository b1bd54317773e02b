// SPDX-License-Identifier: MIT
/*
 * Shrinkers: N1 to N4 of mm/shrinker.c, how much each is asked for, and what they
 * do for requests that are short of memory.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/nodemask.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>

#include "tests/unit/held.h"

/* A cache whose objects are numbers; it notes what it is asked. */
static struct toy {
	struct shrinker shrinker;
	unsigned long objects;
	unsigned long most;		/* of one call */
	unsigned long calls, scanned, largest;
	unsigned int flags;		/* of the task that called */
	gfp_t gfp;
	nodemask_t nodes;
	bool refuses_nofs, stops, idle;
} toy;

static struct toy *toy_of(struct shrinker *s)
{
	return container_of(s, struct toy, shrinker);
}

static unsigned long toy_count(struct shrinker *s, struct shrink_control *sc)
{
	struct toy *t = toy_of(s);

	t->gfp = sc->gfp_mask;
	node_set(sc->nid, t->nodes);
	t->flags = current->flags;
	return t->objects;
}

static unsigned long toy_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct toy *t = toy_of(s);
	unsigned long n = min(sc->nr_to_scan, t->objects);

	t->calls++;
	if (t->stops || (t->refuses_nofs && !(sc->gfp_mask & __GFP_FS)))
		return SHRINK_STOP;
	if (t->idle) {
		sc->nr_scanned = 0;
		return 0;
	}
	t->largest = max(t->largest, sc->nr_to_scan);
	t->scanned += sc->nr_to_scan;
	t->objects -= n;
	return n;
}

static int begin(struct kunit *test)
{
	memset(&toy, 0, sizeof(toy));
	toy.shrinker.count_objects = toy_count;
	toy.shrinker.scan_objects = toy_scan;
	toy.shrinker.seeks = DEFAULT_SEEKS;
	return quiesce(test);
}

static void add(struct kunit *test, unsigned long objects)
{
	unsigned int scope = memalloc_noreclaim_save();	/* its name comes from the reserves */
	int err = register_shrinker(&toy.shrinker, "toy-%d", 7);

	memalloc_noreclaim_restore(scope);
	KUNIT_ASSERT_EQ(test, err, 0);
	toy.objects = objects;
	/* To register gives it hope. */
	kswapd_keep_quiet();
}

/* How much. */

/* objects >> priority, times 4 / seeks, in whole batches. */
static void share_test(struct kunit *test)
{
	static const struct {
		unsigned long objects;
		int priority, seeks;
		long batch;
		unsigned long scanned;
	} cases[] = {
		{ 1 << 20, 12, 2, 0, 512 },
		{ 1 << 20, 12, 1, 0, 1024 },
		{ 1 << 20, 12, 8, 0, 128 },
		{ 1 << 20, 12, 16, 0, 0 },	/* half a batch: put off */
		{ 1 << 20, 12, 16, 64, 64 },
		{ 1 << 20, 4, 4, 0, 1 << 16 },
		{ 1 << 20, 12, 0, 0, 1 << 19 },
		{ 1000, 4, 2, 0, 0 },
		{ 1000, 4, 2, 100, 100 },	/* 62 * 2: one batch, 24 put off */
		{ 100, 0, 2, 0, 100 },		/* all of it, though less than a batch */
		{ 100, 1, 2, 0, 100 },
		{ 100, 2, 2, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		toy.scanned = toy.largest = 0;
		toy.shrinker.seeks = cases[i].seeks;
		toy.shrinker.batch = cases[i].batch;
		add(test, cases[i].objects);
		KUNIT_EXPECT_EQ_MSG(test, shrink_slab(GFP_KERNEL, 0, cases[i].priority),
				    min(cases[i].scanned, cases[i].objects), "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].objects - toy.objects,
				    min(cases[i].scanned, cases[i].objects), "case %u", i);
		KUNIT_EXPECT_LE(test, toy.largest, cases[i].batch ? (unsigned long)cases[i].batch
								 : 128ul);	/* N2 */
		unregister_shrinker(&toy.shrinker);
	}
}

/* Three quarters of a batch each time: every fourth time is none. */
static void put_off_test(struct kunit *test)
{
	toy.shrinker.seeks = 4;
	toy.shrinker.batch = 128;
	add(test, 96 << 4);
	shrink_slab(GFP_KERNEL, 0, 4);
	KUNIT_EXPECT_EQ(test, toy.scanned, 0ul);
	/* 96 of before, the whole of it at priority 0. */
	shrink_slab(GFP_KERNEL, 0, 0);
	KUNIT_EXPECT_EQ(test, toy.objects, 0ul);
	unregister_shrinker(&toy.shrinker);
}

/* What it refuses now is due later, but no more than twice of what it has. */
static void refused_is_due_later_test(struct kunit *test)
{
	int i;

	toy.refuses_nofs = true;
	add(test, 4096);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, shrink_slab(GFP_NOFS, 0, 0), 0ul);
	KUNIT_EXPECT_EQ(test, (unsigned long)atomic_long_read(&toy.shrinker.nr_deferred[0]),
			2ul * 4096);
	KUNIT_EXPECT_EQ(test, toy.gfp, (gfp_t)GFP_NOFS);
	/* Its share is 128 at priority 6; what was put off adds 8192 >> 6. */
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0, 6), 128ul + 128ul);
	KUNIT_EXPECT_EQ(test, (unsigned long)atomic_long_read(&toy.shrinker.nr_deferred[0]),
			2ul * 4096 + 128 - 256);
	unregister_shrinker(&toy.shrinker);
}

static void stop_and_idle_test(struct kunit *test)
{
	toy.stops = true;
	add(test, 10000);
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0, 0), 0ul);
	KUNIT_EXPECT_EQ(test, toy.calls, 1ul);
	/* N4: it says that it has looked at nothing. */
	toy.stops = false;
	toy.idle = true;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0, 0), 0ul);
	KUNIT_EXPECT_EQ(test, toy.calls, 2ul);
	/* Nothing to be had: not asked to scan at all. */
	toy.idle = false;
	toy.objects = 0;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0, 0), 0ul);
	toy.objects = SHRINK_EMPTY;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0, 0), 0ul);
	KUNIT_EXPECT_EQ(test, toy.calls, 2ul);
	unregister_shrinker(&toy.shrinker);
}

static void counted_test(struct kunit *test)
{
	unsigned long before = reclaim_events(SLABS_SCANNED);

	add(test, 5000);
	drop_slab();
	KUNIT_EXPECT_EQ(test, toy.objects, 0ul);
	KUNIT_EXPECT_EQ(test, reclaim_events(SLABS_SCANNED) - before, toy.scanned);
	unregister_shrinker(&toy.shrinker);
}

/* Only who asked for it is told the node. */
static void nodes_test(struct kunit *test)
{
	struct pglist_data *pgdat;

	add(test, 1);
	for_each_online_pgdat(pgdat)
		shrink_slab(GFP_KERNEL, pgdat->node_id, 12);
	KUNIT_EXPECT_EQ(test, nodes_weight(toy.nodes), 1);
	KUNIT_EXPECT_TRUE(test, node_isset(0, toy.nodes));
	unregister_shrinker(&toy.shrinker);

	toy.shrinker.flags = SHRINKER_NUMA_AWARE;
	add(test, 1);
	for_each_online_pgdat(pgdat)
		shrink_slab(GFP_KERNEL, pgdat->node_id, 12);
	KUNIT_EXPECT_EQ(test, nodes_weight(toy.nodes), (int)machine.nr_nodes);
	unregister_shrinker(&toy.shrinker);
}

/* Life. */

static void lives_once_test(struct kunit *test)
{
	struct shrinker none = { .count_objects = toy_count };

	add(test, 1);
	KUNIT_EXPECT_STREQ(test, toy.shrinker.name, "toy-7");
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, register_shrinker(&toy.shrinker, "again"), -EEXIST);
	unregister_shrinker(&toy.shrinker);
	unregister_shrinker(&toy.shrinker);	/* let pass */
	shrink_slab(GFP_KERNEL, 0, 0);
	KUNIT_EXPECT_EQ(test, toy.objects, 1ul);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, register_shrinker(&none, "no scan_objects"), -EINVAL);

	KUNIT_ASSERT_EQ(test, prealloc_shrinker(&toy.shrinker, "in two steps"), 0);
	shrink_slab(GFP_KERNEL, 0, 0);
	KUNIT_EXPECT_EQ(test, toy.objects, 1ul);
	register_shrinker_prepared(&toy.shrinker);
	shrink_slab(GFP_KERNEL, 0, 0);
	KUNIT_EXPECT_EQ(test, toy.objects, 0ul);
	unregister_shrinker(&toy.shrinker);
	KUNIT_ASSERT_EQ(test, prealloc_shrinker(&toy.shrinker, "never registered"), 0);
	free_prealloced_shrinker(&toy.shrinker);
}

static void its_own_holding(void *ctx, const struct quarry_holding *h)
{
	if (h->address == (uintptr_t)&toy.shrinker && !strcmp(h->kind, "shrinker"))
		*(const char **)ctx = "";
}

static void holding_test(struct kunit *test)
{
	const char *found = NULL;

	add(test, 1);
	quarry_holdings(toy.shrinker.site, toy.shrinker.site + 1, its_own_holding, &found);
	KUNIT_EXPECT_NOT_NULL(test, found);
	unregister_shrinker(&toy.shrinker);
	found = NULL;
	quarry_holdings(0, UINTPTR_MAX, its_own_holding, &found);
	KUNIT_EXPECT_NULL(test, found);
}

/* N1: one that sleeps in its scan holds its unregistration up. */
static DECLARE_COMPLETION(entered);
static DECLARE_COMPLETION(may_leave);
static bool inside;

static unsigned long slow_scan(struct shrinker *s, struct shrink_control *sc)
{
	complete(&entered);
	wait_for_completion(&may_leave);
	WRITE_ONCE(inside, false);
	return SHRINK_STOP;
}

static int scanner(void *unused)
{
	shrink_slab(GFP_KERNEL, 0, 0);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static int let_it_leave(void *unused)
{
	/* Until the other has said that it is going. */
	while (READ_ONCE(toy.shrinker.flags) & SHRINKER_REGISTERED)
		schedule_timeout_uninterruptible(1);
	complete(&may_leave);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void unregister_waits_test(struct kunit *test)
{
	struct task_struct *scan, *leave;

	init_completion(&entered);
	init_completion(&may_leave);
	toy.shrinker.scan_objects = slow_scan;
	add(test, 1000);
	inside = true;
	scan = kthread_run(scanner, NULL, "scanner");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, scan);
	wait_for_completion(&entered);
	leave = kthread_run(let_it_leave, NULL, "let_it_leave");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, leave);
	unregister_shrinker(&toy.shrinker);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(inside));
	synchronize_shrinkers();
	kthread_stop(scan);
	kthread_stop(leave);
}

/* What they do for requests. */

static unsigned long pages_count(struct shrinker *s, struct shrink_control *sc)
{
	toy.gfp = sc->gfp_mask;
	toy.flags = current->flags;
	return list_empty(&held) ? 0 : toy.most;
}

static unsigned long pages_scan(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n;

	toy.calls++;
	if (toy.refuses_nofs && !(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	for (n = 0; n < sc->nr_to_scan && !list_empty(&held); n++) {
		struct page *page = list_first_entry(&held, struct page, lru);

		list_del(&page->lru);
		__free_pages(page, page->private);
	}
	return n;
}

/* Where there is nothing left. Nor has the slab layer, where the shrinker's name is. */
static void add_starved(struct kunit *test, unsigned long objects, gfp_t gfp)
{
	exhaust(gfp);
	add(test, objects);
	slab_settle();
	exhaust(gfp & ~__GFP_DIRECT_RECLAIM);
	kswapd_keep_quiet();
	toy.calls = 0;
}

static void add_pages(struct kunit *test, unsigned long nr, gfp_t gfp)
{
	toy.shrinker.count_objects = pages_count;
	toy.shrinker.scan_objects = pages_scan;
	toy.most = nr;
	add_starved(test, 0, gfp);
}

/* A request that may reclaim succeeds where one that may not fails. */
static void who_reclaims_test(struct kunit *test)
{
	unsigned long stalls, old = current->flags;
	struct page *page;

	add_pages(test, 10000, GFP_ATOMIC);
	stalls = reclaim_events(ALLOCSTALL + ZONE_NORMAL);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_ATOMIC | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, toy.calls, 0ul);
	/* N3: nor does who gives memory back himself; he has the reserves. */
	current->flags |= PF_MEMALLOC;
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NOMEMALLOC | __GFP_NOWARN));
	current->flags = old;
	KUNIT_EXPECT_EQ(test, toy.calls, 0ul);
	KUNIT_EXPECT_EQ(test, reclaim_events(ALLOCSTALL + ZONE_NORMAL), stalls);

	page = alloc_page(GFP_KERNEL | __GFP_NORETRY);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_GT(test, toy.calls, 0ul);
	KUNIT_EXPECT_TRUE(test, toy.flags & PF_MEMALLOC);
	KUNIT_EXPECT_FALSE(test, current->flags & PF_MEMALLOC);
	KUNIT_EXPECT_EQ(test, reclaim_events(ALLOCSTALL + ZONE_NORMAL), stalls + 1);
	if (page)
		__free_page(page);
	unregister_shrinker(&toy.shrinker);
	all_back(test);
}

/* GFP_NOFS gets there, and a shrinker that needs the file system can tell. */
static void nofs_test(struct kunit *test)
{
	unsigned int scope;
	struct page *page;

	toy.refuses_nofs = true;
	add_pages(test, 10000, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOFS | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, toy.gfp & (__GFP_FS | __GFP_IO), (gfp_t)__GFP_IO);
	KUNIT_EXPECT_GT(test, toy.calls, 0ul);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOIO | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, toy.gfp & (__GFP_FS | __GFP_IO), (gfp_t)0);
	scope = memalloc_nofs_save();
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, toy.gfp & (__GFP_FS | __GFP_IO), (gfp_t)__GFP_IO);
	memalloc_nofs_restore(scope);
	page = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page)
		__free_page(page);
	unregister_shrinker(&toy.shrinker);
	all_back(test);
}

/* A scan allocates: from the reserves, and no scan begins inside it. */
static unsigned int depth, deepest;

static unsigned long greedy_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct page *page;

	deepest = max(deepest, ++depth);
	page = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(kunit_get_current_test(), page);
	if (page)
		__free_page(page);
	depth--;
	return SHRINK_STOP;
}

static void no_recursion_test(struct kunit *test)
{
	depth = deepest = 0;
	toy.shrinker.scan_objects = greedy_scan;
	add_starved(test, 1000, GFP_KERNEL);
	depth = deepest = 0;
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, deepest, 1u);
	unregister_shrinker(&toy.shrinker);
	all_back(test);
}

/* One that always says it freed something, and never does, is believed 16 times. */
static unsigned long liar_scan(struct shrinker *s, struct shrink_control *sc)
{
	toy.calls++;
	return 1;
}

static void liar_test(struct kunit *test)
{
	toy.shrinker.scan_objects = liar_scan;
	toy.shrinker.batch = 1000;
	add_starved(test, 1000, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_GT(test, toy.calls, 16ul);
	toy.calls = 0;
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN));
	KUNIT_EXPECT_LE(test, toy.calls, 13ul * machine.nr_nodes * 2);
	unregister_shrinker(&toy.shrinker);
	all_back(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(share_test),
	KUNIT_CASE(put_off_test),
	KUNIT_CASE(refused_is_due_later_test),
	KUNIT_CASE(stop_and_idle_test),
	KUNIT_CASE(counted_test),
	KUNIT_CASE(nodes_test),
	KUNIT_CASE(lives_once_test),
	KUNIT_CASE(holding_test),
	KUNIT_CASE(unregister_waits_test),
	KUNIT_CASE(who_reclaims_test),
	KUNIT_CASE(nofs_test),
	KUNIT_CASE(no_recursion_test),
	KUNIT_CASE(liar_test),
	{}
};

static struct kunit_suite shrinker_suite = {
	.name = "shrinker", .init = begin, .test_cases = cases };
quarry_suite_on(shrinker_suite, "tiny-16m");

static struct kunit_case numa_cases[] = {
	KUNIT_CASE(nodes_test),
	{}
};

static struct kunit_suite shrinker_numa_suite = {
	.name = "shrinker_numa", .init = begin, .test_cases = numa_cases };
quarry_suite_on(shrinker_numa_suite, "numa-4x2g");
