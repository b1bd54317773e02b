// SPDX-License-Identifier: MIT
/*
 * A page that has no address: on a 32-bit machine the kernel cannot see all
 * memory at once. A page for a user may come from high memory; before the kernel
 * can touch it, kmap() has to give it an address.
 *
 * What to see: where the frame lies (on an i386 above the first 896 MiB), and that
 * the page can be used between kmap() and kunmap() only. kmap() may sleep: it waits
 * for a free place in the window that is kept for this.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/gfp.h>
#include <linux/highmem.h>

#define PREFIX	"[HIGHMEM]: "
#define INTS	(PAGE_SIZE / sizeof(int))

static int __init highmem_init(void)
{
	struct page *page;
	unsigned int i;
	int *array;

	page = alloc_page(GFP_HIGHUSER);
	if (!page) {
		printk(KERN_ERR PREFIX "no page\n");
		return -ENOMEM;
	}
	printk(KERN_INFO PREFIX "frame %lu, %lu MiB up, in %s memory\n", page_to_pfn(page),
	       page_to_pfn(page) >> (20 - PAGE_SHIFT), PageHighMem(page) ? "high" : "low");

	array = kmap(page);
	for (i = 0; i < INTS; i++)
		array[i] = i;
	printk(KERN_INFO PREFIX "mapped: array[0] = %d, array[%u] = %d\n", array[0],
	       (unsigned int)INTS - 1, array[INTS - 1]);
	kunmap(page);

	__free_page(page);
	return 0;
}

static void __exit highmem_exit(void)
{
	printk(KERN_INFO PREFIX "page was unmapped and freed\n");
}

module_init(highmem_init);
module_exit(highmem_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A page of high memory, through kmap()");
