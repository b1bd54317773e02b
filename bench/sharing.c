// SPDX-License-Identifier: MIT
/*
 * False sharing: what it costs two CPUs that each count in an object of its own, when the
 * two objects are in one cache line, and how SLAB_HWCACHE_ALIGN and an alignment stop it.
 *
 * A module that `make bench-sharing` runs. From each cache it takes two objects that are
 * neighbours; a thread on CPU 0 counts in one, a thread on CPU 1 in the other, atomically,
 * as references are counted. It says for each cache
 *
 *	SHARING <cache> <bytes> <distance> <line> <line> <ns per increment> <bursts>
 *
 * bytes are an object's size, distance is how far the two lie apart, lines are their
 * addresses divided by a line's size. The time is the median of bursts in which both
 * threads were running, for the host may have other work for a CPU. bursts says how many
 * there were; with too few, as on a host with one CPU, the time is "-". It measures and does
 * not judge: what a line's way from CPU to CPU costs is up to the host.
 *
 * Parameter: ms=N, how long each cache is measured, in milliseconds, at least.
 */
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#define CROWD	64u		/* objects among which neighbours are looked for */
#define STEP	10u		/* increments between two notes of one's progress */
#define BURST	100u		/* steps between two looks at the clock */
#define AT_ONCE	10u		/* the other was running if it made a tenth as many steps, and
				   we were, if it did not make ten times as many */
#define SAMPLES	16384u		/* bursts that are kept */
#define ENOUGH	200u		/* bursts, or else measuring takes up to 30 times as long */
#define FEW	20u		/* fewer say nothing */

static unsigned int ms = 100;
module_param(ms, uint, 0444);

/*
 * 6.1 lets small objects share a line even with SLAB_HWCACHE_ALIGN, if none lies in two.
 * So the flag is enough from half a line on; below, it takes an alignment as well.
 */
static const struct kind {
	const char *name;
	unsigned int size, align;
	slab_flags_t flags;
} kinds[] = {
	{ "plain_16", 16, 0, 0 },
	{ "hwcache_16", 16, 0, SLAB_HWCACHE_ALIGN },
	{ "aligned_16", 16, L1_CACHE_BYTES, SLAB_HWCACHE_ALIGN },
	{ "plain_40", 40, 0, 0 },
	{ "hwcache_40", 40, 0, SLAB_HWCACHE_ALIGN },
};

/*
 * One thread's part.
 * Keys: C fixed before it starts | T the thread's, until it has ended | P the same, but the
 * other looks at it now and then
 */
struct counter {
	atomic_long_t *word;		/* C  in the object */
	struct counter *other;		/* C */
	unsigned int steps;		/* P */
	unsigned int nr;		/* T  of samples */
	u32 ns[SAMPLES];		/* T  that bursts took */
} ____cacheline_aligned;

static struct counter counters[2];
static u32 all[2 * SAMPLES];
static bool finished;
static atomic_t ready;

/* Returns the time in ns; 0: not both of the two were running. */
static u32 burst(struct counter *c)
{
	unsigned int others = READ_ONCE(c->other->steps), i, k;
	u64 began = ktime_get_ns();

	for (i = 0; i < BURST; i++) {
		for (k = 0; k < STEP; k++)
			atomic_long_inc(c->word);
		WRITE_ONCE(c->steps, c->steps + 1);
	}
	began = ktime_get_ns() - began;
	others = READ_ONCE(c->other->steps) - others;
	return others >= BURST / AT_ONCE && others <= BURST * AT_ONCE ? (u32)began : 0;
}

static int count(void *arg)
{
	struct counter *c = arg;
	u64 began, passed;

	atomic_inc(&ready);
	while (atomic_read(&ready) < 2 && !kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	began = ktime_get_ns();
	while (!READ_ONCE(finished) && !kthread_should_stop()) {
		c->ns[c->nr] = burst(c);
		c->nr += c->ns[c->nr] != 0;
		passed = ktime_get_ns() - began;
		if (c->nr == SAMPLES || passed >= 30ull * ms * NSEC_PER_MSEC ||
		    (c->nr >= ENOUGH && passed >= (u64)ms * NSEC_PER_MSEC))
			WRITE_ONCE(finished, true);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Both threads, until each has counted long enough. */
static int count_on_two(void)
{
	struct task_struct *task[2];
	unsigned int n;
	int err = 0;

	atomic_set(&ready, 0);
	finished = false;
	for (n = 0; n < 2; n++) {
		counters[n].nr = counters[n].steps = 0;
		counters[n].other = &counters[1 - n];
		task[n] = kthread_run_on_cpu(count, &counters[n], n, "sharing/%u");
		err = PTR_ERR_OR_ZERO(task[n]);
		if (err)
			break;
	}
	while (!err && !READ_ONCE(finished))
		msleep(10);
	while (n--)
		kthread_stop(task[n]);
	return err;
}

static unsigned long line_of(const void *p)
{
	return (unsigned long)p / L1_CACHE_BYTES;
}

/* Which two of the objects lie nearest, best in one line. */
static void find_neighbours(void **p, unsigned int pair[2])
{
	unsigned long best = ULONG_MAX, apart;
	unsigned int i, j;

	for (i = 0; i < CROWD; i++)
		for (j = 0; j < CROWD; j++) {
			if (p[j] <= p[i])
				continue;
			apart = (unsigned long)p[j] - (unsigned long)p[i];
			apart += line_of(p[i]) == line_of(p[j]) ? 0 : L1_CACHE_BYTES;
			if (apart < best) {
				best = apart;
				pair[0] = i;
				pair[1] = j;
			}
		}
}

static int by_size(const void *a, const void *b)
{
	const u32 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void report(const struct kind *k, const void *p, const void *q)
{
	unsigned int nr = counters[0].nr + counters[1].nr, hundredths;
	char time[16] = "-";

	memcpy(all, counters[0].ns, counters[0].nr * sizeof(*all));
	memcpy(all + counters[0].nr, counters[1].ns, counters[1].nr * sizeof(*all));
	sort(all, nr, sizeof(*all), by_size, NULL);
	if (nr >= FEW) {
		hundredths = (unsigned int)div_u64(100ull * all[nr / 2], STEP * BURST);
		snprintf(time, sizeof(time), "%u.%02u", hundredths / 100, hundredths % 100);
	}
	pr_info("SHARING %s %u %lu %lx %lx %s %u\n", k->name, k->size,
		(unsigned long)q - (unsigned long)p, line_of(p), line_of(q), time, nr);
}

static int measure(const struct kind *k, void **p)
{
	unsigned int pair[2] = { 0, 1 }, i;
	int err;

	find_neighbours(p, pair);
	for (i = 0; i < 2; i++) {
		counters[i].word = p[pair[i]];
		atomic_long_set(counters[i].word, 0);
	}
	err = count_on_two();
	if (!err)
		report(k, p[pair[0]], p[pair[1]]);
	return err;
}

static int measure_cache(const struct kind *k)
{
	struct kmem_cache *s = kmem_cache_create(k->name, k->size, k->align,
						 k->flags | SLAB_NO_MERGE, NULL);
	void *p[CROWD];
	int err = -ENOMEM;

	if (!s)
		return -ENOMEM;
	if (kmem_cache_alloc_bulk(s, GFP_KERNEL, CROWD, p)) {
		err = measure(k, p);
		kmem_cache_free_bulk(s, CROWD, p);
	}
	kmem_cache_destroy(s);
	return err;
}

static int __init sharing_init(void)
{
	unsigned int i;
	int err = 0;

	if (num_online_cpus() < 2) {
		pr_err("SHARING: this machine has one CPU: nothing can be shared\n");
		return -ENODEV;
	}
	for (i = 0; i < ARRAY_SIZE(kinds) && !err; i++)
		err = measure_cache(&kinds[i]);
	if (err)
		pr_err("SHARING failed: %d\n", err);
	return err;
}

static void __exit sharing_exit(void)
{
}

module_init(sharing_init);
module_exit(sharing_exit);
MODULE_DESCRIPTION("What false sharing costs, and what stops it");
MODULE_LICENSE("Dual MIT/GPL");
