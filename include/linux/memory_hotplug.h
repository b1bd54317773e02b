/* SPDX-License-Identifier: MIT */
/* Memory does not come and go here; all that is present is online. */
#ifndef _LINUX_MEMORY_HOTPLUG_H
#define _LINUX_MEMORY_HOTPLUG_H

#include <linux/mmzone.h>

/**
 * pfn_to_online_page - the page descriptor of a frame of memory
 * @pfn: any number
 *
 * A descriptor that was never written is filled in first, so that its zone and
 * node can be asked for.
 * Context: any; takes zone->lock. Return: NULL where there is no memory.
 */
struct page *pfn_to_online_page(unsigned long pfn);

#endif
