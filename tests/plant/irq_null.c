// SPDX-License-Identifier: MIT
/*
 * A null pointer in an interrupt handler: told are the handler, and what it interrupted.
 *
 * exit: 8
 * expect: BUG: kernel NULL pointer dereference
 * expect: in an interrupt handler
 * expect: @bug
 * expect: spin+0x
 * expect: Comm: spinner
 * expect: verdict: fault
 */
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/smp.h>

static unsigned long turns;
static int *nowhere;

static noinline int spin(void *unused)
{
	while (!kthread_should_stop())
		WRITE_ONCE(turns, turns + 1);
	return 0;
}

static noinline void handler(void *info)
{
	WRITE_ONCE(*nowhere, 1); /* bug */
}

static int __init plant_init(void)
{
	int cpu = (int)get_cpu(), other = cpu ? 0 : 1;
	struct task_struct *task;

	put_cpu();
	task = kthread_create_on_cpu(spin, NULL, other, "spinner");
	if (IS_ERR(task))
		return PTR_ERR(task);
	wake_up_process(task);
	while (!READ_ONCE(turns))
		cond_resched();
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	smp_call_function_single(other, handler, NULL, 1);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
