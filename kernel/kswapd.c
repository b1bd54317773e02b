// SPDX-License-Identifier: MIT
/*
 * The background reclaimers' threads, "kswapd0" and so on: one for each node with
 * memory, on that node's CPUs. What they do is mm/kswapd.c.
 *
 * S1  Each thread is held by a reference until all have ended, so that somebody who
 *     is about to wake one while the kernel stops does no harm.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/sched/task.h>
#include <linux/topology.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/reclaim.h"

static struct task_struct *threads[QUARRY_MAX_NODES];	/* start and stop only */

static int run(void *data)
{
	kswapd_body((int)(long)data, kthread_should_stop);
	return 0;
}

static int start_one(int nid)
{
	struct task_struct *task = kthread_create_on_node(run, (void *)(long)nid, nid,
							  "kswapd%d", nid);

	if (IS_ERR(task))
		return (int)PTR_ERR(task);
	if (!cpumask_empty(cpumask_of_node(nid)))
		kthread_bind_mask(task, cpumask_of_node(nid));
	get_task_struct(task);
	threads[nid] = task;
	wake_up_process(task);
	kswapd_attach(nid, task);
	return 0;
}

int kswapd_start(void)
{
	int nid, err = 0;

	memset(threads, 0, sizeof(threads));
	for_each_node_state(nid, N_MEMORY) {
		err = start_one(nid);
		if (err)
			break;
	}
	return err;
}

void kswapd_stop(void)
{
	int nid;

	for (nid = 0; nid < QUARRY_MAX_NODES; nid++)
		kswapd_attach(nid, NULL);
	for (nid = 0; nid < QUARRY_MAX_NODES; nid++)
		if (threads[nid])
			kthread_stop(threads[nid]);
	for (nid = 0; nid < QUARRY_MAX_NODES; nid++) {
		if (threads[nid])
			put_task_struct(threads[nid]);
		threads[nid] = NULL;
	}
}
