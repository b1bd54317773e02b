// SPDX-License-Identifier: MIT
#include <linux/module.h>

int early_value(void)
{
	return KBUILD_TEST;
}
EXPORT_SYMBOL(early_value);

static int __init early_init(void)
{
	pr_info("early: %d\n", early_value());
	return 0;
}

static void __exit early_exit(void)
{
	pr_info("early: gone\n");
}

module_init(early_init);
module_exit(early_exit);
MODULE_LICENSE("Dual MIT/GPL");
