// SPDX-License-Identifier: MIT
/*
 * Follows a NULL pointer.
 *
 * exit: 8
 * expect: BUG: kernel NULL pointer dereference, address: 
 * expect: read access
 * expect: @bug
 * expect: verdict: fault in init of null
 */
#include <linux/module.h>

struct box {
	long pad[2];
	int value;
};

static struct box *box;

static int __init plant_init(void)
{
	return READ_ONCE(box->value); /* bug */
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
