// SPDX-License-Identifier: MIT
/*
 * Gives per-CPU memory back by a pointer into it, and by one to its end.
 *
 * exit: 7
 * expect: BUG: free_percpu(): not where an allocation begins:
 * expect: 8 bytes into one of 24
 * expect: just behind one of 24
 * expect: Allocated by:
 * expect: @alloc
 * expect: @bug
 * expect: @end
 * expect: verdict: 0 warnings, 2 bugs
 */
#include <linux/module.h>
#include <linux/percpu.h>

struct stat {
	u64 packets, bytes, errors;
};

static int __init plant_init(void)
{
	struct stat __percpu *p = __alloc_percpu(sizeof(*p), 4096); /* alloc */

	if (!p)
		return -ENOMEM;
	free_percpu(&p->bytes); /* bug */
	free_percpu(p + 1); /* end */
	free_percpu(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
