// SPDX-License-Identifier: MIT
#include <linux/module.h>

static int __init last_init(void)
{
	pr_info("last: here\n");
	return 0;
}

static void __exit last_exit(void)
{
}

module_init(last_init);
module_exit(last_exit);
MODULE_LICENSE("Dual MIT/GPL");
