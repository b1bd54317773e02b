// SPDX-License-Identifier: MIT
/* Reads behind what it asked for, inside of what it got. ASan stops it there. */
#include <linux/module.h>
#include <linux/slab.h>

static int index = 60;
module_param(index, int, 0);

static int __init asan_init(void)
{
	char *p = kmalloc(60, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	p[index - 1] = 0;
	p[0] = p[index];
	kfree(p);
	return 0;
}

static void __exit asan_exit(void)
{
}

module_init(asan_init);
module_exit(asan_exit);

MODULE_LICENSE("Dual MIT/GPL");
