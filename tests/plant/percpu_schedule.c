// SPDX-License-Identifier: MIT
/*
 * Gives up the CPU between get_cpu_ptr() and put_cpu_ptr().
 *
 * exit: 7
 * expect: BUG: scheduling while atomic: insmod/
 * expect: Preemption disabled at:
 * expect: @get
 * expect: @bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>


static int __init plant_init(void)
{
	int __percpu *p = alloc_percpu(int);

	if (!p)
		return -ENOMEM;
	(*get_cpu_ptr(p))++; /* get */
	set_current_state(TASK_INTERRUPTIBLE);
	schedule_timeout(1); /* bug */
	put_cpu_ptr(p);
	free_percpu(p);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
