// SPDX-License-Identifier: MIT
/*
 * Page allocations that are made to fail: which of them may be.
 * Document: Documentation/fault-injection of Linux.
 *
 * P1  A request with __GFP_NOFAIL never is.
 * P2  Below min-order none is; nor, while ignore-gfp-highmem is on, one for high
 *     memory; nor, while ignore-gfp-wait is on, one that may sleep.
 * P3  Requests that P1 and P2 take out are counted nowhere, by fail-nth neither.
 * P4  While the rules let no request fail, PAGE_HOOK_FAIL is off, and the fast path knows
 *     of nothing. It is looked at when rules or a fail-nth change: one whose times are
 *     used up by failures stays on, as those may come where nobody can wait for CPUs.
 *
 * Boot parameter: fail_page_alloc=<interval>,<probability>,<space>,<times>.
 * Neighbours: lib/fault_inject.c has the rules, kernel/fault.c the files,
 * page_alloc.c asks.
 */
#include <linux/export.h>
#include <linux/fault-inject.h>
#include <linux/gfp_types.h>
#include <linux/init.h>

#include "mm/internal.h"
#include "mm/pages.h"

struct fail_page_alloc_rules fail_page_alloc_rules;

/* P4 */
void fail_page_alloc_update(void)
{
	page_hooks_set(PAGE_HOOK_FAIL, fault_attr_armed(&fail_page_alloc_rules.attr));
}

void fail_page_alloc_init(void)
{
	fail_page_alloc_rules = (struct fail_page_alloc_rules) {
		.attr = FAULT_ATTR_INITIALIZER,
		.ignore_gfp_wait = true,
		.ignore_gfp_highmem = true,
		.min_order = 1,
	};
	strscpy(fail_page_alloc_rules.attr.name, "fail_page_alloc", FAULT_NAME_LEN);
	fail_page_alloc_rules.attr.changed = fail_page_alloc_update;
	fault_inject_init();
	fail_page_alloc_update();
}

static int __init setup_fail_page_alloc(char *str)
{
	int understood = setup_fault_attr(&fail_page_alloc_rules.attr, str);

	fail_page_alloc_update();
	return understood;
}
__setup("fail_page_alloc=", setup_fail_page_alloc);

bool should_fail_alloc_page(gfp_t gfp, unsigned int order)
{
	struct fail_page_alloc_rules *rules = &fail_page_alloc_rules;

	if (order < READ_ONCE(rules->min_order) || (gfp & __GFP_NOFAIL))
		return false;
	if ((gfp & __GFP_HIGHMEM) && READ_ONCE(rules->ignore_gfp_highmem))
		return false;
	if ((gfp & __GFP_DIRECT_RECLAIM) && READ_ONCE(rules->ignore_gfp_wait))
		return false;
	return should_fail_ex(&rules->attr, (ssize_t)1 << order,
			      gfp & __GFP_NOWARN ? FAULT_NOWARN : 0);
}
EXPORT_SYMBOL(should_fail_alloc_page);
