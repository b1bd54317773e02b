// SPDX-License-Identifier: MIT
/*
 * Views of pages: buddyinfo, pagetypeinfo and meminfo in the formats of 6.1's /proc
 * files of the same names, and zone_locks, a view of Quarry's own.
 *
 * V1  Nothing is written while a lock is held: whoever reads may sleep, or allocate.
 * V2  A zone's numbers in a line were all true at one moment.
 * V3  A list is walked to its 100,000th block at most; ">" says that there are more.
 *
 * Locking: zone->lock.
 *
 * Neighbours: view_stats.c has zoneinfo and vmstat.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/sysinfo.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/pages.h"

int buddyinfo_show(struct seq_file *m)
{
	unsigned long nr_free[MAX_ORDER], flags;
	struct zone *zone;
	unsigned int order;

	for_each_populated_zone(zone) {
		flags = zone_lock(zone);
		for (order = 0; order < MAX_ORDER; order++)
			nr_free[order] = zone->free_area[order].nr_free;
		zone_unlock(zone, flags);
		seq_printf(m, "Node %d, zone %8s ", zone->node, zone->name);
		for (order = 0; order < MAX_ORDER; order++)
			seq_printf(m, "%6lu ", nr_free[order]);
		seq_putc(m, '\n');
	}
	return 0;
}

/* pagetypeinfo */

#define WALK_LIMIT	100000

static const char *const type_names[MIGRATE_TYPES] = {
	"Unmovable", "Movable", "Reclaimable", "HighAtomic"
};

/* What was never touched could be anything, and counts as movable. V3 */
static unsigned long count_blocks(struct zone *zone, unsigned int order, int type, bool *more)
{
	unsigned long n = 0, flags = zone_lock(zone);
	struct list_head *entry;

	list_for_each(entry, &zone->free_area[order].free_list[type])
		if (++n == WALK_LIMIT)
			break;
	*more = n == WALK_LIMIT;
	if (order == MAX_ORDER - 1 && type == MIGRATE_MOVABLE)
		n += zone->fresh_blocks;
	zone_unlock(zone, flags);
	return n;
}

static void show_free_types(struct seq_file *m, struct zone *zone)
{
	unsigned int order;
	bool more;
	int t;

	for (t = 0; t < MIGRATE_TYPES; t++) {
		seq_printf(m, "Node %4d, zone %8s, type %12s ", zone->node, zone->name,
			   type_names[t]);
		for (order = 0; order < MAX_ORDER; order++) {
			unsigned long n = count_blocks(zone, order, t, &more);

			seq_printf(m, "%s%6lu ", more ? ">" : "", n);
		}
		seq_putc(m, '\n');
	}
}

/* Pageblocks that have memory of this zone: each once, though holes may cut it. */
static void count_pageblocks(const struct zone *zone, unsigned long *count)
{
	unsigned long next = 0, pfn, end;
	const struct memblock_region *r;

	for_each_mem_region(r) {
		if (r->nid != zone->node)
			continue;
		pfn = max_t(unsigned long, PFN_UP(r->base), zone->zone_start_pfn);
		end = min_t(unsigned long, PFN_DOWN(r->base + r->size), zone_end_pfn(zone));
		if (pfn >= end)
			continue;
		for (pfn = max(ALIGN_DOWN(pfn, pageblock_nr_pages), next); pfn < end;
		     pfn += pageblock_nr_pages)
			count[pageblock_type_of(zone, pfn)]++;
		next = pfn;
	}
}

static void show_pageblocks(struct seq_file *m, const struct zone *zone)
{
	unsigned long count[MIGRATE_TYPES] = { 0 };
	int t;

	count_pageblocks(zone, count);
	seq_printf(m, "Node %d, zone %8s ", zone->node, zone->name);
	for (t = 0; t < MIGRATE_TYPES; t++)
		seq_printf(m, "%12lu ", count[t]);
	seq_putc(m, '\n');
}

static void show_node_types(struct seq_file *m, struct pglist_data *pgdat)
{
	struct zone *zone, *end = pgdat->node_zones + MAX_NR_ZONES;
	int i;

	seq_printf(m, "Page block order: %d\nPages per block:  %lu\n\n", pageblock_order,
		   pageblock_nr_pages);
	seq_printf(m, "%-43s ", "Free pages count per migrate type at order");
	for (i = 0; i < MAX_ORDER; i++)
		seq_printf(m, "%6d ", i);
	seq_putc(m, '\n');
	for (zone = pgdat->node_zones; zone < end; zone++)
		if (populated_zone(zone))
			show_free_types(m, zone);
	seq_printf(m, "\n%-23s", "Number of blocks type ");
	for (i = 0; i < MIGRATE_TYPES; i++)
		seq_printf(m, "%12s ", type_names[i]);
	seq_putc(m, '\n');
	for (zone = pgdat->node_zones; zone < end; zone++)
		if (populated_zone(zone))
			show_pageblocks(m, zone);
}

int pagetypeinfo_show(struct seq_file *m)
{
	struct pglist_data *pgdat;

	for_each_online_pgdat(pgdat)
		if (pgdat->node_present_pages)
			show_node_types(m, pgdat);
	return 0;
}

/* zone_locks */

struct lock_line {
	unsigned long takings, refills, drains, in, out, claims, steals;
};

static void __no_kcsan count_moves(struct zone *zone, struct lock_line *l)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		const struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);

		l->refills += READ_ONCE(pcp->refills);
		l->drains += READ_ONCE(pcp->drains);
		l->in += READ_ONCE(pcp->in);
		l->out += READ_ONCE(pcp->out);
	}
}

/**
 * zone_locks_show - how often zone->lock was taken, and what for
 *
 * A line per populated zone: takings since boot; times that a CPU's cache was
 * refilled and that it gave pages back, with the pages that were moved; pages that
 * were allocated and freed in all; pageblocks that changed their type for a request,
 * and blocks that a request took from another type's.
 */
int zone_locks_show(struct seq_file *m)
{
	unsigned long allocs, frees, flags;
	struct zone *zone;

	seq_puts(m, "# node     zone    takings    refills   pages_in     drains  pages_out");
	seq_puts(m, "  allocated      freed     claims     steals\n");
	for_each_populated_zone(zone) {
		struct lock_line l = { 0 };

		count_moves(zone, &l);
		zone_events(zone, &allocs, &frees);
		spin_lock_irqsave(&zone->lock, flags);	/* to look, it is not counted */
		l.takings = zone->lock_takings;
		l.claims = zone->claims;
		l.steals = zone->steals;
		spin_unlock_irqrestore(&zone->lock, flags);
		seq_printf(m, "%6d %8s %10lu %10lu %10lu %10lu %10lu %10lu %10lu %10lu %10lu\n",
			   zone->node, zone->name, l.takings, l.refills, l.in, l.drains, l.out,
			   allocs, frees, l.claims, l.steals);
	}
	return 0;
}

/* meminfo */

static unsigned long kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

static void line(struct seq_file *m, const char *name, unsigned long kbytes)
{
	seq_printf(m, "%-16s%8lu kB\n", name, kbytes);
}

/* What a machine without files, user memory and swap has none of. */
static void no_lines(struct seq_file *m, const char *const *name)
{
	for (; *name; name++)
		line(m, *name, 0);
}

static void show_slab(struct seq_file *m)
{
	unsigned long reclaimable = node_stat_pages(NULL, NR_SLAB_RECLAIMABLE_B);
	unsigned long unreclaimable = node_stat_pages(NULL, NR_SLAB_UNRECLAIMABLE_B);

	line(m, "KReclaimable:", kib(reclaimable + vmap_waiting_pages()));
	line(m, "Slab:", kib(reclaimable + unreclaimable));
	line(m, "SReclaimable:", kib(reclaimable));
	line(m, "SUnreclaim:", kib(unreclaimable));
}

/* CommitLimit and DirectMap* are nobody's to know. KernelStack: without the ports' stacks. */
int meminfo_show(struct seq_file *m)
{
	static const char *const lists[] = {
		"Buffers:", "Cached:", "SwapCached:", "Active:", "Inactive:", "Active(anon):",
		"Inactive(anon):", "Active(file):", "Inactive(file):", "Unevictable:", "Mlocked:",
		NULL };
	static const char *const use[] = {
		"SwapTotal:", "SwapFree:", "Dirty:", "Writeback:", "AnonPages:", "Mapped:",
		"Shmem:", NULL };
	static const char *const tables[] = {
		"PageTables:", "SecPageTables:", "NFS_Unstable:", "Bounce:", "WritebackTmp:",
		"Committed_AS:", NULL };
	struct sysinfo i;

	si_meminfo(&i);
	line(m, "MemTotal:", kib(i.totalram));
	line(m, "MemFree:", kib(i.freeram));
	line(m, "MemAvailable:", kib(si_mem_available()));
	no_lines(m, lists);
	if (i.totalhigh) {
		line(m, "HighTotal:", kib(i.totalhigh));
		line(m, "HighFree:", kib(i.freehigh));
		line(m, "LowTotal:", kib(i.totalram - i.totalhigh));
		line(m, "LowFree:", kib(i.freeram - i.freehigh));
	}
	no_lines(m, use);
	show_slab(m);
	line(m, "KernelStack:", global_node_page_state(NR_KERNEL_STACK_KB));
	no_lines(m, tables);
	line(m, "VmallocTotal:", (VMALLOC_END - VMALLOC_START) >> 10);
	line(m, "VmallocUsed:", kib(vmalloc_nr_pages()));
	line(m, "VmallocChunk:", 0);
	line(m, "Percpu:", kib(pcpu_nr_pages()));
	return 0;
}
