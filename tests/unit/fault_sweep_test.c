// SPDX-License-Identifier: MIT
/*
 * Each allocation fails in turn: once, so that the rest of what is built is taken down
 * and what follows goes on; then for good, from each page on.
 *
 * An operation is what a module does in its life. It is repeated with a failure one
 * request later each time, until it gets through without meeting it. Each time it must
 * say that it failed, leave nothing behind, and leave every invariant whole.
 *
 * Caches are emptied and used up before each step, so that each object that an operation allocates
 * may ask for a page.
 *
 * W1  Objects, areas, per-CPU memory, threads and entries that are held: as many after
 *     each step as before.
 * W2  Free pages after a sweep: as many as after the one before. (The first fills the
 *     reserves that caches and vmalloc keep.)
 */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fault-inject.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <quarry/kernel.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/slab/layer.h"

#define STEPS_MAX	2000	/* failures of one operation, before it is called endless */
#define OBJECTS		96

static void *objects[OBJECTS];

/* Operations. Each returns whether it got all it asked for, and has given it back. */

static bool single_pages(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < 12; i++)
		objects[i] = alloc_pages(i & 1 ? GFP_KERNEL : GFP_ATOMIC, i % 4);
	for (i = 0; i < 12; i++) {
		n += objects[i] != NULL;
		if (objects[i])
			__free_pages(objects[i], i % 4);
	}
	return n == 12;
}

static bool bulk_pages(void)
{
	struct page *pages[24] = {};
	unsigned long i, n = alloc_pages_bulk_array(GFP_KERNEL, 24, pages);

	for (i = 0; i < n; i++)
		__free_page(pages[i]);
	return n == 24;
}

static bool exact_pages(void)
{
	void *a = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	void *b = alloc_pages_exact(3 * PAGE_SIZE, GFP_ATOMIC);

	if (a)
		free_pages_exact(a, 5 * PAGE_SIZE);
	if (b)
		free_pages_exact(b, 3 * PAGE_SIZE);
	return a && b;
}

static bool kmalloc_many(void)
{
	static const size_t sizes[] = { 8, 100, 700, 2000, 4096, 9000, 40000 };
	unsigned int i, n = 0;

	for (i = 0; i < OBJECTS; i++) {
		objects[i] = kzalloc(sizes[i % ARRAY_SIZE(sizes)], GFP_KERNEL);
		if (!objects[i])
			break;
		n++;
	}
	for (i = 0; i < n; i++)
		kfree(objects[i]);
	return n == OBJECTS;
}

static bool krealloc_grow(void)
{
	char *p = kmalloc(16, GFP_KERNEL), *more;
	size_t size;

	for (size = 32; p && size <= 65536; size *= 2) {
		more = krealloc(p, size, GFP_KERNEL);
		if (!more)
			break;
		p = more;
	}
	kfree(p);
	return p && size > 65536;
}

static void construct(void *p)
{
	memset(p, 0x11, 100);
}

static bool cache_life(void)
{
	struct kmem_cache *cache = kmem_cache_create("fault_sweep", 1000, 0, SLAB_HWCACHE_ALIGN,
						     construct);
	unsigned int i, n = 0;
	bool bulk = false;

	if (!cache)
		return false;
	for (i = 0; i < 40; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!objects[i])
			break;
		n++;
	}
	for (i = 0; i < n; i++)
		kmem_cache_free(cache, objects[i]);
	if (n == 40)
		bulk = kmem_cache_alloc_bulk(cache, GFP_KERNEL, OBJECTS, objects) == OBJECTS;
	if (bulk)
		kmem_cache_free_bulk(cache, OBJECTS, objects);
	kmem_cache_destroy(cache);
	return bulk;
}

static bool pools(void)
{
	mempool_t *pages = mempool_create_page_pool(6, 1);
	mempool_t *bytes = mempool_create_kmalloc_pool(8, 3000);
	bool had = pages && bytes;

	if (had)
		had = !mempool_resize(pages, 9);
	mempool_destroy(bytes);
	mempool_destroy(pages);
	return had;
}

static bool vmallocs(void)
{
	void *a = vmalloc(20 * PAGE_SIZE), *b = vzalloc(100), *c = kvmalloc(300000, GFP_KERNEL);
	struct page *pages[4] = {};
	void *map = NULL;
	unsigned int i;
	bool had;

	for (i = 0; i < 4; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	if (pages[0] && pages[1] && pages[2] && pages[3])
		map = vmap(pages, 4, VM_MAP, PAGE_KERNEL);
	had = a && b && c && map;
	vunmap(map);
	for (i = 0; i < 4; i++)
		if (pages[i])
			__free_page(pages[i]);
	kvfree(c);
	vfree(b);
	vfree(a);
	return had;
}

/* As a driver claims and maps its device, many times over. */
static bool regions(void)
{
	const resource_size_t base = 0xfec00000;	/* firmware's: nobody else maps that */
	void __iomem *map[OBJECTS / 4] = { };
	unsigned int i, n, claimed;

	for (claimed = 0; claimed < ARRAY_SIZE(map); claimed++) {
		if (!request_mem_region(base + claimed * 16, 16, "fault_sweep"))
			break;
		map[claimed] = ioremap(base + claimed * 16, 16);
	}
	for (i = n = 0; i < claimed; i++) {
		n += map[i] != NULL;
		iounmap(map[i]);
		release_mem_region(base + i * 16, 16);
	}
	return n == ARRAY_SIZE(map);
}

static bool percpus(void)
{
	void __percpu *p[12];
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = __alloc_percpu(i & 1 ? 64 : 16384, 64);
		n += p[i] != NULL;
	}
	for (i = 0; i < ARRAY_SIZE(p); i++)
		free_percpu(p[i]);
	return n == ARRAY_SIZE(p);
}

static int wait_for_stop(void *arg)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static bool threads(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < 6; i++) {
		struct task_struct *t = kthread_run(wait_for_stop, NULL, "sweep/%u", i);

		if (IS_ERR(t))
			break;
		objects[n++] = t;
	}
	for (i = 0; i < n; i++)
		kthread_stop(objects[i]);
	return n == 6;
}

static int nothing_show(struct seq_file *m, void *v)
{
	seq_puts(m, "nothing\n");
	return 0;
}

static bool entries(void)
{
	struct proc_dir_entry *dir = proc_mkdir("fault_sweep", NULL);
	unsigned int i, n = 0;
	char name[16];

	for (i = 0; dir && i < 40; i++) {
		snprintf(name, sizeof(name), "file%u", i);
		n += proc_create_single(name, 0, dir, nothing_show) != NULL;
	}
	proc_remove(dir);
	return n == 40;
}

static bool debug_entries(void)
{
	struct dentry *dir = debugfs_create_dir("fault_sweep", NULL);
	static u32 value[40];
	unsigned int i, n = 0;
	char name[16];

	for (i = 0; !IS_ERR(dir) && i < 40; i++) {
		struct dentry *file;

		snprintf(name, sizeof(name), "file%u", i);
		debugfs_create_u32(name, 0600, dir, &value[i]);
		file = debugfs_lookup(name, dir);
		n += file != NULL;
		dput(file);
	}
	debugfs_remove(dir);
	return n == 40;
}

static size_t text_read;

static void count_text(void *ctx, const char *text, size_t len)
{
	text_read += len;
}

/* A reader of a long file: its buffer grows. */
static bool reader(void)
{
	return !quarry_proc_read("slabinfo", count_text, NULL) &&
	       !quarry_proc_read("zoneinfo", count_text, NULL);
}

static void work_fn(struct work_struct *work)
{
}

static bool queues(void)
{
	struct workqueue_struct *a = alloc_workqueue("sweep_a", 0, 0);
	struct workqueue_struct *b = alloc_ordered_workqueue("sweep_b", 0);
	struct work_struct work;
	bool had = a && b;

	if (a) {
		INIT_WORK(&work, work_fn);
		queue_work(a, &work);
		flush_work(&work);
		destroy_workqueue(a);
	}
	if (b)
		destroy_workqueue(b);
	return had;
}

static bool tree(void)
{
	struct xarray xa;
	unsigned long i;
	bool had = true;

	xa_init(&xa);
	for (i = 0; i < 300 && had; i++)
		had = !xa_is_err(xa_store(&xa, i * 977, xa_mk_value(i), GFP_KERNEL));
	xa_destroy(&xa);
	return had;
}

static unsigned long count_nothing(struct shrinker *s, struct shrink_control *sc)
{
	return 0;
}

static unsigned long scan_nothing(struct shrinker *s, struct shrink_control *sc)
{
	return SHRINK_STOP;
}

static bool shrinkers(void)
{
	static struct shrinker all[20];
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(all); n++) {
		all[n] = (struct shrinker) { .count_objects = count_nothing,
					     .scan_objects = scan_nothing,
					     .seeks = DEFAULT_SEEKS };
		if (register_shrinker(&all[n], "sweep-%u", n))
			break;
	}
	for (i = 0; i < n; i++)
		unregister_shrinker(&all[i]);
	return n == ARRAY_SIZE(all);
}

/* An event on, looked at, and off again. */
static bool traces(void)
{
	static const char enable[] = "/sys/kernel/tracing/events/kmem/mm_page_alloc/enable";
	bool had = quarry_proc_write(enable, "1", 1) == 1;

	if (had)
		had = !quarry_proc_read("/sys/kernel/tracing/trace", count_text, NULL);
	/* Off it goes, whatever has happened; opening the file may fail once, too. */
	current->make_it_fail = false;
	while (quarry_proc_write(enable, "0", 1) != 1)
		had = false;
	current->make_it_fail = true;
	return had;
}

static const struct operation {
	const char *name;
	bool (*fn)(void);
} operations[] = {
	{ "pages", single_pages },
	{ "bulk", bulk_pages },
	{ "exact", exact_pages },
	{ "kmalloc", kmalloc_many },
	{ "krealloc", krealloc_grow },
	{ "cache", cache_life },
	{ "mempool", pools },
	{ "vmalloc", vmallocs },
	{ "ioremap", regions },
	{ "percpu", percpus },
	{ "kthread", threads },
	{ "proc", entries },
	{ "debugfs", debug_entries },
	{ "reader", reader },
	{ "workqueue", queues },
	{ "xarray", tree },
	{ "shrinker", shrinkers },
	{ "trace", traces },
};

static void to_name(const struct operation *op, char *name)
{
	strscpy(name, op->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(operation, operations, to_name);

static void *ballast;	/* objects, each of them beginning with the next one's address */

/* What is left. */

static void leave_out_pages(void *ctx, const struct quarry_holding *h)
{
	size_t *n = ctx;

	*n += strcmp(h->kind, "page") != 0;
}

/* W1 */
static size_t held(void)
{
	size_t n = 0;

	rcu_barrier();
	flush_scheduled_work();
	sched_forget_dead();
	vm_unmap_aliases();
	quarry_holdings(1, UINTPTR_MAX, leave_out_pages, &n);
	return n;
}

static void drop_ballast(void)
{
	while (ballast) {
		void **p = ballast;

		ballast = *p;
		kfree(p);
	}
}

/* All that is kept for the next time goes back. */
static void empty_caches(void)
{
	struct kmem_cache *cache;

	drop_ballast();
	held();
	list_for_each_entry(cache, &slab_caches, list)
		kmem_cache_shrink(cache);
	drain_all_pages(NULL);
}

/* W2 */
static unsigned long unused_pages(void)
{
	empty_caches();
	return nr_free_pages();
}

static void rules(unsigned long probability, unsigned int space)
{
	fail_page_alloc_rules.attr.probability = probability;
	atomic_set(&fail_page_alloc_rules.attr.space, (int)space);
	fail_page_alloc_update();
}

static int sweep_init(struct kunit *test)
{
	struct fail_page_alloc_rules *r = &fail_page_alloc_rules;

	r->min_order = 0;
	r->ignore_gfp_highmem = r->ignore_gfp_wait = false;
	r->attr.verbose = 0;
	r->attr.task_filter = true;
	atomic_set(&r->attr.times, -1);
	current->make_it_fail = true;
	ballast = NULL;
	return 0;
}

static void sweep_exit(struct kunit *test)
{
	current->make_it_fail = false;
	fault_set_nth(current, 0);
	fail_page_alloc_init();
}

/* Takes each free object that kmalloc()'s caches still have. */
static void use_up_caches(void)
{
	static const size_t sizes[] = { 8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096,
					8192 };
	unsigned int i;
	void **p;

	rules(100, 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		while ((p = kmalloc(sizes[i], GFP_KERNEL | __GFP_NOWARN))) {
			*p = ballast;
			ballast = p;
		}
	}
	rules(0, 0);
}

/* Return: did it get through? @n: which failure, for the message */
static bool step(struct kunit *test, const struct operation *op, const char *how,
		 unsigned int n, bool injected(void))
{
	bool had = op->fn(), hit = injected();

	fault_set_nth(current, 0);
	rules(0, 0);
	if (hit)
		return false;
	KUNIT_EXPECT_TRUE_MSG(test, had, "%s failed, %s %u, although nothing was refused",
			      op->name, how, n);
	return true;
}

static bool nth_hit(void)
{
	return !fault_nth(current);
}

static bool space_hit(void)
{
	return !atomic_read(&fail_page_alloc_rules.attr.space);
}

/* Return: failures until it got through. */
static unsigned int sweep(struct kunit *test, const struct operation *op, bool for_good)
{
	const char *how = for_good ? "for good from page" : "once at request";
	bool through = false;
	unsigned int n;

	op->fn();
	for (n = 1; n < STEPS_MAX && !through; n++) {
		size_t before;

		empty_caches();
		use_up_caches();
		before = held();
		if (for_good) {
			rules(100, n);
		} else {
			fault_set_nth(current, n);
			rules(0, 0);
		}
		through = step(test, op, how, n, for_good ? space_hit : nth_hit);
		KUNIT_EXPECT_EQ_MSG(test, held(), before, "%s, %s %u", op->name, how, n);
		KUNIT_ASSERT_EQ_MSG(test, quarry_validate(), 0u, "%s, %s %u", op->name, how, n);
	}
	KUNIT_EXPECT_TRUE_MSG(test, through, "%s asks for ever", op->name);
	return n - 2;
}

static void sweep_test(struct kunit *test, bool for_good)
{
	const struct operation *op = test->param_value;
	struct quarry_incidents seen = quarry_incidents();
	unsigned int failures;
	unsigned long pages;

	failures = sweep(test, op, for_good);
	pages = unused_pages();
	KUNIT_EXPECT_GE(test, sweep(test, op, for_good), failures / 2);
	KUNIT_EXPECT_EQ_MSG(test, unused_pages(), pages, "%s leaks", op->name);
	KUNIT_EXPECT_EQ(test, quarry_incidents().bugs, seen.bugs);
	KUNIT_EXPECT_GT_MSG(test, failures, 0u, "%s never asks for a page", op->name);
	kunit_info(test, "%s: %u failures", op->name, failures);
}

static void once_test(struct kunit *test)
{
	sweep_test(test, false);
}

static void for_good_test(struct kunit *test)
{
	sweep_test(test, true);
}

static struct kunit_case sweep_cases[] = {
	KUNIT_CASE_PARAM(once_test, operation_gen_params),
	KUNIT_CASE_PARAM(for_good_test, operation_gen_params),
	{}
};

static struct kunit_suite sweep_suite = {
	.name = "fault_sweep",
	.init = sweep_init,
	.exit = sweep_exit,
	.test_cases = sweep_cases,
};
quarry_suite_on(sweep_suite, "tiny-16m slub_debug=FZPU page_owner=on");

static struct kunit_suite sweep_fast_suite = {
	.name = "fault_sweep_fast",
	.init = sweep_init,
	.exit = sweep_exit,
	.test_cases = sweep_cases,
};
quarry_suite_on(sweep_fast_suite, "tiny-16m");
