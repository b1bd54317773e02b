// SPDX-License-Identifier: MIT
/*
 * Waits for an element of a memory pool that nobody frees for long.
 *
 * args: --seed 1
 * exit: 0
 * expect: mempool_alloc() has waited for 10 seconds: there is no memory, and nobody gives an element back
 * expect: all of the reserve is in use, 1 element
 * expect: the pool was made by:
 * expect: @create
 * expect: @wait
 * expect: verdict: 1 warning, 0 bugs
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/module.h>

static int dear;
static bool used_up;
static mempool_t *pool;

static void *make(gfp_t gfp, void *data)
{
	return used_up ? NULL : &dear;
}

static void drop(void *element, void *data)
{
}

static int give_back(void *element)
{
	msleep(25000);
	mempool_free(element, pool);
	return 0;
}

static int __init plant_init(void)
{
	void *element;

	pool = mempool_create(1, make, drop, NULL); /* create */
	if (!pool)
		return -ENOMEM;
	used_up = true;
	kthread_run(give_back, mempool_alloc(pool, GFP_KERNEL), "late");
	element = mempool_alloc(pool, GFP_KERNEL); /* wait */
	mempool_free(element, pool);
	mempool_destroy(pool);
	return 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
