// SPDX-License-Identifier: MIT
/* Two mappings of vm_map_ram() beside each other, and an access that is wrong. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

static unsigned int how;	/* 0: past the end, 1: after it is unmapped, 2: nothing wrong, 3: forgotten */
module_param(how, uint, 0444);

static struct page *pages[2];

static int __init ram_block_init(void)
{
	char *p, *q;
	int sum;

	pages[0] = alloc_page(GFP_KERNEL);
	pages[1] = alloc_page(GFP_KERNEL);
	p = vm_map_ram(pages, 2, NUMA_NO_NODE);
	q = vm_map_ram(pages, 1, NUMA_NO_NODE);
	if (!p || !q)
		return -ENOMEM;
	p[0] = 40;
	sum = q[0] + 2;
	if (how == 0)
		sum += READ_ONCE(p[2 * PAGE_SIZE + 5]);
	vm_unmap_ram(p, 2);
	if (how == 1)
		sum += READ_ONCE(p[7]);
	sum += q[0];			/* the other one is still there */
	if (how != 3)
		vm_unmap_ram(q, 1);
	pr_info("sum %d\n", sum);
	return 0;
}

static void __exit ram_block_exit(void)
{
	__free_page(pages[0]);
	__free_page(pages[1]);
}

module_init(ram_block_init);
module_exit(ram_block_exit);
MODULE_LICENSE("Dual MIT/GPL");
