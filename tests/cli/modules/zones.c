// SPDX-License-Identifier: MIT
/*
 * Walks nodes, zones, free lists and frames through the fields that modules read
 * directly, with the headers that they include for it. Init fails when two ways of
 * asking have two answers.
 */
#include <linux/module.h>
#include <linux/mmzone.h>
#include <linux/swap.h>
#include <linux/vmstat.h>

static int check(const char *what, unsigned long a, unsigned long b)
{
	if (a == b)
		return 0;
	pr_err("zones: %s: %lu and %lu\n", what, a, b);
	return 1;
}

static unsigned long count_free(struct zone *zone, int *bad)
{
	unsigned long flags, pages = 0;
	struct list_head *entry;
	int order, type;

	spin_lock_irqsave(&zone->lock, flags);
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = 0;

		for (type = 0; type < MIGRATE_TYPES; type++)
			list_for_each(entry, &zone->free_area[order].free_list[type])
				blocks++;
		*bad += blocks > zone->free_area[order].nr_free;
		pages += zone->free_area[order].nr_free << order;
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	return pages;
}

static int walk_zones(void)
{
	unsigned long free = 0, managed = 0, pages;
	struct zone *zone;
	int bad = 0;

	for_each_populated_zone(zone) {
		pages = count_free(zone, &bad);
		free += pages;
		managed += zone_managed_pages(zone);
		bad += check(zone->name, pages, zone_page_state(zone, NR_FREE_PAGES));
		bad += check("node", (unsigned long)zone->zone_pgdat->node_id,
			     (unsigned long)zone_to_nid(zone));
		bad += check("end", zone->zone_start_pfn + zone->spanned_pages, zone_end_pfn(zone));
	}
	bad += check("free", free, nr_free_pages());
	return bad + check("managed", managed, totalram_pages());
}

static int walk_nodes(void)
{
	unsigned long present = 0, zones;
	int nid, z, bad = 0;

	for_each_online_node(nid) {
		zones = 0;
		for (z = 0; z < MAX_NR_ZONES; z++)
			zones += NODE_DATA(nid)->node_zones[z].present_pages;
		bad += check("present", NODE_DATA(nid)->node_present_pages, zones);
		present += zones;
	}
	return bad + check("physpages", present, get_num_physpages());
}

static int walk_frames(void)
{
	unsigned long pfn, frames = 0;
	struct page *page;
	int bad = 0;

	for (pfn = 0; pfn < max_pfn; pfn += MAX_ORDER_NR_PAGES) {
		page = pfn_to_online_page(pfn);
		if (!page)
			continue;
		frames++;
		bad += check("frame", page_to_pfn(page), pfn);
		bad += !zone_spans_pfn(page_zone(page), pfn);
		bad += page_to_nid(page) != page_zone(page)->zone_pgdat->node_id;
	}
	return bad + !frames;
}

static int __init zones_init(void)
{
	struct sysinfo si;
	int bad = walk_zones() + walk_nodes() + walk_frames();

	si_meminfo(&si);
	si_swapinfo(&si);
	bad += check("sysinfo", si.totalram, totalram_pages());
	bad += check("swap", si.totalswap + si.freeswap, 0);
	return bad ? -EINVAL : 0;
}

static void __exit zones_exit(void)
{
}

module_init(zones_init);
module_exit(zones_exit);
MODULE_LICENSE("Dual MIT/GPL");
