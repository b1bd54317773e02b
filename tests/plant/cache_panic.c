// SPDX-License-Identifier: MIT
/*
 * Asks with SLAB_PANIC for a cache that cannot be had.
 *
 * exit: 8
 * expect: kmem_cache_create(plant_panic, 64 bytes, aligned to 24
 * expect: the alignment is no power of two
 * expect: cannot make cache 'plant_panic'
 */
#include <linux/module.h>
#include <linux/slab.h>

static int __init plant_init(void)
{
	return kmem_cache_create("plant_panic", 64, 24, SLAB_PANIC, NULL) ? 0 : -ENOMEM;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
