// SPDX-License-Identifier: MIT
/*
 * Forgets per-CPU memory.
 *
 * exit: 6
 * expect: per-CPU memory
 * expect: @alloc
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/percpu.h>

static int __percpu *leaked;

static int __init plant_init(void)
{
	leaked = alloc_percpu(int); /* alloc */
	return leaked ? 0 : -ENOMEM;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
