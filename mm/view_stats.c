// SPDX-License-Identifier: MIT
/*
 * /proc/zoneinfo and /proc/vmstat, in 6.1's format: which lines, in which order.
 *
 * V1  The lines are those of a 6.1 kernel that is built without what is optional
 *     and not here: compaction, migration, huge pages, CMA, zswap, balloons, KSM.
 * V2  What every kernel has but a machine may have none of is 0: pages of files and
 *     of user memory, the LRU lists, swap, faults, a movable zone.
 * V3  What happens here but is not counted has no line: kswapd_*_wmark_hit_quickly.
 * V4  numa_*: on machines with several nodes.
 * V5  Node counters come in pages, whatever their unit inside; nr_kernel_stack in KiB.
 *
 * Locking: none. Counters are read as they are, one after the other.
 *
 * Neighbours: view_pages.c has the other views of pages.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/reclaim.h"

/* V2 */
#define NONE	(-1)

struct stat_line {
	const char *name;
	int item;
};

static const struct stat_line zone_lines[] = {
	{ "nr_free_pages", NR_FREE_PAGES },
	{ "nr_zone_inactive_anon", NR_ZONE_INACTIVE_ANON },
	{ "nr_zone_active_anon", NR_ZONE_ACTIVE_ANON },
	{ "nr_zone_inactive_file", NR_ZONE_INACTIVE_FILE },
	{ "nr_zone_active_file", NR_ZONE_ACTIVE_FILE },
	{ "nr_zone_unevictable", NR_ZONE_UNEVICTABLE },
	{ "nr_zone_write_pending", NR_ZONE_WRITE_PENDING },
	{ "nr_mlock", NR_MLOCK },
	{ "nr_bounce", NR_BOUNCE },
	{ "nr_free_cma", NONE },
};

static const struct stat_line node_lines[] = {
	{ "nr_inactive_anon", NONE },
	{ "nr_active_anon", NONE },
	{ "nr_inactive_file", NONE },
	{ "nr_active_file", NONE },
	{ "nr_unevictable", NONE },
	{ "nr_slab_reclaimable", NR_SLAB_RECLAIMABLE_B },
	{ "nr_slab_unreclaimable", NR_SLAB_UNRECLAIMABLE_B },
	{ "nr_isolated_anon", NONE },
	{ "nr_isolated_file", NONE },
	{ "workingset_nodes", NONE },
	{ "workingset_refault_anon", NONE },
	{ "workingset_refault_file", NONE },
	{ "workingset_activate_anon", NONE },
	{ "workingset_activate_file", NONE },
	{ "workingset_restore_anon", NONE },
	{ "workingset_restore_file", NONE },
	{ "workingset_nodereclaim", NONE },
	{ "nr_anon_pages", NONE },
	{ "nr_mapped", NONE },
	{ "nr_file_pages", NONE },
	{ "nr_dirty", NONE },
	{ "nr_writeback", NONE },
	{ "nr_writeback_temp", NONE },
	{ "nr_shmem", NONE },
	{ "nr_shmem_hugepages", NONE },
	{ "nr_shmem_pmdmapped", NONE },
	{ "nr_file_hugepages", NONE },
	{ "nr_file_pmdmapped", NONE },
	{ "nr_anon_transparent_hugepages", NONE },
	{ "nr_vmscan_write", NONE },
	{ "nr_vmscan_immediate_reclaim", NONE },
	{ "nr_dirtied", NONE },
	{ "nr_written", NONE },
	{ "nr_throttled_written", NONE },
	{ "nr_kernel_misc_reclaimable", NONE },
	{ "nr_foll_pin_acquired", NONE },
	{ "nr_foll_pin_released", NONE },
	{ "nr_kernel_stack", NR_KERNEL_STACK_KB },
	{ "nr_page_table_pages", NONE },
	{ "nr_sec_page_table_pages", NONE },
};

static unsigned long zone_stat(struct zone *zone, int item)
{
	return item == NONE ? 0 : zone_page_state(zone, item);
}

/* V5 */
unsigned long node_stat_pages(struct pglist_data *pgdat, int item)
{
	unsigned long n;

	if (item == NONE)
		return 0;
	n = pgdat ? node_page_state(pgdat, item) : global_node_page_state(item);
	return item <= NR_SLAB_UNRECLAIMABLE_B ? n >> PAGE_SHIFT : n;
}

/* NUMA machines: whose pages went to whom, in pages. */

enum { NUMA_HIT, NUMA_MISS, NUMA_FOREIGN, NUMA_INTERLEAVE, NUMA_LOCAL, NUMA_OTHER, NR_NUMA };

static const char *const numa_lines[NR_NUMA] = {
	"numa_hit", "numa_miss", "numa_foreign", "numa_interleave", "numa_local", "numa_other"
};

/*
 * Nothing is counted when a request is served from where it should be: what did not
 * miss was hit, and each CPU's cache knows whose it is. Nothing is interleaved.
 */
static void __no_kcsan add_numa(struct zone *zone, unsigned long *n)
{
	unsigned long allocs, frees, miss = (unsigned long)atomic_long_read(&zone->numa_miss);
	unsigned long local = 0;
	unsigned int cpu;
	int i;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		const struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);

		if (cpu_to_node(cpu) != zone->node)
			continue;
		local += READ_ONCE(pcp->direct);
		for (i = 0; i < NR_PCP_LISTS; i++)
			local += READ_ONCE(pcp->lists[i].allocs) << i % NR_PCP_ORDERS;
	}
	zone_events(zone, &allocs, &frees);
	n[NUMA_HIT] += allocs - min(miss, allocs);
	n[NUMA_MISS] += miss;
	n[NUMA_FOREIGN] += (unsigned long)atomic_long_read(&zone->numa_foreign);
	n[NUMA_LOCAL] += min(local, allocs);
	n[NUMA_OTHER] += allocs - min(local, allocs);
}

/* zoneinfo */

static void __no_kcsan show_pagesets(struct seq_file *m, struct zone *zone)
{
	unsigned int cpu;

	seq_puts(m, "\n  pagesets");
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct per_cpu_pages *pcp = per_cpu_ptr(zone->pageset, cpu);

		seq_printf(m, "\n    cpu: %u\n              count: %lu\n              high:  %lu\n              batch: %i",
			   cpu, pcp_pages(pcp), pcp_high(pcp), pcp->batch);
		/* No counter is kept back on a CPU. */
		seq_puts(m, "\n  vm stats threshold: 0");
	}
}

/* What a zone keeps from requests for each kind of zone; the last is the movable one. */
static void show_protection(struct seq_file *m, const struct zone *zone)
{
	const char *gap = "";
	int i;

	seq_puts(m, "\n        protection: (");
	for (i = 0; i < MAX_NR_ZONES; i++) {
		if (!zone_known(i))
			continue;
		seq_printf(m, "%s%ld", gap, READ_ONCE(zone->lowmem_reserve[i]));
		gap = ", ";
	}
	seq_printf(m, "%s%ld)", gap, READ_ONCE(zone->lowmem_reserve[MAX_NR_ZONES - 1]));
}

static void show_sizes(struct seq_file *m, struct zone *zone)
{
	seq_printf(m, "\n  pages free     %lu\n        boost    %lu\n        min      %lu\n        low      %lu\n        high     %lu",
		   zone_page_state(zone, NR_FREE_PAGES), READ_ONCE(zone->watermark_boost),
		   min_wmark_pages(zone), low_wmark_pages(zone), high_wmark_pages(zone));
	seq_printf(m, "\n        spanned  %lu\n        present  %lu\n        managed  %lu\n        cma      0",
		   zone->spanned_pages, zone->present_pages, zone_managed_pages(zone));
	show_protection(m, zone);
}

static void show_zone_numa(struct seq_file *m, struct zone *zone)
{
	unsigned long n[NR_NUMA] = { 0 };
	int i;

	add_numa(zone, n);
	for (i = 0; i < NR_NUMA; i++)
		seq_printf(m, "\n      %-12s %lu", numa_lines[i], n[i]);
}

static void show_zone(struct seq_file *m, struct zone *zone, bool first)
{
	int i;

	seq_printf(m, "Node %d, zone %8s", zone->node, zone->name);
	if (first) {
		seq_puts(m, "\n  per-node stats");
		for (i = 0; i < (int)ARRAY_SIZE(node_lines); i++)
			seq_printf(m, "\n      %-12s %lu", node_lines[i].name,
				   node_stat_pages(zone->zone_pgdat, node_lines[i].item));
	}
	show_sizes(m, zone);
	if (!populated_zone(zone)) {
		seq_putc(m, '\n');
		return;
	}
	for (i = 0; i < (int)ARRAY_SIZE(zone_lines); i++)
		seq_printf(m, "\n      %-12s %lu", zone_lines[i].name,
			   zone_stat(zone, zone_lines[i].item));
	if (machine.nr_nodes > 1)
		show_zone_numa(m, zone);
	show_pagesets(m, zone);
	seq_printf(m, "\n  node_unreclaimable:  %u\n  start_pfn:           %lu\n",
		   READ_ONCE(kswapds[zone->node].failures) >= MAX_RECLAIM_RETRIES,
		   zone->zone_start_pfn);
}

/* Every kernel has this kind of zone; here nothing is ever in it. */
static void show_movable_zone(struct seq_file *m, const struct pglist_data *pgdat)
{
	int i;

	seq_printf(m, "Node %d, zone  Movable\n  pages free     0\n        boost    0\n        min      0\n        low      0\n        high     0\n        spanned  0\n        present  0\n        managed  0\n        cma      0\n        protection: (0",
		   pgdat->node_id);
	for (i = 0; i < MAX_NR_ZONES; i++)
		if (zone_known(i))
			seq_puts(m, ", 0");
	seq_puts(m, ")\n");
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
			show_zone(m, zone, first && populated_zone(zone));
			if (populated_zone(zone))
				first = false;
		}
		show_movable_zone(m, pgdat);
	}
	return 0;
}

/* vmstat */

static const char *const zone_suffix[MAX_NR_ZONES] = { "dma", "dma32", "normal", "high" };

/* Pages that went out of a kind of zone, on all nodes; those that came back are added. */
static unsigned long zone_allocs(int z, unsigned long *frees)
{
	struct pglist_data *pgdat;
	unsigned long sum = 0, a, f;

	for_each_online_pgdat(pgdat) {
		if (!populated_zone(&pgdat->node_zones[z]))
			continue;
		zone_events(&pgdat->node_zones[z], &a, &f);
		sum += a;
		*frees += f;
	}
	return sum;
}

static void show_zeros(struct seq_file *m, const char *const *name)
{
	for (; *name; name++)
		seq_printf(m, "%s 0\n", *name);
}

static void show_zone_events(struct seq_file *m, unsigned long *frees)
{
	int z;

	for (z = 0; z < MAX_NR_ZONES; z++)
		if (zone_known(z))
			seq_printf(m, "pgalloc_%s %lu\n", zone_suffix[z], zone_allocs(z, frees));
	seq_puts(m, "pgalloc_movable 0\n");
	for (z = 0; z < MAX_NR_ZONES; z++)
		if (zone_known(z))
			seq_printf(m, "allocstall_%s %lu\n", zone_suffix[z],
				   reclaim_events(ALLOCSTALL + z));
	seq_puts(m, "allocstall_movable 0\n");
	for (z = 0; z < MAX_NR_ZONES; z++)
		if (zone_known(z))
			seq_printf(m, "pgskip_%s 0\n", zone_suffix[z]);
	seq_puts(m, "pgskip_movable 0\n");
}

static void show_events(struct seq_file *m)
{
	static const char *const io[] = { "pgpgin", "pgpgout", "pswpin", "pswpout", NULL };
	static const char *const user[] = {
		"pgactivate", "pgdeactivate", "pglazyfree", "pgfault", "pgmajfault",
		"pglazyfreed", "pgrefill", "pgreuse", "pgsteal_kswapd", "pgsteal_direct",
		"pgdemote_kswapd", "pgdemote_direct", "pgscan_kswapd", "pgscan_direct",
		"pgscan_direct_throttle", "pgscan_anon", "pgscan_file", "pgsteal_anon",
		"pgsteal_file", "pginodesteal", NULL };
	static const char *const rest[] = {
		"oom_kill", "unevictable_pgs_culled", "unevictable_pgs_scanned",
		"unevictable_pgs_rescued", "unevictable_pgs_mlocked",
		"unevictable_pgs_munlocked", "unevictable_pgs_cleared",
		"unevictable_pgs_stranded", "nr_unstable", NULL };
	unsigned long frees = 0;

	show_zeros(m, io);
	show_zone_events(m, &frees);
	seq_printf(m, "pgfree %lu\n", frees);
	show_zeros(m, user);
	seq_printf(m, "slabs_scanned %lu\nkswapd_inodesteal 0\npageoutrun %lu\npgrotated 0\n",
		   reclaim_events(SLABS_SCANNED), reclaim_events(PAGEOUTRUN));
	seq_printf(m, "drop_pagecache %lu\ndrop_slab %lu\n", reclaim_events(DROP_PAGECACHE),
		   reclaim_events(DROP_SLAB));
	show_zeros(m, rest);
}

static void show_numa(struct seq_file *m)
{
	unsigned long n[NR_NUMA] = { 0 };
	struct zone *zone;
	int i;

	for_each_populated_zone(zone)
		add_numa(zone, n);
	for (i = 0; i < NR_NUMA; i++)
		seq_printf(m, "%s %lu\n", numa_lines[i], n[i]);
}

int vmstat_show(struct seq_file *m)
{
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(zone_lines); i++)
		seq_printf(m, "%s %lu\n", zone_lines[i].name, zone_lines[i].item == NONE ? 0 :
			   global_zone_page_state(zone_lines[i].item));
	if (machine.nr_nodes > 1)
		show_numa(m);
	for (i = 0; i < (int)ARRAY_SIZE(node_lines); i++)
		seq_printf(m, "%s %lu\n", node_lines[i].name,
			   node_stat_pages(NULL, node_lines[i].item));
	show_events(m);
	return 0;
}
