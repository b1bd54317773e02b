/* SPDX-License-Identifier: MIT */
/*
 * Counters of zones and nodes. NR_FREE_PAGES changes under zone->lock only; the
 * others are atomic. Any of them may be read at any time.
 */
#ifndef _LINUX_VMSTAT_H
#define _LINUX_VMSTAT_H

#include <linux/atomic.h>
#include <linux/mmzone.h>

static inline unsigned long zone_page_state(struct zone *zone, enum zone_stat_item item)
{
	long x = atomic_long_read(&zone->vm_stat[item]);

	return x < 0 ? 0 : x;
}

static inline void mod_zone_page_state(struct zone *zone, enum zone_stat_item item, long delta)
{
	atomic_long_add(delta, &zone->vm_stat[item]);
}

static inline void mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
				       long delta)
{
	atomic_long_add(delta, &pgdat->vm_stat[item]);
}

static inline unsigned long node_page_state(struct pglist_data *pgdat,
					    enum node_stat_item item)
{
	long x = atomic_long_read(&pgdat->vm_stat[item]);

	return x < 0 ? 0 : x;
}

#define __mod_zone_page_state(z, i, d)	mod_zone_page_state(z, i, d)
#define __mod_node_page_state(n, i, d)	mod_node_page_state(n, i, d)
#define inc_zone_page_state(p, i)	mod_zone_page_state(page_zone(p), i, 1)
#define dec_zone_page_state(p, i)	mod_zone_page_state(page_zone(p), i, -1)

/** global_zone_page_state - a counter, summed over all zones */
unsigned long global_zone_page_state(enum zone_stat_item item);
/** global_node_page_state - a counter, summed over all nodes */
unsigned long global_node_page_state(enum node_stat_item item);

#endif
