// SPDX-License-Identifier: MIT
/*
 * Leaves a probe at a tracepoint, which would be called when the module is gone.
 *
 * exit: 6
 * expect: tracepoint probe
 * expect: mm_page_free
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <trace/events/kmem.h>

static unsigned long pages;

static void probe(void *data, struct page *page, unsigned int order)
{
	pages += 1ul << order;
}

static int __init plant_init(void)
{
	return register_trace_mm_page_free(probe, NULL);
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
