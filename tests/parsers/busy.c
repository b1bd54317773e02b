// SPDX-License-Identifier: MIT
/*
 * Memory that is used and in pieces, so that the views have something to show: blocks
 * of each order and mobility, every other one given back, areas and objects.
 */
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define BLOCKS	150

static const gfp_t kinds[] = {
	GFP_KERNEL, GFP_KERNEL | __GFP_RECLAIMABLE, GFP_HIGHUSER_MOVABLE
};

static LIST_HEAD(kept);
static void *areas[4], *objects[64];

static unsigned int order_of(unsigned int i)
{
	return i % 9 < 5 ? i % 9 : 0;
}

static void release(void)
{
	struct page *page, *next;
	unsigned int i;

	list_for_each_entry_safe(page, next, &kept, lru) {
		list_del(&page->lru);
		__free_pages(page, (unsigned int)page_private(page));
	}
	for (i = 0; i < ARRAY_SIZE(areas); i++)
		vfree(areas[i]);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		kfree(objects[i]);
}

static int __init busy_init(void)
{
	struct page *page[BLOCKS];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(areas); i++)
		areas[i] = vmalloc((i + 1) * 3 * PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		objects[i] = kmalloc(64 * (i + 1), GFP_KERNEL);
	for (i = 0; i < BLOCKS; i++)
		page[i] = alloc_pages(kinds[i % ARRAY_SIZE(kinds)] | __GFP_NOWARN, order_of(i));
	for (i = 0; i < BLOCKS; i++) {
		if (!page[i])
			continue;
		if (i % 2) {
			__free_pages(page[i], order_of(i));
			continue;
		}
		set_page_private(page[i], order_of(i));
		list_add(&page[i]->lru, &kept);
	}
	return 0;
}

static void __exit busy_exit(void)
{
	release();
}

module_init(busy_init);
module_exit(busy_exit);
MODULE_LICENSE("GPL");
