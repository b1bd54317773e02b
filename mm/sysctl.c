// SPDX-License-Identifier: MIT
/*
 * The memory manager's settings, as files in /proc/sys/vm. kernel/sysctl.c puts
 * them there; what they do is in mm/watermark.c and mm/shrinker.c.
 */
#include <linux/sysctl.h>
#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "mm/internal.h"
#include "mm/reclaim.h"

/* A text becomes a number first, and a setting only if mm/watermark.c takes it. */
static int set_one(struct ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos,
		   int (*set)(int value))
{
	int value = READ_ONCE(*(int *)ctl->data);
	struct ctl_table copy = *ctl;
	bool taken = write && *lenp && !*ppos;
	int err;

	copy.data = &value;
	err = proc_dointvec_minmax(&copy, write, buffer, lenp, ppos);
	return !err && taken ? set(value) : err;
}

static int min_free_handler(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
			    loff_t *ppos)
{
	return set_one(ctl, write, buffer, lenp, ppos, mm_set_min_free_kbytes);
}

static int scale_factor_handler(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
				loff_t *ppos)
{
	return set_one(ctl, write, buffer, lenp, ppos, mm_set_watermark_scale_factor);
}

static int reserve_ratio_handler(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
				 loff_t *ppos)
{
	int i, err = proc_dointvec_minmax(ctl, write, buffer, lenp, ppos);

	if (!write || err)
		return err;
	/* Less than 1 is "reserve nothing". */
	for (i = 0; i < MAX_NR_ZONES; i++)
		if (READ_ONCE(sysctl_lowmem_reserve_ratio[i]) < 1)
			WRITE_ONCE(sysctl_lowmem_reserve_ratio[i], 0);
	setup_per_zone_lowmem_reserve();
	return 0;
}

/* Bits of a write. There is no page cache, so 1 alone finds nothing to drop. */
#define FROM_PAGECACHE	1
#define FROM_SLAB	2
#define QUIETLY		4	/* from now on no line in the log */

static int drop_caches;
static bool quietly;

void mm_sysctl_reset(void)
{
	drop_caches = 0;
	quietly = false;
}

static int drop_caches_handler(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
			       loff_t *ppos)
{
	bool taken = write && *lenp && !*ppos;
	int what, err = proc_dointvec_minmax(ctl, write, buffer, lenp, ppos);

	if (err || !taken)
		return err;
	what = READ_ONCE(drop_caches);
	if (what & FROM_PAGECACHE)
		reclaim_count(DROP_PAGECACHE, 1);
	if (what & FROM_SLAB) {
		drop_slab();
		reclaim_count(DROP_SLAB, 1);
	}
	if (!READ_ONCE(quietly))
		pr_info("%s (%d): drop_caches: %d\n", current->comm, current->pid, what);
	if (what & QUIETLY)
		WRITE_ONCE(quietly, true);
	return 0;
}

struct ctl_table vm_table[] = {
	{
		.procname = "drop_caches",
		.data = &drop_caches,
		.maxlen = sizeof(drop_caches),
		.mode = 0200,
		.proc_handler = drop_caches_handler,
		.extra1 = SYSCTL_ONE,
		.extra2 = SYSCTL_FOUR,
	},
	{
		.procname = "min_free_kbytes",
		.data = &min_free_kbytes,
		.maxlen = sizeof(min_free_kbytes),
		.mode = 0644,
		.proc_handler = min_free_handler,
		.extra1 = SYSCTL_ZERO,
	},
	{
		.procname = "watermark_scale_factor",
		.data = &watermark_scale_factor,
		.maxlen = sizeof(watermark_scale_factor),
		.mode = 0644,
		.proc_handler = scale_factor_handler,
		.extra1 = SYSCTL_ONE,
		.extra2 = SYSCTL_THREE_THOUSAND,
	},
	{
		/* A column per kind, though the highest has none above it to reserve for. */
		.procname = "lowmem_reserve_ratio",
		.data = sysctl_lowmem_reserve_ratio,
		.maxlen = sizeof(sysctl_lowmem_reserve_ratio),
		.mode = 0644,
		.proc_handler = reserve_ratio_handler,
	},
	{}
};
