// SPDX-License-Identifier: MIT
/*
 * Objects that cannot be had because they are made to fail: which of them.
 * Document: Documentation/fault-injection of Linux.
 *
 * S1  A request with __GFP_NOFAIL never is, nor the structure of a new cache.
 * S2  While ignore-gfp-wait is on, none that may sleep is; while cache-filter is on, only
 *     those of caches with SLAB_FAILSLAB (kmem_cache_create(), slub_debug=A).
 * S3  Requests that S1 and S2 take out are counted nowhere, by fail-nth neither.
 * S4  A call of kmem_cache_alloc_bulk() is one request. Blocks of whole pages are
 *     fail_page_alloc's, and so is each slab that an object needs: its pages may fail
 *     after the object has been let pass.
 * S5  While the rules let no request fail, SLAB_HOOK_FAIL is off, and the fast path knows
 *     of nothing; as P4 of mm/fail_page_alloc.c.
 *
 * Boot parameter: failslab=<interval>,<probability>,<space>,<times>; space is in bytes.
 * Neighbours: lib/fault_inject.c has the rules, kernel/fault.c the files, entry.c asks.
 */
#include <linux/errno.h>
#include <linux/fault-inject.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"

struct failslab_rules failslab_rules;

bool failslab_wanted(void)
{
	return fault_attr_armed(&failslab_rules.attr);
}

/* S5. Before there are objects, slab_hooks_init() is still to come. */
void failslab_update(void)
{
	if (slab_is_available())
		slab_hooks_set(SLAB_HOOK_FAIL, failslab_wanted());
}

void failslab_init(void)
{
	failslab_rules = (struct failslab_rules) {
		.attr = FAULT_ATTR_INITIALIZER,
		.ignore_gfp_wait = true,
	};
	strscpy(failslab_rules.attr.name, "failslab", FAULT_NAME_LEN);
	failslab_rules.attr.changed = failslab_update;
	failslab_update();
}

static int __init setup_failslab(char *str)
{
	int understood = setup_fault_attr(&failslab_rules.attr, str);

	failslab_update();
	return understood;
}
__setup("failslab=", setup_failslab);

int should_failslab(struct kmem_cache *s, gfp_t gfpflags)
{
	struct failslab_rules *rules = &failslab_rules;

	if ((gfpflags & __GFP_NOFAIL) || cache_of_caches(s))
		return 0;
	if ((gfpflags & __GFP_DIRECT_RECLAIM) && READ_ONCE(rules->ignore_gfp_wait))
		return 0;
	if (READ_ONCE(rules->cache_filter) && !(s->flags & SLAB_FAILSLAB))
		return 0;
	return should_fail_ex(&rules->attr, (ssize_t)s->object_size,
			      gfpflags & __GFP_NOWARN ? FAULT_NOWARN : 0) ? -ENOMEM : 0;
}
