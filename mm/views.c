// SPDX-License-Identifier: MIT
/*
 * The core's views: text in the format of the /proc file of the same name. Each
 * part writes its own; this is the list, and the way out for an embedder.
 * kernel/proc.c puts the same views under /proc.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "mm/internal.h"

static const struct mm_view views[] = {
	{ "address_map", address_map_show },
	{ "buddyinfo", buddyinfo_show },
	{ "highmem", highmem_show },
	{ "iomem", iomem_show },
	{ "ioports", ioports_show },
	{ "meminfo", meminfo_show },
	{ "page_owner", page_owner_show },
	{ "pagetypeinfo", pagetypeinfo_show },
	{ "percpu", percpu_show },
	{ "slab_overhead", slab_overhead_show },
	{ "slabinfo", slabinfo_show },
	{ "vmallocinfo", vmallocinfo_show },
	{ "vmstat", vmstat_show },
	{ "zone_locks", zone_locks_show },
	{ "zoneinfo", zoneinfo_show },
};

const struct mm_view *mm_view(unsigned int i)
{
	return i < ARRAY_SIZE(views) ? &views[i] : NULL;
}

const char *quarry_view_name(unsigned int i)
{
	const struct mm_view *view = mm_view(i);

	return view ? view->name : NULL;
}

int quarry_view(const char *name, quarry_emit_fn *emit, void *ctx)
{
	struct seq_file m;
	char buf[256];
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(views); i++) {
		if (strcmp(views[i].name, name))
			continue;
		seq_init_emit(&m, buf, sizeof(buf), emit, ctx);
		err = views[i].show(&m);
		seq_flush(&m);
		return err;
	}
	return -ENOENT;
}
