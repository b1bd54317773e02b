// SPDX-License-Identifier: MIT
/*
 * Forgets a list of objects while it goes on with others: nothing is amiss at unload but
 * for them, and before that only a search can tell which ones. What others can be reached
 * by, from data, a thread's stack, a tree, or an address inside, is no leak.
 *
 * args: --leaks
 * slabs: slub slab slob
 * exit: 6
 * expect: verdict: nothing refers to 3 objects
 * expect: unreferenced object 0x
 * expect: forget+0x
 */
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

struct item {
	struct list_head list;
	char text[80];
};

static LIST_HEAD(kept);
static struct task_struct *thread;

static noinline int make(struct list_head *list)
{
	int i;

	for (i = 0; i < 3; i++) {
		struct item *item = kmalloc(sizeof(*item), GFP_KERNEL);

		if (!item)
			return -ENOMEM;
		strcpy(item->text, "an item");
		list_add(&item->list, list);
	}
	return 0;
}

static noinline int forget(void)
{
	LIST_HEAD(mine);
	int err = make(&mine);

	/* The ring is closed without its head. */
	list_del(&mine);
	return err;
}

static int holder(void *unused)
{
	char *text = kmalloc(100, GFP_KERNEL);

	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 100);
	kfree(text);
	return 0;
}

static int __init plant_init(void)
{
	thread = kthread_run(holder, NULL, "holder");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	return make(&kept) ?: forget();
}

static void __exit plant_exit(void)
{
	struct item *item, *next;

	kthread_stop(thread);
	list_for_each_entry_safe(item, next, &kept, list)
		kfree(item);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
