// SPDX-License-Identifier: MIT
/*
 * Reads an area at the moment at which its page is freed, in a probe of that event: by then
 * nobody may reach the page by it any more, so the read is to fault.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <trace/events/kmem.h>

static unsigned int how;		/* 0: vfree(), 1: with VM_MAP_PUT_PAGES, 2: from vfree_atomic() */
module_param(how, uint, 0444);

static int *area;
static struct page *page;

static void probe(void *data, struct page *freed, unsigned int order)
{
	if (freed == page)
		pr_err("freed, and its area still reads %d\n", READ_ONCE(*area));
}

static int *map_one(void)
{
	struct page **pages = kvmalloc_array(1, sizeof(*pages), GFP_KERNEL);

	pages[0] = alloc_page(GFP_KERNEL);
	return vmap(pages, 1, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
}

static int __init freed_page_init(void)
{
	int err = register_trace_mm_page_free(probe, NULL);

	if (err)
		return err;
	area = how == 1 ? map_one() : vmalloc(PAGE_SIZE);
	*area = 42;
	page = vmalloc_to_page(area);
	if (how == 2)
		vfree_atomic(area);
	else
		vfree(area);
	vm_unmap_aliases();		/* if it waits */
	unregister_trace_mm_page_free(probe, NULL);
	return 0;
}

static void __exit freed_page_exit(void)
{
}

module_init(freed_page_init);
module_exit(freed_page_exit);
MODULE_LICENSE("Dual MIT/GPL");
