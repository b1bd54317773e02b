/* SPDX-License-Identifier: MIT */
/*
 * Shrinkers: who keeps things that can be had again (caches, pools of free objects)
 * is asked to give some up when memory is short. mm/shrinker.c says how much.
 */
#ifndef _LINUX_SHRINKER_H
#define _LINUX_SHRINKER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

struct mem_cgroup;

/* What a shrinker is told, and answers. */
struct shrink_control {
	gfp_t gfp_mask;			/* of the request that is short; look for __GFP_FS */
	int nid;			/* whose objects, if SHRINKER_NUMA_AWARE; else 0 */
	unsigned long nr_to_scan;	/* look at so many objects */
	unsigned long nr_scanned;	/* nr_to_scan, or what scan_objects() puts here */
	struct mem_cgroup *memcg;	/* NULL: there are no control groups */
};

/* scan_objects(): stop asking me now. count_objects(): nothing there, all was freed. */
#define SHRINK_STOP		(~0UL)
#define SHRINK_EMPTY		(~0UL - 1)

#define DEFAULT_SEEKS		2

/* Keys: M its maker's, before it registers | S mm/shrinker.c's lock | A atomic */
struct shrinker {
	/* How many objects could be freed; 0: none now, or not in this context. */
	unsigned long (*count_objects)(struct shrinker *s, struct shrink_control *sc);	/* M */
	/* Frees some; how many it did, or SHRINK_STOP. */
	unsigned long (*scan_objects)(struct shrinker *s, struct shrink_control *sc);	/* M */
	long batch;			/* M  objects at a time; 0: 128 */
	int seeks;			/* M  what an object costs to get back; 0: nothing */
	unsigned int flags;		/* M  SHRINKER_*; S SHRINKER_REGISTERED */

	struct list_head list;		/* S */
	unsigned int running;		/* S  scans that are at work in it */
	atomic_long_t *nr_deferred;	/* A  objects put off, per node if it is aware */
	const char *name;		/* S */
	unsigned long site;		/* S  who registered it */
};

#define SHRINKER_REGISTERED	(1 << 0)
#define SHRINKER_NUMA_AWARE	(1 << 1)
#define SHRINKER_MEMCG_AWARE	(1 << 2)	/* as others: there are no control groups */
#define SHRINKER_NONSLAB	(1 << 3)

int prealloc_shrinker(struct shrinker *s, const char *fmt, ...) __printf(2, 3);
void register_shrinker_prepared(struct shrinker *s);
int register_shrinker(struct shrinker *s, const char *fmt, ...) __printf(2, 3);
void unregister_shrinker(struct shrinker *s);
void free_prealloced_shrinker(struct shrinker *s);
/** synchronize_shrinkers - wait until no shrinker is at work any more. May sleep. */
void synchronize_shrinkers(void);

#endif
