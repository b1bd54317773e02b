// SPDX-License-Identifier: MIT
/* One module of two sources: this one has init and exit. */
#include <linux/module.h>
#include "part.h"

static int __init part_init(void)
{
	pr_info("%s: other part says %d\n", KBUILD_MODNAME, part_answer());
	return 0;
}

static void __exit part_exit(void)
{
}

module_init(part_init);
module_exit(part_exit);
MODULE_LICENSE("Dual MIT/GPL");
