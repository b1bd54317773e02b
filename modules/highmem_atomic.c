// SPDX-License-Identifier: MIT
/*
 * The same page of high memory, mapped where one may not sleep: kmap_atomic()
 * takes a slot of this CPU's own and keeps the thread on the CPU until
 * kunmap_atomic().
 *
 * What to see: two mappings at a time are undone in reverse, and in between
 * nothing may sleep. kunmap_atomic() takes the address, kunmap() took the page.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/gfp.h>
#include <linux/highmem.h>

#define PREFIX	"[HIGHMEM_ATOMIC]: "
#define INTS	(PAGE_SIZE / sizeof(int))

static void fill(struct page *page)
{
	int *array = kmap_atomic(page);
	unsigned int i;

	for (i = 0; i < INTS; i++)
		array[i] = i;
	kunmap_atomic(array);
}

static bool equal(struct page *a, struct page *b)
{
	int *left = kmap_atomic(a), *right = kmap_atomic(b);
	bool same = !memcmp(left, right, PAGE_SIZE);

	kunmap_atomic(right);
	kunmap_atomic(left);
	return same;
}

static int __init highmem_atomic_init(void)
{
	struct page *a, *b;

	a = alloc_page(GFP_HIGHUSER);
	if (!a)
		return -ENOMEM;
	b = alloc_page(GFP_HIGHUSER);
	if (!b) {
		__free_page(a);
		return -ENOMEM;
	}

	fill(a);
	fill(b);
	printk(KERN_INFO PREFIX "frames %lu and %lu have %s contents\n", page_to_pfn(a),
	       page_to_pfn(b), equal(a, b) ? "equal" : "different");

	__free_page(b);
	__free_page(a);
	return 0;
}

static void __exit highmem_atomic_exit(void)
{
	printk(KERN_INFO PREFIX "pages were unmapped and freed\n");
}

module_init(highmem_atomic_init);
module_exit(highmem_atomic_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Pages of high memory, through kmap_atomic()");
