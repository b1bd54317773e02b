// SPDX-License-Identifier: MIT
/*
 * Writes one byte in front of its object: into the red zone, which kfree() looks at.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG kmalloc-64 (Not tainted): Left Redzone overwritten
 * expect: First byte 0x1 instead of 0xcc
 * expect: cc cc cc 01
 * expect: Allocated in
 * expect: @alloc
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static char *p;

static int __init plant_init(void)
{
	p = kmalloc(64, GFP_KERNEL); /* alloc */
	if (!p)
		return -ENOMEM;
	WRITE_ONCE(p[-1], 1);
	kfree(p); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
