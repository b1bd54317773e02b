// SPDX-License-Identifier: MIT
/*
 * How often shared locks are taken when one CPU allocates and another frees.
 *
 * A module that scripts/bench-insns runs, not under callgrind: what is counted are locks.
 * CPU 0 allocates batches and puts them into a ring; a thread on CPU 1 takes them out, and
 * frees each batch in the order in which it came (fifo) or shuffled. Both wait by spinning,
 * so that all the locks that are taken are the allocators'. Says for each case
 *
 *	REMOTE <case> <operations> <spinlocks taken, on all CPUs>
 *
 * where an operation is one object's allocation and freeing. It is not the same in each
 * run: how far the two are apart is up to the host.
 *
 * Parameter: only=CASE, or a beginning of names: no others.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define BATCH	1000u
#define ROOM	2u		/* batches that the ring holds */
#define ROUNDS	200u		/* batches, after as many to warm up */

static char *only = "";
module_param(only, charp, 0444);

static const struct flow {
	const char *name;
	unsigned int size;
	bool cache;		/* else kmalloc() */
	bool shuffled;
} flows[] = {
	{ "kmalloc_remote_64_fifo", 64, false, false },
	{ "kmalloc_remote_64_random", 64, false, true },
	{ "kmalloc_remote_256_fifo", 256, false, false },
	{ "kmalloc_remote_256_random", 256, false, true },
	{ "kmalloc_remote_2048_fifo", 2048, false, false },
	{ "kmalloc_remote_2048_random", 2048, false, true },
	{ "cache_remote_32_fifo", 32, true, false },
	{ "cache_remote_32_random", 32, true, true },
	{ "cache_remote_192_fifo", 192, true, false },
	{ "cache_remote_192_random", 192, true, true },
	{ "cache_remote_1024_fifo", 1024, true, false },
	{ "cache_remote_1024_random", 1024, true, true },
};

/* Keys: P CPU 0 | F CPU 1 */
static struct {
	unsigned int filled ____cacheline_aligned;	/* P  batches that were put in, ever */
	unsigned int freed ____cacheline_aligned;	/* F  batches that were freed, ever */
	void *objects[ROOM][BATCH];			/* P, then F */
} ring;

static const struct flow *flow;
static struct kmem_cache *cache;
static u16 shuffled[BATCH];

static unsigned long lock_takings(void)
{
	unsigned long sum = 0;
	int rank;

	for (rank = RANK_NONE; rank < NR_LOCK_RANKS; rank++)
		sum += quarry_lock_stats(rank).takes;
	return sum;
}

static void *take(void)
{
	return flow->cache ? kmem_cache_alloc(cache, GFP_KERNEL) : kmalloc(flow->size, GFP_KERNEL);
}

static void give(void *p)
{
	if (flow->cache)
		kmem_cache_free(cache, p);
	else
		kfree(p);
}

static int free_batches(void *unused)
{
	unsigned int i, done = 0;
	void **batch;

	while (!kthread_should_stop()) {
		if (smp_load_acquire(&ring.filled) == done) {
			cpu_relax();
			cond_resched();
			continue;
		}
		batch = ring.objects[done % ROOM];
		for (i = 0; i < BATCH; i++)
			give(batch[flow->shuffled ? shuffled[i] : i]);
		smp_store_release(&ring.freed, ++done);
	}
	return 0;
}

/* Until at most so many batches are on the way. */
static void wait_for_room(unsigned int left)
{
	while (ring.filled - smp_load_acquire(&ring.freed) > left) {
		cpu_relax();
		cond_resched();
	}
}

static int send_batches(unsigned int n)
{
	unsigned int i;
	void **batch;

	for (; n; n--) {
		wait_for_room(ROOM - 1);
		batch = ring.objects[ring.filled % ROOM];
		for (i = 0; i < BATCH; i++) {
			batch[i] = take();
			if (!batch[i])
				goto nomem;
		}
		smp_store_release(&ring.filled, ring.filled + 1);
	}
	wait_for_room(0);
	return 0;
nomem:
	wait_for_room(0);
	while (i--)
		give(batch[i]);
	return -ENOMEM;
}

static int measure(void)
{
	struct task_struct *task;
	unsigned long locks = 0;
	int err;

	ring.filled = ring.freed = 0;
	task = kthread_run_on_cpu(free_batches, NULL, 1, "remote/%u");
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = send_batches(ROUNDS);
	if (!err) {
		locks = lock_takings();
		err = send_batches(ROUNDS);
		locks = lock_takings() - locks;
	}
	kthread_stop(task);
	if (!err)
		pr_info("REMOTE %s %u %lu\n", flow->name, ROUNDS * BATCH, locks);
	return err;
}

static int run_flow(void)
{
	int err;

	cache = NULL;
	if (flow->cache) {
		cache = kmem_cache_create("remote", flow->size, 0,
					  SLAB_HWCACHE_ALIGN | SLAB_NO_MERGE, NULL);
		if (!cache)
			return -ENOMEM;
	}
	err = measure();
	kmem_cache_destroy(cache);
	return err;
}

/* Always the same order: a linear congruential generator turns it over. */
static void shuffle(void)
{
	unsigned int i, seed = 1;

	for (i = 0; i < BATCH; i++)
		shuffled[i] = i;
	while (--i) {
		seed = seed * 1664525 + 1013904223;
		swap(shuffled[i], shuffled[(seed >> 8) % (i + 1)]);
	}
}

static int __init remote_init(void)
{
	int err = 0;

	if (num_online_cpus() < 2) {
		pr_err("REMOTE: this machine has one CPU; there must be two\n");
		return -ENODEV;
	}
	shuffle();
	set_cpus_allowed_ptr(current, cpumask_of(0));
	for (flow = flows; flow < flows + ARRAY_SIZE(flows) && !err; flow++)
		if (!strncmp(flow->name, only, strlen(only)))
			err = run_flow();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	if (err)
		pr_err("REMOTE failed: %d\n", err);
	return err;
}

static void __exit remote_exit(void)
{
}

module_init(remote_init);
module_exit(remote_exit);
MODULE_DESCRIPTION("Locks that are taken when one CPU allocates and another frees");
MODULE_LICENSE("Dual MIT/GPL");
