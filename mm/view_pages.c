// SPDX-License-Identifier: MIT
/*
 * Views of the page allocator, in the formats of 6.1's /proc files of the same
 * names: buddyinfo, zoneinfo, pagetypeinfo, vmstat, meminfo.
 *
 * Parsers find the lines that they look for. A line is printed when its number is
 * true here: what does not exist on this machine (swap, a page cache) is 0; events
 * that nobody counts have no line.
 *
 * Locking: zone->lock while lists are walked; else counters are read as they are.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/sysinfo.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/pages.h"

static unsigned long kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

int buddyinfo_show(struct seq_file *m)
{
	struct zone *zone;
	unsigned int order;

	for_each_populated_zone(zone) {
		unsigned long flags = zone_lock(zone);

		seq_printf(m, "Node %d, zone %8s ", zone->node, zone->name);
		for (order = 0; order < MAX_ORDER; order++)
			seq_printf(m, "%6lu ", zone->free_area[order].nr_free);
		zone_unlock(zone, flags);
		seq_putc(m, '\n');
	}
	return 0;
}

/* pagetypeinfo */

static const char *const type_names[MIGRATE_TYPES] = {
	"Unmovable", "Movable", "Reclaimable", "HighAtomic"
};

/* Blocks in a list. What was never touched could be anything, and counts as movable. */
static unsigned long count_blocks(struct zone *zone, unsigned int order, int type)
{
	unsigned long n = 0, flags = zone_lock(zone);
	struct list_head *entry;

	list_for_each(entry, &zone->free_area[order].free_list[type])
		n++;
	if (order == MAX_ORDER - 1 && type == MIGRATE_MOVABLE)
		n += zone->fresh_blocks;
	zone_unlock(zone, flags);
	return n;
}

static void count_pageblocks(struct zone *zone, unsigned long *count)
{
	unsigned long pfn = ALIGN(zone->zone_start_pfn, pageblock_nr_pages);

	for (; pfn < zone_end_pfn(zone); pfn += pageblock_nr_pages)
		if (pfn_valid(pfn))
			count[pageblock_type_of(zone, pfn)]++;
}

int pagetypeinfo_show(struct seq_file *m)
{
	struct zone *zone;
	unsigned int order;
	int t;

	seq_printf(m, "Page block order: %d\n", pageblock_order);
	seq_printf(m, "Pages per block:  %lu\n\n", pageblock_nr_pages);
	seq_printf(m, "%-43s ", "Free pages count per migrate type at order");
	for (order = 0; order < MAX_ORDER; order++)
		seq_printf(m, "%6d ", order);
	seq_putc(m, '\n');
	for_each_populated_zone(zone)
		for (t = 0; t < MIGRATE_TYPES; t++) {
			seq_printf(m, "Node %4d, zone %8s, type %12s ", zone->node, zone->name,
				   type_names[t]);
			for (order = 0; order < MAX_ORDER; order++)
				seq_printf(m, "%6lu ", count_blocks(zone, order, t));
			seq_putc(m, '\n');
		}
	seq_printf(m, "\n%-23s", "Number of blocks type ");
	for (t = 0; t < MIGRATE_TYPES; t++)
		seq_printf(m, "%12s ", type_names[t]);
	seq_putc(m, '\n');
	for_each_populated_zone(zone) {
		unsigned long count[MIGRATE_TYPES] = { 0 };

		count_pageblocks(zone, count);
		seq_printf(m, "Node %d, zone %8s ", zone->node, zone->name);
		for (t = 0; t < MIGRATE_TYPES; t++)
			seq_printf(m, "%12lu ", count[t]);
		seq_putc(m, '\n');
	}
	return 0;
}

/* zoneinfo and vmstat share these. */

static const char *const zone_stat_names[NR_VM_ZONE_STAT_ITEMS] = {
	[NR_FREE_PAGES]		= "nr_free_pages",
	[NR_ZONE_INACTIVE_ANON]	= "nr_zone_inactive_anon",
	[NR_ZONE_ACTIVE_ANON]	= "nr_zone_active_anon",
	[NR_ZONE_INACTIVE_FILE]	= "nr_zone_inactive_file",
	[NR_ZONE_ACTIVE_FILE]	= "nr_zone_active_file",
	[NR_ZONE_UNEVICTABLE]	= "nr_zone_unevictable",
	[NR_ZONE_WRITE_PENDING]	= "nr_zone_write_pending",
	[NR_MLOCK]		= "nr_mlock",
	[NR_BOUNCE]		= "nr_bounce",
};

/* The kernel counts these in pages, whatever their unit inside. */
static unsigned long node_stat_pages(struct pglist_data *pgdat, enum node_stat_item item)
{
	unsigned long n = pgdat ? node_page_state(pgdat, item) : global_node_page_state(item);

	return item <= NR_SLAB_UNRECLAIMABLE_B ? n >> PAGE_SHIFT : n;
}

/* NR_VMALLOC_PAGES, behind these, is meminfo's only. */
static const char *const node_stat_names[] = {
	[NR_SLAB_RECLAIMABLE_B]		= "nr_slab_reclaimable",
	[NR_SLAB_UNRECLAIMABLE_B]	= "nr_slab_unreclaimable",
};

static void __no_kcsan show_pagesets(struct seq_file *m, struct zone *zone)
{
	unsigned int cpu;

	seq_puts(m, "\n  pagesets");
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct per_cpu_pages *pcp = &per_cpu_ptr(zone->pageset, cpu)->pcp;

		seq_printf(m, "\n    cpu: %u\n              count: %i\n              high:  %i\n              batch: %i",
			   cpu, READ_ONCE(pcp->count), pcp->high, pcp->batch);
	}
}

static void show_zoneinfo(struct seq_file *m, struct zone *zone, bool first)
{
	int i;

	seq_printf(m, "Node %d, zone %8s", zone->node, zone->name);
	if (first) {
		seq_puts(m, "\n  per-node stats");
		for (i = 0; i < (int)ARRAY_SIZE(node_stat_names); i++)
			seq_printf(m, "\n      %-12s %lu", node_stat_names[i],
				   node_stat_pages(zone->zone_pgdat, i));
	}
	seq_printf(m, "\n  pages free     %lu\n        boost    %lu\n        min      %lu\n        low      %lu\n        high     %lu\n        spanned  %lu\n        present  %lu\n        managed  %lu\n        cma      0",
		   zone_page_state(zone, NR_FREE_PAGES), zone->watermark_boost,
		   min_wmark_pages(zone), low_wmark_pages(zone), high_wmark_pages(zone),
		   zone->spanned_pages, zone->present_pages, zone_managed_pages(zone));
	seq_printf(m, "\n        protection: (%ld", zone->lowmem_reserve[0]);
	for (i = 1; i < MAX_NR_ZONES; i++)
		seq_printf(m, ", %ld", zone->lowmem_reserve[i]);
	seq_putc(m, ')');
	if (!populated_zone(zone)) {
		seq_putc(m, '\n');
		return;
	}
	for (i = 0; i < NR_VM_ZONE_STAT_ITEMS; i++)
		seq_printf(m, "\n      %-12s %lu", zone_stat_names[i], zone_page_state(zone, i));
	show_pagesets(m, zone);
	seq_printf(m, "\n  node_unreclaimable:  0\n  start_pfn:           %lu\n",
		   zone->zone_start_pfn);
}

int zoneinfo_show(struct seq_file *m)
{
	struct pglist_data *pgdat;
	int z;

	for_each_online_pgdat(pgdat) {
		bool first = true;	/* its own lines go with its first zone */

		for (z = 0; z < MAX_NR_ZONES; z++) {
			struct zone *zone = &pgdat->node_zones[z];

			if (!zone_known(z))
				continue;
			show_zoneinfo(m, zone, first && populated_zone(zone));
			if (populated_zone(zone))
				first = false;
		}
	}
	return 0;
}

/* vmstat */

/* Pages that went out of and came back to a kind of zone, on all nodes. */
static void sum_events(int z, unsigned long *allocs, unsigned long *frees)
{
	struct pglist_data *pgdat;

	*allocs = *frees = 0;
	for_each_online_pgdat(pgdat) {
		unsigned long a, f;

		if (!populated_zone(&pgdat->node_zones[z]))
			continue;
		zone_events(&pgdat->node_zones[z], &a, &f);
		*allocs += a;
		*frees += f;
	}
}

static void show_events(struct seq_file *m)
{
	static const char *const names[] = { "dma", "dma32", "normal", "high" };
	unsigned long freed = 0;
	int z;

	for (z = 0; z < MAX_NR_ZONES; z++) {
		unsigned long allocs, frees;

		if (!zone_known(z))
			continue;
		sum_events(z, &allocs, &frees);
		freed += frees;
		seq_printf(m, "pgalloc_%s %lu\n", names[z], allocs);
	}
	seq_printf(m, "pgfree %lu\n", freed);
}

int vmstat_show(struct seq_file *m)
{
	int i;

	for (i = 0; i < NR_VM_ZONE_STAT_ITEMS; i++)
		seq_printf(m, "%s %lu\n", zone_stat_names[i], global_zone_page_state(i));
	for (i = 0; i < (int)ARRAY_SIZE(node_stat_names); i++)
		seq_printf(m, "%s %lu\n", node_stat_names[i], node_stat_pages(NULL, i));
	show_events(m);
	return 0;
}

/* meminfo */

static void line(struct seq_file *m, const char *name, unsigned long kbytes)
{
	seq_printf(m, "%-16s%8lu kB\n", name, kbytes);
}

static void show_slab(struct seq_file *m)
{
	unsigned long reclaimable = node_stat_pages(NULL, NR_SLAB_RECLAIMABLE_B);
	unsigned long unreclaimable = node_stat_pages(NULL, NR_SLAB_UNRECLAIMABLE_B);

	line(m, "KReclaimable:", kib(reclaimable));
	line(m, "Slab:", kib(reclaimable + unreclaimable));
	line(m, "SReclaimable:", kib(reclaimable));
	line(m, "SUnreclaim:", kib(unreclaimable));
}

int meminfo_show(struct seq_file *m)
{
	struct sysinfo i;

	si_meminfo(&i);
	line(m, "MemTotal:", kib(i.totalram));
	line(m, "MemFree:", kib(i.freeram));
	line(m, "MemAvailable:", kib(si_mem_available()));
	line(m, "Buffers:", 0);
	line(m, "Cached:", 0);
	line(m, "SwapCached:", 0);
	line(m, "Active:", 0);
	line(m, "Inactive:", 0);
	if (i.totalhigh) {
		line(m, "HighTotal:", kib(i.totalhigh));
		line(m, "HighFree:", kib(i.freehigh));
		line(m, "LowTotal:", kib(i.totalram - i.totalhigh));
		line(m, "LowFree:", kib(i.freeram - i.freehigh));
	}
	line(m, "SwapTotal:", 0);
	line(m, "SwapFree:", 0);
	line(m, "Dirty:", 0);
	line(m, "Writeback:", 0);
	line(m, "AnonPages:", 0);
	line(m, "Mapped:", 0);
	line(m, "Shmem:", 0);
	show_slab(m);
	line(m, "PageTables:", 0);
	line(m, "VmallocTotal:", (VMALLOC_END - VMALLOC_START) >> 10);
	line(m, "VmallocUsed:", kib(global_node_page_state(NR_VMALLOC_PAGES)));
	line(m, "VmallocChunk:", 0);
	line(m, "Percpu:", kib(pcpu_nr_pages()));
	return 0;
}
