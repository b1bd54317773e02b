// SPDX-License-Identifier: MIT
/*
 * Copies a name that is too long: it goes on into the pointer behind it, which is followed.
 *
 * args: --no-debug
 * slabs: slub slab slob
 * exit: 8
 * expect: BUG: general protection fault, probably for non-canonical address 7261722d6f6f742d
 * expect: the address is text: "-too-rar", copied over a pointer
 * expect: @bug
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

struct node {
	char name[8];
	struct node *next;
};

static int __init plant_init(void)
{
	static const char *volatile name = "quit-one-too-rare";
	struct node *node = kzalloc(sizeof(*node) + 8, GFP_KERNEL);
	struct node *volatile same = node;

	if (!node)
		return -ENOMEM;
	memcpy(same, name, 17);
	return READ_ONCE(same->next)->name[0]; /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("Dual MIT/GPL");
