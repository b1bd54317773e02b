// SPDX-License-Identifier: MIT
/*
 * Leaves without rcu_barrier(): callbacks are pending that would be called where its
 * code has been.
 *
 * exit: 6
 * args: --for 0ms
 * expect: leak_rcu: 2 RCU callbacks in its code cancelled: rcu_barrier() is missing
 * expect: verdict: leak_rcu: init returned 0, unloaded, still holds 3 things:
 * expect: RCU callback 'plant_done'
 * expect: RCU callback 'plant_free'
 * expect: @here
 * expect: @there
 * expect: @object
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct plant {
	int value;
	struct rcu_head rcu;
};

static struct rcu_head own;
static struct plant *object;

static void plant_done(struct rcu_head *head)
{
	pr_info("too late\n");
}

static void plant_free(struct rcu_head *head)
{
	kfree(container_of(head, struct plant, rcu));
}

static int __init plant_init(void)
{
	object = kmalloc(sizeof(*object), GFP_KERNEL); /* object */
	return object ? 0 : -ENOMEM;
}

static void __exit plant_exit(void)
{
	call_rcu(&own, plant_done); /* here */
	call_rcu(&object->rcu, plant_free); /* there */
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
