// SPDX-License-Identifier: MIT
/*
 * Forgets the byte for the end of a string. The object is larger than what was asked for, so
 * nothing of others' is overwritten; with another length it would be.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: (Not tainted): kmalloc Redzone overwritten
 * expect: INFO: 11 of its
 * expect: First byte 0x0 instead of 0xcc
 * expect: Allocated in
 * expect: @alloc
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static const char *volatile name = "eleven long";

static int __init plant_init(void)
{
	char *copy = kmalloc(strlen(name), GFP_KERNEL); /* alloc */

	if (!copy)
		return -ENOMEM;
	strcpy(copy, name);
	kfree(copy); /* bug */
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("Dual MIT/GPL");
