// SPDX-License-Identifier: MIT
/*
 * A thread ends with a page mapped.
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: thread fill
 * expect: returned with memory still mapped by kmap_local_page()
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

static struct page *page;

static struct task_struct *task;
static DECLARE_COMPLETION(begun);

static int fill(void *unused)
{
	memset(kmap_local_page(page), 0, PAGE_SIZE); /* bug */
	complete(&begun);
	return 0;
}

static int __init plant_init(void)
{
	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	task = kthread_create(fill, NULL, "fill");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&begun);
	return 0;
}

static void __exit plant_exit(void)
{
	kthread_stop(task);
	put_task_struct(task);
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
