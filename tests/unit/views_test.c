// SPDX-License-Identifier: MIT
/*
 * The views, character by character, against numbers found by walking over all frames:
 * blocks by what page flags say, memory by the machine's map, caches by their lists.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "tests/unit/numa.h"
#include "tests/unit/page_oracle.h"
#include "tests/unit/text.h"
#include "tests/unit/together.h"

#define ROOM	(64 * 1024)
#define PIECES	240

static struct text view = TEXT(ROOM), expected = TEXT(ROOM);
static struct page *pieces[PIECES];
static u8 *order_at;

/* Free blocks, and pageblocks with memory, of a zone. */
static struct tally {
	unsigned long blocks[MIGRATE_TYPES][MAX_ORDER], pageblocks[MIGRATE_TYPES];
	unsigned long present, first, last, free;
} tallies[QUARRY_MAX_NODES][MAX_NR_ZONES];

static const char *look(struct kunit *test, const char *name)
{
	text_clear(&view);
	KUNIT_EXPECT_EQ(test, quarry_view(name, text_collect, &view), 0);
	KUNIT_ASSERT_LT(test, view.len, (size_t)ROOM - 1);
	return view.buf;
}

static __printf(1, 2) void expect(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	expected.len += vscnprintf(expected.buf + expected.len, ROOM - expected.len, fmt, args);
	va_end(args);
}

/* Says where they begin to differ: the texts are long. */
static void compare(struct kunit *test)
{
	size_t i = 0;

	while (view.buf[i] && view.buf[i] == expected.buf[i])
		i++;
	KUNIT_EXPECT_EQ_MSG(test, view.buf[i], expected.buf[i], "at %zu: '%.70s', expected '%.70s'",
			    i, view.buf + i, expected.buf + i);
	expected.len = 0;
}

static bool is_ram(unsigned long pfn)
{
	return memory_map_type((u64)pfn << PAGE_SHIFT) == QUARRY_RAM;
}

static struct tally *tally_of(unsigned long pfn)
{
	return &tallies[oracle_node(pfn)][oracle_kind(pfn)];
}

static int type_of(unsigned long pfn)
{
	struct zone *zone = &NODE_DATA(oracle_node(pfn))->node_zones[oracle_kind(pfn)];

	return pageblock_type_of(zone, pfn);
}

/* By frame: what is there, and what is free. */
static void count_all(void)
{
	unsigned long pfn, block, seen = ~0ul;
	struct tally *t, *seen_in = NULL;

	memset(tallies, 0, sizeof(tallies));
	oracle_blocks(order_at);
	for (pfn = 0; pfn < max_pfn; pfn++) {
		if (!is_ram(pfn))
			continue;
		t = tally_of(pfn);
		if (!t->present++)
			t->first = pfn;
		t->last = pfn;
		block = pfn / pageblock_nr_pages;
		if (block != seen || t != seen_in)
			t->pageblocks[type_of(pfn)]++;
		seen = block;
		seen_in = t;
		if (!order_at[pfn])
			continue;
		t->blocks[type_of(pfn)][order_at[pfn] - 1]++;
		t->free += 1ul << (order_at[pfn] - 1);
	}
}

static struct tally *tally(const struct zone *zone)
{
	return &tallies[zone->node][zone_idx(zone)];
}

static gfp_t kind_of(unsigned int i)
{
	static const gfp_t kinds[] = {
		GFP_KERNEL, GFP_KERNEL | __GFP_RECLAIMABLE, GFP_HIGHUSER_MOVABLE, GFP_DMA
	};

	return (kinds[i % 4] | __GFP_NOWARN) & ~(i % 4 == 3 ? __GFP_MOVABLE : 0);
}

static unsigned int order_of(unsigned int i)
{
	return i % 7 < 5 ? i % 7 : 0;
}

static void free_pieces(unsigned int from, unsigned int step)
{
	unsigned int i;

	for (i = from; i < PIECES; i += step)
		if (pieces[i]) {
			__free_pages(pieces[i], order_of(i));
			pieces[i] = NULL;
		}
}

/* Memory in pieces, of each type, on each node. */
static int break_up(struct kunit *test)
{
	unsigned int i;

	expected.len = 0;
	order_at = vzalloc(max_pfn);
	if (!order_at)
		return -ENOMEM;
	for (i = 0; i < PIECES; i++)
		pieces[i] = alloc_pages_node((int)(i % machine.nr_nodes), kind_of(i), order_of(i));
	free_pieces(0, 2);
	return 0;
}

static void clean_up(struct kunit *test)
{
	free_pieces(0, 1);
	vfree(order_at);
}

static void buddyinfo_test(struct kunit *test)
{
	struct zone *zone;
	int order, t;

	count_all();
	look(test, "buddyinfo");
	for_each_populated_zone(zone) {
		expect("Node %d, zone %8s ", zone->node, zone->name);
		for (order = 0; order < MAX_ORDER; order++) {
			unsigned long n = 0;

			for (t = 0; t < MIGRATE_TYPES; t++)
				n += tally(zone)->blocks[t][order];
			expect("%6lu ", n);
		}
		expect("\n");
	}
	compare(test);
}

static const char *const type_names[] = { "Unmovable", "Movable", "Reclaimable", "HighAtomic" };

static void expect_types(struct zone *zones)
{
	int z, t, order;

	expect("Page block order: 9\nPages per block:  512\n\n"
	       "Free pages count per migrate type at order       0      1      2      3      4      5      6      7      8      9     10 \n");
	for (z = 0; z < MAX_NR_ZONES; z++)
		for (t = 0; t < MIGRATE_TYPES && populated_zone(&zones[z]); t++) {
			expect("Node %4d, zone %8s, type %12s ", zones[z].node, zones[z].name,
			       type_names[t]);
			for (order = 0; order < MAX_ORDER; order++)
				expect("%6lu ", tally(&zones[z])->blocks[t][order]);
			expect("\n");
		}
	expect("\nNumber of blocks type     Unmovable      Movable  Reclaimable   HighAtomic \n");
	for (z = 0; z < MAX_NR_ZONES; z++) {
		if (!populated_zone(&zones[z]))
			continue;
		expect("Node %d, zone %8s ", zones[z].node, zones[z].name);
		for (t = 0; t < MIGRATE_TYPES; t++)
			expect("%12lu ", tally(&zones[z])->pageblocks[t]);
		expect("\n");
	}
}

static void retype(struct page *page, int type)
{
	struct zone *zone = page_zone(page);
	unsigned long flags = zone_lock(zone);

	buddy_retype(zone, page, type);
	zone_unlock(zone, flags);
}

/* Each node by itself; one pageblock is kept for atomic requests. */
static void pagetypeinfo_test(struct kunit *test)
{
	struct page *page = pieces[1];
	struct pglist_data *pgdat;
	int type;

	KUNIT_ASSERT_NOT_NULL(test, page);
	type = type_of(page_to_pfn(page));
	retype(page, MIGRATE_HIGHATOMIC);
	count_all();
	look(test, "pagetypeinfo");
	KUNIT_EXPECT_GT(test, tally(page_zone(page))->pageblocks[MIGRATE_HIGHATOMIC], 0ul);
	for_each_online_pgdat(pgdat)
		if (pgdat->node_present_pages)
			expect_types(pgdat->node_zones);
	compare(test);
	retype(page, type);
}

/* The part of zoneinfo between two lines of a zone. */
static char *zone_part(struct kunit *test, const struct zone *zone, const char *from,
		       const char *to)
{
	char header[40], *begin, *end;

	snprintf(header, sizeof(header), "Node %d, zone %8s\n", zone->node, zone->name);
	begin = strstr(view.buf, header);
	KUNIT_ASSERT_NOT_NULL_MSG(test, begin, "no '%s'", header);
	begin = strstr(begin, from);
	KUNIT_ASSERT_NOT_NULL_MSG(test, begin, "no '%s'", from);
	end = strstr(begin, to);
	KUNIT_ASSERT_NOT_NULL_MSG(test, end, "no '%s'", to);
	*end = '\0';
	return begin;
}

static unsigned long listed_pages(const struct per_cpu_pages *pcp)
{
	struct list_head *entry;
	unsigned long n = 0;
	int i;

	for (i = 0; i < NR_PCP_LISTS; i++)
		list_for_each(entry, &pcp->lists[i].pages)
			n += 1ul << i % NR_PCP_ORDERS;
	return n;
}

static void expect_sizes(const struct zone *zone)
{
	const struct tally *t = tally(zone);
	const char *gap = "";
	int z;

	expect("  pages free     %lu\n        boost    0\n        min      %lu\n", t->free,
	       min_wmark_pages(zone));
	expect("        low      %lu\n        high     %lu\n", low_wmark_pages(zone),
	       high_wmark_pages(zone));
	expect("        spanned  %lu\n        present  %lu\n        managed  %lu\n        cma      0\n",
	       t->present ? t->last + 1 - t->first : 0, t->present, zone_managed_pages(zone));
	expect("        protection: (");
	for (z = 0; z < MAX_NR_ZONES; z++, gap = ", ")
		if (zone_known(z))
			expect("%s%ld", gap, zone->lowmem_reserve[z]);
	/* ZONE_MOVABLE */
	expect(", %ld)", zone->lowmem_reserve[MAX_NR_ZONES - 1]);
}

/* As many as all lists together may hold. */
static unsigned long most_pages(const struct per_cpu_pages *pcp)
{
	unsigned long pages = 0;
	int type, order;

	for (type = 0; type < MIGRATE_PCPTYPES; type++)
		for (order = 0; order < NR_PCP_ORDERS; order++)
			pages += (unsigned long)pcp->lists[type * NR_PCP_ORDERS + order].high << order;
	return pages;
}

static void expect_pagesets(const struct zone *zone)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		const struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);

		expect("    cpu: %u\n              count: %lu\n              high:  %lu\n              batch: %d\n  vm stats threshold: 0\n",
		       cpu, listed_pages(pcp), most_pages(pcp), pcp->batch);
	}
	expect("  node_unreclaimable:  0\n  start_pfn:           %lu", tally(zone)->first);
}

/* What the view says after the header, in @part, is what is expected. */
static void compare_part(struct kunit *test, const char *part)
{
	KUNIT_EXPECT_STREQ(test, part, expected.buf);
	expected.len = 0;
}

static void zoneinfo_test(struct kunit *test)
{
	char line[48];
	struct zone *zone;

	for_each_zone(zone) {
		if (!zone_known(zone_idx(zone)))
			continue;
		count_all();
		look(test, "zoneinfo");
		expect_sizes(zone);
		compare_part(test, zone_part(test, zone, "  pages free",
					     populated_zone(zone) ? "\n      nr_free_pages" : "\nNode"));
		if (!populated_zone(zone))
			continue;
		look(test, "zoneinfo");
		snprintf(line, sizeof(line), "      nr_free_pages %lu\n", tally(zone)->free);
		compare_part(test, (expect("%s", line),
				    zone_part(test, zone, "      nr_free_pages",
					      "      nr_zone_inactive_anon")));
		look(test, "zoneinfo");
		expect_pagesets(zone);
		compare_part(test, zone_part(test, zone, "    cpu: 0\n", "\nNode"));
	}
}

/* Its own lines go with a node's first zone that has memory; then come all zones. */
static void zoneinfo_order_test(struct kunit *test)
{
	const char *at = look(test, "zoneinfo");
	struct pglist_data *pgdat;
	char line[64];
	int z;

	for_each_online_pgdat(pgdat) {
		bool first = true;

		for (z = 0; z < MAX_NR_ZONES; z++) {
			struct zone *zone = &pgdat->node_zones[z];

			if (!zone_known(z))
				continue;
			snprintf(line, sizeof(line), "Node %d, zone %8s\n  %s", zone->node,
				 zone_name(z), first && populated_zone(zone) ?
				 "per-node stats\n      nr_inactive_anon 0\n" : "pages free");
			at = strstr(at, line);
			KUNIT_ASSERT_NOT_NULL_MSG(test, at, "no '%s'", line);
			first = first && !populated_zone(zone);
		}
		snprintf(line, sizeof(line), "Node %d, zone  Movable\n  pages free     0\n",
			 pgdat->node_id);
		at = strstr(at, line);
		KUNIT_ASSERT_NOT_NULL_MSG(test, at, "no '%s'", line);
	}
}

/* The number behind a name at the beginning of a line; ~0: there is no such line. */
static unsigned long number(const char *name)
{
	size_t len = strlen(name);
	const char *at = view.buf;

	while (at) {
		if (!strncmp(at, name, len) && (at[len] == ' ' || at[len] == ':'))
			return simple_strtoul(skip_spaces(at + len + 1), NULL, 10);
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return ~0ul;
}

static unsigned long vm(struct kunit *test, const char *name)
{
	unsigned long n;

	look(test, "vmstat");
	n = number(name);
	KUNIT_EXPECT_NE_MSG(test, n, ~0ul, "no %s", name);
	return n;
}

/* Each page that comes and goes, by the kind of its zone. */
static void vmstat_test(struct kunit *test)
{
	static const char *const names[] = { "pgalloc_dma", "pgalloc_dma32", "pgalloc_normal",
					     "pgalloc_high" };
	unsigned long before[MAX_NR_ZONES] = { 0 }, pages[MAX_NR_ZONES] = { 0 }, sum = 0, freed;
	unsigned long used = 0;
	struct zone *zone;
	unsigned int i;
	int z;

	count_all();
	for (i = 0; i < machine.nr_nodes; i++)
		for (z = 0; z < MAX_NR_ZONES; z++)
			sum += tallies[i][z].free;
	KUNIT_EXPECT_EQ(test, vm(test, "nr_free_pages"), sum);
	freed = vm(test, "pgfree");
	for_each_populated_zone(zone)
		used += zone_managed_pages(zone) - tally(zone)->free - pcp_count_all(zone);
	for (z = 0; z < MAX_NR_ZONES; z++) {
		before[z] = zone_known(z) ? vm(test, names[z]) : 0;
		used -= before[z];
	}
	KUNIT_EXPECT_EQ(test, used, -freed);
	for (sum = 0, i = 0; i < PIECES; i += 2) {
		pieces[i] = alloc_pages_node((int)(i % machine.nr_nodes), kind_of(i), order_of(i));
		if (!pieces[i])
			continue;
		pages[zone_idx(page_zone(pieces[i]))] += 1ul << order_of(i);
		sum += 1ul << order_of(i);
	}
	for (z = 0; z < MAX_NR_ZONES; z++)
		if (zone_known(z))
			KUNIT_EXPECT_EQ(test, vm(test, names[z]) - before[z], pages[z]);
	KUNIT_EXPECT_EQ(test, vm(test, "pgfree"), freed);
	free_pieces(0, 2);
	KUNIT_EXPECT_EQ(test, vm(test, "pgfree") - freed, sum);
	/* Through the cache and back to the buddy system: that is no event. */
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, vm(test, "pgfree") - freed, sum);
}

/*
 * MemAvailable: what is free above the zones' high marks and reserves, and what slabs could
 * give back, less half of that or the low marks, whichever is less.
 */

#define RECLAIMABLE	2048	/* objects of a page each */

static long slab_part(void)
{
	unsigned long slab = global_node_page_state(NR_SLAB_RECLAIMABLE_B) >> PAGE_SHIFT, low = 0;
	struct zone *zone;

	for_each_zone(zone)
		low += low_wmark_pages(zone);
	return (long)(slab - min(slab / 2, low));
}

static void available_test(struct kunit *test)
{
	struct kmem_cache *cache = kmem_cache_create("views_available", PAGE_SIZE, 0,
						     SLAB_RECLAIM_ACCOUNT, NULL);
	unsigned long n = 0, slab = global_node_page_state(NR_SLAB_RECLAIMABLE_B) >> PAGE_SHIFT;
	static void *object[RECLAIMABLE];
	long before;

	KUNIT_ASSERT_NOT_NULL(test, cache);
	vm_unmap_aliases();
	before = si_mem_available() - (long)nr_free_pages() - slab_part();
	KUNIT_EXPECT_LT(test, before, 0l);
	while (n < RECLAIMABLE &&
	       (object[n] = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)))
		n++;
	KUNIT_EXPECT_GT(test, global_node_page_state(NR_SLAB_RECLAIMABLE_B) >> PAGE_SHIFT,
			slab + n / 2);
	if (si_mem_available() > 0)
		KUNIT_EXPECT_EQ(test, si_mem_available() - (long)nr_free_pages() - slab_part(),
				before);
	look(test, "meminfo");
	KUNIT_EXPECT_EQ(test, number("MemAvailable"),
			(unsigned long)si_mem_available() << (PAGE_SHIFT - 10));
	while (n--)
		kmem_cache_free(cache, object[n]);
	kmem_cache_destroy(cache);
}

/* What was asked for is counted, whether or not there was anything to drop. */
static void drop_caches_test(struct kunit *test)
{
	unsigned long pages = vm(test, "drop_pagecache"), slab = vm(test, "drop_slab");
	const char *what;

	for (what = "1234"; *what; what++)
		KUNIT_EXPECT_EQ(test, quarry_proc_write("sys/vm/drop_caches", what, 1), 1l);
	KUNIT_EXPECT_EQ(test, quarry_proc_write("sys/vm/drop_caches", "5", 1), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, vm(test, "drop_pagecache"), pages + 2);
	KUNIT_EXPECT_EQ(test, vm(test, "drop_slab"), slab + 2);
}

#define BIG	(MAX_ORDER - 1)

static void put_all(struct list_head *all)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, all, lru)
		__free_pages(page, BIG);
}

/* What vmstat says of a failure: the stall is counted for the kind that was wanted. */
static void allocstall_test(struct kunit *test)
{
	unsigned long before = vm(test, "allocstall_normal"), dma = vm(test, "allocstall_dma");
	struct page *page;
	LIST_HEAD(all);

	while ((page = alloc_pages(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN, BIG)))
		list_add(&page->lru, &all);
	KUNIT_EXPECT_GT(test, vm(test, "allocstall_normal"), before);
	KUNIT_EXPECT_EQ(test, vm(test, "allocstall_dma"), dma);
	put_all(&all);
}

struct numa {
	unsigned long hit, miss, foreign, interleave, local, other;
};

static struct numa numa_of(struct kunit *test, const struct zone *zone)
{
	struct numa n = { 0 };
	const char *part;

	look(test, "zoneinfo");
	part = zone_part(test, zone, "      numa_hit", "  pagesets");
	KUNIT_EXPECT_EQ(test, sscanf(part, " numa_hit %lu numa_miss %lu numa_foreign %lu "
				     "numa_interleave %lu numa_local %lu numa_other %lu", &n.hit,
				     &n.miss, &n.foreign, &n.interleave, &n.local, &n.other), 6);
	return n;
}

#define expect_numa(before, after, h, m, f, l, o) do {			\
	KUNIT_EXPECT_EQ(test, (after).hit - (before).hit, (unsigned long)(h));	\
	KUNIT_EXPECT_EQ(test, (after).miss - (before).miss, (unsigned long)(m)); \
	KUNIT_EXPECT_EQ(test, (after).foreign - (before).foreign, (unsigned long)(f)); \
	KUNIT_EXPECT_EQ(test, (after).local - (before).local, (unsigned long)(l)); \
	KUNIT_EXPECT_EQ(test, (after).other - (before).other, (unsigned long)(o)); \
	KUNIT_EXPECT_EQ(test, (after).interleave, 0ul);			\
} while (0)

/* Pages of one's own node, of another that one wanted, and of one that one got instead. */
static void numa_test(struct kunit *test)
{
	static const unsigned int orders[] = { 0, 0, 2, 5 };	/* 38 pages */
	int here, away;
	struct numa before, after;
	struct zone *zone, *rather;
	struct page *page[4], *other;
	LIST_HEAD(all);
	unsigned int i;
	int pass;

	skip_without_low_memory(test);
	preempt_disable();
	here = numa_node_id();
	away = here ? 0 : (int)machine.nr_nodes - 1;
	for (pass = 0; pass < 2; pass++) {
		int nid = pass ? away : here;

		other = alloc_pages_node(nid, GFP_ATOMIC, 0);
		zone = page_zone(other);
		before = numa_of(test, zone);
		for (i = 0; i < 4; i++)
			page[i] = alloc_pages_node(nid, GFP_ATOMIC, orders[i]);
		after = numa_of(test, zone);
		expect_numa(before, after, 38, 0, 0, pass ? 0 : 38, pass ? 38 : 0);
		for (i = 0; i < 4; i++)
			__free_pages(page[i], orders[i]);
		__free_page(other);
	}
	rather = zone;
	while ((other = alloc_pages_node(away, (GFP_ATOMIC & ~__GFP_HIGH) | __GFP_THISNODE |
					 __GFP_NOWARN, BIG)))
		list_add(&other->lru, &all);
	before = numa_of(test, rather);
	other = alloc_pages_node(away, GFP_ATOMIC, BIG);
	KUNIT_EXPECT_NOT_NULL(test, other);
	after = numa_of(test, rather);
	expect_numa(before, after, 0, 0, 1ul << BIG, 0, 0);
	if (other) {
		after = numa_of(test, page_zone(other));
		KUNIT_EXPECT_EQ(test, after.miss, 1ul << BIG);
		KUNIT_EXPECT_EQ(test, vm(test, "numa_foreign"), vm(test, "numa_miss"));
		list_add(&other->lru, &all);
	}
	preempt_enable();
	put_all(&all);
}

/* These are asked for by name, so all are there, and the order is the kernel's. */
static void lines_test(struct kunit *test)
{
	static const char *const vmstat[] = {
		"nr_free_pages ", "nr_mlock ", "nr_free_cma ", "nr_inactive_anon ",
		"nr_slab_unreclaimable ", "nr_shmem ", "nr_kernel_stack ", "nr_page_table_pages ", "pgpgin ",
		"pswpout ", "pgalloc_normal ", "allocstall_normal ", "pgskip_normal ", "pgfree ",
		"pgfault ", "pgmajfault ", "pgsteal_kswapd ", "slabs_scanned ", "pageoutrun ",
		"oom_kill ", "unevictable_pgs_stranded ", "nr_unstable " };
	static const char *const meminfo[] = {
		"MemTotal:  ", "MemFree:  ", "MemAvailable:  ", "Buffers:  ", "Cached:  ",
		"SwapCached:  ", "Active:  ", "Inactive(file):  ", "Mlocked:  ", "SwapTotal:  ",
		"Dirty:  ", "Shmem:  ", "KReclaimable:  ", "Slab:  ", "SUnreclaim:  ",
		"KernelStack:  ", "PageTables:  ", "Committed_AS:  ", "VmallocTotal: ", "VmallocUsed:  ",
		"Percpu:  " };
	const char *at = look(test, "vmstat");
	unsigned int i;
	char line[40];
	int name_len;

	for (i = 0; i < ARRAY_SIZE(vmstat); i++) {
		at = strstr(at, vmstat[i]);
		KUNIT_ASSERT_NOT_NULL_MSG(test, at, "no '%s' there", vmstat[i]);
	}
	at = look(test, "meminfo");
	for (i = 0; i < ARRAY_SIZE(meminfo); i++) {
		at = strstr(at, meminfo[i]);
		KUNIT_ASSERT_NOT_NULL_MSG(test, at, "no '%s' there", meminfo[i]);
		name_len = strcspn(meminfo[i], " ");
		snprintf(line, sizeof(line), "%-16.*s%8lu kB\n", name_len, meminfo[i],
			 simple_strtoul(skip_spaces(at + name_len), NULL, 10));
		KUNIT_EXPECT_EQ_MSG(test, strncmp(at, line, strlen(line)), 0, "'%.30s'", at);
	}
}

static void meminfo_test(struct kunit *test)
{
	unsigned long free, high, managed, used;
	struct zone *zone;
	void *area;
	int tries = 0;

	/* kswapd may give back what CPUs have at hand, just between the look and the count. */
	do {
		free = high = managed = 0;
		look(test, "meminfo");
		count_all();
		for_each_populated_zone(zone) {
			free += tally(zone)->free;
			high += is_highmem(zone) ? tally(zone)->free : 0;
			managed += zone_managed_pages(zone);
		}
	} while (number("MemFree") != free * 4 && tries++ < 10);
	KUNIT_EXPECT_EQ(test, number("MemTotal"), managed * 4);
	KUNIT_EXPECT_EQ(test, number("MemFree"), free * 4);
	KUNIT_EXPECT_EQ(test, number("HighFree"), totalhigh_pages() ? high * 4 : ~0ul);
	KUNIT_EXPECT_EQ(test, number("LowFree"), totalhigh_pages() ? (free - high) * 4 : ~0ul);
	KUNIT_EXPECT_EQ(test, number("SwapFree"), 0ul);
	used = number("VmallocUsed");
	area = vmalloc(3 * PAGE_SIZE);
	look(test, "meminfo");
	KUNIT_EXPECT_EQ(test, number("VmallocUsed"), used + 12);
	vfree(area);
	look(test, "meminfo");
	KUNIT_EXPECT_EQ(test, number("VmallocUsed"), used);
}

struct locks {
	unsigned long takings, refills, in, drains, out;
};

/* A zone's numbers; to look takes the lock, but is not counted. */
static struct locks locks_of(struct kunit *test, const struct zone *zone)
{
	struct locks l = { 0 };
	char header[24];
	const char *at;

	look(test, "zone_locks");
	snprintf(header, sizeof(header), "\n%6d %8s ", zone->node, zone->name);
	at = strstr(view.buf, header);
	KUNIT_EXPECT_NOT_NULL(test, at);
	if (at)
		KUNIT_EXPECT_EQ(test, sscanf(at + strlen(header), "%lu %lu %lu %lu %lu", &l.takings,
					     &l.refills, &l.in, &l.drains, &l.out), 5);
	return l;
}

static void zone_locks_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct zone *zone = page_zone(page);
	struct locks before, after;
	unsigned long cached;
	int i;

	__free_page(page);
	drain_all_pages(zone);
	preempt_disable();
	before = locks_of(test, zone);
	for (i = 0; i < 5; i++)
		zone_unlock(zone, zone_lock(zone));
	after = locks_of(test, zone);
	KUNIT_EXPECT_EQ(test, after.takings - before.takings, 5ul);
	page = alloc_page(GFP_ATOMIC);
	cached = pcp_count_all(zone);
	before = locks_of(test, zone);
	KUNIT_EXPECT_EQ(test, before.takings - after.takings, 1ul);
	KUNIT_EXPECT_EQ(test, before.refills - after.refills, 1ul);
	KUNIT_EXPECT_EQ(test, before.in - after.in, cached + 1);
	__free_page(page);
	drain_local_pages(zone);
	after = locks_of(test, zone);
	KUNIT_EXPECT_EQ(test, after.takings - before.takings, 1ul);
	KUNIT_EXPECT_EQ(test, after.drains - before.drains, 1ul);
	KUNIT_EXPECT_EQ(test, after.out - before.out, cached + 1);
	preempt_enable();
}

#define DEVICE_AT	0xf0000000ull

/* The memory map, and what was claimed in the hole below 4 GiB, a step deeper each. */
static void iomem_test(struct kunit *test)
{
	struct resource outer = { .name = "bus", .start = DEVICE_AT, .end = DEVICE_AT + 0xffff };
	struct resource inner = { .name = NULL, .start = DEVICE_AT + 0x100,
				  .end = DEVICE_AT + 0x1ff };
	static const char *const names[] = {
		[QUARRY_RAM] = "System RAM", [QUARRY_RESERVED] = "Reserved",
		[QUARRY_ACPI] = "ACPI Tables", [QUARRY_NVS] = "ACPI Non-volatile Storage" };
	const struct quarry_range *last = NULL;
	bool inserted = false;
	unsigned int i;
	u64 start = 0;

	KUNIT_ASSERT_EQ(test, request_resource(&iomem_resource, &outer), 0);
	KUNIT_ASSERT_EQ(test, request_resource(&outer, &inner), 0);
	look(test, "iomem");
	for (i = 0; i <= memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);

		if (!inserted && (!r || r->start > DEVICE_AT)) {
			expect("f0000000-f000ffff : bus\n  f0000100-f00001ff : <BAD>\n");
			inserted = true;
		}
		if (!r)
			continue;
		start = last && last->type == QUARRY_RAM && r->type == QUARRY_RAM &&
			last->end == r->start ? start : r->start;
		last = r;
		if (i + 1 < memory_map_count() && r->type == QUARRY_RAM && r[1].type == QUARRY_RAM &&
		    r[1].start == r->end)
			continue;	/* the same memory on the next node */
		expect("%08llx-%08llx : %s\n", (unsigned long long)start,
		       (unsigned long long)r->end - 1, r->name ? r->name : names[r->type]);
	}
	compare(test);
	release_resource(&inner);
	release_resource(&outer);
}

/* Whoever takes the text may do as he likes, even allocate and sleep (V1). */
static void use_memory(void *ctx, const char *s, size_t len)
{
	struct page *page = alloc_page(GFP_KERNEL);

	*(size_t *)ctx += len;
	if (page)
		__free_page(page);
	drain_all_pages(NULL);
	cond_resched();
}

static void emit_may_sleep_test(struct kunit *test)
{
	const char *name;
	unsigned int i;
	size_t len;

	for (i = 0; (name = quarry_view_name(i)); i++) {
		len = 0;
		KUNIT_EXPECT_EQ(test, quarry_view(name, use_memory, &len), 0);
		KUNIT_EXPECT_TRUE_MSG(test, len || !strcmp(name, "page_owner") ||
				      !strcmp(name, "vmallocinfo") || !strcmp(name, "ioports"),
				      "%s is empty", name);
	}
}

/* Everybody allocates while everybody looks. */
#define READERS	4
static atomic_t readings;
static unsigned int nr_views;

static void swallow(void *ctx, const char *s, size_t len)
{
}

static void reader(void *arg)
{
	unsigned int i, k = (unsigned int)(uintptr_t)arg, order;
	struct page *page;

	for (i = 0; i < 60; i++) {
		const char *name = quarry_view_name((i + k) % nr_views);

		order = (i * 7 + k) % 6;
		page = alloc_pages(kind_of(i + k) & ~__GFP_DMA, order);
		if (!quarry_view(name, swallow, NULL))
			atomic_inc(&readings);
		if (page)
			__free_pages(page, order);
		if (i % 16 == k)
			drain_all_pages(NULL);
		cond_resched();
	}
}

static void concurrent_test(struct kunit *test)
{
	for (nr_views = 0; quarry_view_name(nr_views); nr_views++)
		;
	atomic_set(&readings, 0);
	together(test, READERS, reader, (void *)0, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&readings), READERS * 60);
	KUNIT_EXPECT_EQ(test, buddy_validate(), 0u);
	KUNIT_EXPECT_EQ(test, pcp_validate(), 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(buddyinfo_test),
	KUNIT_CASE(pagetypeinfo_test),
	KUNIT_CASE(zoneinfo_test),
	KUNIT_CASE(zoneinfo_order_test),
	KUNIT_CASE(vmstat_test),
	KUNIT_CASE(drop_caches_test),
	KUNIT_CASE(available_test),
	KUNIT_CASE(allocstall_test),
	KUNIT_CASE(lines_test),
	KUNIT_CASE(meminfo_test),
	KUNIT_CASE(zone_locks_test),
	KUNIT_CASE(iomem_test),
	KUNIT_CASE(emit_may_sleep_test),
	KUNIT_CASE(concurrent_test),
	{}
};

static struct kunit_suite views_highmem_suite = {
	.name = "views_highmem", .init = break_up, .exit = clean_up, .test_cases = cases };
quarry_suite_on(views_highmem_suite, "i386-4g");
static struct kunit_suite views_nodes_suite = {
	.name = "views_nodes", .init = break_up, .exit = clean_up, .test_cases = cases };
quarry_suite_on(views_nodes_suite, "numa-4x2g");
static struct kunit_suite views_tiny_suite = {
	.name = "views_tiny", .init = break_up, .exit = clean_up, .test_cases = cases };
quarry_suite_on(views_tiny_suite, "tiny-16m");

static struct kunit_case numa_cases[] = {
	KUNIT_CASE(numa_test),
	{}
};

static struct kunit_suite views_numa_suite = {
	.name = "views_numa", .init = break_up, .exit = clean_up, .test_cases = numa_cases };
quarry_suite_on(views_numa_suite, "numa-4x2g");
