// SPDX-License-Identifier: MIT
#include <linux/module.h>

int two(void);

static int __init outside_init(void)
{
	pr_info("outside: %d\n", OUTSIDE + two());
	return 0;
}

static void __exit outside_exit(void)
{
}

module_init(outside_init);
module_exit(outside_exit);
MODULE_LICENSE("Dual MIT/GPL");
