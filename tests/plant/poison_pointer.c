// SPDX-License-Identifier: MIT
/*
 * Follows a pointer that it reads from an object it has freed.
 *
 * slabs: slub slab slob
 * exit: 8
 * expect: made of 0x6b: a pointer read from memory that is free
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>

struct node {
	long pad[3];
	struct node *next;
};

static struct node *node;

static int __init plant_init(void)
{
	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return -ENOMEM;
	node->next = node;
	kfree(node);
	return READ_ONCE(node->next)->pad[0]; /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
