// SPDX-License-Identifier: MIT
#include <linux/module.h>
#include "part.h"

int early_value(void);

static int __init composed_init(void)
{
	pr_info("composed: %d\n", early_value() + part_answer());
	return 0;
}

static void __exit composed_exit(void)
{
	pr_info("composed: gone\n");
}

module_init(composed_init);
module_exit(composed_exit);
MODULE_LICENSE("Dual MIT/GPL");
