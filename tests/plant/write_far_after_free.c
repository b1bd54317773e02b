// SPDX-License-Identifier: MIT
/*
 * Writes far into an object that it has freed: the report shows those bytes, too.
 *
 * slabs: slub slab slob
 * exit: 7
 * expect: BUG kmalloc-1k (Not tainted): Poison overwritten
 * expect: 6b 6b 6b 6b 77 72 69 74 74 65 6e 6b 6b 6b 6b 6b  kkkkwrittenkkkkk
 * expect: Allocated in
 * expect: Freed in
 * expect: @alloc
 * expect: @free
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static int __init plant_init(void)
{
	char *p = kmalloc(1024, GFP_KERNEL); /* alloc */

	if (!p)
		return -ENOMEM;
	kfree(p); /* free */
	OPTIMIZER_HIDE_VAR(p);
	memcpy(p + 900, "written", 7);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
