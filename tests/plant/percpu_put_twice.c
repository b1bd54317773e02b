// SPDX-License-Identifier: MIT
/*
 * Ends twice what get_cpu_ptr() began.
 *
 * exit: 7
 * expect: BUG: preemption enabled more often than disabled
 * expect: @bug
 * expect: enabled before by:
 * expect: @put
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/percpu.h>


static int __init plant_init(void)
{
	int __percpu *p = alloc_percpu(int);

	if (!p)
		return -ENOMEM;
	(*get_cpu_ptr(p))++;
	put_cpu_ptr(p); /* put */
	put_cpu_ptr(p); /* bug */
	free_percpu(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
