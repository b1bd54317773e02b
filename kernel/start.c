// SPDX-License-Identifier: MIT
/*
 * Start and stop of the small kernel (kernel/internal.h has the order), and what it
 * knows about who still uses a module's code.
 *
 * A thread, timer, work or RCU callback belongs to a module if its function lies in the
 * module's code. One that outlives the module would run into nothing, so each is a holding.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>

#include "kernel/internal.h"
#include "kernel/nodes.h"
#include "mm/internal.h"

struct ratelimit_state net_ratelimit_state = RATELIMIT_STATE_INIT(, 5 * HZ, 10);
EXPORT_SYMBOL(net_ratelimit_state);

int net_ratelimit(void)
{
	return __ratelimit(&net_ratelimit_state);
}
EXPORT_SYMBOL(net_ratelimit);

/* The functions of module_init() and its like in code that is linked in. */
extern const struct quarry_initcall __start_quarry_initcalls[] __weak;
extern const struct quarry_initcall __stop_quarry_initcalls[] __weak;

#define INITCALL_LEVELS	8

static void do_initcalls(void)
{
	const struct quarry_initcall *call;
	unsigned int level;

	for (level = 0; level < INITCALL_LEVELS; level++) {
		for (call = __start_quarry_initcalls; call < __stop_quarry_initcalls; call++) {
			int err;

			if (call->level != level)
				continue;
			err = call->fn();
			kthread_balance(0, "initcall", (void *)call->fn);
			if (err)
				pr_warn("initcall %pS returned %d\n", (void *)call->fn, err);
		}
	}
}

/* Threads, timers, works and notifiers by number, one kind behind the other. */

static void offer(struct holdings *hs, const struct kernel_user *user)
{
	struct quarry_holding h = { .kind = user->kind, .address = user->address,
				    .size = user->size, .site = user->site };

	if (user->fn < hs->lo || user->fn >= hs->hi)
		return;
	if (*user->detail)
		h.detail = user->detail;
	/* Made for the module by somebody else, it is the module's all the same. */
	if (h.site < hs->lo || h.site >= hs->hi)
		h.site = user->fn;
	holding(hs, &h);
}

static void list_users(struct holdings *hs)
{
	struct kernel_user user;
	unsigned int i;

	for (i = 0; thread_nth(i, &user); i++)
		offer(hs, &user);
	for (i = 0; timer_nth(i, &user); i++)
		offer(hs, &user);
	for (i = 0; work_nth(i, &user); i++)
		offer(hs, &user);
}

static void list_holdings(struct holdings *hs)
{
	struct kernel_user user;
	unsigned int i;

	list_users(hs);
	for (i = 0; rcu_cancelled_nth(i, &user); i++)
		offer(hs, &user);
	for (i = 0; notifier_nth(i, &user); i++)
		offer(hs, &user);
	for (i = 0; probe_nth(i, &user); i++)
		offer(hs, &user);
	for (i = 0; cpuhp_nth(i, &user); i++)
		offer(hs, &user);
	workqueue_holdings(hs);
	node_holdings(hs);
	sysctl_holdings(hs);
}

unsigned int kernel_busy(uintptr_t lo, uintptr_t hi)
{
	struct holdings hs = { .lo = lo, .hi = hi };

	list_users(&hs);
	return (unsigned int)hs.found + rcu_pending(lo, hi);
}

int quarry_kernel_start(void)
{
	int err;

	params_start();
	smp_start();
	sched_start();
	notifier_start();
	modules_start();
	kunit_start();
	nodes_start();
	tracepoints_start();
	err = task_stacks_start();
	if (!err)
		err = timers_start();
	if (!err)
		err = rcu_start();
	if (!err)
		err = workqueue_start();
	if (!err)
		err = kswapd_start();
	if (!err)
		err = proc_start();
	if (!err)
		err = sysctl_start();
	if (!err)
		err = tracefs_start();
	if (!err)
		err = fault_start();
	if (!err)
		err = kmemleak_start();
	if (!err)
		cpu_start();
	if (err) {
		quarry_kernel_stop();
		return err;
	}
	slab_reap_start();
	vpurge_start();
	kernel_holdings = list_holdings;
	params_boot(boot_command_line());
	do_initcalls();
	sysctl_boot(boot_command_line());
	system_state = SYSTEM_RUNNING;
	return 0;
}

void quarry_kernel_stop(void)
{
	kernel_holdings = NULL;
	system_state = SYSTEM_HALT;
	nodes_stop();
	tracepoints_stop();
	slab_reap_stop();
	vpurge_stop();
	kswapd_stop();
	workqueue_stop();
	rcu_stop();
	timers_stop();
	modules_stop();
	sched_stop();
	task_stacks_stop();
}
