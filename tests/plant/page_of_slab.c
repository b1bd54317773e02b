// SPDX-License-Identifier: MIT
/*
 * Frees the page that an object lies in.
 *
 * exit: 7
 * expect: page dumped because: a slab page was freed as a page
 * expect: refcount:0 mapcount:0 
 * expect: it is not freed
 * expect: this page belongs to the slab cache kmalloc-64
 * expect: page_owner tracks the page as allocated
 * expect: @alloc
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/module.h>

static int __init plant_init(void)
{
	void *p[64];
	int i;

	/* Enough for a new slab; the page is that of the last one. */
	for (i = 0; i < 64; i++)
		p[i] = kmalloc(64, GFP_KERNEL); /* alloc */
	__free_pages(virt_to_head_page(p[63]), 0); /* bug */
	for (i = 0; i < 64; i++)
		kfree(p[i]);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
