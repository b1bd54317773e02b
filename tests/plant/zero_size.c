// SPDX-License-Identifier: MIT
/*
 * Writes to an object of no bytes: the length was never looked at.
 *
 * slabs: slub slab slob
 * exit: 8
 * expect: BUG: kernel NULL pointer dereference, address: 0000000000000010
 * expect: (kmalloc() of 0 bytes returns 0x10: there is nothing to read or write)
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>

static volatile size_t length;

static int __init plant_init(void)
{
	char *p = kmalloc(length, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	WRITE_ONCE(*p, 0); /* bug */
	kfree(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("Dual MIT/GPL");
