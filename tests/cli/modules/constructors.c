// SPDX-License-Identifier: MIT
/* What somebody runs before init and after exit, who is not the kernel. */
#include <linux/module.h>
#include <linux/slab.h>

static void *kept;

#ifndef ONLY_DESTRUCTOR
static void __attribute__((constructor)) built(void)
{
	kept = kmalloc(5, GFP_KERNEL);
}

/* Of a priority that decides about its place only. */
void __attribute__((constructor(200))) built_early(void)
{
	kfree(kept);
}
#endif

static void __attribute__((destructor)) torn_down(void)
{
	kfree(kept);
}

static int __init constructors_init(void)
{
	return 0;
}

static void __exit constructors_exit(void)
{
}

module_init(constructors_init);
module_exit(constructors_exit);

MODULE_LICENSE("Dual MIT/GPL");
